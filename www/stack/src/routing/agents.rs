//! Who is signed in and what they can do: what the router asks of a Stat Server.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::skill::Skills;
use super::target::{Meant, Target};

/// Group of agents who name none.
pub const DEFAULT_GROUP: &str = "Agents";

/// What an agent says of themselves when they sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Profile {
    /// Groups of agents.
    pub groups: Vec<String>,
    /// Groups of places that theirs belongs to.
    pub place_groups: Vec<String>,
    /// Groups of agents of a campaign.
    pub campaign_groups: Vec<String>,
    /// Skills with their levels.
    pub skills: Skills,
    /// Where they sit.
    pub place: Option<String>,
    /// Media that they take.
    pub media: Vec<String>,
    /// What they may do at the desk.
    pub role: Role,
}

/// What somebody may do at the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Chats with customers.
    #[default]
    Agent,
    /// Also looks into the chats of others.
    Supervisor,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            groups: vec![DEFAULT_GROUP.to_owned()],
            place_groups: Vec::new(),
            campaign_groups: Vec::new(),
            skills: Skills::new(),
            place: None,
            media: vec![CHAT.to_owned()],
            role: Role::Agent,
        }
    }
}

/// The medium of a chat.
pub(super) const CHAT: &str = "chat";
const VOICE: &str = "voice";

/// An agent who is signed in.
#[derive(Debug, Clone)]
pub(super) struct Agent {
    pub(super) profile: Profile,
    /// Takes new work.
    pub(super) ready: bool,
    /// Since when nothing was offered, in ms: who waits longest comes first.
    pub(super) idle_since: i64,
}

impl Agent {
    /// Whether a target means this agent.
    pub(super) fn is_meant(&self, name: &str, target: &Target) -> bool {
        match &target.meant {
            Meant::Agent(agent) => agent == name,
            Meant::Place(place) => self.profile.place.as_deref() == Some(place),
            Meant::Group(group) => self.profile.groups.contains(group),
            Meant::PlaceGroup(group) => self.profile.place_groups.contains(group),
            Meant::CampaignGroup(group) => self.profile.campaign_groups.contains(group),
            Meant::Skilled(expression) => expression.holds(&self.profile.skills),
        }
    }

    /// Whether chats are among what they take.
    pub(super) fn has_chats(&self) -> bool {
        self.profile.media.iter().any(|medium| medium == CHAT)
    }

    /// Whether they take chats now.
    pub(super) fn takes_chats(&self) -> bool {
        self.ready && self.has_chats()
    }
}

/// Everybody who is signed in, by name.
pub(super) type Agents = BTreeMap<String, Agent>;

/// The value of a statistic for a target; `waiting` is how many chats wait for it.
pub(super) fn statistic(name: &str, agents: &Agents, target: &Target, waiting: usize) -> i64 {
    let meant = || agents.iter().filter(|(name, agent)| agent.is_meant(name, target)).map(|(_, agent)| agent);
    let count = match name {
        "RStatAgentsReadyvoice" => {
            meant().filter(|agent| agent.ready && agent.profile.media.iter().any(|medium| medium == VOICE)).count()
        }
        "RStatAgentsReady" => meant().filter(|agent| agent.ready).count(),
        "RStatAgentsTotal" => meant().count(),
        _ => waiting,
    };
    i64::try_from(count).unwrap_or(i64::MAX)
}
