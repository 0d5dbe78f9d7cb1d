//! Cookies by the names and in the form the real product uses (bus facts, section 3, "Cookies").

use js_sys::encode_uri_component;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlDocument;

use crate::interop;

/// Where cookies go: prefix, domain and attributes from `_genesys.widgets.main`.
#[derive(Clone)]
pub struct Cookies {
    prefix: String,
    attributes: String,
}

impl Cookies {
    /// Reads `deploymentID` and `cookieOptions` of the `main` section.
    #[must_use]
    pub fn new(main: &JsValue) -> Self {
        let prefix = interop::get_string(main, "deploymentID").map_or_else(String::new, |id| format!("{id}."));
        let host = web_sys::window().and_then(|window| window.location().hostname().ok()).unwrap_or_default();
        let options = interop::get(main, "cookieOptions");
        let path = interop::get_string(&options, "path").unwrap_or_else(|| "/".to_owned());
        let mut attributes = format!("; path={path}");
        let domain = interop::get_string(&options, "domain").or_else(|| registered_domain(&host));
        if let Some(domain) = domain {
            attributes.push_str(&format!("; domain={domain}"));
        }
        let same_site = interop::get_string(&options, "sameSite").unwrap_or_else(|| "Strict".to_owned());
        attributes.push_str(&format!("; SameSite={same_site}"));
        if interop::get(&options, "secure").is_truthy() {
            attributes.push_str("; Secure");
        }
        Self { prefix, attributes }
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
        self.write(&format!("{}{name}=; expires=Thu, 01 Jan 1970 00:00:00 GMT{}", self.prefix, self.attributes));
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

/// The last two labels of a host name with a dot; `None` for `localhost` and addresses.
fn registered_domain(host: &str) -> Option<String> {
    let is_address = host.contains(':') || host.split('.').all(|label| label.parse::<u8>().is_ok());
    let mut labels = host.rsplit('.');
    let (top, second) = (labels.next()?, labels.next()?);
    (!is_address).then(|| format!(".{second}.{top}"))
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

#[cfg(test)]
mod tests {
    use super::registered_domain;

    #[test]
    fn hosts_with_a_dot_get_a_domain() {
        assert_eq!(registered_domain("www.shop.example"), Some(".shop.example".to_owned()));
        assert_eq!(registered_domain("localhost"), None);
        assert_eq!(registered_domain("127.0.0.1"), None);
    }
}
