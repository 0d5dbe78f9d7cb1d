//! What a customer may start a chat with (backend 1.2 and 1.5).

use super::Gms;
use super::error::GmsError;
use super::flags::Required;
use super::form::Form;
use crate::chat_server::client::StartChat;
use crate::deployment::DEFAULT_ENDPOINT;
use crate::interaction_server::AttachedData;

/// Tenant of an endpoint that names none.
const DEFAULT_TENANT: &str = "Environment";

/// Key of attached data for the queue; *ours*.
const QUEUE_KEY: &str = "Queue";

/// The start that a form asks for.
///
/// # Errors
/// Names missing, a field that the operator wants missing, no e-mail address, unknown endpoint, too many chats.
pub(super) fn request(gms: &Gms, service: String, form: &Form) -> Result<StartChat, GmsError> {
    let nickname = nickname(form)?;
    let flags = &gms.config.flags;
    for field in &flags.require {
        let name = match field {
            Required::Subject => "subject",
            Required::Email => "emailAddress",
            Required::Text => "text",
        };
        if form.some(name).is_none() {
            return Err(GmsError::FieldMissing(*field));
        }
    }
    if form.some("emailAddress").is_some_and(|address| !looks_like_email(address)) {
        return Err(GmsError::BadEmail);
    }
    let endpoint = endpoint(form);
    if !flags.chat_endpoint.is_empty() && !flags.chat_endpoint.contains(&endpoint) {
        return Err(GmsError::UnknownEndpoint);
    }
    if flags.max_chats.is_some_and(|limit| gms.chat.live_chats() >= limit) {
        return Err(GmsError::Busy);
    }
    let mut user_data = attached_data(form);
    let name = endpoint.rsplit_once(':').map_or(endpoint.as_str(), |(_, name)| name);
    let queue = enqueue(gms, name, &mut user_data)?;
    if form.some("endpoint").or(form.some("tenantName")).is_some() {
        user_data.insert("Endpoint".to_owned(), endpoint);
    }
    Ok(StartChat {
        queue: queue.unwrap_or_else(|| service.clone()),
        service,
        nickname,
        subject: form.get("subject").to_owned(),
        text: form.get("text").to_owned(),
        user_data,
        offer: None,
    })
}

/// The queue in which a chat of this endpoint is, which attached data say as well; none where no endpoints are
/// configured.
///
/// # Errors
/// There are configured endpoints, and this is none.
pub(super) fn enqueue(gms: &Gms, endpoint: &str, user_data: &mut AttachedData) -> Result<Option<String>, GmsError> {
    let deployment = &gms.config.deployment;
    if deployment.endpoints.is_empty() {
        return Ok(None);
    }
    let queue = deployment.queue(endpoint).ok_or(GmsError::UnknownEndpoint)?;
    user_data.insert(QUEUE_KEY.to_owned(), queue.to_owned());
    Ok(Some(queue.to_owned()))
}

fn nickname(form: &Form) -> Result<String, GmsError> {
    match (form.some("nickname"), form.some("firstName"), form.some("lastName")) {
        (Some(nickname), _, _) => Ok(nickname.to_owned()),
        (None, Some(first), Some(last)) => Ok(format!("{first} {last}")),
        (None, Some(_), None) => Err(GmsError::LastNameMissing),
        (None, None, Some(_)) => Err(GmsError::FirstNameMissing),
        (None, None, None) => Err(GmsError::NameMissing),
    }
}

/// `tenant:endpoint`, of the field `endpoint` in either form and of `tenantName`.
fn endpoint(form: &Form) -> String {
    let named = form.some("endpoint").unwrap_or(DEFAULT_ENDPOINT);
    if named.contains(':') {
        return named.to_owned();
    }
    format!("{}:{named}", form.some("tenantName").unwrap_or(DEFAULT_TENANT))
}

/// One sign in the middle and no space: whether mail arrives, only mail can tell.
fn looks_like_email(address: &str) -> bool {
    let parts = address.split_once('@');
    parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
        && !address.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// What goes into attached data: the form's `userData` and the fields that describe the customer.
fn attached_data(form: &Form) -> AttachedData {
    let mut data = form.user_data();
    let described = [
        ("firstName", "FirstName"),
        ("lastName", "LastName"),
        ("emailAddress", "EmailAddress"),
        ("subject", "Subject"),
    ];
    for (field, key) in described {
        if let Some(value) = form.some(field) {
            data.insert(key.to_owned(), value.to_owned());
        }
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_have_a_tenant() {
        let of = |body: &str| endpoint(&Form::parse(body.as_bytes()));
        assert_eq!(of(""), "Environment:default");
        assert_eq!(of("endpoint=Sales&tenantName=Bank"), "Bank:Sales");
        assert_eq!(of("endpoint=Bank:Sales&tenantName=Other"), "Bank:Sales");
    }

    #[test]
    fn addresses() {
        assert!(looks_like_email("ann@shop.example"));
        for other in ["ann", "@shop", "ann@", "a b@shop", "a@b@c"] {
            assert!(!looks_like_email(other), "{other}");
        }
    }
}
