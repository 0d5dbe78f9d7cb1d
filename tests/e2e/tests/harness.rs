//! The tests leave nothing behind, and none is left out.
#![allow(clippy::unwrap_used, missing_docs)]

use anyhow::Result;
use e2e::stack::Stack;
use e2e::wait::until_true;

#[tokio::test]
async fn a_stack_leaves_neither_process_nor_database() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let (folder, site) = (stack.db.parent().unwrap().to_owned(), stack.site.clone());
    assert!(stack.db.exists());
    drop(stack);
    assert!(!folder.exists(), "{}", folder.display());
    until_true("nobody serves the website", async || Ok(reqwest::get(&site).await.is_err())).await
}

#[test]
fn every_file_of_tests_is_a_module_of_its_program() {
    for package in ["e2e", "packaging"] {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(package).join("tests");
        let modules = std::fs::read_to_string(folder.join("main.rs")).unwrap();
        let files = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path());
        let names: Vec<_> = files.map(|file| file.file_stem().unwrap().to_string_lossy().into_owned()).collect();
        assert!(names.len() > 5, "{package}: {names:?}");
        for name in names.iter().filter(|name| *name != "main") {
            assert!(modules.contains(&format!("\nmod {name};\n")), "{package}: {name}.rs runs nowhere");
        }
    }
}
