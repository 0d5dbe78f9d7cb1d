//! `pureengage-v3-rest` against a scripted chat API v3: polls (transports 3.4).

scripted_tests! {
    "common/v3.js",
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
        const nothing = { state: "resolved", values: [null] }, plain = window.fetch;
        // A poll is given up by the command, and what its answer brings all the same is taken by nobody.
        const givenUp = async (command, text) => {
            const answerTo = heldBack("GET");
            await until(() => answerTo.waits);
            eq(await outcome(spy, command), nothing, command);
            ok(answerTo.given[0].signal.aborted, command);
            v3.say(text);
            const given = v3.polls().length;
            answerTo.come();
            await until(() => v3.polls().length > given);
            window.fetch = plain;
        };
        await givenUp("pausePoll", "in the answer that nobody takes");
        v3.say("after the pause");
        await idle();
        eq(spy.has("pollingStopped"), false);
        eq(await outcome(spy, "continuePoll"), nothing);
        await until(() => spy.texts().includes("after the pause"));
        ok(spy.texts().includes("in the answer that nobody takes"), "asked for once more");
        eq(v3.polls().filter((poll) => poll.query.has("index")).map((poll) => poll.query.get("index")), ["0-002"]);
        await givenUp("stopPoll", "in an answer after the stop");
        await until(() => spy.has("pollingStopped"));
        v3.say("after the stop");
        await idle();
        eq(await outcome(spy, "startPoll"), nothing);
        await until(() => spy.texts().includes("after the stop"));
        ok(spy.texts().includes("in an answer after the stop"), "asked for once more");
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
    /// 3.1 and 3.4: the wait between polls, and how it grows with each failure
    the_wait_between_polls_grows_with_each_failure => r##"
        const v3 = fakeV3(), waits = hurried(100), seen = (from) => waits.slice(from).filter((wait) => wait >= 1000);
        const spy = await startV3({ pollTimeout: 1000, pollIntervalMultiplier: 2 });
        await until(() => seen(0).length > 1);
        eq([...new Set(seen(0).filter((wait) => wait < 9000))], [1000]);
        let from = waits.length;
        v3.fail["GET "] = [500, "X", "no"];
        const grown = () => seen(from).filter((wait) => wait > 1000);
        await until(() => grown().length > 2);
        eq(grown().slice(0, 3), [2000, 4000, 8000], "twice as long each time");
        v3.fail["GET "] = [429, "X", "no"];
        await until(() => spy.datas["WebChatService.error"].some((error) => error.errors[0].response.status === 429));
        from = waits.length;
        await until(() => seen(from).length > 2);
        eq(new Set(seen(from)).size, 1, "not for 429");
        v3.fail = {};
        v3.say("back");
        await until(() => spy.texts().includes("back"));
        from = waits.length;
        await until(() => seen(from).length > 1);
        eq(seen(from)[0], 1000, "as before");
        spy.command("WebChatService.endChat");
        await until(() => spy.has("ended"));
        for (const [pollTimeout, wait] of [[undefined, 3000], [1, 100]]) {
            await outcome(spy, "configure", v3Config({ pollTimeout }).webchat);
            from = waits.length;
            await spy.command("WebChatService.startChat", {});
            await until(() => waits.slice(from).includes(wait));
            spy.log.length = 0;
            await goodbye(spy);
        }
        await outcome(spy, "configure", v3Config({ pollTimeout: 1000 }).webchat);
        await spy.command("WebChatService.startChat", {});
        from = waits.length;
        v3.fail["GET "] = [500, "X", "no"];
        await until(() => grown().length > 1);
        eq(grown().slice(0, 2), [1200, 1440], "a fifth more each time without the option");
        v3.fail = {};
        spy.log.length = 0;
        await goodbye(spy);
    "##;
}
