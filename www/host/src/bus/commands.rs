//! Delivery of commands (bus facts 1.2 and 1.3).

use std::rc::Rc;

use js_sys::{Function, Object};
use wasm_bindgen::prelude::*;

use super::{Bus, Deferred, Plugin, Record};
use crate::interop;

/// Why a command whose data are no object is refused.
const NO_OBJECT: &str = "Command cancelled: the data of a command must be an object. Either the caller gave something \
                         else, or a \"before\" function on this command returned no object.";

/// A command as its handler gets it (bus facts 1.3).
pub struct Command {
    /// Name of the plugin that issued it.
    pub commander: String,
    /// The caller's very data object; `{}` where none was given.
    pub data: JsValue,
    /// To be settled by the handler.
    pub deferred: Deferred,
}

/// Code behind a command: of this crate, or of a plugin in JavaScript.
#[derive(Clone)]
pub(super) enum Handler {
    Native(Rc<dyn Fn(Command) -> Result<(), JsValue>>),
    Script(Function),
}

/// A command that cannot be delivered yet.
pub(super) struct Waiting {
    commander: String,
    full_name: String,
    command: String,
    data: JsValue,
    deferred: Deferred,
}

impl Bus {
    /// Issues a command as `commander` (bus facts 1.3). `name` is `Target.command`, or one's own `command`.
    #[must_use]
    pub(super) fn command(&self, commander: &str, name: &str, data: JsValue) -> Deferred {
        let deferred = Deferred::new();
        let (target, command) = name.split_once('.').unwrap_or((commander, name));
        let full_name = format!("{target}.{command}");
        self.trace("command", &full_name);
        let data = if data.is_undefined() || data.is_null() { Object::new().into() } else { data };
        let data = match self.run_befores(&full_name, data) {
            Ok(data) if interop::is_object(&data) => data,
            Ok(_) => {
                deferred.reject(NO_OBJECT);
                return deferred;
            }
            Err(error) => {
                crate::timer::report(error);
                return deferred;
            }
        };
        let waiting = Waiting {
            commander: commander.to_owned(),
            full_name,
            command: command.to_owned(),
            data,
            deferred: deferred.clone(),
        };
        match self.record(target) {
            Some(record) => self.dispatch(&record, waiting),
            None => self.park(target, waiting),
        }
        deferred
    }

    fn run_befores(&self, full_name: &str, data: JsValue) -> Result<JsValue, JsValue> {
        let befores: Vec<Function> = {
            let all = self.state.befores.borrow();
            all.iter().filter(|(name, _)| name == full_name).map(|(_, before)| before.clone()).collect()
        };
        befores.iter().try_fold(data, |data, before| before.call1(&JsValue::UNDEFINED, &data))
    }

    pub(super) fn add_before(&self, full_name: String, before: Function) {
        self.state.befores.borrow_mut().push((full_name, before));
    }

    fn dispatch(&self, record: &Rc<Record>, waiting: Waiting) {
        if record.ready.get() || waiting.commander == record.name {
            self.run(record, waiting);
        } else if let Some((_, why)) = record.never_early.borrow().iter().find(|(name, _)| *name == waiting.command) {
            waiting.deferred.reject(*why);
        } else {
            record.queue.borrow_mut().push(waiting);
        }
    }

    // An unknown command is dropped: its deferred never settles, as in the real product.
    fn run(&self, record: &Record, waiting: Waiting) {
        let handler = record.commands.borrow().get(&waiting.command).cloned();
        let Some(handler) = handler else { return };
        let (commander, full_name) =
            (self.shown(&waiting.commander).into_owned(), self.shown(&waiting.full_name).into_owned());
        self.deliver(move || match handler {
            Handler::Native(body) => {
                body(Command { commander: waiting.commander, data: waiting.data, deferred: waiting.deferred })
            }
            Handler::Script(body) => {
                let event = interop::object(&[
                    ("time", interop::now().into()),
                    ("commander", commander.into()),
                    ("command", full_name.into()),
                    ("deferred", waiting.deferred.to_object().into()),
                    ("data", waiting.data),
                ]);
                body.call1(&JsValue::UNDEFINED, &event).map(|_: JsValue| ())
            }
        });
    }

    /// Runs what was queued, in order, and everything from now on at once.
    pub(super) fn make_ready(&self, record: &Rc<Record>) {
        record.ready.set(true);
        for waiting in record.queue.take() {
            self.run(record, waiting);
        }
    }

    fn park(&self, target: &str, waiting: Waiting) {
        let failed = waiting.deferred.clone();
        self.state.parked.borrow_mut().push((target.to_owned(), waiting));
        let (bus, name) = (self.clone(), target.to_owned());
        self.load_plugin(target).on_fail(move |reason| {
            // Still parked? The plugin may have been registered by other means while its file was looked for.
            let mut parked = bus.state.parked.borrow_mut();
            let before = parked.len();
            parked.retain(|(parked, waiting)| *parked != name || !waiting.deferred.is(&failed));
            let was_parked = parked.len() < before;
            drop(parked);
            if was_parked {
                failed.reject(reason);
            }
        });
    }

    pub(super) fn unpark(&self, plugin: &Plugin) {
        let parked = self.state.parked.take();
        let (mine, others): (Vec<_>, Vec<_>) = parked.into_iter().partition(|(target, _)| *target == plugin.name());
        self.state.parked.borrow_mut().extend(others);
        if let Some(record) = self.record(plugin.name()) {
            for (_, waiting) in mine {
                self.dispatch(&record, waiting);
            }
        }
    }
}
