//! Both sides of the border between core and page: the names that cross it, and what crosses with them.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, missing_docs)]

mod page;

use cx_speechstorm::core::border::{self, Page as Border};
use cx_speechstorm::core::config::Config;
use cx_speechstorm::core::effect::{Card, Detail, Effect, Phase, Published, Secrets, Timer};
use cx_speechstorm::core::error::Error;
use cx_speechstorm::core::options::{Given, Options};
use cx_speechstorm::core::status::EndReport;
use cx_speechstorm::core::surface::HOOKS;
use std::cell::RefCell;
use std::collections::BTreeSet;

/// What crossed: `name: value` for each value that was put, then `what text number`.
#[derive(Default)]
struct Seen(RefCell<Vec<String>>);

impl Border for Seen {
    fn put(&self, name: &str, value: &str) {
        self.0.borrow_mut().push(format!("{name}: {value}"));
    }

    fn act(&self, what: &str, text: &str, number: f64) {
        self.0.borrow_mut().push(format!("{what} {text} {number}"));
    }
}

fn config(set: impl FnOnce(&mut Options)) -> Config {
    let mut options = Options { base_url: Some("https://ia.bank.example".into()), ..Options::default() };
    set(&mut options);
    Config::check(&options, "https://www.bank.example").0
}

fn crossed(effect: &Effect, config: &Config) -> Vec<String> {
    let seen = Seen::default();
    border::carry_out(effect, config, "https://www.bank.example", &seen);
    seen.0.take()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// One of each, so that a new one is not forgotten.
fn effects() -> Vec<Effect> {
    let launch = config(|_| {}).server.unwrap().launch("T3NB68E-", None, cx_speechstorm::core::launch::Method::Post);
    let card =
        Card { name: Some("Payment".into()), asker: Some("Alex".into()), origin: "https://ia.bank.example".into() };
    vec![
        Effect::FetchSession,
        Effect::Claim("i-1".into(), true),
        Effect::Release(None),
        Effect::AskPage(card.clone()),
        Effect::OpenWindow(card),
        Effect::Probe("https://ia.bank.example/ping".into()),
        Effect::FetchTicket("https://ia.bank.example/ticket".into(), Secrets(vec![("token", "T".into())])),
        Effect::LoadFrame(launch.unwrap()),
        Effect::Show(Phase::Loading),
        Effect::Detail(Detail::Title("Pay".into())),
        Effect::Detail(Detail::Height(412.0)),
        Effect::Detail(Detail::Steps(vec!["Welcome".into(), "Result".into()], 1)),
        Effect::Detail(Detail::Block("Welcome".into())),
        Effect::Detail(Detail::Online(false)),
        Effect::Detail(Detail::Escape),
        Effect::Minimize(true),
        Effect::Ping,
        Effect::HangUp,
        Effect::CloseWindow,
        Effect::SendFiltered("microapp:progress:ended".into()),
        Effect::Wake,
        Effect::Publish(Published::Opened),
        Effect::Over(EndReport::Ended),
        Effect::Resolve(1),
        Effect::Reject(1, Error::Busy),
        Effect::Remember("1".into()),
        Effect::StartTimer(Timer::Load, 1000.0),
        Effect::StopTimer(Timer::Load),
    ]
}

#[test]
fn whatever_the_core_wants_done_the_page_can_do() {
    let page = read("pkg-template/edge/acts.js");
    let mut acts: BTreeSet<String> = ["frame", "tellTabs"].map(String::from).into();
    for effect in effects() {
        let last = crossed(&effect, &config(|_| {})).pop().unwrap();
        acts.insert(last.split(' ').next().unwrap().to_owned());
    }
    let seen = Seen::default();
    border::configured(&config(|_| {}), &seen);
    border::state(&Default::default(), &seen);
    acts.extend(seen.0.take().iter().map(|act| act.split(' ').next().unwrap().to_owned()));
    assert!(acts.len() > 28, "{acts:?}");
    for act in acts {
        assert!(page.contains(&format!("\n  {act}(edge")), "the page cannot {act}");
    }
}

/// Event names as the page's side writes them: the first text of a call of `tell`, and what the buttons' acts tell.
fn told() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for file in std::fs::read_dir(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("pkg-template/edge")).unwrap() {
        let source = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let acts = source.split("const ACTS = {").nth(1).and_then(|rest| rest.split("};").next()).unwrap_or_default();
        names.extend(acts.lines().filter_map(|line| {
            Some(line.split("': '").nth(1).or(line.split(": '").nth(1))?.split('\'').next()?.to_owned())
        }));
        for call in source.split("tell(").skip(1) {
            for text in call.split(')').next().unwrap().split(',').next().unwrap().split('\'').skip(1).step_by(2) {
                names.insert(text.to_owned());
            }
        }
    }
    names.retain(|name| !HOOKS.contains(&name.as_str()));
    names
}

