//! The MicroApps of the stack inside a page: what axe-core has against each of their pages, whether they are worked by keyboard
//! alone, and whose language they speak.
#![allow(missing_docs)]

use anyhow::{Result, ensure};
use e2e::browser::{self, Browser, Driver, Window, eval, is_there, press};
use e2e::customer::Customer;
use e2e::devtools::accessibility_violations_in;
use e2e::placements::{SHELL, chat, payment};
use e2e::stack::Stack;
use e2e::wait::until_true;
use serde_json::json;
use std::collections::HashSet;

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const DOWN: &str = "\u{e015}";
const SPACE: &str = " ";

/// More than any page here has to tab through, with the chat around it.
const MOST_TABS: usize = 80;

/// What is done on a page that is known by this element: fields to fill in, boxes and options to choose (they have no text),
/// and the choice to make.
type Step = (&'static str, &'static [(&'static str, &'static str)], &'static str);

/// A request, and the way from the MicroApp's first page to its last.
type Walk = (&'static str, &'static [Step]);

const PAYMENT: &str = "microapp://app/T3NB68E-/Payment\nAccountNumber=1234567\nAmount=USD77.80";
const IDENTITY: &str = "microapp://app/ID4CHK7_/Identity check\nCustomerNumber=1234567\nReason=card";
const ADDRESS: &str = "microapp://app/AD8CHG3-/Change of address\nAccountNumber=1234567";
const CONSENT: &str = "microapp://app/CN2SNT5-/Consent\nPurpose=recording";
const SURVEY: &str = "microapp://app/SV3STP6-/Survey\nTopic=our service";

const GOOD_CARD: &[(&str, &str)] =
    &[("#number", "4111 1111 1111 1111"), ("#expiry", "12/39"), ("#code", "737"), ("#name", "Jamie Rivers")];
const BAD_CARD: &[(&str, &str)] =
    &[("#number", "4000 0000 0000 0002"), ("#expiry", "12/39"), ("#code", "737"), ("#name", "Jamie Rivers")];
const WRONG: &[(&str, &str)] = &[("#birth", "1980-05-18"), ("#code", "482100")];
const MOVED: &[(&str, &str)] =
    &[("#street", "Mill Lane 3"), ("#postcode", "SW1A 1AA"), ("#city", "London"), ("#from", "2099-01-31")];

const PAID: Walk = (
    PAYMENT,
    &[
        ("[data-testid=begin]", &[], "begin"),
        ("#number:not([aria-invalid])", &[], "card"),
        ("#number[aria-invalid]", GOOD_CARD, "card"),
        ("[data-testid=card-ending]", &[], "pay"),
        ("[data-testid=reference]", &[], ""),
    ],
);
const NOT_PAID: Walk = (
    PAYMENT,
    &[
        ("[data-testid=begin]", &[], "begin"),
        ("#number", BAD_CARD, "card"),
        ("[data-testid=pay]", &[], "pay"),
        ("[data-testid=stop]", &[], "stop"),
        (".badge.neutral", &[], ""),
    ],
);
const IDENTIFIED: Walk = (
    IDENTITY,
    &[
        ("[data-testid=begin]", &[], "begin"),
        ("#birth:not([aria-invalid])", &[], "check"),
        ("#birth[aria-invalid]", WRONG, "check"),
        ("[data-testid=retry]", &[], "retry"),
        ("#birth:not([aria-invalid])", &[("#birth", "1980-05-17"), ("#code", "482100")], "check"),
        (".badge.good", &[], ""),
    ],
);
const LOCKED: Walk = (
    IDENTITY,
    &[
        ("[data-testid=begin]", &[], "begin"),
        ("#birth", WRONG, "check"),
        ("[data-testid=retry]", &[], "retry"),
        ("#birth", WRONG, "check"),
        ("[data-testid=retry]", &[], "retry"),
        ("#birth", WRONG, "check"),
        (".badge.neutral", &[], ""),
    ],
);
const CHANGED: Walk = (
    ADDRESS,
    &[
        ("[data-testid=moved]", &[], "moved"),
        ("#street:not([aria-invalid])", &[], "review"),
        ("#street[aria-invalid]", MOVED, "review"),
        ("[data-testid=confirm]", &[], "confirm"),
        ("[data-testid=reference]", &[], ""),
    ],
);
const ASKED: Walk = (ADDRESS, &[("[data-testid=moved]", &[], "agent"), (".badge.neutral", &[], "")]);
const GIVEN: Walk = (
    CONSENT,
    &[
        ("[data-testid=begin]", &[], "begin"),
        ("[data-testid=read]", &[], "read"),
        ("#agreed:not([aria-invalid])", &[], "agree"),
        ("#agreed[aria-invalid]", &[("#agreed", "")], "agree"),
        (".badge.good", &[], ""),
    ],
);
const REFUSED: Walk = (
    CONSENT,
    &[
        ("[data-testid=begin]", &[], "begin"),
        ("[data-testid=read]", &[], "read"),
        ("#agreed", &[], "refuse"),
        (".badge.neutral", &[], ""),
    ],
);
const CONTENT: Walk = (
    SURVEY,
    &[
        ("#rating:not([aria-invalid])", &[], "rate"),
        ("#rating[aria-invalid]", &[("[name=rating][value='5']", "")], "rate"),
        ("[name=good]:not([aria-invalid])", &[], "reason"),
        ("[name=good][aria-invalid]", &[("[name=good][value=friendly]", "")], "reason"),
        ("#comment", &[("#comment", "Quick and clear")], "send"),
        (".badge.good", &[], ""),
    ],
);
const DISCONTENT: Walk = (
    SURVEY,
    &[
        ("#rating", &[("[name=rating][value='2']", "")], "rate"),
        ("[name=wrong]", &[("[name=wrong][value=slow]", "")], "reason"),
        ("#comment", &[], "send"),
        (".badge.good", &[], ""),
    ],
);

/// How many pages the five MicroApps have, one that tells faults counted apart from the same without.
const PAGES: usize = 32;

/// Between them they come by every page.
const ALL: [Walk; 10] = [PAID, NOT_PAID, IDENTIFIED, LOCKED, CHANGED, ASKED, GIVEN, REFUSED, CONTENT, DISCONTENT];

/// What a page is made of: its heading, its elements and their attributes, whatever else they say.
const SHAPE: &str = "[document.querySelector('h1')?.textContent, ...[...document.querySelectorAll('body *')].map((element) =>
    element.localName + [...element.attributes].map((one) => one.name + (one.name === 'class' ? one.value : '')))].join()";

