//! The lesser verbs of GMS chat API v2, its start and its refusals (backend 1.2, 1.5 and 1.7).

use cx_stack::gms::flags::Required;
use reqwest::header::ORIGIN;
use reqwest::multipart::Form;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::Servers;

async fn code(response: reqwest::Response) -> (u16, u64) {
    let status = response.status().as_u16();
    let answer: Value = response.json().await.unwrap();
    (status, answer["errors"][0]["code"].as_u64().unwrap_or(0))
}

#[tokio::test]
async fn addresses_are_pushed_receipts_read_and_names_changed() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    let url = "https://shop.example/help?topic=bill#due";
    for field in ["pushUrl", "message"] {
        let answer = customer.call("pushUrl", &[(field, url), ("transcriptPosition", "-1")]).await;
        assert_eq!((&answer["messages"][0]["type"], &answer["messages"][0]["text"]), (&json!("PushUrl"), &json!(url)));
    }
    for bad in ["javascript:alert(1)", "shop.example", "https://shop.example/?a b", ""] {
        let refused = customer.raw("pushUrl", &customer.key, &[("pushUrl", bad)]).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{bad}");
    }

    assert_eq!(agent.chat(&customer.id).await["customerRead"], 0);
    for (position, read) in [("2", 2), ("3", 3), ("1", 3)] {
        assert_eq!(customer.call("readReceipt", &[("transcriptPosition", position)]).await["statusCode"], 0);
        assert_eq!(agent.chat(&customer.id).await["customerRead"], read);
    }
    for bad in ["0", "99", "x"] {
        let refused = customer.raw("readReceipt", &customer.key, &[("transcriptPosition", bad)]).await;
        assert_eq!(code(refused).await, (400, 400), "{bad}");
    }

    let answer = customer.call("updateNickname", &[("nickname", "Maria G."), ("transcriptPosition", "-1")]).await;
    let from = &answer["messages"][0]["from"];
    assert_eq!((&answer["messages"][0]["type"], &from["nickname"]), (&json!("NicknameUpdated"), &json!("Maria G.")));
    assert_eq!(agent.chat(&customer.id).await["customer"], "Maria G.");
    for bad in ["", " ", "a\nb"] {
        assert_eq!(code(customer.raw("updateNickname", &customer.key, &[("nickname", bad)]).await).await, (400, 161));
    }
}

#[tokio::test]
async fn replies_keep_what_they_answer() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    let index = agent.say(&customer.id, "Which bill?").await;
    let attributes = json!({ "general-properties": { "related-event-id": index.to_string() } });
    let fields = [("message", "October's"), ("eventAttributes", &attributes.to_string()), ("transcriptPosition", "-1")];
    let answer = customer.call("send", &fields).await;
    assert_eq!(answer["messages"][0]["eventAttributes"], attributes);
    let seen = agent.chat(&customer.id).await;
    assert_eq!(seen["transcript"].as_array().unwrap().last().unwrap()["eventAttributes"], attributes);
    assert_eq!((&answer["monitored"], &answer["chatEnded"]), (&json!(false), &json!(false)));
}

#[tokio::test]
async fn a_start_may_be_multipart_and_name_endpoint_and_time_zone() {
    let servers =
        Servers::with(|config| config.gms.chat_endpoint = vec!["Environment:default".into(), "Bank:Sales".into()]);
    let servers = servers.await;
    let agent = servers.agent("Alex").await;
    let form = Form::new()
        .text("firstName", "Ann")
        .text("lastName", "Lee")
        .text("endpoint", "Sales")
        .text("tenantName", "Bank")
        .text("userData[TimeZone]", "-480")
        .text("userData[Tier]", "Gold");
    let answer = servers.http.post(servers.chat_url()).multipart(form).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["messages"][0]["from"]["nickname"], "Ann Lee");
    let chat = agent.chat(answer["chatId"].as_str().unwrap()).await;
    assert_eq!(chat["customerTimeZone"], -480);
    let data = &chat["attachedData"];
    assert_eq!((&data["Tier"], &data["Endpoint"]), (&json!("Gold"), &json!("Bank:Sales")));

    // The same as an object.
    let object =
        json!({ "firstName": "Ann", "lastName": "Lee", "endpoint": "Bank:Sales", "userData": { "Tier": "Gold" } });
    let answer = servers.http.post(servers.chat_url()).json(&object).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["messages"][0]["from"]["nickname"], "Ann Lee");
    let data = agent.chat(answer["chatId"].as_str().unwrap()).await["attachedData"].clone();
    assert_eq!((&data["Tier"], &data["Endpoint"]), (&json!("Gold"), &json!("Bank:Sales")));

    assert_eq!(servers.start_chat(&[("nickname", "A"), ("endpoint", "Environment:default")]).await.status(), 200);
    assert_eq!(servers.start_chat(&[("nickname", "A")]).await.status(), 200, "the default endpoint");
    assert_eq!(code(servers.start_chat(&[("nickname", "A"), ("endpoint", "Other")]).await).await, (400, 240));
    let odd: Value =
        servers.start_chat(&[("nickname", "A"), ("userData[TimeZone]", "9999")]).await.json().await.unwrap();
    assert_eq!(agent.chat(odd["chatId"].as_str().unwrap()).await["customerTimeZone"], Value::Null);
}

