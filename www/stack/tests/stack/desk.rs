//! The agent desk's page and API.

use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, COOKIE, ORIGIN};
use serde_json::{Value, json};

use crate::harness::{REQUEST, Servers};

#[tokio::test]
async fn an_agent_at_work() {
    let servers = Servers::start().await;
    let customer = servers.customer().await;
    let agent = servers.agent("Alex").await;
    assert_eq!(agent.get("/me").await.1["name"], "Alex");
    let (status, chats) = agent.get("/chats").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!((&chats[0]["id"], &chats[0]["state"]), (&json!(customer.id), &json!("waiting")));
    assert_eq!((&chats[0]["customer"], &chats[0]["subject"]), (&json!("Maria"), &json!("Invoice")));

    let base = format!("/chats/{}", customer.id);
    let message = json!({ "text": "Hi" });
    let early = agent.post(&format!("{base}/messages"), message.clone()).await;
    assert_eq!((early.0, &early.1["error"]["code"]), (StatusCode::CONFLICT, &json!("not_in_chat")));
    assert_eq!(agent.post(&format!("{base}/accept"), json!({})).await.1["state"], "active");
    assert_eq!(agent.post(&format!("{base}/accept"), json!({})).await.0, StatusCode::OK);
    let other = servers.agent("Bea").await;
    let late = other.post(&format!("{base}/accept"), json!({})).await;
    assert_eq!((late.0, &late.1["error"]["code"]), (StatusCode::CONFLICT, &json!("already_accepted")));
    assert_eq!(other.post(&format!("{base}/messages"), message.clone()).await.0, StatusCode::CONFLICT);
    assert_eq!(agent.post(&format!("{base}/messages"), message).await.1["index"], 3);
    assert_eq!(agent.post(&format!("{base}/messages"), json!({ "text": "" })).await.0, StatusCode::BAD_REQUEST);

    let seen: Vec<(String, String)> = customer
        .messages()
        .await
        .iter()
        .map(|entry| (entry["type"].as_str().unwrap().to_owned(), entry["from"]["type"].as_str().unwrap().to_owned()))
        .collect();
    let expected = [("ParticipantJoined", "Client"), ("ParticipantJoined", "Agent"), ("Message", "Agent")];
    assert_eq!(seen, expected.map(|(kind, from)| (kind.to_owned(), from.to_owned())));

    let chat = agent.chat(&customer.id).await;
    assert_eq!(chat["participants"].as_array().unwrap().len(), 2);
    assert_eq!(chat["transcript"][2]["visibility"], "ALL");
    assert_eq!(agent.get("/chats/nope").await.0, StatusCode::NOT_FOUND);
    assert_eq!(agent.get("/chats/nope/record").await.0, StatusCode::NOT_FOUND);
    assert_eq!(agent.post(&format!("{base}/end"), json!({})).await.1["state"], "ended");
}

