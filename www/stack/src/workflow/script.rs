//! The file of a workflow: a section for each thing that may happen, and in it steps in their order.
//!
//! A step begins with `method=`, which is a method of ESP or `Route`; the lines below it are its parameters. *Ours*.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::esp::Method;
use crate::ini::{self, Pair};
use crate::routing::Plan;
use crate::routing::target;

/// Parameters of a step.
pub type Parameters = BTreeMap<String, String>;

/// Seconds that a target of a `Route` has when nothing else is said.
const TARGET_SECONDS: u32 = 30;

/// What happens to a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Event {
    /// It begins: `[start]`.
    Start,
    /// An agent comes: `[agent]`.
    Agent,
    /// A MicroApp is opened: `[microapp-start]`.
    MicroAppStart,
    /// It is over, however: `[microapp-end]`.
    MicroAppEnd,
}

impl Event {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "start" => Self::Start,
            "agent" => Self::Agent,
            "microapp-start" => Self::MicroAppStart,
            "microapp-end" => Self::MicroAppEnd,
            _ => return None,
        })
    }
}

/// What is done.
#[derive(Debug, Clone)]
pub enum Step {
    /// The Chat Server is asked for something.
    Esp {
        /// The method.
        method: String,
        /// Its parameters; they have been read once, so they are good.
        parameters: Parameters,
    },
    /// The chat is sent on its way to an agent.
    Route(Plan),
}

/// All steps.
#[derive(Debug, Clone, Default)]
pub struct Script {
    steps: BTreeMap<Event, Vec<Step>>,
}

impl Script {
    /// Reads a file.
    ///
    /// # Errors
    /// All faults at once, one a line.
    pub fn read(path: &Path) -> Result<Self, String> {
        Self::parse(&ini::text_of(path)?)
    }

    /// Reads a script from text.
    ///
    /// # Errors
    /// All faults at once, one a line, each with its line number.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (mut faults, mut script) = (Vec::new(), Self::default());
        for section in ini::read(text, &mut faults) {
            let Some(event) = Event::from_name(&section.name) else {
                let (line, name) = (section.line, section.name);
                faults.push(format!("line {line} [{name}] is none of [start] [agent] [microapp-start] [microapp-end]"));
                continue;
            };
            let steps = script.steps.entry(event).or_default();
            for draft in drafts(section.pairs, &mut faults) {
                let (line, method) = (draft.line, draft.method.clone());
                match draft.finish() {
                    Ok(step) => steps.push(step),
                    Err(fault) => faults.push(format!("line {line} ({method}) {fault}")),
                }
            }
        }
        if faults.is_empty() { Ok(script) } else { Err(faults.join("\n")) }
    }

    /// Where chats are sent when they begin.
    pub fn first_route(&self) -> Option<&Plan> {
        self.steps(Event::Start).iter().find_map(|step| match step {
            Step::Route(plan) => Some(plan),
            Step::Esp { .. } => None,
        })
    }

    /// What is done when this happens.
    pub fn steps(&self, event: Event) -> &[Step] {
        self.steps.get(&event).map_or(&[], Vec::as_slice)
    }
}

struct DraftStep {
    line: usize,
    method: String,
    parameters: Parameters,
}

fn drafts(pairs: Vec<Pair>, faults: &mut Vec<String>) -> Vec<DraftStep> {
    let mut drafts: Vec<DraftStep> = Vec::new();
    for Pair { line, name, value } in pairs {
        if name == "method" {
            drafts.push(DraftStep { line, method: value, parameters: Parameters::new() });
            continue;
        }
        match drafts.last_mut() {
            Some(step) => {
                if step.parameters.insert(name.clone(), value).is_some() {
                    faults.push(format!("line {line} ({name}) is there twice"));
                }
            }
            None => faults.push(format!("line {line} ({name}) stands before any method=")),
        }
    }
    drafts
}

impl DraftStep {
    fn finish(mut self) -> Result<Step, String> {
        if self.method != "Route" {
            Method::read(&self.method, &self.parameters).map_err(|fault| fault.to_string())?;
            return Ok(Step::Esp { method: self.method, parameters: self.parameters });
        }
        let targets = self.parameters.remove("target").ok_or("needs target")?;
        let targets = target::parse(&targets).map_err(|fault| format!("target {fault}"))?;
        let target_seconds = match self.parameters.remove("timeout") {
            Some(seconds) => seconds.parse().map_err(|_| "timeout must be a number of seconds")?,
            None => TARGET_SECONDS,
        };
        match self.parameters.into_keys().next() {
            Some(name) => Err(format!("has no parameter {name}")),
            None => Ok(Step::Route(Plan { targets, target_seconds, queued_ttl: None, priority: 0 })),
        }
    }
}
