//! The address at which the Messaging Server starts a MicroApp.
//!
//! Contract: "Using WebIVR MicroApps", step 3; backend facts, 5.3. The token is never percent-encoded: a `%2B` reaches
//! the vendor's servlet undecoded and fails.

use super::error::Error;
use super::origin::Origin;
use super::request::{self, Malformed};
use super::text::join;
use std::fmt;

/// The Messaging Server's path that starts a MicroApp, before the token.
pub const GO_PATH: &str = "/fish-messaging/go/";
/// The open stack's path that exchanges launch fields for a ticket.
pub const TICKET_PATH: &str = "/fish-messaging/ticket";
/// The open stack's path that says whether it is there.
pub const PING_PATH: &str = "/fish-messaging/ping";

/// The chat values that let the Messaging Server find the request in the transcript; only ever sent together.
#[derive(Clone, PartialEq, Eq)]
pub struct Chat {
    /// The agent's message, verbatim and untrimmed: the server looks for exactly this text.
    pub message: String,
    /// The interaction id (`sessionID` of the chat service).
    pub interaction_id: String,
    /// The secure key.
    pub secure_key: String,
    /// The customer's user id.
    pub user_id: String,
}

/// How the chat's values reach the Messaging Server (design: launch).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// In the query of the frame's address: the protocol of the real Messaging Server.
    Query,
    /// In a form that is posted into the frame, so that no secret is in a URL, log or history.
    Post,
    /// Exchanged for a one-time ticket first; the open stack's protocol.
    Ticket,
}

/// What the frame is asked for.
#[derive(Clone, PartialEq, Eq)]
pub struct Launch {
    /// The address; with [`Method::Query`], secrets percent-encoded in its query.
    pub url: String,
    /// The fields to post, if it is posted.
    pub fields: Vec<(&'static str, String)>,
    /// Whom to expect messages from, and to send them to.
    pub origin: Origin,
}

/// Why by hand: a derived `Debug` would print the secure key and the chat text.
impl fmt::Debug for Chat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chat").finish_non_exhaustive()
    }
}

/// Why by hand: see [`Chat`].
impl fmt::Debug for Launch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Launch").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// Where MicroApps start and who asks: the checked half of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    origin: Origin,
    path: String,
    domain: Origin,
}

impl Server {
    /// Checks `base_url` (empty: the page's own origin) and `domain` (empty: the page's origin).
    ///
    /// # Errors
    /// [`Error::BadBaseUrl`], [`Error::InsecureBaseUrl`], [`Error::BadDomain`].
    pub fn new(base_url: &str, domain: &str, page_origin: &str) -> Result<Server, Error> {
        let page = if domain.is_empty() { page_origin } else { domain };
        let domain = Origin::parse(page).map_err(|_| Error::BadDomain)?;
        let base = if base_url.is_empty() { page_origin } else { base_url };
        let (origin, path) = Origin::split_url(base).map_err(|_| Error::BadBaseUrl)?;
        if !origin.is_trustworthy() {
            return Err(Error::InsecureBaseUrl);
        }
        Ok(Server { origin, path: without_slash(path).to_owned(), domain })
    }

    /// The Messaging Server's origin.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// An address that answers if the server is there (ours by 204, the vendor's by any answer).
    pub fn probe_url(&self) -> String {
        join(&[&self.origin.text(), self.path.as_str(), PING_PATH])
    }

    /// Where a launch's fields are exchanged for a ticket.
    pub fn ticket_url(&self) -> String {
        join(&[&self.origin.text(), self.path.as_str(), TICKET_PATH])
    }

    /// The fields of a launch, in the order of the contract.
    pub fn fields(&self, chat: Option<&Chat>) -> Vec<(&'static str, String)> {
        let mut fields = vec![("domain", self.domain.text())];
        if let Some(chat) = chat {
            fields.push(("chatMessage", chat.message.clone()));
            fields.push(("chatInteractionID", chat.interaction_id.clone()));
            fields.push(("chatSecureKey", chat.secure_key.clone()));
            fields.push(("chatUserID", chat.user_id.clone()));
        }
        fields
    }

    /// Builds the launch of the app with this token, for a chat or on its own. [`Method::Ticket`] needs
    /// [`Server::launch_with_ticket`] where there is a chat.
    ///
    /// # Errors
    /// [`Error::Malformed`] with [`Malformed::BadToken`].
    pub fn launch(&self, token: &str, chat: Option<&Chat>, method: Method) -> Result<Launch, Error> {
        let fields = self.fields(chat);
        let mut launch = self.start(token)?;
        if method == Method::Post {
            launch.fields = fields;
        } else {
            append_query(&mut launch.url, fields.iter().map(|(name, value)| (*name, value.as_str())));
        }
        Ok(launch)
    }

    /// Builds the launch with a ticket that the server gave for the fields.
    ///
    /// # Errors
    /// As [`Server::launch`].
    pub fn launch_with_ticket(&self, token: &str, ticket: &str) -> Result<Launch, Error> {
        let mut launch = self.start(token)?;
        append_query(&mut launch.url, std::iter::once(("ticket", ticket)));
        Ok(launch)
    }

    fn start(&self, token: &str) -> Result<Launch, Error> {
        if !request::is_token(token) {
            return Err(Error::Malformed(Malformed::BadToken));
        }
        let url = join(&[&self.origin.text(), self.path.as_str(), GO_PATH, token]);
        Ok(Launch { url, fields: Vec::new(), origin: self.origin.clone() })
    }
}

fn without_slash(path: &str) -> &str {
    let mut path = path;
    while let Some(shorter) = path.strip_suffix("/") {
        path = shorter;
    }
    path
}

fn append_query<'a>(url: &mut String, fields: impl Iterator<Item = (&'a str, &'a str)>) {
    let mut separator = '?';
    for (name, value) in fields {
        url.push(separator);
        url.push_str(name);
        url.push('=');
        encode(value, url);
        separator = '&';
    }
}

/// Percent-encodes as `encodeURIComponent` does.
fn encode(value: &str, into: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let hex = |nibble: u8| char::from(HEX.get(usize::from(nibble)).copied().unwrap_or(b'0'));
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || "-_.!~*'()".bytes().any(|known| known == byte) {
            into.push(char::from(byte));
        } else {
            into.push('%');
            into.push(hex(byte >> 4));
            into.push(hex(byte & 15));
        }
    }
}
