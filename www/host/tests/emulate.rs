//! Other versions and transports, as far as plugins notice (bus facts 0.1 and 2; backend facts 3.1; transports 1 to 3).
#![cfg(target_arch = "wasm32")]

mod common;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

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
    /// 0.1: `emulate` sets what `legacyFilters` does, for 8.5 and for 9.0.005
    older_versions_keep_filtered_messages_in_the_originals => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus), config = chatConfig();
        config.main.emulate = "9.0.005";
        run(CXBus, config);
        await until(() => spy.has("ready"));
        gms.add("ParticipantJoined", CLIENT);
        await spy.command("WebChatService.startChat", {});
        await spy.command("WebChatService.addPrefilter", { filters: /^secret:/ });
        gms.say("secret: one");
        gms.say("open");
        await until(() => spy.texts().includes("open"));
        eq([spy.texts().includes("secret: one"), spy.originals().includes("secret: one")], [false, true]);
        ok((await settled(spy.command("WebChatService.registerPreProcessor", { preprocessor: () => {} }))).state === "resolved");
        gms.ended = true;
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
    /// transports 1.1, 2.7 and 3.7
    with_a_transport_session_data_have_no_secure_key => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms, { transport: { type: "pureengage-v3-rest" } });
        const data = await spy.command("WebChatService.getSessionData");
        eq(Object.keys(data).sort(), ["participantId", "sessionId", "token", "transportId"]);
        eq(Object.keys(spy.datas["WebChatService.started"][0]), ["data"]);
        gms.say("Hello");
        await until(() => spy.texts().includes("Hello"));
        same(spy.batches.at(-1).sessionData, undefined);
        same(CXBus.data("WebChatService.WebChatService.sessionData"), undefined);
        gms.ended = true;
        await until(() => spy.has("ended"));
        eq(await spy.command("WebChatService.getSessionData"), {});
    "##;
    /// transports 1.2 and 2.8
    with_a_transport_preprocessors_return_the_message_and_filters_see_every_type => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms, { transport: { type: "purecloud-v2-sockets" } }), handed = [];
        await spy.command("WebChatService.registerPreProcessor", { preprocessor: (message) => {
            handed.push(message.text);
            return message.text === "swap" ? { ...message, text: "swapped" } : undefined;
        } });
        await spy.command("WebChatService.addPrefilter", { filters: /^secret:/ });
        gms.add("Notice", AGENT, { text: "secret: a notice" });
        gms.say("swap");
        gms.say("stay");
        await until(() => spy.texts().includes("stay"));
        ok(spy.texts().includes("swapped") && !spy.texts().includes("swap"));
        ok(!handed.includes("secret: a notice"));
        const originals = spy.batches.flatMap((batch) => batch.originalMessages);
        eq(originals.filter((original) => original.body).map((original) => original.body), ["swap", "stay"]);
        same(originals.at(-1).from, undefined, "the sender stands in the parallel list only");
        eq(spy.batches.at(-1).messages.at(-1).from.type, "Agent");
        ok(!spy.datas["WebChatService.ajaxResponse"], "no ajaxResponse for polls");
        gms.ended = true;
    "##;
    /// 3, CometD mode
    comet_mode_has_no_ajax_response => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms, { cometD: { enabled: true } });
        gms.say("Hello");
        await until(() => spy.texts().includes("Hello"));
        ok(!spy.datas["WebChatService.ajaxResponse"] && !spy.has("pollingStarted"));
        gms.ended = true;
    "##;
    /// 2: main.preload with a plugin map
    preload_loads_mapped_plugins => r##"
        fakeGms();
        const spy = makeSpy(CXBus), config = chatConfig();
        CXBus.configure({ pluginMap: { Extra: "/no-such-folder/extra.js" } });
        config.main.preload = ["extra"];
        config.main.pluginLoadDelay = 1;
        run(CXBus, config);
        await until(() => all("script").some((script) => script.src.endsWith("/no-such-folder/extra.js")));
    "##;
}
