//! The flags of GMS.

use clap::{Args, ValueEnum};

/// A field without which an operator starts no chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Required {
    /// `subject`; its absence is error 104.
    Subject,
    /// `emailAddress`; its absence is error 181.
    Email,
    /// `text`; its absence is error 182.
    Text,
}

/// What an operator can set of GMS.
#[derive(Debug, Clone, Default, Args)]
pub struct GmsFlags {
    /// Key that every call must send as the header apikey, or in the address where a header cannot be sent
    #[arg(long, value_name = "KEY")]
    pub api_key: Option<String>,
    /// Chat v2 over CometD is served
    #[arg(long)]
    pub enable_notification_mode: bool,
    /// GMS is reached by https, whatever X-Forwarded-Proto says: its cookies are for pages of other sites
    #[arg(long)]
    pub gms_https: bool,
    /// Endpoint at which chats may start, `tenant:endpoint`; repeatable. Without any, every one is good
    #[arg(long, value_name = "NAME")]
    pub chat_endpoint: Vec<String>,
    /// Field without which no chat starts; repeatable
    #[arg(long, value_enum, value_name = "FIELD")]
    pub require: Vec<Required>,
    /// Entries of transcripts of API v1 carry their index
    #[arg(long)]
    pub enable_fast_chat_transcript_refresh: bool,
    /// Chats that may go on at one time
    #[arg(long, value_name = "N")]
    pub max_chats: Option<usize>,
}
