//! GMS chat API v2 over REST (backend 1).

use reqwest::StatusCode;
use reqwest::header::ORIGIN;
use serde_json::{Value, json};

use crate::harness::Servers;

/// What an answer calls chat, party, key and server, and a refusal leaves out.
const IDS: [&str; 4] = ["chatId", "userId", "secureKey", "alias"];

fn indexes(answer: &Value) -> Vec<u64> {
    answer["messages"].as_array().unwrap().iter().map(|entry| entry["index"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn start_answers_with_the_whole_envelope() {
    let servers = Servers::start().await;
    for url in [servers.chat_url(), format!("{}/", servers.chat_url())] {
        // The widget sends an empty text and its ids with every call; at a start it has none.
        let form = [("nickname", "Ann"), ("text", ""), ("alias", ""), ("secureKey", ""), ("userId", "")];
        let response = servers.http.post(url).form(&form).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "application/json;charset=utf-8");
        assert_eq!(response.headers()["cache-control"], "no-cache, no-store");
        assert_eq!(response.headers()["pragma"], "no-cache");
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["statusCode"], 0);
        assert_eq!(answer["chatEnded"], false);
        assert_eq!(answer["nextPosition"], 2);
        assert_eq!(answer["chatId"].as_str().unwrap().len(), 16);
        let hex = |key: &str, upper: bool| {
            let text = answer[key].as_str().unwrap();
            text.len() == 16
                && text.chars().all(|c| {
                    c.is_ascii_digit() || if upper { ('A'..='F').contains(&c) } else { ('a'..='f').contains(&c) }
                })
        };
        assert!(hex("userId", true) && hex("secureKey", false) && answer["alias"].is_string());
        let joined = &answer["messages"][0];
        assert_eq!(joined["type"], "ParticipantJoined");
        assert_eq!(joined["from"], json!({ "nickname": "Ann", "participantId": 1, "type": "Client" }));
        assert!(joined["utcTime"].as_i64().unwrap() > 1_600_000_000_000);
        assert!(joined.get("visibility").is_none());
    }
}

#[tokio::test]
async fn names_are_required() {
    let servers = Servers::start().await;
    for (fields, code) in [
        (vec![], 161),
        (vec![("nickname", "")], 161),
        (vec![("firstName", "Ann")], 103),
        (vec![("lastName", "Lee")], 102),
    ] {
        let response = servers.start_chat(&fields).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["statusCode"], 2);
        assert_eq!(answer["chatEnded"], false);
        assert_eq!(answer["errors"][0]["code"], code);
        assert!(answer["errors"][0]["advice"].is_string());
        assert!(IDS.iter().all(|id| answer.get(id).is_none()), "{answer}");
    }
    let answer: Value = servers.start_chat(&[("firstName", "Ann"), ("lastName", "Lee")]).await.json().await.unwrap();
    assert_eq!(answer["messages"][0]["from"]["nickname"], "Ann Lee");
}

#[tokio::test]
async fn a_first_text_is_said_at_once() {
    let servers = Servers::start().await;
    let answer: Value = servers.start_chat(&[("nickname", "Ann"), ("text", "Hi")]).await.json().await.unwrap();
    assert_eq!(indexes(&answer), [1, 2]);
    assert_eq!(answer["messages"][1]["text"], "Hi");
}

#[tokio::test]
async fn an_unknown_service_is_306() {
    let servers = Servers::start().await;
    let url = format!("{}/genesys/2/chat/other", servers.at.gms);
    let response = servers.http.post(url).form(&[("nickname", "Ann")]).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert_eq!(response.json::<Value>().await.unwrap()["errors"][0]["code"], 306);
}

