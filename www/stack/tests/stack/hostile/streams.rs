//! What never ends by itself: WebSockets of guests and of CometD, and the desk's live stream. Frames that no client sends may
//! cost whoever sends them the connection, and nobody else anything.

use futures_util::{SinkExt, StreamExt};
use reqwest::Response;
use reqwest::header::{COOKIE, ORIGIN};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::inside::says_no_fault;
use crate::cometd::CHANNEL;
use crate::guest::Guest;
use crate::harness::{Agent, Servers};
use crate::live::with_all_servers;

/// How many pings come at once.
const PINGS: usize = 5000;

const TEXT: u8 = 0x81;
const BINARY: u8 = 0x82;
const CLOSE: u8 = 0x88;
const PING: u8 = 0x89;
/// An answer to such a ping, as it goes over the wire.
const PONG: [u8; 3] = [0x8a, 0x01, b'x'];

/// Whether the server hangs up by itself.
#[derive(PartialEq)]
enum End {
    /// It must, whatever else the client does.
    Hangs,
    /// It may read on until the client goes.
    May,
    /// It answers.
    Answers,
}

/// A frame as a client sends it: masked, with a mask that changes nothing (RFC 6455, section 5.2).
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = payload.len();
    let mut bytes = match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short), _) if short < 126 => vec![first, 0x80 | short],
        (_, Ok(medium)) => [&[first, 0xfe][..], &medium.to_be_bytes()].concat(),
        _ => [&[first, 0xff][..], &u64::try_from(length).unwrap().to_be_bytes()].concat(),
    };
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes
}

/// What is sent on connections of their own.
fn frames() -> Vec<(&'static str, End, Vec<u8>)> {
    let json = |text: &str| frame(TEXT, text.as_bytes());
    let fragments = || (0..200).flat_map(|at| frame(u8::from(at == 0), &[b'['; 65_536])).collect::<Vec<u8>>();
    vec![
        ("binary", End::May, frame(BINARY, &(0..=255).collect::<Vec<u8>>())),
        ("nothing", End::May, [frame(TEXT, b""), frame(BINARY, b"")].concat()),
        ("malformed JSON", End::May, json("{\"channel\":")),
        ("JSON without an end", End::May, frame(TEXT, &[b'['; 60_000])),
        ("a number", End::May, json("1e999")),
        ("a list of nothing", End::May, json("[null,1,[],\"\"]")),
        ("an object of nothing", End::May, json("{\"channel\":[{}],\"data\":{\"operation\":[]}}")),
        ("somebody else's protocol", End::May, json("{\"message\":\"ping\",\"topicName\":{\"a\":[]}}")),
        ("pongs that nobody asked for", End::May, frame(0x8a, b"x").repeat(100)),
        ("pings", End::Answers, frame(PING, b"x").repeat(PINGS)),
        ("half a frame", End::May, frame(TEXT, b"half of this")[..9].to_vec()),
        ("a goodbye and more", End::Hangs, [frame(CLOSE, b"\x03\xe8"), json("[]")].concat()),
        ("a goodbye of no meaning", End::Hangs, frame(CLOSE, b"\x00")),
        ("no text", End::Hangs, frame(TEXT, b"\xff\xfe\x00")),
        ("a giant", End::Hangs, frame(TEXT, &vec![b'['; 4 << 20])),
        ("a giant in pieces", End::Hangs, fragments()),
        ("a giant that is only announced", End::Hangs, [&[TEXT, 0xff][..], &[0x7f; 8], &[0; 4]].concat()),
        ("no mask", End::Hangs, vec![TEXT, 0x02, b'[', b']']),
        ("a type that is none", End::Hangs, frame(0x83, b"x")),
        ("reserved bits", End::Hangs, frame(0xf1, b"x")),
        ("the rest of nothing", End::Hangs, frame(0x80, b"x")),
        ("a ping of too many bytes", End::Hangs, frame(PING, &[b'x'; 200])),
        ("a ping in pieces", End::Hangs, frame(0x09, b"x")),
        ("another request", End::Hangs, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(20)),
    ]
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Reads until a message has this in it.
async fn hears(socket: &mut Socket, word: &str) {
    loop {
        let text = socket.next().await.expect("the stream goes on").unwrap().into_text().unwrap();
        says_no_fault(&text, word);
        if text.contains(word) {
            return;
        }
    }
}

/// Sends these bytes on an open WebSocket of its own, and reads to its end.
async fn sent(url: &str, page: &str, end: &End, bytes: &[u8]) -> Vec<u8> {
    let (authority, path) = url.trim_start_matches("ws://").split_once('/').unwrap();
    let mut stream = TcpStream::connect(authority).await.unwrap();
    let head = format!(
        "GET /{path} HTTP/1.1\r\nHost: {authority}\r\nOrigin: {page}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.windows(4).any(|end| end == b"\r\n\r\n") {
        assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0);
    }
    assert!(answer.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&answer));
    let (mut reader, mut writer) = stream.into_split();
    let write = async {
        // A server that has read enough may hang up while the rest is still being sent.
        let _ = writer.write_all(bytes).await;
        if *end != End::Hangs {
            let _ = writer.shutdown().await;
        }
        writer
    };
    let read = async {
        let mut heard = Vec::new();
        // It may as well hang up without a word, as long as it does.
        while reader.read_buf(&mut heard).await.is_ok_and(|count| count > 0) {}
        heard
    };
    tokio::join!(write, read).1
}

