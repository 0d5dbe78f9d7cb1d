//! The events of WebChatService, its timing, its cookies and several tabs (webchatservice, "API events"; bus facts 3 to 5).

browser_tests! {
    /// webchatservice: every event in the list, and nothing else in the registry
    all_events_are_registered => r##"
        fakeGms();
        const spy = makeSpy(CXBus);
        run(CXBus, chatConfig());
        await until(() => spy.has("ready"));
        const events = await spy.command("WebChatService.EVENTS");
        // The last two are of transports other than GMS; the registry is one for all.
        const expected = SERVICE_EVENTS.concat("ready", "ajaxResponse", "capabilitiesChanged", "sessionLost");
        eq([...events].sort(), expected.sort());
    "##;
    /// webchatservice: agentTypingStarted, agentTypingStopped and agentTypingTimeout, with the answer as their data
    an_agents_typing_starts_stops_and_times_out => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms, { agentTypingTimeout: 40 });
        gms.add("ParticipantJoined", AGENT);
        gms.add("TypingStarted", AGENT);
        await until(() => spy.has("agentTypingTimeout"));
        eq(spy.datas["WebChatService.agentTypingStarted"][0].messages.at(-1).type, "TypingStarted");
        eq(spy.datas["WebChatService.agentTypingTimeout"][0].statusCode, 0);
        const stops = () => spy.log.filter((name) => name === "agentTypingStopped").length, before = stops();
        gms.add("TypingStarted", AGENT);
        gms.add("TypingStopped", AGENT);
        await until(() => stops() === before + 1);
        const stopped = () => spy.datas["WebChatService.agentTypingStopped"].at(-1);
        eq([stopped().statusCode, stopped().messages.at(-1).type], [0, "TypingStopped"], "the answer");
        gms.add("TypingStarted", AGENT);
        gms.say("written");
        await until(() => stops() === before + 2);
        eq(stopped().messages.at(-1).text, "written");
        gms.add("TypingStarted", CLIENT);
        gms.say("last");
        await until(() => spy.texts().includes("last"));
        const end = performance.now() + 80;
        await until(() => performance.now() > end);
        eq(spy.log.filter((name) => name === "agentTypingTimeout").length, 1, "what was stopped does not time out");
        eq(spy.log.filter((name) => name === "agentTypingStarted").length, 3, "the client is no agent");
    "##;
    /// 5: data of the participants' events; 3: `Bot`
    participants_come_and_go_with_all_agents_as_data => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms);
        const bot = (eventAttributes) => ({ text: "beep", eventAttributes });
        gms.add("ParticipantJoined", { nickname: "Flow", participantId: 7, type: "External" });
        gms.add("ParticipantJoined", { nickname: "Robo", participantId: 8, type: "External" }, { eventAttributes: { GCTI_SYSTEM: { "party-info": { style: "BOT" } } } });
        gms.add("Message", { nickname: "Robo", participantId: 8, type: "External" }, bot({ GCTI_SYSTEM: { "party-info": '{"style":"BOT"}' } }));
        gms.add("Message", { nickname: "Robo", participantId: 8, type: "External" }, bot({ GCTI_SYSTEM: '{"party-info":{"style":"BOT"}}' }));
        gms.add("Message", { nickname: "Robo", participantId: 8, type: "Bot" }, bot());
        gms.add("Message", { nickname: "Flow", participantId: 7, type: "External" }, bot({ GCTI_SYSTEM: { "party-info": { style: "HUMAN" } } }));
        gms.add("ParticipantLeft", { nickname: "Robo", participantId: 8, type: "Bot" });
        gms.add("ParticipantLeft", CLIENT);
        await until(() => spy.has("clientDisconnected"));
        eq(spy.batches.flatMap((batch) => batch.messages).filter((message) => message.text).map((message) => message.from.type), ["Bot", "Bot", "Bot", "External"]);
        eq(spy.log.filter((name) => name === "agentConnected").length, 1, "a workflow is no agent");
        for (const [name, type, count] of [["clientConnected", "ParticipantJoined", 0], ["agentConnected", "ParticipantJoined", 1],
            ["agentDisconnected", "ParticipantLeft", 0], ["clientDisconnected", "ParticipantLeft", 0]]) {
            const data = spy.datas[`WebChatService.${name}`][0];
            eq(Object.keys(data), ["message", "agents", "numAgentsConnected"], name);
            eq([data.message.type, data.numAgentsConnected], [type, count], name);
        }
        const order = spy.log.filter((name) => /agent(Dis)?connected|client(Dis)?connected|messageReceived/i.test(name));
        eq(order.slice(-4), ["agentConnected", "agentDisconnected", "clientDisconnected", "messageReceived"], "before the messages");
    "##;
    /// 5: types go through unchanged; the count-down of an idle chat
    every_type_of_message_is_passed_on => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms), types = ["Message", "PushUrl", "Notice", "CustomNotice", "TypingStarted", "TypingStopped",
            "FileUploaded", "FileDeleted", "NicknameUpdated", "IdleAlert", "IdleClose", "SomethingNew"];
        gms.more = { idleTimerExpire: 45 };
        for (const type of types) gms.add(type, AGENT, { text: "t", userData: { "file-id": "9", "file-name": "a.txt", "file-size": "12" } });
        await until(() => spy.batches.at(-1).messages.at(-1).type === "SomethingNew");
        const received = spy.batches.flatMap((batch) => batch.messages).slice(1);
        eq(received.map((message) => message.type), types);
        eq(received.find((message) => message.type === "FileUploaded").fileDetails, { id: "9", name: "a.txt", size: "12" });
        eq([received.find((message) => message.type === "TypingStarted").isTyping, received.find((message) => message.type === "TypingStopped").isTyping], [true, false]);
        eq(spy.batches.at(-1).idleTimeCountDown, 45);
    "##;
    /// 3: `statusCode` 2 with `errors` and `chatEnded`
    an_error_of_the_server_is_told_and_may_end_the_chat => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms);
        gms.answers.refresh = () => Response.json({ statusCode: 2, errors: [{ code: 500, advice: "x" }], chatEnded: false });
        await until(() => spy.has("error"));
        eq([spy.datas["WebChatService.error"][0].errors[0].code, spy.has("ended")], [500, false]);
        gms.answers.refresh = () => Response.json({ statusCode: 2, errors: [{ code: 404 }], chatEnded: true });
        await until(() => spy.has("ended"));
        ok(spy.log.lastIndexOf("error") < spy.log.indexOf("ended"));
    "##;
    /// webchatservice: restoreFailed
    a_restore_that_fails_is_told_and_the_chat_is_kept => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus);
        leaveCookies({ open: true });
        gms.http = 500;
        run(CXBus, chatConfig());
        await until(() => spy.has("Toaster.opened"), "the re-invite");
        eq(spy.log.filter((name) => /restoreFailed|closed|Toaster/.test(name)), ["restoreFailed", "WebChat.closed", "Toaster.opened"]);
        without(spy, "restoreFailed");
        eq([spy.has("restored"), CXBus.data("WebChatService.sessionActive")], [false, false]);
        ok(document.cookie.includes("state.session=CHAT1"), "another page may succeed");
    "##;
    /// 3: messages come from polls alone; any answer may bring new keys
    answers_to_other_requests_bring_keys_and_no_messages => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms);
        gms.answers.updateData = () => Response.json({ statusCode: 0, alias: "118", secureKey: "K9", userId: "U9", chatEnded: false,
            messages: [{ index: 99, type: "Message", text: "not from a poll", from: AGENT, utcTime: 1 }] });
        gms.answers.refresh = () => Response.json({ statusCode: 0, chatEnded: false, messages: [] });
        await spy.command("WebChatService.updateUserData", { a: 1 });
        eq(await spy.command("WebChatService.getSessionData"), { sessionID: "CHAT1", userId: "U9", secureKey: "K9", alias: "118" });
        const polls = gms.sent("refresh").length;
        await until(() => gms.sent("refresh").length > polls + 1);
        ok(gms.sent("refresh").at(-1).raw.startsWith("alias=118&secureKey=K9&userId=U9&transcriptPosition=2"));
        eq(spy.texts().includes("not from a poll"), false);
    "##;
    /// 3, "Polling": slower while nothing happens, soon after something has
    polls_slow_down_and_hurry_after_activity => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms, { pollRateMin: 20, pollRateMult: 4, pollRateMax: 100 });
        await until(() => gms.sent("refresh").length >= 5);
        const times = gms.sent("refresh").map((request) => request.at), gaps = times.slice(1).map((time, nth) => Math.ceil(time - times[nth]));
        ok(gaps[0] >= 20 && gaps[1] >= 20 && gaps[2] >= 80 && gaps[3] >= 100, show(gaps));
        gms.ended = true;
        await until(() => spy.has("ended"));
    "##;
    /// 3, "Polling": never two at once, and a quiet hour ends with the next message
    a_message_sent_makes_the_next_poll_come_soon => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms, { pollRateMin: 1, pollRateMult: 3600000, pollRateMax: 3600000 });
        const polls = gms.sent("refresh").length;
        await until(() => gms.sent("refresh").length > polls);
        await settle();
        await spy.command("WebChatService.sendMessage", { message: "hello" });
        await until(() => spy.texts().includes("hello"));
        eq(await settled(spy.command("WebChatService.wake")), { state: "resolved", values: [null] });
        clearCookies();
        await until(() => spy.has("ended"));
    "##;
    /// 1.1 and 4: in a mixed answer it is gone before `ajaxResponse` goes out, which then happens within the poll itself
    without_tasks_of_their_own_subscribers_see_nothing_hidden_either => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms), seen = [];
        await spy.command("WebChatService.addPrefilter", { filters: /^secret:/ });
        CXBus.configure({ async: false });
        // As text: what subscribers see at that moment.
        for (const name of ["ajaxResponse", "messageReceived"]) {
            CXBus.subscribe(`WebChatService.${name}`, ({ data }) => {
                const line = show(data);
                if (line.includes("open")) seen.push([name, line.includes("secret: one")]);
            });
        }
        gms.say("secret: one");
        gms.say("open");
        await until(() => seen.length === 2);
        CXBus.configure({ async: true });
        eq(seen, [["ajaxResponse", false], ["messageReceived", false]]);
        gms.ended = true;
    "##;
    /// 3: `sleepEnabled`, `pollRateSleep`
    a_hidden_page_sleeps_until_it_is_looked_at => r##"
        let hidden = false;
        Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms, { sleepEnabled: true, pollRateSleep: 3600000 });
        eq(spy.has("sleeping"), false);
        hidden = true;
        await until(() => spy.has("sleeping"));
        const polls = gms.sent("refresh").length, end = performance.now() + 100;
        await until(() => performance.now() > end);
        ok(gms.sent("refresh").length <= polls + 1, "one that was on its way at most");
        gms.say("morning");
        hidden = false;
        await until(() => spy.texts().includes("morning"));
        eq(spy.log.filter((name) => name === "sleeping").length, 1);
        without(spy, "sleeping");
        delete document.hidden;
    "##;
    /// 3, "Cookies": `deploymentID` and `cookieOptions`
    cookies_follow_deployment_and_options => r##"
        const written = [], plain = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
        Object.defineProperty(document, "cookie", { configurable: true, get: () => plain.get.call(document),
            set: (text) => { written.push(text); plain.set.call(document, text); } });
        const gms = fakeGms(), spy = makeSpy(CXBus), config = chatConfig();
        config.main = { deploymentID: "shop", cookieOptions: { sameSite: "Lax", expires: 1, partitioned: false } };
        run(CXBus, config);
        await until(() => spy.has("ready"));
        await spy.command("WebChatService.startChat", {});
        delete document.cookie;
        const session = written.find((text) => text.includes("state.session="));
        ok(/^shop\._genesys\.widgets\.webchat\.state\.session=CHAT1; path=\/; sameSite=Lax; expires=[^;]+ GMT$/.test(session), session);
        ok(Math.abs(new Date(session.split("expires=")[1]) - Date.now() - 86400000) < 60000, session);
        const names = document.cookie.split("; ").map((pair) => pair.split("=")[0]).filter((name) => name.includes("_genesys"));
        ok(names.length && names.every((name) => name.startsWith("shop.")), show(names));
        gms.ended = true;
        await until(() => spy.has("ended"));
        ok(!/state\.(session|keys|ping|index)=/.test(document.cookie), "deleted, although the options give an expiry");
    "##;
    /// 3, "Cookies": what they are without options
    cookies_are_strict_session_cookies => r##"
        const written = [], plain = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
        Object.defineProperty(document, "cookie", { configurable: true, get: () => plain.get.call(document),
            set: (text) => { written.push(text); plain.set.call(document, text); } });
        const gms = fakeGms();
        await startChat(CXBus, run, gms);
        delete document.cookie;
        const session = written.find((text) => text.includes("state.session="));
        eq(session, "_genesys.widgets.webchat.state.session=CHAT1; path=/; sameSite=Strict", "no domain on an address");
    "##;
    /// 3, "Web storage"
    web_storage_holds_only_focus_and_readiness => r##"
        fakeGms();
        localStorage.clear();
        sessionStorage.clear();
        const spy = makeSpy(CXBus);
        run(CXBus, chatConfig());
        await until(() => spy.has("ready"));
        eq([Object.keys(localStorage), Object.keys(sessionStorage)], [["_genesys.widgets.inFocus"], ["Widgets.ready"]]);
        localStorage.setItem("_genesys.widgets.inFocus", "another page");
        window.dispatchEvent(new Event("focus"));
        ok(localStorage.getItem("_genesys.widgets.inFocus") !== "another page");
    "##;
    /// 0.13: chat state is in cookies, so every tab has the same chat
    two_tabs_have_the_same_chat_and_end_it_together => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms), other = otherTab(chatConfig()), seen = [], ended = [];
        other.subscribe("WebChatService.messageReceived", (event) => seen.push(...event.data.messages.map((message) => message.text)));
        other.subscribe("WebChatService.ended", () => ended.push("other"));
        await until(() => other.data("WebChatService.sessionActive"));
        gms.say("to both");
        await until(() => spy.texts().includes("to both") && seen.includes("to both"));
        await other.command("WebChatService.addPrefilter", { filters: /^secret:/ });
        const polls = gms.sent("refresh").length;
        gms.say("secret: one");
        await until(() => gms.sent("refresh").length > polls + 4);
        gms.say("open");
        await until(() => spy.texts().includes("open") && seen.includes("open"));
        ok(!spy.texts().includes("secret: one") && !seen.includes("secret: one"), "one tab's filter counts in all");
        other.command("WebChatService.endChat");
        await until(() => spy.has("ended") && ended.length);
        eq(gms.sent("disconnect").length, 1, "the second tab only notices");
    "##;
    /// 4: filters that another tab has added to, and what is lost of those that were there
    filters_of_another_tab_are_taken_over_as_bare_expressions => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms), other = otherTab(chatConfig());
        const own = Object.assign(/^mine/, { note: "kept" }), add = (bus, filters) => bus.command("WebChatService.addPrefilter", { filters });
        eq((await add(spy, own))[0].note, "kept");
        await until(() => other.data("WebChatService.sessionActive"));
        await add(other, /^theirs/i);
        const filters = await add(spy, /^mine/);
        eq([Object.values(filters).map(String), "note" in filters[0]], [["/^mine/", "/^theirs/i"], false]);
        gms.ended = true;
    "##;
    /// 4: any sender, flags, texts that are no texts, other types
    prefilters_look_at_messages_of_any_sender_and_at_nothing_else => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms);
        await spy.command("WebChatService.addPrefilter", { filters: [/HIDE/gi, /^undefined$/] });
        for (const from of [AGENT, CLIENT, { nickname: "X", participantId: 9, type: "External" }]) gms.say("please hide this", from);
        gms.add("Message", AGENT);
        gms.add("Notice", AGENT, { text: "hide: but a notice" });
        gms.say("{start:123456789}");
        gms.say("seen");
        await until(() => spy.texts().includes("seen"));
        eq(spy.texts().filter((text) => text), ["hide: but a notice", "seen"]);
        await spy.command("WebChatService.addPrefilter", { filters: /hide/gi });
        eq(Object.values(await spy.command("WebChatService.addPrefilter", { filters: /HIDE/gi })).map(String), ["/HIDE/gi", "/^undefined$/", "/hide/gi"]);
    "##;
    /// 4: dropped with the restore that came too late
    prefilters_are_dropped_with_a_chat_that_cannot_be_restored => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus);
        leaveCookies({ filters: '{"custom":[{"source":"^HIDDEN","flags":"i"}]}' });
        gms.ended = true;
        run(CXBus, chatConfig());
        await until(() => spy.has("restoreTimeout"));
        ok(!document.cookie.includes("state.filters="));
    "##;
    /// 4.1: not dropped at the end of a chat
    preprocessors_outlive_the_chat => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms), seen = [];
        await spy.command("WebChatService.registerPreProcessor", { preprocessor: (message) => { seen.push(message.type); } });
        gms.ended = true;
        await until(() => spy.has("ended"));
        gms.ended = false;
        seen.length = 0;
        await spy.command("WebChatService.startChat", {});
        await until(() => seen.length);
        eq(seen, ["ParticipantJoined"], "joins as well");
    "##;
    /// 4: neither a notice nor user data draw anything
    notices_and_user_data_draw_nothing => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms), drawn = () => all(".cx-transcript .cx-message").length;
        await spy.command("WebChat.open");
        gms.say("before");
        await until(() => one("#cx-chat-index-2"));
        const before = drawn();
        await spy.command("WebChatService.sendCustomNotice", { message: "note" });
        await spy.command("WebChatService.updateUserData", { a: 1 });
        gms.add("CustomNotice", CLIENT, { text: "note" });
        gms.say("after");
        await until(() => one("#cx-chat-index-4"));
        eq([drawn(), one("#cx-chat-index-3")], [before + 1, null]);
    "##;
}
