//! Requests are caught and hidden on every version of Widgets (bus facts 0, 3 and 4; transports 1): the host emulates
//! them, the stack serves the chat and the Payment MicroApp.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::Result;
use e2e::browser::{self, Driver, Window, eval};
use e2e::customer::{CARD, Customer, FRAME};
use e2e::desk_api::{DeskApi, PAYMENT};
use e2e::stack::Stack;
use e2e::wait::until_true;
use serde_json::Value;

/// Notes the codes of the plugin's `failed` events, before any script of the page.
const NOTE_FAILURES: &str = "window.__failures = [];
    document.addEventListener('cx-speechstorm:failed', (event) => window.__failures.push(event.detail.code));";

/// The stack must live as long as the two people.
struct Chat {
    stack: Stack,
    customer: Customer,
    server: DeskApi,
}

impl Chat {
    async fn on(page: &str, flags: &[&str]) -> Result<Chat> {
        Chat::first(NOTE_FAILURES, page, flags).await
    }

    /// The same; `script` runs first in every document.
    async fn first(script: &str, page: &str, flags: &[&str]) -> Result<Chat> {
        let stack = Stack::start(flags).await?;
        let driver = Driver::start().await?;
        let customer = Customer::visit(&driver, &stack, "/assets/mark.svg", Window::default()).await?;
        browser::run_first(&customer.client, script).await?;
        customer.client.goto(&format!("{}{page}", stack.site)).await?;
        customer.start_chat().await?;
        let server = DeskApi::accept(&stack).await?;
        Ok(Chat { stack, customer, server })
    }

    /// Is asked to pay, and works in the app; normal chat goes on.
    async fn pays(&self) -> Result<()> {
        self.server.say(PAYMENT).await?;
        self.works_in_the_app(&self.server).await
    }

    async fn works_in_the_app(&self, server: &DeskApi) -> Result<()> {
        self.customer.begin_payment().await?;
        server.hears("External", "microapp:progress:block:Card Details").await?;
        server.say("Take your time.").await?;
        self.customer.reads("Take your time.").await?;
        self.customer.saw_no_line().await
    }

    async fn failures(&self) -> Result<Value> {
        eval(&self.customer.client, "window.__failures").await
    }

    async fn fails_with(&self, code: &str) -> Result<()> {
        until_true(&format!("the plugin reports {code}"), async || {
            Ok(self.failures().await?.as_array().is_some_and(|codes| codes.iter().any(|one| one == code)))
        })
        .await
    }

    async fn frame_is_there(&self) -> Result<bool> {
        browser::is_there(&self.customer.client, FRAME).await
    }
}

/// bus facts 0.1 and 0.2: in 9.0.018 nobody sees what is prefiltered, so requests are not.
#[tokio::test]
async fn current_version_hides_requests_by_a_preprocessor_and_statuses_by_a_prefilter() -> Result<()> {
    let chat = Chat::on("/", &["--progress-visibility", "all"]).await?;
    chat.pays().await?;
    let filters = eval(&chat.customer.client, "decodeURIComponent(document.cookie)").await?;
    let filters = filters.as_str().unwrap();
    assert!(filters.contains("microapp:progress:"), "{filters}");
    assert_eq!(filters.matches("microapp:").count(), 1, "no broader filter: {filters}");
    assert_eq!(chat.failures().await?, serde_json::json!([]));
    Ok(())
}

/// bus facts 7: hidden messages are not unread.
#[tokio::test]
async fn hidden_lines_do_not_count_as_unread() -> Result<()> {
    let chat = Chat::on("/", &["--progress-visibility", "all"]).await?;
    chat.server.say("One moment, please.").await?;
    chat.customer.reads("One moment, please.").await?;
    let minimise = "window.CXBus.command('WebChat.minimize', { minimized: true });";
    chat.customer.client.execute(minimise, Vec::new()).await?;
    chat.server.say(PAYMENT).await?;
    chat.customer.begin_payment().await?;
    chat.server.hears("External", "microapp:progress:block:Card Details").await?;
    chat.server.say("Take your time.").await?;
    let counter = "document.querySelector('.cx-webchat-counter')?.textContent";
    until_true("something is unread", async || Ok(eval(&chat.customer.client, counter).await? != "")).await?;
    assert_eq!(eval(&chat.customer.client, counter).await?, "1", "the one message that can be read");
    chat.customer.saw_no_line().await
}

