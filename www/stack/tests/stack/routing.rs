//! Who gets a chat: targets, their times and conditions (Chat Immediate, option `_target`), and the inbound chat's own group.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::chat_immediate::{accept, callback, service, start_chat, with_services};
use crate::guest::Guest;
use crate::harness::{Agent, Servers};

/// A chat of the service `s` with this `_target`.
async fn with_target(target: &str, more: &str) -> Servers {
    with_services(&format!("[service.s]\n_target={target}\n_urs_virtual_queue=q\n{more}")).await
}

async fn routed(servers: &Servers) -> Value {
    let callback = callback(servers, "s").await;
    start_chat(servers, &callback).await
}

async fn offered(agent: &Agent<'_>, chat: &Value) -> Value {
    agent.get("/chats").await;
    agent.chat(chat["chatSessionId"].as_str().unwrap()).await["offeredTo"].clone()
}

#[tokio::test]
async fn every_type_of_target_means_somebody() {
    let ann = json!({
        "groups": ["Billing"], "placeGroups": ["Hall"], "campaignGroups": ["Spring"],
        "skills": { "English": 20, "Loans": 2 }, "place": "Desk 7",
    });
    let longest = format!("?:{}@StatServer.GA", vec!["English>0"; 512].join("&"));
    for (target, meant) in [
        ("Ann@StatServer.A", true),
        ("Bob@StatServer.A", false),
        ("Desk 7@StatServer.AP", true),
        ("Desk 8@StatServer.AP", false),
        ("Billing@StatServer.GA", true),
        ("Hall@StatServer.GP", true),
        ("Spring@StatServer.GC", true),
        // Each type has groups of its own.
        ("Billing@StatServer.GP", false),
        ("Spring@StatServer.GP", false),
        ("Billing@StatServer.GC", false),
        ("Hall@StatServer.GC", false),
        ("Hall@StatServer.GA", false),
        ("Sales@StatServer.GA", false),
        ("?:English=20&;Loans=2@StatServer.GA", true),
        ("?:English>20|Loans>2@StatServer.GA", false),
        (longest.as_str(), true),
    ] {
        let servers = with_target(target, "").await;
        let agent = servers.agent_with("Ann", ann.clone()).await;
        let chat = routed(&servers).await;
        assert_eq!(offered(&agent, &chat).await == json!("Ann"), meant, "{target}");
        assert_eq!(accept(&agent, &chat).await.0 == StatusCode::OK, meant, "{target}");
    }
}

#[tokio::test]
async fn targets_follow_each_other_by_timeout_and_clear() {
    let list = r#"[{"target":"A@S.GA","timeout":"10","clear":true},{"target":"B@S.GA","timeout":20,"clear":false},{"target":"C@S.GA","timeout":30}]"#;
    let servers = with_target(list, "").await;
    let ann = servers.agent_with("Ann", json!({ "groups": ["A"] })).await;
    let chat = routed(&servers).await;
    assert_eq!(offered(&ann, &chat).await, "Ann");
    servers.clock.advance(9_000);
    assert_eq!(offered(&ann, &chat).await, "Ann", "until the target's timeout");
    servers.clock.advance(1_000);
    assert_eq!(offered(&ann, &chat).await, Value::Null, "cleared: only B counts");
    assert_eq!(accept(&ann, &chat).await.1["error"]["code"], "offered_to_other");
    servers.clock.advance(20_000);
    let bea = servers.agent_with("Bea", json!({ "groups": ["B"] })).await;
    assert_eq!(offered(&bea, &chat).await, "Bea", "not cleared: B and C count");
    let cleo = servers.agent_with("Cleo", json!({ "groups": ["C"] })).await;
    assert_eq!(bea.post(&decline(&chat), json!({})).await.1["offeredTo"], "Cleo");
    assert_eq!(accept(&cleo, &chat).await.0, StatusCode::OK);
}

fn decline(chat: &Value) -> String {
    format!("/chats/{}/decline", chat["chatSessionId"].as_str().unwrap())
}

#[tokio::test]
async fn a_target_whose_condition_holds_is_skipped_except_the_last() {
    let condition = |statistic: &str, operator: &str, value: &str| {
        format!(
            r#"[{{"target":"?:English>0@S.GA","stat_to_check":"{statistic}","stat_operator":"{operator}","stat_value":"{value}"}},
            {{"target":"B@S.GA","stat_to_check":"RStatAgentsTotal","stat_operator":">","stat_value":"0"}}]"#
        )
        .replace('\n', " ")
    };
    for (statistic, operator, value, skipped) in [
        ("RStatAgentsReady", "<", "1", false),
        ("RStatAgentsReady", "<", "2", true),
        ("RStatAgentsReadyvoice", "<", "1", true),
        ("RStatAgentsTotal", ">", "0", true),
        ("RStatAgentsTotal", ">", "1", false),
    ] {
        let servers = with_target(&condition(statistic, operator, value), "").await;
        let english = servers.agent_with("Ann", json!({ "groups": [], "skills": { "English": 1 } })).await;
        servers.agent_with("Bea", json!({ "groups": ["B"] })).await;
        let chat = routed(&servers).await;
        let expected = if skipped { "Bea" } else { "Ann" };
        assert_eq!(offered(&english, &chat).await, expected, "{statistic} {operator} {value}");
    }
}

