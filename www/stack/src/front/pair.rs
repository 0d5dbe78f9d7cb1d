//! A Chat Server and its warm standby: two processes, of which one serves. When it dies, however, the other takes over, and
//! the dead one is started again as the new standby, as the vendor's Management Layer does.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{io, sync::Arc};

use tokio::net::TcpStream;
use tokio::sync::watch;

use super::process::{Process, Spawn};
use crate::chat_server::{ALIAS, Application};
use crate::deployment::ChatServerOptions;
use crate::gms::balancer::ServerInfo;
use crate::stack::Addresses;

/// How often in a row a process may die before it serves.
const MAX_FAILURES: u32 = 5;

/// How often is looked whether a process that has fallen is replaced.
const LOOK: Duration = Duration::from_millis(50);

/// How long a standby is dead before it is started again: one that dies at once is not started without end.
const PAUSE: Duration = Duration::from_millis(200);

/// The process that serves.
#[derive(Debug, Clone)]
pub struct Active {
    /// Which application it is.
    pub application: Application,
    /// Its process.
    pub pid: Option<u32>,
    /// Where it is, on this machine.
    pub at: Addresses,
}

/// Where a pair stands.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Who serves; nobody in the moment of a failover.
    pub active: Option<Active>,
    /// Which application is ready to take over, and its process.
    pub standby: Option<(String, Option<u32>)>,
    /// How often one has taken over.
    pub failovers: u32,
    /// How long the last time took.
    pub took: Option<Duration>,
}

/// Waits until this process is the one that is to be killed.
async fn told(doomed: &mut watch::Receiver<Option<u32>>, pid: Option<u32>) {
    let _ = doomed.wait_for(|doomed| doomed.is_some() && *doomed == pid).await;
}

/// A Chat Server and its backup, if it has one.
pub struct Pair {
    /// Its applications; the first is the primary of the file.
    applications: Vec<Application>,
    state: watch::Sender<State>,
    /// The process that is to be killed.
    doomed: watch::Sender<Option<u32>>,
    started: AtomicUsize,
}

impl Pair {
    /// The pair with this place in the file.
    pub fn new(options: &ChatServerOptions, place: usize) -> Self {
        let first = ALIAS.parse::<usize>().unwrap_or_default() + 2 * place;
        let names = [Some(&options.name), options.backup.as_ref()].into_iter().flatten();
        let applications = names
            .zip(first..)
            .map(|(name, alias)| Application { name: name.clone(), alias: alias.to_string() })
            .collect();
        Self {
            applications,
            state: watch::Sender::default(),
            doomed: watch::Sender::default(),
            started: AtomicUsize::new(0),
        }
    }

    /// Name of the primary of the file.
    pub fn name(&self) -> &str {
        self.applications.first().map_or("", |application| &application.name)
    }

    /// Whether this is an alias of one of the two.
    pub fn has_alias(&self, alias: &str) -> bool {
        self.applications.iter().any(|application| application.alias == alias)
    }

    /// Whether this is the name of one of the two.
    pub fn has_application(&self, name: &str) -> bool {
        self.applications.iter().any(|application| application.name == name)
    }

    /// Where it stands, from now on.
    pub fn watch(&self) -> watch::Receiver<State> {
        self.state.subscribe()
    }

    /// Chats that were started on it.
    pub fn started(&self) -> usize {
        self.started.load(Ordering::Relaxed)
    }

    /// One more chat was started on it.
    pub fn count_start(&self) {
        self.started.fetch_add(1, Ordering::Relaxed);
    }

    /// Kills the process that serves now, as `kill -9` does; in a takeover there is none, and the next one is spared.
    pub fn kill(&self) {
        let pid = self.state.borrow().active.as_ref().and_then(|active| active.pid);
        self.doomed.send_replace(pid);
    }

    /// What the load balancer tells of it.
    pub fn info(&self) -> ServerInfo {
        let state = self.state.borrow();
        let active = state.active.as_ref();
        ServerInfo {
            name: self.name().to_owned(),
            active: active.map(|active| active.application.name.clone()),
            chat_server_load_balancer_alias: active.map(|active| active.application.alias.clone()),
            backup: state.standby.as_ref().map(|(name, _)| name.clone()),
            started: self.started(),
        }
    }

    /// A connection to the process that serves, as soon as there is one; `None` when that takes too long.
    pub async fn reach(&self, which: fn(&Addresses) -> &str, limit: Duration) -> Option<TcpStream> {
        let mut state = self.watch();
        let connect = async {
            loop {
                let at = state.borrow_and_update().active.as_ref().map(|active| which(&active.at).to_owned());
                let authority = at.as_deref().and_then(|at| at.strip_prefix("http://"));
                if let Some(authority) = authority
                    && let Ok(stream) = TcpStream::connect(authority).await
                {
                    return stream;
                }
                // It has fallen, and perhaps nobody has noticed yet.
                let _ = tokio::time::timeout(LOOK, state.changed()).await;
            }
        };
        tokio::time::timeout(limit, connect).await.ok()
    }

    fn other(&self, than: &Application) -> Option<&Application> {
        self.applications.iter().find(|application| *application != than)
    }

    /// Returns when the process that serves has ended, or was killed because the operator said so; keeps a standby until then.
    async fn watch_over(&self, spawn: &Spawn, active: &mut Process, standby: &mut Option<Process>) -> io::Result<()> {
        let pid = active.pid();
        let mut doomed = self.doomed.subscribe();
        loop {
            let missing = if standby.is_none() { self.other(&active.application) } else { None };
            if let Some(application) = missing {
                let process = standby.insert(spawn.start(application)?);
                self.state.send_modify(|state| state.standby = Some((application.name.clone(), process.pid())));
            }
            tokio::select! {
                _ = active.ended() => return Ok(()),
                () = told(&mut doomed, pid) => return active.kill().await,
                () = self.lost(standby) => {}
            }
        }
    }

    /// Returns a moment after a standby has died, without which nobody would take over from the one that serves.
    async fn lost(&self, standby: &mut Option<Process>) {
        let Some(process) = standby else { return std::future::pending().await };
        let _ = process.ended().await;
        *standby = None;
        self.state.send_modify(|state| state.standby = None);
        tokio::time::sleep(PAUSE).await;
    }

    /// Keeps one process serving and another ready.
    ///
    /// # Errors
    /// No process can be started, or they die again and again before they serve.
    pub async fn supervise(self: Arc<Self>, spawn: Spawn) -> io::Result<()> {
        let primary = self.applications.first().ok_or_else(|| io::Error::other("a Chat Server without a name"))?;
        let (mut active, mut standby) = (spawn.start(primary)?, None);
        let (mut failures, mut fell): (u32, Option<Instant>) = (0, None);
        loop {
            match active.promote().await {
                Ok(at) => {
                    failures = 0;
                    let serving = Active { application: active.application.clone(), pid: active.pid(), at };
                    self.state.send_modify(|state| {
                        state.took = fell.map(|fell| fell.elapsed());
                        state.failovers += u32::from(fell.is_some());
                        state.active = Some(serving);
                    });
                    self.watch_over(&spawn, &mut active, &mut standby).await?;
                    fell = Some(Instant::now());
                }
                Err(error) => {
                    failures += 1;
                    if failures > MAX_FAILURES {
                        return Err(error);
                    }
                    // Nothing of it may still hold the file.
                    active.kill().await?;
                }
            }
            self.state.send_modify(|state| (state.active, state.standby) = (None, None));
            active = match standby.take() {
                Some(process) => process,
                None => spawn.start(&active.application)?,
            };
        }
    }
}
