//! Weighs what a website downloads against the bars of the project.

use crate::cost::{self, Costs};
use crate::plugin::{self, Scope};
use crate::wasm::{self, Purpose};
use crate::{dist, shell, weigh};
use anyhow::{Result, ensure};

/// One row of the table; kB are 1000 bytes. Files are compressed each by itself, as they are served.
struct Row {
    what: String,
    files: Vec<Vec<u8>>,
    bar: Option<f64>,
    aim: Option<f64>,
}

/// Builds the plugin, prints the table, and says what is above its bar.
///
/// # Errors
/// When something is above its bar.
pub fn run() -> Result<()> {
    let folder = shell::root().join("target/size");
    dist::empty(&folder)?;
    let built = plugin::build(&folder, Scope::Published)?;
    let loader = shell::root().join("target/bundle/loader.min.js");
    plugin::loader(&loader)?;
    let read = |name: &str| std::fs::read(folder.join(name));
    let wasm = read(&built.wasm_file)?;
    let slim = read(plugin::SLIM)?;
    let both = |what: &str, files, bar, aim| Row { what: what.into(), files, bar, aim };
    let row = |what: &str, file: Vec<u8>, bar: Option<f64>, aim: Option<f64>| both(what, vec![file], bar, aim);
    let mut rows = vec![
        row("drop-in: cx-speechstorm.js", read(plugin::DROP_IN)?, Some(45.0), Some(30.0)),
        both("slim: script and wasm", vec![slim.clone(), wasm.clone()], Some(36.0), Some(24.0)),
        row("  of it the script", slim, None, None),
        row("  of it the wasm", wasm, None, None),
        row("loader part alone", std::fs::read(loader)?, Some(3.0), Some(2.0)),
        row("nowasm: cx-speechstorm.nowasm.js", read(plugin::NOWASM)?, Some(70.0), None),
        row("stylesheet", read(plugin::CSS)?, Some(4.0), None),
    ];
    let is_json = |path: &std::path::PathBuf| path.extension().is_some_and(|ending| ending == "json");
    for path in plugin::files_below(&folder.join("lang"))?.into_iter().filter(is_json) {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        rows.push(row(&format!("language {name}"), std::fs::read(&path)?, Some(1.5), None));
    }
    println!("\n{:<34} {:>9} {:>9} {:>9}  {:>6} {:>6}", "kB", "raw", "gzip", "brotli", "bar", "aim");
    let mut weighed = Vec::new();
    for row in &rows {
        let raw = row.kilobytes(|file| Ok(file.to_vec()))?;
        let (gzip, brotli) = (row.kilobytes(weigh::gzip)?, row.kilobytes(weigh::brotli)?);
        let limit = |limit: Option<f64>| limit.map_or("-".to_owned(), |limit| limit.to_string());
        println!("{:<34} {raw:>9.1} {gzip:>9.1} {brotli:>9.2}  {:>6} {:>6}", row.what, limit(row.bar), limit(row.aim));
        weighed.push((row, brotli));
    }
    costs()?;
    let over = over(&weighed);
    ensure!(over.is_empty(), "above the bar: {}", over.join(", "));
    Ok(())
}

/// What is above its bar, of rows and the kB that they weigh.
fn over<'a>(weighed: &[(&'a Row, f64)]) -> Vec<&'a str> {
    let heavy = weighed.iter().filter(|(row, weight)| row.bar.is_some_and(|bar| *weight > bar));
    heavy.map(|(row, _)| row.what.trim()).collect()
}

impl Row {
    fn kilobytes(&self, compress: impl Fn(&[u8]) -> Result<Vec<u8>>) -> Result<f64> {
        let sizes = self.files.iter().map(|file| Ok(compress(file)?.len() as f64 / 1000.0));
        sizes.sum()
    }
}

/// Says what is in the WebAssembly. Its functions are those that visitors download, but for what only names change.
fn costs() -> Result<()> {
    let named = wasm::build(wasm::PLUGIN.built_for(Purpose::Names))?;
    let Costs { crates, modules, data } = cost::of(&std::fs::read(named.wasm)?)?;
    let code: usize = crates.iter().map(|(_, size)| size).sum();
    let line = |name: &str, size: usize| {
        println!("{name:<34} {:>9.1} {:>8.1}%", size as f64 / 1000.0, 100.0 * size as f64 / (code + data) as f64);
    };
    println!("\n{:<34} {:>9} {:>9}", "kB of the wasm, by crate", "raw", "share");
    crates.iter().for_each(|(name, size)| line(name, *size));
    line("data", data);
    println!("\n{:<34} {:>9} {:>9}", "kB of our own crate, by module", "raw", "share");
    modules.iter().for_each(|(name, size)| line(name, *size));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_above_its_bar_is_named_and_an_aim_is_no_bar() {
        let row = |what: &str, bar| Row { what: what.into(), files: Vec::new(), bar, aim: Some(1.0) };
        let (bound, part) = (row("drop-in", Some(45.0)), row("  of it the wasm", None));
        assert_eq!(over(&[(&bound, 45.0), (&part, 99.0)]), [""; 0]);
        assert_eq!(over(&[(&part, 99.0), (&bound, 45.01), (&bound, 44.99)]), ["drop-in"]);
    }

    #[test]
    fn kilobytes_are_thousands_of_bytes_of_each_file_by_itself() {
        let row = Row { what: String::new(), files: vec![vec![0; 1500], vec![0; 500]], bar: None, aim: None };
        assert_eq!(row.kilobytes(|file| Ok(file.to_vec())).ok(), Some(2.0));
        assert_eq!(row.kilobytes(|_| Ok(vec![0; 20])).ok(), Some(0.04));
    }
}
