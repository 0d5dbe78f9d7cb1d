//! MicroApps behind a front: launches that any of several Chat Servers may know, who guesses at them, and forms in the moment
//! of a failover.

use futures_util::future::{Either, join, select};
use reqwest::{Client, StatusCode};
use serde_json::json;

use crate::front::{Front, OPTIONS, PAIR, SECOND};
use crate::front_v1::second;
use crate::harness::{Customer, Folder, Page, REQUEST, Servers};

const GO: &str = "/fish-messaging/go/T3NB68E-";

/// The same front as a customer of this address has it.
async fn from(front: &Front, address: &str) -> Servers {
    let http =
        Client::builder().redirect(reqwest::redirect::Policy::none()).local_address(Some(address.parse().unwrap()));
    Servers { at: front.at.clone(), http: http.build().unwrap(), ..Servers::start().await }
}

/// How many rows with this code the audit table of a Chat Server has.
fn audited(front: &Front, place: usize, code: &str) -> u32 {
    let file = ["front.sqlite", "front.sqlite.2"][place];
    let database = rusqlite::Connection::open(front.folder.0.join(file)).unwrap();
    database.query_row("SELECT count(*) FROM audit WHERE code = ?", [code], |row| row.get(0)).unwrap()
}

/// An agent sends a request into a chat.
async fn request(desk: &Servers, customer: &Customer<'_>) {
    let agent = desk.agent("Alex").await;
    assert_eq!(agent.post(&format!("/chats/{}/accept", customer.id), json!({})).await.0, StatusCode::OK);
    agent.say(&customer.id, REQUEST).await;
}

#[tokio::test]
async fn where_one_chat_server_is_too_busy_the_others_are_asked() {
    let flags = ["--microapps-at-once", "2", "--fault", "chat-slow=2000"];
    let front = Front::with(&format!("{OPTIONS}{PAIR}{SECOND}"), &flags).await;
    let desk = second(&front, Servers::start().await);
    let (one, two) = (front.customer().await, front.customer().await);
    request(&front, &one).await;
    request(&desk, &two).await;
    let later = async {
        for _ in 0..5 {
            assert_eq!(front.microapp("/fish-messaging/ping").await.status, StatusCode::NO_CONTENT);
        }
        join(one.go(), two.go()).await
    };
    let ((first, second), (refused, other)) = join(join(one.go(), one.go()), later).await;
    assert_eq!(first.location(), second.location());
    other.location();
    assert_eq!(refused.refusal(), (503, "server_busy"), "what the others do not know, the busy one may");
    assert_eq!(refused.header("retry-after"), "1");
}

