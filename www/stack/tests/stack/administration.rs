//! *Administration*: Default Server Settings and Application Details, and the clock of tests.

use cx_stack::messaging_server::Fault;
use reqwest::header::{COOKIE, LOCATION, ORIGIN};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::harness::{Agent, Customer, Folder, Page, REQUEST, Servers};

const PAGE: &str = "/administration/default-server-settings";
const NICKNAME: &str = "GenesysSDK.Widgets.ProgressNotifier.Nickname";
const TIMEOUT: &str = "GenesysSDK.ServerCommunication.ConnectionTimeoutMillis";
const IGNORE: &str = "GenesysSDK.ServerCommunication.AttachedData.IgnoreFailures";
const PASSWORD: &str = "GenesysSDK.ConfigServer.Password";

/// What the vendor's page shows, in its order.
const DEFAULTS: [(&str, &str); 11] = [
    ("GenesysSDK.ConfigServer.ClientApplicationName", "default"),
    ("GenesysSDK.ConfigServer.LoginAsApplication", "false"),
    (PASSWORD, ""),
    ("GenesysSDK.ConfigServer.Server.Host", ""),
    ("GenesysSDK.ConfigServer.Server.Port", "2020"),
    ("GenesysSDK.ConfigServer.Username", "demo"),
    ("GenesysSDK.InteractionServer.ClientName", "GAAP"),
    ("GenesysSDK.InteractionServer.MediaType", "chat"),
    (IGNORE, "false"),
    (TIMEOUT, "9000"),
    (NICKNAME, "MicroApp"),
];

/// Other values than these, of those that steer nothing here.
const CHANGED: [(&str, &str); 5] = [
    ("GenesysSDK.ConfigServer.ClientApplicationName", "messaging-2"),
    ("GenesysSDK.ConfigServer.LoginAsApplication", "true"),
    ("GenesysSDK.ConfigServer.Server.Host", "config.bank.example"),
    ("GenesysSDK.ConfigServer.Username", "eve"),
    ("GenesysSDK.InteractionServer.MediaType", "webchat"),
];

/// The cookie of somebody who has logged in to read and change settings.
async fn log_in(servers: &Servers) -> String {
    servers.agent_with("Ada", json!({ "media": [] })).await.cookie
}

async fn post(servers: &Servers, fields: &[(&str, &str)]) -> Page {
    let request = servers.http.post(format!("{}{PAGE}", servers.at.desk)).header(ORIGIN, &servers.at.desk).form(fields);
    Page::of(request.header(COOKIE, log_in(servers).await).send().await.unwrap()).await
}

async fn page(servers: &Servers, path: &str) -> Page {
    let request = servers.http.get(format!("{}{path}", servers.at.desk)).header(COOKIE, log_in(servers).await);
    Page::of(request.send().await.unwrap()).await
}

async fn settings(servers: &Servers) -> Page {
    page(servers, PAGE).await
}

