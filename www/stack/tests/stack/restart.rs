//! What a restart with the same database keeps.

use reqwest::Response;
use reqwest::header::COOKIE;
use serde_json::json;

use crate::chat_immediate::callback;
use crate::guest::Guest;
use crate::harness::{Agent, Folder, GOOD_CARD, REQUEST, Servers};
use crate::v3::{API_KEY, BASE};

/// The desk's live stream.
async fn events(agent: &Agent<'_>) -> Response {
    let url = format!("{}/api/events", agent.servers.at.desk);
    agent.servers.http.get(url).header(COOKIE, &agent.cookie).send().await.unwrap()
}

/// What it tells up to this word.
async fn told(events: &mut Response, word: &str) -> String {
    let mut told = String::new();
    while !told.contains(word) {
        told += &String::from_utf8_lossy(&events.chunk().await.unwrap().expect("the stream goes on"));
    }
    told
}

#[tokio::test]
async fn chats_and_microapps_survive() {
    let folder = Folder::new();
    // The website's port is fixed after the first run, because it is the verified domain of the session.
    let mut config = folder.config();
    let first = Servers::from_config(&config).await;
    let (customer, agent) = first.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let path = customer.go().await.location();
    let page = first.microapp(&path).await;
    first.submit(&path, &page, "begin", &[]).await.location();
    let page = first.microapp(&path).await;
    first.submit(&path, &page, "card", &GOOD_CARD).await.location();
    let before = agent.chat(&customer.id).await;
    let (id, user_id, key) = (customer.id.clone(), customer.user_id.clone(), customer.key.clone());
    let site = first.at.site.clone();
    let go = |ticket: &str| format!("/fish-messaging/go/T3NB68E-?ticket={ticket}");
    let used = customer.ticket().await;
    assert_eq!(first.microapp(&go(&used)).await.location(), path);
    let kept = customer.ticket().await;
    let record = agent.record(&customer.id).await;
    drop(first.stack);

    config.allow_origin.push(site.clone());
    let second = Servers::from_config(&config).await;
    let customer = crate::harness::Customer { servers: &second, id, user_id, key };
    let agent = second.agent("Alex").await;
    assert_eq!(agent.chat(&customer.id).await, before);
    assert_eq!(agent.record(&customer.id).await, record);
    let newest = customer.call("send", &[("message", "still here"), ("transcriptPosition", "-1")]).await;
    assert_eq!(newest["messages"][0]["index"].as_u64(), before["newestIndex"].as_u64().map(|index| index + 1));
    assert_eq!(agent.say(&customer.id, "me too").await, before["newestIndex"].as_u64().unwrap() + 2);

    let mut fields = customer.launch();
    fields[0].1 = site;
    assert_eq!(customer.go_with("T3NB68E-", &fields).await.location(), path, "the session is resumed");
    // A ticket that was given out is as good as before, once; one that was used stays used.
    assert_eq!(second.microapp(&go(&used)).await.refusal(), (404, "ticket_unknown"));
    assert_eq!(second.microapp(&go(&kept)).await.location(), path);
    assert_eq!(second.microapp(&go(&kept)).await.refusal(), (404, "ticket_unknown"));
    // The card was held in memory only, so it is gone and must be asked for again.
    let page = second.microapp(&path).await;
    assert!(page.text.contains("enter your card again"));
    second.submit(&path, &page, "edit", &[]).await.location();
    let page = second.microapp(&path).await;
    second.submit(&path, &page, "card", &GOOD_CARD).await.location();
    let page = second.microapp(&path).await;
    second.submit(&path, &page, "pay", &[]).await.location();
    assert_eq!(agent.record(&customer.id).await["attachedData"]["MicroApp_Payment_State"], json!("Approved"));
}

