//! The real binary: start, READY line, port in use, orderly stop, silence about secrets.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::harness::{Folder, GOOD_CARD, REQUEST, Servers};

fn command(folder: &Folder) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cx-stack"));
    for port in ["--site-port", "--gms-port", "--cloud-port", "--messaging-port", "--desk-port"] {
        command.args([port, "0"]);
    }
    command.arg("--site-dir").arg(folder.0.join("site")).arg("--dist-dir").arg(folder.0.join("dist"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Ends the process with the test, whatever happens.
pub struct Running(Child);

impl Running {
    /// The binary, alone, with these flags besides.
    pub fn start(folder: &Folder, flags: &[&str]) -> Self {
        Self(command(folder).args(flags).spawn().unwrap())
    }

    /// Waits for the line that says that it serves; whether it came.
    pub fn is_ready(&mut self) -> bool {
        let mut lines = BufReader::new(self.0.stdout.take().unwrap()).lines();
        lines.any(|line| line.unwrap().starts_with("READY "))
    }

    /// Ends it; what it has complained of.
    pub fn complaints(&mut self) -> String {
        let mut said = String::new();
        self.0.kill().unwrap();
        self.0.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        said
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn it_starts_in_under_a_second() {
    let folder = Folder::new();
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/demo");
    let (deployment, workflow) = (format!("{demo}/deployment.ini"), format!("{demo}/workflow.ini"));
    // One process; and the front, a Chat Server and its backup, as `cargo xtask demo` starts them.
    let several = ["--deployment", &deployment, "--operator-port", "0", "--workflow", &workflow, "--idle-enabled"];
    for flags in [&[][..], &several[..]] {
        // The best of three: what else goes on on this machine is no fault of the binary.
        let times = (0..3).map(|run| {
            let db = folder.0.join(format!("start-{}-{run}.sqlite", flags.len()));
            let began = Instant::now();
            let mut process = Running::start(&folder, &[flags, &["--db", db.to_str().unwrap()]].concat());
            assert!(process.is_ready());
            began.elapsed()
        });
        let best = times.min().unwrap();
        assert!(best < Duration::from_secs(1), "{flags:?}: {best:?}");
    }
}

#[tokio::test]
async fn it_starts_serves_and_stops() {
    let folder = Folder::new();
    let mut process = Running(command(&folder).arg("--db").arg(folder.0.join("binary.sqlite")).spawn().unwrap());
    let mut lines = BufReader::new(process.0.stdout.take().unwrap()).lines();
    let mut printed = String::new();
    let ready = loop {
        let line = lines.next().unwrap().unwrap();
        printed.push_str(&line);
        printed.push('\n');
        if let Some(json) = line.strip_prefix("READY ") {
            break serde_json::from_str::<Value>(json).unwrap();
        }
    };
    for key in ["site", "gms", "cloud", "messaging", "desk"] {
        let origin = ready[key].as_str().unwrap();
        assert!(origin.starts_with("http://127.0.0.1:") && printed.matches(origin).count() == 2, "{printed}");
    }
    assert!(std::path::Path::new(ready["db"].as_str().unwrap()).exists());

    // A whole payment against the process, to see that it says nothing about it.
    let helper = Servers::start().await;
    let at = serde_json::from_value::<std::collections::HashMap<String, String>>(ready.clone()).unwrap();
    let addresses = cx_stack::Addresses {
        site: at["site"].clone(),
        gms: at["gms"].clone(),
        cloud: at["cloud"].clone(),
        messaging: at["messaging"].clone(),
        desk: at["desk"].clone(),
        db: at["db"].clone(),
        ..cx_stack::Addresses::default()
    };
    let servers = Servers { at: addresses, ..helper };
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let path = customer.go().await.location();
    for (step, fields) in [("begin", &[][..]), ("card", &GOOD_CARD[..]), ("pay", &[][..])] {
        let page = servers.microapp(&path).await;
        servers.submit(&path, &page, step, fields).await.location();
    }
    customer.go_but("chatSecureKey", "1122334455667788").await;
    let key = customer.key.clone();

    let stopped = Command::new("kill").args(["-TERM", &process.0.id().to_string()]).status().unwrap();
    assert!(stopped.success());
    assert!(process.0.wait().unwrap().success(), "SIGTERM is an orderly end");
    for line in lines {
        printed.push_str(&line.unwrap());
    }
    process.0.stderr.take().unwrap().read_to_string(&mut printed).unwrap();
    assert!(!printed.contains("panicked"), "{printed}");
    // No shorter piece of the card: a port may be 34111.
    for secret in [key.as_str(), "4111 1111", "41111111", "1234567", "77.80", "1122334455667788"] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
}

#[test]
#[cfg(unix)]
fn a_folder_of_its_own_goes_with_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let mut process = Running(command(&folder).spawn().unwrap());
    let lines = BufReader::new(process.0.stdout.take().unwrap()).lines();
    let ready = lines.map(Result::unwrap).find_map(|line| line.strip_prefix("READY ").map(str::to_owned)).unwrap();
    let ready: Value = serde_json::from_str(&ready).unwrap();
    let own = std::path::Path::new(ready["db"].as_str().unwrap()).parent().unwrap().to_owned();
    assert_eq!(std::fs::metadata(&own).unwrap().permissions().mode() & 0o777, 0o700, "nobody else may look");
    assert!(Command::new("kill").args(["-TERM", &process.0.id().to_string()]).status().unwrap().success());
    assert!(process.0.wait().unwrap().success());
    assert!(!own.exists(), "{}", own.display());
}

#[test]
fn a_port_in_use_is_one_sentence() {
    let folder = Folder::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = command(&folder).args(["--gms-port", &port]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "a flag given twice is refused");
    let output = Command::new(env!("CARGO_BIN_EXE_cx-stack"))
        .args(["--site-port", "0", "--cloud-port", "0", "--gms-port", &port])
        .arg("--site-dir")
        .arg(folder.0.join("site"))
        .arg("--dist-dir")
        .arg(folder.0.join("dist"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.contains("in use") && text.contains("--gms-port") && text.contains(&port), "{text}");
}

#[test]
fn missing_builds_are_named() {
    let folder = Folder::new();
    std::fs::remove_file(folder.0.join("dist/cx-speechstorm.js")).unwrap();
    let output = command(&folder).args(["--allow-origin", "null"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("cx-speechstorm.js is not there; run: cargo xtask build"), "{text}");
    assert!(text.contains("--allow-origin needs an address"), "{text}");
}
