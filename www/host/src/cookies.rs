//! Cookies by the names and in the form the real product uses (bus facts, section 3, "Cookies").

use js_sys::{Object, encode_uri_component};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlDocument;

use crate::interop;

const PAST: &str = "Thu, 01 Jan 1970 00:00:00 GMT";

/// Where cookies go: prefix, domain and attributes from `_genesys.widgets.main`.
#[derive(Clone)]
pub struct Cookies {
    prefix: String,
    attributes: String,
    options: Object,
}

impl Cookies {
    /// Reads `deploymentID` and `cookieOptions` of the `main` section. The options are merged over the product's own:
    /// `true` is an attribute without a value, `false` leaves one out, `expires` may be a number of days.
    #[must_use]
    pub fn new(main: &JsValue) -> Self {
        let prefix = interop::get_string(main, "deploymentID").map_or_else(String::new, |id| format!("{id}."));
        let options = interop::object(&[("path", "/".into()), ("sameSite", "Strict".into())]);
        if let Some(domain) = registered_domain(&host(), browser_accepts) {
            interop::set(&options, "domain", domain);
        }
        interop::assign(&options, &[&interop::get(main, "cookieOptions")]);
        let names = interop::keys(&options);
        let attributes = names.iter().filter_map(|name| attribute(name, &interop::get(&options, name))).collect();
        Self { prefix, attributes, options }
    }

    /// The attributes by name, as functions of the page get them.
    #[must_use]
    pub fn options(&self) -> Object {
        self.options.clone()
    }

    /// Reading and writing for functions of the page: `{get, set, remove}`.
    #[must_use]
    pub fn to_object(&self) -> Object {
        let face = Object::new();
        let put = |key: &str, body: fn(&Cookies, &str, &str) -> JsValue| {
            let cookies = self.clone();
            let member = interop::function(move |[name, value, ..]| {
                Ok(body(&cookies, &name.as_string().unwrap_or_default(), &value.as_string().unwrap_or_default()))
            });
            interop::set(&face, key, member);
        };
        put("get", |cookies, name, _| cookies.get(name).into());
        put("set", |cookies, name, value| {
            cookies.set(name, value);
            JsValue::UNDEFINED
        });
        put("remove", |cookies, name, _| {
            cookies.delete(name);
            JsValue::UNDEFINED
        });
        face
    }

    /// Reads a cookie; `None` where there is none.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        let wanted = format!("{}{name}=", self.prefix);
        let all = document()?.cookie().ok()?;
        let value = all.split("; ").find_map(|one| one.strip_prefix(&wanted))?;
        js_sys::decode_uri_component(value).ok()?.as_string()
    }

    /// Sets a session cookie.
    pub fn set(&self, name: &str, value: &str) {
        self.write(&format!("{}{name}={}{}", self.prefix, encode(value), self.attributes));
    }

    /// Deletes a cookie.
    pub fn delete(&self, name: &str) {
        // At the end, because the last one counts where `cookieOptions` have an `expires` as well.
        self.write(&format!("{}{name}={}; expires={PAST}", self.prefix, self.attributes));
    }

    fn write(&self, cookie: &str) {
        if let Some(document) = document() {
            let _refused = document.set_cookie(cookie);
        }
    }
}

fn document() -> Option<HtmlDocument> {
    web_sys::window()?.document()?.dyn_into().ok()
}

fn host() -> String {
    web_sys::window().and_then(|window| window.location().hostname().ok()).unwrap_or_default()
}

/// One attribute as it stands in a cookie; `None` where it is switched off.
fn attribute(name: &str, value: &JsValue) -> Option<String> {
    const MILLISECONDS_OF_A_DAY: f64 = 86_400_000.0;
    let shown = match value.as_f64() {
        Some(days) if name == "expires" => {
            let until = js_sys::Date::new(&JsValue::from_f64(interop::now() + days * MILLISECONDS_OF_A_DAY));
            until.to_utc_string().into()
        }
        Some(number) => number.to_string(),
        None if value.is_instance_of::<js_sys::Date>() => value.unchecked_ref::<js_sys::Date>().to_utc_string().into(),
        None => value.as_string().unwrap_or_default(),
    };
    match (shown.is_empty(), value.is_truthy()) {
        (true, false) => None,
        (true, true) => Some(format!("; {name}")),
        (false, _) => Some(format!("; {name}={shown}")),
    }
}

/// The shortest domain above a host name with a dot that takes cookies, as `.shop.example`; `None` for `localhost` and
/// addresses. Asked of the browser, because it brings the list of public suffixes.
fn registered_domain(host: &str, takes_cookies: impl Fn(&str) -> bool) -> Option<String> {
    let labels: Vec<&str> = host.split('.').collect();
    if labels.len() < 2 || host.contains(':') || labels.iter().all(|label| label.parse::<u8>().is_ok()) {
        return None;
    }
    let shortest_first = (0..labels.len() - 1).rev();
    let domains =
        shortest_first.map(|from| labels.iter().skip(from).fold(String::new(), |all, one| format!("{all}.{one}")));
    domains.into_iter().find(|domain| takes_cookies(domain))
}

/// Whether the browser keeps a cookie for `domain`; it refuses those of public suffixes.
fn browser_accepts(domain: &str) -> bool {
    const PROBE: &str = "_genesys.widgets.probe";
    let Some(document) = document() else { return false };
    let probe = |more: &str| document.set_cookie(&format!("{PROBE}=1; path=/; SameSite=Strict; domain={domain}{more}"));
    let _refused = probe("");
    let kept = document.cookie().is_ok_and(|all| all.split("; ").any(|one| one == format!("{PROBE}=1")));
    let _refused = probe(&format!("; expires={PAST}"));
    kept
}

/// Percent-encodes in part: quotes, commas, semicolons, blanks and everything beyond ASCII; braces and colons stay.
fn encode(value: &str) -> String {
    const KEPT: [(&str, &str); 17] = [
        ("%23", "#"),
        ("%24", "$"),
        ("%26", "&"),
        ("%2B", "+"),
        ("%2F", "/"),
        ("%3A", ":"),
        ("%3C", "<"),
        ("%3D", "="),
        ("%3E", ">"),
        ("%3F", "?"),
        ("%40", "@"),
        ("%5B", "["),
        ("%5D", "]"),
        ("%5E", "^"),
        ("%60", "`"),
        ("%7B", "{"),
        ("%7D", "}"),
    ];
    let mut encoded = encode_uri_component(value).as_string().unwrap_or_default();
    for (code, character) in KEPT {
        encoded = encoded.replace(code, character);
    }
    encoded.replace("%7C", "|")
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use super::registered_domain;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn hosts_with_a_dot_get_their_registered_domain() {
        let takes_cookies = |domain: &str| ![".uk", ".co.uk", ".example"].contains(&domain);
        let domain = |host| registered_domain(host, takes_cookies);
        assert_eq!(domain("www.shop.example"), Some(".shop.example".to_owned()));
        assert_eq!(domain("a.b.shop.co.uk"), Some(".shop.co.uk".to_owned()));
        assert_eq!(domain("localhost"), None);
        assert_eq!(domain("127.0.0.1"), None);
        assert_eq!(domain("[::1]"), None);
    }
}
