//! The window's elements: built once per opening, changed through the methods here.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use super::composer::{Composer, Limits};
use super::drawing::Sheet;
use super::idle::IdleBar;
use super::pane;
use super::texts::Texts;
use crate::dom::{self, icons};

/// What the window shows below its title bar.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// Who are you?
    Form,
    /// The conversation.
    Chat,
}

/// The elements of an open window.
pub struct Surface {
    /// `div.cx-widget.cx-webchat`, the whole window.
    pub element: HtmlElement,
    /// The title bar's minimise button.
    pub minimize: HtmlElement,
    /// The title bar's X.
    pub close: HtmlElement,
    /// The visible conversation.
    pub transcript: HtmlElement,
    /// The copy for screen readers, a polite log.
    pub log: HtmlElement,
    /// The row with the message box.
    pub composer: Composer,
    /// Where the form goes.
    pub form_page: HtmlElement,
    /// The close button of the "chat ended" state.
    pub done: HtmlElement,
    /// "Are you still there?"
    pub idle: Rc<IdleBar>,
    /// The conversation and what stands below it; files can be dropped on it.
    pub chat_page: HtmlElement,
    ended: HtmlElement,
    ended_text: HtmlElement,
    typing: HtmlElement,
    typing_text: HtmlElement,
    notice: HtmlElement,
    /// Whether the notice is about a message that was not sent.
    unsent: Cell<bool>,
    waiting: HtmlElement,
    counter: HtmlElement,
    subtitle: HtmlElement,
}

/// The parts of the title bar.
struct TitleBar {
    element: HtmlElement,
    minimize: HtmlElement,
    close: HtmlElement,
    counter: HtmlElement,
    subtitle: HtmlElement,
}

impl TitleBar {
    fn build(texts: &Texts) -> Result<Self, JsValue> {
        let element = dom::create("div", "cx-titlebar")?;
        let badge = dom::create("span", "cx-icon")?;
        let drawing = dom::icon(icons::CHAT)?;
        dom::append(&badge, &[&drawing])?;
        let heading = dom::create("div", "cx-heading")?;
        let title = texts.element("h2", "cx-title", "ChatTitle")?;
        title.set_id("cx-webchat-title");
        let subtitle = dom::create("div", "cx-subtitle")?;
        dom::append(&heading, &[&title, &subtitle])?;
        let counter = dom::create("span", "cx-webchat-counter")?;
        counter.set_hidden(true);
        let controls = dom::create("div", "cx-buttons-window-control")?;
        let minimize = dom::icon_button("cx-button-minimize", "", icons::MINIMIZE)?;
        texts.name(&minimize, "ChatMinimize");
        minimize.set_attribute("data-testid", "chat-minimize")?;
        minimize.set_attribute("aria-expanded", "true")?;
        let close = dom::icon_button("cx-button-close", "", icons::CLOSE)?;
        texts.name(&close, "ChatClose");
        close.set_attribute("data-testid", "chat-close")?;
        dom::append(&controls, &[&minimize, &close])?;
        dom::append(&element, &[&badge, &heading, &counter, &controls])?;
        Ok(Self { element, minimize, close, counter, subtitle })
    }
}

