//! Steps 3 to 6 of the vendor's process: is this launch what an agent asked for in this chat? (backend 5.4)
//!
//! Nothing the browser sends is believed. It only names a chat and a message; values are taken from the transcript.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::Method;
use cx_speechstorm::core::request::{ChatText, MicroAppRequest, is_token, parse};
use zeroize::{Zeroize, Zeroizing};

use super::callflow::model::Callflow;
use super::callflow::{Callflows, Edition};
use super::refusal::Refusal;
use crate::chat_server::client::{Credentials, View};
use crate::chat_server::entry::{Entry, EntryType, PartyType};
use crate::origins::AllowedOrigins;

/// What the browser sends to `/fish-messaging/go/{token}` (backend 5.3). No `Debug`: it holds a secure key.
pub(super) struct Launch {
    /// Token from the path, as it stands there: a percent sign is part of it, and makes it unknown.
    pub(super) token: String,
    fields: BTreeMap<String, String>,
    /// Whether a form was posted, which turns every line end into CRLF on its way.
    posted: bool,
}

impl Launch {
    /// Reads the fields of a query (`GET`) or of a form (`POST`).
    pub(super) fn new(method: &Method, token: &str, query: &str, body: &[u8]) -> Self {
        let posted = method == Method::POST;
        let source = if posted { body } else { query.as_bytes() };
        let fields = form_urlencoded::parse(source).into_owned().collect();
        Self { token: token.to_owned(), fields, posted }
    }

    /// Takes the fields that are to be exchanged for a ticket; without a `token` the one in `chatMessage` counts.
    pub(super) fn of_fields(mut fields: BTreeMap<String, String>, posted: bool) -> Self {
        let named = fields.remove("token").filter(|token| !token.is_empty());
        let asked = || request(fields.get("chatMessage")?).ok().map(|request| request.token);
        let token = named.or_else(asked).unwrap_or_default();
        Self { token, fields, posted }
    }

    /// All of it, for [`Launch::from_bytes`].
    pub(super) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(serde_json::to_vec(&(&self.token, &self.fields, self.posted)).unwrap_or_default())
    }

    /// What [`Launch::to_bytes`] was asked of; `None` if these are no such bytes.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (token, fields, posted) = serde_json::from_slice(bytes).ok()?;
        Some(Self { token, fields, posted })
    }

    /// The ticket that stands for the fields, if one does. Never in a form: a form can carry the fields themselves.
    pub(super) fn ticket(&self) -> Option<&str> {
        self.fields.get("ticket").filter(|_| !self.posted).map(String::as_str)
    }

    /// Origin of the embedding page, as it says itself.
    pub(super) fn domain(&self) -> &str {
        self.field("domain")
    }

    /// Interaction id of the chat.
    pub(super) fn interaction(&self) -> &str {
        self.field("chatInteractionID")
    }

    fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    /// The interaction id for the audit table: empty if it cannot be one.
    pub(super) fn audit_interaction(&self) -> &str {
        let id = self.field("chatInteractionID");
        if id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()) { id } else { "" }
    }

    /// The token for the audit table: empty if it cannot be one.
    pub(super) fn audit_token(&self) -> &str {
        if is_token(&self.token) { &self.token } else { "" }
    }
}

impl Drop for Launch {
    fn drop(&mut self) {
        self.fields.values_mut().for_each(Zeroize::zeroize);
    }
}

/// What the operator allows.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    /// Pages that may embed MicroApps.
    pub(super) allowed: AllowedOrigins,
    /// Age in ms at which a request can no longer be started.
    pub(super) max_age_ms: i64,
    /// Whether workflows and bots may ask for MicroApps.
    pub(super) external_allowed: bool,
}

/// A launch that an agent did ask for.
#[derive(Debug)]
pub(super) struct Verified {
    /// The application.
    pub(super) app: Arc<Callflow>,
    /// Token of the request.
    pub(super) token: String,
    /// Interaction id.
    pub(super) interaction: String,
    /// Transcript index of the request.
    pub(super) index: u64,
    /// Time of the request, in ms.
    pub(super) requested_at: i64,
    /// Start-block variables, from the transcript.
    pub(super) variables: BTreeMap<String, String>,
    /// Parameters that the Start block does not name.
    pub(super) dropped: usize,
    /// Origin of the embedding page.
    pub(super) domain: String,
}