/// Looks at the page of the MicroApp that is shown, in both colour schemes, which it takes from the page around it. A page that
/// was seen already is not looked at again.
async fn look(client: &Browser, page: &str, seen: &mut HashSet<String>) -> Result<()> {
    if !seen.insert(eval(client, SHAPE).await?.to_string()) {
        return Ok(());
    }
    assert!(is_there(client, "html[data-theme=light]").await?, "{page}");
    let found = accessibility_violations_in(client, "body").await?;
    assert_eq!(found, Vec::<String>::new(), "{page}");
    client.execute("document.documentElement.dataset.theme = 'dark';", Vec::new()).await?;
    let found = accessibility_violations_in(client, "body").await?;
    assert_eq!(found, Vec::<String>::new(), "{page} in dark");
    assert!(is_there(client, "html[data-theme=dark]").await?, "{page}: it was dark all the while");
    Ok(())
}

/// Goes through a MicroApp in the language of the page around it, and looks at each of its pages.
async fn walk(customer: &Customer, language: &str, steps: &[Step], seen: &mut HashSet<String>) -> Result<()> {
    for (page, fields, choice) in steps {
        customer.enter_app(&format!("html[data-theme][lang={language}] {page}")).await?;
        look(&customer.client, page, seen).await?;
        let (chosen, typed): (Vec<_>, Vec<_>) = fields.iter().partition(|(_, text)| text.is_empty());
        browser::fill(&customer.client, &typed).await?;
        for (selector, _) in chosen {
            customer.client.execute("document.querySelector(arguments[0]).click();", vec![json!(selector)]).await?;
        }
        if !choice.is_empty() {
            press(&customer.client, &format!("[data-testid={choice}]")).await?;
        }
    }
    assert!(is_there(&customer.client, "body[data-last]").await?, "the last page");
    customer.leave_app().await
}

