//! The guides of docs/ say what the sources say: options, codes, criteria, defects, settings, commands.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[allow(dead_code, reason = "other tests use the rest of it")]
mod examples;
#[allow(dead_code, reason = "other tests use the rest of it")]
mod names;

use cx_speechstorm::core::config::Config;
use cx_speechstorm::core::options::{Given, Options};
use cx_speechstorm::core::request::{self, ChatText};
use names::{codes, everything_in, quoted, read, sorted, xtask};
use std::collections::BTreeSet;

/// The cells of the rows of all tables with this heading row.
fn rows(document: &str, heading: &str) -> Vec<Vec<String>> {
    let text = read(document);
    let mut rows = Vec::new();
    for table in text.split(&format!("{heading}\n")).skip(1) {
        let lines = table.lines().skip(1).take_while(|line| line.starts_with('|'));
        rows.extend(lines.map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()));
    }
    assert!(!rows.is_empty(), "{document} has no table {heading}");
    rows
}

/// What stands between backquotes.
fn code_words(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(String::from).collect()
}

/// One option with the value that an example writes; all others are absent.
fn one(name: &str, text: &str) -> Options {
    let mut options = Options::default();
    let given = match serde_json::from_str(text) {
        Ok(serde_json::Value::Number(number)) => Given::Number(number.as_f64().unwrap()),
        Ok(serde_json::Value::Bool(flag)) => Given::Flag(flag),
        Ok(serde_json::Value::String(text)) => Given::Text(text),
        Ok(serde_json::Value::Array(list)) => {
            Given::List(list.iter().map(|text| text.as_str().unwrap().to_owned()).collect())
        }
        _ => Given::Text(text.to_owned()),
    };
    assert_eq!(options.set(name, given, false), Ok(()), "{name} = {text}");
    options
}

const PAGE: &str = "https://www.bank.example";
const OPTIONS: &str = "| option | type | default | example | what it does |";

/// The configuration that these options come to, and the names of the faulty ones.
fn configured(options: &Options) -> (String, Vec<&'static str>) {
    let (config, faults) = Config::check(options, PAGE);
    (format!("{config:?}"), faults.iter().map(|fault| fault.option).collect())
}

#[test]
fn every_option_is_explained_once_with_a_default_and_an_example_that_are_true() {
    let rows = rows("docs/configure.md", OPTIONS);
    let named: Vec<_> = rows.iter().map(|row| row[0].trim_matches('`').to_owned()).collect();
    assert_eq!(named, Options::NAMES, "all options, in the order of the sources");
    let nothing = configured(&Options::default());
    for (name, row) in named.iter().zip(&rows) {
        let (default, example) = (row[2].trim_matches('`'), row[3].trim_matches('`'));
        // What depends on the page, or is nothing, is written in words.
        let default = match row[2].as_str() {
            "the page's origin" | "the origin of `baseURL`" if name == "allowedOrigins" => {
                r#"["https://www.bank.example"]"#
            }
            "the page's origin" => PAGE,
            "none" => "",
            _ => default,
        };
        assert_eq!(configured(&one(name, default)), nothing, "{name} = {default} is the default");
        let (config, faults) = configured(&one(name, example));
        assert!(faults.is_empty(), "{name} = {example}: {faults:?}");
        if name == "intercept" {
            let chosen = format!("own(attributes, 'intercept') || '{default}';");
            assert!(read("pkg-template/loader.js").contains(&chosen), "the loader does not choose {default}");
        }
        // This one says what `baseURL` already does, and `intercept` is the loader's.
        if !["intercept", "allowedOrigins"].contains(&name.as_str()) {
            assert_ne!(config, nothing.0, "{name} = {example} changes something");
        }
        assert!(!row[4].is_empty(), "{name}");
    }
}

#[test]
fn the_readme_says_the_same_of_the_options_that_it_names() {
    let all = rows("docs/configure.md", OPTIONS);
    for row in rows("README.md", "| option of `speechstorm` | default | what it does |") {
        let same = all.iter().find(|other| other[0] == row[0]).unwrap_or_else(|| panic!("no option {}", row[0]));
        assert_eq!(row[1], same[2], "{}", row[0]);
    }
}

