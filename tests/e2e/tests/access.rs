//! Keyboard, focus, screen reader, themes and languages.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::Result;
use e2e::browser::{self, Driver, Window, eval, is_there};
use e2e::customer::{CARD, CLOSE, Customer, FRAME};
use e2e::desk_api::{DeskApi, PAYMENT};
use e2e::devtools::{self, accessibility_violations};
use e2e::placements::{self, ALL, SHELL, chat, payment, phase};
use e2e::stack::Stack;
use e2e::wait::until_true;

const ESCAPE: &str = "\u{e00c}";
const TAB: &str = "\u{e004}";

async fn fine(customer: &Customer, what: &str) -> Result<()> {
    assert_eq!(accessibility_violations(&customer.client).await?, Vec::<String>::new(), "{what}");
    Ok(())
}

async fn text_of(customer: &Customer, selector: &str) -> Result<String> {
    Ok(browser::find(&customer.client, selector).await?.text().await?)
}

async fn eval_true(customer: &Customer, expression: &str) -> Result<()> {
    until_true(expression, async || Ok(eval(&customer.client, expression).await? == true)).await
}

/// Through every view of one MicroApp's life, looked at by axe-core in each.
async fn every_view(window: Window) -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = payment(&driver, &stack, "consent=true", window).await?;
    let theme = if window.dark { "dark" } else { "light" };
    assert!(is_there(&customer.client, &format!("{SHELL}[data-theme={theme}]")).await?);
    phase(&customer, "consenting").await?;
    fine(&customer, "consenting").await?;
    let asked = text_of(&customer, ".cx-speechstorm-view").await?;
    assert!(asked.contains("Kim") && asked.contains("Payment") && asked.contains(&stack.messaging), "{asked}");

    devtools::hold(&customer.client, "/fish-messaging/go/").await?;
    browser::click(&customer.client, ".cx-speechstorm-yes").await?;
    phase(&customer, "loading").await?;
    fine(&customer, "loading").await?;
    devtools::release(&customer.client).await?;
    customer.begin_payment().await?;
    phase(&customer, "running").await?;
    fine(&customer, "running").await?;

    browser::click(&customer.client, CLOSE).await?;
    browser::find(&customer.client, ".cx-speechstorm-confirm-close").await?;
    fine(&customer, "confirming").await?;
    browser::click(&customer.client, ".cx-speechstorm-stay").await?;
    browser::click(&customer.client, ".cx-speechstorm-minimize").await?;
    fine(&customer, "folded up").await?;
    browser::click(&customer.client, ".cx-speechstorm-minimize").await?;
    customer.enter_card(CARD).await?;
    customer.pay().await?;
    phase(&customer, "ended").await?;
    fine(&customer, "ended").await?;

    browser::click(&customer.client, CLOSE).await?;
    customer.app_is_gone().await?;
    server.say(PAYMENT).await?;
    browser::click(&customer.client, ".cx-speechstorm-yes").await?;
    customer.begin_payment().await?;
    server.end().await?;
    phase(&customer, "chat-over").await?;
    fine(&customer, "chat over").await
}

#[tokio::test]
async fn after_the_chat_the_customer_may_finish_or_not() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = payment(&driver, &stack, "", Window::default()).await?;
    customer.begin_payment().await?;
    server.end().await?;
    phase(&customer, "chat-over").await?;
    assert!(text_of(&customer, ".cx-speechstorm-view").await?.contains("The chat has ended"));
    browser::click(&customer.client, ".cx-speechstorm-finish").await?;
    phase(&customer, "running").await?;
    assert!(is_there(&customer.client, FRAME).await?);
    customer.close_app().await?;
    customer.app_is_gone().await
}

#[tokio::test]
async fn every_view_is_accessible_in_light() -> Result<()> {
    every_view(Window::default()).await
}

#[tokio::test]
async fn every_view_is_accessible_in_dark() -> Result<()> {
    every_view(Window { dark: true, ..Window::default() }).await
}

