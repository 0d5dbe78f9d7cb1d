//! What else the open host's windows show: the invite, an Overlay, a list, a file, the window folded with its counter, the
//! end, the question whether somebody is there, and a network that is lost.

use super::{Device, said, still};
use anyhow::Result;
use e2e::browser::{self, Driver, find};
use e2e::customer::Customer;
use e2e::desk_api::DeskApi;
use e2e::devtools;
use e2e::stack::Stack;
use e2e::wait::until_true;
use std::path::Path;

const OVERLAY: &str =
    "Overlay.open', { html: _genesys.widgets.common.Generate.Container({ type: 'overlay', title: 'Terms',
    body: '<p>You agree to <b>all of them</b>.</p>', buttons: { type: 'primary', text: 'Agree' } }) }";
const ENGLISH_LIST: &str = "Sure. Here is what was new in October:\n\n- **City Transit**: $24.00\n\
    - Greenfield Market: *$47.40*\n\nMore on https://bank.example/payments.";
const ARABIC_LIST: &str = "بالتأكيد. هذا ما استجدّ في أكتوبر:\n\n- **City Transit**: $24.00\n\
    - Greenfield Market: *$47.40*\n\nالمزيد على https://bank.example/payments.";
/// In seconds: soon, and so that most of a minute is left when the picture is taken.
const IDLE: [&str; 5] = ["--idle-enabled", "--idle-timeout-alert", "3", "--idle-timeout-close", "61"];

/// How the pictures are taken: where they go, what their names begin with, and what is looked at.
pub struct Look<'a> {
    pub driver: &'a Driver,
    pub folder: &'a Path,
    pub name: &'a str,
    pub language: &'a str,
    pub dark: bool,
    pub device: Device,
}

/// Takes them all.
pub async fn further(look: &Look<'_>) -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let customer = visit(look, &stack).await?;
    let take = async |view: &str| still(&customer, look.folder, &format!("{}-{view}", look.name)).await;
    ask(&customer, "WebChat.invite'").await?;
    find(&customer.client, ".cx-toast .cx-button-primary").await?;
    take("5-invite").await?;
    ask(&customer, "Toaster.close'").await?;
    ask(&customer, OVERLAY).await?;
    find(&customer.client, ".ow-modal .cx-overlay").await?;
    take("6-overlay").await?;
    ask(&customer, "Overlay.close'").await?;
    is_true(&customer, "!document.querySelector('.ow-modal, .cx-toast')").await?;
    customer.start_chat().await?;
    let server = DeskApi::accept(&stack).await?;
    let [greeting, _, question] = said(look.language);
    server.say(greeting).await?;
    customer.reads(greeting).await?;
    customer.say(question).await?;
    customer.reads(question).await?;
    server.say(if look.language == "ar" { ARABIC_LIST } else { ENGLISH_LIST }).await?;
    server.send_file("October-statement.pdf", vec![b'-'; 145_000]).await?;
    customer.reads("October-statement.pdf").await?;
    take("7-list-and-file").await?;
    browser::click(&customer.client, "[data-testid=chat-minimize]").await?;
    server.say(greeting).await?;
    is_true(&customer, "document.querySelector('.cx-webchat-counter').textContent === '1'").await?;
    take("8-folded").await?;
    browser::click(&customer.client, "[data-testid=chat-minimize]").await?;
    server.end().await?;
    is_true(&customer, "!document.querySelector('[data-testid=chat-done]').hidden").await?;
    take("9-ended").await?;
    silence(look).await
}

/// A customer who says nothing, and then has no network.
async fn silence(look: &Look<'_>) -> Result<()> {
    let stack = Stack::start(&IDLE).await?;
    let customer = visit(look, &stack).await?;
    customer.start_chat().await?;
    let server = DeskApi::accept(&stack).await?;
    server.say(said(look.language)[0]).await?;
    is_true(&customer, "!document.querySelector('[data-testid=chat-idle]').hidden").await?;
    still(&customer, look.folder, &format!("{}-a-idle", look.name)).await?;
    browser::click(&customer.client, "[data-testid=chat-idle-stay]").await?;
    devtools::go_offline(&customer.client).await?;
    is_true(&customer, "[...document.querySelectorAll('.cx-webchat .cx-notice')].some((notice) => !notice.hidden)")
        .await?;
    still(&customer, look.folder, &format!("{}-b-offline", look.name)).await
}

async fn visit(look: &Look<'_>, stack: &Stack) -> Result<Customer> {
    let language = look.language;
    let options = format!(
        "window._genesys = {{ widgets: {{ main: {{ lang: '{language}' }}, webchat: {{ uploadsEnabled: true, markdown: true }} }} }};"
    );
    let page = format!("{}/without-plugin.html", stack.site);
    let customer = Customer::visit_with(look.driver, &page, look.device.window(look.dark), &options).await?;
    look.device.apply(&customer).await?;
    find(&customer.client, "[data-testid=chat-launcher]").await?;
    Ok(customer)
}

/// Issues a command as a plugin of the page: the rest of the call after `command('`.
async fn ask(customer: &Customer, command: &str) -> Result<()> {
    customer.client.execute(&format!("_genesys.widgets.bus.command('{command});"), Vec::new()).await?;
    Ok(())
}

async fn is_true(customer: &Customer, expression: &str) -> Result<()> {
    until_true(expression, async || Ok(browser::eval(&customer.client, expression).await? == true)).await
}
