//! Skill expressions of routing targets, such as `English=20&(Loans>2|Cards>5)` (Chat Immediate, option `_target`).
//!
//! The vendor's document writes a conjunction as `&;` in its example; that is taken as `&`.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Skills of an agent, by name, with their levels.
pub type Skills = BTreeMap<String, i64>;

/// Deepest nesting of parentheses, so that no text can exhaust the stack.
const MAX_DEPTH: usize = 32;

/// Most conditions of an expression. Each is one level deeper in memory, so the same holds for them.
const MAX_TERMS: usize = 512;

/// A condition on the skills of an agent. Kept as its text, which is as flat as the operator has written it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Expression {
    /// Both hold.
    And(Box<Expression>, Box<Expression>),
    /// One of them holds.
    Or(Box<Expression>, Box<Expression>),
    /// A skill's level compares to a number; a skill that the agent does not have is 0.
    Level(String, Comparison, i64),
}

/// How a level compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=` or `<>`
    Other,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

/// The signs of comparisons; the longer ones first, because they begin like the shorter ones.
const SIGNS: [(&str, Comparison); 8] = [
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("!=", Comparison::Other),
    ("<>", Comparison::Other),
    ("==", Comparison::Equal),
    ("=", Comparison::Equal),
    ("<", Comparison::Less),
    (">", Comparison::More),
];

impl Comparison {
    fn holds(self, level: i64, number: i64) -> bool {
        match self {
            Self::Equal => level == number,
            Self::Other => level != number,
            Self::Less => level < number,
            Self::AtMost => level <= number,
            Self::More => level > number,
            Self::AtLeast => level >= number,
        }
    }
}

impl Expression {
    /// Reads an expression; `None` when it is none, or one of too many conditions.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.replace("&amp;", "&").replace("&;", "&");
        let mut reader = Reader { rest: text.as_str(), depth: 0, terms: 0 };
        let expression = reader.any_of()?;
        reader.rest.trim().is_empty().then_some(expression)
    }

    /// A condition on one skill; `None` for a name that no expression can be written with.
    pub fn level(skill: &str, comparison: Comparison, number: i64) -> Option<Self> {
        let level = Self::Level(skill.to_owned(), comparison, number);
        Self::parse(&level.to_string()).filter(|read| *read == level)
    }

    /// Whether an agent with these skills is meant.
    pub fn holds(&self, skills: &Skills) -> bool {
        match self {
            Self::And(one, other) => one.holds(skills) && other.holds(skills),
            Self::Or(one, other) => one.holds(skills) || other.holds(skills),
            Self::Level(skill, comparison, number) => {
                comparison.holds(skills.get(skill).copied().unwrap_or(0), *number)
            }
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(one, other) => match (one.as_ref(), other.as_ref()) {
                (Self::Or(..), Self::Level(..)) => write!(f, "({one})&{other}"),
                (Self::Or(..), _) => write!(f, "({one})&({other})"),
                (_, Self::Level(..)) => write!(f, "{one}&{other}"),
                _ => write!(f, "{one}&({other})"),
            },
            Self::Or(one, other) => match other.as_ref() {
                Self::Or(..) => write!(f, "{one}|({other})"),
                _ => write!(f, "{one}|{other}"),
            },
            Self::Level(skill, comparison, number) => {
                let sign = SIGNS.iter().find(|(_, known)| known == comparison).map_or("", |(sign, _)| sign);
                write!(f, "{skill}{sign}{number}")
            }
        }
    }
}

impl From<Expression> for String {
    fn from(expression: Expression) -> Self {
        expression.to_string()
    }
}

impl TryFrom<String> for Expression {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("an unreadable skill expression")
    }
}

struct Reader<'a> {
    rest: &'a str,
    depth: usize,
    terms: usize,
}

impl Reader<'_> {
    fn eat(&mut self, sign: &str) -> bool {
        match self.rest.trim_start().strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn any_of(&mut self) -> Option<Expression> {
        let mut left = self.all_of()?;
        while self.eat("|") {
            left = Expression::Or(Box::new(left), Box::new(self.all_of()?));
        }
        Some(left)
    }

    fn all_of(&mut self) -> Option<Expression> {
        let mut left = self.one()?;
        while self.eat("&") {
            left = Expression::And(Box::new(left), Box::new(self.one()?));
        }
        Some(left)
    }

    fn one(&mut self) -> Option<Expression> {
        if self.eat("(") {
            self.depth += 1;
            let inner = if self.depth > MAX_DEPTH { None } else { self.any_of() }?;
            self.depth -= 1;
            return self.eat(")").then_some(inner);
        }
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return None;
        }
        let rest = self.rest.trim_start();
        let end = rest.find(['=', '<', '>', '!', '&', '|', '(', ')'])?;
        let (name, rest) = rest.split_at(end);
        let (sign, comparison) = SIGNS.into_iter().find(|(sign, _)| rest.starts_with(sign))?;
        let rest = rest.strip_prefix(sign)?.trim_start();
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, rest) = rest.split_at(end);
        self.rest = rest;
        let name = name.trim().trim_matches('"');
        let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.'));
        plain.then_some(Expression::Level(name.to_owned(), comparison, number.parse().ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skills(pairs: &[(&str, i64)]) -> Skills {
        pairs.iter().map(|(name, level)| ((*name).to_owned(), *level)).collect()
    }

    #[test]
    fn who_is_meant() {
        let ann = skills(&[("English", 20), ("Loans", 2)]);
        for (text, meant) in [
            ("English=20&Loans=2", true),
            ("English=20&;Loans=2", true),
            ("English = 20 &amp; Loans >= 3", false),
            ("English<20|Loans<=2", true),
            ("English!=20", false),
            ("(English>30|Loans>1)&Cards=0", true),
            ("English>30|Loans>1&Cards>0", false),
            ("\"English\" >= 20", true),
        ] {
            assert_eq!(Expression::parse(text).unwrap().holds(&ann), meant, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_as_the_same() {
        let long = format!("a=1{}", "&b>2".repeat(500));
        for text in [
            "English=20",
            "A!=1|B<=2&C>=3|D<4",
            "(A>1|B>2)&(C=3|D=4)",
            "A>1&(B>2&C>3)",
            "A=1|(B=2|C=3)&D=4",
            "A=1|(B=2|C=3)",
            long.as_str(),
        ] {
            let expression = Expression::parse(text).unwrap();
            let json = serde_json::to_string(&expression).unwrap();
            assert_eq!(serde_json::from_str::<Expression>(&json).unwrap(), expression, "{text}: {json}");
        }
    }

    #[test]
    fn what_is_none() {
        for text in
            ["", "English", "English=", "=20", "English=20&", "(English=20", "English=20)", "English=x", "a=1 b=2"]
        {
            assert_eq!(Expression::parse(text), None, "{text}");
        }
        assert_eq!(Expression::parse(&format!("{}a=1{}", "(".repeat(40), ")".repeat(40))), None);
        for sign in ["&", "|"] {
            let of = |terms: usize| Expression::parse(&vec!["a=1"; terms].join(sign));
            assert!(of(MAX_TERMS).is_some() && of(MAX_TERMS + 1).is_none(), "{sign}");
        }
    }
}
