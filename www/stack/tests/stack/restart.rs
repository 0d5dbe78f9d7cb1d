//! What a restart with the same database keeps.

use serde_json::json;

use crate::harness::{Folder, GOOD_CARD, REQUEST, Servers};

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
    let (before, record) = (agent.chat(&customer.id).await, agent.record(&customer.id).await);
    let (id, user_id, key) = (customer.id.clone(), customer.user_id.clone(), customer.key.clone());
    let site = first.at.site.clone();
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
