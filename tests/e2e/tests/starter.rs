//! The starter template of the host, as its README says: a chat, an agent who joins, and a plugin that says so.
#![allow(clippy::unwrap_used, missing_docs)]

use anyhow::Result;
use e2e::browser::{Driver, Window, eval};
use e2e::customer::Customer;
use e2e::desk_api::DeskApi;
use e2e::stack::Stack;
use e2e::wait::until_true;
use serde_json::json;

/// The plugin on a page of a folder that the stack serves.
pub async fn greets(folder: &str, page: &str) -> Result<()> {
    let stack = Stack::start(&["--site-dir", folder]).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit(&driver, &stack, page, Window::default()).await?;
    until_true("the plugin is there", async || {
        eval(&customer.client, "!!window._genesys?.widgets?.bus?.registry().Greeter").await.map(|there| there == true)
    })
    .await?;
    let listen = "const page = _genesys.widgets.bus.registerPlugin('Page');
        page.subscribe('Greeter.greeted', ({ data }) => { window.greeted = data.name; });
        window.count = () => page.command('Greeter.count').done(({ greeted }) => { window.counted = greeted; });
        window.count();";
    customer.client.execute(listen, Vec::new()).await?;
    until_true("it has greeted nobody", async || Ok(eval(&customer.client, "window.counted").await? == json!(0)))
        .await?;
    customer.start_chat().await?;
    DeskApi::accept(&stack).await?;
    until_true("the event comes", async || Ok(eval(&customer.client, "!!window.greeted").await? == true)).await?;
    let name = eval(&customer.client, "window.greeted").await?;
    customer.reads(&format!("You are talking to {}.", name.as_str().unwrap())).await?;
    customer.client.execute("window.count();", Vec::new()).await?;
    until_true("it has greeted one", async || Ok(eval(&customer.client, "window.counted").await? == json!(1))).await
}

#[tokio::test]
async fn the_plugin_in_javascript_greets() -> Result<()> {
    greets("target/starter", "/").await
}

#[tokio::test]
async fn the_plugin_in_rust_greets() -> Result<()> {
    greets("target/starter", "/rust.html").await
}
