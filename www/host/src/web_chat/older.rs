//! Older messages: asked for when the customer scrolls to the top, or cannot because there is too little, and put there
//! (transports 2.8 and 2.10).

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::Element;

use super::WebChat;
use super::drawing::{self, Drawn, Sheet};
use super::events::Added;
use super::surface::Surface;
use crate::dom;
use crate::interop;

/// How far asking has come.
#[derive(Default)]
pub(super) struct Older {
    asking: Cell<bool>,
    /// The service has nothing more, or has no pages at all.
    refused: Cell<bool>,
}

impl Older {
    /// For a new chat.
    pub(super) fn reset(&self) {
        self.refused.set(false);
    }
}

impl WebChat {
    /// Asks for the page before what is shown when the top has come into sight. Whether there is one, the service knows.
    pub(super) fn wire_history(self: &Rc<Self>, surface: &Rc<Surface>) -> Result<(), JsValue> {
        let (chat, shown) = (Rc::clone(self), Rc::clone(surface));
        dom::listen(&surface.transcript, "scroll", move |_| {
            if shown.transcript.scroll_top() <= 0 {
                chat.ask_for_older();
            }
            Ok(())
        })
    }

    /// Asks soon after the start or the restore, too, and goes on as long as all that there is is in sight: nobody can
    /// scroll then. Only where the service tells that it has pages.
    pub(super) fn look_for_older(self: &Rc<Self>, surface: &Surface) {
        let pages = interop::get(&self.plugin.get_data("WebChatService.capabilities"), "pagination");
        let transcript = &surface.transcript;
        let is_begun = transcript.child_element_count() > 0 && !self.minimized.get();
        let fits = transcript.scroll_height() <= transcript.client_height();
        if pages.is_truthy() && is_begun && fits && !self.older.refused.get() {
            self.ask_for_older();
        }
    }

    fn ask_for_older(self: &Rc<Self>) {
        if !self.has_session() || self.older.asking.replace(true) {
            return;
        }
        let asked = self.plugin.command("WebChatService.fetchHistory", JsValue::UNDEFINED);
        let (done, failed) = (Rc::clone(self), Rc::clone(self));
        asked.on_done(move |_| done.older.asking.set(false));
        asked.on_fail(move |_| {
            failed.older.asking.set(false);
            failed.older.refused.set(true);
        });
    }

    /// Draws a page of older messages above the others. What the customer looks at stays where it is, and nothing of the
    /// page counts as unread.
    pub(super) fn draw_older(&self, surface: &Surface, data: &JsValue) -> Result<(), JsValue> {
        let (messages, originals) = (interop::get(data, "messages"), interop::get(data, "originalMessages"));
        let Some(messages) = messages.dyn_ref::<Array>() else { return Ok(()) };
        let (transcript, log) = (dom::create("div", "")?, dom::create("div", "")?);
        let aside = Sheet { transcript: &transcript, log: &log };
        let style = self.options.borrow().style;
        let mut drawn = Vec::new();
        for (message, position) in oldest_first(messages) {
            if let Drawn::Line(element) | Drawn::Message { element, .. } =
                drawing::draw(aside, &self.texts, &message, style)?
            {
                drawn.push((message, interop::get(&originals, &position.to_string()), element));
            }
        }
        let (top, height) = (surface.transcript.scroll_top(), surface.transcript.scroll_height());
        put_before(&surface.transcript, &transcript)?;
        put_before(&surface.log, &log)?;
        surface.transcript.set_scroll_top(top + surface.transcript.scroll_height() - height);
        let last = RefCell::default();
        for (message, original, element) in drawn {
            let added = Added { data, message: &message, original };
            self.publish_added(surface, added, element.into(), &last);
        }
        Ok(())
    }
}

/// The messages with their positions in the event. GMS gives a page oldest first, the other transports newest first.
fn oldest_first(messages: &Array) -> Vec<(JsValue, usize)> {
    let mut page: Vec<(JsValue, usize)> = messages.iter().zip(0..).collect();
    let index = |end: Option<&(JsValue, usize)>| end.map(|(message, _)| interop::get(message, "index"));
    if let (Some(first), Some(last)) = (index(page.first()), index(page.last()))
        && comes_after(&first, &last)
    {
        page.reverse();
    }
    page
}

/// Indexes are numbers, or texts of one width (transports 3.3).
fn comes_after(one: &JsValue, other: &JsValue) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one > other,
        _ => one.as_string() > other.as_string(),
    }
}

/// Moves all that is in `page` to the top of `target`.
fn put_before(target: &Element, page: &Element) -> Result<(), JsValue> {
    let first = target.first_child();
    while let Some(child) = page.first_child() {
        target.insert_before(&child, first.as_ref())?;
    }
    Ok(())
}
