//! "Are you still there?": shown when the server warns that it will close an idle chat (`IdleAlert`, bus facts 5).

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use super::texts::Texts;
use crate::dom::{self, icons};
use crate::interop;
use crate::timer::Interval;

/// How often the time that is left is shown anew, in milliseconds.
const TICK: i32 = 1000;

/// The bar above the message box.
pub struct IdleBar {
    /// The bar.
    pub element: HtmlElement,
    /// "I'm still here".
    pub stay: HtmlElement,
    text: HtmlElement,
    time: HtmlElement,
    countdown: RefCell<Option<Interval>>,
}

impl IdleBar {
    /// Builds the bar, not shown.
    ///
    /// # Errors
    /// Outside a page.
    pub fn build(texts: &Texts) -> Result<Rc<Self>, JsValue> {
        let element = dom::create("div", "cx-idle")?;
        element.set_attribute("role", "alert")?;
        element.set_attribute("data-testid", "chat-idle")?;
        element.set_hidden(true);
        let clock = dom::icon(icons::CLOCK)?;
        let text = texts.element("p", "cx-idle-text", "ChatIdle")?;
        // It changes each second: who hears the page is told once, by the text.
        let time = dom::create("span", "cx-idle-time")?;
        time.set_attribute("aria-hidden", "true")?;
        let stay = texts.button("cx-btn cx-btn-primary cx-idle-stay", "ChatIdleStay")?;
        stay.set_attribute("data-testid", "chat-idle-stay")?;
        dom::append(&element, &[&clock, &text, &time, &stay])?;
        Ok(Rc::new(Self { element, stay, text, time, countdown: RefCell::default() }))
    }

    /// Shows the bar for an `IdleAlert`. Where the next thing is the end, the time until then runs down; a message that is
    /// replayed has used up some of it.
    pub fn show(self: &Rc<Self>, texts: &Texts, message: &JsValue) {
        let own = interop::get_string(message, "text").filter(|text| !text.trim().is_empty());
        self.text.set_text_content(Some(&own.unwrap_or_else(|| texts.get("ChatIdle"))));
        self.element.set_hidden(false);
        let left = time_left(message, interop::now());
        self.time.set_hidden(left.is_none());
        let Some(left) = left else {
            self.countdown.take();
            return;
        };
        self.show_time(left);
        let end = interop::now() + left * 1000.0;
        let bar = Rc::downgrade(self);
        let ticking = Interval::every(TICK, move || {
            if let Some(bar) = bar.upgrade() {
                bar.show_time((end - interop::now()) / 1000.0);
            }
        });
        self.countdown.replace(ticking);
    }

    /// Takes the bar away: somebody has said something.
    pub fn hide(&self) {
        self.element.set_hidden(true);
        self.countdown.take();
    }

    fn show_time(&self, seconds: f64) {
        let seconds = seconds.round().max(0.0) as u32;
        self.time.set_text_content(Some(&format!("{}:{:02}", seconds / 60, seconds % 60)));
    }
}

/// How many seconds are left until the end; `None` where another alert comes first, or where nothing is said.
fn time_left(message: &JsValue, now: f64) -> Option<f64> {
    let data = interop::get(message, "userData");
    let next = interop::get_string(&data, "next-idle-timer-type")?;
    let value = interop::get(&data, "next-idle-timer-secs");
    let seconds = value.as_f64().or_else(|| value.as_string()?.parse().ok())?;
    let ago = match interop::get_number(message, "timestamp") {
        Some(time) if interop::get(message, "restoring").is_truthy() => (now - time) / 1000.0,
        _ => 0.0,
    };
    next.eq_ignore_ascii_case("CLOSE").then(|| (seconds - ago).clamp(0.0, seconds))
}
