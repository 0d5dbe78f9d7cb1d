//! The inbound chat application: what becomes of chats that no service sends (Chat Immediate, "Setting up Acceptance of a
//! Chat Interaction").

use super::target::Meant;
use super::{Plan, Router, Target};

/// Handle to it; every server by which customers come has one.
#[derive(Clone)]
pub struct Inbound {
    router: Router,
    target: Option<Target>,
    seconds: u32,
}

impl Inbound {
    /// An application that routes to this group of agents (`app_selected_agent_group`), for so many seconds to one agent
    /// (`app_find_agent_timeout`). Without a group whoever likes takes the chats.
    pub fn new(router: Router, group: Option<&str>, seconds: u32) -> Self {
        let target = group.map(|group| Target {
            text: format!("{group}@StatServer.GA"),
            meant: Meant::Group(group.to_owned()),
            timeout: None,
            clear: false,
            condition: None,
        });
        Self { router, target, seconds }
    }

    /// Sends a chat that has arrived on its way.
    pub fn take(&self, chat_id: &str) {
        if let Some(target) = &self.target {
            let plan = Plan { targets: vec![target.clone()], target_seconds: self.seconds, queued_ttl: None };
            self.router.route(chat_id, plan);
        }
    }
}
