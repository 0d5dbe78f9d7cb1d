//! Servers behind the Messaging Server that are held up or fail, with no `--fault`: a lock on the database that they write to,
//! and a database that refuses them.

use std::time::{Duration, Instant};

use reqwest::StatusCode;
use reqwest::header::ORIGIN;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::harness::{Customer, Folder, GOOD_CARD, Page, REQUEST, Servers};

const TIMEOUT: &str = "GenesysSDK.ServerCommunication.ConnectionTimeoutMillis";
const IGNORE: &str = "GenesysSDK.ServerCommunication.AttachedData.IgnoreFailures";

/// How long whoever wants to write waits for a lock to go; an answer before that has not waited for it.
const BUSY: Duration = Duration::from_secs(5);

async fn servers(folder: &Folder, settings: &str) -> Servers {
    let mut config = folder.config();
    let path = folder.0.join("settings");
    std::fs::write(&path, settings).unwrap();
    config.server_settings = Some(path);
    Servers::from_config(&config).await
}

/// A database that nobody else can write to until the connection goes.
fn locked(servers: &Servers) -> Connection {
    let database = Connection::open(&servers.at.db).unwrap();
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    database
}

/// The Chat Server has something to write and cannot, so it answers nobody.
async fn hold_up_chat_server(servers: &Servers, chat_id: &str) {
    let (chat, id) = (servers.stack.chat.clone(), chat_id.to_owned());
    tokio::task::spawn_blocking(move || {
        chat.external_message(&id, "Bot", "Hello", cx_stack::chat_server::entry::Visibility::All)
    });
    loop {
        let (chat, id) = (servers.stack.chat.clone(), chat_id.to_owned());
        let asked = tokio::task::spawn_blocking(move || chat.summary(&id).is_ok());
        if tokio::time::timeout(Duration::from_millis(300), asked).await.is_err() {
            return;
        }
    }
}

/// Waits until the audit of a chat has this code.
async fn audited(database: &Connection, chat: &str, code: &str) {
    let mut find = database.prepare("SELECT 1 FROM audit WHERE interaction = ? AND code = ?").unwrap();
    while !find.exists([chat, code]).unwrap() {
        tokio::task::yield_now().await;
    }
}

/// The page of a session, as soon as the database is free again.
async fn served(servers: &Servers, path: &str) -> Page {
    loop {
        let page = servers.microapp(path).await;
        if page.status == StatusCode::OK {
            return page;
        }
    }
}

async fn ticket(servers: &Servers, customer: &Customer<'_>) -> (u16, Value) {
    let mut fields = json!({ "token": "T3NB68E-" });
    for (name, value) in customer.launch() {
        fields[name] = value.into();
    }
    let url = format!("{}/fish-messaging/ticket", servers.at.messaging);
    let page =
        Page::of(servers.http.post(url).header(ORIGIN, &servers.at.site).json(&fields).send().await.unwrap()).await;
    (page.status.as_u16(), serde_json::from_str::<Value>(&page.text).unwrap()["code"].clone())
}

#[tokio::test]
async fn whoever_is_held_up_is_waited_for_no_longer_than_the_settings_say() {
    let folder = Folder::new();
    let servers = servers(&folder, &format!("{TIMEOUT}=150")).await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let path = customer.go().await.location();
    let page = servers.microapp(&path).await;
    servers.submit(&path, &page, "begin", &[]).await.location();
    let page = servers.microapp(&path).await;

    // A write to the Interaction Server.
    let lock = locked(&servers);
    let begun = Instant::now();
    let refused = servers.submit(&path, &page, "card", &GOOD_CARD).await;
    assert_eq!(refused.refusal(), (503, "attached_data_unavailable"));
    assert!(begun.elapsed() < BUSY, "it has waited for the lock: {:?}", begun.elapsed());
    drop(lock);
    let database = Connection::open(&servers.at.db).unwrap();
    audited(&database, &customer.id, "attached_data_failed").await;
    let page = servers.microapp(&path).await;
    servers.submit(&path, &page, "card", &GOOD_CARD).await.location();
    assert!(servers.microapp(&path).await.text.contains("Visa ending in 1111"), "the step can be taken again");

    // What the Messaging Server keeps for itself: a step without data, and the language.
    let page = servers.microapp(&path).await;
    let lock = locked(&servers);
    let begun = Instant::now();
    let language = format!("{}{path}/language", servers.at.messaging);
    for refused in [
        servers.submit(&path, &page, "edit", &[]).await,
        Page::of(servers.http.post(language).form(&[("language", "de")]).send().await.unwrap()).await,
    ] {
        assert_eq!(refused.refusal(), (503, "server_busy"));
        assert_eq!(refused.header("retry-after"), "1");
    }
    assert!(begun.elapsed() < BUSY, "they have waited for the lock: {:?}", begun.elapsed());
    drop(lock);
    let page = served(&servers, &path).await;
    assert!(page.text.contains("Visa ending in 1111"), "what was refused has not come about later");
    servers.submit(&path, &page, "edit", &[]).await.location();

    // What the Chat Server knows, for a launch and for a ticket.
    let lock = locked(&servers);
    let begun = Instant::now();
    hold_up_chat_server(&servers, &customer.id).await;
    assert_eq!(customer.go().await.refusal(), (503, "chat_server_unreached"));
    assert_eq!(ticket(&servers, &customer).await, (503, json!("chat_server_unreached")));
    assert!(begun.elapsed() < BUSY, "they have waited for the lock: {:?}", begun.elapsed());
    drop(lock);
    audited(&database, &customer.id, "chat_server_unreached").await;
    assert_eq!(customer.go().await.location(), path, "and afterwards all is well");
}

