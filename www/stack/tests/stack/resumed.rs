//! What had been acknowledged and was still to be done when a process was killed, and is done by the one that comes after:
//! who is given a chat, the steps of a workflow, and news of API v1.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::chat_immediate::{callback, start_chat};
use crate::front::{Front, OPTIONS, PAIR};
use crate::front_v1::{device, heard, polled};
use crate::harness::{Agent, Customer, Folder, Servers};
use crate::live::with_poke;

const WORKFLOW: &str = "[start]\nmethod=Message\nMessageText=Welcome\nmethod=Route\ntarget=Billing@StatServer.GA\n\
                        [agent]\nmethod=Message\nMessageText=For agents\nVisibility=INT\n";

/// How often something was said in a chat.
fn said(chat: &Value, text: &str) -> usize {
    chat["transcript"].as_array().unwrap().iter().filter(|entry| entry["text"] == text).count()
}

async fn until(agent: &Agent<'_>, chat: &str, done: impl Fn(&Value) -> bool) -> Value {
    loop {
        let chat = agent.chat(chat).await;
        if done(&chat) {
            return chat;
        }
        tokio::task::yield_now().await;
    }
}

async fn accept(agent: &Agent<'_>, chat: &str) -> (StatusCode, Value) {
    agent.post(&format!("/chats/{chat}/accept"), json!({})).await
}

/// Kills whoever serves; the customer's next call is answered by the other.
async fn strike(front: &Front, customer: &Customer<'_>) {
    front.kill(0).await;
    assert_eq!(customer.call("refresh", &[]).await["statusCode"], 0);
}

#[tokio::test]
async fn where_a_chat_was_to_go_and_what_a_workflow_had_to_do_outlive_a_kill() {
    let folder = Folder::new();
    let file = folder.0.join("workflow.ini");
    std::fs::write(&file, WORKFLOW).unwrap();
    let front = Front::with(&format!("{OPTIONS}{PAIR}"), &["--workflow", file.to_str().unwrap()]).await;
    let customer = front.customer().await;
    let otto = front.agent("Otto").await;
    until(&otto, &customer.id, |chat| chat["target"].is_string()).await;
    strike(&front, &customer).await;

    // A workflow's route: who is not meant is refused, who is meant is asked.
    let otto = front.agent("Otto").await;
    assert_eq!(accept(&otto, &customer.id).await.1["error"]["code"], "offered_to_other");
    let billing = json!({ "groups": ["Billing"] });
    let alex = front.agent_with("Alex", billing.clone()).await;
    until(&alex, &customer.id, |chat| chat["offeredTo"] == "Alex").await;
    front.ready(0).await;
    assert_eq!(accept(&alex, &customer.id).await.0, StatusCode::OK);
    // In the middle of the steps that this brings about, or before them.
    strike(&front, &customer).await;
    let alex = front.agent_with("Alex", billing.clone()).await;
    let chat = until(&alex, &customer.id, |chat| said(chat, "For agents") > 0).await;
    assert_eq!((said(&chat, "Welcome"), &chat["agent"]), (1, &json!("Alex")));

    // A transfer: the colleague, and nobody else, Alex and the workflow's group included.
    front.agent_with("Bea", billing.clone()).await;
    front.ready(0).await;
    let transfer = json!({ "agent": "Bea", "note": "Hers" });
    assert_eq!(alex.post(&format!("/chats/{}/transfer", customer.id), transfer).await.0, StatusCode::OK);
    strike(&front, &customer).await;
    let alex = front.agent_with("Alex", billing.clone()).await;
    let chat = alex.chat(&customer.id).await;
    assert_eq!((&chat["target"], &chat["offeredTo"], said(&chat, "Hers")), (&json!("Bea"), &Value::Null, 1));
    assert_eq!(accept(&alex, &customer.id).await.1["error"]["code"], "offered_to_other");
    let bea = front.agent_with("Bea", billing).await;
    assert_eq!(until(&bea, &customer.id, |chat| chat["offeredTo"] == "Bea").await["target"], "Bea");
    assert_eq!(accept(&bea, &customer.id).await.1["agent"], "Bea");
    let chat = until(&bea, &customer.id, |chat| said(chat, "For agents") > 1).await;
    assert_eq!((said(&chat, "Welcome"), said(&chat, "For agents")), (1, 2), "once for each of them");
}

