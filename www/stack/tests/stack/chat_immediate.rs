//! Chat Immediate: the document's request and response, and its scenario from the callback to the agent.

use reqwest::header::{CACHE_CONTROL, CONTENT_TYPE, SET_COOKIE};
use reqwest::multipart::Form;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{Agent, Folder, Servers};

pub const USER: &str = "b16416334828b1d26ef14f329628b55b";

/// Servers with these services.
pub async fn with_services(text: &str) -> Servers {
    let text = text.to_owned();
    Servers::with(move |config| {
        let file = config.db.as_ref().unwrap().with_file_name("services.ini");
        std::fs::write(&file, text).unwrap();
        config.services = Some(file);
    })
    .await
}

/// The answer to a callback for this service.
pub async fn callback(servers: &Servers, service: &str) -> Value {
    let url = format!("{}/genesys/1/service/callback/{service}", servers.at.gms);
    let fields =
        [("_customer_number", "5551"), ("usr_customer_name", "Bob Markel"), ("usr_reason", "billing question")];
    let response = servers.http.post(url).header("gms_user", USER).form(&fields).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    response.json().await.unwrap()
}

/// Starts the chat of a callback; answers with its object.
pub async fn start_chat(servers: &Servers, callback: &Value) -> Value {
    let url = callback["_start_chat_url"].as_str().unwrap();
    let response = servers.http.post(url).header("gms_user", USER).form(&[("notify_by", "poll")]).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    response.json().await.unwrap()
}

/// The service as the operator's list shows it.
pub async fn service(servers: &Servers, name: &str, id: &Value) -> Value {
    let url = format!("{}/genesys/1/service/callback/{name}?_id={}", servers.at.gms, id.as_str().unwrap());
    let list: Vec<Value> = servers.http.get(url).send().await.unwrap().json().await.unwrap();
    list.into_iter().next().unwrap_or_default()
}

pub async fn accept(agent: &Agent<'_>, chat: &Value) -> (StatusCode, Value) {
    agent.post(&format!("/chats/{}/accept", chat["chatSessionId"].as_str().unwrap()), json!({})).await
}

