//! The MicroApps of the stack inside a page: what axe-core has against each of their pages, and whose language they speak.
#![allow(missing_docs)]

use anyhow::Result;
use e2e::browser::{self, Driver, Window, press};
use e2e::customer::Customer;
use e2e::devtools::accessibility_violations_in;
use e2e::placements::{chat, payment};
use e2e::stack::Stack;

const REQUESTS: [&str; 3] = [
    "microapp://app/ID4CHK7_/Identity check\nCustomerNumber=1234567\nReason=card",
    "microapp://app/AD8CHG3-/Change of address\nAccountNumber=1234567",
    "microapp://app/CN2SNT5-/Consent\nPurpose=recording",
];

/// What is done on a page that is known by this element: fields to fill in, and the choice to make.
type Step = (&'static str, &'static [(&'static str, &'static str)], &'static str);

/// From first page to last, with faults on the way.
const WALKS: [&[Step]; 3] = [
    &[
        ("[data-testid=begin]", &[], "begin"),
        ("[data-testid=check]", &[], "check"),
        ("#birth[aria-invalid]", &[("#birth", "1980-05-18"), ("#code", "482100")], "check"),
        ("[data-testid=retry]", &[], "retry"),
        ("#birth:not([aria-invalid])", &[("#birth", "1980-05-17"), ("#code", "482100")], "check"),
    ],
    &[
        ("[data-testid=moved]", &[], "moved"),
        ("[data-testid=review]", &[], "review"),
        (
            "#street[aria-invalid]",
            &[("#street", "Mill Lane 3"), ("#postcode", "SW1A 1AA"), ("#city", "London"), ("#from", "2099-01-31")],
            "review",
        ),
        ("[data-testid=confirm]", &[], "confirm"),
    ],
    &[
        ("[data-testid=begin]", &[], "begin"),
        ("[data-testid=read]", &[], "read"),
        ("#agreed:not([aria-invalid])", &[], "agree"),
        ("#agreed[aria-invalid]", &[], "agent"),
    ],
];

/// Looks at the page of the MicroApp that is shown.
async fn look(customer: &Customer, page: &str) -> Result<()> {
    let found = accessibility_violations_in(&customer.client, "body").await?;
    assert_eq!(found, Vec::<String>::new(), "{page}");
    Ok(())
}

/// Goes through a MicroApp by these steps, and looks at each page.
async fn walk(customer: &Customer, steps: &[Step]) -> Result<()> {
    for (page, fields, choice) in steps {
        customer.enter_app(page).await?;
        look(customer, page).await?;
        browser::fill(&customer.client, fields).await?;
        press(&customer.client, &format!("[data-testid={choice}]")).await?;
    }
    customer.enter_app("body[data-last]").await?;
    look(customer, "the last page").await?;
    customer.leave_app().await
}

async fn every_page(driver: &Driver, window: Window) -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let (customer, server) = chat(driver, &stack, "", window).await?;
    for (request, steps) in REQUESTS.into_iter().zip(WALKS) {
        server.say(request).await?;
        walk(&customer, steps).await?;
    }
    Ok(())
}

#[tokio::test]
async fn every_page_is_accessible_in_light() -> Result<()> {
    let driver = Driver::start().await?;
    every_page(&driver, Window::default()).await
}

#[tokio::test]
async fn every_page_is_accessible_in_dark() -> Result<()> {
    let driver = Driver::start().await?;
    every_page(&driver, Window { dark: true, ..Window::default() }).await
}

#[tokio::test]
async fn a_microapp_speaks_the_language_of_the_page_around_it() -> Result<()> {
    let driver = Driver::start().await?;
    let stack = Stack::start(&[]).await?;
    // The browser asks for English; the page is Arabic and tells its frames so.
    let (customer, server) = payment(&driver, &stack, "lang=ar", Window::default()).await?;
    customer.enter_app("html[lang=ar][dir=rtl] [data-testid=begin]").await?;
    look(&customer, "from right to left").await?;
    customer.leave_app().await?;
    customer.reads_in_app("h1", "مرحبًا").await?;
    customer.begin_payment().await?;
    customer.enter_app("html[lang=ar] [data-testid=card]").await?;
    press(&customer.client, "[data-testid=card]").await?;
    customer.enter_app("html[lang=ar] #number[aria-invalid][dir=ltr]").await?;
    look(&customer, "faults, from right to left").await?;
    customer.leave_app().await?;
    server.hears("External", "microapp:progress:block:Card Details").await
}
