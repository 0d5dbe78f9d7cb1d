//! Who takes part in the chat (bus facts, section 5, `clientConnected` and `agentConnected`).

use std::cell::RefCell;

use js_sys::Object;
use wasm_bindgen::JsValue;

use crate::interop;

/// The agents of the chat: `{<id>: {name, connected, supervisor, connectedTime, disconnectedTime}}`. The last is `false` until
/// the agent leaves, as with every transport (transports 2.8).
#[derive(Default)]
pub struct Participants {
    agents: RefCell<Object>,
}

impl Participants {
    /// Takes note of a join or a leave; gives the name of the event to publish, `None` where the message is neither or the
    /// party is no client and no agent.
    #[must_use]
    pub fn follow(&self, message: &JsValue) -> Option<&'static str> {
        let kind = interop::get_string(message, "type")?;
        let joined = match kind.as_str() {
            "ParticipantJoined" => true,
            "ParticipantLeft" => false,
            _ => return None,
        };
        let from = interop::get(message, "from");
        match interop::get_string(&from, "type")?.as_str() {
            "Client" => Some(if joined { "clientConnected" } else { "clientDisconnected" }),
            role @ ("Agent" | "Supervisor" | "Bot") => {
                self.note(&from, role == "Supervisor", joined, interop::get(message, "timestamp"));
                Some(if joined { "agentConnected" } else { "agentDisconnected" })
            }
            _ => None,
        }
    }

    fn note(&self, from: &JsValue, supervisor: bool, connected: bool, time: JsValue) {
        let id = super::fields::text_of(&interop::get(from, "id"));
        let agents = self.agents.borrow().clone();
        let mut agent = interop::get(&agents, &id);
        if agent.is_undefined() {
            agent = interop::object(&[
                ("name", interop::get(from, "name")),
                ("connected", connected.into()),
                ("supervisor", supervisor.into()),
                ("connectedTime", JsValue::UNDEFINED),
                ("disconnectedTime", false.into()),
            ])
            .into();
            interop::set(&agents, &id, agent.clone());
        }
        interop::set(&agent, "connected", connected);
        if connected {
            interop::set(&agent, "connectedTime", time);
            interop::set(&agent, "disconnectedTime", false);
        } else {
            interop::set(&agent, "disconnectedTime", time);
        }
    }

    /// The live object of all agents.
    #[must_use]
    pub fn agents(&self) -> Object {
        self.agents.borrow().clone()
    }

    /// Data of an event about a participant: `{message, agents, numAgentsConnected}`.
    #[must_use]
    pub fn event_data(&self, message: &JsValue) -> Object {
        interop::object(&[
            ("message", message.clone()),
            ("agents", self.agents().into()),
            ("numAgentsConnected", self.connected().into()),
        ])
    }

    /// How many agents are in the chat.
    #[must_use]
    pub fn connected(&self) -> u32 {
        let agents = self.agents();
        let connected = |id: &String| interop::get(&interop::get(&agents, id), "connected").is_truthy();
        interop::keys(&agents).iter().filter(|id| connected(id)).count() as u32
    }

    /// Marks everybody as gone, at the end of the chat.
    pub fn disconnect_all(&self) {
        let agents = self.agents();
        for id in interop::keys(&agents) {
            let agent = interop::get(&agents, &id);
            if interop::get(&agent, "connected").is_truthy() {
                interop::set(&agent, "connected", false);
                interop::set(&agent, "disconnectedTime", interop::now());
            }
        }
    }

    /// Forgets everybody, for a new chat.
    pub fn reset(&self) {
        self.agents.replace(Object::new());
    }
}
