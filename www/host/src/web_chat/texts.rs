//! What the window says. English unless the page's language table (`main.i18n`, section `webchat`) has the key.

use std::cell::RefCell;

use wasm_bindgen::JsValue;

use crate::interop;

const ENGLISH: [(&str, &str); 40] = [
    ("ChatButton", "Chat with us"),
    ("ChatTitle", "Live chat"),
    ("ChatFormIntro", "Tell us who you are, and an adviser will be with you shortly."),
    ("ChatFormFirstName", "First name"),
    ("ChatFormLastName", "Last name"),
    ("ChatFormEmail", "E-mail"),
    ("ChatFormOptional", "optional"),
    ("ChatFormSubject", "How can we help?"),
    ("ChatFormSubmit", "Start chat"),
    ("ChatFormSubmitting", "Connecting…"),
    ("ChatFailed", "The chat could not be started. Please try again in a moment."),
    ("ChatStarted", "Chat started"),
    ("ChatWaiting", "Please wait, we are looking for an adviser."),
    ("ChatEnded", "This chat has ended."),
    ("ChatJoined", "<%name%> has joined the chat"),
    ("ChatLeft", "<%name%> has left the chat"),
    ("ChatClientLeft", "You have left the chat"),
    ("ChatTyping", "<%name%> is typing"),
    ("ChatTypingUnnamed", "The adviser is typing"),
    ("ChatInput", "Your message"),
    ("ChatInputPlaceholder", "Write a message…"),
    ("ChatSend", "Send"),
    ("ChatSendFailed", "Your message was not sent. Please try again."),
    ("ChatDisconnected", "Connection lost. Reconnecting…"),
    ("ChatMinimize", "Minimise chat"),
    ("ChatMaximize", "Open chat"),
    ("ChatClose", "Close chat"),
    ("ChatTranscript", "Conversation"),
    ("ChatUnread", "<%count%> unread"),
    ("ChatYou", "You"),
    ("ChatFile", "File: <%name%>"),
    ("ChatFormRequired", "Please fill in this field."),
    ("ConfirmCloseTitle", "End this chat?"),
    ("ConfirmCloseBody", "The conversation will be closed for you and the adviser."),
    ("ConfirmCloseConfirm", "End chat"),
    ("ConfirmCloseCancel", "Keep chatting"),
    ("ChatCloseEnded", "Close"),
    ("ReInviteTitle", "Live chat"),
    ("ReInviteBody", "Your last chat has ended. Would you like to start a new one?"),
    ("ReInviteReject", "No, thanks"),
];

/// Texts of the window in the page's language.
#[derive(Default)]
pub struct Texts {
    table: RefCell<JsValue>,
}

impl Texts {
    /// Takes the data of `App.i18n`.
    pub fn take(&self, table: &JsValue) {
        self.table.replace(interop::get(table, "webchat"));
    }

    /// The text of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> String {
        let own = interop::get_string(&self.table.borrow(), key);
        own.unwrap_or_else(|| {
            ENGLISH.iter().find(|(name, _)| *name == key).map_or_else(String::new, |(_, text)| (*text).to_owned())
        })
    }

    /// The text of a key with its one placeholder (`<%name%>`) filled in.
    #[must_use]
    pub fn fill(&self, key: &str, placeholder: &str, value: &str) -> String {
        self.get(key).replace(&format!("<%{placeholder}%>"), value)
    }
}
