//! Opening, folding and closing the window.

use std::rc::Rc;

use js_sys::Object;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::WebChat;
use super::composer::Limits;
use super::form::{Form, Helpers};
use super::form_fields;
use super::surface::{Page, Surface};
use crate::bus::Command;
use crate::dom;
use crate::interop;
use crate::layout;

const DOCK: &str = "WebChat";
const OPEN: &str = "_genesys.widgets.webchat.state.open";
const MINIMIZED: &str = "_genesys.widgets.webchat.state.minimized";

impl WebChat {
    /// `WebChat.open {form, formJSON, userData, minimized}`: bus facts 7. Issues `Toaster.close` first (bus facts 0.8).
    pub(super) fn open(self: &Rc<Self>, command: &Command) -> Result<(), JsValue> {
        if self.open_surface().is_some() {
            command.deferred.reject("already opened");
            return Ok(());
        }
        let _outcome = self.plugin.command("Toaster.close", JsValue::UNDEFINED);
        let surface = Rc::new(Surface::build(&self.texts, &self.theme(), self.composer_options())?);
        self.surface.replace(Some(Rc::clone(&surface)));
        self.windows.dock("WebChat", DOCK, &surface.element)?;
        self.wire(&surface)?;
        self.launcher.set_shown(false);
        self.cookies.set(OPEN, "true");
        self.plugin.set_data("open", true);
        self.plugin.publish("opened", JsValue::UNDEFINED);

        let restored = interop::get(&command.data, "restoring").is_truthy();
        let folded = match interop::get(&command.data, "minimized").as_bool() {
            Some(minimized) => minimized,
            None => restored && (self.cookies.get(MINIMIZED).as_deref() == Some("true") || self.folds_on_restore()),
        };
        self.minimized.set(folded);
        if self.has_session() {
            surface.show(Page::Chat);
            self.take_up(&surface)?;
        } else {
            self.offer_form(&surface, &command.data)?;
        }
        self.fold(folded, false);
        self.look_for_older(&surface);
        if !folded && !restored {
            surface.focus();
        }
        command.deferred.resolve(JsValue::UNDEFINED);
        Ok(())
    }

    /// Draws what the chat has come to, without reading it out: the customer knows it.
    pub(super) fn take_up(&self, surface: &Surface) -> Result<(), JsValue> {
        surface.set_waiting(!self.agent_joined.get());
        surface.set_partner(&self.partner.borrow());
        self.unread.recall();
        let history = self.history.borrow().clone();
        surface.read_out(history.is_empty());
        for data in &history {
            self.draw_all(surface, data)?;
        }
        if !history.is_empty() {
            self.unread.end_recall();
        }
        Ok(())
    }

    /// For the next page: the window is open.
    pub(super) fn remember_window(&self) {
        self.cookies.set(OPEN, "true");
        self.cookies.set(MINIMIZED, if self.minimized.get() { "true" } else { "false" });
    }

    fn composer_options(&self) -> Limits {
        let options = self.options.borrow();
        Limits { longest: options.longest, shown: options.count }
    }

    fn folds_on_restore(&self) -> bool {
        self.options.borrow().folds_on_restore && layout::is_mobile(&self.plugin)
    }

    fn wire(self: &Rc<Self>, surface: &Rc<Surface>) -> Result<(), JsValue> {
        let chat = Rc::clone(self);
        dom::listen(&surface.minimize, "click", move |_| {
            let _outcome = chat.plugin.command("WebChat.minimize", JsValue::UNDEFINED);
            Ok(())
        })?;
        let chat = Rc::clone(self);
        dom::listen(&surface.close, "click", move |_| chat.close_by_customer())?;
        let chat = Rc::clone(self);
        dom::listen(&surface.done, "click", move |_| chat.close_by_customer())?;
        let (chat, shown) = (Rc::clone(self), Rc::clone(surface));
        dom::listen(&surface.idle.stay, "click", move |_| {
            chat.stay(&shown);
            shown.composer.input.focus()
        })?;
        self.wire_files(surface)?;
        self.wire_history(surface)?;
        self.wire_composer(surface)
    }

    /// "I'm still here": the server begins its idle time anew.
    fn stay(self: &Rc<Self>, surface: &Rc<Surface>) {
        let woken = self.plugin.command("WebChatService.wake", interop::object(&[("resetIdleState", true.into())]));
        let shown = Rc::clone(surface);
        woken.on_done(move |_| {
            shown.idle.hide();
            shown.message_sent();
        });
        let (chat, shown) = (Rc::clone(self), Rc::clone(surface));
        woken.on_fail(move |_| shown.say_unsent(&chat.texts.get("ChatSendFailed")));
    }

