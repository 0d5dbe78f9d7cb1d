//! `pureengage-v3-rest` against a scripted chat API v3 (transports 1 and 3).

/// Browser tests with the scripted server.
macro_rules! v3_tests {
    ($($(#[$doc:meta])* $name:ident => $body:literal;)*) => {
        browser_tests! { $($(#[$doc])* $name => concat!(include_str!("common/v3.js"), $body);)* }
    };
}

v3_tests! {
    /// 3.2: start; 3.5: order; 3.7: session data and cookies
    a_new_chat_has_its_request_and_events_in_order => r##"
        const v3 = fakeV3(), spy = await readyV3({ clientType: "browser" }, { userData: { plan: "gold" } }), order = [];
        eq(await spy.command("WebChatService.getSessionData"), {});
        for (const name of ["started", "pollingStarted", "ajaxResponse", "clientConnected", "messageReceived"]) {
            spy.subscribe(`WebChatService.${name}`, () => { if (!order.includes(name)) order.push(name); });
        }
        const started = await outcome(spy, "startChat", { firstname: "Ada", lastname: "Byron", userData: { phone: "123" } });
        eq([started.state, started.value.data.clientToken], ["resolved", v3.token]);
        await until(() => spy.has("messageReceived"));
        eq(order, ["started", "pollingStarted", "ajaxResponse", "clientConnected", "messageReceived"]);
        const [start] = v3.sent("POST", ""), { fields } = start;
        ok(start.raw.startsWith("data%5BfirstName%5D=Ada&data%5BlastName%5D=Byron&data%5Bnickname%5D=Ada&data%5Bendpoint%5D=E1&data%5Bstream%5D=web"
            + "&data%5BclientType%5D=browser&data%5Bemail%5D=&data%5Bsubject%5D=&data%5BuserData%5D"), start.raw);
        eq([fields.get("data[userData][plan]"), fields.get("data[userData][phone]"), fields.get("data[userData][PhoneNumber]")], ["gold", "123", "123"]);
        ok(fields.has("data[userData][_genesys_source]") && fields.has("operationId") && !fields.has("data[userData][_genesys_widgets]"));
        eq([start.type, start.key, start.token], ["application/x-www-form-urlencoded; charset=UTF-8", "A1", null]);
        const data = { sessionId: "S1", transportId: "T1", participantId: "P1", token: v3.token };
        eq(spy.datas["WebChatService.started"], [{ data }]);
        eq(await spy.command("WebChatService.getSessionData"), data);
        eq(spy.datas["WebChatService.ajaxResponse"].map((answer) => answer.data.clientToken), [v3.token]);
        const [poll] = v3.polls();
        eq([poll.key, poll.token, [...poll.query.keys()]], ["A1", v3.token, ["operationId"]]);
        for (const [name, value] of [["keys", v3.token], ["session", "S1"], ["index", "0001"]]) {
            ok(document.cookie.includes(`_genesys.widgets.webchat.state.pureengage-v3-rest.${name}=${value}`), name);
        }
        eq(CXBus.data("WebChatService.capabilities"), { async: false, asyncClose: "endChat", pagination: false, fileUpload: true });
        eq((await outcome(spy, "startChat", {})).value, "There is already an active chat session");
        await goodbye(spy);
    "##;
    /// 1.3
    commands_answer_as_the_product_does => r##"
        fakeV3();
        const spy = await readyV3();
        const texts = { stopPoll: "Not currently polling. Ignoring command.", startPoll: "There is no active chat session",
            poll: "Access Denied to private command. Only WebChatService is allowed to invoke this command",
            resetPollExceptions: "This transport doesn't support any poll Exceptions.",
            getFileLimits: "This transport doesn't support getFileLimits command.",
            sendCustomNotice: "This transport doesn't support sendCustomNotice command.",
            downloadFile: "This transport doesn't support file download.", sendFile: "There is no active chat session.",
            fetchHistory: "Fetching messages history applies to only Asynchronous chat.", restore: "No chat session found to restore.",
            sendTyping: "There is no active chat session.", sendMessage: "There is no active chat session." };
        for (const [name, text] of Object.entries(texts)) eq((await outcome(spy, name)).value, text, name);
        await spy.command("WebChatService.startChat", { firstname: "Ada" });
        eq((await outcome(spy, "sendMessage", { message: " " })).value, "No message text provided");
        const hanging = spy.command("WebChatService.updateInteractionData", { a: 1 });
        await until(() => pageErrors.length > 0);
        eq(hanging.state(), "pending", "a page error, and it never settles");
        await goodbye(spy);
    "##;
    /// 1.3: the DELETE without a chat
    an_end_without_a_chat_is_sent_all_the_same => r##"
        const v3 = fakeV3(), spy = await readyV3();
        eq((await outcome(spy, "endChat")).value, "There is no active chat session");
        await until(() => spy.has("ended"));
        eq(v3.sent("DELETE", "/undefined/participants/undefined").length, 1);
        ok(spy.log.indexOf("clientDisconnected") < spy.log.indexOf("ended"));
    "##;
    /// 3.5: messages
    messages_keep_their_raw_fields => r##"
        const v3 = fakeV3(), spy = await startV3();
        v3.add("ParticipantJoined");
        v3.say("Hello");
        v3.add("PushUrl", v3.agent, { url: "https://example.com/" });
        v3.add("ParticipantJoined", { nickname: "Boss", participantId: "P3", type: "Supervisor" });
        await until(() => spy.has("supervisorConnected"));
        await until(() => spy.texts().includes("https://example.com/"));
        const index = spy.texts().indexOf("Hello");
        const message = spy.batches.flatMap((batch) => batch.messages)[index], raw = spy.batches.flatMap((batch) => batch.originalMessages)[index];
        eq([message.type, message.index, message.timestamp, message.utcTime, typeof message.iTempIndex, "restoring" in message],
            ["Message", "0003", 1700000003000, 1700000003000, "number", false]);
        eq(message.from, { name: "Grace", type: "Agent", participantId: "P2" });
        eq([raw.index, raw.type, raw.from.name, raw.from.id], ["0-003", "Text", "Grace", "P2"]);
        eq(spy.batches[0].originalMessages[0].from, { nickname: "Ada", participantId: "P1", type: "Client", name: "Ada", id: "P1" });
        ok(spy.log.indexOf("agentConnected") < spy.log.lastIndexOf("messageReceived"), "the event comes first");
        const { agents, message: joined } = spy.datas["WebChatService.agentConnected"][0];
        eq(agents.P2, { name: "Grace", connected: true, supervisor: false, disconnectedTime: false }, "nobody learns when");
        eq([joined.from.id, joined.from.name], ["P2", "Grace"]);
        ok(spy.has("agentTypingStopped"), "before each message of an agent");
        eq([spy.batches[0].sessionData, Object.keys(spy.datas["WebChatService.agentConnected"][0])], [undefined, ["message", "agents"]]);
        v3.add("TypingStarted");
        await until(() => spy.has("agentTypingStarted"));
        await until(() => spy.batches.some((batch) => batch.messages.some((one) => one.type === "TypingStarted")), "it is a message as well");
        await until(() => spy.has("agentTypingTimeout"), "three seconds later");
        const batches = spy.batches.length, polls = v3.polls().length;
        v3.delivered = 0;
        await until(() => v3.polls().length >= polls + 2);
        eq(spy.batches.length, batches, "what comes twice is dropped");
        await goodbye(spy);
    "##;
    /// 3.2: what the customer does
    what_the_customer_does_is_sent => r##"
        const v3 = fakeV3(), spy = await startV3();
        const fields = (method, path, position = 0) => Object.fromEntries([...v3.sent(method, path)[position].fields].filter(([key]) => key !== "operationId"));
        eq((await outcome(spy, "sendMessage", { message: "Hi" })).state, "resolved");
        await spy.command("WebChatService.sendMessage", { message: "Hi", type: "Other" });
        eq([fields("POST", "/S1/messages"), fields("POST", "/S1/messages", 1)], [{ "data[type]": "Text", "data[text]": "Hi" }, { "data[type]": "Other", "data[text]": "Hi" }]);
        await spy.command("WebChatService.sendTyping", { message: "dra" });
        eq(fields("POST", "/S1/messages", 2), { "data[type]": "TypingStarted", "data[text]": "dra" });
        await until(() => v3.sent("POST", "/S1/messages").length === 4, "two seconds later");
        eq(fields("POST", "/S1/messages", 3)["data[type]"], "TypingStopped");
        await spy.command("WebChatService.updateUserData", { late: "1" });
        eq([fields("PUT", "/S1/userdata"), CXBus.data("WebChatService.userData").late], [{ "data[late]": "1" }, "1"]);
        const input = document.createElement("input");
        input.type = "file";
        const files = new DataTransfer();
        files.items.add(new File(["x"], "x.png", { type: "image/png" }));
        input.files = files.files;
        eq((await outcome(spy, "sendFile", { files: input })).state, "resolved");
        ok(v3.sent("POST", "/S1/images")[0].type.startsWith("multipart/form-data"));
        v3.fail["POST /S1/messages"] = [400, "BAD", "no"];
        eq(await outcome(spy, "sendMessage", { message: "x" }), { state: "rejected", values: [null] });
        await until(() => spy.has("error"));
        eq([spy.datas["WebChatService.error"][0].status, CXBus.data("WebChatService.sessionActive")], [400, true], "the session is kept");
        await goodbye(spy);
    "##;
    /// 3.5: the end by the customer
    an_end_by_the_customer_has_its_events_in_order => r##"
        const v3 = fakeV3(), spy = await startV3();
        v3.add("ParticipantJoined");
        await until(() => spy.has("agentConnected"));
        spy.log.length = 0;
        const answerTo = heldBack("DELETE"), ending = outcome(spy, "endChat");
        await until(() => answerTo.waits);
        eq(CXBus.data("WebChatService.sessionActive"), false, "at once");
        answerTo.come();
        const ended = await ending;
        eq([ended.state, ended.value.status.code, v3.sent("DELETE", "/S1/participants/P1").length], ["resolved", 1, 1]);
        await until(() => spy.has("agentDisconnected"));
        eq(spy.log.filter((name) => /^(polling|client|agent|ended)/.test(name)).slice(-4), ["pollingStopped", "clientDisconnected", "ended", "agentDisconnected"]);
        eq([Object.keys(spy.datas["WebChatService.agentDisconnected"][0]), await spy.command("WebChatService.getSessionData")], [["agents"], {}]);
        v3.fail["DELETE"] = [500, "X", "no"];
        await spy.command("WebChatService.startChat", {});
        spy.log.length = 0;
        eq((await outcome(spy, "endChat")).state, "rejected");
        await until(() => spy.has("ended"));
        ok(!spy.has("agentDisconnected"));
    "##;
    /// Trap 6, where the host differs on purpose: `ended` is published
    a_chat_that_the_server_ends_is_ended => r##"
        const v3 = fakeV3(), spy = await startV3();
        v3.say("Goodbye");
        v3.ended = true;
        await until(() => spy.has("ended"));
        ok(spy.texts().includes("Goodbye"), "the messages of that answer are handled");
        ok(spy.log.indexOf("pollingStopped") < spy.log.indexOf("ended"));
        eq([await spy.command("WebChatService.getSessionData"), CXBus.data("WebChatService.sessionActive")], [{}, false]);
        ok(!document.cookie.includes("pureengage-v3-rest"));
    "##;
    /// 3.4: failures of polls
    polls_go_on_after_failures => r##"
        const v3 = fakeV3(), spy = await startV3();
        const started = spy.log.filter((name) => name === "pollingStarted").length;
        await until(() => spy.log.filter((name) => name === "pollingStarted").length >= started + 2, "before each poll");
        v3.fail["GET "] = [429, "TOO_MANY", "slow down"];
        await until(() => spy.has("error"));
        const [error] = spy.datas["WebChatService.error"][0].errors;
        eq([error.code, error.text, error.response.status], ["pureengage-v3-rest-TOO_MANY", "slow down", 429]);
        await until(() => spy.datas["WebChatService.error"].length > 1, "each time");
        v3.fail["GET "] = [0];
        await until(() => spy.has("disconnected"));
        const polls = v3.polls().length;
        await until(() => v3.polls().length >= polls + 2);
        v3.fail = {};
        await until(() => spy.has("reconnected"));
        eq([spy.log.filter((name) => name === "disconnected").length, CXBus.data("WebChatService.sessionActive")], [1, true]);
        await goodbye(spy);
    "##;
    /// 3.4: without a network
    a_message_without_a_network_is_rejected => r##"
        const v3 = fakeV3(), spy = await startV3();
        v3.fail = { "GET ": [0], "POST ": [0] };
        await until(() => spy.has("disconnected"));
        const errors = () => (spy.datas["WebChatService.error"] || []).length, before = errors();
        const refused = await outcome(spy, "sendMessage", { message: "Anybody?" });
        eq([refused.state, refused.value === undefined], ["rejected", true]);
        await until(() => errors() > before);
        eq([pageErrors, CXBus.data("WebChatService.sessionActive")], [[], true]);
        v3.fail = {};
        await until(() => spy.has("reconnected"));
        await goodbye(spy);
    "##;
    /// 3.4: a tab that is closed while it polls
    a_page_that_goes_away_gives_the_lock_back => r##"
        const v3 = fakeV3(), spy = await startV3(), answer = window.fetch;
        let goOn;
        window.fetch = async (request) => {
            if (request.method === "GET" && !goOn) await new Promise((resolve) => { goOn = resolve; });
            return answer(request);
        };
        await until(() => goOn);
        eq(localStorage.getItem(LOCK), "true");
        window.dispatchEvent(new Event("pagehide"));
        eq(localStorage.getItem(LOCK), "false", "another tab can poll");
        goOn();
        await goodbye(spy);
    "##;
    /// 3.6: the server has no such session
    a_lost_session_is_told_and_dropped => r##"
        const v3 = fakeV3(), spy = await startV3();
        v3.fail["GET "] = [400, "INVALID_SESSION", "gone"];
        await until(() => spy.has("sessionLost"));
        await until(() => spy.has("pollingStopped"));
        eq(spy.log.slice(spy.log.indexOf("sessionLost")).filter((name) => /^(sessionLost|error|pollingStopped)$/.test(name)), ["sessionLost", "error", "pollingStopped"]);
        eq([spy.datas["WebChatService.sessionLost"][0].status, spy.datas["WebChatService.error"][0].status, spy.has("ended")], [400, 400, false]);
        eq(await spy.command("WebChatService.getSessionData"), {});
        v3.fail = { "POST ": [401, "AUTHENTICATION_REQUIRED", "no"] };
        eq((await outcome(spy, "startChat", {})).value.status, 401);
        await until(() => spy.datas["WebChatService.error"].length === 2);
        eq(spy.datas["WebChatService.error"][1].errors[0].code, "pureengage-v3-rest-AUTHENTICATION_REQUIRED");
    "##;
    /// 3.4: one tab polls; pausing
    polling_pauses_and_waits_for_other_tabs => r##"
        const v3 = fakeV3(), spy = await startV3();
        await until(() => localStorage.getItem(LOCK) === "false");
        localStorage.setItem(LOCK, "true");
        const idle = async () => {
            const polls = v3.polls().length, end = performance.now() + 500;
            await until(() => performance.now() > end);
            eq(v3.polls().length, polls);
        };
        await idle();
        localStorage.setItem(LOCK, "false");
        v3.say("after the other tab");
        await until(() => spy.texts().includes("after the other tab"));
        eq((await outcome(spy, "pausePoll")).state, "resolved");
        v3.say("after the pause");
        await idle();
        eq((await outcome(spy, "continuePoll")).state, "resolved");
        await until(() => spy.texts().includes("after the pause"));
        eq(v3.polls().filter((poll) => poll.query.has("index")).map((poll) => poll.query.get("index")), ["0-002"]);
        eq((await outcome(spy, "stopPoll")).state, "resolved");
        await until(() => spy.has("pollingStopped"));
        v3.say("after the stop");
        await idle();
        eq((await outcome(spy, "startPoll")).state, "resolved");
        await until(() => spy.texts().includes("after the stop"));
        await goodbye(spy);
    "##;
    /// 3.5: reload
    a_reload_brings_everything => r##"
        const v3 = fakeV3(), spy = makeSpy(CXBus), order = [];
        v3.add("ParticipantJoined");
        v3.add("TypingStarted");
        v3.say("earlier");
        v3Cookie("keys", v3.token);
        v3Cookie("session", "S1");
        for (const name of ["ready", "capabilitiesChanged", "restored", "clientConnected", "agentConnected", "messageReceived", "pollingStarted"]) {
            spy.subscribe(`WebChatService.${name}`, () => { if (!order.includes(name)) order.push(name); });
        }
        document.cookie = "_genesys.widgets.webchat.state.ping=1; path=/";
        Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
        run(CXBus, v3Config({}, { sleepEnabled: true, pollRateSleep: 3600000 }));
        await until(() => order.includes("pollingStarted"));
        eq(order, ["ready", "capabilitiesChanged", "restored", "clientConnected", "agentConnected", "messageReceived", "pollingStarted"]);
        eq([spy.datas["WebChatService.restored"], spy.batches[0].restoring], [[{ async: false }], true]);
        ok(spy.has("agentTypingStarted"), "old typing is replayed");
        eq(v3.sent("GET", "/S1/messages")[0].query.get("count"), "10000");
        eq((await spy.command("WebChatService.getSessionData")).token, v3.token, "the token is kept");
        eq((await outcome(spy, "restore")).value, "Chat session is already active, ignoring restore command.");
        const polls = v3.polls().length;
        await until(() => v3.polls().length > polls + 2, "a hidden page goes on");
        delete document.hidden;
        eq([spy.has("sleeping"), spy.has("restoreTimeout"), /state\.ping=1(;|$)/.test(document.cookie)], [false, false, true]);
        await goodbye(spy);
    "##;
    /// 3.6: a restore that fails
    a_restore_that_fails_drops_the_session => r##"
        const v3 = fakeV3(), spy = makeSpy(CXBus);
        v3Cookie("keys", v3.token);
        v3Cookie("session", "S1");
        v3.fail["GET "] = [500, "X", "no"];
        document.cookie = "_genesys.widgets.webchat.state.open=true; path=/";
        run(CXBus, v3Config());
        await until(() => spy.has("Toaster.opened"), "the re-invite");
        eq(spy.log.filter((name) => /^restore|closed|Toaster/.test(name)), ["restoreFailed", "WebChat.closed", "Toaster.opened"]);
        eq(spy.datas["WebChatService.error"][0].errors[0].code, "pureengage-v3-rest-X");
        ok(!document.cookie.includes("pureengage-v3-rest"));
        eq((await outcome(spy, "verifySession")).value, { sessionActive: false });
    "##;
    /// 3.7: async mode
    in_async_mode_the_site_keeps_the_session => r##"
        const v3 = fakeV3(), kept = [], asked = [];
        const asynchronous = { enabled: true, getSessionData: (data, cookie, options) => kept.push([data, typeof cookie.get, options.path]),
            setSessionData: (name) => { asked.push(name); return kept.length ? JSON.stringify(kept.at(-1)[0]) : undefined; } };
        for (let number = 0; number < 20; number += 1) v3.say(`old ${number}`);
        const spy = await startV3({ async: asynchronous, maxMessagePageSize: 4 });
        eq(CXBus.data("WebChatService.capabilities"), { async: true, asyncClose: "endChat", pagination: true, fileUpload: true });
        await until(() => spy.texts().includes("old 19"));
        await until(() => kept.length > 1);
        eq(kept[0], [{ token: v3.token }, "function", "/"]);
        eq(kept.at(-1)[0], { messageIndex: "0-021", token: v3.token });
        ok(asked.length > 1 && asked.every((name) => name === "_genesys.widgets.webchat.state.open"), "before almost every request");
        ok(!document.cookie.includes("v3-rest.keys"), "no token in a cookie");
        await goodbye(spy);
    "##;
    /// 3.7: restore by hand and without a session cookie; fetchHistory
    in_async_mode_a_chat_comes_back_by_its_token_page_by_page => r##"
        const v3 = fakeV3();
        for (let number = 0; number < 20; number += 1) v3.say(`old ${number}`);
        const spy = await readyV3({ async: { enabled: true }, maxMessagePageSize: 4 });
        eq((await outcome(spy, "restore", { sessionData: v3.token })).state, "resolved");
        await until(() => spy.batches.length > 0);
        eq([v3.sent("POST", "").map((one) => one.token), spy.datas["WebChatService.restored"]], [[v3.token], [{ async: true }]]);
        eq([v3.sent("GET", "/S1/messages")[0].query.get("count"), spy.batches[0].messages.length], ["16", 16], "a page has sixteen at least");
        eq((await outcome(spy, "fetchHistory")).state, "resolved");
        await until(() => spy.batches.some((batch) => batch.oldMessages));
        const older = spy.batches.find((batch) => batch.oldMessages);
        eq([older.messages[0].text, older.messages.at(-1).type, older.restoring], ["old 3", "ParticipantJoined", false], "newest first");
        const history = v3.sent("GET", "/S1/messages").find((one) => one.query.has("index") && one.query.has("count"));
        eq([history.query.get("index"), history.query.get("count")], ["0-006", "16"]);
        await until(() => v3.polls().some((poll) => poll.query.get("index") === "0-021"), "polling goes on with the index");
        eq((await outcome(spy, "fetchHistory")).value, "No more messages to fetch");
        await until(() => lines().length === 21);
        eq(lines(), ["Chat started", ...Array.from({ length: 20 }, (_, number) => `old ${number}`)], "the window has the older ones at the top");
        await goodbye(spy);
    "##;
    /// 3.7 [read]: loss in async mode
    in_async_mode_the_site_is_told_of_the_loss => r##"
        const v3 = fakeV3(), lost = [];
        let kept;
        const asynchronous = { enabled: true, getSessionData: (data) => { kept = data; }, setSessionData: () => kept,
            deleteSessionData: (data) => lost.push(data) };
        const spy = await startV3({ async: asynchronous });
        v3.fail["GET "] = [404, "X", "gone"];
        await until(() => lost.length === 1);
        eq([lost[0].sessionData.sessionId, lost[0].response.status], ["S1", 404]);
        await until(() => spy.has("sessionLost"));
    "##;
    /// 3.3 [read]: pictures
    pictures_become_data_urls => r##"
        const v3 = fakeV3(), spy = await startV3();
        v3.add("Message", v3.agent, { text: "look", content: [{ type: "image", mime: "image/png", url: "/picture" }] });
        await until(() => spy.texts().includes("look"));
        eq(spy.batches.at(-1).messages.at(-1).content[0].url, "data:image/png;base64,AQID");
        await goodbye(spy);
    "##;
    /// 1.2 [read]: an exception in a preprocessor stops polling until something starts it
    an_exception_in_a_preprocessor_stops_polling => r##"
        const v3 = fakeV3(), spy = await startV3();
        let bad = true;
        await spy.command("WebChatService.registerPreProcessor", { preprocessor: () => { if (bad) throw new Error("boom-preprocessor"); } });
        v3.say("lost");
        await until(() => pageErrors.some((text) => text.includes("boom-preprocessor")));
        bad = false;
        v3.say("later");
        const polls = v3.polls().length, end = performance.now() + 500;
        await until(() => performance.now() > end);
        eq(v3.polls().length, polls);
        await spy.command("WebChatService.startPoll");
        await until(() => spy.texts().includes("later"));
        eq(spy.texts().includes("lost"), false);
        await goodbye(spy);
    "##;
}
