//! Pictures of every placement in light and dark, on a desktop and a phone, from left to right and from right to left; of
//! every view; of the open host's own window; and of the agent desk. Argument: the folder.

mod desk;

use anyhow::{Context, Result};
use e2e::browser::{self, Driver, Window};
use e2e::customer::{CARD, CLOSE, Customer};
use e2e::desk_api::{DeskApi, PAYMENT};
use e2e::devtools;
use e2e::placements::{ALL, payment, phase};
use e2e::stack::Stack;
use std::path::{Path, PathBuf};

#[tokio::main]
async fn main() -> Result<()> {
    let folder: PathBuf = std::env::args().nth(1).context("the folder for the pictures")?.into();
    let only = std::env::args().nth(2).unwrap_or_default();
    std::fs::create_dir_all(&folder)?;
    let driver = Driver::start().await?;
    for placement in ALL {
        for (theme, dark) in [("light", false), ("dark", true)] {
            for (device, mobile) in [("desktop", false), ("mobile", true)] {
                for language in ["en", "ar"] {
                    let name = format!("{placement}-{theme}-{device}-{language}");
                    if name.contains(&only) {
                        let options = format!("placement={placement}&lang={language}");
                        let customer = shown(&driver, &options, dark, mobile).await.context(name.clone())?;
                        take(&customer, &folder, &name).await?;
                    }
                }
            }
        }
    }
    for (theme, dark) in [("light", false), ("dark", true)] {
        for language in ["en", "ar"] {
            if format!("view-{theme}-{language}").contains(&only) {
                views(&driver, &folder, theme, dark, language).await?;
            }
            for (device, mobile) in [("desktop", false), ("mobile", true)] {
                let name = format!("host-{theme}-{device}-{language}");
                if name.contains(&only) {
                    host(&driver, &folder, &name, &format!("lang={language}"), window(dark, mobile)).await?;
                }
            }
        }
    }
    desk::pictures(&driver, &folder, &only).await
}

type Shown = (Customer, e2e::desk_api::DeskApi, Stack);

/// A MicroApp with the card form in view.
async fn shown(driver: &Driver, options: &str, dark: bool, mobile: bool) -> Result<Shown> {
    let stack = Stack::start(&[]).await?;
    let (customer, server) = payment(driver, &stack, options, window(dark, mobile)).await?;
    if mobile {
        phone(&customer).await?;
    }
    phase(&customer, "running").await?;
    if !options.contains("window") {
        customer.begin_payment().await?;
        customer.enter_app("[data-testid=card]").await?;
        customer.leave_app().await?;
    }
    Ok((customer, server, stack))
}

async fn views(driver: &Driver, folder: &Path, theme: &str, dark: bool, language: &str) -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let options = format!("consent=true&lang={language}");
    let (customer, server) = payment(driver, &stack, &options, window(dark, false)).await?;
    let shown = (customer, server, stack);
    let customer = &shown.0;
    let name = |view: &str| format!("view-{view}-{theme}-{language}");
    phase(customer, "consenting").await?;
    take(&shown, folder, &name("1-consent")).await?;
    devtools::hold(&customer.client, "/fish-messaging/go/").await?;
    browser::click(&customer.client, ".cx-speechstorm-yes").await?;
    phase(customer, "loading").await?;
    take(&shown, folder, &name("2-loading")).await?;
    devtools::release(&customer.client).await?;
    customer.begin_payment().await?;
    browser::click(&customer.client, CLOSE).await?;
    take(&shown, folder, &name("3-confirm")).await?;
    browser::click(&customer.client, ".cx-speechstorm-stay").await?;
    browser::click(&customer.client, ".cx-speechstorm-minimize").await?;
    take(&shown, folder, &name("4-folded")).await?;
    browser::click(&customer.client, ".cx-speechstorm-minimize").await?;
    customer.enter_card(CARD).await?;
    customer.pay().await?;
    phase(customer, "ended").await?;
    take(&shown, folder, &name("5-ended")).await?;
    browser::click(&customer.client, CLOSE).await?;
    customer.app_is_gone().await?;
    shown.1.say(PAYMENT).await?;
    browser::click(&customer.client, ".cx-speechstorm-yes").await?;
    customer.begin_payment().await?;
    shown.1.end().await?;
    phase(customer, "chat-over").await?;
    take(&shown, folder, &name("6-chat-over")).await?;
    Ok(())
}

/// The form, and a conversation.
async fn host(driver: &Driver, folder: &Path, name: &str, options: &str, window: Window) -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let mobile = window.width < 600;
    let customer = Customer::visit(driver, &stack, &format!("/placements/?{options}"), window).await?;
    if mobile {
        phone(&customer).await?;
    }
    browser::click(&customer.client, "[data-testid=chat-launcher]").await?;
    browser::find(&customer.client, "[data-testid=chat-start]").await?;
    still(&customer, folder, &format!("{name}-1-form")).await?;
    browser::type_into(&customer.client, "[data-testid=chat-firstname]", "Jamie").await?;
    browser::click(&customer.client, "[data-testid=chat-start]").await?;
    still(&customer, folder, &format!("{name}-2-incomplete")).await?;
    browser::type_into(&customer.client, "[data-testid=chat-lastname]", "Rivers").await?;
    browser::click(&customer.client, "[data-testid=chat-start]").await?;
    let server = DeskApi::accept(&stack).await?;
    for text in ["Hello Jamie, how can I help?", "All about your bill: https://www.example/bills"] {
        server.say(text).await?;
        customer.reads(text).await?;
    }
    customer.say("Why is it higher than in September?").await?;
    customer.reads("September").await?;
    still(&customer, folder, &format!("{name}-3-chat")).await?;
    browser::click(&customer.client, "[data-testid=chat-close]").await?;
    browser::find(&customer.client, "[data-testid=chat-confirm-cancel]").await?;
    still(&customer, folder, &format!("{name}-4-confirm")).await
}

fn window(dark: bool, mobile: bool) -> Window {
    let (width, height) = if mobile { (500, 900) } else { (1280, 860) };
    Window { width, height, dark, ..Window::default() }
}

/// A phone's screen, narrower than a desktop's window can be.
async fn phone(customer: &Customer) -> Result<()> {
    devtools::screen(&customer.client, 390, 844, 2.0).await
}

async fn take((customer, ..): &Shown, folder: &Path, name: &str) -> Result<()> {
    still(customer, folder, name).await
}

async fn still(customer: &Customer, folder: &Path, name: &str) -> Result<()> {
    let still = "document.getAnimations().forEach((animation) => { try { animation.finish(); } catch {} });";
    customer.client.execute(still, Vec::new()).await?;
    println!("{name}");
    customer.picture(&folder.join(format!("{name}.png"))).await
}
