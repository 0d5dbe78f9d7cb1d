//! A browser through its WebDriver: what a person does, by the classic commands; what only a test does, by WebDriver BiDi.

use anyhow::Result;
use fantoccini::Client;
use fantoccini::elements::Element;
use fantoccini::wd::{Locator, WebDriverCompatibleCommand, WindowHandle};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::bidi::Bidi;
use crate::engine::Engine;
use crate::session::Session;
use crate::wait::{until, until_true};

/// After this long a press that has brought nothing is repeated.
const PATIENCE: Duration = Duration::from_secs(2);

/// The way to browsers of the chosen engine.
#[derive(Clone, Copy, Debug)]
pub struct Driver {
    engine: Engine,
}

/// How a window looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Width in CSS pixels.
    pub width: u32,
    /// Height in CSS pixels.
    pub height: u32,
    /// Distance from the screen's left edge, where there is a screen.
    pub left: u32,
    /// Shown on a screen rather than headless.
    pub visible: bool,
    /// With a dark colour scheme.
    pub dark: bool,
    /// Whether frames of other sites have their cookies; `None` is the browser's own choice.
    pub third_party_cookies: Option<bool>,
    /// With less motion.
    pub reduced_motion: bool,
    /// With the few colours that the visitor has chosen.
    pub forced_colors: bool,
    /// Takes certificates that nobody vouches for.
    pub any_certificate: bool,
}

impl Default for Window {
    fn default() -> Window {
        Window {
            width: 1280,
            height: 860,
            left: 0,
            visible: false,
            dark: false,
            third_party_cookies: None,
            reduced_motion: false,
            forced_colors: false,
            any_certificate: false,
        }
    }
}

impl Window {
    /// What of it is decided when the browser is launched: all but the size of a window that nobody sees.
    pub(crate) fn as_launched(self) -> Window {
        let Window { width, height, left, .. } = if self.visible { self } else { Window::default() };
        Window { width, height, left, ..self }
    }
}

/// A browser with nothing in it from before; clones share it. With the last it ends, or is left to the next test.
#[derive(Clone, Debug)]
pub struct Browser {
    client: Client,
    bidi: Bidi,
    engine: Engine,
    process: u32,
    _lease: Arc<Lease>,
}

/// Gives a browser back, but for one in which something has gone wrong.
#[derive(Debug)]
struct Lease {
    session: Option<Session>,
    again: bool,
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(session) = self.session.take()
            && self.again
            && !std::thread::panicking()
        {
            session.give_back();
        }
    }
}

/// The classic commands.
impl std::ops::Deref for Browser {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Browser {
    /// The connection for what the classic commands cannot.
    #[must_use]
    pub fn bidi(&self) -> &Bidi {
        &self.bidi
    }

    /// Whose it is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The id of its driver's process.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.process
    }

    /// The windows and tabs; not those in which other tests have been.
    ///
    /// # Errors
    /// When the browser has gone.
    pub async fn windows(&self) -> Result<Vec<WindowHandle>> {
        let pages = self.bidi.pages().await?;
        pages.into_iter().map(|(page, _)| Ok(WindowHandle::try_from(page)?)).collect()
    }

    /// Opens a tab that shares cookies and storage with the others, and goes to it.
    ///
    /// # Errors
    /// When the browser refuses it.
    pub async fn new_tab(&self) -> Result<()> {
        Ok(self.switch_to_window(self.bidi.new_tab().await?).await?)
    }
}

impl Driver {
    /// Looks which engine is chosen.
    ///
    /// # Errors
    /// When it is not known.
    pub async fn start() -> Result<Driver> {
        Ok(Driver { engine: Engine::chosen()? })
    }

    /// Opens a browser: one that another test has left, in a user context of its own, or a new one.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn open(&self, window: Window) -> Result<Browser> {
        if window.visible {
            // Why: somebody looks at it, and at no other window beside it.
            return self.open_own(window).await;
        }
        self.with(Session::take(self.engine, window).await?, window, true).await
    }

    /// Starts a browser of its own, which ends with its last clone.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn open_own(&self, window: Window) -> Result<Browser> {
        self.with(Session::start(self.engine, window).await?, window, false).await
    }

    async fn with(&self, session: Session, window: Window, again: bool) -> Result<Browser> {
        let (client, bidi, process) = (session.client.clone(), session.bidi.clone(), session.process());
        let lease = Arc::new(Lease { session: Some(session), again });
        let browser = Browser { client, bidi, engine: self.engine, process, _lease: lease };
        if window.forced_colors && self.engine == Engine::Chromium {
            browser.issue_cmd(ForceColors).await?;
        }
        browser.set_window_size(window.width, window.height).await?;
        Ok(browser)
    }
}

/// What Chromium has no switch for, nor a command of WebDriver BiDi yet; Firefox has a preference.
#[derive(Debug)]
struct ForceColors;