#[test]
fn the_types_of_options_are_those_of_the_declarations() {
    let declarations = read("pkg-template/index.d.ts");
    let of = |name: &str| {
        let (_, rest) = declarations.split_once(&format!("  {name}?: ")).unwrap_or_else(|| panic!("no {name}"));
        rest.split(';').next().unwrap().to_owned()
    };
    let placements = declarations.split_once("export type Placement = ").unwrap().1.split(';').next().unwrap();
    for row in rows("docs/configure.md", OPTIONS) {
        let name = row[0].trim_matches('`');
        let declared = of(name);
        let (said, words) = (row[1].as_str(), code_words(&row[1]));
        let agrees = match declared.as_str() {
            "string" => said == "text",
            "boolean" => said == "yes or no",
            "number" => said == "seconds",
            "string[]" | "AcceptedSender[]" => said == "list",
            "Placement" => words == quoted(placements),
            union => words == quoted(union) && !words.is_empty(),
        };
        assert!(agrees, "{name} is {declared}, not {said}");
    }
}

#[test]
fn the_options_of_install_are_those_of_the_declarations() {
    let declarations = read("pkg-template/index.d.ts");
    let (_, interface) = declarations.split_once("export interface InstallOptions {\n").unwrap();
    let members = interface.split("\n}").next().unwrap().lines().filter_map(|line| line.trim().split_once("?: "));
    let declared: Vec<_> =
        members.map(|(name, kind)| (name.to_owned(), kind.trim_end_matches(';').to_owned())).collect();
    let rows = rows("docs/configure.md", "| option of `install` | type | default | example | what it does |");
    let said: Vec<_> = rows.iter().map(|row| (row[0].clone(), code_words(&row[1]).join(" | "))).collect();
    let declared: Vec<_> = declared.into_iter().map(|(name, kind)| (format!("`{name}`"), kind)).collect();
    assert_eq!(said, declared);
    assert!(read("pkg-template/index.js").contains("install({ configuration, wasm, css: styled = true } = {})"));
    assert_eq!(
        rows.iter().map(|row| row[2].as_str()).collect::<Vec<_>>(),
        ["none", "the file in the package", "`true`"]
    );
}

#[test]
fn the_attributes_of_the_script_tag_are_those_of_the_loader() {
    let loader = ["loader.js", "page.js"].map(|file| read(&format!("pkg-template/{file}"))).concat();
    let rows = rows("docs/configure.md", "| attribute | type | default | example | what it does |");
    let documented = rows.iter().map(|row| row[0].trim_matches('`').strip_prefix("data-").unwrap());
    let mut read = Vec::new();
    for part in loader.split("own(attributes, ").skip(1) {
        let argument = part.split(')').next().unwrap();
        match argument.strip_prefix('\'') {
            Some(name) => read.push(name.trim_end_matches('\'').replace("baseUrl", "base-url")),
            // The loop over names above it.
            None => read.extend(["domain".to_owned(), "placement".to_owned()]),
        }
    }
    assert!(loader.contains("['domain', 'placement'].forEach((name) => set(name, own(attributes, name)))"));
    assert_eq!(sorted(documented), sorted(read));
    assert_eq!(rows.len(), options_among(&rows) + 1, "one is no option");
    // That one has a single value.
    let css = rows.iter().find(|row| row[0] == "`data-css`").unwrap();
    assert_eq!((css[1].as_str(), value_of(css)), ("`none`", "none"));
    assert!(loader.contains("if (own(attributes, 'css') !== 'none') unstyle = style(base);"));
}

/// The value in an attribute's example.
fn value_of(row: &[String]) -> &str {
    let example = row[3].trim_matches('`').strip_prefix(row[0].trim_matches('`'));
    example.and_then(|rest| rest.strip_prefix("=\"")?.strip_suffix('"')).unwrap_or_else(|| panic!("{row:?}"))
}

/// How many attributes stand for an option; each has the option's name, type and default, and an example that it takes.
fn options_among(attributes: &[Vec<String>]) -> usize {
    let options = rows("docs/configure.md", OPTIONS);
    let mut counted = 0;
    for row in attributes {
        let Some(option) = options.iter().find(|option| row[4] == format!("the option {}", option[0])) else {
            continue;
        };
        let name = option[0].trim_matches('`');
        let attribute = row[0].trim_matches('`').trim_start_matches("data-").replace('-', "");
        assert_eq!((attribute, &row[1], &row[2]), (name.to_lowercase(), &option[1], &option[2]));
        let (config, faults) = configured(&one(name, value_of(row)));
        assert!(faults.is_empty(), "{row:?}: {faults:?}");
        // What hides the lines is chosen by the loader alone.
        assert!(name == "intercept" || config != configured(&Options::default()).0, "{row:?} changes something");
        counted += 1;
    }
    counted
}

