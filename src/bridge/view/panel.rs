//! Our own window beside the chat: a named, non-modal dialog.

use super::super::i18n;
use super::super::listener::Listener;
use super::{Content, Notify, Placement, ROOT_CLASS, ViewEvent, dom};
use crate::core::effect::Phase;
use crate::core::effect::{Card, Detail};
use crate::core::launch::Launch;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlIFrameElement, KeyboardEvent};

const HEADING_ID: &str = "cx-speechstorm-heading";
/// The chat windows beside which the panel stands (bus facts, 6.1 and 7).
const CHAT: &str = ".cx-webchat";
/// Pixels between chat and panel, as between the docks of Widgets.
const GAP: f64 = 24.0;
/// Pixels that the panel needs on the side away from the chat.
const ROOM: f64 = 392.0;
/// The custom property that carries the distance to the inline end of the page.
const OFFSET: &str = "--cx-speechstorm-offset";

/// The panel. Dropping it removes it and gives the focus back.
pub struct Panel {
    root: HtmlElement,
    content: Content,
    focus_before: Option<HtmlElement>,
    running: Rc<Cell<bool>>,
    _listeners: Vec<Listener>,
}

impl Panel {
    /// Shows the panel, without a frame yet.
    pub fn open(card: &Card, notify: &Notify) -> Option<Panel> {
        let title = card.name.as_deref().unwrap_or(i18n::TITLE);
        let content = Content::new(title, notify)?;
        let class = [ROOT_CLASS, " cx-speechstorm-panel"].concat();
        let root = dom::element("section", &[("class", &class), ("role", "dialog"), ("aria-labelledby", HEADING_ID)])?;
        let header = dom::element("header", &[("class", "cx-speechstorm-header")])?;
        let mark = dom::element("span", &[("class", "cx-speechstorm-mark"), ("aria-hidden", "true")])?;
        let heading = dom::element("h2", &[("id", HEADING_ID), ("tabindex", "-1")])?;
        heading.set_text_content(Some(title));
        let close = dom::element(
            "button",
            &[("type", "button"), ("class", "cx-speechstorm-close"), ("aria-label", i18n::CLOSE)],
        )?;
        dom::append(&header, &[&mark, &heading, &close]);
        dom::append(&root, &[&header, content.root()]);

        let running = Rc::new(Cell::new(false));
        let (on_click, on_key, is_running) = (notify.clone(), notify.clone(), running.clone());
        let _listeners = vec![
            Listener::new(&close, "click", move |_| on_click(ViewEvent::CloseByCustomer)),
            Listener::new(&root, "keydown", move |event| {
                let escape = event.dyn_ref::<KeyboardEvent>().is_some_and(|event| event.key() == "Escape");
                // Why not while running: one slip of a key must not throw away a half-filled form.
                if escape && !is_running.get() {
                    on_key(ViewEvent::CloseByCustomer);
                }
            }),
        ];
        let document = dom::document()?;
        let focus_before = document.active_element().and_then(|element| element.dyn_into::<HtmlElement>().ok());
        document.body()?.append_child(&root).ok()?;
        let panel = Panel { root, content, focus_before, running, _listeners };
        panel.layout();
        if !panel.customer_is_writing() {
            let _ = heading.focus();
        }
        Some(panel)
    }

    /// Why: taking the focus from a half-written chat message would send its next letters nowhere.
    fn customer_is_writing(&self) -> bool {
        let value = self.focus_before.as_ref().and_then(|element| js_sys::Reflect::get(element, &"value".into()).ok());
        value.and_then(|value| value.as_string()).is_some_and(|text| !text.is_empty())
    }

    fn distance_to_end(&self) -> Option<f64> {
        let chat = dom::document()?.query_selector(CHAT).ok()??.get_bounding_client_rect();
        let width = dom::window()?.inner_width().ok()?.as_f64()?;
        let at_left = chat.left() + chat.right() < width;
        let distance = if at_left { chat.right() } else { width - chat.left() };
        (chat.width() > 0.0).then(|| (distance + GAP).min(width - ROOM).max(GAP))
    }
}

impl Placement for Panel {
    fn load(&self, launch: &Launch) -> Option<HtmlIFrameElement> {
        self.content.load(launch)
    }

    fn detail(&self, _: &Detail) {}

    fn show(&self, phase: Phase) {
        self.running.set(phase == Phase::Running);
        self.content.show(phase);
    }

    fn layout(&self) {
        let style = self.root.style();
        let _ = match self.distance_to_end() {
            Some(distance) => style.set_property(OFFSET, &[&(distance.round() as i32).to_string(), "px"].concat()),
            None => style.remove_property(OFFSET).map(|_| ()),
        };
    }
}

impl Drop for Panel {
    fn drop(&mut self) {
        let focus_inside = dom::document()
            .and_then(|document| document.active_element())
            .is_some_and(|element| self.root.contains(Some(&element)));
        self.root.remove();
        if focus_inside && let Some(before) = &self.focus_before {
            let _ = before.focus();
        }
    }
}
