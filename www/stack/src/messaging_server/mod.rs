//! Messaging Server: `/fish-messaging`, which opens MicroApps that an agent asked for in a chat (backend 5).
//!
//! It reaches Chat Server and Interaction Server through their interfaces only. The secure key is in one request, the
//! launch, and in none that follow: the launch answers with a redirect to an address that is a secret of its own. A page
//! that wants no secret in the launch's address either posts it, or has it exchanged for a ticket first ([`tickets`]).
//! What a MicroApp asks and says is in files, see [`callflow`]. No cookie is ever set, so that a frame works where browsers
//! block those of third parties.

pub mod callflow;
mod card;
mod faults;
pub(crate) mod gate;
mod handlers;
mod journal;
pub(crate) mod limits;
mod pages;
mod reach;
mod refusal;
mod sessions;
pub mod settings;
mod tickets;
mod turns;
mod verification;
mod widgets;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

pub use callflow::Callflows;
use callflow::run;
pub use faults::Fault;
pub use refusal::Refusal;
pub use settings::ServerSettings;
pub use widgets::Widgets;

use crate::chat_server::ChatServer;
use crate::chat_server::entry::Visibility;
use crate::clock::Clock;
use crate::interaction_server::InteractionServer;
use crate::origins::AllowedOrigins;
use crate::store::Store;
use faults::Faults;
use gate::Gate;
use limits::LaunchLimit;
use reach::{Places, apart};
use sessions::{Manner, Peers, Sessions};
use verification::{Launch, Rules, Verified, verify};

/// Largest request body in bytes: a launch carries a chat message, percent-encoded.
const BODY_LIMIT: usize = 64 * 1024;

/// How often sessions whose time has come are looked for.
const SWEEP_INTERVAL: Duration = Duration::from_secs(15);

/// What the Messaging Server needs.
pub struct MessagingConfig {
    /// Origins whose pages may embed MicroApps.
    pub allowed: AllowedOrigins,
    /// Age in seconds at which a request can no longer be started.
    pub max_age_seconds: u32,
    /// Time in seconds after which a session that the customer has left alone is over.
    pub idle_seconds: u32,
    /// Whether workflows and bots may ask for MicroApps.
    pub external_allowed: bool,
    /// Who sees status messages.
    pub visibility: Visibility,
    /// The vendor's settings.
    pub settings: ServerSettings,
    /// The applications.
    pub flows: Callflows,
    /// Refused launches that one address may try in a minute; 0: any number.
    pub launch_limit: usize,
    /// Requests that may be worked on at once.
    pub at_once: usize,
    /// Whether a front is before it, which counts them in its place.
    pub behind_front: bool,
    /// Faults to have, for tests of pages.
    pub faults: Vec<Fault>,
    /// What websites take their files from.
    pub widgets: Widgets,
    /// The time to go by.
    pub clock: Clock,
}

struct Messaging {
    flows: Callflows,
    gate: Gate,
    places: Places,
    rules: Rules,
    sessions: Sessions,
    faults: Faults,
    widgets: Widgets,
}

impl Messaging {
    /// Whether an agent has asked for this launch, as the Chat Server knows.
    fn verify(&self, launch: &Launch) -> Result<Verified, Refusal> {
        verify(&self.flows, &self.rules, launch, |interaction, credentials| {
            self.sessions.transcript(interaction, credentials)
        })
    }
}

/// The routes of the Messaging Server, and what has to run beside them. Answers when what was begun before has been gone on
/// with.
pub async fn start(
    store: Arc<Store>,
    chat: ChatServer,
    interactions: InteractionServer,
    config: MessagingConfig,
) -> (Router, impl Future<Output = io::Result<()>> + Send + 'static) {
    let faults = Faults::new(config.faults);
    let policy = if faults.frame_denied() {
        content_security_policy("'none'")
    } else {
        content_security_policy(&config.allowed.source_list())
    };
    let rules = Rules {
        allowed: config.allowed,
        max_age_ms: i64::from(config.max_age_seconds) * 1000,
        external_allowed: config.external_allowed,
    };
    let clock = config.clock;
    let manner = Manner {
        settings: config.settings,
        visibility: config.visibility,
        clock: clock.clone(),
        idle_ms: i64::from(config.idle_seconds) * 1000,
        at_once: config.at_once,
        faults: faults.clone(),
    };
    let (sessions, written) = Sessions::new(Peers { store, chat, interactions }, manner);
    let gate = if config.behind_front { Gate::Front } else { Gate::Own(LaunchLimit::new(config.launch_limit)) };
    let server = Arc::new(Messaging {
        flows: config.flows,
        gate,
        places: Places::new(config.at_once),
        rules,
        sessions,
        faults,
        widgets: config.widgets,
    });
    apart(Arc::clone(&server), catch_up).await;
    let routes = router(Arc::clone(&server), policy);
    let beside = async move { tokio::join!(sweep(server, clock), written).0 };
    (routes, beside)
}

/// Goes on with the sessions of a server that was killed.
fn catch_up(server: &Messaging) {
    for mut session in server.sessions.running() {
        if let Some((flow, _)) = server.flows.find(&session.token) {
            let mut memory = server.sessions.turn_blocking(&session.id);
            // What the database refuses now is told with the customer's next step.
            let _ = run::catch_up(flow, &server.sessions, &mut memory, &mut session);
        }
    }
}

