//! The customer on an integrator's page: chats, is asked to pay, and either does a step in the app, or learns nothing while
//! the agent learns why.

use crate::page::Page;
use crate::server::{Conditions, Site};
use anyhow::{Result, ensure};
use e2e::browser::{self, Driver, Window, eval};
use e2e::customer::{Customer, FRAME};
use e2e::desk_api::{DeskApi, PAYMENT};
use e2e::stack::Stack;
use e2e::wait::until_true;
use serde_json::Value;

/// What must come of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The MicroApp opens, by WebAssembly.
    Opens,
    /// The MicroApp opens, by the build without WebAssembly.
    OpensWithoutWasm,
    /// Nothing opens, nothing is seen, and the agent is told this code; the console names the remedy, of which this is a
    /// part.
    Fails(&'static str, &'static str),
}

/// One page, and what must come of it.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Names the case, in words that may stand in a host name.
    pub name: &'static str,
    /// The page.
    pub page: Page,
    /// How its files are served.
    pub conditions: Conditions,
    /// The page that registers a service worker, visited before.
    pub before: Option<&'static str>,
    /// What must come of it.
    pub outcome: Outcome,
}

/// Keeps in `failures` what the plugin has said of them, for [`fails`], and in `refused` what the page's policy has refused; runs
/// before the scripts of the page.
pub const NOTE: &str = "Object.assign(window, { failures: [], refused: [] });
    document.addEventListener('cx-speechstorm:failed', ({ detail }) => window.failures.push(detail));
    document.addEventListener('securitypolicyviolation', ({ blockedURI }) => window.refused.push(blockedURI));";

/// Whether the page lets nobody give a script its address, in a browser that has Trusted Types.
const REFUSES_TEXT: &str = "(() => {
    if (!window.trustedTypes) return true;
    try { document.createElement('script').src = '/'; } catch { return true; }
    return false;
  })()";

/// Goes through all cases with one browser; fails with all that went wrong.
///
/// # Errors
/// When a case does not have its outcome.
pub async fn all(cases: &[Case]) -> Result<()> {
    let customer = Customer::visit_with(&Driver::start().await?, "about:blank", Window::default(), NOTE).await?;
    let mut wrong = Vec::new();
    for case in cases {
        if let Err(error) = one(&customer, case).await {
            wrong.push(format!("{}: {error:#}", case.name));
        }
    }
    ensure!(wrong.is_empty(), "{} of {} cases went wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    ensure!(!cases.is_empty(), "no cases");
    Ok(())
}

async fn one(customer: &Customer, case: &Case) -> Result<()> {
    let site = Site::with_page(case.name, &case.page, case.conditions).await?;
    if let Some(before) = case.before {
        customer.moves_to(&format!("{}{before}", site.origin)).await?;
        until_true("the service worker is in charge", async || {
            Ok(eval(&customer.client, "document.documentElement.dataset.worker").await? == "ready")
        })
        .await?;
    }
    customer.moves_to(&format!("{}/", site.origin)).await?;
    match case.outcome {
        Outcome::Opens | Outcome::OpensWithoutWasm => {
            opens(customer, &site.stack).await?;
            let by_javascript = has_loaded(customer, ".nowasm.").await?;
            ensure!(by_javascript == (case.outcome == Outcome::OpensWithoutWasm), "nowasm loaded: {by_javascript}");
        }
        Outcome::Fails(code, remedy) => fails(customer, &site.stack, code, remedy).await?,
    }
    if case.page.css == Some("none") {
        let styles = eval(&customer.client, "document.adoptedStyleSheets.length").await?;
        ensure!(styles == 0, "the plugin has brought its styles: {styles}");
    }
    let outdated = eval(&customer.client, "'outdated' in document.documentElement.dataset").await?;
    ensure!(outdated == false, "a script of another build has run");
    if case.page.trusted_types {
        ensure!(eval(&customer.client, REFUSES_TEXT).await? == true, "the page does not require Trusted Types");
    }
    if case.page.older.is_some() {
        let met = eval(&customer.client, "'older' in document.documentElement.dataset").await?;
        ensure!(met == true, "the plugin has not come across what makes the browser an older one");
    }
    Ok(())
}

/// The customer is asked to pay: the MicroApp opens, once, goes on by a step, and the line is never seen.
///
/// # Errors
/// When it does not.
pub async fn opens(customer: &Customer, stack: &Stack) -> Result<()> {
    customer.start_chat().await?;
    let agent = DeskApi::accept(stack).await?;
    agent.say(PAYMENT).await?;
    customer.begin_payment().await?;
    agent.hears("External", "microapp:progress:block:Card Details").await?;
    agent.say("Take your time.").await?;
    customer.reads("Take your time.").await?;
    ensure!(eval(&customer.client, "document.querySelectorAll('iframe').length").await? == 1, "not one frame");
    customer.saw_no_line().await
}

/// The customer is asked to pay on a page where that cannot be: sees nothing of it, the chat goes on, the agent learns why, and
/// both the page ([`NOTE`]) and the console are told this code and a remedy of which this is a part.
///
/// # Errors
/// When it is otherwise.
pub async fn fails(customer: &Customer, stack: &Stack, code: &str, remedy: &str) -> Result<()> {
    customer.start_chat().await?;
    let agent = DeskApi::accept(stack).await?;
    agent.say(PAYMENT).await?;
    agent.say("Can you see the form?").await?;
    customer.reads("Can you see the form?").await?;
    agent.hears("Client", &format!("microapp:progress:failed:{code}")).await?;
    ensure!(!browser::is_there(&customer.client, FRAME).await?, "a MicroApp opened");
    let told = eval(&customer.client, "window.failures.map(({ code, remedy }) => [code, remedy].join(' '))").await?;
    let told: Vec<_> = told.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let names = |text: &str| text.contains(code) && text.contains(remedy);
    ensure!(told.iter().copied().any(names), "the page is told otherwise: {told:?}");
    let console = browser::console(&customer.client).await?;
    let last = console.lines().rfind(|line| line.contains("CXSpeechStorm: ")).unwrap_or_default();
    ensure!(names(last), "the console says otherwise: {last}");
    customer.saw_no_line().await
}

/// Whether the page has loaded a file with this in its name.
///
/// # Errors
/// When the browser has gone.
pub async fn has_loaded(customer: &Customer, part: &str) -> Result<bool> {
    let names = format!("performance.getEntriesByType('resource').some(({{ name }}) => name.includes('{part}'))");
    Ok(eval(&customer.client, &names).await? == true)
}
