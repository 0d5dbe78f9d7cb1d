//! Asynchronous chats and older messages over CometD, against a scripted Bayeux server (bus facts 3 and 4; backend facts 1.8).

browser_tests! {
    /// `webchat.async`: the page keeps the session data, no cookie does
    an_asynchronous_chat_is_kept_by_the_page => r##"
        const gms = fakeGms(), comet = fakeComet(gms), kept = [];
        const spy = await startChat(CXBus, run, gms, comet.options({ async: { enabled: true,
            getSessionData: (data, cookie, options) => { kept.push([data, Object.keys(cookie), options.path]); } } }));
        eq(comet.published[0].userData.GCTI_Chat_AsyncMode, "true");
        eq(kept, [[{ sessionID: "CHAT1", userId: "U1", secureKey: "K1", alias: "117" }, ["get", "set", "remove"], "/"]]);
        ok(!/state\.(session|keys|ping|index)=/.test(document.cookie));
        eq((await settled(spy.command("WebChatService.fetchHistory"))).value, "No more messages to fetch.");
        gms.key = "K2";
        gms.say("new key");
        await until(() => kept.length === 2);
        eq(kept[1][0].secureKey, "K2");
        gms.ended = true;
        gms.say("bye");
        await until(() => spy.has("ended"));
        eq((await settled(spy.command("WebChatService.fetchHistory"))).value, "There is no active chat session.");
    "##;
    /// webchatservice, restore and fetchHistory in asynchronous mode
    an_asynchronous_chat_comes_back_page_by_page => r##"
        const gms = fakeGms(), comet = fakeComet(gms), spy = makeSpy(CXBus), seen = [];
        const data = { sessionID: "CHAT1", userId: "U1", secureKey: "K1", alias: "117" };
        gms.add("ParticipantJoined", CLIENT);
        for (const text of ["one", "two", "three", "four"]) gms.say(text);
        run(CXBus, chatConfig(comet.options({ async: { enabled: true, pageSize: 2, setSessionData: (open, cookie) => (cookie.get ? JSON.stringify(data) : "") } })));
        await until(() => spy.texts().includes("four"));
        eq([spy.datas["WebChatService.restored"], spy.texts(), spy.batches[0].restoring], [[{ async: true }], ["three", "four"], true]);
        eq(comet.published.map((request) => request.transcriptPosition), ["-1", "4"]);
        await spy.command("WebChatService.registerPreProcessor", { preprocessor: (message) => { seen.push(message.index); } });
        await spy.command("WebChatService.addPrefilter", { filters: /^two$/ });
        comet.refuse = { statusCode: 2, errors: [{ code: 500 }] };
        eq((await settled(spy.command("WebChatService.fetchHistory"))).value.errors[0].code, 500);
        comet.refuse = null;
        const history = await settled(spy.command("WebChatService.fetchHistory"));
        eq([history.state, history.value.statusCode], ["resolved", 0]);
        await until(() => spy.batches.length === 2);
        eq([spy.batches[1].oldMessages, spy.batches[1].restoring, spy.batches[1].messages.map((message) => message.text)], [true, false, ["one"]]);
        await spy.command("WebChatService.fetchHistory");
        await until(() => spy.batches.length === 3);
        eq((await settled(spy.command("WebChatService.fetchHistory"))).value, "No more messages to fetch.");
        eq(seen, [2, 1], "each message once");
        eq((await spy.command("WebChatService.getTranscript")).messages.map((message) => message.index), [1, 2, 4, 5]);
        await until(() => lines().length === 4);
        eq(lines(), ["Chat started", "one", "three", "four"], "the window has the older ones at the top");
        eq((await settled(spy.command("WebChatService.restore"))).value, "Chat session is already active, ignoring restore command.");
        gms.ended = true;
        gms.say("bye");
        await until(() => spy.has("ended"));
    "##;
    /// 4: nothing that is hidden comes by what a command resolves with, be it the history or an answer that is news as well
    no_command_resolves_with_what_is_hidden_over_comet => r##"
        const gms = fakeGms(), comet = fakeComet(gms), spy = makeSpy(CXBus), HIDDEN = /microapp:/;
        const options = (more) => comet.options({ ...more, async: { enabled: true, pageSize: 1,
            setSessionData: () => ({ sessionID: "CHAT1", userId: "U1", secureKey: "K1", alias: "117" }) } });
        for (const text of ["hello", "microapp://app/one", "microapp://app/two", "microapp://app/three"]) gms.say(text);
        document.cookie = `_genesys.widgets.webchat.state.filters=${encodeURIComponent('{"custom":[{"source":"microapp:","flags":""}]}')}; path=/`;
        run(CXBus, chatConfig(options()));
        await until(() => spy.has("restored"));
        for (let page = 0; page < 3; page += 1) {
            const history = await settled(spy.command("WebChatService.fetchHistory"));
            eq([history.state, history.value.messages.map((message) => message.text)], ["resolved", page < 2 ? [] : ["hello"]]);
        }
        await until(() => spy.batches.length);
        eq(spy.batches.map((batch) => [batch.oldMessages, batch.messages.length, batch.originalMessages.map((message) => message.text)]), [[true, 1, ["hello"]]]);
        const sent = await settled(spy.command("WebChatService.sendMessage", { message: "microapp:progress:ended" }));
        eq([sent.state, sent.value.messages], ["resolved", []], "the answer is the message itself");
        const transcript = await spy.command("WebChatService.getTranscript");
        eq([transcript.messages, transcript.originalMessages].map((list) => list.map((message) => message.text)), [["hello"], ["hello"]]);
        const tab = makeSpy(otherTab(chatConfig(options({ legacyFilters: true }))));
        await until(() => tab.has("restored"));
        eq((await settled(tab.command("WebChatService.fetchHistory"))).value.messages, [], "nor as in 9.0.005");
        ok(!HIDDEN.test(JSON.stringify([spy.datas, tab.datas, lines()])));
        gms.ended = true;
        gms.say("bye");
        await until(() => spy.has("ended") && tab.has("ended"));
    "##;
    /// backend facts 1.8: answers and news come in on one channel, and what is not older is no history
    news_that_come_before_the_history_are_not_taken_for_it => r##"
        const gms = fakeGms(), comet = fakeComet(gms), spy = makeSpy(CXBus);
        for (const text of ["one", "two", "three"]) gms.say(text);
        run(CXBus, chatConfig(comet.options({ async: { enabled: true, pageSize: 2,
            setSessionData: () => ({ sessionID: "CHAT1", userId: "U1", secureKey: "K1", alias: "117" }) } })));
        await until(() => spy.texts().includes("three"));
        comet.meanwhile = () => gms.say("at that very moment");
        const history = await settled(spy.command("WebChatService.fetchHistory"));
        eq([history.state, history.value.messages[0].text], ["resolved", "one"]);
        await until(() => spy.batches.length === 3);
        eq(spy.batches.map((batch) => [batch.oldMessages, batch.messages.map((message) => message.text)]),
            [[false, ["two", "three"]], [false, ["at that very moment"]], [true, ["one"]]]);
        eq((await settled(spy.command("WebChatService.sendMessage", { message: "answer" }))).state, "resolved", "the next answer is the next request's");
        gms.ended = true;
        gms.say("bye");
        await until(() => spy.has("ended"));
    "##;
    /// webchatservice, fetchHistory: while a page is on its way, something else happens
    a_page_of_history_is_not_lost_to_news => r##"
        const gms = fakeGms(), comet = fakeComet(gms), spy = makeSpy(CXBus);
        const data = { sessionID: "CHAT1", userId: "U1", secureKey: "K1", alias: "117" };
        for (let number = 1; number <= 6; number += 1) gms.say(`line ${number}`);
        comet.meanwhile = ({ transcriptPosition }) => { if (transcriptPosition === "5") gms.say("during the restore"); };
        // A folded window does not ask for older messages.
        document.cookie = "_genesys.widgets.webchat.state.minimized=true; path=/";
        run(CXBus, chatConfig(comet.options({ ajaxTimeout: 400, async: { enabled: true, pageSize: 2, setSessionData: () => data } })));
        await until(() => spy.texts().includes("line 6"));
        eq(spy.batches[0].messages.map((message) => message.text).slice(0, 2), ["line 5", "line 6"], "a restore gets its page as well");
        const older = () => spy.batches.filter((batch) => batch.oldMessages).map((batch) => batch.messages.map((message) => message.text));
        comet.meanwhile = () => gms.say("in between");
        const first = await settled(spy.command("WebChatService.fetchHistory"));
        eq([first.state, first.value.messages[0].text], ["resolved", "line 3"]);
        await until(() => older().length === 1);
        comet.silent = true;
        eq((await settled(spy.command("WebChatService.fetchHistory"))).value.statusText, "timeout");
        comet.silent = false;
        eq((await settled(spy.command("WebChatService.fetchHistory"))).value.messages[0].text, "line 1", "asked for again");
        await until(() => older().length === 2);
        eq([older(), spy.texts().filter((text) => text === "in between").length], [[["line 3", "line 4"], ["line 1", "line 2"]], 3]);
        eq((await settled(spy.command("WebChatService.fetchHistory"))).value, "No more messages to fetch.");
        comet.meanwhile = () => {};
        gms.ended = true;
        gms.say("bye");
        await until(() => spy.has("ended"));
    "##;
    /// backend facts 1.8: what the customer wrote long ago does not answer what is written now
    a_page_of_history_is_no_answer_to_a_message => r##"
        const gms = fakeGms(), comet = fakeComet(gms), spy = makeSpy(CXBus);
        const data = { sessionID: "CHAT1", userId: "U1", secureKey: "K1", alias: "117" };
        gms.say("ok", CLIENT);
        for (const text of ["two", "three"]) gms.say(text);
        document.cookie = "_genesys.widgets.webchat.state.minimized=true; path=/";
        run(CXBus, chatConfig(comet.options({ async: { enabled: true, pageSize: 2, setSessionData: () => data } })));
        await until(() => spy.texts().includes("three"));
        const commands = [["fetchHistory"], ["sendMessage", { message: "ok" }]].map(([name, data]) => spy.command(`WebChatService.${name}`, data));
        const outcomes = await Promise.all(commands.map(settled));
        eq(outcomes.map(({ state, value }) => [state, value.messages[0].index]), [["resolved", 1], ["resolved", 4]]);
        gms.ended = true;
        gms.say("bye");
        await until(() => spy.has("ended"));
    "##;
    /// webchatservice, restore {sessionData}: anybody's in asynchronous mode
    an_asynchronous_chat_is_restored_by_command => r##"
        const gms = fakeGms(), comet = fakeComet(gms), spy = makeSpy(CXBus), restore = (data) => settled(spy.command("WebChatService.restore", data));
        gms.add("ParticipantJoined", CLIENT);
        for (let number = 2; number <= 60; number += 1) gms.say(`line ${number}`);
        run(CXBus, chatConfig(comet.options({ async: { enabled: true } })));
        await until(() => spy.has("ready"));
        eq((await restore()).state, "rejected", "there is nothing to go by");
        const data = { sessionID: "CHAT1", userId: "U1", secureKey: "K1", alias: "117" };
        for (const sessionData of [JSON.stringify(data), { ...data }]) {
            gms.ended = false;
            spy.log.length = 0;
            eq(await restore({ sessionData }), { state: "resolved", values: [null] }, typeof sessionData);
            await until(() => spy.texts().includes("line 60"));
            eq([comet.published[1].chatId, comet.published[1].secureKey], ["CHAT1", "K1"]);
            eq(comet.published.slice(0, 2).map((request) => request.transcriptPosition), ["-1", "11"], "fifty messages without an option");
            gms.ended = true;
            gms.say("bye");
            await until(() => spy.has("ended"));
        }
    "##;
}
