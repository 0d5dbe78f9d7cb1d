//! GMS over CometD (bus facts 3, "CometD mode"; backend 1.8): requests are published on one channel, and both answers and
//! news come in on it. [`matching`](super::matching) tells them apart.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::Gms;
use super::answers::status_of;
use super::bayeux::{Bayeux, Heard, Lost, Options};
use super::matching::{Mark, Requests};
use super::requests::Failure;
use super::settings::CometSettings;
use crate::interop;
use crate::timer;
use crate::web_chat_service::fields::Fields;
use crate::web_chat_service::transcript::Sifted;

/// The connection of the running (or starting) chat.
#[derive(Default)]
pub struct Comet {
    connection: RefCell<Option<Rc<Bayeux>>>,
    up: Cell<bool>,
    /// Requests that wait for the connection.
    arriving: RefCell<Vec<Function>>,
    requests: Requests,
    /// News that are not taken yet: the chat does not run on this side, or something older may be missing. What is sifted
    /// already may since be what a command resolved with.
    early: RefCell<Vec<(JsValue, Option<Sifted>)>>,
    /// What was missed has been asked for and has not come.
    catching_up: Cell<bool>,
    /// Counts what makes an earlier question for it idle.
    turn: Cell<u32>,
    /// The customer ends the chat: messages are answers alone.
    leaving: Cell<bool>,
}

impl Comet {
    /// Ends the connection, if there is one.
    pub fn close(&self) {
        let connection = self.connection.take();
        if let Some(connection) = connection {
            connection.close();
        }
        self.up.set(false);
        self.leaving.set(false);
        self.next_turn(false);
        self.early.borrow_mut().clear();
        for resolve in self.requests.give_up() {
            call(&resolve, &JsValue::UNDEFINED);
        }
    }

    /// From now on messages are answers and no news.
    pub fn leave(&self) {
        self.leaving.set(true);
    }

    fn connection(&self) -> Option<Rc<Bayeux>> {
        self.connection.borrow().clone()
    }

    fn set_up(&self, up: bool) {
        self.up.set(up);
        let value = if up { JsValue::TRUE } else { JsValue::UNDEFINED };
        for resolve in self.arriving.take() {
            call(&resolve, &value);
        }
    }

    fn next_turn(&self, catching_up: bool) -> u32 {
        self.catching_up.set(catching_up);
        self.turn.set(self.turn.get() + 1);
        self.turn.get()
    }

    /// Whether something may be missing before what comes now. The transcript goes on from the newest message, so what is
    /// older would never be shown.
    fn may_lack_something(&self) -> bool {
        !self.up.get() || self.catching_up.get()
    }

    /// Waits for the connection; `false` where it does not come about in `milliseconds`.
    async fn arrive(&self, milliseconds: i32) -> bool {
        if self.up.get() {
            return true;
        }
        timer::answer_within(milliseconds, |resolve| self.arriving.borrow_mut().push(resolve)).await.is_some()
    }
}

impl Gms {
    /// Publishes a request and waits for its answer.
    ///
    /// # Errors
    /// No connection, or no answer within the time of a request.
    pub(super) async fn publish_request(
        self: &Rc<Self>,
        settings: &CometSettings,
        verb: &str,
        fields: Fields,
    ) -> Result<JsValue, Failure> {
        let timeout = self.settings().ajax_timeout;
        let connection = self.open_connection(settings);
        if !self.comet.arrive(timeout).await {
            return Err(Failure::network("error"));
        }
        let (data, operation) = (fields.into_object(), operation_of(verb));
        interop::set(&data, "operation", operation);
        interop::set(&data, "chatId", self.session.chat_id());
        let (requests, mark) = (&self.comet.requests, Mark::of(operation, &data));
        let number = requests.number();
        let answer = timer::answer_within(timeout, |resolve| requests.wait(number, mark, resolve));
        let published = connection.publish(&settings.channel, &data).await;
        if let Err(lost) = published {
            requests.forget(number);
            return Err(Failure::network(if lost == Lost::Unreached { "error" } else { "refused" }));
        }
        let answer = answer.await;
        let perhaps = requests.forget(number);
        answer.or(perhaps).ok_or_else(|| Failure::network("timeout"))
    }

