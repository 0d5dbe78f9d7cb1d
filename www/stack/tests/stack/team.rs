//! Several agents at the desk: transfers, supervisors, notes, and standard responses for a chat.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{Agent, Servers};

fn texts(chat: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let entries = chat["transcript"].as_array().unwrap();
    entries
        .iter()
        .map(|entry| (text(&entry["type"]), text(&entry["from"]["nickname"]), text(&entry["visibility"])))
        .collect()
}

async fn supervise(agent: &Agent<'_>, chat: &str, mode: &str) -> (StatusCode, Value) {
    agent.post(&format!("/chats/{chat}/supervise"), json!({ "mode": mode })).await
}

#[tokio::test]
async fn a_chat_is_handed_on_with_a_note() {
    let servers = Servers::start().await;
    let (customer, alex) = servers.chat().await;
    let (bea, carl) = (servers.agent("Bea").await, servers.agent_with("Carl", json!({ "groups": ["Loans"] })).await);
    let team = alex.get("/agents").await.1;
    let of = |name: &str| team.as_array().unwrap().iter().find(|one| one["name"] == name).unwrap().clone();
    assert_eq!((&of("Alex")["chats"], &of("Bea")["chats"], &of("Bea")["ready"]), (&json!(1), &json!(0), &json!(true)));
    assert_eq!(of("Carl")["profile"]["groups"], json!(["Loans"]));

    let transfer = format!("/chats/{}/transfer", customer.id);
    let nobody = alex.post(&transfer, json!({ "agent": "Zoe" })).await;
    assert_eq!((nobody.0, &nobody.1["error"]["code"]), (StatusCode::CONFLICT, &json!("nobody_there")));
    assert_eq!(alex.post(&transfer, json!({ "agent": "Alex" })).await.0, StatusCode::CONFLICT, "not to oneself");
    assert_eq!(alex.post(&transfer, json!({})).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(bea.post(&transfer, json!({ "agent": "Carl" })).await.0, StatusCode::CONFLICT, "not her chat");

    let handed = alex.post(&transfer, json!({ "agent": "Bea", "note": "Has the wrong invoice" })).await.1;
    assert_eq!((&handed["state"], &handed["offeredTo"]), (&json!("waiting"), &json!("Bea")));
    let accept = format!("/chats/{}/accept", customer.id);
    assert_eq!(carl.post(&accept, json!({})).await.1["error"]["code"], "offered_to_other");
    assert_eq!(bea.post(&accept, json!({})).await.1["agent"], "Bea");
    let note = bea.chat(&customer.id).await["transcript"]
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["text"] == "Has the wrong invoice")
        .cloned();
    assert_eq!(note.unwrap()["visibility"], "INT");
    assert!(customer.messages().await.iter().all(|entry| entry["text"] != "Has the wrong invoice"));

    // To a group; whoever hands on is not asked, and after a while the chat is for whoever likes.
    let handed = bea.post(&transfer, json!({ "group": "Loans" })).await.1;
    assert_eq!((&handed["target"], &handed["offeredTo"]), (&json!("Loans"), &json!("Carl")));
    assert_eq!(carl.post(&format!("/chats/{}/decline", customer.id), json!({})).await.1["offeredTo"], Value::Null);
    servers.clock.advance(91_000);
    assert_eq!(alex.post(&accept, json!({})).await.1["agent"], "Alex");
}

