//! Gathers the facts of a page, in the browser: what the page has become is seen there, not in its source.

use super::facts::{Answer, Facts, Plugin, Report, Tag};
use super::rivals;
use crate::browser::{self, Browser, Driver, Window, eval};
use crate::wait::{until, until_true};
use anyhow::{Context, Result};
use cx_speechstorm::core::pattern;
use serde_json::{Value, json};
use std::path::Path;
use url::Url;

/// Notes what the plugin and the browser say while the page loads.
const NOTE: &str = "if (window.top !== window) return;
    const notes = { ready: false, reports: [], refused: [], widgets: null };
    Object.defineProperty(window, '__doctor', { value: notes });
    document.addEventListener('cx-speechstorm:ready', () => (notes.ready = true));
    document.addEventListener('cx-speechstorm:failed', ({ detail }) => notes.reports.push(detail));
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, disposition }) => {
      if (disposition === 'enforce') notes.refused.push([effectiveDirective, blockedURI]);
    });";

/// Notes what starts a chat: Widgets tell their version nowhere else.
const NOTE_START: &str = r"if (window.top !== window) return;
    const note = (body) => {
      try {
        const found = /_genesys_widgets[^\w.]+([\w.]+)/.exec(decodeURIComponent(String(body)));
        if (found) window.__doctor.widgets = found[1];
      } catch {}
    };
    const { send } = XMLHttpRequest.prototype;
    XMLHttpRequest.prototype.send = function (...given) {
      note(given[0]);
      return send.apply(this, given);
    };
    const { fetch } = window;
    window.fetch = function (...given) {
      note(given[1]?.body);
      if (given[0] instanceof Request) given[0].clone().text().then(note, () => {});
      return fetch.apply(this, given);
    };";

/// What there is on the page. Arguments: a MicroApp line, and the source of the plugin's own filter.
const READ: &str = r"
    const [line, ours] = arguments;
    const widgets = window._genesys?.cxwidget || window._genesys?.widgets || {};
    const text = (...values) => values.find((value) => typeof value === 'string' && value) ?? null;
    let tags = [...document.scripts].filter(({ src }) => /cx-speechstorm[\w.-]*\.js/.test(src));
    // The script without WebAssembly has been added by the plugin itself, unless it is alone.
    if (tags.length > 1) tags = tags.filter(({ src }) => !src.includes('.nowasm.'));
    const charge = window[Symbol.for('cx-speechstorm')];
    const filters = [];
    for (const cookie of document.cookie.split('; ')) {
      const at = cookie.indexOf('=');
      if (!cookie.slice(0, at).endsWith('_genesys.widgets.webchat.state.filters')) continue;
      try {
        for (const { source, flags } of JSON.parse(decodeURIComponent(cookie.slice(at + 1))).custom)
          if (source !== ours && new RegExp(source, flags).test(line)) filters.push(source);
      } catch {}
    }
    return {
      url: location.href,
      metas: [...document.querySelectorAll('meta[http-equiv=Content-Security-Policy i]')].map(({ content }) => content),
      tags: tags.map(({ src, crossOrigin, integrity }) => (
        { src, cors: crossOrigin !== null || !!integrity, integrity: !!integrity })),
      inline: [...document.scripts].filter(({ src }) => !src).map(({ textContent }) => textContent),
      lang: text(widgets.main?.lang),
      plugin: charge ? { version: String(charge.version), started: charge.started() } : null,
      bus: !!(window.CXBus || widgets.bus),
      // In the plugin's own order.
      baseURL: text(widgets.speechstorm?.baseURL, tags[0]?.dataset.baseUrl, window.sSpeechStormServer),
      chatURL: text(widgets.webchat?.dataURL, window.sChatServerUrl, window.sChatServerURL),
      launch: text(widgets.speechstorm?.launch) ?? 'query',
      filters,
      ...window.__doctor,
    };";

/// Starts a chat as a customer would, and answers when all plugins have seen it start.
const START_CHAT: &str = "const done = arguments[0];
    const bus = window.CXBus;
    bus.subscribe('WebChatService.started', () => bus.command('WebChatService.getTranscript').always(() => done('')));
    bus.command('WebChatService.startChat', { nickname: 'Doctor', subject: 'cargo xtask doctor' })
      .fail((reason) => done(reason?.status ? 'it answers ' + reason.status
        : typeof reason === 'string' ? reason : reason?.message || 'nothing answers'));";

