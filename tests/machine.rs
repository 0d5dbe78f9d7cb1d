//! The life of a MicroApp, told as events and the effects that the browser's edge would carry out.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod page;

use cx_speechstorm::core::effect::{Effect, Phase, Published, Timer};
use cx_speechstorm::core::error::Error;
use cx_speechstorm::core::event::{Event, Line};
use cx_speechstorm::core::frame_protocol::FromFrame;
use cx_speechstorm::core::options::Options;
use cx_speechstorm::core::request::Malformed;
use page::{NOW, Page, chat, launched, line, opens};

#[test]
fn a_payment_from_request_to_end() {
    let mut page = Page::new();
    let effects = page.line(line(3));
    let card = effects.iter().find_map(|effect| if let Effect::OpenWindow(card) = effect { Some(card) } else { None });
    assert_eq!(card.unwrap().name.as_deref(), Some("Payment"));
    let launch = launched(&effects).unwrap();
    assert!(launch.url.contains("chatInteractionID=00048aAPEQJ8000U"));
    assert!(launch.url.contains("Amount%3DUSD77.80"), "the agent's message is forwarded whole");
    page.step(Event::FrameLoaded);
    page.step(Event::FromFrame(FromFrame::Progress { milestone: "block:Card Details".into() }));
    page.step(Event::FromFrame(FromFrame::Ended));
    let published: Vec<_> = page
        .seen
        .iter()
        .filter_map(|effect| if let Effect::Publish(published) = effect { Some(published.clone()) } else { None })
        .collect();
    assert_eq!(
        published,
        [
            Published::Requested(Some("Payment".into())),
            Published::Loading,
            Published::Opened,
            Published::Progress("block:Card Details".into()),
            Published::Ended,
        ]
    );
    assert_eq!(page.reports(), ["microapp:progress:ended"]);
}

#[test]
fn the_end_is_reported_exactly_once() {
    let mut page = Page::new();
    page.open();
    page.step(Event::FromFrame(FromFrame::Ended));
    page.step(Event::FromFrame(FromFrame::Ended));
    page.step(Event::CloseByCustomer);
    page.step(Event::TimerFired(Timer::HangUp));
    assert_eq!(page.reports(), ["microapp:progress:ended"]);
}

#[test]
fn nothing_is_reported_when_the_integrator_says_none() {
    let mut page = Page::with(&Options { report: Some("none".into()), ..Options::default() }, None);
    page.open();
    page.step(Event::FromFrame(FromFrame::Ended));
    assert_eq!(page.reports(), [] as [&str; 0]);
}

#[test]
fn a_customers_own_line_opens_nothing() {
    let mut page = Page::new();
    for sender in ["Client", "", "agent"] {
        assert_eq!(page.line(Line { sender: sender.into(), ..line(3) }), []);
    }
}

#[test]
fn a_malformed_line_is_reported_to_page_and_agent_and_opens_nothing() {
    let mut page = Page::new();
    let effects = page.line(Line { text: "microapp://app/a\"b".into(), ..line(3) });
    assert_eq!(
        effects,
        [
            Effect::Publish(Published::Failed(Error::Malformed(Malformed::BadToken))),
            Effect::SendFiltered("microapp:progress:failed:bad_token".into()),
        ]
    );
}

#[test]
fn without_session_data_nothing_is_launched() {
    let mut page = Page::new();
    page.step(Event::Lines(vec![line(3)]));
    let effects = page.step(Event::Session(None));
    let told = Effect::SendFiltered("microapp:progress:failed:no_session".into());
    assert_eq!(effects, [Effect::Publish(Published::Failed(Error::NoSession)), told]);
}

#[test]
fn of_several_requests_the_latest_opens() {
    let mut page = Page::new();
    page.step(Event::Lines(vec![line(3), Line { text: "microapp://app/LATEST/B".into(), ..line(5) }, line(4)]));
    let effects = page.step(Event::Session(Some(chat())));
    let tokens: Vec<_> =
        effects
            .iter()
            .filter_map(|effect| {
                if let Effect::LoadFrame(launch) = effect { Some(launch.url.contains("/LATEST?")) } else { None }
            })
            .collect();
    assert_eq!(tokens, [true]);
    let mut page = page.reload();
    for index in [3, 4] {
        assert!(!opens(&page.line(Line { restoring: true, ..line(index) })), "{index} was passed over for good");
    }
}

