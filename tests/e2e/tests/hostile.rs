//! Hostile frames, windows and pages: whatever is not the MicroApp at its origin changes nothing.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::{Context, Result};
use e2e::browser::{self, Driver, Window, eval};
use e2e::customer::{CARD, Customer, FRAME};
use e2e::desk_api::{DeskApi, PAYMENT};
use e2e::placements;
use e2e::stack::Stack;
use e2e::wait::{until, until_true};
use fantoccini::wd::Locator;
use serde_json::json;

/// Counts the page's own view of what arrives, so that a test knows when the plugin has had its chance.
const COUNT: &str = "window.__arrived = 0; addEventListener('message', () => { window.__arrived += 1; });";

/// What an attacker would say, in both protocols; posts to `parent`, `opener` or wherever `target` says.
const LIES: &str = "const { port1, port2 } = new MessageChannel();
    port1.postMessage({ speechstorm: 2, nonce: '0'.repeat(32) });
    port1.postMessage({ type: 'ended' });
    for (const lie of ['microapp:progress:block:Forged', 'microapp:progress:ended', 'speechstorm:closed',
      { type: 'ended' }, { speechstorm: 2, nonce: '0'.repeat(32), type: 'ended' }]) target.postMessage(lie, '*');
    target.postMessage({ speechstorm: 2, nonce: '0'.repeat(32) }, '*', [port2]);";
/// How many messages that makes.
const NUMBER_OF_LIES: u64 = 6;

struct Scene {
    stack: Stack,
    customer: Customer,
    agent: DeskApi,
}

impl Scene {
    /// A customer at the card form; `first` runs first in every document.
    async fn open(first: &str) -> Result<Scene> {
        Scene::open_on(Stack::start(&[]).await?, first).await
    }

    async fn open_on(stack: Stack, first: &str) -> Result<Scene> {
        let driver = Driver::start().await?;
        let customer = Customer::visit_with(&driver, &stack.site, Window::default(), first).await?;
        customer.record_events().await?;
        customer.client.execute(COUNT, Vec::new()).await?;
        customer.start_chat().await?;
        let agent = DeskApi::accept(&stack).await?;
        agent.say(PAYMENT).await?;
        customer.begin_payment().await?;
        customer.enter_app("[data-testid=card]").await?;
        customer.leave_app().await?;
        Ok(Scene { stack, customer, agent })
    }

    async fn arrived(&self) -> Result<u64> {
        eval(&self.customer.client, "window.__arrived").await?.as_u64().context("not counted")
    }

    /// Waits until so many more messages have arrived since `before`, and one more turn of the page's loop has passed.
    async fn have_arrived(&self, before: u64, more: u64) -> Result<()> {
        until_true("the lies have arrived", async || Ok(self.arrived().await? >= before + more)).await
    }

    /// The app goes on as if nothing had been: not ended, not closed, nothing forged, and a payment can be made.
    async fn unmoved(&self) -> Result<()> {
        let events = self.customer.events().await?;
        for forbidden in ["ended", "closed", "progress block:Forged"] {
            assert!(!events.iter().any(|event| event == forbidden), "{forbidden} in {events:?}");
        }
        self.customer.enter_card(CARD).await?;
        self.customer.pay().await?;
        self.agent.hears("Client", "microapp:progress:ended").await?;
        until_true("the real end is heard", async || {
            let events = self.customer.events().await?;
            Ok(events.iter().filter(|event| *event == "ended").count() == 1)
        })
        .await?;
        let reports = self.agent.texts_of("Client").await?.iter().filter(|text| text.ends_with(":ended")).count();
        assert_eq!(reports, 1);
        Ok(())
    }
}

#[tokio::test]
async fn another_frame_of_the_apps_origin_is_not_heard() -> Result<()> {
    let scene = Scene::open("").await?;
    let client = &scene.customer.client;
    let beside = "const frame = document.createElement('iframe'); frame.id = 'beside';
        frame.src = arguments[0] + '/fish-messaging/go/none'; document.body.append(frame);";
    client.execute(beside, vec![json!(scene.stack.messaging)]).await?;
    let before = scene.arrived().await?;
    until_true("the other frame lies", async || {
        scene.customer.leave_app().await?;
        client.find(Locator::Css("#beside")).await?.enter_frame().await?;
        let lies = format!("const target = parent; if (document.body.dataset.code !== 'token_unknown') return false; {LIES} return true;");
        Ok(client.execute(&lies, Vec::new()).await? == true)
    })
    .await?;
    scene.customer.leave_app().await?;
    scene.have_arrived(before, NUMBER_OF_LIES).await?;
    scene.unmoved().await
}

