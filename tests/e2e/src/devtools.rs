//! What only Chromium can: its DevTools protocol, and axe-core in the page.

use anyhow::{Context, Result};
use fantoccini::Client;
use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::{Value, json};
use std::path::Path;

/// Where `cargo xtask setup` puts axe-core.
const AXE: &str = "../../xtask/node/node_modules/axe-core/axe.min.js";
/// Looks at our windows only: page, chat and app have their own tests.
const LOOK: &str = "
    const done = arguments[arguments.length - 1];
    axe.run({ include: [['.cx-speechstorm']] }, { iframes: false, resultTypes: ['violations'] }).then(
      ({ violations, passes }) => done([
        violations.flatMap((rule) => rule.nodes.map((node) => rule.id + ': ' + node.html + ' ' + node.failureSummary)),
        passes.length,
      ]),
      (error) => done([['axe-core: ' + error], 1]));";

/// Sends a command of the DevTools protocol.
///
/// # Errors
/// When the browser does not know it.
pub async fn send(client: &Client, command: &str, parameters: Value) -> Result<()> {
    client.issue_cmd(Command(json!({ "cmd": command, "params": parameters }))).await?;
    Ok(())
}

/// What axe-core has against our windows as they are now.
///
/// # Errors
/// When axe-core is not installed or finds nothing to look at.
pub async fn accessibility_violations(client: &Client) -> Result<Vec<String>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(AXE);
    let axe = std::fs::read_to_string(&file)
        .with_context(|| format!("{} (install it with: cargo xtask setup)", file.display()))?;
    client.execute(&format!("if (!window.axe) {{ {axe} }}"), Vec::new()).await?;
    // Fading in is no finding.
    client
        .execute("document.getAnimations().forEach((animation) => { try { animation.finish(); } catch {} });", vec![])
        .await?;
    let answer = client.execute_async(LOOK, Vec::new()).await?;
    anyhow::ensure!(answer.pointer("/1").and_then(Value::as_u64).unwrap_or_default() > 0, "axe-core looked at nothing");
    let list = answer.pointer("/0").and_then(Value::as_array).context("no list")?;
    Ok(list.iter().filter_map(Value::as_str).map(String::from).collect())
}

/// A command to the driver's own address for the DevTools protocol.
#[derive(Debug)]
struct Command(Value);

impl WebDriverCompatibleCommand for Command {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.0.to_string()))
    }
}
