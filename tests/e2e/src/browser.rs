//! Chromium through its WebDriver.

use anyhow::{Context, Result};
use fantoccini::elements::Element;
use fantoccini::wd::{Capabilities, Locator, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::wait::until;

/// The environment variable with the path of the browser; `cargo xtask` sets it.
pub const BROWSER: &str = "CX_BROWSER";
/// The environment variable with the path of its driver.
pub const DRIVER: &str = "CX_DRIVER";

/// A driver process; windows are opened from it.
pub struct Driver {
    address: String,
    _process: Child,
}

/// A driver that is just killed leaves its browsers behind, also when a test has failed half-way: it is asked to end them.
impl Drop for Driver {
    fn drop(&mut self) {
        let Some(address) = self.address.strip_prefix("http://") else { return };
        let ended = std::net::TcpStream::connect(address).and_then(|mut stream| {
            stream.set_read_timeout(Some(std::time::Duration::from_secs(10)))?;
            write!(stream, "GET /shutdown HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
            stream.read_to_end(&mut Vec::new())
        });
        if let Err(error) = ended {
            eprintln!("the driver at {address} may have left browsers behind: {error}");
        }
    }
}

/// How a window looks.
#[derive(Clone, Copy, Debug)]
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
}

impl Default for Window {
    fn default() -> Window {
        Window { width: 1280, height: 860, left: 0, visible: false, dark: false, third_party_cookies: None }
    }
}

impl Driver {
    /// Starts the driver on a free port.
    ///
    /// # Errors
    /// When it is not installed or does not start.
    pub async fn start() -> Result<Driver> {
        // Why again: it picks a free port first and listens later, so another process can be faster.
        for _ in 0..2 {
            if let Ok(driver) = Driver::start_once().await {
                return Ok(driver);
            }
        }
        Driver::start_once().await
    }

    async fn start_once() -> Result<Driver> {
        let program = std::env::var(DRIVER).unwrap_or_else(|_| "chromedriver".into());
        let mut process = Command::new(&program)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{program} (install it with: cargo xtask setup)"))?;
        let mut lines = BufReader::new(process.stdout.take().context("no output")?).lines();
        while let Some(line) = lines.next_line().await? {
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                let port = port.trim_end_matches('.').to_owned();
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return Ok(Driver { address: format!("http://127.0.0.1:{port}"), _process: process });
            }
        }
        anyhow::bail!("{program} did not start")
    }

    /// Opens a browser of its own, with a fresh profile.
    ///
    /// # Errors
    /// When the browser does not start.
    pub async fn open(&self, window: Window) -> Result<Client> {
        let mut arguments = vec![
            "--no-sandbox".to_owned(),
            "--disable-gpu".into(),
            "--disable-quic".into(),
            "--no-first-run".into(),
            "--disable-background-networking".into(),
            "--disable-component-update".into(),
            "--disable-sync".into(),
            "--lang=en-GB".into(),
            format!("--window-size={},{}", window.width, window.height),
            format!("--window-position={},0", window.left),
        ];
        if !window.visible {
            arguments.push("--headless".into());
        }
        if window.dark {
            arguments.push("--blink-settings=preferredColorScheme=0".into());
        }
        let mut options = json!({ "args": arguments });
        if let (Some(allowed), Some(options)) = (window.third_party_cookies, options.as_object_mut()) {
            // 0 = all cookies, 1 = none of third parties.
            options.insert("prefs".into(), json!({ "profile.cookie_controls_mode": u8::from(!allowed) }));
        }
        if let (Ok(binary), Some(options)) = (std::env::var(BROWSER), options.as_object_mut()) {
            options.insert("binary".into(), binary.into());
        }
        let mut capabilities = Capabilities::new();
        capabilities.insert("goog:chromeOptions".into(), options);
        capabilities.insert("goog:loggingPrefs".into(), json!({ "browser": "ALL" }));
        let client = ClientBuilder::new(HttpConnector::new()).capabilities(capabilities).connect(&self.address).await?;
        client.set_window_size(window.width, window.height).await?;
        Ok(client)
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

/// Types into a field.
///
/// # Errors
/// When it does not come up.
pub async fn type_into(client: &Client, selector: &str, text: &str) -> Result<()> {
    Ok(find(client, selector).await?.send_keys(text).await?)
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

/// What the page has written to its console so far, as one text.
///
/// # Errors
/// When the driver does not know the command.
pub async fn console(client: &Client) -> Result<String> {
    let command = DriverCommand { path: "se/log", body: json!({ "type": "browser" }) };
    Ok(client.issue_cmd(command).await?.to_string())
}

/// Runs a script in every document before its own scripts, outside the page's Content-Security-Policy.
///
/// # Errors
/// When the driver does not know the command.
pub async fn run_first(client: &Client, script: &str) -> Result<()> {
    let parameters = json!({ "source": script });
    let body = json!({ "cmd": "Page.addScriptToEvaluateOnNewDocument", "params": parameters });
    client.issue_cmd(DriverCommand { path: "goog/cdp/execute", body }).await?;
    Ok(())
}

/// A command that only Chromium's driver knows.
#[derive(Debug)]
struct DriverCommand {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for DriverCommand {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}