#[tokio::test]
async fn a_colleague_is_asked_before_the_chat_is_handed_over() {
    let servers = Servers::start().await;
    let (customer, alex) = servers.chat().await;
    let (bea, carl) = (servers.agent("Bea").await, servers.agent("Carl").await);
    let path = |rest: &str| format!("/chats/{}{rest}", customer.id);
    let refused = async |agent: &Agent<'_>, rest: &str, body: Value| {
        let (status, answer) = agent.post(&path(rest), body).await;
        assert_eq!(status, StatusCode::CONFLICT, "{answer}");
        answer["error"]["code"].as_str().unwrap().to_owned()
    };
    let step = async |agent: &Agent<'_>, step: &str| {
        let (status, line) = agent.post(&path("/consult/answer"), json!({ "step": step })).await;
        assert_eq!(status, StatusCode::OK, "{line}");
        line
    };
    assert_eq!(refused(&alex, "/consult", json!({ "agent": "Zoe" })).await, "nobody_there");
    assert_eq!(refused(&alex, "/consult", json!({ "agent": "Alex" })).await, "nobody_there");
    assert_eq!(refused(&bea, "/consult", json!({ "agent": "Carl" })).await, "not_in_chat");
    assert_eq!(refused(&alex, "/consult/answer", json!({ "step": "end" })).await, "not_consulted");

    let asked = alex.post(&path("/consult"), json!({ "agent": "Bea", "note": "Is it her invoice?" })).await.1;
    assert_eq!((&asked["asked"], &asked["adviser"], &asked["agent"]), (&json!("Bea"), &Value::Null, &json!("Alex")));
    assert_eq!(refused(&alex, "/consult", json!({ "agent": "Carl" })).await, "consulting");
    assert_eq!(refused(&carl, "/consult/answer", json!({ "step": "join" })).await, "not_consulted");
    assert_eq!(refused(&alex, "/consult/answer", json!({ "step": "hand-over" })).await, "not_consulted");
    assert_eq!(step(&bea, "decline").await["asked"], Value::Null);
    alex.post(&path("/consult"), json!({ "agent": "Bea" })).await;
    let line = step(&bea, "join").await;
    assert_eq!((&line["adviser"], &line["agent"], &line["state"]), (&json!("Bea"), &json!("Alex"), &json!("active")));

    // She advises the team; the customer knows nothing of it.
    let with = |text: &str, visibility: &str| json!({ "text": text, "visibility": visibility });
    assert_eq!(refused(&bea, "/messages", with("Hello", "ALL")).await, "unseen");
    assert_eq!(bea.post(&path("/messages"), with("It is hers", "INT")).await.0, StatusCode::OK);
    assert!(alex.chat(&customer.id).await.to_string().contains("It is hers"));
    let heard = json!(customer.messages().await).to_string();
    assert!(!heard.contains("Bea") && !heard.contains("invoice?") && !heard.contains("It is hers"), "{heard}");
    assert_eq!(refused(&bea, "/end", json!({})).await, "not_in_chat");
    assert_eq!(step(&bea, "end").await["adviser"], Value::Null);
    assert_eq!(refused(&bea, "/messages", with("Still?", "INT")).await, "not_in_chat");

    // Asked again she gets the chat: for the customer one comes and one goes, and it never waits.
    alex.post(&path("/consult"), json!({ "agent": "Bea" })).await;
    step(&bea, "join").await;
    let line = step(&alex, "hand-over").await;
    assert_eq!((&line["state"], &line["agent"], &line["adviser"]), (&json!("active"), &json!("Bea"), &Value::Null));
    bea.say(&customer.id, "I am Bea").await;
    let messages = customer.messages().await;
    let seen: Vec<_> =
        messages.iter().rev().take(3).map(|entry| (&entry["type"], &entry["from"]["nickname"])).collect();
    let (joined, left, said) = (json!("ParticipantJoined"), json!("ParticipantLeft"), json!("Message"));
    assert_eq!(seen, [(&said, &json!("Bea")), (&left, &json!("Alex")), (&joined, &json!("Bea"))]);
    assert_eq!(refused(&alex, "/messages", json!({ "text": "Bye" })).await, "not_in_chat");

    // Whoever hands on to somebody else sends the adviser away.
    bea.post(&path("/consult"), json!({ "agent": "Carl" })).await;
    step(&carl, "join").await;
    let line = bea.post(&path("/transfer"), json!({ "agent": "Alex" })).await.1;
    assert_eq!(
        (&line["state"], &line["offeredTo"], &line["adviser"]),
        (&json!("waiting"), &json!("Alex"), &Value::Null)
    );
}

