//! Chat text → what it means for the plugin. Total: every text has exactly one meaning.
//!
//! Contract: grammar, "Chat text"; the vendor's example stands in "Using WebIVR MicroApps", "Using MicroApps".

use super::status::{self, Status};
use super::text::cut;
use std::fmt;

/// The scheme that marks a line as ours, compared without ASCII case (grammar, rule 2).
pub const SCHEME: &str = "microapp:";
/// What begins a request, compared without ASCII case (grammar, rule 5).
const REQUEST_PREFIX: &str = "microapp://app/";
/// Longest text, in bytes of UTF-8 after trimming (grammar, rule 3).
pub const MAX_TEXT_BYTES: usize = 8192;
/// Longest app token, in characters (grammar, rule 6).
pub const MAX_TOKEN_CHARS: usize = 64;
/// Longest name, in Unicode scalar values (grammar, rule 6).
pub const MAX_NAME_CHARS: usize = 128;

/// What a chat text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChatText {
    /// Ordinary chat: untouched.
    Other,
    /// Opens a MicroApp, if its sender may.
    Request(MicroAppRequest),
    /// Meant as a request but wrong: hidden, reported, never opened.
    Malformed(Malformed),
    /// A status message: hidden, never opens anything.
    Status(Status),
}

impl ChatText {
    /// Whether the customer must not see it. True for everything but [`ChatText::Other`]: hide ⊇ accept.
    pub fn is_hidden(&self) -> bool {
        !matches!(self, ChatText::Other)
    }
}

/// A parsed `microapp://app/TOKEN/NAME` line with its parameter lines.
#[derive(Clone, PartialEq, Eq)]
pub struct MicroAppRequest {
    /// The app token: 1–64 of `[A-Za-z0-9_+-]`.
    pub token: String,
    /// What the agent calls it, e.g. `Payment`; shown as text only.
    pub name: Option<String>,
    /// Name and verbatim value of each parameter line, in order, duplicates kept. Never publish, log or store these.
    pub parameters: Vec<(String, String)>,
    /// Lines that were skipped because they are no parameter.
    pub warnings: Vec<ParameterIgnored>,
}

/// Why by hand: a derived `Debug` would print parameter values into a log.
impl fmt::Debug for MicroAppRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MicroAppRequest")
            .field("token", &self.token)
            .field("parameters", &self.parameters.len())
            .finish_non_exhaustive()
    }
}

/// Prints the canonical text of the request; parsing that gives an equal request (but for its warnings).
impl fmt::Display for MicroAppRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{REQUEST_PREFIX}{}", self.token)?;
        if let Some(name) = &self.name {
            write!(f, "/{name}")?;
        }
        for (name, value) in &self.parameters {
            write!(f, "\n{name}={value}")?;
        }
        Ok(())
    }
}

/// A line of a request that is no parameter; its number counts from 1 in the trimmed text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParameterIgnored(pub usize);

impl fmt::Display for ParameterIgnored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "parameter_ignored:{}", self.0)
    }
}

/// Why a text that looks like a request is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// More than [`MAX_TEXT_BYTES`].
    TooLong,
    /// Begins with `microapp:` but not with `microapp://app/`.
    NotARequest,
    /// No token before the first slash.
    EmptyToken,
    /// The token is too long or has a character outside its alphabet.
    BadToken,
    /// The name is too long or has a control character.
    BadName,
}

impl Malformed {
    /// The stable code, as in the test vectors and in `failed` events.
    pub fn code(self) -> &'static str {
        match self {
            Malformed::TooLong => "too_long",
            Malformed::NotARequest => "not_a_request",
            Malformed::EmptyToken => "empty_token",
            Malformed::BadToken => "bad_token",
            Malformed::BadName => "bad_name",
        }
    }
}

/// Reads a chat text.
pub fn parse(text: &str) -> ChatText {
    let untrimmed = trim_start(text);
    let text = trim_end(untrimmed);
    if strip_prefix_ignoring_case(text, SCHEME).is_none() {
        return ChatText::Other;
    }
    if text.len() > MAX_TEXT_BYTES {
        return ChatText::Malformed(Malformed::TooLong);
    }
    if let Some(status) = status::parse(text) {
        return ChatText::Status(status);
    }
    // Why: a value is verbatim, so the white space that ends the last line belongs to it.
    let end_of_line = untrimmed.get(text.len()..).and_then(line_end);
    let text = untrimmed.get(..end_of_line.map_or(untrimmed.len(), |end| text.len() + end)).unwrap_or(text);
    match strip_prefix_ignoring_case(text, REQUEST_PREFIX) {
        None => ChatText::Malformed(Malformed::NotARequest),
        Some(rest) => parse_request(rest).map_or_else(ChatText::Malformed, ChatText::Request),
    }
}

/// Whether `token` may stand in a request and in a launch URL, where it is never percent-encoded.
pub fn is_token(token: &str) -> bool {
    (1..=MAX_TOKEN_CHARS).contains(&token.len())
        && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'-'))
}

fn trim(text: &str) -> &str {
    trim_end(trim_start(text))
}

fn trim_start(text: &str) -> &str {
    text.trim_start_matches(is_blank)
}

fn trim_end(text: &str) -> &str {
    text.trim_end_matches(is_blank)
}

/// Where the first line ends.
fn line_end(text: &str) -> Option<usize> {
    text.bytes().position(|byte| matches!(byte, b'\r' | b'\n'))
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

fn parse_request(rest: &str) -> Result<MicroAppRequest, Malformed> {
    let mut lines = Lines { rest: Some(rest) };
    let first = trim_end(lines.next().unwrap_or_default());
    let (token, name) = cut(first, b'/').map_or((first, ""), |(token, name)| (token, trim(name)));
    if token.is_empty() {
        return Err(Malformed::EmptyToken);
    }
    if !is_token(token) {
        return Err(Malformed::BadToken);
    }
    if name.chars().count() > MAX_NAME_CHARS || name.chars().any(char::is_control) {
        return Err(Malformed::BadName);
    }
    let mut request = MicroAppRequest {
        token: token.to_owned(),
        name: (!name.is_empty()).then(|| name.to_owned()),
        parameters: Vec::new(),
        warnings: Vec::new(),
    };
    for (line, number) in lines.zip(2..) {
        if line.is_empty() {
            continue;
        }
        match cut(line, b'=').map(|(name, value)| (trim(name), value)) {
            Some((name, value)) if !name.is_empty() => request.parameters.push((name.to_owned(), value.to_owned())),
            _ => request.warnings.push(ParameterIgnored(number)),
        }
    }
    Ok(request)
}

/// Lines that end with LF, CRLF or CR (grammar, rule 6).
struct Lines<'a> {
    rest: Option<&'a str>,
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest.take()?;
        let Some(end) = line_end(rest) else { return Some(rest) };
        let (line, after) = rest.split_at_checked(end)?;
        self.rest = after.strip_prefix("\r\n").or_else(|| after.get(1..));
        Some(line)
    }
}
