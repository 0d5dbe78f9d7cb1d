//! The plugin's edge by itself, in a browser: the channel to a frame with real frames and ports, the session data, and what it
//! sends over the bus. What messages mean and how many are let through is the core's, and tested there.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::Result;
use e2e::browser::{Driver, Window};
use e2e::stack::Stack;
use serde_json::{Value, json};

/// Runs the body of an async function in a page that has the edge, as `e`; gives what it returns.
async fn run(body: &str) -> Result<Value> {
    let stack = Stack::start(&[]).await?;
    let driver = Driver::start().await?;
    let client = driver.open(Window::default()).await?;
    client.goto(&format!("{}/policies/style.html", stack.site)).await?;
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let edge = std::fs::read_to_string(root.join("target/bundle/edge.test.js"))?;
    let script = format!(
        "const done = arguments[arguments.length - 1];
         {edge}
         const e = window.edge;
         (async () => {{ {body} }})().then((value) => done(JSON.parse(JSON.stringify(value))), (error) => done('failed: ' + error));"
    );
    Ok(client.execute_async(&script, Vec::new()).await?)
}

#[tokio::test]
async fn nonces_are_128_bits_and_differ() -> Result<()> {
    let nonces = run("return [e.nonce(), e.nonce()];").await?;
    let nonces: Vec<String> = serde_json::from_value(nonces)?;
    assert!(nonces.iter().all(|nonce| nonce.len() == 32 && nonce.bytes().all(|byte| byte.is_ascii_hexdigit())));
    assert_ne!(nonces[0], nonces[1]);
    Ok(())
}

/// The loader's short cut leaves out what the pattern cannot match, and nothing else.
#[tokio::test]
async fn what_the_loader_hides_is_what_the_pattern_matches() -> Result<()> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let vectors = std::fs::read_to_string(root.join("tests/vectors/chat-texts.json"))?;
    let body = format!(
        "const texts = ({vectors}).cases.map(({{ text }}) => text).filter((text) => typeof text === 'string');
         for (let code = 0; code < 0x3100; code++) {{
           for (const line of ['microapp:', 'MicroApp://app/T', 'microap:', 'microapp', ''])
             texts.push(String.fromCharCode(code) + line);
         }}
         const hidden = texts.filter((text) => e.isHidden(text));
         const matched = texts.filter((text) => e.HIDDEN.test(text));
         return [hidden.length, matched.length, hidden.every((text, at) => text === matched[at]), e.isHidden(undefined)];"
    );
    let seen = run(&body).await?;
    let (hidden, matched) = (seen[0].as_u64(), seen[1].as_u64());
    assert_eq!((hidden, &seen[2], &seen[3]), (matched, &json!(true), &json!(false)), "{seen}");
    assert!(hidden > Some(60), "{seen}");
    Ok(())
}

