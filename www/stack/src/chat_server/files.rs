//! Files in a chat: limits, upload, download, deletion (backend 1.2 and 1.6).
//!
//! The defaults of number and sizes are the vendor's. What no public source says is ours: limits count per party, a
//! customer's downloads per chat, only the sender may delete.

use std::fmt;

use super::client::{Credentials, View};
use super::entry::{Draft, EntryType};
use super::session::{Participant, Session};
use super::{ChatError, ChatServer};
use crate::interaction_server::AttachedData;
use crate::random;
use crate::store::FileRow;

/// Longest name of a file in characters; what is longer loses its beginning, so that the ending stays.
const NAME_LIMIT: usize = 200;

/// Limits of files, under the vendor's names.
#[derive(Debug, Clone, clap::Args)]
pub struct FileLimits {
    /// Files that a party may have in a chat
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub upload_max_files: u32,
    /// Size of one file
    #[arg(long, value_name = "BYTES", default_value_t = 2_097_152)]
    pub upload_max_file_size: u64,
    /// Size of all files of a party in a chat
    #[arg(long, value_name = "BYTES", default_value_t = 5_242_880)]
    pub upload_max_total_size: u64,
    /// Endings of names that are taken, separated by colons; empty = all
    #[arg(long, value_name = "LIST", default_value = DEFAULT_TYPES)]
    pub upload_file_types: String,
    /// Files are taken only while an agent is in the chat
    #[arg(long)]
    pub upload_need_agent: bool,
    /// Downloads by a customer in a chat
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub download_attempts: u32,
    /// A file stays: its sender cannot delete it
    #[arg(long)]
    pub keep_files: bool,
}

/// What agents and customers usually exchange. Nothing that runs when it is opened.
const DEFAULT_TYPES: &str = "bmp:csv:doc:docx:gif:jpeg:jpg:pdf:png:ppt:pptx:rtf:tif:tiff:txt:webp:xls:xlsx:zip";

impl Default for FileLimits {
    fn default() -> Self {
        Self {
            upload_max_files: 3,
            upload_max_file_size: 2_097_152,
            upload_max_total_size: 5_242_880,
            upload_file_types: DEFAULT_TYPES.to_owned(),
            upload_need_agent: false,
            download_attempts: 10,
            keep_files: false,
        }
    }
}

/// Why a file is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileFault {
    /// The party has as many as it may; carries the number.
    TooMany(u32),
    /// This file, or all of the party's, would be larger than that many bytes.
    TooLarge(u64),
    /// The name has none of these endings.
    TypeRefused(String),
    /// No agent is there to take it.
    NeedsAgent,
    /// There is no such file in this chat, or no more.
    Unknown,
    /// The customer has fetched as many as may be; carries the number.
    TooManyDownloads(u32),
    /// Another party sent it, or files stay.
    DeleteRefused,
}

impl FileFault {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooMany(_) => "files_too_many",
            Self::TooLarge(_) => "file_too_large",
            Self::TypeRefused(_) => "file_type_refused",
            Self::NeedsAgent => "file_needs_agent",
            Self::Unknown => "file_unknown",
            Self::TooManyDownloads(_) => "downloads_too_many",
            Self::DeleteRefused => "file_delete_refused",
        }
    }
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMany(count) => write!(f, "a party may have {count} files in a chat"),
            Self::TooLarge(bytes) => write!(f, "no more than {bytes} bytes are taken"),
            Self::TypeRefused(types) => write!(f, "only these types of file are taken: {types}"),
            Self::NeedsAgent => f.write_str("files are taken only while an agent is in the chat"),
            Self::Unknown => f.write_str("there is no such file in this chat"),
            Self::TooManyDownloads(count) => write!(f, "files may be fetched {count} times in a chat"),
            Self::DeleteRefused => f.write_str("this file cannot be deleted"),
        }
    }
}

/// A file that a party sends.
#[derive(Clone, Copy)]
pub struct Upload<'a> {
    /// Its name; folders are dropped.
    pub name: &'a str,
    /// Its media type.
    pub media_type: &'a str,
    /// Its bytes.
    pub content: &'a [u8],
}

