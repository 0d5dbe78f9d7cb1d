//! What docs/accessibility.md says and axe-core cannot see: keys, focus, spacing, motion.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::Result;
use e2e::browser::{self, Driver, Window, eval, is_there};
use e2e::customer::{CLOSE, Customer, FRAME};
use e2e::devtools::{self, accessibility_violations};
use e2e::placements::{SHELL, chat, payment, phase};
use e2e::stack::Stack;
use e2e::wait::until_true;

const ESCAPE: &str = "\u{e00c}";
const TAB: &str = "\u{e004}";

async fn window_is_gone(customer: &Customer) -> Result<()> {
    until_true("our window has gone", async || Ok(!is_there(&customer.client, SHELL).await?)).await
}

#[tokio::test]
async fn escape_closes_what_nobody_is_at_work_with() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = payment(&driver, &stack, "consent=true", Window::default()).await?;
    phase(&customer, "consenting").await?;
    browser::find(&customer.client, CLOSE).await?.send_keys(ESCAPE).await?;
    window_is_gone(&customer).await?;
    server.hears("Client", "microapp:progress:declined").await
}

#[tokio::test]
async fn escape_is_the_pages_where_the_form_stands_in_its_text() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, _server) = payment(&driver, &stack, "placement=inline", Window::default()).await?;
    customer.begin_payment().await?;
    let listen = "window.escapes = [];
        addEventListener('keydown', (event) => window.escapes.push(event.key + ' ' + event.defaultPrevented));";
    customer.client.execute(listen, Vec::new()).await?;
    browser::find(&customer.client, CLOSE).await?.send_keys(ESCAPE).await?;
    assert_eq!(eval(&customer.client, "window.escapes").await?, serde_json::json!(["Escape false"]));
    assert!(!is_there(&customer.client, ".cx-speechstorm-confirm-close").await?, "nothing is asked");
    assert!(is_there(&customer.client, FRAME).await?);
    Ok(())
}

/// WCAG 2.2, 1.4.12: lines 1.5, paragraphs 2, letters 0.12, words 0.16 times the size of the text.
#[tokio::test]
async fn with_more_space_between_letters_words_and_lines_no_message_is_cut_off() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, _server) = payment(&driver, &stack, "consent=true", Window::default()).await?;
    phase(&customer, "consenting").await?;
    let spaced = "const sheet = new CSSStyleSheet();
        sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important;' +
          'word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }');
        document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];";
    customer.client.execute(spaced, Vec::new()).await?;
    let cut = "[...document.querySelectorAll('.cx-speechstorm-view, .cx-speechstorm-view *, .cx-speechstorm-status,' +
          '.cx-speechstorm-header h2, .cx-speechstorm-step')]
        .filter((part) => part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0).map((part) => part.outerHTML)";
    assert_eq!(eval(&customer.client, cut).await?, serde_json::json!([]));
    browser::click(&customer.client, ".cx-speechstorm-yes").await?;
    customer.begin_payment().await?;
    assert_eq!(eval(&customer.client, cut).await?, serde_json::json!([]));
    Ok(())
}

/// The app speaks protocol 1, so it tells no steps, and the bar only shows that something goes on.
#[tokio::test]
async fn what_moves_by_itself_stops_within_five_seconds() -> Result<()> {
    let stack = Stack::start(&["--fault", "silent"]).await?;
    let driver = Driver::start().await?;
    let (customer, _server) = payment(&driver, &stack, "", Window::default()).await?;
    phase(&customer, "running").await?;
    let bar = "const [shell, bar] = ['.cx-speechstorm-shell', '[role=progressbar]'].map((part) => document.querySelector(part));
        bar.hidden = false;
        bar.removeAttribute('aria-valuenow');";
    customer.client.execute(bar, Vec::new()).await?;
    let moving = "document.getAnimations().filter(({ effect }) => effect.target.closest('.cx-speechstorm'))
        .map(({ effect }) => effect.getComputedTiming().endTime / 1000)";
    until_true("the bar moves", async || {
        Ok(eval(&customer.client, moving).await?.as_array().is_some_and(|all| !all.is_empty()))
    })
    .await?;
    for seconds in eval(&customer.client, moving).await?.as_array().unwrap() {
        // One without an end is no number in JSON.
        assert!(seconds.as_f64().is_some_and(|seconds| seconds <= 5.0), "{seconds}");
    }
    Ok(())
}

