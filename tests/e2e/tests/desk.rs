//! The agent desk in the browser: agents and a supervisor at the same chats, by keyboard where that is quicker.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::Result;
use e2e::agent::Agent;
use e2e::browser::{Browser, Driver, Window, click, eval, find, is_there, type_into};
use e2e::devtools::{accessibility_violations_in, screen};
use e2e::stack::Stack;
use e2e::visitor::Visitor;
use e2e::wait::until_true;
use fantoccini::wd::Locator;
use serde_json::json;

use crate::failover::DEPLOYMENT;

const ENTER: &str = "\u{e007}";
const ALT_DOWN: &str = "\u{e00a}\u{e015}";
const ALT_UP: &str = "\u{e00a}\u{e013}";

const MARIA: &str = "firstName=Maria&lastName=Gonzalez&subject=Invoice&userData[AccountNumber]=1234567";
const NOOR: &str = "firstName=Noor&lastName=Haddad&subject=Card";

async fn fine(browser: &Browser, what: &str) -> Result<()> {
    assert_eq!(accessibility_violations_in(browser, "body").await?, Vec::<String>::new(), "{what}");
    Ok(())
}

async fn eval_true(browser: &Browser, expression: &str) -> Result<()> {
    until_true(expression, async || Ok(eval(browser, expression).await? == true)).await
}

/// Waits until an element says this.
async fn says(browser: &Browser, id: &str, text: &str) -> Result<()> {
    eval_true(browser, &format!("document.getElementById('{id}').textContent.includes({})", json!(text))).await
}

async fn sign_in(driver: &Driver, stack: &Stack, name: &str, window: Window) -> Result<Agent> {
    sign_in_as(driver, stack, name, window, false).await
}

async fn sign_in_as(driver: &Driver, stack: &Stack, name: &str, window: Window, supervisor: bool) -> Result<Agent> {
    let client = driver.open_own(window).await?;
    client.goto(&stack.desk).await?;
    find(&client, "[data-testid=login-name]").await?.clear().await?;
    type_into(&client, "[data-testid=login-name]", name).await?;
    if supervisor {
        click(&client, ".profile summary").await?;
        click(&client, "[data-testid=login-supervisor]").await?;
        fine(&client, "signing in").await?;
    }
    click(&client, "[data-testid=login-submit]").await?;
    Ok(Agent { client })
}

fn dark() -> Window {
    Window { dark: true, ..Window::default() }
}