/// How far the customer gets where the Interaction Server cannot write: the answer to `card`, the page after it, the audit.
async fn unwritten(ignore: bool) -> (Page, Page, Vec<String>) {
    let folder = Folder::new();
    let servers = servers(&folder, &format!("{IGNORE}={ignore}")).await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let path = customer.go().await.location();
    let page = servers.microapp(&path).await;
    servers.submit(&path, &page, "begin", &[]).await.location();
    let page = servers.microapp(&path).await;
    let database = Connection::open(&servers.at.db).unwrap();
    let refuse = "CREATE TRIGGER refuse BEFORE INSERT ON attached_data BEGIN SELECT RAISE(ABORT, 'no'); END";
    database.execute_batch(refuse).unwrap();
    let answer = servers.submit(&path, &page, "card", &GOOD_CARD).await;
    let page = servers.microapp(&path).await;
    let audit = agent.audit(&customer.id).await;
    if !ignore {
        // A launch is such a step as well: nothing has begun, and it can be tried again.
        let other = REQUEST.replace("77.80", "12.50");
        agent.say(&customer.id, &other).await;
        let refused = customer.go_but("chatMessage", &other).await;
        assert_eq!(refused.refusal(), (503, "attached_data_unavailable"));
        assert_eq!(agent.record(&customer.id).await["microapps"].as_array().unwrap().len(), 1);
        database.execute_batch("DROP TRIGGER refuse").unwrap();
        let again = servers.submit(&path, &page, "card", &GOOD_CARD).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER);
        assert!(servers.microapp(&path).await.text.contains("Visa ending in 1111"));
        customer.go_but("chatMessage", &other).await.location();
        assert_eq!(agent.record(&customer.id).await["microapps"].as_array().unwrap().len(), 2);
    }
    (answer, page, audit)
}

#[tokio::test]
async fn ignore_failures_decides_whether_a_step_is_taken_that_cannot_be_attached() {
    let (answer, page, audit) = unwritten(false).await;
    assert_eq!(answer.refusal(), (503, "attached_data_unavailable"));
    assert!(page.text.contains("autocomplete=\"cc-number\""), "the customer is where they were");
    assert!(audit.contains(&"attached_data_failed".to_owned()), "{audit:?}");
    let (answer, page, audit) = unwritten(true).await;
    answer.location();
    assert!(page.text.contains("Visa ending in 1111"));
    assert!(audit.contains(&"attached_data_failed".to_owned()), "{audit:?}");
}

#[tokio::test]
async fn a_step_is_taken_though_its_end_cannot_be_kept_at_once() {
    let folder = Folder::new();
    let servers = servers(&folder, "").await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let path = customer.go().await.location();
    let step = async |step: &str, fields: &[(&str, &str)]| {
        let page = servers.microapp(&path).await;
        servers.submit(&path, &page, step, fields).await
    };
    step("begin", &[]).await.location();
    step("card", &GOOD_CARD).await.location();
    let database = Connection::open(&servers.at.db).unwrap();
    let refuse = "CREATE TRIGGER refuse BEFORE UPDATE OF state ON microapp_session WHEN NEW.state = 'ended'
                  BEGIN SELECT RAISE(ABORT, 'no'); END";
    database.execute_batch(refuse).unwrap();
    step("pay", &[]).await.location();
    assert!(servers.microapp(&path).await.text.contains("data-last"), "they see that it is paid");
    let microapp = async || agent.record(&customer.id).await["microapps"][0].clone();
    assert_eq!(microapp().await["state"], "running");
    let told = agent.statuses(&customer.id).await.len();
    database.execute_batch("DROP TRIGGER refuse").unwrap();
    servers.clock.advance(1);
    while microapp().await["state"] == "running" {}
    assert_eq!(microapp().await["state"], "ended", "not one that was left alone");
    assert_eq!(agent.record(&customer.id).await["attachedData"]["MicroApp_Payment_State"], "Approved");
    assert_eq!(agent.statuses(&customer.id).await.len(), told, "nothing twice");
}
