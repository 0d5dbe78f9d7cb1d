//! The customer, at the website.

use crate::bidi;
use crate::browser::{self, Browser, Driver, Window, click, eval, find, is_there, press, type_into};
use crate::leaks;
use crate::secrets::{self, Scenario};
use crate::stack::Stack;
use crate::wait::until_true;
use anyhow::{Context, Result};
use fantoccini::wd::Locator;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The MicroApp's frame.
pub const FRAME: &str = "#speechstorm_webivr_iframe";
/// Our panel.
pub const PANEL: &str = ".cx-speechstorm-panel";
/// The panel's close button.
pub const CLOSE: &str = ".cx-speechstorm-close";
/// The button that confirms closing while the MicroApp runs.
pub const CONFIRM_CLOSE: &str = ".cx-speechstorm-confirm-close";
/// A card number that the Payment MicroApp approves.
pub const CARD: &str = "4111111111111111";

/// What the form of the chat asks.
const VISITOR: [(&str, &str); 3] = [
    ("[data-testid=chat-firstname]", "Jamie"),
    ("[data-testid=chat-lastname]", "Rivers"),
    ("[data-testid=chat-subject]", "My October statement"),
];

/// What the form of the Payment MicroApp asks.
fn card(number: &str) -> [(&str, &str); 4] {
    [("[name=number]", number), ("[name=expiry]", "12/39"), ("[name=code]", "737"), ("[name=name]", "Jamie Rivers")]
}

/// A customer with a browser of their own; every page is watched for leaks. When the customer leaves, which is when this is
/// dropped, nothing secret may have been left behind ([`secrets`]): otherwise it panics.
pub struct Customer {
    /// The browser.
    pub client: Browser,
    scenario: Mutex<Scenario>,
}

#[allow(clippy::panic, reason = "a drop has no other way to fail a test")]
impl Drop for Customer {
    fn drop(&mut self) {
        // Why: the test has failed already, and a second panic would hide why.
        if std::thread::panicking() {
            return;
        }
        let (bidi, scenario) = (self.client.bidi().clone(), std::mem::take(&mut *self.scenario()));
        match bidi::wait_for(async move { secrets::found(&bidi, &scenario).await }) {
            Ok(found) => assert!(found.is_empty(), "secrets were left behind:\n{}", found.join("\n")),
            Err(error) => panic!("nobody could look for secrets: {error:#}"),
        }
    }
}

impl Customer {
    /// Opens a page of the website.
    ///
    /// # Errors
    /// When the browser does not start.
    pub async fn visit(driver: &Driver, stack: &Stack, page: &str, window: Window) -> Result<Customer> {
        Customer::visit_with(driver, &format!("{}{page}", stack.site), window, "").await
    }

    /// The same by its whole address, and `first` runs before the page's own scripts.
    ///
    /// # Errors
    /// When the browser does not start.
    pub async fn visit_with(driver: &Driver, address: &str, window: Window, first: &str) -> Result<Customer> {
        let client = driver.open(window).await?;
        leaks::watch(&client).await?;
        secrets::watch(&client).await?;
        browser::run_first(&client, first).await?;
        client.goto(address).await?;
        let site = url::Url::parse(address)?.origin().ascii_serialization();
        Ok(Customer { client, scenario: Mutex::new(Scenario { site, ..Scenario::default() }) })
    }

    /// Leaves the page, where nothing secret may have been left behind, for one of another website.
    ///
    /// # Errors
    /// When something was, or the browser has gone.
    pub async fn moves_to(&self, address: &str) -> Result<()> {
        let scenario = std::mem::take(&mut *self.scenario());
        if !scenario.site.is_empty() {
            let found = secrets::found(self.client.bidi(), &scenario).await?;
            anyhow::ensure!(found.is_empty(), "secrets were left behind:\n{}", found.join("\n"));
        }
        self.scenario().site = url::Url::parse(address)?.origin().ascii_serialization();
        Ok(self.client.goto(address).await?)
    }

    /// The chat shows these lines although they look like secrets: the scenario is about a line that is not hidden.
    pub fn may_be_shown(&self, text: &str) {
        self.scenario().shown.extend(text.lines().map(String::from));
    }

    fn scenario(&self) -> MutexGuard<'_, Scenario> {
        self.scenario.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a chat through the form.
    ///
    /// # Errors
    /// When the chat window does not do its part.
    pub async fn start_chat(&self) -> Result<()> {
        click(&self.client, "[data-testid=chat-launcher]").await?;
        browser::fill(&self.client, &VISITOR).await?;
        self.send_form().await
    }

    /// The same, typing.
    ///
    /// # Errors
    /// When the chat window does not do its part.
    pub async fn start_chat_by_hand(&self) -> Result<()> {
        click(&self.client, "[data-testid=chat-launcher]").await?;
        for (field, text) in VISITOR {
            type_into(&self.client, field, text).await?;
        }
        self.send_form().await
    }

    async fn send_form(&self) -> Result<()> {
        click(&self.client, "[data-testid=chat-start]").await?;
        find(&self.client, "[data-testid=chat-input]").await.map(|_| ())
    }

