//! The browser engines: how each is started, told its preferences, and ended.

use crate::browser::Window;
use anyhow::{Context, Result, bail};
use fantoccini::wd::Capabilities;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

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
        capabilities.insert(name.into(), options);
        capabilities
    }

    fn driver(self) -> Command {
        let (program, arguments): (_, &[&str]) = match self {
            Engine::Chromium => ("chromedriver", &["--port=0"]),
            Engine::Firefox => ("geckodriver", &["--port=0", "--websocket-port=0"]),
        };
        let mut command = Command::new(std::env::var(DRIVER).unwrap_or_else(|_| program.into()));
        command.args(arguments);
        command
    }

    /// What the driver prints before its port.
    fn greeting(self) -> &'static str {
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

/// A driver process with its one session (geckodriver takes no second). Both end when this is dropped, also when a test
/// has failed half-way: a driver that is just killed leaves its browser and the browser's profile behind.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) address: String,
    pub(crate) id: String,
    process: Child,
}

impl Session {
    /// Starts a driver on a free port; it has no session yet.
    pub(crate) async fn start(engine: Engine) -> Result<Session> {
        // Why again: it picks a free port first and listens later, so another process can be faster.
        for _ in 0..2 {
            if let Ok(session) = Session::start_once(engine).await {
                return Ok(session);
            }
        }
        Session::start_once(engine).await
    }

    async fn start_once(engine: Engine) -> Result<Session> {
        let mut command = engine.driver();
        // Why a group of its own: what the driver could not end is ended with it.
        command.stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true).process_group(0);
        let mut process = command.spawn().context("no WebDriver (install it with: cargo xtask setup)")?;
        let mut lines = BufReader::new(process.stdout.take().context("no output")?).lines();
        while let Some(line) = lines.next_line().await? {
            if let Some((_, port)) = line.split_once(engine.greeting()) {
                let address = format!("127.0.0.1:{}", port.trim_end_matches('.'));
                // Why: a full pipe would stop the driver.
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return Ok(Session { address, id: String::new(), process });
            }
        }
        bail!("the WebDriver did not start")
    }

    /// The id of the driver's process.
    pub(crate) fn process(&self) -> u32 {
        self.process.id().unwrap_or_default()
    }

    fn ask_to_end(&self) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let request =
            format!("DELETE /session/{} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.id, self.address);
        stream.write_all(request.as_bytes())?;
        // Why not to the end: chromedriver keeps the connection, and its answer comes when the browser has gone.
        loop {
            match stream.read(&mut [0; 64]) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                answer => return answer.map(|_| ()),
            }
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if !self.id.is_empty()
            && let Err(error) = self.ask_to_end()
        {
            eprintln!("the driver at {} may have left its browser behind: {error}", self.address);
        }
        let pid = self.process.id().and_then(|pid| i32::try_from(pid).ok()).and_then(rustix::process::Pid::from_raw);
        if let Some(group) = pid {
            let _all_gone = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}
