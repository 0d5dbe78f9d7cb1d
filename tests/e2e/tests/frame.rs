//! The stack's MicroApps and the frame SDK, talked to by a page that plays the plugin's part by hand: what a framed app
//! does over protocol 2, over protocol 1, and how it starts by post and by ticket. At the end, the plugin plays it itself;
//! the page's half alone: `channel_browser.rs`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::{Context, Result};
use e2e::browser::{self, Browser, Driver, Window, eval, is_there};
use e2e::customer::{Customer, PANEL};
use e2e::desk_api::{DeskApi, PAYMENT};
use e2e::stack::Stack;
use e2e::wait::{until, until_true};
use fantoccini::wd::Locator;
use serde_json::{Value, json};

/// A page's half of both protocols; arguments: the Messaging Server, the launch's fields, how to launch, whether to shake hands.
const PAGE: &str = r"
  const [server, fields, how, speaks] = arguments;
  const frame = document.createElement('iframe');
  frame.id = frame.name = 'app';
  frame.setAttribute('sandbox', 'allow-forms allow-scripts allow-same-origin');
  Object.assign(window, { heard: [], strings: [], ports: [] });
  const shake = () => {
    const { port1, port2 } = new MessageChannel();
    const nonce = crypto.randomUUID();
    ports.push(port1);
    port1.onmessage = ({ data }) => heard.push(data.nonce === nonce ? { type: 'up' } : data);
    frame.contentWindow.postMessage({ speechstorm: 2, nonce }, server, [port2]);
  };
  Object.assign(window, { shake });
  addEventListener('message', ({ source, origin, data }) => {
    if (source === frame.contentWindow && origin === server) strings.push(data);
  });
  const url = server + '/fish-messaging/go/T3NB68E-';
  if (how === 'post') {
    document.body.append(frame);
    const form = document.createElement('form');
    Object.assign(form, { method: 'post', action: url, target: 'app' });
    for (const name of Object.keys(fields)) {
      form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value: fields[name] }));
    }
    document.body.append(form);
    form.submit();
  } else {
    const body = JSON.stringify({ token: 'T3NB68E-', ...fields });
    const headers = { 'Content-Type': 'application/json' };
    fetch(server + '/fish-messaging/ticket', { method: 'POST', credentials: 'omit', headers, body })
      .then((answer) => answer.json())
      .then(({ ticket }) => { frame.src = url + '?ticket=' + ticket; document.body.append(frame); });
  }
  if (speaks) frame.addEventListener('load', shake);
";

/// A customer in a chat, an agent who has asked for a payment, and a page that frames the MicroApp.
struct Scene {
    stack: Stack,
    client: Browser,
    agent: DeskApi,
    key: String,
}

impl Scene {
    async fn open(how: &str, speaks: bool, flags: &[&str]) -> Result<Scene> {
        let stack = Stack::start(flags).await?;
        let http = reqwest::Client::new();
        let chat: Value = http
            .post(format!("{}/genesys/2/chat/customer-support/", stack.gms))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body("nickname=Jamie")
            .send()
            .await?
            .json()
            .await?;
        let agent = DeskApi::accept(&stack).await?;
        agent.say(PAYMENT).await?;
        let driver = Driver::start().await?;
        let client = driver.open(Window::default()).await?;
        client.goto(&format!("{}/without-plugin.html", stack.site)).await?;
        let fields = json!({
            "domain": stack.site, "chatMessage": PAYMENT, "chatInteractionID": chat["chatId"],
            "chatSecureKey": chat["secureKey"], "chatUserID": chat["userId"],
        });
        client.execute(PAGE, vec![json!(stack.messaging), fields, json!(how), json!(speaks)]).await?;
        let key = chat["secureKey"].as_str().context("no key")?.to_owned();
        Ok(Scene { stack, client, agent, key })
    }

    /// Waits until the app shows this element; the browser is then in its frame.
    async fn in_app(&self, selector: &str) -> Result<()> {
        until_true(&format!("the app shows {selector}"), async || {
            self.on_page().await?;
            self.client.find(Locator::Css("#app")).await?.enter_frame().await?;
            is_there(&self.client, selector).await
        })
        .await
    }

