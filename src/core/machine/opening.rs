//! From an order to a loaded app: one tab, consent, the server's answer, the ticket, the frame.

use super::life::stop_timers;
use super::{App, Effects, Machine, Order};
use crate::core::effect::{Card, Effect, Phase, Published, Secrets, Timer};
use crate::core::error::Error;
use crate::core::launch::{Launch, Method};
use crate::core::status::EndReport;

impl Machine {
    /// Checks what can be checked at once, then claims the MicroApp for this tab.
    pub(super) fn open(&mut self, order: Order, out: &mut Effects) {
        let server = self.config.server.clone();
        let checked = server.and_then(|server| server.launch(&order.token, None, Method::Post));
        if let Err(error) = checked {
            return self.refuse(order, error, out);
        }
        let name = order.chat.as_ref().zip(order.index).map(|(chat, _)| chat.interaction_id.clone());
        let phase = Phase::Claiming;
        self.app = Some(App {
            order,
            launch: None,
            phase,
            reported: false,
            since: 0.0,
            closers: Vec::new(),
            minimized: false,
            unanswered: 0,
            milestone: None,
            heard: false,
        });
        match name {
            Some(name) => out.push(Effect::Claim(name, false)),
            None => self.ask_page(out),
        }
    }

    /// Another tab may have been faster.
    pub(super) fn claimed(&mut self, ours: bool, out: &mut Effects) {
        match (self.phase(), ours) {
            (Some(Phase::Claiming | Phase::Elsewhere), true) => self.ask_page(out),
            (Some(Phase::Claiming), false) => {
                self.push_window(out);
                self.enter(Phase::Elsewhere, out);
            }
            _ => {}
        }
    }

    /// The customer wants it here.
    pub(super) fn take_over(&mut self, out: &mut Effects) {
        let app = self.app_in(Phase::Elsewhere);
        let name = app.and_then(|app| app.order.chat.as_ref()).map(|chat| chat.interaction_id.clone());
        if let Some(name) = name {
            out.push(Effect::Claim(name, true));
        }
    }

    /// The customer went on in another tab: this one lets go without a hang-up, the session lives on there.
    pub(super) fn taken_over(&mut self, out: &mut Effects) {
        if self.app.as_ref().is_some_and(|app| app.phase != Phase::Elsewhere) {
            stop_timers(out);
            if let Some(app) = &mut self.app {
                app.launch = None;
            }
            out.push(Effect::CloseWindow);
            self.push_window(out);
            self.enter(Phase::Elsewhere, out);
        }
    }

    /// The tab that has it reports its end.
    pub(super) fn over_elsewhere(&mut self, index: u32, out: &mut Effects) {
        self.over(index, out);
        let ours = self.app_in(Phase::Elsewhere).is_some_and(|app| app.order.index == Some(index));
        if ours {
            self.gone(out);
        }
    }

    /// The page may have a say before the customer sees anything.
    fn ask_page(&mut self, out: &mut Effects) {
        match self.card() {
            Some(card) if self.config.asks_page => out.push(Effect::AskPage(card)),
            _ => self.allowed(true, out),
        }
    }

    /// The page's answer.
    pub(super) fn allowed(&mut self, allowed: bool, out: &mut Effects) {
        let Some(phase @ (Phase::Claiming | Phase::Elsewhere)) = self.phase() else { return };
        if !allowed {
            out.push(Effect::Publish(Published::Failed(Error::Vetoed)));
            self.settle(EndReport::Failed(Error::Vetoed.code()), out);
            self.reject_open(Error::Vetoed, out);
            if phase == Phase::Elsewhere {
                // It was taken over for nothing.
                out.push(Effect::Release(None));
            }
            return self.gone(out);
        }
        if phase == Phase::Claiming {
            self.push_window(out);
        }
        if self.config.consent { self.enter(Phase::Consenting, out) } else { self.start_loading(out) }
    }

    fn card(&self) -> Option<Card> {
        let (app, server) = self.app.as_ref().zip(self.config.server.as_ref().ok())?;
        let (name, asker) = (app.order.name.clone(), app.order.asker.clone());
        Some(Card { name, asker, origin: server.origin().text() })
    }

