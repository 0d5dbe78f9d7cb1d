//! The npm package, installed from its tarball into fresh projects, bundled by what integrators bundle with, and driven in
//! the browser.
#![allow(clippy::unwrap_used, missing_docs)]

use anyhow::{Context, Result, ensure};
use e2e::browser::{Driver, Window, eval};
use e2e::customer::Customer;
use e2e::stack::Stack;
use e2e::wait::until_true;
use packaging::files::{copy, dist, root};
use packaging::journey::{NOTE, fails, has_loaded, opens};
use packaging::npm::{Project, tarball};
use packaging::page::{Loads, with_bundle};
use packaging::server::{CHAT_SERVER, MESSAGING_SERVER, Site, chat_script};
use std::collections::BTreeSet;
use std::path::Path;
use tokio::net::TcpListener;

use crate::examples::named;

const README: &str = "README.md";
const OF_PACKAGE: &str = "pkg-template/README.md";

const VITE: &str = "vite/bin/vite.js";
const WEBPACK: &str = "webpack-cli/bin/cli.js";
/// Its program, for whatever is bundled.
pub const ESBUILD: &str = "esbuild/bin/esbuild";
const ROLLUP: &str = "rollup/dist/bin/rollup";
const PARCEL: &str = "parcel/lib/bin.js";

/// A customer on a page of this folder.
async fn visit(name: &str, folder: &Path) -> Result<(Site, Customer)> {
    let site = Site::with_folder(name, folder).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit_with(&driver, &format!("{}/", site.origin), Window::default(), NOTE).await?;
    Ok((site, customer))
}

/// The MicroApp opens on the page of this folder.
async fn runs(name: &str, folder: &Path, loads: Loads) -> Result<Customer> {
    std::fs::write(folder.join("index.html"), with_bundle(loads, false))?;
    let (site, customer) = visit(name, folder).await?;
    opens(&customer, &site.stack).await?;
    speaks_german(&customer).await?;
    ensure!(!has_loaded(&customer, "nowasm").await?, "WebAssembly was refused");
    // Import maps stand in the page, so that policy refuses them as well.
    if !matches!(loads, Loads::Mapped(..)) {
        runs_without_wasm(&customer, name, folder, &with_bundle(loads, true)).await?;
    }
    Ok(customer)
}

/// And where the policy of this page refuses WebAssembly.
async fn runs_without_wasm(customer: &Customer, name: &str, folder: &Path, page: &str) -> Result<()> {
    std::fs::write(folder.join("index.html"), page)?;
    let site = Site::with_folder(&format!("{name}-without-wasm"), folder).await?;
    customer.moves_to(&format!("{}/", site.origin)).await?;
    opens(customer, &site.stack).await?;
    let refused = eval(&customer.client, "window.refused").await?;
    ensure!(refused.as_array().is_some_and(|all| all.contains(&"wasm-eval".into())), "refused was: {refused}");
    Ok(())
}

/// A page that Vite has written, with a policy that refuses WebAssembly, in force from after Widgets on.
fn refusing(page: &Path) -> Result<String> {
    const WIDGETS: &str = "<script src=\"/js/cx-host.js\"></script>";
    let page = std::fs::read_to_string(page)?;
    ensure!(page.contains(WIDGETS), "Vite has changed the page's other scripts: {page}");
    let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'self'\">";
    Ok(page.replace(WIDGETS, &format!("{WIDGETS}{policy}")))
}

/// The window has the words of the page's language, which are not in the package's main module.
async fn speaks_german(customer: &Customer) -> Result<()> {
    let label = "document.querySelector('.cx-speechstorm-close').getAttribute('aria-label')";
    let german: serde_json::Value = serde_json::from_slice(&std::fs::read(dist().join("lang/de.json"))?)?;
    let wanted = german.get("close").context("no text for closing")?;
    until_true("the window speaks German", async || Ok(eval(&customer.client, label).await? == *wanted)).await
}

/// An example with placeholders for the servers.
fn with_servers(example: &str) -> String {
    let example = example.replace("https://gms.example/genesys/2/chat/customer-support", CHAT_SERVER);
    example.replace("https://ia.example:8054", MESSAGING_SERVER)
}

/// The README's example for bundlers.
fn app() -> String {
    with_servers(&named(README, "app.js"))
}

async fn project(name: &str) -> Result<Project> {
    Project::with(name, &[("main.js", &app())]).await
}

