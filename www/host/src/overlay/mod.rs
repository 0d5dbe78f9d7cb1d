//! Overlay: content of plugins over the whole page (bus facts 6.2). It has no frame and no X of its own.
//!
//! Contents that are opened under one `group` lie on each other, and `back` returns to the one below; each group has an
//! element of its own. What the facts leave open is decided here: without a `group` the commander's name is one; a press
//! on the darkened page and Escape act as commander "Overlay", which `immutable` refuses.

mod group;

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::KeyboardEvent;

use crate::bus::{Bus, Command, Plugin};
use crate::dom;
use crate::element_list;
use crate::interop;
use crate::layout;
use group::Group;

/// The commander of what the customer does.
const SELF: &str = "Overlay";
const CLOSED: &str = "The Overlay is closed already.";
const RESERVED: &str = "The Overlay is reserved by another plugin.";

/// The plugin `Overlay`.
pub struct Overlay {
    plugin: Plugin,
    /// The groups that are open, the newest last.
    groups: RefCell<Vec<Rc<Group>>>,
}

type Body = fn(&Rc<Overlay>, &Command) -> Result<(), JsValue>;

impl Overlay {
    /// Registers the plugin; `None` where the name is taken.
    #[must_use]
    pub fn register(bus: &Bus) -> Option<Rc<Self>> {
        let plugin = bus.register_plugin(SELF)?;
        let overlay = Rc::new(Self { plugin, groups: RefCell::default() });
        overlay.plugin.register_events(&["ready", "opened", "closed"]);
        let commands: [(&str, Body); 5] = [
            ("open", Overlay::open),
            ("close", Overlay::close),
            ("back", Overlay::back),
            ("immutable", |overlay, command| overlay.set_immutable(command, true)),
            ("mutable", |overlay, command| overlay.set_immutable(command, false)),
        ];
        for (name, body) in commands {
            let overlay = Rc::clone(&overlay);
            let this = Rc::clone(&overlay);
            this.plugin.register_command(name, move |command| body(&overlay, &command));
        }
        let ready = Rc::clone(&overlay);
        overlay.plugin.subscribe("App.ready", move |_| {
            ready.plugin.ready();
            ready.plugin.republish("ready", JsValue::UNDEFINED);
            Ok(())
        });
        let obeying = Rc::clone(&overlay);
        overlay.plugin.subscribe("App.closeAll", move |_| {
            let open = obeying.groups.borrow().clone();
            for group in open.iter().filter(|group| !group.is_immutable()) {
                obeying.take_away(group, SELF);
            }
            Ok(())
        });
        let resized = Rc::clone(&overlay);
        overlay.plugin.subscribe("App.zoom", move |_| {
            let mobile = layout::is_mobile(&resized.plugin);
            resized.groups.borrow().iter().for_each(|group| group.set_mobile(mobile));
            Ok(())
        });
        let translated = Rc::clone(&overlay);
        overlay.plugin.subscribe("App.language", move |code| {
            let code = code.as_string().unwrap_or_default();
            translated.groups.borrow().iter().for_each(|group| group.speak(&code));
            Ok(())
        });
        Some(overlay)
    }

    fn open(self: &Rc<Self>, command: &Command) -> Result<(), JsValue> {
        let Some(content) = element_list::element_of(&interop::get(&command.data, "html")) else {
            command.deferred.reject("Overlay.open needs an element in the property \"html\".");
            return Ok(());
        };
        let name = interop::get_string(&command.data, "group").unwrap_or_else(|| command.commander.clone());
        let group = match self.named(&name) {
            Some(group) if group.is_immutable() && group.owner() != command.commander => {
                command.deferred.reject(RESERVED);
                return Ok(());
            }
            Some(group) => group,
            None => self.begin(&name, command)?,
        };
        group.push(&command.commander, &content, &command.data)?;
        self.plugin.set_data("open", true);
        self.plugin.publish("opened", JsValue::UNDEFINED);
        let event = |kind: &str| JsValue::from(self.plugin.shown(&format!("{SELF}.{kind}.{}", command.commander)));
        let events = [("close", event("close")), ("closeAttempt", event("closeAttempt"))];
        command.deferred.resolve(interop::object(&[
            ("html", element_list::list(vec![content]).into()),
            ("group", name.into()),
            ("events", interop::object(&events).into()),
        ]));
        Ok(())
    }

