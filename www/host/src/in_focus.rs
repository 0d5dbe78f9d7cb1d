//! Which page of the site the visitor looked at last: `_genesys.widgets.inFocus` (bus facts, section 3, "Web storage").

use wasm_bindgen::JsValue;

use crate::dom;
use crate::interop;

const KEY: &str = "_genesys.widgets.inFocus";

/// Writes this page's id now and each time its window gets the focus. Storage that refuses is left alone.
///
/// # Errors
/// Outside a page.
pub fn follow() -> Result<(), JsValue> {
    let window = web_sys::window().ok_or("no window")?;
    let page = interop::guid();
    note(&window, &page);
    dom::listen(&window.clone(), "focus", move |_| {
        note(&window, &page);
        Ok(())
    })
}

fn note(window: &web_sys::Window, page: &str) {
    if let Ok(Some(storage)) = window.local_storage() {
        let _refused = storage.set_item(KEY, page);
    }
}