#[tokio::test]
async fn nobody_else_gets_in() {
    let servers = Servers::start().await;
    let customer = servers.customer().await;
    let agent = servers.agent("Alex").await;
    let url = format!("{}/api/chats", servers.at.desk);
    assert_eq!(servers.http.get(&url).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    for path in ["/standard-responses", "/events", &format!("/chats/{}/record", customer.id)] {
        let url = format!("{}/api{path}", servers.at.desk);
        assert_eq!(servers.http.get(&url).send().await.unwrap().status(), StatusCode::UNAUTHORIZED, "{path}");
    }
    for origin in ["http://evil.example", "null", servers.at.site.as_str()] {
        let get = servers.http.get(&url).header(COOKIE, &agent.cookie).header(ORIGIN, origin).send().await.unwrap();
        assert_eq!(get.status(), StatusCode::FORBIDDEN, "{origin}");
        let login = servers.http.post(format!("{}/api/login", servers.at.desk)).header(ORIGIN, origin);
        assert_eq!(login.json(&json!({ "name": "X" })).send().await.unwrap().status(), StatusCode::FORBIDDEN);
    }
    let own =
        servers.http.get(&url).header(COOKIE, &agent.cookie).header(ORIGIN, &servers.at.desk).send().await.unwrap();
    assert_eq!(own.status(), StatusCode::OK);
    let plain = servers.http.post(format!("{}/api/login", servers.at.desk)).header(CONTENT_TYPE, "text/plain");
    assert_eq!(plain.body("{\"name\":\"X\"}").send().await.unwrap().status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    for name in ["", "  ", "a\nb"] {
        let login = servers.http.post(format!("{}/api/login", servers.at.desk)).json(&json!({ "name": name }));
        assert_eq!(login.send().await.unwrap().status(), StatusCode::BAD_REQUEST);
    }
    let login = servers.http.post(format!("{}/api/login", servers.at.desk)).json(&json!({ "name": "A" }));
    let cookie = login.send().await.unwrap().headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
}

#[tokio::test]
async fn the_page_is_strict_and_complete() {
    let servers = Servers::start().await;
    let page = servers.get(&format!("{}/", servers.at.desk)).await;
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'")
            && policy.contains("frame-ancestors 'none'")
            && !policy.contains("unsafe")
    );
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert!(!page.text.contains("style=") && !page.text.contains("onclick") && !page.text.contains("<script>"));
    for hook in [
        "login-name",
        "login-submit",
        "accept",
        "transcript",
        "composer",
        "send",
        "end-chat",
        "case-info",
        "microapp-card",
    ] {
        assert!(page.text.contains(&format!("data-testid=\"{hook}\"")), "{hook}");
    }
    let names: Vec<&str> = page.text.split("/assets/").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(names.len() >= 3);
    let mut waiting: Vec<String> = names.into_iter().map(str::to_owned).collect();
    let mut seen = Vec::new();
    while let Some(name) = waiting.pop() {
        if seen.contains(&name) {
            continue;
        }
        let asset = servers.get(&format!("{}/assets/{name}", servers.at.desk)).await;
        assert_eq!(asset.status, StatusCode::OK, "{name}");
        assert!(!asset.text.contains("innerHTML"), "{name}");
        waiting.extend(asset.text.split("from \"./").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()));
        seen.push(name);
    }
    assert!(seen.len() >= 11, "{seen:?}");
}

#[tokio::test]
async fn standard_responses_hold_the_vendors_example() {
    let servers = Servers::start().await;
    let agent = servers.agent("Alex").await;
    let responses = agent.get("/standard-responses").await.1;
    let payment = responses.as_array().unwrap().iter().find(|response| response["id"] == "payment").unwrap().clone();
    assert_eq!(payment["text"], "microapp://app/T3NB68E-/Payment");
    assert_eq!(payment["parameters"][0]["name"], "AccountNumber");
    assert_eq!(payment["parameters"][1]["name"], "Amount");
}

#[tokio::test]
async fn events_tell_of_everything() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    let url = format!("{}/api/events", servers.at.desk);
    let mut events = servers.http.get(url).header(COOKIE, &agent.cookie).send().await.unwrap();
    assert_eq!(events.headers()[CONTENT_TYPE], "text/event-stream");
    let mut text = String::new();
    // Reads until every wanted text has come; the stream itself is the condition to wait for.
    async fn until(events: &mut reqwest::Response, text: &mut String, wanted: &[&str]) {
        while !wanted.iter().all(|part| text.contains(part)) {
            let chunk = events.chunk().await.unwrap().expect("the stream goes on");
            text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
    until(&mut events, &mut text, &["event: hello\n", &customer.id, "\n\n"]).await;
    customer.call("startTyping", &[("message", "Hel")]).await;
    customer.call("send", &[("message", "Hello there")]).await;
    agent.say(&customer.id, REQUEST).await;
    customer.go().await.location();
    let wanted = [
        "event: preview\n",
        "\"Hel\"",
        "event: entry\n",
        "Hello there",
        "microapp:progress:block:Welcome",
        "event: data\n",
        "\"MicroApp_Payment_State\":\"Started\"",
        "\"by\":\"GAAP\"",
    ];
    until(&mut events, &mut text, &wanted).await;
    customer.call("disconnect", &[]).await;
    until(&mut events, &mut text, &["event: summary\n", "\"state\":\"ended\""]).await;
    let data = text.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
    assert!(serde_json::from_str::<Value>(data).unwrap()["chats"].is_array());
}