/// What the package's WebAssembly is called.
fn wasm_name(project: &Project) -> Result<String> {
    let files = std::fs::read_dir(project.folder.join("node_modules/cx-speechstorm"))?.flatten();
    let mut names =
        files.map(|file| file.file_name().to_string_lossy().into_owned()).filter(|name| name.ends_with(".wasm"));
    let name = names.next().context("no WebAssembly in the package")?;
    ensure!(names.next().is_none(), "WebAssembly twice in the package");
    Ok(name)
}

/// Puts the package's WebAssembly beside a bundle, which bundlers that know nothing of such files leave to the integrator.
fn put_wasm_into(project: &Project, out: &str) -> Result<()> {
    let name = wasm_name(project)?;
    let from = project.folder.join("node_modules/cx-speechstorm").join(&name);
    std::fs::copy(from, project.folder.join(out).join(name)).map(|_| ()).map_err(Into::into)
}

#[tokio::test]
async fn bundled_by_vite() -> Result<()> {
    let project = project("vite").await?;
    std::fs::write(project.folder.join("index.html"), with_bundle(Loads::Module("/main.js"), false))?;
    project.run(VITE, &["build"]).await?;
    let out = project.folder.join("dist");
    let (site, customer) = visit("vite", &out).await?;
    opens(&customer, &site.stack).await?;
    speaks_german(&customer).await?;
    ensure!(!has_loaded(&customer, "nowasm").await?, "WebAssembly was refused");
    runs_without_wasm(&customer, "vite", &out, &refusing(&out.join("index.html"))?).await
}

/// While developing, Vite bundles dependencies apart and puts them elsewhere.
#[tokio::test]
async fn served_by_vite_while_developing() -> Result<()> {
    let port = TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port();
    let origin = format!("http://localhost:{port}");
    let stack = Stack::start(&["--allow-origin", &origin]).await?;
    // What npm links instead of installing, Vite does not serve: it lies outside of the project.
    let commands = named("docs/integrate.md", "package.sh");
    ensure!(named(OF_PACKAGE, "package.sh") == commands, "the package's own page says otherwise");
    let project = Project::by_hand("vite-development", &[], &commands).await?;
    let write = |file: &str, text: &str| std::fs::write(project.folder.join(file), text);
    let main = named(OF_PACKAGE, "app.js");
    ensure!(main == named(README, "app.js"), "the package's own page has another example");
    write("main.js", &main.replace("https://ia.example:8054", &stack.messaging))?;
    write("index.html", &with_bundle(Loads::Module("/main.js"), false))?;
    copy(&dist(), &project.folder.join("public/js"))?;
    write("public/chat.js", &chat_script(&stack))?;
    let _server =
        project.serve(VITE, &["--host", "localhost", "--strictPort", "--port", &port.to_string()], "ready in").await?;
    let customer = Customer::visit_with(&Driver::start().await?, &format!("{origin}/"), Window::default(), "").await?;
    opens(&customer, &stack).await?;
    speaks_german(&customer).await
}

#[tokio::test]
async fn bundled_by_webpack() -> Result<()> {
    let project = project("webpack").await?;
    let arguments = ["--mode", "production", "--entry", "./main.js", "--output-path", "out"];
    project.run(WEBPACK, &arguments).await?;
    runs("webpack", &project.folder.join("out"), Loads::Script("/main.js")).await.map(drop)
}

#[tokio::test]
async fn bundled_by_esbuild() -> Result<()> {
    let project = project("esbuild").await?;
    project.run(ESBUILD, &["main.js", "--bundle", "--splitting", "--minify", "--format=esm", "--outdir=out"]).await?;
    put_wasm_into(&project, "out")?;
    runs("esbuild", &project.folder.join("out"), Loads::Module("/main.js")).await.map(drop)
}

/// As esbuild does it when it is told nothing: a classic script, which knows its address only while it runs.
#[tokio::test]
async fn bundled_by_esbuild_beside_the_wasm_into_a_classic_script() -> Result<()> {
    let project = project("esbuild-beside").await?;
    project.run(ESBUILD, &["main.js", "--bundle", "--outfile=out/main.js"]).await?;
    put_wasm_into(&project, "out")?;
    runs("esbuild-beside", &project.folder.join("out"), Loads::Script("/main.js")).await.map(drop)
}

