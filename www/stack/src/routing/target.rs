//! Routing targets: the option `_target` of a service (Chat Immediate, "Additional Required Options").

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::skill::Expression;

/// Most targets of one service.
pub const MAX_TARGETS: usize = 15;

/// Statistics that this router can compute, for a target that is no skill expression.
const STATISTICS: [&str; 4] = ["RStatAgentsReadyvoice", "RStatAgentsReady", "RStatAgentsTotal", "RStatCallsInQueue"];

/// Those that the document names for a skill expression.
const SKILL_STATISTICS: [&str; 3] = ["RStatAgentsReadyvoice", "RStatAgentsReady", "RStatAgentsTotal"];

/// Who is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Meant {
    /// The agent of this name: type A.
    Agent(String),
    /// Whoever sits at this place: type AP.
    Place(String),
    /// The members of this group of agents: type GA.
    Group(String),
    /// Whoever sits at a place of this group: type GP.
    PlaceGroup(String),
    /// The agents of this group of a campaign: type GC.
    CampaignGroup(String),
    /// Agents with these skills.
    Skilled(Expression),
}

/// When a target is passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// `stat_to_check`
    pub statistic: String,
    /// Whether the statistic must be above the value, not below it.
    pub above: bool,
    /// `stat_value`
    pub value: i64,
}

/// A target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// As it was written, for people.
    pub text: String,
    /// Who is meant.
    pub meant: Meant,
    /// Seconds until the next target's turn.
    pub timeout: Option<u32>,
    /// Whether the next target takes this one's place; otherwise it is added.
    pub clear: bool,
    /// When it is passed over.
    pub condition: Option<Condition>,
}

impl Target {
    /// A target without more: its text is its name, or its skills.
    pub fn of(meant: Meant) -> Self {
        let text = match &meant {
            Meant::Agent(name)
            | Meant::Place(name)
            | Meant::Group(name)
            | Meant::PlaceGroup(name)
            | Meant::CampaignGroup(name) => name.clone(),
            Meant::Skilled(skills) => skills.to_string(),
        };
        Self { text, meant, timeout: None, clear: false, condition: None }
    }
}

/// Why `_target` cannot be used; the text says what is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadTarget(pub String);

impl fmt::Display for BadTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn bad<T>(text: impl Into<String>) -> Result<T, BadTarget> {
    Err(BadTarget(text.into()))
}

/// Reads the option: one target, or a JSON list of up to [`MAX_TARGETS`].
///
/// # Errors
/// [`BadTarget`] for the first fault.
pub fn parse(option: &str) -> Result<Vec<Target>, BadTarget> {
    let option = option.trim();
    if !option.starts_with('[') {
        return Ok(vec![single(option)?]);
    }
    let Ok(Value::Array(list)) = serde_json::from_str(option) else { return bad("is no JSON list") };
    if list.is_empty() || list.len() > MAX_TARGETS {
        return bad(format!("must have 1 to {MAX_TARGETS} targets"));
    }
    let numbered = list.iter().zip(1..);
    numbered
        .map(|(item, number)| {
            match item.as_object() {
                Some(object) => described(object),
                None => bad("is no JSON object"),
            }
            .map_err(|BadTarget(fault)| BadTarget(format!("target {number} {fault}")))
        })
        .collect()
}

/// `<string>@<Stat Server>.<type>`; a string that begins with `?:` is a skill expression.
fn single(text: &str) -> Result<Target, BadTarget> {
    let parts = text.rsplit_once('@').and_then(|(name, place)| Some((name.trim(), place.rsplit_once('.')?)));
    let Some((name, (server, kind))) = parts else { return bad("must be target@StatServer.type") };
    if name.is_empty() || server.trim().is_empty() {
        return bad("must be target@StatServer.type");
    }
    let meant = match (name.strip_prefix("?:"), kind.trim()) {
        (Some(skills), "GA") => match Expression::parse(skills) {
            Some(expression) => Meant::Skilled(expression),
            None => return bad("has an unreadable skill expression"),
        },
        (Some(_), _) => return bad("is a skill expression and must be of type GA"),
        (None, "A") => Meant::Agent(name.to_owned()),
        (None, "AP") => Meant::Place(name.to_owned()),
        (None, "GA") => Meant::Group(name.to_owned()),
        (None, "GP") => Meant::PlaceGroup(name.to_owned()),
        (None, "GC") => Meant::CampaignGroup(name.to_owned()),
        (None, _) => return bad("must be of type A, AP, GA, GP or GC"),
    };
    Ok(Target { text: text.to_owned(), meant, timeout: None, clear: false, condition: None })
}

