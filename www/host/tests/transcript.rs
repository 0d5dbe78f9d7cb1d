//! What stands in the chat window: messages of all kinds, files, the idle bar, pages of plugins, languages (bus facts 5 and 7).

browser_tests! {
    /// 7: text, unless the page has asked for Markdown
    messages_are_text_unless_markdown_is_on => r##"
        const { service } = await openWindow(CXBus, run);
        const id = service.receive("Message", KIM, { text: "**bold** <b>tag</b> [shop](https://shop.example/)\nsecond https://x.example/a, line" });
        await until(() => one(id));
        const text = one(`${id} .cx-message-text`);
        eq([text.querySelectorAll("strong, b").length, text.querySelectorAll("br").length], [0, 1]);
        eq([...text.querySelectorAll("a")].map((link) => [link.href, link.target, link.rel]),
            [["https://shop.example/", "_blank", "noopener noreferrer"], ["https://x.example/a", "_blank", "noopener noreferrer"]]);
        ok(text.textContent.startsWith("**bold** <b>tag</b> [shop]("));
    "##;
    /// 7: `webchat.markdown`
    with_markdown_what_agents_write_is_rendered_and_markup_stays_text => r##"
        const { service } = await openWindow(CXBus, run, { webchat: { markdown: true } });
        const lines = ["# Title", "**bold** *soft* ~~gone~~ `code` <img src=x onerror=alert(1)>", "", "- one", "- two https://list.example/", "",
            "3. three", "", "> quote", "", "```", "https://code.example/ <b>", "```", "", "[ok](https://ok.example/) [bad](javascript:alert(1)) ![pic](https://pic.example/p.png)",
            "", "<script>alert(1)</script>"];
        const id = service.receive("Message", KIM, { text: lines.join("\n") });
        await until(() => one(id));
        const text = one(`${id} .cx-message-text.cx-markdown`), count = (selector) => text.querySelectorAll(selector).length;
        eq(["strong", "em", "del", "ul > li", "ol[start='3'] > li", "blockquote p", "pre code, pre"].map(count), [1, 1, 1, 2, 1, 1, 1]);
        eq(["img", "script", "b", "h1", "pre a"].map(count), [0, 0, 0, 0, 0]);
        eq([...text.querySelectorAll("a")].map((link) => link.href), ["https://list.example/", "https://ok.example/", "https://pic.example/p.png"]);
        for (const shown of ["<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "bad", "pic"]) ok(text.textContent.includes(shown), shown);
        eq(text.querySelector(".cx-markdown-heading").textContent, "Title");
        const own = service.receive("Message", YOU, { text: "**mine**" });
        await until(() => one(own));
        eq(one(`${own} .cx-message-text`).textContent, "**mine**", "only of agents");
    "##;
    /// 5 and 7: joins, leaves, pushed pages, groups, messageAdded
    each_kind_of_message_is_drawn_in_its_way => r##"
        const { service, spy } = await openWindow(CXBus, run);
        service.join(KIM);
        service.receive("Message", KIM, { text: "one" });
        service.receive("Message", KIM, { text: "two" });
        const page = service.receive("PushUrl", KIM, { text: "https://shop.example/help?a=1" });
        const script = service.receive("PushUrl", KIM, { text: "javascript:alert(1)" });
        service.receive("Unheard", KIM, { text: "nothing" });
        const left = service.receive("ParticipantLeft", KIM);
        await until(() => one(left) && spy.datas["WebChat.messageAdded"]?.length === 7);
        eq(all(".cx-system .cx-message-text").map((line) => line.textContent), ["Chat started", "Kim has joined the chat", "Kim has left the chat"]);
        eq(all(".cx-message-group.cx-them").length, 1, "one group for one speaker");
        const link = one(`${page} a.cx-card`);
        eq([link.href, link.target, link.rel], ["https://shop.example/help?a=1", "_blank", "noopener noreferrer"]);
        eq([one(`${script} a`), one(`${script} .cx-message-text`).textContent], [null, "javascript:alert(1)"]);
        eq(one(".cx-subtitle").textContent, "Kim");
        const added = spy.datas["WebChat.messageAdded"];
        eq(added.map(({ id }) => id), [1, 2, 3, 4, 5, 6, 8].map((index) => `cx-chat-index-${index}`));
        same(added[2].prevMessageHTML, added[1].html);
        same(added[2].message, added[2].data.messages[0]);
        eq(added[2].transcript.className, "cx-transcript");
        const copies = [...one(".cx-screen-reader-transcript").children].map((line) => line.textContent);
        eq([copies.length, copies[2], copies.at(-1)], [7, "Kim: one", "Kim has left the chat"]);
        added[2].html.remove();
        eq(one("#cx-chat-index-3"), null, "a plugin can take it away");
    "##;
    /// 7: the counter
    while_folded_messages_of_others_are_counted => r##"
        const { service, spy } = await openWindow(CXBus, run);
        const counter = () => one(".cx-webchat-counter");
        await spy.command("WebChat.minimize");
        eq(one("[data-testid=chat-minimize]").getAttribute("aria-expanded"), "false");
        service.receive("Notice", KIM, { text: "x" });
        service.receive("Message", YOU, { text: "mine" });
        service.receive("Message", KIM, { text: "one" });
        service.receive("FileUploaded", KIM, { fileDetails: { id: "7", name: "a.pdf", size: "1" } });
        await until(() => counter().textContent === "2");
        eq(counter().getAttribute("aria-label"), "2 unread");
        await spy.command("WebChat.minimize", { minimized: false });
        eq(counter().hidden, true);
    "##;
    /// 3 and 7: uploads
    a_file_is_checked_against_the_limits_and_sent => r##"
        const limits = { messages: [{ userData: { "upload-max-files": "3", "upload-max-file-size": "1000", "upload-max-total-size": "1500",
            "upload-file-types": "pdf:png", "upload-need-agent": "true", "used-upload-max-files": "1", "used-upload-max-total-size": "200" } }] };
        let refuse;
        const sendFile = ({ deferred }) => { if (refuse) deferred.reject(refuse); else deferred.resolve({}); };
        const { service } = await openWindow(CXBus, run, { webchat: { uploadsEnabled: true }, answers: { getFileLimits: limits, sendFile } });
        const field = one("[data-testid=chat-file]"), notice = one("[data-testid=chat-notice]");
        eq([one("[data-testid=chat-attach]").hidden, one("[data-testid=chat-attach]").getAttribute("aria-label")], [false, "Send a file"]);
        const choose = async (...files) => {
            notice.hidden = true;
            const transfer = new DataTransfer();
            for (const [name, size] of files) transfer.items.add(new File(["x".repeat(size)], name));
            field.files = transfer.files;
            field.dispatchEvent(new Event("change", { bubbles: true }));
            await until(() => notice.hidden === false || service.called("sendFile").length);
            return notice.textContent;
        };
        eq(await choose(["a.pdf", 5]), "You can send files once an adviser is here.");
        service.join(KIM);
        await settle();
        eq(await choose(["a.pdf", 1], ["b.pdf", 1], ["c.pdf", 1]), "You can send no more than 3 files in this chat.");
        eq(await choose(["a.exe", 5]), "Files of this kind cannot be sent: a.exe");
        eq(await choose(["a.pdf", 1001]), "a.pdf is too large. A file may have 1000 bytes.");
        eq(await choose(["a.pdf", 700], ["b.pdf", 700]), "Together the files of this chat may have no more than 1.5 kB.");
        eq(await choose(["a.pdf", 0]), "a.pdf is empty.");
        eq([field.files.length, service.called("sendFile").length], [0, 0], "nothing was sent");
        let sent;
        service.plugin.registerCommand("sendFile", ({ data, deferred }) => { sent = data.files[0].files[0].name; sendFile({ deferred }); });
        field.files = (() => { const transfer = new DataTransfer(); transfer.items.add(new File(["x"], "bill.PDF")); return transfer.files; })();
        notice.hidden = true;
        field.dispatchEvent(new Event("change", { bubbles: true }));
        await until(() => sent && field.files.length === 0);
        eq([sent, notice.hidden], ["bill.PDF", true]);
        refuse = { errors: [{ code: 203, advice: "" }] };
        eq(await choose(["late.pdf", 1]), "Sending late.pdf…");
        await until(() => notice.textContent === "Files of this kind cannot be sent: late.pdf");
        refuse = { errors: [{ code: 202, advice: "2097152" }] };
        await choose(["late.pdf", 1]);
        await until(() => notice.textContent === "late.pdf is too large. A file may have 2 MB.");
        refuse = {};
        await choose(["late.pdf", 1]);
        await until(() => notice.textContent === "late.pdf was not sent. Please try again.");
        eq(one("[data-testid=chat-attach]").disabled, false);
    "##;
    /// transports 1.2: the clip follows the transport
    the_paper_clip_is_there_only_where_files_are_taken => r##"
        const { service } = await openWindow(CXBus, run);
        eq(one("[data-testid=chat-attach]").hidden, true);
        service.plugin.data("capabilities", { fileUpload: true });
        service.plugin.publish("capabilitiesChanged", { fileUpload: true });
        await until(() => !one("[data-testid=chat-attach]").hidden);
    "##;
    /// 7: downloads
    a_file_of_the_agent_can_be_downloaded => r##"
        let fail = false;
        const downloadFile = ({ deferred }) => (fail ? deferred.reject({}) : deferred.resolve({}));
        const { service } = await openWindow(CXBus, run, { answers: { downloadFile } });
        const id = service.receive("FileUploaded", KIM, { fileDetails: { id: "f-7", name: "<b>bill</b>.pdf", size: "2202009" } });
        await until(() => one(id));
        const button = one(`${id} button.cx-file`);
        eq([button.getAttribute("aria-label"), button.querySelector(".cx-card-title").textContent, button.querySelector(".cx-card-hint").textContent],
            ["Download <b>bill</b>.pdf 2.1 MB", "<b>bill</b>.pdf", "2.1 MB"]);
        button.querySelector(".cx-card-title").click();
        await until(() => service.called("downloadFile").length);
        eq(service.called("downloadFile"), [{ fileId: "f-7", fileName: "<b>bill</b>.pdf" }]);
        fail = true;
        button.click();
        await until(() => one("[data-testid=chat-notice]").textContent.includes("could not be downloaded"));
    "##;
    /// 5: IdleAlert and IdleClose
    an_idle_chat_warns_and_the_customer_can_stay => r##"
        const { service } = await openWindow(CXBus, run);
        const bar = one("[data-testid=chat-idle]"), time = bar.querySelector(".cx-idle-time");
        const alert = (type, seconds, more) => service.receive("IdleAlert", KIM, { userData: { "next-idle-timer-type": type, "next-idle-timer-secs": seconds }, ...more });
        alert("ALERT", "60");
        await until(() => !bar.hidden);
        eq([bar.getAttribute("role"), time.hidden, one("#cx-chat-index-2")], ["alert", true, null]);
        alert("CLOSE", "125", { text: "Still with us?" });
        await until(() => !time.hidden);
        eq([time.textContent, bar.querySelector(".cx-idle-text").textContent], ["2:05", "Still with us?"]);
        await until(() => time.textContent === "2:04", "it runs down");
        one("[data-testid=chat-idle-stay]").click();
        await until(() => bar.hidden);
        eq(service.called("wake"), [{ resetIdleState: true }]);
        same(document.activeElement, one("[data-testid=chat-input]"));
        alert("CLOSE", "30");
        await until(() => !bar.hidden);
        service.receive("Message", YOU, { text: "yes" });
        await until(() => bar.hidden, "an answer ends it");
        alert("CLOSE", "30", { restoring: true, timestamp: Date.now() - 20000 });
        await until(() => !bar.hidden);
        ok(["0:10", "0:09"].includes(time.textContent), time.textContent);
        service.receive("IdleClose", KIM, {});
        await until(() => bar.hidden);
        service.end();
        await until(() => !one(".cx-ended").hidden);
        ok(one(".cx-ended-text").textContent.includes("nobody wrote"));
    "##;
    /// 7: showOverlay, hideOverlay
    a_plugin_shows_a_page_inside_the_window => r##"
        withStyles();
        const { service, spy } = await openWindow(CXBus, run, { open: {} });
        const shown = (selector) => one(selector).getClientRects().length > 0;
        const article = document.createElement("article");
        article.append(Object.assign(document.createElement("a"), { href: "#x", textContent: "Terms" }));
        const html = await spy.command("WebChat.showOverlay", { html: article, mode: "terms" });
        same(html[0], article);
        ok(one(".cx-overlay-pane.cx-mode-terms").contains(document.activeElement));
        eq(shown(".cx-form"), false, "in place of the form");
        eq((await settled(spy.command("WebChat.showOverlay", { html: article }))).state, "rejected", "one at a time");
        eq((await settled(spy.command("WebChat.showOverlay", {}))).state, "rejected", "no element");
        service.start();
        await until(() => shown("[data-testid=chat-input]"), "the message box stays");
        eq([shown(".cx-transcript"), shown("article")], [false, true], "it comes along");
        await spy.command("WebChat.hideOverlay");
        eq([shown(".cx-transcript"), one(".cx-overlay-pane")], [true, null]);
        same(document.activeElement, one("[data-testid=chat-input]"));
        eq((await settled(spy.command("WebChat.hideOverlay"))).state, "rejected");
        await spy.command("WebChat.showOverlay", { html: article, hideFooter: true });
        eq(shown("[data-testid=chat-input]"), false);
        one(".cx-overlay-pane").dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
        eq(one(".cx-overlay-pane"), null);
        await spy.command("WebChat.showOverlay", { html: article });
        one(".cx-overlay-close").click();
        eq(one(".cx-overlay-pane"), null);
        await spy.command("WebChat.showOverlay", { html: article, static: true });
        one(".cx-overlay-pane").dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
        eq([one(".cx-overlay-close"), one(".cx-overlay-pane") !== null], [null, true], "the customer cannot close it");
    "##;
    /// 6.4: languages
    the_window_speaks_the_language_of_the_page_also_when_it_changes => r##"
        const main = { lang: "ar", i18n: { ar: { webchat: { ChatTitle: "محادثة", ChatSend: "إرسال", ChatInputPlaceholder: "اكتب" } }, fr: { webchat: { ChatTitle: "Discussion" } } } };
        const { service, spy } = await openWindow(CXBus, run, { main });
        const root = one(".cx-window-manager"), launcher = one("[data-testid=chat-launcher]");
        const words = () => [one(".cx-webchat .cx-title").textContent, one("[data-testid=chat-send]").title, one("[data-testid=chat-input]").placeholder];
        eq([root.dir, root.lang, launcher.dir, ...words()], ["rtl", "ar", "rtl", "محادثة", "إرسال", "اكتب"]);
        await spy.command("App.registerI18n", { namespace: "webchat", lang: "fr", i18n: { ChatTitle: "Tchat", ChatSend: "Envoyer" } });
        await spy.command("App.setLanguage", { lang: "fr" });
        await until(() => root.lang === "fr" && one(".cx-webchat .cx-title").textContent === "Tchat");
        eq([root.dir, ...words()], ["", "Tchat", "Envoyer", "Écrivez un message…"]);
        service.receive("Message", KIM, { text: "<%name%>" });
        await until(() => one(".cx-them .cx-message-text"));
        eq(one(".cx-them .cx-message-text").textContent, "<%name%>", "what people write is not translated");
    "##;
    /// 6.4: layout
    under_browser_zoom_the_window_fills_the_screen => r##"
        withStyles();
        const { spy } = await openWindow(CXBus, run), told = [];
        eq((await settled(spy.command("App.zoom", { layout: "round" }))).state, "rejected");
        spy.subscribe("App.zoom", ({ data }) => told.push(data));
        await spy.command("App.zoom", { layout: "mobile" });
        await until(() => one(".cx-dock.cx-mobile > .cx-webchat.cx-mobile"));
        eq(box(".cx-webchat").width, document.documentElement.clientWidth);
        await spy.command("App.zoom", { layout: "desktop" });
        await until(() => one(".cx-dock.cx-desktop") && told.length === 2);
        eq([box(".cx-webchat").width, told], [380, [{ layout: "mobile" }, { layout: "desktop" }]]);
    "##;
}
