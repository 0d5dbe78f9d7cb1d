//! Malformed and hostile requests get an answer, never a fault of the server: a corpus over every endpoint that the servers
//! describe, with ids that are there, so that it gets past the first gate.

mod corpus;
mod forms;
mod front;
mod gates;
mod inside;
mod messages;
mod streams;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt;
use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderValue};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::live::{Live, with_all_servers};
use crate::openapi::description;
use corpus::{HEADERS, QUERIES, bodies, paths, with_ids};

/// Ends of operations after which what they are about is there no more: they come last.
pub const LAST: [&str; 6] = ["/disconnect", "/end", "/transfer", "/hangup", "/delete", "/administration/clock"];

/// Operations after which not even those are let in that come last: what has an id is gone, or its first token is.
pub const VERY_LAST: [&str; 2] = ["DELETE /genesys/1/service/callback/{name}/{id}", "POST /nexus/v3/chat/sessions"];

/// Answers of a gate that lets nobody in.
const GATES: [u16; 3] = [401, 403, 404];

/// A request, and the operation that it is one of.
pub struct Hostile {
    operation: String,
    method: Method,
    url: String,
    header: Option<(&'static str, &'static str)>,
    body: Option<(&'static str, Vec<u8>)>,
    /// Whether its path is a good one.
    good: bool,
}

impl Hostile {
    /// Its turn: the higher, the more is gone afterwards.
    pub fn turn(&self) -> usize {
        if VERY_LAST.contains(&self.operation.as_str()) {
            return 2;
        }
        let path = self.url.split('?').next().unwrap();
        usize::from(self.method == Method::DELETE || LAST.iter().any(|end| path.ends_with(end)))
    }

    /// Whether a front reads what is hostile in it: path or body.
    fn is_for_a_front(&self) -> bool {
        self.header.is_none() && !self.url.contains('?')
    }

