//! The life of a MicroApp under the options that change it.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod page;

use cx_speechstorm::core::effect::{Detail, Effect, Phase, Published, Timer};
use cx_speechstorm::core::error::Error;
use cx_speechstorm::core::event::{Event, Line};
use cx_speechstorm::core::frame_protocol::FromFrame;
use cx_speechstorm::core::options::Options;
use page::{NOW, Page, launched, line, opens};

fn page(set: impl FnOnce(&mut Options)) -> Page {
    let mut options = Options::default();
    set(&mut options);
    Page::with(&options, None)
}

fn second() -> Line {
    Line { text: "microapp://app/OTHER/Next".into(), ..line(6) }
}

#[test]
fn posted_and_ticket_launches_put_no_secret_into_an_address() {
    for method in ["post", "ticket"] {
        let mut page = page(|options| options.launch = Some(method.into()));
        let effects = page.line(line(3));
        let launch = launched(&effects).unwrap();
        for secret in ["bd68e1cf5dbb1a2c", "USD77.80", "007254AC84C06F00", "microapp"] {
            assert!(!launch.url.contains(secret), "{method}: {secret}");
        }
        match method {
            "post" => assert_eq!(launch.fields.len(), 5),
            _ => assert!(launch.url.ends_with("/fish-messaging/go/T3NB68E-?ticket=ticket-1")),
        }
        assert!(!format!("{effects:?}").contains("bd68e1cf5dbb1a2c"), "nor does a debug print of the effects");
    }
}

#[test]
fn a_refused_ticket_is_a_failure_that_can_be_tried_again() {
    let mut page = page(|options| options.launch = Some("ticket".into()));
    page.ticket = None;
    assert!(!opens(&page.line(line(3))));
    assert_eq!(page.machine.phase(), Some(Phase::Failed(Error::TicketRefused)));
    page.ticket = Some("ticket-2".into());
    assert!(opens(&page.step(Event::Retry)));
}

#[test]
fn a_frame_that_loads_and_says_nothing_is_warned_about_once_and_goes_on() {
    let mut page = Page::new();
    page.line(line(3));
    let deadline = Effect::StartTimer(Timer::Load, page.machine.config().load_timeout);
    assert!(page.step(Event::FrameLoaded).contains(&deadline));
    let warned = page.step(Event::TimerFired(Timer::Load));
    assert_eq!(warned, [Effect::Publish(Published::Warned(Error::AppUnheard))]);
    assert_eq!(page.machine.phase(), Some(Phase::Running), "an old app may be silent and well");
    assert!(!page.step(Event::FrameLoaded).contains(&deadline));
}

#[test]
fn an_app_that_has_spoken_is_not_warned_about() {
    for first in [FromFrame::Alive, FromFrame::Progress { milestone: "block:Welcome".into() }] {
        let mut page = Page::new();
        page.line(line(3));
        assert!(page.step(Event::FromFrame(first.clone())).contains(&Effect::StopTimer(Timer::Load)));
        let after = page.step(Event::FrameLoaded);
        assert!(!after.iter().any(|effect| matches!(effect, Effect::StartTimer(Timer::Load, _))), "{after:?}");

        let mut page = Page::new();
        page.open();
        assert!(page.step(Event::FromFrame(first)).contains(&Effect::StopTimer(Timer::Load)));
    }
}

#[test]
fn an_app_in_a_window_of_its_own_is_not_listened_for() {
    let mut page = page(|options| options.placement = Some("window".into()));
    page.line(line(3));
    assert!(page.step(Event::FrameLoaded).contains(&Effect::StopTimer(Timer::Load)));
}

#[test]
fn a_dead_server_is_a_message_and_not_a_frame() {
    let mut page = Page::new();
    page.server = false;
    assert!(!opens(&page.line(line(3))));
    assert_eq!(page.machine.phase(), Some(Phase::Failed(Error::Unreachable)));
    page.server = true;
    assert!(opens(&page.step(Event::Retry)));
}

#[test]
fn without_a_probe_the_frame_is_loaded_at_once() {
    let mut page = page(|options| options.probe = Some(false));
    let effects = page.line(line(3));
    assert!(opens(&effects));
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Probe(_))));
}

