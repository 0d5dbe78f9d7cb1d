//! What the agent is told by the plugin: each thing once, and not while nobody would hear it.

use super::{Effects, Machine};
use crate::core::config::Report;
use crate::core::effect::{Detail, Effect};
use crate::core::status::{self, EndReport};

impl Machine {
    /// Notes the end in the ledger and tells the agent, once.
    pub(super) fn settle(&mut self, how: EndReport, out: &mut Effects) {
        let Some(app) = self.app.as_mut() else { return };
        let index = app.order.index;
        let first = !std::mem::replace(&mut app.reported, true);
        if let Some(index) = index {
            self.over(index, out);
        }
        if first {
            out.push(Effect::Over(how));
            self.report(how, out);
        }
    }

    /// Tells how a MicroApp came to its end.
    pub(super) fn report(&mut self, how: EndReport, out: &mut Effects) {
        if self.config.report != Report::None {
            self.send(how.text(), out);
        }
    }

    /// Tells that a MicroApp has opened.
    pub(super) fn report_start(&mut self, out: &mut Effects) {
        if self.may_report_progress() {
            self.send(status::started(), out);
        }
    }

    /// Tells a milestone, for servers that do not do so themselves.
    pub(super) fn report_milestone(&mut self, milestone: &str, out: &mut Effects) {
        if self.may_report_progress() {
            self.send(status::milestone(milestone), out);
        }
    }

    fn may_report_progress(&self) -> bool {
        self.config.report == Report::All && self.app.as_ref().is_some_and(|app| !app.reported)
    }

    /// While the chat is disconnected the service takes messages and drops them (bus facts, section 3): they wait here.
    fn send(&mut self, text: String, out: &mut Effects) {
        if self.connected { out.push(Effect::SendFiltered(text)) } else { self.unsent.push(text) }
    }

    /// The chat lost its connection, or has it again.
    pub(super) fn connection(&mut self, connected: bool, out: &mut Effects) {
        self.connected = connected;
        if connected {
            for text in std::mem::take(&mut self.unsent) {
                out.push(Effect::SendFiltered(text));
            }
        }
        if self.app.is_some() {
            out.push(Effect::Detail(Detail::Online(connected)));
        }
    }
}