/// The WebAssembly goes into the bundle, and the page brings the styles.
#[tokio::test]
async fn bundled_by_esbuild_into_one_classic_script() -> Result<()> {
    let example = app().replace("install({", "install({ wasm, css: false,");
    // The page has the stylesheet itself.
    let sheet = "Object.assign(document.createElement('link'), { rel: 'stylesheet', href: '/js/cx-speechstorm.css' })";
    let import = "import wasm from 'cx-speechstorm/cx-speechstorm.wasm';";
    let main = format!("{import}\ndocument.head.append({sheet});\n{example}");
    let project = Project::with("esbuild-classic", &[("main.js", &main)]).await?;
    let arguments =
        ["main.js", "--bundle", "--format=iife", "--loader:.wasm=binary", "--outdir=out", "--log-level=error"];
    project.run(ESBUILD, &arguments).await?;
    let customer = runs("esbuild-classic", &project.folder.join("out"), Loads::Script("/main.js")).await?;
    let styled = "[document.adoptedStyleSheets.length,
        getComputedStyle(document.querySelector('.cx-speechstorm')).position]";
    assert_eq!(eval(&customer.client, styled).await?, serde_json::json!([0, "fixed"]));
    Ok(())
}

/// Where bundlers leave the file to the integrator, it lies beside the bundle, or wherever the page says.
#[tokio::test]
async fn bundled_by_rollup_beside_the_wasm_and_with_its_address() -> Result<()> {
    let project = project("rollup").await?;
    let build = ["main.js", "--format", "es", "--dir", "out", "--plugin", "node-resolve"];
    project.run(ROLLUP, &build).await?;
    put_wasm_into(&project, "out")?;
    let out = project.folder.join("out");
    runs("rollup-beside", &out, Loads::Module("/main.js")).await?;
    let address = "install({ wasm: new URL('/files/core.wasm', location),";
    std::fs::write(project.folder.join("main.js"), app().replace("install({", address))?;
    project.run(ROLLUP, &build).await?;
    std::fs::create_dir(out.join("files"))?;
    std::fs::rename(out.join(wasm_name(&project)?), out.join("files/core.wasm"))?;
    runs("rollup", &out, Loads::Module("/main.js")).await.map(drop)
}

#[tokio::test]
async fn bundled_by_parcel() -> Result<()> {
    let project = project("parcel").await?;
    project.run(PARCEL, &["build", "main.js", "--dist-dir", "out", "--no-cache"]).await?;
    runs("parcel", &project.folder.join("out"), Loads::Module("/main.js")).await.map(drop)
}

#[tokio::test]
async fn without_a_bundler_by_an_import_map() -> Result<()> {
    let project = project("import-map").await?;
    let out = project.folder.join("out");
    copy(&project.folder.join("node_modules"), &out.join("node_modules"))?;
    std::fs::copy(project.folder.join("main.js"), out.join("main.js"))?;
    let package = ("cx-speechstorm", "/node_modules/cx-speechstorm/index.js");
    let customer = runs("import-map", &out, Loads::Mapped("/main.js", package)).await?;
    // WebAssembly that the page gives itself must be of this build: this one has nothing in it.
    let empty = "install({ wasm: Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0),";
    std::fs::write(out.join("main.js"), app().replace("install({", empty))?;
    let site = Site::with_folder("import-map-other-build", &out).await?;
    customer.moves_to(&format!("{}/", site.origin)).await?;
    fails(&customer, &site.stack, "wasm_unavailable", "Serve the .wasm file of this version").await?;
    // That of this build may be a module that the page has compiled.
    let file = format!("/node_modules/cx-speechstorm/{}", wasm_name(&project)?);
    let module = format!("install({{ wasm: await WebAssembly.compileStreaming(fetch('{file}')),");
    std::fs::write(out.join("main.js"), app().replace("install({", &module))?;
    let site = Site::with_folder("import-map-module", &out).await?;
    customer.moves_to(&format!("{}/", site.origin)).await?;
    opens(&customer, &site.stack).await
}

#[tokio::test]
async fn in_a_react_application_that_shows_the_progress() -> Result<()> {
    let start = "import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { PaymentProgress } from './payment.jsx';
createRoot(document.getElementById('app')).render(createElement(PaymentProgress));";
    let server = "import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { PaymentProgress } from './payment.js';
console.log(renderToString(createElement(PaymentProgress)));";
    let example = with_servers(&named(README, "payment.jsx"));
    let project =
        Project::with("react", &[("payment.jsx", &example), ("start.jsx", start), ("server.mjs", server)]).await?;
    std::fs::write(project.folder.join("index.html"), with_bundle(Loads::Module("/start.jsx"), false))?;
    project.run(VITE, &["build"]).await?;
    let out = project.folder.join("dist");
    let (site, customer) = visit("react", &out).await?;
    opens(&customer, &site.stack).await?;
    until_true("the component shows the milestone", async || {
        let text = eval(&customer.client, "document.querySelector('#app').textContent").await?;
        Ok(text.as_str().is_some_and(|text| text.contains("Card Details")))
    })
    .await?;
    runs_without_wasm(&customer, "react", &out, &refusing(&out.join("index.html"))?).await?;
    // And rendered on a server, where there is no page.
    project.run(ESBUILD, &["payment.jsx", "--jsx=automatic", "--outfile=payment.js"]).await?;
    let html = project.node("server.mjs").await?;
    ensure!(html.contains("role=\"status\""), "{html}");
    Ok(())
}