#[test]
fn the_same_line_seen_twice_opens_once() {
    let mut page = Page::new();
    page.open();
    assert!(!opens(&page.line(line(3))));
    assert!(!opens(&page.line(Line { restoring: true, ..line(3) })));
}

#[test]
fn a_second_request_replaces_the_first_after_its_hang_up() {
    let mut page = Page::new();
    page.open();
    let effects = page.line(Line { text: "microapp://app/OTHER/Next".into(), ..line(6) });
    assert!(effects.contains(&Effect::HangUp));
    assert!(!opens(&effects), "not before the first frame had its hang-up");
    let effects = page.step(Event::FromFrame(FromFrame::Closed));
    let removed = effects.iter().position(|effect| *effect == Effect::CloseWindow).unwrap();
    let opened = effects.iter().position(|effect| matches!(effect, Effect::LoadFrame(..))).unwrap();
    assert!(removed < opened);
    assert_eq!(page.reports(), ["microapp:progress:replaced"]);
}

#[test]
fn a_frame_that_never_answers_its_hang_up_goes_all_the_same() {
    let mut page = Page::new();
    page.open();
    page.step(Event::Close { command: 7, immediately: false });
    let effects = page.step(Event::TimerFired(Timer::HangUp));
    assert!(effects.contains(&Effect::CloseWindow));
    assert!(effects.contains(&Effect::Resolve(7)));
    assert_eq!(page.machine.phase(), None);
}

#[test]
fn closing_at_once_skips_the_grace_but_not_the_hang_up() {
    let mut page = Page::new();
    page.open();
    let effects = page.step(Event::Close { command: 7, immediately: true });
    let hung_up = effects.iter().position(|effect| *effect == Effect::HangUp).unwrap();
    let removed = effects.iter().position(|effect| *effect == Effect::CloseWindow).unwrap();
    assert!(hung_up < removed);
    assert_eq!(effects.last(), Some(&Effect::Resolve(7)));
}

#[test]
fn closing_nothing_is_refused() {
    assert_eq!(Page::new().step(Event::Close { command: 1, immediately: false }), [Effect::Reject(1, Error::NotOpen)]);
}

#[test]
fn an_open_command_settles_once_in_every_way() {
    let settled = |events: Vec<Event>| {
        let mut page = Page::new();
        page.step(Event::Open { command: 1, token: "T3NB68E-".into(), chat: None });
        for event in events {
            page.step(event);
        }
        let of_ours = |effect: &&Effect| matches!(effect, Effect::Resolve(1) | Effect::Reject(1, _));
        page.seen.iter().filter(of_ours).cloned().collect::<Vec<_>>()
    };
    assert_eq!(settled(vec![Event::FrameLoaded, Event::FrameLoaded, Event::ViewGone]), [Effect::Resolve(1)]);
    assert_eq!(
        settled(vec![Event::TimerFired(Timer::Load), Event::CloseByCustomer]),
        [Effect::Reject(1, Error::LoadTimeout)]
    );
    assert_eq!(settled(vec![Event::ViewFailed]), [Effect::Reject(1, Error::PlacementFailed)]);
    assert_eq!(
        settled(vec![Event::CloseByCustomer, Event::TimerFired(Timer::HangUp)]),
        [Effect::Reject(1, Error::Cancelled)]
    );
    assert_eq!(settled(vec![Event::ChatEnded]), [Effect::Reject(1, Error::Cancelled)]);
    let another = Event::Open { command: 2, token: "OTHER".into(), chat: None };
    assert_eq!(settled(vec![another]), [Effect::Reject(1, Error::Cancelled)]);
}

#[test]
fn an_open_command_that_waits_is_told_when_another_takes_its_place() {
    let mut page = Page::new();
    page.open();
    page.step(Event::Open { command: 1, token: "A".into(), chat: None });
    let effects = page.step(Event::Open { command: 2, token: "B".into(), chat: None });
    assert!(effects.contains(&Effect::Reject(1, Error::Cancelled)));
    page.step(Event::FromFrame(FromFrame::Closed));
    assert!(page.step(Event::FrameLoaded).contains(&Effect::Resolve(2)));
}