#[tokio::test]
async fn a_transfer_to_a_group_outlives_a_kill() {
    let front = Front::start(&format!("{OPTIONS}{PAIR}")).await;
    let (customer, alex) = front.chat().await;
    let loans = json!({ "groups": ["Loans"] });
    front.agent_with("Bea", loans.clone()).await;
    front.ready(0).await;
    let transfer = json!({ "group": "Loans", "note": "For Loans" });
    let handed = alex.post(&format!("/chats/{}/transfer", customer.id), transfer).await.1;
    assert_eq!((&handed["target"], &handed["offeredTo"]), (&json!("Loans"), &json!("Bea")));
    strike(&front, &customer).await;

    // Whoever handed it on, though one of the group now, is not asked before the others; who is none of them is refused.
    let alex = front.agent_with("Alex", loans.clone()).await;
    let otto = front.agent("Otto").await;
    let chat = otto.chat(&customer.id).await;
    assert_eq!((&chat["state"], &chat["target"], &chat["agent"]), (&json!("waiting"), &json!("Loans"), &json!("Alex")));
    assert_eq!((said(&chat, "For Loans"), &chat["offeredTo"]), (1, &Value::Null));
    for other in [&alex, &otto] {
        assert_eq!(accept(other, &customer.id).await.1["error"]["code"], "offered_to_other");
    }
    let carl = front.agent_with("Carl", loans).await;
    until(&carl, &customer.id, |chat| chat["offeredTo"] == "Carl").await;
    front.ready(0).await;
    assert_eq!(carl.post(&format!("/chats/{}/decline", customer.id), json!({})).await.1["offeredTo"], Value::Null);
    strike(&front, &customer).await;
    // Nor is who has declined; the next one of the group has it.
    let loans = json!({ "groups": ["Loans"] });
    let carl = front.agent_with("Carl", loans.clone()).await;
    assert_eq!(accept(&carl, &customer.id).await.1["error"]["code"], "offered_to_other");
    let dora = front.agent_with("Dora", loans).await;
    until(&dora, &customer.id, |chat| chat["offeredTo"] == "Dora").await;
    assert_eq!(accept(&dora, &customer.id).await.1["agent"], "Dora");
    let chat = dora.chat(&customer.id).await;
    assert_eq!((&chat["target"], said(&chat, "For Loans")), (&Value::Null, 1));
}

#[tokio::test]
async fn a_chat_that_was_for_whoever_likes_stays_so() {
    let folder = Folder::new();
    let services = folder.0.join("services.ini");
    std::fs::write(&services, "[inbound_chat]\napp_selected_agent_group=Front\n").unwrap();
    let mut config = folder.config();
    config.services = Some(services);
    let first = Servers::from_config(&config).await;
    let customer = first.customer().await;
    let front = json!({ "groups": ["Front"] });
    let fay = first.agent_with("Fay", front.clone()).await;
    assert_eq!(accept(&fay, &customer.id).await.0, StatusCode::OK);
    first.agent("Bea").await;
    let transfer = format!("/chats/{}/transfer", customer.id);
    assert_eq!(fay.post(&transfer, json!({ "agent": "Bea" })).await.1["offeredTo"], "Bea");
    first.clock.advance(91_000);
    until(&fay, &customer.id, |chat| chat["target"].is_null()).await;
    let id = customer.id.clone();
    drop(first.stack);

    let second = Servers::from_config(&config).await;
    second.agent_with("Fay", front).await;
    let carl = second.agent("Carl").await;
    assert_eq!(carl.chat(&id).await["offeredTo"], Value::Null, "not sent to the inbound group a second time");
    assert_eq!(accept(&carl, &id).await.0, StatusCode::OK);
}

#[tokio::test]
async fn the_time_that_a_chat_has_waited_counts_after_a_restart() {
    let folder = Folder::new();
    let services = folder.0.join("services.ini");
    std::fs::write(&services, "[service.s]\n_target=A@S.GA\n_urs_virtual_queue=q\n_urs_queued_ttl=60\n").unwrap();
    let mut config = folder.config();
    config.services = Some(services);
    let first = Servers::from_config(&config).await;
    let service = callback(&first, "s").await;
    let id = start_chat(&first, &service).await["chatSessionId"].as_str().unwrap().to_owned();
    drop(first.stack);
    // As if it had been there for fifty seconds.
    let database = rusqlite::Connection::open(config.db.as_ref().unwrap()).unwrap();
    let written = "SELECT note FROM chat_note WHERE interaction = ?1 AND part = 'routing'";
    let note: String = database.query_row(written, [&id], |row| row.get(0)).unwrap();
    let mut note: Value = serde_json::from_str(&note).unwrap();
    for time in ["since", "turn_since"] {
        note[time] = json!(note[time].as_i64().unwrap() - 50_000);
    }
    let changed = "UPDATE chat_note SET note = ?1 WHERE interaction = ?2 AND part = 'routing'";
    assert_eq!(database.execute(changed, [&note.to_string(), &id]).unwrap(), 1);
    drop(database);

    let second = Servers::from_config(&config).await;
    let otto = second.agent("Otto").await;
    assert_eq!(otto.chat(&id).await["target"], "A@S.GA", "the target of its service");
    second.clock.advance(5_000);
    assert_eq!(accept(&otto, &id).await.1["error"]["code"], "offered_to_other");
    second.clock.advance(5_000);
    assert_eq!(accept(&otto, &id).await.0, StatusCode::OK, "of its sixty seconds ten were left");
}

