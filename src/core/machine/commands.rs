//! The bus commands that act on what is open.

use super::{Effects, Machine};
use crate::core::effect::{CommandId, Effect, Phase, Published};
use crate::core::error::Error;
use crate::core::status::EndReport;

impl Machine {
    /// `close`.
    pub(super) fn close_command(&mut self, command: CommandId, immediately: bool, out: &mut Effects) {
        match &mut self.app {
            None => out.push(Effect::Reject(command, Error::NotOpen)),
            Some(app) => {
                app.closers.push(command);
                self.close(EndReport::Closed, out);
                if immediately {
                    self.gone(out);
                }
            }
        }
    }

    /// `minimize` and `unminimize`.
    pub(super) fn minimize_command(&mut self, command: CommandId, minimized: bool, out: &mut Effects) {
        match self.phase() {
            None | Some(Phase::Claiming) => out.push(Effect::Reject(command, Error::NotOpen)),
            _ => {
                out.push(Effect::Minimize(minimized));
                out.push(Effect::Resolve(command));
            }
        }
    }

    /// The window has been folded or unfolded, by whomever.
    pub(super) fn minimized(&mut self, minimized: bool, out: &mut Effects) {
        if let Some(app) = &mut self.app
            && std::mem::replace(&mut app.minimized, minimized) != minimized
        {
            out.push(Effect::Publish(Published::Minimized(minimized)));
        }
    }

    /// `retry`.
    pub(super) fn retry_command(&mut self, command: CommandId, out: &mut Effects) {
        match &mut self.app {
            None => out.push(Effect::Reject(command, Error::NotOpen)),
            Some(app) if matches!(app.phase, Phase::Failed(_)) => {
                app.order.command = Some(command);
                self.retry(out);
            }
            Some(_) => out.push(Effect::Reject(command, Error::WrongState)),
        }
    }

    /// `cancel`: what the customer works with, or has finished, stays.
    pub(super) fn cancel(&mut self, command: CommandId, out: &mut Effects) {
        let dropped = std::mem::take(&mut self.next);
        let any = !dropped.is_empty();
        for order in dropped {
            self.refuse(order, Error::Cancelled, out);
        }
        match self.phase() {
            Some(Phase::Claiming | Phase::Consenting | Phase::Loading | Phase::Failed(_)) => {
                self.close_command(command, false, out);
            }
            _ if any => out.push(Effect::Resolve(command)),
            None => out.push(Effect::Reject(command, Error::NotOpen)),
            Some(_) => out.push(Effect::Reject(command, Error::WrongState)),
        }
    }
}
