//! The commands of WebChatService, each resolution and rejection (webchatservice, "API commands"; bus facts 3 and 5).

browser_tests! {
    /// 3: the table of requests
    requests_have_their_documented_paths_and_fields => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus), config = chatConfig({ apikey: "key-1", enableCustomHeader: true,
            endpoint: "Environment:default", enableUrlTrailingSlash: false });
        config.main.header = { Authorization: "Bearer page" };
        run(CXBus, config);
        await until(() => spy.has("ready"));
        gms.add("ParticipantJoined", CLIENT);
        await spy.command("WebChatService.startChat", { nickname: "Al", firstname: "Ada", lastname: "Byron", email: "a@example.org", subject: "Help" });
        const [start] = gms.sent("start");
        eq([start.path, start.headers.get("apikey"), start.headers.get("authorization")], ["", "key-1", "Bearer page"]);
        eq(["nickname", "firstName", "lastName", "emailAddress", "subject", "text", "endpoint"].map((name) => start.fields.get(name)),
            ["Al", "Ada", "Byron", "a@example.org", "Help", "", "Environment:default"]);
        await until(() => spy.has("clientConnected"));
        await spy.command("WebChatService.sendMessage", { message: "Hi & bye" });
        await spy.command("WebChatService.sendTyping", { message: "dra" });
        await spy.command("WebChatService.updateUserData", { a: { b: "c" } });
        await spy.command("WebChatService.sendCustomNotice", { message: "note" });
        await spy.command("WebChatService.wake", { resetIdleState: true });
        spy.command("WebChatService.endChat");
        await until(() => spy.has("ended"));
        const ids = "alias=117&secureKey=K1&userId=U1";
        const body = (verb, nth) => [gms.sent(verb)[nth || 0].path, gms.sent(verb)[nth || 0].raw];
        eq(body("refresh"), ["/CHAT1/refresh", `${ids}&transcriptPosition=1&message=`]);
        eq(body("send"), ["/CHAT1/send", `${ids}&message=Hi+%26+bye&messageType=text`]);
        const typing = gms.sent("startTyping")[0];
        eq([typing.path, [...typing.fields.keys()], typing.fields.get("message")],
            ["/CHAT1/startTyping", ["alias", "secureKey", "userId", "transcriptPosition", "message"], "dra"]);
        eq(body("updateData"), ["/CHAT1/updateData", `${ids}&userData%5Ba%5D%5Bb%5D=c`]);
        eq(body("customNotice"), ["/CHAT1/customNotice", `${ids}&message=note`]);
        eq(gms.sent("customNotice")[1].fields.get("eventAttributes"), '{"purpose":"cancel-idle-timer"}');
        eq(body("disconnect"), ["/CHAT1/disconnect", ids]);
        ok(gms.requests.every((request) => request.method === "POST" && request.type.startsWith("application/x-www-form-urlencoded")));
    "##;
    /// webchatservice: the answers that resolve
    sending_commands_resolve_with_the_servers_answer => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus);
        run(CXBus, chatConfig());
        await until(() => spy.has("ready"));
        const verbs = ["start", "send", "customNotice", "startTyping", "updateData"];
        const ids = { statusCode: 0, chatId: "CHAT1", userId: "U1", secureKey: "K1", alias: "117", messages: [], extra: "as sent" };
        for (const verb of verbs) gms.answers[verb] = () => Response.json({ ...ids, verb });
        for (const [name, data] of [["startChat", {}], ["sendMessage", { message: "Hi" }], ["sendCustomNotice", { message: "x" }],
            ["sendTyping", {}], ["updateUserData", { a: 1 }]]) {
            const outcome = await settled(spy.command(`WebChatService.${name}`, data));
            eq([name, outcome.state, outcome.value.statusCode, outcome.value.extra], [name, "resolved", 0, "as sent"]);
        }
        const published = () => spy.datas["WebChatService.ajaxResponse"].map((answer) => answer.verb).filter((verb) => verb);
        await until(() => published().length === verbs.length, "`ajaxResponse` has each answer");
        eq(published(), verbs);
        gms.ended = true;
    "##;
    /// webchatservice: "AJAX exception occurs"; 3: `statusCode`
    sending_commands_reject_with_what_went_wrong => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms);
        const commands = [["sendTyping", {}], ["sendMessage", { message: "Hi" }], ["sendCustomNotice", { message: "x" }], ["updateUserData", { a: 1 }]];
        const outcomes = () => Promise.all(commands.map(([name, data]) => settled(spy.command(`WebChatService.${name}`, data))));
        for (const verb of ["startTyping", "send", "customNotice", "updateData"]) {
            gms.answers[verb] = () => Response.json({ statusCode: 2, errors: [{ code: 500, advice: "x" }] });
        }
        // To typing any answer is a success.
        eq((await outcomes()).map((outcome) => [outcome.state, outcome.value.errors[0].code]),
            [["resolved", 500], ["rejected", 500], ["rejected", 500], ["rejected", 500]]);
        for (const verb of Object.keys(gms.answers)) gms.answers[verb] = () => new Response("none", { status: 503 });
        for (const outcome of await outcomes()) eq([outcome.state, outcome.value.status], ["rejected", 503]);
    "##;
    /// 5: sent without a chat, too, and draws nothing
    a_custom_notice_is_sent_with_and_without_a_chat => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus);
        run(CXBus, chatConfig());
        await until(() => spy.has("ready"));
        await settled(spy.command("WebChatService.sendCustomNotice", { message: "early" }));
        eq(gms.requests.map((request) => [request.path, request.fields.get("message")]), [["//customNotice", "early"]]);
    "##;
    /// webchatservice, poll
    poll_is_private_and_one_at_a_time => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms), own = asItself(CXBus, "WebChatService");
        eq((await settled(spy.command("WebChatService.poll"))).value, "Access Denied to private command. Only WebChatService is allowed to invoke this command.");
        await spy.command("WebChatService.stopPoll");
        await settle();
        let answered;
        gms.answers.refresh = () => new Promise((resolve) => { answered = resolve; });
        const polls = gms.sent("refresh").length;
        eq(await settled(own.command("poll")), { state: "resolved", values: [null] });
        await until(() => answered);
        eq((await settled(own.command("poll"))).value, "previous poll has not finished.");
        eq(gms.sent("refresh").length, polls + 1);
        delete gms.answers.refresh;
        answered(Response.json({ statusCode: 0, chatEnded: true, messages: [] }));
        await until(() => spy.has("ended"));
        eq((await settled(own.command("poll"))).value, "previous poll has not finished.", "the same text without a chat");
    "##;
    /// webchatservice, startPoll and stopPoll
    polling_stops_and_starts_by_command => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms);
        eq(await settled(spy.command("WebChatService.stopPoll")), { state: "resolved", values: [null] });
        await until(() => spy.has("pollingStopped"));
        await settle();
        gms.say("unheard");
        const polls = gms.sent("refresh").length, end = performance.now() + 100;
        await until(() => performance.now() > end);
        eq(gms.sent("refresh").length, polls);
        eq(await settled(spy.command("WebChatService.startPoll")), { state: "resolved", values: [null] });
        await until(() => spy.texts().includes("unheard"));
        eq(spy.log.filter((name) => name === "pollingStarted").length, 2);
        without(spy, "pollingStarted", "pollingStopped");
        eq((await settled(spy.command("WebChatService.startPoll"))).state, "resolved", "also while polling");
    "##;
    /// webchatservice, resetPollExceptions; 3: more than the limit in a row
    resetting_poll_exceptions_counts_anew => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms, { pollExceptionLimit: 2 }), own = asItself(CXBus, "WebChatService");
        await spy.command("WebChatService.stopPoll");
        await settle();
        gms.statusCode = 1;
        const poll = async () => {
            const answers = spy.datas["WebChatService.ajaxResponse"].length;
            await own.command("poll");
            await until(() => spy.datas["WebChatService.ajaxResponse"].length > answers);
            await settle();
        };
        await poll();
        await poll();
        eq(await settled(spy.command("WebChatService.resetPollExceptions")), { state: "resolved", values: [null] });
        await poll();
        await poll();
        eq(spy.has("chatServerWentOffline"), false, "two in a row are tolerated");
        await poll();
        eq(spy.has("chatServerWentOffline"), true);
        await poll();
        eq(spy.log.filter((name) => name === "chatServerWentOffline").length, 1, "told once");
        gms.statusCode = 0;
        await poll();
        eq(spy.log.slice(-2), ["chatServerBackOnline", "reconnected"]);
        without(spy, "chatServerWentOffline", "chatServerBackOnline", "reconnected");
        await spy.command("WebChatService.startPoll");
    "##;
    /// webchatservice, restore
    restore_is_private_and_runs_once => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus);
        leaveCookies();
        gms.add("ParticipantJoined", CLIENT);
        let answered;
        gms.answers.refresh = () => new Promise((resolve) => { answered = resolve; });
        run(CXBus, chatConfig());
        await until(() => answered);
        eq((await settled(spy.command("WebChatService.restore"))).value,
            "Access Denied to private command. Only WebChatService is allowed to invoke this command in Non-Async mode.");
        const itself = asItself(CXBus, "WebChatService");
        eq((await settled(itself.command("restore"))).value, "Already restoring. Ignoring request.");
        delete gms.answers.refresh;
        answered(Response.json({ statusCode: 0, chatEnded: false, chatId: "CHAT1", messages: [] }));
        await until(() => spy.has("restored"));
        eq((await settled(itself.command("restore"))).value, "Chat session is already active, ignoring restore command.");
        gms.ended = true;
        await until(() => spy.has("ended"));
        eq(await settled(itself.command("restore")), { state: "rejected", values: [null] }, "there is no chat to be found");
        gms.ended = false;
        leaveCookies();
        eq(await settled(itself.command("restore")), { state: "resolved", values: [null] });
    "##;
    /// webchatservice, getAgents and getStats
    agents_and_stats_tell_names_and_times => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms), before = Date.now();
        gms.add("ParticipantJoined", AGENT);
        gms.add("ParticipantJoined", { nickname: "Boss", participantId: 3, type: "Supervisor" });
        gms.add("ParticipantLeft", AGENT, { utcTime: 1700000005000 });
        await until(() => spy.has("agentDisconnected"));
        const { agents } = await spy.command("WebChatService.getAgents");
        eq(agents, { 2: { name: "Grace", connected: false, supervisor: false, connectedTime: 1700000000000, disconnectedTime: 1700000005000 },
            3: { name: "Boss", connected: true, supervisor: true, connectedTime: 1700000000000, disconnectedTime: false } });
        const running = await spy.command("WebChatService.getStats");
        eq([Object.keys(running), running.agents, running.endTime], [["agents", "startTime", "endTime", "duration"], agents, 0]);
        ok(running.startTime > before - 60000 && running.startTime <= before && running.duration >= 0);
        gms.ended = true;
        await until(() => spy.has("ended"));
        const ended = await spy.command("WebChatService.getStats");
        eq(ended.duration, ended.endTime - ended.startTime);
    "##;
    /// webchatservice, registerTypingPreviewInput
    a_watched_field_tells_of_typing => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms, { typingTimeout: 30 });
        const make = (tag, type) => Object.assign(document.createElement(tag), type ? { type } : {});
        const watch = (input) => settled(spy.command("WebChatService.registerTypingPreviewInput", { input }));
        for (const wrong of [undefined, "input", {}, make("div"), make("input", "checkbox")]) {
            eq((await watch(wrong)).value, "Invalid value provided for the input property. An HTML element reference to a textarea or text input is required.");
        }
        const field = make("textarea");
        eq(await watch(field), { state: "resolved", values: [null] });
        eq((await watch(make("input", "text"))).state, "resolved");
        field.value = "draft";
        field.dispatchEvent(new Event("input"));
        await until(() => gms.sent("startTyping").length);
        eq(gms.sent("startTyping")[0].fields.get("message"), "draft");
        await until(() => gms.sent("stopTyping").length && spy.has("clientTypingStopped"));
        eq(spy.log.filter((name) => /^clientTyping/.test(name)), ["clientTypingStarted", "clientTypingStopped"]);
    "##;
    /// 3: `chatStartLock`; webchatservice, startChat
    only_one_chat_is_started_at_a_time => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus), lock = "_genesys.widgets.webchat.state.chatStartLock";
        run(CXBus, chatConfig());
        await until(() => spy.has("ready"));
        document.cookie = `${lock}=${Date.now()}; path=/`;
        const start = () => settled(spy.command("WebChatService.startChat", {}));
        eq((await start()).value, "There is already an active chat session.", "another tab is starting one");
        eq(gms.requests.length, 0);
        document.cookie = `${lock}=${Date.now() - 60000}; path=/`;
        const [first, second] = await Promise.all([start(), start()]);
        eq([first.state, second.value, gms.sent("start").length], ["resolved", "There is already an active chat session.", 1]);
        ok(!document.cookie.includes("chatStartLock"), "given back");
    "##;
    /// webchatservice, sendFile; backend facts 1.5: the codes of files
    files_are_sent_one_by_one => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus), file = (name) => new File(["content"], name, { type: "text/plain" });
        const send = (files) => settled(spy.command("WebChatService.sendFile", { files }));
        run(CXBus, chatConfig());
        await until(() => spy.has("ready"));
        eq((await send([file("a.txt")])).value, "There is no active chat session.");
        await spy.command("WebChatService.startChat", {});
        for (const nothing of [undefined, [], "a.txt", document.createElement("input")]) eq((await send(nothing)).value, "No file provided.");
        const chosen = new DataTransfer(), input = Object.assign(document.createElement("input"), { type: "file", multiple: true });
        chosen.items.add(file("a.txt"));
        chosen.items.add(file("b.txt"));
        input.files = chosen.files;
        gms.answers.file = (fields) => Response.json({ statusCode: 0, userData: { "file-id": fields.get("file").name } });
        const sent = await send(input);
        eq([sent.state, sent.value.userData["file-id"]], ["resolved", "b.txt"], "the last answer");
        eq(gms.sent("file").map((request) => [request.path, [...request.fields.keys()], request.fields.get("secureKey"), request.fields.get("file").name]),
            [["/CHAT1/file", ["alias", "secureKey", "userId", "file"], "K1", "a.txt"], ["/CHAT1/file", ["alias", "secureKey", "userId", "file"], "K1", "b.txt"]]);
        eq((await send(chosen.files)).state, "resolved", "a FileList");
        eq((await send([input])).state, "resolved", "a list as of jQuery");
        const before = gms.sent("file").length;
        for (const code of [203, 201, 202]) {
            gms.answers.file = () => Response.json({ statusCode: 2, errors: [{ code, advice: "3" }] }, { status: 400 });
            const refused = await send(input);
            eq([refused.state, refused.value.status, refused.value.responseJSON.errors[0].code], ["rejected", 400, code]);
        }
        eq(gms.sent("file").length, before + 3, "none after one that is refused");
        gms.answers.file = () => Response.json({ statusCode: 2, errors: [{ code: 202, advice: "3" }] });
        eq((await send([file("a.txt")])).value.errors[0].code, 202);
        gms.answers.file = () => new Response("", { status: 413 });
        eq((await send([file("a.txt")])).value.status, 413, "too large for the server on the way");
    "##;
    /// backend facts 1.6
    file_limits_are_asked_for => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus), limits = () => settled(spy.command("WebChatService.getFileLimits"));
        run(CXBus, chatConfig());
        await until(() => spy.has("ready"));
        eq((await limits()).value, "There is no active chat session.");
        await spy.command("WebChatService.startChat", {});
        gms.answers["file/limits"] = () => Response.json({ statusCode: 0, messages: [{ userData: { "upload-max-files": "3" } }] });
        eq((await limits()).value.messages[0].userData, { "upload-max-files": "3" });
        const [asked] = gms.sent("file/limits");
        ok(asked.type.startsWith("multipart/form-data"));
        eq([...asked.fields.keys()], ["alias", "secureKey", "userId"]);
        gms.answers["file/limits"] = () => Response.json({ statusCode: 2, errors: [{ code: 500 }] });
        eq((await limits()).value.errors[0].code, 500);
        gms.answers["file/limits"] = () => new Response("", { status: 404 });
        eq((await limits()).value.status, 404);
    "##;
    /// webchatservice, downloadFile
    a_file_is_downloaded_by_a_form => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus), forms = formsNoted(), download = (data) => settled(spy.command("WebChatService.downloadFile", data));
        run(CXBus, chatConfig());
        await until(() => spy.has("ready"));
        eq((await download({ fileId: "1" })).value, "There is no active chat session.");
        await spy.command("WebChatService.startChat", {});
        eq((await download({})).value, "No file id provided.");
        eq(await download({ fileId: "a/1", fileName: "a.txt" }), { state: "resolved", values: [null] });
        forms.plain();
        eq(forms, [["post", "_blank", "/genesys/2/chat/svc/CHAT1/file/a%2F1/download", [["alias", "117"], ["secureKey", "K1"], ["userId", "U1"]], true]]);
        eq(all("form[target=_blank]").length, 0, "gone again");
    "##;
}
