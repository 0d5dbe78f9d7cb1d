//! WebDriver BiDi: commands and events over a WebSocket, in the same words to both engines.

use anyhow::{Context, Result, anyhow};
use fantoccini::wd::WindowHandle;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Why not the test's own: a connection must live on while that one is blocked, as it is when a guard is dropped, and when
/// the next test uses the same browser.
static RUNTIME: LazyLock<std::io::Result<Runtime>> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(2).enable_all().build());

/// How long a command may take.
const DEADLINE: Duration = Duration::from_secs(20);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A connection to one browser; clones share it.
#[derive(Clone, Debug)]
pub struct Bidi {
    requests: mpsc::UnboundedSender<Request>,
    seen: Arc<Mutex<Seen>>,
    /// Whose windows these are; without it, all.
    user_context: Option<String>,
}

#[derive(Debug)]
struct Request {
    method: &'static str,
    parameters: Value,
    answer: oneshot::Sender<Result<Value>>,
}

/// What the browser has said on its own account.
#[derive(Debug, Default)]
struct Seen {
    log: Vec<Value>,
    told: Vec<Value>,
    /// Requests that are over, since they are recorded.
    answers: Vec<Value>,
    /// Parts of the addresses that are held now.
    hold: Vec<String>,
    held: Vec<Value>,
    intercepts: Vec<Value>,
    /// The commands that undo what the browser has been asked for until further notice.
    undo: Vec<(&'static str, Value)>,
}

impl Bidi {
    /// Connects to the address that the driver has named, and listens to console and preload scripts.
    ///
    /// # Errors
    /// When nobody answers there.
    pub async fn connect(address: &str) -> Result<Bidi> {
        let (sender, receiver) = mpsc::unbounded_channel();
        let bidi = Bidi { requests: sender, seen: Arc::default(), user_context: None };
        let (address, seen) = (address.to_owned(), bidi.seen.clone());
        spawn(async move {
            let (socket, _) = connect_async(&address).await?;
            tokio::spawn(serve(socket, receiver, seen));
            Ok(())
        })?
        .await??;
        bidi.send("session.subscribe", json!({ "events": ["log.entryAdded", "script.message"] })).await?;
        Ok(bidi)
    }

    /// Sends a command and waits for its result.
    ///
    /// # Errors
    /// When the browser refuses it or has gone.
    pub async fn send(&self, method: &'static str, parameters: Value) -> Result<Value> {
        let (answer, answered) = oneshot::channel();
        let request = Request { method, parameters, answer };
        self.requests.send(request).map_err(|_| anyhow!("{method}: the browser has gone"))?;
        let answered = tokio::time::timeout(DEADLINE, answered).await;
        answered
            .with_context(|| format!("{method}: no answer"))?
            .map_err(|_| anyhow!("{method}: the browser has gone"))?
    }

    /// The console's entries so far, of all documents.
    pub fn log(&self) -> Vec<Value> {
        self.seen().log.clone()
    }

    /// What preload scripts have told so far through their channel.
    pub fn told(&self) -> Vec<Value> {
        self.seen().told.clone()
    }

    /// Records from now on how every request ends.
    ///
    /// # Errors
    /// When the browser refuses it.
    pub async fn record_answers(&self) -> Result<()> {
        let events = ["network.responseCompleted", "network.fetchError"];
        self.subscribe(json!(events)).await
    }

    /// How requests have ended so far.
    pub fn answers(&self) -> Vec<Value> {
        self.seen().answers.clone()
    }

    /// The user's windows and tabs: their ids and addresses.
    ///
    /// # Errors
    /// When the browser has gone.
    pub async fn pages(&self) -> Result<Vec<(String, String)>> {
        let tree = self.send("browsingContext.getTree", json!({ "maxDepth": 0 })).await?;
        let contexts = tree.get("contexts").and_then(Value::as_array).context("no contexts")?;
        let is_ours = |context: &Value| {
            self.user_context.as_ref().is_none_or(|user_context| text(context, "userContext") == user_context)
        };
        let names = |context: &Value| (text(context, "context").to_owned(), text(context, "url").to_owned());
        Ok(contexts.iter().filter(|context| is_ours(context)).map(names).collect())
    }

