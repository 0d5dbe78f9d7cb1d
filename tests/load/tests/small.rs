//! The load generator as `cargo xtask load` runs it, with few chats.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

use cx_stack::Addresses;
use cx_stack::stack::READY;

const LOAD: &str = env!("CARGO_BIN_EXE_load");

#[test]
fn a_hundred_chats_lose_and_double_nothing() {
    let flags = ["--chats", "100", "--messages", "3", "--poll-ms", "200", "--agents", "4"];
    let output = Command::new(LOAD).args(flags).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(lines.len(), 4, "{said}");
    assert!(lines[0].starts_with("100 chats, 600 messages, 400 polls in "), "{said}");
    assert!(lines[0].ends_with(": none lost, none doubled, all in order"), "{said}");
    for (line, share) in lines[1..].iter().zip(["p50", "p90", "p99"]) {
        assert!(line.starts_with(&format!("refresh {share} ")) && line.contains(" x a bare handler "), "{said}");
    }
}

#[test]
fn its_servers_end_with_it_and_leave_nothing() {
    for which in ["stack", "bare"] {
        let mut process = Command::new(LOAD).arg(which).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let ready = lines.map(Result::unwrap).find_map(|line| line.strip_prefix(READY).map(str::to_owned)).unwrap();
        let (url, db) = match serde_json::from_str::<Addresses>(&ready) {
            Ok(at) => (at.gms, Some(at.db)),
            Err(_) => (ready, None),
        };
        let address = url.trim_start_matches("http://").trim_end_matches('/');
        assert_eq!(db.is_some(), which == "stack");
        assert!(db.iter().all(|db| Path::new(db).is_file()), "{db:?}");
        TcpStream::connect(address).unwrap();
        // Which is what becomes of it when whoever has started it is killed.
        drop(process.stdin.take());
        assert!(process.wait().unwrap().success(), "{which}");
        assert!(TcpStream::connect(address).is_err(), "{which}");
        assert!(!db.iter().any(|db| Path::new(db).exists()), "{db:?}");
    }
}