/// bus facts 0.1, second half.
#[tokio::test]
async fn widgets_9_0_005_auto() -> Result<()> {
    Chat::on("/versions/9.0.005.html", &["--progress-visibility", "all"]).await?.pays().await
}

/// bus facts 0.1: with a prefilter, requests come only with another message, and several at once; the latest opens.
#[tokio::test]
async fn widgets_9_0_005_prefilter_takes_the_latest_of_a_late_batch() -> Result<()> {
    let chat = Chat::on("/versions/9.0.005-prefilter.html", &[]).await?;
    chat.server.say(&PAYMENT.replace("77.80", "11.00")).await?;
    chat.server.say(PAYMENT).await?;
    chat.server.hears("Agent", PAYMENT).await?;
    assert!(!chat.frame_is_there().await?, "nothing has come yet");
    chat.server.say("The form opens in a moment.").await?;
    chat.customer.reads("The form opens in a moment.").await?;
    chat.customer.enter_app("[data-testid=amount]").await?;
    let amount = browser::find(&chat.customer.client, "[data-testid=amount]").await?.text().await?;
    chat.customer.leave_app().await?;
    assert!(amount.contains("77.80"), "{amount}");
    let record = chat.server.record().await?;
    assert_eq!(record["microapps"].as_array().unwrap().len(), 1, "the earlier request was not launched");
    chat.works_in_the_app(&chat.server).await
}

/// backend facts 3.1 and 5.10, row 17: names with a prefix; and no pre-processor, so the registry makes us fall back.
#[tokio::test]
async fn widgets_8_5_names_and_the_fall_back_to_a_prefilter() -> Result<()> {
    let chat = Chat::on("/versions/8.5.html", &[]).await?;
    chat.server.say(PAYMENT).await?;
    chat.server.say("The form opens in a moment.").await?;
    chat.works_in_the_app(&chat.server).await?;
    assert_eq!(chat.failures().await?, serde_json::json!([]));
    // The plugin's own commands have old names, too.
    let close = "const done = arguments[0];
        window.CXBus.command('cx.plugin.CXSpeechStorm.close', {}).done(() => done('closed')).fail(done);";
    assert_eq!(chat.customer.client.execute_async(close, Vec::new()).await?, "closed");
    chat.customer.app_is_gone().await
}

/// bus facts 0.7: an unknown command is never answered, and here nothing else tells.
#[tokio::test]
async fn widgets_8_5_without_a_registry_falls_back_when_there_is_no_answer() -> Result<()> {
    let chat = Chat::on("/versions/8.5-no-registry.html", &[]).await?;
    chat.server.say(PAYMENT).await?;
    chat.server.say("The form opens in a moment.").await?;
    chat.works_in_the_app(&chat.server).await?;
    assert!(browser::console(&chat.customer.client).await?.contains("a prefilter hides requests"));
    Ok(())
}

/// Hiding goes before opening: what 9.0.018 hides by a prefilter cannot be opened, and is not seen.
#[tokio::test]
async fn a_hook_that_breaks_the_preprocessor_shows_nothing() -> Result<()> {
    let chat = Chat::on("/versions/broken-before.html", &[]).await?;
    chat.server.say(PAYMENT).await?;
    chat.server.say("Did it open?").await?;
    chat.customer.reads("Did it open?").await?;
    assert!(!chat.frame_is_there().await?);
    chat.customer.saw_no_line().await
}

/// Where neither a pre-processor nor a prefilter can be had, nothing hides.
#[tokio::test]
async fn what_slips_through_is_gone_before_it_can_be_read() -> Result<()> {
    let chat = Chat::on("/versions/broken-before.html?and=addPrefilter", &[]).await?;
    let look = "const transcript = document.querySelector('[data-testid=chat-transcript]');
        window.__read = [];
        const look = () => {
          if (/microapp:/i.test(document.body.textContent)) window.__read.push(transcript.textContent);
          requestAnimationFrame(look);
        };
        look();";
    chat.customer.client.execute(look, Vec::new()).await?;
    chat.server.say(PAYMENT).await?;
    chat.server.say("Did you see it?").await?;
    chat.customer.reads("Did you see it?").await?;
    let frames = eval(&chat.customer.client, "window.__read.length").await?;
    assert!(frames.as_u64().unwrap() < 5, "painted {frames} times: the bus tells of a drawn message a moment later");
    let there = eval(&chat.customer.client, "/microapp:/i.test(document.body.textContent)").await?;
    assert_eq!(there, false);
    Ok(())
}

