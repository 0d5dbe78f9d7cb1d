//! A port of the front whose connections go as they are to the process that serves: pages, WebSockets and event streams
//! alike. Whoever comes in the moment of a failover waits for its end.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};

use super::pair::Pair;
use crate::stack::Addresses;

/// Waits before the next try when the system gives out no more connections.
const BREATH: Duration = Duration::from_millis(100);

/// Serves until the process ends.
///
/// # Errors
/// Never.
pub async fn open(
    listener: TcpListener,
    pair: Arc<Pair>,
    which: fn(&Addresses) -> &str,
    limit: Duration,
) -> io::Result<()> {
    loop {
        match listener.accept().await {
            Ok((client, _)) => {
                tokio::spawn(pass(client, Arc::clone(&pair), which, limit));
            }
            Err(_) => tokio::time::sleep(BREATH).await,
        }
    }
}

async fn pass(mut client: TcpStream, pair: Arc<Pair>, which: fn(&Addresses) -> &str, limit: Duration) {
    if let Some(mut server) = pair.reach(which, limit).await {
        // That one of them hangs up is how every connection ends.
        let _ = copy_bidirectional(&mut client, &mut server).await;
    }
}