#[tokio::test]
async fn positions_are_inclusive_and_repeatable() {
    let servers = Servers::start().await;
    let customer = servers.customer().await;
    let answer =
        customer.call("send", &[("message", "one"), ("messageType", "text"), ("transcriptPosition", "2")]).await;
    assert_eq!(indexes(&answer), [2]);
    assert_eq!(answer["messages"][0]["messageType"], "text");
    let answer = customer.call("send", &[("message", "two")]).await;
    assert_eq!((indexes(&answer), &answer["nextPosition"]), (vec![], &json!(4)));
    let other = servers.customer().await;
    for (fields, kind) in [
        (
            vec![("message", "{}"), ("messageType", "application/x-own; v=2"), ("transcriptPosition", "2")],
            "application/x-own; v=2",
        ),
        (vec![("message", "plain"), ("transcriptPosition", "-1")], "text"),
    ] {
        assert_eq!(other.call("send", &fields).await["messages"][0]["messageType"], kind);
    }
    for (position, expected) in [
        ("1", vec![1, 2, 3]),
        ("3", vec![3]),
        ("4", vec![]),
        ("0", vec![]),
        ("-1", vec![3]),
        ("", vec![]),
        ("x", vec![]),
    ] {
        for _ in 0..2 {
            let answer = customer.call("refresh", &[("transcriptPosition", position), ("message", "")]).await;
            assert_eq!(indexes(&answer), expected, "{position}");
            assert_eq!(answer["nextPosition"], 4);
            assert_eq!(answer["chatEnded"], false);
        }
    }
}

#[tokio::test]
async fn text_is_kept_to_the_byte() {
    let servers = Servers::start().await;
    let customer = servers.customer().await;
    for text in ["  lead and trail \t", "a\r\nb\nc\rd", "ü€😀\u{feff}\u{200b}", "<b>&amp;</b>", "a=b&c[d]=e+f%20"]
    {
        customer.call("send", &[("message", text)]).await;
        let answer = customer.call("refresh", &[("transcriptPosition", "-1")]).await;
        assert_eq!(answer["messages"][0]["text"], text);
    }
}

#[tokio::test]
async fn empty_and_overlong_messages_are_errors() {
    let servers = Servers::start().await;
    let customer = servers.customer().await;
    let long = "x".repeat(16 * 1024 + 1);
    for (verb, text, code) in [("send", "", 182), ("send", long.as_str(), 204), ("refresh", long.as_str(), 204)] {
        let response = customer.raw(verb, &customer.key, &[("message", text)]).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["errors"][0]["code"], code);
        assert_eq!(answer["chatEnded"], false);
    }
    assert_eq!(customer.messages().await.len(), 1);
}

#[tokio::test]
async fn a_wrong_key_removes_the_party() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    let response = customer.raw("refresh", "0000000000000000", &[("transcriptPosition", "1")]).await;
    assert_eq!(response.status(), StatusCode::OK);
    let answer: Value = response.json().await.unwrap();
    assert_eq!(answer["statusCode"], 2);
    assert_eq!(answer["errors"][0]["code"], 8210);
    assert_eq!(answer["chatEnded"], true);
    assert!(answer["messages"].as_array().unwrap().is_empty() && IDS.iter().all(|id| answer.get(id).is_none()));
    // The right key is of no use any more, the chat itself lives on.
    assert_eq!(customer.call("refresh", &[]).await["errors"][0]["code"], 8201);
    let chat = agent.chat(&customer.id).await;
    assert_eq!((&chat["state"], &chat["customerPresent"]), (&json!("active"), &json!(false)));
    let last = chat["transcript"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["type"], &last["from"]["type"]), (&json!("ParticipantLeft"), &json!("Client")));
}

