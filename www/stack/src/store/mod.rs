//! The database: one SQLite file in WAL mode, the only module that knows SQL.
//!
//! Everything acknowledged is written before the answer goes out, so a restart with the same file keeps it. Secure keys
//! are stored as digests only, or sealed so that nothing here opens them; card data never reaches this module.

mod chats;
mod files;
mod guests;
mod idle;
mod lines;
mod microapps;
mod nexus;
mod nonces;
mod notes;
mod services;
mod tickets;
mod together;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::path::Path;

use parking_lot::{MappedReentrantMutexGuard, ReentrantMutex, ReentrantMutexGuard};
use rusqlite::Connection;

pub use chats::InteractionRow;
pub use files::{FileRow, Usage};
pub use guests::{GuestRow, GuestState, MediaRequestRow};
pub use microapps::{AuditRow, MicroAppRow, Milestone};
pub use nexus::NexusRow;
pub use notes::Part;
pub use services::ServiceRow;
pub use tickets::TicketRow;
use together::Telling;
pub use together::Together;

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS interaction (
    id TEXT PRIMARY KEY, service TEXT NOT NULL, subject TEXT NOT NULL, created INTEGER NOT NULL, ended INTEGER,
    customer_read INTEGER NOT NULL DEFAULT 0, queue TEXT NOT NULL DEFAULT '', asynchronous INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS participant (
    interaction TEXT NOT NULL REFERENCES interaction(id), id INTEGER NOT NULL, user_id TEXT NOT NULL, key_digest BLOB,
    nickname TEXT NOT NULL, kind TEXT NOT NULL, joined INTEGER NOT NULL, left_at INTEGER,
    PRIMARY KEY (interaction, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entry (
    interaction TEXT NOT NULL REFERENCES interaction(id), idx INTEGER NOT NULL, kind TEXT NOT NULL,
    participant INTEGER NOT NULL, nickname TEXT NOT NULL, party_kind TEXT NOT NULL, text TEXT, utc INTEGER NOT NULL,
    attributes TEXT, message_type TEXT, visibility TEXT NOT NULL, user_data TEXT,
    PRIMARY KEY (interaction, idx)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS attached_data (
    interaction TEXT NOT NULL REFERENCES interaction(id), key TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (interaction, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS chat_file (
    id TEXT PRIMARY KEY, interaction TEXT NOT NULL REFERENCES interaction(id), participant INTEGER NOT NULL,
    name TEXT NOT NULL, media_type TEXT NOT NULL, size INTEGER NOT NULL, content BLOB, downloads INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS chat_file_by_interaction ON chat_file (interaction);
CREATE TABLE IF NOT EXISTS gms_service (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, created INTEGER NOT NULL, desired INTEGER NOT NULL,
    expires INTEGER NOT NULL, gms_user TEXT NOT NULL, data TEXT NOT NULL, interaction TEXT, user_id TEXT,
    push INTEGER NOT NULL, cancelled INTEGER NOT NULL, pushed INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS gms_storage (
    service TEXT NOT NULL REFERENCES gms_service(id), key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (service, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS microapp_session (
    id TEXT PRIMARY KEY, interaction TEXT NOT NULL, idx INTEGER NOT NULL, token TEXT NOT NULL, app TEXT NOT NULL,
    domain TEXT NOT NULL, block TEXT NOT NULL, state TEXT NOT NULL, variables TEXT NOT NULL, attempts INTEGER NOT NULL,
    reference TEXT, created INTEGER NOT NULL, ended INTEGER, node TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT '',
    UNIQUE (interaction, idx)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS microapp_milestone (
    n INTEGER PRIMARY KEY, session TEXT NOT NULL REFERENCES microapp_session(id), name TEXT NOT NULL, at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS microapp_nonce (
    session TEXT PRIMARY KEY REFERENCES microapp_session(id), nonce TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS microapp_ticket (
    interaction TEXT PRIMARY KEY, digest BLOB NOT NULL UNIQUE, expires INTEGER NOT NULL, sealed BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS guest_conversation (
    id TEXT PRIMARY KEY, member TEXT NOT NULL, jwt_digest BLOB NOT NULL, stream_digest BLOB NOT NULL,
    created INTEGER NOT NULL, expires INTEGER NOT NULL, queue TEXT NOT NULL, customer TEXT NOT NULL, acd INTEGER,
    state TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS guest_media_request (
    n INTEGER PRIMARY KEY, conversation TEXT NOT NULL REFERENCES guest_conversation(id), id TEXT NOT NULL UNIQUE,
    types TEXT NOT NULL, state TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS nexus_session (
    id TEXT PRIMARY KEY REFERENCES interaction(id), transport TEXT NOT NULL, participant TEXT NOT NULL,
    delivered INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS idle_control (
    interaction TEXT PRIMARY KEY REFERENCES interaction(id), settings TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS flex_line (
    interaction TEXT PRIMARY KEY REFERENCES interaction(id), cut INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS chat_note (
    interaction TEXT NOT NULL REFERENCES interaction(id), part TEXT NOT NULL, note TEXT NOT NULL,
    PRIMARY KEY (interaction, part)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS audit (
    n INTEGER PRIMARY KEY, at INTEGER NOT NULL, code TEXT NOT NULL, interaction TEXT NOT NULL, token TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS audit_by_interaction ON audit (interaction, n);
";

/// What files of before do not have yet: table, column, its type.
const LATER_COLUMNS: [(&str, &str, &str); 7] = [
    ("interaction", "asynchronous", "INTEGER NOT NULL DEFAULT 0"),
    ("interaction", "queue", "TEXT NOT NULL DEFAULT ''"),
    ("interaction", "customer_read", "INTEGER NOT NULL DEFAULT 0"),
    ("entry", "user_data", "TEXT"),
    ("gms_service", "pushed", "INTEGER NOT NULL DEFAULT 0"),
    ("microapp_session", "node", "TEXT NOT NULL DEFAULT ''"),
    ("microapp_session", "language", "TEXT NOT NULL DEFAULT ''"),
];

/// The database failed. The text is SQLite's and holds no values.
#[derive(Debug)]
pub enum StoreError {
    /// SQLite's fault.
    Sql(rusqlite::Error),
    /// A stored row cannot be read back; names the table.
    Corrupt(&'static str),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sql(error) => write!(f, "the database failed: {error}"),
            Self::Corrupt(table) => write!(f, "the database has an unreadable row in table {table}"),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

/// The database, shared by all servers of the process.
///
/// Calls block for tens of microseconds, which is why handlers may make them without leaving the async runtime.
pub struct Store {
    /// Reentrant, so that whoever writes several things [together](Store::together) keeps it over all of them.
    file: ReentrantMutex<File>,
}

/// The connection, how many calls of [`Store::together`] are under way on it, whether any of them has come to the database
/// yet, and what is to be told when they are kept.
struct File {
    connection: Connection,
    together: Cell<u32>,
    begun: Cell<bool>,
    untold: RefCell<Vec<Telling>>,
}

impl Store {
    /// Opens or creates the file.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be opened or is no such database.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // In WAL mode NORMAL loses nothing when the process dies, only when the machine does.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.execute_batch(SCHEMA)?;
        for (table, column, kind) in LATER_COLUMNS {
            let found =
                connection.prepare("SELECT 1 FROM pragma_table_info(?) WHERE name = ?")?.exists([table, column])?;
            if !found {
                connection.execute_batch(&format!("ALTER TABLE {table} ADD COLUMN {column} {kind}"))?;
            }
        }
        Ok(Self {
            file: ReentrantMutex::new(File {
                connection,
                together: Cell::new(0),
                begun: Cell::new(false),
                untold: RefCell::default(),
            }),
        })
    }

    fn lock(&self) -> Result<MappedReentrantMutexGuard<'_, Connection>, StoreError> {
        let file = self.file.lock();
        if file.together.get() > 0 {
            file.begin()?;
        }
        Ok(ReentrantMutexGuard::map(file, |file| &file.connection))
    }
}
