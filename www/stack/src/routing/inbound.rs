//! The inbound chat application: what becomes of chats that no service sends (Chat Immediate, "Setting up Acceptance of a
//! Chat Interaction"), and of guests who say whom they need (transports 2.2, `routingTarget`).

use super::skill::{Comparison, Expression};
use super::target::Meant;
use super::{Plan, Router, Target, Way};

/// Most skills that a customer may ask for. No public number exists.
pub const MAX_SKILLS: usize = 16;

/// Longest name of such a skill, in characters. No public number exists.
pub const MAX_SKILL_NAME: usize = 64;

/// Whom a customer needs; empty for anybody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// Skills that the agent has to have. A language is one of them.
    pub skills: Vec<String>,
    /// Chats with a higher one are offered first.
    pub priority: u32,
}

impl Wish {
    /// Agents who have all of it, at whatever level; none where nothing is asked for.
    fn target(&self) -> Option<Target> {
        let level = |skill: &String| Expression::level(skill, Comparison::More, 0);
        // A file of before may hold a guest with any number of them; the language is one more.
        let levels = self.skills.iter().take(MAX_SKILLS + 1).filter_map(level);
        let all = levels.reduce(|one, other| Expression::And(Box::new(one), Box::new(other)))?;
        Some(Target { clear: true, ..Target::of(Meant::Skilled(all)) })
    }
}

/// Handle to it; every server by which customers come has one.
#[derive(Clone)]
pub struct Inbound {
    router: Router,
    target: Option<Target>,
    seconds: u32,
    /// For chats that would be for whoever likes.
    otherwise: Option<Plan>,
}

impl Inbound {
    /// An application that routes to this group of agents (`app_selected_agent_group`), for so many seconds to one agent
    /// (`app_find_agent_timeout`). Without a group whoever likes takes the chats.
    pub fn new(router: Router, group: Option<&str>, seconds: u32) -> Self {
        let target = group.map(|group| Target {
            text: format!("{group}@StatServer.GA"),
            ..Target::of(Meant::Group(group.to_owned()))
        });
        Self { router, target, seconds, otherwise: None }
    }

    /// The same with a plan for chats that are nobody's in particular: that of a workflow, which hears of a chat only when
    /// it has begun.
    #[must_use]
    pub fn otherwise(self, plan: Option<Plan>) -> Self {
        Self { otherwise: plan, ..self }
    }

    /// Sends a chat on its way that has begun without one.
    pub fn take(&self, chat_id: &str) {
        let way = self.way(&Wish::default());
        // A chat that cannot be written down is sent on its way all the same.
        let _ = way.keep(chat_id);
        way.go(chat_id);
    }

    /// The way of a chat that is about to begin: to those whom its customer needs, for the time of one target; then to the
    /// others. Where nobody who has signed in can do it, the others have it at once.
    pub fn way(&self, wish: &Wish) -> Way {
        let skilled = wish.target().filter(|target| self.router.is_there(target));
        // Without a group the others are whoever likes.
        let queued_ttl = self.target.is_none().then_some(self.seconds);
        let targets: Vec<Target> = skilled.into_iter().chain(self.target.clone()).collect();
        let plan = if targets.is_empty() {
            self.otherwise.clone()
        } else {
            Some(Plan { targets, target_seconds: self.seconds, queued_ttl, priority: wish.priority })
        };
        self.router.way(plan)
    }
}
