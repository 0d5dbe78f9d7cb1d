//! A small Bayeux client: handshake, connect, publish, over long polls or a WebSocket (backend 1.8; bus facts 3, CometD mode).
//!
//! It keeps one connection open until it is closed, takes a new client id where the server has forgotten the old one, and
//! tells its owner what it hears.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_net::http::Method;
use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::AbortController;

use super::socket::Socket;
use crate::interop;
use crate::timer;
use crate::web_chat_service::transport::http::{self, Call, Reply};

/// What a connection needs.
#[derive(Clone)]
pub struct Options {
    /// Address of the Bayeux server, `http` or `https`.
    pub address: String,
    /// Whether a WebSocket is tried before long polls.
    pub sockets: bool,
    /// Time after which a request other than a long poll counts as failed, in milliseconds.
    pub timeout: i32,
    /// Time between two attempts to reach a server that does not answer, in milliseconds.
    pub retry: i32,
    /// Header `Authorization`, if there is one.
    pub authorization: Option<String>,
}

/// What happens on a connection.
pub enum Heard {
    /// The server has a client id for us, for the first time or again.
    Up,
    /// The server is still there.
    Beat,
    /// The server was not reached; another attempt follows.
    Down,
    /// A message on a channel: its `data`.
    Message(JsValue),
}

/// Why an exchange brought no reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// Nothing came back.
    Unreached,
    /// The server said no.
    Refused,
    /// The server does not know the client any more.
    Forgotten,
}

/// A connection; it works until [`Bayeux::close`].
pub struct Bayeux {
    options: Options,
    heard: Box<dyn Fn(Heard)>,
    socket: RefCell<Option<Rc<Socket>>>,
    client: RefCell<String>,
    last_id: Cell<u32>,
    /// How long the server holds a long poll, in milliseconds; from its advice.
    held: Cell<i32>,
    closed: Cell<bool>,
    polling: RefCell<Option<AbortController>>,
}

impl Bayeux {
    /// Opens a connection. `heard` is told of everything that happens on it.
    pub fn open(options: Options, heard: impl Fn(Heard) + 'static) -> Rc<Self> {
        let connection = Rc::new(Self {
            options,
            heard: Box::new(heard),
            socket: RefCell::default(),
            client: RefCell::default(),
            last_id: Cell::new(0),
            held: Cell::new(30_000),
            closed: Cell::new(false),
            polling: RefCell::default(),
        });
        let running = Rc::clone(&connection);
        spawn_local(async move { running.run().await });
        connection
    }

    /// Publishes `data` on a channel.
    ///
    /// # Errors
    /// The server was not reached, refused, or has forgotten us.
    pub async fn publish(self: &Rc<Self>, channel: &str, data: &JsValue) -> Result<(), Lost> {
        let message = self.message(channel);
        interop::set(&message, "data", data.clone());
        self.exchange(&message, self.options.timeout, None).await.map(|_| ())
    }

    /// Ends the connection and tells the server, without waiting for it.
    pub fn close(self: &Rc<Self>) {
        if self.closed.replace(true) {
            return;
        }
        if let Some(polling) = self.polling.take() {
            polling.abort();
        }
        let (connection, leaving) = (Rc::clone(self), self.message("/meta/disconnect"));
        spawn_local(async move {
            let _ignored = connection.exchange(&leaving, connection.options.timeout, None).await;
            if let Some(socket) = connection.socket.take() {
                socket.close();
            }
        });
    }

    async fn run(self: &Rc<Self>) {
        while !self.closed.get() {
            match self.handshake().await {
                Ok(()) => {
                    self.tell(Heard::Up);
                    self.stay_connected().await;
                }
                Err(_) => self.pause().await,
            }
        }
    }

    fn tell(&self, heard: Heard) {
        if !self.closed.get() {
            (self.heard)(heard);
        }
    }

    async fn pause(&self) {
        self.tell(Heard::Down);
        timer::pause(self.options.retry).await;
    }

