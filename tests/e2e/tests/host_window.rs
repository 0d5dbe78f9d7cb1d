//! The host's own windows against the stack: accessible in every view; Markdown, files and inactivity as servers have them
//! (bus facts 5 and 7; backend facts 1.3 and 1.4).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::Result;
use e2e::browser::{self, Driver, Window, click, eval, find};
use e2e::customer::Customer;
use e2e::desk_api::DeskApi;
use e2e::devtools::{accessibility_violations_in, go_offline, go_online, screen};
use e2e::stack::Stack;
use e2e::wait::until_true;

/// What a page sets that wants files and Markdown, and soon learns of its network; `/config.js` fills in the rest.
const OPTIONS: &str =
    "window._genesys = { widgets: { webchat: { uploadsEnabled: true, markdown: true, pollRateMax: 500 } } };";
/// A file to send.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/looks/host-form-light.png");

async fn fine(customer: &Customer, selector: &str, what: &str) -> Result<()> {
    assert_eq!(accessibility_violations_in(&customer.client, selector).await?, Vec::<String>::new(), "{what}");
    Ok(())
}

async fn is_true(customer: &Customer, expression: &str) -> Result<()> {
    until_true(expression, async || Ok(eval(&customer.client, expression).await? == true)).await
}

/// The same view as it is, and from right to left on a phone.
async fn fine_everywhere(customer: &Customer, selector: &str, what: &str) -> Result<()> {
    fine(customer, selector, what).await?;
    on_a_phone_in_arabic(customer).await?;
    is_true(customer, &format!("!!document.querySelector('{selector}').closest('[dir=rtl]')")).await?;
    is_true(customer, &format!("!!document.querySelector('{selector}').closest('.cx-mobile')")).await?;
    fine(customer, selector, &format!("{what}, on a phone, in Arabic")).await?;
    speak(customer, "en").await?;
    screen(&customer.client, 1200, 800, 1.0).await
}

async fn on_a_phone_in_arabic(customer: &Customer) -> Result<()> {
    screen(&customer.client, 360, 640, 2.0).await?;
    is_true(customer, "CXBus.data('App.layout') === 'mobile'").await?;
    speak(customer, "ar").await
}

async fn speak(customer: &Customer, language: &str) -> Result<()> {
    ask(customer, &format!("App.setLanguage', {{ lang: '{language}' }}")).await?;
    is_true(customer, &format!("CXBus.data('App.language') === '{language}'")).await
}

/// Issues a command as a plugin of the page: the rest of the call after `command('`.
async fn ask(customer: &Customer, command: &str) -> Result<()> {
    customer.client.execute(&format!("_genesys.widgets.bus.command('{command});"), Vec::new()).await?;
    Ok(())
}

/// What stands beside the window, or over the page.
async fn the_other_windows(customer: &Customer) -> Result<()> {
    const OVERLAY: &str =
        "Overlay.open', { html: _genesys.widgets.common.Generate.Container({ type: 'overlay', title: 'Terms',
        body: '<p>All <b>of them</b></p>', buttons: { type: 'primary', text: 'Agree' } }) }";
    // A notice is named by who opens it: bus facts 6.1.
    const TOAST: &str = "Toaster.open', { title: 'Pay', body: '<p>Until <b>Friday</b></p>', controls: 'all',
        buttons: { type: 'binary', primary: 'Yes', secondary: 'No' } }).done(({ html }) => html[0].setAttribute('aria-label', 'Pay')";
    for place in ["on a desktop", "on a phone, in Arabic"] {
        ask(customer, OVERLAY).await?;
        find(&customer.client, ".ow-modal .cx-overlay").await?;
        let built = "document.querySelector('.ow-modal .cx-body').innerHTML";
        assert_eq!(eval(&customer.client, built).await?, "<p>All <b>of them</b></p>", "under Trusted Types");
        fine(customer, ".ow-modal", &format!("an Overlay {place}")).await?;
        ask(customer, "Overlay.close'").await?;
        is_true(customer, "!document.querySelector('.ow-modal')").await?;
        for (command, what) in [(TOAST, "a notice"), ("WebChat.invite'", "an invite")] {
            ask(customer, command).await?;
            find(&customer.client, ".cx-toast[aria-label], .cx-toast[aria-labelledby]").await?;
            fine(customer, ".cx-toaster", &format!("{what} {place}")).await?;
            ask(customer, "Toaster.close'").await?;
            is_true(customer, "!document.querySelector('.cx-toaster')").await?;
        }
        on_a_phone_in_arabic(customer).await?;
    }
    Ok(())
}

