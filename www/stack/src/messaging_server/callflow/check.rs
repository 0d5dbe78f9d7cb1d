//! What a callflow must be, beyond its shape: all faults at once, each with its line.

use std::collections::BTreeSet;
use std::fmt;

use cx_speechstorm::core::request::is_token;
use toml::Spanned;

use super::kinds::Kind;
use super::model::{Action, Block, BlockKind, Callflow, Field};
use super::template::{Template, Text};
use super::words::Words;
use crate::chat_server::own_data;

/// Begin of the names of values that come from the interaction.
pub(super) const ATTACHED: &str = "AttachedData.";
/// The value of a card that is held, as far as it may be shown.
pub(super) const CARD: &str = "card";
/// The value of a reference that was made.
pub(super) const REFERENCE: &str = "reference";

/// A fault of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong, in words.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

/// Reads a callflow.
///
/// # Errors
/// What is wrong with it, by line. A file that is no TOML or has a wrong name or type has this one fault.
pub fn parse(text: &str) -> Result<Callflow, Vec<Fault>> {
    let flow: Callflow = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        vec![Fault { line: line_of(text, at), what: error.message().trim().to_owned() }]
    })?;
    let mut check = Check { text, flow: &flow, faults: BTreeSet::new() };
    check.application();
    check.start();
    for block in &flow.blocks {
        check.block(block);
    }
    check.ways();
    let faults: Vec<Fault> = check.faults.into_iter().collect();
    if faults.is_empty() { Ok(flow) } else { Err(faults) }
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

struct Check<'a> {
    text: &'a str,
    flow: &'a Callflow,
    faults: BTreeSet<Fault>,
}

impl<'a> Check<'a> {
    fn fault(&mut self, at: usize, what: impl Into<String>) {
        self.faults.insert(Fault { line: line_of(self.text, at), what: what.into() });
    }

    /// Where the table of the application begins: its simple values have no place of their own.
    fn head(&self) -> usize {
        self.text.find("[application]").unwrap_or(0)
    }

    fn blocks(&self) -> impl Iterator<Item = &'a Block> + use<'a> {
        self.flow.blocks.iter().map(Spanned::get_ref)
    }

