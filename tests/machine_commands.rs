//! The bus commands, the page's hook, and the watch over an app that speaks protocol 2.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod page;

use cx_speechstorm::core::config::Config;
use cx_speechstorm::core::effect::{Detail, Effect, Phase, Published, Timer};
use cx_speechstorm::core::error::Error;
use cx_speechstorm::core::event::{Event, Line};
use cx_speechstorm::core::frame_protocol::FromFrame;
use cx_speechstorm::core::machine::HEARTBEATS;
use cx_speechstorm::core::options::Options;
use cx_speechstorm::core::status::EndReport;
use page::{Page, line, opens};

/// A page with a hook that gives this answer, or none yet.
fn hooked(answer: Option<bool>) -> Page {
    let mut page = Page::new();
    let config = Config { asks_page: true, ..(**page.machine.config()).clone() };
    page.machine.configure(config);
    page.hook = answer;
    page
}

fn second() -> Line {
    Line { text: "microapp://app/OTHER/Next".into(), ..line(6) }
}

#[test]
fn the_page_can_refuse_before_the_customer_sees_anything() {
    let mut page = hooked(Some(false));
    let effects = page.line(line(3));
    assert!(!opens(&effects) && !effects.iter().any(|effect| matches!(effect, Effect::OpenWindow(_))));
    assert!(effects.contains(&Effect::Publish(Published::Failed(Error::Vetoed))));
    assert!(effects.contains(&Effect::Over(EndReport::Failed("vetoed"))));
    assert_eq!(page.reports(), ["microapp:progress:failed:vetoed"]);
    assert_eq!(page.machine.phase(), None);
    assert!(!opens(&page.reload().line(Line { restoring: true, ..line(3) })), "and it stays refused");
}

#[test]
fn the_page_learns_what_is_asked_for_but_no_parameter() {
    let mut page = hooked(Some(true));
    let effects = page.line(line(3));
    let card = effects.iter().find_map(|effect| if let Effect::AskPage(card) = effect { Some(card) } else { None });
    assert_eq!(card.unwrap().name.as_deref(), Some("Payment"));
    assert!(!format!("{card:?}").contains("USD77.80"));
    assert!(opens(&effects));
}

#[test]
fn a_late_answer_of_the_page_opens_nothing_that_was_closed_meanwhile() {
    let mut page = hooked(None);
    page.line(line(3));
    assert!(page.step(Event::Close { command: 5, immediately: false }).contains(&Effect::Resolve(5)));
    assert_eq!(page.step(Event::Allowed(true)), []);
    assert_eq!(page.reports(), ["microapp:progress:closed"]);
}

#[test]
fn a_refused_take_over_gives_the_other_tab_its_right_back() {
    let mut page = hooked(Some(false));
    page.other_tab = true;
    page.line(line(3));
    let effects = page.step(Event::TakeOver);
    assert!(effects.contains(&Effect::Release(None)) && effects.contains(&Effect::CloseWindow));
}

#[test]
fn the_state_can_be_asked_for_at_any_time() {
    let mut page = Page::new();
    assert_eq!(page.machine.snapshot().state, "idle");
    page.open();
    page.step(Event::FromFrame(FromFrame::Progress { milestone: "block:Card Details".into() }));
    page.step(Event::Minimized(true));
    let snapshot = page.machine.snapshot();
    assert_eq!((snapshot.state, snapshot.name, snapshot.minimized), ("running", Some("Payment"), true));
    assert_eq!(snapshot.milestone, Some("block:Card Details"));
    assert!(!format!("{snapshot:?}").contains("USD77.80"));
    page.step(Event::FromFrame(FromFrame::Error("out_of_order".into())));
    assert_eq!(page.machine.snapshot().code, Some("app_failed"));
}

#[test]
fn minimizing_is_done_and_said_once_by_command_or_by_hand() {
    let mut page = Page::new();
    let minimize = |command, minimized| Event::Minimize { command, minimized };
    assert_eq!(page.step(minimize(1, true)), [Effect::Reject(1, Error::NotOpen)]);
    page.open();
    assert_eq!(page.step(minimize(2, true)), [Effect::Minimize(true), Effect::Resolve(2)]);
    assert_eq!(page.step(Event::Minimized(true)), [Effect::Publish(Published::Minimized(true))]);
    assert_eq!(page.step(Event::Minimized(true)), []);
    assert_eq!(page.step(Event::Minimized(false)), [Effect::Publish(Published::Minimized(false))]);
}