#[tokio::test]
async fn an_answered_handshake_carries_messages_both_ways() -> Result<()> {
    let seen = run("const frame = e.frame();
         frame.link.tell('theme', 'light');
         frame.link.tell('theme', 'dark');
         await frame.load();
         const app = e.app(frame);
         const { hello, port } = await app.asked();
         frame.link.send('ping');
         port.postMessage(hello);
         await e.until(() => frame.link.up);
         frame.link.tell('language', 'de-AT');
         frame.link.send('hangup');
         await e.until(() => app.told.length === 4);
         port.postMessage({ type: 'title', text: 'Pay' });
         port.postMessage({ type: 'height', number: 412 });
         port.postMessage({ type: 'steps', names: ['Welcome', 'Result'], number: 1 });
         port.postMessage({ type: 'steps', names: ['Welcome', 7], number: 1 });
         port.postMessage({ type: 'keepalive' });
         await e.until(() => e.messages(frame).length === 5);
         return { hello: Object.keys(hello), version: hello.speechstorm, app: app.told, page: e.messages(frame),
                  first: frame.told[0][1] };")
    .await?;
    assert_eq!(seen["hello"], json!(["speechstorm", "nonce"]));
    assert_eq!((&seen["version"], &seen["first"]), (&json!(2), &json!("alive")));
    let told = json!([{ "type": "theme", "text": "dark" }, { "type": "ping" }, { "type": "language", "text": "de-AT" },
        { "type": "hangup" }]);
    assert_eq!(seen["app"], told);
    let heard = json!([
        ["title", "Pay", null, null],
        ["height", null, 412, null],
        ["steps", null, 1, "Welcome\nResult"],
        ["steps", null, 1, null],
        ["keepalive", null, null, null]
    ]);
    assert_eq!(seen["page"], heard);
    Ok(())
}

#[tokio::test]
async fn any_other_first_message_closes_the_port() -> Result<()> {
    let seen = run("const firsts = (nonce) => [{ speechstorm: 2, nonce: nonce + '0' }, { speechstorm: 1, nonce },
             { speechstorm: 2 }, { type: 'ended' }, 'microapp:progress:ended', null, []];
         const results = [];
         for (const at of firsts('').keys()) {
           const frame = e.frame();
           await frame.load();
           const { hello, port } = await e.app(frame).asked();
           port.postMessage(firsts(hello.nonce)[at]);
           port.postMessage(hello);
           port.postMessage({ type: 'ended' });
           await e.settle();
           results.push([frame.link.up, frame.told.length]);
         }
         return results;")
    .await?;
    assert_eq!(seen, json!(vec![json!([false, 0]); 7]));
    Ok(())
}

#[tokio::test]
async fn a_second_answer_changes_nothing() -> Result<()> {
    let seen = run("const frame = e.frame();
         await frame.load();
         const { hello, port } = await e.app(frame).asked();
         port.postMessage(hello);
         port.postMessage(hello);
         port.postMessage({ speechstorm: 2, nonce: '0000' });
         port.postMessage({ type: 'ended' });
         await e.until(() => frame.told.length === 4);
         return [frame.link.up, frame.told.map(([, type]) => type)];")
    .await?;
    assert_eq!(seen, json!([true, ["alive", "", "", "ended"]]));
    Ok(())
}

#[tokio::test]
async fn once_closed_nothing_is_heard() -> Result<()> {
    let seen = run("const frame = e.frame();
         await frame.load();
         const { hello, port } = await e.app(frame).asked();
         port.postMessage(hello);
         await e.until(() => frame.link.up);
         frame.link.close();
         port.postMessage({ type: 'ended' });
         frame.says('microapp:progress:ended');
         await e.settle();
         return frame.told.length;")
    .await?;
    assert_eq!(seen, json!(1), "the answer to the handshake");
    Ok(())
}

#[tokio::test]
async fn a_document_of_another_origin_gets_no_port_and_no_hang_up() -> Result<()> {
    let seen = run("const frame = e.frame('https://other.example');
         await frame.load();
         const app = e.app(frame);
         frame.link.shakeHands();
         frame.link.hangUp('speechstorm:hangup');
         frame.element.contentWindow.postMessage('marker', '*');
         frame.says('microapp:progress:ended');
         await e.until(() => app.strings.length);
         await e.settle();
         return [app.hellos.length, app.strings, frame.told];")
    .await?;
    assert_eq!(seen, json!([0, ["marker"], []]));
    Ok(())
}

/// Row 10: the old script posted the hang-up to its own origin, not to the frame's.
#[tokio::test]
async fn a_hang_up_reaches_the_origin_of_the_launch_alone() -> Result<()> {
    let seen = run("const ours = e.frame();
         const other = e.frame('https://ia.bank.example');
         const apps = [e.app(ours), e.app(other)];
         other.link.hangUp('speechstorm:hangup');
         ours.link.hangUp('speechstorm:hangup');
         await e.until(() => apps[0].strings.length);
         await e.settle();
         return apps.map((app) => app.strings);")
    .await?;
    assert_eq!(seen, json!([["speechstorm:hangup"], []]));
    Ok(())
}

#[tokio::test]
async fn oversize_messages_are_cut_before_they_are_copied() -> Result<()> {
    let seen = run("const frame = e.frame();
         await frame.load();
         const { hello, port } = await e.app(frame).asked();
         port.postMessage(hello);
         await e.until(() => frame.link.up);
         const huge = 'x'.repeat(20_000_000);
         port.postMessage({ type: 'title', text: huge });
         port.postMessage({ type: huge });
         port.postMessage({ type: 'steps', number: 0, names: [huge] });
         port.postMessage({ type: 'steps', number: 0, names: Array(5000).fill('x') });
         frame.says(huge);
         await e.until(() => frame.told.length === 6);
         return frame.told.map((call) => JSON.stringify(call).length);")
    .await?;
    let lengths: Vec<usize> = serde_json::from_value(seen)?;
    assert!(lengths.iter().all(|length| *length <= 4200), "{lengths:?}");
    Ok(())
}

#[tokio::test]
async fn each_document_gets_its_own_handshake_and_is_told_what_holds() -> Result<()> {
    let seen = run("const frame = e.frame();
         frame.link.tell('theme', 'dark');
         const nonces = [];
         const told = [];
         let old;
         for (const _ of [1, 2]) {
           await frame.load();
           const app = e.app(frame);
           const { hello, port } = await app.asked();
           nonces.push(hello.nonce);
           port.postMessage(hello);
           await e.until(() => app.told.length);
           await e.settle();
           told.push(app.told);
           old?.postMessage({ type: 'ended' });
           await e.settle();
           old = port;
         }
         return { differ: nonces[0] !== nonces[1], told, heard: e.messages(frame) };")
    .await?;
    let dark = json!([{ "type": "theme", "text": "dark" }]);
    assert_eq!(
        seen,
        json!({ "differ": true, "told": [dark, dark], "heard": [] }),
        "the last document's port is closed"
    );
    Ok(())
}

#[tokio::test]
async fn the_page_takes_ports_from_nobody() -> Result<()> {
    let seen = run("const frame = e.frame();
         const { port1, port2 } = new MessageChannel();
         window.postMessage({ speechstorm: 2, nonce: '00ff' }, '*', [port2]);
         port1.postMessage({ speechstorm: 2, nonce: '00ff' });
         port1.postMessage({ type: 'ended' });
         await e.settle();
         return [!!frame.link.up, frame.told];")
    .await?;
    assert_eq!(seen, json!([false, []]));
    Ok(())
}

/// Bus facts 0.12.
#[tokio::test]
async fn session_data_are_copied_before_the_chat_blanks_them() -> Result<()> {
    let seen = run("const live = { sessionID: 'i-1', secureKey: 'k-1', userId: 'u-1', alias: '7' };
         const chat = e.getSession(live);
         Object.keys(live).forEach((name) => (live[name] = ''));
         return [chat, e.getSession(live)];")
    .await?;
    let ours = json!({ "interaction": "i-1", "key": "k-1", "user": "u-1" });
    assert_eq!(seen, json!([ours, {}]), "and blank ones are no session");
    Ok(())
}

/// webchatservice documents the user id as "number/string"; other transports' sessions are taken only when asked to.
#[tokio::test]
async fn session_data_may_be_numbers_and_are_those_of_gms() -> Result<()> {
    let seen = run("const cloud = { conversationId: 'c', jwt: 'j', memberId: 'm' };
         return [e.getSession({ sessionID: 'i-1', secureKey: 'k-1', userId: 9007199254740991 }),
                 e.getSession(cloud), e.getSession(cloud, 1), e.getSession(undefined)];")
    .await?;
    let ours = json!({ "interaction": "i-1", "key": "k-1", "user": "9007199254740991" });
    assert_eq!(seen, json!([ours, {}, { "interaction": "c", "key": "j", "user": "m" }, {}]));
    Ok(())
}

/// Bus facts 0.11: without a real `RegExp`, nothing would be sent and the caller would not learn it.
#[tokio::test]
async fn a_report_carries_a_real_regular_expression_that_hides_it() -> Result<()> {
    let seen = run("const sent = [];
         const edge = { command: (...command) => sent.push(command) };
         e.ACTS.report(edge, 'microapp:progress:ended');
         const [name, { message, regex }] = sent[0];
         return [name, message, regex instanceof RegExp, regex.test(message), regex.test('microapp://app/T3NB68E-')];")
    .await?;
    assert_eq!(seen, json!(["WebChatService.sendFilteredMessage", "microapp:progress:ended", true, true, false]));
    Ok(())
}

/// What goes wrong in the page must not unwind into the core, nor a core that breaks down into the page.
#[tokio::test]
async fn neither_half_throws_at_the_other() -> Result<()> {
    let seen = run("let crashes = 0;
         class Core {
           constructor(edge) { this.edge = edge; }
           give() {}
           event(what) {
             if (what === 'break') throw new WebAssembly.RuntimeError('unreachable');
             if (what === 'anything') this.edge.act('loadFrame', 'https://x.example', 0);
           }
         }
         const plugin = { registerCommand() {}, subscribe() {}, command() { throw new Error('broken hook'); } };
         const edge = new e.Edge(Core, location.href, () => {
           crashes++;
           return 'core_crashed';
         });
         edge.attach(plugin);
         edge.view = { load() { throw new Error('secret 4111111111111111'); } };
         edge.tell('anything');
         e.ACTS.wake(edge);
         const waiting = new Promise((reject) => edge.waiting.set(7, { deferred: { reject } }));
         edge.tell('break');
         edge.tell('break');
         return [crashes, await waiting];")
    .await?;
    assert_eq!(seen, json!([1, "core_crashed"]), "commands that wait are answered");
    Ok(())
}
