//! The texts that a customer reads: English inside, other languages fetched when Widgets speaks them.
//!
//! What counts, in this order: `main.i18n[language].speechstorm` of the integrator, the language file beside the script,
//! English. Contract: bus facts, 6.4 (`App.language`, `App.i18n`).

use super::bus::{Plugin, Subscription};
use super::view::dom::{self, call, get};
use js_sys::Object;
use std::cell::{Cell, RefCell};
use wasm_bindgen::prelude::*;

/// A text: its key in language files and overrides, and its English wording.
#[derive(Clone, Copy, Debug)]
pub struct Text(&'static str, &'static str);

/// No text.
pub const NOTHING: Text = Text("", "");
/// The heading when the agent gave the MicroApp no name.
pub const TITLE: Text = Text("title", "Secure form");
/// While the frame loads.
pub const LOADING: Text = Text("loading", "Opening the secure form…");
/// Once it has loaded.
pub const RUNNING: Text = Text("running", "Secure: your agent cannot see what you enter.");
/// When the app has ended.
pub const ENDED: Text = Text("ended", "Completed. You can close this window.");
/// While the frame has its grace.
pub const CLOSING: Text = Text("closing", "Closing…");
/// When it could not be opened.
pub const FAILED: Text =
    Text("failed", "The secure form could not be opened. You can try again, or go on in the chat.");
/// The button for another try.
pub const RETRY: Text = Text("retry", "Try again");
/// The button that gives up after a failure.
pub const BACK: Text = Text("back", "Continue in the chat");
/// The button that closes the window.
pub const CLOSE: Text = Text("close", "Close");
/// The button that folds the window and unfolds it; whether it is unfolded, `aria-expanded` says.
pub const SHOW: Text = Text("show", "Show the form");
/// The name of the progress bar.
pub const PROGRESS: Text = Text("progress", "Progress");
/// While the chat has no connection.
pub const OFFLINE: Text = Text("offline", "The connection to the chat is interrupted. Your form stays open.");
/// Another tab has the MicroApp.
pub const ELSEWHERE: Text = Text("elsewhere", "This form is open in another tab.");
/// The button that takes it over.
pub const HERE: Text = Text("here", "Show it here");
/// The question of consent.
pub const CONSENT: Text =
    Text("consent", "You are asked to fill in a secure form. Your agent cannot see what you enter.");
/// Who asks, in the question of consent.
pub const ASKER: Text = Text("asker", "Asked by");
/// What for.
pub const PURPOSE: Text = Text("purpose", "For");
/// Where the form comes from.
pub const ORIGIN: Text = Text("origin", "Opens from");
/// The button that consents.
pub const YES: Text = Text("yes", "Continue");
/// The button that declines.
pub const NO: Text = Text("no", "No, thanks");
/// The chat has ended while the customer was at work.
pub const CHAT_OVER: Text = Text("chatOver", "The chat has ended. You can still finish the form.");
/// The button that goes on all the same.
pub const FINISH: Text = Text("finish", "Finish the form");
/// The question before a form is closed that the customer works with.
pub const CONFIRM: Text = Text("confirm", "Close the form? What you have entered will be lost.");
/// The button that leaves it open.
pub const STAY: Text = Text("stay", "Keep it open");
/// The button that closes it.
pub const CONFIRM_CLOSE: Text = Text("confirmClose", "Close the form");
/// The button that opens the app in a window of its own.
pub const WINDOW: Text = Text("window", "Open in a secure window");
/// The app is shown in a window of its own.
pub const IN_WINDOW: Text =
    Text("inWindow", "The secure form opens in a window of its own. Come back here when you are done.");
/// The button for a customer who has come back.
pub const DONE: Text = Text("done", "Done");

/// The languages that have a file.
const FILES: [&str; 14] = ["de", "fr", "es", "it", "pt-BR", "nl", "pl", "sv", "tr", "ja", "ko", "zh-CN", "ar", "he"];
const ENGLISH: &str = "en";
/// How many of [`FILES`], from the end, are written from right to left.
const RIGHT_TO_LEFT: [&str; 2] = ["ar", "he"];

thread_local! {
    static LANGUAGE: Cell<&'static str> = const { Cell::new(ENGLISH) };
    static OVERRIDES: RefCell<JsValue> = const { RefCell::new(JsValue::UNDEFINED) };
    static FILE: RefCell<JsValue> = const { RefCell::new(JsValue::UNDEFINED) };
}

impl Text {
    /// The wording in the customer's language.
    pub fn get(self) -> String {
        let own = OVERRIDES.with_borrow(|texts| get(texts, self.0).as_string());
        own.or_else(|| FILE.with_borrow(|texts| get(texts, self.0).as_string())).unwrap_or_else(|| self.1.to_owned())
    }
}

/// The language in use, and its direction.
pub fn language() -> (&'static str, &'static str) {
    let code = LANGUAGE.get();
    (code, if RIGHT_TO_LEFT.contains(&code) { "rtl" } else { "ltr" })
}

/// Follows the language of Widgets; `changed` is called whenever texts have changed.
pub fn follow(plugin: &Plugin, changed: impl Fn() + Clone + 'static) -> [Subscription; 2] {
    let when_overridden = changed.clone();
    let language = plugin.subscribe("App.language", move |event| {
        if let Some(code) = get(&event, "data").as_string() {
            speak(&code, changed.clone());
        }
    });
    let overrides = plugin.subscribe("App.i18n", move |event| {
        let table = get(&event, "data");
        // The event brings the table of one language, or of all.
        let own = get(&table, "speechstorm");
        let own = if own.is_object() { own } else { get(&get(&table, LANGUAGE.get()), "speechstorm") };
        OVERRIDES.replace(own);
        when_overridden();
    });
    [language, overrides]
}

/// Fetches the file of a language, if there is one; until it has come, and if it does not, English is spoken.
fn speak(code: &str, changed: impl Fn() + 'static) {
    let language = file_for(code).unwrap_or(ENGLISH);
    if LANGUAGE.get() == language {
        return;
    }
    FILE.replace(JsValue::UNDEFINED);
    // Why not at once: until the file is there the texts are English, and so must be `lang` and `dir`.
    LANGUAGE.set(ENGLISH);
    changed();
    if language == ENGLISH {
        return;
    }
    let arrived = Closure::once_into_js(move |texts: JsValue| {
        if texts.is_object() {
            LANGUAGE.set(language);
            FILE.replace(texts);
            changed();
        }
    });
    let Some(request) = request(language) else { return };
    let json = Closure::once_into_js(|response: JsValue| call(&response, "json", &[]));
    let nothing = Closure::once_into_js(|_: JsValue| JsValue::UNDEFINED);
    call(&call(&call(&request, "then", &[json]), "catch", &[nothing]), "then", &[arrived]);
}

fn file_for(code: &str) -> Option<&'static str> {
    let code = code.replace('_', "-");
    let primary = |code: &str| code.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let exact = FILES.into_iter().find(|file| file.eq_ignore_ascii_case(&code));
    exact.or_else(|| FILES.into_iter().find(|file| primary(file) == primary(&code)))
}

fn request(language: &str) -> Option<JsValue> {
    let script = dom::document()?.query_selector("script[src*=cx-speechstorm]").ok()??;
    let script = get(&script, "src").as_string()?;
    let folder = script.get(..=script.split('?').next()?.rfind('/')?)?;
    let init = Object::new();
    super::js_error::set(&init, "credentials", &"omit".into());
    Some(call(&dom::window()?.into(), "fetch", &[[folder, "lang/", language, ".json"].concat().into(), init.into()]))
}