    fn offer_form(self: &Rc<Self>, surface: &Rc<Surface>, data: &JsValue) -> Result<(), JsValue> {
        surface.show(Page::Form);
        let prefill = interop::get(data, "form");
        let own = interop::get(data, "formJSON");
        let definition = if own.is_object() { own } else { self.options.borrow().form.clone() };
        let user_data = interop::get(data, "userData");
        let helpers = Helpers { bus: self.plugin.bus().global().into(), common: self.common.borrow().clone() };
        let fields = form_fields::read(&definition, &prefill, &self.texts);
        let chat = Rc::clone(self);
        let form = Form::build(&self.texts, fields, helpers, move |form| chat.submit(form, &user_data))?;
        dom::append(&surface.form_page, &[&form.element])?;
        self.form.replace(Some(Rc::clone(&form)));
        if prefill == JsValue::FALSE || interop::get(&prefill, "autoSubmit").is_truthy() {
            self.submit(&form, &interop::get(data, "userData"));
        }
        Ok(())
    }

    fn submit(self: &Rc<Self>, form: &Rc<Form>, user_data: &JsValue) {
        if form.is_busy() {
            return;
        }
        form.set_error(None);
        form.set_busy(&self.texts.get("ChatFormSubmitting"), true);
        let values = form.values();
        if user_data.is_object() {
            let merged = Object::new();
            interop::assign(&merged, &[user_data, &interop::get(&values, "userData")]);
            interop::set(&values, "userData", merged);
        }
        self.start_anew();
        let outcome = self.plugin.command("WebChatService.startChat", values);
        let plugin = self.plugin.clone();
        outcome.on_done(move |_| {
            // Behind all that the service tells of the start once the command has resolved: transports 2.7.
            let plugin = plugin.clone();
            spawn_local(async move { plugin.publish("started", JsValue::UNDEFINED) });
        });
        let (chat, failed) = (Rc::clone(self), Rc::clone(form));
        outcome.on_fail(move |_| {
            failed.set_busy(&chat.texts.get("ChatFormSubmit"), false);
            failed.set_error(Some(&chat.texts.get("ChatFailed")));
        });
    }

    /// Forgets the chat before.
    pub(super) fn start_anew(&self) {
        self.history.borrow_mut().clear();
        self.unread.reset();
        self.client_joined.set(false);
        self.agent_joined.set(false);
        self.closed_by_silence.set(false);
        self.partner.borrow_mut().clear();
        self.older.reset();
        self.last_html.replace(JsValue::UNDEFINED);
    }

    /// Folds or unfolds the window; `by_command` publishes the change.
    pub(super) fn fold(&self, minimized: bool, by_command: bool) {
        let Some(surface) = self.open_surface() else { return };
        self.minimized.set(minimized);
        self.cookies.set(MINIMIZED, if minimized { "true" } else { "false" });
        surface.set_minimized(minimized, &self.texts);
        if !minimized {
            self.unread.mark_all_read();
        }
        self.show_unread();
        if by_command {
            self.plugin.publish(if minimized { "minimized" } else { "unminimized" }, JsValue::UNDEFINED);
            if !minimized {
                surface.focus();
            }
        }
    }

    /// Shows how many messages came while the window was folded.
    pub(super) fn show_unread(&self) {
        if let Some(surface) = self.open_surface() {
            let count = self.unread.count();
            surface.set_unread(count, &self.texts.fill("ChatUnread", "count", &count.to_string()));
        }
    }

    fn close_by_customer(self: &Rc<Self>) -> Result<(), JsValue> {
        let Some(surface) = self.open_surface() else { return Ok(()) };
        if !self.has_session() {
            self.close(true);
            return Ok(());
        }
        self.fold(false, false);
        let chat = Rc::clone(self);
        super::confirm::ask(&surface, &self.texts, move || {
            let _never_resolves = chat.plugin.command("WebChatService.endChat", JsValue::UNDEFINED);
            chat.close(true);
        })
    }

    /// Takes the window off the page. The chat itself goes on unless it was ended.
    pub(super) fn close(&self, by_customer: bool) {
        if self.surface.take().is_none() {
            return;
        }
        self.form.take();
        self.windows.undock(DOCK);
        self.cookies.delete(OPEN);
        self.cookies.delete(MINIMIZED);
        self.launcher.set_shown(true);
        if by_customer {
            self.launcher.focus();
        }
        if !self.has_session() {
            self.start_anew();
        }
        self.plugin.set_data("open", false);
        self.plugin.publish("closed", JsValue::UNDEFINED);
    }

    /// Whether an earlier page left its window open.
    pub(super) fn was_open(&self) -> bool {
        self.cookies.get(OPEN).is_some()
    }

    /// Forgets the window of an earlier page.
    pub(super) fn forget_window(&self) {
        self.cookies.delete(OPEN);
        self.cookies.delete(MINIMIZED);
    }

    /// Takes the dock out of sight (`hide`) or back (`show`).
    pub(super) fn set_hidden(&self, hidden: bool) -> bool {
        let Some(surface) = self.open_surface() else { return false };
        if let Some(dock) =
            surface.element.parent_element().and_then(|dock| dock.dyn_into::<web_sys::HtmlElement>().ok())
        {
            dock.set_hidden(hidden);
        }
        true
    }
}
