//! Programs that never outlive the tests: each ends with all that it has started and all that it has written, also when the
//! test, or the process of all tests, is killed.

use anyhow::{Context, Result};
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;
use tokio::sync::oneshot;

/// Reads until nobody has the other end of its input any more, which is when the program is let go of or our own process is
/// over; then kills the program's group and removes its folder. More than once, because who is being killed may still write.
const WATCH: &str =
    "read -r _; kill -s KILL -- \"-$1\"; for _ in 1 2 3 4 5; do rm -rf -- \"$2\" && break; sleep 0.1; done";

/// A running program; it is killed, and its folder removed, when this is dropped.
#[derive(Debug)]
pub(crate) struct Kept {
    process: Child,
    watch: Child,
    _folder: TempDir,
}

impl Kept {
    /// Starts a program that writes its temporary files to `folder`, and waits until `look` finds something in a line that it
    /// prints.
    ///
    /// # Errors
    /// When it does not start, or ends before.
    pub(crate) async fn start<T: Send + 'static>(
        mut command: Command,
        folder: TempDir,
        look: impl Fn(&str) -> Option<T> + Send + 'static,
    ) -> Result<(Kept, T)> {
        // Why a group of its own: whatever it starts ends with it.
        command.env("TMPDIR", folder.path()).stdin(Stdio::null()).stdout(Stdio::piped()).process_group(0);
        let mut process = command.spawn()?;
        let output = process.stdout.take().context("no output")?;
        let watch = Command::new("sh")
            .args(["-c", WATCH, "watch", &process.id().to_string()])
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .inspect_err(|_| drop(process.kill()))?;
        let kept = Kept { process, watch, _folder: folder };
        let (found, finding) = oneshot::channel();
        // Why a thread: it goes on when the test's runtime has gone, and a full pipe would stop the program.
        std::thread::spawn(move || {
            let mut found = Some(found);
            for line in BufReader::new(output).split(b'\n').map_while(std::io::Result::ok) {
                if let Some(what) = look(&String::from_utf8_lossy(&line))
                    && let Some(found) = found.take()
                {
                    let _nobody_waits = found.send(what);
                }
            }
        });
        let what = finding.await.context("it ended before it was ready")?;
        Ok((kept, what))
    }

    /// The id of the program's process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        drop(self.watch.stdin.take());
        let _is_over = (self.process.kill(), self.watch.wait(), self.process.wait());
    }
}
