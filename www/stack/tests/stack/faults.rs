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
    let (page, site) = page_with(Fault::WrongOrigin).await;
    assert!(page.text.contains("data-domain=\"https://wrong.example\"") && !page.text.contains(&site));
}
