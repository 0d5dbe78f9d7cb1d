//! The elements of a window: header with progress, status line, and the stage where the frame or a message stands.

use super::super::{i18n, js};
use super::words::{CONSENT, View};
use super::{ROOT_CLASS, dom};
use crate::core::config::{Look, Size};
use crate::core::effect::Card;
use crate::core::text::decimal;
use web_sys::HtmlElement;

const HEADING_ID: &str = "cx-speechstorm-heading";
const MESSAGE_ID: &str = "cx-speechstorm-message";
/// The root's attributes. A modal dialog is not to close by itself: the customer may have to be asked.
const ROOT: Attributes = &[("aria-labelledby", HEADING_ID), ("closedby", "none"), ("data-gcb-service-node", "true")];
const STATUS: (&str, &str) = ("role", "status");
const MARK: Attributes = &[("class", "cx-speechstorm-mark"), ("aria-hidden", "true")];
/// What is in it, each with the position of its parent; the root is 0.
const TREE: [(usize, &str, Attributes); PARTS - 1] = [
    (0, "div", &[("class", "cx-speechstorm-header")]),
    (1, "span", MARK),
    (1, "h2", &[("id", HEADING_ID), ("tabindex", "-1")]),
    (1, "button", &[("type", "button"), ("class", "cx-speechstorm-minimize"), ("data-act", "minimize")]),
    (1, "button", &[("type", "button"), ("class", "cx-speechstorm-close"), ("data-act", "close")]),
    (0, "div", &[("class", "cx-speechstorm-progress"), ("role", "progressbar"), ("hidden", "")]),
    (0, "p", &[("class", "cx-speechstorm-step"), STATUS]),
    (0, "p", &[("class", "cx-speechstorm-status"), STATUS]),
    (0, "p", &[("class", "cx-speechstorm-notice"), STATUS]),
    (0, "div", &[("class", "cx-speechstorm-stage")]),
    (10, "div", &[("class", "cx-speechstorm-view")]),
    (11, "span", MARK),
    (11, "p", &[("id", MESSAGE_ID), ("role", "alert")]),
    (11, "dl", &[]),
    (11, "div", &[("role", "group"), ("aria-labelledby", MESSAGE_ID)]),
];
const PARTS: usize = 16;
type Attributes = &'static [(&'static str, &'static str)];
/// How far the customer is, for the stylesheet.
const DONE: &str = "done";

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
        let mut built = Vec::<HtmlElement>::new();
        for (parent, tag, attributes) in [(0, tag, ROOT)].into_iter().chain(TREE) {
            let element = dom::element(tag, attributes)?;
            if let Some(parent) = built.get(parent) {
                dom::append(parent, &[&element]);
            }
            built.push(element);
        }
        let built: [HtmlElement; PARTS] = built.try_into().ok()?;
        let [root, _, _, heading, toggle, close, bar, step, status, notice, stage, _, _, message, rows, actions] =
            built;
        dom::attribute(&root, "role", role);
        let size = match look.size {
            Size::Compact => "compact",
            Size::Tall => "tall",
            Size::Full => "full",
        };
        dom::attribute(&root, "data-size", size);
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
            let class = ["cx-speechstorm-button cx-speechstorm-", act].concat();
            if let Some(button) = dom::element("button", &[("type", "button"), ("class", &class), ("data-act", act)]) {
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
            js::call(&button, "focus");
        }
    }

    /// Shows how far the customer is: `at` of `of`, or only that something happens where `of` is 0.
    pub(super) fn progress(&self, at: usize, of: usize, name: &str) {
        self.bar.set_hidden(false);
        let (at, of) = (at as u32, of as u32);
        let mut text = String::new();
        if of > 0 {
            text = [&decimal(at), " / ", &decimal(of), " · "].concat();
            for (attribute, value) in [("aria-valuemin", 0), ("aria-valuenow", at), ("aria-valuemax", of)] {
                dom::attribute(&self.bar, attribute, &decimal(value));
            }
            dom::style(&self.bar, DONE, [&decimal(at * 100 / of), "%"].concat());
        }
        text.push_str(name);
        dom::attribute(&self.bar, "aria-valuetext", &text);
        dom::text(&self.step, &text);
    }
}
