//! Options of the window, and the languages that it knows by itself (bus facts 6.4 and 7).

browser_tests! {
    /// 7: `charCountEnabled`
    the_message_box_says_how_many_characters_are_left => r##"
        const { service } = await openWindow(CXBus, run, { webchat: { charCountEnabled: true, maxMessageLength: 30 } });
        const input = one("[data-testid=chat-input]"), count = one(`#${input.getAttribute("aria-describedby")}`);
        const says = () => [count.textContent, count.getAttribute("aria-live")];
        const type = (text) => { input.value = text; input.dispatchEvent(new Event("input", { bubbles: true })); return says(); };
        eq([says(), input.maxLength], [["Characters left: 30", "off"], 30]);
        eq(type("hello"), ["Characters left: 25", "off"], "silent while there is room");
        eq(type("hello, hello"), ["Characters left: 18", "polite"]);
        one("[data-testid=chat-send]").click();
        await until(() => service.called("sendMessage").length);
        eq(says(), ["Characters left: 30", "off"], "anew for the next message");
    "##;
    /// 7: without the option there is no count
    nobody_counts_characters_unless_asked_to => r##"
        await openWindow(CXBus, run);
        eq([one(".cx-characters"), one("[data-testid=chat-input]").getAttribute("aria-describedby")], [null, null]);
    "##;
    /// 7: files by drag and drop
    files_can_be_dropped_on_the_conversation => r##"
        let sent;
        const sendFile = ({ data, deferred }) => { sent = [...data.files[0].files].map((file) => file.name); deferred.resolve({}); };
        await openWindow(CXBus, run, { webchat: { uploadsEnabled: true }, answers: { sendFile } });
        withStyles();
        const page = one(".cx-chat-page"), files = new DataTransfer(), words = new DataTransfer();
        files.items.add(new File(["x"], "a.pdf"));
        words.setData("text/plain", "a word");
        const taken = (name, dataTransfer, more) => !page.dispatchEvent(new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true, ...more }));
        const hinted = () => one(".cx-drop-hint").getClientRects().length > 0;
        eq([taken("dragover", words), hinted()], [false, false], "words are not for us");
        eq([taken("dragover", files), hinted(), one(".cx-drop-hint").textContent], [true, true, "Drop files here to send them"]);
        taken("dragleave", files, { relatedTarget: one(".cx-transcript") });
        eq(hinted(), true, "over something in the conversation");
        taken("dragleave", files, { relatedTarget: document.body });
        eq(hinted(), false);
        taken("dragover", files);
        eq([taken("drop", files), hinted()], [true, false]);
        await until(() => sent);
        eq(sent, ["a.pdf"]);
        one("[data-testid=chat-attach]").hidden = true;
        eq([taken("dragover", files), taken("drop", files)], [false, false], "only where files are taken");
    "##;
    /// 7: `minimizeOnMobileRestore`
    on_a_small_screen_a_restored_window_may_come_back_folded => r##"
        const service = fakeService(CXBus), spy = makeSpy(CXBus);
        run(CXBus, { main: { zoomBreakpoint: 1 } });
        await until(() => spy.has("WebChat.ready"));
        const restored = async () => {
            service.plugin.data("sessionActive", true);
            service.plugin.publish("restored");
            await until(() => one(".cx-webchat"));
            await settle();
            const folded = one(".cx-webchat").classList.contains("cx-minimized");
            await spy.command("WebChat.close");
            return folded;
        };
        await spy.command("App.zoom", { layout: "mobile" });
        eq(await restored(), false, "not without the option");
        await spy.command("WebChat.configure", { minimizeOnMobileRestore: true });
        eq(await restored(), true);
        await spy.command("App.zoom", { layout: "desktop" });
        eq(await restored(), false, "on a large screen as it was");
        await spy.command("App.zoom", { layout: "mobile" });
        await spy.command("WebChat.open");
        eq(one(".cx-webchat").classList.contains("cx-minimized"), false, "who opens it sees it");
    "##;
    /// 7: `open {minimized, id}`
    a_window_may_open_folded => r##"
        const { spy } = await openWindow(CXBus, run, { open: { minimized: true, id: "mine", form: { firstname: "Ada" } } });
        const folded = () => one(".cx-webchat").classList.contains("cx-minimized");
        eq([folded(), one("[data-testid=chat-minimize]").getAttribute("aria-expanded"), one("[data-testid=chat-firstname]").value], [true, "false", "Ada"]);
        ok(!one(".cx-webchat").contains(document.activeElement), "and leaves the keyboard where it is");
        const told = [];
        for (const name of ["minimized", "unminimized"]) spy.subscribe(`WebChat.${name}`, ({ data }) => told.push([name, data]));
        eq(await settled(spy.command("WebChat.minimize")), { state: "resolved", values: [null] });
        eq(folded(), false, "without an option it toggles");
        await spy.command("WebChat.minimize");
        eq(folded(), true);
        await until(() => told.length === 2);
        eq(told, [["unminimized", {}], ["minimized", {}]]);
    "##;
    /// 7 and 2: `configure`, which the window commands itself and others may command later
    options_are_configured_by_the_window_itself_and_later_by_others => r##"
        const section = { chatButton: { enabled: false }, uploadsEnabled: true }, seen = [];
        CXBus.registerPlugin("Watch").before("WebChat.configure", (data) => { seen.push(data); return { ...data, markdown: true }; });
        const { service, spy } = await openWindow(CXBus, run, { webchat: section });
        eq(seen.length, 1);
        same(seen[0], section, "the page's own section");
        service.receive("Message", KIM, { text: "**bold**" });
        await until(() => one(".cx-them strong"), "what `before` has added counts");
        eq([one(".cx-webchat-chat-button"), one("[data-testid=chat-attach]").hidden], [null, false]);
        const change = (data) => settled(spy.command("WebChat.configure", data));
        eq(await change({ charCountEnabled: true, maxMessageLength: 70, uploadsEnabled: false }), { state: "resolved", values: [null] });
        eq([one(".cx-characters"), one("[data-testid=chat-attach]").hidden], [null, true], "the message box stays as it is");
        await change({ chatButton: { enabled: true }, autoInvite: { enabled: true, timeToInviteSeconds: 0 } });
        ok(one(".cx-webchat-chat-button").hidden, "not beside an open window");
        await spy.command("WebChat.close");
        service.plugin.data("sessionActive", false);
        ok(!one(".cx-webchat-chat-button").hidden);
        await change({ chatButton: { enabled: false } });
        ok(one(".cx-webchat-chat-button").hidden);
        await change({ autoInvite: { enabled: true, timeToInviteSeconds: 0 } });
        await until(() => one(".cx-toaster"), "the invite");
        await spy.command("WebChat.open", { form: { autoSubmit: true } });
        await until(() => one(".cx-characters"));
        ok(one(".cx-characters").textContent.includes("70"), "the next window has it");
    "##;
    /// 7: `chatButton.enabled`, `showChatButton`, `hideChatButton`
    what_was_said_last_of_the_launcher_counts_also_after_the_window => r##"
        const { spy } = await openWindow(CXBus, run, { open: {} }), launcher = one("[data-testid=chat-launcher]");
        const command = (name, data) => spy.command(`WebChat.${name}`, data);
        const seenAfterwards = async () => { await command("close"); const seen = !launcher.hidden; await command("open"); return seen; };
        await command("configure", { chatButton: { enabled: false } });
        eq([await seenAfterwards(), await seenAfterwards()], [false, false]);
        await command("showChatButton");
        eq(launcher.hidden, true, "not beside the window");
        eq(await seenAfterwards(), true);
        await command("hideChatButton");
        await command("configure", { markdown: true });
        eq(await seenAfterwards(), false, "another option changes nothing of it");
        await command("configure", { chatButton: { enabled: true } });
        eq(await seenAfterwards(), true);
    "##;
    /// 7: `showChatButton` where there was no launcher
    a_launcher_that_was_off_from_the_start_comes_by_command => r##"
        const { spy } = await openWindow(CXBus, run, { open: {}, webchat: { chatButton: { enabled: false } } });
        const launcher = () => one("[data-testid=chat-launcher]");
        await spy.command("WebChat.close");
        await spy.command("WebChat.hideChatButton");
        eq(launcher(), null);
        await spy.command("WebChat.showChatButton");
        ok(!launcher().hidden);
        launcher().click();
        await until(() => one(".cx-webchat"));
        ok(launcher().hidden);
    "##;
    /// 7: `endChat`
    a_chat_is_ended_by_command_and_its_window_stays => r##"
        const { service, spy } = await openWindow(CXBus, run);
        eq(await settled(spy.command("WebChat.endChat")), { state: "resolved", values: [null] });
        await until(() => !one(".cx-ended").hidden);
        eq([service.called("endChat").length, one(".cx-composer").hidden, spy.has("WebChat.closed")], [1, true, false]);
        eq((await settled(spy.command("WebChat.endChat"))).value, "There is no active chat session.");
    "##;
    /// 7: `injectMessage`
    markup_is_injected_as_far_as_it_is_allowed_and_only_into_an_open_chat => r##"
        const { service, spy } = await openWindow(CXBus, run, { open: {} });
        const inject = (data) => settled(spy.command("WebChat.injectMessage", data));
        eq((await inject({ text: "x" })).state, "rejected", "nobody has joined");
        service.start();
        await until(() => one("#cx-chat-index-1"));
        const markup = "<b>paid</b><script>window.ran = 1</script><i onclick='window.ran = 1'>now</i>";
        const html = (await inject({ type: "html", name: "Bank", text: markup })).value;
        eq(html.find(".cx-message-text").html(), "<b>paid</b><i>now</i>");
        eq(one(".cx-screen-reader-transcript").lastElementChild.textContent, "Bank: paidnow");
        const text = (await inject({ type: "text", name: "Bank", text: markup })).value;
        eq([text.find("b").length, text.find(".cx-message-text").text(), window.ran], [0, markup, undefined]);
        ok(html[0].matches(".cx-injected") && html.find(".cx-name").text() === "Bank" && html.find(".cx-bubble").length);
        for (const bare of [{ custom: true }, { bubble: false }]) {
            eq((await inject({ type: "text", text: "line", ...bare })).value.find(".cx-bubble").length, 0, show(bare));
        }
        await spy.command("WebChat.close");
        eq((await inject({ text: "x" })).state, "rejected", "nothing is open");
    "##;
    /// 7: why commands of the window are refused
    the_commands_of_the_window_say_why_they_are_refused => r##"
        const service = fakeService(CXBus), spy = makeSpy(CXBus), element = () => document.createElement("p");
        run(CXBus, {});
        await until(() => spy.has("WebChat.ready"));
        const refused = async (name, why, data) => {
            const { state, value } = await settled(spy.command(`WebChat.${name}`, data));
            eq([name, state, value], [name, "rejected", why]);
        };
        await refused("close", "already closed");
        for (const name of ["minimize", "hide", "show", "showOverlay", "hideOverlay"]) await refused(name, "The chat is not open.");
        await refused("endChat", "There is no active chat session.");
        eq(await settled(spy.command("WebChat.open")), { state: "resolved", values: [null] });
        await refused("open", "already opened");
        await refused("showOverlay", 'WebChat.showOverlay needs an element in the property "html".', {});
        await spy.command("WebChat.showOverlay", { html: element() });
        await refused("showOverlay", "An overlay is shown already.", { html: element() });
        eq(await settled(spy.command("WebChat.hideOverlay")), { state: "resolved", values: [null] });
        await refused("hideOverlay", "No overlay is shown.");
        for (const name of ["invite", "reInvite"]) await refused(name, "The chat is open already.");
        eq(service.called("startChat"), []);
        await spy.command("WebChat.close");
        service.plugin.data("sessionActive", true);
        for (const name of ["invite", "reInvite"]) await refused(name, "The chat is open already.");
    "##;
    /// 5: `text` may be no text
    structured_content_is_passed_on_and_leaves_a_hidden_place => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms), content = { kind: "choices", choices: ["a", "b"] };
        await spy.command("WebChat.open", { minimized: true });
        gms.add("Message", AGENT, { text: content });
        await until(() => one("#cx-chat-index-2"));
        eq([spy.batches.at(-1).messages[0].text, spy.batches.at(-1).originalMessages[0].text], [content, content]);
        ok(one("#cx-chat-index-2.cx-hidden-message") && !one(".cx-webchat").textContent.includes("[object"));
        eq(one(".cx-webchat-counter").textContent, "1", "as any message without words");
        gms.ended = true;
    "##;
    /// 5, and backend facts 1.4: where the rich text of a bot is, as an object and in JSON
    rich_text_of_a_bot_stands_in_place_of_the_text => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms), content = { kind: "choices", choices: ["a", "b"] };
        const rich = (more) => ({ text: "plain", eventAttributes: { "structured-content": { "genesys-chat": more } } });
        await spy.command("WebChat.open");
        gms.add("Message", AGENT, rich({ content: "rich <b>text</b>" }));
        gms.add("Message", AGENT, { ...rich(), eventAttributes: JSON.stringify(rich({ content }).eventAttributes) });
        gms.add("Message", AGENT, rich({ other: "x" }));
        await until(() => one("#cx-chat-index-4"));
        const texts = (list) => spy.batches.flatMap((batch) => batch[list]).slice(1).map((message) => message.text);
        eq(texts("messages"), ["rich <b>text</b>", content, "plain"]);
        eq(texts("originalMessages"), ["plain", "plain", "plain"], "as the server sent it");
        eq(lines().slice(1), ["rich <b>text</b>", "", "plain"], "a text is drawn as any other, anything else is not");
        ok(one("#cx-chat-index-3.cx-hidden-message"));
        await spy.command("WebChatService.registerPreProcessor", { preprocessor: (message) => { if (message.text === "plain") message.text = ""; } });
        gms.add("Message", AGENT, rich({ content: "rich" }));
        await until(() => one("#cx-chat-index-5"));
        eq([texts("messages")[3], one("#cx-chat-index-5.cx-hidden-message") !== null], ["", true], "what a preprocessor takes away does not come back");
        gms.ended = true;
    "##;
    /// 4.1: `Notice` ends the typing bubble, a type that nobody knows does not
    a_notice_ends_the_typing_bubble => r##"
        const { service } = await openWindow(CXBus, run), bubble = one(".cx-typing");
        const types = async () => { service.plugin.publish("agentTypingStarted", { messages: [{ from: { nickname: "Kim" } }] }); await until(() => !bubble.hidden); };
        await types();
        service.receive("Unheard", KIM, { text: "x" });
        await settle();
        eq(bubble.hidden, false);
        service.receive("Notice", KIM, { text: "x" });
        await until(() => bubble.hidden);
    "##;
    /// 6.4: the languages that the host brings along
    the_window_speaks_fifteen_languages_by_itself => r##"
        const { spy } = await openWindow(CXBus, run, { main: { lang: "de-AT" } });
        const root = one(".cx-window-manager"), launcher = one("[data-testid=chat-launcher]");
        const words = () => [one(".cx-webchat .cx-title").textContent, launcher.textContent, one("[data-testid=chat-input]").placeholder, one("[data-testid=chat-close]").title];
        eq(words(), ["Live-Chat", "Chatten Sie mit uns", "Nachricht schreiben…", "Chat schließen"]);
        eq(one("#cx-chat-index-1").textContent, "Der Chat hat begonnen");
        await spy.command("App.setLanguage", { lang: "ar" });
        await until(() => root.dir === "rtl" && one(".cx-webchat .cx-title").textContent === "محادثة مباشرة");
        eq(words(), ["محادثة مباشرة", "تحدّث معنا", "اكتب رسالة…", "إغلاق المحادثة"]);
        await spy.command("App.registerI18n", { namespace: "webchat", lang: "ar", i18n: { ChatTitle: "بنك" } });
        await until(() => one(".cx-webchat .cx-title").textContent === "بنك", "the page's own words come first");
        eq(words()[2], "اكتب رسالة…", "and stand beside the others");
        const { html } = await spy.command("Toaster.open", { title: "x", body: "y", controls: "all" });
        eq([".cx-button-close", ".cx-button-minimize"].map((name) => html.find(name).attr("aria-label")), ["إغلاق", "تصغير"]);
        const hints = new Set();
        for (const lang of ["ar", "de", "en", "es", "fr", "he", "it", "ja", "ko", "nl", "pl", "pt", "sv", "tr", "zh"]) {
            await spy.command("App.setLanguage", { lang });
            await until(() => root.lang === lang);
            hints.add(words()[2]);
        }
        eq(hints.size, 15, "each has words of its own");
        for (const [lang, title, hint] of [["sv", "Livechatt", "Skriv ett meddelande …"], ["pt-BR", "Chat ao vivo", "Escreva uma mensagem…"],
            ["he", "צ׳אט חי", "כתיבת הודעה…"], ["zh-CN", "在线聊天", "输入消息…"]]) {
            await spy.command("App.setLanguage", { lang });
            await until(() => words()[0] === title);
            eq([words()[2], root.dir], [hint, lang === "he" ? "rtl" : ""]);
        }
        await spy.command("App.setLanguage", { lang: "fi" });
        await until(() => words()[0] === "Live chat");
        eq(words()[2], "Write a message…", "English stands in");
    "##;
    /// 2: `main.timeFormat`
    times_have_twelve_or_twenty_four_hours => r##"
        const { service } = await openWindow(CXBus, run, { main: { timeFormat: 12 } });
        const id = service.receive("Message", KIM, { text: "x", timestamp: new Date(2027, 0, 1, 15, 4).getTime() });
        await until(() => one(id));
        ok(/0?3:04/.test(one(`${id} time`).textContent) && !/15:04/.test(one(`${id} time`).textContent), one(`${id} time`).textContent);
    "##;
    /// 2: without the option
    times_have_twenty_four_hours_by_default => r##"
        const { service } = await openWindow(CXBus, run);
        const id = service.receive("Message", KIM, { text: "x", timestamp: new Date(2027, 0, 1, 15, 4).getTime() });
        await until(() => one(id));
        eq(one(`${id} time`).textContent, "15:04");
    "##;
    /// 2 and 6.4: `main.zoomBreakpoint`
    a_narrow_page_has_the_layout_of_a_phone => r##"
        withStyles();
        const plain = window.matchMedia, asked = [];
        window.matchMedia = (query) => { asked.push(query); return plain.call(window, query); };
        await openWindow(CXBus, run, { main: { zoomBreakpoint: "9999px" } });
        const other = makeSpy(otherTab({ main: {} }));
        await until(() => other.has("WebChat.ready"));
        window.matchMedia = plain;
        ok(asked.includes("(max-width: 42em)"), "without the option");
        ok(one(".cx-dock.cx-mobile > .cx-webchat.cx-mobile"));
        eq(box(".cx-webchat").width, document.documentElement.clientWidth);
    "##;
    /// 6.4: `mobileMode` `auto`, and the helper behind it
    a_phone_is_known_by_its_browser_and_its_screen => r##"
        fakeGms();
        const spy = makeSpy(CXBus), config = { main: { mobileMode: "auto", zoomBreakpoint: 1 } };
        let told, height = 412;
        spy.subscribe("App.mobileMode", (event) => { told = event.data; });
        Object.defineProperty(navigator, "userAgent", { configurable: true, get: () => "Mozilla/5.0 (Linux; Android 16; Pixel) Mobile" });
        Object.defineProperty(window, "screen", { configurable: true, get: () => ({ width: 900, height }) });
        run(CXBus, config);
        await until(() => told);
        const isMobile = config.common.isMobileDevice(), small = [];
        // The shorter side counts, and the breakpoint itself is small.
        for (const [side, main] of [[600, {}], [601, {}], [412, { mobileModeBreakpoint: 412 }], [412, { mobileModeBreakpoint: 411 }]]) {
            height = side;
            const other = otherTab({ main: { mobileMode: "auto", ...main } });
            await until(() => other.data("App.ready"));
            small.push(other.data("App.mobileMode"));
        }
        delete navigator.userAgent;
        delete window.screen;
        eq([told, CXBus.data("App.mobileMode"), isMobile], [{}, true, true], "told without data");
        eq(small, [true, false, true, false]);
    "##;
    /// 3: the cookies of the window, beside those of the service
    the_state_of_the_window_is_in_cookies_too => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms);
        const cookie = (name) => (document.cookie.match(new RegExp(`(?:^|; )_genesys\\.widgets\\.webchat\\.state\\.${name}=([^;]*)`)) || [])[1];
        await spy.command("WebChat.open");
        gms.say("seen");
        await until(() => one("#cx-chat-index-2"));
        eq([cookie("open"), cookie("minimized"), cookie("lastMessageCountRead")], ["true", "false", "1"]);
        await spy.command("WebChat.minimize", { minimized: true });
        gms.say("unseen");
        await until(() => one("#cx-chat-index-3"));
        eq([cookie("minimized"), cookie("lastMessageCountRead"), one(".cx-webchat-counter").textContent], ["true", "1", "1"]);
        gms.ended = true;
        await until(() => spy.has("WebChat.completed"));
        eq([cookie("open"), cookie("minimized")], [undefined, undefined]);
    "##;
    /// 5: the whole order of a new chat, the window's events with those of the service
    a_chat_begins_with_its_window => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus);
        run(CXBus, chatConfig());
        await until(() => spy.has("ready") && spy.has("WebChat.ready"));
        gms.add("ParticipantJoined", CLIENT);
        gms.add("ParticipantJoined", AGENT);
        spy.log.length = 0;
        await spy.command("WebChat.open", { form: { autoSubmit: true, firstname: "Ada" } });
        await until(() => spy.has("messageReceived"));
        eq(spy.log.filter((name) => name !== "WebChat.started"),
            ["WebChat.opened", "started", "pollingStarted", "clientConnected", "agentConnected", "messageReceived"]);
        eq([spy.datas["WebChat.started"], spy.datas["WebChat.opened"]], [[{}], [{}]]);
    "##;
    /// 0.8: what a plugin shows on `restored` is closed by the window; what it shows on `WebChat.opened` stays
    a_toast_of_the_restore_is_closed_by_the_window => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus);
        leaveCookies();
        gms.add("ParticipantJoined", CLIENT);
        spy.subscribe("WebChatService.restored", () => spy.command("Toaster.open", { body: "too early" }));
        spy.subscribe("WebChat.opened", () => setTimeout(() => spy.command("Toaster.open", { body: "in time" }), 20));
        run(CXBus, chatConfig());
        await until(() => one(".cx-toast .cx-body")?.textContent === "in time" && spy.log.filter((name) => name === "Toaster.opened").length === 2);
        eq(spy.log.filter((name) => /Toaster/.test(name)), ["Toaster.opened", "Toaster.closed", "Toaster.opened"]);
    "##;
    /// 0.9: when it is late enough to open again
    a_toaster_opens_again_as_soon_as_it_says_that_it_is_closed => r##"
        fakeGms();
        const spy = makeSpy(CXBus), text = () => one(".cx-docked-Toaster .cx-body")?.textContent;
        run(CXBus, { main: { transitions: true } });
        await spy.command("Toaster.open", { body: "one" });
        let again;
        spy.command("Toaster.close").done(() => { again = spy.command("Toaster.open", { body: "two" }); });
        await until(() => text() === "two");
        eq(again.state(), "resolved", "in the command's `done`");
        spy.subscribe("Toaster.closed", () => { spy.unsubscribe("Toaster.closed"); again = spy.command("Toaster.open", { body: "three" }); });
        spy.command("Toaster.close");
        await until(() => text() === "three");
    "##;
    /// 0.10: each side of a reserved Toaster by itself
    a_reserved_toaster_refuses_its_own_x_and_close_all => r##"
        fakeGms();
        const spy = makeSpy(CXBus), other = CXBus.registerPlugin("Other"), body = () => one(".cx-docked-Toaster .cx-body")?.textContent;
        run(CXBus, { main: { transitions: true } });
        await spy.command("Toaster.open", { body: "not yet", immutable: true });
        eq((await settled(other.command("Toaster.close"))).state, "resolved", "reserved only once it has docked");
        const { html } = await spy.command("Toaster.open", { body: "mine", immutable: true }), docked = performance.now() + 550;
        await until(() => performance.now() > docked);
        html.find(".cx-button-close")[0].click();
        await settle();
        eq([body(), one(".cx-closing")], ["mine", null], "its own X");
        await spy.command("App.closeAll");
        await settle();
        eq([body(), one(".cx-closing")], ["mine", null], "App.closeAll");
        const own = spy.command("Toaster.open", { body: "again" });
        await settle();
        eq([own.state(), body()], ["pending", "mine"], "the owner's second one hangs");
        html.find(".cx-button-close")[0].addEventListener("click", () => spy.command("Toaster.close"));
        html.find(".cx-button-close")[0].click();
        await until(() => !body(), "the owner closes by a handler of its own");
    "##;
}
