//! The plugin's timing, against the same behaviour written by hand (`www/site/bench/by-hand.js`) and against the host's own
//! bundle: in one browser, by turns, each time in a new tab, so that nothing of the time before is warm.

mod numbers;
mod tab;

use crate::browser::{Driver, Window};
use crate::stack::Stack;
use anyhow::{Context, Result, ensure};
use numbers::{Comparison, Series};
use serde_json::Value;
use std::path::Path;
use tab::Tab;

/// Messages of one batch.
const BATCH: u32 = 10_000;
/// With fewer rounds nothing is judged: what is off then may be so by chance.
const FEWEST_JUDGED: u32 = 5;
/// Requests in one tab; the first is the one that a customer meets.
const REQUESTS: u32 = 6;
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Who is measured.
#[derive(Clone, Copy, PartialEq)]
enum Who {
    Plugin,
    Slim,
    ByHand,
    Host,
}

impl Who {
    fn script(self) -> Result<String> {
        let name = match self {
            Who::Plugin => "dist/cx-speechstorm.js",
            Who::Slim => "dist/cx-speechstorm.slim.js",
            Who::ByHand => "www/site/bench/by-hand.js",
            Who::Host => "dist/cx-host.js",
        };
        let file = Path::new(ROOT).join(name);
        std::fs::read_to_string(&file).with_context(|| format!("{} (build it with: cargo xtask build)", file.display()))
    }
}

/// Measures each thing whose name has `only` in it so many times, prints a table and says what is above its bar, if it was
/// often enough to tell.
///
/// # Errors
/// When something is, or cannot be measured.
pub async fn run(rounds: u32, only: &str) -> Result<()> {
    let website = Stack::start(&[]).await?;
    // Why another one: the website's policy lets no script put scripts onto the page.
    let open = Stack::start_without_policy(&[]).await?;
    let browser = Driver::start().await?.open_own(Window::default()).await?;
    tab::prepare(&browser).await?;
    let tab = Tab { browser: &browser, website: &website, open: &open };

    let wanted = |name: &str| name.contains(only);
    let mut rows = Vec::new();
    let row = |what, (ours, other), bar, aim| Comparison { what, ours, other, bar: Some(bar), aim: Some(aim) };
    if wanted("ready") {
        let series = compare(rounds, (Who::Plugin, Who::ByHand), async |who, _| tab.ready(who).await).await?;
        rows.push(row("ready: from navigation / by hand", series, 1.1, 1.02));
    }
    if wanted("slim") {
        let (ours, other) = compare(rounds, (Who::Slim, Who::ByHand), async |who, _| tab.ready(who).await).await?;
        let what = "slim: the same with the slim script / by hand";
        rows.push(Comparison { what, ours, other, bar: None, aim: None });
    }
    if wanted("start") {
        let series = compare(rounds, (Who::Plugin, Who::Host), async |who, _| tab.evaluate(who).await).await?;
        rows.push(row("start: evaluate and instantiate / host's bundle", series, 0.5, 0.1));
    }
    if wanted("batch") {
        let series = compare(rounds, (Who::Plugin, Who::ByHand), async |who, _| tab.dispatch(who).await).await?;
        rows.push(row("batch: 10,000 messages / by hand", series, 1.5, 1.0));
    }
    if wanted("frame") {
        let (first, later) = requests(rounds, &tab).await?;
        rows.push(row("frame: from the first request / by hand", first, 2.0, 1.1));
        let (ours, other) = later;
        let what = "frame: from later requests / by hand";
        rows.push(Comparison { what, ours, other, bar: None, aim: None });
    }
    ensure!(!rows.is_empty(), "nothing that is measured has {only} in its name");
    numbers::print(&rows);
    if rounds < FEWEST_JUDGED {
        ensure!(rows.iter().all(Comparison::is_measured), "nothing was measured");
        println!("\nFewer than {FEWEST_JUDGED} rounds: the bars are not applied.");
        return Ok(());
    }
    numbers::judge(&rows)
}

type Pair = (Series, Series);

/// First requests of a page, as a customer meets them, and later ones. Both must launch the same.
async fn requests(rounds: u32, tab: &Tab<'_>) -> Result<(Pair, Pair)> {
    let (mut ours, mut other) = (Series::default(), Series::default());
    let mut addresses: [Vec<String>; 2] = Default::default();
    let [plugin, by_hand] = &mut addresses;
    let first = compare(rounds, (Who::Plugin, Who::ByHand), async |who, round| {
        let mut seen = tab.requests(who, round).await?.into_iter();
        let (first, address) = seen.next().context("no request")?;
        let (later, addresses) =
            if who == Who::Plugin { (&mut ours, &mut *plugin) } else { (&mut other, &mut *by_hand) };
        addresses.push(address);
        seen.for_each(|(time, _)| later.push(time));
        Ok(first)
    })
    .await?;
    ensure!(plugin == by_hand, "not the same launch: {:?}, {:?}", plugin.first(), by_hand.first());
    Ok((first, (ours, other)))
}

/// By turns, beginning once with the one and once with the other.
async fn compare(
    rounds: u32,
    (us, with): (Who, Who),
    mut measure: impl AsyncFnMut(Who, u32) -> Result<f64>,
) -> Result<Pair> {
    let (mut ours, mut other) = (Series::default(), Series::default());
    for round in 0..rounds {
        let mut turn = [us, with];
        turn.rotate_left(round as usize % 2);
        for who in turn {
            let time = measure(who, round).await?;
            if who == us { ours.push(time) } else { other.push(time) }
        }
    }
    Ok((ours, other))
}

fn milliseconds(value: &Value) -> Result<f64> {
    value.as_f64().with_context(|| format!("no time: {value}"))
}
