//! What developers build on: the commands and their answers, the hooks of the configuration, and what the events carry.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::{Context, Result};
use e2e::browser::{self, Driver, Window, eval};
use e2e::customer::{CARD, Customer, FRAME, PANEL};
use e2e::desk_api::{DeskApi, PAYMENT};
use e2e::placements::phase;
use e2e::stack::Stack;
use e2e::wait::{until, until_true};
use serde_json::{Value, json};

/// The processes must live as long as the two people.
struct Scene {
    stack: Stack,
    customer: Customer,
    agent: DeskApi,
}

impl Scene {
    /// A customer in a chat with an agent.
    async fn open(page: &str) -> Result<Scene> {
        Scene::with(&[], page).await
    }

    async fn with(flags: &[&str], page: &str) -> Result<Scene> {
        let stack = Stack::start(flags).await?;
        let driver = Driver::start().await?;
        let customer = Customer::visit(&driver, &stack, page, Window::default()).await?;
        let note = "window.__seen = [];
            for (const name of ['requested', 'opened', 'minimized', 'unminimized', 'failed', 'warning', 'guarded', 'closed'])
              document.addEventListener('cx-speechstorm:' + name, ({ detail }) => __seen.push([name, detail]));";
        customer.client.execute(note, Vec::new()).await?;
        customer.start_chat().await?;
        let agent = DeskApi::accept(&stack).await?;
        Ok(Scene { stack, customer, agent })
    }

    /// The same at the card form.
    async fn at_work(page: &str) -> Result<Scene> {
        let scene = Scene::open(page).await?;
        scene.agent.say(PAYMENT).await?;
        scene.customer.begin_payment().await?;
        scene.customer.enter_app("[data-testid=card]").await?;
        scene.customer.leave_app().await?;
        Ok(scene)
    }

    /// Sends a command with data written in JavaScript; `["resolved", value]` or `["rejected", code]`.
    async fn command(&self, name: &str, data: &str) -> Result<Value> {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             const answer = window.CXBus.command('{name}', {data});
             answer.done((value) => done(['resolved', value ?? null]));
             answer.fail((reason) => done(['rejected', (reason && reason.code) || String(reason)]));"
        );
        Ok(self.customer.client.execute_async(&script, Vec::new()).await?)
    }

    async fn ours(&self, command: &str) -> Result<Value> {
        self.command(&format!("CXSpeechStorm.{command}"), "{}").await
    }

    /// Waits until the plugin is in this state; gives all that it says.
    async fn state(&self, state: &str) -> Result<Value> {
        until(&format!("the plugin is {state}"), async || {
            let answer = self.ours("getState").await?;
            Ok((answer[1]["state"] == state).then(|| answer[1].clone()))
        })
        .await
    }

    async fn seen(&self, name: &str) -> Result<Vec<Value>> {
        let seen = eval(&self.customer.client, "window.__seen").await?;
        let seen = seen.as_array().context("not noted")?;
        Ok(seen.iter().filter(|event| event[0] == name).map(|event| event[1].clone()).collect())
    }

    async fn page(&self, expression: &str) -> Result<Value> {
        eval(&self.customer.client, expression).await
    }
}

#[tokio::test]
async fn get_state_tells_what_the_plugin_is_doing() -> Result<()> {
    let scene = Scene::open("/").await?;
    let idle = scene.state("idle").await?;
    assert_eq!(idle, json!({ "state": "idle", "minimized": false, "waiting": 0 }));
    scene.agent.say(PAYMENT).await?;
    scene.customer.begin_payment().await?;
    let running = until("the milestone is known", async || {
        let state = scene.state("running").await?;
        Ok((state["milestone"] == "block:Card Details").then_some(state))
    })
    .await?;
    assert_eq!(running["name"], "Payment");
    assert_eq!(scene.seen("requested").await?, [json!({ "name": "Payment" })]);
    assert!(!running.to_string().contains("77.80"), "no parameter: {running}");
    scene.customer.enter_card(CARD).await?;
    scene.customer.pay().await?;
    scene.state("ended").await?;
    Ok(())
}

#[tokio::test]
async fn minimized_by_command_the_form_keeps_what_was_typed() -> Result<()> {
    let scene = Scene::at_work("/").await?;
    scene.customer.enter_app("[name=name]").await?;
    browser::type_into(&scene.customer.client, "[name=name]", "Jamie").await?;
    scene.customer.leave_app().await?;
    assert_eq!(scene.ours("minimize").await?[0], "resolved");
    until_true("the frame is out of sight", async || {
        Ok(scene.page(&format!("document.querySelector('{FRAME}').getBoundingClientRect().height")).await? == 0)
    })
    .await?;
    assert_eq!(scene.state("running").await?["minimized"], true);
    assert_eq!(scene.ours("unminimize").await?[0], "resolved");
    assert_eq!((scene.seen("minimized").await?.len(), scene.seen("unminimized").await?.len()), (1, 1));
    scene.customer.enter_app("[name=name]").await?;
    assert_eq!(scene.page("document.querySelector('[name=name]').value").await?, "Jamie");
    Ok(())
}

