//! WebDriver BiDi: commands and events over a WebSocket, in the same words to both engines.

use anyhow::{Context, Result, anyhow};
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

/// Why not the test's own: a connection must live on while that one is blocked, as it is when a guard is dropped.
static RUNTIME: LazyLock<std::io::Result<Runtime>> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(1).enable_all().build());

/// How long a command may take.
const DEADLINE: Duration = Duration::from_secs(20);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A connection to one browser; clones share it.
#[derive(Clone, Debug)]
pub struct Bidi {
    requests: mpsc::UnboundedSender<Request>,
    seen: Arc<Mutex<Seen>>,
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
}

impl Bidi {
    /// Connects to the address that the driver has named, and listens to console and preload scripts.
    ///
    /// # Errors
    /// When nobody answers there.
    pub async fn connect(address: &str) -> Result<Bidi> {
        let (sender, receiver) = mpsc::unbounded_channel();
        let bidi = Bidi { requests: sender, seen: Arc::default() };
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
        self.send("session.subscribe", json!({ "events": events })).await.map(|_| ())
    }

    /// How requests have ended so far.
    pub fn answers(&self) -> Vec<Value> {
        self.seen().answers.clone()
    }

    /// The windows and tabs: their ids and addresses.
    ///
    /// # Errors
    /// When the browser has gone.
    pub async fn pages(&self) -> Result<Vec<(String, String)>> {
        let tree = self.send("browsingContext.getTree", json!({ "maxDepth": 0 })).await?;
        let contexts = tree.get("contexts").and_then(Value::as_array).context("no contexts")?;
        let text =
            |context: &Value, name: &str| context.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(contexts.iter().map(|context| (text(context, "context"), text(context, "url"))).collect())
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
        self.send("script.addPreloadScript", parameters).await.map(|_| ())
    }

    /// Holds back requests whose address has this in it, until [`Bidi::release`].
    ///
    /// # Errors
    /// When the browser refuses it.
    pub async fn hold(&self, part: &str) -> Result<()> {
        self.seen().hold.push(part.to_owned());
        self.send("session.subscribe", json!({ "events": ["network.beforeRequestSent"] })).await?;
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

/// Takes an event; a request that need not wait goes on by the command that is given back.
fn hear(event: &Value, seen: &mut Seen) -> Option<(&'static str, Value)> {
    let parameters = event.get("params")?;
    match event.get("method")?.as_str()? {
        "log.entryAdded" => seen.log.push(parameters.clone()),
        "script.message" => seen.told.push(parameters.pointer("/data/value").cloned().unwrap_or_default()),
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