/// Checks a launch against the rules and the transcript, which `read` asks the Chat Server for. Reads only; a wrong key
/// removes nobody.
pub(super) fn verify(
    flows: &Callflows,
    rules: &Rules,
    launch: &Launch,
    read: impl FnOnce(&str, Credentials<'_>) -> Result<View, Refusal>,
) -> Result<Verified, Refusal> {
    let (app, edition) = flows.find(&launch.token).ok_or(Refusal::TokenUnknown)?;
    let domain = cx_speechstorm::core::origin::Origin::parse(launch.domain()).map_err(|_| Refusal::DomainInvalid)?;
    let domain = rules.allowed.find(&domain.to_string()).ok_or(Refusal::DomainNotAllowed)?;
    if edition == Edition::Production && !domain.is_trustworthy() {
        return Err(Refusal::ProductionNeedsHttps);
    }
    let (message, interaction) = (launch.field("chatMessage"), launch.interaction());
    let credentials = Credentials { user_id: launch.field("chatUserID"), secure_key: launch.field("chatSecureKey") };
    if [message, interaction, credentials.user_id, credentials.secure_key].iter().any(|field| field.is_empty()) {
        return Err(Refusal::ChatParametersMissing);
    }
    if request(message)?.token != launch.token {
        return Err(Refusal::TokenMismatch);
    }
    let view = read(interaction, credentials)?;
    if view.ended {
        return Err(Refusal::ChatEnded);
    }
    let (entry, text) = matching(&view.entries, message, launch.posted, rules.external_allowed)?;
    let (variables, dropped) = start_block(app, request(text)?)?;
    Ok(Verified {
        app: Arc::clone(app),
        token: launch.token.clone(),
        interaction: interaction.to_owned(),
        index: entry.index,
        requested_at: entry.utc_time,
        variables,
        dropped,
        domain: domain.to_string(),
    })
}

fn request(text: &str) -> Result<MicroAppRequest, Refusal> {
    match parse(text) {
        ChatText::Request(request) => Ok(request),
        _ => Err(Refusal::RequestMalformed),
    }
}

/// The newest entry with exactly this text from a party that may start MicroApps.
///
/// Why the newest only: were an older equal one taken once the newest is used up, a reload would start a second payment.
fn matching<'a>(
    entries: &'a [Entry],
    message: &str,
    posted: bool,
    external_allowed: bool,
) -> Result<(&'a Entry, &'a str), Refusal> {
    let mut foreign = false;
    for entry in entries.iter().rev().filter(|entry| entry.kind == EntryType::Message) {
        let Some(text) = entry.text.as_deref() else { continue };
        if !same_text(text, message, posted) {
            continue;
        }
        match entry.from.kind {
            PartyType::Agent | PartyType::Supervisor => return Ok((entry, text)),
            PartyType::External if external_allowed => return Ok((entry, text)),
            // Never the customer: whoever may chat could otherwise start an application with parameters of his choice.
            PartyType::Client | PartyType::External => foreign = true,
        }
    }
    Err(if foreign { Refusal::SenderNotAllowed } else { Refusal::RequestNotFound })
}

/// Byte for byte, except that a posted form cannot carry a lone LF or CR, so there all line ends count as one.
fn same_text(transcript: &str, sent: &str, posted: bool) -> bool {
    transcript == sent || (posted && one_line_end(transcript) == one_line_end(sent))
}

fn one_line_end(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Keeps what the Start block declares. A variable that is there twice is refused (backend 5.2): nobody knows which is meant.
fn start_block(app: &Callflow, request: MicroAppRequest) -> Result<(BTreeMap<String, String>, usize), Refusal> {
    let (mut variables, mut dropped) = (BTreeMap::new(), 0);
    for (name, value) in request.parameters {
        if app.start.variables.contains_key(&name) {
            if variables.insert(name, value).is_some() {
                return Err(Refusal::ParameterInvalid);
            }
        } else {
            dropped += 1;
        }
    }
    Ok((variables, dropped))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_count_only_in_posted_forms() {
        assert!(same_text("a\nb", "a\r\nb", true));
        assert!(!same_text("a\nb", "a\r\nb", false));
        assert!(!same_text("a\nb", "a\nb ", true));
    }

    #[test]
    fn only_declared_variables() {
        let parsed = request("microapp://app/T3NB68E-/Payment\nAmount=USD1\nRole=admin\nRole=agent").unwrap();
        let flows = Callflows::read(&[]).unwrap();
        let (variables, dropped) = start_block(flows.find("T3NB68E-").unwrap().0, parsed).unwrap();
        assert_eq!(variables, BTreeMap::from([("Amount".to_owned(), "USD1".to_owned())]));
        assert_eq!(dropped, 2);
    }
}
