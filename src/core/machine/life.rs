//! From the loaded app to the removed window.

use super::{
    CHAT_OVER_GRACE, Effects, HANGUP_GRACE, HEARTBEAT_INTERVAL, HEARTBEATS, INACTIVITY_WARNING, Machine, WAKE_INTERVAL,
};
use crate::core::config::Placement;
use crate::core::effect::{Detail, Effect, Phase, Published, Timer};
use crate::core::error::Error;
use crate::core::frame_protocol::{self, FromFrame};
use crate::core::status::EndReport;

impl Machine {
    /// The frame has loaded, or spoken.
    pub(super) fn loaded(&mut self, now: f64, out: &mut Effects) {
        let Some(app) = self.app_in(Phase::Loading).filter(|app| app.launch.is_some()) else { return };
        app.since = now;
        let (heard, command) = (app.heard, app.order.command.take());
        out.push(if heard || self.config.look.placement == Placement::Window {
            Effect::StopTimer(Timer::Load)
        } else {
            // Why: a frame that the server forbids loads, too, as the browser's own page.
            Effect::StartTimer(Timer::Load, self.config.load_timeout)
        });
        self.at_work(out);
        if self.config.wake_limit > 0.0 {
            out.push(Effect::StartTimer(Timer::Wake, WAKE_INTERVAL));
        }
        out.push(Effect::Publish(Published::Opened));
        if let Some(command) = command {
            out.push(Effect::Resolve(command));
        }
        self.report_start(out);
    }

    /// A message from the frame.
    pub(super) fn heard(&mut self, message: FromFrame, now: f64, out: &mut Effects) {
        match self.phase() {
            Some(Phase::Closing) if matches!(message, FromFrame::Closed) => return self.gone(out),
            // The end comes over protocol 1 at once, what the last page says about itself only when the channel is up.
            Some(Phase::Ended)
                if matches!(message, FromFrame::Title(_) | FromFrame::Height(_) | FromFrame::Steps { .. }) =>
            {
                return self.heard_detail(message, out);
            }
            Some(Phase::Loading | Phase::Running | Phase::TimingOut | Phase::ChatOver) => {}
            _ => return,
        }
        if let Some(app) = self.app.as_mut().filter(|app| !app.heard) {
            app.heard = true;
            out.push(Effect::StopTimer(Timer::Load));
        }
        self.loaded(now, out);
        match message {
            FromFrame::Alive => return self.alive(out),
            // The app's height changes by itself as well, as when its window unfolds.
            FromFrame::Height(_) => return self.heard_detail(message, out),
            _ => {}
        }
        match self.phase() {
            Some(Phase::TimingOut) => self.at_work(out),
            _ => self.watch_for_inactivity(out),
        }
        match message {
            FromFrame::Progress { milestone } => {
                if let Some(block) = frame_protocol::block_of(&milestone) {
                    out.push(Effect::Detail(Detail::Block(block.to_owned())));
                }
                self.report_milestone(&milestone, out);
                if let Some(app) = &mut self.app {
                    app.milestone = Some(milestone.clone());
                }
                out.push(Effect::Publish(Published::Progress(milestone)));
            }
            FromFrame::Ended => {
                self.settle(EndReport::Ended, out);
                stop_timers(out);
                self.enter(Phase::Ended, out);
                out.push(Effect::Publish(Published::Ended));
            }
            _ => self.heard_detail(message, out),
        }
    }

    /// What only protocol 2 can say.
    fn heard_detail(&mut self, message: FromFrame, out: &mut Effects) {
        match message {
            FromFrame::Title(title) => out.push(Effect::Detail(Detail::Title(title))),
            FromFrame::Height(height) => out.push(Effect::Detail(Detail::Height(height))),
            FromFrame::Steps { names, at } => out.push(Effect::Detail(Detail::Steps(names, at))),
            FromFrame::Escape => out.push(Effect::Detail(Detail::Escape)),
            FromFrame::CloseRequested => self.close(EndReport::Closed, out),
            FromFrame::Error(_) => self.fail(Error::AppFailed, out),
            _ => {}
        }
    }

    /// The app has answered; it is asked again after a while.
    fn alive(&mut self, out: &mut Effects) {
        if let Some(app) = &mut self.app {
            app.unanswered = 0;
            out.push(Effect::StartTimer(Timer::Heartbeat, HEARTBEAT_INTERVAL));
        }
    }

    /// Asks the app for a sign of life; one that has not answered for long is stuck.
    pub(super) fn heartbeat(&mut self, out: &mut Effects) {
        let Some(app) = self.app.as_mut().filter(|app| app.phase.is_at_work()) else { return };
        app.unanswered += 1;
        if app.unanswered > HEARTBEATS {
            return self.fail(Error::AppSilent, out);
        }
        out.push(Effect::Ping);
        out.push(Effect::StartTimer(Timer::Heartbeat, HEARTBEAT_INTERVAL));
    }

    /// The customer works with the app, from now on.
    fn at_work(&mut self, out: &mut Effects) {
        self.enter(Phase::Running, out);
        self.watch_for_inactivity(out);
    }

    fn watch_for_inactivity(&mut self, out: &mut Effects) {
        out.push(Effect::StartTimer(Timer::Inactivity, self.config.inactivity_timeout - self.inactivity_warning()));
    }

