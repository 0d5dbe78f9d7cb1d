//! The Interaction Server: attached data and properties, and who is told of changes.

use std::path::Path;

use cx_stack::interaction_server::{AttachedData, InteractionError};
use reqwest::header::COOKIE;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::cometd::{Comet, ids, with};
use crate::harness::{Agent, Customer, Servers};
use crate::{guest, v3};

async fn change(agent: &Agent<'_>, chat: &str, data: Value) -> (StatusCode, Value) {
    let url = format!("{}/api/chats/{chat}/data", agent.servers.at.desk);
    let request = agent.servers.http.patch(url).header(COOKIE, &agent.cookie).json(&data);
    let response = request.send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}

#[tokio::test]
async fn changes_of_attached_data_are_told_with_their_author() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    let interactions = &servers.stack.interactions;
    let mut changes = interactions.subscribe();
    let data = AttachedData::from([("Tier".to_owned(), "Gold".to_owned()), ("Order".to_owned(), "17".to_owned())]);
    interactions.update(&customer.id, &data, "Workflow").unwrap();
    let told = changes.try_recv().unwrap();
    assert_eq!((told.interaction_id.as_str(), told.by.as_str()), (customer.id.as_str(), "Workflow"));
    assert_eq!(told.changed, AttachedData::from([("Order".to_owned(), "17".to_owned())]), "Gold was there already");
    interactions.update(&customer.id, &data, "Workflow").unwrap();
    assert!(changes.try_recv().is_err(), "nothing has changed");

    // The agent corrects Case Information; the customer's page does the same by updateData.
    let (status, all) = change(&agent, &customer.id, json!({ "Tier": "Silver", "Order": null, "Nothing": null })).await;
    assert_eq!((status, &all["Tier"], &all["Order"]), (StatusCode::OK, &json!("Silver"), &Value::Null));
    let (set, removed) = (changes.try_recv().unwrap(), changes.try_recv().unwrap());
    assert_eq!((set.changed["Tier"].as_str(), set.by.as_str()), ("Silver", "Alex"));
    assert_eq!((removed.deleted, removed.by.as_str()), (vec!["Order".to_owned()], "Alex"));
    customer.call("updateData", &[("userData[Step]", "2")]).await;
    assert_eq!(changes.try_recv().unwrap().changed["Step"], "2");
    assert_eq!(agent.chat(&customer.id).await["attachedData"]["Tier"], "Silver");

    assert!(matches!(interactions.update("nope", &data, "x"), Err(InteractionError::Unknown)));
    assert!(matches!(interactions.remove("nope", &["a".to_owned()], "x"), Err(InteractionError::Unknown)));
    assert_eq!(change(&agent, "nope", json!({ "a": "b" })).await.0, StatusCode::NOT_FOUND);
    assert_eq!(change(&agent, &customer.id, json!({ "a": 1 })).await.1["error"]["code"], "bad_body");
}

#[tokio::test]
async fn changes_at_once_are_told_in_the_order_in_which_they_were_made() {
    const TIMES: usize = 300;
    let servers = Servers::start().await;
    let (customer, _agent) = servers.chat().await;
    let mut changes = servers.stack.interactions.subscribe();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for number in 0..TIMES {
                    let data = AttachedData::from([("Side".to_owned(), (number % 2).to_string())]);
                    servers.stack.interactions.update(&customer.id, &data, "Workflow").unwrap();
                }
            });
        }
    });
    let told: Vec<_> =
        std::iter::from_fn(|| changes.try_recv().ok()).map(|told| told.changed["Side"].clone()).collect();
    assert!(told.len() >= TIMES && told.is_sorted_by(|one, next| one != next), "each is a change: {told:?}");
    let attached = servers.stack.interactions.attached_data(&customer.id).unwrap();
    assert_eq!(told.last(), attached.get("Side"), "whoever listens has what is there");
}

