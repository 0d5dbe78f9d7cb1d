//! What the window says where a server refuses something and names a code (transports 2.8 and 3.6).

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::WebChat;
use super::surface::Page;
use crate::interop;

/// Code in the event `error` → key of its text.
const KEYS: [(&str, &str); 10] = [
    ("purecloud-v2-sockets-400", "RefusedRequest"),
    ("purecloud-v2-sockets-500", "RefusedFault"),
    ("purecloud-v2-sockets-503", "RefusedBusy"),
    ("pureengage-v3-rest-INVALID_FILE_TYPE", "RefusedFileType"),
    ("pureengage-v3-rest-LIMIT_FILE_SIZE", "RefusedFileSize"),
    ("pureengage-v3-rest-LIMIT_FILE_COUNT", "RefusedFileCount"),
    ("pureengage-v3-rest-INVALID_CONTACT_CENTER", "RefusedKey"),
    ("pureengage-v3-rest-INVALID_ENDPOINT", "RefusedEndpoint"),
    ("pureengage-v3-rest-INVALID_NICKNAME", "RefusedName"),
    ("pureengage-v3-rest-AUTHENTICATION_REQUIRED", "RefusedAccess"),
];

/// `WebChatService.error`: at the form, or above the conversation. It comes after the command that failed has been rejected,
/// so that it takes the place of what is said of any failure.
pub(super) fn tell(chat: &Rc<WebChat>, data: &JsValue) -> Result<(), JsValue> {
    let code = interop::get_path(data, "errors.0.code").as_string().unwrap_or_default();
    let key = KEYS.iter().find(|(known, _)| *known == code).map(|(_, key)| *key);
    let text = chat.texts.of_error(&code).or_else(|| key.map(|key| chat.texts.get(key)));
    let (Some(text), Some(surface)) = (text, chat.open_surface()) else { return Ok(()) };
    let form = chat.form.borrow().clone().filter(|_| surface.page() == Page::Form);
    match form {
        Some(form) => form.set_error(Some(&text)),
        None => surface.say_reason(&text),
    }
    Ok(())
}
