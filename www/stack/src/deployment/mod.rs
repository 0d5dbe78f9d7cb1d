//! The deployment file: options of the "Chat Support" page of the GMS Deployment Guide under their sections and names, and
//! which Chat Servers there are.
//!
//! The document's sections are `[chat]` and `[service.request-chat-poll]` of GMS, `[endpoints:1]` and `[settings]` of the Chat
//! Server. What an operator does in Genesys Administrator with connections, ports and backups is a section
//! `[chat-server:NAME]` here, which is *ours*.

mod sections;

use std::collections::BTreeMap;
use std::path::Path;

use crate::chat_server::asynchronous::AsyncSettings;
use crate::chat_server::idle::IncludedNotices;
use crate::chat_server::silence::SilenceSettings;
use crate::ini;

/// Path of the load balancer's page that the document shows.
pub const LOAD_BALANCER_PATH: &str = "WebAPI812/SimpleSamples812/ChatHA/ChatLBServerInfo.jsp";

/// Name of the endpoint that is meant when none is said.
pub const DEFAULT_ENDPOINT: &str = "default";

/// `[chat]` of GMS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatOptions {
    /// `chat_load_balancer_url_path`, without a leading slash.
    pub load_balancer_path: String,
    /// `chat_session_request_timeout`, in ms: how long a call waits for a Chat Server.
    pub session_request_timeout: u32,
    /// `ixn_server_submit_queue`: the endpoint for chats that name none.
    pub submit_queue: String,
}

/// `[service.request-chat-poll]` of GMS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollOptions {
    /// `service`: address of the SCXML application. Kept and checked; there is no ORS here that would fetch it.
    pub service: String,
    /// `ttl`, in seconds.
    pub ttl: u32,
    /// `chat_endpoint`, else that of `ixn_server_submit_queue`.
    pub chat_endpoint: Option<String>,
    /// `internal_api_url_base` and `default_poke_message`: both or none.
    pub poke: Option<Poke>,
    /// `iws_plugin_url`
    pub iws_plugin_url: Option<String>,
    /// `iws_plugin_view_name`
    pub iws_plugin_view_name: Option<String>,
}

/// What a poke needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poke {
    /// `internal_api_url_base`, without a trailing slash.
    pub url_base: String,
    /// `default_poke_message`
    pub message: String,
}

/// A Chat Server application and its backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatServerOptions {
    /// Application name of the primary.
    pub name: String,
    /// Application name of the warm standby.
    pub backup: Option<String>,
    /// `port`: at which it listens for GMS on this machine; any free one if `None`.
    pub port: Option<u16>,
}

/// What of `[settings]` of the Chat Server goes before a flag; what is `None` is as the flag says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// `flex-disconnect-timeout`, in seconds.
    pub flex_disconnect_timeout: Option<u32>,
    /// `async-idle-alert`, in seconds.
    pub async_idle_alert: Option<u32>,
    /// `async-idle-close`, in seconds.
    pub async_idle_close: Option<u32>,
    /// `async-idle-notices`
    pub async_idle_notices: Option<IncludedNotices>,
}

impl Settings {
    /// When silent customers are let go.
    pub fn silence(&self, flags: &SilenceSettings) -> SilenceSettings {
        let seconds = self.flex_disconnect_timeout.unwrap_or(flags.flex_disconnect_timeout);
        SilenceSettings { flex_disconnect_timeout: seconds }
    }

    /// Limits of asynchronous chats.
    pub fn asynchronous(&self, flags: &AsyncSettings) -> AsyncSettings {
        AsyncSettings {
            async_idle_alert: self.async_idle_alert.unwrap_or(flags.async_idle_alert),
            async_idle_close: self.async_idle_close.unwrap_or(flags.async_idle_close),
            async_idle_notices: self.async_idle_notices.unwrap_or(flags.async_idle_notices),
            v3_async: flags.v3_async,
        }
    }
}

/// A whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// `[chat]`
    pub chat: ChatOptions,
    /// `[service.request-chat-poll]`
    pub poll: PollOptions,
    /// `[endpoints:1]`: queues by endpoint. Empty without a file: then every endpoint is good.
    pub endpoints: BTreeMap<String, String>,
    /// `session-restoration-mode=simple`: whether a Chat Server goes on with the sessions of its file.
    pub restores: bool,
    /// `[settings]` that there are as flags, too.
    pub settings: Settings,
    /// `[chat-server:NAME]`, in the order of the file. Without any there is one, in this process.
    pub chat_servers: Vec<ChatServerOptions>,
}

impl Default for Deployment {
    /// What is there without a file.
    fn default() -> Self {
        Self {
            chat: ChatOptions {
                load_balancer_path: LOAD_BALANCER_PATH.to_owned(),
                session_request_timeout: 30_000,
                submit_queue: DEFAULT_ENDPOINT.to_owned(),
            },
            poll: PollOptions {
                service: String::new(),
                ttl: 3600,
                chat_endpoint: None,
                poke: None,
                iws_plugin_url: None,
                iws_plugin_view_name: None,
            },
            endpoints: BTreeMap::new(),
            restores: true,
            settings: Settings::default(),
            chat_servers: Vec::new(),
        }
    }
}

impl Deployment {
    /// Reads a file.
    ///
    /// # Errors
    /// All faults at once, one a line.
    pub fn read(path: &Path) -> Result<Self, String> {
        Self::parse(&ini::text_of(path)?)
    }

    /// Reads a deployment from text.
    ///
    /// # Errors
    /// All faults at once, one a line: where, which option of which section, what is expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        sections::parse(text)
    }

    /// The queue of an endpoint, by its name without tenant; `None` when there is no such endpoint.
    pub fn queue(&self, endpoint: &str) -> Option<&str> {
        // An endpoint that is not named is the configured one.
        let name = if endpoint == DEFAULT_ENDPOINT { &self.chat.submit_queue } else { endpoint };
        self.endpoints.get(name).map(String::as_str)
    }

    /// The endpoint of chats of API v1.
    pub fn poll_endpoint(&self) -> &str {
        self.poll.chat_endpoint.as_deref().unwrap_or(&self.chat.submit_queue)
    }
}
