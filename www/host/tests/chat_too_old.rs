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
}
