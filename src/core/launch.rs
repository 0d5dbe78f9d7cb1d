//! The address at which the Messaging Server starts a MicroApp.
//!
//! Contract: "Using WebIVR MicroApps", step 3; backend facts, 5.3. The token is never percent-encoded: a `%2B` reaches
//! the vendor's servlet undecoded and fails.

use super::error::Error;
use super::origin::Origin;
use super::request::{self, Malformed};
use std::fmt;

/// The Messaging Server's path that starts a MicroApp, before the token.
pub const GO_PATH: &str = "/fish-messaging/go/";

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

/// A launch of kind `query`: a GET of `url` in the frame.
#[derive(Clone, PartialEq, Eq)]
pub struct Launch {
    /// The address, secrets percent-encoded in its query.
    pub url: String,
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
        Ok(Server { origin, path: path.trim_end_matches('/').to_owned(), domain })
    }

    /// Builds the launch of the app with this token, for a chat or on its own.
    ///
    /// # Errors
    /// [`Error::Malformed`] with [`Malformed::BadToken`].
    pub fn launch(&self, token: &str, chat: Option<&Chat>) -> Result<Launch, Error> {
        if !request::is_token(token) {
            return Err(Error::Malformed(Malformed::BadToken));
        }
        let mut url = [&self.origin.text(), self.path.as_str(), GO_PATH, token].concat();
        let mut separator = '?';
        let mut field = |name: &str, value: &str| {
            url.push(separator);
            url.push_str(name);
            url.push('=');
            encode(value, &mut url);
            separator = '&';
        };
        field("domain", &self.domain.text());
        if let Some(chat) = chat {
            field("chatMessage", &chat.message);
            field("chatInteractionID", &chat.interaction_id);
            field("chatSecureKey", &chat.secure_key);
            field("chatUserID", &chat.user_id);
        }
        Ok(Launch { url, origin: self.origin.clone() })
    }
}

/// Percent-encodes as `encodeURIComponent` does.
fn encode(value: &str, into: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let hex = |nibble: u8| char::from(HEX.get(usize::from(nibble)).copied().unwrap_or(b'0'));
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            into.push(char::from(byte));
        } else {
            into.push('%');
            into.push(hex(byte >> 4));
            into.push(hex(byte & 15));
        }
    }
}