#[tokio::test]
async fn retry_opens_what_could_not_be_opened() -> Result<()> {
    let scene = Scene::open("/").await?;
    assert_eq!(scene.ours("retry").await?, json!(["rejected", "not_open"]));
    let script = "window.__fetch = window.fetch; window.fetch = (request, init) =>
        /fish-messaging/.test(request.url ?? request) ? Promise.reject(new TypeError('no route')) : __fetch(request, init);";
    scene.customer.client.execute(script, Vec::new()).await?;
    scene.agent.say(PAYMENT).await?;
    assert_eq!(scene.state("failed").await?["code"], "unreachable");
    scene.customer.client.execute("window.fetch = window.__fetch;", Vec::new()).await?;
    assert_eq!(scene.ours("retry").await?[0], "resolved");
    scene.state("running").await?;
    assert_eq!(scene.ours("retry").await?, json!(["rejected", "wrong_state"]));
    scene.customer.begin_payment().await
}

#[tokio::test]
async fn cancel_gives_up_what_waits_and_leaves_the_open_form() -> Result<()> {
    let scene = Scene::open("/placements/?onBusy=queue").await?;
    assert_eq!(scene.ours("cancel").await?, json!(["rejected", "not_open"]));
    scene.agent.say(PAYMENT).await?;
    scene.state("running").await?;
    assert_eq!(scene.ours("cancel").await?, json!(["rejected", "wrong_state"]));
    scene.agent.say(&PAYMENT.replace("77.80", "12.00")).await?;
    until_true("the second waits", async || Ok(scene.state("running").await?["waiting"] == 1)).await?;
    assert_eq!(scene.ours("cancel").await?[0], "resolved");
    assert_eq!(scene.state("running").await?["waiting"], 0);
    scene.customer.begin_payment().await
}

#[tokio::test]
async fn destroyed_it_takes_the_form_along_and_still_hides() -> Result<()> {
    let scene = Scene::at_work("/").await?;
    assert_eq!(scene.ours("destroy").await?[0], "resolved");
    scene.customer.app_is_gone().await?;
    assert_eq!(scene.page("document.querySelectorAll('.cx-speechstorm').length").await?, 0);
    for command in ["open", "close", "configure", "getState", "minimize", "unminimize", "retry", "cancel"] {
        assert_eq!(scene.ours(command).await?, json!(["rejected", "destroyed"]), "{command}");
    }
    scene.agent.hears("Client", "microapp:progress:closed").await?;
    scene.agent.say(PAYMENT).await?;
    scene.agent.hears("Client", "microapp:progress:failed:destroyed").await?;
    scene.agent.say("Are you there?").await?;
    scene.customer.reads("Are you there?").await?;
    assert!(!browser::is_there(&scene.customer.client, FRAME).await?);
    scene.customer.saw_no_line().await
}

#[tokio::test]
async fn a_hook_vetoes_by_false_by_promise_and_by_breaking() -> Result<()> {
    let scene = Scene::open("/").await?;
    for (hook, round) in [
        ("(card) => { window.__card = card; return false; }", 1),
        ("() => Promise.resolve(false)", 2),
        ("() => Promise.reject(new Error('1234567'))", 3),
        ("() => { throw new Error('1234567'); }", 4),
    ] {
        let configured = scene.command("CXSpeechStorm.configure", &format!("{{ onBeforeOpen: {hook} }}")).await?;
        assert_eq!(configured[0], "resolved");
        scene.agent.say(&format!("{PAYMENT}\nRound={round}")).await?;
        until_true("the page's refusal is published", async || Ok(scene.seen("failed").await?.len() == round)).await?;
    }
    assert!(scene.seen("failed").await?.iter().all(|failed| failed["code"] == "vetoed"));
    let card = scene.page("window.__card").await?;
    assert_eq!(card["name"], "Payment");
    assert_eq!(card["origin"], scene.stack.messaging.as_str());
    assert!(!card.to_string().contains("77.80"));
    until_true("the agent learns it each time", async || {
        let texts = scene.agent.texts_of("Client").await?;
        Ok(texts.iter().filter(|text| *text == "microapp:progress:failed:vetoed").count() == 4)
    })
    .await?;
    assert!(!browser::is_there(&scene.customer.client, PANEL).await?);
    assert!(!browser::console(&scene.customer.client).await?.contains("1234567"), "what a hook throws is not printed");
    assert_eq!(scene.command("CXSpeechStorm.configure", "{ onBeforeOpen: () => true }").await?[0], "resolved");
    scene.agent.say(PAYMENT).await?;
    scene.customer.begin_payment().await
}