    fn open_connection(self: &Rc<Self>, settings: &CometSettings) -> Rc<Bayeux> {
        if let Some(connection) = self.comet.connection() {
            return connection;
        }
        let common = self.settings();
        let options = Options {
            address: settings.address.clone(),
            sockets: settings.sockets,
            timeout: common.ajax_timeout,
            retry: common.poll_rate.1 as i32,
            authorization: common.authorization,
        };
        let gms = Rc::downgrade(self);
        let connection = Bayeux::open(options, move |heard| {
            if let Some(gms) = gms.upgrade() {
                gms.hear(heard);
            }
        });
        self.comet.connection.replace(Some(Rc::clone(&connection)));
        connection
    }

    fn hear(self: &Rc<Self>, heard: Heard) {
        match heard {
            Heard::Up => self.come_back(),
            Heard::Beat if self.session.has_vanished() => self.end_locally(),
            Heard::Beat => {
                // The server still knows us, but the answer that was lost on its way may have brought something.
                if !self.comet.up.get() {
                    self.come_back();
                }
                if self.session.is_active() {
                    self.session.ping();
                    self.note_reached();
                }
            }
            Heard::Down => {
                self.comet.set_up(false);
                self.comet.next_turn(false);
                if self.session.is_active() {
                    self.take_failure(&Failure::network("error"));
                }
            }
            Heard::Message(data) => self.take_message(&data),
        }
    }

    fn come_back(self: &Rc<Self>) {
        self.comet.set_up(true);
        if self.session.is_active() {
            let turn = self.comet.next_turn(true);
            let gms = Rc::clone(self);
            spawn_local(async move { gms.catch_up(turn).await });
        }
    }

    /// The server may know this page by a new client: it must be told of the chat, and tells what has happened since. Nobody
    /// polls, so a question that is lost, or that the server wants to hear again, is repeated as polls are.
    async fn catch_up(self: &Rc<Self>, turn: u32) {
        let mut wait = self.settings().poll_rate.0;
        let is_due = || self.comet.turn.get() == turn && self.session.is_active();
        while is_due() {
            let fields = self.news_fields(&self.chat.transcript.position().to_string(), "");
            let answer = self.request("refresh", fields).await;
            if !is_due() {
                return;
            }
            if let Some(Ok(answer)) = answer {
                let status = status_of(&answer);
                // A good answer was taken as it came.
                if status != 0 {
                    self.take_news(&answer, &self.sift(&answer));
                }
                if status != 1 {
                    break;
                }
            }
            timer::pause(wait as i32).await;
            wait = self.settings().slower(wait);
        }
        if is_due() {
            self.comet.catching_up.set(false);
            self.take_early_news();
        }
    }

    /// Takes what came behind the answer that the chat has begun or gone on with, before that had been dealt with.
    pub(super) fn take_early_news(self: &Rc<Self>) {
        for (data, sifted) in self.comet.early.take() {
            if self.session.is_active() && !self.comet.leaving.get() {
                let news = sifted.unwrap_or_else(|| self.sift(&data));
                self.take_news(&data, &news);
            }
        }
    }

    fn take_news(self: &Rc<Self>, data: &JsValue, news: &Sifted) {
        self.take_ids(data);
        if let Err(error) = self.take_refresh(data, news, false) {
            timer::report(error);
        }
    }

    fn take_message(self: &Rc<Self>, data: &JsValue) {
        let settled = self.comet.requests.take(data);
        if self.session.is_active() {
            // Whatever becomes of it: a command may resolve with this.
            let news = self.sift(data);
            let is_good = status_of(data) == 0;
            let is_for_asker = self.comet.leaving.get() || (settled.is_answer && !is_good);
            if is_good && !is_for_asker && !settled.is_page && self.comet.may_lack_something() {
                self.comet.early.borrow_mut().push((data.clone(), Some(news)));
            } else if !is_for_asker {
                self.take_news(data, &news);
            }
        } else if !settled.is_answer {
            self.comet.early.borrow_mut().push((data.clone(), None));
        }
        for (resolve, answer) in settled.calls {
            call(&resolve, &answer);
        }
    }
}

/// What a verb of REST is called in a publish.
fn operation_of(verb: &str) -> &str {
    match verb {
        "" => "requestChat",
        "send" => "sendMessage",
        "refresh" => "requestNotifications",
        other => other,
    }
}

fn call(resolve: &Function, value: &JsValue) {
    let called: Result<JsValue, JsValue> = resolve.call1(&JsValue::UNDEFINED, value);
    if let Err(error) = called {
        timer::report(error);
    }
}
