//! How windows are laid out: for a large screen or a small one (bus facts 6.1 and 6.4).

use web_sys::Element;

use crate::bus::Plugin;
use crate::dom;

/// Whether windows fill the screen: on a phone (`App.mobileMode`), and where the page is zoomed until it is as small as
/// one (`App.zoom`).
#[must_use]
pub fn is_mobile(plugin: &Plugin) -> bool {
    plugin.get_data("App.mobileMode").is_truthy()
        || plugin.get_data("App.layout").as_string().as_deref() == Some("mobile")
}

/// Puts the class of the layout on a window.
pub fn mark(element: &Element, mobile: bool) {
    dom::toggle_class(element, "cx-mobile", mobile);
    dom::toggle_class(element, "cx-desktop", !mobile);
}
