//! The Messaging Server's verification (backend 5.4): what it opens and what it refuses, one by one.

use cx_stack::chat_server::entry::Visibility;
use reqwest::StatusCode;
use serde_json::json;

use crate::harness::{Page, REQUEST, Servers};

#[tokio::test]
async fn a_request_of_the_agent_opens() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    let index = agent.say(&customer.id, REQUEST).await;
    let path = customer.go().await.location();
    assert!(path.starts_with("/fish-messaging/session/") && path.len() > 60);
    assert!(!path.contains(&customer.key));
    let page = servers.microapp(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("77.80") && page.text.contains("••••567") && !page.text.contains("1234567"));
    assert!(page.text.contains("Hello Maria"), "attached data reaches the application");
    assert!(page.text.contains(&format!("data-domain=\"{}\"", servers.at.site)));
    assert!(page.text.contains("data-block=\"Welcome\""));
    let audit = agent.audit(&customer.id).await;
    for code in ["attached_data_read", "transcript_matched", "session_started", "status_sent", "attached_data_written"]
    {
        assert!(audit.iter().any(|row| row == code), "{code} in {audit:?}");
    }
    let record = agent.record(&customer.id).await;
    assert_eq!(record["microapps"][0]["transcriptIndex"], index);
    assert_eq!(record["microapps"][0]["token"], "T3NB68E-");
    assert_eq!(record["microapps"][0]["state"], "running");
    assert_eq!(record["microapps"][0]["milestones"][0]["name"], "Welcome");
    assert_eq!(
        agent.statuses(&customer.id).await,
        [("microapp:progress:block:Welcome".into(), "External".into(), "INT".into())]
    );
    assert!(customer.messages().await.iter().all(|entry| entry["from"]["type"] != "External"));
}

#[tokio::test]
async fn headers_of_every_answer() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let launch = customer.go().await;
    let path = launch.location();
    let pages = [
        launch,
        servers.microapp(&path).await,
        servers.microapp("/fish-messaging/go/unknown").await,
        servers.microapp("/fish-messaging/static/microapp.js").await,
        servers.microapp("/fish-messaging/static/microapp.css").await,
        servers.microapp("/nowhere").await,
    ];
    for page in pages {
        let policy = page.header("content-security-policy");
        for part in ["default-src 'none'", "script-src 'self'", "form-action 'self'", "base-uri 'none'"] {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(policy.contains(&format!("frame-ancestors {}", servers.at.site)), "{policy}");
        assert!(!policy.contains("unsafe"));
        assert_eq!(page.header("cross-origin-resource-policy"), "cross-origin");
        assert_eq!(page.header("cross-origin-embedder-policy"), "require-corp");
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert!(page.headers.get("set-cookie").is_none());
    }
}