#[tokio::test]
async fn unknown_chats_and_users_are_8201_and_missing_keys_cost_nothing() {
    let servers = Servers::start().await;
    let mut customer = servers.customer().await;
    let missing = customer.raw("refresh", "", &[]).await;
    assert_eq!(missing.status(), StatusCode::BAD_REQUEST);
    assert_eq!(customer.call("refresh", &[]).await["statusCode"], 0);
    let (id, user) = (customer.id.clone(), customer.user_id.clone());
    customer.user_id = "0000000000000000".to_owned();
    assert_eq!(customer.call("refresh", &[]).await["errors"][0]["code"], 8201);
    customer.user_id = user;
    customer.id = "NOSUCHCHAT000000".to_owned();
    let gone = customer.call("refresh", &[]).await;
    assert_eq!((&gone["errors"][0]["code"], &gone["chatEnded"]), (&json!(404), &json!(true)), "no such chat before");
    customer.id = id;
    let unknown = customer.raw("nonsense", &customer.key, &[]).await;
    assert_eq!((unknown.status(), unknown.text().await.unwrap().as_str()), (StatusCode::NOT_FOUND, ""));
    let looked = servers.http.get(format!("{}/{}/refresh", servers.chat_url(), customer.id)).send().await.unwrap();
    assert_eq!(
        (looked.status(), &looked.headers()["allow"]),
        (StatusCode::METHOD_NOT_ALLOWED, &"POST".parse().unwrap())
    );
    assert_eq!(customer.call("refresh", &[]).await["statusCode"], 0);
}

#[tokio::test]
async fn what_is_internal_leaves_a_gap() {
    use cx_stack::chat_server::entry::Visibility;
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    for visibility in [Visibility::Int, Visibility::Vip, Visibility::All] {
        servers.stack.chat.external_message(&customer.id, "MicroApp", "status", visibility).unwrap();
    }
    let answer = customer.call("refresh", &[("transcriptPosition", "1")]).await;
    assert_eq!(indexes(&answer), [1, 2, 5]);
    assert_eq!(answer["messages"][2]["from"]["type"], "External");
    servers.stack.chat.external_message(&customer.id, "MicroApp", "status", Visibility::Int).unwrap();
    let newest = customer.call("refresh", &[("transcriptPosition", "-1")]).await;
    assert_eq!((indexes(&newest), &newest["nextPosition"]), (vec![5], &json!(7)));
    assert_eq!(agent.chat(&customer.id).await["transcript"].as_array().unwrap().len(), 5);
    let supervisor = servers.agent_with("Sue", json!({ "role": "supervisor" })).await;
    assert_eq!(supervisor.chat(&customer.id).await["transcript"].as_array().unwrap().len(), 6);
}