    async fn handshake(self: &Rc<Self>) -> Result<(), Lost> {
        if self.options.sockets && self.socket.borrow().is_none() {
            let listening = Rc::downgrade(self);
            let heard = move |message: JsValue| {
                if let Some(connection) = listening.upgrade() {
                    connection.take(&message);
                }
            };
            // Where no socket can be opened, long polls do.
            let socket = Socket::open(&self.options.address, self.options.timeout, heard).await;
            self.socket.replace(socket);
        }
        self.client.borrow_mut().clear();
        let message = self.message("/meta/handshake");
        interop::set(&message, "version", "1.0");
        interop::set(&message, "minimumVersion", "1.0");
        interop::set(&message, "supportedConnectionTypes", interop::array([self.way().into()]));
        let reply = self.exchange(&message, self.options.timeout, None).await?;
        self.client.replace(interop::get_string(&reply, "clientId").unwrap_or_default());
        Ok(())
    }

    /// Polls until the server has forgotten us or does not answer over a socket any more.
    async fn stay_connected(self: &Rc<Self>) {
        while !self.closed.get() {
            let message = self.message("/meta/connect");
            interop::set(&message, "connectionType", self.way());
            let abort = AbortController::new().ok();
            self.polling.replace(abort.clone());
            match self.exchange(&message, self.held.get() + self.options.timeout, abort).await {
                Ok(_) => self.tell(Heard::Beat),
                Err(Lost::Unreached) => {
                    self.pause().await;
                    if let Some(socket) = self.socket.take() {
                        socket.close();
                        return;
                    }
                }
                Err(Lost::Refused | Lost::Forgotten) => return,
            }
        }
    }

    fn way(&self) -> &'static str {
        if self.socket.borrow().is_some() { "websocket" } else { "long-polling" }
    }

    fn message(&self, channel: &str) -> Object {
        let id = self.last_id.get() + 1;
        self.last_id.set(id);
        let message = interop::object(&[("channel", channel.into()), ("id", id.to_string().into())]);
        let client = self.client.borrow().clone();
        if !client.is_empty() {
            interop::set(&message, "clientId", client);
        }
        message
    }

    /// Sends a message and waits for the reply to it; whatever else comes along is taken.
    async fn exchange(
        self: &Rc<Self>,
        message: &Object,
        timeout: i32,
        abort: Option<AbortController>,
    ) -> Result<JsValue, Lost> {
        let id = interop::get_string(message, "id").unwrap_or_default();
        let body = interop::to_json(&interop::array([message.clone().into()]));
        let socket = self.socket.borrow().clone();
        let reply = match socket {
            Some(socket) => socket.ask(&id, &body, timeout).await,
            None => self.post(&id, body, timeout, abort).await,
        };
        let reply = reply.ok_or(Lost::Unreached)?;
        if let Some(held) = interop::get_path(&reply, "advice.timeout").as_f64() {
            self.held.set(held as i32);
        }
        if interop::get(&reply, "successful") != JsValue::FALSE {
            return Ok(reply);
        }
        let error = interop::get_string(&reply, "error").unwrap_or_default();
        Err(if error.starts_with("402") { Lost::Forgotten } else { Lost::Refused })
    }

    async fn post(&self, id: &str, body: String, timeout: i32, abort: Option<AbortController>) -> Option<JsValue> {
        let mut headers = vec![("Content-Type".to_owned(), "application/json;charset=UTF-8".to_owned())];
        if let Some(authorization) = &self.options.authorization {
            headers.push(("Authorization".to_owned(), authorization.clone()));
        }
        let (address, body, timeout) = (self.options.address.clone(), body.into(), Some(timeout));
        // The server knows the browser by a cookie, whichever site it is on.
        let call = Call { headers, body, timeout, abort, with_credentials: true, ..Call::new(Method::POST, address) };
        let answer = http::send(call).await;
        let messages = Some(answer).filter(Reply::is_good)?.json();
        let mut reply = None;
        for message in messages.dyn_ref::<Array>()?.iter() {
            if interop::get_string(&message, "id").as_deref() == Some(id) {
                reply = Some(message);
            } else {
                self.take(&message);
            }
        }
        reply
    }

    /// A message that is no reply.
    fn take(&self, message: &JsValue) {
        let data = interop::get(message, "data");
        if data.is_object() {
            self.tell(Heard::Message(data));
        }
    }
}
