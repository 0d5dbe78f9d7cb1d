//! What the plugin must never write down: secure keys, parameters, card numbers and chat texts. Looked for at the end of
//! every scenario in consoles, bus events, answers to commands, storage and DOM.

use crate::bidi::Bidi;
use crate::browser::{Browser, line};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Secrets in whatever place. The website shows the account's number and the amount itself, but not in these words.
const EVERYWHERE: [&str; 4] = ["USD77.80", "AccountNumber", crate::customer::CARD, "microapp://"];
/// A parameter that the website shows, so it is looked for as a word everywhere but in the DOM.
const SHOWN_BY_THE_WEBSITE: &str = "1234567";

/// What the plugin itself says about a line that it cannot read: nothing of the line.
const ADVICE: &str = "microapp://app/TOKEN/Name";

/// Notes what is written to the console, what the plugin publishes or answers on the bus, and its DOM events; and the secure
/// key, which is only in the cookie as long as the chat lasts. Told at once, because a document may be left at any time.
/// Only in the page itself: frames are the MicroApp's, whose consoles the browser gives us.
const WATCH: &str = r#"(tell) => {
  if (window.top !== window) return;
  const plain = (_, part) => {
    if (part instanceof Error) return [String(part), part.stack, { ...part }];
    return part instanceof Node || part === window ? String(part) : part;
  };
  const text = (value) => {
    try {
      return typeof value === 'string' ? value : String(JSON.stringify(value, plain));
    } catch {
      return 'unreadable';
    }
  };
  let known = '';
  const note = (place, values) => {
    try {
      tell(place + ' ' + values.map(text).join(' '));
      const key = /"secureKey":"([^"]+)"/.exec(decodeURIComponent(document.cookie));
      if (key && key[1] !== known) tell('key ' + (known = key[1]));
    } catch {}
  };
  const wrap = (owner, name, before) => {
    try {
      const real = owner[name];
      if (typeof real !== 'function') return;
      owner[name] = function (...values) {
        before(values);
        return real.apply(this, values);
      };
    } catch {}
  };
  for (const name of ['debug', 'log', 'info', 'warn', 'error', 'trace', 'dir', 'table', 'group', 'assert'])
    wrap(console, name, (values) => note('console', values));
  wrap(document, 'dispatchEvent', ([event]) => {
    if (String(event?.type).startsWith('cx-speechstorm:')) note('event', [event.type, event.detail]);
  });
  const watchPlugin = (plugin) => {
    for (const name of ['publish', 'publishDirect', 'republish']) wrap(plugin, name, (values) => note('bus', values));
    wrap(plugin, 'registerCommand', (values) => {
      const [command, answer] = values;
      values[1] = function (invocation) {
        for (const name of ['resolve', 'reject'])
          wrap(invocation.deferred, name, (answers) => note('answer', [command, name, ...answers]));
        return answer.call(this, invocation);
      };
    });
  };
  let bus;
  Object.defineProperty(window, 'CXBus', { configurable: true, enumerable: true, get: () => bus, set: (value) => {
    bus = value;
    try {
      const register = value.registerPlugin;
      value.registerPlugin = function (name, ...more) {
        const plugin = register.call(this, name, ...more);
        if (plugin && name === 'CXSpeechStorm') watchPlugin(plugin);
        return plugin;
      };
    } catch {}
  } });
}"#;

/// Gives what a page keeps and shows, and writes a last line to its console. The address of the MicroApp's frame is left
/// out: it carries key and message when launched by `query`, the vendor's own protocol. Cookies are not looked at: the chat
/// keeps its key in one by the vendor's design.
const LOOK: &str = "((end) => {
    const page = document.documentElement.cloneNode(true);
    for (const frame of page.querySelectorAll('#speechstorm_webivr_iframe')) frame.removeAttribute('src');
    const kept = (name) => { try { return JSON.stringify({ ...window[name] }); } catch { return ''; } };
    console.debug(end);
    return JSON.stringify({ dom: page.outerHTML, sessionStorage: kept('sessionStorage'), localStorage: kept('localStorage') });
  })";

