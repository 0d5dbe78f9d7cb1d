//! The compiler that builds WebAssembly: rustup's where it has the target, else Debian's `rustc-web`.

use crate::shell;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

/// The only target that the plugin and the host are built for.
pub const TARGET: &str = "wasm32-unknown-unknown";
/// Debian's compiler, its cargo, and the library source of the same version.
pub const DEBIAN_PACKAGES: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];
/// The lints of that compiler.
pub const DEBIAN_CLIPPY: &str = "rust-web-clippy";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_LIBRARY: &str = "/usr/lib/rustlib/src/rust/library";
const DEBIAN_SYSROOT: &str = "/usr/lib/rustlib";

/// Whether this program builds as where the library's source is not installed.
static WITHOUT_SOURCE: AtomicBool = AtomicBool::new(false);

/// From now on builds as where the library's source is not installed; for trying what comes of that.
pub fn leave_source_alone() {
    WITHOUT_SOURCE.store(true, Ordering::Relaxed);
}

/// A compiler with a standard library for [`TARGET`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toolchain {
    /// The machine's own, with the target added.
    Rustup,
    /// Debian's, with a standard library that [`build_debian_library`] has put in place.
    Debian,
}

impl Toolchain {
    /// What this machine has.
    pub fn find() -> Option<Toolchain> {
        let rustup = shell::output(shell::command("rustc").args(["--print", "target-libdir", "--target", TARGET]))
            .is_some_and(|folder| has_library(Path::new(&folder)));
        if rustup {
            return Some(Toolchain::Rustup);
        }
        (debian_compiler() && has_library(&debian_library())).then_some(Toolchain::Debian)
    }

    /// A `cargo` command of this toolchain.
    pub fn cargo(self) -> Command {
        match self {
            Toolchain::Rustup => shell::command("cargo"),
            Toolchain::Debian => {
                let mut cargo = shell::command(DEBIAN_CARGO);
                self.prepare(&mut cargo);
                cargo
            }
        }
    }

    /// Makes any command that calls `cargo` by name use this toolchain.
    pub fn prepare(self, command: &mut Command) {
        if self == Toolchain::Debian {
            command.env("RUSTC", DEBIAN_RUSTC).env("RUSTC_BOOTSTRAP", "1").env("PATH", debian_path());
        }
    }

    /// The compiler's version.
    pub fn version(self) -> Option<String> {
        let compiler = if self == Toolchain::Debian { DEBIAN_RUSTC } else { "rustc" };
        let text = shell::output(shell::command(compiler).arg("--version"))?;
        Some(text.split(' ').nth(1)?.to_owned())
    }

    /// Where the source of its standard library is.
    pub fn library_source(self) -> Option<PathBuf> {
        let source = match self {
            Toolchain::Debian => PathBuf::from(DEBIAN_LIBRARY),
            Toolchain::Rustup => rustup_library()?,
        };
        source.join("std/Cargo.toml").is_file().then_some(source)
    }

    /// Where its page of notices is, which says what of others is in the standard library.
    pub fn notices(self) -> Option<PathBuf> {
        let page = sysroot()?.join("share/doc/rust/COPYRIGHT-library.html");
        (self == Toolchain::Rustup && page.is_file()).then_some(page)
    }

    /// Where the licences are that its parts have.
    pub fn licences(self) -> Option<PathBuf> {
        let folder = sysroot()?.join("share/doc/rust/licenses");
        (self == Toolchain::Rustup && folder.is_dir()).then_some(folder)
    }

    /// Whether its lints are installed.
    pub fn has_clippy(self) -> bool {
        shell::output(self.cargo().args(["clippy", "--version"])).is_some()
    }

    /// Whether the library source is there, so that a release can build a smaller standard library.
    pub fn can_build_std(self) -> bool {
        !WITHOUT_SOURCE.load(Ordering::Relaxed) && self.library_source().is_some()
    }

    /// A `cargo` command that may use the unstable flags which build the standard library.
    pub fn cargo_with_unstable_flags(self) -> Command {
        let mut cargo = self.cargo();
        cargo.env("RUSTC_BOOTSTRAP", "1");
        cargo
    }
}

/// Where rustup puts the library's source.
fn rustup_library() -> Option<PathBuf> {
    Some(sysroot()?.join("lib/rustlib/src/rust/library"))
}

/// Where the machine's own compiler is.
fn sysroot() -> Option<PathBuf> {
    shell::output(shell::command("rustc").args(["--print", "sysroot"])).map(PathBuf::from)
}

/// Whether Debian's compiler and library source are installed.
pub fn debian_compiler() -> bool {
    let files = [DEBIAN_RUSTC, DEBIAN_CARGO].iter().all(|file| Path::new(file).is_file());
    files && Toolchain::Debian.library_source().is_some()
}

/// What [`Toolchain::prepare`] sets, as somebody writes it who calls wasm-pack by hand.
pub fn by_hand() -> String {
    format!(
        "RUSTC={DEBIAN_RUSTC} RUSTC_BOOTSTRAP=1 PATH=\"$(rustc --print sysroot)/lib/rustlib/$(uname -m)-unknown-linux-gnu/bin:/usr/bin:$PATH\""
    )
}

/// Builds the standard library for [`TARGET`] from Debian's source and puts it where `rustc` and wasm-pack look.
pub fn build_debian_library() -> Result<()> {
    let folder = shell::root().join("target/sysroot");
    std::fs::create_dir_all(folder.join("src"))?;
    std::fs::write(
        folder.join("Cargo.toml"),
        "[package]\nname = \"sysroot\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n[profile.dev]\n\
         debug = false\nopt-level = \"s\"\n",
    )?;
    std::fs::write(folder.join("src/lib.rs"), "#![no_std]\n")?;
    let mut cargo = Toolchain::Debian.cargo();
    cargo.current_dir(&folder).args(["build", "--quiet", "--target", TARGET]);
    shell::run(cargo.arg("-Zbuild-std=std,panic_abort,proc_macro,test"))?;
    let library = debian_library();
    std::fs::create_dir_all(&library).with_context(|| format!("{} must be writable", library.display()))?;
    for entry in std::fs::read_dir(folder.join("target").join(TARGET).join("debug/deps"))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libsysroot") {
            std::fs::copy(&path, library.join(name))?;
        }
    }
    Ok(())
}

fn debian_library() -> PathBuf {
    Path::new(DEBIAN_SYSROOT).join(TARGET).join("lib")
}

fn has_library(folder: &Path) -> bool {
    std::fs::read_dir(folder)
        .is_ok_and(|entries| entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-")))
}

/// `/usr/bin` first, and before it the linker `rust-lld`, which Debian's compiler does not bring but rustup's does.
fn debian_path() -> std::ffi::OsString {
    let sysroot = sysroot().unwrap_or_default();
    let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    shell::path_with(&[sysroot.join("lib/rustlib").join(host).join("bin"), PathBuf::from("/usr/bin")])
}