#[tokio::test]
async fn intercept_preprocessor_never_filters_requests_and_says_when_it_cannot_hide() -> Result<()> {
    let chat = Chat::on("/versions/8.5-preprocessor.html", &[]).await?;
    chat.fails_with("cannot_hide").await?;
    let filters = eval(&chat.customer.client, "decodeURIComponent(document.cookie)").await?;
    assert!(!filters.as_str().unwrap().contains("microapp:\""), "{filters}");
    Ok(())
}

/// How often the page has asked the Bayeux server by HTTP; what goes over a socket is no request.
const POLLS: &str = "performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/cometd')).length";

/// bus facts 3, CometD mode: the same but for `ajaxResponse`. Over a WebSocket, which is tried unless a page forbids it.
#[tokio::test]
async fn comet_mode() -> Result<()> {
    let flags = ["--progress-visibility", "all", "--enable-notification-mode"];
    let chat = Chat::on("/versions/comet.html", &flags).await?;
    chat.pays().await?;
    assert_eq!(eval(&chat.customer.client, POLLS).await?, 0, "everything went over the socket");
    Ok(())
}

/// The same over long polls.
#[tokio::test]
async fn comet_mode_over_long_polls() -> Result<()> {
    let chat = Chat::on("/versions/comet.html?polling", &["--enable-notification-mode"]).await?;
    chat.server.say("Hello by long poll").await?;
    chat.customer.reads("Hello by long poll").await?;
    chat.customer.say("Hello back.").await?;
    chat.server.hears("Client", "Hello back.").await?;
    chat.customer.reads("Hello back.").await?;
    assert!(eval(&chat.customer.client, POLLS).await?.as_u64().unwrap() > 2, "nothing went over a socket");
    Ok(())
}

/// transports 1.1 and 1.2: the request is caught and hidden; the session lacks what the Messaging Server verifies.
async fn transport(page: &str) -> Result<()> {
    let chat = Chat::on(page, &[]).await?;
    chat.server.say("Hello (heart)").await?;
    chat.customer.reads("Hello \u{2665}").await?;
    chat.server.say(PAYMENT).await?;
    chat.fails_with("no_session").await?;
    assert!(!chat.frame_is_there().await?, "no broken launch");
    chat.server.say("Did it work?").await?;
    chat.customer.reads("Did it work?").await?;
    chat.customer.say("No form here.").await?;
    chat.server.hears("Client", "No form here.").await?;
    chat.customer.saw_no_line().await
}

#[tokio::test]
async fn transport_purecloud_hides_and_fails_with_a_code() -> Result<()> {
    transport("/versions/transport-purecloud.html").await
}

#[tokio::test]
async fn transport_pureengage_hides_and_fails_with_a_code() -> Result<()> {
    transport("/versions/transport-pureengage.html").await
}

/// transports 2.7 and 3.7: with `transportSession`, that chat's ids and token are what the Messaging Server verifies; a reload
/// in the middle loses nothing.
async fn transport_pays(page: &str) -> Result<()> {
    let first =
        format!("{NOTE_FAILURES} window._genesys = {{ widgets: {{ speechstorm: {{ transportSession: true }} }} }};");
    let chat = Chat::first(&first, page, &["--progress-visibility", "all"]).await?;
    chat.pays().await?;
    chat.customer.client.refresh().await?;
    chat.customer.reads("Take your time.").await?;
    chat.customer.enter_card(CARD).await?;
    chat.customer.pay().await?;
    chat.server.hears("Client", "microapp:progress:ended").await?;
    assert_eq!(chat.failures().await?, serde_json::json!([]));
    chat.customer.saw_no_line().await
}

#[tokio::test]
async fn transport_purecloud_pays_when_its_session_is_handed_over() -> Result<()> {
    transport_pays("/versions/transport-purecloud.html").await
}

#[tokio::test]
async fn transport_pureengage_pays_when_its_session_is_handed_over() -> Result<()> {
    transport_pays("/versions/transport-pureengage.html").await
}

