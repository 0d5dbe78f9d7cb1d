//! What the machine wants done, done.

use super::window::Window;
use super::{Runtime, events};
use crate::bridge::bus::Deferred;
use crate::bridge::hooks::Hook;
use crate::bridge::js::set;
use crate::bridge::js_error;
use crate::bridge::timer::Timeout;
use crate::bridge::{log, net, storage, webchat};
use crate::core::channel::ToFrame;
use crate::core::effect::{CommandId, Effect, Phase, Timer};
use crate::core::event::Event;
use js_sys::Object;
use std::cell::Cell;
use std::rc::Rc;

/// Milliseconds that the chat service has to give its session data.
const SESSION_DEADLINE: f64 = 5000.0;

impl Runtime {
    /// Carries out one effect.
    pub(super) fn carry_out(&self, effect: Effect) {
        match effect {
            Effect::FetchSession => self.fetch_session(),
            Effect::Claim(name, steal) => self.tabs.claim(&name, steal),
            Effect::Release(index) => {
                self.forget_questions();
                self.tabs.release(index);
            }
            Effect::AskPage(card) => self.hooks.ask(&events::card_data(&card), self.answer(Event::Allowed)),
            Effect::OpenWindow(card) => {
                let window = Window::open(self, &card);
                if window.is_none() {
                    self.dispatch(Event::ViewFailed);
                }
                self.window.replace(window.map(Rc::new));
                self.speak();
            }
            Effect::Probe(url) => net::probe(&url, self.answer(Event::Probed)),
            Effect::FetchTicket(url, fields) => net::fetch_ticket(&url, &fields.0, self.answer(Event::Ticket)),
            Effect::LoadFrame(launch) => self.with_window(|window| window.load(&launch, self.report.clone())),
            Effect::Show(phase) => {
                if matches!(phase, Phase::Failed(_)) {
                    self.forget_questions();
                }
                self.debug(&["phase ", phase.name()]);
                self.with_window(|window| window.placement.show(phase));
            }
            Effect::Detail(detail) => self.with_window(|window| window.placement.detail(&detail)),
            Effect::Minimize(minimized) => self.with_window(|window| window.placement.minimize(minimized)),
            Effect::Ping => self.with_window(|window| window.tell(ToFrame::Ping)),
            Effect::HangUp => self.with_window(Window::hang_up),
            Effect::CloseWindow => drop(self.window.take()),
            Effect::SendFiltered(text) => webchat::send_filtered(&self.plugin, &text),
            Effect::Wake => self.wake(),
            Effect::Publish(published) => events::publish(self, &published),
            Effect::Over(how) => self.hooks.call(Hook::End, &events::end_data(how)),
            Effect::Resolve(id) => self.settle(id, |deferred| deferred.resolve(&Object::new())),
            Effect::Reject(id, error) => self.settle(id, |deferred| deferred.reject(&js_error::of(error))),
            Effect::Remember(text) => storage::write(&text),
            Effect::StartTimer(timer, milliseconds) => self.start_timer(timer, milliseconds),
            Effect::StopTimer(timer) => self.timers.borrow_mut().retain(|(running, _)| *running != timer),
        }
    }

    /// An answer that becomes an event, unless what it was asked for is over by then.
    fn answer<T: 'static>(&self, event: fn(T) -> Event) -> impl FnOnce(T) + 'static {
        let (report, epoch, asked_in) = (self.report.clone(), self.epoch.clone(), self.epoch.get());
        move |value| {
            if epoch.get() == asked_in {
                report(event(value));
            }
        }
    }

    /// Answers that are still under way come too late.
    fn forget_questions(&self) {
        self.epoch.set(self.epoch.get().wrapping_add(1));
    }

    /// Prints names and codes, where the integrator wants to see them.
    pub(super) fn debug(&self, parts: &[&str]) {
        if self.machine.borrow().config().debug {
            log::debug(parts);
        }
    }

    /// Settles a command that waits.
    pub(super) fn settle(&self, id: CommandId, how: impl FnOnce(Deferred)) {
        if let Some(deferred) = self.take(id) {
            how(deferred);
        }
    }

    fn start_timer(&self, timer: Timer, milliseconds: f64) {
        let report = self.report.clone();
        let timeout = Timeout::new(milliseconds, move || report(Event::TimerFired(timer)));
        let mut timers = self.timers.borrow_mut();
        timers.retain(|(running, _)| *running != timer);
        timers.push((timer, timeout));
    }

    /// Asks for the session data, and gives up after a while: the bus may never answer.
    fn fetch_session(&self) {
        let report = self.report.clone();
        let answered = Rc::new(Cell::new(false));
        let answer = move |chat| {
            if !answered.replace(true) {
                report(Event::Session(chat));
            }
        };
        let late = answer.clone();
        self.session_deadline.replace(Some(Timeout::new(SESSION_DEADLINE, move || late(None))));
        let any = self.machine.borrow().config().transport_session;
        webchat::get_session_data(&self.plugin, any, answer);
    }

    /// Tells the chat that the customer is still there (backend facts, 3.3: idle).
    fn wake(&self) {
        let data = Object::new();
        set(&data, "resetIdleState", true);
        self.plugin.tell("WebChatService.wake", &data);
    }
}