#[test]
fn a_busy_plugin_refuses_when_told_so() {
    let mut page = page(|options| options.on_busy = Some("reject".into()));
    page.open();
    assert!(!opens(&page.line(second())));
    assert_eq!(page.machine.phase(), Some(Phase::Running));
    assert_eq!(page.reports(), ["microapp:progress:failed:busy"]);
    let effects = page.step(Event::Open { command: 4, token: "X".into(), chat: None });
    assert!(effects.contains(&Effect::Reject(4, Error::Busy)));
}

#[test]
fn a_queued_request_opens_after_the_first() {
    let mut page = page(|options| options.on_busy = Some("queue".into()));
    page.open();
    assert!(!opens(&page.line(second())));
    page.step(Event::FromFrame(FromFrame::Ended));
    let effects = page.step(Event::CloseByCustomer);
    assert!(launched(&effects).unwrap().url.contains("/OTHER?"));
}

#[test]
fn consent_comes_before_anything_is_loaded() {
    let mut page = page(|options| options.consent = Some(true));
    let effects = page.line(line(3));
    assert!(!opens(&effects) && !effects.iter().any(|effect| matches!(effect, Effect::Probe(_))));
    let card = effects.iter().find_map(|effect| if let Effect::OpenWindow(card) = effect { Some(card) } else { None });
    let card = card.unwrap();
    assert_eq!((card.asker.as_deref(), card.origin.as_str()), (Some("Alex"), "https://ia.bank.example"));
    assert!(opens(&page.step(Event::Consent(true))));
}

#[test]
fn who_declines_is_asked_no_more_and_the_agent_learns_it() {
    for no in [Event::Consent(false), Event::CloseByCustomer] {
        let mut page = page(|options| options.consent = Some(true));
        page.line(line(3));
        let effects = page.step(no);
        assert!(effects.contains(&Effect::Publish(Published::Declined)));
        assert_eq!(page.reports(), ["microapp:progress:declined"]);
        assert_eq!(page.machine.phase(), None);
        assert!(!opens(&page.reload().line(Line { restoring: true, ..line(3) })));
    }
}

#[test]
fn everything_is_reported_once_when_the_integrator_wants_all() {
    let mut page = page(|options| options.report = Some("all".into()));
    page.open();
    page.step(Event::FromFrame(FromFrame::Progress { milestone: "block:Card Details".into() }));
    page.step(Event::FromFrame(FromFrame::Ended));
    page.step(Event::CloseByCustomer);
    let expected = ["microapp:progress:started", "microapp:progress:block:Card Details", "microapp:progress:ended"];
    assert_eq!(page.reports(), expected);
}

#[test]
fn reports_wait_while_the_chat_is_disconnected() {
    let mut page = Page::new();
    page.open();
    assert!(page.step(Event::Connected(false)).contains(&Effect::Detail(Detail::Online(false))));
    page.step(Event::FromFrame(FromFrame::Ended));
    assert_eq!(page.reports(), [] as [&str; 0]);
    page.step(Event::Connected(true));
    page.step(Event::Connected(true));
    assert_eq!(page.reports(), ["microapp:progress:ended"]);
}

#[test]
fn a_silent_app_times_out_after_a_warning_and_a_speaking_one_does_not() {
    for (seconds, warning) in [(1800.0, 60_000.0), (120.0, 60_000.0), (60.0, 30_000.0), (1.0, 500.0)] {
        let mut page = page(|options| options.inactivity_timeout = Some(seconds));
        page.open();
        let quiet = Effect::StartTimer(Timer::Inactivity, seconds * 1000.0 - warning);
        assert!(page.step(Event::FromFrame(FromFrame::KeepAlive)).contains(&quiet), "{seconds}");
        let warned = page.step(Event::TimerFired(Timer::Inactivity));
        assert_eq!(warned, [Effect::Show(Phase::TimingOut), Effect::StartTimer(Timer::Inactivity, warning)]);
        assert!(page.reports().is_empty());
        let effects = page.step(Event::TimerFired(Timer::Inactivity));
        assert!(effects.contains(&Effect::Publish(Published::TimedOut)) && effects.contains(&Effect::HangUp));
        assert_eq!(page.reports(), ["microapp:progress:timeout"]);
    }
}

