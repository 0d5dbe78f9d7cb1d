//! Files, up and down (webchatservice, sendFile and downloadFile; backend facts 1.6).
//!
//! The paper clip is there where `webchat.uploadsEnabled` says so, or the transport has told that it takes files.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{DragEvent, Element, Event, File, Node};

use super::WebChat;
use super::file_limits::{FileLimits, Refusal};
use super::surface::Surface;
use crate::direction;
use crate::dom;
use crate::element_list;
use crate::interop;

/// Marks of a file in the transcript: its id, and its name.
pub const ID: &str = "data-cx-file";
/// The file's name.
pub const NAME: &str = "data-cx-file-name";

/// Codes of the server for files that it refuses: backend facts 1.5.
const TOO_MANY: f64 = 201.0;
const TOO_LARGE: f64 = 202.0;
const TYPE: f64 = 203.0;

impl WebChat {
    /// Wires the paper clip and the downloads of a window.
    pub(super) fn wire_files(self: &Rc<Self>, surface: &Rc<Surface>) -> Result<(), JsValue> {
        self.show_attach(surface);
        let field = surface.composer.file_field.clone();
        dom::listen(&surface.composer.attach, "click", move |_| {
            field.click();
            Ok(())
        })?;
        let (chat, shown) = (Rc::clone(self), Rc::clone(surface));
        dom::listen(&surface.composer.file_field, "change", move |_| {
            chat.offer_files(&shown);
            Ok(())
        })?;
        self.wire_dropping(surface)?;
        let (chat, shown) = (Rc::clone(self), Rc::clone(surface));
        dom::listen(&surface.transcript, "click", move |event| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if let Some(button) = target.and_then(|target| target.closest(&format!("[{ID}]")).ok().flatten()) {
                chat.download(&shown, &button);
            }
            Ok(())
        })
    }

    /// Files dropped on the conversation are offered as if they had been chosen.
    fn wire_dropping(self: &Rc<Self>, surface: &Rc<Surface>) -> Result<(), JsValue> {
        let hint = self.texts.element("div", "cx-drop-hint", "ChatFileDrop")?;
        hint.set_attribute("aria-hidden", "true")?;
        dom::append(&surface.chat_page, &[&hint])?;
        let mark = |shown: &Surface, over: bool| dom::toggle_class(&shown.chat_page, "cx-drop", over);
        for name in ["dragenter", "dragover"] {
            let shown = Rc::clone(surface);
            dom::listen(&surface.chat_page, name, move |event| {
                if takes(&shown, &event) {
                    // Otherwise the browser would leave the page for the file.
                    event.prevent_default();
                    mark(&shown, true);
                }
                Ok(())
            })?;
        }
        let shown = Rc::clone(surface);
        dom::listen(&surface.chat_page, "dragleave", move |event| {
            // Over an element inside it is over the conversation still.
            let to = event.dyn_ref::<DragEvent>().and_then(|event| event.related_target());
            let to = to.and_then(|to| to.dyn_into::<Node>().ok());
            mark(&shown, to.is_some_and(|to| shown.chat_page.contains(Some(&to))));
            Ok(())
        })?;
        let (chat, shown) = (Rc::clone(self), Rc::clone(surface));
        dom::listen(&surface.chat_page, "drop", move |event| {
            mark(&shown, false);
            if takes(&shown, &event) {
                event.prevent_default();
                let dropped = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
                shown.composer.file_field.set_files(dropped.and_then(|dropped| dropped.files()).as_ref());
                chat.offer_files(&shown);
            }
            Ok(())
        })
    }

    /// Shows the paper clip where files are taken.
    pub(super) fn show_attach(&self, surface: &Surface) {
        let capability = interop::get(&self.plugin.get_data("WebChatService.capabilities"), "fileUpload");
        let shown = self.options.borrow().uploads || capability.is_truthy();
        surface.composer.attach.set_hidden(!shown);
    }

    /// Asks for the limits first, so that a file that is too large is not sent at all.
    fn offer_files(self: &Rc<Self>, surface: &Rc<Surface>) {
        let files = chosen(surface);
        if files.is_empty() {
            return;
        }
        surface.set_notice(None);
        let limits = self.plugin.command("WebChatService.getFileLimits", JsValue::UNDEFINED);
        let (chat, shown, named) = (Rc::clone(self), Rc::clone(surface), files.clone());
        limits.on_done(move |answer| match FileLimits::of(&answer).check(&named, chat.agent_joined.get()) {
            Ok(()) => chat.send_files(&shown, &named),
            Err((position, refusal)) => {
                let name = named.get(position).map_or("", |(name, _)| name.as_str());
                chat.refuse(&shown, name, refusal);
            }
        });
        // A server that tells no limits still has them: it decides itself.
        let (chat, shown) = (Rc::clone(self), Rc::clone(surface));
        limits.on_fail(move |_| chat.send_files(&shown, &files));
    }

    fn send_files(self: &Rc<Self>, surface: &Rc<Surface>, files: &[(String, f64)]) {
        let names = files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
        surface.set_notice(Some(&self.texts.fill("ChatFileSending", "name", &direction::isolate(&names))));
        surface.composer.set_sending_file(true);
        let field = element_list::list(vec![surface.composer.file_field.clone().into()]);
        let sent = self.plugin.command("WebChatService.sendFile", interop::object(&[("files", field.into())]));
        let shown = Rc::clone(surface);
        sent.on_done(move |_| {
            shown.set_notice(None);
            shown.composer.set_sending_file(false);
            shown.composer.file_field.set_value("");
        });
        let (chat, shown) = (Rc::clone(self), Rc::clone(surface));
        sent.on_fail(move |answer| chat.refuse(&shown, &names, refusal_of(&answer)));
    }

    fn refuse(&self, surface: &Surface, name: &str, refusal: impl Into<Option<Refusal>>) {
        surface.composer.set_sending_file(false);
        surface.composer.file_field.set_value("");
        let texts = &self.texts;
        let named = |key: &str| texts.fill(key, "name", &direction::isolate(name));
        let text = match refusal.into() {
            Some(Refusal::NeedsAgent) => texts.get("ChatFileNeedsAgent"),
            Some(Refusal::TooMany(count)) => texts.fill("ChatFileTooMany", "count", &format!("{count:.0}")),
            Some(Refusal::Empty) => named("ChatFileEmpty"),
            Some(Refusal::TooLarge(size)) => named("ChatFileTooLarge").replace("<%size%>", &texts.size(size)),
            Some(Refusal::Total(size)) => texts.fill("ChatFileTotal", "size", &texts.size(size)),
            Some(Refusal::Type) => named("ChatFileType"),
            None => named("ChatFileFailed"),
        };
        surface.set_notice(Some(&text));
    }

    fn download(self: &Rc<Self>, surface: &Rc<Surface>, button: &Element) {
        let attribute = |name: &str| button.get_attribute(name).unwrap_or_default();
        let name = attribute(NAME);
        let data = [("fileId", attribute(ID).into()), ("fileName", name.as_str().into())];
        let (chat, shown) = (Rc::clone(self), Rc::clone(surface));
        self.plugin.command("WebChatService.downloadFile", interop::object(&data)).on_fail(move |_| {
            shown.set_notice(Some(&chat.texts.fill("ChatFileDownloadFailed", "name", &direction::isolate(&name))));
        });
    }
}

