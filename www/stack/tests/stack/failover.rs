//! What happens when a Chat Server is killed whose backup is ready (Chat Support, "Setting Chat Server HA-Specific Options").

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use reqwest::Client;
use serde_json::{Value, json};

use crate::effort::kills;
use crate::front::{Front, OPTIONS, PAIR, signal};
use crate::harness::{GOOD_CARD, REQUEST};

#[tokio::test]
async fn killing_the_primary_in_the_middle_of_a_microapp_loses_nothing() {
    let front = Front::start(&format!("{OPTIONS}{PAIR}")).await;
    let (customer, agent) = front.chat().await;
    customer.call("send", &[("message", "before")]).await;
    agent.say(&customer.id, REQUEST).await;
    let path = customer.go().await.location();
    let page = front.microapp(&path).await;
    front.submit(&path, &page, "begin", &[]).await.location();
    let open = front.microapp(&path).await;
    let before = customer.call("refresh", &[("transcriptPosition", "1")]).await;
    assert_eq!(before["alias"], "117");
    let ticket = customer.ticket().await;

    front.kill(0).await;
    // The page goes on: its next call waits for the backup and gets the same, by another alias.
    let after = customer.call("refresh", &[("transcriptPosition", "1")]).await;
    assert_eq!((&after["messages"], &after["chatEnded"]), (&before["messages"], &json!(false)));
    assert_eq!((&after["alias"], &after["statusCode"]), (&json!("118"), &json!(0)));
    let next = customer.call("send", &[("message", "after"), ("transcriptPosition", "-1")]).await;
    assert_eq!(next["messages"][0]["index"].as_u64(), before["nextPosition"].as_u64());

    // The MicroApp stands where it stood, and the form that was open is as good as before.
    assert_eq!(front.microapp(&path).await.text, open.text);
    let launch = format!("/fish-messaging/go/T3NB68E-?ticket={ticket}");
    assert_eq!(front.microapp(&launch).await.location(), path, "and so does the ticket that was given out");
    front.submit(&path, &open, "card", &GOOD_CARD).await.location();
    let page = front.microapp(&path).await;
    front.submit(&path, &page, "pay", &[]).await.location();

    // The agent signs in again and has the chat.
    let agent = front.agent("Alex").await;
    let chat = agent.chat(&customer.id).await;
    assert_eq!((&chat["state"], &chat["agent"]), (&json!("active"), &json!("Alex")));
    let data = agent.record(&customer.id).await["attachedData"].clone();
    assert_eq!(
        (&data["MicroApp_Payment_State"], &data["ChatServerAppName"]),
        (&json!("Approved"), &json!("ChatServer1_B"))
    );
    // A workflow finds the session at the application that has it now.
    let esp = front.at.esp.clone().unwrap();
    let request = json!({ "service": "Chat", "method": "Message", "parameters": { "MessageText": "we go on" },
        "userData": { "InteractionId": customer.id } });
    for (application, event) in [("ChatServer1", "fault"), ("ChatServer1_B", "response")] {
        let answer =
            front.http.post(format!("{esp}/esp/{application}")).body(request.to_string()).send().await.unwrap();
        assert_eq!(answer.json::<Value>().await.unwrap()["event"], event);
    }

    // And back again: the first one was started anew as the backup.
    front.kill(0).await;
    assert_eq!(customer.call("refresh", &[]).await["alias"], "117");
    let texts = customer.messages().await;
    let texts: Vec<_> = texts.iter().filter_map(|entry| entry["text"].as_str()).collect();
    assert_eq!(texts, ["before", REQUEST, "after", "we go on"]);
    assert_eq!(front.state(0).await["failovers"], 2);
}

/// Says numbered things until it is enough; each once, whatever happens.
async fn talk(http: Client, url: String, who: usize, done: Arc<AtomicBool>, told: Arc<AtomicUsize>) -> usize {
    let start = http.post(&url).form(&[("nickname", "Maria")]).send().await.unwrap();
    let start: Value = start.json().await.unwrap();
    let text = |key: &str| start[key].as_str().unwrap().to_owned();
    let ids = [("userId", text("userId")), ("secureKey", text("secureKey")), ("alias", text("alias"))];
    let chat = format!("{url}/{}", text("chatId"));
    let call = async |verb: &str, field: (&'static str, String)| {
        let mut form = ids.to_vec();
        form.push(field);
        let answer = http.post(format!("{chat}/{verb}")).form(&form).send().await.unwrap();
        answer.json::<Value>().await.unwrap()
    };
    let all = async || loop {
        let answer = call("refresh", ("transcriptPosition", "1".to_owned())).await;
        if answer["statusCode"] == 0 {
            return answer["messages"].as_array().unwrap().clone();
        }
    };
    let mut said = 0;
    while !done.load(Ordering::Relaxed) {
        let message = format!("{who}: {said}");
        let answer = call("send", ("message", message.clone())).await;
        // What was not acknowledged may have been done all the same.
        if answer["statusCode"] == 0 || all().await.iter().any(|entry| entry["text"] == message) {
            said += 1;
            told.fetch_add(1, Ordering::Relaxed);
        } else {
            assert_eq!(answer["statusCode"], 1, "it may be repeated: {answer}");
        }
    }
    let transcript = all().await;
    let expected: Vec<_> = (0..said).map(|number| format!("{who}: {number}")).collect();
    let found: Vec<_> = transcript.iter().filter_map(|entry| entry["text"].as_str()).collect();
    assert_eq!(found, expected, "nothing lost, nothing doubled");
    let indices: Vec<_> = transcript.iter().map(|entry| entry["index"].as_u64().unwrap()).collect();
    assert_eq!(indices, (1..=transcript.len() as u64).collect::<Vec<_>>());
    said
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_random_moments_nothing_acknowledged_is_lost() {
    let front = Front::start(&format!("{OPTIONS}{PAIR}")).await;
    let (done, told) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let talkers: Vec<_> = (0..4)
        .map(|who| talk(front.http.clone(), front.chat_url(), who, Arc::clone(&done), Arc::clone(&told)))
        .map(tokio::spawn)
        .collect();
    let times = kills(4);
    for _ in 0..times {
        let state = front.ready(0).await;
        let more = 5 + RandomState::new().build_hasher().finish() % 60;
        let enough = told.load(Ordering::Relaxed) + usize::try_from(more).unwrap();
        while told.load(Ordering::Relaxed) < enough {
            tokio::task::yield_now().await;
        }
        signal("-KILL", &state["pid"]);
        while front.state(0).await["pid"] == state["pid"] {
            tokio::task::yield_now().await;
        }
    }
    front.ready(0).await;
    done.store(true, Ordering::Relaxed);
    for talker in talkers {
        assert!(talker.await.unwrap() > 5);
    }
    assert_eq!(front.state(0).await["failovers"], times);
}
