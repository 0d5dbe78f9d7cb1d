//! The Payment MicroApp: Welcome, Card Details, Review, Result.
//!
//! Card data live in the form that is being checked and, as last four digits, in memory until the payment. They never
//! reach database, log, chat or attached data.

use std::collections::{BTreeMap, HashMap};

use super::card::{self, CardForm, FieldError};
use super::refusal::Refusal;
use super::sessions::{Held, Sessions, state};
use crate::random;
use crate::store::MicroAppRow;

/// The blocks, by the names that agents read.
pub(super) mod block {
    /// What is to be paid.
    pub(in super::super) const WELCOME: &str = "Welcome";
    /// The card form.
    pub(in super::super) const CARD_DETAILS: &str = "Card Details";
    /// A last look before paying.
    pub(in super::super) const REVIEW: &str = "Review";
    /// Approved or declined.
    pub(in super::super) const RESULT: &str = "Result";
    /// All of them in order.
    pub(in super::super) const ALL: [&str; 4] = [WELCOME, CARD_DETAILS, REVIEW, RESULT];
}

/// Declined payments after which there is no further try.
const MAX_ATTEMPTS: u32 = 3;

/// An amount such as `USD77.80`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Amount {
    /// Three capital letters.
    pub(super) currency: String,
    /// Digits, a point, two digits.
    pub(super) value: String,
}

impl Amount {
    /// Reads `USD77.80`: three capital letters, up to nine digits, maybe a point and one or two more; not zero.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (currency, number) = text.trim().split_at_checked(3)?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        let digits =
            |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if !currency.bytes().all(|byte| byte.is_ascii_uppercase()) || !digits(whole, 9) || !digits(fraction, 2) {
            return None;
        }
        let whole: u64 = whole.parse().ok()?;
        if whole == 0 && fraction.bytes().all(|byte| byte == b'0') {
            return None;
        }
        Some(Self { currency: currency.to_owned(), value: format!("{whole}.{fraction:0<2}") })
    }
}

/// An account number of which only the end is shown.
pub(super) fn masked(account: &str) -> String {
    let end: Vec<char> = account.trim().chars().rev().take(3).collect();
    if end.len() < 3 { "•••".to_owned() } else { format!("••••{}", end.iter().rev().collect::<String>()) }
}

/// Whether the application can work with these Start-block variables.
pub(super) fn fit(variables: &BTreeMap<String, String>) -> bool {
    variables.get("Amount").is_some_and(|amount| Amount::parse(amount).is_some())
        && variables.get("AccountNumber").is_none_or(|account| {
            !account.trim().is_empty()
                && account.len() <= 34
                && account.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ' || b == b'-')
        })
}

/// Tells the agent that it has begun.
pub(super) fn begin(sessions: &Sessions, session: &MicroAppRow) {
    sessions.attach(session, &[("MicroApp_Payment_State", "Started"), ("Payment_Amount", amount_text(session))]);
}

fn amount_text(session: &MicroAppRow) -> &str {
    session.variables.get("Amount").map_or("", |amount| amount.trim())
}

/// What a posted form led to.
pub(super) enum Outcome {
    /// Show the session's page.
    Show,
    /// Show the card form again with these faults; name and expiry may be filled in again, number and code never.
    Faulty(Vec<FieldError>, CardForm),
}

/// Carries out a posted form. A step that does not belong to the block the customer is at, such as a button pressed
/// twice, changes nothing.
pub(super) fn submit(
    sessions: &Sessions,
    held: &mut Held<'_>,
    session: &mut MicroAppRow,
    form: &mut HashMap<String, String>,
) -> Result<Outcome, Refusal> {
    let step = form.remove("step").unwrap_or_default();
    match (session.block.as_str(), step.as_str()) {
        (block::WELCOME, "begin") => sessions.reach(session, block::CARD_DETAILS)?,
        (block::CARD_DETAILS, "card") => return enter_card(sessions, held, session, form),
        (block::REVIEW, "edit") | (block::RESULT, "retry") if session.state == state::RUNNING => {
            drop_card(held, &session.id);
            sessions.reach(session, block::CARD_DETAILS)?;
        }
        (block::REVIEW, "pay") => pay(sessions, held, session)?,
        (block::RESULT, "stop") if session.state == state::RUNNING => sessions.finish(held, session, state::ENDED)?,
        _ => {}
    }
    Ok(Outcome::Show)
}

