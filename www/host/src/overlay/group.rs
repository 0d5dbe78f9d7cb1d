//! The contents of one group, on one element (bus facts 6.2).

use std::cell::{Cell, RefCell};

use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement};

use crate::body;
use crate::bus::Plugin;
use crate::direction;
use crate::dom;
use crate::focus_cycle;
use crate::interop;
use crate::layout;

/// Options of `alignment`, which move the content away from its place.
const EDGES: [&str; 4] = ["top", "right", "bottom", "left"];

/// An open group.
pub struct Group {
    name: String,
    owner: String,
    element: HtmlElement,
    modal: bool,
    immutable: Cell<bool>,
    views: RefCell<Vec<View>>,
    /// What had the keyboard before.
    before: Option<HtmlElement>,
}

struct View {
    owner: String,
    frame: HtmlElement,
}

impl Group {
    /// Builds the group's element of the options of `Overlay.open` and puts it on the page, still empty.
    ///
    /// # Errors
    /// Outside a page.
    pub fn build(name: &str, owner: &str, options: &JsValue, plugin: &Plugin) -> Result<Self, JsValue> {
        let theme = plugin.get_data("App.theme").as_string().unwrap_or_default();
        let position = match interop::get_string(options, "position").as_deref() {
            Some(side @ ("left" | "right" | "bottom")) => side.to_owned(),
            _ => "center".to_owned(),
        };
        let element = dom::create("div", &format!("cx-widget ow-modal {theme} ow-position-{position}"))?;
        let modal = interop::get(options, "modal") != JsValue::FALSE;
        dom::toggle_class(&element, "ow-see-through", interop::get(options, "overlay") == JsValue::FALSE);
        dom::toggle_class(&element, "ow-beside", !modal);
        let fits = interop::get_string(options, "mobileOverlay").as_deref() == Some("fitContent");
        dom::toggle_class(&element, if fits { "ow-fit-content" } else { "ow-full-screen" }, true);
        direction::apply(&element, &plugin.get_data("App.language").as_string().unwrap_or_default());
        if modal {
            focus_cycle::keep_inside(&element)?;
        }
        let before = dom::document()?.active_element().and_then(|active| active.dyn_into().ok());
        body::append(&element)?;
        let group = Self {
            name: name.to_owned(),
            owner: owner.to_owned(),
            element,
            modal,
            immutable: Cell::new(interop::get(options, "immutable").is_truthy()),
            views: RefCell::default(),
            before,
        };
        group.set_mobile(layout::is_mobile(plugin));
        Ok(group)
    }

    /// What commands call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Who has opened it.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// Its element on the page.
    #[must_use]
    pub fn element(&self) -> HtmlElement {
        self.element.clone()
    }

    /// Whether only its owner may close it.
    #[must_use]
    pub fn is_immutable(&self) -> bool {
        self.immutable.get()
    }

    /// Reserves it for its owner, or no longer.
    pub fn set_immutable(&self, immutable: bool) {
        self.immutable.set(immutable);
    }

    /// Lays it out for a small screen or a large one.
    pub fn set_mobile(&self, mobile: bool) {
        layout::mark(&self.element, mobile);
    }

    /// Turns it to the direction of another language.
    pub fn speak(&self, code: &str) {
        direction::apply(&self.element, code);
    }

    /// Lays a content on top.
    ///
    /// # Errors
    /// A content that may not stand there.
    pub fn push(&self, owner: &str, content: &Element, options: &JsValue) -> Result<(), JsValue> {
        let frame = dom::create("div", "ow-view")?;
        if let Some(width) = dom::css_length(&interop::get(options, "maxWidth")) {
            frame.style().set_property("max-width", &width)?;
        }
        let alignment = interop::get(options, "alignment");
        for edge in EDGES {
            if let Some(distance) = dom::css_length(&interop::get(&alignment, edge)) {
                frame.style().set_property(&format!("margin-{edge}"), &distance)?;
            }
        }
        let styles = interop::get(options, "styles");
        for name in interop::keys(&styles) {
            if let Some(value) = dom::css_value(&name, &interop::get(&styles, &name)) {
                interop::set(&frame.style(), &name, value);
            }
        }
        dom::hide_from_cobrowse(&frame, options)?;
        if self.modal {
            content.set_attribute("aria-modal", "true")?;
        }
        if !content.has_attribute("role") {
            content.set_attribute("role", "dialog")?;
        }
        name_by_title(content)?;
        dom::append(&frame, &[content])?;
        if let Some(below) = self.views.borrow().last() {
            below.frame.set_hidden(true);
        }
        dom::append(&self.element, &[&frame])?;
        self.views.borrow_mut().push(View { owner: owner.to_owned(), frame: frame.clone() });
        if self.modal {
            focus_cycle::enter(&frame);
        }
        Ok(())
    }

    /// Takes the uppermost content away; `false` where there is none below it, and then nothing is done.
    #[must_use]
    pub fn pop(&self) -> bool {
        let top = {
            let mut views = self.views.borrow_mut();
            if views.len() < 2 {
                return false;
            }
            views.pop()
        };
        if let Some(top) = top {
            top.frame.remove();
        }
        if let Some(view) = self.views.borrow().last() {
            view.frame.set_hidden(false);
            focus_cycle::enter(&view.frame);
        }
        true
    }

    /// Takes all of it off the page, gives the keyboard back, and says whose contents there were, each once.
    pub fn remove(&self) -> Vec<String> {
        let held = self.element.contains(dom::document().ok().and_then(|page| page.active_element()).as_deref());
        self.element.remove();
        if let Some(before) = self.before.as_ref().filter(|before| held && before.is_connected()) {
            let _refused = before.focus();
        }
        let mut owners: Vec<String> = Vec::new();
        for view in self.views.take() {
            if !owners.contains(&view.owner) {
                owners.push(view.owner);
            }
        }
        owners
    }
}

/// A dialog has a name: that of its title bar, unless its owner has given it one.
fn name_by_title(content: &Element) -> Result<(), JsValue> {
    if content.has_attribute("aria-label") || content.has_attribute("aria-labelledby") {
        return Ok(());
    }
    let Some(title) = content.query_selector(".cx-titlebar .cx-title")? else { return Ok(()) };
    if title.id().is_empty() {
        title.set_id(&format!("cx-title-{}", interop::guid()));
    }
    content.set_attribute("aria-labelledby", &title.id())
}
