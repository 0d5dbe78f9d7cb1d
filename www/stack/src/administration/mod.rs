//! *Administration*, as the vendor's product has it: Default Server Settings and Application Details, on the listener of the
//! agent desk ("Using WebIVR MicroApps", "Add default server settings" and "Using MicroApps").
//!
//! Whoever has signed in at the desk is logged in here ("Log in to Intelligent Automation"); like the desk it has no passwords.
//! What changes something must come from its own pages or from no page at all.

mod file;
mod pages;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, LOCATION, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, extract::DefaultBodyLimit};

use crate::clock::Clock;
use crate::desk::Logins;
use crate::messaging_server::Callflows;
use crate::messaging_server::settings::{NAMES, PASSWORD, ServerSettings};
use crate::origins::AllowedOrigins;
use pages::Row;

const STYLE: &str = concat!(
    include_str!("../../administration/operators.css"),
    include_str!("../../administration/administration.css")
);
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
);
/// Where the settings are.
const SETTINGS: &str = "/administration/default-server-settings";
/// Largest request body in bytes.
const BODY_LIMIT: usize = 64 * 1024;

/// What the administration needs.
pub struct AdministrationConfig {
    /// The settings that the Messaging Server goes by until it is started again.
    pub running: ServerSettings,
    /// Where they are kept; none: they cannot be changed.
    pub file: Option<PathBuf>,
    /// The applications.
    pub flows: Callflows,
    /// The names under which the listener is reached.
    pub own: AllowedOrigins,
    /// Who is signed in at the desk.
    pub logins: Logins,
    /// The clock, where tests may put it forward.
    pub clock: Option<Clock>,
}

/// The routes.
pub fn router(config: AdministrationConfig) -> Router {
    let state = Arc::new(config);
    let mut router = Router::new()
        .route("/administration", get(applications))
        .route("/administration/applications", get(applications))
        .route(SETTINGS, get(show).post(save))
        .route_layer(middleware::from_fn_with_state(Arc::clone(&state), logged_in))
        .route("/administration/style.css", get(style));
    if state.clock.is_some() {
        router = router.route("/administration/clock", post(advance));
    }
    router
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn_with_state(Arc::clone(&state), same_origin))
        .layer(middleware::from_fn(headers))
        .with_state(state)
}

async fn same_origin(State(config): State<Arc<AdministrationConfig>>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(ORIGIN);
    if origin.is_some_and(|origin| !origin.to_str().is_ok_and(|origin| config.own.find(origin).is_some())) {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
}

async fn logged_in(State(config): State<Arc<AdministrationConfig>>, request: Request, next: Next) -> Response {
    if config.logins.know(request.headers()) { next.run(request).await } else { pages::log_in() }
}

async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    for (name, value) in [
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn style() -> Response {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

async fn applications(State(config): State<Arc<AdministrationConfig>>) -> Response {
    pages::applications(config.flows.all())
}

/// The rows of the page: what is in the file, what runs, what is wrong with what was posted.
fn rows(config: &AdministrationConfig, kept: &BTreeMap<String, String>, faults: &BTreeMap<String, String>) -> Vec<Row> {
    let defaults = ServerSettings::default();
    let row = |name: &'static str| {
        let (saved, running, default) = (kept.get(name).cloned(), config.running.value(name), defaults.value(name));
        Row {
            name,
            is_password: name == PASSWORD,
            waits: name != PASSWORD && *saved.as_ref().unwrap_or(&default) != running,
            is_set: saved.is_some(),
            // The password is in the file and nowhere else.
            saved: if name == PASSWORD { String::new() } else { saved.unwrap_or_default() },
            running,
            default,
            fault: faults.get(name).cloned(),
        }
    };
    NAMES.map(row).into()
}

fn kept(config: &AdministrationConfig) -> BTreeMap<String, String> {
    config.file.as_deref().map(file::read).unwrap_or_default()
}

async fn show(State(config): State<Arc<AdministrationConfig>>) -> Response {
    let rows = rows(&config, &kept(&config), &BTreeMap::new());
    pages::settings(StatusCode::OK, &rows, config.file.is_some())
}

/// Saves what was posted: fields by the settings' names, or `remove` with one of them.
async fn save(State(config): State<Arc<AdministrationConfig>>, body: Bytes) -> Response {
    let Some(path) = &config.file else { return StatusCode::CONFLICT.into_response() };
    let form: BTreeMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    let mut values = kept(&config);
    let mut faults = BTreeMap::new();
    if let Some(name) = form.get("remove") {
        values.remove(name);
    } else {
        for name in NAMES {
            let Some(value) = form.get(name).map(|value| value.trim()) else { continue };
            // An empty password field leaves the password alone: it is not shown, so it could not be sent back.
            let untouched = value.is_empty() && (name == PASSWORD || !values.contains_key(name));
            if untouched {
                continue;
            }
            if let Err(fault) = ServerSettings::check(name, value) {
                faults.insert(name.to_owned(), fault);
            }
            values.insert(name.to_owned(), value.to_owned());
        }
    }
    if !faults.is_empty() {
        let rows = rows(&config, &values, &faults);
        return pages::settings(StatusCode::UNPROCESSABLE_ENTITY, &rows, true);
    }
    match file::write(path, &values) {
        Ok(()) => (StatusCode::SEE_OTHER, [(LOCATION, SETTINGS)]).into_response(),
        Err(error) => {
            eprintln!("cannot write {} ({error})", path.display());
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// `POST /administration/clock` with `ms`: puts the servers' clock forward.
async fn advance(State(config): State<Arc<AdministrationConfig>>, body: Bytes) -> StatusCode {
    let ms = form_urlencoded::parse(&body).find(|(name, _)| name == "ms").and_then(|(_, ms)| ms.parse::<u32>().ok());
    match (&config.clock, ms) {
        (Some(clock), Some(ms)) => {
            clock.advance(i64::from(ms));
            StatusCode::NO_CONTENT
        }
        _ => StatusCode::BAD_REQUEST,
    }
}
