//! The shape of a callflow file. Names in the file are those of the fields here, with hyphens.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Deserialize;
use toml::Spanned;

use super::kinds::Kind;
use super::template::{Template, Text};

/// A callflow: one application.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Callflow {
    /// The application.
    pub application: Application,
    /// The Start block.
    pub start: Start,
    /// Rows that [`Action::Identify`] looks in: the make-believe directory of a demo.
    #[serde(default)]
    pub table: BTreeMap<String, Vec<BTreeMap<String, String>>>,
    /// The blocks.
    #[serde(rename = "block")]
    pub blocks: Vec<Spanned<Block>>,
}

/// What the vendor's *Application Details* tab shows, and what all pages have in common.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Application {
    /// Name shown to agents; its letters and digits are in the key of the state, `MicroApp_NAME_State`.
    pub name: String,
    /// Token of the test version.
    pub test_token: String,
    /// Token of the production version.
    pub production_token: String,
    /// Languages of its texts; the first is spoken where the customer's is not among them.
    pub languages: Vec<String>,
    /// What stands above every page.
    pub title: Text,
    /// The steps in order, by the names that agents read.
    pub steps: Vec<String>,
    /// What customers read instead of these names.
    #[serde(default)]
    pub step_labels: BTreeMap<String, Spanned<Text>>,
    /// Block that every page offers as a way to the agent.
    #[serde(default)]
    pub agent: Option<Spanned<String>>,
}

impl Application {
    /// Both tokens.
    pub fn tokens(&self) -> [&str; 2] {
        [&self.test_token, &self.production_token]
    }
}

/// The key of attached data that says how far an application is.
pub fn state_key(application: &str) -> String {
    let mut key = String::from("MicroApp_");
    key.extend(application.chars().filter(char::is_ascii_alphanumeric));
    let _ = write!(key, "_State");
    key
}

/// The Start block.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Start {
    /// First block.
    pub next: Spanned<String>,
    /// Attached data that says it has begun.
    #[serde(default)]
    pub attach: BTreeMap<String, Spanned<Template>>,
    /// The only parameters a request can set.
    #[serde(default)]
    pub variables: BTreeMap<String, Spanned<Variable>>,
}

/// A variable of the Start block.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Variable {
    /// What it may hold.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Whether a request without it is refused.
    #[serde(default)]
    pub required: bool,
    /// Longest value in characters; 128 unless told otherwise.
    #[serde(default)]
    pub most: Option<usize>,
    /// The values of a [`Kind::Choice`], with what the customer reads for them.
    #[serde(default)]
    pub options: Vec<Item>,
}

/// Kinds of blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlockKind {
    /// Something to read.
    Message,
    /// Something to choose.
    Menu,
    /// Something to answer; the answers are kept and may be shown and attached.
    Question,
    /// Something secret to enter: held in memory until it is used, never shown, stored or attached.
    Secure,
    /// The way to the agent; ends it.
    Agent,
    /// A page elsewhere, or a number to dial.
    Link,
    /// Nothing to see: decides, and attaches data.
    Data,
    /// The end.
    End,
}

impl BlockKind {
    /// Whether a session is over once it is there.
    pub fn is_last(self) -> bool {
        matches!(self, Self::End | Self::Agent)
    }

    /// Whether it has fields to fill in.
    pub fn has_fields(self) -> bool {
        matches!(self, Self::Question | Self::Secure)
    }
}

/// A block.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Block {
    /// Its name in `next`.
    pub id: Spanned<String>,
    /// What it is.
    pub kind: BlockKind,
    /// Which step it belongs to; its id unless told otherwise. Several blocks may be one step.
    #[serde(default)]
    pub step: Option<Spanned<String>>,
    /// Heading.
    #[serde(default)]
    pub heading: Option<Text>,
    /// Paragraph below the heading.
    #[serde(default)]
    pub text: Option<Text>,
    /// Small print.
    #[serde(default)]
    pub note: Option<Text>,
    /// What stands behind the question mark.
    #[serde(default)]
    pub help: Option<Text>,
    /// A large amount.
    #[serde(default)]
    pub amount: Option<Template>,
    /// The sign above the heading.
    #[serde(default)]
    pub badge: Option<Badge>,
    /// A list of what is known; lines whose values are not there are left out.
    #[serde(default)]
    pub facts: Vec<Fact>,
    /// What to fill in.
    #[serde(default)]
    pub fields: Vec<Field>,
    /// The buttons.
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// Where a [`BlockKind::Link`] leads.
    #[serde(default)]
    pub link: Option<Link>,
    /// Secure entry that must still be held here; without it the customer is asked again.
    #[serde(default)]
    pub needs: Option<Spanned<String>>,
    /// What the customer reads when a secure entry was lost in a restart.
    #[serde(default)]
    pub lost: Option<Lost>,
    /// What a [`BlockKind::Data`] does.
    #[serde(default)]
    pub action: Option<Action>,
    /// What comes of it.
    #[serde(default)]
    pub outcomes: Vec<Outcome>,
    /// Data to attach when a last block is reached.
    #[serde(default)]
    pub attach: BTreeMap<String, Spanned<Template>>,
}