    async fn on_page(&self) -> Result<()> {
        Ok(self.client.enter_parent_frame().await?)
    }

    async fn press(&self, button: &str) -> Result<()> {
        let selector = format!("[data-testid={button}]");
        self.in_app(&selector).await?;
        browser::press(&self.client, &selector).await?;
        self.on_page().await
    }

    async fn enter_card(&self) -> Result<()> {
        self.in_app("[data-testid=card]").await?;
        for (field, value) in
            [("number", "4111111111111111"), ("expiry", "12/39"), ("code", "737"), ("name", "Jamie Rivers")]
        {
            browser::type_into(&self.client, &format!("[name={field}]"), value).await?;
        }
        self.press("card").await
    }

    /// What came over the ports so far.
    async fn heard(&self) -> Result<Vec<Value>> {
        Ok(eval(&self.client, "window.heard").await?.as_array().context("no list")?.clone())
    }

    /// What came as strings so far.
    async fn strings(&self) -> Result<Vec<String>> {
        let strings = eval(&self.client, "window.strings").await?;
        Ok(strings.as_array().context("no list")?.iter().filter_map(|text| text.as_str()).map(String::from).collect())
    }

    /// The latest message of a type, waiting for the first.
    async fn latest(&self, kind: &str) -> Result<Value> {
        until(&format!("the app says {kind}"), async || {
            Ok(self.heard().await?.into_iter().rev().find(|message| message["type"] == kind))
        })
        .await
    }

    async fn tell(&self, message: Value) -> Result<()> {
        self.client.execute("ports.at(-1).postMessage(arguments[0])", vec![message]).await?;
        Ok(())
    }
}

#[tokio::test]
async fn post_and_ticket_open_in_a_sandboxed_frame_without_a_secret_in_any_address() -> Result<()> {
    for how in ["post", "ticket"] {
        let scene = Scene::open(how, true, &[]).await?;
        scene.in_app("[data-testid=amount]").await?;
        let address = eval(&scene.client, "location.href").await?;
        assert!(address.as_str().unwrap().contains("/fish-messaging/session/"), "{how}");
        let referrer = eval(&scene.client, "document.referrer").await?;
        scene.on_page().await?;
        let addresses =
            eval(&scene.client, "performance.getEntriesByType('resource').map((entry) => entry.name)").await?;
        for seen in [address, referrer, addresses] {
            assert!(!seen.to_string().contains(&scene.key), "{how}");
        }
        assert_eq!(scene.agent.record().await?["microapps"][0]["state"], "running");
    }
    Ok(())
}

#[tokio::test]
async fn the_app_says_title_height_and_steps_and_takes_theme_language_and_layout() -> Result<()> {
    let scene = Scene::open("post", true, &[]).await?;
    scene.in_app("[data-testid=begin]").await?;
    scene.on_page().await?;
    assert_eq!(scene.latest("title").await?["text"], "Secure payment");
    let steps = json!({ "type": "steps", "names": ["Welcome", "Card Details", "Review", "Result"], "number": 0 });
    assert_eq!(scene.latest("steps").await?, steps);
    let welcome = scene.latest("height").await?["number"].as_f64().unwrap();
    assert!((100.0..2000.0).contains(&welcome), "{welcome}");

    scene.tell(json!({ "type": "theme", "text": "dark" })).await?;
    scene.tell(json!({ "type": "layout", "text": "mobile" })).await?;
    scene.tell(json!({ "type": "language", "text": "fr-FR" })).await?;
    scene.in_app("html[data-theme=dark][data-layout=mobile][data-language=fr-FR]").await?;
    let ground = eval(&scene.client, "getComputedStyle(document.body).backgroundColor").await?;
    assert_eq!(ground, "rgb(20, 26, 34)");
    let amount = browser::find(&scene.client, "[data-testid=amount]").await?.text().await?;
    assert_eq!(amount.replace('\u{a0}', " "), "77,80 USD");

    // The next page is another document: it shakes hands anew, and keeps the colours meanwhile.
    scene.press("begin").await?;
    scene.in_app("html[data-theme=dark] [data-testid=card]").await?;
    browser::type_into(&scene.client, "[name=name]", "J").await?;
    scene.on_page().await?;
    until_true("the second page says where it is", async || Ok(scene.latest("steps").await?["number"] == 1)).await?;
    until_true("its height is another", async || Ok(scene.latest("height").await?["number"] != welcome)).await?;
    let alive = scene.latest("keepalive").await?;
    assert_eq!(alive, json!({ "type": "keepalive" }), "never what was typed");
    Ok(())
}

