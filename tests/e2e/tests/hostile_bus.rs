//! A bus that does not do its part: another script's hook throws, or the chat service never answers.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::Result;
use e2e::browser::{self, Driver, Window, eval, is_there};
use e2e::customer::{CARD, CLOSE, Customer, FRAME};
use e2e::desk_api::{DeskApi, PAYMENT};
use e2e::placements::SHELL;
use e2e::stack::Stack;
use e2e::wait::until_true;
use serde_json::{Value, json};

/// Another plugin with a hook on these commands of the chat service; it throws for as long as the page says so, and what it
/// throws at is neither carried out nor answered.
const HOOK: &str = "window.__broken = true;
    const other = CXBus.registerPlugin('Other');
    for (const name of arguments[0]) other.before('WebChatService.' + name, (data) => {
      if (window.__broken) throw new Error('broken hook');
      return data;
    });";

/// Once the page says so, what the plugin asks the chat service for is never answered and never done.
const MUTE: &str =
    "const silent = { done: () => silent, fail: () => silent, always: () => silent, then: () => silent };
    let bus;
    Object.defineProperty(window, 'CXBus', { get: () => bus, set: (real) => {
      bus = real;
      const register = real.registerPlugin;
      real.registerPlugin = (name) => {
        const plugin = register.call(real, name);
        if (!plugin || name !== 'CXSpeechStorm') return plugin;
        const command = plugin.command;
        plugin.command = (target, data) =>
          window.__mute && target.startsWith('WebChatService.') ? silent : command.call(plugin, target, data);
        return plugin;
      };
    } });";

struct Scene {
    _stack: Stack,
    customer: Customer,
    agent: DeskApi,
}

impl Scene {
    /// A chat without a MicroApp; `first` runs before the page's own scripts.
    async fn chat(first: &str) -> Result<Scene> {
        let stack = Stack::start(&[]).await?;
        let driver = Driver::start().await?;
        let customer = Customer::visit_with(&driver, &stack.site, Window::default(), first).await?;
        customer.record_events().await?;
        customer.start_chat().await?;
        let agent = DeskApi::accept(&stack).await?;
        Ok(Scene { _stack: stack, customer, agent })
    }

    async fn break_with_hook(&self, commands: &[&str]) -> Result<()> {
        self.customer.client.execute(HOOK, vec![json!(commands)]).await?;
        Ok(())
    }

    /// Whatever the plugin does or not, customer and agent can talk, and no line is seen.
    async fn chat_is_usable(&self, text: &str) -> Result<()> {
        self.customer.say(text).await?;
        self.agent.hears("Client", text).await?;
        let answer = format!("Heard: {text}");
        self.agent.say(&answer).await?;
        self.customer.reads(&answer).await?;
        self.customer.saw_no_line().await
    }

    async fn waits_for(&self, event: &str) -> Result<()> {
        until_true(event, async || Ok(self.customer.events().await?.iter().any(|seen| seen == event))).await
    }

    async fn pays(&self) -> Result<()> {
        self.agent.say(PAYMENT).await?;
        self.customer.begin_payment().await?;
        self.customer.enter_card(CARD).await?;
        self.customer.pay().await
    }
}

#[tokio::test]
async fn a_hook_that_throws_before_the_session_data_leaves_the_chat_usable() -> Result<()> {
    let scene = Scene::chat("").await?;
    scene.break_with_hook(&["getSessionData"]).await?;
    scene.agent.say(PAYMENT).await?;
    scene.waits_for("failed no_session").await?;
    assert!(!is_there(&scene.customer.client, FRAME).await?);
    assert!(!is_there(&scene.customer.client, SHELL).await?);
    scene.chat_is_usable("Nothing opens.").await?;
    // The next request finds the hook mended.
    scene.customer.client.execute("window.__broken = false", Vec::new()).await?;
    scene.pays().await?;
    scene.agent.hears("Client", "microapp:progress:ended").await?;
    scene.customer.saw_no_line().await
}

#[tokio::test]
async fn a_hook_that_throws_before_every_report_holds_nobody_up() -> Result<()> {
    let scene = Scene::chat("").await?;
    scene.break_with_hook(&["sendFilteredMessage", "wake"]).await?;
    scene.pays().await?;
    scene.waits_for("ended").await?;
    browser::click(&scene.customer.client, CLOSE).await?;
    scene.customer.app_is_gone().await?;
    scene.chat_is_usable("I have paid.").await?;
    assert!(!scene.agent.texts_of("Client").await?.iter().any(|text| text.starts_with("microapp:")));
    Ok(())
}

#[tokio::test]
async fn a_chat_service_that_never_answers_leaves_the_chat_usable() -> Result<()> {
    let scene = Scene::chat(MUTE).await?;
    scene.customer.client.execute("window.__mute = true", Vec::new()).await?;
    scene.agent.say(PAYMENT).await?;
    scene.waits_for("failed no_session").await?;
    assert!(!is_there(&scene.customer.client, FRAME).await?);
    scene.chat_is_usable("Nothing opens.").await?;
    scene.customer.client.execute("window.__mute = false", Vec::new()).await?;
    scene.pays().await
}

#[tokio::test]
async fn every_command_settles_although_the_chat_service_never_answers() -> Result<()> {
    let scene = Scene::chat(MUTE).await?;
    let client = &scene.customer.client;
    let commands = "window.__mute = true;
        window.__settled = {};
        const page = CXBus.registerPlugin('Page');
        window.__send = (label, command, data) => page.command('CXSpeechStorm.' + command, data)
          .done(() => { window.__settled[label] = 'done'; })
          .fail((error) => { window.__settled[label] = error.code; });
        __send('configure', 'configure', { size: 'compact' });
        __send('badly', 'configure', { size: 7 });
        __send('nothing to close', 'close', {});
        __send('incomplete', 'open', { chatMessage: 'x' });
        __send('open', 'open', { appToken: 'T3NB68E-' });";
    client.execute(commands, Vec::new()).await?;
    settled(&scene, &["configure", "badly", "nothing to close", "incomplete", "open"]).await?;
    client.execute("__send('close', 'close', {}); __send('close again', 'close', {});", Vec::new()).await?;
    settled(&scene, &["close", "close again"]).await?;
    assert_eq!(
        eval(client, "window.__settled").await?,
        json!({
            "configure": "done",
            "badly": "bad_config",
            "nothing to close": "not_open",
            "incomplete": "bad_command",
            "open": "done",
            "close": "done",
            "close again": "done",
        })
    );
    scene.customer.app_is_gone().await?;
    scene.chat_is_usable("All is quiet.").await
}

async fn settled(scene: &Scene, labels: &[&str]) -> Result<()> {
    until_true(&format!("{labels:?} are settled"), async || {
        let settled = eval(&scene.customer.client, "window.__settled").await?;
        Ok(labels.iter().all(|label| settled.get(label).is_some_and(Value::is_string)))
    })
    .await
}