impl Block {
    /// The step it belongs to.
    pub fn step(&self) -> &str {
        self.step.as_ref().unwrap_or(&self.id).get_ref()
    }
}

/// Signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Badge {
    /// It worked.
    Good,
    /// It did not.
    Bad,
    /// Neither.
    Neutral,
    /// The agent goes on.
    Agent,
}

/// A line of facts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Fact {
    /// For tests: `data-testid`.
    #[serde(default)]
    pub id: Option<String>,
    /// What it is.
    pub label: Text,
    /// Its value.
    pub value: Spanned<Template>,
}

/// A field.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Field {
    /// Name of the answer, and id of the element.
    pub id: Spanned<String>,
    /// What may be entered.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Its label.
    pub label: Text,
    /// What helps to fill it in.
    #[serde(default)]
    pub hint: Option<Text>,
    /// Whether it may be left empty.
    #[serde(default)]
    pub optional: bool,
    /// Longest entry in characters, highest number of a scale; by its type unless told otherwise.
    #[serde(default)]
    pub most: Option<usize>,
    /// Exact number of digits of [`Kind::Digits`].
    #[serde(default)]
    pub length: Option<usize>,
    /// What stands there at first.
    #[serde(default)]
    pub value: Option<Spanned<Template>>,
    /// The browser's hint for filling it in; by its type unless told otherwise.
    #[serde(default)]
    pub autocomplete: Option<String>,
    /// Whether it shares a row with the next one of these.
    #[serde(default)]
    pub half: bool,
    /// What can be chosen.
    #[serde(default)]
    pub options: Vec<Item>,
    /// Words at the low and the high end of a scale.
    #[serde(default)]
    pub ends: Option<[Text; 2]>,
}

/// One of the options of a field or variable.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Item {
    /// The answer.
    pub value: String,
    /// What the customer reads.
    pub label: Text,
}

/// A button.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Choice {
    /// Name of the choice, and `data-testid`.
    pub id: String,
    /// What stands on it.
    pub label: Text,
    /// Where it leads.
    pub next: Spanned<String>,
    /// Whether the fields of the block need not be filled in for it.
    #[serde(default)]
    pub skip: bool,
    /// Data to attach on the way.
    #[serde(default)]
    pub attach: BTreeMap<String, Spanned<Template>>,
}

/// A way out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Link {
    /// `https:` or `tel:`.
    pub href: Spanned<String>,
    /// What stands on it.
    pub label: Text,
}

/// Words for a lost secure entry.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Lost {
    /// Heading.
    pub heading: Text,
    /// Explanation.
    pub text: Text,
    /// What stands on the button.
    pub label: Text,
}

/// What a data block does; each names its outcomes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Action {
    /// Has the make-believe bank charge the card that the block needs: `approved`, `declined`, or `exhausted` when it was
    /// declined `attempts` times. An approval has a reference.
    Charge {
        /// Tries there are.
        attempts: u32,
        /// First letters of the reference.
        prefix: String,
    },
    /// Looks for the row of `table` whose column `key` is the value of that variable, and compares the secure entry that the
    /// block needs with its other columns: `identified`, `refused`, or `exhausted`.
    Identify {
        /// Name of the table.
        table: String,
        /// Column, and variable of the Start block.
        key: String,
        /// Tries there are.
        attempts: u32,
    },
    /// Makes a reference: `done`.
    Refer {
        /// First letters of the reference.
        prefix: String,
    },
    /// Follows a value: the outcome that is called like it, else `otherwise`.
    Branch {
        /// Name of the value.
        value: String,
    },
}

/// What can come of a data block.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Outcome {
    /// Its name.
    pub on: Spanned<String>,
    /// Where it leads.
    pub next: Spanned<String>,
    /// Data to attach on the way.
    #[serde(default)]
    pub attach: BTreeMap<String, Spanned<Template>>,
}

impl Callflow {
    /// The block of this id.
    pub fn block(&self, id: &str) -> Option<&Block> {
        self.blocks.iter().map(Spanned::get_ref).find(|block| block.id.get_ref() == id)
    }

    /// The block a stored session is at; one that the file no longer has is found by its step.
    pub fn block_at(&self, id: &str, step: &str) -> Option<&Block> {
        self.block(id).or_else(|| self.blocks.iter().map(Spanned::get_ref).find(|block| block.step() == step))
    }

    /// The language of the application that this one comes closest to: `de` for `de-AT`.
    pub fn language(&self, wanted: &str) -> Option<&str> {
        let primary = wanted.split(['-', '_']).next().unwrap_or_default();
        self.application.languages.iter().map(String::as_str).find(|known| known.eq_ignore_ascii_case(primary))
    }

    /// The first language of an `Accept-Language` header that the application speaks; else its own first.
    pub fn negotiate(&self, header: &str) -> &str {
        let first = self.application.languages.first().map_or("en", String::as_str);
        header
            .split(',')
            .find_map(|part| self.language(part.split(';').next().unwrap_or_default().trim()))
            .unwrap_or(first)
    }
}