    fn request(&self, http: &Client) -> RequestBuilder {
        let mut request = http.request(self.method.clone(), &self.url);
        if let Some((name, value)) = self.header {
            request = request.header(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        match &self.body {
            Some((kind, body)) => request.header(CONTENT_TYPE, *kind).body(body.clone()),
            None => request,
        }
    }

    /// Sends it; the status. Neither that nor the body is a fault of the server.
    async fn send(&self, request: RequestBuilder) -> u16 {
        let told = || {
            let body =
                self.body.as_ref().map(|(kind, body)| (kind, String::from_utf8_lossy(&body[..body.len().min(80)])));
            format!("{} {} {:?} {body:?}", self.method, self.url, self.header)
        };
        // A handler that panics closes its connection without an answer, each time; one that has refused a body before
        // it was read does so as well, now and then.
        let (again, third) = (request.try_clone().unwrap(), request.try_clone().unwrap());
        let mut answer = inside::read(request).await;
        for request in [again, third] {
            if answer.is_err() {
                answer = inside::read(request).await;
            }
        }
        let (status, body) = answer.unwrap_or_else(|error| panic!("{}: {error}", told()));
        // 503: no agent is ready, or as many chats go on as may; that is no fault.
        assert!(status < 500 || status == 503, "{status} from {}", told());
        inside::says_no_fault(&body, &told());
        status
    }
}

/// The whole corpus over a description. `ids` go into the bodies of calls that need them.
pub fn requests(origin: &str, description: &Value, live: &Value, ids: &[(&str, &str)]) -> Vec<Hostile> {
    let (bodies, mut requests) = (bodies(), Vec::new());
    for (template, methods) in description["paths"].as_object().unwrap() {
        for (name, operation) in methods.as_object().unwrap() {
            // Whoever has signed out is not let in to the rest.
            if template == "/api/logout" {
                continue;
            }
            let method = Method::from_bytes(name.to_uppercase().as_bytes()).unwrap();
            let (paths, good) = paths(template, operation, live);
            let operation = format!("{method} {template}");
            let mut add = |path: &str, good: bool, header, body| {
                let (operation, method, url) = (operation.clone(), method.clone(), format!("{origin}{path}"));
                requests.push(Hostile { operation, method, url, header, body, good });
            };
            for (at, path) in paths.iter().enumerate() {
                add(path, at < good, None, None);
            }
            for query in QUERIES {
                add(&format!("{}?{query}", paths[0]), true, None, None);
            }
            for header in HEADERS {
                add(&paths[0], true, Some(header), None);
            }
            for path in paths[..good].iter().filter(|_| method != Method::GET) {
                for (kind, body) in &bodies {
                    add(path, true, None, Some((*kind, body.clone())));
                    if template.contains("{chatId}") {
                        add(path, true, None, Some((*kind, with_ids(kind, body, ids))));
                    }
                }
            }
        }
    }
    requests
}

/// Sends these bytes as they are, and reads the first line of the answer; empty where the server only hangs up.
async fn raw(origin: &str, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(origin.trim_start_matches("http://")).await.unwrap();
    // A server that has read enough may close while the rest is still being sent.
    let _ = stream.write_all(request).await;
    let _ = stream.shutdown().await;
    let mut answer = [0; 64];
    let read = stream.read(&mut answer).await.unwrap_or(0);
    String::from_utf8_lossy(&answer[..read]).lines().next().unwrap_or_default().to_owned()
}

/// What is no HTTP, or HTTP of the kind that is made to get at files.
pub async fn nothing_raw_is_a_fault(origin: &str) {
    for request in [
        &b"GET /../../outside.txt HTTP/1.1\r\nHost: x\r\n\r\n"[..],
        b"GET /dist/..%2f..%2foutside.txt HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET //outside.txt HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        b"BREW /genesys/2/chat/x HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nless",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"\xff\xfe\x00\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: \xff\r\n\r\n",
    ] {
        let line = raw(origin, request).await;
        let told = String::from_utf8_lossy(request);
        assert!(!line.contains(" 50") && !line.contains("secret"), "{line} from {origin} for {told:?}");
    }
}

#[tokio::test]
async fn no_endpoint_has_a_fault_whatever_it_is_sent() {
    let servers = with_all_servers().await;
    let live = Live::of(&servers).await;
    let at = &servers.at;
    let ids = [("userId", live.customer.user_id.as_str()), ("secureKey", live.customer.key.as_str())];
    let origins = [&at.site, &at.gms, &at.cloud, &at.messaging, &at.desk, at.esp.as_ref().unwrap()];
    let mut requests = Vec::new();
    for (origin, values) in origins.into_iter().zip(&live.values) {
        requests.extend(self::requests(origin, &description(&servers, origin).await, values, &ids));
    }
    assert!(requests.len() > 5000, "{}", requests.len());
    let send = async |hostile: &Hostile| {
        let mut request = hostile.request(&servers.http);
        if hostile.header.is_none() {
            request = request.header(COOKIE, &live.agent.cookie);
            for (name, value) in &live.headers {
                request = request.header(*name, value);
            }
        }
        // A guest says no more than so much in a minute.
        if hostile.operation.ends_with("/members/{member}/messages") {
            servers.clock.advance(2_500);
        }
        (hostile.operation.clone(), hostile.good, hostile.send(request).await)
    };
    let mut answers: BTreeMap<String, BTreeSet<u16>> = BTreeMap::new();
    for turn in 0..3 {
        let meant = requests.iter().filter(|hostile| hostile.turn() == turn);
        let told: Vec<_> = futures_util::stream::iter(meant).map(send).buffer_unordered(8).collect().await;
        for (operation, _, status) in told.into_iter().filter(|(_, good, _)| *good) {
            answers.entry(operation).or_default().insert(status);
        }
        if turn == 0 {
            live.is_well().await;
        }
    }
    // The one operation that schemathesis leaves out keeps to its description.
    let stream = &answers["GET /api/events"];
    assert!(
        stream.contains(&200) && stream.iter().all(|status| *status == 200 || (400..500).contains(status)),
        "{stream:?}"
    );
    // Something of it got past every gate.
    let shut = |statuses: &BTreeSet<u16>| statuses.iter().all(|status| GATES.contains(status));
    let shut: Vec<_> = answers.iter().filter(|(_, statuses)| shut(statuses)).map(|(name, _)| name.as_str()).collect();
    assert!(shut.is_empty(), "{shut:?}");

    for origin in origins {
        nothing_raw_is_a_fault(origin).await;
        // It is still there.
        description(&servers, origin).await;
    }
    assert_eq!(live.agent.get("/me").await.1["name"], "Alex");
    inside::nothing_failed_unseen(&servers);
}
