//! Two tabs share one chat, whichever way it reaches its server (bus facts 0.13; transports 2.2, 2.6 and 3.4). Over GMS by REST:
//! `chat_events`.

scripted_tests! {
    "common/guest_chat.js",
    /// GMS over CometD: each tab is a client of its own, the cookies are shared
    two_tabs_share_a_chat_over_comet => r##"
        const gms = fakeGms(), comet = fakeComet(gms), spy = await startChat(CXBus, run, gms, comet.options());
        const tab = makeSpy(otherTab(chatConfig(comet.options())));
        await until(() => tab.has("restored"));
        eq([comet.clients, comet.published.at(-1).operation, tab.has("started")], [2, "requestNotifications", false]);
        gms.say("to both");
        await until(() => spy.texts().includes("to both") && tab.texts().includes("to both"));
        await tab.command("WebChatService.addPrefilter", { filters: /^secret:/ });
        gms.say("secret: one");
        gms.say("open");
        await until(() => spy.texts().includes("open") && tab.texts().includes("open"));
        ok(!spy.texts().concat(tab.texts()).includes("secret: one"), "one tab's filter counts in all");
        await tab.command("WebChatService.sendMessage", { message: "from the second" });
        await until(() => spy.texts().includes("from the second") && tab.texts().includes("from the second"));
        eq([spy, tab].map((one) => one.texts().filter((text) => text === "from the second").length), [1, 1]);
        tab.command("WebChatService.endChat");
        await until(() => spy.has("ended") && tab.has("ended"));
        eq(comet.published.filter((data) => data.operation === "disconnect").length, 1, "the first tab only notices");
    "##;
    /// 2.2 and 2.6: each tab opens the same stream, and the server says everything on each
    two_tabs_share_a_chat_over_guest_chat => r##"
        const cloud = fakeCloud(), spy = await startCloud(), tab = makeSpy(otherTab(cloudConfig()));
        await until(() => tab.has("restored"));
        eq(cloud.sockets.map((socket) => socket.url), [spy, tab].map(() => "wss://stream.example/v1/token/J1"));
        eq([cloud.requests.filter((one) => one.method === "POST").length, tab.has("started")], [1, false], "one conversation");
        cloud.join("a1", "AGENT");
        cloud.push("a1", "to both");
        await until(() => [spy, tab].every((one) => one.texts().includes("to both") && one.has("agentConnected")));
        await tab.command("WebChatService.addPrefilter", { filters: /^secret:/ });
        cloud.push("a1", "secret: one");
        cloud.push("a1", "open");
        await until(() => [spy, tab].every((one) => one.texts().includes("open")));
        ok(!spy.texts().concat(tab.texts()).includes("secret: one"), "one tab's filter counts in all");
        await tab.command("WebChatService.endChat");
        cloud.leave("me");
        await until(() => spy.has("ended") && tab.has("ended"));
        eq([cloud.sent("DELETE", "").length, spy.log.filter((name) => name === "ended").length], [1, 1], "the first tab learns it from the stream");
        ok(!document.cookie.includes("purecloud-v2-sockets"));
    "##;
}

scripted_tests! {
    "common/v3.js",
    /// 3.3 and 3.4: one tab polls at a time; a tab asks for what the server has given to the other
    two_tabs_share_a_chat_over_v3 => r##"
        const v3 = fakeV3(), spy = await startV3(), answer = window.fetch, tab = makeSpy(otherTab(v3Config()));
        let polling = 0, most = 0;
        window.fetch = async (request) => {
            if (request.method !== "GET") return answer(request);
            polling += 1;
            most = Math.max(most, polling);
            await task();
            try { return await answer(request); } finally { polling -= 1; }
        };
        await until(() => tab.has("restored"));
        eq([v3.sent("POST", "").length, tab.has("started")], [1, false], "one session");
        for (const text of ["one", "two", "three"]) {
            v3.say(text);
            await until(() => spy.texts().includes(text) && tab.texts().includes(text));
        }
        eq([spy, tab].map((one) => one.texts().filter((text) => text)), [["one", "two", "three"], ["one", "two", "three"]], "each once, in order");
        ok(v3.polls().some((poll) => poll.query.has("index")), "from the message that it handled last");
        eq(most, 1, "never two polls at once");
        await tab.command("WebChatService.addPrefilter", { filters: /^secret:/ });
        v3.say("secret: one");
        v3.say("open");
        await until(() => spy.texts().includes("open") && tab.texts().includes("open"));
        ok(!spy.texts().concat(tab.texts()).includes("secret: one"), "one tab's filter counts in all");
        await tab.command("WebChatService.endChat");
        v3.ended = true;
        await until(() => spy.has("ended") && tab.has("ended"));
        eq(v3.sent("DELETE", "/S1/participants/P1").length, 1, "the first tab learns it from its next poll");
        ok(!document.cookie.includes("pureengage-v3-rest"));
    "##;
}
