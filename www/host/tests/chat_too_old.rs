//! A chat that nobody has looked at for too long: on a page of its own, because chats of other tests go on saying that they are
//! looked at.

browser_tests! {
    /// 3 and 5: too late
    a_chat_older_than_a_minute_is_not_restored => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus);
        document.cookie = "_genesys.widgets.webchat.state.session=CHAT1; path=/";
        document.cookie = `_genesys.widgets.webchat.state.keys=${encodeURIComponent('{"secureKey":"K1"}')}; path=/`;
        document.cookie = `_genesys.widgets.webchat.state.ping=${Date.now() - 61000}; path=/`;
        document.cookie = "_genesys.widgets.webchat.state.open=true; path=/";
        run(CXBus, chatConfig());
        await until(() => spy.has("Toaster.opened"));
        eq(spy.log.filter((name) => /restore|closed|Toaster/.test(name)), ["restoreTimeout", "WebChat.closed", "Toaster.opened"]);
        eq(gms.requests.length, 0);
        without(spy, "restoreTimeout");
    "##;
    /// 3: `restoreTimeout`, shorter and longer than the minute
    how_old_a_chat_may_be_is_configured => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus);
        leaveCookies({ ping: Date.now() - 2000 });
        run(CXBus, chatConfig({ restoreTimeout: 1000 }));
        await until(() => spy.has("restoreTimeout"));
        eq(gms.requests.length, 0);
        leaveCookies({ ping: Date.now() - 61000 });
        const tab = makeSpy(otherTab(chatConfig({ restoreTimeout: 3600000 })));
        await until(() => tab.has("restored"));
        gms.ended = true;
        await until(() => tab.has("ended"));
    "##;
}
