//! The same sources give the same bytes, wherever they lie: all of `dist/` is built here and in a copy of the project, there with
//! another folder for the crates of others as well.

use crate::plugin::{self, Scope};
use crate::{dist, shell, wasm};
use anyhow::{Context, Result, bail, ensure};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Tells this program to take another folder for the project's.
pub const ROOT: &str = "CX_XTASK_ROOT";
/// What is not copied but used where it is: the installed npm tools.
const TOOLS: &str = "xtask/node/node_modules";

/// Builds twice and compares.
pub fn run() -> Result<()> {
    let copy = Copy::make()?;
    // Why the same place in both: maps to the sources say how to get there from it.
    let [here, there] = [&shell::root(), &copy.project].map(|root| root.join("target/reproduce"));
    println!("Building in {} as well", copy.project.display());
    let log = shell::root().join("target/reproduce.log");
    // Why this program once more: nothing that it has found out here is of use there.
    let mut again = shell::command(std::env::current_exe()?);
    again.current_dir(&copy.project).env(ROOT, &copy.project).env("CARGO_HOME", &copy.cargo_home);
    again.args(["build", "--into"]).arg(&there);
    // At the same time: much of a build is one compiler at work on one crate.
    let (first, second) = std::thread::scope(|scope| {
        let second = scope.spawn(|| shell::run_into(&mut again, &File::create(&log)?));
        (dist::contents(&here, Scope::Published), second.join())
    });
    first?;
    if let Err(error) = second.unwrap_or_else(|_| bail!("the second build broke off")) {
        bail!("{error:#}\n{}", std::fs::read_to_string(&log)?);
    }
    let different = different(&here, &there)?;
    if !different.is_empty() {
        bail!("built in two folders, these differ: {}", different.join(", "));
    }
    println!("Built in two folders, all files are the same");
    Ok(())
}

/// A copy of the project in the machine's folder for such things, and another way to the crates of others; both go with this.
struct Copy {
    project: PathBuf,
    cargo_home: PathBuf,
}

impl Drop for Copy {
    fn drop(&mut self) {
        for gone in [std::fs::remove_dir_all(&self.project), std::fs::remove_file(&self.cargo_home)] {
            if let Err(error) = gone {
                eprintln!("{} could not be removed: {error}", self.project.display());
            }
        }
    }
}

impl Copy {
    fn make() -> Result<Copy> {
        let root = shell::root();
        let beside = |what: &str| std::env::temp_dir().join(format!("cx-speechstorm-{what}-{}", std::process::id()));
        let copy = Copy { project: beside("copy"), cargo_home: beside("cargo") };
        dist::empty(&copy.project)?;
        // What is not committed yet counts as well.
        let listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
        let files = shell::output(shell::command("git").args(listed)).context("git lists no files")?;
        for name in files.split('\0').filter(|name| root.join(name).is_file()) {
            let to = copy.project.join(name);
            std::fs::create_dir_all(to.parent().unwrap_or(&copy.project))?;
            std::fs::copy(root.join(name), to).with_context(|| format!("copying {name}"))?;
        }
        link(&root.join(TOOLS), &copy.project.join(TOOLS))?;
        link(&wasm::cargo_home().context("cargo has no folder")?, &copy.cargo_home)?;
        Ok(copy)
    }
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> Result<()> {
    Ok(std::os::unix::fs::symlink(from, to)?)
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> Result<()> {
    bail!("two builds are compared on Unix only")
}

/// The names of files that are not in both folders with the same bytes.
fn different(one: &Path, other: &Path) -> Result<Vec<String>> {
    let names = |folder: &Path| -> Result<Vec<PathBuf>> {
        plugin::files_below(folder)?.iter().map(|path| Ok(path.strip_prefix(folder)?.to_path_buf())).collect()
    };
    let mut all = [names(one)?, names(other)?].concat();
    all.sort();
    all.dedup();
    ensure!(!all.is_empty(), "nothing was built");
    let same = |name: &PathBuf| {
        let read = |folder: &Path| std::fs::read(folder.join(name)).ok();
        read(one).is_some() && read(one) == read(other)
    };
    all.retain(|name| !same(name));
    Ok(all.iter().map(|name| name.display().to_string()).collect())
}

#[cfg(test)]
mod tests {
    use super::different;
    use crate::dist::empty;

    #[test]
    fn what_differs_and_what_one_lacks_is_named() {
        let folder = std::env::temp_dir().join(format!("cx-speechstorm-compare-{}", std::process::id()));
        let (one, other) = (folder.join("one"), folder.join("other"));
        empty(&one).and_then(|()| empty(&other)).unwrap();
        assert!(different(&one, &other).is_err(), "nothing there");
        for (file, text) in [(one.join("a"), "1"), (other.join("a"), "1"), (one.join("b"), "1"), (other.join("b"), "2")]
        {
            std::fs::write(file, text).unwrap();
        }
        std::fs::write(other.join("c"), "").unwrap();
        assert_eq!(different(&one, &other).unwrap(), ["b", "c"]);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
