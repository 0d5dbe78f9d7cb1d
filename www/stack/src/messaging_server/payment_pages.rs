//! The pages of the Payment MicroApp.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::card::{CardForm, FieldError, HeldCard};
use super::pages::{Signals, Voice, session_page};
use super::payment::{Amount, block, masked};
use super::sessions::{ATTACHED_PREFIX, state};
use crate::store::MicroAppRow;

/// What a page is drawn from.
pub(super) struct View<'a> {
    /// The session.
    pub(super) session: &'a MicroAppRow,
    /// Nonce of its forms.
    pub(super) nonce: &'a str,
    /// The card that was entered, if it is still held.
    pub(super) card: Option<&'a HeldCard>,
    /// How the page speaks.
    pub(super) voice: Voice,
}

impl View<'_> {
    fn amount(&self) -> Markup {
        match self.session.variables.get("Amount").and_then(|amount| Amount::parse(amount)) {
            Some(amount) => html! {
                span data-currency=(amount.currency) data-value=(amount.value) {
                    span.currency { (amount.currency) } " " (amount.value)
                }
            },
            None => html! {},
        }
    }

    fn attached(&self, key: &str) -> Option<&str> {
        self.session
            .variables
            .get(&format!("{ATTACHED_PREFIX}{key}"))
            .map(String::as_str)
            .filter(|text| !text.is_empty())
    }

    fn respond(&self, status: StatusCode, report: bool, title: &str, content: &Markup) -> Response {
        let signals = Signals {
            domain: &self.session.domain,
            session: &self.session.id,
            block: report.then_some(self.session.block.as_str()),
            steps: (&block::ALL, self.place()),
            last: self.session.state == state::ENDED,
            voice: self.voice,
        };
        session_page(status, title, &signals, &html! { (self.header()) (content) })
    }

    fn place(&self) -> usize {
        block::ALL.iter().position(|name| *name == self.session.block).unwrap_or(0)
    }

    fn header(&self) -> Markup {
        let at = self.place();
        html! {
            header {
                p.brand { span.lock aria-hidden="true" {} "Secure payment" }
                p.visually-hidden { "Step " (at + 1) " of " (block::ALL.len()) ": " (self.session.block) }
                ol.steps aria-hidden="true" {
                    @for place in 0..block::ALL.len() {
                        li.done[place < at].now[place == at] {}
                    }
                }
            }
        }
    }

    /// A form with one button that does one step.
    fn button(&self, step: &str, label: &str, class: &str) -> Markup {
        html! {
            form method="post" action={ "/fish-messaging/session/" (self.session.id) } {
                (self.hidden(step))
                button class=(class) type="submit" data-testid=(step) { (label) }
            }
        }
    }

    fn hidden(&self, step: &str) -> Markup {
        html! {
            input type="hidden" name="step" value=(step);
            input type="hidden" name="nonce" value=(self.nonce);
        }
    }
}

/// The page of the block the customer is at.
pub(super) fn page(view: &View<'_>) -> Response {
    match view.session.block.as_str() {
        block::CARD_DETAILS => card_details(view, &[], None),
        block::REVIEW => match view.card {
            Some(card) => review(view, card),
            // After a restart the card is gone; paying from here leads back to the form.
            None => lost_card(view),
        },
        block::RESULT => result(view),
        _ => welcome(view),
    }
}

fn welcome(view: &View<'_>) -> Response {
    let account = view.session.variables.get("AccountNumber");
    view.respond(
        StatusCode::OK,
        true,
        "Secure payment",
        &html! {
            h1 {
                @match view.attached("FirstName") {
                    Some(name) => { "Hello " (name) ", your payment" }
                    None => "Your payment",
                }
            }
            p.amount data-testid="amount" { (view.amount()) }
            @if let Some(account) = account {
                dl { div { dt { "Account" } dd data-testid="account" { (masked(account)) } } }
            }
            p.hint { "You enter your card here, not in the chat. The agent sees how far you are, but none of what you type." }
            (view.button("begin", "Continue", "primary"))
        },
    )
}

