//! Every place that a MicroApp can be shown in: open, pay, close.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::Result;
use e2e::browser::{self, Driver, Window, eval, is_there};
use e2e::customer::{CARD, CLOSE, Customer, FRAME, PANEL};
use e2e::desk_api::DeskApi;
use e2e::placements::{SHELL, payment, phase};
use e2e::stack::Stack;
use e2e::wait::until_true;

/// Pays in the frame at `place` and closes with our button.
async fn pays(customer: &Customer, server: &DeskApi, place: &str) -> Result<()> {
    customer.begin_payment().await?;
    customer.enter_card(CARD).await?;
    customer.pay().await?;
    server.hears("Client", "microapp:progress:ended").await?;
    assert!(is_there(&customer.client, &format!("{place} {FRAME}")).await?, "the frame is in {place}");
    phase(customer, "ended").await?;
    browser::click(&customer.client, CLOSE).await?;
    customer.app_is_gone().await?;
    until_true("our window has gone", async || Ok(!is_there(&customer.client, SHELL).await?)).await?;
    customer.saw_no_line().await
}

async fn pays_in(options: &str, place: &str) -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = payment(&driver, &stack, options, Window::default()).await?;
    pays(&customer, &server, place).await
}

#[tokio::test]
async fn panel() -> Result<()> {
    pays_in("placement=panel", PANEL).await
}

#[tokio::test]
async fn toaster() -> Result<()> {
    pays_in("placement=toaster", ".cx-docked-Toaster .cx-speechstorm-toast").await
}

#[tokio::test]
async fn toaster_that_slides() -> Result<()> {
    pays_in("placement=toaster&transitions=1", ".cx-docked-Toaster .cx-speechstorm-toast").await
}

#[tokio::test]
async fn dock() -> Result<()> {
    pays_in("placement=dock", ".cx-docked-CXSpeechStorm .cx-speechstorm-dock").await
}

#[tokio::test]
async fn inline() -> Result<()> {
    pays_in("placement=inline", "#here .cx-speechstorm-inline").await
}

#[tokio::test]
async fn inline_without_its_element_is_a_panel() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, _server) =
        payment(&driver, &stack, "placement=inline&container=%23nowhere", Window::default()).await?;
    customer.begin_payment().await?;
    assert!(is_there(&customer.client, PANEL).await?);
    Ok(())
}

#[tokio::test]
async fn overlay_is_modal_until_it_is_folded_up() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = payment(&driver, &stack, "placement=overlay", Window::default()).await?;
    customer.begin_payment().await?;
    let modal = "document.querySelector('.cx-speechstorm-overlay').matches(':modal')";
    assert_eq!(eval(&customer.client, modal).await?, true);
    browser::click(&customer.client, ".cx-speechstorm-minimize").await?;
    assert_eq!(eval(&customer.client, modal).await?, false);
    customer.say("Which card do you take?").await?;
    browser::click(&customer.client, ".cx-speechstorm-minimize").await?;
    assert_eq!(eval(&customer.client, modal).await?, true);
    customer.enter_card(CARD).await?;
    customer.pay().await?;
    server.hears("Client", "microapp:progress:ended").await?;
    browser::click(&customer.client, CLOSE).await?;
    customer.app_is_gone().await?;
    let input = browser::find(&customer.client, "[data-testid=chat-input]").await?;
    input.send_keys("Done.").await?;
    Ok(())
}

#[tokio::test]
async fn window_of_its_own() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = payment(&driver, &stack, "placement=window", Window::default()).await?;
    let page = customer.client.window().await?;
    browser::click(&customer.client, ".cx-speechstorm-window").await?;
    let other = e2e::wait::until("a second window", async || {
        Ok(customer.client.windows().await?.into_iter().find(|window| *window != page))
    })
    .await?;
    customer.client.switch_to_window(other).await?;
    for (selector, text) in [
        ("[data-testid=begin]", None),
        ("[name=number]", Some(CARD)),
        ("[name=expiry]", Some("12/39")),
        ("[name=code]", Some("737")),
        ("[name=name]", Some("Jamie Rivers")),
        ("[data-testid=card]", None),
        ("[data-testid=pay]", None),
    ] {
        match text {
            Some(text) => browser::type_into(&customer.client, selector, text).await?,
            None => browser::click(&customer.client, selector).await?,
        }
    }
    browser::find(&customer.client, "[data-testid=reference]").await?;
    assert_eq!(eval(&customer.client, "window.opener").await?, serde_json::Value::Null);
    customer.client.close_window().await?;
    customer.client.switch_to_window(page).await?;
    assert_eq!(server.record().await?["microapps"][0]["state"], "ended");
    browser::click(&customer.client, ".cx-speechstorm-done").await?;
    server.hears("Client", "microapp:progress:done").await?;
    until_true("our window has gone", async || Ok(!is_there(&customer.client, SHELL).await?)).await?;
    customer.saw_no_line().await
}

