//! Assembles `dist/` and builds the stack.

use crate::plugin::{self, Plugin, Scope};
use crate::wasm::{self, Built};
use crate::{bundle, components, demo_page, manifest, package, sbom, shell, stack, starter, toolchain};
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};

/// The files that the project publishes, where the demo and the tests find them.
pub fn folder() -> PathBuf {
    shell::root().join("dist")
}

/// Builds everything that demo and development need. Where all that is published has been built before, all of it: whoever has
/// made it to put it onto a website wants to find it whole.
pub fn build() -> Result<()> {
    all(if is_published() { Scope::Published } else { Scope::Local })
}

/// Whether `dist/` is whole.
pub fn is_published() -> bool {
    folder().join(manifest::FILE).is_file()
}

/// Builds everything that is published, and what the tests need beside it.
pub fn publish() -> Result<()> {
    all(Scope::Published)
}

/// At the same time what can be: much of a build is one compiler at work on one crate.
fn all(scope: Scope) -> Result<()> {
    let (pages, stack) = rayon::join(|| fill(scope).and_then(|()| starter::build()), stack::build);
    pages.and(stack)
}

/// Builds the plugin and what goes along with it as where the source of Rust's standard library is not installed.
pub fn build_without_source(folder: &Path) -> Result<()> {
    toolchain::leave_source_alone();
    empty(folder)?;
    let plugin = plugin::build(folder, Scope::Published)?;
    accompany(folder, &plugin)
}

/// Has a program of its own build that, for the tests; after [`publish`].
pub fn try_without_source() -> Result<()> {
    println!("Building the plugin without the source of Rust's standard library");
    let other = shell::root().join("target/without-source");
    let mut again = shell::command(std::env::current_exe()?);
    shell::run(again.args(["build", "--without-source", "--into"]).arg(&other))?;
    let size = |folder: &Path| Ok::<_, anyhow::Error>(std::fs::metadata(folder.join(plugin::DROP_IN))?.len());
    let with_source = toolchain::Toolchain::find().is_some_and(toolchain::Toolchain::can_build_std);
    ensure!(!with_source || size(&other)? > size(&folder())?, "that was built with the source");
    Ok(())
}

/// Empties and fills the folder. Why in another place first: whoever uses it meanwhile finds what was there.
fn fill(scope: Scope) -> Result<()> {
    let (folder, next) = (folder(), shell::root().join("target/dist"));
    contents(&next, scope)?;
    plugin::edge_for_tests()?;
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("emptying {}", folder.display()))?;
    }
    std::fs::rename(&next, &folder).with_context(|| format!("filling {}", folder.display()))
}

/// Builds all that is in `dist/` into another folder, which it empties.
pub fn contents(folder: &Path, scope: Scope) -> Result<()> {
    empty(folder)?;
    let (plugin, others) = rayon::join(
        || plugin(folder, scope),
        || {
            host(folder)?;
            (scope == Scope::Published).then(plugin::compile_for_developers).transpose()
        },
    );
    let (plugin, for_developers) = (plugin?, others?);
    let Some(for_developers) = for_developers else {
        return package::describe(folder, &plugin, &package::cargo_package()?);
    };
    let debug = folder.join(manifest::DEBUG);
    empty(&debug)?;
    plugin::build_for_developers(&debug, &plugin.id, &for_developers)?;
    accompany(folder, &plugin)
}

/// Puts beside what has been built all that goes along: the npm package's description, the demo page, licences, bill of
/// materials, compressed files and manifest.
fn accompany(folder: &Path, plugin: &Plugin) -> Result<()> {
    let cargo = package::cargo_package()?;
    package::describe(folder, plugin, &cargo)?;
    demo_page::write(folder)?;
    let (components, used) = components::all(folder, plugin)?;
    sbom::write(folder, plugin, &cargo, &components, &used)?;
    manifest::write(folder, plugin, &cargo)
}

/// Makes a folder, or makes it empty.
pub fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| format!("emptying {}", folder.display()))?;
    }
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))
}

fn plugin(folder: &Path, scope: Scope) -> Result<Plugin> {
    println!("Building the plugin");
    let plugin = plugin::build(folder, scope)?;
    println!("Build {}", plugin.id);
    Ok(plugin)
}

fn host(folder: &Path) -> Result<()> {
    println!("Building the open chat host");
    let host = shell::root().join("www/host");
    let Built { glue, wasm } = wasm::build(wasm::HOST)?;
    let (bytes, wasm) = (plugin::template().join("wasm-bytes.js"), std::fs::read(&wasm)?);
    let aliases: [(&str, &Path); 2] = [("cx-glue", &glue), ("cx-wasm-bytes", &bytes)];
    let parts = bundle::Parts { aliases: &aliases, wasm: Some(&wasm), ..bundle::Parts::default() };
    bundle::script(&host.join("entry.js"), &folder.join(plugin::HOST), parts)?;
    std::fs::copy(host.join("cx-host.d.ts"), folder.join("cx-host.d.ts")).context("copying the host's types")?;
    bundle::minify(&host.join("cx-host.css"), &folder.join("cx-host.css"))
}