/// A file that a party fetches.
pub struct Download {
    /// Its name, without folders and control characters.
    pub name: String,
    /// Its media type, as the sender gave it.
    pub media_type: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// A name that is safe to show and to save under.
fn clean_name(name: &str) -> String {
    let own = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: Vec<char> = own.chars().filter(|c| !c.is_control() && *c != '"').collect();
    let name: String = kept.iter().skip(kept.len().saturating_sub(NAME_LIMIT)).collect();
    let name = name.trim().trim_start_matches('.');
    if name.is_empty() { "file".to_owned() } else { name.to_owned() }
}

fn details(file: &FileRow) -> AttachedData {
    AttachedData::from([
        ("file-id".to_owned(), file.id.clone()),
        ("file-name".to_owned(), file.name.clone()),
        ("file-size".to_owned(), file.size.to_string()),
    ])
}

impl FileLimits {
    fn takes(&self, name: &str) -> bool {
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        self.upload_file_types.is_empty()
            || ending.is_some_and(|ending| self.upload_file_types.split(':').any(|taken| taken == ending))
    }
}

impl ChatServer {
    /// Limits of files of this server.
    pub fn file_limits(&self) -> &FileLimits {
        &self.inner.files
    }

    /// The customer sends a file; answers with its id and the transcript from `position`.
    ///
    /// # Errors
    /// As [`ChatServer::act`], and [`FileFault`].
    pub fn client_upload(
        &self,
        chat_id: &str,
        credentials: Credentials<'_>,
        upload: Upload<'_>,
        position: Option<i64>,
    ) -> Result<(String, View), ChatError> {
        self.with(chat_id, |session| {
            let party = self.authenticate(session, credentials)?;
            let id = self.take_file(session, &party, upload)?;
            Ok((id, session.view_of(&party, position, self.inner.clock.now_ms())))
        })
    }

    /// The customer's limits and what is used of them, under the names of backend 1.6.
    ///
    /// # Errors
    /// As [`ChatServer::act`].
    pub fn client_file_limits(&self, chat_id: &str, credentials: Credentials<'_>) -> Result<AttachedData, ChatError> {
        self.with(chat_id, |session| {
            let party = self.authenticate(session, credentials)?;
            let limits = &self.inner.files;
            let used = self.inner.store.file_usage(&session.id, party.id)?;
            let downloads = self.inner.store.file_downloads(&session.id)?;
            let values = [
                ("upload-max-files", limits.upload_max_files.to_string()),
                ("upload-max-file-size", limits.upload_max_file_size.to_string()),
                ("upload-max-total-size", limits.upload_max_total_size.to_string()),
                ("upload-file-types", limits.upload_file_types.clone()),
                ("upload-need-agent", limits.upload_need_agent.to_string()),
                ("download-attempts", limits.download_attempts.to_string()),
                ("delete-file", (!limits.keep_files).to_string()),
                ("used-upload-max-files", used.files.to_string()),
                ("used-upload-max-total-size", used.bytes.to_string()),
                ("used-download-attempts", downloads.to_string()),
            ];
            Ok(values.map(|(name, value)| (name.to_owned(), value)).into())
        })
    }

    /// The customer fetches a file.
    ///
    /// # Errors
    /// As [`ChatServer::act`], and [`FileFault`].
    pub fn client_download(
        &self,
        chat_id: &str,
        credentials: Credentials<'_>,
        file_id: &str,
    ) -> Result<Download, ChatError> {
        self.with(chat_id, |session| {
            self.authenticate(session, credentials)?;
            let limit = self.inner.files.download_attempts;
            let file = self.find_file(session, file_id)?;
            if self.inner.store.file_downloads(&session.id)? >= limit {
                return Err(FileFault::TooManyDownloads(limit).into());
            }
            self.inner.store.count_file_download(file_id)?;
            Ok(file)
        })
    }