#[tokio::test]
async fn agents_and_a_supervisor_at_work() -> Result<()> {
    let stack = Stack::start(&["--idle-enabled"]).await?;
    let driver = Driver::start().await?;
    let maria = Visitor::start(&stack, MARIA).await?;
    let alex = sign_in(&driver, &stack, "Alex", Window::default()).await?;

    // By keyboard: to the first chat, and into it.
    find(&alex.client, "[data-testid=chat-item]").await?;
    find(&alex.client, "body").await?.send_keys(ALT_DOWN).await?;
    click(&alex.client, "[data-testid=accept]").await?;
    eval_true(&alex.client, "document.activeElement.id === 'composer'").await?;
    eval_true(&alex.client, "/^Silence: [0-4]:[0-5]\\d$/.test(document.getElementById('idle').textContent)").await?;

    // A standard response, found by words and filled in for this customer.
    type_into(&alex.client, "[data-testid=response-search]", "hello").await?;
    eval_true(&alex.client, "document.getElementById('responses-found').textContent === '1 found'").await?;
    click(&alex.client, "[data-testid=standard-response-greeting]").await?;
    eval_true(&alex.client, "document.getElementById('composer').value.startsWith('Hello Maria, this is Alex.')")
        .await?;
    find(&alex.client, "[data-testid=composer]").await?.send_keys(ENTER).await?;
    alex.reads("Hello Maria").await?;
    find(&alex.client, "[data-testid=response-search]").await?.clear().await?;
    click(&alex.client, "[data-testid=standard-response-payment]").await?;
    eval_true(&alex.client, "document.getElementById('response-account').value === '1234567'").await?;

    // Case Information is changed here and comes back live; what workflows go by is not the agent's to change.
    type_into(&alex.client, "[data-testid=case-key]", "Tier").await?;
    type_into(&alex.client, "[data-testid=case-value]", "Gold").await?;
    click(&alex.client, "[data-testid=case-save]").await?;
    alex.sees_case("Tier", "Gold").await?;
    assert!(is_there(&alex.client, "[data-key=Tier] .edit").await?);
    assert!(!is_there(&alex.client, "[data-key=IsOnline] .edit").await?);
    type_into(&alex.client, "[data-testid=case-key]", "IsOnline").await?;
    click(&alex.client, "[data-testid=case-save]").await?;
    says(&alex.client, "case-fault", "IsOnline is the Chat Server's").await?;
    alex.sees_case("IsOnline", "1").await?;
    fine(&alex.client, "a chat").await?;

    // A supervisor coaches: the agent reads it, the customer does not.
    let sue = sign_in_as(&driver, &stack, "Sue", Window::default(), true).await?;
    click(&sue.client, "[data-testid=chat-item]").await?;
    click(&sue.client, "[data-testid=coach]").await?;
    eval_true(&sue.client, "document.getElementById('audience').value === 'INT'").await?;
    sue.say("Offer her a discount").await?;
    alex.reads("Offer her a discount").await?;
    alex.reads("Sue coaches").await?;
    eval_true(&sue.client, "document.querySelectorAll('[data-testid=team-agent]').length === 2").await?;
    fine(&sue.client, "coaching").await?;
    assert!(!maria.ask("refresh", "transcriptPosition=1").await?.contains("discount"));

    // The chat is handed on; Escape would leave the dialog.
    let bea = sign_in(&driver, &stack, "Bea", dark()).await?;
    click(&alex.client, "[data-testid=transfer]").await?;
    fine(&alex.client, "handing on").await?;
    click(&alex.client, "[value='agent:Bea']").await?;
    type_into(&alex.client, "[data-testid=transfer-note]", "Wrong invoice").await?;
    click(&alex.client, "[data-testid=transfer-submit]").await?;
    eval_true(&alex.client, "document.getElementById('composer-form').hidden").await?;
    bea.accept().await?;
    bea.reads("Wrong invoice").await?;
    maria.ask("startTyping", "message=Is+anybody").await?;
    says(&bea.client, "customer-typing", "Is anybody").await?;
    assert_eq!(eval(&bea.client, "getComputedStyle(document.body).backgroundColor").await?, "rgb(15, 21, 28)");
    fine(&bea.client, "in the dark").await
}

#[tokio::test]
async fn a_supervisor_listens_in_and_takes_part() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let maria = Visitor::start(&stack, MARIA).await?;
    let alex = sign_in(&driver, &stack, "Alex", Window::default()).await?;
    alex.accept().await?;
    let sue = sign_in_as(&driver, &stack, "Sue", dark(), true).await?;
    click(&sue.client, "[data-testid=chat-item]").await?;
    let audiences = async |expected: &str| {
        let options = "[...document.getElementById('audience').options].map((option) => option.value).join(' ')";
        eval_true(&sue.client, &format!("{options} === '{expected}'")).await
    };

    // VIP: neither agent nor customer knows.
    audiences("").await?;
    click(&sue.client, "[data-testid=monitor]").await?;
    audiences("VIP").await?;
    sue.reads("Sue listens in").await?;
    sue.say("For the record").await?;
    sue.reads("For the record").await?;
    fine(&sue.client, "listening in, in the dark").await?;

    // INT, then ALL: each time she is there in another way, and what was unseen stays so.
    click(&sue.client, "[data-testid=coach]").await?;
    audiences("INT VIP").await?;
    alex.reads("Sue coaches").await?;
    click(&sue.client, "[data-testid=barge-in]").await?;
    audiences("ALL INT VIP").await?;
    sue.say("Good day, I am Sue").await?;
    alex.reads("Good day, I am Sue").await?;
    alex.reads("Sue takes part").await?;
    let heard = maria.ask("refresh", "transcriptPosition=1").await?;
    assert!(heard.contains("Good day, I am Sue") && heard.contains("Supervisor"), "{heard}");
    let his = find(&alex.client, "[data-testid=transcript]").await?.text().await?;
    assert!(!his.contains("For the record") && !his.contains("listens in"), "{his}");
    assert!(!heard.contains("For the record") && !heard.contains("\"VIP\""), "{heard}");

    // The button that is pressed lets go.
    click(&sue.client, "[data-testid=barge-in]").await?;
    audiences("").await?;
    alex.reads("Sue left").await
}