    /// Runs an expression in a page and gives its text.
    ///
    /// # Errors
    /// When it throws or gives no text.
    pub async fn text_in(&self, page: &str, expression: &str) -> Result<String> {
        let parameters = json!({ "expression": expression, "target": { "context": page }, "awaitPromise": true });
        let answer = self.send("script.evaluate", parameters).await?;
        let text = answer.pointer("/result/value").and_then(Value::as_str);
        Ok(text.with_context(|| format!("no text: {answer}"))?.to_owned())
    }

    /// Runs a function's source in every document before its own scripts. Its argument is a function that takes a text to
    /// [`Bidi::told`].
    ///
    /// # Errors
    /// When the browser refuses it.
    pub async fn preload(&self, function: &str) -> Result<()> {
        let channel = json!({ "type": "channel", "value": { "channel": "preload" } });
        let parameters = json!({ "functionDeclaration": function, "arguments": [channel] });
        let added = self.send("script.addPreloadScript", parameters).await?;
        self.undo_by("script.removePreloadScript", json!({ "script": added.get("script") }));
        Ok(())
    }

    /// Holds back requests whose address has this in it, until [`Bidi::release`].
    ///
    /// # Errors
    /// When the browser refuses it.
    pub async fn hold(&self, part: &str) -> Result<()> {
        self.seen().hold.push(part.to_owned());
        self.subscribe(json!(["network.beforeRequestSent"])).await?;
        let answer = self.send("network.addIntercept", json!({ "phases": ["beforeRequestSent"] })).await?;
        self.seen().intercepts.push(answer.get("intercept").cloned().unwrap_or_default());
        Ok(())
    }

    /// Lets what is held go on, and holds nothing any more.
    ///
    /// # Errors
    /// When the browser has gone.
    pub async fn release(&self) -> Result<()> {
        let (held, intercepts) = {
            let mut seen = self.seen();
            seen.hold.clear();
            (std::mem::take(&mut seen.held), std::mem::take(&mut seen.intercepts))
        };
        for intercept in intercepts {
            self.send("network.removeIntercept", json!({ "intercept": intercept })).await?;
        }
        for request in held {
            // The page may have given it up meanwhile.
            let _gone = self.send("network.continueRequest", json!({ "request": request })).await;
        }
        Ok(())
    }

    /// The same connection, for the windows of one user context.
    pub(crate) fn in_user_context(&self, user_context: &str) -> Bidi {
        let mut bidi = self.clone();
        bidi.undo_by("browser.removeUserContext", json!({ "userContext": user_context }));
        bidi.user_context = Some(user_context.to_owned());
        bidi
    }

    /// Opens a tab beside those of the same user, and shows it.
    ///
    /// # Errors
    /// When the browser refuses it.
    pub async fn new_tab(&self) -> Result<WindowHandle> {
        let mut parameters = json!({ "type": "tab" });
        if let (Some(user_context), Some(parameters)) = (&self.user_context, parameters.as_object_mut()) {
            parameters.insert("userContext".into(), json!(user_context));
        }
        let created = self.send("browsingContext.create", parameters).await?;
        // The classic commands know it by the same id.
        Ok(WindowHandle::try_from(text(&created, "context").to_owned())?)
    }

    /// Ends what the browser has been asked for until further notice: what is held back, scripts, events, the user context.
    ///
    /// # Errors
    /// When the browser refuses it.
    pub(crate) async fn take_back(&self) -> Result<()> {
        self.release().await?;
        let undo = std::mem::take(&mut self.seen().undo);
        for (method, parameters) in undo.into_iter().rev() {
            self.send(method, parameters).await?;
        }
        Ok(())
    }

    /// Forgets what the browser has said.
    pub(crate) fn forget(&self) {
        let mut seen = self.seen();
        *seen = Seen { undo: std::mem::take(&mut seen.undo), ..Seen::default() };
    }

