//! The window over the transports other than GMS (bus facts 7; transports 2.7 to 2.10 and 3.5).

scripted_tests! {
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
    /// 3.3: pictures that come with a message, with a text and without one
    the_window_draws_pictures_over_v3 => r##"
        const v3 = fakeV3(), spy = await readyV3(), canvas = document.createElement("canvas");
        withStyles();
        Object.assign(canvas, { width: 40, height: 900 });
        v3.picture = await new Promise((resolve) => canvas.toBlob(resolve));
        await spy.command("WebChat.open", { form: { autoSubmit: true, firstname: "Ada" } });
        await until(() => one("#cx-chat-index-0001"));
        const content = [{ type: "image", mime: "image/png", url: "/picture" }];
        v3.add("Text", v3.agent, { text: "Look:", content: [...content, ...content] });
        v3.add("Text", v3.agent, { content });
        v3.add("Text", v3.agent, { text: "no picture", content: [{ type: "image", mime: "text/html", url: "/picture" }, { type: "other", mime: "image/png", url: "/picture" },
            { type: "image", mime: "image/png", url: "/nowhere" }] });
        await until(() => one("#cx-chat-index-0004"));
        const pictures = (index) => [...document.querySelectorAll(`#cx-chat-index-${index} .cx-bubble img`)];
        eq(["0002", "0003", "0004"].map((index) => pictures(index).length), [2, 1, 0]);
        await until(() => [...pictures("0002"), ...pictures("0003")].every((picture) => picture.naturalHeight === 900), "what the server has");
        eq(pictures("0002").map((picture) => picture.alt), ["Picture", "Picture"]);
        const { width, height } = pictures("0003")[0].getBoundingClientRect();
        ok(height > 0 && height <= 320 && width <= one(".cx-transcript").clientWidth, "and no larger than the window allows");
        ok(!one("#cx-chat-index-0003").classList.contains("cx-hidden-message"), "a picture alone is seen");
        const read = [...one(".cx-screen-reader-transcript").children].map((line) => line.textContent).slice(1);
        eq(read, ["Grace: Look:, Picture, Picture", "Grace: Picture", "Grace: no picture"]);
        const transcript = one(".cx-transcript");
        v3.add("Text", v3.agent, { content });
        await until(() => pictures("0005")[0]?.complete && transcript.scrollTop + transcript.clientHeight >= transcript.scrollHeight - 1, "the newest is in sight");
        await goodbye(spy);
    "##;
}

