//! `purecloud-v2-sockets` against a scripted Guest Chat API: start, commands, end (transports 1, 2.7 and 2.8).

scripted_tests! {
    "common/guest_chat.js",
    /// 2.7: the create request; 2.4: headers
    a_start_sends_everything_in_its_place => r##"
        const cloud = fakeCloud(), spy = await readyCloud({ interactionData: { routing: { targetType: "QUEUE", targetAddress: "Support",
            priority: 2, skills: ["Cards", "German"], language: "German" } } }, { userData: { plan: "gold" } });
        await spy.command("WebChatService.startChat", { firstname: "Ada", lastname: "Byron", email: "a@b.example", account: "77",
            userData: { phone: "123", _genesys_source: "mine" } });
        const [request] = cloud.sent("POST", "");
        const body = JSON.parse(request.raw), fields = body.memberInfo.customFields;
        eq([body.deploymentId, body.organizationId], ["D1", "O1"]);
        eq(body.routingTarget, { targetAddress: "Support", targetType: "QUEUE", skills: ["Cards", "German"], priority: 2, language: "German" });
        eq([body.memberInfo.displayName, body.memberInfo.role, "journeyContext" in body], ["Ada Byron", "CUSTOMER", false]);
        eq([fields.firstName, fields.lastName, fields.plan, fields.email, fields.subject], ["Ada", "Byron", "gold", "a@b.example", ""]);
        eq([fields.phone, fields.phoneNumber, fields.account, fields._genesys_source, "nickname" in fields], ["123", "123", "77", "mine", false]);
        for (const name of ["referrer", "url", "pageTitle", "browser", "OS"]) ok(`_genesys_${name}` in fields, name);
        ok(!("_genesys_widgets" in fields) && !("GCTI_LanguageCode" in fields));
        eq([request.headers["content-type"], request.headers.authorization], ["application/json", undefined]);
        eq(request.headers.accept, "application/json, text/javascript, */*; q=0.01");
        const [own] = cloud.sent("GET", "/C1/members/me");
        eq([own.headers.authorization, own.headers["content-type"]], ["Bearer J1", "application/json"]);
        eq(cloud.sockets.map((socket) => [socket.url, socket.more]), [["wss://stream.example/v1/token/J1", []]], "no subprotocol");
        eq(cloud.requests.filter((one) => one.credentials !== "same-origin"), [], "without credentials");
        await goodbye(spy);
        eq(cloud.sent("DELETE", "/C1/members/me")[0].headers["content-type"], "application/json; charset=utf-8");
        eq(cloud.sockets[0].sent, [], "the client only listens");
    "##;
    /// 2.7: the command's interaction data replace the configured; names; 2.1: organizationId wins; 1.1: what goes into the store
    interaction_data_of_the_command_replace_the_configured => r##"
        const cloud = fakeCloud(), spy = await readyCloud({ organizationId: "O2" });
        await spy.command("WebChatService.startChat", { nickname: "Countess", userData: { plan: "gold" }, interactionData: { userData: { extra: "1" },
            routing: { targetAddress: "Sales", skills: ["French"], language: "French" },
            journey: { customerId: "c", customerIdType: "cookie", sessionId: "s", sessionType: "web", actionId: "a", actionMapId: "m", actionMapVersion: 2 } } });
        const body = JSON.parse(cloud.sent("POST", "")[0].raw);
        eq(body.organizationId, "O2");
        eq(body.routingTarget, { targetAddress: "Sales", targetType: "QUEUE", skills: ["French"], language: "French" });
        eq([body.memberInfo.displayName, body.memberInfo.customFields.nickname, body.memberInfo.customFields.extra], ["Countess", "Countess", "1"]);
        eq(body.journeyContext, { customer: { id: "c", idType: "cookie" }, customerSession: { id: "s", type: "web" },
            triggeringAction: { id: "a", actionMap: { id: "m", version: 2 } } });
        eq([CXBus.data("WebChatService.interactionData").routing.targetAddress, CXBus.data("WebChatService.userData")], ["Sales", { plan: "gold" }]);
        await goodbye(spy);
        for (const [number, data, name] of [[1, { lastname: "Byron" }, "Byron"], [2, { firstname: "Ada" }, "Ada"], [3, {}, "Customer"]]) {
            await spy.command("WebChatService.startChat", data);
            eq(JSON.parse(cloud.sent("POST", "").filter((one) => one.path === ROOT)[number].raw).memberInfo.displayName, name);
            spy.log.length = 0;
            await goodbye(spy);
        }
    "##;
    /// 2.7: order of a new chat; 1.1: what events carry
    a_new_chat_has_its_events_in_order => r##"
        const cloud = fakeCloud(), spy = await readyCloud();
        eq(await spy.command("WebChatService.getSessionData"), { jwt: "", conversationId: "", memberId: "", WebSocketUrl: "",
            lastMessageId: "", nextMsgURL: "", previousLastMsgId: "", displayName: "" });
        const order = [];
        for (const name of ["started", "messageReceived", "clientConnected", "ajaxResponse"]) spy.subscribe(`WebChatService.${name}`, () => order.push(name));
        let remembered;
        spy.subscribe("WebChatService.started", () => { remembered = document.cookie.includes("sockets.JWtoken=J1"); });
        const answerTo = heldBack("GET"), starting = spy.command("WebChatService.startChat", { firstname: "Ada" });
        starting.done(() => order.push("resolved"));
        await until(() => answerTo.waits && order.length);
        eq([order, remembered], [["started"], true], "the cookies are there, the own member is asked for");
        answerTo.come();
        eq(await settled(starting), { state: "resolved", values: [null] });
        await until(() => spy.has("clientConnected"));
        eq(order, ["started", "resolved", "ajaxResponse", "messageReceived", "clientConnected"]);
        const registered = await spy.command("WebChatService.EVENTS");
        eq(["capabilitiesChanged", "sessionLost", "botConnected", "botDisconnected"].map((name) => registered.includes(name)), [true, true, false, false]);
        const data = { jwt: "J1", conversationId: "C1", memberId: "me", WebSocketUrl: "wss://stream.example/v1/token/J1" };
        eq(spy.datas["WebChatService.started"][0], { data });
        eq(spy.datas["WebChatService.ajaxResponse"], [{}]);
        const batch = spy.batches[0], message = batch.messages[0];
        eq(Object.keys(batch), ["originalMessages", "messages", "restoring", "sessionData", "oldMessages"]);
        eq([batch.sessionData, batch.restoring, batch.oldMessages], [undefined, false, false]);
        same(batch.originalMessages[0], message, "the same object in both lists");
        eq([message.type, message.text, message.from, message.restoring], ["ParticipantJoined", "", { type: "Client" }, false]);
        ok(message.index === message.timestamp && Math.abs(Date.now() - message.index) < 5000);
        eq(Object.keys(spy.datas["WebChatService.clientConnected"][0]), ["message", "agents"]);
        same(spy.datas["WebChatService.clientConnected"][0].message, message);
        same(CXBus.data("WebChatService.WebChatService.sessionData"), undefined);
        eq(CXBus.data("WebChatService.sessionActive"), true);
        await until(() => spy.log.filter((name) => name === "capabilitiesChanged").length > 1);
        const capabilities = { async: false, asyncClose: "hideChat", pagination: true, fileUpload: false };
        eq([CXBus.data("WebChatService.capabilities"), spy.datas["WebChatService.capabilitiesChanged"].at(-1)], [capabilities, capabilities]);
        for (const [name, value] of [["JWtoken", "J1"], ["ConversationID", "C1"], ["MemberID", "me"], ["WS_URL", "wss://stream.example/v1/token/J1"]]) {
            ok(document.cookie.includes(`_genesys.widgets.webchat.state.purecloud-v2-sockets.${name}=${value}`), name);
        }
        eq((await outcome(spy, "startChat", {})).value, "There is already an active chat session");
        await goodbye(spy);
    "##;
    /// 2.7: failures of a start
    a_start_that_fails_says_so => r##"
        const cloud = fakeCloud(), spy = await readyCloud();
        eq((await outcome(spy, "startChat", { userData: "x" })).value, "malformed data object provided in userData property.");
        cloud.fail["POST "] = 400;
        const refused = await outcome(spy, "startChat", {});
        eq([refused.state, refused.value.status, refused.value.responseJSON.code], ["rejected", 400, "bad.request"]);
        await until(() => spy.has("error"));
        const [error] = spy.datas["WebChatService.error"][0].errors;
        eq([error.code, error.response.status], ["StartFailed", 400]);
        cloud.fail = {};
        cloud.refuse = 1;
        eq((await outcome(spy, "startChat", {})).value, "websocket failed to open");
        await until(() => spy.datas["WebChatService.error"].length === 2);
        eq(CXBus.data("WebChatService.sessionActive"), false);
    "##;
    /// 1.3: rejections without a chat; 1.1: user data before a chat
    commands_without_a_chat_answer_as_the_product_does => r##"
        fakeCloud();
        const spy = await readyCloud({}, { userData: { a: 1 } });
        const texts = { startPoll: "There is no active chat session", pausePoll: "There is no active chat session",
            stopPoll: "This transport doesn't support polling.",
            poll: "Access Denied to private command. Only WebChatService is allowed to invoke this command",
            resetPollExceptions: "This transport doesn't support resetPollExceptions command.",
            getFileLimits: "This transport doesn't support getFileLimits command.",
            sendCustomNotice: "This transport doesn't support sendCustomNotice command.",
            downloadFile: "This transport doesn't support file download.", sendFile: "This transport doesn't support file uploads.",
            fetchHistory: "No more messages to fetch", restore: "No chat session found to restore.",
            sendTyping: "trying to send typing indicator when session is not active" };
        for (const [name, text] of Object.entries(texts)) eq(await outcome(spy, name), { state: "rejected", value: text, values: [text] }, name);
        eq((await outcome(spy, "sendMessage", { message: "x" })).value, "There is no active chat session.");
        eq((await outcome(spy, "sendFilteredMessage", { message: "x", regex: /x/ })).value, "No active chat session.");
        eq((await outcome(spy, "updateUserData", { b: 2 })).value, { a: 1, b: 2 });
        eq(CXBus.data("WebChatService.userData"), { a: 1, b: 2 });
        const { routing } = cloudConfig().webchat.transport.interactionData;
        eq((await outcome(spy, "updateInteractionData", { later: "1" })).value, { routing, later: "1" });
        eq(CXBus.data("WebChatService.interactionData"), { routing, later: "1" });
        eq((await outcome(spy, "verifySession")).value, { sessionActive: false });
        eq((await outcome(spy, "getStats")).value, { agents: {}, startTime: false, endTime: false, duration: false });
        eq((await outcome(spy, "endChat")).value, "There is no active chat session");
        await until(() => spy.has("ended"));
        ok(spy.log.indexOf("clientDisconnected") < spy.log.indexOf("ended"));
    "##;
    /// 1.3: rejections during a chat
    commands_during_a_chat_answer_as_the_product_does => r##"
        fakeCloud();
        const spy = await startCloud({ pagination: false });
        const texts = { startPoll: "This transport doesn't support polling.", pausePoll: "This transport doesn't support polling.",
            stopPoll: "This transport doesn't support polling.",
            updateUserData: "This transport doesn't support updating userData during an active chat session.",
            updateInteractionData: "This transport doesn't support updating interactionData during an active chat session.",
            fetchHistory: "Fetching chat history on scroll is not enabled.",
            restore: "Chat session is already active, ignoring restore command.", sendMessage: "No message text provided",
            poll: "Access Denied to private command. Only WebChatService is allowed to invoke this command",
            resetPollExceptions: "This transport doesn't support resetPollExceptions command.",
            getFileLimits: "This transport doesn't support getFileLimits command.",
            sendCustomNotice: "This transport doesn't support sendCustomNotice command.",
            downloadFile: "This transport doesn't support file download.", sendFile: "This transport doesn't support file uploads." };
        for (const [name, text] of Object.entries(texts)) eq((await outcome(spy, name, { later: "1" })).value, text, name);
        for (const message of [" ", 5]) eq((await outcome(spy, "sendMessage", { message })).value, "No message text provided");
        eq(CXBus.data("WebChatService.userData").later, "1", "merged all the same");
        eq((await outcome(spy, "verifySession")).value, { sessionActive: true });
        await goodbye(spy);
    "##;
    /// 2.8: sendMessage, sendTyping, endChat; 1.1: typing spells
    what_the_customer_does_is_sent => r##"
        const cloud = fakeCloud(), spy = await startCloud();
        eq(await outcome(spy, "sendMessage", { message: "x".repeat(600), type: "t" }), { state: "resolved", values: [null] });
        eq(Object.keys(JSON.parse(cloud.sent("POST", "/C1/members/me/messages")[0].raw)), ["body"]);
        // As the document writes it.
        await spy.command("WebChatService.sendTyping", { Message: "d" });
        const first = performance.now();
        await until(() => performance.now() > first + 500);
        await spy.command("WebChatService.sendTyping", { message: "dr" });
        const [typing] = cloud.sent("POST", "/C1/members/me/typing");
        eq([cloud.sent("POST", "/C1/members/me/typing").length, typing.raw], [1, ""]);
        await until(() => spy.has("clientTypingStarted"));
        await until(() => spy.has("clientTypingStopped"), "two seconds later");
        ok(performance.now() > first + 2450, "counted from the last call");
        eq(cloud.sent("POST", "/C1/members/me/typing").length, 1, "nothing at its end");
        await spy.command("WebChatService.sendTyping", { message: "e" });
        await spy.command("WebChatService.sendMessage", { message: "e" });
        await until(() => spy.log.filter((name) => name === "clientTypingStopped").length === 2, "by the message");
        eq(spy.log.filter((name) => name === "clientTypingStarted").length, 2, "once a spell");
        cloud.fail["POST /C1/members/me/messages"] = 429;
        eq(await outcome(spy, "sendMessage", { message: "x" }), { state: "rejected", values: [null] });
        await until(() => spy.has("error"));
        eq([spy.datas["WebChatService.error"][0].errors[0].code, spy.datas["WebChatService.error"][0].errors[0].response.status], ["MessageFailed", 429]);
        cloud.fail["POST /C1/members/me/typing"] = 400;
        eq((await outcome(spy, "sendTyping", { message: "x" })).state, "rejected");
        await until(() => spy.datas["WebChatService.error"].length === 2);
        eq(spy.datas["WebChatService.error"][1].errors[0].code, "purecloud-v2-sockets-400");
        const answerTo = heldBack("DELETE"), ending = outcome(spy, "endChat");
        await until(() => answerTo.waits);
        eq([CXBus.data("WebChatService.sessionActive"), spy.has("ended")], [false, false], "at once");
        answerTo.come();
        const ended = await ending;
        eq([ended.state, ended.value.status], ["resolved", 204]);
        await until(() => spy.has("ended"));
        eq(spy.endings(), ["clientDisconnected", "ended"]);
        for (const { method, path, headers } of cloud.requests) {
            eq([headers.authorization, headers.accept, headers["content-type"].split(";")[0]],
                [path === ROOT ? undefined : "Bearer J1", "application/json, text/javascript, */*; q=0.01", "application/json"], `${method} ${path}`);
        }
        const asked = new Set(cloud.requests.map(({ method, path }) => `${method} ${path.replace(`${ROOT}/C1`, "")}`));
        for (const request of ["POST /members/me/messages", "POST /members/me/typing", "GET /members/me", "DELETE /members/me"]) ok(asked.has(request), request);
    "##;
    /// 2.8 [read]: endChat that fails drops the session all the same
    an_end_that_fails_is_an_end => r##"
        const cloud = fakeCloud(), spy = await startCloud();
        cloud.fail["DELETE"] = 500;
        const answerTo = heldBack("DELETE"), ending = outcome(spy, "endChat");
        await until(() => answerTo.waits);
        eq(CXBus.data("WebChatService.sessionActive"), false, "at once");
        answerTo.come();
        const refused = await ending;
        eq([refused.state, refused.value.status], ["rejected", 500]);
        await until(() => spy.has("ended"));
        eq(spy.datas["WebChatService.error"][0].errors[0], { code: 500, message: "raw text of the server" });
        eq(await spy.command("WebChatService.getSessionData"), {});
        Object.assign(cloud, { fail: {}, deleted: 200 });
        await spy.command("WebChatService.startChat", {});
        const ended = await outcome(spy, "endChat");
        eq([ended.state, ended.value.status], ["resolved", 200], "as good as 204");
    "##;
    /// Traps 4 and 5; 2.8: the end by the server
    the_customers_own_leave_ends_the_chat => r##"
        const cloud = fakeCloud(), spy = await startCloud();
        cloud.join("a1", "AGENT");
        cloud.join("a2", "AGENT");
        await until(() => spy.log.filter((name) => name === "agentConnected").length === 2);
        cloud.event("member-change", { member: { id: "me", state: "DISCONNECTED" } });
        for (const state of ["CONNECTED", "DISCONNECTED"]) cloud.event("member-change", { member: { id: "a2", state } });
        cloud.leave("a1");
        await until(() => spy.has("agentDisconnected"));
        ok(!spy.has("ended"), "an agent's going is no end");
        eq(spy.log.filter((name) => /^agent(Conn|Disconn)ected$/.test(name)).length, 3, "member-change is ignored");
        const copy = await spy.command("WebChatService.getSessionData");
        await spy.command("WebChatService.addPrefilter", { filters: /x/ });
        ok(loadsByItself());
        const loads = [];
        spy.subscribe("WebChatService.ended", () => loads.push(loadsByItself()));
        const waits = hurried(1);
        cloud.leave("me");
        await until(() => spy.has("ended"));
        eq(waits.filter((wait) => wait === 1000).length, 1, "a second later");
        eq(loads, [true], "not yet");
        await until(() => !loadsByItself(), "no more automatic loading");
        eq(spy.endings(), ["clientDisconnected", "ended"]);
        eq([spy.datas["WebChatService.clientDisconnected"][0], spy.datas["WebChatService.ended"][0]], [{}, {}]);
        await until(() => spy.endings().length === 3, "clientDisconnected once more");
        // The agent's, which may be the last message until now, says who has left.
        const last = () => spy.batches.at(-1).messages.at(-1);
        await until(() => last().type === "ParticipantLeft" && !("from" in last()), "the raw leave");
        eq(Object.keys(spy.datas["WebChatService.clientDisconnected"][1]), ["message", "agents"]);
        eq(await spy.command("WebChatService.getSessionData"), {});
        eq(copy.conversationId, "C1", "a copy keeps what it had");
        ok(!document.cookie.includes("purecloud-v2-sockets") && !document.cookie.includes("state.filters="));
        eq([cloud.sockets[0].closedHere, CXBus.data("WebChatService.sessionActive")], [false, false], "the socket stays open");
        ok((await spy.command("WebChatService.getTranscript")).messages.length > 2, "kept after the end");
        cloud.event("member-change", { member: { id: "a2", state: "DISCONNECTED" } });
        await until(() => spy.log.filter((name) => name === "agentDisconnected").length === 2, "told even now");
        eq([last().type, last().from.type], ["ParticipantLeft", "Agent"]);
        await spy.command("WebChatService.startChat", {});
        await until(() => spy.log.filter((name) => name === "clientConnected").length === 2);
        eq((await spy.command("WebChatService.getTranscript")).messages.length, 1, "until the next start");
        cloud.sockets[0].drop();
        await settle();
        eq(cloud.sockets.length, 2, "what becomes of the old socket is no matter of the new chat");
        spy.log.length = 0;
        await goodbye(spy);
    "##;
    /// Introduction
    an_unknown_transport_is_refused => r##"
        fakeCloud();
        const spy = makeSpy(CXBus);
        run(CXBus, cloudConfig());
        await until(() => spy.has("ready"));
        eq((await outcome(spy, "configure", { transport: { type: "pureconnect-v4-rest" } })).value, "Invalid transport configuration");
        eq((await outcome(spy, "configure", cloudConfig().webchat)).state, "resolved");
    "##;
    /// 1.1: `sleeping`, with `transport.sleepEnabled` alone
    a_page_out_of_sight_sleeps_where_wanted => r##"
        fakeCloud();
        const spy = await startCloud({ sleepEnabled: true }), sleeps = () => spy.log.filter((name) => name === "sleeping").length;
        let hidden = true;
        Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
        const turn = async (to) => {
            hidden = to;
            document.dispatchEvent(new Event("visibilitychange"));
            await settle();
        };
        await turn(true);
        await turn(true);
        without(spy, "sleeping");
        eq(sleeps(), 1, "once");
        await turn(false);
        await turn(true);
        eq(sleeps(), 2, "each time");
        eq((await outcome(spy, "wake")).state, "resolved");
        const kept = await outcome(spy, "wake", { resetIdleState: true });
        eq([kept.state, kept.value], ["rejected", "This transport doesn't support resetting the idle state; send a message."]);
        await goodbye(spy);
        await turn(false);
        await turn(true);
        eq(sleeps(), 2, "not without a chat");
        await outcome(spy, "configure", cloudConfig().webchat);
        await spy.command("WebChatService.startChat", {});
        await turn(false);
        await turn(true);
        eq(sleeps(), 2, "not without the option");
        delete document.hidden;
        spy.log.length = 0;
        await goodbye(spy);
    "##;
    /// 2.1: `ajaxTimeout`
    a_request_has_twelve_seconds_at_least => r##"
        fakeCloud();
        const spy = await readyCloud({}, { ajaxTimeout: 5000 }), waits = hurried(1);
        await spy.command("WebChatService.startChat", {});
        eq([waits.includes(12000), waits.includes(5000)], [true, false]);
        await outcome(spy, "configure", cloudConfig({}, { ajaxTimeout: 15000 }).webchat);
        await spy.command("WebChatService.sendMessage", { message: "x" });
        ok(waits.includes(15000));
        await until(() => spy.has("clientConnected"));
        await goodbye(spy);
    "##;
    /// 2.8: codes of other failures; 2.3, where the host differs on purpose: an answer that is no JSON
    failures_are_told_by_the_status_that_the_body_names => r##"
        const cloud = fakeCloud(), spy = await startCloud(), errors = () => spy.datas["WebChatService.error"] || [];
        for (const [number, failure] of [400, { http: 500, status: 503 }, "page", "network"].entries()) {
            cloud.fail["POST /C1/members/me/typing"] = failure;
            eq((await outcome(spy, "sendTyping", { message: "x" })).state, "rejected");
            await until(() => errors().length > number);
            // Ends the spell.
            await spy.command("WebChatService.sendMessage", { message: "x" });
        }
        eq(errors().map((error) => error.errors[0].code), [400, 503, 502, 0].map((status) => `purecloud-v2-sockets-${status}`));
        eq(errors()[2].errors[0].response.responseText, "<h1>Bad Gateway</h1>");
        eq(pageErrors, []);
        await goodbye(spy);
    "##;
}
