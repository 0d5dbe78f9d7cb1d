//! ESP ("How to send ESP requests to Chat Session from Workflow"): methods, parameters, preconditions, faults.

use reqwest::StatusCode;
use reqwest::header::ORIGIN;
use serde_json::{Value, json};

use crate::harness::{Customer, Folder, REQUEST, Servers};

async fn start() -> Servers {
    Servers::with(|config| {
        config.esp.esp_port = Some(0);
        config.idle.idle_enabled = true;
    })
    .await
}

/// Seconds until inactivity control does something; none where it does nothing.
async fn left(customer: &Customer<'_>) -> Option<i64> {
    customer.call("refresh", &[]).await["idleTimerExpire"].as_i64()
}

/// A workflow: reads user data, then asks.
struct Workflow<'a> {
    servers: &'a Servers,
    data: Value,
}

impl<'a> Workflow<'a> {
    async fn of(customer: &Customer<'a>) -> Self {
        let servers = customer.servers;
        let url = format!("{}/interactions/{}", servers.at.esp.as_ref().unwrap(), customer.id);
        let answer: Value = servers.http.get(url).send().await.unwrap().json().await.unwrap();
        Self { servers, data: answer["userData"].clone() }
    }

    async fn raw(&self, application: &str, body: Value) -> Value {
        let url = format!("{}/esp/{application}", self.servers.at.esp.as_ref().unwrap());
        let response = self.servers.http.post(url).body(body.to_string()).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.json().await.unwrap()
    }

    async fn call(&self, method: &str, parameters: Value) -> Value {
        let application = self.data["ChatServerAppName"].as_str().unwrap();
        let request = json!({ "service": "Chat", "method": method, "parameters": parameters, "userData": self.data });
        self.raw(application, request).await
    }

    async fn done(&self, method: &str, parameters: Value) {
        let answer = self.call(method, parameters).await;
        assert_eq!(answer, json!({ "event": "response", "method": method, "parameters": {} }));
    }

    async fn fault(&self, method: &str, parameters: Value) -> u64 {
        let answer = self.call(method, parameters).await;
        assert_eq!(answer["event"], "fault", "{answer}");
        assert!(!answer["description"].as_str().unwrap().is_empty());
        answer["code"].as_u64().unwrap()
    }
}

