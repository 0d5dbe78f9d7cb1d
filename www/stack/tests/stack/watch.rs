//! Faults of the servers that no answer tells of: a panic, in whatever task, thread or process it is.

use std::io::{BufRead, BufReader};
use std::panic;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, Once, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

/// How long the processes that another one has started may take to follow it.
const LAST_WORDS: Duration = Duration::from_secs(20);

/// A panic whose source is none of the tests' files.
struct Panic {
    /// The test's own thread, on which the servers of most tests run; none where it was a worker of several.
    thread: Option<ThreadId>,
    told: String,
}

static PANICS: Mutex<Vec<Panic>> = Mutex::new(Vec::new());
static WATCH: Once = Once::new();

fn panics() -> std::sync::MutexGuard<'static, Vec<Panic>> {
    PANICS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a panic at this place is one of a test: an assertion that fails, and not a fault of a server.
fn is_a_tests(file: &str) -> bool {
    file.starts_with(file!().trim_end_matches("watch.rs"))
}

/// Whether a test's runtime only ends: whoever waits in a thread beside it for another server (`reach.rs`) may look at a timer
/// just then, which says so by this panic. It is no fault, and would be told as one of whichever test comes to its end next.
fn is_an_end(told: &panic::PanicHookInfo<'_>) -> bool {
    const SHUTDOWN: &str = "A Tokio 1.x context was found, but it is being shutdown.";
    told.payload_as_str() == Some(SHUTDOWN)
}

fn write_down(told: &panic::PanicHookInfo<'_>) {
    if told.location().is_some_and(|place| is_a_tests(place.file())) || is_an_end(told) {
        return;
    }
    let current = thread::current();
    let is_worker = current.name().is_some_and(|name| name.starts_with("tokio-"));
    panics().push(Panic { thread: (!is_worker).then(|| current.id()), told: told.to_string() });
}

/// Servers in this process have not panicked while this was there, or the test fails.
pub struct NoPanics(());

impl NoPanics {
    /// From now on.
    pub fn watched() -> Self {
        WATCH.call_once(|| {
            let before = panic::take_hook();
            panic::set_hook(Box::new(move |told| {
                write_down(told);
                before(told);
            }));
        });
        Self(())
    }

    /// What was written down for this test.
    fn take(&self) -> Vec<String> {
        let own = thread::current().id();
        let mut all = panics();
        let (mine, others) = all.drain(..).partition(|panic| panic.thread.is_none_or(|thread| thread == own));
        *all = others;
        mine.into_iter().map(|panic: Panic| panic.told).collect()
    }
}

impl Drop for NoPanics {
    fn drop(&mut self) {
        // A test that fails already says why.
        if !thread::panicking() {
            let told = self.take();
            assert!(told.is_empty(), "a server panicked: {told:?}");
        }
    }
}

/// What a process says on standard error, and those that it starts.
pub struct Stderr(Receiver<String>);

impl Stderr {
    /// Of a process whose standard error is piped.
    pub fn of(process: &mut Child) -> Self {
        let (sender, lines) = channel();
        let stderr = BufReader::new(process.stderr.take().unwrap());
        thread::spawn(move || {
            for line in stderr.split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line).into_owned();
                eprintln!("{line}");
                // Read on in any case: a process must not wait for whoever reads its faults.
                let _ = sender.send(line);
            }
        });
        Self(lines)
    }

    /// Everything, once the process has ended and the others have followed it.
    fn to_its_end(&self) -> Vec<String> {
        let end = Instant::now() + LAST_WORDS;
        let mut all = Vec::new();
        loop {
            match self.0.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) => all.push(line),
                Err(RecvTimeoutError::Disconnected) => return all,
                Err(RecvTimeoutError::Timeout) => panic!("a process goes on without the one that started it: {all:?}"),
            }
        }
    }

    /// None of them has panicked, or the test fails. To be asked when the process has ended.
    pub fn has_no_panic(&self) {
        if !thread::panicking() {
            let all = self.to_its_end();
            assert!(!all.iter().any(|line| line.contains("panicked")), "a server panicked: {all:?}");
        }
    }
}

#[tokio::test]
async fn a_panic_in_a_task_is_noticed_and_a_tests_own_is_not() {
    let watch = NoPanics::watched();
    let own = tokio::spawn(async { panic!("as of an assertion") }).await;
    assert!(own.is_err() && watch.take().is_empty());
    // Any other source is that of a server, or of what it calls.
    let other = tokio::spawn(async {
        form_urlencoded::Serializer::for_suffix(String::new(), 7);
    });
    assert!(other.await.is_err());
    let told = watch.take();
    assert!(told.len() == 1 && told[0].contains("invalid length 7"), "{told:?}");
    assert!(watch.take().is_empty(), "told once");
}

#[test]
fn a_panic_in_a_process_of_a_process_is_noticed() {
    for (said, noticed) in [("thread 'x' panicked at src/x.rs:1:1", true), ("audit: the disk is full", false)] {
        let script = format!("sh -c \"echo \\\"{said}\\\" >&2\"; exit 0");
        let mut process = Command::new("sh").args(["-c", &script]).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = Stderr::of(&mut process);
        process.wait().unwrap();
        assert_eq!(panic::catch_unwind(panic::AssertUnwindSafe(|| stderr.has_no_panic())).is_err(), noticed);
    }
}
