//! The agent, at the desk.

use crate::browser::{self, Browser, Driver, Window, click, find, is_there, type_into};
use crate::stack::Stack;
use crate::wait::until_true;
use anyhow::Result;
use fantoccini::wd::Locator;
use std::path::Path;

/// An agent with a browser of their own.
pub struct Agent {
    /// The browser.
    pub client: Browser,
}

impl Agent {
    /// Opens the desk and logs in.
    ///
    /// # Errors
    /// When the desk does not come up.
    pub async fn log_in(driver: &Driver, stack: &Stack, window: Window) -> Result<Agent> {
        let client = driver.open(window).await?;
        client.goto(&stack.desk).await?;
        click(&client, "[data-testid=login-submit]").await?;
        Ok(Agent { client })
    }

    /// Accepts the chat that waits.
    ///
    /// # Errors
    /// When none comes.
    pub async fn accept(&self) -> Result<()> {
        click(&self.client, "[data-testid=chat-item]").await?;
        click(&self.client, "[data-testid=accept]").await?;
        find(&self.client, "[data-testid=composer]").await.map(|_| ())
    }

    /// Sends a chat message.
    ///
    /// # Errors
    /// When the desk does not take it.
    pub async fn say(&self, text: &str) -> Result<()> {
        type_into(&self.client, "[data-testid=composer]", text).await?;
        self.send().await
    }

    /// Inserts the standard response that asks for a payment, with the vendor's example values.
    ///
    /// # Errors
    /// When the desk does not offer it.
    pub async fn insert_payment(&self) -> Result<()> {
        click(&self.client, "[data-testid=standard-response-payment]").await?;
        for (field, value) in [("account", "1234567"), ("amount", "USD77.80")] {
            let field = find(&self.client, &format!("[data-testid=response-{field}]")).await?;
            field.clear().await?;
            field.send_keys(value).await?;
        }
        click(&self.client, "[data-testid=response-insert]").await
    }

    /// Sends what is in the composer.
    ///
    /// # Errors
    /// When the desk does not take it.
    pub async fn send(&self) -> Result<()> {
        click(&self.client, "[data-testid=send]").await
    }

    /// Waits until the transcript shows this text.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn reads(&self, text: &str) -> Result<()> {
        until_true(&format!("the desk shows {text:?}"), async || {
            Ok(self.client.find(Locator::Css("[data-testid=transcript]")).await?.text().await?.contains(text))
        })
        .await
    }

    /// Waits until the transcript shows this milestone.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn sees_milestone(&self, milestone: &str) -> Result<()> {
        let row = format!("[data-testid=microapp-status][data-milestone={milestone:?}]");
        until_true(&format!("the desk shows the milestone {milestone}"), async || is_there(&self.client, &row).await)
            .await
    }

    /// Waits until the MicroApp's card is in this state.
    ///
    /// # Errors
    /// When it does not get there.
    pub async fn sees_state(&self, state: &str) -> Result<()> {
        let card = format!("[data-testid=microapp-card][data-state={state}]");
        until_true(&format!("the MicroApp's card says {state}"), async || is_there(&self.client, &card).await).await
    }

    /// Waits until Case Information has this value.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn sees_case(&self, key: &str, value: &str) -> Result<()> {
        let row = format!("[data-testid=case-info] [data-key={key:?}]");
        until_true(&format!("Case Information has {key} = {value}"), async || {
            Ok(self.client.find(Locator::Css(&row)).await?.text().await?.contains(value))
        })
        .await
    }

    /// Scrolls to Case Information, as one who wants to read it does.
    ///
    /// # Errors
    /// When the browser has gone.
    pub async fn looks_at_case(&self) -> Result<()> {
        let script = "document.querySelector('[data-testid=case-info]').closest('section').scrollIntoView();";
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