#[test]
fn every_code_has_its_cause_and_what_to_do() {
    let rows = rows("docs/troubleshoot.md", "| code | cause | what to do |");
    let explained: Vec<_> = rows.iter().flat_map(|row| code_words(&row[0])).collect();
    assert_eq!(sorted(explained.clone()), codes());
    assert_eq!(explained.len(), codes().len(), "each once");
    assert!(rows.iter().all(|row| row.len() == 3 && row.iter().all(|cell| !cell.is_empty())));
}

#[test]
fn every_defect_of_the_script_stands_beside_what_is_done_now() {
    let rows = rows("docs/migrate.md", "| # | cx-speechstorm.js | cx-speechstorm |");
    let numbers: Vec<_> = rows.iter().map(|row| row[0].clone()).collect();
    assert_eq!(numbers, (1..=30).map(|number| number.to_string()).collect::<Vec<_>>());
    for row in &rows {
        let beside = row[2..].concat();
        assert!(!row[1].is_empty() && !beside.is_empty(), "{row:?}");
        assert!(beside.contains("]("), "{} links to what there is now", row[0]);
    }
}

#[test]
fn every_name_that_stays_is_a_name_of_the_sources() {
    let text = read("docs/migrate.md");
    let (_, section) = text.split_once("## What stays\n").unwrap();
    let names = code_words(section.split("## ").next().unwrap());
    assert!(names.len() > 15, "{names:?}");
    let sources = everything_in("src") + &everything_in("pkg-template");
    for name in names {
        let parts: Vec<_> = name.split('.').filter(|part| *part != "widgets").collect();
        let known =
            |part: &&str| ['"', '\'', '`'].iter().any(|quote| sources.contains(&format!("{quote}{part}{quote}")));
        assert!(parts.iter().all(known), "{name}");
    }
}

/// The success criteria of WCAG 2.2 of the levels A and AA; 4.1.1 has gone.
const CRITERIA: &str = "1.1.1 1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.3.3 1.3.4 1.3.5 1.4.1 1.4.2 1.4.3 1.4.4 1.4.5 \
    1.4.10 1.4.11 1.4.12 1.4.13 2.1.1 2.1.2 2.1.4 2.2.1 2.2.2 2.3.1 2.4.1 2.4.2 2.4.3 2.4.4 2.4.5 2.4.6 2.4.7 2.4.11 2.5.1 \
    2.5.2 2.5.3 2.5.4 2.5.7 2.5.8 3.1.1 3.1.2 3.2.1 3.2.2 3.2.3 3.2.4 3.2.6 3.3.1 3.3.2 3.3.3 3.3.4 3.3.7 3.3.8 4.1.2 4.1.3";