    fn fields(&self) -> impl Iterator<Item = (&'a Block, &'a Field)> + use<'a> {
        self.blocks().flat_map(|block| block.fields.iter().map(move |field| (block, field)))
    }

    fn application(&mut self) {
        let (app, at) = (&self.flow.application, self.head());
        for token in app.tokens() {
            if !is_token(token) {
                self.fault(at, format!("{token:?} is no token: 1 to 64 of A-Z a-z 0-9 _ + -"));
            }
        }
        if app.test_token == app.production_token {
            self.fault(at, "test and production have the same token");
        }
        if !app.name.chars().any(|c| c.is_ascii_alphanumeric()) {
            self.fault(at, "the name has no letter");
        }
        if app.languages.is_empty() {
            self.fault(at, "no languages");
        }
        for language in app.languages.iter().filter(|language| Words::of(language).is_none()) {
            self.fault(at, format!("language {language:?} is not one of {}", Words::LANGUAGES.join(", ")));
        }
        self.words(&app.title, at, "title");
        if let Some(agent) = &app.agent {
            self.leads(agent);
            if self.flow.block(agent.get_ref()).is_some_and(|block| block.kind != BlockKind::Agent) {
                self.fault(agent.span().start, format!("{:?} is not of kind agent", agent.get_ref()));
            }
        }
        for step in &app.steps {
            if !self.blocks().any(|block| block.kind != BlockKind::Data && block.step() == step) {
                self.fault(at, format!("no block belongs to step {step:?}"));
            }
        }
        for (step, label) in &app.step_labels {
            let at = label.span().start;
            if !app.steps.contains(step) {
                self.fault(at, format!("{step:?} is not among the steps"));
            }
            self.words(label.get_ref(), at, step);
        }
    }

    fn start(&mut self) {
        let start = &self.flow.start;
        self.leads(&start.next);
        let first = self.flow.block(start.next.get_ref());
        if first.is_some_and(|block| block.kind == BlockKind::Data || block.kind.is_last()) {
            self.fault(start.next.span().start, "the first block must be a page that leads on");
        }
        for (name, variable) in &start.variables {
            if !variable.get_ref().kind.is_variable() {
                self.fault(variable.span().start, format!("{name}: not a type of a variable"));
            }
            if variable.get_ref().kind == Kind::Choice && variable.get_ref().options.is_empty() {
                self.fault(variable.span().start, format!("{name}: a choice needs options"));
            }
            for option in &variable.get_ref().options {
                self.words(&option.label, variable.span().start, name);
            }
        }
        for (key, template) in &start.attach {
            self.attached(key, template);
        }
    }

    fn block(&mut self, spanned: &'a Spanned<Block>) {
        let (block, at) = (spanned.get_ref(), spanned.get_ref().id.span().start);
        let id = block.id.get_ref();
        if self.blocks().filter(|other| other.id.get_ref() == id).count() > 1 {
            self.fault(at, format!("there are two blocks {id:?}"));
        }
        let stepped = !matches!(block.kind, BlockKind::Data | BlockKind::Agent);
        if stepped && !self.flow.application.steps.iter().any(|step| step == block.step()) {
            let at = block.step.as_ref().map_or(at, |step| step.span().start);
            self.fault(at, format!("step {:?} is not among the application's steps", block.step()));
        }
        for problem in shape(block) {
            self.fault(at, format!("{id}: {problem}"));
        }
        for text in [&block.heading, &block.text, &block.note, &block.help].into_iter().flatten() {
            self.words(text, at, id);
        }
        if let Some(amount) = &block.amount {
            self.values(amount, at);
        }
        for fact in &block.facts {
            self.words(&fact.label, at, id);
            self.values(fact.value.get_ref(), fact.value.span().start);
        }
        if let Some(lost) = &block.lost {
            for text in [&lost.heading, &lost.text, &lost.label] {
                self.words(text, at, id);
            }
        }
        if let Some(link) = &block.link {
            self.words(&link.label, at, id);
            let href = link.href.get_ref();
            if !href.starts_with("https://") && !href.starts_with("tel:+") {
                self.fault(link.href.span().start, "a link leads to https:// or tel:+");
            }
        }
        for choice in &block.choices {
            self.words(&choice.label, at, id);
            self.leads(&choice.next);
            if block.choices.iter().filter(|other| other.id == choice.id).count() > 1 {
                self.fault(at, format!("{id}: there are two choices {:?}", choice.id));
            }
        }
        for field in &block.fields {
            self.field(block, field);
        }
        let attached = block.choices.iter().flat_map(|choice| &choice.attach);
        let attached = attached.chain(block.outcomes.iter().flat_map(|outcome| &outcome.attach));
        for (key, template) in attached.chain(&block.attach) {
            self.attached(key, template);
        }
        self.data(block, at);
    }

    fn data(&mut self, block: &'a Block, at: usize) {
        for outcome in &block.outcomes {
            self.leads(&outcome.next);
        }
        if let Some(needs) = &block.needs {
            self.leads(needs);
            if self.flow.block(needs.get_ref()).is_some_and(|block| block.kind != BlockKind::Secure) {
                self.fault(needs.span().start, format!("{:?} is no secure entry", needs.get_ref()));
            }
        }
        let (wanted, has): (&[&str], _) = match &block.action {
            Some(Action::Charge { .. }) => (&["approved", "declined", "exhausted"], block.needs.is_some()),
            Some(Action::Identify { table, key, .. }) => {
                if !self.flow.table.contains_key(table) {
                    self.fault(at, format!("there is no table {table:?}"));
                }
                if !self.flow.start.variables.contains_key(key) {
                    self.fault(at, format!("there is no variable {key:?}"));
                }
                (&["identified", "refused", "exhausted"], block.needs.is_some())
            }
            Some(Action::Refer { .. }) => (&["done"], true),
            Some(Action::Branch { value }) => {
                self.value(value, at);
                (&["otherwise"], true)
            }
            None => (&[], true),
        };
        if !has {
            self.fault(at, format!("{}: its action needs a secure entry", block.id.get_ref()));
        }
        for name in wanted {
            if !block.outcomes.iter().any(|outcome| outcome.on.get_ref() == name) {
                self.fault(at, format!("{}: outcome {name:?} leads nowhere", block.id.get_ref()));
            }
        }
        if !matches!(block.action, Some(Action::Branch { .. })) {
            for on in block.outcomes.iter().map(|outcome| &outcome.on) {
                if !wanted.contains(&on.get_ref().as_str()) {
                    self.fault(on.span().start, format!("{:?} never comes of it", on.get_ref()));
                }
            }
        }
    }

    fn field(&mut self, block: &Block, field: &'a Field) {
        let (id, at) = (field.id.get_ref(), field.id.span().start);
        let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') && !id.is_empty();
        if !plain || ["step", "nonce", CARD, REFERENCE].contains(&id.as_str()) {
            self.fault(at, format!("{id:?} cannot be the name of a field"));
        }
        let twice = self.fields().filter(|(_, other)| other.id.get_ref() == id).count() > 1;
        if twice || self.flow.start.variables.contains_key(id) {
            self.fault(at, format!("{id:?} is there twice"));
        }
        let secure = block.kind == BlockKind::Secure;
        if (secure && !field.kind.is_secure()) || (!secure && field.kind.is_card()) {
            let place = if secure { "in" } else { "outside" };
            self.fault(at, format!("{id}: a field of this type cannot stand {place} a secure entry"));
        }
        if field.kind == Kind::Choice && field.options.len() < 2 {
            self.fault(at, format!("{id}: a choice needs two options"));
        }
        self.words(&field.label, at, id);
        let ends = field.ends.iter().flatten();
        for text in field.hint.iter().chain(field.options.iter().map(|option| &option.label)).chain(ends) {
            self.words(text, at, id);
        }
        if let Some(value) = &field.value {
            self.values(value.get_ref(), value.span().start);
        }
    }

    fn attached(&mut self, key: &str, template: &'a Spanned<Template>) {
        let at = template.span().start;
        if own_data::is_own(key) {
            self.fault(at, format!("{key} is the Chat Server's to write"));
        }
        self.values(template.get_ref(), at);
    }

    fn leads(&mut self, next: &Spanned<String>) {
        if self.flow.block(next.get_ref()).is_none() {
            self.fault(next.span().start, format!("there is no block {:?}", next.get_ref()));
        }
    }

    /// A text is there in all languages, and its values exist.
    fn words(&mut self, text: &Text, at: usize, of: &str) {
        for language in &self.flow.application.languages {
            if !text.speaks(language) {
                self.fault(at, format!("{of}: a text is missing in {language}"));
            }
        }
        for template in text.templates() {
            self.values(template, at);
        }
    }

    fn values(&mut self, template: &Template, at: usize) {
        for name in template.names() {
            self.value(name, at);
        }
    }

    fn value(&mut self, name: &str, at: usize) {
        let field = self.fields().find(|(_, field)| field.id.get_ref() == name);
        if field.is_some_and(|(block, _)| block.kind == BlockKind::Secure) {
            self.fault(at, format!("{name} is a secure entry: it cannot be shown, attached or followed"));
        }
        let known = field.is_some()
            || self.flow.start.variables.contains_key(name)
            || name.starts_with(ATTACHED)
            || [CARD, REFERENCE].contains(&name);
        if !known {
            self.fault(at, format!("there is no value {name:?}"));
        }
    }

    /// Every block can be reached, and every way comes to a page.
    fn ways(&mut self) {
        let flow = self.flow;
        let mut reached = BTreeSet::new();
        let mut open: Vec<&str> = vec![flow.start.next.get_ref()];
        open.extend(flow.application.agent.iter().map(|agent| agent.get_ref().as_str()));
        while let Some(block) = open.pop().and_then(|id| flow.block(id)) {
            if reached.insert(block.id.get_ref().as_str()) {
                open.extend(ways_of(block).filter(|id| flow.block(id).is_some()));
            }
        }
        for block in self.blocks().filter(|block| !reached.contains(block.id.get_ref().as_str())) {
            self.fault(block.id.span().start, format!("nothing leads to block {:?}", block.id.get_ref()));
        }
        if !self.blocks().any(|block| block.kind.is_last() && reached.contains(block.id.get_ref().as_str())) {
            self.fault(self.head(), "it has no end");
        }
        for block in self.blocks().filter(|block| block.kind == BlockKind::Data) {
            let mut seen = BTreeSet::new();
            let mut open: Vec<&str> = ways_of(block).collect();
            while let Some(next) = open.pop().and_then(|id| flow.block(id)) {
                if next.kind == BlockKind::Data && seen.insert(next.id.get_ref().as_str()) {
                    open.extend(ways_of(next));
                }
            }
            if seen.contains(block.id.get_ref().as_str()) {
                self.fault(
                    block.id.span().start,
                    format!("{:?} comes back to itself without a page", block.id.get_ref()),
                );
            }
        }
    }
}

