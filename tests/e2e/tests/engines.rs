//! The browsers do what the other tests ask of them, whichever engine it is.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use anyhow::Result;
use e2e::browser::{self, Driver, Window, eval};
use e2e::devtools;
use e2e::stack::Stack;
use e2e::wait::until_true;
use serde_json::json;

#[tokio::test]
async fn a_script_runs_first_in_every_document_and_frame() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let browser = Driver::start().await?.open(Window::default()).await?;
    let first = "window.__scripts = document.scripts.length; new MutationObserver(() => {}).observe(document, {});";
    browser::run_first(&browser, first).await?;
    browser.goto(&stack.site).await?;
    for _ in 0..2 {
        assert_eq!(eval(&browser, "window.__scripts").await?, 0);
        assert!(eval(&browser, "document.scripts.length").await?.as_u64().unwrap() > 0);
        browser.refresh().await?;
    }
    let frame =
        "const frame = document.createElement('iframe'); frame.src = arguments[0]; document.body.append(frame);";
    browser.execute(frame, vec![json!(format!("{}/fish-messaging/go/none", stack.messaging))]).await?;
    until_true("the script ran in a frame of another origin", async || {
        browser.enter_frame(0).await?;
        let ran = eval(&browser, "document.body?.dataset.code && window.__scripts").await;
        browser.enter_parent_frame().await?;
        Ok(ran? == 0)
    })
    .await
}

#[tokio::test]
async fn the_console_is_read_with_its_levels_and_errors() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let browser = Driver::start().await?.open(Window::default()).await?;
    browser.goto(&format!("{}/without-plugin.html", stack.site)).await?;
    let script = "console.warn('careful', 7); setTimeout(() => { throw new Error('thrown on purpose'); });";
    browser.execute(script, Vec::new()).await?;
    until_true("both are there", async || {
        let console = browser::console(&browser).await?;
        Ok(console.contains("warn careful 7") && console.contains("error ") && console.contains("thrown on purpose"))
    })
    .await
}

#[tokio::test]
async fn dark_less_motion_and_a_phones_screen() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    for on in [false, true] {
        let window = Window { dark: on, reduced_motion: on, ..Window::default() };
        let browser = driver.open(window).await?;
        browser.goto(&stack.site).await?;
        for query in ["prefers-color-scheme: dark", "prefers-reduced-motion: reduce"] {
            assert_eq!(eval(&browser, &format!("matchMedia('({query})').matches")).await?, on, "{query}");
        }
        let forced = driver.open(Window { forced_colors: on, ..Window::default() }).await?;
        forced.goto(&stack.site).await?;
        assert_eq!(eval(&forced, "matchMedia('(forced-colors: active)').matches").await?, on);
        devtools::screen(&browser, 320, 640, 2.0).await?;
        assert_eq!(eval(&browser, "[innerWidth, innerHeight, devicePixelRatio]").await?, json!([320, 640, 2]));
    }
    Ok(())
}

#[tokio::test]
async fn requests_are_held_back_and_the_network_goes() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let browser = Driver::start().await?.open(Window::default()).await?;
    browser.goto(&stack.site).await?;
    devtools::hold(&browser, "held").await?;
    let ask = "window.answers = [];
        for (const name of ['held', 'free']) fetch('/assets/mark.svg?' + name).then(() => window.answers.push(name));";
    browser.execute(ask, Vec::new()).await?;
    until_true("the other goes on", async || Ok(eval(&browser, "window.answers").await? == json!(["free"]))).await?;
    devtools::release(&browser).await?;
    until_true("both have gone on", async || Ok(eval(&browser, "window.answers").await? == json!(["free", "held"])))
        .await?;
    devtools::go_offline(&browser).await?;
    let ask =
        "const done = arguments[0]; fetch('/assets/mark.svg?again').then(() => done('online'), () => done('offline'))";
    assert_eq!(browser.execute_async(ask, Vec::new()).await?, "offline");
    Ok(())
}

#[tokio::test]
async fn the_pages_policy_counts_unless_the_stack_is_without() -> Result<()> {
    let browser = Driver::start().await?.open(Window::default()).await?;
    for (stack, counts) in [(Stack::start(&[]).await?, true), (Stack::start_without_policy(&[]).await?, false)] {
        browser.goto(&stack.site).await?;
        let inline = "const style = document.createElement('style'); style.textContent = 'body { rotate: 7deg }';
            document.head.append(style);";
        browser.execute(inline, Vec::new()).await?;
        let refused = eval(&browser, "getComputedStyle(document.body).rotate").await? != "7deg";
        assert_eq!(refused, counts);
    }
    Ok(())
}

#[tokio::test]
async fn no_process_is_left_behind() -> Result<()> {
    let driver = Driver::start().await?;
    let (one, two) = (driver.open_own(Window::default()).await?, driver.open_own(Window::default()).await?);
    let processes = [family(one.process()), family(two.process())].concat();
    assert!(processes.len() > 4, "two drivers, two browsers and their helpers: {processes:?}");
    drop((one, two));
    until_true("all are gone", async || Ok(running().iter().all(|(pid, _)| !processes.contains(pid)))).await
}

