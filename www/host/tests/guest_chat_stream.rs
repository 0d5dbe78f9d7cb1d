//! `purecloud-v2-sockets` against a scripted Guest Chat API: what the event stream brings (transports 2.5, 2.8 and 2.9).

scripted_tests! {
    "common/guest_chat.js",
    /// 2.8: an agent comes, speaks and goes
    an_agent_is_announced_by_a_message_then_by_the_event => r##"
        const cloud = fakeCloud(), spy = await startCloud(), order = [];
        spy.subscribe("WebChatService.messageReceived", (event) => order.push(event.data.messages[0].type));
        spy.subscribe("WebChatService.agentConnected", () => order.push("agentConnected"));
        cloud.join("a1", "AGENT");
        await until(() => order.length === 3);
        eq(order, ["ParticipantJoined", "agentConnected", "ParticipantJoined"], "made up, event, raw");
        const [made, raw] = spy.batches.slice(-2).map((batch) => batch.messages[0]);
        eq([made.from, made.avatar, "from" in raw, raw.id], [{ type: "Agent", name: "Grace" }, "/grace.png", false, "m1"]);
        const connected = spy.datas["WebChatService.agentConnected"][0], agent = connected.agents.a1;
        eq([connected.message.id, connected.message.role], ["a1", "AGENT"]);
        eq([agent.name, agent.connected, agent.supervisor, typeof agent.connectedTime, agent.disconnectedTime], ["Grace", true, false, "number", false]);
        cloud.push("a1", "Hello");
        cloud.push("me", "Hi");
        cloud.push("nobody", "?");
        await until(() => spy.texts().includes("?"));
        const batch = spy.batches.at(-1), [hello, hi, unknown] = batch.messages;
        eq(batch.messages.length, 3, "the whole buffer is one batch");
        eq([hello.type, hello.from, hello.restoring, hello.id, hello.avatar], ["Message", { id: "a1", name: "Grace", type: "Agent" }, false, "m2", "/grace.png"]);
        eq([raw, "text" in raw], [{ type: "ParticipantJoined", restoring: false, index: 1700000001000, timestamp: 1700000001000, id: "m1", avatar: "/grace.png" }, false]);
        eq(spy.batches.at(-2).originalMessages[0].lastEvent, "ParticipantJoined");
        eq([hello.index, hello.timestamp], [1700000002000, 1700000002000]);
        eq([hi.from, unknown.from], [{ id: "me", name: "Ada Byron", type: "Client" }, { id: "nobody" }]);
        eq([batch.originalMessages[0].body, batch.originalMessages[0].role, batch.originalMessages[0].state], ["Hello", "AGENT", "CONNECTED"]);
        await until(() => order.length === 4);
        spy.subscribe("WebChatService.agentDisconnected", () => order.push("agentDisconnected"));
        cloud.leave("a1");
        await until(() => order.length === 7);
        eq(order.slice(4), ["ParticipantLeft", "agentDisconnected", "ParticipantLeft"], "a leave likewise");
        const [madeLeave, rawLeave] = spy.batches.slice(-2).map((one) => one.messages[0]);
        eq([madeLeave.from, "from" in rawLeave, rawLeave.id], [{ type: "Agent", name: "Grace" }, false, "m5"]);
        eq([spy.datas["WebChatService.agentDisconnected"][0].agents.a1.connected], [false]);
        eq(spy.log.filter((name) => name === "agentDisconnected").length, 1, "once, unless members have been listed");
        eq((await spy.command("WebChatService.getSessionData")).lastMessageId, "m5");
        await until(() => document.cookie.includes("sockets.LastMsgId=m5"));
        cloud.join("a2", "AGENT", { displayName: undefined });
        await until(() => spy.log.filter((name) => name === "agentConnected").length === 2);
        eq(spy.datas["WebChatService.agentConnected"][1].agents.a2.name, "Agent", "who has no name");
        cloud.members.a3 = { id: "a3", displayName: "Alan", role: "AGENT", state: "ALERTING" };
        cloud.push("a3", "", "member-join");
        cloud.push("a3", "still ringing");
        await until(() => spy.texts().includes("still ringing"));
        eq(spy.log.filter((name) => name === "agentConnected").length, 2, "what the server says of the member counts");
        await goodbye(spy);
    "##;
    /// 2.8: queues and flows
    queues_are_not_announced_and_bots_only_if_wanted => r##"
        const cloud = fakeCloud(), spy = await startCloud();
        cloud.push("queue", "", "member-join");
        cloud.join("flow", "WORKFLOW");
        cloud.push("flow", "Welcome");
        cloud.push("queue", "Hold the line");
        cloud.push("flow", "For you", "notice");
        await until(() => spy.texts().includes("For you"));
        const batch = spy.batches.at(-1);
        eq(batch.messages.map((message) => [message.type, message.from]), [["ParticipantJoined", undefined], ["ParticipantJoined", undefined],
            ["Message", { id: "flow", type: "Bot" }], ["Message", { id: "queue" }], ["Message", { id: "flow", type: "External" }]]);
        eq(spy.batches.length, 2, "nothing made up");
        ok(!spy.has("agentConnected") && !spy.has("botConnected"));
        await goodbye(spy);
    "##;
    /// 2.8: botEventsEnabled
    bots_are_announced_where_wanted => r##"
        const cloud = fakeCloud(), spy = await startCloud({ botEventsEnabled: true });
        cloud.join("flow", "WORKFLOW");
        await until(() => spy.has("botConnected"));
        eq([spy.batches.at(-1).messages[0].from, spy.datas["WebChatService.botConnected"][0].message.id], [{ type: "Bot", name: "Grace" }, "flow"]);
        cloud.leave("flow");
        await until(() => spy.has("botDisconnected"));
        eq(Object.keys(spy.datas["WebChatService.botDisconnected"][0]), ["message", "agents"]);
        const left = spy.batches.flatMap((batch) => batch.messages).find((message) => message.type === "ParticipantLeft");
        eq(left.from, { type: "Bot", name: "Grace" });
        await goodbye(spy);
    "##;
    /// 2.8: typing-indicator
    an_agents_typing_ends_by_a_message_or_by_itself => r##"
        const cloud = fakeCloud(), spy = await startCloud();
        cloud.join("a1", "AGENT");
        await until(() => spy.has("agentConnected"));
        await spy.command("WebChat.open");
        const typing = (id) => cloud.event("typing-indicator", { id: "t", sender: { id } });
        typing("me");
        typing("nobody");
        typing("a1");
        await until(() => spy.has("agentTypingStarted"));
        eq(spy.datas["WebChatService.agentTypingStarted"], [{ from: { name: "Grace", id: "a1", avatar: "/grace.png" } }]);
        eq([one(".cx-typing").hidden, one(".cx-typing-text").textContent], [false, "Grace is typing"]);
        cloud.push("a1", "Done");
        await until(() => spy.has("agentTypingStopped"));
        ok(one(".cx-typing").hidden);
        ok(spy.log.lastIndexOf("messageReceived") < spy.log.indexOf("agentTypingStopped"), "after the message");
        ok(!spy.has("agentTypingTimeout"));
        const waits = hurried(10);
        typing("a1");
        await until(() => !one(".cx-typing").hidden);
        await until(() => spy.has("agentTypingTimeout"));
        eq(waits.filter((wait) => wait === 3000).length, 1, "three seconds later");
        ok(one(".cx-typing").hidden);
        await goodbye(spy);
    "##;
    /// Traps 1 to 3
    what_stops_the_real_client_stops_this_one => r##"
        const cloud = fakeCloud(), spy = await startCloud();
        const heldBack = async (text) => {
            const end = performance.now() + 1500;
            await until(() => performance.now() > end);
            ok(!spy.texts().includes(text), text);
        };
        cloud.push("me", "", "member-join");
        cloud.push("me", "one");
        await heldBack("one");
        cloud.push("queue", "", "member-join");
        await until(() => spy.texts().includes("one"), "the next join helps");
        cloud.push("me", "shown as text", "media-request");
        cloud.push("me", "two");
        await heldBack("two");
        cloud.join("a1", "AGENT");
        await until(() => spy.texts().includes("two"), "another member's join helps");
        const unknown = spy.batches.flatMap((batch) => batch.messages).find((message) => message.text === "shown as text");
        eq([unknown.type, unknown.from.type], ["Message", "Client"], "an unknown body type is a message");
        const twice = cloud.store("a1", "three");
        cloud.event("message", twice);
        cloud.event("message", twice);
        cloud.push("a1", "four");
        await heldBack("four");
        cloud.push("a1", "five");
        await until(() => spy.texts().includes("five"));
        ok(!spy.texts().includes("three") && !spy.texts().includes("four"), "one duplicate loses the batch");
        await goodbye(spy);
    "##;
    /// 2.9: the server closes the stream
    a_closed_stream_is_opened_again_and_the_gap_filled => r##"
        const cloud = fakeCloud(), spy = await startCloud();
        cloud.join("a1", "AGENT");
        cloud.push("a1", "before");
        await until(() => spy.texts().includes("before"));
        for (const text of ["missed", "also missed"]) cloud.store("a1", text);
        cloud.page = 1;
        cloud.refuse = 1;
        cloud.sockets[0].drop();
        eq((await outcome(spy, "sendMessage", { message: "x" })).state, "rejected", "nothing is sent meanwhile");
        eq(cloud.sent("POST", "/C1/members/me/messages").length, 0);
        await until(() => spy.texts().includes("also missed"));
        eq(cloud.sockets.map((socket) => socket.url === cloud.sockets[0].url), [true, true, true], "at once, and again a second later");
        await until(() => cloud.requests.at(-1).path.endsWith("/members/me"));
        const reads = cloud.requests.filter((one) => one.method === "GET").slice(-4).map((one) => one.path.replace(`${ROOT}/C1`, ""));
        eq([reads, cloud.sent("GET", "/C1/members").find((one) => one.path.endsWith("/members")).search],
            [["/messages", "/messages", "/members", "/members/me"], ""], "messages, members, the own member");
        eq(cloud.requests.filter(({ method, headers }) => method === "GET" && headers.authorization !== "Bearer J1"), [], "lists go with the token, too");
        eq([spy.has("disconnected"), spy.log.filter((name) => name === "reconnected").length], [false, 1]);
        const asked = cloud.sent("GET", "/C1/messages");
        eq(asked.map((one) => new URLSearchParams(one.search).get("after")), ["m2", "m3"], "following next");
        const batch = spy.batches.at(-1);
        eq([batch.restoring, batch.oldMessages, batch.messages.map((message) => message.text)], [false, false, ["missed", "also missed"]]);
        eq(batch.messages[0].from, { name: "Grace", type: "Agent" }, "no id");
        cloud.leave("a1");
        await until(() => spy.log.filter((name) => name === "agentDisconnected").length === 2, "again with the raw leave, now that members are listed");
        await until(() => spy.has("agentTypingStopped"));
        ok(cloud.requests.every(({ path, headers }) => path === ROOT || headers.authorization === "Bearer J1"), "with the token");
        cloud.members.me.state = "DISCONNECTED";
        cloud.sockets.at(-1).drop();
        await until(() => spy.has("ended"), "the end, found out afterwards");
    "##;
    /// 2.9: no sign of life
    silence_counts_as_loss => r##"
        const cloud = fakeCloud(), spy = await startCloud({ socketHeartbeatTrackerInterval: 300 });
        const during = async (milliseconds, act) => {
            const end = performance.now() + milliseconds;
            let next = 0;
            await until(() => {
                if (act && performance.now() > next) {
                    next = performance.now() + 100;
                    act();
                }
                return performance.now() > end;
            });
            ok(!spy.has("disconnected"));
        };
        await during(600);
        await during(600, cloud.heartbeat);
        await during(600, () => cloud.frame({ metadata: { type: "of some other kind" } }));
        await until(() => spy.has("disconnected"));
        ok(cloud.sockets[0].closedHere);
        await until(() => spy.has("reconnected"));
        eq(cloud.sockets.length, 2);
        await goodbye(spy);
    "##;
    /// 2.1: silence without an option; 2.9: how a stream that does not open is tried again
    a_server_that_refuses_is_asked_less_and_less => r##"
        const cloud = fakeCloud(), spy = await startCloud(), waits = hurried(200), long = () => waits.filter((wait) => wait >= 1000);
        cloud.refuse = 7;
        cloud.heartbeat();
        eq(long(), [14000], "so much silence is allowed");
        await until(() => spy.has("reconnected"));
        eq(long().slice(1, 8), [1000, 2000, 4000, 8000, 16000, 30000, 30000]);
        eq([cloud.sockets.length, spy.log.filter((name) => name === "disconnected").length], [9, 1]);
        window.setTimeout = plainTimeout;
        await goodbye(spy);
    "##;
    /// 2.5: what is looked at in a frame
    frames_are_told_apart_by_their_metadata_alone => r##"
        const cloud = fakeCloud(), spy = await startCloud(), batches = spy.batches.length;
        const frame = (body, type) => cloud.frame({ topicName: "v2.of.something.else", eventBody: cloud.store("me", body), ...(type && { metadata: { type } }) });
        for (const text of ["no JSON", "null", "[]"]) cloud.sockets[0].text(text);
        frame("of another type", "some-other-type");
        frame("without metadata");
        frame("taken", "message");
        await until(() => spy.texts().includes("taken"));
        eq([spy.batches.slice(batches).map((batch) => batch.messages.map((message) => message.text)), pageErrors], [[["taken"]], []]);
        await goodbye(spy);
    "##;
    /// 2.8: the buffer and its ticker
    a_batch_waits_until_every_sender_is_known => r##"
        const interval = window.setInterval, tickers = [];
        window.setInterval = (work, every) => { tickers.push(every); return interval.call(window, work, every); };
        const cloud = fakeCloud(), spy = await startCloud(), batches = spy.batches.length;
        window.setInterval = interval;
        eq(tickers.filter((every) => every === 700).length, 1, "one ticker");
        cloud.members.a1 = { id: "a1", displayName: "Grace", role: "AGENT", state: "CONNECTED" };
        const answerTo = heldBack("GET"), pushed = performance.now();
        cloud.push("me", "one");
        cloud.push("a1", "two");
        await until(() => performance.now() > pushed + 1500);
        eq([answerTo.waits, spy.batches.length], [true, batches], "later than the ticker");
        answerTo.come();
        await until(() => spy.texts().includes("two"));
        eq(spy.batches.slice(batches).map((batch) => batch.messages.map((message) => message.text)), [["one", "two"]]);
        await goodbye(spy);
    "##;
    /// 2.8: the own leave, where the server still has the member
    a_leave_that_the_server_does_not_confirm_is_no_end => r##"
        const cloud = fakeCloud(), spy = await startCloud();
        cloud.push("me", "", "member-leave");
        await until(() => spy.has("clientDisconnected"));
        const end = performance.now() + 1200;
        await until(() => performance.now() > end);
        eq([spy.has("ended"), CXBus.data("WebChatService.sessionActive")], [false, true]);
        await goodbye(spy);
    "##;
}
