//! `pureengage-v3-rest` against a scripted chat API v3: start, messages, end (transports 1 and 3).

scripted_tests! {
    "common/v3.js",
    /// 3.2: start; 3.5: order; 3.7: session data and cookies
    a_new_chat_has_its_request_and_events_in_order => r##"
        const v3 = fakeV3(), spy = await readyV3({ clientType: "browser" }, { userData: { plan: "gold" } }), order = [];
        eq(await spy.command("WebChatService.getSessionData"), {});
        for (const name of ["started", "pollingStarted", "ajaxResponse", "clientConnected", "messageReceived"]) {
            spy.subscribe(`WebChatService.${name}`, () => { if (!order.includes(name)) order.push(name); });
        }
        const starting = spy.command("WebChatService.startChat", { firstname: "Ada", lastname: "Byron", order: "A-1",
            userData: { phone: "123" } });
        starting.done(() => order.push("resolved"));
        const started = await settled(starting);
        eq([started.state, started.value.data.clientToken], ["resolved", v3.token]);
        await until(() => spy.has("messageReceived"));
        // The events are on their way when the command resolves, and the bus delivers each in a task of its own.
        eq(order, ["resolved", "started", "pollingStarted", "ajaxResponse", "clientConnected", "messageReceived"]);
        const [start] = v3.sent("POST", ""), { fields } = start;
        ok(start.raw.startsWith("data%5BfirstName%5D=Ada&data%5BlastName%5D=Byron&data%5Bnickname%5D=Ada&data%5Bendpoint%5D=E1&data%5Bstream%5D=web"
            + "&data%5BclientType%5D=browser&data%5Bemail%5D=&data%5Bsubject%5D=&data%5Border%5D=A-1&data%5BuserData%5D"), start.raw);
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
        const v3 = fakeV3(), spy = await readyV3();
        const texts = { stopPoll: "Not currently polling. Ignoring command.", startPoll: "There is no active chat session",
            poll: "Access Denied to private command. Only WebChatService is allowed to invoke this command",
            resetPollExceptions: "This transport doesn't support any poll Exceptions.",
            getFileLimits: "This transport doesn't support getFileLimits command.",
            sendCustomNotice: "This transport doesn't support sendCustomNotice command.",
            downloadFile: "This transport doesn't support file download.", sendFile: "There is no active chat session.",
            fetchHistory: "Fetching messages history applies to only Asynchronous chat.", restore: "No chat session found to restore.",
            sendTyping: "There is no active chat session.", sendMessage: "There is no active chat session." };
        for (const [name, text] of Object.entries(texts)) eq((await outcome(spy, name)).value, text, name);
        eq((await outcome(spy, "restore", { sessionData: v3.token })).value, texts.restore, "a token is for async mode");
        await spy.command("WebChatService.startChat", { firstname: "Ada" });
        for (const name of ["poll", "resetPollExceptions", "getFileLimits", "sendCustomNotice", "downloadFile", "fetchHistory"]) {
            eq((await outcome(spy, name)).value, texts[name], `${name} in a chat`);
        }
        eq((await outcome(spy, "restore")).value, "Chat session is already active, ignoring restore command.");
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
        // How many batches had been told of when an event came, and which has the message that it is about.
        const told = (name) => spy.log.slice(0, spy.log.indexOf(name)).filter((one) => one === "messageReceived").length;
        const about = (fits) => spy.batches.findIndex((batch) => batch.messages.some(fits));
        eq(told("agentConnected"), about((one) => one.type === "ParticipantJoined" && one.from.type === "Agent"), "the event comes first");
        const { agents, message: joined } = spy.datas["WebChatService.agentConnected"][0];
        eq(agents.P2, { name: "Grace", connected: true, supervisor: false, disconnectedTime: false }, "nobody learns when");
        eq([joined.from.id, joined.from.name], ["P2", "Grace"]);
        eq(told("agentTypingStopped"), about((one) => one.text === "Hello"), "before each message of an agent");
        eq(spy.log.filter((name) => name === "agentTypingStopped").length, 2, "Hello, and what was pushed");
        eq([spy.batches[0].sessionData, Object.keys(spy.datas["WebChatService.agentConnected"][0])], [undefined, ["message", "agents"]]);
        v3.add("Notice", v3.agent, { text: "a notice" });
        v3.say("from above", { nickname: "Boss", participantId: "P3", type: "Supervisor" });
        v3.add("Notice", { nickname: "Bot", participantId: "P4", type: "Bot" }, { text: "from no agent" });
        await until(() => spy.texts().includes("from no agent"));
        eq(spy.log.filter((name) => name === "agentTypingStopped").length, 4, "of an agent or a supervisor, be it a notice");
        const waits = hurried(10);
        v3.add("TypingStarted");
        await until(() => spy.has("agentTypingStarted"));
        await until(() => spy.batches.some((batch) => batch.messages.some((one) => one.type === "TypingStarted")), "it is a message as well");
        await until(() => spy.has("agentTypingTimeout"));
        eq(waits.filter((wait) => wait === 3000).length, 1, "three seconds later");
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
        // As the document writes it.
        await spy.command("WebChatService.sendTyping", { Message: "dra" });
        eq(fields("POST", "/S1/messages", 2), { "data[type]": "TypingStarted", "data[text]": "dra" });
        await until(() => v3.sent("POST", "/S1/messages").length === 4, "two seconds later");
        eq(fields("POST", "/S1/messages", 3)["data[type]"], "TypingStopped");
        await spy.command("WebChatService.updateUserData", { late: "1" });
        eq([fields("PUT", "/S1/userdata"), CXBus.data("WebChatService.userData").late], [{ "data[late]": "1" }, "1"]);
        const input = document.createElement("input");
        input.type = "file";
        const files = new DataTransfer();
        for (const name of ["x.png", "y.png"]) files.items.add(new File(["x"], name, { type: "image/png" }));
        Object.assign(input, { multiple: true, files: files.files });
        eq((await outcome(spy, "sendFile", { files: input })).state, "resolved");
        const uploads = v3.sent("POST", "/S1/images");
        ok(uploads.every((upload) => upload.type.startsWith("multipart/form-data") && upload.fields.has("operationId")));
        eq(uploads.map((upload) => [upload.fields.get("file").name, upload.key, upload.token]), ["x.png", "y.png"].map((name) => [name, "A1", v3.token]));
        for (const [name, given] of [["one", new File(["x"], "one")], ["of a list", [new File(["x"], "of a list")]]]) {
            await spy.command("WebChatService.sendFile", { files: given });
            eq(v3.sent("POST", "/S1/images").at(-1).fields.get("file").name, name);
        }
        eq((await outcome(spy, "sendFile", { files: [] })).value, "No file provided");
        for (const { method, path, fields, query, key, token } of v3.requests.slice(1)) {
            eq([fields.has("operationId") || query.has("operationId"), key, token], [true, "A1", v3.token], `${method} ${path}`);
        }
        v3.fail["POST /S1/messages"] = [400, "BAD", "no"];
        eq(await outcome(spy, "sendMessage", { message: "x" }), { state: "rejected", values: [null] });
        await until(() => spy.has("error"));
        eq([spy.datas["WebChatService.error"][0].status, CXBus.data("WebChatService.sessionActive")], [400, true], "the session is kept");
        await goodbye(spy);
    "##;
    /// 1.3 and 3.6: a request that fails rejects with its report, and the chat goes on
    what_is_refused_rejects_with_its_report => r##"
        const v3 = fakeV3(), spy = await startV3();
        const refusals = [["sendFile", { files: [new File(["x"], "a.exe"), new File(["x"], "b.exe")] }, "POST /S1/images", "INVALID_FILE_TYPE"],
            ["updateUserData", { late: "1" }, "PUT /S1/userdata", "BAD_DATA"], ["sendTyping", { message: "d" }, "POST /S1/messages", "BAD_MESSAGE"]];
        for (const [command, data, request, code] of refusals) {
            v3.fail = { [request]: [400, code, "no"] };
            const refused = await outcome(spy, command, data);
            eq([refused.state, refused.value.status, refused.value.responseJSON.status.code], ["rejected", 400, code], command);
            const told = () => (spy.datas["WebChatService.error"] || []).map((data) => [data.errors[0].code, data.errors[0].response.status]);
            await until(() => told().some((one) => show(one) === show([`pureengage-v3-rest-${code}`, 400])), command);
        }
        eq(v3.sent("POST", "/S1/images").length, 1, "after a file that is refused no more are sent");
        v3.fail = {};
        eq([(await outcome(spy, "sendMessage", { message: "on" })).state, CXBus.data("WebChatService.sessionActive")], ["resolved", true]);
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
        ok(v3.sent("DELETE", "/S1/participants/P1")[0].fields.has("operationId"));
        eq(spy.log.filter((name) => /^(polling|client|agent|ended)/.test(name)).slice(-4), ["pollingStopped", "clientDisconnected", "ended", "agentDisconnected"]);
        eq([Object.keys(spy.datas["WebChatService.agentDisconnected"][0]), await spy.command("WebChatService.getSessionData")], [["agents"], {}]);
        v3.fail["DELETE"] = [500, "X", "no"];
        await spy.command("WebChatService.startChat", {});
        spy.log.length = 0;
        const refused = await outcome(spy, "endChat");
        eq([refused.state, refused.value.status], ["rejected", 500]);
        await until(() => spy.has("ended"));
        await settle();
        eq(spy.log.filter((name) => /^(polling|client|agent|ended)/.test(name)).slice(-3), ["pollingStopped", "clientDisconnected", "ended"], "the same but the last");
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
    /// 3.3 [read]: pictures
    pictures_become_data_urls => r##"
        const v3 = fakeV3(), spy = await startV3();
        v3.add("Message", v3.agent, { text: "look", content: [{ type: "image", mime: "image/png", url: "/picture" }] });
        await until(() => spy.texts().includes("look"));
        eq(spy.batches.at(-1).messages.at(-1).content[0].url, "data:image/png;base64,AQID");
        v3.fail["GET /nexus/v3/chat/picture"] = [404, "GONE", "no"];
        v3.add("Message", v3.agent, { text: "elsewhere", content: [{ type: "image", mime: "image/png", url: "/picture" }] });
        await until(() => spy.texts().includes("elsewhere"));
        eq(spy.batches.at(-1).messages.at(-1).content[0].url, "/picture", "one that cannot be had keeps its address");
        await goodbye(spy);
    "##;
    /// 1.2: both lists are filtered, each by itself
    filters_look_at_both_lists_by_themselves => r##"
        const v3 = fakeV3(), spy = await startV3();
        await spy.command("WebChatService.addPrefilter", { filters: /example/ });
        v3.add("PushUrl", v3.agent, { url: "https://example.com/" });
        await until(() => spy.batches.at(-1).originalMessages.some((raw) => raw.type === "PushUrl"));
        eq([spy.batches.at(-1).messages, spy.batches.at(-1).originalMessages[0].url], [[], "https://example.com/"], "a raw one has no text");
        await goodbye(spy);
    "##;
    /// 3.3: the envelope, the order
    answers_are_read_by_their_data_and_messages_by_their_index => r##"
        const v3 = fakeV3();
        Object.assign(v3, { code: "OF_ITS_OWN", backwards: true });
        const spy = await startV3();
        await spy.command("WebChatService.pausePoll");
        for (const text of ["one", "two", "three"]) v3.say(text);
        await spy.command("WebChatService.continuePoll");
        await until(() => spy.texts().includes("three"));
        eq(spy.batches.at(-1).messages.map((message) => message.text), ["one", "two", "three"]);
        v3.add("ParticipantJoined", { nickname: "Bot", participantId: "P9", type: "External" });
        await until(() => spy.has("externalConnected"));
        ok(!("P9" in spy.datas["WebChatService.externalConnected"][0].agents), "no agent");
        await goodbye(spy);
    "##;
    /// Trap 7, and 3.3: the token that a start must bring
    a_start_without_a_readable_token_fails => r##"
        const v3 = fakeV3(), spy = await readyV3();
        for (const token of [undefined, `h.${btoa('{"sessionId":"S1"}').replace("e", "-")}.s`, "none"]) {
            v3.token = token;
            const refused = await outcome(spy, "startChat", {});
            eq([refused.state, refused.value.status, CXBus.data("WebChatService.sessionActive")], ["rejected", 200, false], String(token));
        }
        v3.token = tokenOf();
        eq((await outcome(spy, "startChat", {})).state, "resolved");
        await goodbye(spy);
    "##;
    /// 3.1: `ajaxTimeout`, for everything but polls
    requests_have_nine_seconds_and_polls_have_no_limit => r##"
        const v3 = fakeV3(), waits = hurried(1), spy = await startV3();
        eq(waits.filter((wait) => wait > 8000), [9000], "the start, no poll");
        await spy.command("WebChatService.sendMessage", { message: "x" });
        eq([v3.polls().length > 0, waits.filter((wait) => wait > 8000)], [true, [9000, 9000]]);
        await outcome(spy, "configure", v3Config({}, { ajaxTimeout: 12345 }).webchat);
        await spy.command("WebChatService.sendMessage", { message: "x" });
        ok(waits.includes(12345));
        await goodbye(spy);
        const long = () => waits.filter((wait) => wait === 12345).length, before = long();
        v3Cookie("keys", v3.token);
        v3Cookie("session", "S1");
        eq([(await outcome(spy, "restore")).state, long()], ["resolved", before + 1], "a restore as well");
        spy.log.length = 0;
        await goodbye(spy);
    "##;
}
