//! The texts that a customer reads: English inside, other languages fetched when Widgets speaks them.
//!
//! What counts, in this order: `main.i18n[language].speechstorm` of the integrator, the language file beside the script,
//! English. Contract: bus facts, 6.4 (`App.language`, `App.i18n`).

use super::callback::once;
use super::js::{self, call, call_with, call_with_two, get, set};
use super::promise::settled;
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
/// A card number in the chat was masked.
pub const MASKED: Text =
    Text("masked", "We hid a card number in your message. Enter card details in the secure form only.");
/// A message with a card number was not sent.
pub const BLOCKED: Text =
    Text("blocked", "Your message was not sent: it has a card number. Enter card details in the secure form only.");
/// The button for a customer who has come back.
pub const DONE: Text = Text("done", "Done");

/// The languages that have a file.
const FILES: [&str; 14] = ["de", "fr", "es", "it", "pt-BR", "nl", "pl", "sv", "tr", "ja", "ko", "zh-CN", "ar", "he"];
const ENGLISH: &str = "en";
/// How many of [`FILES`], from the end, are written from right to left.
const RIGHT_TO_LEFT: [&str; 2] = ["ar", "he"];

thread_local! {
    static WANTED: RefCell<String> = const { RefCell::new(String::new()) };
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

/// Takes over the texts of `App.i18n`: the table of one language, or of all.
pub fn take_overrides(table: &JsValue) {
    let own = get(table, "speechstorm");
    OVERRIDES.replace(if own.is_object() { own } else { get(&get(table, LANGUAGE.get()), "speechstorm") });
}

/// Notes the language that Widgets speaks, by a code such as `de-AT`; its file is fetched when it is needed.
pub fn want(code: String) {
    WANTED.replace(code);
}

/// Fetches the file of the language that is wanted, if there is one; until it has come, and if it does not, English is spoken.
/// `changed` is called whenever texts have changed.
pub fn speak(changed: impl Fn() + 'static) {
    let language = WANTED.with_borrow(|code| FILES.into_iter().find(|file| is_of(code, file)).unwrap_or(ENGLISH));
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
    let json = once(|response| call(&response, "json"));
    let arrived = move |texts: Result<JsValue, JsValue>| {
        if let Ok(texts) = texts
            && get(&texts, CLOSE.0).is_string()
        {
            LANGUAGE.set(language);
            FILE.replace(texts);
            changed();
        }
    };
    if let Some(request) = request(language) {
        settled(&call_with(&request, "then", json), Box::new(arrived));
    }
}

/// Whether this file is for the language of a code such as `de`, `de-AT` or `de_AT`.
fn is_of(code: &str, file: &str) -> bool {
    let same = code.get(..2).zip(file.get(..2)).is_some_and(|(ours, theirs)| ours.eq_ignore_ascii_case(theirs));
    same && code.as_bytes().get(2).is_none_or(|next| !next.is_ascii_alphabetic())
}

fn request(language: &str) -> Option<JsValue> {
    let page = js::window();
    let script = call_with(&get(&page, "document"), "querySelector", "script[src*=cx-speechstorm]");
    let script = get(&script, "src");
    let file = js::create("URL", js::two(["lang/", language, ".json"].concat().into(), script)).ok()?;
    let init = Object::new();
    set(&init, "credentials", "omit");
    Some(call_with_two(&page, "fetch", file, init))
}