#[tokio::test]
async fn what_the_operator_wants_has_its_own_numbers() {
    let servers = Servers::with(|config| {
        config.gms.require = vec![Required::Subject, Required::Email, Required::Text];
        config.gms.max_chats = Some(1);
    })
    .await;
    let full = [("nickname", "A"), ("subject", "S"), ("emailAddress", "a@shop.example"), ("text", "T")];
    for (left_out, number) in [("nickname", 161), ("subject", 104), ("emailAddress", 181), ("text", 182)] {
        let fields: Vec<_> = full.into_iter().filter(|(name, _)| *name != left_out).collect();
        assert_eq!(code(servers.start_chat(&fields).await).await, (400, number), "{left_out}");
    }
    let mut bad = full;
    bad[2].1 = "nobody";
    assert_eq!(code(servers.start_chat(&bad).await).await, (400, 364));
    let taken: Value = servers.start_chat(&full).await.json().await.unwrap();
    let chat = servers.agent("Alex").await.chat(taken["chatId"].as_str().unwrap()).await;
    let data = &chat["attachedData"];
    assert_eq!((&chat["subject"], &data["Subject"]), (&json!("S"), &json!("S")));
    assert_eq!(data["EmailAddress"], "a@shop.example");
    let busy = servers.start_chat(&full).await;
    assert_eq!(busy.status(), StatusCode::SERVICE_UNAVAILABLE);
    let busy: Value = busy.json().await.unwrap();
    assert_eq!((&busy["statusCode"], &busy["errors"][0]["code"]), (&json!(1), &json!(503)));
}

#[tokio::test]
async fn the_operators_key_is_asked_for() {
    let servers = Servers::with(|config| config.gms.api_key = Some("k-1".into())).await;
    let origin = servers.at.site.clone();
    let start = |query: &str, key: Option<&str>| {
        let request = servers.http.post(format!("{}{query}", servers.chat_url())).header(ORIGIN, &origin);
        let request = if let Some(key) = key { request.header("apikey", key) } else { request };
        request.form(&[("nickname", "A")]).send()
    };
    assert_eq!(start("", Some("k-1")).await.unwrap().status(), StatusCode::OK);
    assert_eq!(start("?apikey=k-1", None).await.unwrap().status(), StatusCode::OK);
    for (query, key) in [("", None), ("", Some("k-2")), ("?apikey=k-2", None), ("?apikey=k-1", Some("k-2"))] {
        let refused = start(query, key).await.unwrap();
        assert_eq!(refused.headers()["access-control-allow-origin"], origin, "the page may read why");
        assert_eq!(code(refused).await, (401, 401));
    }
    let preflight = servers.http.request(Method::OPTIONS, servers.chat_url()).header(ORIGIN, &origin);
    assert_eq!(
        preflight.send().await.unwrap().status(),
        StatusCode::NO_CONTENT,
        "a preflight has no headers of its own"
    );
    let script = servers.get(&format!("{}/config.js", servers.at.site)).await;
    assert!(script.text.contains("apikey: \"k-1\""), "the website's own pages have it");
}

#[tokio::test]
async fn a_fault_of_the_database_is_told_and_may_pass() {
    let servers = Servers::start().await;
    let customer = servers.customer().await;
    let database = rusqlite::Connection::open(&servers.at.db).unwrap();
    database.execute_batch("ALTER TABLE entry RENAME TO mislaid").unwrap();
    let response = customer.raw("send", &customer.key, &[("message", "lost")]).await;
    assert_eq!(response.status(), StatusCode::OK);
    let text = response.text().await.unwrap();
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&answer["statusCode"], &answer["chatEnded"]), (&json!(1), &json!(false)), "it may be repeated");
    assert_eq!(answer["errors"][0]["code"], 500);
    assert!(!text.contains("entry") && !text.contains("mislaid"), "nothing of the inside: {text}");
    database.execute_batch("ALTER TABLE mislaid RENAME TO entry").unwrap();
    assert_eq!(customer.call("send", &[("message", "kept")]).await["statusCode"], 0);
    let messages = customer.messages().await;
    let said: Vec<_> = messages.iter().filter(|entry| entry["type"] == "Message").map(|entry| &entry["text"]).collect();
    assert_eq!(said, ["kept"]);
}

#[tokio::test]
async fn every_answer_is_fresh_and_bodies_that_cannot_be_read_are_told() {
    let servers = Servers::start().await;
    let response = servers.start_chat(&[("nickname", "A")]).await;
    for (name, value) in [
        ("content-type", "application/json;charset=utf-8"),
        ("cache-control", "no-cache, no-store"),
        ("pragma", "no-cache"),
        ("expires", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ] {
        assert_eq!(response.headers()[name], value, "{name}");
    }
    let broken = servers.http.post(servers.chat_url()).header("content-type", "application/json").body("{").send();
    assert_eq!(code(broken.await.unwrap()).await, (400, 400));
    let broken = servers.http.post(servers.chat_url()).header("content-type", "multipart/form-data").body("x").send();
    assert_eq!(code(broken.await.unwrap()).await, (400, 400));
    let long = format!("nickname={}", "x".repeat(300 * 1024));
    let form = "application/x-www-form-urlencoded";
    let huge = servers.http.post(servers.chat_url()).header("content-type", form).body(long).send().await.unwrap();
    assert_eq!(code(huge).await, (413, 202));
}
