//! The checked configuration: defaults, and all faults at once.

pub use super::choices::{CardGuard, OnBusy, Placement, Profile, Report, Size, Theme};
use super::error::Error;
use super::launch::{Method, Server};
use super::options::Options;
use super::origin::Origin;
use super::text::cut;

/// Kinds of sender that the chat service knows (GMS Chat API v2, transcript entry).
pub const SENDERS: [&str; 5] = ["Agent", "Supervisor", "External", "Bot", "Client"];
/// The kind that no configuration can accept: a customer must not open MicroApps.
const CLIENT: &str = "Client";

/// A wrong option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The option's name.
    pub option: &'static str,
    /// What it must be.
    pub expected: &'static str,
}

/// How the window looks and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Where.
    pub placement: Placement,
    /// The selector for [`Placement::Inline`].
    pub container: String,
    /// How large.
    pub size: Size,
    /// In which theme.
    pub theme: Theme,
    /// What the frame may do.
    pub profile: Profile,
    /// Without cookies and storage of its own.
    pub credentialless: bool,
}

/// The checked configuration. A wrong option has its default here and a [`Fault`] beside it. Times are milliseconds.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where MicroApps start, or why none can.
    pub server: Result<Server, Error>,
    /// How the chat's values get there.
    pub method: Method,
    /// The window.
    pub look: Look,
    /// Whose messages may open one; never the customer's.
    pub accept_from: Vec<String>,
    /// What a second request does.
    pub on_busy: OnBusy,
    /// Whether the customer is asked first.
    pub consent: bool,
    /// What the agent is told.
    pub report: Report,
    /// Until loading has failed.
    pub load_timeout: f64,
    /// Until a silent app has timed out.
    pub inactivity_timeout: f64,
    /// Until an unopened request is stale.
    pub request_max_age: f64,
    /// For how long a running app keeps the chat alive.
    pub wake_limit: f64,
    /// Until an unanswered command is refused.
    pub command_timeout: f64,
    /// Whether to ask first if the server answers.
    pub probe: bool,
    /// What happens to card numbers in the chat.
    pub card_guard: CardGuard,
    /// Whether another transport's session may stand in for one of GMS.
    pub transport_session: bool,
    /// Whether events and phases are printed.
    pub debug: bool,
    /// Whether the page has a hook that must be asked before anything opens; not an option, the runtime sets it.
    pub asks_page: bool,
}

impl Config {
    /// Checks the options of a page with this origin.
    pub fn check(options: &Options, page_origin: &str) -> (Config, Vec<Fault>) {
        let mut faults = Vec::new();
        let server = check_server(options, page_origin, &mut faults);
        let look = Look {
            placement: match word(&mut faults, "placement", &options.placement, PLACEMENTS, 0) {
                1 => Placement::Toaster,
                2 => Placement::Dock,
                3 => Placement::Overlay,
                4 => Placement::Inline,
                5 => Placement::Window,
                _ => Placement::Panel,
            },
            container: options.container.clone().unwrap_or_default(),
            size: match word(&mut faults, "size", &options.size, "compact, tall, full", 1) {
                0 => Size::Compact,
                2 => Size::Full,
                _ => Size::Tall,
            },
            theme: match word(&mut faults, "theme", &options.theme, "auto, light, dark", 0) {
                1 => Theme::Light,
                2 => Theme::Dark,
                _ => Theme::Auto,
            },
            profile: match word(&mut faults, "profile", &options.profile, "form, payment, payment-3ds", 1) {
                0 => Profile::Form,
                2 => Profile::Payment3ds,
                _ => Profile::Payment,
            },
            credentialless: options.credentialless.unwrap_or(false),
        };
        let config = Config {
            server,
            look,
            method: match word(&mut faults, "launch", &options.launch, "query, post, ticket", 0) {
                1 => Method::Post,
                2 => Method::Ticket,
                _ => Method::Query,
            },
            accept_from: senders(options.accept_from.as_deref(), &mut faults),
            on_busy: match word(&mut faults, "onBusy", &options.on_busy, "replace, queue, reject", 0) {
                1 => OnBusy::Queue,
                2 => OnBusy::Reject,
                _ => OnBusy::Replace,
            },
            consent: options.consent.unwrap_or(false),
            report: match word(&mut faults, "report", &options.report, "end, all, none", 0) {
                1 => Report::All,
                2 => Report::None,
                _ => Report::End,
            },
            load_timeout: seconds(&mut faults, "loadTimeout", options.load_timeout, 1.0, 20.0),
            inactivity_timeout: seconds(&mut faults, "inactivityTimeout", options.inactivity_timeout, 1.0, 1800.0),
            request_max_age: seconds(&mut faults, "requestMaxAge", options.request_max_age, 1.0, 900.0),
            wake_limit: seconds(&mut faults, "wakeLimit", options.wake_limit, 0.0, 1800.0),
            command_timeout: seconds(&mut faults, "commandTimeout", options.command_timeout, 1.0, 120.0),
            probe: options.probe.unwrap_or(true),
            card_guard: match word(&mut faults, "cardGuard", &options.card_guard, "off, mask, block", 0) {
                1 => CardGuard::Mask,
                2 => CardGuard::Block,
                _ => CardGuard::Off,
            },
            transport_session: options.transport_session.unwrap_or(false),
            debug: options.debug.unwrap_or(false),
            asks_page: false,
        };
        word(&mut faults, "intercept", &options.intercept, "auto, preprocessor, prefilter", 0);
        if config.look.placement == Placement::Inline && config.look.container.is_empty() {
            faults.push(Fault { option: "container", expected: "a CSS selector, for the placement inline" });
        }
        (config, faults)
    }
}

