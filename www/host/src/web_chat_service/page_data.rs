//! What a start request tells of the page (bus facts, section 3, "`userData` at start"; transports 2.7).

use js_sys::Object;

use crate::bus::Plugin;
use crate::interop;

/// `{_genesys_source, _genesys_referrer, _genesys_url, _genesys_pageTitle, _genesys_browser, _genesys_OS}`.
#[must_use]
pub fn page_data(plugin: &Plugin) -> Object {
    let mobile = plugin.get_data("App.mobileMode").is_truthy();
    let window = web_sys::window();
    let document = window.as_ref().and_then(web_sys::Window::document);
    let agent = window.as_ref().and_then(|window| window.navigator().user_agent().ok()).unwrap_or_default();
    let address = window.as_ref().and_then(|window| window.location().href().ok()).unwrap_or_default();
    let (referrer, title) = document.map_or_else(Default::default, |document| (document.referrer(), document.title()));
    interop::object(&[
        ("_genesys_source", if mobile { "mobile" } else { "web" }.into()),
        ("_genesys_referrer", referrer.into()),
        ("_genesys_url", address.into()),
        ("_genesys_pageTitle", title.into()),
        ("_genesys_browser", first_named(&agent, &BROWSERS).into()),
        ("_genesys_OS", first_named(&agent, &SYSTEMS).into()),
    ])
}

const BROWSERS: [(&str, &str); 4] =
    [("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
const SYSTEMS: [(&str, &str); 5] =
    [("Android", "Android"), ("iPhone", "iOS"), ("Windows", "Windows"), ("Mac OS", "Mac OS"), ("Linux", "Linux")];

fn first_named(agent: &str, names: &[(&str, &'static str)]) -> &'static str {
    names.iter().find(|(mark, _)| agent.contains(mark)).map_or("Unknown", |(_, name)| name)
}
