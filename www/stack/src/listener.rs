//! The ports that are listened on, and under which origins browsers reach them.

use std::io;
use std::net::SocketAddr;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::start_error::StartError;

/// A port that is listened on.
pub(crate) struct Listener {
    /// Its socket.
    pub(crate) listener: TcpListener,
    /// Under which browsers reach it.
    pub(crate) origin: String,
    /// Its port, under which browsers reach it.
    pub(crate) port: u16,
    /// Where it is itself; another origin than that of browsers behind a front.
    pub(crate) own: String,
}

impl Listener {
    /// Browsers reach it by a front.
    pub(crate) fn known_as(mut self, origin: Option<&str>) -> Self {
        if let Some(origin) = origin {
            self.port = origin.rsplit(':').next().and_then(|port| port.parse().ok()).unwrap_or(self.port);
            origin.clone_into(&mut self.origin);
        }
        self
    }
}

/// Listens; any free port for 0.
pub(crate) async fn listen(
    host: &str,
    port: u16,
    server: &'static str,
    flag: &'static str,
) -> Result<Listener, StartError> {
    let fail = |error| StartError::Listen { server, address: format!("{host}:{port}"), flag, error };
    let listener = TcpListener::bind((host, port)).await.map_err(fail)?;
    let port = listener.local_addr().map_err(fail)?.port();
    // A browser cannot go to the wildcard address.
    let shown = if host == "0.0.0.0" || host == "::" { "127.0.0.1" } else { host };
    let shown = if shown.contains(':') { format!("[{shown}]") } else { shown.to_owned() };
    let origin = format!("http://{shown}:{port}");
    Ok(Listener { listener, own: origin.clone(), origin, port })
}

/// The origin itself, and its other loopback name: people type `localhost` where the flags say 127.0.0.1.
pub(crate) fn with_loopback_names(listener: &Listener) -> Vec<String> {
    let mut origins = vec![listener.origin.clone()];
    if listener.origin.starts_with("http://127.0.0.1:") {
        origins.push(format!("http://localhost:{}", listener.port));
    }
    origins
}

/// Serves a router.
pub(crate) fn serve(servers: &mut JoinSet<io::Result<()>>, listener: Listener, router: Router) {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    servers.spawn(async move { axum::serve(listener.listener, service).await });
}