#[tokio::test]
async fn a_launch_counts_as_a_guess_only_where_no_chat_server_knows_it() {
    let front = Front::with(&format!("{OPTIONS}{PAIR}{SECOND}"), &["--launch-limit", "3"]).await;
    let desk = second(&front, Servers::start().await);
    let (one, two) = (front.customer().await, front.customer().await);
    request(&front, &one).await;
    request(&desk, &two).await;
    // Whoever is right is, however often, wherever the chat is.
    for customer in [&two, &one] {
        for _ in 0..4 {
            let path = customer.go().await.location();
            let page = front.microapp(&format!("{GO}?ticket={}", customer.ticket().await)).await;
            assert_eq!(page.location(), path);
            assert!(front.microapp(&path).await.headers.keys().all(|name| !name.as_str().starts_with("x-cx-front")));
        }
    }
    let noted = |code: &str| (audited(&front, 0, code), audited(&front, 1, code));
    assert_eq!((noted("chat_unknown"), noted("ticket_unknown")), ((0, 0), (0, 0)));

    // Whoever guesses is counted once each time, by the front, and told so at the third.
    assert_eq!(one.go_but("chatSecureKey", "wrong").await.refusal(), (403, "credentials_refused"));
    assert_eq!(two.go_but("chatInteractionID", "0000000000000000").await.refusal(), (403, "credentials_refused"));
    assert_eq!(front.microapp(&format!("{GO}?ticket=0")).await.refusal(), (404, "ticket_unknown"));
    let slowed = two.go().await;
    assert_eq!(slowed.refusal(), (429, "too_many_launches"));
    assert!((1..=60).contains(&slowed.header("retry-after").parse::<u32>().unwrap()));
    let slowed = one.ask_for_ticket().await;
    assert_eq!(
        (slowed.status, slowed.text.as_str()),
        (StatusCode::TOO_MANY_REQUESTS, r#"{"code":"too_many_launches"}"#)
    );
    assert_eq!(slowed.header("access-control-allow-origin"), front.at.site);
    assert_eq!((noted("chat_key_wrong"), noted("chat_unknown")), ((1, 0), (0, 1)), "each where it belongs, once");

    // Another address is another customer; and no browser speaks as the front does.
    let other = from(&front, "127.0.0.2").await;
    let elsewhere =
        Customer { servers: &other, id: two.id.clone(), user_id: two.user_id.clone(), key: two.key.clone() };
    elsewhere.go().await.location();
    let url = format!("{}{GO}", front.at.messaging);
    let bold = other.http.get(&url).query(&elsewhere.launch()).header("x-cx-front-wait", "60");
    Page::of(bold.send().await.unwrap()).await.location();
    let lone = Servers::with(|config| config.launch_limit = 1).await;
    let url = format!("{}{GO}?ticket=0", lone.at.messaging);
    for code in ["ticket_unknown", "too_many_launches"] {
        let bold = lone.http.get(&url).header("x-cx-front-more", "1").header("x-cx-front-wait", "0");
        let page = Page::of(bold.send().await.unwrap()).await;
        assert_eq!(page.refusal().1, code, "a server that is alone believes none of it");
        assert!(page.headers.get("x-cx-front-guess").is_none());
    }
}

#[tokio::test]
async fn a_form_that_is_on_its_way_in_a_failover_leads_to_its_page() {
    let front = Front::with(&format!("{OPTIONS}{PAIR}"), &["--fault", "form-slow=60000"]).await;
    let (customer, agent) = front.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let path = customer.go().await.location();
    let page = front.microapp(&path).await;
    let nonce = page.between("name=\"nonce\" value=\"", "\"").to_owned();
    let form = [("step", "begin".to_owned()), ("nonce", nonce)];
    let sent = front.http.post(format!("{}{path}", front.at.messaging)).form(&form).send();
    let sent = tokio::spawn(sent);
    // It is taken, and nobody has been told so.
    while agent.record(&customer.id).await["microapps"][0]["block"] != "Card Details" {
        tokio::task::yield_now().await;
    }
    front.kill(0).await;
    let answer = Page::of(sent.await.unwrap().unwrap()).await;
    assert_eq!(answer.location(), path);
    let own =
        ["content-security-policy", "cross-origin-embedder-policy", "cross-origin-resource-policy", "cache-control"];
    for name in own {
        assert_eq!(answer.header(name), page.header(name), "{name}");
    }
    assert!(front.microapp(&path).await.text.contains("name=\"number\""), "the next step, once");
}

#[tokio::test]
async fn a_ticket_that_is_on_its_way_in_a_failover_is_no_guess() {
    let folder = Folder::new();
    let settings = folder.0.join("settings");
    std::fs::write(&settings, "GenesysSDK.ServerCommunication.ConnectionTimeoutMillis=60000\n").unwrap();
    let settings = settings.to_str().unwrap();
    let flags = ["--launch-limit", "2", "--fault", "interaction-slow=60000", "--server-settings", settings];
    let front = Front::with(&format!("{OPTIONS}{PAIR}"), &flags).await;
    let (customer, agent) = front.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let url = format!("{}{GO}?ticket={}", front.at.messaging, customer.ticket().await);
    front.ready(0).await;
    // Of two at once one is refused, which is a guess; by then the other has got past the ticket.
    let launch = || tokio::spawn(front.http.get(&url).send());
    let (Either::Left((refused, lost)) | Either::Right((refused, lost))) = select(launch(), launch()).await;
    assert_eq!(Page::of(refused.unwrap().unwrap()).await.refusal(), (404, "ticket_unknown"));
    front.kill(0).await;
    assert_eq!(Page::of(lost.await.unwrap().unwrap()).await.refusal(), (404, "ticket_unknown"));
    for code in ["ticket_unknown", "too_many_launches"] {
        assert_eq!(
            front.microapp(&format!("{GO}?ticket=0")).await.refusal().1,
            code,
            "the second guess, and then none"
        );
    }
}
