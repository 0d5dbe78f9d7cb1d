//! From a crate to bound, optimised WebAssembly.

use crate::toolchain::{TARGET, Toolchain};
use crate::{setup, shell, shorten};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

/// Where all WebAssembly is built: apart from native builds, which another compiler version makes.
pub const TARGET_DIR: &str = "target/wasm";

/// No panic messages, no source positions; small functions inlined before LLVM sees them, as without `opt-level = "z"`; and a
/// stack of half a megabyte: data behind it have addresses that take three bytes in the code instead of four.
const SMALLEST: &str = "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none \
                        -Zinline-mir=yes -Clink-arg=-zstack-size=524288";

/// A crate that becomes WebAssembly.
#[derive(Clone, Copy)]
pub struct Crate {
    /// The package.
    pub package: &'static str,
    /// Whether it is downloaded by every visitor, so that the smallest standard library is worth its building time.
    pub smallest: bool,
}

/// The plugin.
pub const PLUGIN: Crate = Crate { package: "cx-speechstorm", smallest: true };
/// The open chat host.
pub const HOST: Crate = Crate { package: "cx-host", smallest: false };

/// What came out.
pub struct Built {
    /// The JavaScript glue, an ES module.
    pub glue: PathBuf,
    /// The optimised WebAssembly.
    pub wasm: PathBuf,
}

/// Builds for release.
pub fn build(what: Crate) -> Result<Built> {
    let toolchain = Toolchain::find().context("no standard library for WebAssembly; run: cargo xtask setup")?;
    let small = what.smallest && toolchain.can_build_std();
    let target_dir = if small { format!("{TARGET_DIR}-small") } else { TARGET_DIR.to_owned() };
    let mut cargo = if small { toolchain.cargo_with_unstable_flags() } else { toolchain.cargo() };
    // Why `-p` and nothing else: another member's features would be unified into the plugin's dependencies.
    cargo.args([
        "build",
        "--quiet",
        "--lib",
        "--release",
        "-p",
        what.package,
        "--target",
        TARGET,
        "--target-dir",
        &target_dir,
    ]);
    if small {
        cargo.args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"]);
        cargo.env("RUSTFLAGS", SMALLEST);
    }
    shell::run(&mut cargo)?;

    let name = what.package.replace('-', "_");
    let raw = shell::root().join(target_dir).join(TARGET).join("release").join(format!("{name}.wasm"));
    let out = shell::root().join("target/bindgen").join(&name);
    let mut bindgen = Bindgen::new();
    bindgen.input_path(&raw).omit_default_module_path(true).typescript(false);
    bindgen.remove_name_section(true).remove_producers_section(true);
    bindgen.web(true)?.generate(&out).with_context(|| format!("binding {}", raw.display()))?;

    optimise(&out, &name)
}

/// Makes what wasm-bindgen has written to `out` small, and its names short.
fn optimise(out: &Path, name: &str) -> Result<Built> {
    let built = Built { glue: out.join(format!("{name}.opt.js")), wasm: out.join(format!("{name}.opt.wasm")) };
    let mut wasm_opt = shell::command("node");
    wasm_opt
        .arg(setup::node_tool("binaryen/bin/wasm-opt"))
        .arg(out.join(format!("{name}_bg.wasm")))
        .arg("-o")
        .arg(&built.wasm);
    wasm_opt.args(["-Oz", "--strip-debug", "--strip-producers", shorten::FLAG, "--skip-pass=local-cse"]);
    // Why: a function with one caller is put into it whatever its size, and what was alike no longer compresses well.
    wasm_opt.args(["--one-caller-inline-max-function-size", "20", "--always-inline-max-function-size", "0"]);
    let names = shell::run_for_output(&mut wasm_opt)?;
    let glue = std::fs::read_to_string(out.join(format!("{name}.js")))?;
    std::fs::write(&built.glue, shorten::glue(&glue, &names)?)?;
    Ok(built)
}
