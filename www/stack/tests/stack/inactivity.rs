//! Inactivity control: `idleTimerExpire`, warnings and the end (backend 1.3, 1.4 and 4.4).

use clap::Parser;
use cx_stack::Config;
use cx_stack::chat_server::idle::IncludedNotices;
use serde_json::{Value, json};

use crate::files::upload;
use crate::harness::{Customer, Servers};

async fn start(alert2: u32, notices: IncludedNotices) -> Servers {
    Servers::with(|config| {
        config.idle.idle_enabled = true;
        config.idle.idle_timeout_alert = 100;
        config.idle.idle_timeout_alert2 = alert2;
        config.idle.idle_timeout_close = 20;
        config.idle.idle_message_alert2 = String::new();
        config.idle.idle_include_notices = notices;
    })
    .await
}

/// Refreshes until an entry of this type is the newest; the clock has been put forward, and the server notices.
async fn until(customer: &Customer<'_>, kind: &str) -> (Value, Value) {
    loop {
        let answer = customer.call("refresh", &[("transcriptPosition", "-1")]).await;
        if answer["messages"][0]["type"] == kind {
            return (answer["messages"][0].clone(), answer);
        }
        tokio::task::yield_now().await;
    }
}

async fn left(customer: &Customer<'_>) -> i64 {
    customer.call("refresh", &[]).await["idleTimerExpire"].as_i64().unwrap()
}

#[test]
fn every_option_of_inactivity_has_its_default_and_range() {
    let parse = |flag: String| Config::try_parse_from(["cx-stack".to_owned()].into_iter().chain([flag]));
    let idle = Config::try_parse_from(["cx-stack"]).unwrap().idle;
    assert_eq!((idle.idle_enabled, idle.idle_include_notices), (false, IncludedNotices::Major));
    assert_eq!((idle.idle_timeout_alert, idle.idle_timeout_alert2, idle.idle_timeout_close), (255, 0, 45));
    for text in [&idle.idle_message_alert, &idle.idle_message_alert2, &idle.idle_message_close] {
        assert!(text.ends_with('.'), "a sentence: {text}");
    }
    assert!(parse("--idle-enabled".to_owned()).unwrap().idle.idle_enabled);
    let options: [(&str, &[&str], &[&str]); 7] = [
        ("timeout-alert", &["1", "86400"], &["0", "86401", "soon"]),
        ("timeout-alert2", &["0", "86400"], &["-1", "86401"]),
        ("timeout-close", &["1", "86400"], &["0", "86401"]),
        ("include-notices", &["none", "major", "major2", "typing", "all"], &["some", ""]),
        ("message-alert", &["", "Hello?"], &[]),
        ("message-alert2", &["", "Hello?"], &[]),
        ("message-close", &["", "Bye."], &[]),
    ];
    for (option, good, bad) in options {
        for (values, taken) in [(good, true), (bad, false)] {
            for value in values {
                assert_eq!(parse(format!("--idle-{option}={value}")).is_ok(), taken, "{option}={value}");
            }
        }
    }
}

#[tokio::test]
async fn silence_is_warned_of_and_then_ended() {
    let servers = start(0, IncludedNotices::Major).await;
    let (customer, agent) = servers.chat().await;
    assert!((95..=100).contains(&left(&customer).await));
    servers.clock.advance(60_000);
    assert!((35..=40).contains(&left(&customer).await));
    servers.clock.advance(40_000);
    let (alert, answer) = until(&customer, "IdleAlert").await;
    assert_eq!(alert["userData"], json!({ "next-idle-timer-type": "CLOSE", "next-idle-timer-secs": "20" }));
    assert!(alert["text"].as_str().unwrap().contains("still there") && alert["from"]["type"] == "External");
    assert!((15..=20).contains(&answer["idleTimerExpire"].as_i64().unwrap()));
    // A message begins everything anew.
    agent.say(&customer.id, "I am looking it up").await;
    assert!(left(&customer).await > 90);
    servers.clock.advance(100_000);
    until(&customer, "IdleAlert").await;
    servers.clock.advance(20_000);
    let (_, answer) = until(&customer, "IdleClose").await;
    assert_eq!((&answer["chatEnded"], answer.get("idleTimerExpire")), (&json!(true), None));
    assert_eq!(agent.chat(&customer.id).await["state"], "ended");
}