#[tokio::test]
async fn statistics_of_a_group_skip_it_as_well() {
    // Ann is ready for chats, Vic for calls alone, Nora is not ready: all three of the group.
    for (statistic, operator, value, skipped) in [
        ("RStatAgentsReady", ">", "1", true),
        ("RStatAgentsReady", ">", "2", false),
        ("RStatAgentsReadyvoice", ">", "0", true),
        ("RStatAgentsReadyvoice", ">", "1", false),
        ("RStatAgentsTotal", "<", "4", true),
        ("RStatAgentsTotal", "<", "3", false),
        // The chat itself waits, too.
        ("RStatCallsInQueue", ">", "0", true),
        ("RStatCallsInQueue", ">", "1", false),
        ("RStatCallsInQueue", "<", "2", true),
    ] {
        let list = format!(
            r#"[{{"target":"Team@S.GA","stat_to_check":"{statistic}","stat_operator":"{operator}","stat_value":"{value}"}},{{"target":"B@S.GA"}}]"#
        );
        let servers = with_target(&list, "").await;
        let ann = servers.agent_with("Ann", json!({ "groups": ["Team"] })).await;
        servers.agent_with("Vic", json!({ "groups": ["Team"], "media": ["voice"] })).await;
        let nora = servers.agent_with("Nora", json!({ "groups": ["Team"] })).await;
        nora.post("/ready", json!({ "ready": false })).await;
        servers.agent_with("Bea", json!({ "groups": ["B"] })).await;
        let chat = routed(&servers).await;
        let expected = if skipped { "Bea" } else { "Ann" };
        assert_eq!(offered(&ann, &chat).await, expected, "{statistic} {operator} {value}");
    }
}

#[tokio::test]
async fn a_group_whose_queue_is_long_is_skipped_and_counts_only_its_own() {
    let list = r#"[{"target":"Team@S.GA","timeout":600,"stat_to_check":"RStatCallsInQueue","stat_operator":">","stat_value":"2"},{"target":"B@S.GA"}]"#;
    let other = "[service.t]\n_target=Elsewhere@S.GA\n_urs_virtual_queue=q\n";
    let servers = with_target(list, other).await;
    let bea = servers.agent_with("Bea", json!({ "groups": ["B"] })).await;
    // Those who wait for somebody else do not count.
    for _ in 0..3 {
        let elsewhere = callback(&servers, "t").await;
        start_chat(&servers, &elsewhere).await;
    }
    let mut chats = vec![routed(&servers).await, routed(&servers).await];
    for chat in &chats {
        assert_eq!(offered(&bea, chat).await, Value::Null, "two may wait for the group");
    }
    chats.push(routed(&servers).await);
    let mut offers = Vec::new();
    for chat in &chats {
        offers.push(offered(&bea, chat).await);
    }
    assert_eq!(offers.iter().filter(|to| **to == "Bea").count(), 1, "a third may not: {offers:?}");
}

