//! The scripts of the documents are type-checked against the package's declarations.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::Result;
use serde_json::json;
use std::path::Path;

use crate::docs::examples;

/// What stands between the tags of inline scripts.
fn inline_scripts(page: &str) -> Vec<&str> {
    page.split("<script>").skip(1).map(|rest| rest.split("</script>").next().unwrap()).collect()
}

/// A table of options as a value of this type of index.d.ts: each example has to be of the type that is declared.
fn table_of_options(heading: &str, declared: &str) -> String {
    let text = std::fs::read_to_string(examples::root().join("docs/configure.md")).unwrap();
    let (_, table) = text.split_once(&format!("\n{heading}\n")).unwrap();
    let rows = table.lines().skip(1).map_while(|line| line.strip_prefix("| `"));
    let entry = |row: &str| {
        let cells: Vec<_> = row.split(" | ").collect();
        format!("  {}: {},\n", cells[0].trim_matches('`'), cells[3].trim_matches('`'))
    };
    let entries: String = rows.map(entry).collect();
    assert!(entries.lines().count() >= 3, "{entries}");
    format!(
        "/** @type {{import('../../../pkg-template/index.js').{declared}}} */\nexport const all = {{\n{entries}}};\n"
    )
}

/// Every script of the documents to a file of its own in `folder`, and what the compiler says of them.
fn compile(folder: &Path, scripts: &[(String, String)]) -> Result<String> {
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir_all(folder)?;
    for (name, text) in scripts {
        std::fs::write(folder.join(name), text)?;
    }
    let settings = json!({
        "extends": "../../../tests/types/tsconfig.json",
        "compilerOptions": { "allowJs": true, "checkJs": true, "noUnusedLocals": false, "moduleDetection": "force" },
        "include": ["*.js", "../../../pkg-template/*.d.ts"],
    });
    std::fs::write(folder.join("tsconfig.json"), settings.to_string())?;
    let tsc = examples::root().join("xtask/node/node_modules/typescript/bin/tsc");
    anyhow::ensure!(tsc.is_file(), "{} (install it with: cargo xtask setup)", tsc.display());
    let output = std::process::Command::new("node").arg(tsc).arg("-p").arg(folder).output()?;
    Ok(String::from_utf8(output.stdout)?)
}

#[test]
fn every_script_passes_the_compiler_and_a_wrong_one_does_not() -> Result<()> {
    let options = table_of_options("| option | type | default | example | what it does |", "Configuration");
    let install =
        table_of_options("| option of `install` | type | default | example | what it does |", "InstallOptions");
    let mut scripts = vec![("options.js".to_owned(), options), ("install.js".to_owned(), install)];
    for example in examples::all() {
        let of = Path::new(&example.document).file_stem().unwrap().to_string_lossy().into_owned();
        match example.kind.as_str() {
            "js" => scripts.push((format!("{of}-{}", example.name), example.text)),
            "html" => {
                for (at, script) in inline_scripts(&example.text).into_iter().enumerate() {
                    scripts.push((format!("{of}-{}-{at}.js", example.name), script.to_owned()));
                }
            }
            _ => {}
        }
    }
    assert!(scripts.len() >= 8, "{}", scripts.len());
    let folder = examples::root().join("target/tmp");
    assert_eq!(compile(&folder.join("docs-scripts"), &scripts)?, "");
    let wrong = scripts.iter().find(|(name, _)| name.contains("chat-config")).unwrap().1.replace("baseURL", "baseUrl");
    let said = compile(&folder.join("docs-wrong"), &[("wrong.js".to_owned(), wrong)])?;
    assert!(said.contains("baseUrl"), "{said}");
    Ok(())
}
