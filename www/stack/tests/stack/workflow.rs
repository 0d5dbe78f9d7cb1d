//! A workflow: a file that says what is done when a chat begins, gets an agent, or is in a MicroApp.

use cx_stack::chat_server::entry::{EntryType, PartyType};
use cx_stack::chat_server::{ChatChange, ChatError};
use cx_stack::workflow::script::Script;
use serde_json::{Value, json};

use crate::chat_immediate::{callback, start_chat};
use crate::front::Front;
use crate::guest::Guest;
use crate::harness::{Agent, Customer, Folder, REQUEST, Servers};
use crate::v3;

const WORKFLOW: &str = "
# What every customer reads first.
[start]
method=Message
MessageText=Welcome. An agent will be with you shortly.
Nickname=Bank
method=Route
target=Billing@StatServer.GA
timeout=60
method=ConfigureSession
GCTI_LanguageCode=en-US
[agent]
method=Message
MessageText=For agents
Visibility=INT
[microapp-start]
method=IdleControlConfigure
timeout-alert=1800
[microapp-end]
method=IdleControlConfigure
reset-parameters=true
";

async fn until(customer: &Customer<'_>, done: impl Fn(&Value) -> bool) -> Value {
    loop {
        let answer = customer.call("refresh", &[("transcriptPosition", "1")]).await;
        if done(&answer) {
            return answer;
        }
        tokio::task::yield_now().await;
    }
}

fn left(answer: &Value) -> i64 {
    answer["idleTimerExpire"].as_i64().unwrap()
}

#[tokio::test]
async fn welcome_routing_and_time_for_a_microapp() {
    let folder = Folder::new();
    let file = folder.0.join("workflow.ini");
    std::fs::write(&file, WORKFLOW).unwrap();
    let mut config = folder.config();
    config.esp.workflow = Some(file);
    config.idle.idle_enabled = true;
    let servers = Servers::from_config(&config).await;
    let customer = servers.customer().await;
    let welcomed = |answer: &Value| {
        let messages = answer["messages"].as_array().unwrap();
        messages.iter().filter(|entry| entry["text"] == "Welcome. An agent will be with you shortly.").count()
    };
    let answer = until(&customer, |answer| welcomed(answer) > 0).await;
    assert_eq!(answer["messages"][1]["from"]["nickname"], "Bank");

    // Only an agent of the group may take it.
    let other = servers.agent("Otto").await;
    let agent = servers.agent_with("Alex", serde_json::json!({ "groups": ["Billing"] })).await;
    let chat = loop {
        let chat = agent.chat(&customer.id).await;
        if chat["offeredTo"] == "Alex" {
            break chat;
        }
        tokio::task::yield_now().await;
    };
    assert!(chat["target"].as_str().unwrap().starts_with("Billing"), "{chat}");
    assert_eq!(chat["attachedData"]["GCTI_LanguageCode"], "en-US");
    assert_eq!(other.post(&format!("/chats/{}/accept", customer.id), Value::Null).await.0, 409);
    assert_eq!(agent.post(&format!("/chats/{}/accept", customer.id), Value::Null).await.0, 200);
    loop {
        let chat = agent.chat(&customer.id).await;
        let newest = chat["transcript"].as_array().unwrap().last().unwrap().clone();
        if newest["text"] == "For agents" && newest["visibility"] == "INT" {
            break;
        }
        tokio::task::yield_now().await;
    }

    agent.say(&customer.id, REQUEST).await;
    let path = customer.go().await.location();
    until(&customer, |answer| left(answer) > 1700).await;
    servers.http.post(format!("{}{path}/hangup", servers.at.messaging)).send().await.unwrap();
    let answer = until(&customer, |answer| left(answer) <= 255).await;
    assert_eq!(welcomed(&answer), 1, "once");
    let codes = agent.audit(&customer.id).await;
    assert!(codes.iter().filter(|code| *code == "workflow_step").count() == 6, "{codes:?}");

    // What is going on already is not welcomed again after a restart.
    let (id, user_id, key) = (customer.id.clone(), customer.user_id.clone(), customer.key.clone());
    drop(servers.stack);
    let again = Servers::from_config(&config).await;
    let newcomer = again.customer().await;
    until(&newcomer, |answer| welcomed(answer) == 1).await;
    let customer = Customer { servers: &again, id, user_id, key };
    assert_eq!(welcomed(&until(&customer, |_| true).await), 1);
}

