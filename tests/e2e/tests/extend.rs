//! What pages and other plugins are told (docs/extend.md).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::Result;
use e2e::browser::{self, Driver, Window, eval};
use e2e::customer::{CARD, CLOSE, Customer};
use e2e::desk_api::{DeskApi, PAYMENT};
use e2e::stack::Stack;
use e2e::wait::until_true;
use serde_json::{Value, json};

#[tokio::test]
async fn every_event_comes_on_the_bus_and_on_the_document_with_the_same_data() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit(&driver, &stack, "/extend/", Window::default()).await?;
    customer.start_chat().await?;
    let server = DeskApi::accept(&stack).await?;
    server.say("microapp://app/no token").await?;
    server.say(PAYMENT).await?;
    customer.begin_payment().await?;
    for _ in 0..2 {
        browser::click(&customer.client, ".cx-speechstorm-minimize").await?;
    }
    customer.enter_card(CARD).await?;
    customer.pay().await?;
    server.hears("Client", "microapp:progress:ended").await?;
    browser::click(&customer.client, CLOSE).await?;
    customer.app_is_gone().await?;
    let expected = [
        "ready {}",
        "failed {\"message\":",
        "requested {\"name\":\"Payment\"}",
        "loading {}",
        "opened {}",
        "progress {\"milestone\":\"block:Welcome\",\"block\":\"Welcome\"}",
        "progress {\"milestone\":\"block:Card Details\",\"block\":\"Card Details\"}",
        "minimized {}",
        "unminimized {}",
        "progress {\"milestone\":\"block:Review\",\"block\":\"Review\"}",
        "progress {\"milestone\":\"block:Result\",\"block\":\"Result\"}",
        "ended {}",
        "closed {}",
    ];
    let heard = async || -> Result<Value> {
        Ok(serde_json::from_str(eval(&customer.client, "JSON.stringify(window.heard)").await?.as_str().unwrap())?)
    };
    // The bus delivers in tasks of its own.
    until_true("both have heard all", async || {
        let heard = heard().await?;
        Ok(["bus", "document"].iter().all(|way| heard[way].as_array().unwrap().len() == expected.len()))
    })
    .await?;
    let heard = heard().await?;
    for (said, expected) in heard["document"].as_array().unwrap().iter().zip(expected) {
        assert!(said.as_str().unwrap().starts_with(expected), "{said} is not {expected}");
    }
    assert_eq!(heard["bus"], heard["document"]);
    let failed: Value = serde_json::from_str(heard["bus"][1].as_str().unwrap().trim_start_matches("failed "))?;
    assert_eq!(failed["code"], json!("bad_token"));
    assert!(failed["remedy"].as_str().unwrap().contains("standard response"));
    Ok(())
}

/// What `cargo xtask test` has made of a copy of the starter template, served as its README says.
#[tokio::test]
async fn a_plugin_of_ones_own_greets() -> Result<()> {
    crate::starter::greets("target/starter-copy", "/rust.html").await
}
