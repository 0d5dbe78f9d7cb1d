//! App: start-up and extensions (bus facts 2 and 6.4).

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
    /// 6.4: reTheme
    an_element_of_a_plugin_takes_the_theme_on => r#"
        fakeGms();
        const spy = makeSpy(CXBus), element = document.createElement("div");
        run(CXBus, { main: { theme: "dark" } });
        await spy.command("App.reTheme", { html: element });
        eq(element.className, "cx-theme-dark");
        eq((await settled(spy.command("App.reTheme", {}))).state, "rejected");
        eq((await settled(spy.command("App.setTheme", {}))).state, "rejected");
    "#;
    /// 6.4: mobileMode
    mobile_mode_is_told_only_where_there_is_one => r#"
        fakeGms();
        const spy = makeSpy(CXBus);
        let told = 0;
        spy.subscribe("App.mobileMode", () => { told += 1; });
        // A desktop browser, however small its window may be.
        run(CXBus, { main: { mobileMode: "auto", mobileModeBreakpoint: 100000 } });
        await until(() => spy.has("App.ready"));
        await settle();
        eq([told, CXBus.data("App.mobileMode")], [0, false]);
    "#;
    /// 2 and 6.4: `main.i18n` as an address
    a_language_file_comes_before_the_extensions => r#"
        fakeGms();
        const words = { fr: { webchat: { ChatButton: "Bonjour" } } };
        const asked = [], answers = [Response.json(words), new Response("gone", { status: 404 })];
        window.fetch = async (request) => { asked.push(new URL(request.url).pathname); return answers.shift(); };
        const spy = makeSpy(CXBus), log = [];
        spy.subscribe("App.i18n", (event) => log.push(event.data));
        run(CXBus, { main: { lang: "fr", i18n: "/words.json" }, extensions: { X: () => { log.push("extension"); } } });
        await until(() => spy.has("App.ready") && one(".cx-webchat-chat-button"));
        eq([asked, log], [["/words.json"], ["extension", words.fr]], "deliveries are tasks, extensions are not");
        eq(one(".cx-webchat-chat-button").textContent, "Bonjour");
    "#;
    /// 2 and 6.4: the auto-load list
    plugins_on_the_auto_load_list_are_loaded_on_the_next_page => r#"
        fakeGms();
        const spy = makeSpy(CXBus);
        document.cookie = `_genesys.widgets.app.autoLoadList=${JSON.stringify({ Late: true, WebChat: true, Never: false })}; path=/`;
        CXBus.configure({ pluginsPath: "/auto/" });
        run(CXBus, { main: { pluginLoadDelay: 1 } });
        const scripts = () => all("script").map((script) => new URL(script.src, location).pathname).filter((path) => path.startsWith("/auto/"));
        await until(() => scripts().length);
        eq(scripts(), ["/auto/late.min.js"], "what is here already is not loaded again");
        await spy.command("App.registerAutoLoad");
        await spy.command("App.deregisterAutoLoad", { name: "Late" });
        const list = JSON.parse(decodeURIComponent(document.cookie.match(/autoLoadList=([^;]*)/)[1]));
        eq([list.Spy, list.Late], [true, false]);
    "#;
}
