//! Files of sections with `name=value` lines, as several servers are configured by. Lines that begin with `#` or `;` are
//! for people.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::Path;

/// A line that says something.
pub(crate) struct Pair {
    /// Its number, from 1.
    pub(crate) line: usize,
    /// What is before the first `=`.
    pub(crate) name: String,
    /// What is after it.
    pub(crate) value: String,
}

/// A section, in the order of the file. One that is there twice is in the list twice.
pub(crate) struct Section {
    /// The number of its line.
    pub(crate) line: usize,
    /// What is between the brackets.
    pub(crate) name: String,
    /// Its lines in their order.
    pub(crate) pairs: Vec<Pair>,
}

/// The text of a file, or why it cannot be read.
pub(crate) fn text_of(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("cannot read {} ({error})", path.display()))
}

/// Reads all sections; lines that are neither go to the faults.
pub(crate) fn read(text: &str, faults: &mut Vec<String>) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for (line, text) in text.lines().enumerate().map(|(at, line)| (at + 1, line.trim())) {
        if text.is_empty() || text.starts_with('#') || text.starts_with(';') {
            continue;
        }
        if let Some(name) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
            sections.push(Section { line, name: name.trim().to_owned(), pairs: Vec::new() });
            continue;
        }
        match (text.split_once('='), sections.last_mut()) {
            (Some((name, value)), Some(section)) => {
                section.pairs.push(Pair { line, name: name.trim().to_owned(), value: value.trim().to_owned() });
            }
            (None, _) => faults.push(format!("line {line} is no name=value")),
            (_, None) => faults.push(format!("line {line} stands before any [section]")),
        }
    }
    sections
}

/// The options of a section by name, each with the number of its line.
pub(crate) type Given = BTreeMap<String, (usize, String)>;

/// Options by section; the parts of a section that is there twice are one.
pub(crate) fn by_section(text: &str, faults: &mut Vec<String>) -> BTreeMap<String, Given> {
    let mut sections: BTreeMap<String, Given> = BTreeMap::new();
    for section in read(text, faults) {
        let given = sections.entry(section.name).or_default();
        for Pair { line, name, value } in section.pairs {
            if given.contains_key(&name) {
                faults.push(format!("line {line} ({name}) is there twice"));
            }
            given.insert(name, (line, value));
        }
    }
    sections
}

/// Takes options out of a section and notes what is wrong with them; goes on all the same, so that all faults are told.
pub(crate) struct Reader<'a> {
    /// Name of the section.
    pub(crate) section: &'a str,
    given: Given,
    /// What stands before an option's name in a fault.
    prefix: String,
    /// What was found, one sentence each.
    pub(crate) faults: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(section: &'a str, given: Given) -> Self {
        Self { section, given, prefix: String::new(), faults: Vec::new() }
    }

    /// Faults of options name their section as well.
    pub(crate) fn naming_section(mut self) -> Self {
        self.prefix = format!("[{}] ", self.section);
        self
    }

    /// An option's value, read by `read`; the default where it is not there or has a fault.
    pub(crate) fn take<T, E: Display>(&mut self, name: &str, default: T, read: impl FnOnce(&str) -> Result<T, E>) -> T {
        let Some((number, value)) = self.given.remove(name) else { return default };
        read(&value).unwrap_or_else(|fault| {
            self.faults.push(format!("line {number} ({}{name}) {fault}", self.prefix));
            default
        })
    }

    pub(crate) fn text(&mut self, name: &str, default: &str) -> String {
        self.take(name, default.to_owned(), |value| {
            if value.is_empty() { Err("must not be empty") } else { Ok(value.to_owned()) }
        })
    }

    /// A value that is predefined and must not be changed.
    pub(crate) fn fixed(&mut self, name: &str, predefined: &str) -> String {
        self.take(name, predefined.to_owned(), |value| {
            if value == predefined { Ok(value.to_owned()) } else { Err(format!("must be {predefined}")) }
        })
    }

    pub(crate) fn flag(&mut self, name: &str) -> bool {
        self.take(name, false, |value| value.parse().map_err(|_| "must be true or false"))
    }

    pub(crate) fn must_have(&mut self, name: &str) {
        if !self.given.contains_key(name) {
            self.faults.push(format!("[{}] needs {name}", self.section));
        }
    }

    /// All options that nobody has taken yet, with their lines.
    pub(crate) fn rest(&mut self) -> Given {
        std::mem::take(&mut self.given)
    }

    /// Whatever is left has a name that nobody knows.
    pub(crate) fn finish(&mut self) {
        for (name, (number, _)) in self.rest() {
            self.faults.push(format!("line {number} ({}{name}) is no option of [{}]", self.prefix, self.section));
        }
    }
}