#[test]
fn every_criterion_has_a_verdict_and_what_shows_it() {
    let rows = rows("docs/accessibility.md", "| criterion | level | conformance | remarks | shown by |");
    let numbers: Vec<_> = rows.iter().map(|row| row[0].split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(numbers.join(" "), CRITERIA);
    for row in &rows {
        let shown = row[4].contains("](../tests/") || row[4].starts_with("by construction: ");
        match row[2].as_str() {
            "supports" | "partially supports" => assert!(shown, "{row:?}"),
            "not applicable" => assert!(row[4].is_empty() && !row[3].is_empty(), "{row:?}"),
            other => panic!("{other}"),
        }
    }
    let heading = "| level | supports | partially supports | does not support | not applicable |";
    for summary in self::rows("docs/accessibility.md", heading) {
        let verdicts = ["supports", "partially supports", "does not support", "not applicable"];
        for (verdict, counted) in verdicts.iter().zip(&summary[1..]) {
            let count = rows.iter().filter(|row| row[1] == summary[0] && row[2] == *verdict).count();
            assert_eq!(*counted, count.to_string(), "{} {verdict}", summary[0]);
        }
    }
}

#[test]
fn the_keys_of_the_report_are_those_that_the_sources_heed() {
    /// What browsers do by themselves for the focus and for buttons.
    const OF_BROWSERS: [&str; 4] = ["Tab", "Shift", "Enter", "Space"];
    let rows = rows("docs/accessibility.md", "| key | where | what it does | shown by |");
    let documented: BTreeSet<_> = rows.iter().flat_map(|row| code_words(&row[0])).collect();
    let sources = everything_in("pkg-template");
    let compared = sources.split("event.key ").skip(1).flat_map(|rest| quoted_either_way(rest.lines().next().unwrap()));
    let heeded: BTreeSet<_> = compared.chain(OF_BROWSERS.map(String::from)).collect();
    assert_eq!(documented, heeded);
    // Two that look at the key, one that only notices that the customer is at work, and one that looks where `Tab` has gone.
    let listeners = ["'keydown'", "\"keydown\"", "keyup"].map(|name| sources.matches(name).count());
    assert_eq!(listeners, [1, 2, 1], "another listener");
    for other in ["keypress", "keyCode", "event.code", "accesskey", "accessKey"] {
        assert!(!sources.contains(other), "{other}");
    }
}

/// The first text in a line, between quotes of either kind.
fn quoted_either_way(line: &str) -> Option<String> {
    line.split(['\'', '"']).nth(1).map(String::from)
}

/// Name and file of each [`name`](../file), wherever it stands.
#[test]
fn every_test_that_a_guide_names_is_there() {
    let mut tests = BTreeSet::new();
    for document in ["docs/security.md", "docs/accessibility.md"] {
        for part in read(document).split("[`").skip(1) {
            let Some((name, rest)) = part.split_once("`](../") else { continue };
            let file = rest.split(')').next().unwrap();
            if file.ends_with(".rs") {
                assert!(names::is_test(&read(file), name), "{document}: {file} has no test {name}");
                tests.insert(name.to_owned());
            }
        }
    }
    assert!(tests.len() > 40, "{}", tests.len());
    for row in rows("docs/security.md", "| guarantee | tests |") {
        assert!(row[1].contains("](../"), "{} has no test", row[0]);
    }
}

#[test]
fn the_server_settings_are_those_that_the_stack_knows() {
    let block = examples::named("docs/integrate.md", "server-settings.properties");
    let given: Vec<_> = block.lines().map(|line| line.split_once('=').unwrap().0.to_owned()).collect();
    let source = read("www/stack/src/messaging_server/settings.rs");
    let (_, known) = source.split_once("pub const NAMES").unwrap();
    let known = quoted(known.split("];").next().unwrap());
    let known = known.into_iter().filter(|name| name.starts_with("GenesysSDK."));
    assert_eq!(sorted(given.clone()), sorted(known));
    let explained = rows("docs/integrate.md", "| setting | what it decides |");
    assert_eq!(explained.iter().map(|row| row[0].trim_matches('`').to_owned()).collect::<Vec<_>>(), given);
}

#[test]
fn every_directive_of_the_policy_is_explained() {
    let headers = examples::named("docs/security.md", "page-headers.http");
    let policy = headers.lines().find_map(|line| line.strip_prefix("Content-Security-Policy: ")).unwrap();
    let directives: Vec<_> = policy.split("; ").map(|directive| directive.split(' ').next().unwrap()).collect();
    let rows = rows("docs/security.md", "| directive | the plugin needs | for |");
    let explained: Vec<_> = rows.iter().flat_map(|row| code_words(&row[0])).collect();
    assert_eq!(sorted(explained), sorted(directives));
}

#[test]
fn the_standard_response_is_a_request() {
    let text = examples::named("docs/integrate.md", "standard-response.txt");
    assert_eq!(examples::named("README.md", "standard-response.txt"), text);
    let ChatText::Request(request) = request::parse(text.trim_end()) else { panic!("{text}") };
    assert_eq!((request.token.as_str(), request.name.as_deref()), ("T3NB68E-", Some("Payment")));
    assert_eq!(request.parameters.len(), 2);
    assert!(request.warnings.is_empty());
}

#[test]
fn hacking_names_every_task_and_every_folder() {
    let text = read("docs/hacking.md");
    let output = xtask(&["--help"]);
    let help = String::from_utf8_lossy(&output.stdout).into_owned();
    let (_, tasks) = help.split_once("Commands:\n").unwrap();
    let tasks = tasks.split("\n\n").next().unwrap().lines().filter_map(|line| line.split_whitespace().next());
    let tasks: Vec<_> = tasks.filter(|task| *task != "help").collect();
    assert!(tasks.len() >= 7, "{tasks:?}");
    for task in tasks {
        assert!(text.contains(&format!("cargo xtask {task}")), "docs/hacking.md lacks cargo xtask {task}");
    }
    for folder in rows("docs/hacking.md", "| folder | what |") {
        for path in code_words(&folder[0]) {
            assert!(examples::root().join(&path).is_dir(), "{path}");
        }
    }
}
