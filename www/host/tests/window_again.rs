//! The window when another chat comes into it, or one of an earlier page, and what it does with names (bus facts 5 and 7).

browser_tests! {
    /// 7: a plugin's `startChat` while the window still shows the chat before
    a_second_chat_in_an_open_window_begins_anew => r##"
        const { service, spy } = await openWindow(CXBus, run);
        const copies = () => [...one(".cx-screen-reader-transcript").children].map((line) => line.textContent);
        service.join(KIM);
        service.receive("Message", KIM, { text: "first" });
        await until(() => lines().includes("first"));
        service.end();
        await until(() => !one(".cx-ended").hidden && one(".cx-composer").hidden);
        service.index = 0;
        await spy.command("WebChatService.startChat");
        await until(() => !one(".cx-composer").hidden);
        service.receive("Message", KIM, { text: "second" });
        await until(() => lines().includes("second"));
        eq([lines(), copies()], [["Chat started", "second"], ["Chat started", "Kim: second"]]);
        eq([all("#cx-chat-index-1").length, one(".cx-ended").hidden, one(".cx-subtitle").textContent], [1, true, ""]);
        same(document.activeElement, one("[data-testid=chat-input]"));
        ok(/webchat\.state\.open=true/.test(document.cookie), "for the next page");
        service.end();
        await until(() => !one(".cx-ended").hidden);
    "##;
    /// 7: nobody had a window meanwhile
    a_window_that_opens_in_a_second_chat_shows_nothing_of_the_first => r##"
        const { service, spy } = await openWindow(CXBus, run);
        await spy.command("App.closeAll");
        await until(() => !one(".cx-webchat"));
        service.receive("Message", KIM, { text: "first" });
        service.end();
        await settle();
        service.index = 0;
        await spy.command("WebChatService.startChat");
        service.receive("Message", KIM, { text: "second" });
        await settle();
        await spy.command("WebChat.open");
        await until(() => lines().length);
        eq(lines(), ["Chat started", "second"]);
    "##;
    /// 5: `restored` while the customer has the form before them
    a_chat_that_is_restored_takes_the_place_of_the_form => r##"
        const { service } = await openWindow(CXBus, run, { open: { form: { firstname: "Ada" } } });
        one("[data-testid=chat-firstname]").focus();
        service.plugin.data("sessionActive", true);
        service.join(YOU);
        service.receive("Message", KIM, { text: "before" });
        await settle();
        service.plugin.publish("restored", {});
        await until(() => lines().length === 2);
        eq([one(".cx-form-page").hidden, one(".cx-chat-page").hidden, one(".cx-composer").hidden], [true, false, false]);
        same(document.activeElement, one("[data-testid=chat-input]"));
        service.receive("Message", KIM, { text: "after" });
        await until(() => lines().length === 3);
        eq(lines(), ["Chat started", "before", "after"]);
    "##;
    /// 7: what a restore brings is there to be read, and not read out
    a_restored_conversation_is_not_read_out => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus), log = () => one(".cx-screen-reader-transcript");
        leaveCookies({ open: "true" });
        gms.add("ParticipantJoined", CLIENT);
        gms.say("long ago");
        run(CXBus, chatConfig());
        await until(() => lines().includes("long ago"));
        eq([log().children.length, log().getAttribute("aria-live")], [2, "off"]);
        gms.say("just now");
        await until(() => lines().includes("just now"));
        eq([log().children.length, log().getAttribute("aria-live")], [3, "polite"]);
        gms.ended = true;
        await until(() => spy.has("ended"));
    "##;
    /// 5: who has left does not stand below the title
    the_title_names_who_is_still_there => r##"
        const { service } = await openWindow(CXBus, run), title = () => one(".cx-subtitle").textContent;
        const agents = { 2: { name: "Kim", connected: true }, 3: { name: "Lee", connected: true } };
        const tell = (event, message) => service.plugin.publish(event, { message, agents });
        tell("agentConnected", { from: KIM });
        await until(() => title() === "Kim");
        agents[2].connected = false;
        tell("agentDisconnected", { from: KIM });
        await until(() => title() === "Lee");
        agents[3].connected = false;
        tell("agentDisconnected", {});
        await until(() => title() === "");
        agents[2].connected = true;
        tell("agentConnected", {});
        await until(() => title() === "Kim", "from the list, where the message names nobody");
    "##;
    /// 7: what others have written turns no sentence of the window, and shows as what it is
    names_files_and_addresses_do_not_turn_what_is_around_them => r##"
        const { service } = await openWindow(CXBus, run), turning = /[\u202a-\u202e\u2066-\u2069]/;
        service.join({ id: 2, name: "\u202eKim", type: "Agent" });
        await until(() => lines().length === 2);
        eq([lines()[1], all(".cx-system bdi").map((name) => name.textContent)], ["Kim has joined the chat", ["Kim"]]);
        service.plugin.publish("agentTypingStarted", { from: { name: "כהן" } });
        await until(() => !one(".cx-typing").hidden);
        eq([one(".cx-typing-text").textContent, one(".cx-typing-text bdi").textContent], ["כהן is typing", "כהן"]);
        const file = service.receive("FileUploaded", KIM, { fileDetails: { id: "f", name: "bill\u202efdp.exe", size: 1 } });
        const page = service.receive("PushUrl", KIM, { text: "https://shop.example/\u202emoc" });
        const text = service.receive("Message", KIM, { text: "https://x.example/\u2066a" });
        await until(() => one(text));
        const shown = [file, page, text].map((id) => [one(`${id} .cx-message-text`), ...document.querySelectorAll(`${id} [aria-label]`)]
            .map((element) => [element.textContent, element.getAttribute("aria-label")]));
        ok(!turning.test(show(shown)), show(shown));
        eq([one(`${file} .cx-card-title`).textContent, one(`${page} .cx-card-title`).textContent, one(`${text} a`).textContent],
            ["billfdp.exe", "https://shop.example/moc", "https://x.example/a"]);
        eq([one(`${page} a`).href, one(`${text} a`).href], ["https://shop.example/%E2%80%AEmoc", "https://x.example/%E2%81%A6a"], "the link leads where it did");
    "##;
}

