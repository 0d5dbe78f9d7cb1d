//! None of the guides' examples goes unchecked, and their links lead somewhere.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[allow(dead_code, reason = "other tests use the rest of it")]
mod examples;
#[allow(dead_code, reason = "other tests use the rest of it")]
mod names;

use examples::Example;
use names::{everything_in, read, xtask};
use std::collections::BTreeSet;

/// How an example is checked, and by which file.
fn checked_by(example: &Example) -> bool {
    let Example { document, kind, name, text } = example;
    let contained = |files: &[&str]| files.iter().any(|file| read(file).contains(text.as_str()));
    if kind == "ts" && !compiled(text) {
        return false;
    }
    // Served, run, sent or set by the test that names it; scripts are type-checked as well.
    if !name.is_empty() {
        return taken().contains(&(document.clone(), name.clone()));
    }
    match kind.as_str() {
        "html" | "js" | "javascript" | "jsx" | "ts" | "http" | "properties" | "css" | "text" => false,
        "rust" => contained(&["tests/bus_plugin/mod.rs"]),
        "sh" => text.lines().all(runs),
        other => panic!("{document}: nobody checks blocks of the kind {other:?}"),
    }
}

/// Whether a file for the compiler has this, with the sources in the place of the package.
fn compiled(text: &str) -> bool {
    let frame = text.replace("\"cx-speechstorm/frame-sdk\"", "\"../../pkg-template/frame-sdk.js\"");
    let text = frame.replace("\"cx-speechstorm\"", "\"../../pkg-template/index.js\"");
    ["bus.ts", "extend.ts", "frame.ts"].iter().any(|file| read(&format!("tests/types/{file}")).contains(&text))
}

/// Document and name of every example that a test takes.
fn taken() -> BTreeSet<(String, String)> {
    let folder = std::fs::read_dir(examples::root().join("tests/packaging/tests")).unwrap();
    let files = folder.map(|file| format!("tests/packaging/tests/{}", file.unwrap().file_name().to_string_lossy()));
    let files = files.chain(["tests/e2e/tests/docs.rs", "tests/guides.rs"].map(String::from));
    files.flat_map(|file| taken_by(&read(&file))).collect()
}

/// What this source asks `named` for; a constant stands for its text.
fn taken_by(source: &str) -> Vec<(String, String)> {
    let literal = |text: &str| Some(text.strip_prefix('"')?.split('"').next()?.to_owned());
    let text = |argument: &str| {
        let constant = || literal(source.split(&format!("const {argument}: &str = ")).nth(1)?);
        literal(argument).or_else(constant)
    };
    let calls = source.split("named(").skip(1).filter_map(|call| call.split(')').next()?.split_once(','));
    calls.filter_map(|(document, name)| Some((text(document.trim())?, text(name.trim())?))).collect()
}

/// Whether a line of a shell block is a command that there is.
fn runs(line: &str) -> bool {
    let words: Vec<_> = line.split_whitespace().take_while(|word| *word != "#").collect();
    match words.as_slice() {
        ["cargo", "xtask", "stack", flags @ ..] => {
            let source = read("www/stack/src/config.rs");
            let mut flags = flags.iter().filter_map(|flag| flag.strip_prefix("--"));
            is_run("stack") && flags.all(|flag| source.contains(&format!("    pub {}: ", flag.replace('-', "_"))))
        }
        ["cargo", "xtask", task, ..] => is_run(task) && task_takes(task, &words[3..]),
        ["cargo", "test", "-p", "e2e", file, ..] => is_file(&format!("tests/e2e/tests/{file}.rs")),
        ["cargo", "test", "--test", file, ..] => is_file(&format!("tests/{file}.rs")),
        // The tests of the package install what is packed; its name is the crate's.
        ["npm", "install", name] => read("Cargo.toml").starts_with(&format!("[package]\nname = \"{name}\"\n")),
        // The starter's crate, which `cargo xtask build` compiles, in a copy; the end-to-end test `starter` reads such a copy.
        ["wasm-pack", "build", folder, "--dev", "--target", "web", "--out-dir", "../pkg"] => {
            is_file(&format!("www/host/starter/{folder}/Cargo.toml"))
        }
        // In such a copy, too: `cargo xtask test` does what the README says, and compares the variables with its own.
        ["cargo", "test", "--manifest-path", manifest] => is_file(&format!("www/host/starter/{manifest}")),
        [variable, "cargo", "test", "-p", "cx-stack", "--test", "stack", test] => {
            let name = variable.split('=').next().unwrap_or_default();
            let has_test = everything_in("www/stack/tests/stack").contains(&format!("fn {test}"))
                || is_file(&format!("www/stack/tests/stack/{test}/mod.rs"));
            read("www/stack/tests/stack/effort.rs").contains(&format!("\"{name}\"")) && has_test
        }
        [first, ..] if first.starts_with("RUSTC=") => read("xtask/src/starter.rs").contains("toolchain::by_hand()"),
        ["cargo", "doc", "-p", package, "--target", target, "--open"] => is_documented_by_lint(package, target),
        _ => false,
    }
}

