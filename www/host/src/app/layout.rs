//! The layout of the windows under browser zoom: `App.zoom`, `main.zoomBreakpoint` (bus facts 2 and 6.4).

use std::rc::Rc;

use super::App;
use crate::dom;
use crate::interop;

/// How narrow a page is when its windows no longer stand side by side.
const BREAKPOINT: &str = "42em";

impl App {
    /// Follows the width of the page: zoomed in, it has fewer of its own pixels.
    pub(super) fn watch_zoom(self: &Rc<Self>) {
        let own = interop::get_path(&self.config, "main.zoomBreakpoint");
        let breakpoint = own.as_string().or_else(|| own.as_f64().map(|pixels| format!("{pixels}px")));
        let query = format!("(max-width: {})", breakpoint.as_deref().unwrap_or(BREAKPOINT));
        let Some(query) = web_sys::window().and_then(|window| window.match_media(&query).ok().flatten()) else {
            return;
        };
        if query.matches() {
            self.set_layout("mobile");
        }
        let (app, narrow) = (Rc::clone(self), query.clone());
        let _refused = dom::listen(&query, "change", move |_| {
            app.set_layout(if narrow.matches() { "mobile" } else { "desktop" });
            Ok(())
        });
    }

    /// Tells all windows which layout to take.
    pub(super) fn set_layout(&self, layout: &str) {
        self.plugin.set_data("layout", layout);
        self.plugin.publish("zoom", interop::object(&[("layout", layout.into())]));
    }
}
