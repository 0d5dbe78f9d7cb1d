//! Which of a site's tabs owns the chat's MicroApp, where the browser has no Web Locks (pages without https): the tabs agree by
//! messages that all of them hear.
//!
//! A tab that claims asks; whoever owns says so; after a moment of silence the claim stands. Of two tabs that ask at the same
//! time the one with the smaller id wins. Taking over needs no answer: the owner hears it and lets go.

use super::text::{cut, decimal, join};

/// What tabs tell each other; the chat is its interaction id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Does anybody own this chat's MicroApp? With the id of the tab that asks.
    Claim(String, String),
    /// I do, says the tab with this id.
    Mine(String, String),
    /// I take it over, says the tab with this id.
    Steal(String, String),
    /// The MicroApp of this transcript index is over.
    Over(String, u32),
}

impl Message {
    /// The text that is sent.
    pub fn text(&self) -> String {
        let (kind, chat, rest) = match self {
            Message::Claim(chat, tab) => ("claim", chat, tab.clone()),
            Message::Mine(chat, tab) => ("mine", chat, tab.clone()),
            Message::Steal(chat, tab) => ("steal", chat, tab.clone()),
            Message::Over(chat, index) => ("over", chat, decimal(*index)),
        };
        join(&[kind, " ", &rest, " ", chat])
    }

    /// Reads a text; `None` for what is none of ours.
    pub fn parse(text: &str) -> Option<Message> {
        let (kind, rest) = cut(text, b' ')?;
        let (rest, chat) = cut(rest, b' ')?;
        let (chat, tab) = (chat.to_owned(), rest.to_owned());
        match kind {
            "claim" => Some(Message::Claim(chat, tab)),
            "mine" => Some(Message::Mine(chat, tab)),
            "steal" => Some(Message::Steal(chat, tab)),
            "over" => rest.parse().ok().map(|index| Message::Over(chat, index)),
            _ => None,
        }
    }
}

/// What comes of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing.
    Nothing,
    /// Tell the others.
    Tell(Message),
    /// The claim was refused.
    Refused,
    /// Another tab has taken it over.
    TakenOver,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Not,
    Asking,
    Owner,
}

/// This tab's standing among the others.
pub struct Ownership {
    tab: String,
    chat: String,
    standing: Standing,
}

impl Ownership {
    /// A tab that owns nothing; `tab` is an id that no other tab has.
    pub fn new(tab: String) -> Ownership {
        Ownership { tab, chat: String::new(), standing: Standing::Not }
    }

    /// Claims the MicroApp of a chat; what is to be told. To be followed by [`Ownership::unopposed`] after a moment.
    pub fn claim(&mut self, chat: &str) -> Message {
        self.chat = chat.to_owned();
        self.standing = Standing::Asking;
        Message::Claim(self.chat.clone(), self.tab.clone())
    }

    /// Nobody has objected for a moment: whether the claim stands.
    pub fn unopposed(&mut self) -> bool {
        let asking = self.standing == Standing::Asking;
        if asking {
            self.standing = Standing::Owner;
        }
        asking
    }

    /// Takes the MicroApp of a chat over; what is to be told.
    pub fn steal(&mut self, chat: &str) -> Message {
        self.chat = chat.to_owned();
        self.standing = Standing::Owner;
        Message::Steal(self.chat.clone(), self.tab.clone())
    }

    /// Lets go.
    pub fn release(&mut self) {
        self.standing = Standing::Not;
    }

    /// Hears what another tab tells.
    pub fn hear(&mut self, message: &Message) -> Outcome {
        let (Message::Claim(chat, tab) | Message::Mine(chat, tab) | Message::Steal(chat, tab)) = message else {
            return Outcome::Nothing;
        };
        if *chat != self.chat || *tab == self.tab {
            return Outcome::Nothing;
        }
        match (message, self.standing) {
            (Message::Claim(..), Standing::Owner) => Outcome::Tell(Message::Mine(self.chat.clone(), self.tab.clone())),
            // It may have begun to listen only after we asked.
            (Message::Claim(..), Standing::Asking) if self.tab < *tab => {
                Outcome::Tell(Message::Claim(self.chat.clone(), self.tab.clone()))
            }
            (_, Standing::Asking) => {
                self.standing = Standing::Not;
                Outcome::Refused
            }
            (Message::Steal(..), Standing::Owner) => {
                self.standing = Standing::Not;
                Outcome::TakenOver
            }
            _ => Outcome::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAT: &str = "00048aAPEQJ8000U";

    /// Lets `from` tell, and everybody else hear, until nobody has anything to say; gives what came of it per tab.
    fn tell(tabs: &mut [Ownership], from: usize, message: Message) -> Vec<(usize, Outcome)> {
        let (mut waiting, mut came) = (vec![(from, message)], Vec::new());
        while let Some((from, message)) = waiting.pop() {
            let message = Message::parse(&message.text()).unwrap_or_else(|| panic!("{message:?}"));
            for (at, tab) in tabs.iter_mut().enumerate().filter(|(at, _)| *at != from) {
                match tab.hear(&message) {
                    Outcome::Tell(message) => waiting.push((at, message)),
                    Outcome::Nothing => {}
                    outcome => came.push((at, outcome)),
                }
            }
        }
        came
    }

    fn tabs() -> [Ownership; 3] {
        ["a", "b", "c"].map(|id| Ownership::new(id.to_owned()))
    }

    #[test]
    fn the_first_tab_owns_and_the_second_is_refused() {
        let mut tabs = tabs();
        let claim = tabs[1].claim(CHAT);
        assert_eq!(tell(&mut tabs, 1, claim), []);
        assert!(tabs[1].unopposed());
        let claim = tabs[0].claim(CHAT);
        assert_eq!(tell(&mut tabs, 0, claim), [(0, Outcome::Refused)]);
        assert!(!tabs[0].unopposed());
    }

    #[test]
    fn of_tabs_that_ask_at_the_same_time_exactly_one_owns() {
        let mut tabs = tabs();
        let claims: Vec<_> = tabs.iter_mut().map(|tab| tab.claim(CHAT)).collect();
        for (from, claim) in claims.into_iter().enumerate().rev() {
            tell(&mut tabs, from, claim);
        }
        let owners: Vec<_> = tabs.iter_mut().map(Ownership::unopposed).collect();
        assert_eq!(owners, [true, false, false]);
    }

    #[test]
    fn what_is_taken_over_has_a_new_owner_and_what_is_released_has_none() {
        let mut tabs = tabs();
        tabs[0].claim(CHAT);
        assert!(tabs[0].unopposed());
        let steal = tabs[2].steal(CHAT);
        assert_eq!(tell(&mut tabs, 2, steal), [(0, Outcome::TakenOver)]);
        let claim = tabs[1].claim(CHAT);
        assert_eq!(tell(&mut tabs, 1, claim), [(1, Outcome::Refused)]);
        tabs[2].release();
        let claim = tabs[1].claim(CHAT);
        assert_eq!(tell(&mut tabs, 1, claim), []);
        assert!(tabs[1].unopposed());
    }

    #[test]
    fn another_chat_and_foreign_texts_change_nothing() {
        let mut tabs = tabs();
        tabs[0].claim(CHAT);
        assert!(tabs[0].unopposed());
        let claim = tabs[1].claim("another");
        assert_eq!(tell(&mut tabs, 1, claim), []);
        for text in ["", "claim", "claim x", "over x y", "7 chat", "yours a b"] {
            assert_eq!(Message::parse(text), None, "{text}");
        }
        assert_eq!(Message::parse("over 7 chat"), Some(Message::Over("chat".into(), 7)));
    }
}