#[tokio::test]
async fn a_step_that_was_not_told_is_told_after_a_restart() {
    let folder = Folder::new();
    let config = folder.config();
    let first = Servers::from_config(&config).await;
    let (customer, agent) = first.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let path = customer.go().await.location();
    let id = customer.id.clone();
    drop(first.stack);
    // As if it had been killed between a step and its status message, between that and its milestone, and at the end.
    let reached = "UPDATE microapp_session SET block = ?1, node = ?1";
    let unnoted = "DELETE FROM microapp_milestone WHERE name = ?1";
    for (change, block, state, told) in [
        (reached, "Card Details", "running", 2),
        (unnoted, "Card Details", "running", 2),
        (reached, "Approved", "ended", 3),
    ] {
        let database = rusqlite::Connection::open(config.db.as_ref().unwrap()).unwrap();
        database.execute(change, [block]).unwrap();
        database.execute("DELETE FROM attached_data WHERE key LIKE '%Payment_%'", []).unwrap();
        drop(database);
        for _ in 0..2 {
            let servers = Servers::from_config(&config).await;
            let agent = servers.agent("Alex").await;
            let microapp = agent.record(&id).await["microapps"][0].clone();
            let milestones = microapp["milestones"].as_array().unwrap();
            assert_eq!((&microapp["state"], milestones.len()), (&json!(state), told), "once: {milestones:?}");
            assert_eq!(milestones[told - 1]["name"], block);
            let status = format!("microapp:progress:block:{block}");
            let statuses = agent.statuses(&id).await;
            assert_eq!(statuses.iter().filter(|(text, ..)| *text == status).count(), 1, "{statuses:?}");
            assert_eq!(servers.microapp(&path).await.status, 200);
            assert_eq!(agent.record(&id).await["attachedData"]["MicroApp_Payment_State"], "Started");
        }
    }
}

#[tokio::test]
async fn a_chat_that_was_being_ended_is_over_after_a_restart() {
    let folder = Folder::new();
    let config = folder.config();
    let first = Servers::from_config(&config).await;
    let ids = [first.customer().await.id.clone(), first.customer().await.id.clone(), first.customer().await.id.clone()];
    drop(first.stack);
    // As if it had been killed after the customer had left, and before there was a customer.
    let database = rusqlite::Connection::open(config.db.as_ref().unwrap()).unwrap();
    assert_eq!(database.execute("UPDATE participant SET left_at = 1 WHERE interaction = ?", [&ids[0]]).unwrap(), 1);
    assert_eq!(database.execute("DELETE FROM participant WHERE interaction = ?", [&ids[1]]).unwrap(), 1);
    drop(database);
    let servers = Servers::from_config(&config).await;
    let agent = servers.agent("Alex").await;
    for (id, state) in ids.iter().zip(["ended", "ended", "waiting"]) {
        assert_eq!(agent.chat(id).await["state"], state);
    }
    assert_eq!(agent.record(&ids[0]).await["attachedData"]["IsOnline"], "0");
}

#[tokio::test]
async fn a_card_is_charged_together_with_the_step_or_not_at_all() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let path = customer.go().await.location();
    let submit = async |step: &str, fields: &[(&str, &str)]| {
        let page = servers.microapp(&path).await;
        servers.submit(&path, &page, step, fields).await
    };
    submit("begin", &[]).await.location();
    submit("card", &GOOD_CARD).await.location();
    // It breaks off where a kill would: after the bank has answered, and before the page has moved on.
    let database = rusqlite::Connection::open(&servers.at.db).unwrap();
    let breaks = "CREATE TRIGGER breaks BEFORE UPDATE OF node ON microapp_session BEGIN SELECT RAISE(ABORT, 'x'); END";
    database.execute_batch(breaks).unwrap();
    let mut events = events(&agent).await;
    assert_eq!(submit("pay", &[]).await.refusal(), (500, "server_fault"), "which says that nothing was charged");
    customer.call("updateData", &[("userData[Marker]", "1")]).await;
    let heard = told(&mut events, "\"Marker\"").await;
    assert!(!heard.contains("\"Approved\""), "nor has any desk heard of it: {heard}");
    let data = agent.record(&customer.id).await["attachedData"].clone();
    assert_eq!((&data["MicroApp_Payment_State"], &data["Payment_Reference"]), (&json!("CardEntered"), &json!(null)));
    database.execute_batch("DROP TRIGGER breaks").unwrap();

    // The card was used up, so it is asked for again, and charged this time.
    submit("edit", &[]).await.location();
    submit("card", &GOOD_CARD).await.location();
    submit("pay", &[]).await.location();
    told(&mut events, "\"Approved\"").await;
    let record = agent.record(&customer.id).await;
    assert_eq!(record["attachedData"]["MicroApp_Payment_State"], "Approved");
    assert_eq!(record["attachedData"]["Payment_Reference"], record["microapps"][0]["reference"]);
    assert_eq!(agent.statuses(&customer.id).await.len(), 6, "twice at the card");
}

