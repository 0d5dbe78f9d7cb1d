//! Common: the helpers extensions get as third argument and pages as `_genesys.widgets.common` (bus facts 6.4).

use js_sys::{Object, RegExp};
use wasm_bindgen::prelude::*;
use web_sys::KeyboardEvent;

use crate::container::{self, Container};
use crate::cookies::Cookies;
use crate::dom;
use crate::element_list;
use crate::focus_cycle;
use crate::interop;

/// Name of the plugin behind `_genesys.widgets.bus`: bus facts 1.6.
pub const QUICK_BUS: &str = "QuickBus";

/// The helpers, bound to the page's cookie settings.
pub struct Common {
    cookies: Cookies,
}

impl Common {
    /// Helpers that use these cookies.
    #[must_use]
    pub fn new(cookies: Cookies) -> Self {
        Self { cookies }
    }

    /// The object plugins see. `sanitizeHTML` escapes everything: so that it can be given as markup, and stands there as it was written.
    #[must_use]
    pub fn to_object(&self) -> Object {
        let face = Object::new();
        let put = |name: &str, body: fn(&Cookies, [JsValue; 4]) -> Result<JsValue, JsValue>| {
            let cookies = self.cookies.clone();
            interop::set(&face, name, interop::function(move |arguments| body(&cookies, arguments)));
        };
        put("getCookie", |cookies, [name, ..]| Ok(cookies.get(&text(&name)).into()));
        put("setCookie", |cookies, [name, value, ..]| {
            cookies.set(&text(&name), &text(&value));
            Ok(JsValue::UNDEFINED)
        });
        put("deleteCookie", |cookies, [name, ..]| {
            cookies.delete(&text(&name));
            Ok(JsValue::UNDEFINED)
        });
        put("guid", |_, _| Ok(interop::guid().into()));
        put("isMobileDevice", |_, _| Ok(is_mobile_device().into()));
        put("checkPath", |_, [target, path, ..]| Ok(interop::get_path(&target, &text(&path))));
        put("sanitizeHTML", |_, [value, ..]| Ok(escape(&text(&value)).into()));
        put("validInput", |_, [event, ..]| Ok(is_activation(&event).into()));
        put("overlayFocusCycle", |_, [element, ..]| {
            if let Some(element) = element_list::element_of(&element) {
                focus_cycle::keep_inside(&element)?;
            }
            Ok(JsValue::UNDEFINED)
        });
        put("log", |_, [what, ..]| Ok(logged(web_sys::console::log_1, &what)));
        put("debug", |_, [what, ..]| Ok(logged(web_sys::console::debug_1, &what)));
        put("error", |_, [what, ..]| Ok(logged(web_sys::console::error_1, &what)));
        let generate = interop::object(&[
            (
                "Container",
                interop::function(|[options, ..]| {
                    let made = Container::build(&options)?;
                    Ok(element_list::list(vec![made.element.into()]).into())
                })
                .into(),
            ),
            (
                "Buttons",
                interop::function(|[options, ..]| {
                    Ok(element_list::list(vec![container::buttons(&options)?.into()]).into())
                })
                .into(),
            ),
            (
                "Icon",
                interop::function(|[name, ..]| {
                    let icon = dom::icon(dom::icons::named(&text(&name)))?;
                    Ok(element_list::list(vec![icon]).into())
                })
                .into(),
            ),
        ]);
        interop::set(&face, "Generate", generate);
        face
    }
}

/// Whether the user agent calls itself mobile.
#[must_use]
pub fn is_mobile_device() -> bool {
    let agent = web_sys::window().and_then(|window| window.navigator().user_agent().ok()).unwrap_or_default();
    RegExp::new("Android|iPhone|iPad|iPod|Mobile", "i").test(&agent)
}

fn text(value: &JsValue) -> String {
    value.as_string().or_else(|| value.as_f64().map(|number| number.to_string())).unwrap_or_default()
}

fn escape(value: &str) -> String {
    value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// A click, or Enter or Space on a key: bus facts 6.1, "X button".
fn is_activation(event: &JsValue) -> bool {
    match event.dyn_ref::<KeyboardEvent>() {
        Some(key) => matches!(key.key().as_str(), "Enter" | " "),
        None => interop::get_string(event, "type").as_deref() == Some("click"),
    }
}

fn logged(write: fn(&JsValue), what: &JsValue) -> JsValue {
    write(what);
    JsValue::UNDEFINED
}