#[tokio::test]
async fn hooks_are_told_progress_end_and_errors_and_cannot_harm_by_throwing() -> Result<()> {
    let scene = Scene::open("/").await?;
    let hooks = "(window.__told = [], {
        onProgress: (data) => { __told.push(['progress', data.block]); throw new Error('broken'); },
        onEnd: (data) => { __told.push(['end', data.outcome]); throw new Error('broken'); },
        onError: (data) => { __told.push(['error', data.code]); throw new Error('broken'); } })";
    assert_eq!(scene.command("CXSpeechStorm.configure", hooks).await?[0], "resolved");
    scene.agent.say("microapp://app/bad token").await?;
    until_true("the malformed line is told", async || {
        Ok(scene.page("window.__told").await?.to_string().contains("error"))
    })
    .await?;
    scene.agent.say(PAYMENT).await?;
    scene.customer.begin_payment().await?;
    scene.customer.enter_card(CARD).await?;
    scene.customer.pay().await?;
    scene.agent.hears("Client", "microapp:progress:ended").await?;
    let told = scene.page("window.__told").await?;
    let expected = json!([
        ["error", "bad_token"],
        ["progress", "Welcome"],
        ["progress", "Card Details"],
        ["progress", "Review"],
        ["progress", "Result"],
        ["end", "ended"],
    ]);
    assert_eq!(told, expected);
    assert_eq!(
        scene.command("CXSpeechStorm.configure", "{ onEnd: 'window.alert' }").await?,
        json!(["rejected", "bad_config"])
    );
    scene.customer.saw_no_line().await
}

#[tokio::test]
async fn the_app_follows_theme_language_and_layout_of_the_page() -> Result<()> {
    let scene = Scene::at_work("/").await?;
    let app = async |name: &str, value: &str| -> Result<()> {
        scene.customer.leave_app().await?;
        scene.customer.enter_app(&format!(":root[data-{name}={value}]")).await?;
        scene.customer.leave_app().await
    };
    app("theme", "light").await?;
    app("layout", "desktop").await?;
    assert_eq!(scene.command("App.setTheme", "{ theme: 'dark' }").await?[0], "resolved");
    app("theme", "dark").await?;
    scene.command("App.setLanguage", "{ lang: 'de' }").await?;
    app("language", "de").await?;
    scene.customer.client.set_window_size(500, 800).await?;
    app("layout", "mobile").await
}

#[tokio::test]
async fn escape_pressed_in_the_form_asks_before_it_closes() -> Result<()> {
    let scene = Scene::at_work("/").await?;
    scene.customer.enter_app("[name=name]").await?;
    browser::type_into(&scene.customer.client, "[name=name]", "Jamie\u{e00c}").await?;
    scene.customer.leave_app().await?;
    browser::click(&scene.customer.client, ".cx-speechstorm-stay").await?;
    scene.customer.enter_app("[name=name]").await?;
    assert_eq!(scene.page("document.querySelector('[name=name]').value").await?, "Jamie");
    Ok(())
}

#[tokio::test]
async fn a_frame_that_the_pages_policy_blocks_is_an_error_with_its_remedy() -> Result<()> {
    let scene = Scene::open("/").await?;
    // Why by post: Firefox prints blocked addresses, and with a query the chat's values are in it.
    let elsewhere = "{ baseURL: 'https://ia.elsewhere.example', allowedOrigins: ['https://ia.elsewhere.example'], \
                     launch: 'post' }";
    assert_eq!(scene.command("CXSpeechStorm.configure", elsewhere).await?[0], "resolved");
    scene.agent.say(PAYMENT).await?;
    assert_eq!(scene.state("failed").await?["code"], "frame_blocked");
    let failed = scene.seen("failed").await?;
    assert!(failed[0]["remedy"].as_str().unwrap().contains("frame-src"), "{failed:?}");
    browser::click(&scene.customer.client, ".cx-speechstorm-dismiss").await?;
    scene.agent.hears("Client", "microapp:progress:failed:frame_blocked").await
}