#[tokio::test]
async fn what_the_browser_may_not_change() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    for (field, value, status, code) in [
        (
            "chatMessage",
            "microapp://app/T3NB68E-/Payment\nAccountNumber=1234567\nAmount=USD0.01",
            403,
            "request_not_found",
        ),
        (
            "chatMessage",
            "microapp://app/T3NB68E-/Payment\nAccountNumber=1234567\nAmount=USD77.80 ",
            403,
            "request_not_found",
        ),
        (
            "chatMessage",
            "microapp://app/T3NB68E-/Payment\r\nAccountNumber=1234567\r\nAmount=USD77.80",
            403,
            "request_not_found",
        ),
        ("chatMessage", "hello", 400, "request_malformed"),
        ("chatMessage", "microapp://app/other/Payment", 400, "token_mismatch"),
        ("chatMessage", "", 400, "chat_parameters_missing"),
        ("chatSecureKey", "0000000000000000", 403, "credentials_refused"),
        ("chatSecureKey", "", 400, "chat_parameters_missing"),
        ("chatUserID", "0000000000000000", 403, "credentials_refused"),
        ("chatInteractionID", "0000000000000000", 403, "credentials_refused"),
        ("domain", "http://evil.example", 403, "domain_not_allowed"),
        ("domain", "null", 400, "domain_invalid"),
        ("domain", "", 400, "domain_invalid"),
    ] {
        let page = customer.go_but(field, value).await;
        assert_eq!(page.refusal(), (status, code), "{field}");
        assert!(!page.text.contains("1234567") && !page.text.contains("evil"), "no input is echoed");
        assert!(page.text.contains("<h1>") && page.text.contains("role=\"alert\""));
    }
    // A wrong key at this server has not thrown the customer out of the chat, and nothing was started.
    assert_eq!(customer.call("refresh", &[]).await["statusCode"], 0);
    let record = agent.record(&customer.id).await;
    assert_eq!(record["microapps"], json!([]));
    let audit = agent.audit(&customer.id).await;
    for code in ["request_not_found", "token_mismatch", "chat_key_wrong", "chat_user_unknown", "domain_not_allowed"] {
        assert!(audit.iter().any(|row| row == code), "{code} in {audit:?}");
    }
    assert_eq!(customer.go().await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn bare_and_unknown_tokens() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let bare = servers.microapp(&format!("/fish-messaging/go/T3NB68E-?domain={}", servers.at.site)).await;
    assert_eq!(bare.refusal(), (400, "chat_parameters_missing"));
    for token in ["unknown", "T3NB68E%2D", "T3NB68E-%0A", "Qw7%2Bk_2P"] {
        assert_eq!(customer.go_with(token, &customer.launch()).await.refusal(), (404, "token_unknown"), "{token}");
    }
}

#[tokio::test]
async fn a_line_typed_by_the_customer_opens_nothing() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    customer.call("send", &[("message", REQUEST)]).await;
    assert_eq!(customer.go().await.refusal(), (403, "sender_not_allowed"));
    assert!(agent.audit(&customer.id).await.contains(&"sender_not_allowed".to_owned()));
    // Once the agent says the same, the agent's line is the one that counts.
    let index = agent.say(&customer.id, REQUEST).await;
    customer.go().await.location();
    assert_eq!(agent.record(&customer.id).await["microapps"][0]["transcriptIndex"], index);
}

#[tokio::test]
async fn workflows_only_where_the_operator_says_so() {
    for allowed in [false, true] {
        let servers = Servers::with(|config| config.allow_external_requests = allowed).await;
        let (customer, _agent) = servers.chat().await;
        servers.stack.chat.external_message(&customer.id, "Bot", REQUEST, Visibility::All).unwrap();
        let page = customer.go().await;
        if allowed {
            page.location();
        } else {
            assert_eq!(page.refusal(), (403, "sender_not_allowed"));
        }
    }
}

#[tokio::test]
async fn a_request_nobody_showed_the_customer_does_not_count() {
    let servers = Servers::with(|config| config.allow_external_requests = true).await;
    let (customer, _agent) = servers.chat().await;
    servers.stack.chat.external_message(&customer.id, "Bot", REQUEST, Visibility::Int).unwrap();
    assert_eq!(customer.go().await.refusal(), (403, "request_not_found"));
}

#[tokio::test]
async fn a_stale_request_is_refused() {
    let servers = Servers::with(|config| config.microapp_max_age = 0).await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    assert_eq!(customer.go().await.refusal(), (410, "request_stale"));
}

#[tokio::test]
async fn an_ended_chat_opens_nothing() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    customer.call("disconnect", &[]).await;
    assert_eq!(customer.go().await.refusal(), (410, "chat_ended"));
    assert_eq!(agent.record(&customer.id).await["microapps"], serde_json::json!([]));
}

#[tokio::test]
async fn parameters_come_from_the_transcript_and_the_start_block() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    let text = "microapp://app/T3NB68E-/Payment\nAmount=EUR5\nRole=admin\nRole=agent";
    agent.say(&customer.id, text).await;
    let mut fields = customer.launch();
    fields[1].1 = text.to_owned();
    fields.push(("Amount", "EUR0.01".to_owned()));
    let page = servers.microapp(&customer.go_with("T3NB68E-", &fields).await.location()).await;
    assert!(page.text.contains("5.00") && !page.text.contains("admin"));
    assert!(agent.audit(&customer.id).await.contains(&"parameter_dropped".to_owned()));
    for bad in [
        "Amount=lots",
        "AccountNumber=1234567",
        "Amount=USD5\nAccountNumber=<script>",
        "Amount=USD5\nAmount=USD1",
        "Amount=USD5\nAmount=USD5",
    ] {
        let text = format!("microapp://app/T3NB68E-/Payment\n{bad}");
        agent.say(&customer.id, &text).await;
        assert_eq!(customer.go_but("chatMessage", &text).await.refusal(), (422, "parameter_invalid"), "{bad}");
    }
}