#[tokio::test]
async fn a_warning_that_the_database_refuses_is_given_the_next_time() {
    let servers = start(0, IncludedNotices::Major).await;
    let (customer, _) = servers.chat().await;
    let database = rusqlite::Connection::open(&servers.at.db).unwrap();
    let breaks =
        "CREATE TRIGGER breaks BEFORE INSERT ON entry WHEN NEW.kind = 'IdleAlert' BEGIN SELECT RAISE(ABORT, 'x'); END";
    database.execute_batch(breaks).unwrap();
    servers.clock.advance(100_000);
    assert!(servers.stack.chat.sweep_idle().is_err());
    database.execute_batch("DROP TRIGGER breaks").unwrap();
    servers.stack.chat.sweep_idle().unwrap();
    let answer = customer.call("refresh", &[("transcriptPosition", "-1")]).await;
    assert_eq!(answer["messages"][0]["type"], "IdleAlert", "{answer}");
}

#[tokio::test]
async fn a_second_warning_is_there_if_it_is_wanted() {
    let servers = start(30, IncludedNotices::Major).await;
    let (customer, _) = servers.chat().await;
    servers.clock.advance(100_000);
    let (first, _) = until(&customer, "IdleAlert").await;
    assert_eq!(first["userData"], json!({ "next-idle-timer-type": "ALERT", "next-idle-timer-secs": "30" }));
    servers.clock.advance(30_000);
    let second = loop {
        let (alert, _) = until(&customer, "IdleAlert").await;
        if alert["index"] != first["index"] {
            break alert;
        }
    };
    assert_eq!(second["userData"]["next-idle-timer-type"], "CLOSE");
    assert!(second.get("text").is_none(), "an empty text sends none");
}

#[tokio::test]
async fn whoever_comes_or_goes_is_a_sign_of_life() {
    let servers = start(0, IncludedNotices::None).await;
    let customer = servers.customer().await;
    let (alex, sue) =
        (servers.agent("Alex").await, servers.agent_with("Sue", json!({ "role": "supervisor", "media": [] })).await);
    let (accept, supervise) = (format!("/chats/{}/accept", customer.id), format!("/chats/{}/supervise", customer.id));
    // An agent comes, a supervisor comes and goes again.
    for (agent, path, body) in [
        (&alex, &accept, json!({})),
        (&sue, &supervise, json!({ "mode": "barge-in" })),
        (&sue, &supervise, json!({ "mode": "off" })),
    ] {
        servers.clock.advance(30_000);
        let before = left(&customer).await;
        assert_eq!(agent.post(path, body.clone()).await.0.as_u16(), 200, "{path} {body}");
        assert!(left(&customer).await > before + 20, "{path} {body} {before}");
    }
}

#[tokio::test]
async fn notices_count_as_the_operator_says() {
    let keep_alive = json!({ "purpose": "cancel-idle-timer" }).to_string();
    for (notices, custom, typing) in [
        (IncludedNotices::None, false, false),
        (IncludedNotices::Major, false, false),
        (IncludedNotices::Major2, true, false),
        (IncludedNotices::Typing, false, true),
        (IncludedNotices::All, true, true),
    ] {
        let servers = start(0, notices).await;
        let (customer, _) = servers.chat().await;
        for (verb, fields, counts) in [
            ("customNotice", [("message", "n")], custom),
            ("startTyping", [("message", "x")], typing),
            ("pushUrl", [("pushUrl", "https://shop.example/")], notices != IncludedNotices::None),
            ("customNotice", [("eventAttributes", keep_alive.as_str())], true),
        ] {
            servers.clock.advance(30_000);
            let before = left(&customer).await;
            customer.call(verb, &fields).await;
            assert_eq!(left(&customer).await > before + 20, counts, "{notices:?} {verb} {before}");
            customer.call("send", &[("message", "anew")]).await;
        }
        // A file that comes, and one that goes again.
        let counts = notices != IncludedNotices::None;
        servers.clock.advance(30_000);
        let before = left(&customer).await;
        let (_, answer) = upload(&customer, "a.pdf", b"%PDF-1").await;
        assert_eq!(left(&customer).await > before + 20, counts, "{notices:?} file {before}");
        customer.call("send", &[("message", "anew")]).await;
        servers.clock.advance(30_000);
        let before = left(&customer).await;
        let file = answer["userData"]["file-id"].as_str().unwrap();
        assert_eq!(customer.call(&format!("file/{file}/delete"), &[]).await["statusCode"], 0);
        assert_eq!(left(&customer).await > before + 20, counts, "{notices:?} file deleted {before}");
    }
    // Without it no chat has a timer.
    let servers = Servers::start().await;
    let (customer, _) = servers.chat().await;
    assert!(customer.call("refresh", &[]).await.get("idleTimerExpire").is_none());
}
