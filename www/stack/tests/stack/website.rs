//! The website: headers, configuration script, the slow network.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::harness::Servers;

#[tokio::test]
async fn pages_have_strict_headers_and_right_types() {
    let servers = Servers::start().await;
    let cloud = &servers.at.cloud;
    for (path, kind) in [
        ("/", "text/html"),
        ("/sub/page.html", "text/html"),
        ("/config.js", "text/javascript; charset=utf-8"),
        ("/dist/core.wasm", "application/wasm"),
        ("/dist/cx-speechstorm.js", "text/javascript"),
    ] {
        let page = servers.get(&format!("{}{path}", servers.at.site)).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.header("content-type").starts_with(kind), "{path}: {}", page.header("content-type"));
        let policy = page.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self' 'wasm-unsafe-eval'",
            &format!(
                "connect-src 'self' {} {} {} {cloud} {};",
                servers.at.gms,
                servers.at.gms.replace("http:", "ws:"),
                servers.at.messaging,
                cloud.replace("http:", "ws:")
            ),
            &format!("frame-src {};", servers.at.messaging),
            &format!("form-action 'self' {};", servers.at.messaging),
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'; trusted-types 'none'",
        ] {
            assert!(policy.contains(part), "{part} in {policy}");
        }
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("referrer-policy"), "strict-origin-when-cross-origin");
        assert_eq!(page.header("cache-control"), if path == "/config.js" { "no-store" } else { "no-cache" });
    }
}

#[tokio::test]
async fn a_page_for_one_policy_sends_that_one_alone() {
    let servers = Servers::start().await;
    let isolated = servers.get(&format!("{}/policies/isolated.html", servers.at.site)).await;
    assert_eq!(isolated.header("cross-origin-embedder-policy"), "require-corp");
    assert_eq!(isolated.header("cross-origin-opener-policy"), "same-origin");
    assert_eq!(isolated.header("content-security-policy"), "");
    let style = servers.get(&format!("{}/policies/style.html", servers.at.site)).await;
    assert_eq!(style.header("content-security-policy"), "style-src 'self'");
    let script = servers.get(&format!("{}/policies/policy.js", servers.at.site)).await;
    assert!(script.header("content-security-policy").contains("default-src 'none'"));
}

#[tokio::test]
async fn the_script_names_the_servers() {
    let servers = Servers::start().await;
    let script = servers.get(&format!("{}/config.js", servers.at.site)).await.text;
    assert!(script.contains(&format!("sChatServerUrl: \"{}\"", servers.chat_url())));
    assert!(script.contains(&format!("sSpeechStormServer: \"{}\"", servers.at.messaging)));

    let servers = Servers::with(|config| {
        config.messaging_server = Some("https://ia.example:8054".to_owned());
        config.chat_server = Some("https://gms.example/genesys/2/chat/sales".to_owned());
    })
    .await;
    let page = servers.get(&format!("{}/config.js", servers.at.site)).await;
    assert!(page.text.contains("dataURL: \"https://gms.example/genesys/2/chat/sales\""));
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("connect-src 'self' https://gms.example wss://gms.example https://ia.example:8054 http"),
        "{policy}"
    );
    assert!(policy.contains("frame-src https://ia.example:8054;"), "{policy}");
}

#[tokio::test]
async fn a_page_may_ask_for_a_transport() {
    let servers = Servers::start().await;
    let transport = async |query: &str| -> Option<Value> {
        let script = servers.get(&format!("{}/config.js{query}", servers.at.site)).await.text;
        let object = script.split_once(", transport: ")?.1.lines().next()?.strip_suffix(" },")?.to_owned();
        Some(serde_json::from_str(&object).unwrap())
    };
    let guest = transport("?transport=purecloud-v2-sockets").await.unwrap();
    assert_eq!((&guest["type"], &guest["dataURL"]), (&"purecloud-v2-sockets".into(), &servers.at.cloud.clone().into()));
    assert_eq!(guest["interactionData"]["routing"]["targetAddress"], "customer-support");
    assert!(guest["deploymentKey"].is_string() && guest["orgGuid"].is_string());
    let v3 = transport("?transport=pureengage-v3-rest").await.unwrap();
    assert_eq!(v3["dataURL"], format!("{}/nexus/v3/chat/sessions", servers.at.cloud));
    assert!(v3["headers"]["x-api-key"].is_string() && v3["endpoint"] == "customer-support");
    for query in ["", "?transport=", "?transport=pureconnect-v4-rest", "?transport=%22%7D%3Balert(1)"] {
        assert_eq!(transport(query).await, None, "{query}");
    }
}

