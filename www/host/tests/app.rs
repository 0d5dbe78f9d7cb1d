//! App: start-up and extensions (bus facts 2 and 6.4).

browser_tests! {
    /// 2
    start_up_keeps_its_order => r#"
        fakeGms();
        const log = [], remembered = [], remember = () => remembered.push(sessionStorage.getItem("Widgets.ready"));
        sessionStorage.removeItem("Widgets.ready");
        const config = { main: {}, webchat: {}, onReady: (bus) => { log.push("onReady"); remember(); same(bus, config.bus); }, extensions: {
            First(...args) { log.push(`First ${args.length}`); same(args[1], CXBus); same(args[2], config.common);
                eq(CXBus.data("App.ready"), false);
                CXBus.subscribe("App.ready", (event) => { log.push("App.ready"); same(event.data, config); }); },
            // Nobody waits for what it returns.
            Second: () => { log.push("Second"); remember(); return new Promise(() => {}); },
        } };
        run(CXBus, config);
        ok(config.bus.registerPlugin && config.bus.namespace() === "QuickBus", "bus is set at evaluation");
        eq(log, [], "extensions run in a microtask");
        await Promise.resolve();
        await until(() => log.includes("App.ready"));
        eq(log, ["First 3", "Second", "onReady", "App.ready"]);
        eq(CXBus.data("App.ready"), true);
        eq(remembered, [null, "true"], "after the extensions, before onReady");
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
        let late = 0, first = 0, count;
        const config = { extensions: { First() { first += 1; } } }, spy = makeSpy(CXBus);
        run(CXBus, config);
        await until(() => spy.has("App.ready"));
        config.extensions.Late = () => { late += 1; };
        const mine = { name: "Mine", extension: (...args) => { count = args.length; } };
        eq(await settled(spy.command("App.registerExtension", mine)), { state: "resolved", values: [null] });
        eq((await settled(spy.command("App.registerExtension", { name: "First", extension() {} }))).state, "rejected");
        eq([first, late, count], [1, 0, 5], "each is called once");
    "#;
    /// 2.3 and backend facts 3.1: before `App.ready` it is refused, and what others ask of App waits
    an_extension_cannot_be_registered_before_app_ready => r#"
        fakeGms();
        let answer;
        window.fetch = () => new Promise((resolve) => { answer = () => resolve(Response.json({})); });
        const spy = makeSpy(CXBus), called = [];
        run(CXBus, { main: { i18n: "/words.json" }, extensions: { Inside: ($, bus) => {
            settled(bus.command("App.registerExtension", { name: "Nested", extension: () => called.push("Nested") })).then(({ state }) => called.push(state));
        } } });
        const register = () => settled(spy.command("App.registerExtension", { name: "Mine", extension: () => called.push("Mine") }));
        await until(() => answer);
        const early = await register(), theme = spy.command("App.getTheme");
        eq([early.state, /App\.ready/.test(early.value), theme.state()], ["rejected", true, "pending"]);
        answer();
        await until(() => spy.has("App.ready"));
        eq([called, await theme], [["rejected"], "cx-theme-light"]);
        eq((await register()).state, "resolved", "the name is still free");
        eq(called, ["rejected", "Mine"]);
    "#;
    /// 2: a name is taken by what was registered, not by what was refused
    a_refused_extension_leaves_its_name_to_another => r#"
        fakeGms();
        const spy = makeSpy(CXBus), called = [];
        run(CXBus, {});
        await until(() => spy.has("App.ready"));
        const register = (extension) => settled(spy.command("App.registerExtension", { name: "Mine", extension }));
        eq((await register({})).state, "rejected", "neither a function nor an address");
        eq((await register("/no/such/mine.js")).state, "rejected", "not there");
        eq((await register(() => called.push("first"))).state, "resolved");
        eq([(await register(() => called.push("second"))).state, called], ["rejected", ["first"]]);
    "#;
    /// 2: extensions given as an address
    string_extensions_become_scripts => r#"
        fakeGms();
        const spy = makeSpy(CXBus);
        run(CXBus, { extensions: { Remote: "/no/such/extension.js" } });
        await until(() => all("script").some((script) => script.src.endsWith("/no/such/extension.js")));
    "#;
    /// 2: `main.debug`
    debugging_may_be_configured => r#"
        fakeGms();
        const lines = [], debug = console.debug;
        console.debug = (...words) => lines.push(words.join(" "));
        run(CXBus, { main: { debug: true } });
        const quiet = otherTab({ main: {} });
        await until(() => CXBus.data("App.ready") && quiet.data("App.ready"));
        console.debug = debug;
        eq(lines.filter((line) => line.includes("App.ready")).length, 1);
    "#;
    /// The first argument of an extension: nothing that pages write with jQuery ends the start
    the_stand_in_for_jquery_never_throws_and_does_the_usual => r##"
        fakeGms();
        let $;
        const spy = makeSpy(CXBus), log = [];
        run(CXBus, { extensions: { X: (jquery) => {
            $ = jquery;
            for (const odd of ["", " ", ">>", "#", undefined, null, 7, {}, window]) eq($(odd).length, 0, show(odd));
            $(() => log.push("page"));
        } } });
        await until(() => spy.has("App.ready") && log.length);
        const made = $("<div class='box'><p>one</p></div><script>window.ran = 1</script>");
        eq([made.length, made[0].outerHTML, window.ran], [1, '<div class="box"><p>one</p></div>', undefined]);
        same($(document)[0], document.documentElement);
        same($("body")[0], document.body);
        same($(made)[0], made[0]);
        same($(document.body).append(made, "<u>too</u>").find(".box")[0], made[0]);
        made.on("click.mine keydown", "p", function ({ type }) { log.push([type, this.textContent]); });
        made.append("<p>two</p>");
        made.find("p")[1].click();
        made[0].click();
        eq(log, ["page", ["click", "two"]], "delegated, and only for what is meant");
        const once = () => log.push("direct");
        made.on("click", once)[0].click();
        made.off("click", once)[0].click();
        const listener = () => log.push("delegated");
        made.on("click", "p", listener).find("p")[0].click();
        made.off("click", listener).find("p")[0].click();
        eq(log.filter((one) => typeof one === "string"), ["page", "direct", "delegated"]);
        made.css("color", "rgb(1, 2, 3)").css({ width: 20, marginTop: "3px" });
        eq([made.css("color"), made.css("width"), made[0].style.marginTop], ["rgb(1, 2, 3)", "20px", "3px"]);
        eq([made.hide().css("display"), made.show().css("display")], ["none", "block"]);
        eq([made.toggleClass("on").hasClass("on"), made.toggleClass("on").hasClass("on"), made.toggleClass("on", true).hasClass("on")], [true, false, true]);
        made.html("<b>3</b>");
        eq([made.html(), made.text(7).text(), made.empty().text()], ["<b>3</b>", "7", ""]);
        const box = $(document.createElement("input"));
        eq([box.val("x").val(), box.prop("disabled", true).prop("disabled"), box.prop("nothing"), box.attr("size", 3).attr("size")], ["x", true, null, "3"]);
        made.remove();
        $("body > u").remove();
        eq([one(".box"), $("u").length], [null, 0]);
    "##;
    /// What pages ask of jQuery by truth: what is not there is `undefined`
    the_stand_in_for_jquery_tells_what_is_not_there => r##"
        fakeGms();
        let $;
        run(CXBus, { extensions: { X: (jquery) => { $ = jquery; } } });
        await until(() => $);
        const made = $("<div class='box'></div>"), none = $("#nothing");
        const missing = [made.attr("href"), none.attr("href"), none.html(), none.val(), made.prop("nothing"), none.css("color"), made.get(7)];
        eq(missing.map((value) => typeof value), missing.map(() => "undefined"));
        eq([made.html(), none.text(), made.attr("class")], ["", "", "box"]);
        for (const list of [made.addClass("on"), made.attr("title", "x"), made.html("y"), none.remove()]) ok(list === made || list === none);
    "##;
    /// Numbers of styles, any number of contents, listeners that are delegated more than once
    the_stand_in_for_jquery_takes_numbers_contents_and_listeners_as_they_come => r##"
        fakeGms();
        let $, calls = 0;
        run(CXBus, { extensions: { X: (jquery) => { $ = jquery; } } });
        await until(() => $);
        const made = $("<div></div>"), { style } = made[0], press = (name) => made.find(name)[0].click();
        made.css({ zIndex: 5, opacity: 0.5, "line-height": 2, flexGrow: 1, width: 20 }).css("marginTop", 3);
        eq([style.zIndex, style.opacity, style.lineHeight, style.flexGrow, style.width, style.marginTop], ["5", "0.5", "2", "1", "20px", "3px"]);
        same(made.append("<i>1</i>", "<i>2</i>", document.createElement("b"), ["<i>3</i>", "<i>4</i>"], $("<i>5</i>"), "<i>6</i>"), made);
        eq([made.find("i").text(), made.find("b").length, made.append().find("i").length], ["123456", 1, 6]);
        const listener = () => { calls += 1; };
        made.on("click", "i", listener).on("click", "b", listener);
        press("i");
        press("b");
        eq(calls, 2);
        made.off("click", "b", listener);
        press("b");
        press("i");
        eq(calls, 3, "off for one selector");
        made.on("click", "b", listener).off("click", listener);
        press("b");
        press("i");
        eq(calls, 3, "off for all");
    "##;
    /// The page's own jQuery, where there is one
    a_page_with_jquery_gets_its_own_objects => r#"
        fakeGms();
        let given;
        const own = (what) => Object.assign([what].flat(), { jquery: "its own" });
        window.jQuery = own;
        try {
            const spy = makeSpy(CXBus), config = { extensions: { X: ($) => { given = $; } } };
            run(CXBus, config);
            const { html } = await spy.command("Toaster.open", { body: "x" });
            same(given, own);
            eq([html.jquery, html.length, html[0].className.includes("cx-toast")], ["its own", 1, true]);
            const made = config.common.Generate.Container({ title: "Terms" });
            eq(made.jquery, "its own");
            await spy.command("Overlay.open", { html: made });
            ok(one(".ow-modal").contains(made[0]), "and takes them");
        } finally { delete window.jQuery; }
    "#;
    /// 6.4: the language by command
    the_language_is_asked_for_and_set => r#"
        fakeGms();
        const spy = makeSpy(CXBus), told = [];
        run(CXBus, {});
        spy.subscribe("App.language", ({ data }) => told.push(data));
        eq(await spy.command("App.getLanguage"), "en");
        eq(await spy.command("App.setLanguage", { lang: "de" }), "de");
        eq([await spy.command("App.getLanguage"), CXBus.data("App.language")], ["de", "de"]);
        await until(() => told.includes("de"));
        for (const [name, data, why] of [["setLanguage", {}, "No language code provided."], ["registerI18n", {}, "No namespace provided."]]) {
            eq(await settled(spy.command(`App.${name}`, data)), { state: "rejected", value: why, values: [why] });
        }
        for (const [name, data] of [["zoom", { layout: "round" }], ["registerExtension", { name: "Y" }]]) {
            eq((await settled(spy.command(`App.${name}`, data))).state, "rejected", name);
        }
        eq(await settled(spy.command("App.registerI18n", { namespace: "webchat", lang: "de", i18n: {} })), { state: "resolved", values: [null] });
        eq(await spy.command("App.zoom", { layout: "desktop" }), { layout: "desktop" });
    "#;
    /// 6.4
    themes_have_a_class_and_an_event => r#"
        fakeGms();
        const spy = makeSpy(CXBus), seen = [];
        run(CXBus, { main: { theme: "dark", themes: { own: "my-own-theme" } } });
        spy.subscribe("App.theme", (event) => seen.push(event.data.theme));
        eq(await spy.command("App.getTheme"), "cx-theme-dark");
        eq(await spy.command("App.setTheme", { theme: "light" }), "cx-theme-light");
        eq(await spy.command("App.setTheme", { theme: "own" }), "my-own-theme");
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
        const config = { main: { lang: "de", i18n: { de: { webchat: { ChatButton: "Hallo" } } }, mobileMode: true } };
        run(CXBus, config);
        await until(() => seen.language && seen.i18n && seen.mobileMode);
        eq(seen.language, "de");
        eq(seen.i18n, { webchat: { ChatButton: "Hallo" } });
        eq(CXBus.data("App.mobileMode"), true);
        await until(() => one(".cx-webchat-chat-button"));
        eq(one(".cx-webchat-chat-button").textContent, "Hallo");
        eq(await settled(spy.command("App.closeAll")), { state: "resolved", values: [null] });
        await until(() => seen.closeAll);
        eq([seen.closeAll, seen.mobileMode], [{}, {}], "without data");
        // Whoever comes later is told as well.
        const late = {};
        for (const name of ["ready", "theme", "language", "i18n", "mobileMode"]) CXBus.subscribe(`App.${name}`, ({ data }) => { late[name] = data; });
        await until(() => Object.keys(late).length === 5);
        eq([late.theme, late.language, late.i18n, late.mobileMode], [{ theme: "cx-theme-light" }, "de", seen.i18n, {}]);
        same(late.ready, config);
    "#;
    /// 6.4: reTheme
    an_element_of_a_plugin_takes_the_theme_on => r#"
        fakeGms();
        const spy = makeSpy(CXBus), element = document.createElement("div");
        run(CXBus, { main: { theme: "dark" } });
        same(await spy.command("App.reTheme", { html: element }), element);
        eq(element.className, "cx-theme-dark");
        for (const [name, why] of [["reTheme", "No element provided."], ["setTheme", "No theme name provided."]]) {
            eq(await settled(spy.command(`App.${name}`, {})), { state: "rejected", value: why, values: [why] });
        }
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
