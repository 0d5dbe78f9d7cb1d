//! The pages of callflows.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::entry::{Entered, Lacks};
use super::model::{Badge, Block, BlockKind, Callflow, Lost};
use super::parts::{Form, Pen, button};
use super::run::{AGAIN, AGENT, Values, card_of, lost};
use super::words::Words;
use crate::messaging_server::pages::{Frame, Signals, Voice, session_page};
use crate::messaging_server::sessions::Memory;
use crate::messaging_server::{SESSION, of_session};
use crate::store::MicroAppRow;

/// What a page is drawn from.
pub(in super::super) struct View<'a> {
    /// The callflow.
    pub(in super::super) flow: &'a Callflow,
    /// The session.
    pub(in super::super) session: &'a MicroAppRow,
    /// Nonce of its forms.
    pub(in super::super) nonce: &'a str,
    /// How the page speaks.
    pub(in super::super) voice: Voice,
}

/// The page of the block the customer is at; `faulty` is a form that lacks something.
pub(in super::super) fn page(view: &View<'_>, memory: &Memory, faulty: Option<(&Lacks, &Entered)>) -> Option<Response> {
    let (flow, session) = (view.flow, view.session);
    let block = flow.block_at(&session.node, &session.block)?;
    let language = flow.language(&session.language).unwrap_or_else(|| flow.negotiate(""));
    let pen =
        Pen { flow, values: Values { session, card: card_of(memory) }, language, words: Words::or_english(language) };
    let draw = Draw { view, pen, block };
    let (heading, content) = match lost(flow, memory, block).and_then(|entry| entry.lost.as_ref()) {
        Some(words) if !block.kind.is_last() => draw.lost(words),
        _ => draw.block(faulty),
    };
    // The first page bears the application's name, which is what the window around it is called then.
    let title = match faulty {
        Some(_) => format!("{}: {heading}", draw.pen.words.check_title),
        None if block.id.get_ref() == flow.start.next.get_ref() => draw.pen.plain(&flow.application.title),
        None => heading,
    };
    let steps: Vec<String> = flow.application.steps.iter().map(|step| draw.pen.step(step)).collect();
    let signals = Signals {
        domain: &session.domain,
        session: &session.id,
        block: faulty.is_none().then_some(session.block.as_str()),
        steps: (&steps, draw.place()),
        last: block.kind.is_last(),
        voice: view.voice,
    };
    let frame = Frame {
        title: &title,
        language,
        from_right: draw.pen.words.from_right,
        languages: &flow.application.languages.join(" "),
    };
    let status = if faulty.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Some(session_page(status, &frame, &signals, &html! { (draw.header()) (content) (draw.footer()) }))
}

struct Draw<'a> {
    view: &'a View<'a>,
    pen: Pen<'a>,
    block: &'a Block,
}

