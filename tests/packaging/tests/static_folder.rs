//! What is published needs nothing but a server of files.
#![allow(clippy::unwrap_used, missing_docs)]

use anyhow::Result;
use e2e::browser::{Driver, Window};
use e2e::customer::Customer;
use packaging::files::{copy, dist, root};
use packaging::journey::opens;
use packaging::server::Site;

#[tokio::test]
async fn a_server_of_files_with_dist_alone_runs_the_demo_page() -> Result<()> {
    let folder = tempfile::tempdir()?;
    copy(&dist(), &folder.path().join("dist"))?;
    copy(&root().join("www/site/assets"), &folder.path().join("assets"))?;
    std::fs::copy(root().join("www/site/index.html"), folder.path().join("index.html"))?;
    let site = Site::with_folder("static-folder", folder.path()).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit_with(&driver, &format!("{}/", site.origin), Window::default(), "").await?;
    opens(&customer, &site.stack).await
}
