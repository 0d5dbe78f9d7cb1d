//! The frame every MicroApp page shares, and the page of a refusal. Everything is escaped by the template engine.

use axum::Extension;
use axum::http::StatusCode;
use axum::http::header::{HeaderName, RETRY_AFTER};
use axum::response::{AppendHeaders, Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use super::refusal::Refusal;
use super::{HANG_UP, LANGUAGE, MALFORMED, SCRIPT, STYLE, of_session};

/// What a page tells the embedding page through its script, by attributes of `body`.
pub(super) struct Signals<'a> {
    /// Verified origin of the embedding page.
    pub(super) domain: &'a str,
    /// Id of the session.
    pub(super) session: &'a str,
    /// Block to report, unless this page shows it once more because of a fault in the form.
    pub(super) block: Option<&'a str>,
    /// The blocks in order, and the place of this one.
    pub(super) steps: (&'a [String], usize),
    /// Whether this is the last page.
    pub(super) last: bool,
    /// Whether the page speaks at all, and to whom: a fault may have it otherwise.
    pub(super) voice: Voice,
}

/// What a page is, apart from what it says.
pub(super) struct Frame<'a> {
    /// Its title.
    pub(super) title: &'a str,
    /// Its language.
    pub(super) language: &'a str,
    /// Whether that is written from right to left.
    pub(super) from_right: bool,
    /// All languages it can be had in, separated by spaces.
    pub(super) languages: &'a str,
}

/// What a page's script does; other than [`Voice::Normal`] only where a test asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Voice {
    /// It speaks to the embedding page.
    #[default]
    Normal,
    /// There is no script.
    Silent,
    /// It takes another origin for the embedding page's.
    WrongOrigin,
    /// It says what no protocol knows.
    Malformed,
}

/// Whom a page with [`Voice::WrongOrigin`] speaks to.
const WRONG_ORIGIN: &str = "https://wrong.example";

/// The head of every page here.
pub(super) fn head(title: &str, script: Option<&str>) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="robots" content="noindex";
            title { (title) }
            link rel="stylesheet" href=(STYLE);
            @if let Some(script) = script { script type="module" src=(script) {} }
        }
    }
}

/// A page of a session.
pub(super) fn session_page(status: StatusCode, frame: &Frame<'_>, signals: &Signals<'_>, content: &Markup) -> Response {
    let hang_up = of_session(HANG_UP, signals.session);
    let domain = if signals.voice == Voice::WrongOrigin { WRONG_ORIGIN } else { signals.domain };
    let (steps, at) = signals.steps;
    let language = of_session(LANGUAGE, signals.session);
    let script = match signals.voice {
        Voice::Silent => None,
        Voice::Malformed => Some(MALFORMED),
        Voice::Normal | Voice::WrongOrigin => Some(SCRIPT),
    };
    let page = html! {
        (DOCTYPE)
        html lang=(frame.language) dir=[frame.from_right.then_some("rtl")] {
            (head(frame.title, script))
            body data-domain=(domain) data-hangup=(hang_up) data-block=[signals.block] data-last[signals.last]
                data-steps=(steps.join("|")) data-at=(at) data-language=(language) data-languages=(frame.languages) {
                main { (content) }
            }
        }
    };
    (status, Html(page.into_string())).into_response()
}

/// The page of a refusal: readable, without script, without anything of the request in it.
pub(super) fn refusal_page(refusal: Refusal) -> Response {
    let (heading, explanation) = refusal.words();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            (head(heading, None))
            body data-code=(refusal.code()) {
                main {
                    div.notice role="alert" {
                        span.badge.neutral aria-hidden="true" { "!" }
                        h1 { (heading) }
                        p { (explanation) }
                        p.code { "Code: " (refusal.code()) }
                    }
                }
            }
        }
    };
    (refusal.status(), retry_after(refusal), Extension(refusal), Html(page.into_string())).into_response()
}

/// The header that says when to come again, for a refusal that has one.
pub(super) fn retry_after(refusal: Refusal) -> AppendHeaders<Option<(HeaderName, u64)>> {
    AppendHeaders(refusal.retry_after().map(|seconds| (RETRY_AFTER, seconds)))
}