fn drop_card(held: &mut Held<'_>, id: &str) {
    if let Some(memory) = held.get_mut(id) {
        memory.card = None;
    }
}

fn enter_card(
    sessions: &Sessions,
    held: &mut Held<'_>,
    session: &mut MicroAppRow,
    form: &mut HashMap<String, String>,
) -> Result<Outcome, Refusal> {
    let mut take = |name: &str| form.remove(name).unwrap_or_default();
    let form = CardForm { number: take("number"), expiry: take("expiry"), code: take("code"), name: take("name") };
    match card::check(&form, card::year_and_month(sessions.now_ms())) {
        Ok(card) => {
            held.entry(session.id.clone()).or_default().card = Some(card);
            sessions.attach(session, &[("MicroApp_Payment_State", "CardEntered"), ("Customer_Identified", "true")]);
            sessions.reach(session, block::REVIEW)?;
            Ok(Outcome::Show)
        }
        Err(faults) => Ok(Outcome::Faulty(faults, form)),
    }
}

fn pay(sessions: &Sessions, held: &mut Held<'_>, session: &mut MicroAppRow) -> Result<(), Refusal> {
    let Some(card) = held.get_mut(&session.id).and_then(|memory| memory.card.take()) else {
        // The process was restarted in between, and with it went the card: ask again rather than guess.
        return sessions.reach(session, block::CARD_DETAILS);
    };
    session.attempts += 1;
    if card.is_approved() {
        let reference = format!("P-{}", random::symbols::<8>().map_err(|_| Refusal::ServerFault)?);
        sessions.attach(session, &[("MicroApp_Payment_State", "Approved"), ("Payment_Reference", &reference)]);
        session.reference = Some(reference);
        sessions.reach(session, block::RESULT)?;
        return sessions.finish(held, session, state::ENDED);
    }
    sessions.attach(session, &[("MicroApp_Payment_State", "Declined")]);
    sessions.reach(session, block::RESULT)?;
    if session.attempts >= MAX_ATTEMPTS {
        sessions.finish(held, session, state::ENDED)?;
    }
    Ok(())
}

/// The page hung up: what is not finished is abandoned. Doing it twice changes nothing.
pub(super) fn hang_up(sessions: &Sessions, held: &mut Held<'_>, session: &mut MicroAppRow) -> Result<(), Refusal> {
    if session.state == state::RUNNING {
        sessions.finish(held, session, state::CLOSED)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts() {
        let amount = Amount::parse("USD77.80").unwrap();
        assert_eq!((amount.currency.as_str(), amount.value.as_str()), ("USD", "77.80"));
        assert_eq!(Amount::parse("EUR5").unwrap().value, "5.00");
        assert_eq!(Amount::parse("EUR0.5").unwrap().value, "0.50");
        for bad in ["", "USD", "usd5", "USD-5", "USD5.123", "USD1234567890", "USD0.00", "USD5.", "5.00", "€€€5", "USD٥"]
        {
            assert!(Amount::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn accounts_are_masked() {
        assert_eq!(masked("1234567"), "••••567");
        assert_eq!(masked("12"), "•••");
    }

    #[test]
    fn which_variables_fit() {
        let variables =
            |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        assert!(fit(&variables(&[("Amount", "USD1"), ("AccountNumber", "1234567")])));
        assert!(fit(&variables(&[("Amount", "USD1")])));
        assert!(!fit(&variables(&[("AccountNumber", "1234567")])));
        assert!(!fit(&variables(&[("Amount", "USD1"), ("AccountNumber", "<b>")])));
    }
}
