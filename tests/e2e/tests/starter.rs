//! The starter template of the host, as its README says: a chat, an agent who joins, and a plugin that says so.
#![allow(clippy::unwrap_used, missing_docs)]

use anyhow::Result;
use e2e::browser::{Driver, Window, eval};
use e2e::customer::Customer;
use e2e::desk_api::DeskApi;
use e2e::stack::Stack;
use e2e::wait::until_true;
use serde_json::json;
use std::path::Path;
use std::process::Command;

async fn greets(page: &str) -> Result<()> {
    let stack = Stack::start(&["--site-dir", "target/starter"]).await?;
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
    greets("/").await
}

#[tokio::test]
async fn the_plugin_in_rust_greets() -> Result<()> {
    greets("/rust.html").await
}

#[test]
fn the_crate_in_rust_is_whole_when_it_is_copied() -> Result<()> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    let copy = tempfile::tempdir()?;
    std::fs::create_dir(copy.path().join("src"))?;
    for file in ["src/lib.rs", "src/greeter.rs"] {
        std::fs::copy(project.join("www/host/starter/rust").join(file), copy.path().join(file))?;
    }
    let manifest = std::fs::read_to_string(project.join("www/host/starter/rust/Cargo.toml"))?;
    let path = |path: &str| format!("path = \"{path}\"");
    let here = path(&project.to_string_lossy());
    assert!(manifest.contains(&path("../../../..")));
    std::fs::write(copy.path().join("Cargo.toml"), manifest.replace(&path("../../../.."), &here))?;
    let read =
        Command::new("cargo").args(["metadata", "--no-deps", "--format-version=1"]).current_dir(&copy).output()?;
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    Ok(())
}