const END_CHAT: &str = "const done = arguments[0];
    window.CXBus.subscribe('WebChatService.ended', () => done());
    window.CXBus.command('WebChatService.endChat').fail(() => done());";

/// Goes to where chats are, without looking at what comes, and answers what keeps the page from there. An isolated page may
/// not look away.
const REACH: &str = "const [address, done] = arguments;
    if (crossOriginIsolated) return done('');
    fetch(address, { mode: 'no-cors', credentials: 'omit' }).then(() => done(''), () => done('nothing answers'));";

/// Fetches a file as the plugin does, and answers when it has come or not.
const FETCH: &str = "const [address, done] = arguments;
    fetch(address, { credentials: 'omit' }).then((answer) => answer.text()).then(() => done(), () => done());";

/// A line as agents send it.
const LINE: &str = "microapp://app/T3NB68E-/Payment";

/// Opens the page in a browser of its own and looks at everything; with `chat`, a chat is started, looked at and ended.
///
/// # Errors
/// When there is no browser, or the page does not come.
pub async fn facts(address: &Url, chat: bool) -> Result<Facts> {
    facts_in(Window::default(), address, chat).await
}

/// The same in such a window.
///
/// # Errors
/// As [`facts`].
pub async fn facts_in(window: Window, address: &Url, chat: bool) -> Result<Facts> {
    let browser = Driver::start().await?.open(window).await?;
    browser.bidi().record_answers().await?;
    browser::run_first(&browser, NOTE).await?;
    if chat {
        browser::run_first(&browser, NOTE_START).await?;
    }
    browser.goto(address.as_str()).await.with_context(|| format!("{address} does not load"))?;
    // Who has not spoken by then says nothing: that is a finding, not an error.
    let _silent = until_true("the plugin has spoken", async || {
        Ok(eval(&browser, "window.__doctor.ready || window.__doctor.reports.length > 0").await? == true)
    })
    .await;
    let mut started = Ok(());
    if chat {
        // Who does not answer in time is given up by the browser.
        let answer = browser.execute_async(START_CHAT, Vec::new()).await;
        started = outcome(answer.unwrap_or_else(|_| json!("Widgets do not answer")));
    }
    let seen = browser.execute(READ, vec![json!(LINE), json!(pattern::HIDDEN.source)]).await?;
    let console = browser::console(&browser).await?;
    if chat && started.is_ok() {
        browser.execute_async(END_CHAT, Vec::new()).await.context("ending the chat")?;
    }
    let mut facts = read(&seen, console)?;
    facts.chatted = chat && started.is_ok();
    facts.chat = started;
    if let Some(service) = facts.chat_url.as_ref().filter(|_| !chat) {
        let service = facts.page.join(service).context("webchat.dataURL is no address")?;
        facts.chat =
            outcome(browser.execute_async(REACH, vec![json!(service.as_str())]).await.context("going to the chats")?);
        facts.refused = refused(&eval(&browser, "window.__doctor").await?);
    }
    if let Some(language) = language(&seen, &facts)? {
        browser.execute_async(FETCH, vec![json!(language)]).await.context("asking for the language")?;
        facts.refused = refused(&eval(&browser, "window.__doctor").await?);
    }
    if let Some(server) = facts.messaging_url() {
        facts.messaging = ask(&browser, &server, &facts.page).await;
    }
    // Last, because the browser tells of answers a moment after the page has had them.
    facts.answers = page_first(browser.bidi().answers().iter().map(Answer::from_event).collect(), &facts.page);
    if rivals::suspected(&facts) {
        facts.rivals = rivals::found(&browser, &facts, seen.get("inline").unwrap_or(&Value::Null)).await?;
    }
    Ok(facts)
}

