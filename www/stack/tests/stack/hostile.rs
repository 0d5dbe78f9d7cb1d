//! Malformed and hostile requests get an answer, never a fault of the server: a corpus over every endpoint that the
//! servers describe.

use futures_util::StreamExt;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, COOKIE};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::{REQUEST, Servers};
use crate::openapi::{Live, description, with_all_servers};

/// A request: method, address, header, body with its media type.
type Hostile<'a> = (Method, String, Option<(&'a str, &'a str)>, Option<&'a (&'static str, Vec<u8>)>);

/// Parts of paths, as they go over the wire.
const SEGMENTS: [&str; 14] = [
    "%FF",
    "%00",
    "%",
    "%zz",
    "..%2F..%2Foutside.txt",
    "%2e%2e",
    "%252e%252e%252f",
    "%F0%9F%98%80",
    "-1",
    "99999999999999999999",
    "%7B%7D",
    "'%20OR%201=1--",
    "a%0d%0aX-Injected:%201",
    "%E2%80%AE",
];

/// Values of a query.
const QUERIES: [&str; 6] = [
    "a=%ff&a=%00&=&&==",
    "transcriptPosition=-9223372036854775808&count=18446744073709551616&pageSize=0&pageNumber=0",
    "pageNumber=18446744073709551615&pageSize=100&maxResults=-1&after=x&before=%FF",
    "search=%25_%27&index=0--1&ticket=%00",
    "start=9999-12-31T23:59:59Z&end=0000-01-01T00:00:00Z&number-of-days=9223372036854775807",
    "start=9999-12-31T23:59:59Z&number-of-days=31&max-time-slots=9223372036854775807&_desired_time=9999-12-31T23:59:59Z",
];

/// Headers that make no sense, each in a request of its own.
const HEADERS: [(&str, &str); 14] = [
    ("Cookie", "desk=;;;=;\u{1f600}"),
    ("Cookie", "BAYEUX_BROWSER=../../x"),
    ("Origin", "null"),
    ("Origin", "http://[::1"),
    ("Authorization", "Bearer"),
    ("Authorization", "Bearer e30.e30."),
    ("Range", "bytes=9-1,99999999999999999999-"),
    ("If-Modified-Since", "yesterday"),
    ("X-Forwarded-Proto", "javascript"),
    ("Host", "a\u{fe}b:99999"),
    ("Upgrade", "websocket"),
    ("Accept-Encoding", "gzip;q=nan, br;q=-1"),
    ("gms_user", "\u{ff}"),
    ("Expect", "a miracle"),
];

/// Bodies with the media type that they claim to be.
fn bodies() -> Vec<(&'static str, Vec<u8>)> {
    let (form, json, multipart) =
        ("application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=X");
    let part = |name: &str, rest: &str| format!("--X\r\nContent-Disposition: form-data; name={name}\r\n{rest}");
    let mut bodies: Vec<(&str, Vec<u8>)> = Vec::new();
    for body in [
        "",
        "%",
        "%zz=%&=&&==",
        "userData[=1&userData]=2&userData[[[]]]=3&userData[a]b=4&userData[]=5",
        "transcriptPosition=99999999999999999999&nickname=%00&firstName=%ff&lastName=%fe",
        "_desired_time=9999-12-31T23:59:59Z&_customer_number=1",
        "_new_desired_time=-9999-01-01T00:00:00Z",
        "eventAttributes=[[[[&message=%E2%80%AE&messageType=%00",
        "step=card&nonce=&number=%00%ff&expiry=%2f%2f",
        "data[type]=%00&data[text]=%ff&data[[[=1&operationId=",
        "message=%5B%7B%22channel%22%3A%22%2Fmeta%2Fhandshake%22%7D%5D",
        "pushUrl=javascript:alert(1)&message=javascript:alert(1)",
        "nickname=%0d%0aSet-Cookie:%20a=b&endpoint=::::",
    ] {
        bodies.push((form, body.as_bytes().to_vec()));
    }
    bodies.push((form, [b"userData".to_vec(), b"[a]".repeat(20_000), b"=1".to_vec()].concat()));
    bodies.push((form, b"\xff\xfe\x00".to_vec()));
    for body in [
        "",
        "null",
        "[]",
        "{",
        "\"",
        "{\"text\":1}",
        "{\"name\":{\"a\":[]},\"skills\":{\"x\":99999999999999999999}}",
        "{\"name\":\"\\ud800\"}",
        "{\"a\":1e999999}",
        "{\"text\":\"\",\"visibility\":\"\u{0}\"}",
        "[{\"channel\":\"/meta/connect\"},1,null,[]]",
        "{\"channel\":\"/service/chatV2/x\",\"data\":{\"operation\":{}}}",
        "{\"userData\":{\"a\":{\"b\":[1,2]}}}",
        "{\"memberInfo\":{\"displayName\":[]},\"routingTarget\":{\"priority\":-1}}",
        "{\"types\":[\"\",null]}",
        "{\"mode\":\"off\",\"mode\":\"coach\"}",
        "{\"agent\":\"\",\"group\":\"\",\"note\":\"\u{202e}\"}",
    ] {
        bodies.push((json, body.as_bytes().to_vec()));
    }
    bodies.push((json, b"[".repeat(100_000)));
    bodies.push((json, [b"{\"a\":".repeat(50_000), b"1".to_vec(), b"}".repeat(50_000)].concat()));
    bodies.push((json, b"\xff\xfe{\x00}\x00".to_vec()));
    for body in [
        String::new(),
        "--X".to_owned(),
        "--X--\r\n".to_owned(),
        part("file", ""),
        part("\"file\"; filename=\"a.png\"", "\r\nno end"),
        part("\"file\"; filename=\"../../etc/passwd\"", "Content-Type: \u{1}/\u{2}\r\n\r\nx\r\n--X--\r\n"),
        part("\"userId\"", "\r\n\u{0}\r\n--X--\r\n"),
        part("", "\r\nx\r\n--Y--\r\n"),
    ] {
        bodies.push((multipart, body.into_bytes()));
    }
    for kind in [
        "multipart/form-data",
        "application/json; charset=utf-16",
        "text/html",
        "a/b/c;;=",
        "application/x-www-form-urlencoded;",
    ] {
        bodies.push((kind, b"{\"text\":\"x\"}&userId=1".to_vec()));
    }
    bodies
}

/// The paths of a description with values in them: those that are there, and hostile ones in each place.
fn paths(path: &str, live: &Value) -> Vec<String> {
    let names: Vec<&str> = path.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()).collect();
    let fill = |at: Option<usize>, value: &str| {
        names.iter().enumerate().fold(path.to_owned(), |path, (place, name)| {
            let known = live[*name].as_str().unwrap_or("send");
            path.replace(&format!("{{{name}}}"), if at == Some(place) { value } else { known })
        })
    };
    let hostile = (0..names.len()).flat_map(|at| SEGMENTS.iter().map(move |segment| (at, *segment)));
    std::iter::once(fill(None, "")).chain(hostile.map(|(at, segment)| fill(Some(at), segment))).collect()
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

#[tokio::test]
async fn no_endpoint_has_a_fault_whatever_it_is_sent() {
    let servers = with_all_servers().await;
    let (customer, agent) = servers.chat().await;
    let live = Live::of(&servers, &customer).await;
    let bodies = bodies();
    let mut requests: Vec<Hostile<'_>> = Vec::new();
    let at = &servers.at;
    let (none, esp) = (Value::Null, at.esp.as_ref().unwrap());
    for (origin, values) in [
        (&at.site, &none),
        (&at.gms, &live.gms),
        (&at.cloud, &live.cloud),
        (&at.messaging, &none),
        (&at.desk, &live.chat),
        (esp, &live.chat),
    ] {
        let description = description(&servers, origin).await;
        for (path, methods) in description["paths"].as_object().unwrap() {
            for method in methods.as_object().unwrap().keys() {
                // Whoever has signed out is not let in to the rest.
                if path == "/api/logout" {
                    continue;
                }
                let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                let paths = paths(path, values);
                let good = format!("{origin}{}", paths[0]);
                requests.extend(paths.iter().map(|path| (method.clone(), format!("{origin}{path}"), None, None)));
                requests.extend(QUERIES.iter().map(|query| (method.clone(), format!("{good}?{query}"), None, None)));
                requests.extend(HEADERS.iter().map(|header| (method.clone(), good.clone(), Some(*header), None)));
                if method != Method::GET {
                    requests.extend(bodies.iter().map(|body| (method.clone(), good.clone(), None, Some(body))));
                }
            }
        }
    }
    assert!(requests.len() > 3000, "{}", requests.len());
    let send = async |(method, url, header, body): Hostile<'_>| {
        let mut request = servers.http.request(method.clone(), &url);
        if let Some((name, value)) = header {
            request = request.header(name, reqwest::header::HeaderValue::from_bytes(value.as_bytes()).unwrap());
        } else {
            request = request.header(COOKIE, &agent.cookie);
            for (name, value) in &live.headers {
                request = request.header(*name, value);
            }
        }
        if let Some((kind, body)) = body {
            request = request.header(CONTENT_TYPE, *kind).body(body.clone());
        }
        let told = format!("{method} {url} {header:?} {:?}", body.map(|(kind, body)| (kind, body.len())));
        // A handler that panics closes its connection without an answer.
        let status = request.send().await.unwrap_or_else(|error| panic!("{told}: {error}")).status();
        // 503: no agent is ready, or as many chats go on as may; that is no fault.
        assert!(!status.is_server_error() || status == 503, "{status} from {told}");
    };
    futures_util::stream::iter(requests).map(send).buffer_unordered(8).collect::<Vec<()>>().await;

    for origin in [&at.site, &at.gms, &at.cloud, &at.messaging, &at.desk, esp] {
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
            assert!(
                !line.contains(" 50") && !line.contains("secret"),
                "{line} from {origin} for {:?}",
                String::from_utf8_lossy(request)
            );
        }
    }
    // All of them are still there.
    for origin in [&at.site, &at.gms, &at.cloud, &at.messaging, &at.desk, esp] {
        description(&servers, origin).await;
    }
    assert_eq!(agent.get("/me").await.1["name"], "Alex");
}

