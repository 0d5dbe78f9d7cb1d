//! The options as the integrator gave them, each declared once: name, type, and what it is for.
//!
//! Contract: `_genesys.widgets.speechstorm`, the page globals and the command `configure` (backend facts, 5.6); README, "Put it
//! on a page".

/// Where options are read from; an absent, `undefined` or `null` value is `None`, and so is one of another type.
pub trait Source {
    /// A text.
    fn text(&mut self, name: &'static str) -> Option<String>;
    /// A list of texts.
    fn texts(&mut self, name: &'static str) -> Option<Vec<String>>;
    /// A number.
    fn number(&mut self, name: &'static str) -> Option<f64>;
    /// Yes or no.
    fn flag(&mut self, name: &'static str) -> Option<bool>;
}

macro_rules! options {
    ($($(#[$doc:meta])* $field:ident: $kind:ident($type:ty) = $name:literal,)*) => {
        /// What an integrator may set; absent options keep what was set before.
        #[derive(Clone, Debug, Default)]
        pub struct Options {
            $($(#[$doc])* pub $field: Option<$type>,)*
        }

        impl Options {
            /// The names, as integrators write them.
            pub const NAMES: &[&str] = &[$($name),*];

            /// Reads all options. Why the source itself remembers what was wrong: leaving at each of them is much code.
            pub fn read(source: &mut impl Source) -> Options {
                Options { $($field: source.$kind($name),)* }
            }

            /// Takes over what `newer` sets.
            pub fn merge(&mut self, newer: Options) {
                $(take_over(&mut self.$field, newer.$field);)*
            }
        }
    };
}

#[inline(never)]
fn take_over<T>(option: &mut Option<T>, newer: Option<T>) {
    if newer.is_some() {
        *option = newer;
    }
}

options! {
    /// `baseURL`: the Messaging Server's address; empty or absent: the page's own origin.
    base_url: text(String) = "baseURL",
    /// `domain`: the origin that the Messaging Server is told; empty or absent: the page's.
    domain: text(String) = "domain",
    /// `allowedOrigins`: the only origins that MicroApps may load from; absent: that of `baseURL`.
    allowed_origins: texts(Vec<String>) = "allowedOrigins",
    /// `launch`: how the chat's values reach the Messaging Server, `query` (default), `post` or `ticket`.
    launch: text(String) = "launch",
    /// `profile`: what the frame may do, `form`, `payment` (default) or `payment-3ds`.
    profile: text(String) = "profile",
    /// `cardGuard`: what happens to card numbers that the customer types into the chat, `off` (default), `mask` or `block`.
    card_guard: text(String) = "cardGuard",
    /// `intercept`: how requests are hidden, `auto` (default), `preprocessor` or `prefilter`; the loader chooses, once.
    intercept: text(String) = "intercept",
    /// `transportSession`: with `webchat.transport` set, hand that chat's ids and token to the Messaging Server as if they were
    /// those of GMS; only for servers that can verify them, so default no.
    transport_session: flag(bool) = "transportSession",
    /// `debug`: print the names of events and phases to the console; default no.
    debug: flag(bool) = "debug",
    /// `credentialless`: load the frame without cookies and storage of its own; default no.
    credentialless: flag(bool) = "credentialless",
    /// `placement`: where the MicroApp is shown, `panel` (default), `toaster`, `dock`, `overlay`, `inline` or `window`.
    placement: text(String) = "placement",
    /// `container`: the CSS selector of the element for the placement `inline`.
    container: text(String) = "container",
    /// `size`: how much room it takes, `compact`, `tall` (default) or `full`.
    size: text(String) = "size",
    /// `theme`: `auto` (default: the theme of Widgets), `light` or `dark`.
    theme: text(String) = "theme",
    /// `acceptFrom`: whose messages may open a MicroApp; default Agent, Supervisor, External, Bot.
    accept_from: texts(Vec<String>) = "acceptFrom",
    /// `onBusy`: what a second request does, `replace` (default), `queue` or `reject`.
    on_busy: text(String) = "onBusy",
    /// `consent`: ask the customer before anything is loaded; default no.
    consent: flag(bool) = "consent",
    /// `report`: what the agent is told by the plugin, `end` (default), `all` or `none`.
    report: text(String) = "report",
    /// `loadTimeout`: seconds until an app that has not loaded counts as failed; default 20.
    load_timeout: number(f64) = "loadTimeout",
    /// `inactivityTimeout`: seconds without a sign of life until a running app counts as timed out; default 1800.
    inactivity_timeout: number(f64) = "inactivityTimeout",
    /// `requestMaxAge`: seconds after which a request that was never opened is stale when a chat is restored; default 900.
    request_max_age: number(f64) = "requestMaxAge",
    /// `wakeLimit`: seconds for which a running app keeps an idle chat alive; default 1800, 0 = never.
    wake_limit: number(f64) = "wakeLimit",
    /// `commandTimeout`: seconds until a command that is still unanswered is refused; what it asked for may still happen;
    /// default 120.
    command_timeout: number(f64) = "commandTimeout",
    /// `probe`: ask whether the Messaging Server answers before the frame is loaded; default yes.
    probe: flag(bool) = "probe",
}