/// Servers with this workflow, and maybe with services.
async fn with_workflow(workflow: &str, services: Option<&str>) -> Servers {
    let (workflow, services) = (workflow.to_owned(), services.map(str::to_owned));
    Servers::with(move |config| {
        let folder = config.db.as_ref().unwrap().parent().unwrap().to_owned();
        let file = |name: &str, text: &str| {
            std::fs::write(folder.join(name), text).unwrap();
            folder.join(name)
        };
        config.esp.workflow = Some(file("workflow.ini", &workflow));
        config.services = services.map(|text| file("services.ini", &text));
    })
    .await
}

/// Waits until a chat's audit has this code.
async fn audited(agent: &Agent<'_>, chat: &str, code: &str) -> Vec<String> {
    loop {
        let codes = agent.audit(chat).await;
        if codes.iter().any(|one| one == code) {
            return codes;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_route_has_its_time_and_a_chat_that_has_a_target_keeps_it() {
    let route =
        "[start]\nmethod=Route\ntarget=[{\"target\":\"A@S.GA\",\"clear\":true},{\"target\":\"B@S.GA\"}]\ntimeout=20\n";
    let servers = with_workflow(route, None).await;
    let ann = servers.agent_with("Ann", json!({ "groups": ["A"] })).await;
    servers.agent_with("Bea", json!({ "groups": ["B"] })).await;
    let customer = servers.customer().await;
    let offered = async |agent: &Agent<'_>, chat: &str| agent.chat(chat).await["offeredTo"].clone();
    audited(&ann, &customer.id, "workflow_step").await;
    assert_eq!(offered(&ann, &customer.id).await, "Ann");
    servers.clock.advance(19_000);
    ann.get("/chats").await;
    assert_eq!(offered(&ann, &customer.id).await, "Ann");
    servers.clock.advance(1_000);
    while offered(&ann, &customer.id).await != "Bea" {
        tokio::task::yield_now().await;
    }

    // A configured service's chat, and one of the inbound chat application's, go where those say.
    let services =
        "[service.s]\n_target=C@S.GA\n_urs_virtual_queue=q\n[inbound_chat]\napp_selected_agent_group=Front\n";
    let servers = with_workflow(route, Some(services)).await;
    let ann = servers.agent_with("Ann", json!({ "groups": ["A"] })).await;
    let service = callback(&servers, "s").await;
    let of_service = start_chat(&servers, &service).await["chatSessionId"].as_str().unwrap().to_owned();
    let inbound = servers.customer().await.id;
    // And a guest's to those whom the guest needs.
    servers.agent_with("Tom", json!({ "groups": [], "skills": { "Billing": 1, "English": 1 } })).await;
    let guest = Guest::create(&servers).await;
    let _stream = guest.connect().await;
    let skilled = "Billing>0&English>0&English>0";
    for (chat, target, to) in [
        (&of_service, "C@S.GA", Value::Null),
        (&inbound, "Front@StatServer.GA", Value::Null),
        (&guest.id, skilled, json!("Tom")),
    ] {
        let codes = audited(&ann, chat, "workflow_route_kept").await;
        assert!(!codes.contains(&"workflow_step".to_owned()), "{codes:?}");
        let chat = ann.chat(chat).await;
        assert_eq!((&chat["target"], &chat["offeredTo"]), (&json!(target), &to));
    }
}

#[tokio::test]
async fn nobody_takes_a_chat_before_the_workflow_has_sent_it_on_its_way() {
    let servers =
        with_workflow("[start]\nmethod=Message\nMessageText=Welcome\nmethod=Route\ntarget=A@S.GA\n", None).await;
    let ann = servers.agent_with("Ann", json!({ "groups": ["A"] })).await;
    let (chat, mut changes) = (servers.stack.chat.clone(), servers.stack.chat.subscribe());
    // As fast as anybody can be, in a thread of its own: one who takes whatever is heard of, at once.
    let fast = std::thread::spawn(move || {
        let mut answers = Vec::new();
        while answers.len() < 3 {
            if let Ok(ChatChange::Entry { chat_id, entry }) = changes.blocking_recv()
                && entry.kind == EntryType::ParticipantJoined
                && entry.from.kind == PartyType::Client
            {
                answers.push(chat.accept(&chat_id, "Otto"));
            }
        }
        answers
    });
    let customer = servers.customer().await;
    let v3 = v3::Customer::start(&servers).await;
    let guest = Guest::create(&servers).await;
    let _stream = guest.connect().await;
    let answers = tokio::task::spawn_blocking(|| fast.join().unwrap()).await.unwrap();
    assert!(answers.iter().all(|answer| matches!(answer, Err(ChatError::OfferedToOther))), "{answers:?}");
    for chat in [&customer.id, &v3.session, &guest.id] {
        let codes = audited(&ann, chat, "workflow_step").await;
        assert!(!codes.contains(&"workflow_route_kept".to_owned()), "{codes:?}");
        assert_eq!(ann.chat(chat).await["target"], "A@S.GA");
    }
    assert_eq!(ann.chat(&customer.id).await["offeredTo"], "Ann");
}

#[tokio::test]
async fn a_step_that_fails_is_audited_with_its_fault() {
    // A text that is too long is refused by the Chat Server, not by the file.
    let long = "x".repeat(16 * 1024 + 1);
    let steps = format!("[start]\nmethod=Message\nMessageText={long}\nmethod=Message\nMessageText=Welcome\n");
    let servers = with_workflow(&steps, None).await;
    let (customer, agent) = servers.chat().await;
    audited(&agent, &customer.id, "workflow_fault_10").await;
    let codes = audited(&agent, &customer.id, "workflow_step").await;
    let own: Vec<_> = codes.iter().filter(|code| code.starts_with("workflow_")).collect();
    assert_eq!(own, ["workflow_fault_10", "workflow_step"], "the steps after it are done");
    let texts: Vec<_> = customer.messages().await.into_iter().filter(|one| one["type"] == "Message").collect();
    assert_eq!((texts.len(), &texts[0]["text"]), (1, &json!("Welcome")));
}

#[tokio::test]
async fn the_demos_files_are_accepted_and_do_what_they_say() {
    let workflow = concat!(env!("CARGO_MANIFEST_DIR"), "/demo/workflow.ini");
    let flags = ["--workflow", workflow, "--idle-enabled"];
    let front = Front::with(include_str!("../../demo/deployment.ini"), &flags).await;
    let (customer, agent) = front.chat().await;
    let welcomed = |answer: &Value| {
        let mut messages = answer["messages"].as_array().unwrap().iter();
        messages.any(|entry| entry["type"] == "Message" && entry["from"]["nickname"] == "Quayside Bank")
    };
    let answer = until(&customer, welcomed).await;
    assert!((1..=255).contains(&left(&answer)), "{answer}");
    let shown = agent.chat(&customer.id).await["idleExpiresIn"].as_i64().unwrap();
    assert!((1..=255).contains(&shown), "the desk counts down: {shown}");
    agent.say(&customer.id, REQUEST).await;
    let path = customer.go().await.location();
    until(&customer, |answer| left(answer) > 1700).await;
    front.http.post(format!("{}{path}/hangup", front.at.messaging)).send().await.unwrap();
    until(&customer, |answer| left(answer) <= 255).await;
}

#[test]
fn all_faults_of_a_workflow_are_told_at_once() {
    let text = "method=Message\n[begin]\n[start]\nNickname=x\nmethod=Message\nNickname=Bank\nmethod=Shout\n\
                method=Route\nmethod=Route\ntarget=Agents\nmethod=Notice\nNoticeType=USER\nnonsense\n\
                method=Message\nMessageText=a\nMessageText=b\nmethod=Route\ntarget=A@S.GA\nspeed=1";
    let faults = Script::parse(text).unwrap_err();
    let expected = [
        "line 1 stands before any [section]",
        "line 13 is no name=value",
        "line 2 [begin] is none of [start] [agent] [microapp-start] [microapp-end]",
        "line 4 (Nickname) stands before any method=",
        "line 16 (MessageText) is there twice",
        "line 5 (Message) MessageText is mandatory",
        "line 7 (Shout) the method must be Message, Notice, IdleControlConfigure or ConfigureSession",
        "line 8 (Route) needs target",
        "line 9 (Route) target must be target@StatServer.type",
        "line 11 (Notice) NoticeType must be USER_PUSHED_URL or USER_CUSTOM",
        "line 17 (Route) has no parameter speed",
    ];
    assert_eq!(faults.lines().collect::<Vec<_>>(), expected);
}