/// The address of the language that the plugin would fetch when it has something to say.
fn language(seen: &Value, facts: &Facts) -> Result<Option<String>> {
    let wanted = seen.get("lang").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    let wanted = wanted.split(|char: char| !char.is_ascii_lowercase()).next().unwrap_or_default();
    let Some(tag) = facts.tags.first().filter(|_| !wanted.is_empty() && wanted != "en") else { return Ok(None) };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pkg-template/lang");
    for file in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let name = file?.file_name().to_string_lossy().into_owned();
        if name.split(['-', '.']).next() == Some(wanted) {
            return Ok(Some(Url::parse(&tag.src)?.join(&format!("lang/{name}"))?.into()));
        }
    }
    Ok(None)
}

fn outcome(trouble: Value) -> Result<(), String> {
    match trouble.as_str() {
        Some("") => Ok(()),
        said => Err(said.unwrap_or("nothing answers").to_owned()),
    }
}

fn refused(seen: &Value) -> Vec<(String, String)> {
    let list = seen.get("refused").and_then(Value::as_array).into_iter().flatten();
    list.map(|one| (item(one, 0), item(one, 1))).collect()
}

fn read(seen: &Value, console: String) -> Result<Facts> {
    let text = |name: &str| seen.get(name).and_then(Value::as_str).map(String::from);
    let list = |name: &str| seen.get(name).and_then(Value::as_array).into_iter().flatten();
    let member = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let is = |value: &Value, name: &str| value.get(name).and_then(Value::as_bool).unwrap_or_default();
    let plugin = seen.get("plugin").filter(|plugin| plugin.is_object());
    let mut facts = Facts::of(Url::parse(&text("url").context("the page has no address")?)?);
    facts.meta_policies = list("metas").filter_map(Value::as_str).map(String::from).collect();
    facts.refused = refused(seen);
    let tag = |tag: &Value| Tag { src: member(tag, "src"), cors: is(tag, "cors"), integrity: is(tag, "integrity") };
    facts.tags = list("tags").map(tag).collect();
    facts.widgets = text("widgets");
    facts.plugin = plugin.map(|one| Plugin { version: member(one, "version"), started: is(one, "started") });
    facts.bus = is(seen, "bus");
    let report = |one: &Value| Report {
        code: member(one, "code"),
        message: member(one, "message"),
        remedy: member(one, "remedy"),
        faults: faults(one),
    };
    facts.reports = list("reports").map(report).collect();
    facts.console = console;
    (facts.base_url, facts.chat_url) = (text("baseURL"), text("chatURL"));
    facts.launch = text("launch").unwrap_or_default();
    facts.filters = list("filters").filter_map(Value::as_str).map(String::from).collect();
    Ok(facts)
}

/// The options that a report finds wrong, and what each expects.
fn faults(report: &Value) -> Vec<(String, String)> {
    let list = report.get("faults").and_then(Value::as_array).into_iter().flatten();
    let text = |fault: &Value, name: &str| fault.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    list.map(|fault| (text(fault, "option"), text(fault, "expected"))).collect()
}

fn item(list: &Value, at: usize) -> String {
    list.get(at).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn page_first(mut answers: Vec<Answer>, page: &Url) -> Vec<Answer> {
    let mut page = page.clone();
    page.set_fragment(None);
    let at = answers.iter().position(|answer| answer.url == page.as_str());
    let own = at.map(|at| answers.remove(at)).unwrap_or_default();
    answers.insert(0, own);
    answers
}

/// Goes where the plugin's frame would, for a MicroApp that there is not.
async fn ask(browser: &Browser, server: &Url, page: &Url) -> Answer {
    let before = browser.bidi().answers().len();
    let mut address = server.clone();
    address.set_path(&format!("{}/fish-messaging/go/doctor", server.path().trim_end_matches('/')));
    address.query_pairs_mut().append_pair("domain", &page.origin().ascii_serialization());
    // Where nothing answers, this is an error, and the browser has told why.
    let failure = browser.goto(address.as_str()).await.err().map(|error| error.to_string());
    let answer = until("the Messaging Server's answer is told", async || {
        let answers = browser.bidi().answers().into_iter().skip(before);
        let mut answers = answers.map(|event| Answer::from_event(&event));
        Ok(answers.find(|answer| answer.url == address.as_str() && !(300..400).contains(&answer.status)))
    });
    answer.await.unwrap_or(Answer { url: address.into(), error: failure, ..Answer::default() })
}
