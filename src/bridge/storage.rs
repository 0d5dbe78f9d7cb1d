//! The ledger's place in `sessionStorage`; a page that forbids storage only loses the memory over reloads.

const KEY: &str = "cx-speechstorm.ledger";

fn storage() -> Option<web_sys::Storage> {
    super::view::window()?.session_storage().ok()?
}

/// The stored text, if any.
pub fn read() -> Option<String> {
    storage()?.get_item(KEY).ok()?
}

/// Stores a text.
pub fn write(text: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(KEY, text);
    }
}
