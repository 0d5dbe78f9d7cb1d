//! The front: GMS and everything else that browsers reach, before several Chat Servers that are processes of their own.
//!
//! The process model. `--deployment FILE` with sections `[chat-server:NAME]` makes the process that was started a front. For
//! every Chat Server it starts a process, and another one for the backup, each of this same program with the hidden flag
//! `--node`. A process is a whole stack: Chat Server, Interaction Server, routing, desk, Messaging Server, Guest Chat. The two
//! of a pair share one SQLite file, and only the one that serves has it open. The front holds the public ports: calls of
//! chat API v2 go by alias, those of API v1 by the service's id, CometD by user or browser, MicroApps to whoever knows
//! them, ESP by application, everything else to the first Chat Server. Without such a section there is one process, as
//! ever.

mod comet;
mod door;
pub mod flags;
mod gms;
mod http;
mod microapps;
pub mod node;
mod operator;
mod pair;
mod process;
mod v1;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::any;
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::config::Config;
use crate::deployment::Deployment;
use crate::listener::{Listener, listen, serve, with_loopback_names};
use crate::messaging_server::limits::LaunchLimit;
use crate::openapi;
use crate::origins::AllowedOrigins;
use crate::stack::{Addresses, StartError, database};
use gms::Balancer;
use pair::Pair;
use process::Spawn;

/// What a body may have above the files that are in it.
const BODY_AROUND_FILES: u64 = 1024 * 1024;

/// The operator's page is for this machine only, whatever `--host` says.
const OPERATOR_HOST: &str = "127.0.0.1";

/// The running front; dropping it stops it and all its Chat Servers.
pub struct Front {
    addresses: Addresses,
    tasks: JoinSet<io::Result<()>>,
    _folder: Option<TempDir>,
}

/// The file of a pair: that of `--db` for the first, one beside it for any other.
fn file_of(db: &Path, place: usize) -> PathBuf {
    if place == 0 {
        return db.to_owned();
    }
    let mut file = db.file_name().unwrap_or_default().to_owned();
    file.push(format!(".{}", place + 1));
    db.with_file_name(file)
}

impl Front {
    /// Starts it and all Chat Servers; they serve when this returns.
    ///
    /// # Errors
    /// [`StartError`], one sentence.
    pub async fn start(config: &Config, deployment: &Deployment) -> Result<Self, StartError> {
        let host = &config.host;
        let site = listen(host, config.site_port, "website", "--site-port").await?;
        let gms = listen(host, config.gms_port, "GMS", "--gms-port").await?;
        let cloud = listen(host, config.cloud_port, "Guest Chat API", "--cloud-port").await?;
        let messaging = listen(host, config.messaging_port, "Messaging Server", "--messaging-port").await?;
        let mut desks = vec![listen(host, config.desk_port, "agent desk", "--desk-port").await?];
        for _ in deployment.chat_servers.iter().skip(1) {
            desks.push(listen(host, 0, "agent desk", "--desk-port").await?);
        }
        let esp = match config.esp.esp_port {
            Some(port) => Some(listen(host, port, "ESP", "--esp-port").await?),
            None => None,
        };
        let operator = match config.front.operator_port {
            Some(port) => Some(listen(OPERATOR_HOST, port, "operator's page", "--operator-port").await?),
            None => None,
        };
        let (db, folder) = database(config)?;
        let desk_origins: Vec<String> = desks.iter().map(|desk| desk.origin.clone()).collect();
        let addresses = Addresses {
            site: site.origin.clone(),
            gms: gms.origin.clone(),
            cloud: cloud.origin.clone(),
            messaging: messaging.origin.clone(),
            desk: desk_origins.first().cloned().unwrap_or_default(),
            desks: desk_origins.iter().skip(1).cloned().collect(),
            esp: esp.as_ref().map(|listener| listener.origin.clone()),
            operator: operator.as_ref().map(|listener| listener.origin.clone()),
            db: db.display().to_string(),
        };
        let mut pages = with_loopback_names(&site);
        pages.extend(config.allow_origin.iter().cloned());
        let allowed = AllowedOrigins::parse(pages.iter().map(String::as_str))
            .map_err(|value| StartError::NotAnOrigin { flag: "--allow-origin", value })?;

        let mut tasks = JoinSet::new();
        let limit = Duration::from_millis(u64::from(deployment.chat.session_request_timeout));
        let mut pairs = Vec::new();
        for (place, (options, desk)) in deployment.chat_servers.iter().zip(desks).enumerate() {
            let pair = Arc::new(Pair::new(options, place));
            let spawn = Spawn {
                program: std::env::current_exe().map_err(StartError::Process)?,
                arguments: std::env::args_os().skip(1).collect(),
                port: options.port,
                db: file_of(&db, place),
                public: Addresses { desk: desk.origin.clone(), ..addresses.clone() },
            };
            tasks.spawn(Arc::clone(&pair).supervise(spawn));
            tasks.spawn(door::open(desk.listener, Arc::clone(&pair), |at| &at.desk, limit));
            pairs.push(pair);
        }
        served(&pairs, &mut tasks).await?;
        let Some(first) = pairs.first().cloned() else {
            return Err(StartError::Deployment("there is no [chat-server:NAME]".to_owned()));
        };
        let mut open = |listener: Listener, which: fn(&Addresses) -> &str| {
            tasks.spawn(door::open(listener.listener, Arc::clone(&first), which, limit));
        };
        open(site, |at| &at.site);
        open(cloud, |at| &at.cloud);
        let body_limit = config.files.upload_max_total_size.saturating_add(BODY_AROUND_FILES);
        let balancer = Arc::new(Balancer {
            pairs: pairs.clone(),
            path: format!("/{}", deployment.chat.load_balancer_path),
            limit,
            body_limit: usize::try_from(body_limit).unwrap_or(usize::MAX),
            allowed,
            launches: LaunchLimit::new(config.launch_limit),
        });
        let all = |router: Router<Arc<Balancer>>| router.with_state(Arc::clone(&balancer));
        serve(&mut tasks, gms, all(Router::new().fallback(any(gms::serve))));
        serve(&mut tasks, messaging, all(Router::new().fallback(any(microapps::serve))));
        if let Some(esp) = esp {
            serve(&mut tasks, esp, all(Router::new().fallback(any(gms::serve_esp))));
        }
        if let Some(operator) = operator {
            let origins = with_loopback_names(&operator);
            let page = operator::router(pairs, desk_origins, origins);
            serve(&mut tasks, operator, openapi::operator().serve_beside(page));
        }
        Ok(Self { addresses, tasks, _folder: folder })
    }

    /// Where everything is.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Runs until no Chat Server can be had any more.
    ///
    /// # Errors
    /// Why not.
    pub async fn run(mut self) -> io::Result<()> {
        while let Some(ended) = self.tasks.join_next().await {
            ended.map_err(io::Error::other)??;
        }
        Ok(())
    }
}

/// Waits until every Chat Server serves.
async fn served(pairs: &[Arc<Pair>], tasks: &mut JoinSet<io::Result<()>>) -> Result<(), StartError> {
    let all = async {
        for pair in pairs {
            // Its sender is as old as the pair itself, so the wait cannot fail.
            let _ = pair.watch().wait_for(|state| state.active.is_some()).await;
        }
    };
    tokio::select! {
        () = all => Ok(()),
        Some(ended) = tasks.join_next() => {
            let ended = ended.map_err(io::Error::other).and_then(|ended| ended);
            Err(StartError::Process(ended.err().unwrap_or_else(|| io::Error::other("a Chat Server ended"))))
        }
    }
}