#[tokio::test]
async fn another_window_of_the_apps_origin_is_not_heard() -> Result<()> {
    let scene = Scene::open("").await?;
    let client = &scene.customer.client;
    let page = client.window().await?;
    let before = scene.arrived().await?;
    client.execute("window.open(arguments[0] + '/fish-messaging/go/none')", vec![json!(scene.stack.messaging)]).await?;
    let popup =
        until("a second window", async || Ok(client.windows().await?.into_iter().find(|other| *other != page))).await?;
    client.switch_to_window(popup).await?;
    browser::find(client, "[data-code=token_unknown]").await?;
    client.execute(&format!("const target = opener; {LIES}"), Vec::new()).await?;
    client.close_window().await?;
    client.switch_to_window(page).await?;
    scene.have_arrived(before, NUMBER_OF_LIES).await?;
    scene.unmoved().await
}

#[tokio::test]
async fn a_script_of_the_page_cannot_pose_as_the_frame() -> Result<()> {
    let scene = Scene::open("").await?;
    let before = scene.arrived().await?;
    scene.customer.client.execute(&format!("const target = window; {LIES}"), Vec::new()).await?;
    scene.have_arrived(before, NUMBER_OF_LIES).await?;
    scene.unmoved().await
}

#[tokio::test]
async fn another_frame_of_the_pages_own_origin_is_not_heard() -> Result<()> {
    let scene = Scene::open("").await?;
    let client = &scene.customer.client;
    let beside = "const frame = document.createElement('iframe'); frame.id = 'beside'; document.body.append(frame);";
    client.execute(beside, Vec::new()).await?;
    let before = scene.arrived().await?;
    client.find(Locator::Css("#beside")).await?.enter_frame().await?;
    assert_eq!(eval(client, "origin").await?, scene.stack.site, "it has the page's origin");
    client.execute(&format!("const target = parent; {LIES}"), Vec::new()).await?;
    scene.customer.leave_app().await?;
    scene.have_arrived(before, NUMBER_OF_LIES).await?;
    scene.unmoved().await
}

#[tokio::test]
async fn a_frame_that_went_to_another_origin_is_no_longer_heard() -> Result<()> {
    // The website's own policy would not let the frame go there; other websites have none.
    let scene = Scene::open_on(Stack::start_without_policy(&[]).await?, "").await?;
    let client = &scene.customer.client;
    scene.customer.enter_app("[data-testid=card]").await?;
    let elsewhere = format!("{}/elsewhere", scene.stack.gms);
    client.execute("location.href = arguments[0]", vec![json!(elsewhere)]).await?;
    let before = until("the frame is elsewhere", async || {
        scene.customer.leave_app().await?;
        let before = scene.arrived().await?;
        client.find(Locator::Css(FRAME)).await?.enter_frame().await?;
        Ok((eval(client, "location.href").await? == elsewhere).then_some(before))
    })
    .await?;
    client.execute(&format!("const target = parent; {LIES}"), Vec::new()).await?;
    scene.customer.leave_app().await?;
    scene.have_arrived(before, NUMBER_OF_LIES).await?;
    let events = scene.customer.events().await?;
    assert!(!events.iter().any(|event| event == "ended" || event.contains("Forged")), "{events:?}");
    assert!(!scene.agent.texts_of("Client").await?.iter().any(|text| text.ends_with(":ended")));
    Ok(())
}

