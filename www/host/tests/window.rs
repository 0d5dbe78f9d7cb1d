//! WebChat, Toaster and WindowManager in the page (bus facts 0, 4.1, 6 and 7).

browser_tests! {
    /// 7: from the button to the first message
    a_customer_opens_the_form_and_chats => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus);
        run(CXBus, chatConfig());
        await until(() => one("[data-testid=chat-launcher]"));
        one("[data-testid=chat-launcher]").click();
        await until(() => spy.has("WebChat.opened"));
        ok(one(".cx-window-manager > .cx-dock.cx-dock-view.cx-docked-WebChat > .cx-widget.cx-webchat"));
        eq([CXBus.data("WebChat.open"), one("[data-testid=chat-launcher]").hidden], [true, true]);
        same(document.activeElement, one("[data-testid=chat-firstname]"), "the first field has the keyboard");
        eq((await settled(spy.command("WebChat.open"))).value, "already opened");
        one("[data-testid=chat-firstname]").value = "Ada";
        one("[data-testid=chat-lastname]").value = "Byron";
        one("[data-testid=chat-email]").value = "ada@example.org";
        one("[data-testid=chat-subject]").value = "Help";
        gms.add("ParticipantJoined", CLIENT);
        gms.add("ParticipantJoined", AGENT);
        one("[data-testid=chat-start]").click();
        await until(() => spy.has("started"));
        eq(["firstName", "emailAddress", "subject"].map((name) => gms.sent("start")[0].fields.get(name)), ["Ada", "ada@example.org", "Help"]);
        const input = one("[data-testid=chat-input]");
        input.value = "line one\nsee https://shop.example/x.";
        input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", shiftKey: true, bubbles: true }));
        input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
        await until(() => one(".cx-you .cx-message-text"));
        eq([gms.sent("send").length, input.value], [1, ""]);
        const message = one(".cx-transcript .cx-message-group > .cx-message#cx-chat-index-3");
        eq([message.querySelectorAll("br").length, message.querySelector("a").rel, message.querySelector("a").href],
            [1, "noopener noreferrer", "https://shop.example/x"]);
        ok(message.querySelector("time") && message.querySelector(".cx-name"));
        eq(all(".cx-system .cx-message-text").map((line) => line.textContent), ["Chat started", "Grace has joined the chat"]);
        ok(one(".cx-screen-reader-transcript").textContent.includes("line one"));
        eq(one(".cx-screen-reader-transcript").getAttribute("aria-live"), "polite");
        gms.add("TypingStarted", AGENT);
        await until(() => !one(".cx-typing").hidden);
        eq(one(".cx-typing-text").textContent, "Grace is typing");
        gms.say("answer");
        await until(() => one(".cx-them .cx-message-text"));
        eq(one(".cx-typing").hidden, true);
    "##;
    /// 4.1 and 7: hidden types leave no trace and are not counted
    hidden_messages_leave_no_trace_and_are_not_counted => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms);
        await spy.command("WebChatService.registerPreProcessor", { preprocessor: (message) => {
            if (/^microapp:/.test(message.text)) message.type = "Notice";
            if (/^odd:/.test(message.text)) message.type = "SomethingNew";
            if (/^blank:/.test(message.text)) message.text = "";
            if (/^bare:/.test(message.text)) { message.html = true; message.bubble = false; }
        } });
        await spy.command("WebChat.open");
        const everything = [];
        const observer = new MutationObserver((records) => everything.push(...records.flatMap((record) => [...record.addedNodes])
            .map((node) => node.textContent)));
        observer.observe(document.body, { childList: true, subtree: true, characterData: true });
        await spy.command("WebChat.minimize", { minimized: true });
        gms.say("microapp: secret");
        gms.say("odd: secret");
        gms.say("seen");
        await until(() => one("#cx-chat-index-4"));
        eq([one("#cx-chat-index-2"), one("#cx-chat-index-3")], [null, null]);
        eq(one(".cx-webchat-counter").textContent, "1");
        gms.say("blank: x");
        await until(() => one("#cx-chat-index-5"));
        withStyles();
        ok(one("#cx-chat-index-5").classList.contains("cx-hidden-message"));
        eq(getComputedStyle(one("#cx-chat-index-5")).display, "none");
        eq(one(".cx-webchat-counter").textContent, "2", "an empty text counts");
        gms.say("bare: <b>bold</b>");
        await until(() => one("#cx-chat-index-6"));
        eq([one("#cx-chat-index-6 .cx-bubble"), one("#cx-chat-index-6 .cx-message-text").innerHTML], [null, "bare: <b>bold</b>"]);
        ok(!everything.join("\n").includes("secret"), "never in the document");
        observer.disconnect();
        await spy.command("WebChat.minimize", { minimized: false });
        eq(one(".cx-webchat-counter").hidden, true);
        const added = spy.datas["WebChat.messageAdded"];
        eq(added.map((data) => data.index), [1, 4, 5, 6]);
        const last = added.at(-1);
        eq(Object.keys(last).sort(), ["data", "html", "id", "index", "message", "originalMessage", "prevMessageHTML", "transcript"]);
        eq([last.id, last.originalMessage.text, last.html.length], ["cx-chat-index-6", "bare: <b>bold</b>", 1]);
        same(last.html[0], one("#cx-chat-index-6"));
        same(last.transcript, one(".cx-transcript"));
    "##;
    /// 7: injectMessage
    injected_messages_are_text_and_need_a_joined_client => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus);
        run(CXBus, chatConfig());
        await until(() => spy.has("WebChat.ready"));
        eq((await settled(spy.command("WebChat.injectMessage", { text: "x" }))).state, "rejected");
        await spy.command("WebChat.open", { form: { autoSubmit: true, firstname: "Ada" } });
        gms.add("ParticipantJoined", CLIENT);
        await until(() => spy.has("clientConnected"));
        const html = await spy.command("WebChat.injectMessage", { type: "text", name: "Shop", text: "<i>paid</i>" });
        ok(html[0].matches(".cx-transcript .cx-message.cx-injected"));
        eq(html.find(".cx-message-text").get(0).textContent, "<i>paid</i>");
        const bare = await spy.command("WebChat.injectMessage", { type: "text", text: "line", custom: true });
        eq(bare[0].querySelector(".cx-bubble"), null);
        ok(!show(await spy.command("WebChatService.getTranscript")).includes("paid"));
    "##;
    /// 7: closing asks while the chat runs
    closing_asks_and_ends_the_chat => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms);
        await spy.command("WebChat.open");
        one("[data-testid=chat-close]").click();
        eq([one("[role=alertdialog] h3").textContent, document.activeElement.textContent], ["End this chat?", "Keep chatting"]);
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
        eq([one("[role=alertdialog]"), document.activeElement], [null, one("[data-testid=chat-close]")]);
        one("[data-testid=chat-close]").click();
        one("[data-testid=chat-confirm-end]").click();
        await until(() => spy.has("ended") && spy.has("WebChat.closed"));
        eq(spy.datas["WebChat.closed"], [{}]);
        eq([one(".cx-webchat"), gms.sent("disconnect").length], [null, 1]);
    "##;
    /// 5 and 7: an end by the agent leaves the transcript to read
    an_end_by_the_agent_completes_the_window => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms);
        await spy.command("WebChat.open");
        gms.say("Bye");
        gms.ended = true;
        await until(() => spy.has("WebChat.completed"));
        eq(spy.log.slice(-4), ["messageReceived", "ended", "pollingStopped", "WebChat.completed"]);
        eq(spy.datas["WebChat.completed"], [{}]);
        eq([one(".cx-ended").hidden, one(".cx-composer").hidden, one(".cx-them .cx-message-text").textContent], [false, true, "Bye"]);
        one("[data-testid=chat-done]").click();
        await until(() => spy.has("WebChat.closed"));
        await settle();
        eq((await spy.command("WebChatService.getTranscript")).messages, [], "forgotten with the window");
    "##;
    /// 3: what the customer sees of a lost network
    a_lost_network_is_shown_and_the_text_is_kept => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms);
        await spy.command("WebChat.open");
        gms.down = true;
        await until(() => !one(".cx-notice").hidden);
        one("[data-testid=chat-input]").value = "important";
        one("[data-testid=chat-send]").click();
        await until(() => one("[data-testid=chat-input]").value === "important");
        gms.down = false;
        await until(() => spy.has("reconnected") && one(".cx-notice").hidden);
    "##;
    /// 7: what is said of a message that was not sent goes with the next one that is; what is said of something else stays
    what_is_said_of_a_failed_message_goes_with_the_next => r##"
        let fails = true;
        const sendMessage = ({ deferred }) => (fails ? deferred.reject({}) : deferred.resolve({ statusCode: 0 }));
        const { service } = await openWindow(CXBus, run, { answers: { sendMessage } });
        const input = one("[data-testid=chat-input]"), notice = one(".cx-notice"), sent = () => service.called("sendMessage").length;
        const send = async (text) => {
            const before = sent();
            input.value = text;
            one("[data-testid=chat-send]").click();
            await until(() => sent() > before);
            await settle();
        };
        await send("one");
        eq([notice.hidden, notice.textContent, input.value], [false, "Your message was not sent. Please try again.", "one"]);
        fails = false;
        await send("one");
        eq([notice.hidden, input.value], [true, ""]);
        fails = true;
        await send("two");
        service.plugin.publish("error", { errors: [{ code: "purecloud-v2-sockets-503" }] });
        await settle();
        ok(notice.textContent !== "Your message was not sent. Please try again.", "the server's reason takes its place");
        fails = false;
        await send("two");
        eq(notice.hidden, true);
        fails = true;
        await send("three");
        service.plugin.publish("disconnected");
        await settle();
        fails = false;
        await send("three");
        eq(notice.hidden, false, "the connection is another matter");
    "##;
    /// 3 and 7: the typing preview
    the_agent_sees_what_is_typed_in_the_window => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms, { typingTimeout: 30 });
        await spy.command("WebChat.open");
        const input = one("[data-testid=chat-input]");
        input.value = "draft";
        // Key after key: the service may not watch the box yet when it is there.
        await until(() => {
            input.dispatchEvent(new Event("input", { bubbles: true }));
            return gms.sent("startTyping").length;
        });
        eq(gms.sent("startTyping")[0].fields.get("message"), "draft");
        await until(() => gms.sent("stopTyping").length);
        gms.ended = true;
    "##;
    /// 6.1
    the_toaster_has_its_dom_and_resolves_with_content_and_close_event => r##"
        fakeGms();
        const spy = makeSpy(CXBus), events = [];
        run(CXBus, { main: { theme: "dark" } });
        const frame = document.createElement("section");
        const { html, events: names } = await spy.command("Toaster.open", { title: "<b>Pay</b>", body: frame, controls: "all",
            buttons: { type: "binary", primary: "Yes", secondary: "No" } });
        ok(/^Toaster\.close\.Spy#[0-9a-f-]{36}$/.test(names.close), names.close);
        spy.subscribe(names.close, () => events.push("close"));
        const selector = ".cx-widget.cx-window-manager > .cx-dock.cx-dock-view.cx-docked-Toaster[cx-dock-id=Toaster] > " +
            ".cx-widget.cx-toaster.cx-theme-dark > .cx-widget.cx-common-container.cx-toast.cx-close.cx-theme-dark[role=dialog]";
        same(html[0], one(selector));
        same(html.get(0), html[0]);
        eq(html.length, 1);
        same(html.find(".cx-body")[0].firstElementChild, frame, "the same element");
        eq(html.find("h2.cx-title").get(0).innerHTML, "<b>Pay</b>", "markup");
        for (const part of [".cx-titlebar .cx-icon", ".cx-titlebar .cx-subtitle", ".cx-button-container button", ".cx-buttons-window-control .cx-button-minimize",
            ".cx-smokescreen", ".cx-dialog-container", "[aria-live]"]) ok(html.find(part).length, part);
        eq(html.find(".cx-footer")[0].childNodes.length, 0, "no logo");
        ok(!html[0].contains(document.activeElement), "focus is not moved");
        one(".cx-toaster .cx-button-close").click();
        await until(() => spy.has("Toaster.closed"));
        await settle();
        eq([events, frame.isConnected], [["close"], false]);
        eq((await settled(spy.command("Toaster.close"))).state, "rejected", "closed already");
        eq((await settled(spy.command("Toaster.open", { type: "sticky" }))).state, "rejected");
        const generic = await spy.command("Toaster.open", { type: "generic", title: "Again", body: { length: 1, 0: frame } });
        ok(generic.html[0].matches(".cx-toast[role=dialog]") && generic.html.find("h2.cx-title").text() === "Again");
        same(generic.html.find(".cx-body")[0].firstElementChild, frame, "the first of a list, as of jQuery");
    "##;
    /// 6.1: opening while open
    opening_over_an_open_toaster_closes_the_old_content_first => r##"
        fakeGms();
        const spy = makeSpy(CXBus), other = CXBus.registerPlugin("Other"), log = [];
        run(CXBus, {});
        const first = await spy.command("Toaster.open", { body: "one" });
        spy.subscribe(first.events.close, () => log.push("first closed"));
        const second = await other.command("Toaster.open", { type: "custom", body: document.createElement("main") });
        await until(() => log.length);
        eq([all(".cx-docked-Toaster").length, second.html[0].localName], [1, "main"]);
    "##;
    /// 0.9
    opening_within_the_slide_out_loses_the_content => r##"
        fakeGms();
        const spy = makeSpy(CXBus);
        run(CXBus, { main: { transitions: true } });
        await spy.command("Toaster.open", { body: "one" });
        const closing = spy.command("Toaster.close");
        await until(() => one(".cx-toaster.cx-closing"));
        ok(one(".cx-docked-Toaster"), "still in the page while it slides out");
        const lost = spy.command("Toaster.open", { body: "two" });
        await closing;
        await until(() => spy.has("Toaster.closed"));
        await settle();
        eq([lost.state(), one(".cx-docked-Toaster")], ["pending", null]);
        await spy.command("Toaster.open", { body: "three" });
    "##;
    /// 0.10
    an_immutable_toaster_refuses_all_but_its_owner => r##"
        fakeGms();
        const spy = makeSpy(CXBus), other = CXBus.registerPlugin("Other");
        run(CXBus, {});
        await spy.command("Toaster.open", { body: "mine", immutable: true });
        await settle();
        one(".cx-toaster .cx-button-close").click();
        await spy.command("App.closeAll");
        eq((await settled(other.command("Toaster.close"))).state, "rejected");
        eq((await settled(other.command("Toaster.open", {}))).state, "rejected");
        const own = spy.command("Toaster.open", {});
        await settle();
        eq([own.state(), one(".cx-docked-Toaster .cx-body").textContent], ["pending", "mine"]);
        await spy.command("Toaster.close");
        eq(one(".cx-docked-Toaster"), null);
    "##;
    /// 0.8
    opening_the_chat_closes_the_toaster => r##"
        fakeGms();
        const spy = makeSpy(CXBus);
        run(CXBus, chatConfig());
        await spy.command("Toaster.open", { body: "one" });
        spy.command("WebChat.open");
        await until(() => spy.has("Toaster.closed"));
        await spy.command("Toaster.open", { body: "two" });
        eq(all(".cx-dock").map((dock) => dock.getAttribute("cx-dock-id")), ["WebChat", "Toaster"], "side by side");
        await spy.command("App.closeAll");
        await until(() => spy.has("WebChat.closed") && !one(".cx-dock"));
    "##;
    /// 6.3
    a_plugin_docks_its_own_view => r##"
        fakeGms();
        const spy = makeSpy(CXBus), element = document.createElement("div"), changed = [];
        run(CXBus, {});
        spy.subscribe("WindowManager.changed", (event) => changed.push(event.data));
        const view = await spy.command("WindowManager.registerDockView", { html: element });
        eq([view.id, view.owner, typeof view.close], ["Spy", "Spy", "function"]);
        ok(one(".cx-docked-Spy").contains(element));
        eq((await settled(spy.command("WindowManager.registerDockView", { html: element }))).state, "rejected");
        spy.publish("closed");
        await until(() => changed.length);
        eq(one(".cx-docked-Spy"), null);
    "##;
}
