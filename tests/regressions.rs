//! Defects of the script that this plugin replaces, as far as the core decides (docs/regressions.md lists them all).
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod page;

use cx_speechstorm::core::config::Config;
use cx_speechstorm::core::effect::{Effect, Phase};
use cx_speechstorm::core::error::Error;
use cx_speechstorm::core::event::{Event, Line};
use cx_speechstorm::core::frame_protocol::FromFrame;
use cx_speechstorm::core::launch::{Chat, Method, Server};
use cx_speechstorm::core::options::Options;
use cx_speechstorm::core::request::{self, ChatText, Malformed};
use page::{Page, line, opens};

const PAGE: &str = "https://www.bank.example";

fn token_of(text: &str) -> Result<String, Malformed> {
    match request::parse(text) {
        ChatText::Request(request) => Ok(request.token),
        ChatText::Malformed(malformed) => Err(malformed),
        other => panic!("{text:?} is {other:?}"),
    }
}

#[test]
fn every_character_of_a_token_is_checked() {
    for bad in ["a\"><script>alert(1)</script>", "T3NB68E-?x=1", "T3NB68E-#x", "T3%2B", "..", "T3NB68E- ", "Т3NB68E"] {
        let text = format!("microapp://app/{bad}x/Payment");
        assert_eq!(token_of(&text), Err(Malformed::BadToken), "{text}");
        assert!(!opens(&Page::new().line(Line { text, ..line(3) })));
    }
    assert_eq!(token_of("microapp://app/lwm+p_8-/Payment").as_deref(), Ok("lwm+p_8-"));
}

#[test]
fn only_staff_and_workflows_open_by_default() {
    for (sender, may) in
        [("Agent", true), ("Supervisor", true), ("External", true), ("Bot", true), ("Client", false), ("System", false)]
    {
        assert_eq!(opens(&Page::new().line(Line { sender: sender.into(), ..line(3) })), may, "{sender}");
    }
}

#[test]
fn the_prefix_counts_at_the_beginning_alone() {
    for text in ["Please use microapp://app/T3NB68E-/Payment", "see: microapp://app/T3NB68E-", "xmicroapp://app/T"] {
        assert_eq!(request::parse(text), ChatText::Other, "{text}");
        assert_eq!(Page::new().line(Line { text: text.into(), ..line(3) }), [], "{text}");
    }
    assert_eq!(token_of(" \u{feff}microapp://app/T3NB68E-/Payment").as_deref(), Ok("T3NB68E-"));
}

#[test]
fn a_token_ends_with_its_line_and_values_may_hold_slashes() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["microapp://app/T3NB68E-", "Amount=USD77.80", "Back=https://shop.example/a/b?c=d"].join(end);
        let ChatText::Request(request) = request::parse(&text) else { panic!("{text:?}") };
        assert_eq!((request.token.as_str(), request.name), ("T3NB68E-", None), "{text:?}");
        let values: Vec<_> = request.parameters.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(values, ["USD77.80", "https://shop.example/a/b?c=d"]);
    }
}

#[test]
fn a_base_url_is_compared_as_an_origin_whatever_it_looks_like() {
    for base in [
        "https://ia.bank.example",
        "https://ia.bank.example/",
        "https://ia.bank.example:443",
        "HTTPS://IA.Bank.Example",
        "https://ia.bank.example/ia/",
    ] {
        let server = Server::new(base, "", PAGE).unwrap();
        assert_eq!(server.origin().text(), "https://ia.bank.example", "{base}");
        assert!(!server.launch("T", None, Method::Query).unwrap().url.contains("example//"), "{base}");
    }
}

#[test]
fn markup_in_a_base_url_is_refused() {
    for base in
        ["https://ia.example/\"><script>alert(1)</script>", "https://ia.example' onload='x", "javascript:alert(1)"]
    {
        assert_eq!(Server::new(base, "", PAGE).err(), Some(Error::BadBaseUrl), "{base}");
    }
}

#[test]
fn plain_http_is_refused_everywhere_but_on_this_machine() {
    for base in
        ["http://ia.bank.example", "http://ia.bank.example:8054", "http://10.0.0.7", "http://127.0.0.1.evil.example"]
    {
        let options = Options { base_url: Some(base.into()), ..Options::default() };
        let (config, faults) = Config::check(&options, PAGE);
        assert_eq!(config.server.err(), Some(Error::InsecureBaseUrl), "{base}");
        assert_eq!(faults.len(), 1, "and the administrator is told: {base}");
    }
    assert!(Server::new("http://127.0.0.1:8054", "", PAGE).is_ok());
}

#[test]
fn a_launch_names_the_configured_server_and_nothing_of_a_demonstration() {
    let chat = Chat {
        message: "microapp://app/T3NB68E-/Payment".into(),
        interaction_id: "i".into(),
        secure_key: "k".into(),
        user_id: "u".into(),
    };
    let server = Server::new("https://ia.bank.example:8054", "", PAGE).unwrap();
    let url = server.launch("T3NB68E-", Some(&chat), Method::Query).unwrap().url;
    let (address, query) = url.split_once('?').unwrap();
    assert_eq!(address, "https://ia.bank.example:8054/fish-messaging/go/T3NB68E-");
    let names: Vec<_> = query.split('&').filter_map(|field| Some(field.split_once('=')?.0)).collect();
    assert_eq!(names, ["domain", "chatMessage", "chatInteractionID", "chatSecureKey", "chatUserID"]);
}

#[test]
fn an_open_while_open_is_answered_as_well() {
    let mut page = Page::new();
    page.open();
    page.step(Event::Open { command: 1, token: "OTHER".into(), chat: None });
    page.step(Event::FromFrame(FromFrame::Closed));
    assert!(page.step(Event::FrameLoaded).contains(&Effect::Resolve(1)));
    assert_eq!(page.machine.phase(), Some(Phase::Running));
    page.step(Event::Close { command: 2, immediately: false });
    assert!(page.step(Event::FromFrame(FromFrame::Closed)).contains(&Effect::Resolve(2)));
}