#[tokio::test]
async fn a_call_is_done_as_a_whole_or_not_at_all() {
    let servers = Servers::start().await;
    let (customer, alex) = servers.chat().await;
    let bea = servers.agent("Bea").await;
    let path = |verb: &str| format!("/chats/{}/{verb}", customer.id);
    let before = alex.chat(&customer.id).await;
    let same = async || {
        let chat = alex.chat(&customer.id).await;
        for part in
            ["state", "agent", "customerPresent", "target", "adviser", "participants", "transcript", "attachedData"]
        {
            assert_eq!(chat[part], before[part], "{part}");
        }
    };
    let database = rusqlite::Connection::open(&servers.at.db).unwrap();
    let breaks = |event: &str| {
        let trigger = format!("CREATE TRIGGER breaks BEFORE {event} BEGIN SELECT RAISE(ABORT, 'x'); END");
        database.execute_batch(&trigger).unwrap();
    };
    let mend = || database.execute_batch("DROP TRIGGER breaks").unwrap();
    let mut events = events(&alex).await;

    // Each breaks off at the last thing that it writes.
    breaks("INSERT ON attached_data WHEN NEW.key = 'IsOnline'");
    assert_eq!(customer.call("disconnect", &[]).await["errors"][0]["code"], 500);
    same().await;
    assert_eq!(alex.post(&path("end"), json!({})).await.0, 500);
    same().await;
    let started = servers.start_chat(&[("nickname", "Nobody")]).await.json::<serde_json::Value>().await.unwrap();
    assert_eq!(started["errors"][0]["code"], 500);
    mend();
    let service = callback(&servers, "chat-immediate").await;
    breaks("UPDATE OF interaction ON gms_service");
    let start = servers.http.post(service["_start_chat_url"].as_str().unwrap());
    assert_eq!(start.form(&[("notify_by", "poll")]).send().await.unwrap().status(), 500);
    mend();
    breaks("INSERT ON nexus_session");
    let start = servers.http.post(format!("{}{BASE}", servers.at.cloud)).header("x-api-key", API_KEY);
    let start = start.form(&[("data[nickname]", "Nobody"), ("data[endpoint]", "customer-support")]);
    assert_eq!(start.send().await.unwrap().status(), 500);
    mend();
    // No chat without the way that it is to go.
    breaks("INSERT ON chat_note WHEN NEW.part = 'routing'");
    let start = servers.http.post(service["_start_chat_url"].as_str().unwrap());
    assert_eq!(start.form(&[("notify_by", "poll")]).send().await.unwrap().status(), 500);
    mend();
    assert_eq!(alex.get("/chats").await.1.as_array().unwrap().len(), 1);
    breaks("INSERT ON chat_note WHEN NEW.part = 'routing'");
    assert_eq!(alex.post(&path("transfer"), json!({ "agent": "Bea", "note": "Hers" })).await.0, 500);
    same().await;
    mend();
    alex.post(&path("consult"), json!({ "agent": "Bea" })).await;
    breaks("INSERT ON entry WHEN NEW.kind = 'ParticipantJoined'");
    assert_eq!(bea.post(&path("consult/answer"), json!({ "step": "join" })).await.0, 500);
    same().await;
    mend();

    // What is written after the fault has the index that is due, here as in the file.
    let newest = before["newestIndex"].as_u64().unwrap();
    assert_eq!(alex.say(&customer.id, "We go on").await, newest + 1);
    let heard = told(&mut events, "We go on").await;
    assert_eq!(heard.matches("event: entry").count(), 1, "of what was undone no desk has heard: {heard}");
    // Whom the agent has asked is still asked.
    assert_eq!(bea.post(&path("consult/answer"), json!({ "step": "join" })).await.0, 200);
    assert_eq!(alex.chat(&customer.id).await["adviser"], "Bea");
    assert_eq!(customer.call("disconnect", &[]).await["statusCode"], 0);
    assert_eq!(alex.chat(&customer.id).await["attachedData"]["IsOnline"], "0");
}

#[tokio::test]
async fn a_guest_whose_chat_broke_off_as_it_began_has_one_queue() {
    let servers = Servers::start().await;
    let guest = Guest::create(&servers).await;
    guest.connect().await;
    // As if it had been killed before it noted that the chat is there.
    let database = rusqlite::Connection::open(&servers.at.db).unwrap();
    let noted = "UPDATE guest_conversation SET state = 'created', acd = NULL";
    assert_eq!(database.execute(noted, []).unwrap(), 1);
    let _stream = guest.connect().await;
    let members = guest.get("/members").await.good();
    let roles: Vec<_> = members["entities"].as_array().unwrap().iter().map(|member| member["role"].clone()).collect();
    assert_eq!(roles, ["CUSTOMER", "ACD"]);
    // It goes once an agent is there, so it is the one that was noted.
    let agent = servers.agent("Alex").await;
    assert_eq!(agent.post(&format!("/chats/{}/accept", guest.id), json!({})).await.0, 200);
    while agent.chat(&guest.id).await["participants"][1]["leftAt"].is_null() {
        tokio::task::yield_now().await;
    }
}