#[tokio::test]
async fn every_placement_is_accessible() -> Result<()> {
    let driver = Driver::start().await?;
    for dark in [false, true] {
        for placement in ALL {
            let stack = Stack::start(&[]).await?;
            let options = format!("placement={placement}");
            let window = Window { dark, ..Window::default() };
            let (customer, _server) = payment(&driver, &stack, &options, window).await?;
            phase(&customer, "running").await?;
            fine(&customer, &options).await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_failure_says_what_can_be_done_and_is_accessible() -> Result<()> {
    let driver = Driver::start().await?;
    for dark in [false, true] {
        let stack = Stack::start(&[]).await?;
        let window = Window { dark, ..Window::default() };
        let (customer, server) = chat(&driver, &stack, "loadTimeout=3", window).await?;
        devtools::hold(&customer.client, "/fish-messaging/").await?;
        server.say(PAYMENT).await?;
        phase(&customer, "failed").await?;
        fine(&customer, "failed").await?;
        let words = text_of(&customer, ".cx-speechstorm-view").await?;
        assert!(words.contains("Try again") && words.contains("Continue in the chat"), "{words}");
        devtools::release(&customer.client).await?;
        browser::click(&customer.client, ".cx-speechstorm-retry").await?;
        customer.begin_payment().await?;
    }
    Ok(())
}

#[tokio::test]
async fn consent_is_asked_for_and_no_means_no() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = payment(&driver, &stack, "consent=true", Window::default()).await?;
    phase(&customer, "consenting").await?;
    assert!(!is_there(&customer.client, FRAME).await?, "nothing is loaded before the customer agrees");
    browser::click(&customer.client, ".cx-speechstorm-no").await?;
    until_true("our window has gone", async || Ok(!is_there(&customer.client, SHELL).await?)).await?;
    server.hears("Client", "microapp:progress:declined").await?;
    customer.saw_no_line().await
}

#[tokio::test]
async fn a_second_tab_says_where_the_form_is_and_takes_it_over() -> Result<()> {
    two_tabs("").await
}

/// Pages without https have no Web Locks; the tabs agree over a BroadcastChannel.
#[tokio::test]
async fn without_web_locks_the_tabs_agree_all_the_same() -> Result<()> {
    two_tabs("Object.defineProperty(navigator, 'locks', { value: undefined });").await
}

/// `script` runs first in every document.
async fn two_tabs(script: &str) -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let customer = Customer::visit(&driver, &stack, "/assets/mark.svg", Window::default()).await?;
    browser::run_first(&customer.client, script).await?;
    customer.client.goto(&format!("{}/placements/", stack.site)).await?;
    customer.start_chat().await?;
    let server = DeskApi::accept(&stack).await?;
    server.say(PAYMENT).await?;
    customer.begin_payment().await?;
    // Else the other tab could be faster than the step.
    customer.enter_app("[data-testid=card]").await?;
    customer.leave_app().await?;
    let first = customer.client.window().await?;
    let address = customer.client.current_url().await?;
    customer.client.new_tab().await?;
    browser::run_first(&customer.client, script).await?;
    customer.client.goto(address.as_str()).await?;
    phase(&customer, "elsewhere").await?;
    fine(&customer, "elsewhere").await?;
    assert!(!is_there(&customer.client, FRAME).await?);
    browser::click(&customer.client, ".cx-speechstorm-here").await?;
    customer.enter_card(CARD).await?;
    customer.pay().await?;
    server.hears("Client", "microapp:progress:ended").await?;
    customer.client.switch_to_window(first).await?;
    until_true("the first tab has let go", async || Ok(!is_there(&customer.client, FRAME).await?)).await?;
    assert_eq!(server.record().await?["microapps"].as_array().unwrap().len(), 1, "the same session");
    Ok(())
}

#[tokio::test]
async fn closing_while_at_work_needs_a_second_word() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = payment(&driver, &stack, "", Window::default()).await?;
    customer.begin_payment().await?;
    let close = browser::find(&customer.client, CLOSE).await?;
    close.send_keys(ESCAPE).await?;
    let active = "document.activeElement.dataset.act";
    assert_eq!(eval(&customer.client, active).await?, "stay", "the harmless answer has the focus");
    browser::find(&customer.client, ".cx-speechstorm-stay").await?.send_keys(ESCAPE).await?;
    assert!(!is_there(&customer.client, ".cx-speechstorm-confirm-close").await?, "Escape takes the question back");
    eval_true(&customer, "document.activeElement.id === 'speechstorm_webivr_iframe'").await?;
    browser::click(&customer.client, CLOSE).await?;
    browser::click(&customer.client, ".cx-speechstorm-confirm-close").await?;
    customer.app_is_gone().await?;
    server.hears("Client", "microapp:progress:closed").await
}

