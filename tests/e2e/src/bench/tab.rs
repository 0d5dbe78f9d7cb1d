//! One measurement, in a tab of its own.

use super::{BATCH, REQUESTS, Who, milliseconds};
use crate::browser::{self, Browser, eval};
use crate::stack::Stack;
use crate::wait::until;
use anyhow::{Context, Result};
use serde_json::{Value, json};

/// A bus that costs nothing.
const BUS: &str = include_str!("../../bench/bus.js");

/// Notes when the plugin says that it is ready; both plugins say it on the document, too.
const NOTE: &str = "addEventListener('cx-speechstorm:ready', () => { window.__readyAt ??= performance.now(); }, true);";

/// Puts the script `arguments[0]` onto the page and gives the time in which the browser parses, compiles and evaluates it.
const EVALUATE: &str = "
    const evaluate = (text) => {
      const script = document.createElement('script');
      script.text = text;
      const begin = performance.now();
      document.head.append(script);
      return performance.now() - begin;
    };";

/// Where tabs are opened, and what they go to.
pub(super) struct Tab<'a> {
    pub(super) browser: &'a Browser,
    pub(super) website: &'a Stack,
    pub(super) open: &'a Stack,
}

/// Every page comes as on the first visit, and notes when its plugin is ready.
pub(super) async fn prepare(browser: &Browser) -> Result<()> {
    browser.bidi().send("network.setCacheBehavior", json!({ "cacheBehavior": "bypass" })).await?;
    browser::run_first(browser, NOTE).await
}

impl Tab<'_> {
    /// From navigation to `CXSpeechStorm.ready`, on the website as it is.
    pub(super) async fn ready(&self, who: Who) -> Result<f64> {
        let page = match who {
            Who::Plugin => "plugin",
            Who::Slim => "slim",
            Who::ByHand | Who::Host => "by-hand",
        };
        self.in_new_one(async || {
            self.browser.goto(&format!("{}/bench/{page}.html", self.website.site)).await?;
            let at = until("the plugin is ready", async || {
                let at = eval(self.browser, "window.__readyAt ?? null").await?;
                Ok((!at.is_null()).then_some(at))
            })
            .await?;
            milliseconds(&at)
        })
        .await
    }

    /// The main thread's time for the script. The plugin finds a bus, so that it makes its core, registers and is ready for use. It
    /// is compiled beside the main thread, so what counts is its evaluation, and from there being a module until it answers.
    pub(super) async fn evaluate(&self, who: Who) -> Result<f64> {
        let script = format!(
            "{EVALUATE}
             const [bus, text, plugin, done] = arguments;
             if (plugin) {{
               evaluate(bus);
               window.CXBus = bench;
             }}
             let compiled = 0;
             if (plugin) {{
               const {{ compile }} = WebAssembly;
               WebAssembly.compile = async (bytes) => {{
                 const module = await compile(bytes);
                 compiled = performance.now();
                 return module;
               }};
             }}
             const time = evaluate(text);
             if (plugin) {{
               const {{ port1, port2 }} = new MessageChannel();
               const ask = () => {{
                 let now = 0;
                 bench.command('CXSpeechStorm.getState').done(() => (now = performance.now()));
                 now ? done(compiled ? time + now - compiled : 'nothing was compiled') : port2.postMessage(null);
               }};
               port1.onmessage = ask;
               ask();
             }} else {{
               done(window.CXBus ? time : 'it does not run');
             }}"
        );
        self.in_new_one(async || {
            self.go_to_empty_page().await?;
            let arguments = vec![json!(BUS), json!(who.script()?), json!(who == Who::Plugin)];
            milliseconds(&self.browser.execute_async(&script, arguments).await?)
        })
        .await
    }

    /// A batch of messages through pre-processor and subscription.
    pub(super) async fn dispatch(&self, who: Who) -> Result<f64> {
        self.in_new_one(async || {
            self.start(who, 0).await?;
            // Once the page is at rest: what comes before is not the batch's.
            let script = "const [size, done] = arguments;
                bench.prepare(size);
                requestIdleCallback(() => requestIdleCallback(() => done(bench.dispatch())));";
            milliseconds(&self.browser.execute_async(script, vec![json!(BATCH)]).await?)
        })
        .await
    }

    /// From requests to their frames, and the frames' addresses.
    pub(super) async fn requests(&self, who: Who, round: u32) -> Result<Vec<(f64, String)>> {
        self.in_new_one(async || {
            self.start(who, round).await?;
            let script = "const done = arguments[arguments.length - 1];
                bench.requests(arguments[0]).then(done, (error) => done(String(error)));";
            let seen = self.browser.execute_async(script, vec![json!(REQUESTS)]).await?;
            let seen = seen.as_array().with_context(|| format!("{seen}"))?;
            let address = |entry: &Value| entry.pointer("/1").and_then(Value::as_str).unwrap_or_default().to_owned();
            let time = |entry: &Value| milliseconds(entry.pointer("/0").unwrap_or(&Value::Null));
            seen.iter().map(|entry| Ok((time(entry)?, address(entry)))).collect()
        })
        .await
    }

    /// A plugin on the bus that costs nothing, in the chat of this round.
    async fn start(&self, who: Who, round: u32) -> Result<()> {
        self.go_to_empty_page().await?;
        // Why no probe: what is written by hand does not ask whether the server is there.
        let script = format!(
            "{EVALUATE}
             const [bus, text, baseURL, chat, done] = arguments;
             document.addEventListener('cx-speechstorm:ready', () => done());
             [bus, text].forEach(evaluate);
             bench.start({{ baseURL, probe: false }}, chat);"
        );
        let chat = format!("chat-{round}");
        let arguments = vec![json!(BUS), json!(who.script()?), json!(self.open.messaging), json!(chat)];
        self.browser.execute_async(&script, arguments).await?;
        Ok(())
    }

    async fn go_to_empty_page(&self) -> Result<()> {
        Ok(self.browser.goto(&format!("{}/bench/empty.html", self.open.site)).await?)
    }

    /// Does this in a new tab, which has a process of its own.
    async fn in_new_one<T>(&self, work: impl AsyncFnOnce() -> Result<T>) -> Result<T> {
        let home = self.browser.window().await?;
        self.browser.new_tab().await?;
        let result = work().await;
        self.browser.close_window().await?;
        self.browser.switch_to_window(home).await?;
        result
    }
}
