//! Weighs what a website downloads against the bars of the project.

use crate::plugin::{self, Scope};
use crate::{dist, shell, weigh};
use anyhow::{Result, bail};

/// One row of the table; kB are 1000 bytes.
struct Row {
    what: &'static str,
    bytes: Vec<u8>,
    bar: Option<f64>,
    aim: Option<f64>,
}

/// Flags of `cargo xtask size`.
#[derive(clap::Args)]
pub struct Options {
    /// Fail when something is above its bar
    #[arg(long)]
    gate: bool,
}

/// Builds the plugin, prints the table, and says what is above its bar.
pub fn run(options: &Options) -> Result<()> {
    let folder = shell::root().join("target/size");
    dist::empty(&folder)?;
    let built = plugin::build(&folder, Scope::Published)?;
    let loader = shell::root().join("target/bundle/loader.min.js");
    plugin::loader(&loader)?;
    let read = |name: &str| std::fs::read(folder.join(name));
    let wasm = read(&built.wasm_file)?;
    let slim = read(plugin::SLIM)?;
    let rows = [
        Row { what: "drop-in: cx-speechstorm.js", bytes: read(plugin::DROP_IN)?, bar: Some(45.0), aim: Some(30.0) },
        Row {
            what: "slim: script and wasm",
            bytes: [slim.clone(), wasm.clone()].concat(),
            bar: Some(36.0),
            aim: Some(24.0),
        },
        Row { what: "  of it the script", bytes: slim, bar: None, aim: None },
        Row { what: "  of it the wasm", bytes: wasm, bar: None, aim: None },
        Row { what: "loader part alone", bytes: std::fs::read(loader)?, bar: Some(3.0), aim: Some(2.0) },
        Row { what: "nowasm: cx-speechstorm.nowasm.js", bytes: read(plugin::NOWASM)?, bar: Some(70.0), aim: None },
        Row { what: "stylesheet", bytes: read(plugin::CSS)?, bar: Some(4.0), aim: None },
    ];
    println!("\n{:<34} {:>9} {:>9} {:>9}  {:>6} {:>6}", "kB", "raw", "gzip", "brotli", "bar", "aim");
    let mut over = Vec::new();
    for row in &rows {
        let (gzip, brotli) = (kilobytes(&weigh::gzip(&row.bytes)?), kilobytes(&weigh::brotli(&row.bytes)?));
        let limit = |limit: Option<f64>| limit.map_or("-".to_owned(), |limit| format!("{limit:.0}"));
        println!(
            "{:<34} {:>9.1} {gzip:>9.1} {brotli:>9.1}  {:>6} {:>6}",
            row.what,
            kilobytes(&row.bytes),
            limit(row.bar),
            limit(row.aim)
        );
        if row.bar.is_some_and(|bar| brotli > bar) {
            over.push(row.what.trim());
        }
    }
    match over.join(", ") {
        over if over.is_empty() => {}
        over if options.gate => bail!("above the bar: {over}"),
        over => println!("\nabove the bar: {over}"),
    }
    Ok(())
}

fn kilobytes(bytes: &[u8]) -> f64 {
    bytes.len() as f64 / 1000.0
}
