//! Looks at a page and says what keeps MicroApps from opening on it. Arguments: the page's address, and `--chat`.

use anyhow::{Context, Result};
use e2e::doctor::Severity;
use e2e::doctor::judge::findings;
use e2e::doctor::look;
use std::process::ExitCode;
use url::Url;

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().context("the page's address")?;
    let address =
        Url::parse(&address).with_context(|| format!("{address} is no address such as https://shop.example/"))?;
    let facts = look::facts(&address, arguments.next().as_deref() == Some("--chat")).await?;
    let findings = findings(&facts);
    match &facts.plugin {
        Some(plugin) => println!("{}: cx-speechstorm {}\n", facts.page, plugin.version),
        None => println!("{}\n", facts.page),
    }
    for finding in &findings {
        println!("{finding}\n");
    }
    let broken = findings.iter().any(|finding| finding.severity == Severity::Broken);
    if let Some(version) = &facts.widgets {
        println!("Widgets call themselves {version}.");
    }
    if !facts.chatted {
        println!(
            "Filters that other scripts leave show in a chat alone, and were not looked for; run again with --chat."
        );
    }
    if findings.is_empty() {
        println!("Nothing is wrong.");
    }
    Ok(if broken { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
