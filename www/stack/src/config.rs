//! The flags of the binary.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use crate::chat_server::asynchronous::AsyncSettings;
use crate::chat_server::entry::Visibility;
use crate::chat_server::files::FileLimits;
use crate::chat_server::idle::IdleSettings;
use crate::chat_server::silence::SilenceSettings;
use crate::esp::flags::EspFlags;
use crate::front::flags::FrontFlags;
use crate::gms::flags::GmsFlags;
use crate::messaging_server::Fault;

/// Who sees the status messages of the Messaging Server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProgressVisibility {
    /// Agents and supervisors only.
    Int,
    /// Everybody; the plugin in the page then has to hide them.
    All,
}

impl From<ProgressVisibility> for Visibility {
    fn from(visibility: ProgressVisibility) -> Self {
        match visibility {
            ProgressVisibility::Int => Self::Int,
            ProgressVisibility::All => Self::All,
        }
    }
}

/// Where the servers listen, what they serve and whom they trust.
#[derive(Debug, Clone, Parser)]
#[command(
    name = "cx-stack",
    version,
    about = "GMS chat, Chat Server, Interaction Server, Messaging Server and agent desk in one process, for demos and tests"
)]
pub struct Config {
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1")]
    pub host: String,
    /// Port of the website; 0 = any free one
    #[arg(long, default_value_t = 8080)]
    pub site_port: u16,
    /// Port of GMS; 0 = any free one
    #[arg(long, default_value_t = 8010)]
    pub gms_port: u16,
    /// Port of the Guest Chat API and the chat API v3; 0 = any free one
    #[arg(long, default_value_t = 8020)]
    pub cloud_port: u16,
    /// Port of the Messaging Server; 0 = any free one
    #[arg(long, default_value_t = 8054)]
    pub messaging_port: u16,
    /// Port of the agent desk; 0 = any free one
    #[arg(long, default_value_t = 8070)]
    pub desk_port: u16,
    /// SQLite file; created if missing. Default: in a new folder below the system's temporary one, removed at the end
    #[arg(long, value_name = "FILE")]
    pub db: Option<PathBuf>,
    /// Folder of the website's pages, served at /
    #[arg(long, value_name = "DIR", default_value = "www/site")]
    pub site_dir: PathBuf,
    /// Folder of the built plugin, served at /dist/
    #[arg(long, value_name = "DIR", default_value = "dist")]
    pub dist_dir: PathBuf,
    /// Name of the chat service in GMS, of the queue of the Guest Chat API and of the endpoint of the chat API v3
    #[arg(long, value_name = "NAME", default_value = "customer-support")]
    pub service: String,
    /// Messaging Server that the website uses instead of this one
    #[arg(long, value_name = "URL")]
    pub messaging_server: Option<String>,
    /// GMS chat address, service included, that the website uses instead of this one
    #[arg(long, value_name = "URL")]
    pub chat_server: Option<String>,
    /// Who sees the status messages of a MicroApp
    #[arg(long, value_enum, default_value = "int")]
    pub progress_visibility: ProgressVisibility,
    /// Age at which a MicroApp request can no longer be started
    #[arg(long, value_name = "SECONDS", default_value_t = 900)]
    pub microapp_max_age: u32,
    /// Time after which a MicroApp that the customer has left alone is over
    #[arg(long, value_name = "SECONDS", default_value_t = 900)]
    pub microapp_idle: u32,
    /// Further origin whose pages may chat and embed MicroApps; repeatable
    #[arg(long, value_name = "ORIGIN")]
    pub allow_origin: Vec<String>,
    /// Accept MicroApp requests that a workflow or bot (party type External) wrote
    #[arg(long)]
    pub allow_external_requests: bool,
    /// The vendor's default server settings, one Name=Value a line
    #[arg(long, value_name = "FILE")]
    pub server_settings: Option<PathBuf>,
    /// Services of Chat Immediate and what becomes of other chats: sections [service.NAME] and [inbound_chat]
    #[arg(long, value_name = "FILE")]
    pub services: Option<PathBuf>,
    /// Standard responses of the agent desk: a JSON list, as www/stack/desk/standard-responses.json
    #[arg(long, value_name = "FILE")]
    pub standard_responses: Option<PathBuf>,
    /// What GMS takes and asks for
    #[command(flatten)]
    pub gms: GmsFlags,
    /// Limits of files
    #[command(flatten)]
    pub files: FileLimits,
    /// Inactivity control
    #[command(flatten)]
    pub idle: IdleSettings,
    /// Silent customers
    #[command(flatten)]
    pub silence: SilenceSettings,
    /// Asynchronous chats
    #[command(flatten)]
    pub asynchronous: AsyncSettings,
    /// Options of GMS and Chat Server under the vendor's names, and which Chat Servers there are
    #[arg(long, value_name = "FILE")]
    pub deployment: Option<PathBuf>,
    /// How this process is one of several
    #[command(flatten)]
    pub front: FrontFlags,
    /// ESP and the workflow
    #[command(flatten)]
    pub esp: EspFlags,
    /// Let tests put the servers' clock forward: POST /administration/clock at the agent desk, with ms
    #[arg(long)]
    pub test_clock: bool,
    /// A callflow of your own, a MicroApp; in place of the built-in one that has one of its tokens; repeatable
    #[arg(long, value_name = "FILE")]
    pub callflow: Vec<PathBuf>,
    /// Refused launches of MicroApps that one address may try in a minute; 0 = any number
    #[arg(long, value_name = "N", default_value_t = 60)]
    pub launch_limit: usize,
    /// Requests of MicroApps that are worked on at once; further ones wait a second and are told to come again
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=128))]
    pub microapps_at_once: u16,
    /// A fault for the Messaging Server to have: slow=MS, form-slow=MS, error, cut-off, frame-denied, silent, wrong-origin,
    /// malformed-progress, chat-slow=MS, interaction-slow=MS; repeatable
    #[arg(long, value_name = "FAULT")]
    pub fault: Vec<Fault>,
}

impl Config {
    /// The defaults, but on ports that are free: for a stack that is not alone on its machine.
    pub fn on_free_ports() -> Self {
        Self { site_port: 0, gms_port: 0, cloud_port: 0, messaging_port: 0, desk_port: 0, ..Self::default() }
    }

    /// Whether only this machine can reach the servers.
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

impl Default for Config {
    /// The defaults of the flags.
    fn default() -> Self {
        Self {
            host: "127.0.0.1".to_owned(),
            site_port: 8080,
            gms_port: 8010,
            cloud_port: 8020,
            messaging_port: 8054,
            desk_port: 8070,
            db: None,
            site_dir: PathBuf::from("www/site"),
            dist_dir: PathBuf::from("dist"),
            service: "customer-support".to_owned(),
            messaging_server: None,
            chat_server: None,
            progress_visibility: ProgressVisibility::Int,
            microapp_max_age: 900,
            microapp_idle: 900,
            allow_origin: Vec::new(),
            allow_external_requests: false,
            server_settings: None,
            services: None,
            standard_responses: None,
            gms: GmsFlags::default(),
            files: FileLimits::default(),
            idle: IdleSettings::default(),
            silence: SilenceSettings::default(),
            asynchronous: AsyncSettings::default(),
            deployment: None,
            front: FrontFlags::default(),
            esp: EspFlags::default(),
            test_clock: false,
            callflow: Vec::new(),
            launch_limit: 60,
            microapps_at_once: 64,
            fault: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_agree_with_the_flags() {
        let parsed = Config::parse_from(["cx-stack"]);
        assert_eq!(format!("{parsed:?}"), format!("{:?}", Config::default()));
    }
}