#[tokio::test]
async fn a_frame_that_its_server_forbids_is_warned_about_with_its_remedy() -> Result<()> {
    let scene = Scene::with(&["--fault", "frame-denied"], "/placements/?loadTimeout=2").await?;
    scene.agent.say(PAYMENT).await?;
    until_true("the page is warned", async || Ok(!scene.seen("warning").await?.is_empty())).await?;
    let warning = scene.seen("warning").await?;
    assert_eq!(warning[0]["code"], "app_unheard");
    assert!(warning[0]["remedy"].as_str().unwrap().contains("frame-ancestors"), "{warning:?}");
    let console = browser::console(&scene.customer.client).await?;
    assert!(console.contains("X-Frame-Options"), "{console}");
    Ok(())
}

#[tokio::test]
async fn a_command_that_waits_for_the_customer_is_answered_within_its_deadline() -> Result<()> {
    let scene = Scene::open("/placements/?consent=true&commandTimeout=1").await?;
    let open = "{ appToken: 'T3NB68E-' }";
    assert_eq!(scene.command("CXSpeechStorm.open", open).await?, json!(["rejected", "command_timeout"]));
    assert_eq!(scene.state("consenting").await?["waiting"], 0, "the question is still there");
    assert_eq!(scene.ours("close").await?[0], "resolved");
    Ok(())
}

#[tokio::test]
async fn debug_prints_names_and_never_values() -> Result<()> {
    let scene = Scene::open("/placements/?debug=true").await?;
    scene.agent.say(PAYMENT).await?;
    scene.customer.begin_payment().await?;
    scene.customer.say("My account is 1234567").await?;
    scene.agent.hears("Client", "My account is 1234567").await?;
    let console = browser::console(&scene.customer.client).await?;
    assert!(console.contains("event opened") && console.contains("phase running"), "{console}");
    for secret in ["1234567", "77.80", "T3NB68E", "My account"] {
        assert!(!console.contains(secret), "{secret} in {console}");
    }
    Ok(())
}

#[tokio::test]
async fn wrong_options_are_listed_all_at_once() -> Result<()> {
    let scene = Scene::open("/").await?;
    let wrong = "{ placement: 'attic', intercept: 'magic', cardGuard: 'eat' }";
    assert_eq!(scene.command("CXSpeechStorm.configure", wrong).await?, json!(["rejected", "bad_config"]));
    let failed = scene.seen("failed").await?;
    let options: Vec<_> = failed[0]["faults"].as_array().unwrap().iter().map(|fault| fault["option"].clone()).collect();
    assert_eq!(options, ["placement", "cardGuard", "intercept"]);
    let console = browser::console(&scene.customer.client).await?;
    assert!(console.contains("bad_config. The configuration has faults. Correct the options"), "{console}");
    Ok(())
}

#[tokio::test]
async fn a_refused_option_leaves_what_was_in_force_and_later_calls_alone() -> Result<()> {
    let scene = Scene::open("/").await?;
    let configure = async |options| scene.command("CXSpeechStorm.configure", options).await;
    assert_eq!(configure("{ placement: 'overlay' }").await?[0], "resolved");
    for wrong in ["{ placement: 'attic', size: 'compact' }", "{ placement: 7 }", "{ placement: 'inline' }"] {
        assert_eq!(configure(wrong).await?, json!(["rejected", "bad_config"]), "{wrong}");
        assert_eq!(configure("{ consent: false }").await?[0], "resolved", "after {wrong}");
    }
    scene.agent.say(PAYMENT).await?;
    scene.customer.begin_payment().await?;
    assert!(browser::is_there(&scene.customer.client, "dialog.cx-speechstorm-overlay[data-size=compact]").await?);
    Ok(())
}

/// Before, one option of the wrong type took all others along, and with them the customer's consent.
#[tokio::test]
async fn an_option_of_the_wrong_type_takes_no_other_along() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let first = "window._genesys = { widgets: { speechstorm: { consent: true, loadTimeout: '20', onEnd: 'log' } } };
        window.faults = [];
        document.addEventListener('cx-speechstorm:failed', ({ detail }) => window.faults.push(...detail.faults));";
    let address = format!("{}/", stack.site);
    let customer = Customer::visit_with(&driver, &address, Window::default(), first).await?;
    customer.start_chat().await?;
    let agent = DeskApi::accept(&stack).await?;
    agent.say(PAYMENT).await?;
    phase(&customer, "consenting").await?;
    let faults = eval(&customer.client, "window.faults.map(({ option }) => option)").await?;
    assert_eq!(faults, json!(["onEnd", "loadTimeout"]));
    browser::click(&customer.client, ".cx-speechstorm-no").await
}
