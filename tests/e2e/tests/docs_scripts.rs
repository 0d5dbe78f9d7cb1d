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

/// The table of options as a configuration: each example has to be of the type that index.d.ts says.
fn table_of_options() -> String {
    let text = std::fs::read_to_string(examples::root().join("docs/configure.md")).unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `")).filter_map(|row| {
        let cells: Vec<_> = row.split(" | ").collect();
        (cells.len() >= 5).then(|| format!("  {}: {},\n", cells[0].trim_matches('`'), cells[3].trim_matches('`')))
    });
    let entries: String = rows.collect();
    assert!(entries.lines().count() > 20, "{entries}");
    format!(
        "/** @type {{import('../../../pkg-template/index.js').Configuration}} */\nexport const all = {{\n{entries}}};\n"
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
    let mut scripts = vec![("options.js".to_owned(), table_of_options())];
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
    assert!(scripts.len() >= 7, "{}", scripts.len());
    let folder = examples::root().join("target/tmp");
    assert_eq!(compile(&folder.join("docs-scripts"), &scripts)?, "");
    let wrong = scripts.iter().find(|(name, _)| name.contains("chat-config")).unwrap().1.replace("baseURL", "baseUrl");
    let said = compile(&folder.join("docs-wrong"), &[("wrong.js".to_owned(), wrong)])?;
    assert!(said.contains("baseUrl"), "{said}");
    Ok(())
}
