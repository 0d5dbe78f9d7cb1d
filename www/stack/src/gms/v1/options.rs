//! Configured services: what an operator enters in Service Management (Chat Immediate, "Configuration Options"), as a file of
//! sections with `name=value` lines.
//!
//! `[service.NAME]` is a Chat Immediate service, `[inbound_chat]` holds the parameters of the inbound chat application.

use std::collections::BTreeMap;
use std::path::Path;

use crate::ini::{self, Reader};
use crate::routing::DEFAULT_GROUP;
use crate::routing::target::{self, Target};

/// Name of the service that is there without a file.
pub const DEFAULT_SERVICE: &str = "chat-immediate";

/// Default of `_ttl`, in seconds.
const DEFAULT_TTL: u32 = 86_400;

/// Options of a Chat Immediate service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceOptions {
    /// `_media_type`
    pub media_type: String,
    /// `_wait_for_agent`
    pub wait_for_agent: bool,
    /// `_wait_for_user_confirm`
    pub wait_for_user_confirm: bool,
    /// `_ttl`: seconds for which the service is kept after its desired time.
    pub ttl: u32,
    /// `_type`
    pub kind: String,
    /// `_use_debug_push_certificate`
    pub use_debug_push_certificate: bool,
    /// `_target`
    pub targets: Vec<Target>,
    /// `_urs_virtual_queue`
    pub virtual_queue: String,
    /// `_urs_prioritization_strategy`
    pub prioritization_strategy: String,
    /// `_urs_strategy_update_sub_routine`
    pub strategy_update_sub_routine: String,
    /// `_urs_queued_ttl`: seconds after which no target is looked for any more.
    pub queued_ttl: Option<u32>,
}

/// Parameters of the inbound chat application (Chat Immediate, "Setting up Acceptance of a Chat Interaction").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboundOptions {
    /// `app_find_agent_timeout`: seconds for a target without a time of its own.
    pub find_agent_timeout: u32,
    /// `app_selected_agent_group`: who gets chats for which there is no service; without it, whoever likes.
    pub selected_agent_group: Option<String>,
}

impl Default for InboundOptions {
    fn default() -> Self {
        Self { find_agent_timeout: 30, selected_agent_group: None }
    }
}

/// All services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Services {
    /// By name.
    pub services: BTreeMap<String, ServiceOptions>,
    /// Of the inbound chat application.
    pub inbound: InboundOptions,
}

impl Default for Services {
    /// One service, for all agents who name no group.
    fn default() -> Self {
        let given = [
            ("_target", format!("{DEFAULT_GROUP}@StatServer.GA")),
            ("_urs_virtual_queue", "GMS_Chat_Immediate".to_owned()),
        ];
        let given = given.map(|(name, value)| (name.to_owned(), (0, value))).into();
        let service = Reader::new("", given).service();
        let services = BTreeMap::from([(DEFAULT_SERVICE.to_owned(), service)]);
        Self { services, inbound: InboundOptions::default() }
    }
}

impl Services {
    /// Reads a file.
    ///
    /// # Errors
    /// All faults at once, one a line.
    pub fn read(path: &Path) -> Result<Self, String> {
        Self::parse(&ini::text_of(path)?)
    }

    /// Reads services from text.
    ///
    /// # Errors
    /// All faults at once, one a line, each with its line number or section.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut faults = Vec::new();
        let sections = ini::by_section(text, &mut faults);
        let (mut services, mut inbound) = (BTreeMap::new(), InboundOptions::default());
        for (section, given) in sections {
            let mut reader = Reader::new(&section, given);
            match section.strip_prefix("service.") {
                Some(name) if !name.is_empty() => {
                    services.insert(name.to_owned(), reader.service());
                }
                _ if section == "inbound_chat" => inbound = reader.inbound(),
                _ => reader.faults.push(format!("[{section}] is neither [service.NAME] nor [inbound_chat]")),
            }
            faults.extend(reader.faults);
        }
        if faults.is_empty() { Ok(Self { services, inbound }) } else { Err(faults.join("\n")) }
    }

    /// What is no fault, but not as the document wants it, one sentence each: `_urs_queued_ttl` should be the time of all
    /// targets together ("Configuration Options").
    pub fn remarks(&self) -> Vec<String> {
        let usual = self.inbound.find_agent_timeout;
        let time = |target: &Target| u64::from(target.timeout.unwrap_or(usual));
        let remark = |(name, options): (&String, &ServiceOptions)| {
            let total: u64 = options.targets.iter().map(time).sum();
            let written = options.queued_ttl.filter(|seconds| u64::from(*seconds) != total)?;
            Some(format!(
                "[service.{name}] _urs_queued_ttl is {written} s, and the time of all targets together {total} s"
            ))
        };
        self.services.iter().filter_map(remark).collect()
    }
}

impl Reader<'_> {
    fn service(&mut self) -> ServiceOptions {
        self.must_have("_target");
        self.must_have("_urs_virtual_queue");
        let wait_for_agent = self.flag("_wait_for_agent");
        let wait_for_user_confirm = self.flag("_wait_for_user_confirm");
        if wait_for_agent {
            self.faults.push(format!("[{}] _wait_for_agent must be false for Chat Immediate", self.section));
        }
        if wait_for_user_confirm && !wait_for_agent {
            self.faults.push(format!("[{}] _wait_for_user_confirm needs _wait_for_agent=true", self.section));
        }
        let seconds = |value: &str| value.parse().map_err(|_| "must be a number of seconds".to_owned());
        let options = ServiceOptions {
            media_type: self.fixed("_media_type", "chat"),
            wait_for_agent,
            wait_for_user_confirm,
            ttl: self.take("_ttl", DEFAULT_TTL, seconds),
            kind: self.fixed("_type", "ors"),
            use_debug_push_certificate: self.flag("_use_debug_push_certificate"),
            targets: self.take("_target", Vec::new(), |value| target::parse(value).map_err(|fault| fault.to_string())),
            virtual_queue: self.text("_urs_virtual_queue", ""),
            prioritization_strategy: self.text("_urs_prioritization_strategy", "WaitForTarget"),
            strategy_update_sub_routine: self.text("_urs_strategy_update_sub_routine", "SetRouteDelay"),
            queued_ttl: self.take("_urs_queued_ttl", None, |value| seconds(value).map(Some)),
        };
        self.finish();
        options
    }

    fn inbound(&mut self) -> InboundOptions {
        let default = InboundOptions::default();
        let seconds = |value: &str| value.parse().map_err(|_| "must be a number of seconds".to_owned());
        let find_agent_timeout = self.take("app_find_agent_timeout", default.find_agent_timeout, seconds);
        let group = self.text("app_selected_agent_group", "");
        self.finish();
        InboundOptions { find_agent_timeout, selected_agent_group: Some(group).filter(|group| !group.is_empty()) }
    }
}
