//! Toaster, WindowManager and Common.Generate (bus facts 6.1, 6.3 and 6.4); what stands with the chat window is in `window`.

browser_tests! {
    /// 6.1: sizes and places
    docks_stand_at_the_bottom_side_by_side => r##"
        withStyles();
        const { spy } = await openWindow(CXBus, run);
        const frame = document.createElement("iframe");
        await spy.command("Toaster.open", { title: "Pay", body: frame });
        const toaster = box(".cx-toaster"), chat = box(".cx-webchat"), width = document.documentElement.clientWidth;
        eq([toaster.width, Math.round(toaster.bottom), Math.round(chat.bottom)], [320, innerHeight, innerHeight]);
        eq(Math.round(width - chat.right), 55, "the first dock");
        eq(Math.round(chat.left - toaster.right), 24, "the next beside it");
        ok(chat.height > 300, "the chat is not hidden");
        eq([Math.round(frame.getBoundingClientRect().width), Math.round(frame.getBoundingClientRect().height)], [272, 150]);
        frame.style.height = "200px";
        eq(Math.round(box(".cx-toaster").height - toaster.height), 50, "as high as its content");
        eq(getComputedStyle(one(".cx-toast > .cx-body")).paddingInlineStart, "24px");
        const level = (selector) => Number(getComputedStyle(one(selector)).zIndex);
        eq(level(".cx-window-manager"), 999997);
        ok(level(".cx-docked-Toaster") > level(".cx-docked-WebChat"), "over the chat");
    "##;
    /// 6.1: on a phone
    on_a_phone_the_toaster_has_the_full_width_and_is_modal => r##"
        withStyles();
        const { spy } = await openWindow(CXBus, run, { main: { mobileMode: true } });
        const { html } = await spy.command("Toaster.open", { title: "Pay", body: "now" });
        ok(html[0].matches(".cx-mobile[aria-modal=true]") && one(".cx-dock.cx-mobile .cx-toaster.cx-mobile"));
        const width = document.documentElement.clientWidth;
        eq([box(".cx-toaster").width, box(".cx-webchat").width], [width, width]);
        eq([Math.round(box(".cx-toaster").bottom), Math.round(box(".cx-webchat").height)], [innerHeight, innerHeight]);
        ok(one(".cx-toaster").contains(document.elementFromPoint(width / 2, innerHeight - 5)), "over the chat");
    "##;
    /// 6.1: markup, also on a page under Trusted Types, and what an agent does not see while co-browsing
    strings_are_markup_as_far_as_it_is_allowed => r##"
        fakeGms();
        const spy = makeSpy(CXBus);
        run(CXBus, {});
        const body = "<p class='mine'>Pay <a href='/pay'>here</a></p><script>window.ran = 1</script><img src=x onerror='window.ran = 1'>";
        const { html } = await spy.command("Toaster.open", { title: "A &amp; <i>B</i>", body, cobrowseVisible: false });
        eq(html.find(".cx-title").html(), "A &amp; <i>B</i>");
        eq(html.find(".cx-body").html(), '<p class="mine">Pay <a href="/pay" rel="noopener noreferrer">here</a></p><img src="x">');
        ok(one(".cx-toaster[data-gcb-service-node=true]"));
        const custom = await spy.command("Toaster.open", { type: "custom", body: "<b>own</b>" });
        eq([custom.html.find("b").length, one(".cx-toaster").hasAttribute("data-gcb-service-node"), window.ran], [1, false, undefined]);
    "##;
    /// 6.1: buttons and icon
    a_notice_has_the_buttons_and_the_icon_that_it_asks_for => r##"
        fakeGms();
        const spy = makeSpy(CXBus), own = document.createElement("i");
        run(CXBus, {});
        for (const [buttons, expected] of [
            [{ type: "binary", primary: "Yes", secondary: "No" }, [["secondary", "default", "No"], ["primary", "primary", "Yes"]]],
            [{ type: "default", text: "Later" }, [["default", "default", "Later"]]],
            [{ type: "primary", text: "Pay" }, [["primary", "primary", "Pay"]]],
            [{ type: "default", primary: "Fine" }, [["default", "default", "Fine"]]],
            [{ type: "another", text: "x" }, []],
            [undefined, []],
        ]) {
            const { html } = await spy.command("Toaster.open", { body: "text", buttons });
            const shown = [...html[0].querySelectorAll(".cx-button-container > button")];
            eq(shown.map((button) => button.textContent), expected.map(([, , text]) => text));
            expected.forEach(([name, look], at) => ok(shown[at].matches(`.cx-btn.cx-btn-${look}.cx-button-${name}`), name));
        }
        const drawn = async (icon) => (await spy.command("Toaster.open", { body: "text", icon })).html.find(".cx-titlebar > .cx-icon")[0];
        const path = async (icon) => (await drawn(icon)).querySelector("path").getAttribute("d");
        const [chat, file, none, unknown] = [await path("chat"), await path("file"), await path(undefined), await path("of nobody")];
        eq([new Set([chat, file, none]).size, unknown], [3, none], "a bell without a known name");
        same((await drawn(own)).firstElementChild, own);
    "##;
    /// 6.1: whose notice it is
    opened_and_closed_carry_nothing_and_the_close_event_comes_whoever_closes => r##"
        fakeGms();
        const spy = makeSpy(CXBus), other = CXBus.registerPlugin("Other"), closed = [];
        run(CXBus, {});
        const { html, events } = await spy.command("Toaster.open", { body: "mine" });
        spy.subscribe(events.close, (event) => closed.push(event.event));
        eq([html[0].hasAttribute("aria-labelledby"), html[0].hasAttribute("aria-modal")], [false, false]);
        eq(await settled(other.command("Toaster.close")), { state: "resolved", values: [null] });
        await until(() => closed.length && spy.has("Toaster.closed"));
        eq([closed, spy.datas["Toaster.opened"], spy.datas["Toaster.closed"]], [[events.close], [{}], [{}]]);
    "##;
    /// 6.1: the slide-out
    with_transitions_the_content_lives_for_half_a_second_more => r##"
        fakeGms();
        const spy = makeSpy(CXBus), frame = document.createElement("iframe");
        run(CXBus, { main: { transitions: true } });
        await spy.command("Toaster.open", { body: frame });
        const begun = performance.now(), closing = spy.command("Toaster.close");
        await until(() => one(".cx-toaster.cx-closing"));
        eq([closing.state(), frame.contentWindow !== null], ["pending", true], "time for a farewell");
        await closing;
        ok(performance.now() - begun >= 490, "half a second");
        eq([frame.contentWindow, one(".cx-docked-Toaster")], [null, null]);
        eq((await settled(spy.command("Toaster.close"))).state, "rejected");
    "##;
    /// 6.1: its X and its fold
    the_x_closes_as_the_toaster_itself_and_the_bar_folds => r##"
        fakeGms();
        const spy = makeSpy(CXBus);
        let asked = 0;
        run(CXBus, {});
        spy.before("Toaster.close", (data) => { asked += 1; return data; });
        const { html } = await spy.command("Toaster.open", { body: "text", controls: "all" });
        const [minimize, close] = [".cx-button-minimize", ".cx-button-close"].map((name) => html.find(name)[0]);
        eq([minimize.localName, close.localName, minimize.getAttribute("aria-label"), close.getAttribute("aria-label")],
            ["button", "button", "Minimise", "Close"], "buttons take Enter and Space");
        minimize.click();
        ok(html[0].classList.contains("cx-minimized"));
        minimize.click();
        ok(!html[0].classList.contains("cx-minimized"));
        close.click();
        await until(() => spy.has("Toaster.closed"));
        eq(asked, 1);
        const none = await spy.command("Toaster.open", { body: "x", controls: "" });
        eq([none.html[0].matches(".cx-close"), none.html[0].matches(".cx-minimize")], [false, false]);
    "##;
    /// 6.3
    docks_are_told_of_by_events_and_close_with_their_plugin => r##"
        fakeGms();
        const spy = makeSpy(CXBus), element = document.createElement("div"), log = [];
        run(CXBus, {});
        spy.subscribe("WindowManager.changed", ({ data }) => log.push(["changed", data]));
        spy.subscribe("WindowManager.removed.Spy", ({ data }) => log.push(["removed", data]));
        eq((await settled(spy.command("WindowManager.registerDockView", {}))).state, "rejected", "no element");
        const view = await spy.command("WindowManager.registerDockView", { html: element, id: "Mine" });
        same(view.html, element);
        eq([view.id, view.owner], ["Mine", "Spy"]);
        ok(one(".cx-docked-Mine.cx-desktop") && element.classList.contains("cx-desktop"));
        eq(one(".cx-docked-Mine .cx-dock-status").textContent, "Spy is opened");
        eq((await settled(spy.command("WindowManager.registerDockView", { html: element, id: "Mine" }))).state, "rejected", "taken");
        await CXBus.command("WindowManager.registerDockView", { html: document.createElement("div"), id: "Other" });
        eq(await settled(spy.command("WindowManager.deregisterDockView", { id: "Mine" })), { state: "resolved", values: [null] });
        await until(() => log.length === 2);
        eq([log, one(".cx-docked-Mine")], [[["removed", {}], ["changed", { Other: { id: "Other", owner: "CXBus" } }]], null]);
        eq((await settled(spy.command("WindowManager.deregisterDockView", { id: "Mine" }))).state, "rejected");
        const again = await spy.command("WindowManager.registerDockView", { html: element });
        await new Promise((resolve) => again.close(resolve));
        eq(one(".cx-docked-Spy"), null);
    "##;
    /// 6.4
    common_generates_containers_buttons_and_icons => r##"
        fakeGms();
        const config = { main: { deploymentID: "shop" } };
        run(CXBus, config);
        const { Generate, ...helpers } = config.common;
        for (const name of ["setCookie", "getCookie", "deleteCookie", "validInput", "overlayFocusCycle", "guid", "sanitizeHTML", "isMobileDevice",
            "checkPath", "log", "debug", "error"]) eq(typeof helpers[name], "function", name);
        const own = document.createElement("i");
        const html = Generate.Container({ type: "overlay", title: "Terms", subtitle: "Short", icon: own, body: "<b>text</b>", controls: "all",
            classes: "mine too", buttons: { type: "primary", text: "Agree" }, i18n: { close: "Zu", minimize: "Klein" } });
        ok(html[0].matches(".cx-widget.cx-common-container.cx-overlay.cx-close.cx-minimize.mine.too[role=dialog]"));
        same(html.find(".cx-icon")[0].firstElementChild, own);
        eq([".cx-title", ".cx-subtitle", ".cx-body"].map((name) => html.find(name).html()), ["Terms", "Short", "<b>text</b>"]);
        eq([html.find(".cx-button-primary").text(), html.find(".cx-button-close").attr("aria-label")], ["Agree", "Zu"]);
        eq(Generate.Buttons({ type: "binary", primary: "Yes", secondary: "No" }).find("button").length, 2);
        const paths = ["close", "chat", "file"].map((name) => Generate.Icon(name)[0].querySelector("path").getAttribute("d"));
        eq(new Set(paths).size, 3);
        eq([helpers.checkPath({ a: { b: 1 } }, "a.b"), helpers.sanitizeHTML("<i>"), helpers.isMobileDevice()], [1, "&lt;i&gt;", false]);
        eq([new KeyboardEvent("keydown", { key: "Enter" }), new KeyboardEvent("keydown", { key: "x" }), new MouseEvent("click")]
            .map(helpers.validInput), [true, false, true]);
        helpers.setCookie("one", "a,b");
        eq([helpers.getCookie("one"), /(^|; )shop\.one=/.test(document.cookie)], ["a,b", true], "the deployment's own");
        helpers.deleteCookie("one");
        eq(document.cookie.includes("one="), false);
        const ring = document.createElement("div");
        ring.append(...["a", "b", "c"].map((name) => Object.assign(document.createElement("button"), { textContent: name })));
        document.body.append(ring);
        helpers.overlayFocusCycle(ring);
        const tab = (shiftKey) => {
            document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "Tab", shiftKey, bubbles: true, cancelable: true }));
            return document.activeElement.textContent;
        };
        ring.lastChild.focus();
        eq([tab(false), tab(true)], ["a", "c"]);
        ring.remove();
    "##;
}
