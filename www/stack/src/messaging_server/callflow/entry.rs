//! Filled-in forms: what was entered, what it lacks, and what is held of secrets.

use std::collections::{BTreeMap, HashMap};

use time::Date;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::kinds::{Kind, Lack, Limits, lack};
use super::model::{Block, BlockKind, Field, Variable};
use crate::messaging_server::card::{self, HeldCard};

/// Longest expiry that is filled in again.
const EXPIRY_MOST: usize = 9;

/// What is held of one secure field. Of a card there is no more than [`HeldCard`].
pub(in super::super) enum HeldValue {
    /// A card.
    Card(HeldCard),
    /// Anything else, until it is compared.
    Secret(Zeroizing<String>),
}

/// A secure entry, in memory only; wiped when it is dropped. No `Debug`.
#[derive(Default)]
pub(in super::super) struct Secure(BTreeMap<String, HeldValue>);

impl Secure {
    /// The card of this entry.
    pub(super) fn card(&self) -> Option<&HeldCard> {
        self.0.values().find_map(|value| match value {
            HeldValue::Card(card) => Some(card),
            HeldValue::Secret(_) => None,
        })
    }

    /// Name and value of everything but cards.
    pub(super) fn secrets(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(name, value)| match value {
            HeldValue::Secret(text) => Some((name.as_str(), text.as_str())),
            HeldValue::Card(_) => None,
        })
    }
}

/// A form as sent, without what belongs to no field. Wiped when dropped; no `Debug`.
#[derive(Default, Zeroize, ZeroizeOnDrop)]
pub(in super::super) struct Entered(Vec<(String, String)>);

impl Entered {
    /// Takes what the fields of a block need out of a form.
    pub(super) fn take(block: &Block, form: &mut HashMap<String, String>) -> Self {
        let mut take = |field: &Field| {
            let name = field.id.get_ref();
            (name.clone(), form.remove(name).unwrap_or_default())
        };
        Self(block.fields.iter().map(&mut take).collect())
    }

    fn get(&self, field: &str) -> &str {
        self.0.iter().find(|(name, _)| name == field).map_or("", |(_, value)| value)
    }

    /// What may be filled in again: never a number, a code or a secret.
    pub(super) fn echo(&self, block: &Block, field: &Field) -> &str {
        let value = self.get(field.id.get_ref());
        let may = match field.kind {
            Kind::CardExpiry => value.len() <= EXPIRY_MOST,
            // A name that holds digits may be a number typed into the wrong field.
            Kind::CardName => !value.bytes().any(|byte| byte.is_ascii_digit()),
            _ => block.kind != BlockKind::Secure,
        };
        if may { value } else { "" }
    }
}

/// Fields that lack something, in their order.
pub(in super::super) type Lacks = Vec<(String, Lack)>;

/// What a form gave: answers to keep and secrets to hold.
pub(super) struct Taken {
    /// Answers of a question.
    pub(super) answers: Vec<(String, String)>,
    /// What is held of a secure entry.
    pub(super) secure: Secure,
}

/// Checks a form; all faults at once.
pub(super) fn check(block: &Block, entered: &Entered, today: Date) -> Result<Taken, Lacks> {
    let mut taken = Taken { answers: Vec::new(), secure: Secure::default() };
    let mut lacks = Lacks::new();
    for field in &block.fields {
        let (name, value) = (field.id.get_ref(), entered.get(field.id.get_ref()).trim());
        let empty = field.optional && value.is_empty();
        let values: Vec<&str> = field.options.iter().map(|option| option.value.as_str()).collect();
        let limits = Limits { most: field.most, length: field.length, values: &values };
        match lack(field.kind, value, limits, today).filter(|_| !empty) {
            Some(lack) => lacks.push((name.clone(), lack)),
            None if block.kind == BlockKind::Question => taken.answers.push((name.clone(), value.to_owned())),
            None => {
                let held = match field.kind {
                    Kind::CardNumber => card::number(value).map(HeldValue::Card),
                    kind if kind.is_card() => None,
                    _ => Some(HeldValue::Secret(Zeroizing::new(value.to_owned()))),
                };
                taken.secure.0.extend(held.map(|held| (name.clone(), held)));
            }
        }
    }
    if lacks.is_empty() { Ok(taken) } else { Err(lacks) }
}

/// Whether a Start-block variable may have this value; a missing one may, unless it is required.
pub(super) fn variable_fits(variable: &Variable, value: Option<&str>, today: Date) -> bool {
    let Some(value) = value else { return !variable.required };
    let values: Vec<&str> = variable.options.iter().map(|option| option.value.as_str()).collect();
    lack(variable.kind, value, Limits { most: variable.most, length: None, values: &values }, today).is_none()
}