#[tokio::test]
async fn imported_in_node_it_touches_no_page() -> Result<()> {
    let script = "for (const name of ['window', 'document', 'self', 'navigator', 'location', 'CXBus', '_genesys'])
  Object.defineProperty(globalThis, name, { configurable: true, get() { throw new Error(name + ' was touched'); } });
const { install, version } = await import('cx-speechstorm');
const { connect } = await import('cx-speechstorm/frame-sdk');
for (const name of ['window', 'document', 'self', 'navigator', 'location', 'CXBus', '_genesys']) delete globalThis[name];
install({ configuration: { baseURL: 'https://ia.example:8054' } });
console.log(version, typeof connect, typeof window, typeof document, '_genesys' in globalThis);";
    let project = Project::with("node", &[("check.mjs", script)]).await?;
    let printed = project.node("check.mjs").await?;
    assert_eq!(printed.trim(), format!("{} function undefined undefined false", env!("CARGO_PKG_VERSION")));
    Ok(())
}

#[tokio::test]
async fn publint_and_are_the_types_wrong_find_nothing() -> Result<()> {
    let package = tarball().await?.to_str().context("a path")?;
    let project = Project::with("checks", &[]).await?;
    project.run("publint/src/cli.js", &["run", package, "--strict"]).await?;
    // Files, not modules: for script tags, link elements and bundlers' loaders.
    let files = ["css", "wasm", "js", "slim.js", "nowasm.js"].map(|kind| format!("cx-speechstorm.{kind}"));
    let mut arguments = vec![package, "--profile", "esm-only", "--exclude-entrypoints"];
    arguments.extend(files.iter().map(String::as_str));
    project.run("@arethetypeswrong/cli/dist/index.js", &arguments).await?;
    Ok(())
}

/// All that integrators need, and nothing that only the project's own pages and servers do.
#[tokio::test]
async fn the_package_holds_what_integrators_need_and_no_more() -> Result<()> {
    let project = Project::with("contents", &[]).await?;
    let package = project.folder.join("node_modules/cx-speechstorm");
    let below = |folder: &Path, before: &str| -> Result<Vec<String>> {
        let files = std::fs::read_dir(folder)?.flatten().filter(|file| file.path().is_file());
        Ok(files.map(|file| format!("{before}{}", file.file_name().to_string_lossy())).collect())
    };
    let there = BTreeSet::from_iter([below(&package, "")?, below(&package.join("lang"), "lang/")?].concat());
    let manifest: serde_json::Value = serde_json::from_slice(&std::fs::read(package.join("manifest.json"))?)?;
    let wasm = format!("cx-speechstorm-{}.wasm", manifest["build"].as_str().context("no build")?);
    let languages = below(&root().join("pkg-template/lang"), "lang/")?;
    // English is in the module itself.
    let modules = languages.iter().filter(|name| *name != "lang/en.json").map(|name| name.replace(".json", ".js"));
    let described = ["package.json", "README.md", "CHANGELOG.md", "manifest.json", "sbom.cdx.json"];
    let licences = ["LICENSE-MIT", "LICENSE-APACHE", "THIRD-PARTY-LICENSES.txt"];
    let scripts = ["", "slim.", "nowasm."].map(|kind| format!("cx-speechstorm.{kind}js"));
    let modules_and_types =
        ["index.js", "index.d.ts", "bus.d.ts", "webchatservice.d.ts", "frame-sdk.js", "frame-sdk.d.ts"];
    let named = described.into_iter().chain(licences).chain(modules_and_types).chain(["cx-speechstorm.css", &wasm]);
    let wanted: BTreeSet<_> = named.map(String::from).chain(scripts).chain(modules).chain(languages.clone()).collect();
    assert_eq!(there, wanted);
    let folders = std::fs::read_dir(package)?.flatten().filter(|entry| entry.path().is_dir());
    assert_eq!(folders.map(|folder| folder.file_name()).collect::<Vec<_>>(), ["lang"]);
    Ok(())
}
