//! Puts the servers together: one listener each, one database, one set of addresses.

use std::fmt;
use std::future::pending;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use cx_speechstorm::core::origin::Origin;
use serde::Serialize;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::chat_server::{Application, ChatConfig, ChatServer};
use crate::clock::Clock;
use crate::cloud::guest::GuestChat;
use crate::cloud::{self, CloudConfig};
use crate::config::Config;
use crate::desk;
use crate::esp::{self, Esp};
use crate::gms::v1::options::Services;
use crate::gms::{self, GmsConfig, Peers};
use crate::interaction_server::InteractionServer;
use crate::messaging_server::{self, MessagingConfig, ServerSettings};
use crate::openapi;
use crate::origins::AllowedOrigins;
use crate::routing;
use crate::store::{Store, StoreError};
use crate::website::{self, WebsiteConfig};
use crate::workflow::script::Script;
use crate::workflow::{self, Workflow};

/// Where the servers are.
#[derive(Debug, Clone, Serialize)]
pub struct Addresses {
    /// Origin of the website.
    pub site: String,
    /// Origin of GMS.
    pub gms: String,
    /// Origin of the Guest Chat API and of the chat API v3.
    pub cloud: String,
    /// Origin of the Messaging Server.
    pub messaging: String,
    /// Origin of the agent desk.
    pub desk: String,
    /// Origin of ESP, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub esp: Option<String>,
    /// The SQLite file.
    pub db: String,
}

/// Why the stack did not start. Each text is one sentence that says what to do.
#[derive(Debug)]
pub enum StartError {
    /// A port cannot be had.
    Listen {
        /// Which server.
        server: &'static str,
        /// Host and port.
        address: String,
        /// Flag that chooses another port.
        flag: &'static str,
        /// What the system said.
        error: io::Error,
    },
    /// A flag's value is no origin or address.
    NotAnOrigin {
        /// The flag.
        flag: &'static str,
        /// Its value.
        value: String,
    },
    /// A folder for the database cannot be made in this one.
    Folder(PathBuf, io::Error),
    /// The settings file cannot be used.
    Settings(String),
    /// The file of services cannot be used.
    Services(String),
    /// The file of the workflow cannot be used.
    Workflow(String),
    /// The file of standard responses cannot be used.
    Responses(String),
    /// The database cannot be used.
    Store(PathBuf, StoreError),
}

impl StartError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Listen { .. } => "cannot_listen",
            Self::NotAnOrigin { .. } => "not_an_origin",
            Self::Folder(..) => "no_folder",
            Self::Settings(_) => "bad_settings",
            Self::Services(_) => "bad_services",
            Self::Workflow(_) => "bad_workflow",
            Self::Responses(_) => "bad_standard_responses",
            Self::Store(..) => "store_failed",
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen { server, address, flag, error } if error.kind() == io::ErrorKind::AddrInUse => {
                write!(f, "the port of the {server}, {address}, is in use; choose another one with {flag} (0 = any)")
            }
            Self::Listen { server, address, flag, error } => {
                write!(f, "the {server} cannot listen on {address} ({error}); see --host and {flag}")
            }
            Self::NotAnOrigin { flag, value } => {
                write!(f, "{flag} needs an address such as https://shop.example, not {value:?}")
            }
            Self::Folder(path, error) => write!(f, "cannot make a folder in {} ({error}); see --db", path.display()),
            Self::Settings(fault) => write!(f, "--server-settings: {fault}"),
            Self::Services(fault) => write!(f, "--services: {fault}"),
            Self::Workflow(fault) => write!(f, "--workflow: {fault}"),
            Self::Responses(fault) => write!(f, "--standard-responses: {fault}"),
            Self::Store(path, error) => write!(f, "cannot use {}: {error}; see --db", path.display()),
        }
    }
}

impl std::error::Error for StartError {}

/// The running servers; dropping it stops them.
pub struct Stack {
    addresses: Addresses,
    servers: JoinSet<io::Result<()>>,
    /// The Chat Server, for tests that play a workflow.
    pub chat: ChatServer,
    /// The Interaction Server, for tests that play a workflow.
    pub interactions: InteractionServer,
    /// The Guest Chat API, for tests that play a workflow.
    pub guests: GuestChat,
    _folder: Option<TempDir>,
}

struct Listener {
    listener: TcpListener,
    origin: String,
    port: u16,
}

async fn listen(host: &str, port: u16, server: &'static str, flag: &'static str) -> Result<Listener, StartError> {
    let fail = |error| StartError::Listen { server, address: format!("{host}:{port}"), flag, error };
    let listener = TcpListener::bind((host, port)).await.map_err(fail)?;
    let port = listener.local_addr().map_err(fail)?.port();
    // A browser cannot go to the wildcard address.
    let shown = if host == "0.0.0.0" || host == "::" { "127.0.0.1" } else { host };
    let shown = if shown.contains(':') { format!("[{shown}]") } else { shown.to_owned() };
    Ok(Listener { listener, origin: format!("http://{shown}:{port}"), port })
}