/// Whether `cargo xtask lint` has the documentation of this package made for this target.
fn is_documented_by_lint(package: &str, target: &str) -> bool {
    let words = r#"doc.args(["doc", "--quiet", "--no-deps", "-p", crate::wasm::PLUGIN.package, "--target", TARGET]);"#;
    let plugin = format!("pub const PLUGIN: Crate = Crate {{ package: \"{package}\",");
    let triple = format!("pub const TARGET: &str = \"{target}\";");
    [("lint", words), ("wasm", &plugin), ("toolchain", &triple)]
        .iter()
        .all(|(file, line)| read(&format!("xtask/src/{file}.rs")).contains(line))
}

fn is_file(path: &str) -> bool {
    examples::root().join(path).is_file()
}

/// Whether a task is run: by CI, by `cargo xtask test` on its way, or typed by it.
fn is_run(task: &str) -> bool {
    let in_tests = |call: &str| read("xtask/src/test.rs").contains(call);
    match task {
        "test" | "lint" | "size" => read(".ci/run").contains(&format!("\ncargo xtask {task}\n")),
        "build" => in_tests("dist::build()?"),
        "dist" => in_tests("dist::publish()?"),
        _ => in_tests("commands::run()?") && read("xtask/src/commands.rs").contains(&format!("\"{task} ")),
    }
}

/// Whether `cargo xtask` itself takes these words: it prints its help once it has read them all.
fn task_takes(task: &str, arguments: &[&str]) -> bool {
    let output = xtask(&[&[task], arguments, &["--help"]].concat());
    let help = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success() && help.contains(&format!("Usage: xtask {task}"))
}

#[test]
fn no_example_goes_unchecked() {
    let all = examples::all();
    for example in &all {
        let Example { document, kind, name, text } = example;
        assert!(checked_by(example), "{document}: nobody checks this {kind} block {name}\n{text}");
    }
    assert!(all.len() > 20, "{}", all.len());
}

/// Commands that stand in a sentence.
#[test]
fn no_command_in_a_sentence_goes_unchecked() {
    let mut commands = 0;
    for (document, text) in examples::documents() {
        let sentences: String = text.split("```").step_by(2).collect();
        for code in sentences.split('`').skip(1).step_by(2) {
            if ["cargo ", "npm "].iter().any(|program| code.starts_with(program)) && code != "cargo xtask" {
                assert!(runs(code), "{document}: nobody checks {code}");
                commands += 1;
            }
        }
    }
    assert!(commands > 15, "{commands}");
}

#[test]
fn what_is_not_checked_is_noticed() {
    let example = |kind: &str, name: &str, text: &str| Example {
        document: "x.md".into(),
        kind: kind.into(),
        name: name.into(),
        text: text.into(),
    };
    for (kind, name, text) in [
        ("sh", "", "cargo xtask paint\n"),
        ("sh", "", "cargo xtask demo --quickly\n"),
        ("sh", "", "cargo xtask help\n"),
        ("sh", "", "cargo xtask stack --magic\n"),
        ("sh", "", "rm -r target\n"),
        ("sh", "", "CX_STACK_LUCK=7 cargo test -p cx-stack --test stack killed\n"),
        ("ts", "", "const never = \"written\";\n"),
        ("sh", "", "npm install another-package\n"),
        ("sh", "", "cargo doc -p cx-stack --target wasm32-unknown-unknown --open\n"),
        ("sh", "", "cargo doc -p cx-speechstorm --target wasm32-wasip1 --open\n"),
        ("ts", "bus-types.ts", "const never = \"written\";\n"),
        ("html", "no-such-page.html", "<p>\n"),
        ("js", "no-such-script.js", "x\n"),
        // That of docs/extend.md is run, and this is not it.
        ("js", "follow.js", "x\n"),
        ("javascript", "", "x\n"),
        ("jsx", "", "<p />\n"),
    ] {
        assert!(!checked_by(&example(kind, name, text)), "{kind} {name} {text}");
    }
    assert!(checked_by(&example("sh", "", "npm install cx-speechstorm\n")));
    assert!(std::panic::catch_unwind(|| checked_by(&example("cobol", "", ""))).is_err());
}

/// Blocks by indentation have no kind, so nobody could check them.
#[test]
fn no_document_has_an_indented_block() {
    for (document, text) in examples::documents() {
        let mut fenced = false;
        let mut before = "";
        for line in text.lines() {
            fenced ^= line.starts_with("```");
            assert!(fenced || !(before.is_empty() && line.starts_with("    ")), "{document}: {line}");
            before = line;
        }
    }
}

/// The anchor that GitHub makes of a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    kept.chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut links = 0;
    for (document, text) in examples::documents() {
        let folder = std::path::Path::new(&document).parent().unwrap().to_owned();
        for link in text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            if link.starts_with("https://") {
                continue;
            }
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let path = if file.is_empty() { document.clone() } else { folder.join(file).display().to_string() };
            assert!(examples::root().join(&path).exists(), "{document}: {link}");
            if !heading.is_empty() {
                let target = read(&path);
                let mut headings = target.lines().filter(|line| line.starts_with('#'));
                assert!(
                    headings.any(|line| anchor(line.trim_start_matches('#').trim()) == heading),
                    "{document}: {link} has no such heading"
                );
            }
            links += 1;
        }
    }
    assert!(links > 300, "{links}");
}
