//! Pieces of pages: texts with their values, fields, buttons.

use maud::{Markup, html};

use super::check::CARD;
use super::entry::{Entered, Lacks};
use super::kinds::{Kind, date};
use super::model::{Block, BlockKind, Callflow, Choice, Field};
use super::run::Values;
use super::template::{Format, Part, Template, Text, masked, money};
use super::words::Words;

/// What texts are drawn with.
pub(super) struct Pen<'a> {
    /// The callflow.
    pub(super) flow: &'a Callflow,
    /// The values.
    pub(super) values: Values<'a>,
    /// The language, one of the callflow's.
    pub(super) language: &'a str,
    /// What all callflows say.
    pub(super) words: &'static Words,
}

impl Pen<'_> {
    /// A text in the customer's language, if its values are there.
    pub(super) fn text(&self, text: &Text) -> Option<Markup> {
        text.get(self.language, &|name| self.values.get(name)).map(|template| self.template(template))
    }

    /// The same as plain text.
    pub(super) fn plain(&self, text: &Text) -> String {
        let value = |name: &str| self.values.get(name);
        text.get(self.language, &value).map(|template| template.plain(&value)).unwrap_or_default()
    }

    /// What the customer reads for a step.
    pub(super) fn step(&self, name: &str) -> String {
        let label = self.flow.application.step_labels.get(name);
        label.map_or_else(|| name.to_owned(), |label| self.plain(label.get_ref()))
    }

    /// A template, if its values are there.
    pub(super) fn complete(&self, template: &Template) -> Option<Markup> {
        template.is_complete(&|name| self.values.get(name)).then(|| self.template(template))
    }

    fn template(&self, template: &Template) -> Markup {
        html! {
            @for part in &template.0 {
                @match part {
                    Part::Words(words) => (words),
                    Part::Value(name, format) => (self.value(name, *format)),
                }
            }
        }
    }

    fn value(&self, name: &str, format: Format) -> Markup {
        let value = self.values.get(name).unwrap_or_default();
        let value = value.trim();
        match format {
            Format::Money => match money(value) {
                Some((currency, number)) => html! {
                    span data-currency=(currency) data-value=(number) { span.currency { (currency) } " " (number) }
                },
                None => html! { (value) },
            },
            Format::Date if date(value).is_some() => html! { time datetime=(value) data-date { (value) } },
            Format::Masked => html! { bdi { (masked(value)) } },
            Format::Label => html! { (self.label_of(name, value)) },
            // What others wrote may run the other way than the words around it; what is said of a card is ours.
            _ if self.words.from_right && name != CARD => html! { bdi { (value) } },
            _ => html! { (value) },
        }
    }

    /// What the customer reads for an answer that was chosen.
    fn label_of(&self, name: &str, value: &str) -> String {
        let fields = self.flow.blocks.iter().flat_map(|block| &block.get_ref().fields);
        let options = fields.filter(|field| field.id.get_ref() == name).flat_map(|field| &field.options);
        let variable = self.flow.start.variables.get(name).into_iter().flat_map(|variable| &variable.get_ref().options);
        options
            .chain(variable)
            .find(|option| option.value == value)
            .map_or_else(|| value.to_owned(), |option| self.plain(&option.label))
    }
}

/// A form's page: its block and what it was filled in with.
pub(super) struct Form<'a> {
    /// The block.
    pub(super) block: &'a Block,
    /// What it lacks.
    pub(super) lacks: &'a Lacks,
    /// What was entered.
    pub(super) entered: Option<&'a Entered>,
}