#[test]
fn the_customer_who_answers_the_warning_has_the_whole_time_again_as_often_as_it_takes() {
    let mut page = page(|options| options.inactivity_timeout = Some(600.0));
    page.open();
    let again = [Effect::Show(Phase::Running), Effect::StartTimer(Timer::Inactivity, 540_000.0)];
    for _ in 0..10 {
        for answer in [Event::Finish, Event::FromFrame(FromFrame::KeepAlive)] {
            page.step(Event::TimerFired(Timer::Inactivity));
            let effects = page.step(answer);
            assert!(again.iter().all(|effect| effects.contains(effect)), "{effects:?}");
        }
    }
    // What goes on without the customer is not a sign of life of the customer's.
    page.step(Event::TimerFired(Timer::Inactivity));
    for message in [FromFrame::Alive, FromFrame::Height(420.0)] {
        page.step(Event::FromFrame(message));
        assert_eq!(page.machine.phase(), Some(Phase::TimingOut));
    }
    assert!(
        page.step(Event::TimerFired(Timer::Wake)).contains(&Effect::Wake),
        "the chat has to wait for the answer, too"
    );
}

#[test]
fn a_form_that_is_about_to_time_out_is_still_a_form_at_work() {
    let warned = || {
        let mut page = Page::new();
        page.open();
        page.step(Event::TimerFired(Timer::Inactivity));
        page
    };
    let mut page = warned();
    page.step(Event::FrameBlocked);
    assert_eq!(page.machine.phase(), Some(Phase::Failed(Error::FrameBlocked)));
    let mut page = warned();
    page.step(Event::ChatEnded);
    assert_eq!(page.machine.phase(), Some(Phase::ChatOver));
    assert_eq!(page.step(Event::TimerFired(Timer::Inactivity)), [], "the customer is asked already");
    let finishes = page.step(Event::Finish);
    assert!(finishes.iter().any(|effect| matches!(effect, Effect::StartTimer(Timer::Inactivity, _))), "{finishes:?}");
    let mut page = warned();
    assert!(page.step(Event::Close { command: 7, immediately: false }).contains(&Effect::HangUp));
    assert_eq!(page.reports(), ["microapp:progress:closed"]);
}

#[test]
fn a_working_customer_keeps_the_chat_alive_but_not_for_ever() {
    let mut page = page(|options| options.wake_limit = Some(120.0));
    page.open();
    page.now = NOW + 60_000.0;
    assert!(page.step(Event::TimerFired(Timer::Wake)).contains(&Effect::Wake));
    page.now = NOW + 120_001.0;
    assert_eq!(page.step(Event::TimerFired(Timer::Wake)), []);
}

#[test]
fn another_tab_has_it_until_the_customer_wants_it_here() {
    let mut page = Page::new();
    page.other_tab = true;
    assert!(!opens(&page.line(line(3))));
    assert_eq!(page.machine.phase(), Some(Phase::Elsewhere));
    assert!(opens(&page.step(Event::TakeOver)));
}

#[test]
fn the_tab_that_lost_it_lets_go_without_a_hang_up_or_a_report() {
    let mut page = Page::new();
    page.open();
    let effects = page.step(Event::TakenOver);
    assert!(effects.contains(&Effect::CloseWindow) && !effects.contains(&Effect::HangUp));
    assert_eq!(page.machine.phase(), Some(Phase::Elsewhere));
    assert_eq!(page.reports(), [] as [&str; 0]);
}

#[test]
fn what_ended_in_another_tab_is_over_here_too() {
    let mut page = Page::new();
    page.other_tab = true;
    page.line(line(3));
    page.step(Event::OverElsewhere(3));
    assert_eq!(page.machine.phase(), None);
    page.other_tab = false;
    assert!(!opens(&page.reload().line(Line { restoring: true, ..line(3) })));
}

#[test]
fn an_app_says_what_it_is_and_may_ask_to_be_closed() {
    let mut page = Page::new();
    page.open();
    let shown = page.step(Event::FromFrame(FromFrame::Title("Pay your bill".into())));
    assert!(shown.contains(&Effect::Detail(Detail::Title("Pay your bill".into()))));
    let steps = FromFrame::Steps { names: vec!["A".into(), "B".into()], at: 1 };
    assert!(
        page.step(Event::FromFrame(steps)).contains(&Effect::Detail(Detail::Steps(vec!["A".into(), "B".into()], 1)))
    );
    assert!(page.step(Event::FromFrame(FromFrame::CloseRequested)).contains(&Effect::HangUp));
}

#[test]
fn an_app_that_cannot_go_on_is_a_failure() {
    let mut page = Page::new();
    page.open();
    page.step(Event::FromFrame(FromFrame::Error("declined_by_bank".into())));
    assert_eq!(page.machine.phase(), Some(Phase::Failed(Error::AppFailed)));
}