#[tokio::test]
async fn an_agent_has_several_chats_at_once() {
    let servers = Servers::start().await;
    let (first, alex) = servers.chat().await;
    let second = servers.customer().await;
    let (status, chat) = alex.post(&format!("/chats/{}/accept", second.id), json!({})).await;
    assert_eq!((status, &chat["agent"]), (StatusCode::OK, &json!("Alex")));
    alex.say(&first.id, "About the invoice").await;
    alex.say(&second.id, "About the card").await;
    for (customer, own, others) in [(&first, "invoice", "card"), (&second, "card", "invoice")] {
        let seen = json!(customer.messages().await).to_string();
        assert!(seen.contains(&format!("About the {own}")) && !seen.contains(&format!("About the {others}")), "{seen}");
        assert_eq!(alex.chat(&customer.id).await["state"], "active");
    }
    let team = alex.get("/agents").await.1;
    let alex = team.as_array().unwrap().iter().find(|one| one["name"] == "Alex").unwrap();
    assert_eq!(alex["chats"], 2);
}

#[tokio::test]
async fn supervisors_listen_in_coach_and_take_part() {
    let servers = Servers::start().await;
    let (customer, alex) = servers.chat().await;
    let sue = servers.agent_with("Sue", json!({ "role": "supervisor", "media": [] })).await;
    let refused = supervise(&alex, &customer.id, "monitor").await;
    assert_eq!((refused.0, &refused.1["error"]["code"]), (StatusCode::FORBIDDEN, &json!("not_supervisor")));
    let say = format!("/chats/{}/messages", customer.id);
    let with = |text: &str, visibility: &str| json!({ "text": text, "visibility": visibility });
    assert_eq!(sue.post(&say, with("Hi", "ALL")).await.1["error"]["code"], "not_in_chat");

    // Listening in: neither customer nor agent knows.
    assert_eq!(supervise(&sue, &customer.id, "monitor").await.0, StatusCode::OK);
    assert_eq!(supervise(&sue, &customer.id, "monitor").await.0, StatusCode::OK, "twice is no fault");
    let (hers, his) = (sue.chat(&customer.id).await, alex.chat(&customer.id).await);
    assert!(
        texts(&hers)
            .iter()
            .any(|(kind, name, mark)| (kind.as_str(), name.as_str(), mark.as_str())
                == ("ParticipantJoined", "Sue", "VIP"))
    );
    assert!(!his.to_string().contains("Sue"), "{his}");
    assert_eq!(sue.post(&say, with("Psst", "INT")).await.1["error"]["code"], "unseen");
    assert_eq!(sue.post(&say, with("For the file", "VIP")).await.0, StatusCode::OK);
    assert_eq!(
        alex.post(&say, with("Boss?", "VIP")).await.1["error"]["code"],
        "unseen",
        "he could not read it himself"
    );
    assert_eq!(customer.call("refresh", &[]).await["monitored"], false, "not even that somebody listens");

    // Coaching: the agent knows.
    assert_eq!(supervise(&sue, &customer.id, "coach").await.1["supervisors"], json!(["Sue"]));
    assert_eq!(sue.post(&say, with("Offer a discount", "INT")).await.0, StatusCode::OK);
    assert_eq!(sue.post(&say, json!({ "text": "Hello" })).await.1["error"]["code"], "unseen");
    assert_eq!(alex.post(&say, with("Thanks", "INT")).await.0, StatusCode::OK);
    assert!(alex.chat(&customer.id).await.to_string().contains("Offer a discount"));
    let seen = json!(customer.messages().await).to_string();
    assert!(!seen.contains("Sue") && !seen.contains("discount") && !seen.contains("Thanks"), "{seen}");
    assert_eq!(customer.call("refresh", &[]).await["monitored"], false, "nor that somebody coaches");

    // Taking part: everybody knows.
    assert_eq!(supervise(&sue, &customer.id, "barge-in").await.0, StatusCode::OK);
    assert_eq!(sue.post(&say, json!({ "text": "I am Sue" })).await.0, StatusCode::OK);
    let messages = customer.messages().await;
    let last = messages.last().unwrap();
    assert_eq!((&last["text"], &last["from"]["type"]), (&json!("I am Sue"), &json!("Supervisor")));
    assert_eq!(customer.call("refresh", &[]).await["monitored"], true);
    assert_eq!(supervise(&sue, &customer.id, "off").await.1["supervisors"], json!([]));
    assert_eq!(customer.messages().await.last().unwrap()["type"], "ParticipantLeft");
    assert_eq!(customer.call("refresh", &[]).await["monitored"], false);
    assert_eq!(supervise(&sue, &customer.id, "loud").await.1["error"]["code"], "bad_body");
}