impl Form<'_> {
    /// What to do about a field.
    pub(super) fn advice(&self, pen: &Pen<'_>, field: &Field) -> Option<String> {
        let lack = self.lacks.iter().find(|(name, _)| name == field.id.get_ref())?.1;
        Some(pen.words.advice(lack, &pen.plain(&field.label)))
    }

    /// What stands in a field: what was entered, what was answered before, what the file says.
    fn filled(&self, pen: &Pen<'_>, field: &Field) -> String {
        if let Some(entered) = self.entered {
            return entered.echo(self.block, field).to_owned();
        }
        if self.block.kind == BlockKind::Secure {
            return String::new();
        }
        let value = |name: &str| pen.values.get(name);
        let answered = pen.values.get(field.id.get_ref());
        answered.or_else(|| field.value.as_ref().map(|value_of| value_of.get_ref().plain(&value))).unwrap_or_default()
    }

    /// All fields; those that share a row in one.
    pub(super) fn fields(&self, pen: &Pen<'_>) -> Markup {
        let rows = self.block.fields.chunk_by(|one, other| one.half && other.half);
        html! {
            @for row in rows {
                @if row.len() > 1 { div.pair { @for field in row { (self.field(pen, field)) } } }
                @else { @for field in row { (self.field(pen, field)) } }
            }
        }
    }

    fn field(&self, pen: &Pen<'_>, field: &Field) -> Markup {
        let (id, advice) = (field.id.get_ref(), self.advice(pen, field));
        let mut described = Vec::new();
        if field.hint.is_some() {
            described.push(format!("{id}-hint"));
        }
        if advice.is_some() {
            described.push(format!("{id}-fault"));
        }
        let described = (!described.is_empty()).then(|| described.join(" "));
        let invalid = advice.as_ref().map(|_| "true");
        let label = html! {
            (pen.plain(&field.label)) @if field.optional { " " span.optional { "(" (pen.words.optional) ")" } }
        };
        let around = html! {
            @if let Some(hint) = field.hint.as_ref().and_then(|hint| pen.text(hint)) {
                p.hint id={ (id) "-hint" } { (hint) }
            }
            @if let Some(advice) = &advice { p.fault id={ (id) "-fault" } { (advice) } }
        };
        let filled = self.filled(pen, field);
        if let Some(options) = options(pen, field) {
            return html! {
                fieldset.field.faulty[advice.is_some()] aria-describedby=[described.as_deref()] {
                    legend { (label) }
                    (around)
                    div.options.scale[field.kind == Kind::Scale] {
                        @for (at, (value, words)) in options.iter().enumerate() {
                            label.option {
                                // The summary's link leads to the first one.
                                input type="radio" name=(id) value=(value) checked[*value == filled] required[!field.optional]
                                    id=[(at == 0).then_some(id)] aria-invalid=[invalid];
                                span {
                                    (words)
                                    // Who cannot see the words at both ends hears them with their numbers.
                                    @if let Some(end) = end_of(field, at, options.len()) {
                                        span.visually-hidden { ", " (pen.plain(end)) }
                                    }
                                }
                            }
                        }
                    }
                    @if let Some([low, high]) = &field.ends {
                        div.ends aria-hidden="true" { span { (pen.plain(low)) } span { (pen.plain(high)) } }
                    }
                }
            };
        }
        if field.kind == Kind::Agree {
            return html! {
                div.field.faulty[advice.is_some()] {
                    (around)
                    label.option.agree {
                        input id=(id) type="checkbox" name=(id) value="yes" checked[filled == "yes"] required
                            aria-describedby=[described.as_deref()] aria-invalid=[invalid];
                        span { (label) }
                    }
                }
            };
        }
        let kind = Control::of(field);
        html! {
            div.field.faulty[advice.is_some()] {
                label for=(id) { (label) }
                (around)
                @if field.kind == Kind::Lines {
                    textarea id=(id) name=(id) rows="4" maxlength=(kind.most) required[!field.optional]
                        aria-describedby=[described.as_deref()] aria-invalid=[invalid] { (filled) }
                } @else {
                    input id=(id) name=(id) type=(kind.input) inputmode=[kind.mode] maxlength=(kind.most)
                        autocomplete=[field.autocomplete.as_deref().or(kind.autocomplete)] required[!field.optional]
                        value=[(!filled.is_empty()).then_some(filled)] dir=[kind.from_left.then_some("ltr")]
                        aria-describedby=[described.as_deref()] aria-invalid=[invalid]
                        data-group[field.kind == Kind::CardNumber] data-expiry[field.kind == Kind::CardExpiry];
                }
            }
        }
    }
}

/// The values of a field that is chosen from, with their words.
fn options(pen: &Pen<'_>, field: &Field) -> Option<Vec<(String, String)>> {
    match field.kind {
        Kind::Choice => {
            Some(field.options.iter().map(|option| (option.value.clone(), pen.plain(&option.label))).collect())
        }
        Kind::Scale => {
            let top = field.most.unwrap_or(5);
            Some((1..=top).map(|number| (number.to_string(), number.to_string())).collect())
        }
        _ => None,
    }
}

/// The words at this place of a scale, if it is one of its ends.
fn end_of(field: &Field, at: usize, of: usize) -> Option<&Text> {
    let [low, high] = field.ends.as_ref()?;
    if at == 0 { Some(low) } else { (at + 1 == of).then_some(high) }
}

/// How a type of field looks to the browser.
struct Control {
    input: &'static str,
    mode: Option<&'static str>,
    autocomplete: Option<&'static str>,
    most: usize,
    from_left: bool,
}

impl Control {
    fn of(field: &Field) -> Self {
        let control = |input, mode, autocomplete, most, from_left| Self { input, mode, autocomplete, most, from_left };
        let numeric = Some("numeric");
        let most = field.most.unwrap_or(128);
        match field.kind {
            Kind::Email => control("email", None, Some("email"), most, true),
            Kind::Phone => control("tel", None, Some("tel"), 24, true),
            Kind::Postcode => control("text", None, Some("postal-code"), 10, true),
            Kind::Number => control("text", numeric, Some("off"), 9, true),
            Kind::Date | Kind::FutureDate => control("date", None, Some("off"), 10, false),
            Kind::BirthDate => control("date", None, Some("bday"), 10, false),
            // Shown as dots: others may look on while it is typed.
            Kind::Digits => control("password", numeric, Some("off"), field.length.unwrap_or(6), true),
            Kind::CardNumber => control("text", numeric, Some("cc-number"), 23, true),
            Kind::CardExpiry => control("text", numeric, Some("cc-exp"), 9, true),
            Kind::CardCode => control("text", numeric, Some("cc-csc"), 4, true),
            Kind::CardName => control("text", None, Some("cc-name"), 64, false),
            _ => control("text", None, None, most, false),
        }
    }
}

/// A button that does one step.
pub(super) fn button(pen: &Pen<'_>, choice: &Choice, class: &str) -> Markup {
    html! { button class=(class) type="submit" data-testid=(choice.id) { (pen.plain(&choice.label)) } }
}
