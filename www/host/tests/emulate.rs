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
            gms.ended = true;
            await until(() => log.includes("ended"));
            clearCookies();
        }
    "##;
    /// What the host cannot do, it says
    an_unknown_version_or_transport_is_refused_with_a_text => r##"
        fakeGms();
        const spy = makeSpy(CXBus), config = chatConfig({ transport: { type: "pureconnect-v4-rest" } });
        config.main.emulate = "7.6";
        run(CXBus, config);
        await until(() => pageErrors.some((text) => /cannot emulate version 7\.6/.test(text)));
        // It never gets ready: its `configure` is rejected.
        await until(() => spy.has("WebChat.ready"));
        eq(spy.has("ready"), false);
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