#[tokio::test]
async fn steps_that_a_workflow_has_not_done_are_done_after_a_restart() {
    let folder = Folder::new();
    let mut config = folder.config();
    // As if it had been killed before the workflow saw the chat and its agent.
    let first = Servers::from_config(&config).await;
    let (customer, _) = first.chat().await;
    let id = customer.id.clone();
    drop(first.stack);
    let file = folder.0.join("workflow.ini");
    std::fs::write(&file, WORKFLOW).unwrap();
    config.esp.workflow = Some(file);
    for _ in 0..2 {
        let servers = Servers::from_config(&config).await;
        let agent = servers.agent("Alex").await;
        let chat = until(&agent, &id, |chat| said(chat, "For agents") > 0).await;
        assert_eq!((said(&chat, "Welcome"), said(&chat, "For agents")), (1, 1));
        // Whatever it has to do at the start it has done when another chat is welcomed.
        let other = servers.customer().await;
        until(&agent, &other.id, |chat| said(chat, "Welcome") > 0).await;
        assert_eq!((said(&agent.chat(&id).await, "Welcome"), said(&agent.chat(&id).await, "For agents")), (1, 1));
    }
    // As if it had been killed in the middle of its steps: those before are not done again, those after are.
    let database = rusqlite::Connection::open(config.db.as_ref().unwrap()).unwrap();
    let note = json!({ "read": 1000, "due": [["Start", 1], ["Agent", 0]] }).to_string();
    let changed = "UPDATE chat_note SET note = ?1 WHERE interaction = ?2 AND part = 'workflow'";
    assert_eq!(database.execute(changed, [&note, &id]).unwrap(), 1);
    drop(database);
    let servers = Servers::from_config(&config).await;
    let agent = servers.agent("Alex").await;
    let chat = until(&agent, &id, |chat| said(chat, "For agents") > 1).await;
    assert_eq!((said(&chat, "Welcome"), said(&chat, "For agents")), (1, 2));
}

#[tokio::test]
async fn news_that_no_device_has_heard_are_told_after_a_failover() {
    const MARIA: &str = "maria";
    let front = Front::start(&format!("{}{PAIR}", with_poke())).await;
    let alex = front.agent("Alex").await;
    let first = device(&front, MARIA).await;
    let create = front.http.post(format!("{}/genesys/1/service/callback/chat-immediate", front.at.gms));
    let create = create.header("gms_user", MARIA).form(&[("_customer_number", "1"), ("_device_os", "comet")]);
    let service: Value = create.send().await.unwrap().json().await.unwrap();
    let start = front.http.post(service["_start_chat_url"].as_str().unwrap()).header("gms_user", MARIA);
    let chat: Value = start.form(&[("notify_by", "comet")]).send().await.unwrap().json().await.unwrap();
    let id = chat["chatSessionId"].as_str().unwrap();
    assert_eq!(accept(&alex, id).await.0, StatusCode::OK);
    alex.say(id, "Heard").await;
    heard(&front, MARIA, &first, "Heard").await;
    // It polls again, so the server knows that it has it; what comes now it does not fetch any more.
    polled(&front, MARIA, &first, 0).await;
    alex.say(id, "Missed").await;
    front.kill(0).await;
    let storage = format!("{}/genesys/1/service/{}/storage", front.at.gms, service["_id"].as_str().unwrap());
    assert_eq!(front.get(&storage).await.status, StatusCode::OK);

    let second = device(&front, MARIA).await;
    let news = heard(&front, MARIA, &second, "Missed").await["transcriptToShow"].to_string();
    assert!(news.contains("Missed") && !news.contains("\"Heard\""), "{news}");
    // It has not polled since, so nobody knows that it has heard this: after another kill it hears it again.
    front.kill(0).await;
    assert_eq!(front.get(&storage).await.status, StatusCode::OK);
    let second = device(&front, MARIA).await;
    heard(&front, MARIA, &second, "Missed").await;
    // The end, too, and once.
    polled(&front, MARIA, &second, 0).await;
    let alex = front.agent("Alex").await;
    assert_eq!(alex.post(&format!("/chats/{id}/end"), json!({})).await.0, StatusCode::OK);
    front.kill(0).await;
    assert_eq!(front.get(&storage).await.status, StatusCode::OK);
    let third = device(&front, MARIA).await;
    assert_eq!(heard(&front, MARIA, &third, "DISCONNECTED").await["chatSessionId"], id);
    polled(&front, MARIA, &third, 0).await;
    front.kill(0).await;
    assert_eq!(front.get(&storage).await.status, StatusCode::OK);
    let fourth = device(&front, MARIA).await;
    let again = polled(&front, MARIA, &fourth, 0).await;
    assert!(!again.to_string().contains("DISCONNECTED"), "{again}");
}