    fn begin(self: &Rc<Self>, name: &str, command: &Command) -> Result<Rc<Group>, JsValue> {
        let group = Rc::new(Group::build(name, &command.commander, &command.data, &self.plugin)?);
        let (overlay, pressed) = (Rc::clone(self), name.to_owned());
        let element = group.element();
        dom::listen(&element.clone(), "click", move |event| {
            // The darkened page itself, not what lies on it.
            if event.target().is_some_and(|target| target == *element.as_ref()) {
                overlay.close_as_customer(&pressed);
            }
            Ok(())
        })?;
        let (overlay, pressed) = (Rc::clone(self), name.to_owned());
        dom::listen(&group.element(), "keydown", move |event| {
            if event.dyn_ref::<KeyboardEvent>().is_some_and(|key| key.key() == "Escape") {
                event.stop_propagation();
                overlay.close_as_customer(&pressed);
            }
            Ok(())
        })?;
        self.groups.borrow_mut().push(Rc::clone(&group));
        Ok(group)
    }

    fn close_as_customer(&self, group: &str) {
        let _outcome = self.plugin.command("Overlay.close", interop::object(&[("group", group.into())]));
    }

    fn close(self: &Rc<Self>, command: &Command) -> Result<(), JsValue> {
        self.with_group(command, |group| self.take_away(group, &command.commander));
        Ok(())
    }

    fn back(self: &Rc<Self>, command: &Command) -> Result<(), JsValue> {
        self.with_group(command, |group| {
            if !group.pop() {
                self.take_away(group, &command.commander);
            }
        });
        Ok(())
    }

    fn set_immutable(&self, command: &Command, immutable: bool) -> Result<(), JsValue> {
        match self.meant(command) {
            Some(group) if group.owner() == command.commander => {
                group.set_immutable(immutable);
                command.deferred.resolve(JsValue::UNDEFINED);
            }
            Some(_) => command.deferred.reject(RESERVED),
            None => command.deferred.reject(CLOSED),
        }
        Ok(())
    }

    /// Does it with the group that is meant, unless another has reserved that: then its owner is told of the attempt.
    fn with_group(&self, command: &Command, work: impl FnOnce(&Rc<Group>)) {
        match self.meant(command) {
            None => command.deferred.reject(CLOSED),
            Some(group) if group.is_immutable() && group.owner() != command.commander => {
                self.plugin.publish(&format!("closeAttempt.{}", group.owner()), JsValue::UNDEFINED);
                command.deferred.reject(RESERVED);
            }
            Some(group) => {
                work(&group);
                command.deferred.resolve(JsValue::UNDEFINED);
            }
        }
    }

    /// The group that a command names, else the commander's own, else the newest.
    fn meant(&self, command: &Command) -> Option<Rc<Group>> {
        if let Some(name) = interop::get_string(&command.data, "group") {
            return self.named(&name);
        }
        let groups = self.groups.borrow();
        let own = groups.iter().rev().find(|group| group.owner() == command.commander);
        own.or_else(|| groups.last()).cloned()
    }

    fn named(&self, name: &str) -> Option<Rc<Group>> {
        self.groups.borrow().iter().find(|group| group.name() == name).cloned()
    }

    /// The close event is only for those whose content another has closed: bus facts 6.2.
    fn take_away(&self, group: &Rc<Group>, closer: &str) {
        self.groups.borrow_mut().retain(|open| !Rc::ptr_eq(open, group));
        let owners = group.remove();
        self.plugin.set_data("open", !self.groups.borrow().is_empty());
        for owner in owners.iter().filter(|owner| *owner != closer) {
            self.plugin.publish(&format!("close.{owner}"), JsValue::UNDEFINED);
        }
        self.plugin.publish("closed", JsValue::UNDEFINED);
    }
}
