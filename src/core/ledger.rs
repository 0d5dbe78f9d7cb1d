//! Which transcript indexes were handled in this chat, and how their MicroApps ended.
//!
//! Why: a reload replays the whole transcript (bus facts, section 5), so without this memory every page view would open
//! the old MicroApp again. Kept in `sessionStorage` as text, bound to one interaction id; it holds no secret.

use super::text::{cut, decimal};

/// What became of the request at one transcript index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is open, or was when the page went away: resume it.
    Running,
    /// It is over, in whatever way: never open it again.
    Over,
}

/// The memory of one chat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    interaction_id: String,
    entries: Vec<(u32, Outcome)>,
}

/// Version of the stored text; another one is forgotten.
const VERSION: &str = "1";

impl Ledger {
    /// Turns to the chat with this id, forgetting another chat's entries.
    pub fn bind(&mut self, interaction_id: &str) {
        if self.interaction_id != interaction_id {
            *self = Ledger { interaction_id: interaction_id.to_owned(), entries: Vec::new() };
        }
    }

    /// What became of the request at `index`; `None` when it is new.
    pub fn outcome(&self, index: u32) -> Option<Outcome> {
        self.entries.iter().find(|(at, _)| *at == index).map(|(_, outcome)| *outcome)
    }

    /// Notes what became of the request at `index`. What is over stays over.
    pub fn note(&mut self, index: u32, outcome: Outcome) {
        match self.entries.iter_mut().find(|(at, _)| *at == index) {
            Some((_, Outcome::Over)) => {}
            Some((_, known)) => *known = outcome,
            None => self.entries.push((index, outcome)),
        }
    }

    /// The text to store: version, entries, interaction id, one a line.
    pub fn to_text(&self) -> String {
        let mut text = String::from(VERSION);
        text.push('\n');
        for (index, outcome) in &self.entries {
            text.push(if *outcome == Outcome::Running { 'r' } else { 'o' });
            text.push_str(&decimal(*index));
            text.push(' ');
        }
        text.push('\n');
        text.push_str(&self.interaction_id);
        text
    }

    /// Reads a stored text; anything that is not one gives an empty ledger.
    pub fn from_text(text: &str) -> Ledger {
        Ledger::read(text).unwrap_or_default()
    }

    fn read(text: &str) -> Option<Ledger> {
        let (entries, interaction_id) = cut(text.strip_prefix(VERSION)?.strip_prefix("\n")?, b'\n')?;
        let mut ledger = Ledger { interaction_id: interaction_id.to_owned(), entries: Vec::new() };
        let mut rest = entries;
        while let Some((entry, more)) = cut(rest, b' ') {
            let (kind, index) = entry.split_at_checked(1)?;
            ledger.note(index.parse().ok()?, if kind == "r" { Outcome::Running } else { Outcome::Over });
            rest = more;
        }
        Some(ledger)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn survives_a_reload() {
        let mut ledger = Ledger::default();
        ledger.bind("00048aAPEQJ8000U");
        ledger.note(3, Outcome::Running);
        ledger.note(3, Outcome::Over);
        ledger.note(7, Outcome::Running);
        let read = Ledger::from_text(&ledger.to_text());
        assert_eq!(read, ledger);
        assert_eq!(read.outcome(3), Some(Outcome::Over));
        assert_eq!(read.outcome(7), Some(Outcome::Running));
        assert_eq!(read.outcome(8), None);
    }

    #[test]
    fn what_is_over_stays_over() {
        let mut ledger = Ledger::default();
        ledger.note(3, Outcome::Over);
        ledger.note(3, Outcome::Running);
        assert_eq!(ledger.outcome(3), Some(Outcome::Over));
    }

    #[test]
    fn another_chat_starts_empty() {
        let mut ledger = Ledger::default();
        ledger.bind("a");
        ledger.note(1, Outcome::Over);
        ledger.bind("a");
        assert_eq!(ledger.outcome(1), Some(Outcome::Over));
        ledger.bind("b");
        assert_eq!(ledger.outcome(1), None);
    }

    #[test]
    fn tampered_text_is_forgotten() {
        for text in ["", "2\nr1 \nid", "1\nr1", "1\nrx \nid", "1\né \nid"] {
            assert_eq!(Ledger::from_text(text), Ledger::default(), "{text:?}");
        }
    }
}