impl Draw<'_> {
    fn place(&self) -> usize {
        let steps = &self.view.flow.application.steps;
        // The way to the agent is no step of its own: it ends where the customer was.
        steps.iter().position(|name| *name == self.view.session.block).unwrap_or(steps.len().saturating_sub(1))
    }

    fn header(&self) -> Markup {
        let (at, steps) = (self.place(), &self.view.flow.application.steps);
        html! {
            header {
                p.brand { span.lock aria-hidden="true" {} (self.pen.plain(&self.view.flow.application.title)) }
                @if steps.len() > 1 {
                    p.visually-hidden { (self.pen.words.step(at + 1, steps.len(), &self.pen.step(&self.view.session.block))) }
                    ol.steps aria-hidden="true" {
                        @for place in 0..steps.len() { li.done[place < at].now[place == at] {} }
                    }
                }
            }
        }
    }

    fn form(&self, content: &Markup) -> Markup {
        html! {
            form method="post" action=(of_session(SESSION, &self.view.session.id)) novalidate { (content) }
        }
    }

    fn hidden(&self, step: &str) -> Markup {
        html! {
            input type="hidden" name="step" value=(step);
            input type="hidden" name="nonce" value=(self.view.nonce);
        }
    }

    fn lost(&self, words: &Lost) -> (String, Markup) {
        let heading = self.pen.plain(&words.heading);
        let content = html! {
            h1 { (heading) }
            p { (self.pen.plain(&words.text)) }
            (self.form(&html! {
                (self.hidden(AGAIN))
                button.primary type="submit" data-testid=(AGAIN) { (self.pen.plain(&words.label)) }
            }))
        };
        (heading, content)
    }

    fn block(&self, faulty: Option<(&Lacks, &Entered)>) -> (String, Markup) {
        let (block, pen) = (self.block, &self.pen);
        let heading = block.heading.as_ref().map(|heading| pen.plain(heading)).unwrap_or_default();
        let top = html! {
            @if let Some(badge) = block.badge { (sign(badge)) }
            h1 { (heading) }
            @if let Some(amount) = block.amount.as_ref().and_then(|amount| pen.complete(amount)) {
                p.amount data-testid="amount" { (amount) }
            }
            @if let Some(text) = block.text.as_ref().and_then(|text| pen.text(text)) { p { (text) } }
        };
        // A result is read out as soon as it is there; a bad one at once.
        let role = match block.badge {
            Some(Badge::Bad) => Some("alert"),
            Some(_) => Some("status"),
            None => None,
        };
        let none = Lacks::new();
        let form = Form {
            block,
            lacks: faulty.map_or(&none, |(lacks, _)| lacks),
            entered: faulty.map(|(_, entered)| entered),
        };
        let content = html! {
            (self.summary(&form))
            @if role.is_some() { div.notice role=[role] { (top) } } @else { (top) }
            (self.facts())
            @if let Some(link) = &block.link {
                a.link href=(link.href.get_ref()) target="_blank" rel="noopener noreferrer" data-testid="link" {
                    (pen.plain(&link.label)) span.visually-hidden { " (" (pen.words.new_window) ")" }
                    span.where { (shown(link.href.get_ref())) }
                }
            }
            @if let Some(note) = block.note.as_ref().and_then(|note| pen.text(note)) { p.hint { (note) } }
            @if block.kind.has_fields() { (self.entry(&form)) } @else { (self.choices()) }
        };
        (heading, content)
    }

    fn summary(&self, form: &Form<'_>) -> Markup {
        let words = self.pen.words;
        html! {
            @if !form.lacks.is_empty() {
                div.summary role="alert" tabindex="-1" data-focus {
                    h2 { (if form.lacks.len() == 1 { words.check_one } else { words.check_these }) }
                    ul {
                        @for field in &self.block.fields {
                            @if let Some(advice) = form.advice(&self.pen, field) {
                                li { a href={ "#" (field.id.get_ref()) } { (advice) } }
                            }
                        }
                    }
                }
            }
        }
    }

    fn facts(&self) -> Markup {
        let facts = self.block.facts.iter();
        let facts = facts.filter_map(|fact| Some((fact, self.pen.complete(fact.value.get_ref())?))).collect::<Vec<_>>();
        html! {
            @if !facts.is_empty() {
                dl {
                    @for (fact, value) in facts {
                        div { dt { (self.pen.plain(&fact.label)) } dd data-testid=[fact.id.as_deref()] { (value) } }
                    }
                }
            }
        }
    }

    /// The fields with the choice that sends them; other choices are forms of their own.
    fn entry(&self, form: &Form<'_>) -> Markup {
        let (sends, others): (Vec<_>, Vec<_>) = self.block.choices.iter().partition(|choice| !choice.skip);
        html! {
            @for (at, choice) in sends.iter().enumerate() {
                (self.form(&html! {
                    (self.hidden(&choice.id))
                    @if at == 0 { (form.fields(&self.pen)) }
                    (button(&self.pen, choice, "primary"))
                }))
            }
            @for choice in others {
                (self.form(&html! { (self.hidden(&choice.id)) (button(&self.pen, choice, "secondary")) }))
            }
        }
    }

    fn choices(&self) -> Markup {
        // What has a first answer in mind stresses it; a menu of equals does not.
        let equals = self.block.kind == BlockKind::Menu && self.block.choices.len() > 2;
        html! {
            @for (at, choice) in self.block.choices.iter().enumerate() {
                @let class = if equals { "row" } else if at == 0 { "primary" } else { "secondary" };
                (self.form(&html! { (self.hidden(&choice.id)) (button(&self.pen, choice, class)) }))
            }
        }
    }

    /// Help behind its question mark, and the way to the agent.
    fn footer(&self) -> Markup {
        let words = self.pen.words;
        let agent = self.view.flow.application.agent.as_ref().filter(|_| !self.block.kind.is_last());
        let help = self.block.help.as_ref().and_then(|help| self.pen.text(help));
        html! {
            @if agent.is_some() || help.is_some() {
                footer {
                    @if let Some(help) = help {
                        details data-testid="help" {
                            summary { span.mark aria-hidden="true" { "?" } (words.help) }
                            p { (help) }
                        }
                    }
                    @if agent.is_some() {
                        (self.form(&html! {
                            (self.hidden(AGENT))
                            button.quiet type="submit" data-testid=(AGENT) { (words.agent) }
                        }))
                    }
                }
            }
        }
    }
}

fn sign(badge: Badge) -> Markup {
    let (class, sign) = match badge {
        Badge::Good => ("badge good", "✓"),
        Badge::Bad => ("badge bad", "×"),
        Badge::Neutral => ("badge neutral", "–"),
        Badge::Agent => ("badge neutral", "…"),
    };
    html! { span class=(class) aria-hidden="true" { (sign) } }
}

/// Where a link leads, for people: a frame that may open no window leaves them the address to copy.
fn shown(href: &str) -> &str {
    href.strip_prefix("https://").or_else(|| href.strip_prefix("tel:")).unwrap_or(href)
}