#[tokio::test]
async fn missing_files_name_the_command_and_nothing_escapes() {
    let servers = Servers::start().await;
    let page = servers.get(&format!("{}/dist/none.js", servers.at.site)).await;
    assert_eq!(page.status, 404);
    assert_eq!(page.text, "/dist/none.js is not there; run: cargo xtask build\n", "no folder of this machine");
    let page = servers.get(&format!("{}/none.html", servers.at.site)).await;
    assert_eq!((page.status.as_u16(), page.text.as_str()), (404, "/none.html is not there; run: cargo xtask build\n"));
    for path in ["/..%2foutside.txt", "/dist/..%2f..%2foutside.txt", "/delayed-wasm/0/..%2foutside.txt"] {
        let page = servers.get(&format!("{}{path}", servers.at.site)).await;
        assert!(page.status == 404 || page.status == 400, "{path}");
        assert!(!page.text.contains("secret"));
    }
}

#[tokio::test]
async fn wasm_can_be_held_back() {
    let servers = Servers::start().await;
    let began = Instant::now();
    let wasm = servers.get(&format!("{}/delayed-wasm/300/dist/core.wasm", servers.at.site)).await;
    assert!(began.elapsed() >= Duration::from_millis(300));
    assert_eq!((wasm.status.as_u16(), wasm.header("content-type")), (200, "application/wasm"));
    assert!(!wasm.header("content-security-policy").is_empty());
    // Everything else comes at once, however long the delay.
    for path in ["/delayed-wasm/30000/", "/delayed-wasm/30000/sub/page.html", "/delayed-wasm/30000/config.js"] {
        assert_eq!(servers.get(&format!("{}{path}", servers.at.site)).await.status, 200, "{path}");
    }
    assert!(began.elapsed() < Duration::from_secs(20));
    assert_eq!(servers.get(&format!("{}/delayed-wasm/x/index.html", servers.at.site)).await.status, 404);
}

/// "Using WebIVR MicroApps", "Update Genesys Widgets framework", steps 1 to 4.
#[tokio::test]
async fn a_website_takes_its_files_from_the_widgets_folder() {
    let servers = Servers::start().await;
    for (file, kind, content) in [
        ("cx-speechstorm.js", "text/javascript", "\"use strict\";"),
        ("cx-speechstorm.css", "text/css", ".cx-speechstorm {}"),
    ] {
        let page = servers.microapp(&format!("/fish-messaging/widgets/{file}")).await;
        assert_eq!((page.status.as_u16(), page.text.as_str()), (200, content));
        assert!(page.header("content-type").starts_with(kind), "{}", page.header("content-type"));
    }
    for path in ["/fish-messaging/widgets/", "/fish-messaging/widgets/index.html"] {
        let page = servers.microapp(path).await;
        assert_eq!(page.status.as_u16(), 200);
        for part in [
            "not the vendor's".to_owned(),
            "href=\"cx-speechstorm.js\"".to_owned(),
            "href=\"cx-speechstorm.css\"".to_owned(),
            format!("var sChatServerUrl = &quot;{}&quot;;", servers.chat_url()),
            format!("var sSpeechStormServer = &quot;{}&quot;;", servers.at.messaging),
        ] {
            assert!(page.text.contains(&part), "{part} in {}", page.text);
        }
        assert!(!page.text.contains("<script"), "an example to read, nothing that runs");
    }
    assert_eq!(servers.microapp("/fish-messaging/widgets/core.wasm").await.status.as_u16(), 404);
}