/// Finishes what has come to its end and could not be finished then; closes what has been left alone for too long; forgets
/// what was never used.
fn look_after(server: &Messaging) {
    tickets::forget(&server.sessions);
    for session in server.sessions.running() {
        // Whoever is at it has not left it alone.
        let Some((mut memory, mut session)) = server.sessions.try_turn(&session.id) else { continue };
        let flow = server.flows.find(&session.token).map(|(flow, _)| flow);
        // What cannot be done now is tried again the next time.
        let _ = match flow.filter(|flow| run::is_at_end(flow, &session)) {
            Some(flow) => run::catch_up(flow, &server.sessions, &mut memory, &mut session),
            None => server.sessions.check(&mut memory, &mut session),
        };
    }
}

async fn sweep(server: Arc<Messaging>, clock: Clock) -> io::Result<()> {
    let mut moves = clock.moves();
    loop {
        let _ = tokio::time::timeout(SWEEP_INTERVAL, moves.changed()).await;
        apart(Arc::clone(&server), look_after).await;
    }
}

/// The route of launches.
pub(crate) const GO: &str = "/fish-messaging/go/{token}";
/// The route by which tickets are given out.
pub(crate) const TICKETS: &str = "/fish-messaging/ticket";
/// The route that says that the server is there.
pub(crate) const PING: &str = "/fish-messaging/ping";
/// The route of a session's page, to which its forms are posted.
pub(crate) const SESSION: &str = "/fish-messaging/session/{id}";
/// The route by which a page hangs up.
pub(crate) const HANG_UP: &str = "/fish-messaging/session/{id}/hangup";
/// The route by which a page says the language around it.
pub(crate) const LANGUAGE: &str = "/fish-messaging/session/{id}/language";
/// The script of pages.
pub(crate) const SCRIPT: &str = "/fish-messaging/static/microapp.js";
/// The script of pages that are to say what no protocol knows.
pub(crate) const MALFORMED: &str = "/fish-messaging/static/malformed.js";
/// What the scripts speak to the embedding page with.
pub(crate) const FRAME_SDK: &str = "/fish-messaging/static/frame-sdk.js";
/// The style of pages.
pub(crate) const STYLE: &str = "/fish-messaging/static/microapp.css";
/// The folder from which websites take their files.
pub(crate) const WIDGETS: &str = "/fish-messaging/widgets/";
/// The same, by its page's name.
pub(crate) const WIDGETS_INDEX: &str = "/fish-messaging/widgets/index.html";
/// The plugin in that folder.
pub(crate) const WIDGETS_SCRIPT: &str = "/fish-messaging/widgets/cx-speechstorm.js";
/// Its style.
pub(crate) const WIDGETS_STYLE: &str = "/fish-messaging/widgets/cx-speechstorm.css";

/// A route of a session with its id.
fn of_session(route: &str, id: &str) -> String {
    route.replace("{id}", id)
}

fn router(server: Arc<Messaging>, policy: HeaderValue) -> Router {
    let gate = Arc::clone(&server);
    Router::new()
        .route(GO, get(handlers::go).post(handlers::go))
        .route(TICKETS, post(tickets::issue).options(tickets::preflight))
        .route(PING, get(|| async { StatusCode::NO_CONTENT }))
        .route(SESSION, get(handlers::show).post(handlers::submit))
        .route(HANG_UP, post(handlers::hang_up))
        .route(LANGUAGE, post(handlers::speak))
        .route(SCRIPT, get(|| async { asset("text/javascript", include_str!("../../microapp/microapp.js")) }))
        .route(MALFORMED, get(|| async { asset("text/javascript", include_str!("../../microapp/malformed.js")) }))
        .route(
            FRAME_SDK,
            get(|| async { asset("text/javascript", include_str!("../../../../pkg-template/frame-sdk.js")) }),
        )
        .route(STYLE, get(|| async { asset("text/css", include_str!("../../microapp/microapp.css")) }))
        .route(WIDGETS, get(widgets::index))
        .route(WIDGETS_INDEX, get(widgets::index))
        .route(WIDGETS_SCRIPT, get(widgets::script))
        .route(WIDGETS_STYLE, get(widgets::style))
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn(move |request: Request, next: Next| {
            let (policy, server) = (policy.clone(), Arc::clone(&gate));
            async move {
                let mut response = with_headers(next.run(request).await, policy);
                server.gate.tell(&mut response);
                response
            }
        }))
        .with_state(server)
}

fn asset(kind: &str, text: &'static str) -> Response {
    ([(CONTENT_TYPE, format!("{kind}; charset=utf-8"))], text).into_response()
}

/// `connect-src 'self'` is there for the hang-up, which must outlive the page, and for the page's language.
fn content_security_policy(ancestors: &str) -> HeaderValue {
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
    );
    HeaderValue::from_str(&policy)
        .unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"))
}

fn with_headers(mut response: Response, policy: HeaderValue) -> Response {
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    for (name, value) in [
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
        (HeaderName::from_static("cross-origin-embedder-policy"), "require-corp"),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
