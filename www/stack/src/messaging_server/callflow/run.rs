//! How a session walks through a callflow.

use std::collections::{BTreeMap, HashMap};

use subtle::ConstantTimeEq;
use toml::Spanned;

use super::check::{CARD, REFERENCE};
use super::entry::{Entered, Lacks, Secure, check, variable_fits};
use super::kinds::date_at;
use super::model::{Action, Block, BlockKind, Callflow, Choice, state_key};
use super::template::Template;
use super::words::Words;
use crate::interaction_server::AttachedData;
use crate::messaging_server::card::HeldCard;
use crate::messaging_server::refusal::Refusal;
use crate::messaging_server::sessions::{Memory, Sessions, state};
use crate::random;
use crate::store::MicroAppRow;

/// Choice that every page has where the application names a block for it.
pub(super) const AGENT: &str = "agent";
/// Choice of the page that says that a secure entry is lost.
pub(super) const AGAIN: &str = "edit";

/// What a posted form led to.
pub(in super::super) enum Outcome {
    /// Show the session's page.
    Show,
    /// Show the form again with these faults.
    Faulty(Lacks, Entered),
}

/// What can be said about a session.
pub(super) struct Values<'a> {
    /// The session.
    pub(super) session: &'a MicroAppRow,
    /// The card that is held.
    pub(super) card: Option<&'a HeldCard>,
}

impl Values<'_> {
    /// A value by its name.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        match name {
            CARD => self.card.map(|card| Words::or_english(&self.session.language).card(card)),
            REFERENCE => self.session.reference.clone(),
            name => self.session.variables.get(name).cloned(),
        }
    }
}

/// The card that a session holds, wherever it was entered.
pub(super) fn card_of(memory: &Memory) -> Option<&HeldCard> {
    memory.secure.values().find_map(Secure::card)
}

/// Whether the application can work with these Start-block variables.
pub(in super::super) fn fit(flow: &Callflow, variables: &BTreeMap<String, String>, now: i64) -> bool {
    let today = date_at(now);
    flow.start
        .variables
        .iter()
        .all(|(name, variable)| variable_fits(variable.get_ref(), variables.get(name).map(String::as_str), today))
}

/// Attaches what the application says of its beginning.
pub(in super::super) fn begin(flow: &Callflow, sessions: &Sessions, session: &MicroAppRow) -> Result<(), Refusal> {
    sessions.attach(session, rendered(session, None, &flow.start.attach))
}

/// Attached data with the values of a session.
fn rendered(
    session: &MicroAppRow,
    card: Option<&HeldCard>,
    data: &BTreeMap<String, Spanned<Template>>,
) -> AttachedData {
    let values = Values { session, card };
    data.iter().map(|(key, value)| (key.clone(), value.get_ref().plain(&|name| values.get(name)))).collect()
}

/// Whether the secure entry that a block needs is gone, as after a restart; gives the block where it is made.
pub(super) fn lost<'f>(flow: &'f Callflow, memory: &Memory, block: &Block) -> Option<&'f Block> {
    let needs = block.needs.as_ref()?.get_ref();
    if memory.secure.contains_key(needs) { None } else { flow.block(needs) }
}

/// Whether a session is at a block that is its last.
pub(in super::super) fn is_at_end(flow: &Callflow, session: &MicroAppRow) -> bool {
    flow.block_at(&session.node, &session.block).is_some_and(|block| block.kind.is_last())
}

/// Goes on where a server was killed in the middle of a step: what the customer has reached is told and, at the end, finished.
pub(in super::super) fn catch_up(
    flow: &Callflow,
    sessions: &Sessions,
    memory: &mut Memory,
    session: &mut MicroAppRow,
) -> Result<(), Refusal> {
    sessions.tell_untold(session)?;
    let attached = sessions.attached_data(&session.interaction);
    // What cannot be attached now stops nobody: these steps have been taken.
    if attached.is_ok_and(|data| flow.start.attach.keys().all(|key| !data.contains_key(key))) {
        let _ = begin(flow, sessions, session);
    }
    let block = flow.block_at(&session.node, &session.block).ok_or(Refusal::SessionUnknown)?;
    if block.kind.is_last() {
        let _ = sessions.attach(session, rendered(session, None, &block.attach));
        sessions.finish(memory, session, state::ENDED)?;
    }
    Ok(())
}

/// A posted form. What does not belong to the block the customer is at changes nothing.
pub(in super::super) fn submit(
    flow: &Callflow,
    sessions: &Sessions,
    memory: &mut Memory,
    session: &mut MicroAppRow,
    form: &mut HashMap<String, String>,
) -> Result<Outcome, Refusal> {
    let mut walk = Walk { flow, sessions, memory, session };
    let step = form.remove("step").unwrap_or_default();
    let block = flow.block_at(&walk.session.node, &walk.session.block).ok_or(Refusal::SessionUnknown)?;
    if let Some(agent) = flow.application.agent.as_ref().filter(|_| step == AGENT) {
        walk.enter(agent.get_ref(), AttachedData::new())?;
        return Ok(Outcome::Show);
    }
    let choice = block.choices.iter().find(|choice| choice.id == step);
    // The process was restarted in between, and with it went the entry: ask again rather than guess.
    if let Some(entry) = lost(flow, walk.memory, block) {
        if choice.is_some() || step == AGAIN {
            walk.enter(entry.id.get_ref(), AttachedData::new())?;
        }
        return Ok(Outcome::Show);
    }
    let Some(choice) = choice else { return Ok(Outcome::Show) };
    if block.kind.has_fields() && !choice.skip {
        let entered = Entered::take(block, form);
        match check(block, &entered, date_at(sessions.now_ms())) {
            Ok(taken) => {
                walk.session.variables.extend(taken.answers);
                if block.kind == BlockKind::Secure {
                    walk.memory.secure.insert(block.id.get_ref().clone(), taken.secure);
                }
            }
            Err(lacks) => return Ok(Outcome::Faulty(lacks, entered)),
        }
    }
    walk.follow(choice)?;
    Ok(Outcome::Show)
}