#[tokio::test]
async fn a_colleague_is_asked_first() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let maria = Visitor::start(&stack, MARIA).await?;
    let alex = sign_in(&driver, &stack, "Alex", Window::default()).await?;
    let bea = sign_in(&driver, &stack, "Bea", Window::default()).await?;
    alex.accept().await?;
    click(&alex.client, "[data-testid=transfer]").await?;
    click(&alex.client, "[value='group:Agents']").await?;
    click(&alex.client, "[data-testid=transfer-consult]").await?;
    says(&alex.client, "transfer-fault", "Choose a person").await?;
    click(&alex.client, "[value='agent:Bea']").await?;
    type_into(&alex.client, "[data-testid=transfer-note]", "Is it her invoice?").await?;
    click(&alex.client, "[data-testid=transfer-consult]").await?;
    says(&alex.client, "chat-facts", "Bea is asked").await?;
    assert!(!find(&alex.client, "[data-testid=consult-end]").await?.text().await?.is_empty());

    says(&bea.client, "announce", "Alex asks you about the chat with Maria").await?;
    click(&bea.client, "[data-testid=chat-item].asked").await?;
    fine(&bea.client, "asked").await?;
    click(&bea.client, "[data-testid=consult-join]").await?;
    bea.reads("Is it her invoice?").await?;
    eval_true(&bea.client, "document.activeElement.id === 'composer'").await?;
    bea.say("It is hers").await?;
    alex.reads("Bea advises").await?;
    alex.reads("It is hers").await?;
    assert!(!maria.ask("refresh", "transcriptPosition=1").await?.contains("Bea"));

    fine(&alex.client, "with advice").await?;
    click(&alex.client, "[data-testid=hand-over]").await?;
    eval_true(&alex.client, "document.getElementById('composer-form').hidden").await?;
    eval_true(&bea.client, "document.getElementById('audience').options[0].value === 'ALL'").await?;
    bea.say("Good day, this is Bea").await?;
    bea.reads("Good day, this is Bea").await?;
    assert!(maria.ask("refresh", "transcriptPosition=1").await?.contains("this is Bea"));
    Ok(())
}

