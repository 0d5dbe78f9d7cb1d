//! What a test does to a page beside what a person does: another screen, no network, requests held back; axe-core.

use crate::browser::{Browser, eval};
use anyhow::{Context, Result};
use fantoccini::Client;
use serde_json::{Value, json};
use std::path::Path;

/// Where `cargo xtask setup` puts axe-core.
const AXE: &str = "../../xtask/node/node_modules/axe-core/axe.min.js";
/// Looks at our windows only: page, chat and app have their own tests.
const LOOK: &str = "
    const done = arguments[arguments.length - 1];
    axe.run({ include: [[arguments[0]]] }, { iframes: false, resultTypes: ['violations'] }).then(
      ({ violations, passes }) => done([
        violations.flatMap((rule) => rule.nodes.map((node) => rule.id + ': ' + node.html + ' ' + node.failureSummary)),
        passes.length,
      ]),
      (error) => done([['axe-core: ' + error], 1]));";

/// Gives the page a screen of this size, which may be smaller than a window can be.
///
/// # Errors
/// When the browser refuses it.
pub async fn screen(browser: &Browser, width: u32, height: u32, pixel_ratio: f64) -> Result<()> {
    let viewport = json!({ "width": width, "height": height });
    let parameters = json!({ "context": page(browser).await?, "viewport": viewport, "devicePixelRatio": pixel_ratio });
    browser.bidi().send("browsingContext.setViewport", parameters).await.map(|_| ())
}

/// Cuts the page off from the network.
///
/// # Errors
/// When the browser refuses it.
pub async fn go_offline(browser: &Browser) -> Result<()> {
    network(browser, json!({ "type": "offline" })).await
}

/// Gives the page the network back.
///
/// # Errors
/// When the browser refuses it.
pub async fn go_online(browser: &Browser) -> Result<()> {
    network(browser, Value::Null).await
}

async fn network(browser: &Browser, conditions: Value) -> Result<()> {
    let parameters = json!({ "networkConditions": conditions, "contexts": [page(browser).await?] });
    browser.bidi().send("emulation.setNetworkConditions", parameters).await.map(|_| ())
}

/// Holds back requests whose address has this in it, until [`release`].
///
/// # Errors
/// When the browser refuses it.
pub async fn hold(browser: &Browser, part: &str) -> Result<()> {
    browser.bidi().hold(part).await
}

/// Lets what is held go on.
///
/// # Errors
/// When the browser has gone.
pub async fn release(browser: &Browser) -> Result<()> {
    browser.bidi().release().await
}

/// The id of the window that the classic commands are in: both protocols have the same.
async fn page(browser: &Browser) -> Result<String> {
    Ok(String::from(browser.window().await?))
}

/// What axe-core has against our windows as they are now.
///
/// # Errors
/// When axe-core is not installed or finds nothing to look at.
pub async fn accessibility_violations(client: &Client) -> Result<Vec<String>> {
    accessibility_violations_in(client, ".cx-speechstorm").await
}

/// What axe-core has against the parts of a page that this selector names.
///
/// # Errors
/// When axe-core is not installed or finds nothing to look at.
pub async fn accessibility_violations_in(client: &Client, selector: &str) -> Result<Vec<String>> {
    // Why first: it is half a megabyte, and most pages are looked at more than once.
    if eval(client, "!window.axe").await? == true {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(AXE);
        let axe = std::fs::read_to_string(&file)
            .with_context(|| format!("{} (install it with: cargo xtask setup)", file.display()))?;
        client.execute(&axe, Vec::new()).await?;
    }
    // Fading in is no finding.
    client
        .execute("document.getAnimations().forEach((animation) => { try { animation.finish(); } catch {} });", vec![])
        .await?;
    let answer = client.execute_async(LOOK, vec![selector.into()]).await?;
    anyhow::ensure!(answer.pointer("/1").and_then(Value::as_u64).unwrap_or_default() > 0, "axe-core looked at nothing");
    let list = answer.pointer("/0").and_then(Value::as_array).context("no list")?;
    Ok(list.iter().filter_map(Value::as_str).map(String::from).collect())
}
