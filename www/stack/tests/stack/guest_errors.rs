//! What the Guest Chat API refuses, and how (transports 2.3), and whom it lets in at all (2.4).

use futures_util::StreamExt;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, ORIGIN};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::guest::{Answer, Guest, P, call, create};
use crate::harness::Servers;

async fn create_with(servers: &Servers, pointer: &str, value: Value) -> Answer {
    let mut body = create();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(key.to_owned(), value);
    call(servers, Method::POST, P, None, Some(body)).await
}

#[tokio::test]
async fn what_cannot_begin() {
    let servers = Servers::start().await;
    let routing = "chat.error.createconversationrequest.routingtarget";
    let deployment = |last: &str| json!(format!("8e3a2a54-0d35-4c0b-a2b9-6f5b6f1d9c{last}"));
    for (pointer, value, code, field) in [
        ("/organizationId", json!("another"), "invalid.value", "organizationId"),
        ("/deploymentId", json!("another"), "invalid.value", "deploymentId"),
        ("/deploymentId", deployment("02"), "chat.deployment.disabled", ""),
        ("/deploymentId", deployment("03"), "chat.deployment.require.auth", ""),
        ("/memberAuthToken", json!("forged"), "chat.deployment.bad.auth", ""),
        ("/routingTarget", Value::Null, routing, ""),
        ("/routingTarget/targetType", json!("USER"), routing, ""),
        ("/routingTarget/targetAddress", json!(""), routing, ""),
        ("/routingTarget/priority", json!(11), routing, ""),
        ("/routingTarget/targetAddress", json!("nobody"), "chat.error.invalid.queue", ""),
        ("/routingTarget/skills", json!(vec!["a"; 17]), "invalid.value", "routingTarget.skills"),
        ("/routingTarget/skills", json!(["a".repeat(65)]), "invalid.value", "routingTarget.skills"),
        ("/routingTarget/language", json!("a".repeat(65)), "invalid.value", "routingTarget.language"),
        ("/memberInfo", Value::Null, "invalid.value", "memberInfo"),
        ("/memberInfo/displayName", json!(" "), "invalid.value", "memberInfo.displayName"),
        ("/memberInfo/customFields", json!("none"), "bad.request", ""),
    ] {
        let answer = create_with(&servers, pointer, value).await;
        let body = answer.refused(400, code);
        if field.is_empty() {
            assert_eq!(body["details"], json!([]), "{pointer}");
        } else {
            assert_eq!(body["details"], json!([{ "errorCode": code, "fieldName": field }]));
        }
    }
    let url = format!("{}{P}", servers.at.cloud);
    for (kind, body, status) in
        [("application/json", "{", 400), ("application/json", "", 400), ("text/plain", "{}", 415), ("", "{}", 415)]
    {
        let mut request = servers.http.post(&url).body(body);
        if !kind.is_empty() {
            request = request.header(CONTENT_TYPE, kind);
        }
        let answer = Answer::of(request).await;
        answer.refused(status, if status == 400 { "bad.request" } else { "unsupported.media.type" });
    }
    // Whoever has signed in is let into both, and is marked as such.
    let mut body = create();
    body["deploymentId"] = deployment("03");
    body["memberAuthToken"] = json!("signed-in-guest");
    let guest = Guest::of(&servers, call(&servers, Method::POST, P, None, Some(body)).await);
    let _stream = guest.connect().await;
    let own = guest.get(&format!("/members/{}", guest.member)).await.good();
    assert_eq!((&own["authenticatedGuest"], &own["role"]), (&json!(true), &json!("CUSTOMER")));
}