#[tokio::test]
async fn nothing_malformed_is_a_server_fault() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let session = customer.go().await.location();
    let long = "x".repeat(100_000);
    let bodies: [&[u8]; 9] = [
        b"",
        b"%",
        b"%zz=%&=&&==",
        b"\xff\xfe\x00",
        b"userData[=1&userData]=2&userData[[[]]]=3&userData[a]b=4",
        b"transcriptPosition=99999999999999999999&userId=1&secureKey=2",
        b"{\"text\":1}",
        b"step=card&nonce=&number=%00%ff&expiry=%2f%2f&code=&name=%e2%80%ae",
        long.as_bytes(),
    ];
    let chat = format!("{}/{}", servers.chat_url(), customer.id);
    let mut urls = vec![
        format!("{}/", servers.chat_url()),
        format!("{}/fish-messaging/go/T3NB68E-", servers.at.messaging),
        format!("{}/fish-messaging/go/%FF", servers.at.messaging),
        format!("{}{session}", servers.at.messaging),
        format!("{}/fish-messaging/session/%FF/hangup", servers.at.messaging),
        format!("{}/config.js", servers.at.site),
        format!("{}/delayed-wasm/99999999999999999999/x.wasm", servers.at.site),
        format!("{}/api/login", servers.at.desk),
        format!("{}/api/chats/{}/messages", servers.at.desk, customer.id),
        format!("{}/api/chats/%FF/accept", servers.at.desk),
    ];
    let guests = format!("{}/api/v2/webchat/guest/conversations", servers.at.cloud);
    let sessions = format!("{}/nexus/v3/chat/sessions", servers.at.cloud);
    urls.push(format!("{}/v1/token/%FF", servers.at.cloud));
    for path in
        ["", "/%FF/members/x", "/X/members/x/messages", "/X/members/x/typing", "/X/messages", "/X/mediarequests/x"]
    {
        urls.push(format!("{guests}{path}"));
    }
    for path in ["", "/%FF/messages", "/X/messages", "/X/userdata", "/X/images", "/X/participants/x"] {
        urls.push(format!("{sessions}{path}"));
    }
    for verb in ["send", "refresh", "startTyping", "updateData", "customNotice", "%FF"] {
        urls.push(format!("{chat}/{verb}"));
    }
    for url in &urls {
        for body in bodies {
            for kind in ["application/x-www-form-urlencoded", "application/json", "multipart/form-data"] {
                let request = servers.http.post(url).header(CONTENT_TYPE, kind).header(COOKIE, &agent.cookie);
                let status = request.body(body.to_vec()).send().await.unwrap().status();
                assert!(!status.is_server_error(), "{status} from {url}");
            }
        }
        let status = servers.http.get(format!("{url}?{}", "a=%ff&".repeat(50))).send().await.unwrap().status();
        assert!(!status.is_server_error(), "{status} from {url}");
    }
    // All of that was without a valid key, or none at all: the customer is still there, and so is the MicroApp.
    assert_eq!(customer.call("refresh", &[]).await["statusCode"], 0);
    assert!(servers.microapp(&session).await.text.contains("data-block=\"Welcome\""));
}