/// Sender of the status message of a MicroApp that starts now.
async fn nickname(customer: &Customer<'_>, agent: &Agent<'_>) -> String {
    agent.say(&customer.id, REQUEST).await;
    customer.go().await.location();
    let chat = agent.chat(&customer.id).await;
    chat["transcript"].as_array().unwrap().last().unwrap()["from"]["nickname"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_vendors_settings_are_there_with_their_defaults() {
    let servers = Servers::start().await;
    let page = settings(&servers).await;
    let mut rest = page.text.as_str();
    for (name, value) in DEFAULTS {
        let label = format!("<label for=\"{name}\">{name}</label>");
        rest = rest.split_once(&label).unwrap_or_else(|| panic!("{name}, in the vendor's order")).1;
        let running = if name == PASSWORD {
            ">–<"
        } else if value.is_empty() {
            ">(empty)<"
        } else {
            value
        };
        assert!(rest.split("<label").next().unwrap().contains(running), "{name}={value}");
    }
    assert!(page.text.contains("--server-settings FILE") && !page.text.contains("data-testid=\"save\""));
    assert_eq!(post(&servers, &[(NICKNAME, "Pay")]).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_change_needs_a_restart() {
    let folder = Folder::new();
    let path = folder.0.join("settings");
    std::fs::write(&path, "# ours\nGenesysSDK.ConfigServer.Username=ann\n").unwrap();
    let mut config = folder.config();
    config.server_settings = Some(path.clone());
    let servers = Servers::from_config(&config).await;
    assert!(!settings(&servers).await.text.contains("data-testid=\"restart\""));
    let saved = post(&servers, &[(NICKNAME, "Zahlung"), (PASSWORD, "planted-secret")]).await;
    assert_eq!((saved.status, saved.header(LOCATION.as_str())), (StatusCode::SEE_OTHER, PAGE));
    let page = settings(&servers).await;
    assert!(page.text.contains("data-testid=\"restart\"") && page.text.contains("value=\"Zahlung\""));
    assert!(!page.text.contains("planted-secret"), "the password is never shown");
    let (customer, agent) = servers.chat().await;
    assert_eq!(nickname(&customer, &agent).await, "MicroApp", "not yet");
    drop(servers.stack);

    let servers = Servers::from_config(&config).await;
    let (customer, agent) = servers.chat().await;
    assert_eq!(nickname(&customer, &agent).await, "Zahlung");
    // The password stays when its empty field is sent along, and goes when it is removed.
    let kept = || std::fs::read_to_string(&path).unwrap();
    assert_eq!(post(&servers, &[(NICKNAME, "Pay"), (PASSWORD, "")]).await.status, StatusCode::SEE_OTHER);
    assert!(kept().starts_with("# ours\nGenesysSDK.ConfigServer.Username=ann\n") && kept().contains("planted-secret"));
    for name in [PASSWORD, NICKNAME] {
        assert_eq!(post(&servers, &[("remove", name)]).await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(kept(), "# ours\nGenesysSDK.ConfigServer.Username=ann\n");
    drop(servers.stack);
    let servers = Servers::from_config(&config).await;
    let (customer, agent) = servers.chat().await;
    assert_eq!(nickname(&customer, &agent).await, "MicroApp", "removed, so the default counts again");

    // What steers nothing is kept and shown as well: as saved, and after a restart as what counts.
    assert_eq!(post(&servers, &CHANGED).await.status, StatusCode::SEE_OTHER);
    let page = settings(&servers).await;
    for (name, value) in CHANGED {
        let row = page.text.split_once(&format!("<label for=\"{name}\">")).unwrap().1.split("<label").next().unwrap();
        assert!(row.contains(&format!("value=\"{value}\"")) && !row.contains(&format!(">{value}<")), "{name}: {row}");
    }
    drop(servers.stack);
    let page = settings(&Servers::from_config(&config).await).await;
    for (name, value) in CHANGED {
        let row = page.text.split_once(&format!("<label for=\"{name}\">")).unwrap().1.split("<label").next().unwrap();
        assert!(row.contains(&format!("value=\"{value}\"")) && row.contains(&format!(">{value}<")), "{name}: {row}");
    }
}

#[tokio::test]
async fn faulty_settings_are_not_saved_and_other_pages_save_none() {
    let folder = Folder::new();
    let path = folder.0.join("settings");
    std::fs::write(&path, "").unwrap();
    let mut config = folder.config();
    config.server_settings = Some(path.clone());
    let servers = Servers::from_config(&config).await;
    let wrong =
        [(TIMEOUT, "soon"), (IGNORE, "perhaps"), ("GenesysSDK.ConfigServer.Server.Port", "99999"), (NICKNAME, "Ok")];
    let page = post(&servers, &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for (name, _) in &wrong[..3] {
        assert!(page.text.contains(&format!("aria-describedby=\"{name}-fault\" aria-invalid=\"true\"")), "{name}");
    }
    assert_eq!(post(&servers, &[(NICKNAME, "a\nGenesysSDK.ConfigServer.Username=eve")]).await.status, 422);
    let url = format!("{}{PAGE}", servers.at.desk);
    let foreign =
        servers.http.post(url).header(ORIGIN, &servers.at.site).form(&[(NICKNAME, "Eve")]).send().await.unwrap();
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "");
    let page = settings(&servers).await;
    assert!(page.header("content-security-policy").contains("form-action 'self'"));
    assert_eq!(page.header("cache-control"), "no-store");
}

#[tokio::test]
async fn nobody_reads_or_changes_settings_without_logging_in() {
    let folder = Folder::new();
    let path = folder.0.join("settings");
    std::fs::write(&path, "").unwrap();
    let mut config = folder.config();
    config.server_settings = Some(path.clone());
    let servers = Servers::from_config(&config).await;
    let url = |path: &str| format!("{}{path}", servers.at.desk);
    for path in ["/administration", "/administration/applications", PAGE] {
        let page = servers.get(&url(path)).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(page.text.contains("data-testid=\"log-in\"") && page.text.contains("<a href=\"/\">"), "{}", page.text);
        assert!(!page.text.contains("T3NB68E-") && !page.text.contains("GenesysSDK"), "{path}");
    }
    assert_eq!(servers.get(&url("/administration/style.css")).await.status, StatusCode::OK);
    let mut forged = servers.http.post(url(PAGE)).header(ORIGIN, &servers.at.desk).form(&[(NICKNAME, "Eve")]);
    forged = forged.header(COOKIE, "desk_0=0123");
    assert_eq!(forged.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "");
    assert_eq!(post(&servers, &[(NICKNAME, "Pay")]).await.status, StatusCode::SEE_OTHER, "whoever has logged in may");
    assert_eq!(settings(&servers).await.status, StatusCode::OK);
    // Whoever logs out is out.
    let ada = servers.agent("Ada").await;
    assert_eq!(ada.post("/logout", json!({})).await.0, StatusCode::NO_CONTENT);
    let late = servers.http.get(url(PAGE)).header(COOKIE, &ada.cookie).send().await.unwrap();
    assert_eq!(late.status(), StatusCode::UNAUTHORIZED);
}

/// The answer to a launch where the Interaction Server takes half a minute, by these settings, and the audit.
async fn slow_interaction_server(lines: &str) -> (Page, Vec<String>) {
    let folder = Folder::new();
    let path = folder.0.join("settings");
    std::fs::write(&path, lines).unwrap();
    let mut config = folder.config();
    config.server_settings = Some(path);
    config.fault.push(Fault::InteractionSlow(30_000));
    let servers = Servers::from_config(&config).await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let page = customer.go().await;
    (page, agent.audit(&customer.id).await)
}

#[tokio::test]
async fn ignore_failures_decides_whether_a_microapp_starts_without_attached_data() {
    let (page, audit) = slow_interaction_server(&format!("{TIMEOUT}=50\n{IGNORE}=false")).await;
    assert_eq!(page.refusal(), (503, "attached_data_unavailable"));
    assert!(audit.contains(&"attached_data_unavailable".to_owned()) && !audit.contains(&"session_started".to_owned()));
    let (page, audit) = slow_interaction_server(&format!("{TIMEOUT}=50\n{IGNORE}=true")).await;
    page.location();
    for code in ["attached_data_failed", "session_started"] {
        assert!(audit.contains(&code.to_owned()), "{code} in {audit:?}");
    }
}

#[tokio::test]
async fn connection_timeout_is_how_long_one_waits_for_chat_server() {
    let folder = Folder::new();
    let path = folder.0.join("settings");
    let mut config = folder.config();
    config.server_settings = Some(path.clone());
    config.fault.push(Fault::ChatSlow(200));
    for (timeout, opens) in [("20", false), ("20000", true)] {
        std::fs::write(&path, format!("{TIMEOUT}={timeout}")).unwrap();
        let servers = Servers::from_config(&config).await;
        let (customer, agent) = servers.chat().await;
        agent.say(&customer.id, REQUEST).await;
        let page = customer.go().await;
        if opens {
            page.location();
        } else {
            assert_eq!(page.refusal(), (503, "chat_server_unreached"));
        }
    }
}

#[tokio::test]
async fn application_details_show_both_tokens_and_the_start_block() {
    let servers = Servers::start().await;
    let page = page(&servers, "/administration/applications").await;
    for part in [
        "Token, test version</dt><dd><code>T3NB68E-</code>",
        "Token, production version</dt><dd><code>Qw7+k_2P</code>",
        "<code>Amount</code>: amount, such as USD77.80, required",
        "<code>Purpose</code>: one of (marketing, recording, credit-check), required",
        "microapp://app/T3NB68E-/Payment\nAccountNumber=\nAmount=",
        "Welcome, Card Details, Review, Result",
    ] {
        assert!(page.text.contains(part), "{part}");
    }
}

#[tokio::test]
async fn the_clock_can_be_put_forward_where_tests_may() {
    let advance = async |servers: &Servers, ms: &str| {
        let url = format!("{}/administration/clock", servers.at.desk);
        servers.http.request(Method::POST, url).form(&[("ms", ms)]).send().await.unwrap().status()
    };
    let servers = Servers::with(|config| config.test_clock = true).await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    assert_eq!(advance(&servers, "900000").await, StatusCode::NO_CONTENT);
    assert_eq!(customer.go().await.refusal(), (410, "request_stale"));
    assert_eq!(advance(&servers, "-1").await, StatusCode::BAD_REQUEST);
    assert_eq!(agent.record(&customer.id).await["microapps"], json!([]));
    let servers = Servers::start().await;
    assert_eq!(advance(&servers, "900000").await, StatusCode::NOT_FOUND, "not unless --test-clock says so");
}
