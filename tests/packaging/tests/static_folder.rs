//! What is published needs nothing but a server of files.
#![allow(clippy::unwrap_used, missing_docs)]

use anyhow::{Context, Result};
use e2e::browser::{self, Driver, Window};
use e2e::customer::Customer;
use packaging::files::{copy, dist};
use packaging::journey::opens;
use packaging::server::{CHAT_SERVER, MESSAGING_SERVER, Site};

/// What stands in the configuration of the demo page, and what is put in its place, as its first line asks for.
const SERVERS: [(&str, &str); 2] = [
    ("http://127.0.0.1:8010/genesys/2/chat/customer-support", CHAT_SERVER),
    ("http://127.0.0.1:8054", MESSAGING_SERVER),
];

#[tokio::test]
async fn a_server_of_files_with_dist_alone_runs_the_demo_page() -> Result<()> {
    let folder = tempfile::tempdir()?;
    copy(&dist(), folder.path())?;
    let config = folder.path().join("demo/config.js");
    let mut text = std::fs::read_to_string(&config).context("the demo page has no configuration")?;
    for (stacks, ours) in SERVERS {
        assert!(text.contains(stacks), "the stack is at {stacks} when it is started without a flag");
        text = text.replace(stacks, ours);
    }
    std::fs::write(&config, text)?;
    let customer = Customer::visit_with(&Driver::start().await?, "about:blank", Window::default(), "").await?;
    for (name, page, language) in
        [("folder", "demo/", "en"), ("folder-de", "demo/de/", "de"), ("folder-ar", "demo/ar/", "ar")]
    {
        let site = Site::with_folder_alone(name, folder.path()).await?;
        customer.moves_to(&format!("{}/{page}", site.origin)).await?;
        opens(&customer, &site.stack).await.context(page)?;
        // The page's and the window's: the texts come from the folder as well.
        browser::find(&customer.client, &format!("html[lang={language}] .cx-speechstorm-shell[lang={language}]"))
            .await?;
    }
    Ok(())
}
