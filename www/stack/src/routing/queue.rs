//! One chat on its way to an agent: which targets have their turn, and who is asked (Chat Immediate, "Reserves target to
//! route chat interaction"). Values in, decisions out; no clock, no server.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use super::agents::{Agents, statistic};
use super::target::Target;

/// Where a chat is to go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Targets in their order; at least one.
    pub targets: Vec<Target>,
    /// Seconds for a target that has no timeout of its own.
    pub target_seconds: u32,
    /// Seconds after which nobody in particular is looked for any more (`_urs_queued_ttl`).
    pub queued_ttl: Option<u32>,
    /// Chats with a higher one are offered first; 0 unless told otherwise.
    #[serde(default)]
    pub priority: u32,
}

/// A chat that waits for an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Waiting {
    plan: Plan,
    since: i64,
    /// The newest target whose turn it is.
    at: usize,
    /// The oldest target whose turn still is.
    from: usize,
    turn_since: i64,
    /// Who is asked.
    pub(super) asked: Option<String>,
    /// Who has declined it in this turn.
    declined: Vec<String>,
    /// Who had the offer last and let its time go by.
    lapsed: Option<String>,
}

/// What is to be done with a chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Decision {
    /// It waits, or is offered to this agent.
    Offer(Option<String>),
    /// It waited too long: whoever likes may take it.
    Anybody,
}

fn ms(seconds: u32) -> i64 {
    i64::from(seconds) * 1000
}

impl Waiting {
    pub(super) fn new(plan: Plan, now: i64) -> Self {
        Self { plan, since: now, at: 0, from: 0, turn_since: now, asked: None, declined: Vec::new(), lapsed: None }
    }

    /// Whether it goes by this plan.
    pub(super) fn goes_by(&self, plan: &Plan) -> bool {
        self.plan == *plan
    }

    /// The order in which chats are offered, smaller ones first: by their priority, and by their time.
    pub(super) fn rank(&self) -> (Reverse<u32>, i64) {
        (Reverse(self.plan.priority), self.since)
    }

    /// The target whose turn it is, for people.
    pub(super) fn target(&self) -> &str {
        self.plan.targets.get(self.at).map_or("", |target| &target.text)
    }

    /// The agent does not want it.
    pub(super) fn decline(&mut self, agent: &str) {
        self.asked = None;
        self.declined.push(agent.to_owned());
    }

    /// Whether it waits for this target.
    pub(super) fn waits_for(&self, target: &Target) -> bool {
        self.plan.targets.get(self.from..=self.at).is_some_and(|turn| turn.iter().any(|own| own.meant == target.meant))
    }

    /// What is to be done now. `busy` says who is asked about another chat; `waiting` how many chats wait for a target.
    pub(super) fn decide(
        &mut self,
        now: i64,
        agents: &Agents,
        busy: impl Fn(&str) -> bool,
        waiting: impl Fn(&Target) -> usize,
    ) -> Decision {
        if self.plan.queued_ttl.is_some_and(|ttl| now - self.since >= ms(ttl)) {
            return Decision::Anybody;
        }
        self.take_turns(now, agents, waiting);
        // Whoever signs out or is no longer ready cannot take it.
        let there = |name: &String| agents.get(name).is_some_and(super::agents::Agent::takes_chats);
        self.asked = self.asked.take().filter(there);
        if self.asked.is_none() {
            self.asked = self.choose(agents, busy);
        }
        Decision::Offer(self.asked.clone())
    }

    /// Goes on to the next target for as long as the current one's time is over, or its condition holds.
    fn take_turns(&mut self, now: i64, agents: &Agents, waiting: impl Fn(&Target) -> usize) {
        while let Some(target) = self.plan.targets.get(self.at) {
            let last = self.at + 1 == self.plan.targets.len();
            // Whoever is asked keeps the offer until the turn is over.
            let free = self.asked.is_none();
            let skipped = target.condition.as_ref().filter(|_| free).is_some_and(|condition| {
                let value = statistic(&condition.statistic, agents, target, waiting(target));
                if condition.above { value > condition.value } else { value < condition.value }
            });
            let end = self.turn_since + ms(target.timeout.unwrap_or(self.plan.target_seconds));
            // The last one is never passed over, and begins anew when its time is over.
            let passed_over = skipped && !last;
            if !passed_over && now < end {
                return;
            }
            if !passed_over {
                // The offer ends with the turn.
                self.lapsed = self.asked.take().or(self.lapsed.take());
            }
            self.declined.clear();
            if last {
                self.turn_since = now;
                return;
            }
            self.at += 1;
            if target.clear || passed_over {
                self.from = self.at;
            }
            self.turn_since = if passed_over { self.turn_since } else { end };
        }
    }

