//! The form before the chat, invite and re-invite (bus facts 7; webchatservice, startChat).

browser_tests! {
    /// 7: what must be filled in is said at the field
    what_is_missing_is_said_at_the_field_and_the_keyboard_goes_there => r##"
        const { service } = await openWindow(CXBus, run, { open: {} });
        const field = (name) => one(`[data-testid=chat-${name}]`), start = one("[data-testid=chat-start]");
        field("firstname").value = "Ada";
        field("email").value = "no address";
        start.click();
        await settle();
        same(document.activeElement, field("lastname"));
        const fault = (name) => one(`#${field(name).getAttribute("aria-describedby")}`);
        eq([fault("lastname").textContent, fault("email").textContent], ["Please fill in this field.", "Please check this field."]);
        eq([field("firstname"), field("lastname"), field("email")].map((input) => input.getAttribute("aria-invalid")), [null, "true", "true"]);
        eq(service.called("startChat").length, 0);
        field("lastname").value = "Byron";
        field("lastname").dispatchEvent(new Event("input", { bubbles: true }));
        eq(field("lastname").hasAttribute("aria-invalid"), false, "looked at again with each change");
        field("email").value = "ada@example.org";
        start.click();
        await until(() => one("#cx-chat-index-1"));
        eq(service.called("startChat"), [{ firstname: "Ada", lastname: "Byron", email: "ada@example.org", subject: "" }]);
        for (const label of all(".cx-form .cx-label")) ok(document.getElementById(label.htmlFor), label.textContent);
        eq(one(".cx-label-hint").textContent, "optional");
    "##;
    /// 7: formJSON
    a_page_has_fields_of_its_own => r##"
        const asked = [];
        const formJSON = { wrapper: "<table></table>", inputs: [
            { name: "nickname", id: "nick", label: "Your name", maxlength: "20", placeholder: "Any", required: true },
            { name: "email", label: "@i18n:webchat.ChatFormEmail", type: "email" },
            { name: "account", label: "Account", validateWhileTyping: true,
              validate: (...all) => { asked.push(all); return /^\d+$/.test(all[2].get(0).value); } },
            { name: "topic", label: "Topic", type: "select", options: [{ text: "Card", value: "c" }, { text: "Savings", value: "s" }, "Other"] },
            { name: "story", label: "What happened?", type: "textarea" },
            { name: "agree", label: "I agree", type: "checkbox" },
            { name: "campaign", type: "hidden", value: "autumn" },
        ] };
        const { service } = await openWindow(CXBus, run, { open: { formJSON, form: { nickname: "Ada", topic: "s" }, userData: { page: "cards", campaign: "x" } } });
        eq(all(".cx-form-row .cx-label").map((label) => label.textContent), ["Your name", "E-mail", "Account", "Topic", "What happened?", "I agree"]);
        const nick = one("#nick");
        eq([nick.value, nick.maxLength, nick.placeholder, nick.required], ["Ada", 20, "Any", true]);
        const account = one("[name=account]");
        account.value = "abc";
        account.dispatchEvent(new Event("input", { bubbles: true }));
        eq([account.getAttribute("aria-invalid"), asked.length], ["true", 1]);
        const [event, form, input, label, query, bus, common] = asked[0];
        eq([event.type, form[0].localName, input[0].name, label[0].textContent, typeof query, bus === CXBus, typeof common.guid],
            ["input", "form", "account", "Account", "function", true, "function"]);
        account.value = "1234";
        one("[name=story]").value = "It was not me";
        one("[name=agree]").checked = true;
        one("[data-testid=chat-start]").click();
        await until(() => service.called("startChat").length);
        eq(service.called("startChat")[0], { nickname: "Ada", email: "",
            userData: { page: "cards", campaign: "autumn", account: "1234", topic: "s", story: "It was not me", agree: true } });
    "##;
    /// 7: the configuration's form, and none
    the_form_may_stand_in_the_configuration_or_be_left_out => r##"
        const { service, spy } = await openWindow(CXBus, run, { open: {}, webchat: { form: { inputs: [{ name: "code", label: "Code" }] } } });
        eq(all(".cx-form .cx-input").map((input) => input.name), ["code"]);
        await spy.command("WebChat.close");
        await spy.command("WebChat.open", { form: false });
        await until(() => service.called("startChat").length, "it starts by itself");
    "##;
    /// 7: a start that fails
    a_start_that_fails_is_said_and_can_be_tried_again => r##"
        let refuse = true, deferred;
        const answers = { startChat: (command) => { deferred = command.deferred; if (!refuse) deferred.resolve({}); } };
        const { service } = await openWindow(CXBus, run, { answers, open: { form: { autoSubmit: true, firstname: "Ada", lastname: "Byron" } } });
        await until(() => deferred);
        const start = one("[data-testid=chat-start]");
        eq([start.textContent, start.getAttribute("aria-disabled")], ["Connecting…", "true"]);
        start.click();
        await settle();
        eq(service.called("startChat").length, 1, "once only");
        deferred.reject({});
        ok(one(".cx-form-error[role=alert]").textContent.includes("could not be started"));
        refuse = false;
        start.click();
        await until(() => service.called("startChat").length === 2);
    "##;
    /// 7 and 3: invite, reInvite, autoInvite.disabled
    an_invite_stands_in_the_toaster_and_opens_the_chat => r##"
        const service = fakeService(CXBus), spy = makeSpy(CXBus);
        run(CXBus, { webchat: {} });
        await until(() => spy.has("WebChat.ready"));
        const { html } = await spy.command("WebChat.invite");
        eq([html.find(".cx-title").text(), document.getElementById(html.attr("aria-labelledby")).textContent], ["Need a hand?", "Need a hand?"]);
        html.find(".cx-button-secondary")[0].click();
        await until(() => spy.has("Toaster.closed"));
        ok(document.cookie.includes("_genesys.widgets.webchat.autoInvite.disabled=true"), "not asked again");
        const again = await spy.command("WebChat.reInvite");
        eq(again.html.find(".cx-title").text(), "Live chat");
        again.html.find(".cx-button-primary")[0].click();
        await until(() => spy.has("WebChat.opened"));
        eq((await settled(spy.command("WebChat.invite"))).state, "rejected", "the chat is open already");
        eq(service.called("startChat").length, 0, "the customer still sees the form");
    "##;
    /// 7: autoInvite
    an_automatic_invite_comes_and_goes_and_is_not_repeated => r##"
        fakeService(CXBus);
        const spy = makeSpy(CXBus);
        const autoInvite = { enabled: true, timeToInviteSeconds: 0.01, inviteTimeoutSeconds: 0.05 };
        run(CXBus, { webchat: { autoInvite } });
        await until(() => spy.has("Toaster.opened"));
        await until(() => spy.has("Toaster.closed"), "it goes by itself");
        // Another page that starts now: when it asks, this one would have asked again.
        fakeGms();
        const other = makeSpy(otherTab({ webchat: { autoInvite } }));
        await until(() => other.has("Toaster.closed"));
        eq(spy.log.filter((name) => name === "Toaster.opened").length, 1);
    "##;
    /// 7: the time of an automatic invite is over with the invite
    a_toast_after_the_invite_outlives_its_time => r##"
        fakeService(CXBus);
        const spy = makeSpy(CXBus), autoInvite = { enabled: true, timeToInviteSeconds: 0.01, inviteTimeoutSeconds: 0.1 };
        run(CXBus, { webchat: { autoInvite } });
        await until(() => spy.has("Toaster.opened"));
        const { html } = await spy.command("Toaster.open", { title: "mine" });
        // Another page that starts now: when its invite goes, this one's would have.
        fakeGms();
        const other = makeSpy(otherTab({ webchat: { autoInvite } }));
        await until(() => other.has("Toaster.closed"));
        await settle();
        ok(html[0].isConnected, "it is the plugin's");
        eq(spy.log.filter((name) => name === "Toaster.closed").length, 1, "the invite went for it");
    "##;
    /// 3: `autoInvite.disabled`
    who_has_declined_is_not_invited_again => r##"
        fakeGms();
        const spy = makeSpy(CXBus), config = () => chatConfig({ autoInvite: { enabled: true, timeToInviteSeconds: 0.01, inviteTimeoutSeconds: 0.05 } });
        document.cookie = "_genesys.widgets.webchat.autoInvite.disabled=true; path=/";
        run(CXBus, config());
        await until(() => spy.has("WebChat.ready"));
        clearCookies();
        // Another page that starts after this one, where nobody has declined: when it asks, this one would have.
        const other = makeSpy(otherTab(config()));
        await until(() => other.has("Toaster.opened"));
        await settle();
        eq(spy.has("Toaster.opened"), false);
    "##;
    /// 7: `configure` may switch the invite off while it is being waited for
    an_invite_that_is_switched_off_does_not_come => r##"
        fakeGms();
        fakeService(CXBus);
        const spy = makeSpy(CXBus), autoInvite = { enabled: true, timeToInviteSeconds: 0.2 };
        run(CXBus, {});
        await until(() => spy.has("WebChat.ready"));
        await spy.command("WebChat.configure", { autoInvite });
        await spy.command("WebChat.configure", { autoInvite: { enabled: false } });
        // Another page that starts after this one: when it asks, this one would have.
        const other = makeSpy(otherTab({ webchat: { autoInvite } }));
        await until(() => other.has("Toaster.opened"));
        await settle();
        eq(spy.has("Toaster.opened"), false);
    "##;
    /// 7: showChatButton, hideChatButton, hide, show
    launcher_and_window_can_be_taken_out_of_sight => r##"
        const { spy } = await openWindow(CXBus, run);
        const launcher = one("[data-testid=chat-launcher]"), dock = one(".cx-docked-WebChat");
        const done = async (name) => eq(await settled(spy.command(`WebChat.${name}`)), { state: "resolved", values: [null] }, name);
        await done("hide");
        eq([dock.hidden, launcher.hidden], [true, true]);
        await done("show");
        eq(dock.hidden, false);
        await done("close");
        eq(launcher.hidden, false);
        await done("hideChatButton");
        eq(launcher.hidden, true);
        await done("showChatButton");
        eq(launcher.hidden, false);
        for (const name of ["hide", "show", "close", "minimize", "showOverlay", "hideOverlay", "endChat"]) {
            eq((await settled(spy.command(`WebChat.${name}`))).state, "rejected", name);
        }
    "##;
}