#[test]
fn whatever_the_page_tells_the_core_understands() {
    // What needs more than the machine is the border's own.
    let own = read("src/edge.rs");
    let names = told();
    for name in ["closeNow", "claimed", "frameLoaded", "viewGone", "consent", "retryCommand", "lines", "timer"] {
        assert!(names.contains(name), "{name} is not among {names:?}");
    }
    for name in names {
        let known = border::event(&name, "load".into(), 1.0).is_some() || own.contains(&format!("\"{name}\" =>"));
        assert!(known, "the core does not understand {name}");
    }
    assert!(
        border::event("timer", "no such".into(), 0.0).is_none()
            && border::event("no such", String::new(), 0.0).is_none()
    );
}

#[test]
fn every_phase_has_its_words_and_every_timer_its_name() {
    let words = read("pkg-template/edge/words.js");
    for phase in [
        Phase::Elsewhere,
        Phase::Consenting,
        Phase::Loading,
        Phase::Running,
        Phase::ChatOver,
        Phase::Ended,
        Phase::Closing,
    ] {
        let name = phase.name();
        assert!(words.contains(&format!("{name}: ")) || words.contains(&format!("'{name}': ")), "{name}");
    }
    for timer in [Timer::Load, Timer::Inactivity, Timer::Heartbeat, Timer::Wake, Timer::HangUp, Timer::ChatOver] {
        assert_eq!(Timer::named(timer.name()), Some(timer));
    }
}

#[test]
fn a_frame_is_announced_with_what_it_may_do() {
    let config = config(|options| options.credentialless = Some(true));
    let launch = effects().into_iter().find(|effect| matches!(effect, Effect::LoadFrame(_))).unwrap();
    let seen = crossed(&launch, &config);
    let frame = seen.iter().position(|act| act == "frame https://ia.bank.example 1").unwrap();
    let (attributes, fields) = seen.split_at(frame);
    assert!(attributes.iter().any(|put| put.starts_with("sandbox: allow-forms allow-scripts")), "{attributes:?}");
    assert!(attributes.contains(&"credentialless: ".to_owned()));
    assert!(fields.contains(&"domain: https://www.bank.example".to_owned()), "{fields:?}");
}

#[test]
fn what_is_published_is_put_by_name() {
    let of = |published| crossed(&Effect::Publish(published), &config(|_| {}));
    assert_eq!(of(Published::Requested(None)), ["publish requested 0"]);
    let progress = ["milestone: block:Card Details", "block: Card Details", "publish progress 0"];
    assert_eq!(of(Published::Progress("block:Card Details".into())), progress);
    let failed = of(Published::Failed(Error::Busy));
    assert_eq!((failed.len(), &*failed[1], &*failed[3]), (4, "code: busy", "publish failed 0"));
    let over = crossed(&Effect::Over(EndReport::Failed("busy")), &config(|_| {}));
    assert_eq!(over, ["outcome: failed", "code: busy", "over  0"]);
}

#[test]
fn an_option_has_one_type() {
    let mut options = Options::default();
    assert_eq!(options.set("placement", Given::Text("dock".into()), false), Ok(()));
    assert_eq!(options.set("loadTimeout", Given::Text("20".into()), false), Err("loadTimeout"));
    assert_eq!(options.set("allowedOrigins", Given::Other, false), Err("allowedOrigins"));
    assert_eq!(options.set("somethingElse", Given::Other, false), Ok(()), "the page may keep more in the same object");
    assert_eq!((options.placement.as_deref(), options.load_timeout), (Some("dock"), None));
}
