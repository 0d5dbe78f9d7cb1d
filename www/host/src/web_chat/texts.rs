//! What the window says. English unless the page's language table (`main.i18n`, section `webchat`) has the key.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement};

use crate::dom;
use crate::interop;

const ENGLISH: [(&str, &str); 67] = [
    ("ChatButton", "Chat with us"),
    ("ChatTitle", "Live chat"),
    ("ChatFormIntro", "Tell us who you are, and an adviser will be with you shortly."),
    ("ChatFormNickname", "Nickname"),
    ("ChatFormFirstName", "First name"),
    ("ChatFormLastName", "Last name"),
    ("ChatFormEmail", "E-mail"),
    ("ChatFormOptional", "optional"),
    ("ChatFormSubject", "How can we help?"),
    ("ChatFormSubmit", "Start chat"),
    ("ChatFormSubmitting", "Connecting…"),
    ("ChatFormRequired", "Please fill in this field."),
    ("ChatFormInvalid", "Please check this field."),
    ("ChatFailed", "The chat could not be started. Please try again in a moment."),
    ("ChatStarted", "Chat started"),
    ("ChatWaiting", "Please wait, we are looking for an adviser."),
    ("ChatEnded", "This chat has ended."),
    ("ChatEndedIdle", "This chat was closed because nobody wrote any more."),
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
    ("ChatPushUrl", "Opens in a new tab"),
    ("ChatIdle", "Are you still there? Without an answer this chat will be closed."),
    ("ChatIdleStay", "I’m still here"),
    ("ChatFile", "File: <%name%>"),
    ("ChatFileAttach", "Send a file"),
    ("ChatFileDownload", "Download <%name%>"),
    ("ChatFileDownloadFailed", "<%name%> could not be downloaded."),
    ("ChatFileSending", "Sending <%name%>…"),
    ("ChatFileFailed", "<%name%> was not sent. Please try again."),
    ("ChatFileTooMany", "You can send no more than <%count%> files in this chat."),
    ("ChatFileTooLarge", "<%name%> is too large. A file may have <%size%>."),
    ("ChatFileTotal", "Together the files of this chat may have no more than <%size%>."),
    ("ChatFileType", "Files of this kind cannot be sent: <%name%>"),
    ("ChatFileNeedsAgent", "You can send files once an adviser is here."),
    ("ChatFileEmpty", "<%name%> is empty."),
    ("OverlayClose", "Close this page"),
    ("ConfirmCloseTitle", "End this chat?"),
    ("ConfirmCloseBody", "The conversation will be closed for you and the adviser."),
    ("ConfirmCloseConfirm", "End chat"),
    ("ConfirmCloseCancel", "Keep chatting"),
    ("ChatCloseEnded", "Close"),
    ("InviteTitle", "Need a hand?"),
    ("InviteBody", "Our advisers are here and happy to help. Would you like to chat?"),
    ("InviteAccept", "Start chat"),
    ("InviteReject", "No, thanks"),
    ("ReInviteTitle", "Live chat"),
    ("ReInviteBody", "Your last chat has ended. Would you like to start a new one?"),
    ("ReInviteAccept", "Start chat"),
    ("ReInviteReject", "No, thanks"),
    ("ToastClose", "Close"),
    ("SizeBytes", "<%count%> bytes"),
    ("SizeKilobytes", "<%count%> kB"),
    ("SizeMegabytes", "<%count%> MB"),
];

/// Marks of elements whose words change with the language: their text, their name, what stands in an empty field.
const TEXT: &str = "data-cx-text";
const NAME: &str = "data-cx-name";
const HINT: &str = "data-cx-hint";

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

    /// A size of a file in words.
    #[must_use]
    pub fn size(&self, bytes: f64) -> String {
        let (key, count) = match bytes {
            _ if bytes >= 1_048_576.0 => ("SizeMegabytes", format!("{:.1}", bytes / 1_048_576.0)),
            _ if bytes >= 10_240.0 => ("SizeKilobytes", format!("{:.0}", bytes / 1024.0)),
            _ if bytes >= 1024.0 => ("SizeKilobytes", format!("{:.1}", bytes / 1024.0)),
            _ => ("SizeBytes", format!("{bytes:.0}")),
        };
        self.fill(key, "count", count.trim_end_matches(".0"))
    }

    /// A new element with the text of a key, in whatever language the page turns to.
    ///
    /// # Errors
    /// A tag that is none.
    pub fn element(&self, tag: &str, classes: &str, key: &str) -> Result<HtmlElement, JsValue> {
        let element = dom::create_text(tag, classes, &self.get(key))?;
        element.set_attribute(TEXT, key)?;
        Ok(element)
    }

    /// A push button with such a text.
    ///
    /// # Errors
    /// Outside a page.
    pub fn button(&self, classes: &str, key: &str) -> Result<HtmlElement, JsValue> {
        let button = dom::button(classes, &self.get(key))?;
        button.set_attribute(TEXT, key)?;
        Ok(button)
    }

    /// Names an element for assistive technology by the text of a key; buttons show it as a tip, too.
    pub fn name(&self, element: &Element, key: &str) {
        let _refused = element.set_attribute(NAME, key);
        self.show_name(element, key);
    }

    /// What an empty field shows.
    pub fn hint(&self, field: &Element, key: &str) {
        let _refused = field.set_attribute(HINT, key);
        let _refused = field.set_attribute("placeholder", &self.get(key));
    }

    /// Says everything below `root` in the language of now.
    pub fn translate(&self, root: &Element) {
        each(root, TEXT, |element, key| element.set_text_content(Some(&self.get(key))));
        each(root, NAME, |element, key| self.show_name(element, key));
        each(root, HINT, |element, key| {
            let _refused = element.set_attribute("placeholder", &self.get(key));
        });
    }

    fn show_name(&self, element: &Element, key: &str) {
        let text = self.get(key);
        let _refused = element.set_attribute("aria-label", &text);
        if element.tag_name() == "BUTTON" {
            let _refused = element.set_attribute("title", &text);
        }
    }
}

fn each(root: &Element, mark: &str, change: impl Fn(&Element, &str)) {
    let Ok(found) = root.query_selector_all(&format!("[{mark}]")) else { return };
    let elements = (0..found.length()).filter_map(|position| found.get(position)?.dyn_into::<Element>().ok());
    for element in elements {
        if let Some(key) = element.get_attribute(mark) {
            change(&element, &key);
        }
    }
}
