//! Other versions, as far as plugins notice (bus facts 0.1, 2 and 3; backend facts 3.1).

browser_tests! {
    /// backend facts 3.1, row 5
    in_8_5_names_have_a_prefix => r##"
        const gms = fakeGms(), plugin = CXBus.registerPlugin("Old"), config = chatConfig(), log = [];
        config.main.emulate = "8.5";
        run(CXBus, config);
        const note = (event) => log.push([event.event, event.publisher]);
        plugin.subscribe("cx.plugin.WebChatService.started", note);
        plugin.subscribe("WebChatService.started", note);
        let ready = false;
        plugin.subscribe("cx.plugin.WebChatService.ready", () => { ready = true; });
        await until(() => ready);
        const refused = await settled(plugin.command("WebChatService.startChat", {}));
        eq(refused.state, "rejected");
        ok(/cx\.plugin\.WebChatService\.startChat/.test(refused.value), refused.value);
        await plugin.command("cx.plugin.WebChatService.startChat", {});
        await until(() => log.length);
        eq(log, [["cx.plugin.WebChatService.started", "cx.plugin.WebChatService"]]);
        const asked = [];
        plugin.registerCommand("who", (command) => { asked.push(command.commander, command.command); command.deferred.resolve(); });
        plugin.ready();
        await CXBus.command("cx.plugin.Old.who");
        eq(asked, ["cx.plugin.CXBus", "cx.plugin.Old.who"]);
        await plugin.command("who");
        ok(plugin.registry()["cx.plugin.WebChatService"], "the registry has the old names");
        ok(!plugin.registry()["cx.plugin.WebChatService"].commands.includes("registerPreProcessor"));
        gms.ended = true;
    "##;
    /// The same for names that windows hand out, and for the other members of a plugin
    in_8_5_windows_hand_out_old_names => r##"
        const gms = fakeGms(), plugin = CXBus.registerPlugin("Old"), other = CXBus.registerPlugin("Other"), config = chatConfig(), log = [];
        config.main.emulate = "8.5";
        run(CXBus, config);
        const toast = await plugin.command("cx.plugin.Toaster.open", { body: "mine" });
        ok(/^cx\.plugin\.Toaster\.close\.Old#/.test(toast.events.close), toast.events.close);
        const html = document.createElement("div"), over = await plugin.command("cx.plugin.Overlay.open", { html, immutable: true });
        eq(over.events, { close: "cx.plugin.Overlay.close.Old", closeAttempt: "cx.plugin.Overlay.closeAttempt.Old" });
        for (const name of [toast.events.close, over.events.close, over.events.closeAttempt]) plugin.subscribe(name, ({ event }) => log.push(event));
        await other.command("cx.plugin.Toaster.close");
        await settled(other.command("cx.plugin.Overlay.close"));
        await plugin.command("cx.plugin.Overlay.mutable");
        await other.command("cx.plugin.Overlay.close");
        await until(() => log.length === 3);
        eq(log, [toast.events.close, over.events.closeAttempt, over.events.close]);
        const dock = await plugin.command("cx.plugin.WindowManager.registerDockView", { html: document.createElement("div") });
        eq(dock.owner, "cx.plugin.Old");
        const docks = [];
        plugin.subscribe("cx.plugin.WindowManager.changed", ({ data }) => docks.push(data));
        await other.command("cx.plugin.WindowManager.registerDockView", { html: document.createElement("div") });
        dock.close();
        await until(() => docks.length);
        eq(docks, [{ Other: { id: "Other", owner: "cx.plugin.Other" } }]);

        other.subscribe("cx.plugin.Old.said", () => log.push("said"));
        eq(plugin.subscribers()["cx.plugin.Old.said"], ["cx.plugin.Other"]);
        ok(Object.keys(plugin.subscribers()).every((name) => name.startsWith("cx.plugin.")));
        plugin.publish("said");
        await until(() => log.includes("said"));
        other.unsubscribe("cx.plugin.Old.said");
        plugin.publish("said");
        plugin.data("key", 1);
        eq([other.data("cx.plugin.Old.key"), CXBus.data("cx.plugin.App.ready")], [1, true]);
        plugin.registerEvents(["said"]);
        eq(other.registry()["cx.plugin.Old"].events, ["said"]);
        const asked = [];
        plugin.registerCommand("who", ({ data, deferred }) => deferred.resolve(data));
        plugin.ready();
        eq(other.before("Old.who", () => asked.push("new name")), false);
        other.before("cx.plugin.Old.who", (data) => { asked.push("old name"); return { ...data, more: 1 }; });
        eq(await other.command("cx.plugin.Old.who", { one: 1 }), { one: 1, more: 1 });
        eq([asked, log.filter((name) => name === "said").length], [["old name"], 1]);
        await plugin.command("cx.plugin.WebChatService.startChat", {});
        eq(gms.sent("start")[0].fields.get("userData[_genesys_widgets]"), "8.5");
        gms.ended = true;
    "##;
    /// 0.1 and 4: `emulate` sets what `legacyFilters` does
    older_versions_keep_filtered_messages_in_the_originals => r##"
        const texts = (messages) => (messages || []).map((message) => message.text).filter((text) => text);
        for (const [version, prefix, kept] of [["9.0.018", "", []], ["9.0.005", "", ["secret: one"]], ["8.5", "cx.plugin.", ["secret: one"]]]) {
            const gms = fakeGms(), config = chatConfig(), seen = { messages: [], originals: [], answer: null }, log = [];
            config.main.emulate = version;
            const plugin = otherTab(config).registerPlugin("Watcher"), service = `${prefix}WebChatService`;
            for (const name of ["ready", "ended"]) plugin.subscribe(`${service}.${name}`, () => log.push(name));
            plugin.subscribe(`${service}.messageReceived`, ({ data }) => {
                seen.messages.push(...texts(data.messages));
                seen.originals.push(...texts(data.originalMessages));
            });
            plugin.subscribe(`${service}.ajaxResponse`, ({ data }) => {
                if (texts(data.messages).includes("open")) seen.answer ??= texts(data.messages);
            });
            await until(() => log.includes("ready"));
            gms.add("ParticipantJoined", CLIENT);
            await plugin.command(`${service}.startChat`, {});
            await plugin.command(`${service}.addPrefilter`, { filters: /^secret:/ });
            gms.say("secret: one");
            gms.say("open");
            await until(() => seen.messages.includes("open"));
            eq(seen, { messages: ["open"], originals: [...kept, "open"], answer: [...kept, "open"] }, version);
            const release = gms.sent("start")[0].fields.get("userData[_genesys_widgets]");
            ok(release.startsWith(version), release);
            gms.ended = true;
            await until(() => log.includes("ended"));
            clearCookies();
        }
    "##;
    /// What the host does not know, it says, and is what it is without the option
    an_unknown_version_is_named_with_those_that_are_known_and_nothing_is_emulated => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus), config = chatConfig();
        config.main.emulate = "7.6";
        run(CXBus, config);
        await until(() => pageErrors.length && spy.has("ready"));
        const text = pageErrors.find((text) => text.includes("cannot emulate version 7.6"));
        for (const known of ["9.0.018", "9.0.005", "8.5"]) ok(text.includes(known), text);
        await spy.command("WebChatService.startChat", {});
        eq(gms.sent("start")[0].fields.get("userData[_genesys_widgets]"), "9.0.018.07");
        await spy.command("WebChatService.addPrefilter", { filters: /^secret:/ });
        await spy.command("WebChatService.registerPreProcessor", { preprocessor: (message) => { message.text += "!"; } });
        gms.say("secret: one");
        gms.say("open");
        await until(() => spy.texts().includes("open!"));
        eq([spy.texts(), spy.originals()], [["open!"], ["open"]]);
        gms.ended = true;
    "##;
    /// What the host cannot do, it says
    with_an_unknown_transport_the_service_is_never_ready => r##"
        fakeGms();
        const spy = makeSpy(CXBus);
        run(CXBus, chatConfig({ transport: { type: "pureconnect-v4-rest" } }));
        // It never gets ready: its `configure` is rejected.
        await until(() => spy.has("WebChat.ready"));
        eq(spy.has("ready"), false);
        await until(() => pageErrors.some((text) => text.includes("transport.type") && text.includes("purecloud-v2-sockets")), "and the page is told");
    "##;
    /// 3, CometD mode
    comet_mode_has_no_ajax_response => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms, { cometD: { enabled: true } });
        gms.say("Hello");
        await until(() => spy.texts().includes("Hello"));
        ok(!spy.datas["WebChatService.ajaxResponse"] && !spy.has("pollingStarted"));
        gms.ended = true;
    "##;
    /// 2: main.preload with a plugin map, `pluginLoadDelay` after the start, which is a tenth of a second
    preload_loads_mapped_plugins => r##"
        fakeGms();
        for (const [delay, main] of [[100, {}], [4321, { pluginLoadDelay: 4321 }]]) {
            const held = [], loaded = () => all("script").some((script) => script.src.endsWith(`/no-such-folder/extra-${delay}.js`));
            window.setTimeout = (work, wait, ...more) => (wait === delay ? held.push(work) : plainTimeout.call(window, work, wait, ...more));
            otherTab({ main: { ...main, preload: ["extra"] } }).configure({ pluginMap: { Extra: `/no-such-folder/extra-${delay}.js` } });
            await until(() => held.length);
            eq(loaded(), false, "not before");
            for (const work of held) work();
            await until(loaded);
        }
    "##;
}
