//! What is built where the source of Rust's standard library is not installed: larger, and the same otherwise.
#![allow(clippy::indexing_slicing, missing_docs)]

use anyhow::{Context, Result};
use e2e::browser::{Driver, Window};
use e2e::customer::Customer;
use packaging::files::{copy, root};
use packaging::journey::{has_loaded, opens};
use packaging::server::Site;
use serde_json::Value;

/// A page with the drop-in beside it; what is in `refused` is in force from after Widgets on, which are WebAssembly themselves.
fn page(refused: &str) -> String {
    format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>Page</title><link rel=icon href='data:,'>\
         <link rel=stylesheet href=/js/cx-host.css><script src=/config.js></script><script src=/js/cx-host.js></script>{refused}\
         <script src=/cx-speechstorm.js></script></head><body><main><h1>Page</h1></main></body></html>"
    )
}

#[tokio::test]
async fn the_drop_in_of_a_plain_build_works_and_falls_back_where_webassembly_is_refused() -> Result<()> {
    let customer = Customer::visit_with(&Driver::start().await?, "about:blank", Window::default(), "").await?;
    let policy = "<meta http-equiv=Content-Security-Policy content=\"script-src 'self'\">";
    for (name, refused) in [("plain", ""), ("plain-refused", policy)] {
        let folder = tempfile::tempdir()?;
        copy(&root().join("target/without-source"), folder.path()).context("cargo xtask test packaging builds it")?;
        std::fs::write(folder.path().join("index.html"), page(refused))?;
        let site = Site::with_folder(name, folder.path()).await?;
        customer.moves_to(&format!("{}/", site.origin)).await?;
        opens(&customer, &site.stack).await.context(name)?;
        assert_eq!(has_loaded(&customer, ".nowasm.").await?, !refused.is_empty(), "{name}");
    }
    Ok(())
}

#[test]
fn a_plain_build_has_its_manifest_its_bill_and_its_licences() -> Result<()> {
    let read = |name: &str| std::fs::read(root().join("target/without-source").join(name)).context(name.to_owned());
    let manifest: Value = serde_json::from_slice(&read("manifest.json")?)?;
    for script in ["cx-speechstorm.js", "cx-speechstorm.slim.js", "cx-speechstorm.nowasm.js", "index.js"] {
        assert_eq!(manifest["files"][script]["bytes"], read(script)?.len(), "{script}");
    }
    let bill: Value = serde_json::from_slice(&read("sbom.cdx.json")?)?;
    let components = bill["components"].as_array().context("no components")?;
    let texts = String::from_utf8(read("THIRD-PARTY-LICENSES.txt")?)?;
    for name in ["rust-std", "compiler_builtins", "hashbrown", "dlmalloc", "rlsf", "binaryen"] {
        assert!(components.iter().any(|one| one["name"] == name), "{name}");
        assert!(texts.contains(&format!("\n{name} ")), "the licence of {name}");
    }
    Ok(())
}
