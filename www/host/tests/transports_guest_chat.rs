//! `purecloud-v2-sockets` against a scripted Guest Chat API (transports 1 and 2).

/// Browser tests with the scripted server.
macro_rules! cloud_tests {
    ($($(#[$doc:meta])* $name:ident => $body:literal;)*) => {
        browser_tests! { $($(#[$doc])* $name => concat!(include_str!("common/guest_chat.js"), $body);)* }
    };
}

cloud_tests! {
    /// 2.7: the create request; 2.4: headers
    a_start_sends_everything_in_its_place => r##"
        const cloud = fakeCloud(), spy = await readyCloud({}, { userData: { plan: "gold" } });
        await spy.command("WebChatService.startChat", { firstname: "Ada", lastname: "Byron", email: "a@b.example",
            userData: { phone: "123", _genesys_source: "mine" } });
        const [request] = cloud.sent("POST", "");
        const body = JSON.parse(request.raw), fields = body.memberInfo.customFields;
        eq([body.deploymentId, body.organizationId], ["D1", "O1"]);
        eq(body.routingTarget, { targetAddress: "Support", targetType: "QUEUE", priority: 2 });
        eq([body.memberInfo.displayName, body.memberInfo.role, "journeyContext" in body], ["Ada Byron", "CUSTOMER", false]);
        eq([fields.firstName, fields.lastName, fields.plan, fields.email, fields.subject], ["Ada", "Byron", "gold", "a@b.example", ""]);
        eq([fields.phone, fields.phoneNumber, fields._genesys_source, "nickname" in fields], ["123", "123", "mine", false]);
        for (const name of ["referrer", "url", "pageTitle", "browser", "OS"]) ok(`_genesys_${name}` in fields, name);
        ok(!("_genesys_widgets" in fields) && !("GCTI_LanguageCode" in fields));
        eq([request.headers["content-type"], request.headers.authorization], ["application/json", undefined]);
        eq(request.headers.accept, "application/json, text/javascript, */*; q=0.01");
        const [own] = cloud.sent("GET", "/C1/members/me");
        eq([own.headers.authorization, own.headers["content-type"]], ["Bearer J1", "application/json"]);
        eq(cloud.sockets.map((socket) => socket.url), ["wss://stream.example/v1/token/J1"]);
        await goodbye(spy);
        eq(cloud.sent("DELETE", "/C1/members/me")[0].headers["content-type"], "application/json; charset=utf-8");
    "##;
    /// 2.7: the command's interaction data replace the configured; names; 2.1: organizationId wins
    interaction_data_of_the_command_replace_the_configured => r##"
        const cloud = fakeCloud(), spy = await readyCloud({ organizationId: "O2" });
        await spy.command("WebChatService.startChat", { nickname: "Countess", interactionData: { userData: { extra: "1" },
            routing: { targetAddress: "Sales", skills: ["French"], language: "French" },
            journey: { customerId: "c", customerIdType: "cookie", sessionId: "s", sessionType: "web", actionId: "a", actionMapId: "m", actionMapVersion: 2 } } });
        const body = JSON.parse(cloud.sent("POST", "")[0].raw);
        eq(body.organizationId, "O2");
        eq(body.routingTarget, { targetAddress: "Sales", targetType: "QUEUE", skills: ["French"], language: "French" });
        eq([body.memberInfo.displayName, body.memberInfo.customFields.nickname, body.memberInfo.customFields.extra], ["Countess", "Countess", "1"]);
        eq(body.journeyContext, { customer: { id: "c", idType: "cookie" }, customerSession: { id: "s", type: "web" },
            triggeringAction: { id: "a", actionMap: { id: "m", version: 2 } } });
        eq(CXBus.data("WebChatService.interactionData").routing.targetAddress, "Sales");
        await goodbye(spy);
        await spy.command("WebChatService.startChat", {});
        eq(JSON.parse(cloud.sent("POST", "").filter((one) => one.path === ROOT)[1].raw).memberInfo.displayName, "Customer");
        spy.log.length = 0;
        await goodbye(spy);
    "##;
    /// 2.7: order of a new chat; 1.1: what events carry
    a_new_chat_has_its_events_in_order => r##"
        const cloud = fakeCloud(), spy = await readyCloud();
        eq(await spy.command("WebChatService.getSessionData"), { jwt: "", conversationId: "", memberId: "", WebSocketUrl: "",
            lastMessageId: "", nextMsgURL: "", previousLastMsgId: "", displayName: "" });
        const order = [];
        for (const name of ["started", "messageReceived", "clientConnected", "ajaxResponse"]) spy.subscribe(`WebChatService.${name}`, () => order.push(name));
        const started = await settled(spy.command("WebChatService.startChat", { firstname: "Ada" }));
        eq(started, { state: "resolved", values: [null] });
        await until(() => spy.has("clientConnected"));
        eq(order, ["started", "ajaxResponse", "messageReceived", "clientConnected"]);
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
        eq(CXBus.data("WebChatService.capabilities"), { async: false, asyncClose: "hideChat", pagination: true, fileUpload: false });
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
            restore: "Chat session is already active, ignoring restore command.", sendMessage: "No message text provided" };
        for (const [name, text] of Object.entries(texts)) eq((await outcome(spy, name, { later: "1" })).value, text, name);
        eq(CXBus.data("WebChatService.userData").later, "1", "merged all the same");
        eq((await outcome(spy, "verifySession")).value, { sessionActive: true });
        await goodbye(spy);
    "##;
    /// 2.8: an agent comes, speaks and goes
    an_agent_is_announced_by_a_message_then_by_the_event => r##"
        const cloud = fakeCloud(), spy = await startCloud(), order = [];
        spy.subscribe("WebChatService.messageReceived", (event) => order.push(event.data.messages[0].type));
        spy.subscribe("WebChatService.agentConnected", () => order.push("agentConnected"));
        cloud.join("a1", "AGENT");
        await until(() => order.length === 3);
        eq(order, ["ParticipantJoined", "agentConnected", "ParticipantJoined"], "made up, event, raw");
        const [made, raw] = spy.batches.slice(-2).map((batch) => batch.messages[0]);
        eq([made.from, made.avatar, "from" in raw, raw.id], [{ type: "Agent", name: "Grace" }, "/grace.png", false, "m1"]);
        const connected = spy.datas["WebChatService.agentConnected"][0], agent = connected.agents.a1;
        eq([connected.message.id, connected.message.role], ["a1", "AGENT"]);
        eq([agent.name, agent.connected, agent.supervisor, typeof agent.connectedTime, agent.disconnectedTime], ["Grace", true, false, "number", false]);
        cloud.push("a1", "Hello");
        cloud.push("me", "Hi");
        cloud.push("nobody", "?");
        await until(() => spy.texts().includes("?"));
        const batch = spy.batches.at(-1), [hello, hi, unknown] = batch.messages;
        eq(batch.messages.length, 3, "the whole buffer is one batch");
        eq([hello.type, hello.from, hello.restoring, hello.id], ["Message", { id: "a1", name: "Grace", type: "Agent" }, false, "m2"]);
        eq([hello.index, hello.timestamp], [1700000002000, 1700000002000]);
        eq([hi.from, unknown.from], [{ id: "me", name: "Ada Byron", type: "Client" }, { id: "nobody" }]);
        eq([batch.originalMessages[0].body, batch.originalMessages[0].role, batch.originalMessages[0].state], ["Hello", "AGENT", "CONNECTED"]);
        cloud.leave("a1");
        await until(() => spy.has("agentDisconnected"));
        eq([spy.datas["WebChatService.agentDisconnected"][0].agents.a1.connected], [false]);
        await until(() => spy.batches.at(-1).messages[0].id === "m5");
        eq(spy.log.filter((name) => name === "agentDisconnected").length, 1, "once, unless members have been listed");
        eq((await spy.command("WebChatService.getSessionData")).lastMessageId, "m5");
        await until(() => document.cookie.includes("sockets.LastMsgId=m5"));
        await goodbye(spy);
    "##;
    /// 2.8: queues and flows
    queues_are_not_announced_and_bots_only_if_wanted => r##"
        const cloud = fakeCloud(), spy = await startCloud();
        cloud.push("queue", "", "member-join");
        cloud.join("flow", "WORKFLOW");
        cloud.push("flow", "Welcome");
        cloud.push("flow", "For you", "notice");
        await until(() => spy.texts().includes("For you"));
        const batch = spy.batches.at(-1);
        eq(batch.messages.map((message) => [message.type, message.from]), [["ParticipantJoined", undefined], ["ParticipantJoined", undefined],
            ["Message", { id: "flow", type: "Bot" }], ["Message", { id: "flow", type: "External" }]]);
        eq(spy.batches.length, 2, "nothing made up");
        ok(!spy.has("agentConnected") && !spy.has("botConnected"));
        await goodbye(spy);
    "##;
    /// 2.8: botEventsEnabled
    bots_are_announced_where_wanted => r##"
        const cloud = fakeCloud(), spy = await startCloud({ botEventsEnabled: true });
        cloud.join("flow", "WORKFLOW");
        await until(() => spy.has("botConnected"));
        eq([spy.batches.at(-1).messages[0].from, spy.datas["WebChatService.botConnected"][0].message.id], [{ type: "Bot", name: "Grace" }, "flow"]);
        cloud.leave("flow");
        await until(() => spy.has("botDisconnected"));
        await goodbye(spy);
    "##;
    /// 2.8: typing-indicator
    an_agents_typing_ends_by_a_message_or_by_itself => r##"
        const cloud = fakeCloud(), spy = await startCloud();
        cloud.join("a1", "AGENT");
        await until(() => spy.has("agentConnected"));
        await spy.command("WebChat.open");
        const typing = (id) => cloud.event("typing-indicator", { id: "t", sender: { id } });
        typing("me");
        typing("a1");
        await until(() => spy.has("agentTypingStarted"));
        eq(spy.datas["WebChatService.agentTypingStarted"], [{ from: { name: "Grace", id: "a1", avatar: "/grace.png" } }]);
        eq([one(".cx-typing").hidden, one(".cx-typing-text").textContent], [false, "Grace is typing"]);
        cloud.push("a1", "Done");
        await until(() => spy.has("agentTypingStopped"));
        ok(one(".cx-typing").hidden);
        ok(spy.log.lastIndexOf("messageReceived") < spy.log.indexOf("agentTypingStopped"), "after the message");
        ok(!spy.has("agentTypingTimeout"));
        typing("a1");
        await until(() => !one(".cx-typing").hidden);
        await until(() => spy.has("agentTypingTimeout"), "three seconds later");
        ok(one(".cx-typing").hidden);
        await goodbye(spy);
    "##;
    /// Traps 1 to 3
    what_stops_the_real_client_stops_this_one => r##"
        const cloud = fakeCloud(), spy = await startCloud();
        const heldBack = async (text) => {
            const end = performance.now() + 1500;
            await until(() => performance.now() > end);
            ok(!spy.texts().includes(text), text);
        };
        cloud.push("me", "", "member-join");
        cloud.push("me", "one");
        await heldBack("one");
        cloud.push("queue", "", "member-join");
        await until(() => spy.texts().includes("one"), "the next join helps");
        cloud.push("me", "", "media-request");
        cloud.push("me", "two");
        await heldBack("two");
        cloud.join("a1", "AGENT");
        await until(() => spy.texts().includes("two"), "another member's join helps");
        const twice = cloud.store("a1", "three");
        cloud.event("message", twice);
        cloud.event("message", twice);
        cloud.push("a1", "four");
        await heldBack("four");
        cloud.push("a1", "five");
        await until(() => spy.texts().includes("five"));
        ok(!spy.texts().includes("three") && !spy.texts().includes("four"), "one duplicate loses the batch");
        await goodbye(spy);
    "##;
    /// Traps 4 and 5; 2.8: the end by the server
    the_customers_own_leave_ends_the_chat => r##"
        const cloud = fakeCloud(), spy = await startCloud();
        cloud.join("a1", "AGENT");
        await until(() => spy.has("agentConnected"));
        cloud.event("member-change", { member: { id: "me", state: "DISCONNECTED" } });
        cloud.leave("a1");
        await until(() => spy.has("agentDisconnected"));
        ok(!spy.has("ended"), "the last agent's going is no end");
        const copy = await spy.command("WebChatService.getSessionData");
        await spy.command("WebChatService.addPrefilter", { filters: /x/ });
        ok(loadsByItself());
        cloud.leave("me");
        await until(() => spy.has("ended"));
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
    "##;
    /// 2.8: sendMessage, sendTyping, endChat; 1.1: typing spells
    what_the_customer_does_is_sent => r##"
        const cloud = fakeCloud(), spy = await startCloud();
        eq(await outcome(spy, "sendMessage", { message: "x".repeat(600), type: "t" }), { state: "resolved", values: [null] });
        eq(Object.keys(JSON.parse(cloud.sent("POST", "/C1/members/me/messages")[0].raw)), ["body"]);
        await spy.command("WebChatService.sendTyping", { message: "d" });
        await spy.command("WebChatService.sendTyping", { message: "dr" });
        const [typing] = cloud.sent("POST", "/C1/members/me/typing");
        eq([cloud.sent("POST", "/C1/members/me/typing").length, typing.raw], [1, ""]);
        await until(() => spy.has("clientTypingStopped"), "two seconds later");
        eq(cloud.sent("POST", "/C1/members/me/typing").length, 1, "nothing at its end");
        await spy.command("WebChatService.sendTyping", { message: "e" });
        await spy.command("WebChatService.sendMessage", { message: "e" });
        await until(() => spy.log.filter((name) => name === "clientTypingStopped").length === 2, "by the message");
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
        eq(spy.datas["WebChatService.error"][0].errors[0], { code: 500, message: "no" });
        eq(await spy.command("WebChatService.getSessionData"), {});
    "##;
    /// 2.9: the server closes the stream
    a_closed_stream_is_opened_again_and_the_gap_filled => r##"
        const cloud = fakeCloud(), spy = await startCloud();
        cloud.join("a1", "AGENT");
        cloud.push("a1", "before");
        await until(() => spy.texts().includes("before"));
        for (const text of ["missed", "also missed"]) cloud.store("a1", text);
        cloud.page = 1;
        cloud.refuse = 1;
        cloud.sockets[0].drop();
        eq((await outcome(spy, "sendMessage", { message: "x" })).state, "rejected", "nothing is sent meanwhile");
        eq(cloud.sent("POST", "/C1/members/me/messages").length, 0);
        await until(() => spy.texts().includes("also missed"));
        eq(cloud.sockets.map((socket) => socket.url === cloud.sockets[0].url), [true, true, true], "at once, and again a second later");
        eq([spy.has("disconnected"), spy.log.filter((name) => name === "reconnected").length], [false, 1]);
        const asked = cloud.sent("GET", "/C1/messages");
        eq(asked.map((one) => new URLSearchParams(one.search).get("after")), ["m2", "m3"], "following next");
        const batch = spy.batches.at(-1);
        eq([batch.restoring, batch.oldMessages, batch.messages.map((message) => message.text)], [false, false, ["missed", "also missed"]]);
        eq(batch.messages[0].from, { name: "Grace", type: "Agent" }, "no id");
        cloud.leave("a1");
        await until(() => spy.log.filter((name) => name === "agentDisconnected").length === 2, "again with the raw leave, now that members are listed");
        await until(() => spy.has("agentTypingStopped"));
        cloud.members.me.state = "DISCONNECTED";
        cloud.sockets.at(-1).drop();
        await until(() => spy.has("ended"), "the end, found out afterwards");
    "##;
    /// 2.9: no sign of life
    silence_counts_as_loss => r##"
        const cloud = fakeCloud(), spy = await startCloud({ socketHeartbeatTrackerInterval: 300 });
        cloud.heartbeat();
        await until(() => spy.has("disconnected"));
        ok(cloud.sockets[0].closedHere);
        await until(() => spy.has("reconnected"));
        eq(cloud.sockets.length, 2);
        await goodbye(spy);
    "##;
    /// 2.10: with pages
    a_reload_brings_the_newest_page_and_older_ones_when_asked => r##"
        const cloud = fakeCloud(), spy = makeSpy(CXBus), verified = [];
        leaveCookies();
        document.cookie = "_genesys.widgets.webchat.state.ping=1; path=/";
        Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
        cloud.members.a1 = { id: "a1", displayName: "Grace", role: "AGENT", state: "CONNECTED" };
        for (const text of ["one", "two"]) cloud.store("me", text);
        cloud.store("me", "", "member-join");
        cloud.store("a1", "", "member-join");
        cloud.store("a1", "", "member-join");
        cloud.store("a1", "three");
        run(CXBus, cloudConfig({ maxMessagePageSize: 4 }, { sleepEnabled: true, pollRateSleep: 3600000 }));
        await until(() => spy.has("ready"));
        spy.command("WebChatService.verifySession").done((data) => verified.push(data));
        await until(() => spy.texts().includes("three"));
        const order = spy.log.filter((name) => !/App|WebChat\./.test(name)).slice(0, 6);
        eq(order, ["ready", "capabilitiesChanged", "restored", "clientConnected", "agentConnected", "messageReceived"]);
        eq(spy.datas["WebChatService.restored"], [{}]);
        eq(cloud.sent("GET", "/C1/messages")[0].search, "?sortOrder=descending&maxResults=4");
        const batch = spy.batches[0];
        eq([batch.restoring, batch.oldMessages, batch.messages.map((message) => message.restoring)], [true, false, [true, true, true, true]]);
        eq(batch.messages.map((message) => message.id), ["m3", "m4", "m5", "m6"], "oldest first");
        eq(batch.messages.map((message) => message.from), [{ type: "Client", name: "Ada Byron" }, { type: "Agent", name: "Grace" }, undefined,
            { name: "Grace", type: "Agent" }]);
        eq(spy.datas["WebChatService.agentConnected"][0].message.id, "m4");
        await until(() => verified.length);
        eq(verified, [{ sessionActive: true }]);
        ok(!spy.has("started"));
        eq(await outcome(spy, "fetchHistory"), { state: "resolved", values: [null] });
        await until(() => spy.batches.length === 2);
        eq(new URLSearchParams(cloud.sent("GET", "/C1/messages")[1].search).get("before"), "m3");
        const older = spy.batches[1];
        eq([older.oldMessages, older.restoring, older.messages.map((message) => message.text)], [true, false, ["two", "one"]]);
        eq((await outcome(spy, "fetchHistory")).value, "No more messages to fetch");
        const transcript = await spy.command("WebChatService.getTranscript");
        eq(transcript.messages.map((message) => message.id), ["m1", "m2", "m3", "m4", "m5", "m6"]);
        eq((await spy.command("WebChatService.getStats")).duration, 5000);
        cloud.push("a1", "seen by nobody");
        await until(() => spy.texts().includes("seen by nobody"), "a hidden page goes on");
        delete document.hidden;
        eq([spy.has("sleeping"), spy.has("restoreTimeout"), /state\.ping=1(;|$)/.test(document.cookie)], [false, false, true]);
        await goodbye(spy);
    "##;
    /// 2.10: without pages
    a_reload_without_pages_brings_everything => r##"
        const cloud = fakeCloud(), spy = makeSpy(CXBus);
        leaveCookies();
        cloud.page = 2;
        for (const text of ["one", "two", "three"]) cloud.store("me", text);
        run(CXBus, cloudConfig({ pagination: false }));
        await until(() => spy.texts().includes("three"));
        eq([spy.batches.length, spy.texts(), spy.batches[0].restoring], [1, ["one", "two", "three"], false]);
        await goodbye(spy);
    "##;
    /// 2.10: what cannot be restored; [our] the cookies go
    a_restore_that_fails_drops_the_cookies => r##"
        const cloud = fakeCloud(), spy = makeSpy(CXBus);
        leaveCookies();
        cloud.members.me.state = "DISCONNECTED";
        document.cookie = "_genesys.widgets.webchat.state.open=true; path=/";
        run(CXBus, cloudConfig());
        await until(() => spy.has("Toaster.opened"), "the re-invite");
        eq(spy.log.filter((name) => /^restore|closed|Toaster/.test(name)), ["restoreFailed", "WebChat.closed", "Toaster.opened"]);
        eq(spy.datas["WebChatService.restoreFailed"][0].id, "me");
        ok(!document.cookie.includes("purecloud-v2-sockets"));
        leaveCookies();
        eq((await outcome(spy, "restore")).value, "customer disconnected, conversation ended");
        leaveCookies();
        cloud.fail["GET "] = 404;
        eq((await outcome(spy, "restore")).value, "failed to retrieve conversation state");
        await until(() => spy.datas["WebChatService.restoreFailed"].length === 3);
        eq([typeof spy.datas["WebChatService.restoreFailed"][2], spy.datas["WebChatService.error"][0].errors[0].code], ["string", "purecloud-v2-sockets-404"]);
        leaveCookies();
        cloud.fail = {};
        cloud.members.me.state = "CONNECTED";
        cloud.refuse = 1;
        eq((await outcome(spy, "restore")).value, "websocket failed to open");
        leaveCookies();
        const [first, second] = [outcome(spy, "restore"), outcome(spy, "restore")];
        eq([(await first).state, (await second).value], ["resolved", "Already restoring. Ignoring request."], "another plugin may restore");
        await goodbye(spy);
    "##;
    /// 1.2: prefilters
    filters_look_at_every_type_and_at_both_lists => r##"
        const cloud = fakeCloud(), spy = await startCloud();
        const refused = await outcome(spy, "addPrefilter", {});
        eq(refused.value, "Missing or invalid filters provided. Please provide a regular expression or an array of regular expressions");
        await spy.command("WebChatService.addPrefilter", { filters: /^secret/ });
        ok(document.cookie.includes("_genesys.widgets.webchat.state.filters="));
        const before = spy.batches.length;
        cloud.push("me", "secret one", "notice");
        await until(() => document.cookie.includes("LastMsgId=m1"));
        eq(spy.batches.length, before, "nothing left, no event");
        cloud.push("me", "secret two");
        cloud.push("me", "open");
        await until(() => spy.texts().includes("open"));
        eq(spy.batches.at(-1).originalMessages.map((message) => message.body), ["open"]);
        await spy.command("WebChatService.addPrefilter", { filters: /^$/ });
        cloud.push("queue", "", "member-join");
        cloud.push("me", "still there");
        await until(() => spy.texts().includes("still there"));
        eq(spy.batches.at(-1).messages.map((message) => message.type), ["Message"], "a pattern that matches nothing removes joins");
        await goodbye(spy);
    "##;
    /// 1.2: preprocessors
    preprocessors_see_normalised_messages_and_their_return_value_counts => r##"
        const cloud = fakeCloud(), spy = await startCloud(), seen = [];
        let bad = false;
        await spy.command("WebChatService.registerPreProcessor", { preprocessor: (message) => {
            seen.push(message.text);
            if (bad) throw new Error("boom-preprocessor");
            if (message.text === "swap") return { ...message, text: "swapped" };
            message.text += "!";
        } });
        cloud.push("me", "swap");
        cloud.push("me", "stay");
        await until(() => spy.texts().includes("stay!"));
        eq([spy.texts().includes("swapped"), seen], [true, ["swap", "stay"]]);
        eq(spy.batches.at(-1).originalMessages.map((message) => message.body), ["swap", "stay"], "originals do not change");
        bad = true;
        cloud.push("me", "lost");
        await until(() => pageErrors.some((text) => text.includes("boom-preprocessor")));
        bad = false;
        cloud.push("me", "lost as well");
        await until(() => document.cookie.includes("LastMsgId=m3"));
        const end = performance.now() + 1500;
        await until(() => performance.now() > end);
        cloud.push("me", "works again");
        await until(() => spy.texts().includes("works again!"));
        ok(!spy.texts().some((text) => /lost/.test(text || "")) && !spy.has("error"));
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
}
