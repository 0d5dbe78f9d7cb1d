//! The browser engines: how each is started, and told its preferences.

use crate::browser::Window;
use anyhow::{Result, bail};
use fantoccini::wd::Capabilities;
use serde_json::{Value, json};
use std::process::Command;

/// The environment variable with the engine's name; `cargo xtask` sets it.
pub const ENGINE: &str = "CX_ENGINE";
/// The environment variable with the path of the browser.
pub const BROWSER: &str = "CX_BROWSER";
/// The environment variable with the path of its driver.
pub const DRIVER: &str = "CX_DRIVER";

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chromium through chromedriver.
    Chromium,
    /// Firefox through geckodriver.
    Firefox,
}

impl Engine {
    /// The one that the environment names; Chromium where it names none.
    ///
    /// # Errors
    /// When it names one that is not known.
    pub fn chosen() -> Result<Engine> {
        match std::env::var(ENGINE).as_deref() {
            Err(_) | Ok("chromium") => Ok(Engine::Chromium),
            Ok("firefox") => Ok(Engine::Firefox),
            Ok(other) => bail!("{ENGINE}={other}: neither chromium nor firefox"),
        }
    }

    /// What a session must be able to do.
    pub(crate) fn capabilities(self, window: Window) -> Capabilities {
        let (name, mut options) = match self {
            Engine::Chromium => {
                // 0 = all cookies, 1 = none of third parties.
                let cookies = window.third_party_cookies.map(|allowed| u8::from(!allowed));
                let preferences = cookies.map_or(json!({}), |mode| json!({ "profile.cookie_controls_mode": mode }));
                ("goog:chromeOptions", json!({ "args": chromium_arguments(window), "prefs": preferences }))
            }
            Engine::Firefox => {
                let arguments = if window.visible { vec![] } else { vec!["-headless"] };
                ("moz:firefoxOptions", json!({ "args": arguments, "prefs": firefox_preferences(window) }))
            }
        };
        if let (Ok(binary), Some(options)) = (std::env::var(BROWSER), options.as_object_mut()) {
            options.insert("binary".into(), binary.into());
        }
        let mut capabilities = Capabilities::new();
        capabilities.insert("webSocketUrl".into(), true.into());
        capabilities.insert("acceptInsecureCerts".into(), window.any_certificate.into());
        capabilities.insert(name.into(), options);
        capabilities
    }

    /// Its driver, on a port that it finds itself.
    pub(crate) fn driver(self) -> Command {
        let (program, arguments): (_, &[&str]) = match self {
            Engine::Chromium => ("chromedriver", &["--port=0"]),
            Engine::Firefox => ("geckodriver", &["--port=0", "--websocket-port=0"]),
        };
        let mut command = Command::new(std::env::var(DRIVER).unwrap_or_else(|_| program.into()));
        command.args(arguments);
        command
    }

    /// What the driver prints before its port.
    pub(crate) fn greeting(self) -> &'static str {
        match self {
            Engine::Chromium => "started successfully on port ",
            Engine::Firefox => "Listening on 127.0.0.1:",
        }
    }
}

fn chromium_arguments(window: Window) -> Vec<String> {
    let mut arguments: Vec<String> = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--lang=en-GB",
        // Else each window makes a page of its own for the address bar: a second of a processor, and nobody sees it.
        "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup",
    ]
    .map(String::from)
    .into();
    arguments.push(format!("--window-size={},{}", window.width, window.height));
    arguments.push(format!("--window-position={},0", window.left));
    if !window.visible {
        arguments.push("--headless".into());
    }
    if window.dark {
        arguments.push("--blink-settings=preferredColorScheme=0".into());
    }
    if window.reduced_motion {
        arguments.push("--force-prefers-reduced-motion".into());
    }
    arguments
}

fn firefox_preferences(window: Window) -> Value {
    // 0 = all, 1 = none of third parties, 5 = the browser's own choice: a jar for each site that they are framed in.
    let cookies = window.third_party_cookies.map_or(5, |allowed| u8::from(!allowed));
    json!({
        "network.cookie.cookieBehavior": cookies,
        "intl.accept_languages": "en-GB, en",
        "layout.css.prefers-color-scheme.content-override": if window.dark { 0 } else { 1 },
        // 0 = unless the system says otherwise, 2 = always.
        "browser.display.document_color_use": if window.forced_colors { 2 } else { 0 },
        "ui.prefersReducedMotion": i32::from(window.reduced_motion),
        // Clicks straight to the document: over the compositor, one that comes before a frame is painted is lost.
        "remote.events.async.mouse.enabled": false,
    })
}
