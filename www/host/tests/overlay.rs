//! Overlay (bus facts 6.2).

browser_tests! {
    /// 6.2: what it is made of, and what the opener gets
    an_overlay_has_its_dom_and_resolves_with_content_group_and_events => r##"
        fakeGms();
        withStyles();
        const spy = makeSpy(CXBus), config = { main: { theme: "dark" } };
        run(CXBus, config);
        const html = config.common.Generate.Container({ type: "overlay", title: "Terms", body: "All of them" });
        const before = document.body.appendChild(document.createElement("button"));
        before.focus();
        const opened = await spy.command("Overlay.open", { html, maxWidth: 400, styles: { color: "rgb(1, 2, 3)", opacity: 0.5 }, alignment: { top: 30 } });
        eq([opened.html.length, opened.group, opened.events],
            [1, "Spy", { close: "Overlay.close.Spy", closeAttempt: "Overlay.closeAttempt.Spy" }]);
        same(opened.html[0], html[0]);
        const element = one("body > div.cx-widget.ow-modal.cx-desktop.cx-theme-dark.ow-position-center");
        ok(element.contains(html[0]));
        eq([...element.querySelectorAll("button, h2, iframe")].filter((part) => !html[0].contains(part)), [], "neither a frame nor an X of its own");
        eq([html[0].getAttribute("aria-modal"), html[0].getAttribute("role"), getComputedStyle(element).zIndex], ["true", "dialog", "99999"]);
        eq(document.getElementById(html.attr("aria-labelledby")).textContent, "Terms", "named by its title");
        const view = getComputedStyle(html[0].parentElement);
        eq([view.maxWidth, view.color, view.opacity, view.marginTop], ["400px", "rgb(1, 2, 3)", "0.5", "30px"]);
        ok(html[0].contains(document.activeElement), "a modal content has the keyboard");
        eq(CXBus.data("Overlay.open"), true);
        eq(await settled(spy.command("Overlay.close")), { state: "resolved", values: [null] });
        same(document.activeElement, before, "and gives it back");
        before.remove();
        eq([one(".ow-modal"), CXBus.data("Overlay.open")], [null, false]);
        eq((await settled(spy.command("Overlay.close"))).state, "rejected");
        eq((await settled(spy.command("Overlay.open", {}))).state, "rejected", "no element");
    "##;
    /// 6.2: where it stands
    positions_layers_and_screens_have_their_classes => r##"
        fakeGms();
        const spy = makeSpy(CXBus), element = () => document.createElement("div");
        run(CXBus, { main: { mobileMode: true } });
        await spy.command("Overlay.open", { html: element(), group: "a", position: "left", mobileOverlay: "fitContent", cobrowseVisible: false });
        await spy.command("Overlay.open", { html: element(), group: "b", position: "bottom", overlay: false, modal: false });
        await spy.command("Overlay.open", { html: element(), group: "c", position: "right" });
        const [first, second, third] = all(".ow-modal");
        ok(third.matches(".cx-mobile.ow-position-right.ow-full-screen:not(.ow-see-through, .ow-beside)"), third.className);
        ok(first.matches(".cx-mobile.ow-position-left.ow-fit-content"), first.className);
        ok(second.matches(".cx-mobile.ow-position-bottom.ow-full-screen.ow-see-through.ow-beside"), second.className);
        eq([first.querySelector("[aria-modal]") !== null, second.querySelector("[aria-modal]")], [true, null]);
        ok(first.querySelector("[data-gcb-service-node=true]"), "kept out of co-browsing");
    "##;
    /// 6.2 and 7: on a phone
    the_launcher_does_not_lie_over_an_overlay_that_fills_the_screen => r##"
        fakeGms();
        withStyles();
        const spy = makeSpy(CXBus), open = (options) => spy.command("Overlay.open", { html: document.createElement("div"), ...options });
        run(CXBus, { main: { mobileMode: true } });
        await until(() => one("[data-testid=chat-launcher]"));
        const seen = () => one("[data-testid=chat-launcher]").getClientRects().length > 0;
        await open({ group: "small", mobileOverlay: "fitContent" });
        ok(seen(), "beside one that leaves room");
        await open({ group: "large" });
        eq(seen(), false);
        await spy.command("Overlay.close", { group: "large" });
        ok(seen());
    "##;
    /// 6.2 and 6.4: it reads as the language of the page, also when that changes
    an_open_overlay_turns_with_the_language => r##"
        fakeGms();
        const spy = makeSpy(CXBus);
        run(CXBus, {});
        await spy.command("Overlay.open", { html: document.createElement("div") });
        const element = one(".ow-modal"), reads = () => [element.lang, element.dir];
        eq(reads(), ["en", ""]);
        await spy.command("App.setLanguage", { lang: "ar" });
        await until(() => element.lang === "ar");
        eq(reads(), ["ar", "rtl"]);
        await spy.command("App.setLanguage", { lang: "de" });
        await until(() => element.lang === "de");
        eq(reads(), ["de", ""]);
    "##;
    /// 6.2: groups
    contents_of_a_group_lie_on_each_other_and_back_returns => r##"
        fakeGms();
        const spy = makeSpy(CXBus), [lower, upper] = [document.createElement("p"), document.createElement("p")];
        run(CXBus, {});
        await spy.command("Overlay.open", { html: lower, group: "help" });
        await spy.command("Overlay.open", { html: upper, group: "help" });
        eq([all(".ow-modal").length, lower.parentElement.hidden, upper.parentElement.hidden], [1, true, false]);
        eq(await settled(spy.command("Overlay.back", { group: "help" })), { state: "resolved", values: [null] });
        eq([lower.parentElement.hidden, upper.isConnected], [false, false]);
        await spy.command("Overlay.back", { group: "help" });
        eq(one(".ow-modal"), null, "nothing below");
        eq((await settled(spy.command("Overlay.back", { group: "help" }))).state, "rejected", "closed already");
    "##;
    /// 6.2: the close event
    the_close_event_comes_only_if_another_has_closed_it => r##"
        fakeGms();
        const spy = makeSpy(CXBus), other = CXBus.registerPlugin("Other"), log = [];
        run(CXBus, {});
        spy.subscribe("Overlay.close.Spy", () => log.push("close"));
        const told = [];
        spy.subscribe("Overlay.closed", ({ data }) => { log.push("closed"); told.push(data); });
        spy.subscribe("Overlay.opened", ({ data }) => told.push(data));
        const open = () => spy.command("Overlay.open", { html: document.createElement("div") });
        await open();
        await spy.command("Overlay.close");
        await until(() => log.includes("closed"));
        eq(log, ["closed"]);
        await open();
        await other.command("Overlay.close");
        await until(() => log.length === 3);
        eq(log.slice(1), ["close", "closed"]);
        await open();
        await spy.command("App.closeAll");
        await until(() => log.length === 5);
        eq([one(".ow-modal"), told], [null, [{}, {}, {}, {}, {}, {}]]);
    "##;
    /// 6.2: reserved
    an_immutable_overlay_is_closed_by_its_owner_alone => r##"
        fakeGms();
        const spy = makeSpy(CXBus), other = CXBus.registerPlugin("Other"), attempts = [];
        run(CXBus, {});
        const { events } = await spy.command("Overlay.open", { html: document.createElement("div"), immutable: true });
        spy.subscribe(events.closeAttempt, (event) => attempts.push(event.event));
        eq((await settled(other.command("Overlay.close"))).state, "rejected");
        eq((await settled(other.command("Overlay.mutable"))).state, "rejected");
        eq((await settled(other.command("Overlay.open", { html: document.createElement("div"), group: "Spy" }))).state, "rejected");
        one(".ow-modal").click();
        one(".ow-modal").dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
        await spy.command("App.closeAll");
        await until(() => attempts.length === 3, "each attempt is told");
        ok(one(".ow-modal"));
        eq(await settled(spy.command("Overlay.mutable")), { state: "resolved", values: [null] });
        one(".ow-modal").dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
        await until(() => !one(".ow-modal"));
        await spy.command("Overlay.open", { html: document.createElement("div") });
        eq(await settled(spy.command("Overlay.immutable")), { state: "resolved", values: [null] });
        eq((await settled(other.command("Overlay.back", { group: "Spy" }))).state, "rejected");
        await spy.command("Overlay.close");
        await spy.command("Overlay.open", { html: document.createElement("div") });
        one(".ow-modal").click();
        await until(() => !one(".ow-modal"), "a press beside the content closes it");
    "##;
}