#[tokio::test]
async fn an_agents_change_is_made_as_a_whole_or_not_at_all() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    let mut changes = servers.stack.interactions.subscribe();
    let database = rusqlite::Connection::open(&servers.at.db).unwrap();
    let breaks = "CREATE TRIGGER breaks BEFORE DELETE ON attached_data BEGIN SELECT RAISE(ABORT, 'x'); END";
    database.execute_batch(breaks).unwrap();
    let both = json!({ "Order": "17", "Tier": null });
    let (status, _) = change(&agent, &customer.id, both.clone()).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    let data = agent.chat(&customer.id).await["attachedData"].clone();
    assert_eq!((&data["Order"], &data["Tier"]), (&Value::Null, &json!("Gold")), "nothing is changed");
    assert!(changes.try_recv().is_err(), "and nobody has heard of it");
    database.execute_batch("DROP TRIGGER breaks").unwrap();
    let (_, all) = change(&agent, &customer.id, both).await;
    assert_eq!((&all["Order"], &all["Tier"]), (&json!("17"), &Value::Null));
    assert_eq!((changes.try_recv().unwrap().changed.len(), changes.try_recv().unwrap().deleted.len()), (1, 1));
}

#[tokio::test]
async fn what_workflows_go_by_is_the_chat_servers_to_write() {
    let servers = Servers::start().await;
    let fields = [("nickname", "Maria"), ("userData[IsOnline]", "0"), ("userData[InteractionId]", "another")];
    let answer: Value = servers.start_chat(&fields).await.json().await.unwrap();
    let (id, agent) = (answer["chatId"].as_str().unwrap().to_owned(), servers.agent("Alex").await);
    let own = async || {
        let data = agent.chat(&id).await["attachedData"].clone();
        (data["IsOnline"].clone(), data["ChatServerAppName"].clone(), data["InteractionId"].clone())
    };
    let as_written = (json!("1"), json!("ChatServer"), Value::Null);
    assert_eq!(own().await, as_written, "a page cannot say so at the start");
    let text = |key: &str| answer[key].as_str().unwrap().to_owned();
    let customer = Customer { servers: &servers, id: id.clone(), user_id: text("userId"), key: text("secureKey") };
    let fields = [("userData[IsOnline]", "0"), ("userData[ChatServerAppName]", "Other"), ("userData[Tier]", "Gold")];
    assert_eq!(customer.call("updateData", &fields).await["statusCode"], 0);
    assert_eq!(own().await, as_written, "nor later");
    // An agent is told why; nothing of such a change is done.
    for (key, value) in
        [("IsOnline", json!("0")), ("ChatServerAppName", Value::Null), ("InteractionId", json!("another"))]
    {
        let (status, refusal) = change(&agent, &id, json!({ key: value, "Tier": "Silver" })).await;
        assert_eq!((status, &refusal["error"]["code"]), (StatusCode::FORBIDDEN, &json!("key_reserved")), "{key}");
        assert!(refusal["error"]["message"].as_str().unwrap().starts_with(&format!("{key} is the Chat Server's")));
    }
    assert_eq!(own().await, as_written);
    assert_eq!(agent.chat(&id).await["attachedData"]["Tier"], "Gold");
}

