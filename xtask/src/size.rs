//! Weighs what a website downloads against the bars of the project, and against what README.md says of it.

use crate::cost::{self, Costs};
use crate::plugin::{self, Scope};
use crate::wasm::{self, Purpose};
use crate::{bars, dist, shell, weigh};
use anyhow::{Result, ensure};

/// One row of the table; kB are 1000 bytes. Files are compressed each by itself, as they are served.
struct Row {
    what: String,
    files: Vec<Vec<u8>>,
    bar: Option<f64>,
    aim: Option<f64>,
    /// What README.md calls it; several rows may be one there.
    told: Option<&'static str>,
}

/// The head of README.md's table of sizes.
const TABLE: &str = "| part | measured | bar |";
/// How many kB a size may differ from what README.md says: compilers and libraries of the same release differ a little.
const MAY_DIFFER: f64 = 0.3;

/// Builds the plugin, prints the table, and says what is above its bar or not as README.md says.
///
/// # Errors
/// When there is such a thing.
pub fn run() -> Result<()> {
    let folder = shell::root().join("target/size");
    dist::empty(&folder)?;
    let built = plugin::build(&folder, Scope::Published)?;
    let loader = shell::root().join("target/bundle/loader.min.js");
    plugin::loader(&loader)?;
    let read = |name: &str| std::fs::read(folder.join(name));
    let wasm = read(&built.wasm_file)?;
    let slim = read(plugin::SLIM)?;
    let row =
        |what: &str, file: Vec<u8>| Row { what: what.into(), files: vec![file], bar: None, aim: None, told: None };
    let limited = |row: Row, told, bar, aim| Row { bar: Some(bar), aim, told: Some(told), ..row };
    let both = Row { files: vec![slim.clone(), wasm.clone()], ..row("slim: script and wasm", Vec::new()) };
    let drop_in = row("drop-in: cx-speechstorm.js", read(plugin::DROP_IN)?);
    let nowasm = row("nowasm: cx-speechstorm.nowasm.js", read(plugin::NOWASM)?);
    let loader = row("loader part alone", std::fs::read(loader)?);
    let mut rows = vec![
        limited(drop_in, "`cx-speechstorm.js`, all in one file", bars::DROP_IN, Some(30.0)),
        limited(both, "`cx-speechstorm.slim.js` with its WebAssembly", bars::SLIM, Some(24.0)),
        row("  of it the script", slim),
        row("  of it the wasm", wasm),
        limited(loader, "of it what hides requests before the core is there", bars::LOADER, Some(2.0)),
        limited(nowasm, "`cx-speechstorm.nowasm.js`", bars::NOWASM, None),
        limited(row("stylesheet", read(plugin::CSS)?), "the stylesheet", bars::CSS, None),
    ];
    let is_json = |path: &std::path::PathBuf| path.extension().is_some_and(|ending| ending == "json");
    for path in plugin::files_below(&folder.join("lang"))?.into_iter().filter(is_json) {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        rows.push(limited(
            row(&format!("language {name}"), std::fs::read(&path)?),
            "one language",
            bars::LANGUAGE,
            None,
        ));
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
    let untrue = untrue(&std::fs::read_to_string(shell::root().join("README.md"))?, &weighed);
    ensure!(untrue.is_empty(), "README.md says something else:\n{}", untrue.join("\n"));
    Ok(())
}

/// What README.md's table says of rows and the kB that they weigh, and is not so.
fn untrue(readme: &str, weighed: &[(&Row, f64)]) -> Vec<String> {
    let lines = readme.lines().skip_while(|line| *line != TABLE).skip(2).take_while(|line| line.starts_with('|'));
    let mut parts = Vec::new();
    let mut untrue = Vec::new();
    for line in lines {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [part, measured, bar] = cells[..] else { continue };
        parts.push(part);
        let rows: Vec<_> = weighed.iter().filter(|(row, _)| row.told == Some(part)).collect();
        let least = rows.iter().map(|(_, weight)| *weight).fold(f64::INFINITY, f64::min);
        let most = rows.iter().map(|(_, weight)| *weight).fold(0.0, f64::max);
        let (low, high) = measured.split_once(" to ").unwrap_or((measured, measured));
        let near = |told: &str, is: f64| told.parse::<f64>().is_ok_and(|told| (told - is).abs() <= MAY_DIFFER);
        let same_bar = rows.iter().all(|(row, _)| row.bar == bar.parse().ok());
        if !(near(low, least) && near(high, most) && same_bar) {
            untrue.push(format!("{part}: {measured}, bar {bar}; it is {least:.1} to {most:.1}"));
        }
    }
    let missing = weighed.iter().filter_map(|(row, _)| row.told).filter(|told| !parts.contains(told));
    untrue.extend(missing.map(|told| format!("{told}: nothing")));
    untrue
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
        let row = |what: &str, bar| Row { what: what.into(), files: Vec::new(), bar, aim: Some(1.0), told: None };
        let (bound, part) = (row("drop-in", Some(45.0)), row("  of it the wasm", None));
        assert_eq!(over(&[(&bound, 45.0), (&part, 99.0)]), [""; 0]);
        assert_eq!(over(&[(&part, 99.0), (&bound, 45.01), (&bound, 44.99)]), ["drop-in"]);
    }

    #[test]
    fn what_the_readme_says_of_sizes_is_so_or_named() {
        let row = |told| Row { what: String::new(), files: Vec::new(), bar: Some(1.5), aim: None, told };
        let (one, part) = (row(Some("one language")), row(None));
        let readme = |cells: &str| format!("Text\n\n{TABLE}\n| --- | --- | --- |\n{cells}\n\n| other | 9 | 9 |\n");
        let of = |cells: &str| untrue(&readme(cells), &[(&one, 0.5), (&part, 9.0), (&one, 0.9)]).len();
        assert_eq!(of("| one language | 0.4 to 0.7 | 1.5 |"), 0);
        assert_eq!(of("| one language | 0.5 to 1.3 | 1.5 |"), 1, "too much");
        assert_eq!(of("| one language | 0.1 to 0.9 | 1.5 |"), 1, "too little");
        assert_eq!(of("| one language | 0.5 to 0.9 | 1 |"), 1, "another bar");
        assert_eq!(of("| one language | 0.5 to 0.9 | 1.5 |\n| a stranger | 1 | 1.5 |"), 1, "what nobody weighs");
        assert_eq!(untrue("", &[(&one, 0.5)]), ["one language: nothing"]);
    }

    #[test]
    fn kilobytes_are_thousands_of_bytes_of_each_file_by_itself() {
        let row =
            Row { what: String::new(), files: vec![vec![0; 1500], vec![0; 500]], bar: None, aim: None, told: None };
        assert_eq!(row.kilobytes(|file| Ok(file.to_vec())).ok(), Some(2.0));
        assert_eq!(row.kilobytes(|_| Ok(vec![0; 20])).ok(), Some(0.04));
    }
}