scripted_tests! {
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
        eq(one(".cx-subtitle").textContent, "Grace");
        const added = spy.datas["WebChat.messageAdded"];
        eq(added.map(({ id }) => id), added.map(({ message }) => `cx-chat-index-${message.index}`));
        eq([new Set(added.map(({ id }) => id)).size, all(".cx-transcript .cx-message").length], [4, 4]);
        eq(one("#cx-chat-index-1700000003000 .cx-message-text").textContent, "Hello");
        await spy.command("WebChatService.sendMessage", { message: "sent" });
        cloud.push("a1", "between");
        cloud.push("me", "sent");
        await until(() => lines().includes("sent"));
        eq(lines().slice(-2), ["between", "sent"], "what the customer sends is drawn when it comes back, once");
        cloud.leave("a1");
        await until(() => one(".cx-subtitle").textContent === "", "nobody is there");
        await goodbye(spy);
        const transcript = async () => (await spy.command("WebChatService.getTranscript")).messages.length;
        ok(await transcript() > 4, "kept after the end");
        await spy.command("WebChat.close");
        await until(() => spy.has("WebChat.closed"));
        await settle();
        eq(await transcript(), 0, "forgotten with the window");
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
    /// 2.8: `fetchHistory` soon after the start, and on as long as nobody could scroll
    a_window_that_is_not_full_gets_older_messages_by_itself => r##"
        const cloud = fakeCloud(), spy = makeSpy(CXBus), asked = [];
        spy.before("WebChatService.fetchHistory", (data) => { asked.push(cloud.sent("GET", "/C1/messages").length); return data; });
        leaveCookies();
        for (let number = 1; number <= 7; number += 1) cloud.store("me", `line ${number}`);
        for (const [name, value] of [["minimized", true], ["lastMessageCountRead", 50]]) document.cookie = `_genesys.widgets.webchat.state.${name}=${value}; path=/`;
        run(CXBus, cloudConfig({ maxMessagePageSize: 3 }));
        await until(() => lines().length === 3);
        await settle();
        eq([asked, one(".cx-webchat-counter").hidden], [[], true], "not while it is folded");
        cloud.members.a1 = { id: "a1", displayName: "Grace", role: "AGENT", state: "CONNECTED" };
        cloud.push("a1", "line 8");
        await until(() => lines().length === 4);
        eq(one(".cx-webchat-counter").textContent, "1", "however many had been read of those that are not here");
        await spy.command("WebChat.minimize", { minimized: false });
        await until(() => lines().length === 8);
        eq(lines(), [1, 2, 3, 4, 5, 6, 7, 8].map((number) => `line ${number}`));
        await until(() => asked.length === 3, "until there is nothing more");
        cloud.push("me", "line 9");
        await until(() => lines().length === 9);
        await goodbye(spy);
        eq(asked, [1, 2, 3], "and then no more");
        await spy.command("WebChat.close");
        await spy.command("WebChat.open", { form: { autoSubmit: true } });
        await until(() => asked.length === 4, "soon after a start");
        spy.log.length = 0;
        await goodbye(spy);
    "##;
    /// 2.8: texts for codes of the service
    the_window_says_why_a_request_failed => r##"
        const cloud = fakeCloud(), spy = makeSpy(CXBus), said = [];
        run(CXBus, { ...cloudConfig(), main: { i18n: { en: { webchat: { Errors: { "purecloud-v2-sockets-503": "Closed for lunch." } } } }, lang: "en" } });
        await until(() => spy.has("ready"));
        await spy.command("WebChat.open", { form: { autoSubmit: true } });
        await until(() => lines().length === 1);
        for (const status of [400, 500, 503, 504]) {
            cloud.fail["POST /C1/members/me/typing"] = status;
            one(".cx-notice").textContent = "";
            const before = (spy.datas["WebChatService.error"] || []).length;
            await outcome(spy, "sendTyping", { message: "x" });
            await until(() => (spy.datas["WebChatService.error"] || []).length > before);
            await settle();
            said.push(one(".cx-notice").textContent);
            await spy.command("WebChatService.sendMessage", { message: "x" });
        }
        eq([new Set(said).size, said.slice(2)], [4, ["Closed for lunch.", ""]], "the page's own text, and none for other codes");
        ok(said[0] && said[1] && !said.some((text) => /raw|undefined/.test(text)), said.join("; "));
        await goodbye(spy);
    "##;
}

scripted_tests! {
    "common/v3.js",
    /// 3.6: texts for codes of the service
    the_window_says_why_a_start_or_a_file_is_refused => r##"
        const v3 = fakeV3(), spy = await readyV3(), said = [];
        await spy.command("WebChat.open", { form: { firstname: "Ada", lastname: "Byron" } });
        const errors = () => (spy.datas["WebChatService.error"] || []).length;
        for (const code of ["ANYTHING_ELSE", "INVALID_CONTACT_CENTER", "INVALID_ENDPOINT", "INVALID_NICKNAME", "AUTHENTICATION_REQUIRED"]) {
            v3.fail["POST "] = [code === "AUTHENTICATION_REQUIRED" ? 401 : 400, code, "raw text of the server"];
            const before = errors();
            one(".cx-submit").click();
            await until(() => errors() > before && !one(".cx-form-error").hidden);
            await settle();
            said.push(one(".cx-form-error").textContent);
        }
        v3.fail = {};
        one(".cx-submit").click();
        await until(() => lines().length === 1);
        for (const code of ["INVALID_FILE_TYPE", "LIMIT_FILE_SIZE", "LIMIT_FILE_COUNT"]) {
            v3.fail["POST /S1/images"] = [400, code, "raw text of the server"];
            const files = new DataTransfer(), field = one(".cx-file-field"), before = errors();
            files.items.add(new File(["x"], "x.txt"));
            field.files = files.files;
            field.dispatchEvent(new Event("change"));
            await until(() => errors() > before && !one(".cx-notice").hidden);
            await settle();
            said.push(one(".cx-notice").textContent);
        }
        eq([new Set(said).size, said.filter((text) => !text || /raw|undefined/.test(text))], [8, []], said.join("; "));
        await goodbye(spy);
    "##;
}
