//! What the machine wants done, done.

use super::window::Window;
use super::{Runtime, events};
use crate::bridge::bus::Deferred;
use crate::bridge::js_error::{self, set};
use crate::bridge::timer::Timeout;
use crate::bridge::{net, storage, webchat};
use crate::core::effect::{CommandId, Effect, Timer};
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
            Effect::Release(index) => self.tabs.release(index),
            Effect::OpenWindow(card) => {
                let window = Window::open(self, &card);
                if window.is_none() {
                    self.dispatch(Event::ViewFailed);
                }
                self.window.replace(window.map(Rc::new));
            }
            Effect::Probe(url) => net::probe(&url, self.answer(Event::Probed)),
            Effect::FetchTicket(url, fields) => net::fetch_ticket(&url, &fields.0, self.answer(Event::Ticket)),
            Effect::LoadFrame(launch) => self.with_window(|window| window.load(&launch, self.reporter())),
            Effect::Show(phase) => self.with_window(|window| window.placement.show(phase)),
            Effect::Detail(detail) => self.with_window(|window| window.placement.detail(&detail)),
            Effect::HangUp => self.with_window(Window::hang_up),
            Effect::CloseWindow => drop(self.window.take()),
            Effect::SendFiltered(text) => webchat::send_filtered(&self.plugin, &text),
            Effect::Wake => self.wake(),
            Effect::Publish(published) => events::publish(&self.plugin, &published),
            Effect::Resolve(id) => self.settle(id, |deferred| deferred.resolve(&Object::new())),
            Effect::Reject(id, error) => self.settle(id, |deferred| deferred.reject(&js_error::of(error))),
            Effect::Remember(text) => storage::write(&text),
            Effect::StartTimer(timer, milliseconds) => self.start_timer(timer, milliseconds),
            Effect::StopTimer(timer) => self.timers.borrow_mut().retain(|(running, _)| *running != timer),
        }
    }

    /// An answer that becomes an event.
    fn answer<T: 'static>(&self, event: fn(T) -> Event) -> impl FnOnce(T) + 'static {
        let report = self.reporter();
        move |value| report(event(value))
    }

    /// Settles a command that waits.
    pub(super) fn settle(&self, id: CommandId, how: impl FnOnce(Deferred)) {
        if let Some(deferred) = self.take(id) {
            how(deferred);
        }
    }

    fn start_timer(&self, timer: Timer, milliseconds: f64) {
        let report = self.reporter();
        let timeout = Timeout::new(milliseconds, move || report(Event::TimerFired(timer)));
        let mut timers = self.timers.borrow_mut();
        timers.retain(|(running, _)| *running != timer);
        timers.push((timer, timeout));
    }

    /// Asks for the session data, and gives up after a while: the bus may never answer.
    fn fetch_session(&self) {
        let report = self.reporter();
        let answered = Rc::new(Cell::new(false));
        let answer = move |chat| {
            if !answered.replace(true) {
                report(Event::Session(chat));
            }
        };
        let late = answer.clone();
        self.session_deadline.replace(Some(Timeout::new(SESSION_DEADLINE, move || late(None))));
        webchat::get_session_data(&self.plugin, answer);
    }

    /// Tells the chat that the customer is still there (backend facts, 3.3: idle).
    fn wake(&self) {
        let data = Object::new();
        set(&data, "resetIdleState", &true.into());
        self.plugin.tell("WebChatService.wake", &data);
    }
}
