//! Launch by ticket and by post: no secret in any address.

use reqwest::header::{ACCESS_CONTROL_ALLOW_ORIGIN, ORIGIN};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{Customer, Page, REQUEST, Servers, contains, database_bytes};

const TOKEN: &str = "T3NB68E-";

/// The fields of a launch as a page sends them for a ticket.
fn fields(customer: &Customer<'_>) -> Value {
    let mut fields = json!({ "token": TOKEN });
    for (name, value) in customer.launch() {
        fields[name] = value.into();
    }
    fields
}

async fn ask(servers: &Servers, origin: &str, fields: &Value) -> Page {
    let url = format!("{}/fish-messaging/ticket", servers.at.messaging);
    Page::of(servers.http.post(url).header(ORIGIN, origin).json(fields).send().await.unwrap()).await
}

fn ticket(page: &Page) -> String {
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    serde_json::from_str::<Value>(&page.text).unwrap()["ticket"].as_str().unwrap().to_owned()
}

fn refused(page: &Page) -> (u16, String) {
    let answer: Value = serde_json::from_str(&page.text).unwrap();
    (page.status.as_u16(), answer["code"].as_str().unwrap().to_owned())
}

async fn go(servers: &Servers, token: &str, ticket: &str) -> Page {
    servers.microapp(&format!("/fish-messaging/go/{token}?ticket={ticket}")).await
}

#[tokio::test]
async fn a_ticket_starts_the_launch_once() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let page = ask(&servers, &servers.at.site, &fields(&customer)).await;
    assert_eq!(page.header("access-control-allow-origin"), servers.at.site);
    assert_eq!(page.header("cache-control"), "no-store");
    let ticket = ticket(&page);
    assert!(ticket.len() == 48 && ticket.bytes().all(|byte| byte.is_ascii_hexdigit()));
    for secret in [&customer.key, &customer.user_id, &customer.id] {
        assert!(!page.text.contains(secret.as_str()));
    }
    assert!(agent.record(&customer.id).await["microapps"].as_array().unwrap().is_empty(), "nothing has started yet");
    let path = go(&servers, TOKEN, &ticket).await.location();
    assert!(servers.microapp(&path).await.text.contains("77.80"));
    assert_eq!(go(&servers, TOKEN, &ticket).await.refusal(), (404, "ticket_unknown"));
    assert!(agent.audit(&customer.id).await.contains(&"ticket_issued".to_owned()));
}

#[tokio::test]
async fn a_reload_takes_another_ticket_to_the_same_session() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let mut paths = Vec::new();
    for _ in 0..2 {
        let ticket = ticket(&ask(&servers, &servers.at.site, &fields(&customer)).await);
        paths.push(go(&servers, TOKEN, &ticket).await.location());
    }
    assert_eq!(paths[0], paths[1]);
}

#[tokio::test]
async fn a_form_does_as_well_and_needs_no_token() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let url = format!("{}/fish-messaging/ticket", servers.at.messaging);
    let request = servers.http.post(url).header(ORIGIN, &servers.at.site).form(&customer.launch());
    let ticket = ticket(&Page::of(request.send().await.unwrap()).await);
    go(&servers, TOKEN, &ticket).await.location();
}

#[tokio::test]
async fn tickets_age_and_the_newest_of_a_chat_counts() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let fields = fields(&customer);
    let first = ticket(&ask(&servers, &servers.at.site, &fields).await);
    let second = ticket(&ask(&servers, &servers.at.site, &fields).await);
    assert_eq!(go(&servers, TOKEN, &first).await.refusal(), (404, "ticket_unknown"));
    servers.clock.advance(60_000);
    assert_eq!(go(&servers, TOKEN, &second).await.refusal(), (410, "ticket_expired"));
    assert_eq!(go(&servers, TOKEN, &second).await.refusal(), (404, "ticket_unknown"), "used up all the same");
    let third = ticket(&ask(&servers, &servers.at.site, &fields).await);
    servers.clock.advance(50_000);
    assert_eq!(go(&servers, "Qw7+k_2P", &third).await.refusal(), (400, "token_mismatch"));
    assert_eq!(go(&servers, TOKEN, &third).await.refusal(), (404, "ticket_unknown"));
    for guess in ["", "0", &"0".repeat(48), "..%2f"] {
        assert_eq!(go(&servers, TOKEN, guess).await.refusal(), (404, "ticket_unknown"));
    }
}

