//! How a chat begins (transports 2.7).

use std::rc::Rc;

use js_sys::Object;
use wasm_bindgen::JsValue;

use super::GuestChat;
use crate::bus::Deferred;
use crate::interop;
use crate::timer;
use crate::web_chat_service::page_data::page_data;
use crate::web_chat_service::transport::next::{Batch, Incoming};

/// What the customer is called who gave no name.
const NAMELESS: &str = "Customer";

impl GuestChat {
    pub(super) async fn start_chat(self: &Rc<Self>, data: &JsValue, outcome: &Deferred) {
        self.members.reset();
        self.has_older.set(false);
        let reply = self.post_conversation(&self.start_body(data)).await;
        if !reply.is_good() {
            self.desk.publish_error(&"StartFailed".into(), &[("response", reply.report().into())]);
            outcome.reject(reply.report());
            return;
        }
        self.session.take(&reply.json());
        let own_id = self.session.text("memberId");
        self.stream.reset(own_id.clone());
        if !self.open_stream().await {
            self.desk.publish_error(&"StartFailed".into(), &[]);
            self.session.clear();
            outcome.reject("websocket failed to open");
            return;
        }
        self.session.remember();
        self.desk.begin();
        self.desk.publish("started", interop::object(&[("data", self.session.data().into())]));
        if let Ok(own) = self.get_member(&own_id).await {
            self.members.put(&own);
        }
        outcome.resolve(JsValue::UNDEFINED);
        self.desk.publish("ajaxResponse", Object::new());
        self.announce_customer();
    }

    /// A message made up for the customer's own joining, and its event.
    fn announce_customer(&self) {
        let now = interop::now();
        let message = JsValue::from(interop::object(&[
            ("type", "ParticipantJoined".into()),
            ("text", "".into()),
            ("from", interop::object(&[("type", "Client".into())]).into()),
            ("index", now.into()),
            ("timestamp", now.into()),
            ("restoring", false.into()),
        ]));
        let incoming = Incoming { original: message.clone(), message: message.clone() };
        if let Err(error) = self.desk.publish_messages(vec![incoming], Batch::default()) {
            self.stream.lose_next();
            timer::report(error);
        }
        self.members.turn(&self.stream.own_id(), true);
        self.desk.publish_participant("clientConnected", &message);
    }

    fn start_body(&self, data: &JsValue) -> JsValue {
        let settings = self.settings();
        let interaction = &self.desk.interaction_data;
        let routing = interop::get(interaction, "routing");
        let target_type = interop::get_string(&routing, "targetType").unwrap_or_else(|| "QUEUE".to_owned());
        let target = interop::object(&[
            ("targetAddress", interop::get(&routing, "targetAddress")),
            ("targetType", target_type.into()),
            ("skills", interop::get(&routing, "skills")),
            ("priority", interop::get(&routing, "priority")),
            ("language", interop::get(&routing, "language")),
        ]);
        let member = interop::object(&[
            ("displayName", display_name(data).into()),
            ("role", "CUSTOMER".into()),
            ("customFields", self.custom_fields(data).into()),
        ]);
        let body = interop::object(&[
            ("deploymentId", settings.deployment.into()),
            ("organizationId", settings.organization.into()),
            ("routingTarget", target.into()),
            ("memberInfo", member.into()),
        ]);
        let journey = interop::get(interaction, "journey");
        if journey.is_object() {
            interop::set(&body, "journeyContext", journey_context(&journey));
        }
        body.into()
    }

    fn custom_fields(&self, data: &JsValue) -> Object {
        let fields = Object::new();
        for (field, option) in [("firstName", "firstname"), ("lastName", "lastname")] {
            interop::set(&fields, field, interop::get_string(data, option).unwrap_or_default());
        }
        if let Some(nickname) = interop::get_string(data, "nickname").filter(|name| !name.is_empty()) {
            interop::set(&fields, "nickname", nickname);
        }
        interop::assign(&fields, &[&self.desk.user_data, &page_data(&self.desk.plugin)]);
        for key in ["email", "subject"] {
            interop::set(&fields, key, "");
        }
        for key in interop::keys(data) {
            if !["firstname", "lastname", "nickname", "userData", "interactionData"].contains(&key.as_str()) {
                interop::set(&fields, &key, interop::get(data, &key));
            }
        }
        let given = interop::get(&self.desk.interaction_data, "userData");
        interop::assign(&fields, &[&interop::get(data, "userData"), &given]);
        let phone = interop::get(&fields, "phone");
        if !phone.is_undefined() {
            interop::set(&fields, "phoneNumber", phone);
        }
        fields
    }
}

fn display_name(data: &JsValue) -> String {
    let text = |key: &str| interop::get_string(data, key).filter(|text| !text.trim().is_empty());
    let full = [text("firstname"), text("lastname")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    text("nickname").or_else(|| Some(full).filter(|full| !full.is_empty())).unwrap_or_else(|| NAMELESS.to_owned())
}

fn journey_context(journey: &JsValue) -> Object {
    let part = |pairs: &[(&str, &str)]| {
        let pairs: Vec<_> = pairs.iter().map(|(to, from)| (*to, interop::get(journey, from))).collect();
        interop::object(&pairs)
    };
    let action = part(&[("id", "actionId")]);
    interop::set(&action, "actionMap", part(&[("id", "actionMapId"), ("version", "actionMapVersion")]));
    interop::object(&[
        ("customer", part(&[("id", "customerId"), ("idType", "customerIdType")]).into()),
        ("customerSession", part(&[("id", "sessionId"), ("type", "sessionType")]).into()),
        ("triggeringAction", action.into()),
    ])
}
