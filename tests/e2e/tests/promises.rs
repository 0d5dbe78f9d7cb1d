//! What the plugin promises and no other file is about; docs/regressions.md links every promise to its tests.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::Result;
use e2e::browser::{self, Driver, Window, eval};
use e2e::customer::{CLOSE, FRAME};
use e2e::devtools::screen;
use e2e::placements::{self, SHELL, phase};
use e2e::stack::Stack;
use e2e::wait::until;

#[tokio::test]
async fn a_credentialless_frame_is_marked_so() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    for (options, marked) in [("", false), ("credentialless=true", true)] {
        let stack = if marked { &Stack::start(&[]).await? } else { &stack };
        let (customer, _server) = placements::payment(&driver, stack, options, Window::default()).await?;
        let frame = browser::find(&customer.client, FRAME).await?;
        assert_eq!(frame.attr("credentialless").await?.is_some(), marked, "{options}");
    }
    Ok(())
}

#[tokio::test]
async fn what_could_not_be_framed_can_be_opened_in_a_window() -> Result<()> {
    let stack = Stack::start(&["--fault", "slow=3000"]).await?;
    let driver = Driver::start().await?;
    let (customer, _server) = placements::payment(&driver, &stack, "loadTimeout=1", Window::default()).await?;
    phase(&customer, "failed").await?;
    let page = customer.client.window().await?;
    browser::click(&customer.client, ".cx-speechstorm-window").await?;
    let other = until("a second window", async || {
        Ok(customer.client.windows().await?.into_iter().find(|window| *window != page))
    })
    .await?;
    customer.client.switch_to_window(other).await?;
    let amount = browser::find(&customer.client, "[data-testid=amount]").await?.text().await?;
    assert!(amount.contains("77.80"), "{amount}");
    assert_eq!(eval(&customer.client, "window.opener === null").await?, true, "it has no hold on the page");
    Ok(())
}

#[tokio::test]
async fn on_a_phone_the_form_has_the_whole_screen_until_it_is_folded_up() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let phone = Window { width: 500, height: 900, ..Window::default() };
    let (customer, _server) = placements::payment(&driver, &stack, "", phone).await?;
    customer.begin_payment().await?;
    let covered = format!(
        "(() => {{ const it = document.querySelector('{SHELL}').getBoundingClientRect();
           return [it.left, it.top, innerWidth - it.right, innerHeight - it.bottom].map(Math.round).join(' '); }})()"
    );
    let chat = "document.querySelector('.cx-webchat').offsetWidth === innerWidth";
    // It rises to there; and as long as the chat fills the page, it does.
    for width in [500, 640, 672, 500] {
        screen(&customer.client, width, 900, 1.0).await?;
        until(&format!("the form covers {width} pixels"), async || {
            let over = eval(&customer.client, &covered).await? == "0 0 0 0";
            Ok((over && eval(&customer.client, chat).await? == true).then_some(()))
        })
        .await?;
    }
    browser::find(&customer.client, CLOSE).await?;
    browser::click(&customer.client, ".cx-speechstorm-minimize").await?;
    // The chat can be read again.
    customer.say("One moment.").await?;
    customer.reads("One moment.").await
}

#[tokio::test]
async fn less_motion_and_forced_colours_are_respected() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let style = |name: &str| format!("getComputedStyle(document.querySelector('{SHELL}')).getPropertyValue('{name}')");
    let (customer, _server) = placements::payment(&driver, &stack, "", Window::default()).await?;
    customer.begin_payment().await?;
    assert_eq!(eval(&customer.client, &style("animation-name")).await?, "cx-speechstorm-rise");
    assert_eq!(eval(&customer.client, &style("border-top-width")).await?, "1px");
    drop(customer);
    let stack = Stack::start(&[]).await?;
    let window = Window { reduced_motion: true, forced_colors: true, ..Window::default() };
    let (customer, _server) = placements::payment(&driver, &stack, "", window).await?;
    customer.begin_payment().await?;
    assert_eq!(eval(&customer.client, &style("animation-name")).await?, "none");
    assert_eq!(eval(&customer.client, &style("border-top-width")).await?, "2px", "an edge where shadows are gone");
    Ok(())
}