/// The origin itself, and its other loopback name: people type `localhost` where the flags say 127.0.0.1.
fn with_loopback_names(listener: &Listener) -> Vec<String> {
    let mut origins = vec![listener.origin.clone()];
    if listener.origin.starts_with("http://127.0.0.1:") {
        origins.push(format!("http://localhost:{}", listener.port));
    }
    origins
}

fn origin_of(flag: &'static str, url: &str) -> Result<String, StartError> {
    Origin::split_url(url)
        .map(|(origin, _)| origin.to_string())
        .map_err(|_| StartError::NotAnOrigin { flag, value: url.to_owned() })
}

/// Where the database is, and the folder that is there for it alone and goes with the stack.
fn database(config: &Config) -> Result<(PathBuf, Option<TempDir>), StartError> {
    if let Some(path) = &config.db {
        return Ok((path.clone(), None));
    }
    let mut builder = tempfile::Builder::new();
    // Transcripts are nobody else's business, and the temporary folder is everybody's.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    let folder = builder.prefix("cx-stack-").tempdir();
    let folder = folder.map_err(|error| StartError::Folder(std::env::temp_dir(), error))?;
    Ok((folder.path().join("stack.sqlite"), Some(folder)))
}

impl Stack {
    /// Starts all servers; they serve when this returns.
    ///
    /// # Errors
    /// [`StartError`], one sentence.
    pub async fn start(config: &Config) -> Result<Self, StartError> {
        Self::start_by(config, Clock::default()).await
    }

