//! MicroApps that are held up: how many may be, and whom it costs something.

use std::pin::pin;

use cx_stack::messaging_server::Fault;
use futures_util::future::{Either, join_all, select};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use reqwest::StatusCode;

use crate::harness::{Customer, GOOD_CARD, Page, REQUEST, Servers};

/// A launch, or what a page asks first for one.
async fn asked(customer: &Customer<'_>, for_ticket: bool) -> Page {
    if for_ticket { customer.ask_for_ticket().await } else { customer.go().await }
}

#[tokio::test]
async fn microapps_that_are_held_up_hold_up_nothing_else() {
    const AT_ONCE: u16 = 4;
    let servers = Servers::with(|config| {
        config.microapps_at_once = AT_ONCE;
        config.fault.push(Fault::ChatSlow(2_500));
    })
    .await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;

    // More than there are places for, and more of each kind.
    let mut requests: FuturesUnordered<_> =
        (0..2 * (AT_ONCE + 1)).map(|number| asked(&customer, number % 2 == 0)).collect();
    let (mut pages, mut tickets) = (0, 0);
    for _ in 0..AT_ONCE + 2 {
        let refused = requests.next().await.unwrap();
        assert_eq!((refused.status, refused.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "1"));
        if refused.text.starts_with('{') {
            assert_eq!(refused.text, r#"{"code":"server_busy"}"#);
            assert_eq!(refused.header("access-control-allow-origin"), servers.at.site);
            tickets += 1;
        } else {
            assert_eq!(refused.refusal(), (503, "server_busy"));
            pages += 1;
        }
    }
    assert!(pages > 0 && tickets > 0, "{pages} pages and {tickets} tickets");

    // A page that goes is not told to come again: its hang-up waits for a place.
    let url = format!("{}/fish-messaging/session/none/hangup", servers.at.messaging);
    let mut hang_up = Box::pin(async { Page::of(servers.http.post(url).send().await.unwrap()).await });
    // Chat, desk, website and administration go on meanwhile.
    assert_eq!(customer.call("send", &[("message", "Hello?")]).await["statusCode"], 0);
    assert_eq!(customer.messages().await.last().unwrap()["text"], "Hello?");
    agent.say(&customer.id, "I am here").await;
    assert_eq!(servers.get(&format!("{}/", servers.at.site)).await.status, StatusCode::OK);
    let administration = format!("{}/administration/applications", servers.at.desk);
    let administration = servers.http.get(administration).header("cookie", &agent.cookie).send().await.unwrap();
    assert_eq!(administration.status(), StatusCode::OK);
    assert!(hang_up.as_mut().now_or_never().is_none() && requests.next().now_or_never().is_none(), "still held up");

    // All of them come to their end, and whoever comes now is let in.
    while let Some(page) = requests.next().await {
        assert!([StatusCode::OK, StatusCode::SEE_OTHER].contains(&page.status), "{}", page.text);
    }
    assert_eq!(hang_up.await.refusal(), (404, "session_unknown"));
    assert_eq!(servers.microapp("/fish-messaging/session/none").await.refusal(), (404, "session_unknown"));
}

#[tokio::test]
async fn a_microapp_that_is_held_up_holds_up_no_other_one() {
    let servers = Servers::with(|config| {
        config.microapps_at_once = 2;
        config.fault.push(Fault::InteractionSlow(700));
    })
    .await;
    let open = async || {
        let customer = servers.customer().await;
        let agent = servers.agent("Alex").await;
        agent.post(&format!("/chats/{}/accept", customer.id), serde_json::json!({})).await;
        agent.say(&customer.id, REQUEST).await;
        let path = customer.go().await.location();
        let page = servers.microapp(&path).await;
        servers.submit(&path, &page, "begin", &[]).await.location();
        path
    };
    let (slow, other) = tokio::join!(open(), open());
    let page = servers.microapp(&slow).await;
    // The Interaction Server is told of the card; whoever looks at that page meanwhile waits, and not at the others' cost.
    let card = pin!(servers.submit(&slow, &page, "card", &GOOD_CARD));
    let mut again = Box::pin(join_all((0..4).map(|_| servers.microapp(&slow))));
    let look = async || assert_eq!(servers.microapp(&other).await.status, StatusCode::OK);
    let looks = Box::pin(async {
        for _ in 0..5 {
            look().await;
        }
        for _ in 0..5 {
            assert!(again.as_mut().now_or_never().is_none());
            look().await;
        }
    });
    let Either::Right(((), card)) = select(card, looks).await else { panic!("the other has waited for it") };
    card.await.location();
    for page in again.await {
        assert!(page.text.contains("Visa ending in 1111"), "they see where it has led");
    }
}
