//! Who takes part in the conversation (transports 2.2, "member").

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use js_sys::Array;
use wasm_bindgen::JsValue;

use crate::interop;

/// A member's role, as far as the client treats it specially.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An agent.
    Agent,
    /// The customer.
    Customer,
    /// A flow that answers.
    Workflow,
    /// A queue.
    Acd,
    /// Nobody has asked the server yet, or it gave no answer.
    Unknown,
}

/// What the server said of each member, by its id.
#[derive(Default)]
pub struct Members {
    known: RefCell<HashMap<String, JsValue>>,
    present: RefCell<HashMap<String, bool>>,
    listed: Cell<bool>,
}

impl Members {
    /// Takes one over.
    pub fn put(&self, member: &JsValue) {
        if let Some(id) = interop::get_string(member, "id") {
            self.known.borrow_mut().insert(id, member.clone());
        }
    }

    /// Takes the list of all over.
    pub fn put_all(&self, members: &Array) {
        self.listed.set(true);
        for member in members.iter() {
            self.put(&member);
        }
    }

    /// Whether the list of all has been asked for: leaves are then told twice (transports 2.8).
    #[must_use]
    pub fn are_listed(&self) -> bool {
        self.listed.get()
    }

    /// What the server said of a member; `undefined` where it has not been asked.
    #[must_use]
    pub fn get(&self, id: &str) -> JsValue {
        self.known.borrow().get(id).cloned().unwrap_or_default()
    }

    /// A member's role.
    #[must_use]
    pub fn role(&self, id: &str) -> Role {
        match interop::get_string(&self.get(id), "role").as_deref() {
            Some("AGENT") => Role::Agent,
            Some("CUSTOMER") => Role::Customer,
            Some("WORKFLOW") => Role::Workflow,
            Some("ACD") => Role::Acd,
            _ => Role::Unknown,
        }
    }

    /// Takes note of a join or a leave; `false` where it only repeats the last one.
    pub fn turn(&self, id: &str, joined: bool) -> bool {
        self.present.borrow_mut().insert(id.to_owned(), joined) != Some(joined)
    }

    /// Forgets everybody, for a new chat.
    pub fn reset(&self) {
        self.known.borrow_mut().clear();
        self.present.borrow_mut().clear();
        self.listed.set(false);
    }
}

/// Whether a member is connected (`Some(true)`), gone (`Some(false)`) or neither.
#[must_use]
pub fn is_connected(member: &JsValue) -> Option<bool> {
    match interop::get_string(member, "state").as_deref() {
        Some("CONNECTED") => Some(true),
        Some("DISCONNECTED") => Some(false),
        _ => None,
    }
}
