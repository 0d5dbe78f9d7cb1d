//! A static file server of an integrator, under conditions that a test chooses.

use crate::files::{self, dist};
use crate::page::Page;
use anyhow::Result;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderMap,
    TRANSFER_ENCODING,
};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{any, get};
use e2e::stack::Stack;
use maud::{DOCTYPE, html};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tower_http::services::{ServeDir, ServeFile};

/// What a bundle has in the place of the chat service, which is known only when it is served.
///
/// Why not the addresses of the README's examples: the plugin's own advice names them, in its WebAssembly.
pub const CHAT_SERVER: &str = "https://chat-server.test/chat";
/// What a bundle has in the place of the Messaging Server.
pub const MESSAGING_SERVER: &str = "https://messaging-server.test";

/// How the server answers for `.wasm` files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wasm {
    /// As it should.
    Served,
    /// As a file of unknown type.
    WrongType,
    /// Not at all.
    Missing,
    /// With the page that it has for every address that it does not know.
    HtmlPage,
    /// With half of it.
    HalfOfIt,
    /// With the file of an older release.
    Older,
    /// To pages of its own origin only, as all other files.
    NotShared,
}

/// Under which conditions the files are served.
#[derive(Clone, Copy, Debug)]
pub struct Conditions {
    /// How `.wasm` files are answered for.
    pub wasm: Wasm,
    /// Only the first time.
    pub once: bool,
    /// A published file that is not there.
    pub without: Option<&'static str>,
    /// A published script of which an older release is there.
    pub outdated: Option<&'static str>,
}

/// Everything as it should be.
pub const GOOD: Conditions = Conditions { wasm: Wasm::Served, once: false, without: None, outdated: None };

/// A website and the stack behind it; they end when this is dropped.
pub struct Site {
    /// The address of its pages.
    pub origin: String,
    /// Another address at which the same files are.
    pub other: String,
    /// The servers that its pages talk to.
    pub stack: Stack,
    task: JoinHandle<()>,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Site {
    /// Starts a website with one page, at `/`. Its origin is named after `name`, so that cookies, storage and service
    /// workers of other pages are not its own.
    ///
    /// # Errors
    /// When the stack or the published files are not there.
    pub async fn with_page(name: &str, page: &Page, conditions: Conditions) -> Result<Site> {
        Site::start(name, |origin, other, stack| {
            let text = page.markup(origin, other)?.into_string();
            let mut headers = HeaderMap::new();
            if let Some(policy) = page.policy(&stack.gms, &stack.messaging) {
                headers.insert(CONTENT_SECURITY_POLICY, policy.parse()?);
            }
            Ok(published(stack, conditions).route("/", get(move || async move { (headers, Html(text)) })))
        })
        .await
    }

    /// Starts a website that serves the files of `folder` as they are, without a header of its own, the configuration at
    /// `/config.js`, the host at `/js/` and the Messaging Server where it has its own paths. In texts, [`CHAT_SERVER`] and
    /// [`MESSAGING_SERVER`] become those of the stack.
    ///
    /// # Errors
    /// When the stack does not start.
    pub async fn with_folder(name: &str, folder: &Path) -> Result<Site> {
        Site::start(name, |_, _, stack| {
            let messaging = Router::new().route("/fish-messaging/{*path}", any(pass_on));
            let host = configuration(stack, &stack.messaging).nest_service("/js", ServeDir::new(dist()));
            Ok(host.merge(messaging.with_state(stack.messaging.clone())).merge(files_alone(stack, folder)))
        })
        .await
    }

    /// The same with nothing but the files of `folder`.
    ///
    /// # Errors
    /// When the stack does not start.
    pub async fn with_folder_alone(name: &str, folder: &Path) -> Result<Site> {
        Site::start(name, |_, _, stack| Ok(files_alone(stack, folder))).await
    }

    /// Starts a website with one page, at `/`, and at its other address, in the place of the Messaging Server, apps of the test's
    /// own: the page `<token>.html` of `folder` for each token, and the folder's other files below `/app/`.
    ///
    /// # Errors
    /// As [`Site::with_page`].
    pub async fn with_apps(name: &str, page: &Page, folder: &Path) -> Result<Site> {
        Site::start(name, |origin, other, stack| {
            let (text, folder) = (page.markup(origin, other)?.into_string(), folder.to_owned());
            let files = ServeDir::new(&folder);
            let app = |token: axum::extract::Path<String>| async move {
                tokio::fs::read_to_string(folder.join(format!("{}.html", token.0))).await.map(Html).map_err(not_found)
            };
            Ok(configuration(stack, other)
                .route("/", get(|| async { Html(text) }))
                .route("/fish-messaging/go/{token}", get(app))
                .nest_service("/app", files)
                .nest_service("/js", ServeDir::new(dist())))
        })
        .await
    }

    async fn start(name: &str, routes: impl FnOnce(&str, &str, &Stack) -> Result<Router>) -> Result<Site> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        // Browsers take all names below `localhost` for this machine.
        let (origin, other) = (format!("http://{name}.localhost:{port}"), format!("http://cdn.localhost:{port}"));
        let stack = Stack::start(&["--allow-origin", &origin]).await?;
        let router = routes(&origin, &other, &stack)?;
        // The test is over when this ends, so nobody is left to be told.
        let task = tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        Ok(Site { origin, other, stack, task })
    }
}

/// The files of a folder, with the stack's servers where they are meant.
fn files_alone(stack: &Stack, folder: &Path) -> Router {
    let servers = [(CHAT_SERVER, chat_address(stack)), (MESSAGING_SERVER, stack.messaging.clone())];
    let named = middleware::from_fn_with_state(Arc::new(servers), naming);
    Router::new().fallback_service(ServeDir::new(folder)).layer(named)
}