fn ways_of(block: &Block) -> impl Iterator<Item = &str> {
    let choices = block.choices.iter().map(|choice| choice.next.get_ref().as_str());
    choices.chain(block.outcomes.iter().map(|outcome| outcome.next.get_ref().as_str()))
}

/// What a block of its kind must have and must not.
fn shape(block: &Block) -> Vec<&'static str> {
    let kind = block.kind;
    let shown = kind != BlockKind::Data;
    [
        (shown && block.heading.is_none(), "a page needs a heading"),
        (!shown && (block.heading.is_some() || block.text.is_some()), "a data block shows nothing"),
        (!shown && block.action.is_none(), "a data block needs an action"),
        (shown && (block.action.is_some() || !block.outcomes.is_empty()), "only a data block acts"),
        (kind.has_fields() && block.fields.is_empty(), "it has nothing to fill in"),
        (!kind.has_fields() && !block.fields.is_empty(), "fields belong to question and secure"),
        ((kind.is_last() || !shown) && !block.choices.is_empty(), "nothing can be chosen there"),
        (shown && !kind.is_last() && block.choices.is_empty(), "nothing leads on"),
        (kind == BlockKind::Message && block.choices.len() > 1, "a message has one choice; use a menu"),
        (kind == BlockKind::Menu && block.choices.len() < 2, "a menu has at least two choices"),
        ((kind == BlockKind::Link) != block.link.is_some(), "a link block, and no other, has a link"),
        (kind == BlockKind::Secure && block.lost.is_none(), "a secure entry needs the words for when it is lost"),
        (!kind.is_last() && !block.attach.is_empty(), "only a last block attaches by itself"),
    ]
    .into_iter()
    .filter_map(|(wrong, what)| wrong.then_some(what))
    .collect()
}