#[tokio::test]
async fn the_production_token_works_on_this_machine() {
    let servers = Servers::with(|config| config.allow_origin.push("http://shop.example".to_owned())).await;
    let (customer, agent) = servers.chat().await;
    let text = "microapp://app/Qw7+k_2P/Payment\nAmount=USD1";
    agent.say(&customer.id, text).await;
    let mut fields = customer.launch();
    fields[1].1 = text.to_owned();
    customer.go_with("Qw7+k_2P", &fields).await.location();
    fields[0].1 = "http://shop.example".to_owned();
    assert_eq!(customer.go_with("Qw7+k_2P", &fields).await.refusal(), (403, "production_needs_https"));
}

#[tokio::test]
async fn a_posted_form_may_carry_crlf() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let mut fields = customer.launch();
    fields[1].1 = REQUEST.replace('\n', "\r\n");
    let url = format!("{}/fish-messaging/go/T3NB68E-", servers.at.messaging);
    let page = Page::of(servers.http.post(url).form(&fields).send().await.unwrap()).await;
    page.location();
}

#[tokio::test]
async fn a_reload_resumes_and_never_starts_again() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let path = customer.go().await.location();
    let page = servers.microapp(&path).await;
    servers.submit(&path, &page, "begin", &[]).await.location();
    assert_eq!(customer.go().await.location(), path, "the same session");
    assert!(servers.microapp(&path).await.text.contains("data-block=\"Card Details\""), "at its current page");
    assert_eq!(agent.statuses(&customer.id).await.len(), 2, "a reload reports nothing twice");
    let url = format!("{}{path}/hangup", servers.at.messaging);
    assert_eq!(servers.http.post(&url).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(servers.http.post(&url).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(customer.go().await.refusal(), (410, "session_closed"));
    assert_eq!(servers.microapp(&path).await.refusal(), (410, "session_closed"));
    let record = agent.record(&customer.id).await;
    assert_eq!(record["microapps"].as_array().unwrap().len(), 1);
    assert_eq!(record["microapps"][0]["state"], "closed");
    assert_eq!(record["attachedData"]["MicroApp_Payment_State"], "Abandoned");
}

#[tokio::test]
async fn a_second_request_takes_the_place_of_the_first() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let first = customer.go().await.location();
    let index = agent.say(&customer.id, REQUEST).await;
    let second = customer.go().await.location();
    assert_ne!(first, second);
    assert_eq!(servers.microapp(&first).await.refusal(), (410, "session_replaced"));
    assert_eq!(customer.go().await.location(), second, "a reload does not go back to the first");
    let record = agent.record(&customer.id).await;
    assert_eq!(record["microapps"][0]["state"], "replaced");
    assert_eq!(record["microapps"][1]["transcriptIndex"], index);
}

#[tokio::test]
async fn many_loads_at_once_start_one_session() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let loads = [customer.go(), customer.go(), customer.go(), customer.go()];
    let [a, b, c, d] = loads;
    let (a, b, c, d) = tokio::join!(a, b, c, d);
    let path = a.location();
    assert!([b, c, d].iter().all(|page| page.location() == path));
    assert_eq!(agent.record(&customer.id).await["microapps"].as_array().unwrap().len(), 1);
    assert_eq!(agent.statuses(&customer.id).await.len(), 1);
}

#[tokio::test]
async fn an_unknown_session_is_a_page_too() {
    let servers = Servers::start().await;
    assert_eq!(servers.microapp("/fish-messaging/session/nope").await.refusal(), (404, "session_unknown"));
}
