//! How a page starts: configuration, extensions, stock plugins, globals (bus facts 1, 2 and 8).

browser_tests! {
    /// 1.1: App is the first caller
    app_takes_the_control_object => r##"
        fakeGms();
        run(CXBus, chatConfig());
        same(CXBus.registerMaster(), undefined);
        ok(CXBus.registerPlugin("Mine"), "App does not lock the bus");
        await lookedForChat(CXBus);
    "##;
    /// 2: the order at evaluation and in the start
    theme_and_language_come_before_extensions_and_scripts_after_on_ready => r##"
        fakeGms();
        let inside, after;
        const scripts = () => all("script").filter((script) => script.src.endsWith("/no/such/late.js")).length;
        run(CXBus, { main: { theme: "dark", lang: "de" }, extensions: { Late: "/no/such/late.js", Mine() {
            inside = [typeof this, this === window, CXBus.data("App.theme"), CXBus.data("App.language"), CXBus.data("App.ready"), scripts()];
            return "ignored";
        } }, onReady: () => { after = scripts(); } });
        await until(() => scripts());
        eq(inside, ["object", false, "cx-theme-dark", "de", false, 0]);
        eq(after, 0);
    "##;
    /// 2: App calls nobody's `configure`
    stock_plugins_configure_themselves_at_app_ready => r##"
        fakeGms();
        const config = chatConfig(), watch = CXBus.registerPlugin("Watch"), seen = {};
        watch.before("WebChatService.configure", (data) => { seen.data = data; seen.ready = CXBus.data("App.ready"); return data; });
        let ready;
        run(CXBus, config);
        CXBus.subscribe("WebChatService.ready", (event) => { ready = event; });
        await until(() => ready);
        eq(ready.data, {});
        same(seen.data, config.webchat);
        eq(seen.ready, true);
        const late = [];
        CXBus.subscribe("WebChatService.ready", () => late.push("republished"));
        await until(() => late.length);
    "##;
    /// 2: each stock plugin says when it is ready, also to those who come later
    stock_plugins_republish_ready_without_data => r##"
        fakeGms();
        run(CXBus, chatConfig());
        await until(() => CXBus.data("App.ready"));
        await settle();
        for (const plugin of ["WebChat", "WebChatService", "Toaster", "Overlay", "WindowManager"]) {
            let told;
            CXBus.subscribe(`${plugin}.ready`, ({ data }) => { told = data; });
            await until(() => told, plugin);
            eq(told, {});
        }
    "##;
    /// 2: commands to WebChatService wait for it; `ready` comes before its restore request
    subscribing_to_ready_is_early_enough => r##"
        const gms = fakeGms();
        leaveCookies();
        gms.add("ParticipantJoined", CLIENT);
        gms.say("earlier");
        let requests, seen = [];
        const config = chatConfig();
        config.extensions = { X: ($, bus) => {
            const x = bus.registerPlugin("X");
            x.subscribe("WebChatService.ready", () => {
                requests = gms.requests.length;
                x.command("WebChatService.registerPreProcessor", { preprocessor: (message) => { seen.push(message.index); } });
            });
        } };
        run(CXBus, config);
        await until(() => seen.length === 2);
        ok(requests <= 1, "the request is only on its way");
    "##;
    /// 2, "Bundle mode": WebChat subscribed before any extension
    taking_messages_out_of_the_event_hides_nothing => r##"
        const gms = fakeGms();
        leaveCookies({ open: "true" });
        gms.add("ParticipantJoined", CLIENT);
        gms.say("in the window");
        const config = chatConfig();
        let left;
        config.extensions = { X: ($, bus) => {
            bus.registerPlugin("X").subscribe("WebChatService.messageReceived", (event) => { left = event.data.messages.splice(0).length; });
        } };
        run(CXBus, config);
        await until(() => left === 2 && one("#cx-chat-index-2"));
        ok(one("#cx-chat-index-2").textContent.includes("in the window"));
    "##;
    /// 2: `App.registerAutoLoad`
    plugins_can_be_remembered_for_the_next_page => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus), list = () => JSON.parse(decodeURIComponent(document.cookie.match(/autoLoadList=([^;]*)/)[1]));
        run(CXBus, chatConfig());
        await until(() => spy.has("App.ready"));
        const nothing = { state: "resolved", values: [null] };
        eq(await settled(spy.command("App.registerAutoLoad")), nothing);
        await spy.command("App.registerAutoLoad", { name: "Other" });
        eq(list(), { Spy: true, Other: true });
        eq(await settled(spy.command("App.deregisterAutoLoad")), nothing);
        eq(list(), { Spy: false, Other: true });
        const chat = (wanted) => ({ Spy: false, Other: true, WebChatService: wanted, WebChat: wanted });
        await until(() => spy.has("ready"));
        await spy.command("WebChatService.startChat", { firstname: "Ada" });
        eq(list(), chat(true), "a chat adds its own");
        gms.ended = true;
        await until(() => spy.has("ended"));
        eq(list(), chat(false), "and takes only its own away");
    "##;
    /// 2 and 8: what the script on a page does, and what it leaves on it
    the_script_takes_the_configuration_of_the_moment_and_adds_one_global => r##"
        fakeGms();
        const called = [];
        window._genesys = { widgets: { extensions: { Lost: () => called.push("Lost") } } };
        window._genesys.widgets = { main: {}, extensions: { Kept: () => called.push("Kept") }, onReady: () => called.push("onReady") };
        const config = window._genesys.widgets, before = Object.keys(window);
        startPage();
        const added = Object.keys(window).filter((name) => !before.includes(name)), bus = window.CXBus;
        window._genesys.widgets = {};
        await until(() => called.includes("onReady"));
        startPage();
        same(window.CXBus, bus, "a second script does nothing");
        await lookedForChat(bus);
        delete window.CXBus;
        delete window._genesys;
        eq([added, called], [["CXBus"], ["Kept", "onReady"]]);
        ok(config.bus && config.common, "hung on the configuration that was there");
    "##;
    /// 2: `_genesys.cxwidget` has precedence
    the_old_name_of_the_configuration_counts => r##"
        fakeGms();
        let ready = 0;
        window._genesys = { cxwidget: { onReady: () => { ready += 1; } }, widgets: {} };
        startPage();
        await until(() => ready);
        const { widgets } = window._genesys;
        await lookedForChat(window.CXBus);
        delete window.CXBus;
        delete window._genesys;
        same(widgets.bus, undefined);
    "##;
    /// 2, last point
    a_page_can_forbid_the_start => r##"
        const name = window.name;
        window.name = "disableWebme";
        startPage();
        window.name = name;
        same(window.CXBus, undefined);
        window.external.isGenesysTrackerDisable = true;
        startPage();
        delete window.external.isGenesysTrackerDisable;
        same(window.CXBus, undefined);
    "##;
    /// 8
    nothing_but_its_own_windows_is_put_on_the_page => r##"
        fakeGms();
        const spy = makeSpy(CXBus), before = all("link, style").length;
        run(CXBus, chatConfig());
        await until(() => spy.has("WebChat.ready"));
        await spy.command("WebChat.open");
        eq(all("link, style").length, before, "no font, no style element");
        eq([window.$, window.jQuery], [undefined, undefined]);
        ok(!all(".cx-window-manager *").some((element) => element.hasAttribute("onclick")));
        await spy.command("WebChat.close");
    "##;
}
