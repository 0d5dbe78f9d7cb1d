//! The browsers do what the other tests ask of them, whichever engine it is.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

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
    let (one, two) = (driver.open(Window::default()).await?, driver.open(Window::default()).await?);
    let processes = [family(one.process()), family(two.process())].concat();
    assert!(processes.len() > 4, "two drivers, two browsers and their helpers: {processes:?}");
    drop((one, two));
    until_true("all are gone", async || Ok(running().iter().all(|(pid, _)| !processes.contains(pid)))).await
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
