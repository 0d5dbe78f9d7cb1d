//! Standard responses, as Knowledge Manager offers them to agents.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;

use super::Desk;
use super::api::DeskError;

/// A parameter the agent fills in before a response is inserted.
#[derive(Serialize)]
pub(super) struct Parameter {
    /// Variable of the Start block.
    name: &'static str,
    /// Last part of the field's `data-testid`.
    key: &'static str,
    label: &'static str,
    placeholder: &'static str,
    hint: &'static str,
}

/// A standard response: the text, or the first line of a MicroApp request and its parameters.
#[derive(Serialize)]
pub(super) struct StandardResponse {
    id: &'static str,
    category: &'static str,
    title: &'static str,
    text: &'static str,
    parameters: &'static [Parameter],
}

const RESPONSES: &[StandardResponse] = &[
    StandardResponse {
        id: "greeting",
        category: "Conversation",
        title: "Greeting",
        text: "Hello, thank you for contacting us. How can I help you today?",
        parameters: &[],
    },
    StandardResponse {
        id: "moment",
        category: "Conversation",
        title: "One moment",
        text: "One moment, please. I am looking into this for you.",
        parameters: &[],
    },
    StandardResponse {
        id: "payment-intro",
        category: "Conversation",
        title: "Announce a payment form",
        text: "I am opening a secure form beside our chat. You enter your card there; I cannot see what you type.",
        parameters: &[],
    },
    StandardResponse {
        id: "goodbye",
        category: "Conversation",
        title: "Goodbye",
        text: "Thank you for chatting with us. Have a good day!",
        parameters: &[],
    },
    StandardResponse {
        id: "payment",
        category: "MicroApps",
        title: "Payment MicroApp",
        text: "microapp://app/T3NB68E-/Payment",
        parameters: &[
            Parameter {
                name: "AccountNumber",
                key: "account",
                label: "Account number",
                placeholder: "1234567",
                hint: "Letters and digits",
            },
            Parameter {
                name: "Amount",
                key: "amount",
                label: "Amount",
                placeholder: "USD77.80",
                hint: "Currency and amount, such as USD77.80",
            },
        ],
    },
];

/// `GET /api/standard-responses`.
pub(super) async fn standard_responses(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
) -> Result<Json<&'static [StandardResponse]>, DeskError> {
    desk.logins.agent(&headers)?;
    Ok(Json(RESPONSES))
}