#[test]
fn retry_opens_again_what_has_failed_and_nothing_else() {
    let mut page = Page::new();
    assert_eq!(page.step(Event::RetryCommand(1)), [Effect::Reject(1, Error::NotOpen)]);
    page.server = false;
    page.line(line(3));
    page.server = true;
    assert!(opens(&page.step(Event::RetryCommand(2))));
    assert!(page.step(Event::FrameLoaded).contains(&Effect::Resolve(2)));
    assert_eq!(page.step(Event::RetryCommand(3)), [Effect::Reject(3, Error::WrongState)]);
}

#[test]
fn cancel_gives_up_what_has_not_opened_and_leaves_a_running_app_alone() {
    let mut page = Page::with(&Options { on_busy: Some("queue".into()), ..Options::default() }, None);
    assert_eq!(page.step(Event::Cancel(1)), [Effect::Reject(1, Error::NotOpen)]);
    page.open();
    assert_eq!(page.step(Event::Cancel(2)), [Effect::Reject(2, Error::WrongState)]);
    page.line(second());
    assert!(page.step(Event::Cancel(3)).contains(&Effect::Resolve(3)));
    assert_eq!(page.machine.phase(), Some(Phase::Running));
    assert_eq!(page.machine.snapshot().waiting, 0);
    let mut page = Page::new();
    page.line(line(3));
    page.step(Event::Cancel(4));
    assert!(page.step(Event::TimerFired(Timer::HangUp)).contains(&Effect::Resolve(4)));
    assert_eq!(page.machine.phase(), None);
}

#[test]
fn an_app_that_stops_answering_fails_and_can_be_tried_again() {
    let mut page = Page::new();
    page.open();
    page.step(Event::FromFrame(FromFrame::Alive));
    for _ in 0..HEARTBEATS {
        assert!(page.step(Event::TimerFired(Timer::Heartbeat)).contains(&Effect::Ping));
    }
    page.step(Event::TimerFired(Timer::Heartbeat));
    assert_eq!(page.machine.phase(), Some(Phase::Failed(Error::AppSilent)));
    assert!(opens(&page.step(Event::Retry)));
}

#[test]
fn an_app_that_answers_is_asked_for_as_long_as_it_runs() {
    let mut page = Page::new();
    page.open();
    for _ in 0..20 {
        page.step(Event::FromFrame(FromFrame::Alive));
        assert!(page.step(Event::TimerFired(Timer::Heartbeat)).contains(&Effect::Ping));
    }
    assert_eq!(page.machine.phase(), Some(Phase::Running));
}

#[test]
fn a_document_that_speaks_protocol_1_is_not_asked_for_signs_of_life() {
    let mut page = Page::new();
    page.open();
    page.step(Event::FromFrame(FromFrame::Alive));
    let effects = page.step(Event::FrameLoaded);
    assert_eq!(effects, [Effect::StopTimer(Timer::Heartbeat)]);
}

#[test]
fn signs_of_life_of_the_app_are_not_work_of_the_customer() {
    let mut page = Page::new();
    page.open();
    let effects = page.step(Event::FromFrame(FromFrame::Alive));
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::StartTimer(Timer::Inactivity, _))));
}

#[test]
fn the_last_page_still_names_itself_after_the_end() {
    let mut page = Page::new();
    page.open();
    page.step(Event::FromFrame(FromFrame::Ended));
    let title = "Payment approved".to_owned();
    assert_eq!(page.step(Event::FromFrame(FromFrame::Title(title.clone()))), [Effect::Detail(Detail::Title(title))]);
    assert_eq!(page.step(Event::FromFrame(FromFrame::KeepAlive)), []);
}

#[test]
fn escape_in_the_app_asks_as_it_does_beside_it() {
    let mut page = Page::new();
    page.open();
    assert!(page.step(Event::FromFrame(FromFrame::Escape)).contains(&Effect::Detail(Detail::Escape)));
    assert_eq!(page.machine.phase(), Some(Phase::Running));
}

#[test]
fn a_customer_who_is_done_in_the_apps_own_window_has_not_given_up() {
    let mut page = Page::new();
    page.open();
    page.step(Event::Done);
    assert_eq!(page.reports(), ["microapp:progress:done"]);
}

#[test]
fn each_accepted_request_comes_to_exactly_one_end() {
    let ends = |page: &Page| page.seen.iter().filter(|effect| matches!(effect, Effect::Over(_))).count();
    let mut page = Page::new();
    page.open();
    page.step(Event::FromFrame(FromFrame::Ended));
    page.step(Event::CloseByCustomer);
    assert_eq!(ends(&page), 1);
    page.line(second());
    page.step(Event::Close { command: 1, immediately: true });
    assert_eq!(ends(&page), 2);
}
