//! `pureengage-v3-rest` against a scripted chat API v3: reload and async mode (transports 3.5 to 3.7).

scripted_tests! {
    "common/v3.js",
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
        spy.subscribe("WebChat.opened", () => order.push("WebChat.opened"));
        run(CXBus, v3Config({}, { sleepEnabled: true, pollRateSleep: 3600000 }));
        await until(() => order.includes("WebChat.opened"));
        eq(order, ["ready", "capabilitiesChanged", "restored", "clientConnected", "agentConnected", "messageReceived", "pollingStarted", "WebChat.opened"]);
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
        const again = () => {
            v3Cookie("keys", v3.token);
            v3Cookie("session", "S1");
            return outcome(spy, "restore");
        };
        eq((await again()).value.status, 500, "the failed answer");
        Object.assign(v3, { fail: {}, bare: true });
        eq((await again()).value.status, 200, "an answer without data");
        v3.bare = false;
        const [first, second] = [again(), again()];
        eq([(await first).state, (await second).value], ["resolved", "Already restoring. Ignoring request."]);
        await goodbye(spy);
    "##;
    /// 3.7: async mode
    in_async_mode_the_site_keeps_the_session => r##"
        const v3 = fakeV3(), kept = [], asked = [];
        const asynchronous = { enabled: true, getSessionData: (data, cookie, options) => kept.push([data, typeof cookie.get, options.path]),
            setSessionData: (name, cookie, options) => { asked.push([name, typeof cookie.get, options.path].join()); return kept.length ? JSON.stringify(kept.at(-1)[0]) : undefined; } };
        for (let number = 0; number < 20; number += 1) v3.say(`old ${number}`);
        const spy = await startV3({ async: asynchronous, maxMessagePageSize: 4 });
        eq(CXBus.data("WebChatService.capabilities"), { async: true, asyncClose: "endChat", pagination: true, fileUpload: true });
        await until(() => spy.texts().includes("old 19"));
        await until(() => kept.length > 1);
        eq(kept[0], [{ token: v3.token }, "function", "/"]);
        eq(kept.at(-1)[0], { messageIndex: "0-021", token: v3.token });
        ok(asked.length > 1 && asked.every((given) => given === "_genesys.widgets.webchat.state.open,function,/"), "before almost every request");
        ok(!document.cookie.includes("v3-rest.keys"), "no token in a cookie");
        await goodbye(spy);
    "##;
    /// 3.7: restore by hand and without a session cookie; fetchHistory
    in_async_mode_a_chat_comes_back_by_its_token_page_by_page => r##"
        const v3 = fakeV3();
        for (let number = 0; number < 20; number += 1) v3.say(`old ${number}`);
        // A folded window does not ask for older messages.
        document.cookie = "_genesys.widgets.webchat.state.minimized=true; path=/";
        const spy = await readyV3({ async: { enabled: true }, maxMessagePageSize: 4 });
        eq((await outcome(spy, "restore", { sessionData: v3.token })).state, "resolved");
        await until(() => spy.batches.length > 0);
        eq([v3.sent("POST", "").map((one) => one.token), spy.datas["WebChatService.restored"]], [[v3.token], [{ async: true }]]);
        eq([v3.sent("GET", "/S1/messages")[0].query.get("count"), spy.batches[0].messages.length], ["16", 16], "a page has sixteen at least");
        v3.fail["GET /S1/messages"] = [500, "FAULT", "no"];
        const refused = await outcome(spy, "fetchHistory");
        eq([refused.state, refused.value.status], ["rejected", 500]);
        v3.fail = {};
        const fetched = await outcome(spy, "fetchHistory");
        eq([fetched.state, fetched.value.data.messages.length], ["resolved", 6], "with the answer");
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
            deleteSessionData: (...given) => lost.push(given) };
        const spy = await startV3({ async: asynchronous });
        v3.fail["GET "] = [404, "X", "gone"];
        await until(() => lost.length === 1);
        const [[{ sessionData, response }, cookie, options]] = lost;
        eq([sessionData.sessionId, response.status, typeof cookie.get, options.path], ["S1", 404, "function", "/"]);
        await until(() => spy.has("sessionLost") && spy.has("pollingStopped"));
        await settle();
        eq([spy.datas["WebChatService.sessionLost"][0].status, spy.has("ended")], [404, false]);
    "##;
    /// 3.7 [read]: an earlier session's token; without both functions a cookie keeps it
    in_async_mode_a_token_is_enough => r##"
        const v3 = fakeV3();
        v3Cookie("keys", v3.token);
        const spy = await readyV3({ async: { enabled: true, getSessionData: () => fail("the other function is missing") } });
        await until(() => spy.has("restored"));
        eq([spy.datas["WebChatService.restored"], v3.sent("POST", "").map((one) => one.token)], [[{ async: true }], [v3.token]], "no session cookie is needed");
        eq(v3.sent("GET", "/S1/messages")[0].query.get("count"), "20", "a page without the option");
        ok(document.cookie.includes(`v3-rest.keys=${v3.token}`) && document.cookie.includes("v3-rest.session=S1"));
        await goodbye(spy);
        let kept = { token: v3.token };
        await outcome(spy, "configure", v3Config({ async: { enabled: true, getSessionData: (data) => { kept = data; }, setSessionData: () => kept } }).webchat);
        await spy.command("WebChatService.startChat", {});
        eq(v3.sent("POST", "").at(-1).token, v3.token, "it goes along with a start");
        spy.log.length = 0;
        await goodbye(spy);
    "##;
    /// 3.6 [read]: a 401 in an async restore
    in_async_mode_a_restore_that_is_not_allowed_loses_the_session => r##"
        const v3 = fakeV3(), spy = makeSpy(CXBus);
        v3Cookie("keys", v3.token);
        v3.fail["POST "] = [401, "AUTHENTICATION_REQUIRED", "no"];
        run(CXBus, v3Config({ async: { enabled: true } }));
        await until(() => spy.has("restoreFailed"));
        eq(spy.log.filter((name) => /^(sessionLost|error|restoreFailed|ended)$/.test(name)), ["sessionLost", "error", "restoreFailed"]);
        eq([spy.datas["WebChatService.error"][0].status, document.cookie.includes("pureengage-v3-rest")], [401, false]);
    "##;
}