    async fn subscribe(&self, events: Value) -> Result<()> {
        let subscribed = self.send("session.subscribe", json!({ "events": events })).await?;
        self.undo_by("session.unsubscribe", json!({ "subscriptions": [subscribed.get("subscription")] }));
        Ok(())
    }

    fn undo_by(&self, method: &'static str, parameters: Value) {
        self.seen().undo.push((method, parameters));
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs something apart from the test's own runtime.
///
/// # Errors
/// When this machine gives no thread for it.
pub fn spawn<T: Send + 'static>(
    future: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<tokio::task::JoinHandle<Result<T>>> {
    let runtime = RUNTIME.as_ref().map_err(|error| anyhow!("no runtime: {error}"))?;
    Ok(runtime.spawn(future))
}

/// Runs something apart from the test's own runtime and waits for it, blocking, as only a guard that is dropped must.
///
/// # Errors
/// When it fails, or takes too long.
pub fn wait_for<T: Send + 'static>(future: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
    let (sender, receiver) = std::sync::mpsc::channel();
    spawn(async move {
        let _nobody_waits = sender.send(future.await);
        Ok(())
    })?;
    receiver.recv_timeout(DEADLINE * 3).context("no answer in time")?
}

async fn serve(mut socket: Socket, mut requests: mpsc::UnboundedReceiver<Request>, seen: Arc<Mutex<Seen>>) {
    let mut waiting: HashMap<u64, oneshot::Sender<Result<Value>>> = HashMap::new();
    let mut number = 0;
    loop {
        let next = tokio::select! {
            request = requests.recv() => match request {
                Some(request) => {
                    waiting.insert(number + 1, request.answer);
                    Some((request.method, request.parameters))
                }
                None => return,
            },
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => {
                    let message = serde_json::from_str(&text).unwrap_or(Value::Null);
                    match message.get("id").and_then(Value::as_u64) {
                        Some(id) => {
                            if let Some(answer) = waiting.remove(&id) {
                                let _nobody_waits = answer.send(result_of(&message));
                            }
                            None
                        }
                        None => hear(&message, &mut seen.lock().unwrap_or_else(PoisonError::into_inner)),
                    }
                }
                Some(Ok(_)) => None,
                Some(Err(_)) | None => return,
            },
        };
        if let Some((method, params)) = next {
            number += 1;
            let command = json!({ "id": number, "method": method, "params": params }).to_string();
            if socket.send(Message::text(command)).await.is_err() {
                return;
            }
        }
    }
}

fn result_of(message: &Value) -> Result<Value> {
    match message.get("result") {
        Some(result) => Ok(result.clone()),
        None => Err(anyhow!("{}: {}", text(message, "error"), text(message, "message"))),
    }
}

/// Whether this is the answer to the request of an event, rather than on the way to it.
fn is_of(answer: &Value, event: &Value) -> bool {
    let same = |path: &str| answer.pointer(path).is_some_and(|value| event.pointer(path) == Some(value));
    same("/request/request") && same("/request/url") && answer.get("response").is_some()
}

/// Takes an event; a request that need not wait goes on by the command that is given back.
fn hear(event: &Value, seen: &mut Seen) -> Option<(&'static str, Value)> {
    let parameters = event.get("params")?;
    match event.get("method")?.as_str()? {
        "log.entryAdded" => seen.log.push(parameters.clone()),
        "script.message" => seen.told.push(parameters.pointer("/data/value").cloned().unwrap_or_default()),
        // Chromium tells twice of a script or a stylesheet that is not there: what the server has answered, and that it is not used.
        "network.fetchError" if seen.answers.iter().any(|answer| is_of(answer, parameters)) => {}
        "network.responseCompleted" | "network.fetchError" => seen.answers.push(parameters.clone()),
        "network.beforeRequestSent" if parameters.get("isBlocked")?.as_bool()? => {
            let request = parameters.get("request")?;
            let (address, id) = (request.get("url")?.as_str()?, request.get("request")?.clone());
            if !seen.hold.iter().any(|part| address.contains(part.as_str())) {
                return Some(("network.continueRequest", json!({ "request": id })));
            }
            seen.held.push(id);
        }
        _ => {}
    }
    None
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