#[tokio::test]
async fn every_page_is_accessible_in_light_and_in_dark() -> Result<()> {
    let driver = Driver::start().await?;
    let stack = Stack::start(&[]).await?;
    let (customer, server) = chat(&driver, &stack, "lang=ar", Window::default()).await?;
    let mut seen = HashSet::new();
    for (request, steps) in ALL {
        server.say(request).await?;
        walk(&customer, "ar", steps, &mut seen).await?;
    }
    assert_eq!(seen.len(), PAGES, "{seen:#?}");
    Ok(())
}

async fn key(client: &Browser, key: &str) -> Result<()> {
    Ok(client.active_element().await?.send_keys(key).await?)
}

async fn is(client: &Browser, what: &str) -> Result<bool> {
    Ok(eval(client, &format!("document.activeElement?.{what} ?? false")).await? == true)
}

/// Tabs until this has the focus.
async fn tab_to(client: &Browser, selector: &str) -> Result<()> {
    let there = format!("matches({})", json!(selector));
    for _ in 0..MOST_TABS {
        if is(client, &there).await? {
            return Ok(());
        }
        key(client, TAB).await?;
    }
    anyhow::bail!("no Tab leads to {selector}")
}

/// Fills a page in and leaves it, by keyboard alone.
async fn work_by_keyboard(client: &Browser, fields: &[(&str, &str)], choice: &str) -> Result<()> {
    for (selector, text) in fields {
        match selector.split_once("[value") {
            // The options of a question are one stop of Tab, and arrows go through them.
            Some((group, _)) => {
                tab_to(client, group).await?;
                key(client, SPACE).await?;
                let chosen = format!("matches({})", json!(format!("{selector}:checked")));
                for _ in 0..5 {
                    if !is(client, &chosen).await? {
                        key(client, DOWN).await?;
                    }
                }
                ensure!(is(client, &chosen).await?, "{selector} is not chosen");
            }
            None => {
                tab_to(client, selector).await?;
                key(client, if text.is_empty() { SPACE } else { text }).await?;
            }
        }
    }
    if choice.is_empty() {
        return Ok(());
    }
    tab_to(client, &format!("[data-testid={choice}]")).await?;
    client.execute("document.documentElement.dataset.pressed = '1';", Vec::new()).await?;
    key(client, ENTER).await?;
    until_true(
        "another document",
        async || Ok(eval(client, "!document.documentElement.dataset.pressed").await? == true),
    )
    .await
}

#[tokio::test]
async fn every_kind_of_page_is_worked_by_keyboard_alone() -> Result<()> {
    let driver = Driver::start().await?;
    let stack = Stack::start(&[]).await?;
    let (customer, server) = chat(&driver, &stack, "lang=de", Window::default()).await?;
    let mut seen = HashSet::new();
    // A text, a secure entry, a menu and an end; a link and a box to tick; options and lines.
    for (request, steps) in [PAID, GIVEN, CONTENT] {
        server.say(request).await?;
        for (page, fields, choice) in steps {
            customer.enter_app(&format!("html[data-theme][lang=de] {page}")).await?;
            look(&customer.client, page, &mut seen).await?;
            work_by_keyboard(&customer.client, fields, choice).await?;
        }
        customer.leave_app().await?;
    }
    server.hears("External", "microapp:progress:block:Thanks").await
}

#[tokio::test]
async fn a_microapp_speaks_the_language_of_the_page_around_it() -> Result<()> {
    let driver = Driver::start().await?;
    let stack = Stack::start(&[]).await?;
    // The browser asks for English; the page is Arabic and tells its frames so.
    let (customer, server) = payment(&driver, &stack, "lang=ar", Window::default()).await?;
    customer.enter_app("html[lang=ar][dir=rtl] [data-testid=begin]").await?;
    customer.leave_app().await?;
    customer.reads_in_app("h1", "مرحبًا").await?;
    customer.begin_payment().await?;
    customer.enter_app("html[lang=ar] #number[dir=ltr]").await?;
    customer.leave_app().await?;
    // So do the names of its steps in the window around it; the agent's are those of the callflow.
    until_true("the bar says where the customer is", async || {
        let bar = format!("document.querySelector('{SHELL} [role=progressbar]').getAttribute('aria-valuetext')");
        Ok(eval(&customer.client, &bar).await? == "2 / 4 · بيانات البطاقة")
    })
    .await?;
    server.hears("External", "microapp:progress:block:Card Details").await
}
