//! What must hold for every input.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, missing_docs)]

use cx_speechstorm::core::config::{Config, Options};
use cx_speechstorm::core::frame_protocol;
use cx_speechstorm::core::launch::Chat;
use cx_speechstorm::core::ledger::Ledger;
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
        let launch = config.server.unwrap().launch(&token, Some(&chat)).unwrap();
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
