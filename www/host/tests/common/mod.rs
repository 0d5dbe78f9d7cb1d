//! What all browser tests share: a fresh bus per test, and test bodies in JavaScript as plugins would be.

use cx_host::bus::Bus;
use cx_host::{interop, page};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

const PRELUDE: &str = include_str!("prelude.js");
const STYLES: &str = include_str!("../../cx-host.css");

/// Runs a test body with `CXBus` (a fresh bus), `run(CXBus, config)` (the stock plugins on it), `otherTab(config)` (a second
/// bus with stock plugins, as another tab of the site has), `startPage()` (what the script on a page does) and `STYLES` (the
/// host's style sheet as text). Fails as the body does.
pub async fn script(body: &str) -> Result<(), JsValue> {
    let bus = Bus::new();
    let styles = String::from(js_sys::JSON::stringify(&STYLES.into())?);
    // A body that fails leaves its chat running; waiting for the end of it would hide why the body failed.
    let source = format!(
        "const STYLES = {styles};\n{PRELUDE}\n\
         return (async () => {{ clearCookies(); try {{ {body} }} catch (error) {{ CXBus.broken = true; throw error; }} \
         finally {{ await tidy(CXBus); }} }})();"
    );
    let function = js_sys::Function::new_with_args("CXBus, run, otherTab, startPage", &source);
    let started = bus.clone();
    let run = interop::function(move |[_, config, ..]| {
        page::run(&started, &config);
        Ok(JsValue::UNDEFINED)
    });
    let other_tab = interop::function(|[config, ..]| {
        let other = Bus::new();
        page::run(&other, &config);
        Ok(other.global().into())
    });
    let start_page = interop::function(|_| {
        page::start();
        Ok(JsValue::UNDEFINED)
    });
    let promise: JsValue = function.call4(&JsValue::UNDEFINED, &bus.global(), &run, &other_tab, &start_page)?;
    let promise: js_sys::Promise = promise.unchecked_into();
    // The stack names the line of the test body.
    let stack = |error| interop::get_string(&error, "stack").map_or(error, JsValue::from);
    JsFuture::from(promise).await.map(|_| ()).map_err(stack)
}

/// One browser test per line: `name => { JavaScript }`.
macro_rules! browser_tests {
    ($($(#[$doc:meta])* $name:ident => $body:expr;)*) => {
        $(
            $(#[$doc])*
            #[wasm_bindgen_test::wasm_bindgen_test]
            async fn $name() -> Result<(), wasm_bindgen::JsValue> {
                $crate::common::script($body).await
            }
        )*
    };
}

/// The same against a scripted server, whose file comes first.
macro_rules! scripted_tests {
    ($server:literal, $($(#[$doc:meta])* $name:ident => $body:literal;)*) => {
        browser_tests! { $($(#[$doc])* $name => concat!(include_str!($server), $body);)* }
    };
}
