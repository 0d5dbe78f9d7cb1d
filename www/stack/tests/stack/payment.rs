//! The Payment MicroApp, page by page.

use reqwest::StatusCode;
use serde_json::json;

use crate::harness::{Agent, Customer, GOOD_CARD, Page, REQUEST, Servers};

async fn at_card_details(servers: &Servers, customer: &Customer<'_>, agent: &Agent<'_>) -> (String, Page) {
    agent.say(&customer.id, REQUEST).await;
    let path = customer.go().await.location();
    let page = servers.microapp(&path).await;
    assert_eq!(servers.submit(&path, &page, "begin", &[]).await.location(), path);
    let page = servers.microapp(&path).await;
    (path, page)
}

#[tokio::test]
async fn paid() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    let (path, page) = at_card_details(&servers, &customer, &agent).await;
    for part in [
        "autocomplete=\"cc-number\"",
        "autocomplete=\"cc-exp\"",
        "autocomplete=\"cc-csc\"",
        "autocomplete=\"cc-name\"",
        "inputmode=\"numeric\"",
        "<label for=\"number\">",
        "aria-describedby=\"number-hint\"",
        "Step 2 of 4",
    ] {
        assert!(page.text.contains(part), "{part}");
    }
    assert!(!page.text.contains("style=") && !page.text.contains("onclick"));
    servers.submit(&path, &page, "card", &GOOD_CARD).await.location();
    let data = agent.chat(&customer.id).await["attachedData"].clone();
    assert_eq!(
        (&data["MicroApp_Payment_State"], &data["Customer_Identified"]),
        (&json!("CardEntered"), &json!("true"))
    );
    let review = servers.microapp(&path).await;
    assert!(review.text.contains("Visa ending in 1111") && review.text.contains("77.80"));
    // No shorter piece of the card: the form has a random number in it.
    assert!(!review.text.contains("4111 1111") && !review.text.contains("41111111"));
    servers.submit(&path, &review, "pay", &[]).await.location();
    let result = servers.microapp(&path).await;
    let reference = result.between("data-testid=\"reference\">", "<").to_owned();
    assert!(result.text.contains("Payment approved") && result.text.contains("data-last"));
    let data = agent.chat(&customer.id).await["attachedData"].clone();
    assert_eq!(data["MicroApp_Payment_State"], "Approved");
    assert_eq!(data["Payment_Reference"], reference.as_str());
    assert_eq!(data["Payment_Amount"], "USD77.80");
    let texts: Vec<String> = agent.statuses(&customer.id).await.into_iter().map(|(text, _, _)| text).collect();
    let blocks = ["Welcome", "Card Details", "Review", "Result"].map(|name| format!("microapp:progress:block:{name}"));
    assert_eq!(texts, blocks, "each block once, and the end is left to the page");
    let record = agent.record(&customer.id).await;
    assert_eq!((&record["microapps"][0]["state"], &record["microapps"][0]["attempts"]), (&json!("ended"), &json!(1)));
    // Over and done: the request opens nothing any more, and a late hang-up changes nothing.
    assert_eq!(customer.go().await.refusal(), (410, "session_ended"));
    let hang_up = servers.http.post(format!("{}{path}/hangup", servers.at.messaging)).send().await.unwrap();
    assert_eq!(hang_up.status(), StatusCode::NO_CONTENT);
    assert_eq!(agent.record(&customer.id).await["attachedData"]["MicroApp_Payment_State"], "Approved");
    assert_eq!(agent.statuses(&customer.id).await.len(), 4);
}

#[tokio::test]
async fn faults_are_listed_and_nothing_is_echoed() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    let (path, page) = at_card_details(&servers, &customer, &agent).await;
    let fields =
        [("number", "4111111111111112"), ("expiry", "01/20"), ("code", "98x"), ("name", "\"><script>alert(1)")];
    let faulty = servers.submit(&path, &page, "card", &fields).await;
    assert_eq!(faulty.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in [
        "role=\"alert\"",
        "href=\"#number\"",
        "href=\"#expiry\"",
        "href=\"#code\"",
        "aria-invalid=\"true\"",
        "aria-describedby=\"number-hint number-fault\"",
        "expired",
    ] {
        assert!(faulty.text.contains(part), "{part}");
    }
    assert!(!faulty.text.contains("411111") && !faulty.text.contains("98x") && !faulty.text.contains("<script>alert"));
    assert!(!faulty.text.contains("data-block"), "the block is not reported again");
    assert_eq!(agent.statuses(&customer.id).await.len(), 2);
    servers.submit(&path, &faulty, "card", &GOOD_CARD).await.location();
    assert!(servers.microapp(&path).await.text.contains("Review your payment"));
}