#[test]
fn a_bad_token_of_a_command_is_refused() {
    let effects = Page::new().step(Event::Open { command: 1, token: "a/b".into(), chat: None });
    assert!(effects.contains(&Effect::Reject(1, Error::Malformed(Malformed::BadToken))));
}

#[test]
fn a_reload_resumes_what_is_open_and_not_what_has_ended() {
    let mut page = Page::new();
    page.open();
    let mut page = page.reload();
    assert!(opens(&page.line(Line { restoring: true, ..line(3) })), "resumed");
    page.step(Event::FromFrame(FromFrame::Ended));
    let mut page = page.reload();
    assert!(!opens(&page.line(Line { restoring: true, ..line(3) })), "not opened again");
}

#[test]
fn what_the_customer_closed_stays_closed_after_a_reload() {
    let mut page = Page::new();
    page.open();
    page.step(Event::CloseByCustomer);
    assert!(!opens(&page.reload().line(Line { restoring: true, ..line(3) })));
}

#[test]
fn a_stale_request_of_a_restored_chat_is_left_alone() {
    let old = Line { restoring: true, sent: Some(NOW - 901_000.0), ..line(3) };
    assert!(!opens(&Page::new().line(old.clone())));
    assert!(opens(&Page::new().line(Line { sent: Some(NOW - 899_000.0), ..old })));
}

#[test]
fn the_end_of_the_chat_leaves_a_choice_and_then_ends_the_app_without_a_report() {
    let mut page = Page::new();
    page.open();
    page.step(Event::ChatEnded);
    assert_eq!(page.machine.phase(), Some(Phase::ChatOver));
    assert!(page.step(Event::TimerFired(Timer::ChatOver)).contains(&Effect::HangUp));
    page.step(Event::TimerFired(Timer::HangUp));
    assert_eq!(page.machine.phase(), None);
    assert_eq!(page.reports(), [] as [&str; 0]);
}

#[test]
fn a_customer_may_finish_after_the_end_of_the_chat() {
    let mut page = Page::new();
    page.open();
    page.step(Event::ChatEnded);
    page.step(Event::Finish);
    assert_eq!(page.machine.phase(), Some(Phase::Running));
    page.step(Event::FromFrame(FromFrame::Ended));
    assert_eq!(page.machine.phase(), Some(Phase::Ended));
    assert_eq!(page.reports(), [] as [&str; 0], "nobody is there to read it");
}

#[test]
fn an_ended_app_stays_for_the_customer_when_the_chat_ends() {
    let mut page = Page::new();
    page.open();
    page.step(Event::FromFrame(FromFrame::Ended));
    assert_eq!(page.step(Event::ChatEnded), []);
    assert_eq!(page.machine.phase(), Some(Phase::Ended));
}

#[test]
fn an_app_that_does_not_load_can_be_tried_again() {
    let mut page = Page::new();
    page.line(line(3));
    page.step(Event::TimerFired(Timer::Load));
    assert_eq!(page.machine.phase(), Some(Phase::Failed(Error::LoadTimeout)));
    assert!(opens(&page.step(Event::Retry)));
    page.step(Event::FrameLoaded);
    assert_eq!(page.machine.phase(), Some(Phase::Running));
}

#[test]
fn giving_up_on_a_failed_app_tells_the_agent_why() {
    let mut page = Page::new();
    page.line(line(3));
    page.step(Event::TimerFired(Timer::Load));
    page.step(Event::CloseByCustomer);
    assert_eq!(page.reports(), ["microapp:progress:failed:load_timeout"]);
    assert_eq!(page.machine.phase(), None);
}

#[test]
fn a_window_that_somebody_else_removed_counts_as_closed() {
    let mut page = Page::new();
    page.open();
    page.step(Event::ViewGone);
    assert_eq!(page.machine.phase(), None);
    assert_eq!(page.reports(), ["microapp:progress:closed"]);
}

#[test]
fn messages_of_a_frame_that_is_closing_or_gone_mean_nothing() {
    let mut page = Page::new();
    page.open();
    page.step(Event::CloseByCustomer);
    assert_eq!(page.step(Event::FromFrame(FromFrame::Ended)), []);
    page.step(Event::TimerFired(Timer::HangUp));
    assert_eq!(page.step(Event::FromFrame(FromFrame::Ended)), []);
    assert_eq!(page.step(Event::FrameLoaded), []);
}