impl Surface {
    /// Builds the window; nothing is attached to the page yet.
    ///
    /// # Errors
    /// Outside a page.
    pub fn build(texts: &Texts, theme: &str, limits: Limits) -> Result<Self, JsValue> {
        let element = dom::create("div", &format!("cx-widget cx-webchat {theme}"))?;
        element.set_attribute("role", "dialog")?;
        element.set_attribute("aria-labelledby", "cx-webchat-title")?;
        let bar = TitleBar::build(texts)?;

        let body = dom::create("div", "cx-body")?;
        let form_page = dom::create("div", "cx-form-page")?;
        let chat_page = dom::create("div", "cx-chat-page")?;
        let notice = dom::create("div", "cx-notice")?;
        notice.set_attribute("role", "status")?;
        notice.set_attribute("data-testid", "chat-notice")?;
        notice.set_hidden(true);
        let transcript = dom::create("div", "cx-transcript")?;
        transcript.set_attribute("role", "region")?;
        texts.name(&transcript, "ChatTranscript");
        transcript.set_attribute("tabindex", "0")?;
        transcript.set_attribute("data-testid", "chat-transcript")?;
        let waiting = texts.element("div", "cx-waiting", "ChatWaiting")?;
        waiting.set_attribute("role", "status")?;
        let typing = dom::create("div", "cx-typing")?;
        typing.set_hidden(true);
        let dots = dom::create("span", "cx-typing-dots")?;
        dots.set_attribute("aria-hidden", "true")?;
        for _ in 0..3 {
            let dot = dom::create("span", "cx-typing-dot")?;
            dom::append(&dots, &[&dot])?;
        }
        let typing_text = dom::create("span", "cx-typing-text")?;
        dom::append(&typing, &[&dots, &typing_text])?;
        let idle = IdleBar::build(texts)?;
        let composer = Composer::build(texts, limits)?;

        let ended = dom::create("div", "cx-ended")?;
        ended.set_hidden(true);
        let ended_text = texts.element("p", "cx-ended-text", "ChatEnded")?;
        ended_text.set_attribute("role", "status")?;
        let done = texts.button("cx-btn cx-btn-primary", "ChatCloseEnded")?;
        done.set_attribute("data-testid", "chat-done")?;
        dom::append(&ended, &[&ended_text, &done])?;
        dom::append(&chat_page, &[&notice, &transcript, &waiting, &typing, &idle.element, &composer.element, &ended])?;

        let log = dom::create("div", "cx-screen-reader-transcript cx-visually-hidden")?;
        log.set_attribute("role", "log")?;
        log.set_attribute("aria-live", "polite")?;
        texts.name(&log, "ChatTranscript");
        dom::append(&body, &[&form_page, &chat_page])?;
        dom::append(&element, &[&bar.element, &body, &log])?;
        let surface = Self {
            element,
            minimize: bar.minimize,
            close: bar.close,
            transcript,
            log,
            composer,
            form_page,
            done,
            idle,
            chat_page,
            ended,
            ended_text,
            typing,
            typing_text,
            notice,
            unsent: Cell::new(false),
            waiting,
            counter: bar.counter,
            subtitle: bar.subtitle,
        };
        surface.show(Page::Form);
        Ok(surface)
    }

    /// Turns to a page.
    pub fn show(&self, page: Page) {
        self.form_page.set_hidden(page != Page::Form);
        self.chat_page.set_hidden(page != Page::Chat);
        pane::follow(self);
    }

    /// Which page is shown.
    #[must_use]
    pub fn page(&self) -> Page {
        if self.chat_page.hidden() { Page::Form } else { Page::Chat }
    }

    /// The element of the page that is shown.
    #[must_use]
    pub fn page_element(&self) -> HtmlElement {
        match self.page() {
            Page::Form => self.form_page.clone(),
            Page::Chat => self.chat_page.clone(),
        }
    }

    /// Another chat in the same window: an empty conversation with a message box, and nobody there yet.
    pub fn begin_anew(&self) {
        for emptied in [&self.transcript, &self.log] {
            emptied.set_text_content(None);
        }
        self.ended.set_hidden(true);
        self.composer.element.set_hidden(false);
        self.idle.hide();
        self.set_typing(None);
        self.set_notice(None);
        self.set_partner("");
        self.set_waiting(true);
        self.show(Page::Chat);
    }