fn described(object: &Map<String, Value>) -> Result<Target, BadTarget> {
    const KEYS: [&str; 6] = ["target", "timeout", "clear", "stat_to_check", "stat_operator", "stat_value"];
    if let Some(key) = object.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return bad(format!("has an unknown key {key}"));
    }
    // People write numbers and truth values with and without quotes, as the document does.
    let text = |key: &str| object.get(key).map(|value| value.as_str().map_or_else(|| value.to_string(), Into::into));
    let Some(target) = object.get("target").and_then(Value::as_str) else { return bad("has no target") };
    let mut target = single(target)?;
    target.timeout = match text("timeout").filter(|timeout| !timeout.is_empty()) {
        None => None,
        Some(timeout) => match timeout.parse() {
            Ok(seconds) => Some(seconds),
            Err(_) => return bad("has a timeout that is no number of seconds"),
        },
    };
    target.clear = match text("clear").as_deref() {
        None | Some("" | "false") => false,
        Some("true") => true,
        Some(_) => return bad("has a clear that is neither true nor false"),
    };
    let filled = |key: &str| text(key).filter(|value| !value.is_empty());
    target.condition = match (filled("stat_to_check"), filled("stat_operator"), filled("stat_value")) {
        (None, None, None) => None,
        (Some(statistic), Some(operator), Some(value)) => Some(condition(&target.meant, statistic, &operator, &value)?),
        _ => return bad("needs stat_to_check, stat_operator and stat_value together"),
    };
    Ok(target)
}

fn condition(meant: &Meant, statistic: String, operator: &str, value: &str) -> Result<Condition, BadTarget> {
    let known: &[&str] = if matches!(meant, Meant::Skilled(_)) { &SKILL_STATISTICS } else { &STATISTICS };
    if !known.contains(&statistic.as_str()) {
        return bad(format!("has a stat_to_check other than {}", known.join(", ")));
    }
    let above = match operator {
        ">" => true,
        "<" => false,
        _ => return bad("has a stat_operator other than < and >"),
    };
    match value.parse() {
        Ok(value) => Ok(Condition { statistic, above, value }),
        Err(_) => bad("has a stat_value that is no number"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_of_single_target() {
        for (text, meant) in [
            ("Ann@StatServer.A", Meant::Agent("Ann".into())),
            ("Desk 7@StatServer.AP", Meant::Place("Desk 7".into())),
            ("Billing@StatServer.GA", Meant::Group("Billing".into())),
            ("Hall@StatServer.GP", Meant::PlaceGroup("Hall".into())),
            ("Spring@StatServer.GC", Meant::CampaignGroup("Spring".into())),
        ] {
            assert_eq!(parse(text).unwrap()[0].meant, meant);
        }
        assert!(matches!(parse("?:English=20&;Loans=2@StatServer.GA").unwrap()[0].meant, Meant::Skilled(_)));
        for text in ["", "Billing", "Billing@StatServer", "@S.GA", "Billing@.GA", "B@S.Q", "?:x@S.GA", "?:a=1@S.A"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn lists_with_all_their_properties() {
        let list = r#"[{"target":"?:English=20@S.GA","timeout":"30","clear":true,"stat_to_check":"RStatAgentsReady",
            "stat_operator":"<","stat_value":"1"},{"target":"Billing@S.GA","timeout":60}]"#;
        let targets = parse(list).unwrap();
        assert_eq!((targets[0].timeout, targets[0].clear), (Some(30), true));
        let condition = targets[0].condition.clone().unwrap();
        assert_eq!((condition.statistic.as_str(), condition.above, condition.value), ("RStatAgentsReady", false, 1));
        assert_eq!((targets[1].timeout, targets[1].clear, &targets[1].condition), (Some(60), false, &None));
        let many = |count: usize| format!("[{}]", vec![r#"{"target":"B@S.GA"}"#; count].join(","));
        assert_eq!(parse(&many(MAX_TARGETS)).unwrap().len(), MAX_TARGETS);
        for (list, fault) in [
            (many(MAX_TARGETS + 1), "1 to 15"),
            ("[]".into(), "1 to 15"),
            ("[1]".into(), "target 1 is no JSON object"),
            ("[".into(), "no JSON list"),
            (r#"[{"timeout":1}]"#.into(), "target 1 has no target"),
            (r#"[{"target":"B@S.GA","time":1}]"#.into(), "unknown key time"),
            (r#"[{"target":"B@S.GA","timeout":"soon"}]"#.into(), "timeout"),
            (r#"[{"target":"B@S.GA","clear":"perhaps"}]"#.into(), "clear"),
            (r#"[{"target":"B@S.GA","stat_to_check":"RStatAgentsReady"}]"#.into(), "together"),
            (
                r#"[{"target":"B@S.GA","stat_to_check":"X","stat_operator":"<","stat_value":"1"}]"#.into(),
                "stat_to_check other",
            ),
            (
                r#"[{"target":"?:a=1@S.GA","stat_to_check":"RStatCallsInQueue","stat_operator":"<","stat_value":"1"}]"#
                    .into(),
                "stat_to_check other",
            ),
            (
                r#"[{"target":"B@S.GA","stat_to_check":"RStatAgentsReady","stat_operator":"=","stat_value":"1"}]"#
                    .into(),
                "stat_operator",
            ),
            (
                r#"[{"target":"B@S.GA","stat_to_check":"RStatAgentsReady","stat_operator":"<","stat_value":"x"}]"#
                    .into(),
                "stat_value",
            ),
        ] {
            let BadTarget(text) = parse(&list).unwrap_err();
            assert!(text.contains(fault), "{text}");
        }
    }
}
