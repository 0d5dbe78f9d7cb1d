//! GMS over CometD, against a scripted Bayeux server (bus facts 3, "CometD mode"; backend facts 1.8).

browser_tests! {
    /// 3, "CometD mode": operations on one channel, the same events, no polling and no `ajaxResponse`
    a_chat_over_comet_has_its_operations_and_events => r##"
        const gms = fakeGms(), comet = fakeComet(gms), seen = [];
        const spy = await startChat(CXBus, run, gms, comet.options({ typingTimeout: 30, userData: { plan: { name: "gold" } } }));
        const start = comet.published[0];
        eq([start.operation, start.firstName, start.userData.plan, start.chatId], ["requestChat", "Ada", { name: "gold" }, ""]);
        await spy.command("WebChatService.addPrefilter", { filters: /^secret:/ });
        await spy.command("WebChatService.registerPreProcessor", { preprocessor: (message) => { seen.push(message.text); message.text += "!"; } });
        gms.add("ParticipantJoined", AGENT);
        gms.say("secret: one");
        gms.say("Hello");
        await until(() => spy.texts().includes("Hello!"));
        ok(!spy.texts().concat(seen).includes("secret: one"));
        eq(spy.log.filter((name) => !/App|WebChat\.|Typing|messageReceived/.test(name)).slice(0, 4), ["ready", "started", "clientConnected", "agentConnected"]);
        const sent = await settled(spy.command("WebChatService.sendMessage", { message: "Hi" }));
        eq([sent.state, sent.value.statusCode], ["resolved", 0]);
        await until(() => spy.texts().includes("Hi!"));
        for (const [name, data] of [["sendTyping", { message: "dra" }], ["updateUserData", { a: 1 }], ["sendCustomNotice", { message: "n" }]]) {
            eq((await settled(spy.command(`WebChatService.${name}`, data))).state, "resolved", name);
        }
        const fields = (operation) => comet.published.find((data) => data.operation === operation);
        eq(fields("sendMessage"), { alias: "117", secureKey: "K1", userId: "U1", message: "Hi", messageType: "text", operation: "sendMessage", chatId: "CHAT1" });
        eq([fields("startTyping").message, fields("updateData").userData, fields("customNotice").message], ["dra", { a: 1 }, "n"]);
        await until(() => fields("stopTyping"));
        eq([fields("stopTyping").message, fields("stopTyping").secureKey, [...comet.channels]], ["", "K1", ["/service/chatV2/svc"]]);
        for (const name of ["startPoll", "stopPoll", "poll"]) {
            eq((await settled(spy.command(`WebChatService.${name}`))).value, "This transport doesn't support polling.", name);
        }
        ok(!spy.datas["WebChatService.ajaxResponse"] && !spy.has("pollingStarted"));
        eq(gms.requests.length, 0, "nothing went by REST");
        spy.command("WebChatService.endChat");
        await until(() => spy.has("ended"));
        eq(spy.log.slice(-3), ["agentDisconnected", "clientDisconnected", "ended"]);
        await until(() => comet.left);
    "##;
    /// Backend facts 1.8: answers and news come down one channel, and neither says what it is
    news_between_a_request_and_its_answer_are_no_answer => r##"
        const gms = fakeGms(), comet = fakeComet(gms), spy = await startChat(CXBus, run, gms, comet.options({ ajaxTimeout: 400 }));
        const texts = (answer) => answer.messages.map((message) => message.text);
        comet.meanwhile = () => gms.say("in between");
        const sent = await settled(spy.command("WebChatService.sendMessage", { message: "Hi" }));
        eq([sent.state, texts(sent.value)], ["resolved", ["Hi"]], "the customer's own message is the answer");
        const both = await Promise.all(["one", "two"].map((message) => settled(spy.command("WebChatService.sendMessage", { message }))));
        eq(both.map((one) => texts(one.value)), [["one"], ["two"]]);
        for (const [name, data] of [["updateUserData", { a: 1 }], ["sendTyping", { message: "d" }], ["sendCustomNotice", { message: "n" }]]) {
            eq((await settled(spy.command(`WebChatService.${name}`, data))).value.messages, [], name);
        }
        await until(() => spy.texts().filter((text) => text === "in between").length === 6, "and news are news");
        comet.silent = true;
        const lost = await settled(spy.command("WebChatService.sendMessage", { message: "lost" }));
        eq([lost.state, lost.value.statusText], ["rejected", "timeout"], "news do not stand in for an answer that does not come");
        const perhaps = await settled(spy.command("WebChatService.updateUserData", { a: 2 }));
        eq([perhaps.state, texts(perhaps.value)], ["resolved", ["in between"]], "unless they may be it: nothing tells");
        Object.assign(comet, { silent: false, meanwhile: () => {} });
        spy.command("WebChatService.endChat");
        await until(() => spy.has("ended"));
    "##;
    /// the same, where the answer to something else holds what the agent has written: each send would be sent twice
    a_message_is_the_answer_to_itself_and_to_nothing_older => r##"
        const gms = fakeGms(), comet = fakeComet(gms), spy = await startChat(CXBus, run, gms, comet.options({ ajaxTimeout: 60000 }));
        const outcomes = {}, texts = (answer) => answer.messages.map((message) => message.text);
        const note = (name, data) => settled(spy.command(`WebChatService.${name}`, data)).then(({ state, value }) => { outcomes[name] = [state, texts(value)]; });
        comet.sayInAnswer("said before");
        note("updateUserData", { a: 1 });
        await until(() => spy.texts().includes("said before"));
        eq(outcomes, {}, "nothing tells that this is the answer");
        note("sendMessage", { message: "Hi" });
        await until(() => outcomes.sendMessage);
        eq(outcomes.sendMessage, ["resolved", ["Hi"]]);
        await until(() => outcomes.updateUserData, "answers come in order: it has been answered");
        eq(outcomes.updateUserData, ["resolved", ["said before"]]);
        gms.ended = true;
        gms.say("bye");
        await until(() => spy.has("ended"));
    "##;
    /// the same, where a server trims what customers write, or masks it
    a_message_that_the_server_alters_is_not_lost => r##"
        const gms = fakeGms(), comet = fakeComet(gms), options = (ajaxTimeout) => comet.options({ ajaxTimeout });
        const spy = await startChat(CXBus, run, gms, options(400)), outcomes = [];
        const send = (message) => settled(spy.command("WebChatService.sendMessage", { message }));
        const texts = (answer) => answer.messages.map((message) => message.text);
        comet.alter = (text) => text.replace(/[0-9]/g, "*");
        const masked = await send("pin 12");
        eq([masked.state, texts(masked.value)], ["resolved", ["pin **"]], "when its time is over, what came is the answer");
        await asItself(CXBus, "WebChatService").command("configure", options(60000));
        send("pin 34").then((sent) => outcomes.push(texts(sent.value)));
        await until(() => spy.texts().filter((text) => text === "pin **").length === 2);
        settled(spy.command("WebChatService.updateUserData", { a: 1 })).then((updated) => outcomes.push(texts(updated.value)));
        await until(() => outcomes.length === 2, "the next answer settles both");
        eq(outcomes, [["pin **"], []]);
        comet.alter = (text) => text.trim();
        send(" Hi ").then((sent) => outcomes.push([sent.state, texts(sent.value)]));
        await until(() => outcomes.length === 3, "blanks make no difference");
        eq(outcomes[2], ["resolved", ["Hi"]]);
        gms.ended = true;
        gms.say("bye");
        await until(() => spy.has("ended"));
    "##;
    /// the same, for a refusal: whose it is is a guess where something older may have been answered
    a_refusal_is_that_of_the_oldest_request_without_an_answer => r##"
        const gms = fakeGms(), comet = fakeComet(gms), spy = await startChat(CXBus, run, gms, comet.options({ ajaxTimeout: 600 }));
        const refusal = { statusCode: 2, errors: [{ code: 204, advice: "x" }] }, between = () => spy.texts().filter((text) => text === "in between").length;
        comet.silent = true;
        comet.meanwhile = ({ operation }) => { if (operation === "updateData") gms.say("in between"); };
        const both = async (count) => {
            const updated = settled(spy.command("WebChatService.updateUserData", { a: 1 }));
            await until(() => between() === count);
            const sent = settled(spy.command("WebChatService.sendMessage", { message: `Hi ${count}` }));
            await until(() => comet.published.at(-1).message === `Hi ${count}`);
            return [updated, sent];
        };
        const [updated, refused] = await both(1);
        comet.tell(refusal);
        eq(((await updated).value.messages || []).map((message) => message.text), ["in between"]);
        eq([(await refused).state, (await refused).value.errors], ["rejected", refusal.errors]);
        const [, sent] = await both(2);
        comet.tell(refusal);
        gms.say("Hi 2", CLIENT);
        eq((await sent).state, "resolved", "it was the other one's");
        eq(spy.has("error"), false, "and was told to whoever had asked");
        gms.ended = true;
        gms.say("bye");
        await until(() => spy.has("ended"));
    "##;
    /// 3, "CometD mode": the channel without an option
    without_an_option_the_channel_is_the_products => r##"
        const gms = fakeGms(), comet = fakeComet(gms, "/service/chatV2/customer-support"), webchat = comet.options();
        delete webchat.cometD.channel;
        const spy = await startChat(CXBus, run, gms, webchat);
        gms.ended = true;
        gms.say("Goodbye");
        await until(() => spy.has("ended"));
        eq([...comet.channels], ["/service/chatV2/customer-support"]);
    "##;
    /// The end by the server
    an_end_by_the_agent_closes_the_connection => r##"
        const gms = fakeGms(), comet = fakeComet(gms), spy = await startChat(CXBus, run, gms, comet.options());
        gms.ended = true;
        gms.say("Goodbye");
        await until(() => spy.has("ended"));
        eq(spy.log.slice(-2), ["messageReceived", "ended"]);
        await until(() => comet.left);
    "##;
    /// webchatservice, startChat: no connection, and a server that refuses
    a_start_over_comet_rejects_as_over_rest => r##"
        const gms = fakeGms(), comet = fakeComet(gms), spy = makeSpy(CXBus);
        run(CXBus, chatConfig(comet.options()));
        await until(() => spy.has("ready"));
        comet.down = true;
        const unreached = await settled(spy.command("WebChatService.startChat", {}));
        eq([unreached.state, unreached.value.status], ["rejected", 0]);
        comet.down = false;
        comet.refuse = { statusCode: 2, errors: [{ code: 240, advice: "later" }] };
        const refused = await settled(spy.command("WebChatService.startChat", {}));
        eq([refused.state, refused.value.errors[0].code], ["rejected", 240]);
        comet.refuse = null;
        eq((await settled(spy.command("WebChatService.startChat", {}))).state, "resolved");
        comet.refuse = { statusCode: 2, errors: [{ code: 204, advice: "x" }] };
        const long = await settled(spy.command("WebChatService.sendMessage", { message: "long" }));
        eq([long.state, long.value.errors[0].code, spy.has("error")], ["rejected", 204, false]);
        comet.refuse = null;
        gms.ended = true;
        gms.say("bye");
        await until(() => spy.has("ended"));
    "##;
    /// 3: `disconnected` on each attempt, `reconnected` once; what was missed comes, although the server knows nobody any more
    a_lost_connection_comes_back_with_what_was_missed => r##"
        const gms = fakeGms(), comet = fakeComet(gms), spy = await startChat(CXBus, run, gms, comet.options());
        comet.down = true;
        comet.drop();
        await until(() => spy.log.filter((name) => name === "disconnected").length >= 2);
        eq((await settled(spy.command("WebChatService.sendMessage", { message: "lost" }))).value, { statusCode: 1 });
        comet.forget();
        gms.say("meanwhile");
        comet.down = false;
        await until(() => spy.has("reconnected") && spy.texts().includes("meanwhile"));
        eq(spy.log.filter((name) => name === "reconnected").length, 1);
        eq(comet.published.at(-1).operation, "requestNotifications");
        eq(comet.published.at(-1).transcriptPosition, "2", "from where it stopped");
    "##;
    /// 3, "Polling": what was missed is asked for until it comes, as polls are; what is newer waits for it
    what_was_missed_is_asked_for_until_it_comes => r##"
        const gms = fakeGms(), comet = fakeComet(gms), waits = hurried(20), rates = { pollRateMin: 510, pollRateMax: 560, ajaxTimeout: 4000 };
        const spy = await startChat(CXBus, run, gms, comet.options(rates)), asked = () => comet.published.filter(({ operation }) => operation === "requestNotifications");
        comet.loses = ({ operation }) => operation === "requestNotifications" && asked().length < 4;
        comet.forget();
        gms.say("missed");
        await until(() => asked().length === 1);
        gms.say("newer");
        const sent = await settled(spy.command("WebChatService.sendMessage", { message: "Hi" }));
        eq([sent.state, sent.value.messages.map((message) => message.text)], ["resolved", ["Hi"]], "commands have their answers all the while");
        eq(spy.texts().filter(Boolean), [], "nothing is shown that stands behind what is missing");
        await until(() => spy.texts().includes("Hi"));
        eq(spy.texts().filter(Boolean), ["missed", "newer", "Hi"]);
        eq(asked().map(({ transcriptPosition }) => transcriptPosition), ["2", "2", "2", "2"]);
        eq(waits.filter((wait) => wait === 510 || wait === 560), [510, 560, 560], "ever more slowly, up to the longest time");
        eq(spy.has("disconnected"), false, "the server is there");
        window.setTimeout = plainTimeout;
        gms.ended = true;
        gms.say("bye");
        await until(() => spy.has("ended"));
    "##;
    /// 3, status 1: the same call may be made again, and more than five of them in a row are a server that is offline
    what_was_missed_is_asked_for_again_where_the_server_is_not_ready => r##"
        const gms = fakeGms(), comet = fakeComet(gms), spy = await startChat(CXBus, run, gms, comet.options());
        comet.refuse = { statusCode: 1 };
        comet.forget();
        gms.say("missed");
        await until(() => spy.has("chatServerWentOffline"));
        comet.refuse = null;
        await until(() => spy.texts().includes("missed"));
        eq(spy.log.filter((name) => /Server|reconnected|error/.test(name)), ["chatServerWentOffline", "chatServerBackOnline", "reconnected"]);
        const count = comet.published.length;
        gms.say("news");
        await until(() => spy.texts().includes("news"));
        eq(comet.published.length, count, "then no more");
        gms.ended = true;
        gms.say("bye");
        await until(() => spy.has("ended"));
    "##;
    /// 3: an answer to a long poll that is lost takes its messages along, and the server knows us all the same
    what_a_lost_answer_brought_comes_by_another => r##"
        const gms = fakeGms(), comet = fakeComet(gms), spy = await startChat(CXBus, run, gms, comet.options({ pollRateMax: 60 }));
        comet.cut = 1;
        gms.say("on its way");
        await until(() => spy.has("disconnected"));
        gms.say("behind it");
        await until(() => spy.texts().includes("behind it"));
        eq([spy.texts().filter(Boolean), comet.clients], [["on its way", "behind it"], 1]);
        await until(() => spy.has("reconnected"));
        const sent = await settled(spy.command("WebChatService.sendMessage", { message: "Hi" }));
        eq([sent.state, sent.value.statusCode], ["resolved", 0]);
        gms.ended = true;
        gms.say("bye");
        await until(() => spy.has("ended"));
    "##;
    /// 5: the order of a reload
    a_reload_restores_the_chat_over_comet => r##"
        const gms = fakeGms(), comet = fakeComet(gms), spy = makeSpy(CXBus);
        leaveCookies();
        gms.add("ParticipantJoined", CLIENT);
        gms.say("earlier");
        run(CXBus, chatConfig(comet.options()));
        await until(() => spy.texts().includes("earlier"));
        eq([comet.published[0].operation, comet.published[0].transcriptPosition, comet.published[0].secureKey], ["requestNotifications", "1", "K1"]);
        const order = spy.log.filter((name) => /restor|Connected|messageReceived|started/.test(name));
        eq(order, ["restored", "clientConnected", "messageReceived"]);
        eq(spy.batches[0].restoring, true);
        gms.say("later");
        await until(() => spy.texts().includes("later"));
        eq(spy.batches.at(-1).restoring, false);
    "##;
    /// backend facts 1.8: each client is told of everything once, so that what comes behind the answer must not be lost
    news_right_behind_the_start_are_taken => r##"
        const gms = fakeGms(), comet = fakeComet(gms);
        comet.afterwards = ({ operation }) => { if (operation === "requestChat") gms.say("right behind"); };
        const spy = await startChat(CXBus, run, gms, comet.options());
        await until(() => spy.texts().includes("right behind"));
        eq(spy.batches.map((batch) => batch.messages.map((message) => message.index)), [[1], [2]]);
        gms.ended = true;
        gms.say("bye");
        await until(() => spy.has("ended"));
    "##;
    /// the same, on a reload, and the end of the chat is news as well
    news_right_behind_a_restore_are_taken => r##"
        const gms = fakeGms(), comet = fakeComet(gms), spy = makeSpy(CXBus);
        leaveCookies();
        gms.say("earlier");
        comet.afterwards = () => {
            gms.say("right behind");
            gms.ended = true;
            gms.say("bye");
        };
        run(CXBus, chatConfig(comet.options()));
        await until(() => spy.has("ended"));
        eq(spy.batches.map((batch) => [batch.restoring, batch.messages.map((message) => message.text)]), [[true, ["earlier"]], [false, ["right behind"]], [false, ["bye"]]]);
    "##;
    /// Whoever has not got the chat keeps no connection, nor what was told on it
    a_restore_that_fails_leaves_no_connection => r##"
        const gms = fakeGms(), comet = fakeComet(gms), spy = makeSpy(CXBus);
        leaveCookies();
        comet.refuse = { statusCode: 1 };
        const tab = makeSpy(otherTab(chatConfig(comet.options())));
        await until(() => tab.has("restoreFailed") && comet.left);
        Object.assign(comet, { refuse: null, left: false });
        gms.ended = true;
        for (const text of ["one", "two", "three"]) gms.say(text);
        run(CXBus, chatConfig(comet.options({ ajaxTimeout: 60000 })));
        await until(() => spy.has("restoreTimeout") && comet.left);
        gms.ended = false;
        gms.transcript.length = 0;
        eq((await settled(spy.command("WebChatService.startChat", {}))).state, "resolved");
        let sent = null;
        settled(spy.command("WebChatService.sendMessage", { message: "Hi" })).then((outcome) => { sent = outcome; });
        await until(() => sent, "a chat of its own");
        eq([sent.state, comet.clients], ["resolved", 3]);
        gms.ended = true;
        gms.say("bye");
        await until(() => spy.has("ended"));
    "##;
    /// 3: a refused poll is an error, and may be the end; over CometD nobody polls, but a new client asks for its chat
    a_server_that_has_lost_the_chat_ends_it => r##"
        const gms = fakeGms(), comet = fakeComet(gms), spy = await startChat(CXBus, run, gms, comet.options());
        comet.refuse = { statusCode: 2, errors: [{ code: 404, advice: "x" }], chatEnded: true };
        comet.forget();
        await until(() => spy.has("ended"));
        eq([spy.log.slice(-2), spy.datas["WebChatService.error"][0].errors[0].code], [["error", "ended"], 404]);
        await until(() => comet.left);
    "##;
    /// A session cookie that disappears ends the chat here, as with polls
    a_vanished_cookie_ends_a_chat_over_comet => r##"
        const gms = fakeGms(), comet = fakeComet(gms), spy = await startChat(CXBus, run, gms, comet.options());
        clearCookies();
        await until(() => spy.has("ended"));
        eq(comet.published.filter((data) => data.operation === "disconnect").length, 0);
    "##;
    /// `websocketEnabled`: a socket where one can be had, long polls where not
    a_socket_is_taken_where_it_opens => r##"
        const gms = fakeGms(), comet = fakeComet(gms), plain = window.WebSocket;
        comet.socket();
        const spy = await startChat(CXBus, run, gms, comet.options({}, true));
        gms.say("over a socket");
        await until(() => spy.texts().includes("over a socket"));
        eq([comet.sockets.length, comet.sockets[0].url, comet.http], [1, `ws://${location.host}/genesys/cometd`, 0]);
        comet.sockets[0].close();
        await until(() => spy.has("disconnected"));
        await until(() => spy.has("reconnected"));
        eq(comet.sockets.length, 2, "another one");
        gms.ended = true;
        gms.say("bye");
        await until(() => spy.has("ended"));
        window.WebSocket = plain;
    "##;
    /// the same, refused
    long_polls_do_where_a_socket_is_refused => r##"
        const gms = fakeGms(), comet = fakeComet(gms), plain = window.WebSocket;
        comet.socket("refused");
        const webchat = comet.options();
        delete webchat.cometD.websocketEnabled;
        const spy = await startChat(CXBus, run, gms, webchat);
        ok(comet.sockets.length >= 1 && comet.http > 0);
        gms.ended = true;
        gms.say("bye");
        await until(() => spy.has("ended"));
        window.WebSocket = plain;
    "##;
    /// backend facts 1.8: files go by HTTP to an address of their own
    files_go_to_an_address_of_their_own => r##"
        const gms = fakeGms(), comet = fakeComet(gms), spy = await startChat(CXBus, run, gms, comet.options());
        gms.answers["2/chat-ntf"] = (fields) => Response.json({ statusCode: 0, userData: { "file-id": "9" }, operation: fields.get("operation") });
        eq((await settled(spy.command("WebChatService.sendFile", { files: [new File(["x"], "a.txt")] }))).value.operation, "fileUpload");
        eq((await settled(spy.command("WebChatService.getFileLimits"))).value.operation, "fileGetLimits");
        const [upload] = gms.requests;
        eq([upload.path, upload.fields.get("secureKey"), upload.fields.get("file").name, upload.credentials], ["/genesys/2/chat-ntf", "K1", "a.txt", "include"]);
        const forms = formsNoted(), downloaded = await settled(spy.command("WebChatService.downloadFile", { fileId: "a/1" }));
        forms.plain();
        eq(downloaded, { state: "resolved", values: [null] });
        const fields = [["alias", "117"], ["secureKey", "K1"], ["userId", "U1"], ["operation", "fileDownload"], ["fileId", "a/1"]];
        eq(forms, [["post", "_blank", "/genesys/2/chat-ntf", fields, true]]);
        const webchat = comet.options();
        delete webchat.cometD.apiURL;
        await asItself(CXBus, "WebChatService").command("configure", webchat);
        await spy.command("WebChatService.getFileLimits");
        eq(gms.requests.at(-1).path, "/genesys/2/chat-ntf", "beside the Bayeux server without the option");
    "##;
}