#[tokio::test]
async fn a_focused_button_has_a_ring() -> Result<()> {
    let driver = Driver::start().await?;
    for forced_colors in [false, true] {
        let stack = Stack::start(&[]).await?;
        let window = Window { forced_colors, ..Window::default() };
        let (customer, server) = chat(&driver, &stack, "consent=true", window).await?;
        server.say(e2e::desk_api::PAYMENT).await?;
        phase(&customer, "consenting").await?;
        let mut rings = 0;
        for _ in 0..4 {
            customer.client.active_element().await?.send_keys(TAB).await?;
            let ring = "(() => { const it = document.activeElement;
                return [it.matches('.cx-speechstorm button'), getComputedStyle(it).outlineStyle,
                  parseFloat(getComputedStyle(it).outlineWidth)]; })()";
            let ring = eval(&customer.client, ring).await?;
            if ring[0] == true {
                assert!(ring[1] != "none" && ring[2].as_f64().unwrap() >= 2.0, "{ring}");
                rings += 1;
            }
        }
        assert_eq!(rings, 4, "fold, close, yes, no");
    }
    Ok(())
}

/// WCAG 2.2, 2.2.1: a warning in good time, and a simple way to go on, as often as it takes.
#[tokio::test]
async fn before_a_form_times_out_the_customer_is_asked_and_goes_on_where_it_was() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = payment(&driver, &stack, "inactivityTimeout=20", Window::default()).await?;
    customer.begin_payment().await?;
    browser::find(&customer.client, ".cx-speechstorm-minimize").await?.send_keys(" ").await?;
    phase(&customer, "timing-out").await?;
    assert!(!is_there(&customer.client, &format!("{SHELL}[data-minimized]")).await?, "a question is unfolded");
    assert_eq!(accessibility_violations(&customer.client).await?, Vec::<String>::new());
    let said = browser::find(&customer.client, ".cx-speechstorm-view [role=alert]").await?.text().await?;
    assert!(said.starts_with("Are you still there?"), "{said}");
    let has_focus = "document.activeElement.matches('.cx-speechstorm-finish')";
    assert_eq!(eval(&customer.client, has_focus).await?, true, "the focus was in the window, and what has it goes on");
    customer.client.active_element().await?.send_keys(" ").await?;
    phase(&customer, "running").await?;
    assert!(!is_there(&customer.client, &format!("{FRAME}[inert]")).await?);
    customer.enter_card(e2e::customer::CARD).await?;
    customer.pay().await?;
    phase(&customer, "ended").await?;
    server.hears("Client", "microapp:progress:ended").await
}

/// WCAG 2.2, 2.4.11: on a phone the window covers the page, in which the keyboard goes on behind its last button.
#[tokio::test]
async fn what_the_keyboard_goes_to_behind_the_window_is_seen() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, _server) = payment(&driver, &stack, "consent=true", Window::default()).await?;
    devtools::screen(&customer.client, 390, 844, 1.0).await?;
    phase(&customer, "consenting").await?;
    let folded = format!("{SHELL}[data-minimized]");
    let outside = "![document.body, document.documentElement].includes(document.activeElement)
        && !document.activeElement.closest('.cx-speechstorm')";
    for _ in 0..12 {
        customer.client.active_element().await?.send_keys(TAB).await?;
        if eval(&customer.client, outside).await? == true {
            until_true("the window has folded up", async || is_there(&customer.client, &folded).await).await?;
            let seen = "(() => { const { left, right, top, bottom } = document.activeElement.getBoundingClientRect();
                const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
                return !at?.closest('.cx-speechstorm'); })()";
            assert_eq!(eval(&customer.client, seen).await?, true);
            return Ok(());
        }
        assert!(!is_there(&customer.client, &folded).await?, "in the window the keyboard folds nothing");
    }
    anyhow::bail!("the keyboard does not leave the window");
}
