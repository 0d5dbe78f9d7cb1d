//! The window over the transports other than GMS (bus facts 7; transports 2.7 to 2.10 and 3.5).

/// Browser tests with the scripted server of that file.
macro_rules! window_over {
    ($server:literal, $($(#[$doc:meta])* $name:ident => $body:literal;)*) => {
        browser_tests! { $($(#[$doc])* $name => concat!(include_str!($server), $body);)* }
    };
}

window_over! {
    "common/v3.js",
    /// 3.5: `WebChat.started`, indexes that are texts, who types
    the_window_draws_a_chat_over_v3 => r##"
        const v3 = fakeV3(), spy = await readyV3(), order = [];
        for (const name of ["WebChatService.started", "WebChatService.pollingStarted", "WebChatService.ajaxResponse", "WebChat.started",
            "WebChatService.clientConnected", "WebChatService.messageReceived"]) {
            spy.subscribe(name, () => { if (!order.includes(name)) order.push(name); });
        }
        ok((await spy.command("WebChat.EVENTS")).includes("started"));
        await spy.command("WebChat.open", { form: { autoSubmit: true, firstname: "Ada" } });
        await until(() => one("#cx-chat-index-0001"));
        v3.add("ParticipantJoined");
        v3.say("one");
        v3.say("two");
        await until(() => one("#cx-chat-index-0004"));
        eq(order, ["WebChatService.started", "WebChatService.pollingStarted", "WebChatService.ajaxResponse", "WebChat.started",
            "WebChatService.clientConnected", "WebChatService.messageReceived"]);
        eq(spy.datas["WebChat.started"], [{}]);
        const indexes = ["0001", "0002", "0003", "0004"], ids = indexes.map((index) => `cx-chat-index-${index}`);
        eq(all(".cx-transcript .cx-message").map((message) => message.id), ids);
        await until(() => spy.datas["WebChat.messageAdded"]?.length === 4);
        eq(spy.datas["WebChat.messageAdded"].map((added) => [added.index, added.id]), indexes.map((index, nth) => [index, ids[nth]]));
        eq(lines(), ["Chat started", "Grace has joined the chat", "one", "two"]);
        v3.add("TypingStarted");
        await until(() => !one(".cx-typing").hidden);
        eq(one(".cx-typing-text").textContent, "Grace is typing");
        v3.say("three");
        await until(() => one("#cx-chat-index-0006") && one(".cx-typing").hidden);
        await goodbye(spy);
    "##;
}

window_over! {
    "common/guest_chat.js",
    /// 2.7: `WebChat.started`; 2.8: a join is drawn once; 7: each message has an `id` of its own
    the_window_draws_a_chat_over_guest_chat => r##"
        const cloud = fakeCloud(), spy = await readyCloud(), order = [];
        for (const name of ["WebChatService.started", "WebChatService.ajaxResponse", "WebChatService.messageReceived",
            "WebChatService.clientConnected", "WebChat.started"]) spy.subscribe(name, () => order.push(name));
        await spy.command("WebChat.open", { form: { autoSubmit: true, firstname: "Ada" } });
        await until(() => order.includes("WebChat.started"));
        eq(order, ["WebChatService.started", "WebChatService.ajaxResponse", "WebChatService.messageReceived", "WebChatService.clientConnected",
            "WebChat.started"]);
        cloud.join("a1", "AGENT");
        cloud.push("queue", "", "member-join");
        cloud.push("a1", "Hello");
        cloud.push("me", "Hi");
        await until(() => spy.datas["WebChat.messageAdded"]?.length === 4);
        eq(lines(), ["Chat started", "Grace has joined the chat", "Hello", "Hi"], "the raw joins draw nothing");
        const added = spy.datas["WebChat.messageAdded"];
        eq(added.map(({ id }) => id), added.map(({ message }) => `cx-chat-index-${message.index}`));
        eq([new Set(added.map(({ id }) => id)).size, all(".cx-transcript .cx-message").length], [4, 4]);
        eq(one("#cx-chat-index-1700000003000 .cx-message-text").textContent, "Hello");
        await goodbye(spy);
    "##;
    /// 2.8: `fetchHistory` by scrolling
    who_scrolls_to_the_top_gets_older_messages => r##"
        const cloud = fakeCloud(), spy = makeSpy(CXBus);
        withStyles();
        leaveCookies();
        cloud.members.a1 = { id: "a1", displayName: "Grace", role: "AGENT", state: "CONNECTED" };
        for (let number = 1; number <= 90; number += 1) cloud.store(number % 3 ? "a1" : "me", `line ${number}`);
        run(CXBus, cloudConfig({ maxMessagePageSize: 30 }));
        await until(() => lines().length === 30);
        const upTo = (first) => Array.from({ length: 91 - first }, (_, nth) => `line ${first + nth}`);
        const transcript = one(".cx-transcript"), topmost = transcript.querySelector(".cx-message");
        ok(transcript.scrollTop > 0, "the newest are in sight");
        transcript.scrollTop = 0;
        const place = topmost.getBoundingClientRect().top;
        await until(() => lines().length === 60);
        eq(lines(), upTo(31), "in their order, above the others");
        ok(Math.abs(topmost.getBoundingClientRect().top - place) < 2, "what was in sight stays there");
        eq(cloud.sent("GET", "/C1/messages").map((asked) => new URLSearchParams(asked.search).get("before")), [null, "m61"]);
        const copies = [...one(".cx-screen-reader-transcript").children];
        eq([copies.length, copies[0].textContent], [60, "Grace: line 31"]);
        await until(() => spy.datas["WebChat.messageAdded"].length === 60);
        const added = spy.datas["WebChat.messageAdded"].slice(30);
        eq(added.map(({ message }) => message.text), upTo(31).slice(0, 30));
        ok(added.every(({ message, originalMessage }) => originalMessage.body === message.text), "the server's own beside each");
        same(added[1].prevMessageHTML, added[0].html);
        await spy.command("WebChat.minimize", { minimized: true });
        await spy.command("WebChatService.fetchHistory");
        await until(() => lines().length === 90);
        eq([lines(), one(".cx-webchat-counter").hidden], [upTo(1), true], "nothing of it is unread");
        await goodbye(spy);
    "##;
}