/// Sends all of them, and looks after each whether others go on.
pub async fn no_frame_is_a_fault(url: &str, page: &str, mut others_go_on: impl AsyncFnMut(&str)) {
    for (told, end, bytes) in frames() {
        let heard = sent(url, page, &end, &bytes).await;
        if end == End::Answers {
            assert!(heard.windows(PONG.len()).any(|bytes| bytes == PONG), "{told}: no answer");
        }
        others_go_on(told).await;
    }
}

/// A customer who chats by CometD over a WebSocket, and the id of the chat.
pub async fn comet(servers: &Servers) -> (Socket, String) {
    let mut request =
        format!("{}/genesys/cometd", servers.at.gms.replace("http:", "ws:")).into_client_request().unwrap();
    request.headers_mut().insert(ORIGIN, servers.at.site.parse().unwrap());
    let mut socket = connect_async(request).await.unwrap().0;
    let mut say = async |message: Value| {
        socket.send(Message::text(json!([message]).to_string())).await.unwrap();
        let text = socket.next().await.unwrap().unwrap().into_text().unwrap();
        serde_json::from_str::<Value>(&text).unwrap()
    };
    let shaken = say(json!({ "channel": "/meta/handshake", "supportedConnectionTypes": ["websocket"] })).await;
    let data = json!({ "operation": "requestChat", "nickname": "Ann" });
    let mut told = say(json!({ "channel": CHANNEL, "clientId": shaken[0]["clientId"], "data": data })).await;
    loop {
        if let Some(chat) = told.as_array().unwrap().iter().find_map(|message| message["data"]["chatId"].as_str()) {
            let chat = chat.to_owned();
            return (socket, chat);
        }
        let text = socket.next().await.unwrap().unwrap().into_text().unwrap();
        told = serde_json::from_str(&text).unwrap();
    }
}

/// The CometD of these servers takes every frame, and a customer who chats by it goes on.
pub async fn no_frame_of_cometd_is_a_fault(servers: &Servers, agent: &Agent<'_>) {
    let (mut socket, chat) = comet(servers).await;
    assert_eq!(agent.post(&format!("/chats/{chat}/accept"), json!({})).await.0, 200);
    let url = format!("{}/genesys/cometd", servers.at.gms.replace("http:", "ws:"));
    no_frame_is_a_fault(&url, &servers.at.site, async |told| {
        let text = format!("after {told}");
        agent.say(&chat, &text).await;
        hears(&mut socket, &text).await;
    })
    .await;
}

/// The desk's live stream, read until something is in it.
struct Live(Response);

impl Live {
    async fn of(agent: &Agent<'_>) -> Self {
        let request = agent.servers.http.get(format!("{}/api/events", agent.servers.at.desk));
        let mut live = Self(request.header(COOKIE, &agent.cookie).send().await.unwrap());
        live.hears("event: hello").await;
        live
    }

    async fn hears(&mut self, word: &str) {
        let mut heard = String::new();
        while !heard.contains(word) {
            heard += &String::from_utf8_lossy(&self.0.chunk().await.unwrap().expect("the stream goes on"));
        }
        says_no_fault(&heard, word);
    }
}

#[tokio::test]
async fn no_frame_of_a_guest_is_a_fault_and_the_streams_of_others_go_on() {
    let servers = with_all_servers().await;
    let (other, mut stream, agent) = Guest::in_a_chat(&servers).await;
    let mut live = Live::of(&agent).await;
    let guest = Guest::create(&servers).await;
    no_frame_is_a_fault(&guest.stream, &servers.at.site, async |told| {
        let text = format!("after {told}");
        agent.say(&other.id, &text).await;
        hears(&mut stream.0, &text).await;
        live.hears(&text).await;
    })
    .await;
    // Whoever has sent all that is in the conversation all the same, and may come again.
    assert_eq!(agent.post(&format!("/chats/{}/accept", guest.id), json!({})).await.0, 200);
    let mut again = guest.connect().await;
    agent.say(&guest.id, "Welcome back").await;
    hears(&mut again.0, "Welcome back").await;
}

#[tokio::test]
async fn no_frame_of_cometd_and_nothing_at_the_desks_stream_is_a_fault() {
    let servers = with_all_servers().await;
    let (customer, agent) = servers.chat().await;
    no_frame_of_cometd_is_a_fault(&servers, &agent).await;

    // The desk's stream goes one way; its reader can only say more than it should, or hang up.
    let mut live = Live::of(&agent).await;
    let address = servers.at.desk.trim_start_matches("http://");
    let head = format!("GET /api/events HTTP/1.1\r\nHost: {address}\r\nCookie: {}\r\n", agent.cookie);
    for (told, rest) in [
        ("nobody who reads", &b"\r\n"[..]),
        ("bytes of no meaning", b"\r\n\xff\xfe\x00\x81\x85"),
        ("another request", b"\r\nGET /api/events HTTP/1.1\r\n\r\n"),
        ("a body that is none", b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n"),
        ("a body without an end", b"Content-Length: 99999999\r\n\r\nx"),
        ("a place that is none", b"Last-Event-ID: \xff'--\r\n\r\n"),
    ] {
        let mut open = Vec::new();
        for _ in 0..20 {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(&[head.as_bytes(), rest].concat()).await.unwrap();
            let mut first = [0; 12];
            stream.read_exact(&mut first).await.unwrap();
            open.push(stream);
        }
        // While they are there, and when they have gone without a word.
        for text in [format!("with {told}"), format!("after {told}")] {
            agent.say(&customer.id, &text).await;
            live.hears(&text).await;
            open.clear();
        }
    }
}
