//! From a crate to bound, optimised WebAssembly.

use crate::toolchain::{TARGET, Toolchain};
use crate::{binaryen, build_id, shell, shorten};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

/// Where all WebAssembly is built: apart from native builds, which another compiler version makes.
pub const TARGET_DIR: &str = "target/wasm";

/// No panic messages, no source positions; small functions inlined before LLVM sees them, as without `opt-level = "z"`; and a
/// stack of half a megabyte: data behind it have addresses that take three bytes in the code instead of four.
const SMALLEST: &str = "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none \
                        -Zinline-mir=yes -Clink-arg=-zstack-size=524288";

/// What it is built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Demo and tests: with the standard library that is there.
    Local,
    /// Every visitor downloads it, so the smallest standard library is worth its building time.
    Visitors,
    /// The same, for the visitors whose browser or page refuses WebAssembly: only what `wasm2js` knows.
    WithoutWasm,
    /// The same as for visitors, but each function has its name.
    Names,
    /// Developers look into it on a page: messages of panics, names, and where each line of the source has gone.
    Developers,
}

/// A crate that becomes WebAssembly.
#[derive(Clone, Copy)]
pub struct Crate {
    /// The package.
    pub package: &'static str,
    /// What for.
    pub purpose: Purpose,
}

/// The plugin.
pub const PLUGIN: Crate = Crate { package: "cx-speechstorm", purpose: Purpose::Visitors };
/// The open chat host.
pub const HOST: Crate = Crate { package: "cx-host", purpose: Purpose::Local };
/// The bus plugin in Rust of the host's starter template.
pub const STARTER: Crate = Crate { package: "cx-starter", purpose: Purpose::Local };

/// What the plugin has for developers alone.
pub const FOR_DEVELOPERS: &[&str] = &["diagnostics"];

/// What came out.
pub struct Built {
    /// The JavaScript glue, an ES module.
    pub glue: PathBuf,
    /// The optimised WebAssembly.
    pub wasm: PathBuf,
}

impl Crate {
    /// The same crate, built for something else.
    pub fn built_for(self, purpose: Purpose) -> Crate {
        Crate { purpose, ..self }
    }

    /// What its files are called.
    fn name(self) -> String {
        self.package.replace('-', "_")
    }

    /// The folder of what wasm-bindgen writes.
    fn bound(self) -> PathBuf {
        let suffix = match self.purpose {
            Purpose::Local | Purpose::Visitors => "",
            Purpose::WithoutWasm => "-nowasm",
            Purpose::Names => "-names",
            Purpose::Developers => "-debug",
        };
        shell::root().join("target/bindgen").join(self.name() + suffix)
    }
}

/// Builds for release.
pub fn build(what: Crate) -> Result<Built> {
    let raw = compile(what)?;
    let out = what.bound();
    let mut bindgen = binding(&raw);
    bindgen.remove_name_section(what.purpose != Purpose::Names);
    // Whoever reads the names reads them as they are.
    bindgen.demangle(false);
    bindgen.web(true)?.generate(&out).with_context(|| format!("binding {}", raw.display()))?;
    optimise(&out, what)
}

/// Builds and binds into `out` what no visitor downloads: as it is, as `wasm-pack build` does.
pub fn bind(what: Crate, out: &Path) -> Result<()> {
    let raw = compile(what)?;
    binding(&raw).web(true)?.generate(out).with_context(|| format!("binding {}", raw.display()))
}

/// Builds for developers, and gives the file with the debug information as well; the other one finds it at `address`.
pub fn build_for_developers(what: Crate, address: &str) -> Result<(Built, PathBuf)> {
    let what = what.built_for(Purpose::Developers);
    let (raw, out, name) = (compile(what)?, what.bound(), what.name());
    let mut bindgen = binding(&raw);
    bindgen.split_debug_info(true).debug_info_url(address);
    bindgen.web(true)?.generate(&out).with_context(|| format!("binding {}", raw.display()))?;
    let built = Built { glue: out.join(format!("{name}.js")), wasm: out.join(format!("{name}_bg.wasm")) };
    Ok((built, out.join(format!("{name}_bg.debug.wasm"))))
}

fn binding(raw: &Path) -> Bindgen {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(raw).omit_default_module_path(true).typescript(false).remove_producers_section(true);
    // Every browser that we serve has it.
    bindgen.encode_into(EncodeInto::Always);
    bindgen
}

