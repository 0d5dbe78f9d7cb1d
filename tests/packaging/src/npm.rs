//! The npm package as integrators get it: packed, and installed into a fresh project.

use crate::files::{dist, root};
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::OnceCell;

/// Packed once for all tests of a process.
static TARBALL: OnceCell<PathBuf> = OnceCell::const_new();

/// Where the pinned tools are; whatever lies below finds them, too.
fn tools() -> PathBuf {
    root().join("tests/packaging/npm")
}

/// The package as `npm pack` makes it.
///
/// # Errors
/// When npm does not.
pub async fn tarball() -> Result<&'static Path> {
    let path = TARBALL.get_or_try_init(|| async {
        let to = tools().join("projects");
        std::fs::create_dir_all(&to)?;
        let mut npm = Command::new("npm");
        npm.args(["pack", "--json", "--pack-destination"]).arg(to.canonicalize()?).current_dir(dist());
        let packed: Value = serde_json::from_str(&run(&mut npm).await?)?;
        // Newer versions of npm give an object by package, older ones a list.
        let first = packed.get(0).or_else(|| packed.as_object().and_then(|by_name| by_name.values().next()));
        let name = first.and_then(|first| first.get("filename")?.as_str()).context("npm pack names no file")?;
        anyhow::Ok(to.canonicalize()?.join(name))
    });
    Ok(path.await?)
}

/// A project that depends on the package and on nothing else.
pub struct Project {
    /// Its folder.
    pub folder: PathBuf,
}

impl Project {
    /// Makes a fresh project of this name with these files and installs the package, without a registry: it depends on no
    /// other.
    ///
    /// # Errors
    /// When npm does not install it.
    pub async fn with(name: &str, files: &[(&str, &str)]) -> Result<Project> {
        let project = Project::without_the_package(name, files)?;
        let mut npm = project.command("npm");
        run(npm.arg("install").arg(tarball().await?)).await?;
        Ok(project)
    }

    /// The same, where the package is installed by the commands that a guide gives; `/path/to/dist` in them is the folder of the
    /// published files.
    ///
    /// # Errors
    /// When one of them fails.
    pub async fn by_hand(name: &str, files: &[(&str, &str)], commands: &str) -> Result<Project> {
        let project = Project::without_the_package(name, files)?;
        let folder = dist().canonicalize()?.display().to_string();
        ensure!(commands.contains("/path/to/dist"), "the guide names no folder: {commands}");
        run(project.command("sh").args(["-euc", &commands.replace("/path/to/dist", &folder)])).await?;
        Ok(project)
    }

    /// In the project's folder; npm then asks no registry.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.folder);
        command.envs([("npm_config_offline", "true"), ("npm_config_audit", "false"), ("npm_config_fund", "false")]);
        command
    }

    fn without_the_package(name: &str, files: &[(&str, &str)]) -> Result<Project> {
        let folder = tools().join("projects").join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        let folder = folder.canonicalize()?;
        let manifest = json!({ "name": name, "private": true, "type": "module" }).to_string();
        for (file, text) in files.iter().copied().chain([("package.json", manifest.as_str())]) {
            let path = folder.join(file);
            std::fs::create_dir_all(path.parent().context("no folder")?)?;
            std::fs::write(path, text)?;
        }
        Ok(Project { folder })
    }

    /// Runs one of the pinned tools in the project and gives what it prints.
    ///
    /// # Errors
    /// When it is not installed, or fails: then with what it has printed.
    pub async fn run(&self, tool: &str, arguments: &[&str]) -> Result<String> {
        let mut node = Command::new("node");
        run(node.arg(script(tool)?).args(arguments).current_dir(&self.folder)).await
    }

    /// Starts one of the pinned tools, which then serves until what is given is dropped, and waits until it says that it is
    /// `ready`.
    ///
    /// # Errors
    /// When it ends before.
    pub async fn serve(&self, tool: &str, arguments: &[&str], ready: &str) -> Result<Child> {
        let mut node = Command::new("node");
        node.arg(script(tool)?).args(arguments).current_dir(&self.folder);
        let mut server = node.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let mut lines = BufReader::new(server.stdout.take().context("no output")?).lines();
        while let Some(line) = lines.next_line().await? {
            if line.contains(ready) {
                // Why: a full pipe would stop it.
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return Ok(server);
            }
        }
        bail!("{tool} has ended")
    }

    /// Runs a script of the project in Node.
    ///
    /// # Errors
    /// When it fails: then with what it has printed.
    pub async fn node(&self, script: &str) -> Result<String> {
        run(Command::new("node").arg(script).current_dir(&self.folder)).await
    }
}

/// Runs this module in Node, in a folder, and gives what it prints.
///
/// # Errors
/// When it fails: then with what it has printed.
pub async fn in_node(folder: &Path, module: &str) -> Result<String> {
    run(Command::new("node").args(["--input-type=module", "--eval", module]).current_dir(folder)).await
}

/// The script of a pinned tool.
fn script(tool: &str) -> Result<PathBuf> {
    let script = tools().join("node_modules").join(tool);
    ensure!(script.is_file(), "{} is not installed (install it with: cargo xtask setup)", script.display());
    Ok(script.canonicalize()?)
}

async fn run(command: &mut Command) -> Result<String> {
    let line = format!("{:?}", command.as_std());
    let output = command.stdin(Stdio::null()).output().await.with_context(|| format!("could not start: {line}"))?;
    let (printed, complaint) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "this failed ({}): {line}\n{printed}\n{complaint}", output.status);
    Ok(printed.into_owned())
}