/// Through the views of one chat, each looked at by axe-core, with what servers do in them.
async fn every_view(dark: bool) -> Result<()> {
    const WINDOW: &str = ".cx-webchat";
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let window = Window { dark, ..Window::default() };
    let page = format!("{}/without-plugin.html", stack.site);
    let customer = Customer::visit_with(&driver, &page, window, OPTIONS).await?;
    find(&customer.client, "[data-testid=chat-launcher]").await?;
    fine(&customer, "[data-testid=chat-launcher]", "the launcher").await?;
    click(&customer.client, "[data-testid=chat-launcher]").await?;
    find(&customer.client, "[data-testid=chat-start]").await?;
    let theme = if dark { "dark" } else { "light" };
    let shown = "getComputedStyle(document.querySelector('.cx-webchat')).colorScheme";
    assert_eq!(eval(&customer.client, shown).await?, theme);
    fine_everywhere(&customer, WINDOW, "the form").await?;
    browser::fill(&customer.client, &[("[data-testid=chat-email]", "nowhere")]).await?;
    click(&customer.client, "[data-testid=chat-start]").await?;
    find(&customer.client, ".cx-webchat [aria-invalid=true]").await?;
    fine_everywhere(&customer, WINDOW, "a form with faults").await?;
    let visitor = [
        ("[data-testid=chat-firstname]", "Jamie"),
        ("[data-testid=chat-lastname]", "Rivers"),
        ("[data-testid=chat-email]", "jamie@example.org"),
        ("[data-testid=chat-subject]", "My October statement"),
    ];
    browser::fill(&customer.client, &visitor).await?;
    click(&customer.client, "[data-testid=chat-start]").await?;
    let server = DeskApi::accept(&stack).await?;

    server.say("**Three steps**\n\n1. Open <b>it</b>\n2. Look at [the page](https://shop.example/a)\n3. Go").await?;
    is_true(&customer, "!!document.querySelector('.cx-them ol')").await?;
    let drawn = "['strong', 'li', 'b', 'a'].map((name) => document.querySelectorAll(`.cx-them ${name}`).length).join()";
    assert_eq!(eval(&customer.client, drawn).await?, "1,3,0,1", "Markdown becomes elements, markup does not");
    assert_eq!(eval(&customer.client, "document.querySelector('.cx-them a').rel").await?, "noopener noreferrer");

    find(&customer.client, "[data-testid=chat-attach]:not([hidden])").await?;
    // The field itself is hidden behind the paper clip.
    let field = customer.client.find(fantoccini::Locator::Css("[data-testid=chat-file]")).await?;
    field.send_keys(&std::fs::canonicalize(FILE)?.to_string_lossy()).await?;
    customer.reads("host-form-light.png").await?;
    until_true("the agent has the file", async || {
        let chat = server.chat().await?;
        let entries = chat["transcript"].as_array().unwrap();
        Ok(entries.iter().any(|entry| entry["userData"]["file-name"] == "host-form-light.png"))
    })
    .await?;
    customer.say("Is that the one?").await?;
    server.hears("Client", "Is that the one?").await?;
    fine_everywhere(&customer, WINDOW, "a chat").await?;

    let lost = "!document.querySelector('[data-testid=chat-notice]').hidden";
    go_offline(&customer.client).await?;
    is_true(&customer, lost).await?;
    fine_everywhere(&customer, WINDOW, "a lost network").await?;
    assert_eq!(eval(&customer.client, lost).await?, true, "it was lost all the while");
    go_online(&customer.client).await?;
    is_true(&customer, &format!("!({lost})")).await?;
    click(&customer.client, "[data-testid=chat-minimize]").await?;
    server.say("Is it?").await?;
    is_true(&customer, "document.querySelector('.cx-webchat-counter').textContent === '1'").await?;
    fine_everywhere(&customer, WINDOW, "a folded window").await?;
    click(&customer.client, "[data-testid=chat-minimize]").await?;

    click(&customer.client, "[data-testid=chat-close]").await?;
    find(&customer.client, "[data-testid=chat-confirm-cancel]").await?;
    fine_everywhere(&customer, WINDOW, "the question whether to end").await?;
    click(&customer.client, "[data-testid=chat-confirm-cancel]").await?;
    server.end().await?;
    find(&customer.client, "[data-testid=chat-done]").await?;
    is_true(&customer, "!document.querySelector('[data-testid=chat-done]').hidden").await?;
    fine_everywhere(&customer, WINDOW, "the end").await?;
    click(&customer.client, "[data-testid=chat-done]").await?;
    is_true(&customer, "!document.querySelector('.cx-webchat')").await?;
    the_other_windows(&customer).await
}