#[tokio::test]
async fn a_ticket_is_refused_as_the_launch_would_be() {
    let servers = Servers::with(|config| config.allow_origin.push("https://other.example".to_owned())).await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let site = servers.at.site.clone();
    for (name, value, status, code) in [
        ("token", "nope", 404, "token_unknown"),
        ("domain", "x", 403, "domain_not_allowed"),
        ("domain", "https://other.example", 403, "domain_not_allowed"),
        ("chatMessage", "hello", 400, "request_malformed"),
        ("chatMessage", "microapp://app/T3NB68E-/Payment\nAmount=USD0.01", 403, "request_not_found"),
        ("chatSecureKey", "1122334455667788", 403, "credentials_refused"),
        ("chatUserID", "", 400, "chat_parameters_missing"),
        ("chatInteractionID", "none", 403, "credentials_refused"),
    ] {
        let mut fields = fields(&customer);
        fields[name] = value.into();
        let page = ask(&servers, &site, &fields).await;
        assert_eq!(refused(&page), (status, code.to_owned()), "{name}");
        assert_eq!(page.header("access-control-allow-origin"), site, "the page may read why");
    }
    for origin in ["https://evil.example", "null"] {
        let page = ask(&servers, origin, &fields(&customer)).await;
        assert_eq!(refused(&page), (403, "domain_not_allowed".to_owned()));
        assert!(page.headers.get(ACCESS_CONTROL_ALLOW_ORIGIN).is_none());
    }
    let page = ask(&servers, &site, &json!([1])).await;
    assert_eq!(refused(&page), (400, "request_malformed".to_owned()));
    agent.post(&format!("/chats/{}/end", customer.id), json!({})).await;
    assert_eq!(refused(&ask(&servers, &site, &fields(&customer)).await), (410, "chat_ended".to_owned()));
}

#[tokio::test]
async fn a_chat_that_ends_meanwhile_voids_the_ticket() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let ticket = ticket(&ask(&servers, &servers.at.site, &fields(&customer)).await);
    agent.post(&format!("/chats/{}/end", customer.id), json!({})).await;
    assert_eq!(go(&servers, TOKEN, &ticket).await.refusal(), (410, "chat_ended"));
}

#[tokio::test]
async fn the_browser_is_told_whom_it_may_ask_for() {
    let servers = Servers::start().await;
    let url = format!("{}/fish-messaging/ticket", servers.at.messaging);
    let preflight = async |origin: &str| {
        let request = servers.http.request(Method::OPTIONS, &url).header(ORIGIN, origin);
        Page::of(request.send().await.unwrap()).await
    };
    let page = preflight(&servers.at.site).await;
    assert_eq!(page.status, StatusCode::NO_CONTENT);
    assert_eq!(page.header("access-control-allow-origin"), servers.at.site);
    assert_eq!(page.header("access-control-allow-methods"), "POST");
    assert_eq!(page.header("access-control-allow-headers"), "Content-Type");
    assert!(page.header("vary").contains("Origin"));
    let foreign = preflight("https://evil.example").await;
    assert!(foreign.headers.keys().all(|name| !name.as_str().starts_with("access-control")));
}

#[tokio::test]
async fn neither_ticket_nor_post_leaves_secrets_behind() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let ticket = ticket(&ask(&servers, &servers.at.site, &fields(&customer)).await);
    // The database has what was given out and nothing that could be given in.
    let kept = database_bytes(&servers.at.db);
    assert!(contains(&kept, &customer.id) && !contains(&kept, &ticket) && !contains(&kept, &customer.key));
    let path = go(&servers, TOKEN, &ticket).await.location();
    let url = format!("{}/fish-messaging/go/{TOKEN}", servers.at.messaging);
    let posted = Page::of(servers.http.post(url).form(&customer.launch()).send().await.unwrap()).await;
    assert_eq!(posted.location(), path, "the same session");
    let page = servers.microapp(&path).await;
    for secret in [&customer.key, &customer.user_id] {
        assert!(!path.contains(secret.as_str()) && !page.text.contains(secret.as_str()));
    }
    assert!(!contains(&database_bytes(&servers.at.db), &ticket));
}
