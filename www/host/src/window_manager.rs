//! WindowManager: docks at the bottom of the page, side by side (bus facts 6.3).
//!
//! The first dock stands 55 px from the inline end, each next one 24 px beside it; on small screens (`cx-mobile`) the style
//! sheet gives a dock the full width. Places come from the style sheet (a row), not from computed `right` values.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Object;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement};

use crate::body;
use crate::bus::{Bus, Command, Plugin};
use crate::direction;
use crate::dom;
use crate::element_list;
use crate::interop;
use crate::layout;

/// The plugin `WindowManager`.
pub struct WindowManager {
    plugin: Plugin,
    root: RefCell<Option<HtmlElement>>,
    docks: RefCell<Vec<Dock>>,
}

struct Dock {
    id: String,
    owner: String,
    element: HtmlElement,
    view: Element,
}

impl WindowManager {
    /// Registers the plugin; `None` where the name is taken.
    #[must_use]
    pub fn register(bus: &Bus) -> Option<Rc<Self>> {
        let plugin = bus.register_plugin("WindowManager")?;
        let manager = Rc::new(Self { plugin, root: RefCell::default(), docks: RefCell::default() });
        manager.plugin.register_events(&["ready", "changed", "removed"]);
        let registering = Rc::clone(&manager);
        manager.plugin.register_command("registerDockView", move |command| registering.register_dock_view(&command));
        let removing = Rc::clone(&manager);
        manager.plugin.register_command("deregisterDockView", move |command| {
            let id = interop::get_string(&command.data, "id").unwrap_or(command.commander);
            if removing.undock(&id) {
                command.deferred.resolve(JsValue::UNDEFINED);
            } else {
                command.deferred.reject("No such dock view.");
            }
            Ok(())
        });
        let resized = Rc::clone(&manager);
        manager.plugin.subscribe("App.zoom", move |_| {
            let mobile = layout::is_mobile(&resized.plugin);
            for dock in resized.docks.borrow().iter() {
                layout::mark(&dock.element, mobile);
                layout::mark(&dock.view, mobile);
            }
            Ok(())
        });
        let translated = Rc::clone(&manager);
        manager.plugin.subscribe("App.language", move |code| {
            if let Some(root) = translated.root.borrow().as_ref() {
                direction::apply(root, &code.as_string().unwrap_or_default());
            }
            Ok(())
        });
        let ready = Rc::clone(&manager);
        manager.plugin.subscribe("App.ready", move |_| {
            ready.plugin.ready();
            ready.plugin.republish("ready", JsValue::UNDEFINED);
            Ok(())
        });
        Some(manager)
    }

    /// Puts `view` into a dock of its own and gives the dock. `None` where the id is taken.
    ///
    /// # Errors
    /// Outside a page.
    pub fn dock(&self, owner: &str, id: &str, view: &Element) -> Result<Option<HtmlElement>, JsValue> {
        if self.docks.borrow().iter().any(|dock| dock.id == id) {
            return Ok(None);
        }
        let mobile = layout::is_mobile(&self.plugin);
        let element = dom::create("div", &format!("cx-dock cx-dock-view cx-docked-{id}"))?;
        element.set_attribute("cx-dock-id", id)?;
        layout::mark(&element, mobile);
        layout::mark(view, mobile);
        let status = dom::create_text("div", "cx-visually-hidden cx-dock-status", &format!("{owner} is opened"))?;
        status.set_attribute("role", "status")?;
        dom::append(&element, &[view, &status])?;
        let root = self.root()?;
        dom::append(&root, &[&element])?;
        self.docks.borrow_mut().push(Dock {
            id: id.to_owned(),
            owner: owner.to_owned(),
            element: element.clone(),
            view: view.clone(),
        });
        Ok(Some(element))
    }

    /// Removes a dock; `false` where there is none of this id.
    pub fn undock(&self, id: &str) -> bool {
        let found = {
            let mut docks = self.docks.borrow_mut();
            docks.iter().position(|dock| dock.id == id).map(|position| docks.remove(position))
        };
        let Some(dock) = found else { return false };
        dock.element.remove();
        self.plugin.publish(&format!("removed.{}", dock.owner), JsValue::UNDEFINED);
        self.plugin.publish("changed", self.registry());
        true
    }

    fn registry(&self) -> Object {
        let registry = Object::new();
        for dock in self.docks.borrow().iter() {
            let owner = self.plugin.shown(&dock.owner);
            let entry = interop::object(&[("id", dock.id.clone().into()), ("owner", owner.into())]);
            interop::set(&registry, &dock.id, entry);
        }
        registry
    }

    fn root(&self) -> Result<HtmlElement, JsValue> {
        let known = self.root.borrow().clone();
        if let Some(root) = known.filter(|root| root.is_connected() || !body::is_there()) {
            return Ok(root);
        }
        let root = dom::create("div", "cx-widget cx-window-manager")?;
        direction::apply(&root, &self.plugin.get_data("App.language").as_string().unwrap_or_default());
        body::append(&root)?;
        self.root.replace(Some(root.clone()));
        Ok(root)
    }

    fn register_dock_view(self: &Rc<Self>, command: &Command) -> Result<(), JsValue> {
        let Some(view) = element_list::element_of(&interop::get(&command.data, "html")) else {
            command.deferred.reject("registerDockView needs an element in the property \"html\".");
            return Ok(());
        };
        let owner = command.commander.clone();
        let id = interop::get_string(&command.data, "id").unwrap_or_else(|| owner.clone());
        if self.dock(&owner, &id, &view)?.is_none() {
            command.deferred.reject(format!("A dock view \"{id}\" is registered already."));
            return Ok(());
        }
        let (manager, closed) = (Rc::clone(self), id.clone());
        self.plugin.subscribe(&format!("{owner}.closed"), move |_| {
            manager.undock(&closed);
            Ok(())
        });
        let (manager, closed) = (Rc::clone(self), id.clone());
        let close = interop::function(move |[then, ..]| {
            manager.undock(&closed);
            if let Some(then) = then.dyn_ref::<js_sys::Function>() {
                let _ignored: JsValue = then.call0(&JsValue::UNDEFINED)?;
            }
            Ok(JsValue::UNDEFINED)
        });
        command.deferred.resolve(interop::object(&[
            ("id", id.into()),
            ("html", interop::get(&command.data, "html")),
            ("owner", self.plugin.shown(&owner).into()),
            ("close", close.into()),
        ]));
        Ok(())
    }
}