/// The text in the card field.
async fn typed(customer: &Customer) -> Result<String> {
    customer.enter_app("[name=number]").await?;
    let value = eval(&customer.client, "document.querySelector('[name=number]').value").await?;
    customer.leave_app().await?;
    Ok(value.as_str().unwrap().replace(' ', ""))
}

async fn type_number(customer: &Customer) -> Result<()> {
    customer.begin_payment().await?;
    customer.enter_app("[name=number]").await?;
    browser::type_into(&customer.client, "[name=number]", CARD).await?;
    customer.leave_app().await
}

#[tokio::test]
async fn folding_up_keeps_what_was_typed() -> Result<()> {
    let driver = Driver::start().await?;
    for placement in ["panel", "toaster", "overlay", "inline", "dock"] {
        let stack = Stack::start(&[]).await?;
        let options = format!("placement={placement}");
        let (customer, _server) = payment(&driver, &stack, &options, Window::default()).await?;
        type_number(&customer).await?;
        let toggle = browser::find(&customer.client, ".cx-speechstorm-minimize").await?;
        assert_eq!(toggle.attr("aria-expanded").await?.as_deref(), Some("true"));
        toggle.click().await?;
        assert_eq!(toggle.attr("aria-expanded").await?.as_deref(), Some("false"));
        let height = eval(&customer.client, &format!("document.querySelector({SHELL:?}).offsetHeight")).await?;
        assert!(height.as_f64().unwrap() < 120.0, "only name and progress are left: {height}");
        let shown = browser::find(&customer.client, ".cx-speechstorm-step").await?.text().await?;
        assert!(shown.contains("Card Details"), "{shown}");
        toggle.click().await?;
        assert_eq!(typed(&customer).await?, CARD);
    }
    Ok(())
}

#[tokio::test]
async fn a_foreign_toast_turns_ours_into_a_panel() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = payment(&driver, &stack, "placement=toaster", Window::default()).await?;
    customer.begin_payment().await?;
    customer.enter_app("[name=name]").await?;
    browser::type_into(&customer.client, "[name=name]", "J. ").await?;
    customer.leave_app().await?;
    let offer = "const other = window._genesys.widgets.bus.registerPlugin('Offer');
                 other.command('Toaster.open', { type: 'generic', title: 'Offer', body: 'Two for one', controls: 'close' });";
    customer.client.execute(offer, Vec::new()).await?;
    until_true("the form is in a panel", async || is_there(&customer.client, &format!("{PANEL} {FRAME}")).await)
        .await?;
    assert!(is_there(&customer.client, ".cx-docked-Toaster").await?, "the offer has the Toaster");
    customer.enter_app("[name=name]").await?;
    assert_eq!(eval(&customer.client, "document.querySelector('[name=name]').value").await?, "J. ", "nothing is lost");
    customer.leave_app().await?;
    customer.enter_card(CARD).await?;
    customer.pay().await?;
    server.hears("Client", "microapp:progress:ended").await?;
    assert_eq!(server.record().await?["microapps"].as_array().unwrap().len(), 1, "the same session");
    Ok(())
}

#[tokio::test]
async fn a_toast_comes_after_the_restored_chat_has_opened() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, _server) = payment(&driver, &stack, "placement=toaster", Window::default()).await?;
    customer.begin_payment().await?;
    customer.client.refresh().await?;
    customer.enter_app("[data-testid=card]").await?;
    customer.leave_app().await?;
    assert!(is_there(&customer.client, &format!(".cx-docked-Toaster {FRAME}")).await?);
    Ok(())
}

#[tokio::test]
async fn a_second_request_takes_the_place_of_the_first_in_the_toaster() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = payment(&driver, &stack, "placement=toaster&transitions=1", Window::default()).await?;
    customer.begin_payment().await?;
    server.say(&e2e::desk_api::PAYMENT.replace("77.80", "12.00")).await?;
    customer.reads_in_app("[data-testid=amount]", "12.00").await?;
    assert!(is_there(&customer.client, &format!(".cx-docked-Toaster {FRAME}")).await?);
    Ok(())
}

#[tokio::test]
async fn size_classes_take_more_and_more_room() -> Result<()> {
    let driver = Driver::start().await?;
    let mut heights = Vec::new();
    for size in ["compact", "tall", "full"] {
        let stack = Stack::start(&[]).await?;
        let (customer, _server) =
            payment(&driver, &stack, &format!("consent=true&size={size}"), Window::default()).await?;
        let height = eval(&customer.client, "document.querySelector('.cx-speechstorm-shell').offsetHeight").await?;
        heights.push(height.as_u64().unwrap());
    }
    assert!(heights.is_sorted_by(|smaller, larger| smaller < larger), "{heights:?}");
    Ok(())
}