scripted_tests! {
    "common/v3.js",
    /// transports 3.5: `endChat` without a chat publishes `ended`, which is not the end of the chat that begins then
    an_end_without_a_chat_leaves_the_form => r##"
        const v3 = fakeV3(), spy = await readyV3();
        await spy.command("WebChat.open", { form: { firstname: "Ada", lastname: "Byron" } });
        eq((await outcome(spy, "endChat")).state, "rejected");
        await until(() => spy.has("ended"));
        await settle();
        eq(spy.has("WebChat.completed"), false);
        one(".cx-submit").click();
        await until(() => lines().length === 1);
        eq([one(".cx-composer").hidden, one(".cx-ended").hidden], [false, true]);
        const bar = one("[data-testid=chat-idle]"), notice = one(".cx-notice");
        v3.add("IdleAlert", v3.agent, { text: "Still there?" });
        await until(() => !bar.hidden);
        one("[data-testid=chat-idle-stay]").click();
        await until(() => !notice.hidden);
        eq([bar.hidden, document.activeElement === one("[data-testid=chat-input]")], [false, true], "only a message keeps the chat");
        one("[data-testid=chat-input]").value = "yes";
        one("[data-testid=chat-send]").click();
        await until(() => notice.hidden);
        spy.log.length = 0;
        await goodbye(spy);
    "##;
}

browser_tests! {
    /// transports 2.8: `agentConnected` has the member in place of a message
    the_starters_plugin_greets_over_guest_chat => concat!(include_str!("common/guest_chat.js"), include_str!("../starter/greeter.js"), r##"
        const cloud = fakeCloud(), spy = makeSpy(CXBus), { extensions } = window._genesys.widgets, greeted = [];
        delete window._genesys;
        run(CXBus, { ...cloudConfig(), extensions });
        await until(() => spy.has("ready"));
        spy.subscribe("Greeter.greeted", ({ data }) => greeted.push(data));
        await spy.command("WebChat.open", { form: { autoSubmit: true } });
        await until(() => spy.has("clientConnected"));
        cloud.join("a1", "AGENT");
        await until(() => lines().includes("You are talking to Grace."));
        await until(() => greeted.length);
        eq([greeted, await spy.command("Greeter.count")], [[{ name: "Grace" }], { greeted: 1 }]);
        await goodbye(spy);
    "##);
}