/// What a page can leave behind.
const LEAVE: &str = "const done = arguments[0];
    document.cookie = 'left=1; max-age=600';
    localStorage.left = sessionStorage.left = 1;
    console.warn('left behind');
    window.open('/bench/empty.html');
    fetch('/assets/mark.svg?held');
    const opening = indexedDB.open('left');
    opening.onsuccess = () => caches.open('left').then(() => done('left'));";
/// What of it a page finds.
const LEFT: &str = "const done = arguments[0];
    Promise.all([caches.keys(), indexedDB.databases()]).then(([caches, databases]) => done([
      document.cookie, { ...localStorage }, { ...sessionStorage }, caches, databases.map(({ name }) => name),
      window.__first ?? null]));";

#[tokio::test]
async fn a_browser_that_is_used_again_has_nothing_of_the_test_before() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    // Nobody else wants one like this.
    let window = Window { dark: true, third_party_cookies: Some(true), ..Window::default() };
    let first = driver.open(window).await?;
    first.bidi().preload("(tell) => { window.__first = 1; tell('first'); }").await?;
    let page = format!("{}/bench/empty.html", stack.site);
    first.goto(&page).await?;
    devtools::hold(&first, "held").await?;
    assert_eq!(first.execute_async(LEAVE, Vec::new()).await?, "left");
    let left = json!(["left=1", { "left": "1" }, { "left": "1" }, ["left"], ["left"], 1]);
    assert_eq!(first.execute_async(LEFT, Vec::new()).await?, left);
    until_true("the second window is there", async || Ok(first.windows().await?.len() == 2)).await?;
    assert!(browser::console(&first).await?.contains("left behind"));
    let process = first.process();
    drop(first);

    let second = driver.open(window).await?;
    assert_eq!(second.process(), process, "it is the same browser");
    second.goto(&page).await?;
    assert_eq!(second.execute_async(LEFT, Vec::new()).await?, json!(["", {}, {}, [], [], null]));
    assert_eq!(second.windows().await?.len(), 1);
    assert!(!browser::console(&second).await?.contains("left behind"));
    assert!(second.bidi().told().is_empty());
    let ask = "const done = arguments[0]; fetch('/assets/mark.svg?held').then(() => done('answered'));";
    assert_eq!(second.execute_async(ask, Vec::new()).await?, "answered", "nothing is held back");

    let failing = tokio::spawn(async move {
        let _in_use = second;
        panic!("on purpose");
    });
    assert!(failing.await.unwrap_err().is_panic());
    let third = driver.open(window).await?;
    assert_ne!(third.process(), process, "where a test has failed, the browser is not used again");
    Ok(())
}

#[tokio::test]
async fn a_process_of_tests_leaves_nothing_behind_when_it_ends_or_is_killed() -> Result<()> {
    const MARK: &str = "CX_TEST_OF_WHAT_IS_LEFT_BEHIND";
    for kill in [false, true] {
        let folder = tempfile::tempdir()?;
        // One that passes and one that panics.
        let tests = ["secrets::a_secret_in_a_dom_event_is_found", "secrets::a_customer_who_leaves_a_secret"];
        let mut command = std::process::Command::new(std::env::current_exe()?);
        command.args(tests).arg("--test-threads=1").env("TMPDIR", folder.path()).env(MARK, "1");
        let mut child = command.stdout(std::process::Stdio::null()).spawn()?;
        if kill {
            until_true("a browser writes its profile", async || Ok(profiles(folder.path()) > 0)).await?;
            child.kill()?;
        }
        let status = tokio::task::spawn_blocking(move || child.wait()).await??;
        assert_eq!(status.success(), !kill);
        let has_mark = |pid: &u32| {
            std::fs::read(format!("/proc/{pid}/environ"))
                .is_ok_and(|all| all.windows(MARK.len()).any(|part| part == MARK.as_bytes()))
        };
        until_true("all are gone", async || Ok(!running().iter().any(|(pid, _)| has_mark(pid)))).await?;
        assert_eq!(std::fs::read_dir(folder.path())?.count(), 0, "no profile and no database");
    }
    Ok(())
}

/// How many folders of browsers there are.
fn profiles(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().filter_map(std::io::Result::ok);
    entries
        .filter(|entry| {
            std::fs::read_dir(entry.path()).is_ok_and(|mut files| files.any(|file| file.unwrap().path().is_dir()))
        })
        .count()
}

/// The ids of all processes that run, each with its parent's.
fn running() -> Vec<(u32, u32)> {
    let read = |entry: std::io::Result<std::fs::DirEntry>| {
        let stat = std::fs::read_to_string(entry.ok()?.path().join("stat")).ok()?;
        let (pid, rest) = (stat.split(' ').next()?.parse().ok()?, stat.rsplit_once(')')?.1);
        let mut rest = rest.split_whitespace();
        let is_over = rest.next()? == "Z";
        let parent = rest.next()?.parse().ok()?;
        (!is_over).then_some((pid, parent))
    };
    std::fs::read_dir("/proc").unwrap().filter_map(read).collect()
}

/// A process and all that descend from it.
fn family(first: u32) -> Vec<u32> {
    let (all, mut family) = (running(), vec![first]);
    let mut seen = 0;
    while let Some(parent) = family.get(seen).copied() {
        family.extend(all.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| *pid));
        seen += 1;
    }
    family
}
