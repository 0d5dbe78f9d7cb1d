//! Faults on demand, and the answer that says the server is there.

use std::time::{Duration, Instant};

use cx_stack::messaging_server::Fault;

use crate::harness::{REQUEST, Servers};

async fn with_fault(fault: Fault) -> Servers {
    Servers::with(|config| config.fault.push(fault)).await
}

#[tokio::test]
async fn it_says_that_it_is_there() {
    let servers = Servers::start().await;
    let page = servers.microapp("/fish-messaging/ping").await;
    assert_eq!((page.status.as_u16(), page.text.as_str()), (204, ""));
    assert_eq!(page.header("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(page.header("cache-control"), "no-store");
}

#[tokio::test]
async fn the_sdk_is_served_to_module_scripts() {
    let servers = Servers::start().await;
    let page = servers.microapp("/fish-messaging/static/frame-sdk.js").await;
    assert_eq!(page.header("content-type"), "text/javascript; charset=utf-8");
    assert!(page.text.contains("export function connect("));
}

#[tokio::test]
async fn slow_and_error_hit_launches_only() {
    let servers = with_fault(Fault::Slow(300)).await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let began = Instant::now();
    let path = customer.go().await.location();
    assert!(began.elapsed() >= Duration::from_millis(300));
    assert_eq!(servers.microapp(&path).await.status, 200);

    let servers = with_fault(Fault::Error).await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    assert_eq!(customer.go().await.refusal(), (500, "server_fault"));
    assert_eq!(servers.microapp("/fish-messaging/ping").await.status, 204);
}

#[tokio::test]
async fn pages_that_may_not_be_framed_or_do_not_speak() {
    let page_with = async |fault| {
        let servers = with_fault(fault).await;
        let (customer, agent) = servers.chat().await;
        agent.say(&customer.id, REQUEST).await;
        let path = customer.go().await.location();
        let page = servers.microapp(&path).await;
        (page, servers.at.site.clone())
    };
    let (page, _) = page_with(Fault::FrameDenied).await;
    assert!(page.header("content-security-policy").ends_with("frame-ancestors 'none'"));
    let (page, _) = page_with(Fault::Silent).await;
    assert!(!page.text.contains("<script") && page.text.contains("77.80"));
    let (page, _) = page_with(Fault::MalformedProgress).await;
    assert!(page.text.contains("static/malformed.js") && !page.text.contains("static/microapp.js"));
    let (page, site) = page_with(Fault::WrongOrigin).await;
    assert!(page.text.contains("data-domain=\"https://wrong.example\"") && !page.text.contains(&site));
}

#[tokio::test]
async fn a_page_may_end_in_the_middle() {
    let servers = with_fault(Fault::CutOff).await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let path = customer.go().await.location();
    let mut page = servers.http.get(format!("{}{path}", servers.at.messaging)).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let mut got = Vec::new();
    let end = loop {
        match page.chunk().await {
            Ok(Some(part)) => got.extend_from_slice(&part),
            other => break other,
        }
    };
    assert!(end.is_err(), "the connection ends before the page does");
    assert!(got.starts_with(b"<!DOCTYPE html>") && !got.ends_with(b"</html>"));
}

#[tokio::test]
async fn nonsense_in_place_of_progress_is_in_a_script_of_its_own() {
    let servers = Servers::start().await;
    let script = servers.microapp("/fish-messaging/static/malformed.js").await.text;
    assert!(script.contains("postMessage(words, domain)") && !script.contains("\"*\""));
    assert!(
        !script.contains("\"microapp:progress:ended\",") && !script.contains("\"microapp:progress:block:Welcome\"")
    );
}

#[tokio::test]
async fn who_guesses_is_slowed_down_and_who_is_right_never_counts() {
    let servers = Servers::with(|config| config.launch_limit = 3).await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    for _ in 0..5 {
        customer.go().await.location();
    }
    for _ in 0..3 {
        assert_eq!(customer.go_but("chatSecureKey", "wrong").await.refusal(), (403, "credentials_refused"));
    }
    let page = customer.go_but("chatSecureKey", "wrong").await;
    assert_eq!(page.refusal(), (429, "too_many_launches"));
    let wait: u32 = page.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait));
    let url = format!("{}/fish-messaging/ticket", servers.at.messaging);
    assert_eq!(servers.http.post(url).form(&customer.launch()).send().await.unwrap().status(), 429);
    assert!(agent.audit(&customer.id).await.contains(&"too_many_launches".to_owned()));
    servers.clock.advance(60_000);
    customer.go().await.location();
}