/// backend facts 5.10, row 18: the filter of the script we replace outlives it in a cookie.
#[tokio::test]
async fn a_filter_left_by_the_old_script_is_reported_once() -> Result<()> {
    let chat = Chat::on("/versions/old-filter.html", &[]).await?;
    chat.server.say("Hello Jamie.").await?;
    chat.customer.reads("Hello Jamie.").await?;
    chat.customer.client.goto(&format!("{}/", chat.stack.site)).await?;
    chat.customer.reads("Hello Jamie.").await?;
    chat.fails_with("filter_in_the_way").await?;
    chat.server.say(PAYMENT).await?;
    chat.server.say("Did it open?").await?;
    chat.customer.reads("Did it open?").await?;
    assert_eq!(chat.failures().await?, serde_json::json!(["filter_in_the_way"]));
    let console = browser::console(&chat.customer.client).await?;
    assert!(console.contains("Remove the script that adds it"), "{console}");
    assert!(!console.contains("AccountNumber"), "no chat text");
    assert!(!chat.frame_is_there().await?);
    chat.customer.saw_no_line().await
}

/// bus facts 0.5: prefilters go with the chat.
#[tokio::test]
async fn prefilters_are_set_anew_for_a_second_chat() -> Result<()> {
    let chat = Chat::on("/versions/9.0.005-prefilter.html", &["--progress-visibility", "all"]).await?;
    chat.server.end().await?;
    browser::click(&chat.customer.client, "[data-testid=chat-done]").await?;
    chat.customer.start_chat().await?;
    let second = DeskApi::accept_another(&chat.stack, &chat.server).await?;
    second.say(PAYMENT).await?;
    second.say("The form opens in a moment.").await?;
    chat.works_in_the_app(&second).await
}

/// Keeps what the plugin subscribes with, so that the page can play an event of the chat service.
const PLAY: &str = "let bus;
    Object.defineProperty(window, 'CXBus', { get: () => bus, set: (real) => {
      bus = real;
      const register = real.registerPlugin;
      real.registerPlugin = (name) => {
        const plugin = register.call(real, name);
        if (!plugin || name !== 'CXSpeechStorm') return plugin;
        const subscribe = plugin.subscribe;
        plugin.subscribe = (event, call) => {
          if (event === 'WebChatService.messageReceived') window.__received = call;
          return subscribe.call(plugin, event, call);
        };
        return plugin;
      };
    } });";

/// bus facts, section 5: pages of the history come as `oldMessages`; the host has none yet, so the page plays them.
#[tokio::test(flavor = "multi_thread")]
async fn paging_through_the_history_opens_nothing() -> Result<()> {
    let chat = Chat::first(PLAY, "/", &[]).await?;
    let page = "const [text, oldMessages] = arguments;
        const message = { index: 900, type: 'Message', text, from: { type: 'Agent', nickname: 'Kim' }, utcTime: Date.now() };
        window.__received({ data: { originalMessages: [message], messages: [], restoring: false, oldMessages } });";
    let publish =
        async |old: bool| chat.customer.client.execute(page, vec![PAYMENT.into(), old.into()]).await.map(|_| ());
    publish(true).await?;
    let state = "window.CXBus.command('CXSpeechStorm.getState').done(({ state }) => arguments[0](state));";
    assert_eq!(chat.customer.client.execute_async(state, Vec::new()).await?, "idle");
    publish(false).await?;
    until_true("the same line opens when it is new", async || chat.frame_is_there().await).await
}

/// backend facts 5.10, rows 19 and 20: the filter is there after a reload, and what is over stays over.
#[tokio::test]
async fn a_restored_chat_is_hidden_and_a_closed_app_stays_closed() -> Result<()> {
    let chat = Chat::on("/", &["--progress-visibility", "all"]).await?;
    chat.pays().await?;
    chat.customer.close_app().await?;
    chat.customer.app_is_gone().await?;
    chat.customer.client.refresh().await?;
    chat.customer.reads("Take your time.").await?;
    chat.server.say("Anything else?").await?;
    chat.customer.reads("Anything else?").await?;
    assert!(!chat.frame_is_there().await?);
    chat.customer.saw_no_line().await
}

/// backend facts 5.10, row 21: a deployment's cookies have other names; session data come from the bus.
#[tokio::test]
async fn a_deployment_with_cookies_of_its_own() -> Result<()> {
    let chat = Chat::on("/versions/deployment.html", &[]).await?;
    let cookies = eval(&chat.customer.client, "document.cookie").await?;
    assert!(cookies.as_str().unwrap().contains("shop._genesys.widgets.webchat.state.session"), "{cookies}");
    chat.pays().await
}