    /// The customer takes a file back.
    ///
    /// # Errors
    /// As [`ChatServer::act`], and [`FileFault`].
    pub fn client_delete_file(
        &self,
        chat_id: &str,
        credentials: Credentials<'_>,
        file_id: &str,
        position: Option<i64>,
    ) -> Result<View, ChatError> {
        self.with(chat_id, |session| {
            let party = self.authenticate(session, credentials)?;
            if session.ended.is_some() {
                return Err(ChatError::Ended);
            }
            let (file, _) = self.inner.store.read_file(&session.id, file_id)?.ok_or(FileFault::Unknown)?;
            if file.participant != party.id || self.inner.files.keep_files {
                return Err(FileFault::DeleteRefused.into());
            }
            self.inner.store.delete_file(file_id)?;
            let draft = Draft { user_data: details(&file), ..Draft::event(EntryType::FileDeleted) };
            self.append(session, party.sender(), draft)?;
            Ok(session.view_of(&party, position, self.inner.clock.now_ms()))
        })
    }

    /// The agent sends a file; answers with its id.
    ///
    /// # Errors
    /// Unknown or ended chat, not this agent's chat, [`FileFault`], database fault.
    pub fn agent_upload(&self, chat_id: &str, agent: &str, upload: Upload<'_>) -> Result<String, ChatError> {
        self.with(chat_id, |session| {
            let party = super::agent::party_of(session, agent)?;
            self.take_file(session, &party, upload)
        })
    }

    /// An agent fetches a file.
    ///
    /// # Errors
    /// Unknown chat or file, database fault.
    pub fn agent_download(&self, chat_id: &str, file_id: &str) -> Result<Download, ChatError> {
        self.with(chat_id, |session| self.find_file(session, file_id))
    }

    fn find_file(&self, session: &Session, file_id: &str) -> Result<Download, ChatError> {
        let (file, content) = self.inner.store.read_file(&session.id, file_id)?.ok_or(FileFault::Unknown)?;
        Ok(Download { name: file.name, media_type: file.media_type, content })
    }

    fn take_file(&self, session: &mut Session, party: &Participant, upload: Upload<'_>) -> Result<String, ChatError> {
        if session.ended.is_some() {
            return Err(ChatError::Ended);
        }
        let (limits, size) = (&self.inner.files, u64::try_from(upload.content.len()).unwrap_or(u64::MAX));
        let name = clean_name(upload.name);
        if limits.upload_need_agent && session.agent().is_none() {
            return Err(FileFault::NeedsAgent.into());
        }
        if !limits.takes(&name) {
            return Err(FileFault::TypeRefused(limits.upload_file_types.clone()).into());
        }
        if size > limits.upload_max_file_size {
            return Err(FileFault::TooLarge(limits.upload_max_file_size).into());
        }
        let used = self.inner.store.file_usage(&session.id, party.id)?;
        if used.files >= limits.upload_max_files {
            return Err(FileFault::TooMany(limits.upload_max_files).into());
        }
        if used.bytes.saturating_add(size) > limits.upload_max_total_size {
            return Err(FileFault::TooLarge(limits.upload_max_total_size).into());
        }
        let file = FileRow {
            id: random::hex_lower::<16>()?,
            participant: party.id,
            name,
            media_type: upload.media_type.to_owned(),
            size,
        };
        self.inner.store.insert_file(&session.id, &file, upload.content)?;
        let draft = Draft { user_data: details(&file), ..Draft::event(EntryType::FileUploaded) };
        self.append(session, party.sender(), draft)?;
        Ok(file.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_folders_and_what_could_break_a_header() {
        for (given, kept) in [
            ("bill.pdf", "bill.pdf"),
            ("C:\\bills\\bill.pdf", "bill.pdf"),
            ("../../etc/passwd", "passwd"),
            ("a\"b\r\nc.pdf", "abc.pdf"),
            ("..", "file"),
            ("", "file"),
        ] {
            assert_eq!(clean_name(given), kept);
        }
        let long = format!("{}.pdf", "x".repeat(NAME_LIMIT));
        assert!(clean_name(&long).ends_with("x.pdf") && clean_name(&long).chars().count() == NAME_LIMIT);
    }

    #[test]
    fn types_go_by_the_ending() {
        let limits = FileLimits::default();
        assert!(limits.takes("bill.PDF") && !limits.takes("bill.exe") && !limits.takes("pdf"));
        assert!(FileLimits { upload_file_types: String::new(), ..limits }.takes("anything"));
    }
}
