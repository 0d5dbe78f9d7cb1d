//! What is published weighs no more than a visitor may have to download.
#![allow(clippy::unwrap_used, missing_docs)]

use anyhow::{Context, Result, ensure};
use packaging::files::{read, root};
use serde_json::Value;

#[path = "../../../xtask/src/bars.rs"]
#[allow(dead_code, reason = "the loader is no file of its own")]
mod bars;

/// What these files weigh as they are sent, in kB, and what they may weigh.
fn weigh(names: &[&str], bar: f64) -> Result<(String, f64, f64)> {
    let mut bytes = 0;
    for name in names {
        bytes += u32::try_from(read(&format!("{name}.br"))?.len())?;
    }
    Ok((names.join(" and "), f64::from(bytes) / 1000.0, bar))
}

/// Where the source of Rust's standard library is not installed, more of it is linked: there, what is published is the plain build,
/// and the bars are not for what is linked.
fn is_plain_build() -> Result<bool> {
    let plain = root().join("target/without-source/cx-speechstorm.js");
    let plain = std::fs::metadata(plain).context("cargo xtask test packaging builds it")?.len();
    Ok(u64::try_from(read("cx-speechstorm.js")?.len())? == plain)
}

#[test]
fn nothing_that_a_visitor_downloads_is_over_its_bar() -> Result<()> {
    let manifest: Value = serde_json::from_slice(&read("manifest.json")?)?;
    let files = manifest["files"].as_object().context("no files")?;
    let wasm = files.keys().find(|name| name.starts_with("cx-speechstorm-") && name.ends_with(".wasm"));
    let slim = ["cx-speechstorm.slim.js", wasm.context("no WebAssembly")?];
    let mut weighed = vec![weigh(&["cx-speechstorm.css"], bars::CSS)?];
    let languages: Vec<_> = files.keys().filter(|name| name.starts_with("lang/") && name.ends_with(".json")).collect();
    ensure!(languages.len() >= 15, "{languages:?}");
    for name in languages {
        weighed.push(weigh(&[name], bars::LANGUAGE)?);
    }
    if !is_plain_build()? {
        weighed.push(weigh(&["cx-speechstorm.js"], bars::DROP_IN)?);
        weighed.push(weigh(&slim, bars::SLIM)?);
        weighed.push(weigh(&["cx-speechstorm.nowasm.js"], bars::NOWASM)?);
    }
    let over: Vec<_> = weighed.iter().filter(|(_, weight, bar)| weight > bar).collect();
    ensure!(over.is_empty(), "above their bars, in kB: {over:?}");
    Ok(())
}