#[tokio::test]
async fn one_agent_is_asked_about_one_chat_at_a_time() {
    let servers = with_target("Team@S.GA", "").await;
    let ann = servers.agent_with("Ann", json!({ "groups": ["Team"] })).await;
    let (first, second) = (routed(&servers).await, routed(&servers).await);
    assert_eq!((offered(&ann, &first).await, offered(&ann, &second).await), (json!("Ann"), Value::Null));
    let bea = servers.agent_with("Bea", json!({ "groups": ["Team"] })).await;
    assert_eq!(offered(&bea, &second).await, "Bea");
    assert_eq!(bea.post(&decline(&first), json!({})).await.0, StatusCode::CONFLICT, "not hers to decline");
    // Whoever is not ready, takes no chats, or signs out is not asked.
    bea.post("/ready", json!({ "ready": false })).await;
    assert_eq!(offered(&bea, &second).await, Value::Null);
    assert_eq!(bea.get("/me").await.1["ready"], false);
    bea.post("/ready", json!({ "ready": true })).await;
    assert_eq!(offered(&bea, &second).await, "Bea");
    assert_eq!(bea.post("/logout", json!({})).await.0, StatusCode::NO_CONTENT);
    assert_eq!(bea.get("/chats").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(offered(&ann, &second).await, Value::Null);
    servers.agent_with("Vic", json!({ "groups": ["Team"], "media": ["voice"] })).await;
    assert_eq!(offered(&ann, &second).await, Value::Null, "voice only");
    assert_eq!(accept(&ann, &first).await.0, StatusCode::OK);
    assert_eq!(offered(&ann, &second).await, "Ann");
}

#[tokio::test]
async fn the_queue_has_an_end() {
    let servers = with_target("Team@S.GA", "_urs_queued_ttl=60\n").await;
    let other = servers.agent_with("Otto", json!({ "groups": ["Other"] })).await;
    let chat = routed(&servers).await;
    servers.clock.advance(59_000);
    assert_eq!(accept(&other, &chat).await.0, StatusCode::CONFLICT);
    servers.clock.advance(1_000);
    assert_eq!(accept(&other, &chat).await.0, StatusCode::OK, "whoever likes");
}

#[tokio::test]
async fn chats_without_a_service_go_to_the_inbound_group() {
    let inbound = "[inbound_chat]\napp_selected_agent_group=Front\napp_find_agent_timeout=15\n";
    let servers = with_services(inbound).await;
    let back = servers.agent_with("Bob", json!({ "groups": ["Back"] })).await;
    let customer = servers.customer().await;
    let chat = json!({ "chatSessionId": customer.id });
    assert_eq!(accept(&back, &chat).await.1["error"]["code"], "offered_to_other");
    let fay = servers.agent_with("Fay", json!({ "groups": ["Front"] })).await;
    assert_eq!(offered(&fay, &chat).await, "Fay");
    let finn = servers.agent_with("Finn", json!({ "groups": ["Front"] })).await;
    servers.clock.advance(15_000);
    assert_eq!(offered(&finn, &chat).await, "Finn", "after the time to find an agent the next one is asked");
    assert_eq!(accept(&finn, &chat).await.0, StatusCode::OK);
    // A service's target that has no time of its own has this one, too.
    let list = r#"[{"target":"A@S.GA","clear":true},{"target":"B@S.GA"}]"#;
    let servers = with_target(list, "[inbound_chat]\napp_find_agent_timeout=15\n").await;
    let ann = servers.agent_with("Ann", json!({ "groups": ["A"] })).await;
    servers.agent_with("Bea", json!({ "groups": ["B"] })).await;
    let chat = routed(&servers).await;
    servers.clock.advance(10_000);
    assert_eq!(offered(&ann, &chat).await, "Ann");
    servers.clock.advance(5_000);
    assert_eq!(offered(&ann, &chat).await, "Bea");
    // Without such a group whoever likes may take it, as before.
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    assert_eq!(agent.chat(&customer.id).await["state"], "active");
}

#[tokio::test]
async fn chats_of_the_cloud_are_routed_as_the_others() {
    let servers = with_services("[inbound_chat]\napp_selected_agent_group=Front\n").await;
    let guest = Guest::create(&servers).await;
    let _stream = guest.connect().await;
    let request = servers.http.post(format!("{}/nexus/v3/chat/sessions", servers.at.cloud));
    let form = [("data[nickname]", "Maria"), ("data[endpoint]", "customer-support")];
    let session: Value =
        request.header("x-api-key", "demo-api-key").form(&form).send().await.unwrap().json().await.unwrap();
    let session = session["data"]["selfUri"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let back = servers.agent_with("Bob", json!({ "groups": ["Back"] })).await;
    for id in [&guest.id, &session] {
        let chat = json!({ "chatSessionId": id });
        assert_eq!(accept(&back, &chat).await.1["error"]["code"], "offered_to_other");
    }
    let fay = servers.agent_with("Fay", json!({ "groups": ["Front"] })).await;
    for _ in 0..2 {
        // One after the other: an agent is asked about one chat at a time.
        let chats = fay.get("/chats").await.1;
        let mine = chats.as_array().unwrap().iter().find(|chat| chat["offeredTo"] == "Fay").unwrap().clone();
        assert_eq!(accept(&fay, &json!({ "chatSessionId": mine["id"] })).await.0, StatusCode::OK);
    }
}

#[tokio::test]
async fn the_passing_of_time_reaches_the_desk_by_itself() {
    let servers = with_target(r#"[{"target":"A@S.GA","timeout":10,"clear":true},{"target":"B@S.GA"}]"#, "").await;
    let ann = servers.agent_with("Ann", json!({ "groups": ["A"] })).await;
    servers.agent_with("Bea", json!({ "groups": ["B"] })).await;
    let callback = callback(&servers, "s").await;
    start_chat(&servers, &callback).await;
    let url = format!("{}/api/events", servers.at.desk);
    let mut events = servers.http.get(url).header("cookie", &ann.cookie).send().await.unwrap();
    let mut text = String::new();
    servers.clock.advance(10_000);
    while !text.contains("\"offeredTo\":\"Bea\"") {
        text.push_str(std::str::from_utf8(&events.chunk().await.unwrap().expect("the stream goes on")).unwrap());
    }
    assert_eq!(service(&servers, "s", &callback["_id"]).await["_agent"], "Bea");
}
