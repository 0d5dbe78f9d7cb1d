//! The same sources give the same bytes, wherever they lie: the npm package and what servers send of it is built here and in a
//! copy of the project. Why not the host and the build for developers: they take minutes, and no visitor gets them.

use crate::plugin::{self, Scope};
use crate::{dist, shell};
use anyhow::{Context, Result, bail, ensure};
use std::path::{Path, PathBuf};

/// Tells this program to take another folder for the project's.
pub const ROOT: &str = "CX_XTASK_ROOT";
/// What is not copied but used where it is: the installed npm tools.
const TOOLS: &str = "xtask/node/node_modules";

/// Builds twice and compares.
pub fn run() -> Result<()> {
    let (here, copy) = (shell::root().join("target/reproduce"), Copy::make()?);
    build(&here)?;
    println!("Building the plugin in {}", copy.0.display());
    let there = copy.0.join("dist");
    // Why this program once more: nothing that it has found out here is of use there.
    let mut again = shell::command(std::env::current_exe()?);
    again.current_dir(&copy.0).env(ROOT, &copy.0).args(["build", "--plugin-into"]).arg(&there);
    shell::run(&mut again)?;
    let different = different(&here, &there)?;
    if !different.is_empty() {
        bail!("built in two folders, these differ: {}", different.join(", "));
    }
    println!("Built in two folders, all files are the same");
    Ok(())
}

/// Builds the plugin alone, and what goes along with it, into `folder`.
pub fn build(folder: &Path) -> Result<()> {
    dist::empty(folder)?;
    let plugin = plugin::build(folder, Scope::Published)?;
    dist::accompany(folder, &plugin)
}

/// A copy of the project in the machine's folder for such things; it goes with this.
struct Copy(PathBuf);

impl Drop for Copy {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            eprintln!("{} could not be removed: {error}", self.0.display());
        }
    }
}

impl Copy {
    fn make() -> Result<Copy> {
        let root = shell::root();
        let copy = Copy(std::env::temp_dir().join(format!("cx-speechstorm-copy-{}", std::process::id())));
        dist::empty(&copy.0)?;
        // What is not committed yet counts as well.
        let listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
        let files = shell::output(shell::command("git").args(listed)).context("git lists no files")?;
        for name in files.split('\0').filter(|name| root.join(name).is_file()) {
            let to = copy.0.join(name);
            std::fs::create_dir_all(to.parent().unwrap_or(&copy.0))?;
            std::fs::copy(root.join(name), to).with_context(|| format!("copying {name}"))?;
        }
        link(&root.join(TOOLS), &copy.0.join(TOOLS))?;
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
