//! What must hold for every input.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, missing_docs)]

use cx_speechstorm::core::channel::{self, Ear, RATE_LIMIT, Record, Via};
use cx_speechstorm::core::config::Config;
use cx_speechstorm::core::frame_protocol::{self, FromFrame};
use cx_speechstorm::core::launch::{Chat, Method};
use cx_speechstorm::core::ledger::Ledger;
use cx_speechstorm::core::options::Options;
use cx_speechstorm::core::origin::Origin;
use cx_speechstorm::core::pattern::{HIDDEN, STATUS};
use cx_speechstorm::core::request::{self, ChatText, MicroAppRequest};
use proptest::prelude::*;

/// Texts near the grammar, which plain random text would never hit.
fn near_request() -> impl Strategy<Value = String> {
    let head = prop::sample::select(vec![
        "microapp:",
        "MICROAPP://app/",
        "microapp://app/",
        "microapp:progress:",
        " \u{feff}microapp://",
    ]);
    let tail = prop_oneof![any::<String>(), "[A-Za-z0-9_+/=\r\n -]{0,80}"];
    (head, tail).prop_map(|(head, tail)| format!("{head}{tail}"))
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), near_request()]
}

fn request() -> impl Strategy<Value = MicroAppRequest> {
    let name = prop::option::of("[^\\p{Cc}\\p{White_Space}\u{feff}/][^\\p{Cc}\\p{White_Space}\u{feff}]{0,60}");
    let parameter = ("[^\\p{Cc}\\p{White_Space}\u{feff}=]{1,20}", "[^\r\n]{0,30}");
    ("[A-Za-z0-9_+-]{1,64}", name, prop::collection::vec(parameter, 0..6))
        .prop_map(|(token, name, parameters)| MicroAppRequest { token, name, parameters, warnings: Vec::new() })
}

proptest! {
    #[test]
    fn the_parsers_are_total(text in any_text()) {
        request::parse(&text);
        frame_protocol::parse(&text);
        Ledger::from_text(&text);
        let _ = Origin::split_url(&text);
        Config::check(&Options { base_url: Some(text), ..Options::default() }, "https://www.bank.example");
    }

    #[test]
    fn what_is_accepted_is_hidden(text in any_text()) {
        let parsed = request::parse(&text);
        prop_assert_eq!(HIDDEN.is_match(&text), parsed.is_hidden());
        if matches!(parsed, ChatText::Request(_)) {
            prop_assert!(!STATUS.is_match(&text), "a prefilter would swallow the request");
        }
    }

    #[test]
    fn a_printed_request_parses_to_itself(request in request()) {
        prop_assert_eq!(request::parse(&request.to_string()), ChatText::Request(request));
    }

    #[test]
    fn a_launch_url_holds_no_unencoded_secret(
        secret in "[a-z]{2}[ &=#?/+%\"<>\u{e4}][a-z0-9 &=#?/+%\"<>]{2,20}",
        token in "[A-Za-z0-9_+-]{1,64}",
    ) {
        let chat = Chat {
            message: format!("microapp://app/{token}\nSecret={secret}"),
            interaction_id: secret.clone(),
            secure_key: secret.clone(),
            user_id: secret.clone(),
        };
        let (config, faults) = Config::check(
            &Options { base_url: Some("https://ia.bank.example".into()), ..Options::default() },
            "https://www.bank.example",
        );
        prop_assert_eq!(faults.len(), 0);
        let launch = config.server.unwrap().launch(&token, Some(&chat), Method::Query).unwrap();
        prop_assert!(!launch.url.contains(&secret));
        prop_assert!(launch.url.is_ascii());
        prop_assert_eq!(launch.url.matches('?').count(), 1);
        prop_assert_eq!(launch.url.matches('&').count(), 4);
        prop_assert!(!launch.url.contains('#'));
        prop_assert!(!format!("{launch:?} {chat:?}").contains(&secret), "nor does a debug print");
    }

    #[test]
    fn a_debug_print_of_a_request_holds_no_parameter(request in request()) {
        let printed = format!("{request:?}");
        for (_, value) in request.parameters.iter().filter(|(_, value)| value.len() > 12) {
            prop_assert!(!printed.contains(value));
        }
    }

    #[test]
    fn an_origin_prints_and_parses_to_itself(url in "https?://[a-z0-9]{1,12}(\\.[a-z]{2,6}){0,2}(:[1-9][0-9]{0,3})?") {
        let origin = Origin::parse(&url).unwrap();
        prop_assert_eq!(Origin::parse(&origin.to_string()), Ok(origin));
    }
}