#[tokio::test]
async fn the_documents_request_has_the_documents_response() {
    let servers = Servers::start().await;
    let url = format!("{}/genesys/1/service/callback/chat-immediate", servers.at.gms);
    let fields = [
        ("_customer_number", "6502388511"),
        ("usr_customer_name", "Bob Markel"),
        ("usr_reason", "billing question"),
        ("_device_notification_id", USER),
        ("_device_os", "comet"),
    ];
    let multipart = fields.into_iter().fold(Form::new(), |form, (name, value)| form.text(name, value));
    let json = Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect());
    let post = || servers.http.post(&url).header("gms_user", USER);
    let mut ids = Vec::new();
    for (way, request) in [
        ("multipart", post().multipart(multipart)),
        ("form", post().form(&fields)),
        ("JSON", post().json(&json)),
        ("JSON without saying so", post().body(json.to_string())),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{way}");
        assert_eq!(response.headers()[CONTENT_TYPE], "application/json;charset=UTF-8");
        assert_eq!(response.headers()[CACHE_CONTROL], "no-cache, no-store");
        assert_eq!(response.headers()["pragma"], "no-cache");
        assert_eq!(response.headers()["expires"], "Thu, 01 Jan 1970 00:00:00 GMT");
        let cookie = response.headers()[SET_COOKIE].to_str().unwrap().to_owned();
        assert!(cookie.starts_with("JSESSIONID=") && cookie.ends_with(";Path=/genesys"), "{cookie}");
        let mut answer: Value = response.json().await.unwrap();
        let id = answer["_id"].as_str().unwrap().to_owned();
        let shape: Vec<usize> = id.split('-').map(str::len).collect();
        assert!(id.starts_with("369-") && shape == [3, 8, 4, 4, 4, 12], "{id}");
        let gms = &servers.at.gms;
        let expected = json!({
            "_dialog_id": "1", "_action": "StartChat", "_label": "Start Chat",
            "_start_chat_url": format!("{gms}/genesys/1/service/{id}/ixn/chat"), "_comet_url": format!("{gms}/genesys/cometd"),
            "_user_header": USER, "_id_to_jump_before": "exit://", "_chat_parameters": { "subject": "None" }, "_id": id,
        });
        assert_eq!(answer.take(), expected, "{way}");
        // All of it is kept.
        let kept = service(&servers, "chat-immediate", &json!(id)).await;
        for (name, value) in fields {
            assert_eq!(kept[name], value, "{way}");
        }
        ids.push(id);
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4, "each is a service of its own");

    // Behind https the addresses are so as well.
    let forwarded = post().header("x-forwarded-proto", "https").form(&fields).send().await.unwrap();
    let answer: Value = forwarded.json().await.unwrap();
    for address in ["_start_chat_url", "_comet_url"] {
        assert!(answer[address].as_str().unwrap().starts_with("https://"), "{address}");
    }
    let unknown = servers.http.post(format!("{}/genesys/1/service/callback/other", servers.at.gms)).form(&fields);
    assert_eq!(unknown.send().await.unwrap().status(), StatusCode::NOT_FOUND);
    let no_user = servers.http.post(&url).form(&fields).send().await.unwrap();
    assert_eq!(no_user.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "CometD needs gms_user");
    let no_number = post().form(&[("usr_reason", "x")]).send().await.unwrap();
    assert_eq!(no_number.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(no_number.text().await.unwrap().contains("_customer_number"));
    let broken = post().header(CONTENT_TYPE, "application/json").body("[").send().await.unwrap();
    assert_eq!(broken.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn the_scenario_from_callback_to_agent() {
    let servers =
        with_services("[service.billing]\n_target=Billing@StatServer.GA\n_urs_virtual_queue=VQ_Billing\n").await;
    let other = servers.agent_with("Otto", json!({ "groups": ["Sales"] })).await;

    // Start Callback: the URL comes at once, and the service waits for the chat.
    let callback = callback(&servers, "billing").await;
    let waiting = service(&servers, "billing", &callback["_id"]).await;
    assert_eq!(
        (&waiting["_callback_state"], &waiting["_urs_virtual_queue"]),
        (&json!("SCHEDULED"), &json!("VQ_Billing"))
    );
    assert_eq!((&waiting["_customer_number"], &waiting["usr_reason"]), (&json!("5551"), &json!("billing question")));

    // Initiate Chat: the inbound chat finds its service, which looks for a target.
    let chat = start_chat(&servers, &callback).await;
    assert_eq!(chat["chatIxnState"], "CONNECTED");
    let queued = service(&servers, "billing", &callback["_id"]).await;
    assert_eq!((&queued["_callback_state"], &queued["_target"]), (&json!("QUEUED"), &json!("Billing@StatServer.GA")));
    let id = chat["chatSessionId"].as_str().unwrap();
    let seen = other.chat(id).await;
    assert_eq!(
        (&seen["attachedData"]["VirtualQueue"], &seen["customer"]),
        (&json!("VQ_Billing"), &json!("Bob Markel"))
    );
    assert_eq!(
        (&seen["attachedData"]["_gms_service_id"], &seen["subject"]),
        (&callback["_id"], &json!("billing question"))
    );
    assert_eq!((&seen["target"], &seen["offeredTo"]), (&json!("Billing@StatServer.GA"), &Value::Null));
    let refused = accept(&other, &chat).await;
    assert_eq!((refused.0, &refused.1["error"]["code"]), (StatusCode::CONFLICT, &json!("offered_to_other")));

    // An agent of the group signs in: the target is reserved, for this agent alone.
    let bea = servers.agent_with("Bea", json!({ "groups": ["Billing"] })).await;
    let ann = servers.agent_with("Ann", json!({ "groups": ["Billing"] })).await;
    let reserved = service(&servers, "billing", &callback["_id"]).await;
    assert_eq!((&reserved["_callback_state"], &reserved["_agent"]), (&json!("ROUTING"), &json!("Bea")));
    assert_eq!(bea.chat(id).await["offeredTo"], "Bea");
    for agent in [&ann, &other] {
        assert_eq!(accept(agent, &chat).await.1["error"]["code"], "offered_to_other");
    }
    // The chat is routed, and the service is over; the chat goes on.
    assert_eq!(accept(&bea, &chat).await.0, StatusCode::OK);
    let over = service(&servers, "billing", &callback["_id"]).await;
    assert_eq!((&over["_callback_state"], &over["_agent"]), (&json!("COMPLETED"), &json!("Bea")));
    bea.say(id, "Hello Bob").await;
    let refresh = format!("{}/refresh", callback["_start_chat_url"].as_str().unwrap());
    let answer: Value = servers.http.post(refresh).send().await.unwrap().json().await.unwrap();
    assert!(answer["transcriptToShow"].to_string().contains("Hello Bob"), "{answer}");
}

#[tokio::test]
async fn a_service_is_kept_for_its_ttl() {
    let servers = with_services("[service.b]\n_target=B@S.GA\n_urs_virtual_queue=q\n_ttl=600\n").await;
    let callback = callback(&servers, "b").await;
    servers.clock.advance(599_000);
    start_chat(&servers, &callback).await;
    servers.clock.advance(1_000);
    let url = callback["_start_chat_url"].as_str().unwrap();
    assert_eq!(servers.http.post(url).send().await.unwrap().status(), StatusCode::NOT_FOUND);
    assert_eq!(service(&servers, "b", &callback["_id"]).await, Value::Null);
}

#[tokio::test]
async fn a_restart_forgets_neither_service_nor_queue() {
    let folder = Folder::new();
    let first = Servers::from_config(&folder.config()).await;
    let callback = callback(&first, "chat-immediate").await;
    let chat = start_chat(&first, &callback).await;
    drop(first.stack);
    let second = Servers::from_config(&folder.config()).await;
    let path = callback["_start_chat_url"].as_str().unwrap().strip_prefix(first.at.gms.as_str()).unwrap().to_owned();
    let again: Value = second
        .http
        .request(Method::POST, format!("{}{path}", second.at.gms))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(again["chatSessionId"], chat["chatSessionId"], "creating the chat twice is the same chat");
    let agent = second.agent("Alex").await;
    assert_eq!(agent.chat(chat["chatSessionId"].as_str().unwrap()).await["offeredTo"], "Alex");
    assert_eq!(accept(&agent, &chat).await.0, StatusCode::OK);
}