#[tokio::test]
async fn typing_goes_both_ways() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    let typing = format!("/chats/{}/typing", customer.id);
    for on in [true, true, false] {
        assert_eq!(agent.post(&typing, json!({ "on": on })).await.0, StatusCode::NO_CONTENT);
    }
    let types: Vec<String> = customer
        .messages()
        .await
        .iter()
        .filter(|entry| entry["from"]["type"] == "Agent")
        .map(|entry| entry["type"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(types, ["ParticipantJoined", "TypingStarted", "TypingStopped"]);
    customer.call("refresh", &[("message", "I wo")]).await;
    let chat = agent.chat(&customer.id).await;
    assert_eq!(
        (&chat["customerTyping"], &chat["preview"]),
        (&json!(false), &json!("I wo")),
        "refresh tells it as well"
    );
    customer.call("startTyping", &[("message", "I wou")]).await;
    let chat = agent.chat(&customer.id).await;
    assert_eq!((&chat["customerTyping"], &chat["preview"]), (&json!(true), &json!("I wou")));
    customer.call("stopTyping", &[]).await;
    let chat = agent.chat(&customer.id).await;
    assert_eq!((&chat["customerTyping"], &chat["preview"]), (&json!(false), &json!("")));
}

#[tokio::test]
async fn update_data_and_notices() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    assert_eq!(
        customer.call("updateData", &[("userData[Tier]", "Platinum"), ("userData[New]", "1")]).await["statusCode"],
        0
    );
    let data = agent.chat(&customer.id).await["attachedData"].clone();
    assert_eq!((&data["Tier"], &data["New"], &data["FirstName"]), (&json!("Platinum"), &json!("1"), &json!("Maria")));
    assert_eq!((&data["IsOnline"], &data["ChatServerAppName"]), (&json!("1"), &json!("ChatServer")));
    let purpose = r#"{"purpose":"cancel-idle-timer"}"#;
    let answer = customer
        .call("customNotice", &[("message", "n"), ("eventAttributes", purpose), ("transcriptPosition", "3")])
        .await;
    assert_eq!(answer["messages"][0]["type"], "CustomNotice");
    assert_eq!(answer["messages"][0]["eventAttributes"]["purpose"], "cancel-idle-timer");
    let bad = customer.raw("send", &customer.key, &[("message", "x"), ("eventAttributes", "{")]).await;
    assert_eq!(bad.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_end_is_told_to_both() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    assert_eq!(customer.call("disconnect", &[]).await["chatEnded"], true);
    let answer = customer.call("refresh", &[("transcriptPosition", "1")]).await;
    assert_eq!((&answer["statusCode"], &answer["chatEnded"]), (&json!(0), &json!(true)));
    let late = customer.call("send", &[("message", "late")]).await;
    assert_eq!((&late["statusCode"], &late["chatEnded"]), (&json!(2), &json!(true)));
    let chat = agent.chat(&customer.id).await;
    assert_eq!((&chat["state"], &chat["attachedData"]["IsOnline"]), (&json!("ended"), &json!("0")));
    assert_eq!(
        agent.post(&format!("/chats/{}/messages", customer.id), json!({ "text": "x" })).await.0,
        StatusCode::CONFLICT
    );

    let (customer, agent) = servers.chat().await;
    assert_eq!(agent.post(&format!("/chats/{}/end", customer.id), json!({})).await.0, StatusCode::OK);
    let answer = customer.call("refresh", &[("transcriptPosition", "-1")]).await;
    assert_eq!((&answer["chatEnded"], &answer["messages"][0]["type"]), (&json!(true), &json!("ParticipantLeft")));
}

/// What a page may send along: the key of the operator, the user of API v1, and what clients of CometD set.
pub const ALLOWED_HEADERS: &str = "Content-Type, apikey, Authorization, gms_user, X-Requested-With";

#[tokio::test]
async fn only_listed_origins_get_in() {
    let servers = Servers::with(|config| config.allow_origin.push("https://shop.example".to_owned())).await;
    let url = servers.chat_url();
    let site = servers.at.site.clone();
    let localhost = site.replace("127.0.0.1", "localhost");
    for origin in [site.as_str(), localhost.as_str(), "https://shop.example"] {
        let preflight =
            servers.http.request(reqwest::Method::OPTIONS, &url).header(ORIGIN, origin).send().await.unwrap();
        assert_eq!(preflight.status(), StatusCode::NO_CONTENT);
        assert_eq!(preflight.headers()["access-control-allow-origin"], origin);
        assert_eq!(preflight.headers()["access-control-allow-methods"], "POST, GET, OPTIONS");
        assert_eq!(preflight.headers()["access-control-allow-headers"], ALLOWED_HEADERS);
        let post = servers.http.post(&url).header(ORIGIN, origin).form(&[("nickname", "A")]).send().await.unwrap();
        assert_eq!(post.status(), StatusCode::OK);
        assert_eq!(post.headers()["access-control-allow-origin"], origin);
        assert_eq!(post.headers()["vary"], "Origin");
        assert_eq!(post.headers()["access-control-allow-credentials"], "true", "CometD needs its cookie");
    }
    for origin in ["http://evil.example", "null", "https://shop.example.evil", "http://shop.example"] {
        for method in [reqwest::Method::OPTIONS, reqwest::Method::POST] {
            let response = servers
                .http
                .request(method, &url)
                .header(ORIGIN, origin)
                .form(&[("nickname", "A")])
                .send()
                .await
                .unwrap();
            assert_eq!(response.status(), StatusCode::FORBIDDEN, "{origin}");
            assert!(response.headers().get("access-control-allow-origin").is_none());
        }
    }
}