#[tokio::test]
async fn who_may_call() {
    let servers = Servers::start().await;
    let (guest, mut stream, agent) = Guest::in_a_chat(&servers).await;
    let other = Guest::create(&servers).await;
    let _other_stream = other.connect().await;
    let path = format!("{P}/{}/messages", guest.id);
    let with = async |header: Option<&str>| {
        let mut request = servers.http.get(format!("{}{path}", servers.at.cloud));
        if let Some(header) = header {
            request = request.header(AUTHORIZATION, header);
        }
        Answer::of(request).await
    };
    with(None).await.refused(401, "authentication.required");
    let mut forged: Vec<String> = guest.jwt.split('.').map(str::to_owned).collect();
    forged[2] = "A".repeat(43);
    let stream_token = guest.stream.rsplit('/').next().unwrap();
    for wrong in ["", "x", "x.y.z", &forged.join("."), stream_token, "[REDACTED]", "Bearer"] {
        with(Some(&format!("Bearer {wrong}"))).await.refused(401, "bad.credentials");
    }
    with(Some("[REDACTED]")).await.refused(401, "bad.credentials");
    with(Some(&format!("Basic {}", guest.jwt))).await.refused(401, "bad.credentials");
    with(Some(&format!("Bearer {}", other.jwt))).await.refused(403, "not.authorized");

    // Another member's tasks are not the guest's, and what is not there is not found.
    let members = guest.get("/members").await.good();
    let alex = members["entities"].as_array().unwrap().iter().find(|member| member["role"] == "AGENT").unwrap();
    let alex = format!("/members/{}", alex["id"].as_str().unwrap());
    let body = json!({ "body": "I am Alex" });
    guest.call(Method::POST, &format!("{alex}/messages"), Some(body)).await.refused(403, "not.authorized");
    guest.call(Method::POST, &format!("{alex}/typing"), None).await.refused(403, "not.authorized");
    guest.call(Method::DELETE, &alex, None).await.refused(403, "not.authorized");
    for path in ["/members/none", "/messages/none", &format!("/messages/{}-99", guest.id), "/nothing"] {
        guest.get(path).await.refused(404, "not.found");
    }
    call(&servers, Method::GET, &format!("{P}/%FF/members"), Some(&guest.jwt), None).await.refused(400, "bad.request");
    guest.call(Method::PUT, "/messages", None).await.refused(405, "method.not.allowed");
    call(&servers, Method::GET, "/api/v2/users/me", Some(&guest.jwt), None).await.refused(404, "not.found");

    // Messages that cannot be sent.
    let send = format!("/members/{}/messages", guest.member);
    for (body, code) in [
        (json!({}), "invalid.value"),
        (json!({ "body": " \n" }), "invalid.value"),
        (json!({ "body": "é".repeat(4001) }), "invalid.value"),
        (json!({ "body": "x", "bodyType": "member-leave" }), "invalid.value"),
        (json!({ "body": 5 }), "bad.request"),
        (json!({ "body": "x".repeat(70_000) }), "bad.request"),
    ] {
        guest.call(Method::POST, &send, Some(body)).await.refused(400, code);
    }
    assert_eq!(guest.say(&"é".repeat(4000)).await.status, 200);
    assert_eq!(stream.message("standard").await["body"].as_str().unwrap().chars().count(), 4000);

    // Thirty in a minute, that one included; the window goes on by the clock.
    for _ in 1..30 {
        guest.say("again").await.good();
    }
    let limited = guest.say("and again").await;
    let body = limited.refused(429, "too.many.requests");
    assert_eq!((&body["limit"]["value"], &body["limit"]["namespace"]), (&json!(30), &json!("webchat")));
    let wait: i64 = limited.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait) && body["message"].as_str().unwrap().contains(&format!("[{wait}] seconds")));
    assert!(guest.get("/members").await.status == 200 && other.say("not me").await.status == 200);
    servers.clock.advance(wait * 1000);
    guest.say("now").await.good();

    // Whoever plays the guest with a wrong key elsewhere costs him his place, as everywhere in the Chat Server.
    let url = format!("{}/{}/refresh", servers.chat_url(), guest.id);
    let wrong = [("userId", guest.member.as_str()), ("secureKey", "0011223344556677")];
    servers.http.post(url).form(&wrong).send().await.unwrap();
    assert_eq!(stream.message("member-leave").await["sender"]["id"], guest.member);
    guest.say("Am I here?").await.refused(400, "chat.error.member.state");
    assert_eq!(agent.chat(&guest.id).await["state"], "active");
    assert_eq!(guest.leave().await.status, 204);

    // A token lasts 22 hours; the stream as long as the conversation.
    servers.clock.advance(22 * 3600 * 1000);
    other.get("/messages").await.refused(401, "credentials.expired");
    assert_eq!(other.connect().await.next().await.unwrap()["topicName"], "channel.metadata");
}

