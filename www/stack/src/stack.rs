//! Puts the servers together: one listener each, one database, one set of addresses.

use std::future::pending;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use cx_speechstorm::core::origin::Origin;
use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::administration::{self, AdministrationConfig};
use crate::chat_server::{Application, ChatConfig, ChatServer};
use crate::clock::Clock;
use crate::cloud::guest::GuestChat;
use crate::cloud::{self, CloudConfig};
use crate::config::Config;
use crate::deployment::Deployment;
use crate::desk;
use crate::esp::{self, Esp};
use crate::gms::v1::options::Services;
use crate::gms::{self, GmsConfig, Peers};
use crate::interaction_server::InteractionServer;
use crate::listener::{listen, serve, with_loopback_names};
use crate::messaging_server::{self, Callflows, MessagingConfig, ServerSettings, Widgets};
use crate::openapi;
use crate::origins::AllowedOrigins;
use crate::routing;
pub use crate::start_error::StartError;
use crate::store::Store;
use crate::website::{self, WebsiteConfig};
use crate::workflow::script::Script;
use crate::workflow::{self, Workflow};

/// What is printed before the addresses, once everything serves.
pub const READY: &str = "READY ";

/// Where the servers are.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
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
    /// Origins of the agent desks of further Chat Servers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub desks: Vec<String>,
    /// Origin of ESP, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub esp: Option<String>,
    /// Origin of the operator's page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// The SQLite file.
    pub db: String,
}

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

fn origin_of(flag: &'static str, url: &str) -> Result<String, StartError> {
    Origin::split_url(url)
        .map(|(origin, _)| origin.to_string())
        .map_err(|_| StartError::NotAnOrigin { flag, value: url.to_owned() })
}