#[tokio::test]
async fn a_page_that_never_shakes_hands_hears_the_strings() -> Result<()> {
    let scene = Scene::open("ticket", false, &[]).await?;
    scene.press("begin").await?;
    scene.enter_card().await?;
    scene.press("pay").await?;
    scene.in_app("[data-testid=reference]").await?;
    scene.on_page().await?;
    until_true("the end is told", async || Ok(scene.strings().await?.contains(&"microapp:progress:ended".into())))
        .await?;
    let blocks =
        ["Welcome", "Card Details", "Review", "Result"].map(|block| format!("microapp:progress:block:{block}"));
    assert_eq!(scene.strings().await?, [&blocks[..], &["microapp:progress:ended".into()]].concat());
    assert!(scene.heard().await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_page_that_never_shakes_hands_hangs_up_by_string() -> Result<()> {
    for word in ["speechstorm:hangup", "microapp:hangup"] {
        let scene = Scene::open("ticket", false, &[]).await?;
        // Only then does it listen; what it shows is there before its script.
        until_true("the app speaks", async || {
            Ok(scene.strings().await?.contains(&"microapp:progress:block:Welcome".to_owned()))
        })
        .await?;
        let post = "document.querySelector('#app').contentWindow.postMessage(arguments[1], arguments[0])";
        scene.client.execute(post, vec![json!(scene.stack.messaging), json!(word)]).await?;
        until_true(&format!("{word} is answered"), async || {
            Ok(scene.strings().await?.contains(&"speechstorm:closed".to_owned()))
        })
        .await?;
        until_true("the server has hung up", async || {
            Ok(scene.agent.record().await?["microapps"][0]["state"] == "closed")
        })
        .await?;
        assert!(scene.heard().await?.is_empty(), "there is no channel");
    }
    Ok(())
}

#[tokio::test]
async fn with_a_channel_nothing_is_said_twice() -> Result<()> {
    let scene = Scene::open("post", true, &[]).await?;
    scene.press("begin").await?;
    scene.enter_card().await?;
    scene.press("pay").await?;
    scene.in_app("[data-testid=reference]").await?;
    scene.on_page().await?;
    until_true("all four pages have answered", async || {
        Ok(scene.heard().await?.iter().filter(|message| message["type"] == "up").count() == 4)
    })
    .await?;
    until_true("the last has said where it is", async || Ok(scene.latest("steps").await?["number"] == 3)).await?;
    let (strings, heard) = (scene.strings().await?, scene.heard().await?);
    for block in ["Welcome", "Card Details", "Review", "Result"] {
        let by_string = strings.iter().filter(|text| text.ends_with(&format!(":block:{block}"))).count();
        let by_port = heard.iter().filter(|message| message["type"] == "progress" && message["text"] == block).count();
        assert_eq!(by_string + by_port, 1, "{block}");
    }
    let by_string = strings.iter().filter(|text| text.ends_with(":ended")).count();
    let by_port = heard.iter().filter(|message| message["type"] == "ended").count();
    assert_eq!(by_string + by_port, 1);
    Ok(())
}

#[tokio::test]
async fn an_app_gives_a_sign_of_life_when_it_is_asked() -> Result<()> {
    let scene = Scene::open("ticket", true, &[]).await?;
    scene.in_app("[data-testid=begin]").await?;
    scene.on_page().await?;
    scene.latest("up").await?;
    scene.tell(json!({ "type": "ping" })).await?;
    scene.latest("alive").await.map(|_| ())
}

#[tokio::test]
async fn a_hang_up_over_both_protocols_is_answered_once() -> Result<()> {
    let scene = Scene::open("post", true, &[]).await?;
    scene.in_app("[data-testid=begin]").await?;
    scene.on_page().await?;
    scene.latest("up").await?;
    scene.tell(json!({ "type": "hangup" })).await?;
    let post = "document.querySelector('#app').contentWindow.postMessage('speechstorm:hangup', arguments[0])";
    scene.client.execute(post, vec![json!(scene.stack.messaging)]).await?;
    scene.latest("closed").await?;
    until_true("the server has hung up", async || Ok(scene.agent.record().await?["microapps"][0]["state"] == "closed"))
        .await?;
    assert_eq!(scene.heard().await?.iter().filter(|message| message["type"] == "closed").count(), 1);
    assert!(!scene.strings().await?.contains(&"speechstorm:closed".to_owned()));
    Ok(())
}

#[tokio::test]
async fn the_app_takes_one_port_and_from_its_page_only() -> Result<()> {
    let scene = Scene::open("post", false, &[]).await?;
    scene.in_app("[data-testid=begin]").await?;
    scene.on_page().await?;
    // A frame beside it, of the app's very origin, is not its page.
    let beside = "const frame = document.createElement('iframe'); frame.id = 'beside';
        frame.src = arguments[0] + '/fish-messaging/go/none'; document.body.append(frame);";
    scene.client.execute(beside, vec![json!(scene.stack.messaging)]).await?;
    until_true("a frame beside it posts a port", async || {
        scene.on_page().await?;
        scene.client.find(Locator::Css("#beside")).await?.enter_frame().await?;
        let post = "const { port1, port2 } = new MessageChannel(); window.answers = 0;
            port1.onmessage = () => { window.answers += 1; };
            parent.frames.app.postMessage({ speechstorm: 2, nonce: 'beside' }, location.origin, [port2]);
            parent.frames.app.postMessage('speechstorm:hangup', location.origin);
            return document.body.dataset.code";
        Ok(scene.client.execute(post, Vec::new()).await? == "token_unknown")
    })
    .await?;
    scene.on_page().await?;
    // The page itself afterwards: the first port is answered, the second never.
    scene.client.execute("shake(); shake();", Vec::new()).await?;
    scene.latest("height").await?;
    assert_eq!(scene.heard().await?.iter().filter(|message| message["type"] == "up").count(), 1);
    scene.client.find(Locator::Css("#beside")).await?.enter_frame().await?;
    assert_eq!(eval(&scene.client, "window.answers").await?, 0);
    assert_eq!(scene.agent.record().await?["microapps"][0]["state"], "running", "nor did it hang up");
    Ok(())
}

#[tokio::test]
async fn a_silent_app_and_one_that_speaks_to_another_origin_are_not_heard() -> Result<()> {
    for fault in ["silent", "wrong-origin"] {
        let scene = Scene::open("post", true, &["--fault", fault]).await?;
        scene.press("begin").await?;
        scene.in_app("[data-testid=card]").await?;
        scene.on_page().await?;
        assert!(scene.heard().await?.is_empty() && scene.strings().await?.is_empty(), "{fault}");
        // The server has told the agent all the same.
        scene.agent.hears("External", "microapp:progress:block:Card Details").await?;
    }
    Ok(())
}

#[tokio::test]
async fn the_plugins_window_follows_what_the_app_says() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit(&driver, &stack, "/", Window::default()).await?;
    customer.start_chat().await?;
    let agent = DeskApi::accept(&stack).await?;
    agent.say(PAYMENT).await?;
    let seen = async |what: &str| eval(&customer.client, &format!("document.querySelector('{PANEL}'){what}")).await;
    let bar = "?.querySelector('[role=progressbar]')?.getAttribute('aria-valuetext')";
    let height = "?.style.getPropertyValue('--cx-speechstorm-app-height')";
    until_true("the bar shows the first step", async || Ok(seen(bar).await? == "1 / 4 \u{b7} Welcome")).await?;
    until_true("the app's height is known", async || {
        Ok(seen(height).await?.as_str().is_some_and(|height| height.ends_with("px")))
    })
    .await?;
    let welcome = seen(height).await?;
    until_true("the window is named as the app is", async || {
        Ok(seen("?.textContent").await?.as_str().is_some_and(|text| text.contains("Secure payment")))
    })
    .await?;
    customer.begin_payment().await?;
    until_true("the bar shows the second step", async || Ok(seen(bar).await? == "2 / 4 \u{b7} Card Details")).await?;
    until_true("and the height of the second page", async || Ok(seen(height).await? != welcome)).await
}