#[tokio::test]
async fn chats_are_switched_by_keyboard_and_files_go_both_ways() -> Result<()> {
    let stack = Stack::start(&["--upload-max-file-size", "64"]).await?;
    let driver = Driver::start().await?;
    let maria = Visitor::start(&stack, MARIA).await?;
    let _noor = Visitor::start(&stack, NOOR).await?;
    let alex = sign_in(&driver, &stack, "Alex", Window::default()).await?;
    let press = async |keys: &str| -> Result<()> { Ok(alex.client.active_element().await?.send_keys(keys).await?) };
    eval_true(&alex.client, "document.querySelectorAll('#waiting .chat-item').length === 2").await?;
    for (keys, name) in
        [(ALT_DOWN, "Maria"), (ALT_DOWN, "Noor"), (ALT_DOWN, "Maria"), (ALT_UP, "Noor"), (ALT_UP, "Maria")]
    {
        press(keys).await?;
        says(&alex.client, "customer", name).await?;
        let current = "document.activeElement.getAttribute('aria-current') === 'true'";
        eval_true(&alex.client, &format!("{current} && document.activeElement.textContent.includes('{name}')")).await?;
    }
    // What was begun waits until one comes back to it.
    click(&alex.client, "[data-testid=accept]").await?;
    eval_true(&alex.client, "document.activeElement.id === 'composer'").await?;
    press("One moment").await?;
    press(ALT_UP).await?;
    says(&alex.client, "customer", "Noor").await?;
    press(ALT_DOWN).await?;
    says(&alex.client, "customer", "Maria").await?;
    eval_true(&alex.client, "document.getElementById('composer').value === 'One moment'").await?;

    let folder = tempfile::tempdir()?;
    let picker = alex.client.find(Locator::Css("[data-testid=file-picker]")).await?;
    for (name, content) in [("large.txt", "x".repeat(65)), ("terms.txt", "All terms".to_owned())] {
        let file = folder.path().join(name);
        std::fs::write(&file, content)?;
        picker.send_keys(&file.display().to_string()).await?;
        if name == "large.txt" {
            says(&alex.client, "composer-fault", "64").await?;
        }
    }
    alex.reads("terms.txt (9 bytes)").await?;
    eval_true(&alex.client, "document.getElementById('composer-fault').textContent === ''").await?;
    let heard = maria.ask("refresh", "transcriptPosition=1").await?;
    assert!(heard.contains("terms.txt") && !heard.contains("large.txt"), "{heard}");
    maria.send_file("receipt.txt", "Paid in May").await?;
    alex.reads("receipt.txt (11 bytes)").await?;
    let read = "const done = arguments[arguments.length - 1];
        const link = [...document.querySelectorAll('[data-testid=file]')].find(({ download }) => download === 'receipt.txt');
        fetch(link.href).then((answer) => answer.text()).then(done, done);";
    assert_eq!(alex.client.execute_async(read, vec![]).await?, "Paid in May");
    fine(&alex.client, "files").await
}

#[tokio::test]
async fn the_pages_of_operators_are_accessible() -> Result<()> {
    let stack = Stack::start(&DEPLOYMENT).await?;
    let driver = Driver::start().await?;
    let administration = |page: &str| format!("{}/administration/{page}", stack.desk);
    let servers = stack.operator.clone().unwrap();
    let pages = [servers, administration("applications"), administration("default-server-settings")];
    for dark in [false, true] {
        let window = Window { dark, ..Window::default() };
        let stranger = driver.open(window).await?;
        stranger.goto(&administration("applications")).await?;
        find(&stranger, "[data-testid=log-in]").await?;
        fine(&stranger, &format!("who has to log in, dark {dark}")).await?;
        let client = sign_in(&driver, &stack, "Ada", window).await?.client;
        find(&client, "[data-testid=ready]").await?;
        for page in &pages {
            client.goto(page).await?;
            for width in [1280, 1024, 320] {
                screen(&client, width, 800, 1.0).await?;
                eval_true(&client, "document.documentElement.scrollWidth <= innerWidth").await?;
                fine(&client, &format!("{page} at {width}, dark {dark}")).await?;
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_narrow_desk_shows_the_list_or_a_chat() -> Result<()> {
    let stack = Stack::start(&["--idle-enabled"]).await?;
    let driver = Driver::start().await?;
    let _maria = Visitor::start(&stack, MARIA).await?;
    let alex = sign_in(&driver, &stack, "Alex", dark()).await?;
    // A phone; a desktop on which everything is twice as large; the narrowest that WCAG knows.
    for (width, height) in [(390, 844), (640, 430), (320, 568)] {
        screen(&alex.client, width, height, 1.0).await?;
        let fits = "document.documentElement.scrollWidth <= innerWidth";
        find(&alex.client, "[data-testid=chat-item]").await?;
        eval_true(&alex.client, fits).await?;
        fine(&alex.client, &format!("the list at {width}")).await?;
        if width == 390 {
            alex.accept().await?;
        } else {
            click(&alex.client, "[data-testid=chat-item]").await?;
        }
        find(&alex.client, "[data-testid=composer]").await?;
        eval_true(&alex.client, fits).await?;
        assert!(!alex.client.find(Locator::Css("[data-testid=chat-item]")).await?.is_displayed().await?, "{width}");
        fine(&alex.client, &format!("a chat at {width}")).await?;
        click(&alex.client, "[data-testid=back]").await?;
        eval_true(&alex.client, "document.activeElement.dataset.testid === 'chat-item'").await?;
    }
    Ok(())
}