    /// How long before the end the customer is asked, in milliseconds.
    fn inactivity_warning(&self) -> f64 {
        INACTIVITY_WARNING.min(self.config.inactivity_timeout / 2.0)
    }

    /// No sign of life for so long that the customer is asked for one (WCAG 2.2.1), or none after that. Once the chat has ended,
    /// the customer is asked already.
    pub(super) fn timed_out(&mut self, out: &mut Effects) {
        match self.phase() {
            Some(Phase::Running) => {
                self.enter(Phase::TimingOut, out);
                out.push(Effect::StartTimer(Timer::Inactivity, self.inactivity_warning()));
            }
            Some(Phase::TimingOut) => {
                out.push(Effect::Publish(Published::TimedOut));
                self.close(EndReport::TimedOut, out);
            }
            _ => {}
        }
    }

    /// Keeps the idle chat alive while the customer works, but not for ever.
    pub(super) fn wake(&mut self, now: f64, out: &mut Effects) {
        let limit = self.config.wake_limit;
        let at_work = self.app.as_ref().filter(|app| matches!(app.phase, Phase::Running | Phase::TimingOut));
        if at_work.is_some_and(|app| now - app.since <= limit) {
            out.push(Effect::Wake);
            out.push(Effect::StartTimer(Timer::Wake, WAKE_INTERVAL));
        }
    }

    /// The window's close button. Before consent it means no; in a tab that only points to another, just that.
    pub(super) fn close_by_customer(&mut self, out: &mut Effects) {
        match self.phase() {
            Some(Phase::Consenting) => self.consent(false, out),
            _ => self.close(EndReport::Closed, out),
        }
    }

    /// Tells frame and agent, then gives the frame its grace.
    pub(super) fn close(&mut self, how: EndReport, out: &mut Effects) {
        let Some(phase) = self.phase() else { return };
        self.reject_open(Error::Cancelled, out);
        match phase {
            Phase::Closing => {}
            Phase::Elsewhere | Phase::Ended => self.gone(out),
            Phase::Failed(error) => {
                self.settle(EndReport::Failed(error.code()), out);
                self.gone(out);
            }
            Phase::Claiming | Phase::Consenting => {
                self.settle(how, out);
                self.gone(out);
            }
            Phase::Loading | Phase::Running | Phase::TimingOut | Phase::ChatOver => {
                stop_timers(out);
                out.push(Effect::HangUp);
                self.enter(Phase::Closing, out);
                out.push(Effect::StartTimer(Timer::HangUp, HANGUP_GRACE));
                self.settle(how, out);
            }
        }
    }

    /// The frame's time is over: remove it, answer who waited, open what comes next.
    pub(super) fn gone(&mut self, out: &mut Effects) {
        let Some(app) = self.app.take() else { return };
        out.push(Effect::StopTimer(Timer::HangUp));
        if app.phase != Phase::Claiming {
            out.push(Effect::CloseWindow);
            out.push(Effect::Publish(Published::Closed));
        }
        if app.phase != Phase::Elsewhere {
            out.push(Effect::Release(app.order.index));
        }
        for command in app.closers {
            out.push(Effect::Resolve(command));
        }
        if !self.next.is_empty() {
            let order = self.next.remove(0);
            self.open(order, out);
        }
    }

    /// A window that somebody else removed took its frame along: no grace, the rest as a close.
    pub(super) fn view_gone(&mut self, out: &mut Effects) {
        if self.app.is_some() {
            self.close(EndReport::Closed, out);
            self.gone(out);
        }
    }

    /// The end of the chat ends the app, but a customer in the middle of it may finish first.
    pub(super) fn chat_ended(&mut self, out: &mut Effects) {
        self.waiting.clear();
        self.unsent.clear();
        for dropped in std::mem::take(&mut self.next) {
            if let Some(command) = dropped.command {
                out.push(Effect::Reject(command, Error::Cancelled));
            }
        }
        let Some(app) = &mut self.app else { return };
        // With the chat gone nobody could read a report.
        app.reported = true;
        match app.phase {
            Phase::Running | Phase::TimingOut => {
                out.push(Effect::StopTimer(Timer::Wake));
                self.enter(Phase::ChatOver, out);
                out.push(Effect::StartTimer(Timer::ChatOver, CHAT_OVER_GRACE));
            }
            Phase::Ended => {}
            _ => self.close(EndReport::Closed, out),
        }
    }

    /// The customer goes on when asked whether to: without the chat, so that only the inactivity bound is left, or after a time
    /// without a sign of life.
    pub(super) fn finish(&mut self, out: &mut Effects) {
        if matches!(self.phase(), Some(Phase::ChatOver | Phase::TimingOut)) {
            out.push(Effect::StopTimer(Timer::ChatOver));
            self.at_work(out);
        }
    }
}

/// What is not open and well needs no watch.
pub(super) fn stop_timers(out: &mut Effects) {
    for timer in [Timer::Load, Timer::Inactivity, Timer::Heartbeat, Timer::Wake, Timer::HangUp, Timer::ChatOver] {
        out.push(Effect::StopTimer(timer));
    }
}
