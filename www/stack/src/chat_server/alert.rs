//! Agents to whom a chat is offered: servers that speak for customers may show them as people who are being called
//! (transports 2.5). Not kept over a restart; whoever is asked then is asked anew.

use super::session::Session;
use super::{ChatError, Offer};
use crate::random;

/// Most of them that a chat remembers; the oldest go first.
const KEPT: usize = 32;

/// An agent to whom a chat is or was offered, and who is no party of it.
#[derive(Debug, Clone)]
pub struct Alert {
    /// The user id that the agent's party has if they accept.
    pub user_id: String,
    /// Name.
    pub agent: String,
    /// Since when they are asked, in ms.
    pub since: i64,
    /// When they declined, let the time go by, or were no longer needed, in ms.
    pub until: Option<i64>,
}

impl Session {
    /// Offers the session, to nobody yet or to whoever likes as well.
    ///
    /// # Errors
    /// The system has no randomness.
    pub(super) fn offer_to(&mut self, offer: Option<Offer>, now: i64) -> Result<(), ChatError> {
        let to = offer.as_ref().and_then(|offer| offer.to.clone());
        if self.alerted() != to.as_deref() {
            self.alert_ends(now);
            if let Some(agent) = to {
                let user_id = random::hex_upper::<8>()?;
                self.alerts.push(Alert { user_id, agent, since: now, until: None });
                let surplus = self.alerts.len().saturating_sub(KEPT);
                self.alerts.drain(..surplus);
            }
        }
        self.offer = offer;
        Ok(())
    }

    /// Refuses to offer a session that is over or has its agent.
    pub(super) fn waits_for_agent(&self) -> Result<(), ChatError> {
        if self.ended.is_some() {
            return Err(ChatError::Ended);
        }
        if self.agent().is_some() { Err(ChatError::AlreadyAccepted) } else { Ok(()) }
    }

    /// Who is asked.
    fn alerted(&self) -> Option<&str> {
        self.alerts.iter().find(|alert| alert.until.is_none()).map(|alert| alert.agent.as_str())
    }

    /// Nobody is asked any more.
    pub(super) fn alert_ends(&mut self, now: i64) {
        self.alerts.iter_mut().filter(|alert| alert.until.is_none()).for_each(|alert| alert.until = Some(now));
    }

    /// The user id under which this agent is asked, if they are.
    pub(super) fn alert_id(&self, agent: &str) -> Option<String> {
        let asked = self.alerts.iter().find(|alert| alert.until.is_none() && alert.agent == agent);
        asked.map(|alert| alert.user_id.clone())
    }

    /// The agent has come, as a party.
    pub(super) fn answered(&mut self, agent: &str) {
        self.alerts.retain(|alert| alert.until.is_some() || alert.agent != agent);
    }
}
