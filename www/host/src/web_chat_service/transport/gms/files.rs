//! Files up and down (bus facts 3, "upload", "limits" and "download"; webchatservice, sendFile and downloadFile).

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlFormElement, HtmlInputElement};

use super::Gms;
use super::answers::status_of;
use super::requests::{self, Failure};
use crate::body;
use crate::bus::Command;
use crate::dom;
use crate::interop;
use crate::web_chat_service::NO_SESSION;
use crate::web_chat_service::fields::Fields;
use crate::web_chat_service::transport::Handled;
use crate::web_chat_service::transport::chosen::files_of;

/// `sendFile {files}`: a file input (or a list that begins with one), a `FileList`, or an array of files. Each goes out
/// in a request of its own; the last answer resolves, the first that is refused rejects.
pub(super) fn send_file(gms: &Rc<Gms>, command: Command) -> Handled {
    if !gms.session.is_active() {
        command.deferred.reject(NO_SESSION);
        return Ok(());
    }
    let files = files_of(&interop::get(&command.data, "files"));
    if files.is_empty() {
        command.deferred.reject("No file provided.");
        return Ok(());
    }
    let gms = Rc::clone(gms);
    spawn_local(async move {
        let mut last = JsValue::UNDEFINED;
        for file in files {
            let mut fields = gms.session.fields();
            fields.attach("file", file);
            match gms.ask_about_files("file", "fileUpload", fields).await {
                Some(Ok(answer)) if status_of(&answer) == 0 => last = answer,
                Some(Ok(answer)) => return command.deferred.reject(answer),
                Some(Err(failure)) => return command.deferred.reject(failure.report),
                None => return command.deferred.reject(NO_SESSION),
            }
        }
        command.deferred.resolve(last);
    });
    Ok(())
}

/// `getFileLimits`: resolves with the server's answer, whose one message has the limits as its `userData` (backend 1.6).
pub(super) fn get_file_limits(gms: &Rc<Gms>, command: Command) -> Handled {
    if !gms.session.is_active() {
        command.deferred.reject(NO_SESSION);
        return Ok(());
    }
    let gms = Rc::clone(gms);
    spawn_local(async move {
        match gms.ask_about_files("file/limits", "fileGetLimits", gms.session.fields()).await {
            Some(Ok(answer)) if status_of(&answer) == 0 => command.deferred.resolve(answer),
            Some(Ok(answer)) => command.deferred.reject(answer),
            Some(Err(failure)) => command.deferred.reject(failure.report),
            None => command.deferred.reject(NO_SESSION),
        }
    });
    Ok(())
}

/// `downloadFile {fileId}`: a form posted to a new window, because only that carries the keys outside an address.
pub(super) fn download_file(gms: &Rc<Gms>, command: Command) -> Handled {
    let file = interop::get(&command.data, "fileId");
    let file = file.as_string().or_else(|| file.as_f64().map(|id| id.to_string())).unwrap_or_default();
    if !gms.session.is_active() {
        command.deferred.reject(NO_SESSION);
    } else if file.is_empty() {
        command.deferred.reject("No file id provided.");
    } else {
        gms.post_form(&file)?;
        command.deferred.resolve(JsValue::UNDEFINED);
    }
    Ok(())
}

impl Gms {
    /// A request in many parts: to the chat's own address, or to the one for files in CometD mode (backend 1.8).
    async fn ask_about_files(
        self: &Rc<Self>,
        verb: &str,
        operation: &str,
        mut fields: Fields,
    ) -> Option<Result<JsValue, Failure>> {
        if self.session.has_vanished() {
            self.end_locally();
            return None;
        }
        let mut settings = self.settings();
        // The server knows the browser of a CometD client by its cookie.
        settings.with_credentials |= settings.comet.is_some();
        let address = match &settings.comet {
            Some(comet) => {
                fields.put("operation", operation);
                comet.files.clone()
            }
            None => format!("{}{}/{verb}", settings.base, self.session.chat_id()),
        };
        let outcome = requests::post_parts(&settings, &address, fields).await;
        if let Ok(answer) = &outcome {
            if self.session.is_active() {
                self.take_ids(answer);
            }
            self.publish_answer(answer);
        }
        Some(outcome)
    }

    fn post_form(&self, file: &str) -> Handled {
        let settings = self.settings();
        let form: HtmlFormElement = dom::document()?.create_element("form")?.unchecked_into();
        let id = |key| (key, interop::get_string(self.session.data(), key).unwrap_or_default());
        let mut fields = ["alias", "secureKey", "userId"].map(id).to_vec();
        let action = match &settings.comet {
            Some(comet) => {
                fields.extend([("operation", "fileDownload".to_owned()), ("fileId", file.to_owned())]);
                comet.files.clone()
            }
            None => {
                let id = js_sys::encode_uri_component(file);
                format!("{}{}/file/{}/download", settings.base, self.session.chat_id(), String::from(id))
            }
        };
        form.set_action(&action);
        form.set_method("post");
        form.set_target("_blank");
        form.set_hidden(true);
        for (name, value) in fields {
            let field: HtmlInputElement = dom::document()?.create_element("input")?.unchecked_into();
            field.set_type("hidden");
            field.set_name(name);
            field.set_value(&value);
            form.append_child(&field)?;
        }
        // A form outside the document is not sent.
        body::append(&form)?;
        let sent = form.submit();
        form.remove();
        sent
    }
}
