//! From hidden lines to the one request that counts.

use super::{Effects, Machine, Order};
use crate::core::config::OnBusy;
use crate::core::effect::{Effect, Phase, Published};
use crate::core::error::Error;
use crate::core::event::Line;
use crate::core::launch::Chat;
use crate::core::ledger::Outcome;
use crate::core::request::{self, ChatText};
use crate::core::status::EndReport;

impl Machine {
    /// Keeps the requests that may open something until the session data say which chat they belong to.
    pub(super) fn lines(&mut self, lines: Vec<Line>, out: &mut Effects) {
        let asked = !self.waiting.is_empty();
        for line in lines {
            if !self.config.accept_from.contains(&line.sender) {
                continue;
            }
            match request::parse(&line.text) {
                ChatText::Request(_) => self.waiting.push(line),
                ChatText::Malformed(malformed) if !line.restoring => {
                    self.refuse_line(Error::Malformed(malformed), out);
                }
                _ => {}
            }
        }
        if !asked && !self.waiting.is_empty() {
            out.push(Effect::FetchSession);
        }
    }

    /// Opens the latest waiting request that is live; the others are over.
    pub(super) fn session(&mut self, chat: Option<Chat>, now: f64, out: &mut Effects) {
        let lines = std::mem::take(&mut self.waiting);
        let Some(chat) = chat else {
            if !lines.is_empty() {
                self.refuse_line(Error::NoSession, out);
            }
            return;
        };
        self.ledger.bind(&chat.interaction_id);
        let latest = self.latest_live(lines, now);
        if let Some(line) = latest
            && let ChatText::Request(request) = request::parse(&line.text)
        {
            self.ledger.note(line.index, Outcome::Running);
            out.push(Effect::Publish(Published::Requested(request.name.clone())));
            self.order(
                Order {
                    index: Some(line.index),
                    command: None,
                    token: request.token,
                    name: request.name,
                    asker: line.nickname,
                    chat: Some(Chat { message: line.text, ..chat }),
                },
                out,
            );
        }
        out.push(Effect::Remember(self.ledger.to_text()));
    }

    fn latest_live(&mut self, lines: Vec<Line>, now: f64) -> Option<Line> {
        let mut latest: Option<Line> = None;
        for line in lines {
            let stale = line.restoring && line.sent.is_some_and(|sent| now - sent > self.config.request_max_age);
            match self.ledger.outcome(line.index) {
                Some(Outcome::Over) => continue,
                Some(Outcome::Running) if self.has(line.index) => continue,
                None if stale => self.ledger.note(line.index, Outcome::Over),
                _ if latest.as_ref().is_some_and(|latest| latest.index > line.index) => {
                    self.ledger.note(line.index, Outcome::Over);
                }
                _ => {
                    if let Some(earlier) = latest.replace(line) {
                        self.ledger.note(earlier.index, Outcome::Over);
                    }
                }
            }
        }
        latest
    }

    /// Whether the request at `index` is open, or waits for its turn.
    fn has(&self, index: u32) -> bool {
        let is_it = |order: &Order| order.index == Some(index);
        self.app.as_ref().is_some_and(|app| is_it(&app.order)) || self.next.iter().any(is_it)
    }

    /// Opens now, or what `onBusy` says while something is open. What has ended or failed is not busy any more.
    pub(super) fn order(&mut self, order: Order, out: &mut Effects) {
        let Some(phase) = self.phase() else { return self.open(order, out) };
        let idle = matches!(phase, Phase::Ended | Phase::Failed(_) | Phase::Elsewhere);
        match self.config.on_busy {
            OnBusy::Reject if !idle => self.refuse(order, Error::Busy, out),
            OnBusy::Queue if !idle => self.next.push(order),
            _ => {
                for dropped in std::mem::take(&mut self.next) {
                    self.refuse(dropped, Error::Cancelled, out);
                }
                self.next.push(order);
                self.close(EndReport::Replaced, out);
            }
        }
    }

    /// A line from which no order can be made: the page and the agent learn why.
    fn refuse_line(&mut self, error: Error, out: &mut Effects) {
        out.push(Effect::Publish(Published::Failed(error)));
        self.report(EndReport::Failed(error.code()), out);
    }

    /// An order that will not be opened.
    pub(super) fn refuse(&mut self, order: Order, error: Error, out: &mut Effects) {
        if error != Error::Cancelled {
            out.push(Effect::Publish(Published::Failed(error)));
        }
        if let Some(index) = order.index {
            self.over(index, out);
            self.report(EndReport::Failed(error.code()), out);
        }
        if let Some(command) = order.command {
            out.push(Effect::Reject(command, error));
        }
    }

    /// Notes that the request at `index` has had its life.
    pub(super) fn over(&mut self, index: u32, out: &mut Effects) {
        self.ledger.note(index, Outcome::Over);
        out.push(Effect::Remember(self.ledger.to_text()));
    }
}
