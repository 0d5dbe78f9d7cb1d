//! Browsers that serve one test after the other. To start one takes longer than most tests, so it is used again: by each test
//! in a user context of its own, whose cookies, storage, caches and service workers are as fresh as those of a new profile.

use crate::bidi::{Bidi, spawn};
use crate::browser::Window;
use crate::engine::Engine;
use crate::kept::Kept;
use crate::wait::DEADLINE;
use anyhow::{Context, Result, anyhow};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tempfile::TempDir;
use tokio::task::JoinHandle;

/// How many browsers may wait for the next test.
const MOST: usize = 4;

/// Those that wait, the longest first.
static IDLE: Mutex<Vec<Idle>> = Mutex::new(Vec::new());

/// A browser that nobody uses, while it is made ready or since then.
struct Idle {
    engine: Engine,
    launched: Window,
    session: JoinHandle<Result<Session>>,
}

/// A driver process with its one session (geckodriver takes no second), and where in the browser its user is. All of it ends
/// when this is dropped.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) bidi: Bidi,
    engine: Engine,
    launched: Window,
    driver: Kept,
}

impl Session {
    /// Starts a browser with a fresh profile.
    ///
    /// # Errors
    /// When it does not start.
    pub(crate) async fn start(engine: Engine, window: Window) -> Result<Session> {
        let (driver, address) = start_driver(engine).await?;
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(engine.capabilities(window));
        // Why not on the test's own runtime: the connections outlive it.
        let connected = spawn(async move {
            let client = builder.connect(&address).await?;
            // The browser ends with its driver, not with the connection.
            client.persist().await?;
            let socket = client.capabilities().and_then(|granted| granted.get("webSocketUrl")).and_then(Value::as_str);
            let bidi = Bidi::connect(socket.context("no address for WebDriver BiDi")?).await?;
            Ok((client, bidi))
        })?;
        let (client, bidi) = connected.await??;
        Ok(Session { client, bidi, engine, launched: window.as_launched(), driver })
    }

    /// A browser that waits, or else a new one; either in a user context that nobody has used.
    ///
    /// # Errors
    /// When none starts.
    pub(crate) async fn take(engine: Engine, window: Window) -> Result<Session> {
        while let Some(idle) = next(engine, window.as_launched()) {
            match idle.await {
                Ok(Ok(session)) => return Ok(session),
                Ok(Err(error)) => eprintln!("a browser is not used again: {error:#}"),
                Err(error) => eprintln!("a browser is not used again: {error}"),
            }
        }
        Session::start(engine, window).await?.made_ready().await
    }

    /// Leaves the browser to the next test.
    pub(crate) fn give_back(self) {
        let (engine, launched) = (self.engine, self.launched);
        let made_ready = spawn(async move {
            let ready = tokio::time::timeout(DEADLINE, self.made_ready()).await;
            ready.context("it does not get ready")?
        });
        // Without a runtime there would have been no browser.
        let Ok(session) = made_ready else { return };
        let mut idle = idle();
        idle.push(Idle { engine, launched, session });
        let too_many = idle.len().saturating_sub(MOST);
        let ended: Vec<_> = idle.drain(..too_many).collect();
        drop((idle, ended));
    }

    /// Takes back what the last user has asked of the browser, and goes to a new tab in a new user context; the last one ends
    /// with all its windows and all that it has kept.
    async fn made_ready(mut self) -> Result<Session> {
        self.bidi.take_back().await?;
        let created = self.bidi.send("browser.createUserContext", json!({})).await?;
        let user_context = created.get("userContext").and_then(Value::as_str).context("no user context")?;
        self.bidi = self.bidi.in_user_context(user_context);
        let tab = self.bidi.new_tab().await?;
        self.client.switch_to_window(tab).await?;
        self.bidi.forget();
        Ok(self)
    }

    /// The id of the driver's process.
    pub(crate) fn process(&self) -> u32 {
        self.driver.id()
    }
}

fn idle() -> MutexGuard<'static, Vec<Idle>> {
    IDLE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn next(engine: Engine, launched: Window) -> Option<JoinHandle<Result<Session>>> {
    let mut idle = idle();
    let at = idle.iter().position(|one| one.engine == engine && one.launched == launched)?;
    Some(idle.remove(at).session)
}

/// Starts a driver on a free port and gives its address; it has no session yet.
async fn start_driver(engine: Engine) -> Result<(Kept, String)> {
    // Why again: it picks a free port first and listens later, so another process can be faster.
    for _ in 0..2 {
        if let Ok(started) = start_driver_once(engine).await {
            return Ok(started);
        }
    }
    start_driver_once(engine).await
}

async fn start_driver_once(engine: Engine) -> Result<(Kept, String)> {
    let mut command: Command = engine.driver();
    command.stderr(Stdio::null());
    // Why so short: Chromium has a socket in there, whose path must not be long.
    let started = Kept::start(command, TempDir::with_prefix("cx-")?, move |line| {
        let (_, port) = line.split_once(engine.greeting())?;
        Some(format!("http://127.0.0.1:{}", port.trim_end_matches('.')))
    });
    started.await.map_err(|error| anyhow!("no WebDriver (install it with: cargo xtask setup): {error:#}"))
}