#[tokio::test]
async fn which_pages_may_call() {
    let servers = Servers::start().await;
    let guest = Guest::create(&servers).await;
    let origin = servers.at.site.as_str();
    let messages = format!("{}{P}/{}/messages", servers.at.cloud, guest.id);
    let all = "authorization,content-type";
    for (method, path, asked) in [
        ("POST", String::new(), "content-type"),
        ("GET", format!("/{}/messages", guest.id), all),
        ("POST", format!("/{}/members/{}/messages", guest.id, guest.member), all),
        ("POST", format!("/{}/members/{}/typing", guest.id, guest.member), all),
        ("DELETE", format!("/{}/members/{}", guest.id, guest.member), all),
    ] {
        let preflight = servers.http.request(Method::OPTIONS, format!("{}{P}{path}", servers.at.cloud));
        let preflight = preflight
            .header(ORIGIN, origin)
            .header("Access-Control-Request-Method", method)
            .header("Access-Control-Request-Headers", asked);
        let preflight = preflight.send().await.unwrap();
        assert_eq!(preflight.status(), StatusCode::NO_CONTENT, "{method} {path}");
        let header = |name: &str| preflight.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("access-control-allow-origin"), origin, "{method} {path}");
        assert_eq!(header("access-control-allow-methods"), "GET, POST, PATCH, DELETE, OPTIONS");
        assert_eq!(header("access-control-allow-headers"), "Authorization, Content-Type");
    }
    // Refusals, too, can be read by the page; and only by this one.
    let refused = Answer::of(servers.http.get(&messages).header(ORIGIN, origin)).await;
    refused.refused(401, "authentication.required");
    assert_eq!(refused.headers["access-control-allow-origin"], origin);
    assert_eq!(refused.headers["vary"], "Origin");
    assert!(refused.headers["access-control-expose-headers"].to_str().unwrap().contains("inin-correlation-id"));
    for foreign in ["https://evil.example", "null"] {
        let refused = Answer::of(servers.http.get(&messages).header(ORIGIN, foreign)).await;
        refused.refused(403, "not.authorized");
        assert!(refused.headers.get("access-control-allow-origin").is_none());
        let mut socket = guest.stream.as_str().into_client_request().unwrap();
        socket.headers_mut().insert(ORIGIN, foreign.parse().unwrap());
        let Err(Error::Http(response)) = connect_async(socket).await else { panic!("a foreign page is let in") };
        assert_eq!(response.status(), 403);
    }
    let mut socket = guest.stream.as_str().into_client_request().unwrap();
    socket.headers_mut().insert(ORIGIN, origin.parse().unwrap());
    assert!(connect_async(socket).await.unwrap().0.next().await.unwrap().unwrap().is_text());

    // The stream has a token of its own, and is no page.
    let token = guest.stream.rsplit('/').next().unwrap();
    call(&servers, Method::GET, &format!("/v1/token/{}", guest.jwt), None, None).await.refused(401, "bad.credentials");
    call(&servers, Method::GET, &format!("/v1/token/{token}"), None, None).await.refused(400, "bad.request");
    // Whoever leaves before the stream was ever connected has no conversation.
    let gone = Guest::create(&servers).await;
    assert_eq!((gone.leave().await.status, gone.leave().await.status), (204, 204));
    let Err(Error::Http(response)) = connect_async(gone.stream.as_str()).await else {
        panic!("it begins all the same")
    };
    assert_eq!(response.status(), 400);
    gone.get("/messages").await.refused(400, "chat.error.conversation.state");
}