#[tokio::test]
async fn every_view_of_a_chat_is_accessible_with_markdown_and_files() -> Result<()> {
    every_view(false).await
}

#[tokio::test]
async fn every_view_of_a_chat_is_accessible_in_dark() -> Result<()> {
    every_view(true).await
}

/// Who says nothing is asked, may stay, and is asked again before the server ends the chat.
#[tokio::test]
async fn an_idle_customer_is_asked_may_stay_and_is_let_go() -> Result<()> {
    let stack = Stack::start(&["--idle-enabled", "--idle-timeout-alert", "3", "--idle-timeout-close", "5"]).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit(&driver, &stack, "/without-plugin.html", Window::default()).await?;
    customer.start_chat().await?;
    let _server = DeskApi::accept(&stack).await?;
    let asked = "!document.querySelector('[data-testid=chat-idle]').hidden";
    on_a_phone_in_arabic(&customer).await?;
    is_true(&customer, asked).await?;
    let time = "/^0:0[0-5]$/.test(document.querySelector('.cx-idle-time').textContent)";
    assert_eq!(eval(&customer.client, time).await?, true, "the time that is left");
    fine(&customer, ".cx-webchat", "the question whether somebody is there, on a phone, in Arabic").await?;
    click(&customer.client, "[data-testid=chat-idle-stay]").await?;
    is_true(&customer, "document.querySelector('[data-testid=chat-idle]').hidden").await?;
    assert_eq!(eval(&customer.client, "window.CXBus.data('WebChatService.sessionActive')").await?, true);
    speak(&customer, "en").await?;
    screen(&customer.client, 1200, 800, 1.0).await?;
    is_true(&customer, asked).await?;
    fine(&customer, ".cx-webchat", "the question whether somebody is there").await?;
    is_true(&customer, "!document.querySelector('[data-testid=chat-done]').hidden").await?;
    is_true(&customer, "window.CXBus.data('WebChatService.sessionActive') === false").await
}

