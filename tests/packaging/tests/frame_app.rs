//! The documents' examples for apps inside the frame, bundled from the installed package, framed by the plugin, and heard by the
//! page and the agent.
#![allow(clippy::unwrap_used, missing_docs)]

use anyhow::{Result, ensure};
use e2e::browser::{self, Driver, Window, eval};
use e2e::customer::{CLOSE, Customer};
use e2e::desk_api::DeskApi;
use e2e::wait::until_true;
use packaging::npm::Project;
use packaging::page::Page;
use packaging::server::Site;

use crate::examples::named;
use crate::npm::ESBUILD;

/// The website in the examples, which only the test's server knows.
const WEBSITE: &str = "https://www.example";

/// The page of an app with this script, in the words of docs/extend.md.
fn app(script: &str) -> String {
    format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>App</title><link rel=icon href='data:,'>\
         <script type=module src=/app/{script}></script></head>\
         <body><button id=begin>Begin</button><button id=pay>Pay</button></body></html>"
    )
}

/// Waits until the window's part with this class says this.
async fn window_says(customer: &Customer, part: &str, text: &str) -> Result<()> {
    until_true(&format!("the window's {part} says {text}"), async || {
        let said = format!("document.querySelector('.cx-speechstorm-shell {part}')?.textContent");
        Ok(eval(&customer.client, &said).await? == text)
    })
    .await
}

/// By keyboard: a click can go past a button while the frame grows.
async fn press(customer: &Customer, button: &str) -> Result<()> {
    const ENTER: &str = "\u{e007}";
    customer.enter_app(button).await?;
    browser::type_into(&customer.client, button, ENTER).await?;
    customer.leave_app().await
}

#[tokio::test]
async fn an_app_of_ones_own_speaks_with_the_page_as_the_documents_show() -> Result<()> {
    let (extend, readme) = (named("docs/extend.md", "frame-app.ts"), named("pkg-template/README.md", "frame.js"));
    let project = Project::with("frame-app", &[("extend.ts", &extend), ("readme.js", &readme)]).await?;
    project.run(ESBUILD, &["extend.ts", "readme.js", "--bundle", "--format=esm", "--outdir=out"]).await?;
    let out = project.folder.join("out");
    let site = Site::with_apps("frame-app", &Page::with("cx-speechstorm.js"), &out).await?;
    for (token, script) in [("EXTEND-", "extend.js"), ("README-", "readme.js")] {
        let text = std::fs::read_to_string(out.join(script))?;
        ensure!(text.contains(WEBSITE), "the example names its page otherwise: {text}");
        std::fs::write(out.join(script), text.replace(WEBSITE, &site.origin))?;
        std::fs::write(out.join(format!("{token}.html")), app(script))?;
    }
    let customer =
        Customer::visit_with(&Driver::start().await?, &format!("{}/", site.origin), Window::default(), "").await?;
    customer.record_events().await?;
    customer.start_chat().await?;
    let agent = DeskApi::accept(&site.stack).await?;

    agent.say("microapp://app/EXTEND-/Form").await?;
    window_says(&customer, "h2", "Secure payment").await?;
    window_says(&customer, ".cx-speechstorm-step", "1 / 2 · Welcome").await?;
    customer.enter_app("html[data-theme=light]").await?;
    customer.leave_app().await?;
    press(&customer, "#begin").await?;
    window_says(&customer, ".cx-speechstorm-step", "2 / 2 · Card Details").await?;
    press(&customer, "#pay").await?;
    agent.hears("Client", "microapp:progress:ended").await?;
    let events = ["requested", "loading", "opened", "progress block:Card Details", "ended"];
    ensure!(customer.events().await? == events, "{:?}", customer.events().await?);
    browser::click(&customer.client, CLOSE).await?;
    customer.app_is_gone().await?;

    agent.say("microapp://app/README-/Form").await?;
    window_says(&customer, "h2", "Secure payment").await?;
    customer.close_app().await?;
    customer.app_is_gone().await?;
    customer.saw_no_line().await
}
