//! Customers of whom nothing is heard: `flex-disconnect-timeout` (backend 1.5 and 4.5).

use clap::Parser;
use cx_stack::Config;
use cx_stack::chat_server::silence::SilenceSettings;
use cx_stack::deployment::Deployment;
use reqwest::StatusCode;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::deployment::GOOD;
use crate::guest::Guest;
use crate::harness::{Agent, Customer, Folder, Servers};
use crate::v3;

/// Waits until the agent sees that the customer has gone: nobody asks, the server notices by itself.
pub async fn until_gone(agent: &Agent<'_>, chat: &str) -> Value {
    loop {
        let seen = agent.chat(chat).await;
        let last = seen["transcript"].as_array().unwrap().last().unwrap().clone();
        // An agent who has handed the chat on may have gone before.
        if last["type"] == "ParticipantLeft" && last["from"]["type"] == "Client" {
            assert_eq!(last["visibility"], "ALL");
            return seen;
        }
        tokio::task::yield_now().await;
    }
}

/// How often the customer has gone.
pub fn departures(seen: &Value) -> usize {
    let of_customer = |entry: &&Value| entry["type"] == "ParticipantLeft" && entry["from"]["type"] == "Client";
    seen["transcript"].as_array().unwrap().iter().filter(of_customer).count()
}

async fn code(customer: &Customer<'_>, verb: &str, fields: &[(&str, &str)]) -> Value {
    let answer = customer.call(verb, fields).await;
    if answer["statusCode"] == 0 { json!(0) } else { answer["errors"][0]["code"].clone() }
}

#[tokio::test]
async fn a_silent_customer_is_let_go_and_the_chat_lives_on() {
    // What an operator has who sets nothing.
    let servers = Servers::with(|config| config.silence = SilenceSettings::default()).await;
    let (customer, agent) = servers.chat().await;
    let other = servers.customer().await;
    for (verb, fields) in [
        ("refresh", &[][..]),
        ("send", &[("message", "Hello")][..]),
        ("startTyping", &[("message", "unsent")][..]),
        ("customNotice", &[("message", "n")][..]),
        ("updateData", &[("userData[Tier]", "Silver")][..]),
        ("readReceipt", &[("transcriptPosition", "1")][..]),
        ("file/limits", &[][..]),
    ] {
        servers.clock.advance(290_000);
        assert_eq!(code(&customer, verb, fields).await, 0, "{verb} is a sign of life");
    }
    // What the agent says is none of the customer's.
    servers.clock.advance(200_000);
    agent.say(&customer.id, "Are you there?").await;
    assert_eq!(agent.chat(&customer.id).await["preview"], "unsent");
    servers.clock.advance(100_000);
    let seen = until_gone(&agent, &customer.id).await;
    assert_eq!((&seen["state"], &seen["preview"], departures(&seen)), (&json!("active"), &json!(""), 1));

    for (verb, fields) in [("refresh", &[][..]), ("send", &[("message", "Back")][..]), ("disconnect", &[][..])] {
        let answer = customer.call(verb, fields).await;
        assert_eq!((&answer["statusCode"], &answer["chatEnded"]), (&json!(2), &json!(true)), "{verb}");
        assert_eq!((&answer["errors"][0]["code"], answer.get("chatId")), (&json!(8209), None), "{verb}");
    }
    let form = Form::new().text("userId", customer.user_id.clone()).text("secureKey", customer.key.clone());
    let form = form.part("file", Part::bytes(b"x".to_vec()).file_name("a.txt"));
    let url = format!("{}/{}/file", servers.chat_url(), customer.id);
    let upload: Value = servers.http.post(url).multipart(form).send().await.unwrap().json().await.unwrap();
    assert_eq!(upload["errors"][0]["code"], 8209);
    // A party that never was is another thing.
    let nobody = Customer { servers: &servers, id: customer.id.clone(), user_id: "0".repeat(16), key: "0".into() };
    assert_eq!(code(&nobody, "refresh", &[]).await, 8201);

    // The chat is the agent's to go on with and to end; the customer has gone once and stays away.
    agent.say(&customer.id, "A note for later").await;
    let seen = agent.chat(&customer.id).await;
    assert_eq!((&seen["state"], departures(&seen)), (&json!("active"), 1));
    agent.post(&format!("/chats/{}/end", customer.id), json!({})).await;
    assert_eq!(agent.chat(&customer.id).await["state"], "ended");
    assert_eq!(code(&customer, "refresh", &[]).await, 8209);
    // One for whom nobody has come yet is let go as well.
    assert_eq!(code(&other, "refresh", &[]).await, 8209);
    assert_eq!(departures(&agent.chat(&other.id).await), 1);
}

