//! The tests leave nothing behind.
#![allow(clippy::unwrap_used, missing_docs)]

use anyhow::Result;
use e2e::stack::Stack;
use e2e::wait::until_true;

#[tokio::test]
async fn a_stack_leaves_neither_process_nor_database() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let (folder, site) = (stack.db.parent().unwrap().to_owned(), stack.site.clone());
    assert!(stack.db.exists());
    drop(stack);
    assert!(!folder.exists(), "{}", folder.display());
    until_true("nobody serves the website", async || Ok(reqwest::get(&site).await.is_err())).await
}
