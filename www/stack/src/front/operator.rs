//! The operator's page, on this machine only: which Chat Servers there are, who serves, and a button that kills one.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, LOCATION, ORIGIN};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Json, Response};
use axum::routing::{get, post};
use maud::{DOCTYPE, Markup, html};
use serde_json::json;

use super::pair::Pair;

/// How long the page waits for a takeover before it is shown all the same.
const PATIENCE: Duration = Duration::from_secs(10);

const STYLE: &str = concat!(include_str!("../../administration/operators.css"), include_str!("operator.css"));

const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

struct Page {
    pairs: Vec<Arc<Pair>>,
    /// Where the agents of each pair are.
    desks: Vec<String>,
    origins: Vec<String>,
}

/// The routes. `origins` are the names under which the page itself is reached.
pub fn router(pairs: Vec<Arc<Pair>>, desks: Vec<String>, origins: Vec<String>) -> Router {
    let page = Arc::new(Page { pairs, desks, origins });
    Router::new()
        .route("/", get(show))
        .route("/operator.css", get(async || ([(CONTENT_TYPE, "text/css")], STYLE)))
        .route("/state", get(state))
        .route("/fail/{name}", post(fail))
        .layer(middleware::from_fn_with_state(Arc::clone(&page), guard))
        .with_state(page)
}

/// Only this page may press the button: not a page of another origin, and not one whose name was bent to this machine.
async fn guard(State(page): State<Arc<Page>>, request: Request, next: Next) -> Response {
    let own = |value: &str| page.origins.iter().any(|origin| origin == value);
    let headers = request.headers();
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).map(|host| format!("http://{host}"));
    let foreign = headers.get(ORIGIN).is_some_and(|origin| !origin.to_str().is_ok_and(own));
    if foreign || !host.as_deref().is_some_and(own) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let mut response = next.run(request).await;
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, POLICY);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn show(State(page): State<Arc<Page>>) -> Html<String> {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Chat Servers" }
                link rel="stylesheet" href="/operator.css";
            }
            body {
                main {
                    h1 { "Chat Servers" }
                    p {
                        "The button kills the process that serves. Its backup takes over with every chat and every MicroApp; "
                        "agents sign in again."
                    }
                    table {
                        thead { tr {
                            th scope="col" { "Chat Server" } th scope="col" { "Serves" } th scope="col" { "Alias" }
                            th scope="col" { "Process" } th scope="col" { "Standby" } th scope="col" { "Failovers" }
                            th scope="col" { "Agent desk" } th scope="col" { "Failure" }
                        } }
                        tbody { @for (pair, desk) in page.pairs.iter().zip(&page.desks) { (row(pair, desk)) } }
                    }
                }
            }
        }
    };
    Html(page.into_string())
}

fn row(pair: &Pair, desk: &str) -> Markup {
    let state = pair.watch().borrow().clone();
    let active = state.active.as_ref();
    let took = state.took.map(|took| format!("{}, the last in {} ms", state.failovers, took.as_millis()));
    html! {
        tr {
            th scope="row" { (pair.name()) }
            td data-label="Serves" { (active.map_or("nobody", |active| &active.application.name)) }
            td data-label="Alias" { (active.map_or("", |active| &active.application.alias)) }
            td data-label="Process" { (active.and_then(|active| active.pid).map(|pid| pid.to_string()).unwrap_or_default()) }
            td data-label="Standby" { (state.standby.map_or_else(|| "none".to_owned(), |(name, _)| name)) }
            td data-label="Failovers" { (took.unwrap_or_else(|| "0".to_owned())) }
            td data-label="Agent desk" { a href=(desk) { (desk) } }
            td { form method="post" action=(format!("/fail/{}", pair.name())) { button { "Kill " (pair.name()) } } }
        }
    }
}

async fn state(State(page): State<Arc<Page>>) -> Json<serde_json::Value> {
    let told = page.pairs.iter().map(|pair| {
        let state = pair.watch().borrow().clone();
        let active = state.active.as_ref();
        json!({
            "name": pair.name(),
            "active": active.map(|active| &active.application.name),
            "alias": active.map(|active| &active.application.alias),
            "pid": active.and_then(|active| active.pid),
            "standby": state.standby.as_ref().map(|(name, _)| name),
            "standbyPid": state.standby.as_ref().and_then(|(_, pid)| *pid),
            "failovers": state.failovers,
        })
    });
    Json(told.collect())
}

async fn fail(State(page): State<Arc<Page>>, Path(name): Path<String>) -> Response {
    let Some(pair) = page.pairs.iter().find(|pair| pair.name() == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut state = pair.watch();
    let before = state.borrow_and_update().failovers;
    pair.kill();
    let over = state.wait_for(|state| state.failovers > before && state.active.is_some());
    // Whoever looks too early sees that nobody serves yet.
    let _ = tokio::time::timeout(PATIENCE, over).await;
    (StatusCode::SEE_OTHER, [(LOCATION, "/")]).into_response()
}