#[tokio::test]
async fn a_chat_in_which_nobody_is_left_waits_for_no_agent() {
    let servers = Servers::with(|config| config.silence.flex_disconnect_timeout = 60).await;
    let agent = servers.agent("Alex").await;
    let (silent, robbed) = (servers.customer().await, servers.customer().await);
    robbed.raw("refresh", "0000000000000000", &[]).await;
    servers.clock.advance(60_000);
    until_gone(&agent, &silent.id).await;
    for customer in [&silent, &robbed] {
        let seen = agent.chat(&customer.id).await;
        assert_eq!((&seen["state"], &seen["attachedData"]["IsOnline"]), (&json!("ended"), &json!("0")));
        assert_eq!(departures(&seen), 1);
        let (status, refusal) = agent.post(&format!("/chats/{}/accept", customer.id), json!({})).await;
        assert_eq!((status, &refusal["error"]["code"]), (StatusCode::CONFLICT, &json!("chat_ended")));
    }
    assert_eq!(code(&silent, "refresh", &[]).await, 8209);

    // One that is handed on waits again; without its customer it cannot be.
    let (customer, alex) = servers.chat().await;
    let _bea = servers.agent("Bea").await;
    let transfer = format!("/chats/{}/transfer", customer.id);
    assert_eq!(alex.post(&transfer, json!({ "agent": "Bea" })).await.1["offeredTo"], "Bea");
    servers.clock.advance(60_000);
    until_gone(&alex, &customer.id).await;
    assert_eq!(alex.chat(&customer.id).await["state"], "ended");
    let (customer, alex) = servers.chat().await;
    servers.clock.advance(60_000);
    until_gone(&alex, &customer.id).await;
    let (status, refusal) =
        alex.post(&format!("/chats/{}/transfer", customer.id), json!({ "agent": "Bea", "note": "gone" })).await;
    assert_eq!((status, &refusal["error"]["code"]), (StatusCode::CONFLICT, &json!("customer_gone")));
    let seen = alex.chat(&customer.id).await;
    assert!(seen["state"] == "active" && !seen.to_string().contains("gone\""), "{seen}");
}

#[tokio::test]
async fn whom_the_database_keeps_from_being_let_go_is_let_go_the_next_time() {
    let servers = Servers::with(|config| config.silence.flex_disconnect_timeout = 60).await;
    let (customer, agent) = servers.chat().await;
    let (caller, other) = (servers.customer().await, servers.customer().await);
    let database = rusqlite::Connection::open(&servers.at.db).unwrap();
    let breaks = format!(
        "CREATE TRIGGER breaks BEFORE INSERT ON entry WHEN NEW.kind = 'ParticipantLeft' AND NEW.interaction <> '{}'
         BEGIN SELECT RAISE(ABORT, 'x'); END",
        other.id
    );
    database.execute_batch(&breaks).unwrap();
    servers.clock.advance(60_000);
    assert!(servers.stack.chat.sweep_silent().is_err());
    assert_eq!(departures(&agent.chat(&other.id).await), 1, "what fails with one keeps no other from it");
    assert_eq!(code(&caller, "refresh", &[]).await, 500);
    database.execute_batch("DROP TRIGGER breaks").unwrap();
    // Whoever asks, and whoever says nothing.
    assert_eq!(code(&caller, "refresh", &[]).await, 8209);
    assert_eq!(departures(&agent.chat(&caller.id).await), 1);
    servers.stack.chat.sweep_silent().unwrap();
    assert_eq!(departures(&agent.chat(&customer.id).await), 1);
}

#[tokio::test]
async fn the_operator_says_how_long_and_a_restart_keeps_it() {
    let folder = Folder::new();
    let file = folder.0.join("deployment.ini");
    std::fs::write(&file, format!("{GOOD}flex-disconnect-timeout=20\n")).unwrap();
    let mut config = folder.config();
    config.deployment = Some(file);
    let first = Servers::from_config(&config).await;
    let (gone, here) = (first.customer().await, first.customer().await);
    first.clock.advance(15_000);
    assert_eq!(code(&here, "refresh", &[]).await, 0);
    first.clock.advance(15_000);
    assert_eq!((code(&gone, "refresh", &[]).await, code(&here, "refresh", &[]).await), (json!(8209), json!(0)));
    let ids = [gone, here].map(|customer| (customer.id, customer.user_id, customer.key));
    drop(first.stack);

    let second = Servers::from_config(&config).await;
    let [gone, here] = ids.map(|(id, user_id, key)| Customer { servers: &second, id, user_id, key });
    assert_eq!((code(&gone, "refresh", &[]).await, code(&here, "refresh", &[]).await), (json!(8209), json!(0)));
    second.clock.advance(20_000);
    assert_eq!(code(&here, "refresh", &[]).await, 8209);
    let agent = second.agent("Alex").await;
    for customer in [&gone, &here] {
        assert_eq!(departures(&agent.chat(&customer.id).await), 1);
    }

    for (seconds, good) in [("0", false), ("1", true), ("86400", true), ("86401", false), ("soon", false)] {
        let flags = Config::try_parse_from(["cx-stack", "--flex-disconnect-timeout", seconds]);
        let file = Deployment::parse(&format!("{GOOD}flex-disconnect-timeout={seconds}\n"));
        assert_eq!((flags.is_ok(), file.is_ok()), (good, good), "{seconds}");
    }
}