#[tokio::test]
async fn standard_responses_are_found_and_filled_in() {
    let servers = Servers::start().await;
    let fields = [
        ("nickname", "Maria"),
        ("firstName", "Maria"),
        ("subject", "Invoice"),
        ("userData[AccountNumber]", "17\nAmount=USD1"),
    ];
    let answer: Value = servers.start_chat(&fields).await.json().await.unwrap();
    let id = answer["chatId"].as_str().unwrap();
    let agent = servers.agent("Alex").await;
    let all = agent.get("/standard-responses").await.1;
    assert!(all.as_array().unwrap().iter().any(|one| one["category"] == "Conversation/Opening"));
    let found = agent.get("/standard-responses?search=CARD+microapp").await.1;
    let ids: Vec<_> = found.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["payment-intro", "payment"], "by category and keyword");
    assert_eq!(agent.get("/standard-responses?search=nonsense").await.1, json!([]));

    let mine = agent.get(&format!("/chats/{id}/standard-responses")).await.1;
    let of = |id: &str| mine.as_array().unwrap().iter().find(|one| one["id"] == id).unwrap().clone();
    assert_eq!(of("greeting")["text"], "Hello Maria, this is Alex. How can I help you today?");
    assert!(of("about-subject")["text"].as_str().unwrap().contains("“Invoice”"));
    assert!(of("reference")["text"].as_str().unwrap().contains(id));
    // A customer's value cannot add a line to a MicroApp's request.
    assert_eq!(of("payment")["parameters"][0]["value"], "17 Amount=USD1");
    assert_eq!(agent.get("/chats/nope/standard-responses").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_operator_brings_standard_responses_along() {
    let servers = Servers::with(|config| {
        let file = config.site_dir.join("responses.json");
        let text = "<$Case.Missing$><$Contact.Name$>: <$Case.Product$>, <$Interaction.Queue$>";
        let list = json!([{ "id": "a", "category": "A/B", "title": "T", "text": text }]);
        std::fs::write(&file, list.to_string()).unwrap();
        config.standard_responses = Some(file);
    })
    .await;
    let (customer, agent) = servers.chat().await;
    customer.call("updateData", &[("userData[Product]", "Gold card")]).await;
    let mine = agent.get(&format!("/chats/{}/standard-responses", customer.id)).await.1;
    let text = json!("Maria: Gold card, customer-support");
    assert_eq!((&mine[0]["text"], &mine[0]["missing"]), (&text, &json!(["Case.Missing"])));
}

#[tokio::test]
async fn the_desk_knows_when_silence_ends() {
    let servers = Servers::with(|config| config.idle.idle_enabled = true).await;
    let (customer, agent) = servers.chat().await;
    let left = agent.chat(&customer.id).await["idleExpiresIn"].as_i64().unwrap();
    assert!((1..=255).contains(&left), "{left}");
    // Each entry event says when it ends now; one that is a sign of life begins it anew.
    let url = format!("{}/api/events", servers.at.desk);
    let mut events = servers.http.get(url).header("cookie", &agent.cookie).send().await.unwrap();
    servers.clock.advance(100_000);
    assert!(agent.chat(&customer.id).await["idleExpiresIn"].as_i64().unwrap() <= 155);
    customer.call("send", &[("message", "Still here")]).await;
    let mut text = String::new();
    let expires = loop {
        text.push_str(std::str::from_utf8(&events.chunk().await.unwrap().expect("the stream goes on")).unwrap());
        let data = text.split("event: entry\ndata: ").skip(1).filter_map(|rest| rest.split_once('\n'));
        let entries = data.filter_map(|(data, _)| serde_json::from_str::<Value>(data).ok());
        if let Some(entry) = entries.into_iter().find(|one| one["entry"]["text"] == "Still here") {
            break entry["idleExpiresIn"].as_i64().unwrap();
        }
    };
    assert!((156..=255).contains(&expires), "{expires}");
    customer.call("disconnect", &[]).await;
    assert_eq!(agent.chat(&customer.id).await["idleExpiresIn"], Value::Null);
}