    fn push_window(&mut self, out: &mut Effects) {
        if let Some(card) = self.card() {
            out.push(Effect::OpenWindow(card));
        }
    }

    /// The customer's answer.
    pub(super) fn consent(&mut self, given: bool, out: &mut Effects) {
        if self.app_in(Phase::Consenting).is_none() {
            return;
        }
        if given {
            return self.start_loading(out);
        }
        out.push(Effect::Publish(Published::Declined));
        self.settle(EndReport::Declined, out);
        self.reject_open(Error::Declined, out);
        self.gone(out);
    }

    pub(super) fn start_loading(&mut self, out: &mut Effects) {
        if let Some(app) = &mut self.app {
            app.heard = false;
        }
        self.enter(Phase::Loading, out);
        out.push(Effect::StartTimer(Timer::Load, self.config.load_timeout));
        out.push(Effect::Publish(Published::Loading));
        match &self.config.server {
            Ok(server) if self.config.probe => out.push(Effect::Probe(server.probe_url())),
            _ => self.probed(true, out),
        }
    }

    /// Goes on when the server is there; a dead one is a message, not a blank frame.
    pub(super) fn probed(&mut self, there: bool, out: &mut Effects) {
        let Some(app) = self.app_in(Phase::Loading).filter(|app| app.launch.is_none()) else { return };
        if !there {
            return self.fail(Error::Unreachable, out);
        }
        let (token, chat) = (app.order.token.clone(), app.order.chat.clone());
        let Ok(server) = self.config.server.clone() else { return };
        if self.config.method == Method::Ticket && chat.is_some() {
            let mut fields = server.fields(chat.as_ref());
            fields.push(("token", token));
            out.push(Effect::FetchTicket(server.ticket_url(), Secrets(fields)));
        } else {
            self.load(server.launch(&token, chat.as_ref(), self.config.method), out);
        }
    }

    /// The ticket is there, or the server refused it.
    pub(super) fn ticket(&mut self, ticket: Option<String>, out: &mut Effects) {
        let Some(app) = self.app_in(Phase::Loading).filter(|app| app.launch.is_none()) else { return };
        let token = app.order.token.clone();
        match (ticket, self.config.server.clone()) {
            (Some(ticket), Ok(server)) => self.load(server.launch_with_ticket(&token, &ticket), out),
            _ => self.fail(Error::TicketRefused, out),
        }
    }

    fn load(&mut self, launch: Result<Launch, Error>, out: &mut Effects) {
        match launch {
            Ok(launch) => {
                if let Some(app) = &mut self.app {
                    app.launch = Some(launch.clone());
                }
                out.push(Effect::LoadFrame(launch));
            }
            Err(error) => self.fail(error, out),
        }
    }

    /// Shows the failure; the customer may try again or go on in the chat.
    pub(super) fn fail(&mut self, error: Error, out: &mut Effects) {
        let Some(Phase::Consenting | Phase::Loading | Phase::Running | Phase::TimingOut | Phase::Elsewhere) =
            self.phase()
        else {
            return;
        };
        stop_timers(out);
        self.enter(Phase::Failed(error), out);
        out.push(Effect::Publish(Published::Failed(error)));
        self.reject_open(error, out);
    }

    /// Time is up for what should have loaded, or spoken. An app that is old and silent may be well, so that is no failure.
    pub(super) fn load_is_due(&mut self, out: &mut Effects) {
        if self.phase() == Some(Phase::Loading) {
            self.fail(Error::LoadTimeout, out);
        } else {
            out.push(Effect::Publish(Published::Warned(Error::AppUnheard)));
        }
    }

    /// Another try with the same order.
    pub(super) fn retry(&mut self, out: &mut Effects) {
        if let Some(app) = self.app.as_mut().filter(|app| matches!(app.phase, Phase::Failed(_))) {
            app.launch = None;
            self.start_loading(out);
        }
    }

    pub(super) fn reject_open(&mut self, error: Error, out: &mut Effects) {
        let command = self.app.as_mut().and_then(|app| app.order.command.take());
        if let Some(command) = command {
            out.push(Effect::Reject(command, error));
        }
    }
}