#[tokio::test]
async fn messages_and_notices_with_all_parameters() {
    let servers = start().await;
    let (customer, agent) = servers.chat().await;
    let workflow = Workflow::of(&customer).await;
    assert_eq!((&workflow.data["IsOnline"], &workflow.data["ChatServerAppName"]), (&json!("1"), &json!("ChatServer")));
    assert_eq!((&workflow.data["InteractionId"], &workflow.data["Tier"]), (&json!(customer.id), &json!("Gold")));
    workflow.done("Message", json!({ "MessageText": "An agent will be with you shortly..." })).await;
    workflow
        .done(
            "Message",
            json!({ "MessageText": "Two", "MessageType": "greeting", "Nickname": "Bank", "Visibility": "ALL" }),
        )
        .await;
    workflow.done("Message", json!({ "MessageText": "for agents", "Visibility": "INT" })).await;
    workflow.done("Message", json!({ "MessageText": "for supervisors", "Visibility": "VIP" })).await;
    workflow
        .done(
            "Notice",
            json!({ "NoticeType": "USER_PUSHED_URL", "NoticeText": "https://bank.example/help", "Nickname": "Bank" }),
        )
        .await;
    workflow
        .done("Notice", json!({ "NoticeType": "USER_CUSTOM", "NoticeText": "anything", "Visibility": "INT" }))
        .await;
    workflow.done("Notice", json!({ "NoticeType": "USER_CUSTOM" })).await;

    let messages = customer.messages().await;
    let seen: Vec<_> = messages[messages.len() - 4..]
        .iter()
        .map(|entry| {
            (entry["type"].as_str().unwrap(), entry["text"].as_str(), entry["from"]["nickname"].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("Message", Some("An agent will be with you shortly..."), "Server"),
            ("Message", Some("Two"), "Bank"),
            ("PushUrl", Some("https://bank.example/help"), "Bank"),
            ("CustomNotice", None, "Server"),
        ]
    );
    assert!(messages[messages.len() - 4..].iter().all(|entry| entry["from"]["type"] == "External"));
    assert_eq!(messages[messages.len() - 4]["messageType"], "text", "unless told otherwise");
    assert_eq!(messages[messages.len() - 3]["messageType"], "greeting");
    let desk = agent.chat(&customer.id).await;
    let texts = |chat: &Value| -> Vec<String> {
        let entries = chat["transcript"].as_array().unwrap().iter();
        entries.filter_map(|entry| entry["text"].as_str().map(ToOwned::to_owned)).collect()
    };
    let seen = texts(&desk);
    let sees = |text: &str| seen.iter().any(|seen| seen == text);
    assert!(sees("for agents") && sees("anything") && !sees("for supervisors"), "{seen:?}");
    let sue = servers.agent_with("Sue", json!({ "role": "supervisor", "media": [] })).await;
    sue.post(&format!("/chats/{}/supervise", customer.id), json!({ "mode": "monitor" })).await;
    let seen = texts(&sue.chat(&customer.id).await);
    let sees = |text: &str| seen.iter().any(|seen| seen == text);
    assert!(sees("for agents") && sees("for supervisors"), "{seen:?}");
}

#[tokio::test]
async fn limits_of_inactivity_are_the_chats_own() {
    let servers = start().await;
    let (customer, agent) = servers.chat().await;
    let other = servers.customer().await;
    let workflow = Workflow::of(&customer).await;
    assert!(left(&customer).await.unwrap() <= 255);
    let all = json!({ "enabled": "true", "include-notices": "all", "message-alert": "Still at it?", "message-alert2": "Really?",
        "message-close": "Closed.", "timeout-alert": "1800", "timeout-alert2": "60", "timeout-close": "30" });
    workflow.done("IdleControlConfigure", all).await;
    assert!(left(&customer).await.unwrap() > 1700);
    assert!(left(&other).await.unwrap() <= 255, "the others keep theirs");
    // include-notices=all: a notice is a sign of life now.
    servers.clock.advance(1_000_000);
    customer.call("customNotice", &[("message", "here")]).await;
    assert!(left(&customer).await.unwrap() > 1700);
    servers.clock.advance(1_800_000);
    for (text, seconds) in [("Still at it?", 60_000), ("Really?", 30_000), ("Closed.", 0)] {
        loop {
            let newest = customer.call("refresh", &[("transcriptPosition", "-1")]).await;
            if newest["messages"][0]["text"] == text {
                break;
            }
            tokio::task::yield_now().await;
        }
        servers.clock.advance(seconds);
    }
    assert_eq!(agent.chat(&customer.id).await["state"], "ended");

    let third = servers.customer().await;
    let workflow = Workflow::of(&third).await;
    workflow.done("IdleControlConfigure", json!({ "enabled": "false" })).await;
    assert_eq!(left(&third).await, None);
    workflow.done("IdleControlConfigure", json!({ "timeout-alert": "900", "enabled": "true" })).await;
    assert!(left(&third).await.unwrap() > 800);
    workflow.done("IdleControlConfigure", json!({ "reset-parameters": "false", "timeout-close": "10" })).await;
    assert!(left(&third).await.unwrap() > 800);
    workflow.done("IdleControlConfigure", json!({ "reset-parameters": "true" })).await;
    assert!(left(&third).await.unwrap() <= 255, "as configured");
}

/// The newest entry of this type, once there is one.
async fn newest(customer: &Customer<'_>, kind: &str) -> Value {
    loop {
        let newest = customer.call("refresh", &[("transcriptPosition", "-1")]).await["messages"][0].clone();
        if newest["type"] == kind {
            return newest;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_reset_takes_everything_back_and_further_parameters_count_from_there() {
    let servers = start().await;
    let customer = servers.customer().await;
    let workflow = Workflow::of(&customer).await;
    let own = json!({ "enabled": "false", "include-notices": "all", "message-alert": "Still at it?", "message-close": "Closed.",
        "timeout-alert": "1800", "timeout-alert2": "60", "timeout-close": "30" });
    workflow.done("IdleControlConfigure", own).await;
    assert_eq!(left(&customer).await, None);
    workflow.done("IdleControlConfigure", json!({ "reset-parameters": "true", "timeout-alert": "600" })).await;
    let until = left(&customer).await.unwrap();
    assert!((501..=600).contains(&until), "turned on again, with the further parameter: {until}");
    // Notices count as little as the operator says.
    servers.clock.advance(400_000);
    customer.call("customNotice", &[("message", "here")]).await;
    assert!(left(&customer).await.unwrap() <= 200);
    servers.clock.advance(200_000);
    let alert = newest(&customer, "IdleAlert").await;
    let text = alert["text"].as_str().unwrap();
    assert!(!text.is_empty() && text != "Still at it?", "the operator's: {text}");
    let due = json!({ "next-idle-timer-type": "CLOSE", "next-idle-timer-secs": "45" });
    assert_eq!(alert["userData"], due, "no second warning, and the operator's time");
}

#[tokio::test]
async fn an_empty_text_is_none() {
    let servers = start().await;
    let customer = servers.customer().await;
    let workflow = Workflow::of(&customer).await;
    let none = json!({ "message-alert": "", "message-alert2": "", "message-close": "", "timeout-alert2": "60" });
    workflow.done("IdleControlConfigure", none).await;
    servers.clock.advance(255_000);
    for (kind, ms) in [("ALERT", 60_000), ("CLOSE", 45_000)] {
        let alert = loop {
            let alert = newest(&customer, "IdleAlert").await;
            if alert["userData"]["next-idle-timer-type"] == kind {
                break alert;
            }
            tokio::task::yield_now().await;
        };
        assert_eq!(alert["text"], Value::Null, "{alert}");
        servers.clock.advance(ms);
    }
    let close = newest(&customer, "IdleClose").await;
    assert_eq!(close["text"], Value::Null, "{close}");
}

#[tokio::test]
async fn limits_of_a_chat_are_kept_over_a_restart() {
    let folder = Folder::new();
    let mut config = folder.config();
    config.esp.esp_port = Some(0);
    config.idle.idle_enabled = true;
    let first = Servers::from_config(&config).await;
    let (own, other) = (first.customer().await, first.customer().await);
    let limits = json!({ "timeout-alert": "1800", "timeout-alert2": "60", "timeout-close": "30" });
    Workflow::of(&own).await.done("IdleControlConfigure", limits).await;
    let known = [own, other].map(|customer| (customer.id, customer.user_id, customer.key));
    drop(first.stack);

    let second = Servers::from_config(&config).await;
    let [own, other] = known.map(|(id, user_id, key)| Customer { servers: &second, id, user_id, key });
    assert!(left(&own).await.unwrap() > 1700);
    assert!((1..=255).contains(&left(&other).await.unwrap()), "it had none of its own");
    second.clock.advance(1_800_000);
    for (kind, seconds) in [("ALERT", "60"), ("CLOSE", "30")] {
        let due = json!({ "next-idle-timer-type": kind, "next-idle-timer-secs": seconds });
        loop {
            let newest = own.call("refresh", &[("transcriptPosition", "-1")]).await;
            if newest["messages"][0]["userData"] == due {
                break;
            }
            tokio::task::yield_now().await;
        }
        second.clock.advance(60_000);
    }
}

#[tokio::test]
async fn the_language_of_a_session() {
    let servers = start().await;
    let (customer, agent) = servers.chat().await;
    let workflow = Workflow::of(&customer).await;
    workflow.done("ConfigureSession", json!({ "GCTI_LanguageName": "German" })).await;
    assert_eq!(agent.record(&customer.id).await["attachedData"]["GCTI_LanguageName"], "German");
    // With the code there, the others are ignored.
    workflow.done("ConfigureSession", json!({ "GCTI_LanguageCode": "fr-FR", "GCTI_LanguageName": "" })).await;
    let data = agent.record(&customer.id).await["attachedData"].clone();
    assert_eq!((&data["GCTI_LanguageCode"], &data["GCTI_LanguageName"]), (&json!("fr-FR"), &json!("German")));
}

#[tokio::test]
async fn a_language_is_one_of_the_operators_and_that_of_the_chats_microapps() {
    let servers = Servers::with(|config| {
        config.esp.esp_port = Some(0);
        config.esp.languages = vec!["en-US".to_owned(), "de-DE".to_owned(), "fi-FI".to_owned()];
    })
    .await;
    let (customer, agent) = servers.chat().await;
    let workflow = Workflow::of(&customer).await;
    let configure = |code: &str| json!({ "GCTI_LanguageCode": code });
    for code in ["fr-FR", "de", "DE-DE"] {
        assert_eq!(workflow.fault("ConfigureSession", configure(code)).await, 6, "{code}");
    }
    assert_eq!(agent.record(&customer.id).await["attachedData"].get("GCTI_LanguageCode"), None, "nothing was done");
    for (code, language) in [("de-DE", "de"), ("fi-FI", "en")] {
        workflow.done("ConfigureSession", configure(code)).await;
        agent.say(&customer.id, REQUEST).await;
        let path = customer.go().await.location();
        let page = servers.microapp(&path).await;
        assert!(page.text.contains(&format!("<html lang=\"{language}\"")), "{code}: {}", page.text);
    }
    // The widget attaches its page's language at the start. The list is for workflows, so that is not measured by it; it is
    // the chat's until a workflow changes it, and again when the page says another.
    let start = [("nickname", "Amal"), ("userData[GCTI_LanguageCode]", "ar")];
    let answer: Value = servers.start_chat(&start).await.json().await.unwrap();
    let text = |key: &str| answer[key].as_str().unwrap().to_owned();
    let amal = Customer { servers: &servers, id: text("chatId"), user_id: text("userId"), key: text("secureKey") };
    agent.post(&format!("/chats/{}/accept", amal.id), json!({})).await;
    let of_amal = Workflow::of(&amal).await;
    for (language, says) in [("ar", 0), ("de", 1), ("ar", 2)] {
        match says {
            1 => of_amal.done("ConfigureSession", configure("de-DE")).await,
            2 => assert_eq!(amal.call("updateData", &[("userData[GCTI_LanguageCode]", "ar")]).await["statusCode"], 0),
            _ => {}
        }
        agent.say(&amal.id, REQUEST).await;
        let page = servers.microapp(&amal.go().await.location()).await;
        assert!(page.text.contains(&format!("<html lang=\"{language}\"")), "{language}: {}", page.text);
    }
    // The list is of codes; a name is taken as it is.
    workflow.done("ConfigureSession", json!({ "GCTI_LanguageName": "French" })).await;
}

#[tokio::test]
async fn what_is_refused_has_a_number() {
    let servers = start().await;
    let (customer, agent) = servers.chat().await;
    let workflow = Workflow::of(&customer).await;
    let before = agent.chat(&customer.id).await;
    for (method, parameters, code) in [
        ("Post", json!({}), 4),
        ("Message", json!({}), 5),
        ("Message", json!({ "MessageText": "" }), 10),
        ("Message", json!({ "MessageText": "x".repeat(16 * 1024 + 1) }), 10),
        ("Message", json!({ "MessageText": "x", "Visibility": "int" }), 6),
        ("Message", json!({ "MessageText": "x", "Visiblity": "INT" }), 7),
        ("Message", json!({ "MessageText": "x", "Nickname": " " }), 6),
        ("Notice", json!({ "NoticeText": "x" }), 5),
        ("Notice", json!({ "NoticeType": "USER_OTHER" }), 6),
        ("Notice", json!({ "NoticeType": "USER_PUSHED_URL" }), 5),
        ("Notice", json!({ "NoticeType": "USER_PUSHED_URL", "NoticeText": "javascript:alert(1)" }), 9),
        ("IdleControlConfigure", json!({}), 8),
        ("IdleControlConfigure", json!({ "timeout-alert": "0" }), 6),
        ("IdleControlConfigure", json!({ "timeout-alert2": "86401" }), 6),
        ("IdleControlConfigure", json!({ "include-notices": "some" }), 6),
        ("IdleControlConfigure", json!({ "enabled": "yes" }), 6),
        ("IdleControlConfigure", json!({ "reset-parameters": "yes" }), 6),
        ("ConfigureSession", json!({}), 8),
        ("ConfigureSession", json!({ "GCTI_LanguageName": "" }), 6),
    ] {
        assert_eq!(workflow.fault(method, parameters.clone()).await, code, "{method} {parameters}");
    }
    let message = |service: &str, data: Value| json!({ "service": service, "method": "Message", "parameters": { "MessageText": "x" }, "userData": data });
    let id = &customer.id;
    for (application, body, code) in [
        ("ChatServer", json!("no request"), 1),
        ("Other", message("Chat", workflow.data.clone()), 2),
        ("ChatServer", message("Mail", workflow.data.clone()), 3),
        ("ChatServer", message("Chat", Value::Null), 11),
        ("ChatServer", message("Chat", json!({ "IsOnline": "1" })), 11),
        ("ChatServer", message("Chat", json!({ "InteractionId": id, "IsOnline": "0" })), 12),
        ("ChatServer", message("Chat", json!({ "InteractionId": id, "ChatServerAppName": "Other" })), 13),
        ("ChatServer", message("Chat", json!({ "InteractionId": "0000000000000000" })), 8201),
    ] {
        let answer = workflow.raw(application, body.clone()).await;
        assert_eq!((&answer["event"], &answer["code"]), (&json!("fault"), &json!(code)), "{body}");
    }
    assert_eq!(agent.chat(&customer.id).await, before, "nothing was done");

    // User data that was read while the session was online does not help once it is closed.
    customer.call("disconnect", &[]).await;
    assert_eq!(Workflow::of(&customer).await.data["IsOnline"], "0");
    assert_eq!(workflow.fault("Message", json!({ "MessageText": "x" })).await, 12);
    assert_eq!(workflow.fault("IdleControlConfigure", json!({ "enabled": "true" })).await, 12);
    assert_eq!(workflow.fault("ConfigureSession", json!({ "GCTI_LanguageCode": "de" })).await, 12);

    // Pages have no business here.
    let at = servers.at.esp.clone().unwrap();
    let request = servers.http.post(format!("{at}/esp/ChatServer")).header(ORIGIN, &servers.at.site).body("{}");
    assert_eq!(request.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(servers.get(&format!("{at}/interactions/none")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_fault_of_the_database_has_a_number_and_nothing_was_done() {
    let servers = start().await;
    let (customer, agent) = servers.chat().await;
    let workflow = Workflow::of(&customer).await;
    let (before, data) = (agent.chat(&customer.id).await["transcript"].clone(), workflow.data.clone());
    let expires = left(&customer).await;
    let database = rusqlite::Connection::open(&servers.at.db).unwrap();
    let message = json!({ "MessageText": "x" });
    let notice = json!({ "NoticeType": "USER_PUSHED_URL", "NoticeText": "https://bank.example/" });
    for (table, method, parameters) in [
        ("entry", "Message", message.clone()),
        ("entry", "Notice", notice),
        ("idle_control", "IdleControlConfigure", json!({ "enabled": "false" })),
        ("attached_data", "ConfigureSession", json!({ "GCTI_LanguageCode": "de" })),
    ] {
        database.execute_batch(&format!("ALTER TABLE {table} RENAME TO mislaid")).unwrap();
        let answer = workflow.call(method, parameters).await;
        assert_eq!(
            answer,
            json!({ "event": "fault", "code": 14, "description": "the server has a fault" }),
            "{method}"
        );
        if table == "attached_data" {
            let url = format!("{}/interactions/{}", servers.at.esp.as_ref().unwrap(), customer.id);
            let page = servers.get(&url).await;
            assert_eq!((page.status, page.text), (StatusCode::INTERNAL_SERVER_ERROR, answer.to_string()));
        }
        database.execute_batch(&format!("ALTER TABLE mislaid RENAME TO {table}")).unwrap();
        assert_eq!(agent.chat(&customer.id).await["transcript"], before, "{method}");
        assert!(left(&customer).await.is_some_and(|left| Some(left) <= expires));
    }
    assert_eq!(Workflow::of(&customer).await.data, data);
    workflow.done("Message", message).await;
}