#[tokio::test]
async fn focus_comes_in_and_goes_back_but_not_from_a_half_written_message() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, server) = chat(&driver, &stack, "", Window::default()).await?;
    let in_input = "document.activeElement.matches('[data-testid=chat-input]')";
    browser::click(&customer.client, "[data-testid=chat-input]").await?;
    server.say(PAYMENT).await?;
    phase(&customer, "running").await?;
    eval_true(&customer, "document.activeElement.matches('.cx-speechstorm h2')").await?;
    let named = "document.getElementById(document.querySelector('[role=dialog].cx-speechstorm').getAttribute('aria-labelledby')).textContent";
    assert_eq!(eval(&customer.client, named).await?, "Secure payment", "what the app calls itself");
    browser::find(&customer.client, CLOSE).await?.send_keys(ESCAPE).await?;
    browser::click(&customer.client, ".cx-speechstorm-confirm-close").await?;
    customer.app_is_gone().await?;
    eval_true(&customer, in_input).await?;

    browser::type_into(&customer.client, "[data-testid=chat-input]", "I wanted to").await?;
    server.say(PAYMENT).await?;
    phase(&customer, "running").await?;
    eval_true(&customer, in_input).await
}

#[tokio::test]
async fn the_overlay_keeps_the_keyboard_in() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, _server) = payment(&driver, &stack, "placement=overlay", Window::default()).await?;
    phase(&customer, "running").await?;
    browser::click(&customer.client, CLOSE).await?;
    for _ in 0..12 {
        let inside = "document.activeElement === document.body || !!document.activeElement.closest('.cx-speechstorm')";
        assert_eq!(eval(&customer.client, inside).await?, true);
        customer.client.active_element().await?.send_keys(TAB).await?;
    }
    Ok(())
}

#[tokio::test]
async fn targets_are_large_and_nothing_is_cut_off_at_320_pixels_and_twice_the_text() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, _server) = payment(&driver, &stack, "consent=true", Window::default()).await?;
    devtools::screen(&customer.client, 320, 640, 1.0).await?;
    phase(&customer, "consenting").await?;
    let large = "document.documentElement.style.fontSize = '200%'";
    customer.client.execute(large, Vec::new()).await?;
    let small =
        "[...document.querySelectorAll('.cx-speechstorm button')].map((button) => button.getBoundingClientRect())
        .filter((box) => box.width < 24 || box.height < 24 || box.left < 0 || box.right > innerWidth).length";
    assert_eq!(eval(&customer.client, small).await?, 0);
    let wide = "[...document.querySelectorAll('.cx-speechstorm-view, .cx-speechstorm-shell')]
        .filter((part) => part.scrollWidth > part.clientWidth).length";
    assert_eq!(eval(&customer.client, wide).await?, 0);
    browser::click(&customer.client, ".cx-speechstorm-yes").await?;
    customer.begin_payment().await?;
    // The longest title and step that an app can have, at twice the text on a small phone.
    let long = "document.querySelectorAll('.cx-speechstorm-header h2, .cx-speechstorm-step')
        .forEach((part) => (part.textContent = 'Zahlungsverkehrsabwicklung '.repeat(4)))";
    customer.client.execute(long, Vec::new()).await?;
    let cut = "[...document.querySelectorAll('.cx-speechstorm-header h2, .cx-speechstorm-step')]
        .filter((part) => part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight + 1).length";
    assert_eq!(eval(&customer.client, cut).await?, 0);
    let full = format!("document.querySelector({SHELL:?}).getBoundingClientRect().width");
    let all = eval(&customer.client, "document.documentElement.clientWidth").await?;
    assert_eq!(eval(&customer.client, &full).await?, all, "full screen, beside the scroll bar of the page");
    Ok(())
}

