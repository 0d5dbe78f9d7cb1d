//! The elements of a window: header with progress, status line, and the stage where the frame or a message stands.

use super::super::i18n;
use super::words::{CONSENT, View};
use super::{ROOT_CLASS, dom};
use crate::core::config::{Look, Size};
use crate::core::effect::Card;
use web_sys::HtmlElement;

const HEADING_ID: &str = "cx-speechstorm-heading";
const MESSAGE_ID: &str = "cx-speechstorm-message";
/// How far the customer is, for the stylesheet.
const DONE: &str = "--cx-speechstorm-done";

/// See the module.
pub(super) struct Parts {
    pub(super) root: HtmlElement,
    pub(super) heading: HtmlElement,
    pub(super) toggle: HtmlElement,
    pub(super) close: HtmlElement,
    pub(super) stage: HtmlElement,
    bar: HtmlElement,
    step: HtmlElement,
    status: HtmlElement,
    notice: HtmlElement,
    message: HtmlElement,
    rows: HtmlElement,
    actions: HtmlElement,
}

impl Parts {
    /// Builds everything; `tag` is the root's.
    pub(super) fn new(tag: &str, role: &str, look: &Look) -> Option<Parts> {
        let size = match look.size {
            Size::Compact => "compact",
            Size::Tall => "tall",
            Size::Full => "full",
        };
        let root = dom::element(
            tag,
            &[
                ("role", role),
                ("aria-labelledby", HEADING_ID),
                ("data-size", size),
                ("closedby", "none"),
                ("data-gcb-service-node", "true"),
            ],
        )?;
        let header = dom::part("header", "cx-speechstorm-header")?;
        let mark = mark()?;
        let heading = dom::element("h2", &[("id", HEADING_ID), ("tabindex", "-1")])?;
        let (toggle, close) = (dom::button("minimize", "")?, dom::button("close", "")?);
        dom::append(&header, &[&mark, &heading, &toggle, &close]);

        let bar = dom::element("div", &[("class", "cx-speechstorm-progress"), ("role", "progressbar")])?;
        let step = dom::element("p", &[("class", "cx-speechstorm-step"), ("role", "status")])?;
        let status = dom::element("p", &[("class", "cx-speechstorm-status"), ("role", "status")])?;
        let notice = dom::element("p", &[("class", "cx-speechstorm-notice"), ("role", "status")])?;
        let stage = dom::part("div", "cx-speechstorm-stage")?;
        let view = dom::part("div", "cx-speechstorm-view")?;
        let big_mark = self::mark()?;
        let message = dom::element("p", &[("id", MESSAGE_ID), ("role", "alert")])?;
        let rows = dom::element("dl", &[])?;
        let actions = dom::element("div", &[("role", "group"), ("aria-labelledby", MESSAGE_ID)])?;
        dom::append(&view, &[&big_mark, &message, &rows, &actions]);
        dom::append(&stage, &[&view]);
        dom::append(&root, &[&header, &bar, &step, &status, &notice, &stage]);
        bar.set_hidden(true);
        Some(Parts { root, heading, toggle, close, stage, bar, step, status, notice, message, rows, actions })
    }

    /// Names the place that the window stands in.
    pub(super) fn place(&self, name: &str) {
        self.root.set_class_name(&[ROOT_CLASS, " cx-speechstorm-shell cx-speechstorm-", name].concat());
    }

    /// Writes what depends on the language alone.
    pub(super) fn label(&self, title: &str) {
        let (language, direction) = i18n::language();
        dom::attribute(&self.root, "lang", language);
        dom::attribute(&self.root, "dir", direction);
        dom::text(&self.heading, title);
        let labels = [(&self.toggle, i18n::SHOW), (&self.close, i18n::CLOSE), (&self.bar, i18n::PROGRESS)];
        for (element, label) in labels {
            dom::attribute(element, "aria-label", &label.get());
        }
    }

    /// The status line.
    pub(super) fn status(&self, text: i18n::Text) {
        dom::text(&self.status, &text.get());
    }

    /// The notice of a lost connection.
    pub(super) fn online(&self, online: bool) {
        dom::text(&self.notice, &if online { String::new() } else { i18n::OFFLINE.get() });
    }

    /// Puts a message in place of the frame, or takes it away.
    pub(super) fn message(&self, view: Option<&View>, card: &Card, with_window: bool) {
        dom::flag(&self.root, "data-message", view.is_some());
        self.rows.set_text_content(None);
        self.actions.set_text_content(None);
        let Some(view) = view else { return dom::text(&self.message, "") };
        dom::text(&self.message, &view.text.get());
        if std::ptr::eq(view.actions, CONSENT.actions) {
            self.row(i18n::ASKER, card.asker.as_deref());
            self.row(i18n::PURPOSE, card.name.as_deref());
            self.row(i18n::ORIGIN, Some(&card.origin));
        }
        for (act, label) in view.actions {
            if *act == "window" && !with_window {
                continue;
            }
            if let Some(button) = dom::button(act, "cx-speechstorm-button") {
                dom::text(&button, &label.get());
                dom::append(&self.actions, &[&button]);
            }
        }
    }

    fn row(&self, label: i18n::Text, value: Option<&str>) {
        let Some(value) = value else { return };
        if let (Some(term), Some(detail)) = (dom::element("dt", &[]), dom::element("dd", &[("dir", "auto")])) {
            dom::text(&term, &label.get());
            dom::text(&detail, value);
            dom::append(&self.rows, &[&term, &detail]);
        }
    }

    /// The first thing that the customer can do about a message.
    pub(super) fn focus_action(&self) {
        if let Ok(Some(button)) = self.actions.query_selector("button") {
            dom::call(&button, "focus", &[]);
        }
    }

    /// Shows how far the customer is: `at` of `of`, or only that something happens where `of` is 0.
    pub(super) fn progress(&self, at: usize, of: usize, name: &str) {
        self.bar.set_hidden(false);
        let (at, of) = (at as i32, of as i32);
        let mut text = String::new();
        if of > 0 {
            text = [&at.to_string(), " / ", &of.to_string(), " · "].concat();
            for (attribute, value) in [("aria-valuemin", 0), ("aria-valuenow", at), ("aria-valuemax", of)] {
                dom::attribute(&self.bar, attribute, &value.to_string());
            }
            let _ = self.bar.style().set_property(DONE, &[&(at * 100 / of).to_string(), "%"].concat());
        }
        text.push_str(name);
        dom::attribute(&self.bar, "aria-valuetext", &text);
        dom::text(&self.step, &text);
    }
}

/// A padlock, drawn by the stylesheet.
fn mark() -> Option<HtmlElement> {
    dom::element("span", &[("class", "cx-speechstorm-mark"), ("aria-hidden", "true")])
}
