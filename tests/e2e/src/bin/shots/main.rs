//! Pictures of every placement in light and dark, on a desktop and a phone, from left to right and from right to left; of
//! every view; of the open host's own windows; of the website; and of the agent desk. Arguments: the folder; a part of the
//! wanted names.

mod desk;
mod host_windows;

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
            for device in DEVICES {
                for language in ["en", "ar"] {
                    let name = format!("{placement}-{theme}-{}-{language}", device.name);
                    if name.contains(&only) {
                        let options = format!("placement={placement}&lang={language}");
                        let customer = shown(&driver, &options, dark, device).await.context(name.clone())?;
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
            for device in DEVICES {
                let name = format!("host-{theme}-{}-{language}", device.name);
                if name.contains(&only) {
                    host(&driver, &folder, &name, language, dark, device).await?;
                    let (driver, folder, name) = (&driver, folder.as_path(), name.as_str());
                    host_windows::further(&host_windows::Look { driver, folder, name, language, dark, device }).await?;
                }
            }
        }
        for (language, path) in [("en", "/"), ("de", "/de/"), ("ar", "/ar/")] {
            for device in DEVICES {
                let name = format!("site-{theme}-{}-{language}", device.name);
                if name.contains(&only) {
                    website(&driver, &folder, &name, path, dark, device).await?;
                }
            }
        }
    }
    desk::pictures(&driver, &folder, &only).await
}

/// A screen.
#[derive(Clone, Copy)]
struct Device {
    name: &'static str,
    /// Pixels of a screen narrower than a desktop's window can be, and how many dots each has.
    screen: Option<(u32, u32, f64)>,
}

/// A desktop; a phone; a page as wide as where the windows of the host cease to stand side by side.
const DEVICES: [Device; 3] = [
    Device { name: "desktop", screen: None },
    Device { name: "mobile", screen: Some((390, 844, 2.0)) },
    Device { name: "narrow", screen: Some((640, 860, 1.0)) },
];

impl Device {
    fn window(self, dark: bool) -> Window {
        let (width, height) = if self.screen.is_some() { (500, 900) } else { (1280, 860) };
        Window { width, height, dark, ..Window::default() }
    }

    async fn apply(self, customer: &Customer) -> Result<()> {
        match self.screen {
            Some((width, height, dots)) => devtools::screen(&customer.client, width, height, dots).await,
            None => Ok(()),
        }
    }
}

type Shown = (Customer, e2e::desk_api::DeskApi, Stack);

/// A MicroApp with the card form in view.
async fn shown(driver: &Driver, options: &str, dark: bool, device: Device) -> Result<Shown> {
    let stack = Stack::start(&[]).await?;
    let (customer, server) = payment(driver, &stack, options, device.window(dark)).await?;
    device.apply(&customer).await?;
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
    let (customer, server) = payment(driver, &stack, &options, DEVICES[0].window(dark)).await?;
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

    // By itself: its time must not run out while the other pictures are taken.
    let stack = Stack::start(&[]).await?;
    let options = format!("inactivityTimeout=10&lang={language}");
    let (customer, server) = payment(driver, &stack, &options, DEVICES[0].window(dark)).await?;
    phase(&customer, "timing-out").await?;
    take(&(customer, server, stack), folder, &name("7-timing-out")).await
}

/// What is said in the host's window: two lines of the agent and one of the customer.
const ENGLISH: [&str; 3] = [
    "Hello Jamie, how can I help?",
    "All about your statement: https://bank.example/statements",
    "Why is it higher than in September?",
];
const ARABIC: [&str; 3] = [
    "مرحبًا جيمي، كيف يمكنني مساعدتك؟",
    "كل ما يخص كشف حسابك: https://bank.example/statements",
    "لماذا المبلغ أعلى من مبلغ سبتمبر؟",
];

fn said(language: &str) -> [&'static str; 3] {
    if language == "ar" { ARABIC } else { ENGLISH }
}

/// The form, and a conversation.
async fn host(driver: &Driver, folder: &Path, name: &str, language: &str, dark: bool, device: Device) -> Result<()> {
    let [greeting, link, question] = said(language);
    let stack = Stack::start(&[]).await?;
    let path = format!("/placements/?lang={language}");
    let customer = Customer::visit(driver, &stack, &path, device.window(dark)).await?;
    device.apply(&customer).await?;
    browser::click(&customer.client, "[data-testid=chat-launcher]").await?;
    browser::find(&customer.client, "[data-testid=chat-start]").await?;
    still(&customer, folder, &format!("{name}-1-form")).await?;
    browser::type_into(&customer.client, "[data-testid=chat-firstname]", "Jamie").await?;
    browser::click(&customer.client, "[data-testid=chat-start]").await?;
    still(&customer, folder, &format!("{name}-2-incomplete")).await?;
    browser::type_into(&customer.client, "[data-testid=chat-lastname]", "Rivers").await?;
    browser::click(&customer.client, "[data-testid=chat-start]").await?;
    let server = DeskApi::accept(&stack).await?;
    for text in [greeting, link] {
        server.say(text).await?;
        customer.reads(text).await?;
    }
    customer.say(question).await?;
    customer.reads(question).await?;
    still(&customer, folder, &format!("{name}-3-chat")).await?;
    browser::click(&customer.client, "[data-testid=chat-close]").await?;
    browser::find(&customer.client, "[data-testid=chat-confirm-cancel]").await?;
    still(&customer, folder, &format!("{name}-4-confirm")).await
}

/// The bank's page as it is, and with the chat open.
async fn website(driver: &Driver, folder: &Path, name: &str, path: &str, dark: bool, device: Device) -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let customer = Customer::visit(driver, &stack, path, device.window(dark)).await?;
    device.apply(&customer).await?;
    browser::find(&customer.client, "[data-testid=chat-launcher]").await?;
    still(&customer, folder, &format!("{name}-1-page")).await?;
    browser::click(&customer.client, "[data-testid=chat-launcher]").await?;
    browser::find(&customer.client, "[data-testid=chat-start]").await?;
    still(&customer, folder, &format!("{name}-2-form")).await
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