#[tokio::test]
async fn german_and_arabic_and_the_integrators_own_words() -> Result<()> {
    let driver = Driver::start().await?;
    for (options, lang, dir, close, status) in [
        ("lang=de", "de", "ltr", "Schließen", "Sicher: Ihre Eingaben kann im Chat niemand sehen."),
        ("lang=ar", "ar", "rtl", "إغلاق", "آمن: لا يمكن للموظف رؤية ما تُدخله."),
        ("lang=xx", "en", "ltr", "Close", "Secure: your agent cannot see what you enter."),
    ] {
        let stack = Stack::start(&[]).await?;
        let (customer, _server) = payment(&driver, &stack, options, Window::default()).await?;
        phase(&customer, "running").await?;
        let selector = format!("{SHELL}[lang={lang}][dir={dir}]");
        until_true(&selector, async || is_there(&customer.client, &selector).await).await?;
        assert_eq!(text_of(&customer, ".cx-speechstorm-status").await?, status);
        let label = browser::find(&customer.client, CLOSE).await?.attr("aria-label").await?;
        assert_eq!(label.as_deref(), Some(close));
        fine(&customer, options).await?;
    }
    let stack = Stack::start(&[]).await?;
    let (customer, _server) = payment(&driver, &stack, "lang=de&words=Unter+uns.", Window::default()).await?;
    phase(&customer, "running").await?;
    until_true("the integrator's own words", async || {
        Ok(text_of(&customer, ".cx-speechstorm-status").await? == "Unter uns.")
    })
    .await?;
    let label = browser::find(&customer.client, CLOSE).await?.attr("aria-label").await?;
    assert_eq!(label.as_deref(), Some("Schließen"), "and the file's for the others");
    Ok(())
}

#[tokio::test]
async fn the_theme_follows_widgets() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, _server) = placements::payment(&driver, &stack, "hostTheme=light", Window::default()).await?;
    phase(&customer, "running").await?;
    for theme in ["dark", "light"] {
        let switch = format!("window._genesys.widgets.bus.command('App.setTheme', {{ theme: '{theme}' }})");
        customer.client.execute(&switch, Vec::new()).await?;
        let selector = format!("{SHELL}[data-theme={theme}]");
        until_true(&selector, async || is_there(&customer.client, &selector).await).await?;
    }
    Ok(())
}

#[tokio::test]
async fn progress_is_announced() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, _server) = payment(&driver, &stack, "", Window::default()).await?;
    customer.begin_payment().await?;
    until_true("the block is announced", async || {
        Ok(text_of(&customer, ".cx-speechstorm-step[role=status]").await?.contains("Card Details"))
    })
    .await?;
    let value = "document.querySelector('.cx-speechstorm [role=progressbar]').getAttribute('aria-valuetext')";
    assert!(eval(&customer.client, value).await?.as_str().unwrap().contains("Card Details"));
    Ok(())
}

#[tokio::test]
async fn an_interrupted_chat_is_said() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, _server) = payment(&driver, &stack, "", Window::default()).await?;
    customer.begin_payment().await?;
    devtools::go_offline(&customer.client).await?;
    let notice = text_of(&customer, ".cx-speechstorm-notice").await?;
    assert!(notice.contains("interrupted"), "{notice}");
    fine(&customer, "offline").await
}

/// The drop-in's sheet comes after all of the page's, so the page must win by other means.
#[tokio::test]
async fn the_page_can_set_its_own_colours() -> Result<()> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let (customer, _server) = payment(&driver, &stack, "", Window::default()).await?;
    let brand = "const sheet = new CSSStyleSheet();
        sheet.replaceSync('.cx-speechstorm { --cx-speechstorm-accent: rgb(102, 0, 102); }');
        document.adoptedStyleSheets = [sheet, ...document.adoptedStyleSheets];";
    customer.client.execute(brand, Vec::new()).await?;
    let header = "getComputedStyle(document.querySelector('.cx-speechstorm-header')).backgroundColor";
    assert_eq!(eval(&customer.client, header).await?, "rgb(102, 0, 102)");
    Ok(())
}

#[test]
fn every_language_has_every_text() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |path: &std::path::Path| -> serde_json::Map<String, serde_json::Value> {
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    };
    let source = std::fs::read_to_string(root.join("pkg-template/edge/language.js")).unwrap();
    let english = read(&root.join("pkg-template/lang/en.json"));
    let mut keys: Vec<_> = english.keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert!(keys.len() > 25, "{keys:?}");
    let mut languages = 0;
    for file in std::fs::read_dir(root.join("pkg-template/lang")).unwrap() {
        let path = file.unwrap().path();
        let texts = read(&path);
        let mut theirs: Vec<_> = texts.keys().map(String::as_str).collect();
        theirs.sort_unstable();
        assert_eq!(theirs, keys, "{}", path.display());
        assert!(texts.values().all(|text| text.as_str().is_some_and(|text| !text.is_empty())), "{}", path.display());
        let code = path.file_stem().unwrap().to_str().unwrap();
        assert!(source.contains(&format!("'{code}'")), "{code} is among the files that are asked for");
        languages += 1;
    }
    assert_eq!(languages, 15);
}