const PLACEMENTS: &str = "panel, toaster, dock, overlay, inline, window";

fn check_server(options: &Options, page_origin: &str, faults: &mut Vec<Fault>) -> Result<Server, Error> {
    let text = |option: &Option<String>| option.clone().unwrap_or_default();
    let server = Server::new(&text(&options.base_url), &text(&options.domain), page_origin);
    match (&server, &options.allowed_origins) {
        (Err(Error::BadDomain), _) => faults.push(Fault { option: "domain", expected: "an origin" }),
        (Err(_), _) => faults.push(Fault { option: "baseURL", expected: "an https address" }),
        (Ok(server), Some(list)) => {
            let (mut allowed, mut faulty) = (false, false);
            for origin in list {
                match Origin::parse(origin) {
                    Ok(origin) => allowed |= origin == *server.origin(),
                    Err(_) => faulty = true,
                }
            }
            if faulty {
                faults.push(Fault { option: "allowedOrigins", expected: "a list of origins" });
            }
            if !allowed {
                return Err(Error::OriginNotAllowed);
            }
        }
        _ => {}
    }
    server
}

/// The position of a value among the words that are allowed, which stand separated by `, `; else `default`.
fn word(
    faults: &mut Vec<Fault>,
    option: &'static str,
    value: &Option<String>,
    words: &'static str,
    default: usize,
) -> usize {
    let Some(value) = value.as_deref() else { return default };
    let mut rest = words;
    for at in 0.. {
        let (word, more) = cut(rest, b',').unwrap_or((rest, ""));
        if word == value {
            return at;
        }
        let Some(more) = more.strip_prefix(' ') else { break };
        rest = more;
    }
    faults.push(Fault { option, expected: words });
    default
}

fn senders(list: Option<&[String]>, faults: &mut Vec<Fault>) -> Vec<String> {
    match list {
        Some(list) if list.iter().all(|sender| sender != CLIENT && SENDERS.contains(&sender.as_str())) => list.to_vec(),
        other => {
            if other.is_some() {
                faults.push(Fault { option: "acceptFrom", expected: "a list of Agent, Supervisor, External, Bot" });
            }
            let mut all = Vec::new();
            for sender in SENDERS {
                if sender != CLIENT {
                    all.push(sender.to_owned());
                }
            }
            all
        }
    }
}

/// Milliseconds of an option in seconds.
fn seconds(faults: &mut Vec<Fault>, option: &'static str, value: Option<f64>, least: f64, default: f64) -> f64 {
    match value {
        Some(seconds) if !(least..=86_400.0).contains(&seconds) => {
            faults.push(Fault { option, expected: "seconds, at most 86400" });
            default * 1000.0
        }
        value => value.unwrap_or(default) * 1000.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::options::Given;

    const PAGE: &str = "https://www.bank.example";

    #[test]
    fn nothing_set_is_a_working_configuration() {
        let (config, faults) = Config::check(&Options::default(), PAGE);
        assert_eq!(faults, []);
        assert!(config.server.is_ok());
        assert_eq!(config.accept_from, ["Agent", "Supervisor", "External", "Bot"]);
        assert_eq!(config.load_timeout, 20_000.0);
    }

    #[test]
    fn all_faults_are_listed_at_once() {
        let word = || Some("nonsense".to_owned());
        let options = Options {
            base_url: Some("javascript:alert(1)".into()),
            placement: word(),
            size: word(),
            theme: word(),
            profile: word(),
            launch: word(),
            accept_from: Some(vec!["Client".into()]),
            on_busy: word(),
            report: word(),
            card_guard: word(),
            intercept: word(),
            load_timeout: Some(0.0),
            request_max_age: Some(f64::NAN),
            ..Options::default()
        };
        let (_, faults) = Config::check(&options, PAGE);
        let names: Vec<_> = faults.iter().map(|fault| fault.option).collect();
        let expected = [
            "baseURL",
            "placement",
            "size",
            "theme",
            "profile",
            "launch",
            "acceptFrom",
            "onBusy",
            "report",
            "loadTimeout",
            "requestMaxAge",
            "cardGuard",
            "intercept",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn a_customer_can_never_be_accepted() {
        let options = Options { accept_from: Some(vec!["Agent".into(), "Client".into()]), ..Options::default() };
        let (config, faults) = Config::check(&options, PAGE);
        assert!(!config.accept_from.iter().any(|sender| sender == "Client"));
        assert_eq!(faults.len(), 1);
    }

    #[test]
    fn only_allowed_origins_can_be_launched() {
        let with = |allowed: &[&str]| {
            let options = Options {
                base_url: Some("https://ia.bank.example/x".into()),
                allowed_origins: Some(allowed.iter().map(|origin| (*origin).to_owned()).collect()),
                ..Options::default()
            };
            Config::check(&options, PAGE).0.server.map(|_| ())
        };
        assert_eq!(with(&["https://ia.bank.example"]), Ok(()));
        assert_eq!(with(&["https://other.example"]), Err(Error::OriginNotAllowed));
        assert_eq!(with(&["https://ia.bank.example.evil.example", "*"]), Err(Error::OriginNotAllowed));
    }

    #[test]
    fn a_lower_rank_only_fills_what_is_not_set() {
        let text = |text: &str| Given::Text(text.into());
        let mut options = Options::default();
        assert_eq!(options.set("baseURL", text("https://a.example"), true), Ok(()));
        assert_eq!(options.set("placement", text("dock"), false), Ok(()));
        assert_eq!(options.set("placement", text("toaster"), true), Ok(()));
        assert_eq!(options.base_url.as_deref(), Some("https://a.example"));
        assert_eq!(options.placement.as_deref(), Some("dock"));
    }
}
