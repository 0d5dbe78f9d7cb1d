//! App: start-up and extensions (bus facts 2 and 6.4).
#![cfg(target_arch = "wasm32")]

mod common;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

browser_tests! {
    /// 2
    start_up_keeps_its_order => r#"
        fakeGms();
        const log = [];
        const config = { main: {}, webchat: {}, onReady: (bus) => { log.push("onReady"); same(bus, config.bus); }, extensions: {
            First(...args) { log.push(`First ${args.length}`); same(args[1], CXBus); same(args[2], config.common);
                eq(CXBus.data("App.ready"), false);
                CXBus.subscribe("App.ready", (event) => { log.push("App.ready"); same(event.data, config); }); },
            Second: () => { log.push("Second"); },
        } };
        run(CXBus, config);
        ok(config.bus.registerPlugin && config.bus.namespace() === "QuickBus", "bus is set at evaluation");
        eq(log, [], "extensions run in a microtask");
        await Promise.resolve();
        await until(() => log.includes("App.ready"));
        eq(log, ["First 3", "Second", "onReady", "App.ready"]);
        eq(CXBus.data("App.ready"), true);
        eq(sessionStorage.getItem("Widgets.ready"), "true");
    "#;
    /// 2, "Bundle mode"
    stock_plugins_are_registered_before_extensions => r#"
        fakeGms();
        let commands;
        run(CXBus, { webchat: {}, extensions: { X: ($, bus) => {
            same(bus.registerPlugin("WebChat"), false);
            commands = [...bus.registerPlugin("X").registry().WebChatService.commands];
        } } });
        await until(() => commands);
        eq(commands, ["COMMANDS", "EVENTS", "LOAD"], "WebChatService has no commands yet");
    "#;
    /// 0.4
    an_exception_in_an_extension_stops_start_up => r#"
        fakeGms();
        const log = [];
        const config = { onReady: () => log.push("onReady"), extensions: {
            Bad() { throw new Error("boom-extension"); }, Next: () => log.push("Next") } };
        CXBus.subscribe("App.ready", () => log.push("App.ready"));
        run(CXBus, config);
        await until(() => pageErrors.some((text) => text.includes("boom-extension")));
        await settle();
        eq(log, []);
        eq(CXBus.data("App.ready"), false);
    "#;
    /// 0.6
    an_extension_added_later_is_ignored_and_register_extension_works => r#"
        fakeGms();
        const config = { extensions: { First() {} } }, spy = makeSpy(CXBus);
        run(CXBus, config);
        await until(() => spy.has("App.ready"));
        let late = 0, count;
        config.extensions.Late = () => { late += 1; };
        await spy.command("App.registerExtension", { name: "Mine", extension: (...args) => { count = args.length; } });
        eq([late, count], [0, 5]);
        eq((await settled(spy.command("App.registerExtension", { name: "First", extension() {} }))).state, "rejected");
    "#;
    /// 2: extensions given as an address
    string_extensions_become_scripts => r#"
        fakeGms();
        const spy = makeSpy(CXBus);
        run(CXBus, { extensions: { Remote: "/no/such/extension.js" } });
        await until(() => all("script").some((script) => script.src.endsWith("/no/such/extension.js")));
    "#;
    /// 6.4
    themes_have_a_class_and_an_event => r#"
        fakeGms();
        const spy = makeSpy(CXBus), seen = [];
        run(CXBus, { main: { theme: "dark", themes: { own: "my-own-theme" } } });
        spy.subscribe("App.theme", (event) => seen.push(event.data.theme));
        eq(await spy.command("App.getTheme"), "cx-theme-dark");
        await spy.command("App.setTheme", { theme: "light" });
        await spy.command("App.setTheme", { theme: "own" });
        await until(() => seen.length === 3);
        eq(seen, ["cx-theme-dark", "cx-theme-light", "my-own-theme"]);
        eq(one(".cx-webchat-chat-button").classList.contains("my-own-theme"), true);
    "#;
    /// 6.4
    language_close_all_and_mobile_mode_are_told => r#"
        fakeGms();
        const spy = makeSpy(CXBus), seen = {};
        for (const name of ["language", "i18n", "closeAll", "mobileMode"]) {
            spy.subscribe(`App.${name}`, (event) => { seen[name] = event.data; });
        }
        run(CXBus, { main: { lang: "de", i18n: { de: { webchat: { ChatButton: "Hallo" } } }, mobileMode: true } });
        await until(() => seen.language && seen.i18n && seen.mobileMode);
        eq(seen.language, "de");
        eq(seen.i18n, { webchat: { ChatButton: "Hallo" } });
        eq(CXBus.data("App.mobileMode"), true);
        await until(() => one(".cx-webchat-chat-button"));
        eq(one(".cx-webchat-chat-button").textContent, "Hallo");
        await spy.command("App.closeAll");
        await until(() => seen.closeAll);
    "#;
}
