//! Behind the first gate: every field of a call that is right otherwise, with values that make no sense.

use reqwest::header::COOKIE;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;

use super::inside::{nothing_failed_unseen, read, says_no_fault};
use crate::guest::{Stream, create};
use crate::live::{Live, with_all_servers};

/// Texts that no field is made for.
pub fn texts() -> Vec<String> {
    let texts = [
        "",
        " ",
        "\0",
        "\u{202e}\u{feff}",
        "\u{1f600}\u{301}",
        "-1",
        "99999999999999999999",
        "-9223372036854775808",
        "1e999",
        "NaN",
        "{}",
        "[[",
        "null",
        "'; DROP TABLE entry;--",
        "javascript:alert(1)",
        "http://[::1",
        "https://a b/",
        "%FF%00",
        "\r\nSet-Cookie: a=b",
        "../../etc/passwd",
        "<script>alert(1)</script>",
        "${jndi:x}",
        "9999-12-31T23:59:59Z",
        "-9999-01-01T00:00:00Z",
        "microapp://app/T3NB68E-",
        "::::",
    ];
    let long = ["x".repeat(8_000), "x".repeat(20_000), "\u{1f600}".repeat(5_000), "[".repeat(30_000)];
    texts.into_iter().map(str::to_owned).chain(long).collect()
}

/// Whether an address can hold it, as every client sees it.
pub fn fits_an_address(text: &str) -> bool {
    text.len() < 10_000
}

/// The texts, and values of JSON that are no texts.
pub fn values() -> Vec<Value> {
    let others = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!(u64::MAX),
        json!([]),
        json!({}),
        json!([[{ "a": null }]]),
        json!(vec!["a"; 16_000]),
    ];
    texts().into_iter().map(Value::String).chain(others).collect()
}

/// The answer to a request: its status and what it says, neither of which is a fault of the server.
pub async fn answer(request: RequestBuilder, told: &str) -> (u16, Value) {
    let (status, body) = read(request).await.unwrap_or_else(|error| panic!("{told}: {error}"));
    assert!(status < 500, "{status} from {told}");
    says_no_fault(&body, told);
    (status, serde_json::from_str(&body).unwrap_or_default())
}

/// A value for people, where a test fails.
pub fn shown(field: &str, value: &impl ToString) -> String {
    format!("{field}: {}", value.to_string().chars().take(60).collect::<String>())
}

#[tokio::test]
async fn no_value_of_a_customers_call_is_a_fault() {
    let servers = with_all_servers().await;
    let live = Live::of(&servers).await;
    let (gms, customer) = (&servers.at.gms, &live.customer);
    let service = live.values[1]["id"].as_str().unwrap();
    for text in texts() {
        let text = text.as_str();
        // By the key of the chat.
        for (verb, field) in [
            ("send", "message"),
            ("send", "messageType"),
            ("send", "transcriptPosition"),
            ("send", "eventAttributes"),
            ("send", "alias"),
            ("refresh", "transcriptPosition"),
            ("refresh", "message"),
            ("startTyping", "message"),
            ("customNotice", "eventAttributes"),
            ("customNotice", "message"),
            ("updateData", "userData[a]"),
            ("updateData", "userData[a][b"),
            ("pushUrl", "pushUrl"),
            ("readReceipt", "transcriptPosition"),
            ("updateNickname", "nickname"),
            ("file/limits", "message"),
            ("file", "file"),
        ] {
            let mut form =
                vec![("userId", customer.user_id.as_str()), ("secureKey", customer.key.as_str()), (field, text)];
            if field != "message" {
                form.push(("message", "x"));
            }
            let url = format!("{}/{}/{verb}", servers.chat_url(), customer.id);
            let (status, answer) = answer(servers.http.post(url).form(&form), &shown(field, &text)).await;
            let code = answer["errors"][0]["code"].as_u64();
            assert!(![Some(401), Some(404), Some(8201), Some(8210)].contains(&code), "{status} {answer}");
        }
        // By the id of the service.
        for (path, field) in [
            ("ixn/chat/send", "message"),
            ("ixn/chat/refresh", "transcriptPosition"),
            ("ixn/chat/refresh", "message"),
            ("ixn/chat/startTyping", "message"),
            ("ixn/chat", "subject"),
            ("storage", "kept"),
            ("storage", text),
        ] {
            let url = format!("{gms}/genesys/1/service/{service}/{path}");
            let (status, _) = answer(servers.http.post(url).form(&[(field, text)]), &shown(field, &text)).await;
            assert!(![401, 403, 404].contains(&status), "{status} from {}", shown(field, &text));
        }
        let callback = format!("{gms}/genesys/1/service/callback/chat-immediate");
        for field in ["_customer_number", "_desired_time", "_device_os", "usr_customer_name", "userData[x]"] {
            let form = [("_customer_number", "1"), (field, text)];
            answer(servers.http.post(&callback).form(&form), &shown(field, &text)).await;
        }
        for field in ["start", "end", "number-of-days", "max-time-slots"].iter().filter(|_| fits_an_address(text)) {
            answer(servers.http.get(format!("{callback}/availability")).query(&[(field, text)]), &shown(field, &text))
                .await;
        }
        let change = [("_new_desired_time", text), ("usr_reason", text)];
        answer(servers.http.put(format!("{callback}/{service}")).form(&change), &shown("change", &text)).await;
    }
    live.is_well().await;
    nothing_failed_unseen(&servers);
}