/// The bank's pages, in every language: accessible as a whole, no wider than a phone, and with a chat in their language.
async fn the_banks_pages(dark: bool) -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit(&driver, &stack, "/", Window { dark, ..Window::default() }).await?;
    for (path, direction, words) in
        [("/", "ltr", "Chat with us"), ("/de/", "ltr", "Chatten Sie mit uns"), ("/ar/", "rtl", "تحدّث معنا")]
    {
        customer.client.goto(&format!("{}{path}", stack.site)).await?;
        find(&customer.client, "[data-testid=chat-launcher]").await?;
        let said = "document.querySelector('[data-testid=chat-launcher]').textContent";
        assert_eq!(eval(&customer.client, said).await?, words);
        assert_eq!(eval(&customer.client, "getComputedStyle(document.body).direction").await?, direction);
        fine(&customer, "body", path).await?;
        for width in [320, 640] {
            screen(&customer.client, width, 800, 1.0).await?;
            let wider = "document.documentElement.scrollWidth - innerWidth";
            assert!(eval(&customer.client, wider).await?.as_i64().unwrap() <= 0, "{path} at {width} pixels");
        }
        screen(&customer.client, 1200, 800, 1.0).await?;
    }
    Ok(())
}

#[tokio::test]
async fn the_banks_pages_are_fine_in_light() -> Result<()> {
    the_banks_pages(false).await
}

#[tokio::test]
async fn the_banks_pages_are_fine_in_dark() -> Result<()> {
    the_banks_pages(true).await
}

/// What the page says in the language that it says it is in: texts, labels and values, but for names.
const SAID: &str = r"(() => {
    const names = ['Quayside Bank', 'Jamie Rivers', 'Corner Bakery', 'City Transit', 'Greenfield Market'];
    const own = (element) => element.closest('[lang]').lang === document.documentElement.lang;
    const texts = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT), said = [];
    while (texts.nextNode()) {
      const { parentElement: element, data } = texts.currentNode;
      if (!element.closest('script, style') && own(element)) said.push(data.trim());
    }
    for (const element of document.querySelectorAll('[aria-label], input:not([type=hidden])')) {
      if (own(element)) said.push(element.ariaLabel || element.value);
    }
    return said.filter((text) => /\p{L}/u.test(text) && !names.includes(text));
})()";

/// Each page that is there in three languages says nothing in another one.
#[tokio::test]
async fn the_banks_pages_speak_one_language_each() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit(&driver, &stack, "/", Window::default()).await?;
    for [english, german, arabic] in [
        ["/", "/de/", "/ar/"],
        ["/placements/", "/placements/?lang=de", "/placements/?lang=ar"],
        ["/chat-immediate/", "/chat-immediate/?lang=de", "/chat-immediate/?lang=ar"],
    ] {
        let mut said = Vec::new();
        for (path, language) in [(english, "en"), (german, "de"), (arabic, "ar")] {
            customer.client.goto(&format!("{}{path}", stack.site)).await?;
            is_true(
                &customer,
                &format!("document.readyState === 'complete' && document.documentElement.lang === '{language}'"),
            )
            .await?;
            if !path.starts_with("/chat-immediate/") {
                find(&customer.client, "[data-testid=chat-launcher]").await?;
            }
            let texts: Vec<String> = serde_json::from_value(eval(&customer.client, SAID).await?)?;
            assert!(texts.len() > 12, "{path}: {texts:?}");
            fine(&customer, "body", path).await?;
            said.push(texts);
        }
        let is_english: Vec<_> = said[1].iter().filter(|text| said[0].contains(text)).collect();
        assert_eq!(is_english, Vec::<&String>::new(), "{german}");
        let is_arabic = |text: &&String| text.chars().any(|letter| ('\u{600}'..='\u{6ff}').contains(&letter));
        let others: Vec<_> = said[2].iter().filter(|text| !is_arabic(text)).collect();
        assert_eq!(others, Vec::<&String>::new(), "{arabic}");
    }
    customer.client.goto(&format!("{}/de/", stack.site)).await?;
    click(&customer.client, "nav [href^='/chat-immediate/']").await?;
    is_true(&customer, "document.querySelector('h1')?.textContent === 'Sofort mit jemandem chatten'").await?;
    click(&customer.client, ".brand").await?;
    is_true(&customer, "location.pathname === '/de/'").await
}