impl WebDriverCompatibleCommand for ForceColors {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        let features = json!({ "features": [{ "name": "forced-colors", "value": "active" }] });
        (http::Method::POST, Some(json!({ "cmd": "Emulation.setEmulatedMedia", "params": features }).to_string()))
    }
}

/// Finds a visible element, waiting for it.
///
/// # Errors
/// When it does not come up.
pub async fn find(client: &Client, selector: &str) -> Result<Element> {
    until(&format!("{selector} is shown"), async || {
        let element = client.find(Locator::Css(selector)).await?;
        Ok(element.is_displayed().await?.then_some(element))
    })
    .await
}

/// Clicks on an element once it takes the click.
///
/// # Errors
/// When it does not come up or stays covered.
pub async fn click(client: &Client, selector: &str) -> Result<()> {
    until(&format!("{selector} can be clicked"), async || {
        client.find(Locator::Css(selector)).await?.click().await?;
        Ok(Some(()))
    })
    .await
}

/// Presses a button that brings another document; once more where the click went past it, as it does when the frame grows at
/// that very moment and the button is not where the driver saw it.
///
/// # Errors
/// When no other document comes.
pub async fn press(client: &Browser, selector: &str) -> Result<()> {
    let mut pressed: Option<Instant> = None;
    until_true(&format!("{selector} brings another document"), async || {
        let same = eval(client, "document.documentElement.dataset.pressed === '1'").await? == true;
        if pressed.is_some() && !same {
            return Ok(true);
        }
        if pressed.is_none_or(|at| at.elapsed() > PATIENCE) {
            client.execute("document.documentElement.dataset.pressed = '1';", Vec::new()).await?;
            client.find(Locator::Css(selector)).await?.click().await?;
            pressed = Some(Instant::now());
        }
        Ok(false)
    })
    .await
}

/// Types into a field.
///
/// # Errors
/// When it does not come up.
pub async fn type_into(client: &Client, selector: &str, text: &str) -> Result<()> {
    Ok(find(client, selector).await?.send_keys(text).await?)
}

/// Fills fields, given by selector and text, in one go once all are there. For what a test is not about: to type letter by
/// letter costs the browser more than the rest of many a test.
///
/// # Errors
/// When they do not come up.
pub async fn fill(client: &Client, fields: &[(&str, &str)]) -> Result<()> {
    let script = "const fields = arguments[0].map(([selector, text]) => [document.querySelector(selector), text]);
        if (!fields.every(([field]) => field?.checkVisibility())) return false;
        for (const [field, text] of fields) {
          field.focus();
          field.value = text;
          for (const name of ['input', 'change']) field.dispatchEvent(new Event(name, { bubbles: true }));
        }
        return true;";
    until_true("the fields are shown", async || Ok(client.execute(script, vec![json!(fields)]).await? == true)).await
}

/// Whether an element is on the page now.
///
/// # Errors
/// When the browser has gone.
pub async fn is_there(client: &Client, selector: &str) -> Result<bool> {
    Ok(!client.find_all(Locator::Css(selector)).await?.is_empty())
}

/// Runs an expression in the page.
///
/// # Errors
/// When it throws.
pub async fn eval(client: &Client, expression: &str) -> Result<Value> {
    Ok(client.execute(&format!("return ({expression});"), Vec::new()).await?)
}

/// Takes a picture of the page.
///
/// # Errors
/// When the file cannot be written.
pub async fn picture(client: &Client, file: &std::path::Path) -> Result<()> {
    Ok(std::fs::write(file, client.screenshot().await?)?)
}

/// What the pages have written to their consoles so far, as one text: a line for each entry, first its level.
///
/// # Errors
/// When the page does not answer.
pub async fn console(browser: &Browser) -> Result<String> {
    // Why: entries come on their own, so one of ours is waited for, which comes after all that are there already.
    let ours = format!("end of console {}", browser.bidi().log().len());
    browser.execute("console.debug(arguments[0])", vec![json!(ours)]).await?;
    until("the console has been read", async || {
        let lines: Vec<_> = browser.bidi().log().iter().map(line).collect();
        let end = lines.iter().position(|line| line.ends_with(&ours));
        Ok(end.map(|end| {
            lines.into_iter().take(end).filter(|line| !line.contains("end of console")).collect::<Vec<_>>().join("\n")
        }))
    })
    .await
}

/// An entry of the console: its level and its text.
pub(crate) fn line(entry: &Value) -> String {
    let part = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
    format!("{} {}", part("level"), part("text"))
}

/// Runs a script in every document before its own scripts, outside the page's Content-Security-Policy.
///
/// # Errors
/// When the browser refuses it.
pub async fn run_first(browser: &Browser, script: &str) -> Result<()> {
    browser.bidi().preload(&format!("() => {{ {script} }}")).await
}