/// Whether what is dragged are files, and the chat takes one now.
fn takes(surface: &Surface, event: &Event) -> bool {
    let dragged = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
    let files = dragged.is_some_and(|dragged| dragged.types().includes(&"Files".into(), 0));
    let (composer, clip) = (&surface.composer.element, &surface.composer.attach);
    files && !composer.hidden() && !clip.hidden() && !clip.has_attribute("disabled")
}

/// Names and bytes of the files that the customer has chosen.
fn chosen(surface: &Surface) -> Vec<(String, f64)> {
    let Some(files) = surface.composer.file_field.files() else { return Vec::new() };
    let files = (0..files.length()).filter_map(|position| files.get(position));
    files.map(|file: File| (file.name(), file.size())).collect()
}

/// What the server's answer says of a file that it has refused; `None` for other failures.
fn refusal_of(answer: &JsValue) -> Option<Refusal> {
    let answer = [answer.clone(), interop::get(answer, "responseJSON"), interop::get(answer, "response")];
    let error = answer.iter().map(|answer| interop::get_path(answer, "errors.0")).find(JsValue::is_object)?;
    let advice = interop::get(&error, "advice");
    let limit = advice.as_f64().or_else(|| advice.as_string()?.trim().parse().ok());
    match (interop::get_number(&error, "code")?, limit) {
        (TOO_MANY, Some(count)) => Some(Refusal::TooMany(count)),
        (TOO_LARGE, Some(size)) => Some(Refusal::TooLarge(size)),
        (TYPE, _) => Some(Refusal::Type),
        _ => None,
    }
}