#[tokio::test]
async fn declined_and_tried_again() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    let (path, mut page) = at_card_details(&servers, &customer, &agent).await;
    let mut declined = GOOD_CARD;
    declined[0].1 = "4000 0000 0000 0002";
    servers.submit(&path, &page, "card", &declined).await.location();
    page = servers.microapp(&path).await;
    servers.submit(&path, &page, "pay", &[]).await.location();
    page = servers.microapp(&path).await;
    assert!(page.text.contains("Payment declined") && !page.text.contains("data-last"));
    assert_eq!(agent.record(&customer.id).await["attachedData"]["MicroApp_Payment_State"], "Declined");
    servers.submit(&path, &page, "retry", &[]).await.location();
    page = servers.microapp(&path).await;
    servers.submit(&path, &page, "card", &GOOD_CARD).await.location();
    page = servers.microapp(&path).await;
    servers.submit(&path, &page, "pay", &[]).await.location();
    page = servers.microapp(&path).await;
    assert!(page.text.contains("Payment approved") && page.text.contains("data-last"));
    assert_eq!(agent.record(&customer.id).await["microapps"][0]["attempts"], 2);
}

#[tokio::test]
async fn the_third_decline_is_the_last() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    let (path, mut page) = at_card_details(&servers, &customer, &agent).await;
    let mut declined = GOOD_CARD;
    declined[0].1 = "4000000000000002";
    for attempt in 1..=3 {
        servers.submit(&path, &page, "card", &declined).await.location();
        page = servers.microapp(&path).await;
        servers.submit(&path, &page, "pay", &[]).await.location();
        page = servers.microapp(&path).await;
        if attempt < 3 {
            servers.submit(&path, &page, "retry", &[]).await.location();
            page = servers.microapp(&path).await;
        }
    }
    assert!(page.text.contains("No payment was made") && page.text.contains("data-last"));
    assert!(!page.text.contains("<form"));
}

#[tokio::test]
async fn a_declined_customer_may_stop() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    let (path, page) = at_card_details(&servers, &customer, &agent).await;
    let mut declined = GOOD_CARD;
    declined[0].1 = "4000000000000002";
    servers.submit(&path, &page, "card", &declined).await.location();
    let page = servers.microapp(&path).await;
    servers.submit(&path, &page, "pay", &[]).await.location();
    let page = servers.microapp(&path).await;
    servers.submit(&path, &page, "stop", &[]).await.location();
    assert!(servers.microapp(&path).await.text.contains("data-last"));
    let record = agent.record(&customer.id).await;
    assert_eq!(
        (&record["microapps"][0]["state"], &record["microapps"][0]["reference"]),
        (&json!("ended"), &json!(null))
    );
}

#[tokio::test]
async fn steps_out_of_turn_change_nothing() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    let (path, page) = at_card_details(&servers, &customer, &agent).await;
    for step in ["pay", "begin", "retry", "stop", "edit", "", "nonsense"] {
        servers.submit(&path, &page, step, &[]).await.location();
        assert!(servers.microapp(&path).await.text.contains("data-block=\"Card Details\""), "{step}");
    }
    assert_eq!(agent.statuses(&customer.id).await.len(), 2);
    assert_eq!(agent.record(&customer.id).await["microapps"][0]["attempts"], 0);
}

#[tokio::test]
async fn a_form_without_its_nonce_is_refused() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let path = customer.go().await.location();
    for form in [vec![("step", "begin")], vec![("step", "begin"), ("nonce", "0")]] {
        let request = servers.http.post(format!("{}{path}", servers.at.messaging)).form(&form);
        assert_eq!(Page::of(request.send().await.unwrap()).await.refusal(), (403, "form_expired"));
    }
    assert!(servers.microapp(&path).await.text.contains("data-block=\"Welcome\""));
}

#[tokio::test]
async fn everybody_sees_progress_if_the_operator_wants_it() {
    let servers = Servers::with(|config| config.progress_visibility = cx_stack::config::ProgressVisibility::All).await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    customer.go().await.location();
    let last = customer.messages().await.pop().unwrap();
    assert_eq!(last["text"], "microapp:progress:block:Welcome");
    assert_eq!((&last["from"]["type"], &last["from"]["nickname"]), (&json!("External"), &json!("MicroApp")));
}

#[tokio::test]
async fn the_scripts_check_source_and_origin() {
    let servers = Servers::start().await;
    let script = servers.microapp("/fish-messaging/static/microapp.js").await.text;
    let sdk = servers.microapp("/fish-messaging/static/frame-sdk.js").await.text;
    assert!(sdk.contains("source !== parent || origin !== parentOrigin"));
    assert!(script.contains("from \"./frame-sdk.js\"") && !script.contains("postMessage"));
    for text in [script, sdk] {
        assert!(!text.contains("\"*\"") && !text.contains("innerHTML"));
    }
}
