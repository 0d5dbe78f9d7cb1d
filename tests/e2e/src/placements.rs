//! The page of the website on which placement, size, theme and language are chosen by its address.

use crate::browser::{Driver, Window, is_there};
use crate::customer::Customer;
use crate::desk_api::{DeskApi, PAYMENT};
use crate::stack::Stack;
use crate::wait::until_true;
use anyhow::Result;

/// All of them.
pub const ALL: [&str; 6] = ["panel", "toaster", "dock", "overlay", "inline", "window"];

/// Our window, wherever it stands.
pub const SHELL: &str = ".cx-speechstorm-shell";

/// Has a customer start a chat on the page with these options, and an agent accept it.
///
/// # Errors
/// When the chat does not come about.
pub async fn chat(driver: &Driver, stack: &Stack, options: &str, window: Window) -> Result<(Customer, DeskApi)> {
    let page = format!("/placements/?container=%23here&{options}");
    let customer = Customer::visit(driver, stack, &page, window).await?;
    customer.start_chat().await?;
    let server = DeskApi::accept(stack).await?;
    Ok((customer, server))
}

/// The same, and the agent asks for a payment.
///
/// # Errors
/// When no window is shown.
pub async fn payment(driver: &Driver, stack: &Stack, options: &str, window: Window) -> Result<(Customer, DeskApi)> {
    let (customer, server) = chat(driver, stack, options, window).await?;
    server.say(PAYMENT).await?;
    until_true("our window is shown", async || is_there(&customer.client, SHELL).await).await?;
    Ok((customer, server))
}

/// Waits until our window is in this phase.
///
/// # Errors
/// When it does not get there.
pub async fn phase(customer: &Customer, phase: &str) -> Result<()> {
    let selector = format!("{SHELL}[data-phase={phase}]");
    until_true(&format!("the window's phase is {phase}"), async || is_there(&customer.client, &selector).await).await
}
