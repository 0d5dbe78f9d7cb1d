//! WebAssembly that the page gives to `install` of the package itself: by its address wherever it lies, or as bytes or a module, and
//! then of this build alone.
#![allow(missing_docs)]

use anyhow::{Context, Result, ensure};
use e2e::browser::{Driver, Window};
use e2e::customer::Customer;
use packaging::files::{copy, dist};
use packaging::journey::{NOTE, fails, has_loaded, opens};
use packaging::page::{Loads, with_bundle};
use packaging::server::{MESSAGING_SERVER, Site};
use std::path::Path;
use tempfile::TempDir;

/// What the page's script fetches.
const BYTES: &str = "await (await fetch('/files/core.wasm')).arrayBuffer()";

/// The WebAssembly of the package, and its build id.
fn wasm() -> Result<(Vec<u8>, String)> {
    for entry in std::fs::read_dir(dist())? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(id) = name.strip_prefix("cx-speechstorm-").and_then(|name| name.strip_suffix(".wasm")) {
            return Ok((std::fs::read(path)?, id.to_owned()));
        }
    }
    anyhow::bail!("dist/ has no WebAssembly (build it with: cargo xtask dist)")
}

/// The same code with the id of another build.
fn of_another_build() -> Result<Vec<u8>> {
    let (bytes, id) = wasm()?;
    let code = bytes.strip_suffix(id.as_bytes()).context("the id is not at the end of the WebAssembly")?;
    let other = id.chars().map(|digit| if digit == '0' { '1' } else { '0' }).collect::<String>();
    Ok([code, other.as_bytes()].concat())
}

/// A folder with the package, but for its WebAssembly; this one is at `/files/core.wasm`.
fn folder(wasm: &[u8]) -> Result<TempDir> {
    let folder = tempfile::tempdir()?;
    let package = folder.path().join("package");
    copy(&dist().join("lang"), &package.join("lang"))?;
    std::fs::copy(dist().join("index.js"), package.join("index.js"))?;
    std::fs::create_dir(folder.path().join("files"))?;
    std::fs::write(folder.path().join("files/core.wasm"), wasm)?;
    let page = with_bundle(Loads::Mapped("/main.js", ("cx-speechstorm", "/package/index.js")), false);
    std::fs::write(folder.path().join("index.html"), page)?;
    Ok(folder)
}

/// A customer's page that gives `install` this.
async fn giving(customer: &Customer, name: &str, folder: &Path, wasm: &str) -> Result<Site> {
    let configuration = format!("configuration: {{ baseURL: '{MESSAGING_SERVER}' }}");
    let script =
        format!("import {{ install }} from 'cx-speechstorm';\ninstall({{ wasm: {wasm}, {configuration} }});\n");
    std::fs::write(folder.join("main.js"), script)?;
    let site = Site::with_folder(name, folder).await?;
    customer.moves_to(&format!("{}/", site.origin)).await?;
    Ok(site)
}

#[tokio::test]
async fn wasm_by_its_address_is_fetched_from_there() -> Result<()> {
    let customer = Customer::visit_with(&Driver::start().await?, "about:blank", Window::default(), NOTE).await?;
    let folder = folder(&wasm()?.0)?;
    let site = giving(&customer, "given-address", folder.path(), "'/files/core.wasm'").await?;
    opens(&customer, &site.stack).await?;
    ensure!(has_loaded(&customer, "/files/core.wasm").await?, "it came from elsewhere");
    Ok(())
}

#[tokio::test]
async fn wasm_of_another_build_is_refused_however_it_is_given() -> Result<()> {
    let customer = Customer::visit_with(&Driver::start().await?, "about:blank", Window::default(), NOTE).await?;
    let folder = folder(&of_another_build()?)?;
    let module = format!("await WebAssembly.compile({BYTES})");
    for (name, wasm) in
        [("other-address", "'/files/core.wasm'"), ("other-bytes", BYTES), ("other-module", module.as_str())]
    {
        let site = giving(&customer, name, folder.path(), wasm).await?;
        let remedy = "Serve the .wasm file of this version";
        fails(&customer, &site.stack, "wasm_unavailable", remedy).await.context(name)?;
    }
    Ok(())
}