/// Watches every document of this browser from now on.
///
/// # Errors
/// When the driver cannot install the watch.
pub async fn watch(browser: &Browser) -> Result<()> {
    browser.bidi().preload(WATCH).await
}

/// What is known of a scenario when it is over.
#[derive(Debug, Default)]
pub struct Scenario {
    /// The website's origin; other windows are not the page's.
    pub site: String,
    /// What the chat shows although it looks like a secret, because the scenario is about that.
    pub shown: Vec<String>,
    /// What the customer has typed into the chat, which is only for the chat's window.
    pub said: Vec<String>,
}

/// How long a page that has answered already may take to tell the rest.
const PATIENCE: Duration = Duration::from_secs(5);

/// Every place in which a secret is found, each with the secret. A window that has gone is not looked at.
///
/// # Errors
/// When a window is there but does not answer.
pub async fn found(bidi: &Bidi, scenario: &Scenario) -> Result<Vec<String>> {
    let mut places = Vec::new();
    for (page, address) in bidi.pages().await.unwrap_or_default() {
        // With the slash: a port may begin like another.
        if address.starts_with(&format!("{}/", scenario.site)) {
            places.extend(look(bidi, &page, scenario).await.context(address)?);
        }
    }
    if places.is_empty() {
        eprintln!("the page has gone: its storage and DOM were not searched for secrets");
    }
    places.extend(bidi.log().iter().map(|entry| ("console", line(entry))));
    let told: Vec<String> = bidi.told().iter().filter_map(|told| told.as_str().map(String::from)).collect();
    let keys: Vec<&str> = told.iter().filter_map(|told| told.strip_prefix("key ")).collect();
    places.extend(told.iter().filter(|told| !told.starts_with("key ")).map(|told| ("page", told.clone())));
    let mut all = Vec::new();
    for (place, text) in &places {
        let text = text.replace(ADVICE, "");
        let mut secrets: Vec<&str> = EVERYWHERE.iter().copied().chain(keys.iter().copied()).collect();
        if *place != "DOM" {
            secrets.extend(scenario.said.iter().map(String::as_str));
            let is_word =
                text.split(|sign: char| !sign.is_ascii_alphanumeric()).any(|word| word == SHOWN_BY_THE_WEBSITE);
            secrets.extend(is_word.then_some(SHOWN_BY_THE_WEBSITE));
        }
        all.extend(secrets.into_iter().filter_map(|secret| {
            let (before, _) = text.split_once(secret)?;
            let start = before.char_indices().rev().nth(60).map_or(0, |(at, _)| at);
            Some(format!("{place} has {secret}, after: {}", before.get(start..).unwrap_or_default()))
        }));
    }
    all.sort();
    all.dedup();
    Ok(all)
}

/// What one window keeps and shows, once all that it has told has arrived.
async fn look(bidi: &Bidi, page: &str, scenario: &Scenario) -> Result<Vec<(&'static str, String)>> {
    let end = format!("end of scenario in {page}");
    let seen = bidi.text_in(page, &format!("{LOOK}({})", json!(end))).await?;
    let seen: Value = serde_json::from_str(&seen)?;
    let start = Instant::now();
    let has_end = |texts: &[Value], text: fn(&Value) -> String| texts.iter().any(|entry| text(entry).ends_with(&end));
    while !has_end(&bidi.log(), line) || !has_end(&bidi.told(), |told| told.as_str().unwrap_or_default().to_owned()) {
        anyhow::ensure!(start.elapsed() < PATIENCE, "the page is not watched");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let text = |name: &str| seen.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let dom = scenario.shown.iter().fold(text("dom"), |dom, shown| dom.replace(shown, ""));
    Ok(vec![("DOM", dom), ("storage", text("sessionStorage")), ("storage", text("localStorage"))])
}