/// A message object with the same members throughout.
#[derive(Clone, Debug)]
struct Message {
    kind: String,
    text: String,
    number: f64,
    names: Vec<String>,
}

impl Record for Message {
    fn text(&self, member: &str, most: usize) -> Option<String> {
        let text = if member == "type" { &self.kind } else { &self.text };
        (text.chars().count() <= most).then(|| text.clone())
    }

    fn number(&self, _: &str) -> Option<f64> {
        Some(self.number)
    }

    fn texts(&self, _: &str, most: usize, most_each: usize) -> Option<Vec<String>> {
        let fit = self.names.len() <= most && self.names.iter().all(|name| name.chars().count() <= most_each);
        fit.then(|| self.names.clone())
    }
}

fn message() -> impl Strategy<Value = Message> {
    let kinds =
        ["progress", "ended", "closed", "title", "height", "steps", "keepalive", "close", "error", "hangup", ""];
    let text = prop_oneof![any::<String>(), "[a-z_]{1,40}", "\\PC{0,200}"];
    let names = prop::collection::vec("\\PC{0,70}", 0..40);
    (prop::sample::select(kinds.to_vec()), text, any::<f64>(), names).prop_map(|(kind, text, number, names)| Message {
        kind: kind.to_owned(),
        text,
        number,
        names,
    })
}

proptest! {
    #[test]
    fn a_channel_message_is_within_its_limits(message in message()) {
        let clean = |text: &str| !text.chars().any(char::is_control);
        match channel::parse(&message) {
            Some(FromFrame::Title(title)) => prop_assert!(clean(&title) && title.chars().count() <= 128),
            Some(FromFrame::Height(height)) => prop_assert!((0.0..=4000.0).contains(&height)),
            Some(FromFrame::Steps { names, at }) => {
                prop_assert!(at < names.len() && names.len() <= 32);
                prop_assert!(names.iter().all(|name| clean(name) && name.chars().count() <= 64));
            }
            Some(FromFrame::Error(code)) => {
                prop_assert!((1..=32).contains(&code.len()));
                prop_assert!(code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
            }
            Some(FromFrame::Progress { milestone }) => {
                let string = format!("microapp:progress:{milestone}");
                prop_assert!(clean(&milestone) && milestone.starts_with("block:"));
                // What fits into protocol 1 means the same there.
                if string.chars().count() <= frame_protocol::MAX_CHARS {
                    prop_assert_eq!(frame_protocol::parse(&string), Some(FromFrame::Progress { milestone }));
                }
            }
            _ => {}
        }
    }

    #[test]
    fn no_more_is_heeded_than_the_rate_admits(times in prop::collection::vec(0.0..3000.0_f64, 0..400)) {
        let (mut ear, mut heeded) = (Ear::default(), Vec::new());
        let mut times = times;
        times.sort_by(f64::total_cmp);
        for (number, time) in times.into_iter().enumerate() {
            let via = if number % 3 == 0 { Via::Port } else { Via::String };
            if ear.heeds(via, &FromFrame::KeepAlive, time) {
                heeded.push(time);
            }
        }
        // Windows are fixed, so a second that straddles two may hold twice the limit, and never more.
        for (at, time) in heeded.iter().enumerate() {
            let within = heeded.iter().skip(at).take_while(|later| **later - time < 1000.0).count();
            prop_assert!(within <= 2 * RATE_LIMIT as usize);
        }
    }
}
