//! The configuration: what an integrator may set, its defaults, and all its faults at once.
//!
//! Contract: `_genesys.widgets.speechstorm`, the page globals and the command `configure` (backend facts, 5.6).

use super::error::Error;
use super::launch::Server;

/// Kinds of sender that the chat service knows (GMS Chat API v2, transcript entry).
pub const SENDERS: [&str; 5] = ["Agent", "Supervisor", "External", "Bot", "Client"];
/// The kind that no configuration can accept: a customer must not open MicroApps.
const CLIENT: &str = "Client";

/// The options as the integrator gave them; absent ones keep what was set before.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `baseURL`: the Messaging Server's address; empty or absent: the page's own origin.
    pub base_url: Option<String>,
    /// `domain`: the origin that the Messaging Server is told; empty or absent: the page's.
    pub domain: Option<String>,
    /// `placement`: where the MicroApp is shown, `panel` (default) or `toaster`.
    pub placement: Option<String>,
    /// `acceptFrom`: whose messages may open a MicroApp; default Agent, Supervisor, External, Bot.
    pub accept_from: Option<Vec<String>>,
    /// `report`: what the agent is told by the plugin, `end` (default) or `none`.
    pub report: Option<String>,
    /// `loadTimeout`: seconds until an app that has not loaded counts as failed; default 20.
    pub load_timeout: Option<f64>,
    /// `requestMaxAge`: seconds after which a request that was never opened is stale when a chat is restored; default 900.
    pub request_max_age: Option<f64>,
}

impl Options {
    /// Takes over what `newer` sets.
    pub fn merge(&mut self, newer: Options) {
        fn take<T>(into: &mut Option<T>, from: Option<T>) {
            if from.is_some() {
                *into = from;
            }
        }
        take(&mut self.base_url, newer.base_url);
        take(&mut self.domain, newer.domain);
        take(&mut self.placement, newer.placement);
        take(&mut self.accept_from, newer.accept_from);
        take(&mut self.report, newer.report);
        take(&mut self.load_timeout, newer.load_timeout);
        take(&mut self.request_max_age, newer.request_max_age);
    }
}

/// Where a MicroApp is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Placement {
    /// Our own panel beside the chat.
    #[default]
    Panel,
    /// The Toaster of Genesys Widgets, as the script we replace did.
    Toaster,
}

/// What the plugin tells the agent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Report {
    /// How each MicroApp came to its end (step 9 of the vendor's process).
    #[default]
    End,
    /// Nothing.
    None,
}

/// A wrong option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The option's name.
    pub option: &'static str,
    /// What it must be.
    pub expected: &'static str,
}

/// The checked configuration. A wrong option has its default here and a [`Fault`] beside it.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where MicroApps start, or why none can.
    pub server: Result<Server, Error>,
    /// Where they are shown.
    pub placement: Placement,
    /// Whose messages may open one; never the customer's.
    pub accept_from: Vec<String>,
    /// What the agent is told.
    pub report: Report,
    /// Milliseconds until loading has failed.
    pub load_timeout: f64,
    /// Milliseconds until an unopened request is stale.
    pub request_max_age: f64,
}

impl Config {
    /// Checks the options of a page with this origin.
    pub fn check(options: &Options, page_origin: &str) -> (Config, Vec<Fault>) {
        let mut faults = Vec::new();
        let text = |option: &Option<String>| option.as_deref().unwrap_or_default().to_owned();
        let server = Server::new(&text(&options.base_url), &text(&options.domain), page_origin);
        match server {
            Err(Error::BadDomain) => faults.push(Fault { option: "domain", expected: "an origin" }),
            Err(_) => faults.push(Fault { option: "baseURL", expected: "an https address" }),
            Ok(_) => {}
        }
        let mut word = |option: &'static str, value: &Option<String>, words: [&str; 2], expected: &'static str| {
            let found = words.iter().position(|word| Some(*word) == value.as_deref());
            if value.is_some() && found.is_none() {
                faults.push(Fault { option, expected });
            }
            found
        };
        let placement = match word("placement", &options.placement, ["panel", "toaster"], "panel or toaster") {
            Some(1) => Placement::Toaster,
            _ => Placement::Panel,
        };
        let report = match word("report", &options.report, ["end", "none"], "end or none") {
            Some(1) => Report::None,
            _ => Report::End,
        };
        let default_senders = || SENDERS.into_iter().filter(|sender| *sender != CLIENT).map(String::from).collect();
        let accept_from = match &options.accept_from {
            None => default_senders(),
            Some(list) if list.iter().all(|sender| sender != CLIENT && SENDERS.contains(&sender.as_str())) => {
                list.clone()
            }
            Some(_) => {
                faults.push(Fault { option: "acceptFrom", expected: "a list of Agent, Supervisor, External, Bot" });
                default_senders()
            }
        };
        let mut seconds = |option: &'static str, value: Option<f64>, default: f64| match value {
            Some(seconds) if !(1.0..=86_400.0).contains(&seconds) => {
                faults.push(Fault { option, expected: "seconds from 1 to 86400" });
                default * 1000.0
            }
            value => value.unwrap_or(default) * 1000.0,
        };
        let load_timeout = seconds("loadTimeout", options.load_timeout, 20.0);
        let request_max_age = seconds("requestMaxAge", options.request_max_age, 900.0);
        (Config { server, placement, accept_from, report, load_timeout, request_max_age }, faults)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let options = Options {
            base_url: Some("javascript:alert(1)".into()),
            placement: Some("popup".into()),
            accept_from: Some(vec!["Client".into()]),
            report: Some("some".into()),
            load_timeout: Some(0.0),
            request_max_age: Some(f64::NAN),
            ..Options::default()
        };
        let (_, faults) = Config::check(&options, PAGE);
        let names: Vec<_> = faults.iter().map(|fault| fault.option).collect();
        assert_eq!(names, ["baseURL", "placement", "report", "acceptFrom", "loadTimeout", "requestMaxAge"]);
    }

    #[test]
    fn a_customer_can_never_be_accepted() {
        let options = Options { accept_from: Some(vec!["Agent".into(), "Client".into()]), ..Options::default() };
        let (config, faults) = Config::check(&options, PAGE);
        assert!(!config.accept_from.iter().any(|sender| sender == "Client"));
        assert_eq!(faults.len(), 1);
    }

    #[test]
    fn merging_keeps_what_is_not_set_again() {
        let mut options = Options { base_url: Some("https://a.example".into()), ..Options::default() };
        options.merge(Options { placement: Some("toaster".into()), ..Options::default() });
        assert_eq!(options.base_url.as_deref(), Some("https://a.example"));
        assert_eq!(options.placement.as_deref(), Some("toaster"));
    }
}
