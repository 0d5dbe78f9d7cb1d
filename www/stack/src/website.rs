//! The website: static pages, the built plugin, and the script that tells the page where the servers are.

mod policies;
mod transports;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use tower::ServiceExt;
use tower_http::services::ServeDir;

/// Longest delay that `/delayed-wasm/` grants, in ms.
const MAX_DELAY_MS: u64 = 30_000;

/// What the website needs.
pub struct WebsiteConfig {
    /// Folder served at `/`.
    pub site_dir: PathBuf,
    /// Folder served at `/dist/`.
    pub dist_dir: PathBuf,
    /// GMS chat address with the service, for the page's `dataURL`.
    pub chat_url: String,
    /// Key that GMS wants of every call, if any.
    pub api_key: Option<String>,
    /// Base address of the Messaging Server.
    pub messaging_url: String,
    /// Origin of the Guest Chat API and of the chat API v3.
    pub cloud_origin: String,
    /// Queue of the one, endpoint of the other.
    pub service: String,
    /// Origin of `chat_url`.
    pub chat_origin: String,
    /// Origin of `messaging_url`.
    pub messaging_origin: String,
}

impl WebsiteConfig {
    /// The policy of every page: its own scripts and wasm, its own styles, GMS and the cloud to talk to, the Messaging
    /// Server to frame, to ask for tickets and to post launches to, no string ever turned into script.
    fn content_security_policy(&self) -> String {
        format!(
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
             font-src 'self'; connect-src 'self' {chat} {comet} {messaging} {cloud} {stream}; frame-src {messaging}; \
             base-uri 'none'; form-action 'self' {messaging}; frame-ancestors 'none'; require-trusted-types-for 'script'; \
             trusted-types 'none'",
            chat = self.chat_origin,
            cloud = self.cloud_origin,
            // The same servers by WebSocket, which is another scheme to a policy.
            comet = self.chat_origin.replacen("http", "ws", 1),
            stream = self.cloud_origin.replacen("http", "ws", 1),
            messaging = self.messaging_origin
        )
    }

    /// The classic script `/config.js`: fills in what the page has not set itself, with the transport it asks for, if any.
    fn config_script(&self, transport: Option<&str>) -> String {
        // JSON is JavaScript here: serde_json escapes what could end a string, and the file is no inline script.
        let quote = |text: &str| serde_json::Value::from(text).to_string();
        format!(
            r#"(function () {{
  "use strict";
  function fill(target, defaults) {{
    Object.keys(defaults).forEach(function (key) {{
      var value = defaults[key];
      // Own ones only: what others have put on Object.prototype configures nothing.
      if (!Object.prototype.hasOwnProperty.call(target, key) || target[key] === undefined) {{
        target[key] = value;
      }} else if (value && typeof value === "object" && target[key] && typeof target[key] === "object") {{
        fill(target[key], value);
      }}
    }});
  }}
  fill(window, {{
    sChatServerUrl: {chat},
    sSpeechStormServer: {messaging},
    _genesys: {{
      widgets: {{
        main: {{ lang: "en", theme: "auto" }},
        webchat: {{ dataURL: {chat}, userData: {{}}{api_key}{transport} }},
        speechstorm: {{}}
      }}
    }}
  }});
}})();
"#,
            chat = quote(&self.chat_url),
            api_key = self.api_key.as_deref().map(|key| format!(", apikey: {}", quote(key))).unwrap_or_default(),
            messaging = quote(&self.messaging_url),
            transport = transport
                .and_then(|kind| transports::settings(kind, &self.cloud_origin, &self.service))
                .map(|settings| format!(", transport: {settings}"))
                .unwrap_or_default()
        )
    }
}

struct Website {
    pages: Router,
}

/// The routes of the website.
pub fn router(config: WebsiteConfig) -> Router {
    let policy = HeaderValue::from_str(&config.content_security_policy())
        .unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"));
    // As a website serves it: what lies beside a file in smaller form goes out instead, to browsers that take it.
    let dist = ServeDir::new(&config.dist_dir).precompressed_br().precompressed_gzip();
    let site = ServeDir::new(&config.site_dir);
    let config = Arc::new(config);
    let pages = Router::new()
        .route(
            "/config.js",
            get(move |RawQuery(query): RawQuery| {
                let transport = transports::asked_for(query.as_deref().unwrap_or_default());
                let script = config.config_script(transport.as_deref());
                async move { config_js(script) }
            }),
        )
        .nest_service("/dist", dist.fallback(any(|uri: Uri| async move { missing("/dist", &uri) })))
        .fallback_service(site.fallback(any(|uri: Uri| async move { missing("", &uri) })));
    let website = Arc::new(Website { pages: pages.clone() });
    Router::new()
        .route("/delayed-wasm/{ms}/", any(delayed))
        .route("/delayed-wasm/{ms}/{*path}", any(delayed))
        .with_state(website)
        .fallback_service(pages)
        .layer(middleware::from_fn(move |request: Request, next: Next| {
            let policy = policy.clone();
            let own = policies::of(request.uri().path());
            async move { with_headers(next.run(request).await, policy, own) }
        }))
}

fn config_js(script: String) -> Response {
    let headers = [(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CACHE_CONTROL, "no-store")];
    (headers, script).into_response()
}

/// Says what is not there by its address only: where the files lie on this machine is no visitor's business, and is told
/// at the start.
fn missing(place: &str, uri: &Uri) -> Response {
    let text = format!("{place}{} is not there; run: cargo xtask build\n", uri.path());
    (StatusCode::NOT_FOUND, [(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

fn with_headers(mut response: Response, policy: HeaderValue, own: Option<&'static [policies::Header]>) -> Response {
    let headers = response.headers_mut();
    match own {
        Some(own) => headers
            .extend(own.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))),
        None => drop(headers.insert(CONTENT_SECURITY_POLICY, policy)),
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache"));
    response
}

/// The same file as at `/{path}`, but wasm comes late: what a customer on a slow network has, on demand.
async fn delayed(
    State(website): State<Arc<Website>>,
    params: Path<Vec<(String, String)>>,
    request: Request,
) -> Response {
    let Some(delay) = params.first().and_then(|(_, ms)| ms.parse::<u64>().ok()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (mut parts, body) = request.into_parts();
    // The rest of the raw path, so that nothing is decoded twice.
    let rest = parts.uri.path().trim_start_matches("/delayed-wasm/").split_once('/').map_or("", |(_, rest)| rest);
    let query = parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let Ok(uri) = format!("/{}{query}", rest.trim_start_matches('/')).parse::<Uri>() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if uri.path().ends_with(".wasm") {
        tokio::time::sleep(Duration::from_millis(delay.min(MAX_DELAY_MS))).await;
    }
    parts.uri = uri;
    website.pages.clone().oneshot(Request::from_parts(parts, body)).await.into_response()
}
