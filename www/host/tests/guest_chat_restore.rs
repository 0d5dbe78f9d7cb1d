//! `purecloud-v2-sockets` against a scripted Guest Chat API: reload, paging, filters (transports 1.2 and 2.10).

scripted_tests! {
    "common/guest_chat.js",
    /// 2.10: with pages
    a_reload_brings_the_newest_page_and_older_ones_when_asked => r##"
        const cloud = fakeCloud(), spy = makeSpy(CXBus), verified = [];
        let asked = 0;
        spy.before("WebChatService.asyncRestore", (data) => { asked += 1; return data; });
        leaveCookies();
        // A folded window does not ask for older messages.
        document.cookie = "_genesys.widgets.webchat.state.minimized=true; path=/";
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
        await until(() => spy.has("WebChat.opened"));
        const order = spy.log.filter((name, nth, log) => !/App|ready$/.test(name) && log.indexOf(name) === nth).slice(0, 6);
        eq(order, ["capabilitiesChanged", "restored", "clientConnected", "agentConnected", "messageReceived", "WebChat.opened"]);
        ok(spy.log.indexOf("ready") < spy.log.indexOf("capabilitiesChanged"));
        eq([asked, cloud.sockets[0].url], [1, "wss://stream.example/v1/token/J1"]);
        eq(cloud.requests.map((one) => one.path.replace(`${ROOT}/C1`, "")), ["/members/me", "/messages", "/members"]);
        eq(spy.datas["WebChatService.restored"], [{}]);
        eq(cloud.sent("GET", "/C1/messages")[0].search, "?sortOrder=descending&maxResults=4");
        const batch = spy.batches[0];
        eq([batch.restoring, batch.oldMessages, batch.messages.map((message) => message.restoring)], [true, false, [true, true, true, true]]);
        eq(batch.messages.map((message) => message.id), ["m3", "m4", "m5", "m6"], "oldest first");
        eq(batch.messages.map((message) => message.from), [{ type: "Client", name: "Ada Byron" }, { type: "Agent", name: "Grace" }, undefined,
            { name: "Grace", type: "Agent" }]);
        eq(spy.datas["WebChatService.agentConnected"][0].message.id, "m4");
        const { nextMsgURL, previousLastMsgId } = await spy.command("WebChatService.getSessionData");
        eq([nextMsgURL.startsWith("/api/v2/webchat/guest/conversations/C1/messages?"), previousLastMsgId], [true, "m3"]);
        await until(() => verified.length);
        eq(verified, [{ sessionActive: true }]);
        ok(!spy.has("started"));
        cloud.fail["GET /C1/messages"] = 503;
        const refused = await outcome(spy, "fetchHistory");
        eq(refused.state, "rejected");
        await until(() => spy.has("error"));
        eq(spy.datas["WebChatService.error"][0].errors[0].code, "purecloud-v2-sockets-503");
        cloud.fail = {};
        eq(await outcome(spy, "fetchHistory"), { state: "resolved", values: [null] });
        await until(() => spy.batches.length === 2);
        eq(new URLSearchParams(cloud.sent("GET", "/C1/messages").at(-1).search).get("before"), "m3");
        const older = spy.batches[1];
        eq([older.oldMessages, older.restoring, older.messages.map((message) => message.text)], [true, false, ["two", "one"]]);
        eq((await outcome(spy, "fetchHistory")).value, "No more messages to fetch");
        const transcript = await spy.command("WebChatService.getTranscript");
        eq(transcript.messages.map((message) => message.id), ["m1", "m2", "m3", "m4", "m5", "m6"]);
        const { agents, ...times } = await spy.command("WebChatService.getStats");
        eq([times, Object.keys(agents)], [{ startTime: 1700000001000, endTime: 1700000006000, duration: 5000 }, ["a1"]]);
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
        for (const text of ["one", "two", "hidden", "three"]) cloud.store("me", text);
        cloud.clock -= 1000;
        cloud.store("me", "at the same time");
        document.cookie = `_genesys.widgets.webchat.state.filters=${encodeURIComponent('{"custom":[{"source":"^hidden$","flags":""}]}')}; path=/`;
        run(CXBus, cloudConfig({ pagination: false }));
        await until(() => spy.texts().includes("three"));
        eq([spy.batches.length, spy.texts(), spy.batches[0].restoring], [1, ["one", "two", "three", "at the same time"], false]);
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
        eq(cloud.sent("GET", "/C1/messages").at(-1).search, "?sortOrder=descending&maxResults=100", "a page as long as the document says");
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
        await spy.command("WebChatService.registerPreProcessor", { preprocessor: (message) => {
            message.text = message.text.replace("!", "?!");
            return null;
        } });
        cloud.push("me", "swap");
        cloud.push("me", "stay");
        await until(() => spy.texts().includes("stay?!"), "one after the other");
        eq([spy.texts().includes("swapped"), seen], [true, ["swap", "stay"]]);
        eq(spy.batches.at(-1).originalMessages.map((message) => message.body), ["swap", "stay"], "originals do not change");
        const kept = await spy.command("WebChatService.getTranscript");
        eq([kept.messages, kept.originalMessages].map((list) => list.slice(-2).map((one) => one.text ?? one.body)), [["swapped", "stay?!"], ["swap", "stay"]]);
        bad = true;
        cloud.push("me", "lost");
        await until(() => pageErrors.some((text) => text.includes("boom-preprocessor")));
        bad = false;
        cloud.push("me", "lost as well");
        await until(() => document.cookie.includes("LastMsgId=m3"));
        const end = performance.now() + 1500;
        await until(() => performance.now() > end);
        cloud.push("me", "works again");
        await until(() => spy.texts().includes("works again?!"));
        ok(!spy.texts().some((text) => /lost/.test(text || "")) && !spy.has("error"));
        await goodbye(spy);
    "##;
}