#[tokio::test]
async fn oversize_and_flood_leave_the_page_responsive_and_unmoved() -> Result<()> {
    let scene = Scene::open("").await?;
    let client = &scene.customer.client;
    let before = scene.arrived().await?;
    scene.customer.enter_app("[data-testid=card]").await?;
    let flood = "const huge = 'x'.repeat(8_000_000);
        for (const text of [huge, 'microapp:progress:' + huge, 'microapp:progress:block:' + huge, { type: huge }]) {
          parent.postMessage(text, '*');
        }
        for (let i = 0; i < 20000; i += 1) parent.postMessage(i % 2 ? 'noise ' + i : { type: 'ended', i }, '*');
        for (let i = 0; i < 5000; i += 1) parent.postMessage('microapp:progress:block:Flood', '*');";
    client.execute(flood, Vec::new()).await?;
    scene.customer.leave_app().await?;
    scene.have_arrived(before, 25_004).await?;
    scene.customer.say("Still here?").await?;
    scene.agent.hears("Client", "Still here?").await?;
    let events = scene.customer.events().await?;
    assert!(events.iter().all(|event| event.len() < 2000), "nothing oversize was passed on");
    let passed_on = events.iter().filter(|event| *event == "progress block:Flood").count();
    assert!((1..1000).contains(&passed_on), "{passed_on} of 5000: a frame has 50 a second");
    scene.unmoved().await
}

#[tokio::test]
async fn an_app_that_answers_the_handshake_wrongly_is_heard_by_protocol_1_only() -> Result<()> {
    // In front of the app's own script: a wrong nonce, then lies, then the right answer, which comes too late.
    let scene = Scene::open(
        "if (parent !== window) addEventListener('message', (event) => {
            if (event.source !== parent || !event.data || !event.data.speechstorm) return;
            event.stopImmediatePropagation();
            const port = event.ports[0];
            port.postMessage({ speechstorm: 2, nonce: '0'.repeat(32) });
            port.postMessage({ type: 'progress', text: 'Forged' });
            port.postMessage({ type: 'ended' });
            port.postMessage(event.data);
            port.postMessage({ type: 'progress', text: 'Forged' });
            port.postMessage({ type: 'ended' });
        }, true);",
    )
    .await?;
    scene.unmoved().await
}

/// Puts what a careless merge of somebody's JSON would leave behind on every object of the page.
const POLLUTE: &str = "for (const [name, value] of Object.entries({
        baseURL: 'https://evil.example', acceptFrom: ['Client'], launch: 'ticket', appToken: 'EVIL',
        number: 7, names: ['Forged'], nonce: '0'.repeat(32),
        sSpeechStormServer: 'https://evil.example', baseUrl: 'https://evil.example', domain: 'https://evil.example',
        sChatServerUrl: 'https://evil.example', sChatServerURL: 'https://evil.example',
        speechstorm: { baseURL: 'https://evil.example' }, placement: 'window', intercept: 'prefilter', css: 'none',
        extensions: {}, bus: {}, oldMessages: true,
    })) Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true, enumerable: false });";

#[tokio::test]
async fn polluted_prototypes_do_not_move_the_launch() -> Result<()> {
    let scene = Scene::open(POLLUTE).await?;
    let source = frame_source(&scene).await?;
    assert!(source.starts_with(&scene.stack.messaging), "{source}");
    let domain: String = url::form_urlencoded::byte_serialize(scene.stack.site.as_bytes()).collect();
    assert!(source.contains(&format!("domain={domain}&")), "{source}");
    let styled = "getComputedStyle(document.querySelector('.cx-speechstorm-shell')).position";
    assert_eq!(eval(&scene.customer.client, styled).await?, "fixed", "the plugin's own styles are in force");
    scene.unmoved().await
}

#[tokio::test]
async fn a_page_that_names_no_server_takes_none_from_a_polluted_prototype() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    // The website's own script names the server; it is unsaid before the plugin looks.
    let unsay = "new MutationObserver(() => delete window.sSpeechStormServer)
        .observe(document, { subtree: true, childList: true });";
    let (page, first) = (format!("{}/placements/?consent=true", stack.site), format!("{POLLUTE} {unsay}"));
    let customer = Customer::visit_with(&driver, &page, Window::default(), &first).await?;
    customer.start_chat().await?;
    DeskApi::accept(&stack).await?.say(PAYMENT).await?;
    placements::phase(&customer, "consenting").await?;
    // The question says where the form would come from: without a server it is the page's own origin.
    let question = browser::find(&customer.client, placements::SHELL).await?.text().await?;
    let site = stack.site.trim_start_matches("http://");
    assert!(question.contains(site) && !question.contains("evil"), "{question}");
    Ok(())
}

async fn frame_source(scene: &Scene) -> Result<String> {
    let source = eval(&scene.customer.client, &format!("document.querySelector('{FRAME}').src")).await?;
    Ok(source.as_str().context("a frame without a source")?.to_owned())
}
