//! A watch on the page: no text that begins with `microapp:` may ever be in the DOM, not even for a moment.

use crate::browser::{self, Browser};
use anyhow::Result;

/// Every node that is added, and every text that changes, is looked at when the change is delivered, and again as it was
/// added: a record keeps its nodes even if they have been removed since.
const WATCH: &str = r"
  window.__leaks = [];
  const look = (node) => {
    if (/microapp:/i.test(node.textContent || '')) window.__leaks.push(node.nodeName);
  };
  new MutationObserver((records) => records.forEach((record) => {
    record.addedNodes.forEach(look);
    if (record.type === 'characterData') look(record.target);
  })).observe(document, { subtree: true, childList: true, characterData: true });
";

/// Watches every document of this browser from now on.
///
/// # Errors
/// When the driver cannot install the watch.
pub async fn watch(client: &Browser) -> Result<()> {
    browser::run_first(client, WATCH).await
}

/// How many leaks the current page has had.
///
/// # Errors
/// When the page is not watched.
pub async fn count(client: &Browser) -> Result<u64> {
    let count = browser::eval(client, "window.__leaks.length").await?;
    count.as_u64().ok_or_else(|| anyhow::anyhow!("the page is not watched"))
}