#[tokio::test]
async fn a_guest_is_there_as_long_as_his_stream_is_open() {
    let servers = Servers::with(|config| config.silence.flex_disconnect_timeout = 60).await;
    let (guest, stream, agent) = Guest::in_a_chat(&servers).await;
    let silent = servers.customer().await;
    servers.clock.advance(600_000);
    until_gone(&agent, &silent.id).await;
    assert_eq!(departures(&agent.chat(&guest.id).await), 0);
    // Without it each request is a sign of life, until there is none any more.
    drop(stream);
    while departures(&agent.chat(&guest.id).await) == 0 {
        servers.clock.advance(50_000);
    }
    let seen = agent.chat(&guest.id).await;
    assert_eq!((&seen["state"], departures(&seen)), (&json!("active"), 1));
    guest.say("Back").await.refused(400, "chat.error.member.state");
    assert_eq!(guest.get(&format!("/members/{}", guest.member)).await.good()["state"], "DISCONNECTED");
    assert_eq!(guest.leave().await.status, 204);
}

#[tokio::test]
async fn a_session_of_v3_that_polls_no_more_is_over() {
    let servers = Servers::with(|config| config.silence.flex_disconnect_timeout = 60).await;
    let agent = servers.agent("Alex").await;
    let (waiting, served) = (v3::Customer::start(&servers).await, v3::Customer::start(&servers).await);
    agent.post(&format!("/chats/{}/accept", served.session), json!({})).await;
    for _ in 0..3 {
        servers.clock.advance(50_000);
        for session in [&waiting, &served] {
            assert_eq!(session.get("").await["chatEnded"], false, "a poll is a sign of life");
        }
    }
    servers.clock.advance(60_000);
    // Nobody waits for an agent who has gone; an agent who is there goes on.
    for (session, state) in [(&waiting, "ended"), (&served, "active")] {
        let seen = until_gone(&agent, &session.session).await;
        assert_eq!((&seen["state"], departures(&seen)), (&json!(state), 1));
        assert_eq!(session.get("").await["chatEnded"], true);
        session.post(&[("data[type]", "Text"), ("data[text]", "Back")]).await.refused(409, "SESSION_ENDED");
        session.leave().await.good();
        // The token begins a new session.
        let start = servers.http.post(format!("{}{}", servers.at.cloud, v3::BASE)).header("x-api-key", v3::API_KEY);
        let form = [("data[nickname]", "Maria"), ("data[endpoint]", "customer-support")];
        let next = v3::Answer::of(start.header("x-nexus-client-key", &session.token).form(&form)).await.good();
        assert!(!next["data"]["selfUri"].as_str().unwrap().ends_with(&session.session));
    }
}

#[tokio::test]
async fn a_service_whose_device_is_silent_has_no_chat() {
    let servers = Servers::with(|config| config.silence.flex_disconnect_timeout = 60).await;
    let agent = servers.agent("Alex").await;
    let post = async |path: &str| servers.http.post(format!("{}{path}", servers.at.gms)).send().await.unwrap();
    let service: Value = post("/genesys/1/service/request-chat").await.json().await.unwrap();
    let path = service["_chatIxnAPI-CREATE-URL"].as_str().unwrap();
    let chat: Value = post(path).await.json().await.unwrap();
    let id = chat["chatSessionId"].as_str().unwrap();
    for verb in ["refresh", "startTyping", "refresh"] {
        servers.clock.advance(50_000);
        assert_eq!(post(&format!("{path}/{verb}")).await.status(), StatusCode::OK);
    }
    servers.clock.advance(60_000);
    let seen = until_gone(&agent, id).await;
    assert_eq!((&seen["state"], departures(&seen)), (&json!("ended"), 1));
    assert_eq!(post(&format!("{path}/refresh")).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(post(path).await.status(), StatusCode::NOT_FOUND);
}
