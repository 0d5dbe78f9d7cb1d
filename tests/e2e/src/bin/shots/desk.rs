//! Pictures of the agent desk, of the administration and of the operator's page.

use anyhow::{Context, Result};
use e2e::agent::Agent;
use e2e::browser::{self, Browser, Driver, Window, click, find, type_into};
use e2e::customer::CARD;
use e2e::devtools;
use e2e::placements::chat;
use e2e::stack::Stack;
use e2e::visitor::Visitor;
use std::path::Path;

/// A screen: its name, size and device pixels for each of CSS.
type Screen = (&'static str, u32, u32, f64);

/// A desktop's, a small desktop's, a phone's, and a desktop's that shows everything at twice the size.
const SCREENS: [Screen; 4] =
    [("desktop", 1440, 900, 1.0), ("small", 1024, 768, 1.0), ("phone", 390, 844, 2.0), ("zoomed", 640, 450, 2.0)];

/// What waits beside the chat that is looked at.
const OTHERS: [&str; 2] = [
    "firstName=Maximiliane&lastName=von+Hohenstein-Oberwiesenthal&subject=Where+is+the+new+card+that+was+to+come+yesterday",
    "firstName=%D9%84%D9%8A%D9%84%D9%89&lastName=%D8%AD%D8%AF%D8%A7%D8%AF&subject=%D9%83%D8%B4%D9%81+%D8%A7%D9%84%D8%AD%D8%B3%D8%A7%D8%A8",
];

/// Takes those with `only` in their name.
pub async fn pictures(driver: &Driver, folder: &Path, only: &str) -> Result<()> {
    for (theme, dark) in [("light", false), ("dark", true)] {
        if format!("desk-{theme}").contains(only) {
            desk(driver, folder, theme, dark).await.with_context(|| format!("desk-{theme}"))?;
        }
        if format!("servers-{theme}").contains(only) {
            servers(driver, folder, theme, dark).await.with_context(|| format!("servers-{theme}"))?;
        }
    }
    Ok(())
}

async fn on_all_screens(client: &Browser, folder: &Path, name: &str) -> Result<()> {
    for (screen, width, height, ratio) in SCREENS {
        devtools::screen(client, width, height, ratio).await?;
        let still = "document.getAnimations().forEach((animation) => { try { animation.finish(); } catch {} });";
        client.execute(still, Vec::new()).await?;
        println!("{name}-{screen}");
        browser::picture(client, &folder.join(format!("{name}-{screen}.png"))).await?;
    }
    devtools::screen(client, 1440, 900, 1.0).await
}

async fn sign_in(client: &Browser, stack: &Stack, name: &str, supervisor: bool) -> Result<()> {
    client.goto(&stack.desk).await?;
    find(client, "[data-testid=login-name]").await?.clear().await?;
    type_into(client, "[data-testid=login-name]", name).await?;
    if supervisor {
        click(client, ".profile summary").await?;
        click(client, "[data-testid=login-supervisor]").await?;
    }
    click(client, "[data-testid=login-submit]").await
}

async fn desk(driver: &Driver, folder: &Path, theme: &str, dark: bool) -> Result<()> {
    let stack = Stack::start(&["--idle-enabled"]).await?;
    let window = Window { width: 1440, height: 900, dark, ..Window::default() };
    let (customer, server) = chat(driver, &stack, "", Window { dark, ..Window::default() }).await?;
    for fields in OTHERS {
        Visitor::start(&stack, fields).await?;
    }
    let agent = Agent { client: driver.open_own(window).await? };
    let (client, name) = (&agent.client, |step: &str| format!("desk-{theme}-{step}"));
    client.goto(&stack.desk).await?;
    click(client, ".profile summary").await?;
    on_all_screens(client, folder, &name("1-login")).await?;
    sign_in(client, &stack, "Kim Otieno", false).await?;
    find(client, "[data-testid=chat-item]").await?;
    on_all_screens(client, folder, &name("2-list")).await?;
    server.say("Hello Jamie, how can I help? All about your statement: https://bank.example/statements").await?;
    customer.reads("how can I help").await?;
    customer.say("أريد أن أسدّد حساب بطاقتي، رقم 1234567.").await?;
    server.say(e2e::desk_api::PAYMENT).await?;
    customer.begin_payment().await?;
    customer.enter_card(CARD).await?;
    click(client, "#active [data-testid=chat-item]").await?;
    agent.sees_milestone("block:Review").await?;
    on_all_screens(client, folder, &name("3-chat")).await?;
    click(client, "[data-testid=standard-response-payment]").await?;
    client.execute("document.querySelector('.parameters:not([hidden])').scrollIntoView();", vec![]).await?;
    on_all_screens(client, folder, &name("4-response")).await?;
    let other = driver.open(window).await?;
    sign_in(&other, &stack, "Bea Lindqvist", false).await?;
    find(&other, "[data-testid=chat-item]").await?;
    click(client, "[data-testid=transfer]").await?;
    on_all_screens(client, folder, &name("5-transfer")).await?;
    click(client, "#transfer-cancel").await?;
    let sue = driver.open(window).await?;
    sign_in(&sue, &stack, "Sue", true).await?;
    click(&sue, "#active [data-testid=chat-item]").await?;
    click(&sue, "[data-testid=coach]").await?;
    type_into(&sue, "[data-testid=composer]", "Offer to waive the fee for paying late").await?;
    on_all_screens(&sue, folder, &name("6-coach")).await?;
    for (page, step) in [("applications", "7-applications"), ("default-server-settings", "8-settings")] {
        sue.goto(&format!("{}/administration/{page}", stack.desk)).await?;
        on_all_screens(&sue, folder, &name(step)).await?;
    }
    Ok(())
}

async fn servers(driver: &Driver, folder: &Path, theme: &str, dark: bool) -> Result<()> {
    let flags = ["--deployment", "www/stack/demo/deployment.ini", "--operator-port", "0"];
    let stack = Stack::start(&flags).await?;
    let client = driver.open(Window { dark, ..Window::default() }).await?;
    client.goto(stack.operator.as_deref().context("no page")?).await?;
    on_all_screens(&client, folder, &format!("servers-{theme}")).await
}
