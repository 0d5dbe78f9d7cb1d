//! Running other programs, with errors that name the command.

use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The project's root.
pub fn root() -> PathBuf {
    if let Some(root) = std::env::var_os(crate::reproduce::ROOT) {
        return root.into();
    }
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

/// A command in the project's root.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    // Why: this process was itself started by cargo, whose toolchain choice must not leak into other toolchains.
    for name in ["CARGO", "RUSTC", "RUSTUP_TOOLCHAIN", "CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH"] {
        command.env_remove(name);
    }
    command
}

/// Says what runs, runs it, and fails when it fails.
pub fn run(command: &mut Command) -> Result<()> {
    let line = describe(command);
    println!("  $ {line}");
    let status = command.status().with_context(|| format!("could not start: {line}"))?;
    if !status.success() {
        bail!("this failed ({status}): {line}");
    }
    Ok(())
}

/// Says what runs, runs it with all that it prints going into a file, and fails when it fails.
pub fn run_into(command: &mut Command, log: &std::fs::File) -> Result<()> {
    run(command.stdout(log.try_clone()?).stderr(log.try_clone()?))
}

/// Says what runs, runs it, and gives what it prints; fails when it fails.
pub fn run_for_output(command: &mut Command) -> Result<String> {
    let line = describe(command);
    println!("  $ {line}");
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("could not start: {line}"))?;
    if !output.status.success() {
        bail!("this failed ({}): {line}", output.status);
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Runs quietly and gives its output; `None` when it could not start or failed.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The first of these programs that is on the PATH or is an existing file.
pub fn find(programs: &[&str]) -> Option<PathBuf> {
    let paths: Vec<_> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    programs.iter().find_map(|program| {
        let mut places = vec![PathBuf::from(program)];
        places.retain(|place| place.is_absolute());
        places.extend(paths.iter().map(|path| path.join(program)));
        places.into_iter().find(|place| place.is_file())
    })
}

/// The PATH with folders put in front.
pub fn path_with(first: &[PathBuf]) -> std::ffi::OsString {
    let rest = std::env::var_os("PATH").unwrap_or_default();
    let all = first.iter().cloned().chain(std::env::split_paths(&rest));
    std::env::join_paths(all).unwrap_or(rest)
}

/// How a command is shown.
pub fn describe(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let root = format!("{}/", root().display());
    let shorten = |word: &OsStr| {
        let word = word.to_string_lossy().replace(&root, "");
        if word.len() > 100 { format!("{}…", word.chars().take(60).collect::<String>()) } else { word }
    };
    words.map(shorten).collect::<Vec<_>>().join(" ")
}