    /// Of those who are meant and free, the one who has waited longest; an earlier target's before a later one's.
    fn choose(&self, agents: &Agents, busy: impl Fn(&str) -> bool) -> Option<String> {
        let turn = self.plan.targets.get(self.from..=self.at)?;
        let free = |again: bool| {
            turn.iter().find_map(|target| {
                agents
                    .iter()
                    .filter(|(name, agent)| agent.takes_chats() && agent.is_meant(name, target) && !busy(name))
                    .filter(|(name, _)| !self.declined.contains(name))
                    .filter(|(name, _)| again || self.lapsed.as_ref() != Some(*name))
                    .min_by_key(|(_, agent)| agent.idle_since)
                    .map(|(name, _)| name.clone())
            })
        };
        // Whoever has let it lie is asked again only if there is nobody else.
        free(false).or_else(|| free(true))
    }
}

#[cfg(test)]
mod tests {
    use super::super::agents::{Agent, Profile};
    use super::super::target::parse;
    use super::*;

    fn agents(list: &[(&str, &str)]) -> Agents {
        let agent = |group: &str, at: usize| Agent {
            profile: Profile { groups: vec![group.to_owned()], ..Profile::default() },
            ready: true,
            idle_since: i64::try_from(at).unwrap(),
        };
        list.iter().enumerate().map(|(at, (name, group))| ((*name).to_owned(), agent(group, at))).collect()
    }

    fn waiting(targets: &str) -> Waiting {
        Waiting::new(
            Plan { targets: parse(targets).unwrap(), target_seconds: 30, queued_ttl: Some(300), priority: 0 },
            0,
        )
    }

    fn asked(waiting: &mut Waiting, now: i64, agents: &Agents) -> Option<String> {
        match waiting.decide(now, agents, |_| false, |_| 1) {
            Decision::Offer(asked) => asked,
            Decision::Anybody => panic!("nobody in particular"),
        }
    }

    #[test]
    fn cleared_targets_are_replaced_and_others_joined() {
        let all = agents(&[("Bea", "B"), ("Ann", "A")]);
        let mut cleared =
            waiting(r#"[{"target":"A@S.GA","timeout":10,"clear":true},{"target":"B@S.GA","timeout":10}]"#);
        assert_eq!(asked(&mut cleared, 0, &all).as_deref(), Some("Ann"));
        assert_eq!(asked(&mut cleared, 9_999, &all).as_deref(), Some("Ann"));
        assert_eq!(asked(&mut cleared, 10_000, &all).as_deref(), Some("Bea"));
        let mut joined = waiting(r#"[{"target":"C@S.GA","timeout":10},{"target":"A@S.GA","timeout":10}]"#);
        assert_eq!(asked(&mut joined, 0, &all), None);
        assert_eq!(asked(&mut joined, 10_000, &all).as_deref(), Some("Ann"));
        let with_c = agents(&[("Cleo", "C")]);
        assert_eq!(asked(&mut joined, 11_000, &with_c).as_deref(), Some("Cleo"), "the first target still counts");
    }

    #[test]
    fn a_target_is_passed_over_by_its_statistic_except_the_last() {
        let all = agents(&[("Bea", "B")]);
        let list = r#"[{"target":"A@S.GA","stat_to_check":"RStatAgentsTotal","stat_operator":"<","stat_value":"1"},
            {"target":"B@S.GA","stat_to_check":"RStatAgentsReady","stat_operator":">","stat_value":"0"}]"#;
        assert_eq!(asked(&mut waiting(list), 0, &all).as_deref(), Some("Bea"));
    }

    #[test]
    fn who_declines_is_not_asked_again_in_this_turn() {
        let all = agents(&[("Ann", "A"), ("Al", "A")]);
        let mut one = waiting("A@S.GA");
        assert_eq!(asked(&mut one, 0, &all).as_deref(), Some("Ann"));
        one.decline("Ann");
        assert_eq!(asked(&mut one, 1, &all).as_deref(), Some("Al"));
        one.decline("Al");
        assert_eq!(asked(&mut one, 2, &all), None);
        assert_eq!(asked(&mut one, 30_000, &all).as_deref(), Some("Ann"));
        assert_eq!(asked(&mut one, 60_000, &all).as_deref(), Some("Al"), "Ann has let it lie");
        let ann = agents(&[("Ann", "A")]);
        assert_eq!(asked(&mut one, 90_000, &ann).as_deref(), Some("Ann"), "nobody else is there");
        assert_eq!(one.decide(300_000, &all, |_| false, |_| 1), Decision::Anybody);
    }
}