/// Where the database is, and the folder that is there for it alone and goes with the stack.
pub(crate) fn database(config: &Config) -> Result<(PathBuf, Option<TempDir>), StartError> {
    let of_pair = config.front.node.as_ref().map(|node| &node.db);
    if let Some(path) = of_pair.or(config.db.as_ref()) {
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
        let node = config.front.node.as_ref();
        // Behind a front nobody but the front reaches it, wherever it is.
        let host = if node.is_some() { "127.0.0.1" } else { &config.host };
        let at = |port: u16| if node.is_some() { 0 } else { port };
        let public = node.map(|node| &node.public);
        let site = listen(host, at(config.site_port), "website", "--site-port").await?;
        let site = site.known_as(public.map(|public| public.site.as_str()));
        let gms_port = node.and_then(|node| node.port).unwrap_or(at(config.gms_port));
        let gms = listen(host, gms_port, "GMS", "--gms-port").await?;
        let gms = gms.known_as(public.map(|public| public.gms.as_str()));
        let cloud = listen(host, at(config.cloud_port), "Guest Chat API", "--cloud-port").await?;
        let cloud = cloud.known_as(public.map(|public| public.cloud.as_str()));
        let messaging = listen(host, at(config.messaging_port), "Messaging Server", "--messaging-port").await?;
        let messaging = messaging.known_as(public.map(|public| public.messaging.as_str()));
        let desk_listener = listen(host, at(config.desk_port), "agent desk", "--desk-port").await?;
        let desk_listener = desk_listener.known_as(public.map(|public| public.desk.as_str()));
        let esp_listener = match config.esp.esp_port {
            Some(port) => Some(listen(host, at(port), "ESP", "--esp-port").await?),
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
        let deployment = match &config.deployment {
            Some(path) => Deployment::read(path).map_err(StartError::Deployment)?,
            None => Deployment::default(),
        };
        let flows = Callflows::read(&config.callflow).map_err(StartError::Callflow)?;
        let (db, folder) = database(config)?;
        let store = Arc::new(Store::open(&db).map_err(|error| StartError::Store(db.clone(), error))?);
        let interactions = InteractionServer::new(Arc::clone(&store));
        let chat_config = ChatConfig {
            application: node.map_or_else(Application::default, |node| Application {
                name: node.name.clone(),
                alias: node.alias.clone(),
            }),
            forgets: !deployment.restores,
            files: config.files.clone(),
            idle: config.idle.clone(),
            silence: deployment.settings.silence(&config.silence),
            asynchronous: deployment.settings.asynchronous(&config.asynchronous),
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

        let widgets = Widgets {
            dist_dir: config.dist_dir.clone(),
            chat_url: website.chat_url.clone(),
            messaging_url: website.messaging_url.clone(),
        };
        let addresses = Addresses {
            site: site.own.clone(),
            gms: gms.own.clone(),
            cloud: cloud.own.clone(),
            messaging: messaging.own.clone(),
            desk: desk_listener.own.clone(),
            desks: Vec::new(),
            esp: esp_listener.as_ref().map(|listener| listener.own.clone()),
            operator: None,
            db: db.display().to_string(),
        };
        let mut servers = JoinSet::new();
        serve(&mut servers, site, openapi::website().serve_beside(website::router(website)));
        let router = routing::Router::new(Arc::clone(&store), chat.clone(), clock.clone());
        let (group, seconds) = (services.inbound.selected_agent_group.as_deref(), services.inbound.find_agent_timeout);
        let inbound = routing::Inbound::new(router.clone(), group, seconds)
            .otherwise(script.as_ref().and_then(Script::first_route).cloned());
        let gms_config = GmsConfig {
            service: config.service.clone(),
            allowed: allowed.clone(),
            flags: config.gms.clone(),
            deployment,
            services,
            inbound: inbound.clone(),
            clock: clock.clone(),
        };
        servers.spawn(router.clone().run());
        servers.spawn(watch_chats(chat.clone(), clock.clone()));
        let esp = Esp::new(chat.clone(), interactions.clone(), &config.esp.languages);
        if let Some(listener) = esp_listener {
            serve(&mut servers, listener, openapi::esp().serve_beside(esp::http::router(esp.clone())));
        }
        let peers = Peers {
            store: Arc::clone(&store),
            chat: chat.clone(),
            interactions: interactions.clone(),
            router: router.clone(),
        };
        let (gms_router, notifier, poker) = gms::start(peers, gms_config);
        serve(&mut servers, gms, openapi::gms().serve_beside(gms_router));
        servers.spawn(notifier);
        // After GMS, which sends the chats that wait where they were to go.
        if let Some(script) = script {
            let (chat, router, store) = (chat.clone(), router.clone(), Arc::clone(&store));
            let peers = workflow::Peers { esp, chat, router, store, clock: clock.clone() };
            servers.spawn(Workflow::new(script, peers).run());
        }
        let cloud_config = CloudConfig {
            allowed: allowed.clone(),
            service: config.service.clone(),
            v3_async: config.asynchronous.v3_async,
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
            settings: settings.clone(),
            flows: flows.clone(),
            launch_limit: config.launch_limit,
            at_once: config.microapps_at_once.into(),
            behind_front: node.is_some(),
            faults: config.fault.clone(),
            widgets,
            clock: clock.clone(),
        };
        let (microapps, sweeper) =
            messaging_server::start(Arc::clone(&store), chat.clone(), interactions.clone(), messaging_config).await;
        serve(&mut servers, messaging, openapi::messaging().serve_beside(microapps));
        servers.spawn(sweeper);
        let own = AllowedOrigins::parse(with_loopback_names(&desk_listener).iter().map(String::as_str))
            .map_err(|value| StartError::NotAnOrigin { flag: "--host", value })?;
        let (for_desk, data) = (chat.clone(), interactions.clone());
        let peers = desk::Peers { store, chat: for_desk, interactions: data, guests: guests.clone(), router, poker };
        let logins = desk::Logins::new(desk_listener.port);
        let desk_router = desk::router(peers, responses, own.clone(), logins.clone());
        let administration = administration::router(AdministrationConfig {
            running: settings,
            file: config.server_settings.clone(),
            flows,
            own,
            logins,
            clock: config.test_clock.then_some(clock),
        });
        serve(&mut servers, desk_listener, openapi::desk().serve_beside(desk_router.merge(administration)));
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

/// Looks for chats in which nobody says anything and for silent customers, every so often and when the clock is put
/// forward.
async fn watch_chats(chat: ChatServer, clock: Clock) -> io::Result<()> {
    const INTERVAL: Duration = Duration::from_secs(1);
    let mut moves = clock.moves();
    loop {
        let _ = tokio::time::timeout(INTERVAL, moves.changed()).await;
        let chat = chat.clone();
        // Where a database that is held up holds up nobody else. What it refuses now is tried again the next time.
        let _ = tokio::task::spawn_blocking(move || {
            let _ = chat.sweep_idle();
            let _ = chat.sweep_silent();
        })
        .await;
    }
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
