//! Taking a string of markup apart, as far as [`super::put`] needs it.

/// A piece of markup.
#[derive(Debug, PartialEq, Eq)]
pub enum Token {
    /// Words, with their entities read.
    Text(String),
    /// An element begins. Names are in lower case, values have their entities read.
    Begin {
        /// The element's name.
        name: String,
        /// Attribute and value, in order; without a value it is empty.
        attributes: Vec<(String, String)>,
    },
    /// An element ends.
    End(String),
}

/// Elements whose content is no markup, or is nothing for a page: it goes with them.
const SKIPPED: [&str; 12] = [
    "iframe", "math", "noembed", "noframes", "noscript", "object", "script", "style", "svg", "template", "textarea",
    "title",
];
/// Entities by name.
const ENTITIES: [(&str, &str); 12] = [
    ("amp", "&"),
    ("apos", "'"),
    ("bull", "•"),
    ("colon", ":"),
    ("copy", "©"),
    ("gt", ">"),
    ("hellip", "…"),
    ("lt", "<"),
    ("nbsp", "\u{a0}"),
    ("ndash", "–"),
    ("quot", "\""),
    ("reg", "®"),
];

/// The pieces of a string, in order.
#[must_use]
pub fn of(source: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut rest = source;
    while let Some(start) = rest.find('<') {
        let (before, from) = rest.split_at(start);
        words(&mut found, before);
        let after = from.get(1..).unwrap_or_default();
        rest = if let Some(comment) = after.strip_prefix("!--") {
            behind(comment, "-->")
        } else if after.starts_with(['!', '?']) {
            behind(after, ">")
        } else if let Some(end) = after.strip_prefix('/') {
            found.push(Token::End(name_of(end).to_ascii_lowercase()));
            behind(end, ">")
        } else if after.starts_with(|first: char| first.is_ascii_alphabetic()) {
            let name = name_of(after).to_ascii_lowercase();
            let (attributes, behind_it) = attributes(after.get(name.len()..).unwrap_or_default());
            if SKIPPED.contains(&name.as_str()) {
                behind_end(behind_it, &name)
            } else {
                found.push(Token::Begin { name, attributes });
                behind_it
            }
        } else {
            words(&mut found, "<");
            after
        };
    }
    words(&mut found, rest);
    found
}

// One piece, also where a `<` of its own stands within.
fn words(found: &mut Vec<Token>, text: &str) {
    if text.is_empty() {
        return;
    }
    let read = read_entities(text);
    match found.last_mut() {
        Some(Token::Text(last)) => last.push_str(&read),
        _ => found.push(Token::Text(read)),
    }
}

fn name_of(text: &str) -> &str {
    let end = text.find(|one: char| one.is_whitespace() || matches!(one, '/' | '>')).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// What follows the first of these; nothing where there is none.
fn behind<'a>(text: &'a str, what: &str) -> &'a str {
    text.split_once(what).map_or("", |(_, after)| after)
}

/// What follows the end of an element that has begun. Looks at each character once: there may be many such elements.
fn behind_end<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("</") {
        if name_of(after).eq_ignore_ascii_case(name) {
            return behind(after, ">");
        }
        rest = after;
    }
    ""
}

/// The attributes up to the next `>`, and what follows that.
fn attributes(text: &str) -> (Vec<(String, String)>, &str) {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|one: char| one.is_whitespace() || one == '/');
        if rest.is_empty() {
            return (found, rest);
        }
        if let Some(after) = rest.strip_prefix('>') {
            return (found, after);
        }
        let end = rest.find(|one: char| one.is_whitespace() || matches!(one, '=' | '/' | '>')).unwrap_or(rest.len());
        // An attribute that begins with `=` has it in its name: nothing that is allowed, but it must be passed.
        let end = end.max(rest.chars().next().map_or(0, char::len_utf8));
        let (name, after) = rest.split_at(end);
        let (value, after) = match after.trim_start().strip_prefix('=') {
            Some(value) => value_of(value.trim_start()),
            None => ("", after),
        };
        found.push((name.to_ascii_lowercase(), read_entities(value)));
        rest = after;
    }
}

fn value_of(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(quoted) = text.strip_prefix(quote) {
            return quoted.split_once(quote).unwrap_or((quoted, ""));
        }
    }
    text.split_at(text.find(|one: char| one.is_whitespace() || one == '>').unwrap_or(text.len()))
}

fn read_entities(text: &str) -> String {
    let mut read = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        let (before, from) = rest.split_at(start);
        read.push_str(before);
        let after = from.get(1..).unwrap_or_default();
        // A `;` that stands somewhere behind is not looked for: there may be none, and many a `&`.
        let end = after.find(|one: char| !one.is_ascii_alphanumeric() && one != '#').unwrap_or(after.len());
        let (name, behind_it) = after.split_at(end);
        match behind_it.strip_prefix(';').and_then(|after| Some((entity(name)?, after))) {
            Some((meant, after)) => {
                read.push_str(&meant);
                rest = after;
            }
            None => {
                read.push('&');
                rest = after;
            }
        }
    }
    read.push_str(rest);
    read
}

fn entity(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
            None => number.parse(),
        };
        return char::from_u32(code.ok()?).map(String::from);
    }
    ENTITIES.iter().find(|(known, _)| *known == name).map(|(_, meant)| (*meant).to_owned())
}
