//! A Chat Server without a backup, the port at which one listens, and what is by design not kept when one is killed (Chat
//! Support, "Chat Server Configuration" and "Setting Chat Server HA-Specific Options").

use reqwest::StatusCode;
use reqwest::header::COOKIE;
use serde_json::{Value, json};

use crate::cometd::Comet;
use crate::front::{Front, OPTIONS, PAIR};
use crate::harness::{GOOD_CARD, REQUEST};

const ALONE: &str = "[chat-server:ChatServer1]\ninteraction-server=InteractionServer\n";

#[tokio::test]
async fn a_server_without_a_backup_is_started_again() {
    let front = Front::start(&format!("{OPTIONS}{ALONE}")).await;
    let customer = front.customer().await;
    assert_eq!(customer.call("send", &[("message", "before")]).await["statusCode"], 0);
    let before = customer.messages().await;
    let state = front.state(0).await;
    assert_eq!((&state["standby"], &state["failovers"]), (&Value::Null, &json!(0)));
    assert_eq!(front.balancer().await[0]["backup"], Value::Null);
    crate::front::signal("-KILL", &state["pid"]);
    // Its next call waits for the same server, which is another process now.
    let after = customer.call("refresh", &[("transcriptPosition", "1")]).await;
    assert_eq!((&after["messages"], &after["alias"]), (&json!(before), &json!("117")));
    assert_eq!(customer.call("send", &[("message", "after")]).await["statusCode"], 0);
    let again = front.state(0).await;
    assert_eq!((&again["active"], &again["standby"]), (&json!("ChatServer1"), &Value::Null));
    assert_ne!(again["pid"], state["pid"]);
}

#[tokio::test]
async fn a_standby_that_dies_is_started_again() {
    let front = Front::start(&format!("{OPTIONS}{PAIR}")).await;
    let customer = front.customer().await;
    let before = front.ready(0).await;
    crate::front::signal("-KILL", &before["standbyPid"]);
    while front.ready(0).await["standbyPid"] == before["standbyPid"] {
        tokio::task::yield_now().await;
    }
    let again = front.state(0).await;
    assert_eq!((&again["pid"], &again["failovers"]), (&before["pid"], &json!(0)), "nobody else was disturbed");
    // It takes over as the first one would have done.
    front.kill(0).await;
    assert_eq!(customer.call("refresh", &[]).await["alias"], "118");
    let after = front.ready(0).await;
    assert_eq!((&after["pid"], &after["failovers"]), (&again["standbyPid"], &json!(1)));
}

#[tokio::test]
async fn a_chat_server_listens_where_the_operator_says() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let server = format!("{PAIR}port={free}\n");
    let front = Front::start(&format!("{OPTIONS}{server}")).await;
    let customer = front.customer().await;
    let path = "WebAPI812/SimpleSamples812/ChatHA/ChatLBServerInfo.jsp";
    // Whoever asks there asks the Chat Server itself, and after a failover the one that serves now.
    for (name, alias) in [("ChatServer1", "117"), ("ChatServer1_B", "118")] {
        let told = front.get(&format!("http://127.0.0.1:{free}/{path}")).await;
        let told: Value = serde_json::from_str(&told.text).unwrap();
        assert_eq!((&told[0]["name"], &told[0]["chatServerLoadBalancerAlias"]), (&json!(name), &json!(alias)));
        let url = format!("http://127.0.0.1:{free}/genesys/2/chat/customer-support/{}/refresh", customer.id);
        let ids = [("userId", &customer.user_id), ("secureKey", &customer.key)];
        let answer: Value = front.http.post(url).form(&ids).send().await.unwrap().json().await.unwrap();
        assert_eq!((&answer["statusCode"], &answer["alias"]), (&json!(0), &json!(alias)));
        if alias == "117" {
            front.kill(0).await;
            assert_eq!(customer.call("refresh", &[]).await["alias"], "118");
        }
    }
}

#[tokio::test]
async fn what_a_killed_server_forgets() {
    let front = Front::with(&format!("{OPTIONS}{PAIR}"), &["--enable-notification-mode"]).await;
    let (customer, agent) = front.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let path = customer.go().await.location();
    let page = front.microapp(&path).await;
    front.submit(&path, &page, "begin", &[]).await.location();
    let page = front.microapp(&path).await;
    front.submit(&path, &page, "card", &GOOD_CARD).await.location();
    let ready = front.microapp(&path).await;
    let comet = Comet::new(&front).await;
    let post = async |path: &str| -> Value {
        let request = front.http.post(format!("{}{path}", front.at.gms)).form(&[("_verbose", "true")]);
        request.send().await.unwrap().json().await.unwrap()
    };
    let service = post("/genesys/1/service/request-chat").await["_chatIxnAPI-CREATE-URL"].as_str().unwrap().to_owned();
    assert_ne!(post(&service).await["secureKey"], "");
    customer.call("startTyping", &[("message", "I wou")]).await;
    agent.post(&format!("/chats/{}/typing", customer.id), json!({ "on": true })).await;
    front.agent("Bea").await;
    agent.post(&format!("/chats/{}/consult", customer.id), json!({ "agent": "Bea" })).await;
    let chat = agent.chat(&customer.id).await;
    assert_eq!((&chat["preview"], &chat["customerTyping"]), (&json!("I wou"), &json!(true)));
    assert_eq!(chat["asked"], "Bea");
    front.kill(0).await;
    assert_eq!(customer.call("refresh", &[]).await["alias"], "118");

    // Who was signed in at the desk.
    let gone =
        front.http.get(format!("{}/api/chats", front.at.desk)).header(COOKIE, &agent.cookie).send().await.unwrap();
    assert_eq!(gone.status(), StatusCode::UNAUTHORIZED);
    // What was being typed.
    let agent = front.agent("Alex").await;
    let chat = agent.chat(&customer.id).await;
    assert_eq!((&chat["preview"], &chat["customerTyping"]), (&json!(""), &json!(false)));
    assert_eq!(
        (&chat["state"], &chat["agent"]),
        (&json!("active"), &json!("Alex")),
        "the chat itself is his as before"
    );
    // A colleague who was asked and has not come.
    assert_eq!(chat["asked"], Value::Null);
    // A CometD client, which shakes hands again.
    assert_eq!(comet.ask(json!({ "channel": "/meta/connect" })).await[0]["error"], "402::Unknown client");
    // The secure key of a chat of API v1, which no database has; the service's id opens the chat as before.
    let chat = post(&format!("{service}/refresh")).await;
    assert_eq!((&chat["secureKey"], &chat["chatIxnState"]), (&json!(""), &json!("TRANSCRIPT")));
    // A card that was entered and not paid: nothing is charged, and it is asked for again.
    front.submit(&path, &ready, "pay", &[]).await.location();
    let page = front.microapp(&path).await;
    assert!(page.text.contains("name=\"number\"") && !page.text.contains("4111 1111"), "{}", page.text);
    assert_eq!(agent.record(&customer.id).await["attachedData"]["MicroApp_Payment_State"], "CardEntered");
    front.submit(&path, &page, "card", &GOOD_CARD).await.location();
    let page = front.microapp(&path).await;
    front.submit(&path, &page, "pay", &[]).await.location();
    assert_eq!(agent.record(&customer.id).await["attachedData"]["MicroApp_Payment_State"], "Approved");
}