    /// Starts all servers; what takes its time goes by `clock`.
    ///
    /// # Errors
    /// [`StartError`], one sentence.
    pub async fn start_by(config: &Config, clock: Clock) -> Result<Self, StartError> {
        let site = listen(&config.host, config.site_port, "website", "--site-port").await?;
        let gms = listen(&config.host, config.gms_port, "GMS", "--gms-port").await?;
        let cloud = listen(&config.host, config.cloud_port, "Guest Chat API", "--cloud-port").await?;
        let messaging = listen(&config.host, config.messaging_port, "Messaging Server", "--messaging-port").await?;
        let desk_listener = listen(&config.host, config.desk_port, "agent desk", "--desk-port").await?;
        let esp_listener = match config.esp.esp_port {
            Some(port) => Some(listen(&config.host, port, "ESP", "--esp-port").await?),
            None => None,
        };

        let mut pages = with_loopback_names(&site);
        pages.extend(config.allow_origin.iter().cloned());
        let allowed = AllowedOrigins::parse(pages.iter().map(String::as_str))
            .map_err(|value| StartError::NotAnOrigin { flag: "--allow-origin", value })?;

        let settings = match &config.server_settings {
            Some(path) => ServerSettings::read(path).map_err(StartError::Settings)?,
            None => ServerSettings::default(),
        };
        let services = match &config.services {
            Some(path) => Services::read(path).map_err(StartError::Services)?,
            None => Services::default(),
        };
        let script = match &config.esp.workflow {
            Some(path) => Some(Script::read(path).map_err(StartError::Workflow)?),
            None => None,
        };
        let responses = match &config.standard_responses {
            Some(path) => desk::Responses::read(path),
            None => desk::Responses::built_in(),
        };
        let responses = responses.map_err(StartError::Responses)?;
        let (db, folder) = database(config)?;
        let store = Arc::new(Store::open(&db).map_err(|error| StartError::Store(db.clone(), error))?);
        let interactions = InteractionServer::new(Arc::clone(&store));
        let chat_config = ChatConfig {
            application: Application::default(),
            files: config.files.clone(),
            idle: config.idle.clone(),
            clock: clock.clone(),
        };
        let chat = ChatServer::new(Arc::clone(&store), interactions.clone(), chat_config)
            .map_err(|error| StartError::Store(db.clone(), error))?;

        let website = WebsiteConfig {
            site_dir: config.site_dir.clone(),
            dist_dir: config.dist_dir.clone(),
            chat_origin: match &config.chat_server {
                Some(url) => origin_of("--chat-server", url)?,
                None => gms.origin.clone(),
            },
            chat_url: config
                .chat_server
                .clone()
                .unwrap_or_else(|| format!("{}/genesys/2/chat/{}", gms.origin, config.service)),
            api_key: config.gms.api_key.clone(),
            cloud_origin: cloud.origin.clone(),
            service: config.service.clone(),
            messaging_origin: match &config.messaging_server {
                Some(url) => origin_of("--messaging-server", url)?,
                None => messaging.origin.clone(),
            },
            messaging_url: config.messaging_server.clone().unwrap_or_else(|| messaging.origin.clone()),
        };

        let addresses = Addresses {
            site: site.origin.clone(),
            gms: gms.origin.clone(),
            cloud: cloud.origin.clone(),
            messaging: messaging.origin.clone(),
            desk: desk_listener.origin.clone(),
            esp: esp_listener.as_ref().map(|listener| listener.origin.clone()),
            db: db.display().to_string(),
        };
        let mut servers = JoinSet::new();
        serve(&mut servers, site, openapi::website().serve_beside(website::router(website)));
        let router = routing::Router::new(chat.clone(), clock.clone());
        let (group, seconds) = (services.inbound.selected_agent_group.as_deref(), services.inbound.find_agent_timeout);
        let inbound = routing::Inbound::new(router.clone(), group, seconds);
        let gms_config = GmsConfig {
            service: config.service.clone(),
            allowed: allowed.clone(),
            flags: config.gms.clone(),
            services,
            inbound: inbound.clone(),
            clock: clock.clone(),
        };
        servers.spawn(router.clone().run());
        servers.spawn(watch_idle(chat.clone(), clock.clone()));
        let esp = Esp::new(chat.clone(), interactions.clone());
        if let Some(listener) = esp_listener {
            serve(&mut servers, listener, openapi::esp().serve_beside(esp::http::router(esp.clone())));
        }
        if let Some(script) = script {
            let (chat, router, store) = (chat.clone(), router.clone(), Arc::clone(&store));
            let peers = workflow::Peers { esp, chat, router, store, clock: clock.clone() };
            servers.spawn(Workflow::new(script, peers).run());
        }
        let peers = Peers {
            store: Arc::clone(&store),
            chat: chat.clone(),
            interactions: interactions.clone(),
            router: router.clone(),
        };
        let (gms_router, notifier) = gms::start(peers, gms_config);
        serve(&mut servers, gms, openapi::gms().serve_beside(gms_router));
        servers.spawn(notifier);
        let cloud_config = CloudConfig {
            allowed: allowed.clone(),
            service: config.service.clone(),
            inbound,
            origin: cloud.origin.clone(),
            clock: clock.clone(),
        };
        let (cloud_router, attendant, guests) = cloud::start(Arc::clone(&store), chat.clone(), cloud_config);
        serve(&mut servers, cloud, openapi::cloud().serve_beside(cloud_router));
        servers.spawn(attendant);
        let messaging_config = MessagingConfig {
            allowed,
            max_age_seconds: config.microapp_max_age,
            idle_seconds: config.microapp_idle,
            external_allowed: config.allow_external_requests,
            visibility: config.progress_visibility.into(),
            settings,
            faults: config.fault.clone(),
            clock,
        };
        let (microapps, sweeper) =
            messaging_server::start(Arc::clone(&store), chat.clone(), interactions.clone(), messaging_config);
        serve(&mut servers, messaging, openapi::messaging().serve_beside(microapps));
        servers.spawn(sweeper);
        let own = AllowedOrigins::parse(with_loopback_names(&desk_listener).iter().map(String::as_str))
            .map_err(|value| StartError::NotAnOrigin { flag: "--host", value })?;
        let (for_desk, data) = (chat.clone(), interactions.clone());
        let peers = desk::Peers { store, chat: for_desk, interactions: data, guests: guests.clone(), router };
        let desk_router = desk::router(peers, responses, own, desk_listener.port);
        serve(&mut servers, desk_listener, openapi::desk().serve_beside(desk_router));
        Ok(Self { addresses, servers, chat, interactions, guests, _folder: folder })
    }

    /// Where the servers are.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Runs until a server fails.
    ///
    /// # Errors
    /// What the failed server's listener said.
    pub async fn run(mut self) -> io::Result<()> {
        while let Some(ended) = self.servers.join_next().await {
            ended.map_err(io::Error::other)??;
        }
        pending().await
    }
}

/// Looks for chats in which nobody says anything, every so often and when the clock is put forward.
async fn watch_idle(chat: ChatServer, clock: Clock) -> io::Result<()> {
    const INTERVAL: Duration = Duration::from_secs(1);
    let mut moves = clock.moves();
    loop {
        let _ = tokio::time::timeout(INTERVAL, moves.changed()).await;
        // What the database refuses now is tried again the next time.
        let _ = chat.sweep_idle();
    }
}

fn serve(servers: &mut JoinSet<io::Result<()>>, listener: Listener, router: Router) {
    servers.spawn(async move { axum::serve(listener.listener, router).await });
}

/// What is not there of the files the website serves: `(file, folder flag)` pairs.
pub fn missing_files(config: &Config) -> Vec<(PathBuf, &'static str)> {
    let wanted = [
        (config.site_dir.as_path(), "index.html", "--site-dir"),
        (&config.dist_dir, "cx-speechstorm.js", "--dist-dir"),
    ];
    wanted
        .into_iter()
        .map(|(folder, file, flag): (&Path, &str, &'static str)| (folder.join(file), flag))
        .filter(|(path, _)| !path.is_file())
        .collect()
}