struct Walk<'a> {
    flow: &'a Callflow,
    sessions: &'a Sessions,
    memory: &'a mut Memory,
    session: &'a mut MicroAppRow,
}

impl<'a> Walk<'a> {
    fn follow(&mut self, choice: &Choice) -> Result<(), Refusal> {
        let data = rendered(self.session, card_of(self.memory), &choice.attach);
        self.enter(choice.next.get_ref(), data)
    }

    /// Goes to a block; through data blocks to the page behind them. That there is one, the check has seen to.
    ///
    /// What is decided on the way, such as that a card is charged, and what is attached, of which `data` is the beginning, is
    /// in the database together with the place where it leads: a kill or a failure leaves all or nothing, so nothing is
    /// charged that the customer is asked for again.
    fn enter(&mut self, id: &str, mut data: AttachedData) -> Result<(), Refusal> {
        let mut block = self.flow.block(id).ok_or(Refusal::ServerFault)?;
        while block.kind == BlockKind::Data {
            block = self.decide(block, &mut data)?;
        }
        if block.kind.is_last() {
            data.extend(rendered(self.session, None, &block.attach));
        }
        let is_told = self.sessions.reach(self.session, block.id.get_ref(), block.step(), data)?;
        if block.kind == BlockKind::Secure {
            self.memory.secure.remove(block.id.get_ref());
        }
        if is_told {
            self.sessions.report(self.session);
        }
        if block.kind.is_last() {
            // The step is taken: where this fails, the sweep does it, and nobody is told that nothing was done.
            let _ = self.sessions.finish(self.memory, self.session, state::ENDED);
        }
        Ok(())
    }

    fn decide(&mut self, block: &Block, data: &mut AttachedData) -> Result<&'a Block, Refusal> {
        if let Some(entry) = lost(self.flow, self.memory, block) {
            return Ok(entry);
        }
        let secure = block.needs.as_ref().and_then(|needs| {
            // Used once: a second payment, and a second guess, need a second entry.
            self.memory.secure.remove(needs.get_ref())
        });
        let (name, prefix) = match &block.action {
            Some(Action::Charge { attempts, prefix }) => {
                let approved = secure.as_ref().and_then(Secure::card).is_some_and(HeldCard::is_approved);
                (self.tried(approved, *attempts, "approved", "declined"), approved.then_some(prefix))
            }
            Some(Action::Identify { table, key, attempts }) => {
                let same = secure.as_ref().is_some_and(|secure| self.is_known(table, key, secure));
                (self.tried(same, *attempts, "identified", "refused"), None)
            }
            Some(Action::Refer { prefix }) => ("done".to_owned(), Some(prefix)),
            Some(Action::Branch { value }) => {
                let value = Values { session: self.session, card: None }.get(value).unwrap_or_default();
                (value, None)
            }
            None => return Err(Refusal::ServerFault),
        };
        if let Some(prefix) = prefix {
            let symbols = random::symbols::<8>().map_err(|_| Refusal::ServerFault)?;
            self.session.reference = Some(format!("{prefix}-{symbols}"));
        }
        let find = |name: &str| block.outcomes.iter().find(|outcome| outcome.on.get_ref() == name);
        let outcome = find(&name).or_else(|| find("otherwise")).ok_or(Refusal::ServerFault)?;
        data.extend(rendered(self.session, secure.as_ref().and_then(Secure::card), &outcome.attach));
        self.flow.block(outcome.next.get_ref()).ok_or(Refusal::ServerFault)
    }

    /// Counts a try, and says what came of it.
    fn tried(&mut self, good: bool, most: u32, yes: &str, no: &str) -> String {
        self.session.attempts += 1;
        let name = if good {
            yes
        } else if self.session.attempts >= most {
            "exhausted"
        } else {
            no
        };
        name.to_owned()
    }

    /// Whether the directory has this customer with exactly what was entered. All columns are compared, so that the time
    /// it takes tells nothing about which one was wrong.
    fn is_known(&self, table: &str, key: &str, secure: &Secure) -> bool {
        let wanted = self.session.variables.get(key).map(|value| value.trim());
        let row =
            self.flow.table.get(table).into_iter().flatten().find(|row| row.get(key).map(String::as_str) == wanted);
        let Some(row) = row else { return false };
        secure.secrets().fold(true, |same, (name, value)| {
            let column = row.get(name).map_or("", String::as_str);
            same & bool::from(column.as_bytes().ct_eq(value.as_bytes())) & !column.is_empty()
        })
    }
}

/// How far an application is when nobody finished it: its name's key, and the word agents read.
pub(in super::super) fn abandoned(application: &str) -> (String, &'static str) {
    (state_key(application), "Abandoned")
}