#[tokio::test]
async fn no_value_of_the_cloud_or_the_desk_is_a_fault() {
    let servers = with_all_servers().await;
    let live = Live::of(&servers).await;
    let json_of = |method: Method, url: String, body: &Value| servers.http.request(method, url).json(body);
    let guests = format!("{}/api/v2/webchat/guest/conversations", servers.at.cloud);
    let (guest, member) = (format!("{guests}/{}", live.guest.id), format!("members/{}", live.guest.member));
    let desk = format!("{}/api", servers.at.desk);
    let chat = format!("{desk}/chats/{}", live.customer.id);
    let request = format!("mediarequests/{}", live.values[2]["request"].as_str().unwrap());
    for value in values() {
        for (method, path, field) in [
            (Method::POST, format!("{member}/messages"), "body"),
            (Method::POST, format!("{member}/messages"), "bodyType"),
            (Method::POST, format!("{member}/typing"), "x"),
            (Method::PATCH, request.clone(), "state"),
            (Method::PATCH, request.clone(), "types"),
        ] {
            servers.clock.advance(2_500);
            let mut body = json!({ "body": "x", "state": "PENDING" });
            body[field] = value.clone();
            let call = json_of(method, format!("{guest}/{path}"), &body).bearer_auth(&live.guest.jwt);
            let (status, _) = answer(call, &shown(field, &value)).await;
            assert!(![401, 403, 404, 429].contains(&status), "{status} from {}", shown(field, &value));
        }
        for pointer in [
            "/routingTarget",
            "/routingTarget/targetType",
            "/routingTarget/targetAddress",
            "/routingTarget/skills",
            "/routingTarget/language",
            "/routingTarget/priority",
            "/memberInfo",
            "/memberInfo/displayName",
            "/memberInfo/customFields",
            "/journeyContext",
        ] {
            let mut body = create();
            *body.pointer_mut(pointer).unwrap() = value.clone();
            let told = shown(pointer, &value);
            let (status, created) = answer(json_of(Method::POST, guests.clone(), &body), &told).await;
            // The chat begins with the stream.
            if status == 200 {
                let uri = created["eventStreamUri"].as_str().unwrap();
                let mut stream = Stream(connect_async(uri).await.unwrap_or_else(|error| panic!("{told}: {error}")).0);
                stream.next().await.unwrap_or_else(|code| panic!("{told}: closed with {code}"));
            }
        }
        for (method, path, body) in [
            (Method::POST, "messages", json!({ "text": value })),
            (Method::POST, "messages", json!({ "text": "x", "visibility": value })),
            (Method::POST, "typing", json!({ "on": value })),
            (Method::PATCH, "data", json!({ "Key": value })),
            (Method::POST, "supervise", json!({ "mode": value })),
            (Method::POST, "media-requests", json!({ "types": [value] })),
            (Method::POST, "transfer", json!({ "agent": value, "note": value })),
        ] {
            let call = json_of(method, format!("{chat}/{path}"), &body).header(COOKIE, &live.agent.cookie);
            let (status, _) = answer(call, &shown(path, &value)).await;
            assert_ne!(status, 401);
        }
        for field in ["name", "groups", "skills", "place", "media", "role"] {
            let mut body = json!({ "name": "Nobody" });
            body[field] = value.clone();
            answer(json_of(Method::POST, format!("{desk}/login"), &body), &shown(field, &value)).await;
        }
    }
    for text in texts() {
        for (method, path, field) in [
            (Method::POST, "/messages", "data[type]"),
            (Method::POST, "/messages", "data[text]"),
            (Method::PUT, "/userdata", "data[a]"),
            (Method::PUT, "/userdata", "data[a][b"),
        ] {
            let form = [("operationId", text.as_str()), ("data[type]", "Text"), (field, text.as_str())];
            let (status, _) = answer(live.nexus.request(method, path).form(&form), &shown(field, &text)).await;
            assert!(![401, 403, 404].contains(&status), "{status} from {}", shown(field, &text));
        }
        for field in ["index", "count"].into_iter().filter(|_| fits_an_address(&text)) {
            answer(live.nexus.request(Method::GET, "/messages").query(&[(field, &text)]), &shown(field, &text)).await;
        }
    }
    live.is_well().await;
    nothing_failed_unseen(&servers);
}