/// The compiler's output.
fn compile(what: Crate) -> Result<PathBuf> {
    let toolchain = Toolchain::find().context("no standard library for WebAssembly; run: cargo xtask setup")?;
    let with_source = toolchain.can_build_std();
    let (folder, own_library) = match what.purpose {
        Purpose::Local => (TARGET_DIR.to_owned(), false),
        Purpose::Visitors | Purpose::Names if !with_source => (TARGET_DIR.to_owned(), false),
        Purpose::Visitors | Purpose::Names => (format!("{TARGET_DIR}-small"), true),
        Purpose::WithoutWasm => (format!("{TARGET_DIR}-nowasm"), with_source),
        Purpose::Developers => (format!("{TARGET_DIR}-debug"), false),
    };
    let mut flags = without_our_folders(toolchain);
    let mut cargo = if own_library { toolchain.cargo_with_unstable_flags() } else { toolchain.cargo() };
    // Why `-p` and nothing else: another member's features would be unified into the plugin's dependencies.
    cargo.args(["build", "--quiet", "--lib", "--release", "-p", what.package]);
    cargo.args(["--target", TARGET, "--target-dir", &folder]);
    if own_library {
        cargo.args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"]);
        flags.extend(SMALLEST.split_whitespace().map(str::to_owned));
    }
    if what.purpose == Purpose::WithoutWasm {
        flags.push("-Ctarget-cpu=mvp".into());
    }
    if what.purpose == Purpose::Developers {
        cargo.args(FOR_DEVELOPERS.iter().map(|feature| format!("--features={feature}")));
        cargo.args(["--config", "profile.release.debug=\"line-tables-only\""]);
    }
    // Why not as one text: a folder's name may have a space in it.
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
    shell::run(&mut cargo)?;
    let raw = shell::root().join(folder).join(TARGET).join("release").join(format!("{}.wasm", what.name()));
    if what.purpose == Purpose::WithoutWasm && !own_library { lower(&raw) } else { Ok(raw) }
}

/// Makes of WebAssembly what `wasm2js` knows, where not all could be compiled so: the standard library that comes with rustc
/// uses more than the first version had.
fn lower(raw: &Path) -> Result<PathBuf> {
    let folder = shell::root().join("target/bindgen/lowered");
    std::fs::create_dir_all(&folder)?;
    // Why the same name: wasm-bindgen calls its files after it.
    let lowered = folder.join(raw.file_name().context("the compiler's output has no name")?);
    let mut wasm_opt = binaryen::tool("wasm-opt");
    wasm_opt.arg(raw).arg("-o").arg(&lowered).args(["--debuginfo", "--strip-target-features", "--signext-lowering"]);
    shell::run(wasm_opt.args(["--llvm-memory-copy-fill-lowering", "--llvm-nontrapping-fptoint-lowering"]))?;
    // Why: where nothing says which features there are, wasm-bindgen warns that it cannot know.
    const ONLY: &str = "mutable-globals";
    let features = [&[1, b'+', build_id::short(ONLY.len())?], ONLY.as_bytes()].concat();
    let bytes = std::fs::read(&lowered)?;
    std::fs::write(&lowered, [bytes, build_id::section("target_features", &features)?].concat())?;
    Ok(lowered)
}

/// Where cargo keeps the crates of others.
pub fn cargo_home() -> Option<PathBuf> {
    let own = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo"));
    std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(own)
}

/// Whose sources they are is told, but not where they lie on this machine: a panic names its line, so the bytes would depend
/// on that.
fn without_our_folders(toolchain: Toolchain) -> Vec<String> {
    let folders = [
        (cargo_home(), "cargo"),
        (toolchain.library_source(), "rust/library"),
        (Some(shell::root()), "cx-speechstorm"),
    ];
    let mut flags = Vec::new();
    for (folder, name) in folders {
        let Some(folder) = folder else { continue };
        // Why: where links lead there, the compiler names some files by the way without them.
        let straight = folder.canonicalize().ok().filter(|straight| *straight != folder);
        let ways = [Some(folder), straight].into_iter().flatten();
        flags.extend(ways.map(|way| format!("--remap-path-prefix={}={name}", way.display())));
    }
    flags
}

/// Makes what wasm-bindgen has written to `out` small, and its names short.
fn optimise(out: &Path, what: Crate) -> Result<Built> {
    let name = what.name();
    let built = Built { glue: out.join(format!("{name}.opt.js")), wasm: out.join(format!("{name}.opt.wasm")) };
    let mut flags =
        vec!["--flatten", "--rereloop", "-Oz", "-Oz", "--strip-producers", shorten::FLAG, "--skip-pass=local-cse"];
    flags.push(if what.purpose == Purpose::Names { "--debuginfo" } else { "--strip-debug" });
    // What the code needs of WebAssembly is for tools; a browser finds out by reading it.
    if what.purpose != Purpose::WithoutWasm {
        flags.push("--strip-target-features");
    }
    // Why: a function with one caller is put into it whatever its size, and what was alike no longer compresses well.
    flags.extend(["--one-caller-inline-max-function-size", "20", "--always-inline-max-function-size", "0"]);
    let names = binaryen::make("wasm-opt", &out.join(format!("{name}_bg.wasm")), &built.wasm, &flags)?;
    let glue = std::fs::read_to_string(out.join(format!("{name}.js")))?;
    std::fs::write(&built.glue, shorten::glue(&shorten::decoder(&glue), &names)?)?;
    Ok(built)
}
