//! The options as the integrator gave them, each declared once: name, type, and what it is for.
//!
//! Contract: `_genesys.widgets.speechstorm`, the page globals and the command `configure` (backend facts, 5.6); README, "Put it
//! on a page".

/// A value that an integrator gave.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// A text.
    Text(String),
    /// A list of texts.
    List(Vec<String>),
    /// A number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// Something that no option is.
    Other,
}

/// Where an option is kept, by its type.
enum Place<'a> {
    Text(&'a mut Option<String>),
    List(&'a mut Option<Vec<String>>),
    Number(&'a mut Option<f64>),
    Flag(&'a mut Option<bool>),
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

            /// Sets the option of this name, if it is not of a `lower` rank than what was set before; what is no option is left alone,
            /// the page may keep more in the same object.
            ///
            /// # Errors
            /// The option's name, when the value is of another type than it has.
            pub fn set(&mut self, name: &str, value: Given, lower: bool) -> Result<(), &'static str> {
                // Why a place first: setting at each option is much code.
                let (name, place) = match name {
                    $($name => ($name, Place::$kind(&mut self.$field)),)*
                    _ => return Ok(()),
                };
                match (place, value) {
                    (Place::Text(place), Given::Text(value)) => keep(place, value, lower),
                    (Place::List(place), Given::List(value)) => keep(place, value, lower),
                    (Place::Number(place), Given::Number(value)) => keep(place, value, lower),
                    (Place::Flag(place), Given::Flag(value)) => keep(place, value, lower),
                    _ => return Err(name),
                }
                Ok(())
            }
        }
    };
}

/// Keeps a value, unless it is of a lower rank than what is there.
fn keep<T>(place: &mut Option<T>, value: T, lower: bool) {
    if !lower || place.is_none() {
        *place = Some(value);
    }
}

options! {
    /// `baseURL`: the Messaging Server's address; empty or absent: the page's own origin.
    base_url: Text(String) = "baseURL",
    /// `domain`: the origin that the Messaging Server is told; empty or absent: the page's.
    domain: Text(String) = "domain",
    /// `allowedOrigins`: the only origins that MicroApps may load from; absent: that of `baseURL`.
    allowed_origins: List(Vec<String>) = "allowedOrigins",
    /// `launch`: how the chat's values reach the Messaging Server, `query` (default), `post` or `ticket`.
    launch: Text(String) = "launch",
    /// `profile`: what the frame may do, `form`, `payment` (default) or `payment-3ds`.
    profile: Text(String) = "profile",
    /// `cardGuard`: what happens to card numbers that the customer types into the chat, `off` (default), `mask` or `block`.
    card_guard: Text(String) = "cardGuard",
    /// `intercept`: how requests are hidden, `auto` (default), `preprocessor` or `prefilter`; the loader chooses, once.
    intercept: Text(String) = "intercept",
    /// `transportSession`: with `webchat.transport` set, hand that chat's ids and token to the Messaging Server as if they were
    /// those of GMS; only for servers that can verify them, so default no.
    transport_session: Flag(bool) = "transportSession",
    /// `debug`: print the names of events and phases to the console; default no.
    debug: Flag(bool) = "debug",
    /// `credentialless`: load the frame without cookies and storage of its own; default no.
    credentialless: Flag(bool) = "credentialless",
    /// `placement`: where the MicroApp is shown, `panel` (default), `toaster`, `dock`, `overlay`, `inline` or `window`.
    placement: Text(String) = "placement",
    /// `container`: the CSS selector of the element for the placement `inline`.
    container: Text(String) = "container",
    /// `size`: how much room it takes, `compact`, `tall` (default) or `full`.
    size: Text(String) = "size",
    /// `theme`: `auto` (default: the theme of Widgets), `light` or `dark`.
    theme: Text(String) = "theme",
    /// `acceptFrom`: whose messages may open a MicroApp; default Agent, Supervisor, External, Bot.
    accept_from: List(Vec<String>) = "acceptFrom",
    /// `onBusy`: what a second request does, `replace` (default), `queue` or `reject`.
    on_busy: Text(String) = "onBusy",
    /// `consent`: ask the customer before anything is loaded; default no.
    consent: Flag(bool) = "consent",
    /// `report`: what the agent is told by the plugin, `end` (default), `all` or `none`.
    report: Text(String) = "report",
    /// `loadTimeout`: seconds until an app that has not loaded counts as failed; default 20.
    load_timeout: Number(f64) = "loadTimeout",
    /// `inactivityTimeout`: seconds without a sign of life until a running app counts as timed out; default 1800.
    inactivity_timeout: Number(f64) = "inactivityTimeout",
    /// `requestMaxAge`: seconds after which a request that was never opened is stale when a chat is restored; default 900.
    request_max_age: Number(f64) = "requestMaxAge",
    /// `wakeLimit`: seconds for which a running app keeps an idle chat alive; default 1800, 0 = never.
    wake_limit: Number(f64) = "wakeLimit",
    /// `commandTimeout`: seconds until a command that is still unanswered is refused; what it asked for may still happen;
    /// default 120.
    command_timeout: Number(f64) = "commandTimeout",
    /// `probe`: ask whether the Messaging Server answers before the frame is loaded; default yes.
    probe: Flag(bool) = "probe",
}
