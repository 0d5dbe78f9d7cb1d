//! Configured services: what an operator enters in Service Management (Chat Immediate, "Configuration Options"), as a file of
//! sections with `name=value` lines.
//!
//! `[service.NAME]` is a Chat Immediate service, `[inbound_chat]` holds the parameters of the inbound chat application.

use std::collections::BTreeMap;
use std::path::Path;

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
        let service = Reader { section: "", given, faults: Vec::new() }.service();
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
        let text =
            std::fs::read_to_string(path).map_err(|error| format!("cannot read {} ({error})", path.display()))?;
        Self::parse(&text)
    }

    /// Reads services from text.
    ///
    /// # Errors
    /// All faults at once, one a line, each with its line number or section.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut faults = Vec::new();
        let sections = sections(text, &mut faults);
        let (mut services, mut inbound) = (BTreeMap::new(), InboundOptions::default());
        for (section, given) in sections {
            let mut reader = Reader { section: &section, given, faults: Vec::new() };
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
}

/// Options of a section: by name, with the number of the line.
type Given = BTreeMap<String, (usize, String)>;

fn sections(text: &str, faults: &mut Vec<String>) -> BTreeMap<String, Given> {
    let mut sections: BTreeMap<String, Given> = BTreeMap::new();
    let mut current = None;
    for (number, line) in text.lines().enumerate().map(|(at, line)| (at + 1, line.trim())) {
        if line.is_empty() || line.starts_with('#') || line.starts_with(';') {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            sections.entry(name.trim().to_owned()).or_default();
            current = Some(name.trim().to_owned());
            continue;
        }
        match (line.split_once('='), current.as_ref().and_then(|name| sections.get_mut(name))) {
            (Some((name, value)), Some(section)) => {
                if section.insert(name.trim().to_owned(), (number, value.trim().to_owned())).is_some() {
                    faults.push(format!("line {number} ({}) is there twice", name.trim()));
                }
            }
            (None, _) => faults.push(format!("line {number} is no name=value")),
            (_, None) => faults.push(format!("line {number} stands before any [section]")),
        }
    }
    sections
}

struct Reader<'a> {
    section: &'a str,
    given: Given,
    faults: Vec<String>,
}

impl Reader<'_> {
    /// Takes an option out, reads it, and notes what is wrong with it.
    fn take<T>(&mut self, name: &str, default: T, read: impl FnOnce(&str) -> Result<T, String>) -> T {
        let Some((number, value)) = self.given.remove(name) else { return default };
        read(&value).unwrap_or_else(|fault| {
            self.faults.push(format!("line {number} ({name}) {fault}"));
            default
        })
    }

    fn text(&mut self, name: &str, default: &str) -> String {
        self.take(name, default.to_owned(), |value| {
            if value.is_empty() { Err("must not be empty".to_owned()) } else { Ok(value.to_owned()) }
        })
    }

    /// A value that is predefined and must not be changed.
    fn fixed(&mut self, name: &str, predefined: &str) -> String {
        self.take(name, predefined.to_owned(), |value| {
            if value == predefined { Ok(value.to_owned()) } else { Err(format!("must be {predefined}")) }
        })
    }

    fn flag(&mut self, name: &str) -> bool {
        self.take(name, false, |value| value.parse().map_err(|_| "must be true or false".to_owned()))
    }

    fn must_have(&mut self, name: &str) {
        if !self.given.contains_key(name) {
            self.faults.push(format!("[{}] needs {name}", self.section));
        }
    }

    /// Whatever is left has a name that nobody knows.
    fn finish(&mut self) {
        for (name, (number, _)) in std::mem::take(&mut self.given) {
            self.faults.push(format!("line {number} ({name}) is no option of [{}]", self.section));
        }
    }

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
