//! WebChatService against a scripted GMS (bus facts 3, 4 and 5; webchatservice).

browser_tests! {
    /// 5: order of a new chat; 3: the start request
    a_new_chat_has_its_requests_and_events_in_order => r##"
        const gms = fakeGms();
        const spy = await startChat(CXBus, run, gms, { userData: { plan: { name: "gold & more" } } });
        gms.add("ParticipantJoined", AGENT);
        gms.say("Hello");
        await until(() => spy.texts().includes("Hello"));
        eq(spy.log.filter((name) => !/App|WebChat\./.test(name)).slice(0, 7), ["ready", "started", "pollingStarted",
            "clientConnected", "messageReceived", "agentConnected", "agentTypingStopped"]);
        const start = gms.sent("start")[0];
        eq([start.path, start.method], ["/", "POST"]);
        ok(start.type.startsWith("application/x-www-form-urlencoded"));
        ok(start.raw.startsWith("alias=&secureKey=&userId=&nickname=&firstName=Ada&lastName=Byron&emailAddress=&subject=&text=&userData%5Bplan%5D%5Bname%5D=gold+%26+more"), start.raw);
        for (const name of ["GCTI_LanguageCode", "_genesys_source", "_genesys_referrer", "_genesys_url", "_genesys_pageTitle",
            "_genesys_browser", "_genesys_OS", "_genesys_widgets"]) ok(start.fields.has(`userData[${name}]`), name);
        const poll = gms.sent("refresh")[0];
        eq(poll.path, "/CHAT1/refresh");
        eq(poll.raw, "alias=117&secureKey=K1&userId=U1&transcriptPosition=1&message=");
        const connected = spy.datas["WebChatService.agentConnected"][0];
        eq(Object.keys(connected), ["message", "agents", "numAgentsConnected"]);
        eq([connected.agents[2].name, connected.agents[2].connected, connected.numAgentsConnected], ["Grace", true, 1]);
        eq(connected.agents[2], { name: "Grace", connected: true, supervisor: false, connectedTime: 1700000000000, disconnectedTime: false });
        eq(spy.datas["WebChatService.started"][0], { sessionID: "CHAT1", userId: "U1", secureKey: "K1", alias: "117" });
        same(spy.datas["WebChatService.started"][0], CXBus.data("WebChatService.WebChatService.sessionData"));
        eq(CXBus.data("WebChatService.sessionActive"), true);
    "##;
    /// 5
    message_received_holds_parallel_arrays => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms);
        gms.add("Message", AGENT, { text: "Hi", userData: { a: 1 } });
        await until(() => spy.texts().includes("Hi"));
        const batch = spy.batches.at(-1);
        eq(Object.keys(batch), ["originalMessages", "messages", "restoring", "sessionData", "oldMessages", "idleTimeCountDown"]);
        eq([batch.restoring, batch.oldMessages, batch.sessionData.sessionID], [false, false, "CHAT1"]);
        eq(batch.originalMessages.at(-1), gms.transcript.at(-1));
        const message = batch.messages.at(-1);
        eq([message.text, message.type, message.index, message.timestamp], ["Hi", "Message", 2, 1700000000000]);
        eq(message.from, { id: 2, type: "Agent", name: "Grace" });
        same(spy.batches[0].messages[0].text, undefined, "no text on a join");
    "##;
    /// webchatservice, startChat
    start_chat_rejects_as_documented => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus);
        run(CXBus, chatConfig());
        await until(() => spy.has("ready"));
        eq((await settled(spy.command("WebChatService.startChat", { userData: "x" }))).value,
            "malformed data object provided in userData property.");
        gms.startStatus = 2;
        const server = await settled(spy.command("WebChatService.startChat", {}));
        eq([server.state, server.value.statusCode], ["rejected", 2]);
        gms.startStatus = 0;
        gms.down = true;
        const network = await settled(spy.command("WebChatService.startChat", {}));
        eq([network.state, network.value.status], ["rejected", 0]);
        gms.down = false;
        eq((await settled(spy.command("WebChatService.startChat", {}))).state, "resolved");
        eq((await settled(spy.command("WebChatService.startChat", {}))).value, "There is already an active chat session.");
    "##;
    /// webchatservice
    commands_without_a_chat_answer_as_documented => r##"
        fakeGms();
        const spy = makeSpy(CXBus);
        run(CXBus, chatConfig({ userData: { a: 1 } }));
        await until(() => spy.has("ready"));
        const outcome = (name, data) => settled(spy.command(`WebChatService.${name}`, data));
        for (const name of ["endChat", "sendTyping", "wake"]) eq((await outcome(name)).value, "There is no active chat session.", name);
        eq((await outcome("sendMessage", { message: "x" })).value, "There is no active chat session.");
        for (const name of ["sendFilteredMessage", "startPoll", "stopPoll"]) eq((await outcome(name)).value, "No active chat session.", name);
        eq((await outcome("getSessionData")).value, { sessionID: "", userId: "", secureKey: "", alias: "" });
        eq((await outcome("verifySession")).value, { sessionActive: false });
        eq((await outcome("getTranscript")).value, { messages: [], originalMessages: [] });
        eq((await outcome("getAgents")).value, { agents: {} });
        eq((await outcome("updateUserData", { b: 2 })).value, { a: 1, b: 2 });
        eq((await outcome("getStats")).state, "resolved");
        eq((await outcome("resetPollExceptions")).state, "resolved");
        const denied = "Access Denied to private command. Only WebChatService is allowed to invoke this command";
        eq((await outcome("poll")).value, `${denied}.`);
        eq((await outcome("restore")).value, `${denied} in Non-Async mode.`);
        eq((await outcome("fetchHistory")).value, "Fetching history messages applies only to Asynchronous chat.");
        eq((await outcome("registerPreProcessor", { preprocessor: "x" })).value, "No preprocessor function provided. Type provided was 'string'.");
        ok(/HTML element/.test((await outcome("registerTypingPreviewInput", {})).value));
    "##;
    /// 5: data given before the chat go out with the start; during the chat by updateData
    user_data_reach_the_server => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus);
        run(CXBus, chatConfig());
        await until(() => spy.has("ready"));
        await spy.command("WebChatService.updateUserData", { early: "1" });
        await spy.command("WebChatService.startChat", { userData: { own: "2" } });
        eq([gms.sent("start")[0].fields.get("userData[early]"), gms.sent("start")[0].fields.get("userData[own]")], ["1", "2"]);
        await spy.command("WebChatService.updateUserData", { later: "3" });
        eq(gms.sent("updateData")[0].fields.get("userData[later]"), "3");
    "##;
    /// webchatservice, sendMessage; 4: comes back with the next poll
    messages_are_sent_and_come_back => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms, { maxMessageLength: 10 });
        const send = (data) => settled(spy.command("WebChatService.sendMessage", data));
        eq((await send({ message: "  " })).value, "No message text provided.");
        const long = await send({ message: "12345678901" });
        eq([long.state, /\b10\b/.test(long.value), gms.sent("send").length], ["rejected", true, 0], long.value);
        eq((await send({ message: "Hi", type: "x", parentMessageID: "7" })).state, "resolved");
        const { fields } = gms.sent("send")[0];
        eq([fields.get("message"), fields.get("messageType"), fields.get("eventAttributes")],
            ["Hi", "x", '{"general-properties":{"related-event-id":"7"}}']);
        await until(() => spy.texts().includes("Hi"));
        eq(spy.batches.at(-1).messages.at(-1).from.type, "Client");
    "##;
    /// 3: typing
    typing_starts_and_stops_by_itself => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms, { typingTimeout: 400 });
        await spy.command("WebChatService.sendTyping", { message: "dra" });
        await until(() => spy.has("clientTypingStarted"));
        const first = performance.now();
        await until(() => performance.now() > first + 200);
        // The document writes the option with a capital.
        await spy.command("WebChatService.sendTyping", { Message: "draft" });
        eq(gms.sent("startTyping").map((request) => request.fields.get("message")), ["dra", "draft"]);
        await until(() => gms.sent("stopTyping").length === 1, "stopTyping some time after the last key");
        ok(performance.now() > first + 550, "counted from the last call");
        const [stop] = gms.sent("stopTyping");
        eq([stop.path, stop.raw], ["/CHAT1/stopTyping", "alias=117&secureKey=K1&userId=U1&transcriptPosition=2&message="]);
        await until(() => spy.has("clientTypingStopped"));
        eq(spy.log.filter((name) => /^clientTyping/.test(name)), ["clientTypingStarted", "clientTypingStopped"]);
        without(spy, "clientTypingStarted", "clientTypingStopped");
    "##;
    /// 0.1 and 4 (9.0.018)
    a_prefiltered_message_is_seen_by_nobody => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms), processed = [];
        const list = await spy.command("WebChatService.addPrefilter", { filters: [/^secret:/, /^secret:/] });
        eq([Object.keys(list), String(list[0])], [["0"], "/^secret:/"]);
        await spy.command("WebChatService.registerPreProcessor", { preprocessor: (message) => { processed.push(message.text); } });
        const batches = spy.batches.length, polls = gms.sent("refresh").length;
        gms.say("secret: one");
        await until(() => gms.sent("refresh").length >= polls + 3);
        eq(spy.batches.length, batches, "no event for filtered messages alone");
        eq(gms.sent("refresh").at(-1).fields.get("transcriptPosition"), "2", "fetched again and again");
        const only = spy.datas["WebChatService.ajaxResponse"].at(-1);
        eq(only.messages.map((message) => message.text), ["secret: one"], "seen in ajaxResponse when alone");
        ok(spy.has("agentTypingStopped"), "the only other trace");
        gms.say("open");
        await until(() => spy.texts().includes("open"));
        eq([spy.texts().includes("secret: one"), spy.originals().includes("secret: one")], [false, false]);
        eq(withText(spy, "open"), ["open"]);
        const transcript = await spy.command("WebChatService.getTranscript");
        ok(!show(transcript).includes("secret"));
        eq(processed, ["open"]);
        ok(document.cookie.includes("state.filters="));
    "##;
    /// 0.1 (9.0.005): the switch `legacyFilters`
    legacy_filters_leave_originals_alone => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms, { legacyFilters: true });
        await spy.command("WebChatService.addPrefilter", { filters: /^secret:/ });
        const batches = spy.batches.length, polls = gms.sent("refresh").length;
        gms.say("secret: one");
        await until(() => gms.sent("refresh").length >= polls + 3);
        eq(spy.batches.length, batches, "nothing until another message comes");
        gms.say("open");
        await until(() => spy.texts().includes("open"));
        const batch = spy.batches.at(-1);
        eq(batch.originalMessages.map((message) => message.text), ["secret: one", "open"]);
        eq(batch.messages.map((message) => message.text), ["open"]);
        eq(withText(spy, "open"), ["secret: one", "open"]);
    "##;
    /// 0.11 and 4
    prefilters_take_only_regular_expressions => r##"
        fakeGms();
        const spy = makeSpy(CXBus);
        run(CXBus, chatConfig());
        await until(() => spy.has("ready"));
        for (const filters of ["x", ["x"], [/a/, "x"]]) {
            const outcome = await settled(spy.command("WebChatService.addPrefilter", { filters }));
            eq(outcome.state, "rejected");
            eq(outcome.value, "Missing or invalid filters provided. Please provide a regular expression or an array of regular expressions.");
        }
        const frame = document.body.appendChild(document.createElement("iframe"));
        eq((await settled(spy.command("WebChatService.addPrefilter", { filters: new frame.contentWindow.RegExp("x") }))).state, "rejected", "another realm's");
        frame.remove();
        const hanging = spy.command("WebChatService.addPrefilter", {});
        await until(() => pageErrors.length > 0);
        eq(hanging.state(), "pending");
        eq(Object.keys(await spy.command("WebChatService.addPrefilter", { filters: /A/i })), ["0"], "needs no chat");
        eq(JSON.parse(decodeURIComponent(document.cookie.match(/state\.filters=([^;]*)/)[1])), { custom: [{ source: "A", flags: "i" }] });
    "##;
    /// 0.5
    prefilters_are_dropped_when_the_chat_ends => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms);
        await spy.command("WebChatService.addPrefilter", { filters: /^secret/ });
        gms.ended = true;
        await until(() => spy.has("ended"));
        ok(!document.cookie.includes("state.filters="));
        gms.ended = false;
        gms.transcript.length = 0;
        await spy.command("WebChatService.startChat", {});
        gms.say("secret again");
        await until(() => spy.texts().includes("secret again"));
    "##;
    /// 0.11 and 4
    send_filtered_message_resolves_at_once_and_hides_what_it_sends => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms);
        const send = (data) => settled(spy.command("WebChatService.sendFilteredMessage", data));
        eq(await send({ message: "x", regex: "x" }), { state: "resolved", values: [null] });
        eq((await send({ message: 7, regex: /x/ })).state, "resolved");
        let answered;
        gms.answers.send = () => new Promise((resolve) => { answered = resolve; });
        eq(await send({ message: "status: lost", regex: /^status:/ }), { state: "resolved", values: [null] }, "before the server answers");
        await until(() => answered);
        answered(new Response("", { status: 503 }));
        await settle();
        eq([pageErrors, spy.has("error")], [[], false], "a failed send is invisible");
        delete gms.answers.send;
        eq(await send({ message: "status: done", regex: /^status:/ }), { state: "resolved", values: [null] });
        await until(() => gms.sent("send").length > 1);
        eq(gms.sent("send").map((request) => request.fields.get("message")), ["status: lost", "status: done"]);
        gms.say("next");
        await until(() => spy.texts().includes("next"));
        ok(!spy.texts().includes("status: done"));
    "##;
    /// 4.1
    preprocessors_see_each_raw_message_once_and_changes_in_place_count => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms), seen = [];
        const first = (message) => {
            seen.push(message);
            Object.assign(message, { type: "Notice", text: `${message.text}!` });
            message.from.nickname = "Somebody";
            return { handed: message };
        };
        const registered = await spy.command("WebChatService.registerPreProcessor", { preprocessor: first });
        same(registered, first);
        let handed;
        await spy.command("WebChatService.registerPreProcessor", { preprocessor: (message) => { handed = message; return { text: "ignored" }; } });
        const polls = gms.sent("refresh").length;
        gms.say("raw");
        await until(() => spy.texts().includes("raw!"));
        await until(() => gms.sent("refresh").length >= polls + 3);
        eq(seen.length, 1, "once per index");
        eq(Object.keys(seen[0]), ["index", "type", "from", "utcTime", "text"]);
        same(handed.handed, seen[0], "the return value goes to the next one");
        const batch = spy.batches.at(-1);
        eq([batch.messages[0].type, batch.messages[0].text], ["Notice", "raw!"]);
        const original = batch.originalMessages[0];
        eq([original.type, original.text, original.from.nickname], ["Message", "raw", "Grace"], "the copy is one to the last level");
    "##;
    /// 0.3
    an_exception_in_a_preprocessor_stops_polling_for_good => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms);
        await spy.command("WebChatService.registerPreProcessor", { preprocessor: () => { throw new Error("boom-preprocessor"); } });
        gms.say("one");
        await until(() => pageErrors.some((text) => text.includes("boom-preprocessor")));
        CXBus.broken = true;
        const polls = gms.sent("refresh").length;
        gms.say("two");
        // Many ticks of the poller: there is no event that could be waited for.
        const silence = async () => {
            const end = performance.now() + 100;
            await until(() => performance.now() > end);
            eq(gms.sent("refresh").length, polls);
        };
        await silence();
        eq(spy.texts().includes("one"), false);
        eq(spy.has("error"), false, "no error event");
        eq(CXBus.data("WebChatService.sessionActive"), true);
        await spy.command("WebChatService.stopPoll");
        await spy.command("WebChatService.startPoll");
        await silence();
        spy.command("WebChatService.endChat");
        await until(() => spy.has("ended"));
        await spy.command("WebChatService.startChat", {});
        await silence();
    "##;
    /// 5: end by the agent; 0.12: the live session data
    an_end_by_the_agent_blanks_the_live_session_data => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms);
        const data = await spy.command("WebChatService.getSessionData"), copy = { ...data };
        gms.say("Goodbye");
        gms.ended = true;
        await until(() => spy.has("pollingStopped"));
        eq(spy.log.slice(-3), ["messageReceived", "ended", "pollingStopped"]);
        without(spy, "ended");
        eq(copy.sessionID, "CHAT1");
        eq(data, { sessionID: "", userId: "", secureKey: "", alias: "" });
        eq(CXBus.data("WebChatService.sessionActive"), false);
        ok(!/state\.(session|keys|ping|index)=/.test(document.cookie));
        eq((await spy.command("WebChatService.getTranscript")).messages.at(-1).text, "Goodbye", "kept until WebChat closes");
    "##;
    /// 5: end by the client; 0.11
    an_end_by_the_client_never_resolves_and_has_its_order => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms);
        gms.add("ParticipantJoined", AGENT);
        await until(() => spy.has("agentConnected"));
        await spy.command("WebChatService.addPrefilter", { filters: /^secret/ });
        const filtered = () => document.cookie.includes("state.filters=");
        ok(filtered());
        const ending = spy.command("WebChatService.endChat");
        await until(() => spy.has("ended"));
        eq(spy.log.slice(-4), ["pollingStopped", "agentDisconnected", "clientDisconnected", "ended"]);
        eq([ending.state(), gms.sent("disconnect").length, filtered()], ["pending", 1, false]);
        without(spy, "ended");
    "##;
    /// 3: network failures
    a_lost_network_is_told_on_each_poll_and_drops_messages => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms);
        gms.down = true;
        await until(() => spy.log.filter((name) => name === "disconnected").length >= 2, "disconnected on each poll");
        const sends = gms.sent("send").length;
        eq((await settled(spy.command("WebChatService.sendMessage", { message: "lost" }))).value, { statusCode: 1 });
        eq(gms.sent("send").length, sends);
        gms.down = false;
        await until(() => spy.has("reconnected"));
        eq(spy.log.filter((name) => name === "reconnected").length, 1);
        without(spy, "disconnected", "reconnected");
    "##;
    /// 3: HTTP errors and soft errors
    server_faults_are_told_and_polling_goes_on => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms, { pollExceptionLimit: 2 });
        gms.http = 502;
        await until(() => spy.has("error"));
        eq(spy.datas["WebChatService.error"][0].errorReason, "InvalidService");
        gms.http = 0;
        gms.statusCode = 1;
        await until(() => spy.has("chatServerWentOffline"));
        gms.statusCode = 0;
        await until(() => spy.has("chatServerBackOnline") && spy.has("reconnected"));
        gms.say("still here");
        await until(() => spy.texts().includes("still here"));
    "##;
    /// 3: another tab ended the chat
    a_vanished_cookie_ends_the_chat_here => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms);
        clearCookies();
        const requests = gms.requests.length;
        await until(() => spy.has("ended"));
        ok(gms.requests.length <= requests + 1, "the next request is not sent");
        eq(gms.sent("disconnect").length, 0);
    "##;
    /// 3: cookies
    cookies_have_the_documented_names_and_formats => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms);
        await until(() => /state\.index=2/.test(document.cookie));
        const cookie = (name) => (document.cookie.match(new RegExp(`(?:^|; )_genesys\\.widgets\\.${name}=([^;]*)`)) || [])[1];
        eq(cookie("webchat.state.session"), "CHAT1");
        eq(cookie("webchat.state.keys"), '{%22secureKey%22:%22K1%22%2C%22alias%22:%22117%22%2C%22userId%22:%22U1%22}');
        ok(Math.abs(Number(cookie("webchat.state.ping")) - Date.now()) < 5000);
        eq(decodeURIComponent(cookie("app.autoLoadList")), '{"WebChatService":true,"WebChat":true}');
        gms.key = "K2";
        await until(() => cookie("webchat.state.keys").includes("K2"), "an answer may bring new keys");
    "##;
    /// 5: order of a reload
    a_reload_restores_the_chat_in_order => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus), processed = [], answers = [];
        document.cookie = "_genesys.widgets.webchat.state.session=CHAT1; path=/";
        document.cookie = `_genesys.widgets.webchat.state.keys=${encodeURIComponent('{"secureKey":"K1","alias":"117","userId":"U1"}')}; path=/`;
        document.cookie = `_genesys.widgets.webchat.state.ping=${Date.now() - 59000}; path=/`;
        document.cookie = `_genesys.widgets.webchat.state.filters=${encodeURIComponent('{"custom":[{"source":"^HIDDEN","flags":"i"}]}')}; path=/`;
        gms.add("ParticipantJoined", CLIENT);
        gms.add("ParticipantJoined", AGENT);
        gms.say("hidden line");
        gms.say("earlier");
        let verified;
        // As text: subscribers share one object, which may change later.
        CXBus.subscribe("WebChatService.ajaxResponse", ({ data }) => answers.push(show(data)));
        const config = chatConfig();
        config.extensions = { X: ($, bus) => {
            const x = bus.registerPlugin("X");
            x.command("WebChatService.registerPreProcessor", { preprocessor: (message) => { processed.push(message.index); } });
            x.command("WebChatService.verifySession").done((answer) => { verified = answer; });
        } };
        run(CXBus, config);
        await until(() => spy.has("WebChat.opened"));
        const order = spy.log.filter((name) => !/ready|agentTyping/i.test(name));
        eq(order, ["restored", "clientConnected", "agentConnected", "messageReceived", "pollingStarted", "WebChat.opened"]);
        ok(spy.log.indexOf("App.ready") < spy.log.indexOf("restored") && spy.log.indexOf("ready") < spy.log.indexOf("restored"));
        const batch = spy.batches[0];
        eq([batch.restoring, batch.messages.map((message) => [message.index, message.restoring])], [true, [[1, true], [2, true], [4, true]]]);
        eq(processed, [1, 2, 4], "a queued preprocessor is in time");
        ok(answers[0].includes("earlier") && !answers.join().includes("hidden line"), "no answer shows it");
        eq(verified, { sessionActive: true }, "verifySession waits for the restore");
        without(spy, "restored");
        eq(gms.sent("refresh")[0].fields.get("transcriptPosition"), "1");
        await until(() => one("#cx-chat-index-4 .cx-message-text"));
        eq(one("#cx-chat-index-4 .cx-message-text").textContent, "earlier");
        ok(!one(".cx-window-manager").textContent.includes("hidden line"));
    "##;
    /// 5
    a_restore_of_an_ended_chat_times_out => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus);
        document.cookie = "_genesys.widgets.webchat.state.session=CHAT1; path=/";
        document.cookie = `_genesys.widgets.webchat.state.keys=${encodeURIComponent('{"secureKey":"K1"}')}; path=/`;
        document.cookie = `_genesys.widgets.webchat.state.ping=${Date.now()}; path=/`;
        document.cookie = "_genesys.widgets.webchat.state.open=true; path=/";
        gms.ended = true;
        run(CXBus, chatConfig());
        await until(() => spy.has("Toaster.opened"), "the re-invite");
        eq(spy.log.filter((name) => /restore|closed|Toaster/.test(name)), ["restoreTimeout", "WebChat.closed", "Toaster.opened"]);
        ok(!document.cookie.includes("state.session="));
        without(spy, "restoreTimeout");
    "##;
}