#[tokio::test]
async fn no_way_into_a_chat_writes_what_workflows_go_by() {
    let servers = Servers::with(|config| config.gms.enable_notification_mode = true).await;
    let agent = servers.agent("Alex").await;
    let own = json!({ "IsOnline": "0", "ChatServerAppName": "Other", "InteractionId": "another", "Tier": "Gold" });
    let fields = |prefix: &str, end: &str| -> Vec<(String, String)> {
        let own = own.as_object().unwrap().iter();
        own.map(|(key, value)| (format!("{prefix}{key}{end}"), value.as_str().unwrap().to_owned())).collect()
    };
    let intact = async |way: &str, chat: &str| {
        let data = agent.chat(chat).await["attachedData"].clone();
        let seen = (&data["IsOnline"], &data["ChatServerAppName"], &data["InteractionId"], &data["Tier"]);
        assert_eq!(seen, (&json!("1"), &json!("ChatServer"), &Value::Null, &json!("Gold")), "{way}");
    };
    // Chat API v3: further fields and user data of the start, user data later.
    for (way, prefix, end) in [("v3 field", "data[", "]"), ("v3 user data", "data[userData][", "]")] {
        let mut form = fields(prefix, end);
        form.extend(
            [("data[nickname]", "Ann"), ("data[endpoint]", "customer-support")].map(|(a, b)| (a.into(), b.into())),
        );
        let start = servers.http.post(format!("{}{}", servers.at.cloud, v3::BASE)).header("x-api-key", v3::API_KEY);
        let start = v3::Answer::of(start.form(&form)).await.good();
        let uri = start["data"]["selfUri"].as_str().unwrap();
        let chat = uri.rsplit('/').next().unwrap();
        intact(way, chat).await;
        let put = servers.http.put(format!("{}{uri}/userdata", servers.at.cloud)).header("x-api-key", v3::API_KEY);
        let put = put.header("x-nexus-client-key", start["data"]["clientToken"].as_str().unwrap());
        v3::Answer::of(put.form(&fields("data[", "]"))).await.good();
        intact("v3 user data later", chat).await;
    }
    // Guest Chat: custom fields.
    let mut create = guest::create();
    create["memberInfo"]["customFields"] = own.clone();
    let guest = guest::Guest::of(&servers, guest::call(&servers, Method::POST, guest::P, None, Some(create)).await);
    let _stream = guest.connect().await;
    intact("Guest Chat", &guest.id).await;
    // API v1: fields of the service, user data of the chat.
    for (way, service, chat) in
        [("v1 service", fields("", ""), Vec::new()), ("v1 chat", Vec::new(), fields("userData[", "]"))]
    {
        let post = async |path: &str, form: &[(String, String)]| -> Value {
            let answer = servers.http.post(format!("{}{path}", servers.at.gms)).form(form).send().await.unwrap();
            answer.json().await.unwrap()
        };
        let service = post("/genesys/1/service/request-chat", &service).await;
        let chat = post(service["_chatIxnAPI-CREATE-URL"].as_str().unwrap(), &chat).await;
        intact(way, chat["chatSessionId"].as_str().unwrap()).await;
    }
    // CometD: at the start and later.
    let comet = Comet::new(&servers).await;
    let start = json!({ "operation": "requestChat", "nickname": "Ann", "userData": own });
    let chat = comet.operate(start).await;
    intact("CometD", chat["chatId"].as_str().unwrap()).await;
    let update = json!({ "operation": "updateData", "userData": own });
    assert_eq!(comet.operate(with(&ids(&chat), update)).await["statusCode"], 0);
    intact("CometD later", chat["chatId"].as_str().unwrap()).await;
}

#[tokio::test]
async fn an_interaction_has_properties() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    let chat = agent.chat(&customer.id).await;
    let properties = &chat["properties"];
    assert_eq!(properties["interactionId"], json!(customer.id));
    assert_eq!((&properties["mediaType"], &properties["interactionType"]), (&json!("chat"), &json!("Inbound")));
    assert_eq!((&properties["queue"], &properties["subject"]), (&json!("customer-support"), &json!("Invoice")));
    assert_eq!((&properties["receivedAt"], &properties["isOnline"]), (&chat["startedAt"], &json!(true)));
    customer.call("disconnect", &[]).await;
    let properties = servers.stack.interactions.properties(&customer.id).unwrap();
    assert!(!properties.is_online && properties.stopped_at.is_some());
    assert!(matches!(servers.stack.interactions.properties("nope"), Err(InteractionError::Unknown)));
}

#[test]
fn attached_data_are_reached_by_the_interaction_server_alone() {
    fn look(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                look(&path, found);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let calls = ["merge_attached_data(", "delete_attached_data(", "store.attached_data("];
            if calls.iter().any(|call| text.contains(call)) {
                found.push(path.file_name().unwrap().to_string_lossy().into_owned());
            }
        }
    }
    let mut found = Vec::new();
    look(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found.sort();
    // The server itself, and the part of the store that it calls.
    assert_eq!(found, ["chats.rs", "interaction_server.rs"]);
}
