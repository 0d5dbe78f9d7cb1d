//! The plugin's events: on the bus, and as DOM `CustomEvent`s on `document` for pages that know no bus.

use crate::bridge::bus::Plugin;
use crate::bridge::js_error::{self, set};
use crate::bridge::view;
use crate::core::config;
use crate::core::effect::Published;
use crate::core::error::Error;
use crate::core::frame_protocol;
use js_sys::Object;
use web_sys::{CustomEvent, CustomEventInit};

/// All events but `ready`, which is republished.
pub(super) const NAMES: [&str; 10] =
    ["ready", "requested", "loading", "opened", "closed", "progress", "ended", "declined", "timeout", "failed"];

/// Publishes an event; its data carry names, states and codes, never a parameter, chat text or key.
pub(super) fn publish(plugin: &Plugin, published: &Published) {
    let data = Object::new();
    let (name, data) = match published {
        Published::Requested => ("requested", data),
        Published::Loading => ("loading", data),
        Published::Opened => ("opened", data),
        Published::Closed => ("closed", data),
        Published::Ended => ("ended", data),
        Published::Declined => ("declined", data),
        Published::TimedOut => ("timeout", data),
        Published::Failed(error) => ("failed", js_error::event_data(*error)),
        Published::Progress(milestone) => {
            set(&data, "milestone", &milestone.as_str().into());
            if let Some(block) = frame_protocol::block_of(milestone) {
                set(&data, "block", &block.into());
            }
            ("progress", data)
        }
    };
    announce(plugin, name, &data);
}

/// Publishes `failed` for a configuration with faults.
pub(super) fn publish_faults(plugin: &Plugin, faults: &[config::Fault]) {
    let data = js_error::event_data(Error::BadConfig);
    set(&data, "faults", &js_error::fault_list(faults));
    announce(plugin, "failed", &data);
}

fn announce(plugin: &Plugin, name: &str, data: &Object) {
    plugin.publish(name, data);
    let init = CustomEventInit::new();
    init.set_detail(data);
    let event = CustomEvent::new_with_event_init_dict(&[view::ROOT_CLASS, ":", name].concat(), &init);
    if let (Ok(event), Some(document)) = (event, view::window().and_then(|window| window.document())) {
        let _ = document.dispatch_event(&event);
    }
}