fn not_found(_: std::io::Error) -> StatusCode {
    StatusCode::NOT_FOUND
}

/// Answers with what this server has there, as a reverse proxy does.
async fn pass_on(State(server): State<String>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    parts.headers.remove(HOST);
    let answer = async {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
        let asked = client.request(parts.method, format!("{server}{}", parts.uri)).headers(parts.headers);
        let answer = asked.body(axum::body::to_bytes(body, usize::MAX).await?).send().await?;
        let mut response = (answer.status(), answer.headers().clone(), Body::empty()).into_response();
        // What these say is of the connection behind.
        for name in [TRANSFER_ENCODING, CONTENT_LENGTH] {
            response.headers_mut().remove(name);
        }
        *response.body_mut() = Body::from(answer.bytes().await?);
        anyhow::Ok(response)
    };
    answer.await.unwrap_or_else(|_| StatusCode::BAD_GATEWAY.into_response())
}

/// What an integrator has anyway: the configuration of Widgets, with the plugin's at `/config.js`, without at `/chat.js`.
fn configuration(stack: &Stack, messaging: &str) -> Router {
    let all = json!({ "webchat": webchat(stack), "speechstorm": { "baseURL": messaging } });
    let served = |script: String| get(|| async { ([(CONTENT_TYPE, "text/javascript")], script) });
    Router::new().route("/config.js", served(script(&all))).route("/chat.js", served(chat_script(stack)))
}

/// The configuration of Widgets without the plugin's.
#[must_use]
pub fn chat_script(stack: &Stack) -> String {
    // Another language than the one that is inside: bundlers have to bring it along.
    script(&json!({ "main": { "lang": "de" }, "webchat": webchat(stack) }))
}

fn script(widgets: &Value) -> String {
    format!("window._genesys = {{ widgets: {widgets} }};\n")
}

fn webchat(stack: &Stack) -> Value {
    json!({ "dataURL": chat_address(stack) })
}

/// The chat service of the stack, as Widgets are told it.
fn chat_address(stack: &Stack) -> String {
    format!("{}/genesys/2/chat/customer-support", stack.gms)
}

/// The published files at `/js/`, the scripts of the pages at `/pages/`, and a service worker.
fn published(stack: &Stack, conditions: Conditions) -> Router {
    let pages = files::root().join("tests/packaging/pages");
    let state = Arc::new((conditions, AtomicUsize::new(0)));
    configuration(stack, &stack.messaging)
        .nest_service("/js", ServeDir::new(dist()))
        .layer(middleware::from_fn_with_state(state, under))
        .nest_service("/pages", ServeDir::new(&pages))
        .route_service("/worker.js", ServeFile::new(pages.join("worker.js")))
        .route("/older.wasm", get(|| async { older_wasm() }))
        .route("/register", get(|| async { register("/worker.js") }))
        .route("/register-stubborn", get(|| async { register("/worker.js?stubborn") }))
}

fn register(worker: &str) -> Html<String> {
    let page = html! {
        (DOCTYPE)
        html { head { title { "Worker" } } body { script src="/pages/register.js" data-worker=(worker) {} } }
    };
    Html(page.into_string())
}

/// Answers a request under the conditions.
async fn under(State(state): State<Arc<(Conditions, AtomicUsize)>>, request: Request, next: Next) -> Response {
    let (conditions, asked) = &*state;
    let path = request.uri().path().to_owned();
    if conditions.without.is_some_and(|name| path.ends_with(name)) {
        return StatusCode::NOT_FOUND.into_response();
    }
    if conditions.outdated.is_some_and(|name| path.ends_with(name)) {
        return ([(CONTENT_TYPE, "text/javascript")], "document.documentElement.dataset.outdated = 'has run';")
            .into_response();
    }
    let wasm = path.ends_with(".wasm");
    let first = wasm && asked.fetch_add(1, Ordering::Relaxed) == 0;
    let how = if wasm && (first || !conditions.once) { conditions.wasm } else { Wasm::Served };
    let response = next.run(request).await;
    let mut response = match how {
        Wasm::Served | Wasm::NotShared => response,
        Wasm::Missing => StatusCode::NOT_FOUND.into_response(),
        Wasm::HtmlPage => register("/worker.js").into_response(),
        Wasm::Older => older_wasm(),
        Wasm::WrongType => with_type(response, "application/octet-stream"),
        Wasm::HalfOfIt => half_of(response).await,
    };
    let headers = response.headers_mut();
    if conditions.wasm != Wasm::NotShared {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
    // As servers of hashed names do: what is wrong once stays in the browser's cache until somebody asks around it.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("max-age=3600"));
    response
}

/// Puts the stack's servers where they are meant.
async fn naming(State(servers): State<Arc<[(&str, String); 2]>>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("text/") {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let mut text = String::from_utf8_lossy(&bytes).into_owned();
    for (meant, server) in servers.iter() {
        text = text.replace(meant, server);
    }
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(text))
}

fn with_type(mut response: Response, kind: &'static str) -> Response {
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

async fn half_of(response: Response) -> Response {
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap_or_default();
    let half = bytes.slice(..bytes.len() / 2);
    ([(CONTENT_TYPE, "application/wasm")], Body::from(half)).into_response()
}

/// WebAssembly that compiles and is not the plugin's: the shortest there is.
fn older_wasm() -> Response {
    ([(CONTENT_TYPE, "application/wasm")], Body::from(&b"\0asm\x01\0\0\0"[..])).into_response()
}