/// The card form, with faults if there are any.
pub(super) fn card_details(view: &View<'_>, faults: &[FieldError], form: Option<&CardForm>) -> Response {
    let advice = |field: &str| faults.iter().find(|fault| fault.field == field).map(|fault| fault.advice);
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = if faults.is_empty() { "Card details" } else { "Check your entries: card details" };
    let (expiry, name) = form.map_or(("", ""), |form| (form.expiry.as_str(), form.name.as_str()));
    // A name that holds digits may be a number typed into the wrong field: it is not echoed.
    let name = if name.bytes().any(|byte| byte.is_ascii_digit()) { "" } else { name };
    let expiry = if expiry.len() > 9 { "" } else { expiry };
    let field = |id: &str, label: &str, hint: &str, input: Markup| {
        html! {
            div.field.faulty[advice(id).is_some()] {
                label for=(id) { (label) }
                p.hint id={ (id) "-hint" } { (hint) }
                @if let Some(advice) = advice(id) { p.fault id={ (id) "-fault" } { (advice) } }
                (input)
            }
        }
    };
    let described =
        |id: &str| if advice(id).is_some() { format!("{id}-hint {id}-fault") } else { format!("{id}-hint") };
    let invalid = |id: &str| advice(id).map(|_| "true");
    view.respond(
        status,
        faults.is_empty(),
        title,
        &html! {
            @if !faults.is_empty() {
                div.summary role="alert" tabindex="-1" data-focus {
                    h2 { "Please check " (if faults.len() == 1 { "one entry" } else { "these entries" }) }
                    ul { @for fault in faults { li { a href={ "#" (fault.field) } { (fault.advice) } } } }
                }
            }
            h1 { "Card details" }
            form method="post" action={ "/fish-messaging/session/" (view.session.id) } novalidate {
                (view.hidden("card"))
                (field("number", "Card number", "Digits on the front, with or without spaces", html! {
                    input #number name="number" inputmode="numeric" autocomplete="cc-number" maxlength="23" required
                        aria-describedby=(described("number")) aria-invalid=[invalid("number")] data-group;
                }))
                div.pair {
                    (field("expiry", "Expiry date", "MM/YY", html! {
                        input #expiry name="expiry" inputmode="numeric" autocomplete="cc-exp" maxlength="9" required value=(expiry)
                            aria-describedby=(described("expiry")) aria-invalid=[invalid("expiry")] data-expiry;
                    }))
                    (field("code", "Security code", "3 or 4 digits", html! {
                        input #code name="code" inputmode="numeric" autocomplete="cc-csc" maxlength="4" required
                            aria-describedby=(described("code")) aria-invalid=[invalid("code")];
                    }))
                }
                (field("name", "Name on card", "As printed on the card", html! {
                    input #name name="name" autocomplete="cc-name" maxlength="64" required value=(name)
                        aria-describedby=(described("name")) aria-invalid=[invalid("name")];
                }))
                button.primary type="submit" data-testid="card" { "Review payment" }
            }
        },
    )
}

fn review(view: &View<'_>, card: &HeldCard) -> Response {
    view.respond(
        StatusCode::OK,
        true,
        "Review your payment",
        &html! {
            h1 { "Review your payment" }
            p.amount data-testid="amount" { (view.amount()) }
            dl {
                @if let Some(account) = view.session.variables.get("AccountNumber") {
                    div { dt { "Account" } dd { (masked(account)) } }
                }
                div { dt { "Card" } dd data-testid="card-ending" { (card.brand) " ending in " (card.last_four) } }
            }
            (view.button("pay", "Pay now", "primary"))
            (view.button("edit", "Change card", "secondary"))
        },
    )
}

fn lost_card(view: &View<'_>) -> Response {
    view.respond(
        StatusCode::OK,
        true,
        "Enter your card again",
        &html! {
            h1 { "Please enter your card again" }
            p { "For your safety we did not keep it. Nothing has been charged." }
            (view.button("edit", "Enter card", "primary"))
        },
    )
}

fn result(view: &View<'_>) -> Response {
    let running = view.session.state == state::RUNNING;
    let (title, content) = match (&view.session.reference, running) {
        (Some(reference), _) => (
            "Payment approved",
            html! {
                div.notice role="status" {
                    span.badge.good aria-hidden="true" { "✓" }
                    h1 { "Payment approved" }
                    p.amount data-testid="amount" { (view.amount()) }
                    p { "Reference " strong data-testid="reference" { (reference) } }
                    p.hint { "Thank you. There is nothing left to do here." }
                }
            },
        ),
        (None, true) => (
            "Payment declined",
            html! {
                div.notice role="alert" {
                    span.badge.bad aria-hidden="true" { "×" }
                    h1 { "Payment declined" }
                    p { "Your bank did not approve this card. Nothing has been charged." }
                }
                (view.button("retry", "Try another card", "primary"))
                (view.button("stop", "Stop without paying", "secondary"))
            },
        ),
        (None, false) => (
            "No payment was made",
            html! {
                div.notice role="status" {
                    span.badge.neutral aria-hidden="true" { "–" }
                    h1 { "No payment was made" }
                    p { "Nothing has been charged. There is nothing left to do here." }
                }
            },
        ),
    };
    view.respond(StatusCode::OK, true, title, &content)
}
