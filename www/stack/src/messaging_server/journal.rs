//! The audit log's writer: whoever notes a line goes on at once, and the lines are in the database in the order in which they
//! were noted.

use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::spawn_blocking;

use crate::store::{AuditRow, Store};

/// How many notes are written without a pause.
const BATCH: usize = 64;

enum Note {
    /// To be written.
    Line(AuditRow),
    /// To be told once all before it are written.
    Settled(Sender<()>),
}

/// Where lines are noted.
pub(super) struct Journal(UnboundedSender<Note>);

impl Journal {
    /// A journal, and what writes it, until the journal goes.
    pub(super) fn new(store: Arc<Store>) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (sender, notes) = unbounded_channel();
        (Self(sender), write(store, notes))
    }

    /// Notes a line, and waits for nothing.
    pub(super) fn note(&self, line: AuditRow) {
        // There is nobody to read it where nobody writes it any more.
        let _ = self.0.send(Note::Line(line));
    }

    /// Waits until what has been noted is written, so that an answer does not come before its record; no longer than `limit`,
    /// for a database that is held up is to hold up no answer. It blocks.
    pub(super) fn settle(&self, limit: Duration) {
        let (tell, settled) = channel();
        let _ = self.0.send(Note::Settled(tell));
        let _ = settled.recv_timeout(limit);
    }
}

async fn write(store: Arc<Store>, mut notes: UnboundedReceiver<Note>) {
    let mut batch = Vec::new();
    while notes.recv_many(&mut batch, BATCH).await > 0 {
        let (store, batch) = (Arc::clone(&store), std::mem::take(&mut batch));
        let _ = spawn_blocking(move || batch.into_iter().for_each(|note| write_one(&store, note))).await;
    }
}

fn write_one(store: &Store, note: Note) {
    match note {
        Note::Line(line) => {
            if let Err(error) = store.add_audit(&line) {
                eprintln!("audit: {error}");
            }
        }
        // Whoever has waited long enough hears nothing.
        Note::Settled(tell) => drop(tell.send(())),
    }
}