    /// Sends a chat message.
    ///
    /// # Errors
    /// When the chat window is not there.
    pub async fn say(&self, text: &str) -> Result<()> {
        self.scenario().said.push(text.into());
        type_into(&self.client, "[data-testid=chat-input]", text).await?;
        click(&self.client, "[data-testid=chat-send]").await
    }

    /// Waits until the chat window shows this text.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn reads(&self, text: &str) -> Result<()> {
        until_true(&format!("the chat shows {text:?}"), async || {
            let transcript = self.client.find(Locator::Css("[data-testid=chat-transcript]")).await?;
            Ok(transcript.text().await?.contains(text))
        })
        .await
    }

    /// Waits until the MicroApp's frame shows this element, and goes into the frame.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn enter_app(&self, selector: &str) -> Result<()> {
        until_true(&format!("the MicroApp shows {selector}"), async || {
            self.leave_app().await?;
            self.client.find(Locator::Css(FRAME)).await?.enter_frame().await?;
            is_there(&self.client, selector).await
        })
        .await
    }

    /// Waits until this element of the MicroApp says this, whichever MicroApp is in the frame by then.
    ///
    /// # Errors
    /// When it does not.
    pub async fn reads_in_app(&self, selector: &str, text: &str) -> Result<()> {
        until_true(&format!("the MicroApp's {selector} says {text}"), async || {
            self.leave_app().await?;
            self.client.find(Locator::Css(FRAME)).await?.enter_frame().await?;
            Ok(self.client.find(Locator::Css(selector)).await?.text().await?.contains(text))
        })
        .await?;
        self.leave_app().await
    }

    /// Goes back from the frame to the page.
    ///
    /// # Errors
    /// When the browser has gone.
    pub async fn leave_app(&self) -> Result<()> {
        Ok(self.client.enter_parent_frame().await?)
    }

    /// Continues from the MicroApp's first block.
    ///
    /// # Errors
    /// When the app does not show it.
    pub async fn begin_payment(&self) -> Result<()> {
        self.enter_app("[data-testid=begin]").await?;
        press(&self.client, "[data-testid=begin]").await?;
        self.leave_app().await
    }

    /// Fills the card form and sends it.
    ///
    /// # Errors
    /// When the app does not show it.
    pub async fn enter_card(&self, number: &str) -> Result<()> {
        self.enter_app("[data-testid=card]").await?;
        browser::fill(&self.client, &card(number)).await?;
        self.send_card().await
    }

    /// The same, typing.
    ///
    /// # Errors
    /// When the app does not show it.
    pub async fn enter_card_by_hand(&self, number: &str) -> Result<()> {
        self.enter_app("[data-testid=card]").await?;
        for (field, text) in card(number) {
            type_into(&self.client, field, text).await?;
        }
        self.send_card().await
    }

    async fn send_card(&self) -> Result<()> {
        press(&self.client, "[data-testid=card]").await?;
        self.leave_app().await
    }

    /// Pays on the review block and waits for the result.
    ///
    /// # Errors
    /// When the app does not show it.
    pub async fn pay(&self) -> Result<()> {
        self.enter_app("[data-testid=pay]").await?;
        press(&self.client, "[data-testid=pay]").await?;
        self.enter_app("[data-testid=reference]").await?;
        self.leave_app().await
    }

    /// Closes the window in the middle of the MicroApp, and confirms it.
    ///
    /// # Errors
    /// When the window does not ask.
    pub async fn close_app(&self) -> Result<()> {
        click(&self.client, CLOSE).await?;
        click(&self.client, CONFIRM_CLOSE).await
    }

    /// Waits until no MicroApp is on the page.
    ///
    /// # Errors
    /// When it stays.
    pub async fn app_is_gone(&self) -> Result<()> {
        until_true("the MicroApp has gone", async || Ok(!is_there(&self.client, FRAME).await?)).await
    }

    /// Fails when a MicroApp line was ever in the page's DOM.
    ///
    /// # Errors
    /// When it was.
    pub async fn saw_no_line(&self) -> Result<()> {
        let leaks = leaks::count(&self.client).await?;
        anyhow::ensure!(leaks == 0, "a MicroApp line was in the DOM {leaks} times");
        Ok(())
    }

    /// The names of the DOM events of the plugin since [`Customer::record_events`].
    ///
    /// # Errors
    /// When they were not recorded.
    pub async fn events(&self) -> Result<Vec<String>> {
        let events = eval(&self.client, "window.__events").await?;
        let events = events.as_array().context("not recorded")?;
        Ok(events.iter().filter_map(|event| event.as_str()).map(String::from).collect())
    }

    /// Records the plugin's DOM events of this page from now on.
    ///
    /// # Errors
    /// When the browser has gone.
    pub async fn record_events(&self) -> Result<()> {
        let script = "window.__events = [];
            for (const name of ['requested', 'loading', 'opened', 'closed', 'progress', 'ended', 'failed'])
              document.addEventListener('cx-speechstorm:' + name, (event) => {
                const data = event.detail;
                window.__events.push([name, data.milestone || data.code].filter(Boolean).join(' '));
              });";
        self.client.execute(script, Vec::new()).await?;
        Ok(())
    }

    /// Takes a picture.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn picture(&self, file: &Path) -> Result<()> {
        browser::picture(&self.client, file).await
    }
}