    /// Whether a chat was shown that is over.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        !self.ended.hidden()
    }

    /// Whether a screen reader says what comes into the conversation now. What was there before is there to be read, and
    /// would keep it busy for minutes.
    pub fn read_out(&self, read_out: bool) {
        let _refused = self.log.set_attribute("aria-live", if read_out { "polite" } else { "off" });
    }

    /// The conversation is over: no message box any more.
    pub fn set_ended(&self, text: &str) {
        if let Ok(Some(question)) = self.element.query_selector(".cx-confirm") {
            question.remove();
        }
        self.ended_text.set_text_content(Some(text));
        self.composer.element.set_hidden(true);
        self.ended.set_hidden(false);
        self.idle.hide();
        self.set_waiting(false);
        self.set_typing(None);
        self.set_notice(None);
    }

    /// Shows or hides "is typing".
    pub fn set_typing(&self, text: Option<&str>) {
        self.typing.set_hidden(text.is_none());
        let _refused = dom::put_isolated(&self.typing_text, text.unwrap_or_default());
        if text.is_some() {
            self.scroll_to_end();
        }
    }

    /// Shows or hides a line above the conversation.
    pub fn set_notice(&self, text: Option<&str>) {
        self.unsent.set(false);
        self.notice.set_hidden(text.is_none());
        let _refused = dom::put_isolated(&self.notice, text.unwrap_or_default());
    }

    /// Says in that line that a message was not sent, until one is: [`Surface::message_sent`].
    pub fn say_unsent(&self, text: &str) {
        self.set_notice(Some(text));
        self.unsent.set(true);
    }

    /// Says a reason in that line, in place of what it says of a message that was not sent.
    pub fn say_reason(&self, text: &str) {
        let unsent = self.unsent.get();
        self.set_notice(Some(text));
        self.unsent.set(unsent);
    }

    /// A message got through: what was said of one that did not is out of date.
    pub fn message_sent(&self) {
        if self.unsent.get() {
            self.set_notice(None);
        }
    }

    /// Shows or hides "please wait".
    pub fn set_waiting(&self, waiting: bool) {
        self.waiting.set_hidden(!waiting);
    }

    /// Who the customer talks to, below the title.
    pub fn set_partner(&self, name: &str) {
        self.subtitle.set_text_content(Some(name));
    }

    /// The number of unread messages; 0 hides it.
    pub fn set_unread(&self, count: u32, label: &str) {
        self.counter.set_hidden(count == 0);
        self.counter.set_text_content(Some(&if count == 0 { String::new() } else { count.to_string() }));
        let _refused = self.counter.set_attribute("aria-label", label);
        let _refused = self.counter.set_attribute("role", "status");
    }

    /// Folds the window to its title bar, or unfolds it.
    pub fn set_minimized(&self, minimized: bool, texts: &Texts) {
        dom::toggle_class(&self.element, "cx-minimized", minimized);
        let _refused = self.minimize.set_attribute("aria-expanded", if minimized { "false" } else { "true" });
        texts.name(&self.minimize, if minimized { "ChatMaximize" } else { "ChatMinimize" });
        if let Ok(Some(line)) = self.minimize.query_selector("path") {
            let _refused = line.set_attribute("d", if minimized { icons::UNFOLD } else { icons::MINIMIZE });
        }
        if !minimized {
            self.scroll_to_end();
        }
    }

    /// Where messages are drawn.
    #[must_use]
    pub fn sheet(&self) -> Sheet<'_> {
        Sheet { transcript: &self.transcript, log: &self.log }
    }

    /// Scrolls to the newest message.
    pub fn scroll_to_end(&self) {
        self.transcript.set_scroll_top(self.transcript.scroll_height());
    }

    /// Puts the keyboard where the customer goes on.
    pub fn focus(&self) {
        let target = match self.page() {
            Page::Chat if !self.composer.element.hidden() => Some(HtmlElement::from(self.composer.input.clone())),
            Page::Chat => Some(self.done.clone()),
            Page::Form => {
                let field = self.form_page.query_selector("input:not([type=hidden]), textarea, select");
                field.ok().flatten().and_then(|field| field.dyn_into().ok())
            }
        };
        if let Some(target) = target {
            let _refused = target.focus();
        }
    }
}
