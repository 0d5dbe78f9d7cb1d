//! Asynchronous chats, to which customers come back hours later (`async-idle-alert`, `async-idle-close`; backend 4.5).

use clap::Parser;
use cx_stack::Config;
use cx_stack::chat_server::asynchronous::AsyncSettings;
use cx_stack::chat_server::idle::{IdleChange, IncludedNotices};
use cx_stack::deployment::Deployment;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::deployment::GOOD;
use crate::harness::{Agent, Customer, Folder, Servers};
use crate::silence::{departures, until_gone};
use crate::v3;

const HOUR: i64 = 3_600_000;

/// Waits until the newest entry of a chat is of this type.
async fn until(agent: &Agent<'_>, chat: &str, kind: &str) -> Value {
    loop {
        let seen = agent.chat(chat).await;
        if seen["transcript"].as_array().unwrap().last().unwrap()["type"] == kind {
            return seen;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_customer_of_v3_comes_back_hours_later() {
    let servers = Servers::with(|config| config.silence.flex_disconnect_timeout = 300).await;
    let agent = servers.agent("Alex").await;
    let ordinary = v3::Customer::start(&servers).await;
    let (waiting, served) =
        (v3::Customer::start_async(&servers, "true").await, v3::Customer::start_async(&servers, "true").await);
    agent.post(&format!("/chats/{}/accept", served.session), json!({})).await;
    served.say("No hurry").await;
    servers.clock.advance(6 * HOUR);
    // Whoever sweeps has seen all three.
    until_gone(&agent, &ordinary.session).await;
    agent.say(&served.session, "Here is what you asked for").await;

    let back = v3::Customer::come_back(&servers, &served.token).await;
    assert_eq!((&back.session, &back.participant), (&served.session, &served.participant));
    let restored = back.get("&count=20").await;
    assert_eq!(v3::texts(&restored), ["No hurry", "Here is what you asked for"]);
    assert_eq!(restored["chatEnded"], false);
    back.say("Thank you").await;
    let seen = agent.chat(&served.session).await;
    assert_eq!((&seen["state"], &seen["customerPresent"], departures(&seen)), (&json!("active"), &json!(true), 0));
    // One that has waited is given to an agent as any other.
    let (status, taken) = agent.post(&format!("/chats/{}/accept", waiting.session), json!({})).await;
    assert_eq!((status, &taken["state"], &taken["customerPresent"]), (StatusCode::OK, &json!("active"), &json!(true)));

    // Nobody says anything for a day: a warning, and an hour later the end. Polls are no sign of life.
    servers.clock.advance(23 * HOUR);
    assert_eq!(back.get("").await["chatEnded"], false);
    assert!((3590..=3600).contains(&agent.chat(&served.session).await["idleExpiresIn"].as_i64().unwrap()));
    servers.clock.advance(HOUR);
    let alert =
        until(&agent, &served.session, "IdleAlert").await["transcript"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(alert["userData"], json!({ "next-idle-timer-type": "CLOSE", "next-idle-timer-secs": "3600" }));
    assert_eq!(back.get("").await["chatEnded"], false);
    servers.clock.advance(HOUR);
    assert_eq!(until(&agent, &served.session, "IdleClose").await["state"], "ended");
    assert_eq!(back.get("").await["chatEnded"], true);
    back.post(&[("data[type]", "Text"), ("data[text]", "Still there?")]).await.refused(409, "SESSION_ENDED");
    assert_ne!(v3::Customer::come_back(&servers, &back.token).await.session, served.session);
}

#[tokio::test]
async fn which_chats_are_asynchronous_and_a_restart_keeps_it() {
    let folder = Folder::new();
    let file = folder.0.join("deployment.ini");
    let settings =
        "flex-disconnect-timeout=60\nasync-idle-alert=7200\nasync-idle-close=30\nasync-idle-notices=typing\n";
    std::fs::write(&file, format!("{GOOD}{settings}")).unwrap();
    let mut config = folder.config();
    config.deployment = Some(file);
    config.asynchronous.v3_async = true;
    let first = Servers::from_config(&config).await;
    let agent = first.agent("Alex").await;
    // The operator says it for v3, a start for itself.
    let (meant, not_meant) = (v3::Customer::start(&first).await, v3::Customer::start_async(&first, "false").await);
    assert_eq!(agent.chat(&meant.session).await["attachedData"]["GCTI_Chat_AsyncMode"], "true");
    let start = async |mode: &str| {
        let fields = [("nickname", "Maria"), ("userData[GCTI_Chat_AsyncMode]", mode)];
        let answer: Value = first.start_chat(&fields).await.json().await.unwrap();
        let text = |key: &str| answer[key].as_str().unwrap().to_owned();
        Customer { servers: &first, id: text("chatId"), user_id: text("userId"), key: text("secureKey") }
    };
    let (of_gms, ordinary, other_word) = (start("true").await, first.customer().await.id, start("yes").await.id);
    let left = async |agent: &Agent<'_>, chat: &str| agent.chat(chat).await["idleExpiresIn"].as_i64();
    for chat in [&meant.session, &of_gms.id] {
        assert!((7190..=7200).contains(&left(&agent, chat).await.unwrap()));
        // Back to what is configured is back to what is configured for such a chat.
        let seconds = |seconds| IdleChange { timeout_alert: Some(seconds), ..IdleChange::default() };
        first.stack.chat.configure_idle(chat, &seconds(9000)).unwrap();
        assert!((8990..=9000).contains(&left(&agent, chat).await.unwrap()));
        first.stack.chat.configure_idle(chat, &IdleChange { reset: true, ..IdleChange::default() }).unwrap();
        assert!((7190..=7200).contains(&left(&agent, chat).await.unwrap()));
    }
    // Typing is a sign of life where the operator says so.
    first.clock.advance(30_000);
    assert!(left(&agent, &of_gms.id).await.unwrap() <= 7170);
    assert_eq!(of_gms.call("startTyping", &[]).await["statusCode"], 0);
    assert!(left(&agent, &of_gms.id).await.unwrap() > 7170);
    // What becomes of the attached data later changes nothing.
    let data = format!("/chats/{}/data", of_gms.id);
    let patch = first.http.patch(format!("{}/api{data}", first.at.desk)).header("cookie", &agent.cookie);
    let patch = patch.json(&json!({ "GCTI_Chat_AsyncMode": null })).send().await.unwrap();
    assert_eq!(patch.status(), StatusCode::OK);
    first.clock.advance(30_000);
    for chat in [&not_meant.session, &ordinary, &other_word] {
        assert_eq!(until_gone(&agent, chat).await["state"], "ended");
    }
    let kept = [meant.session.clone(), of_gms.id.clone()];
    drop(first.stack);

    let second = Servers::from_config(&config).await;
    let agent = second.agent("Alex").await;
    second.clock.advance(HOUR);
    for chat in &kept {
        let seen = agent.chat(chat).await;
        assert_eq!((&seen["state"], departures(&seen)), (&json!("waiting"), 0));
        assert!((3590..=3600).contains(&seen["idleExpiresIn"].as_i64().unwrap()));
    }
    second.clock.advance(HOUR);
    for chat in &kept {
        until(&agent, chat, "IdleAlert").await;
    }
    second.clock.advance(30_000);
    for chat in &kept {
        assert_eq!(until(&agent, chat, "IdleClose").await["state"], "ended");
    }
}

#[test]
fn every_option_of_asynchronous_chats_has_its_default_and_range() {
    let parse = |flag: String| Config::try_parse_from(["cx-stack".to_owned(), flag]);
    let settings = Config::try_parse_from(["cx-stack"]).unwrap().asynchronous;
    assert_eq!((settings.async_idle_alert, settings.async_idle_close), (86_400, 3600));
    assert_eq!((settings.async_idle_notices, settings.v3_async), (IncludedNotices::Major, false));
    let seconds = [("1", true), ("1728000", true), ("0", false), ("1728001", false), ("soon", false)];
    let notices = ["none", "major", "major2", "typing", "all"].map(|word| (word, true));
    let notices = [&notices[..], &[("some", false), ("", false)]].concat();
    for (option, values) in
        [("async-idle-alert", &seconds[..]), ("async-idle-close", &seconds[..]), ("async-idle-notices", &notices[..])]
    {
        for (value, good) in values {
            let flags = parse(format!("--{option}={value}"));
            let file = Deployment::parse(&format!("{GOOD}{option}={value}\n"));
            assert_eq!((flags.is_ok(), file.is_ok()), (*good, *good), "{option}={value}");
        }
    }
    // The file goes before the flags, option by option.
    let flags = AsyncSettings { async_idle_alert: 5, async_idle_close: 6, ..AsyncSettings::default() };
    let file = Deployment::parse(&format!("{GOOD}async-idle-alert=7\nasync-idle-notices=all\n")).unwrap();
    let both = file.settings.asynchronous(&flags);
    assert_eq!((both.async_idle_alert, both.async_idle_close), (7, 6));
    assert_eq!(both.async_idle_notices, IncludedNotices::All);
}
