//! GMS API v1: request-chat, the chat's verbs and object, storage, callbacks, availability, push (backend 2).

use reqwest::header::{COOKIE, ORIGIN, SET_COOKIE};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::chat_immediate::{USER, callback, start_chat};
use crate::gms::ALLOWED_HEADERS;
use crate::harness::Servers;
use crate::silence::{departures, until_gone};

/// Searches that name no customer and no service, and so would list those of others.
pub const EVERYBODY: [&str; 6] = [
    "",
    "_service=chat-immediate",
    "_callback_state=QUEUED",
    "_callback_state=SCHEDULED&_service=chat-immediate",
    "_device_os=comet",
    "_id=&_customer_number=&_service=chat-immediate",
];

async fn post(servers: &Servers, path: &str, fields: &[(&str, &str)]) -> Response {
    servers.http.post(format!("{}{path}", servers.at.gms)).form(fields).send().await.unwrap()
}

async fn object(servers: &Servers, path: &str, fields: &[(&str, &str)]) -> Value {
    let response = post(servers, path, fields).await;
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    response.json().await.unwrap()
}

/// Path of the chat of a new service, with an agent signed in.
async fn requested(servers: &Servers, fields: &[(&str, &str)]) -> String {
    servers.agent("Alex").await;
    let answer = object(servers, "/genesys/1/service/request-chat", fields).await;
    answer["_chatIxnAPI-CREATE-URL"].as_str().unwrap().to_owned()
}

fn shown(object: &Value) -> Vec<Vec<String>> {
    serde_json::from_value(object["transcriptToShow"].clone()).unwrap()
}

#[tokio::test]
async fn request_chat_needs_an_agent() {
    let servers = Servers::start().await;
    let path = "/genesys/1/service/request-chat";
    let nobody = post(&servers, path, &[]).await;
    assert_eq!(nobody.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(nobody.text().await.unwrap().is_empty(), "without a body");
    let agent = servers.agent("Alex").await;
    let answer = object(&servers, path, &[("usr_reason", "bill")]).await;
    let id = answer["_id"].as_str().unwrap();
    let expected = json!({ "_id": id, "_chatIxnAPI-CREATE-URL": format!("/genesys/1/service/{id}/ixn/chat") });
    assert_eq!(answer, expected);
    let verbose = object(&servers, path, &[("_verbose", "true")]).await;
    assert_eq!(verbose["_service"], "request-chat");
    assert!(verbose["_expiration_time"].as_str().unwrap().ends_with('Z'));
    // What the request says is attached to the chat.
    let chat = object(&servers, &format!("/genesys/1/service/{id}/ixn/chat"), &[("FirstName", "Ann")]).await;
    let seen = agent.chat(chat["chatSessionId"].as_str().unwrap()).await;
    assert_eq!((&seen["attachedData"]["usr_reason"], &seen["customer"]), (&json!("bill"), &json!("Ann")));
    agent.post("/ready", json!({ "ready": false })).await;
    assert_eq!(post(&servers, path, &[]).await.status(), StatusCode::SERVICE_UNAVAILABLE);
    // The service itself is forgotten after its hour.
    servers.clock.advance(3_600_000);
    let gone = post(&servers, &format!("/genesys/1/service/{id}/ixn/chat/refresh"), &[]).await;
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_chat_by_its_verbs() {
    let servers = Servers::start().await;
    let path = requested(&servers, &[]).await;
    let fields = [
        ("firstName", "Ann"),
        ("lastName", "Lee"),
        ("email", "ann@shop.example"),
        ("subject", "Bill"),
        ("push_notification_deviceid", "d-1"),
        ("push_notification_type", "gcm"),
        ("push_notification_language", "en"),
        ("push_notification_debug", "true"),
    ];
    assert_eq!(post(&servers, &format!("{path}/refresh"), &[]).await.status(), StatusCode::NOT_FOUND, "no chat yet");
    let chat = object(&servers, &path, &fields).await;
    assert_eq!((&chat["chatIxnState"], &chat["transcriptPosition"]), (&json!("CONNECTED"), &json!(2)));
    assert_eq!(chat["chatServiceMessage"], "Chat service is available");
    let started = chat["startedAt"].as_str().unwrap();
    assert!(started.len() == 20 && started.ends_with('Z') && started.as_bytes()[10] == b'T', "{started}");
    assert_eq!(shown(&chat), [["Notice.Joined", "Ann Lee", "", "0", "CLIENT"]]);
    assert!(chat.get("secureKey").is_none(), "only when asked");

    let agent = servers.agent("Alex").await;
    let id = chat["chatSessionId"].as_str().unwrap();
    let data = agent.chat(id).await["attachedData"].clone();
    assert_eq!((&data["EmailAddress"], &data["LastName"]), (&json!("ann@shop.example"), &json!("Lee")));
    assert_eq!((&data["FirstName"], &data["Subject"]), (&json!("Ann"), &json!("Bill")));
    for (name, value) in &fields[4..] {
        assert_eq!(data[name], *value, "{name}");
    }
    agent.post(&format!("/chats/{id}/accept"), json!({})).await;
    agent.say(id, "Hello").await;
    let sent = object(&servers, &format!("{path}/send"), &[("message", "Hi"), ("transcriptPosition", "2")]).await;
    assert_eq!(sent["chatIxnState"], "TRANSCRIPT");
    let events: Vec<[String; 3]> =
        shown(&sent).into_iter().map(|e| [e[0].clone(), e[2].clone(), e[4].clone()]).collect();
    assert_eq!(
        events,
        [["Notice.Joined", "", "AGENT"], ["Message.Text", "Hello", "AGENT"], ["Message.Text", "Hi", "CLIENT"]]
    );
    // The position stands in body or address; without one everything comes; a message is sent along.
    for (query, fields, count) in
        [("", vec![], 4), ("", vec![("transcriptPosition", "4")], 1), ("?transcriptPosition=3", vec![], 2)]
    {
        let answer = object(&servers, &format!("{path}/refresh{query}"), &fields).await;
        assert_eq!((shown(&answer).len(), &answer["transcriptPosition"]), (count, &json!(5)));
    }
    let by_get = servers.get(&format!("{}{path}/refresh?transcriptPosition=4", servers.at.gms)).await;
    assert!(by_get.text.contains("Message.Text"));
    let both = object(&servers, &format!("{path}/refresh"), &[("message", "Both"), ("transcriptPosition", "5")]).await;
    assert_eq!(shown(&both)[0][2], "Both");

    object(&servers, &format!("{path}/startTyping"), &[]).await;
    assert_eq!(agent.chat(id).await["customerTyping"], true);
    let stopped = object(&servers, &format!("{path}/stopTyping"), &[("transcriptPosition", "6")]).await;
    let typing: Vec<String> = shown(&stopped).into_iter().map(|entry| entry[0].clone()).collect();
    assert_eq!(typing, ["Notice.TypingStarted", "Notice.TypingStopped"]);
    assert_eq!(post(&servers, &format!("{path}/send"), &[]).await.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(post(&servers, &format!("{path}/dance"), &[]).await.status(), StatusCode::NOT_FOUND);
    let over = object(&servers, &format!("{path}/disconnect"), &[]).await;
    assert_eq!(
        (&over["chatIxnState"], &over["chatServiceMessage"]),
        (&json!("DISCONNECTED"), &json!("Chat session is over"))
    );
    assert_eq!(object(&servers, &format!("{path}/refresh"), &[]).await["chatIxnState"], "DISCONNECTED");
    assert_eq!(agent.chat(id).await["state"], "ended");
}

#[tokio::test]
async fn every_verb_is_done_by_get_as_well() {
    let servers = Servers::start().await;
    let path = requested(&servers, &[]).await;
    let chat = object(&servers, &path, &[("firstName", "Ann")]).await;
    let agent = servers.agent("Alex").await;
    let seen = async || agent.chat(chat["chatSessionId"].as_str().unwrap()).await;
    let get = async |verb: &str| {
        let page = servers.get(&format!("{}{path}/{verb}", servers.at.gms)).await;
        assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, "application/json;charset=UTF-8"));
        serde_json::from_str::<Value>(&page.text).unwrap()
    };
    assert_eq!(shown(&get("send?message=H%C3%A9llo+you&transcriptPosition=2").await)[0][2], "Héllo you");
    assert_eq!(shown(&get("refresh?transcriptPosition=2").await).len(), 1);
    get("startTyping?message=I+wou").await;
    let typing = seen().await;
    assert_eq!((&typing["customerTyping"], &typing["preview"]), (&json!(true), &json!("I wou")));
    get("stopTyping").await;
    assert_eq!(seen().await["customerTyping"], false);
    assert_eq!(get("disconnect").await["chatIxnState"], "DISCONNECTED");
    assert_eq!(seen().await["state"], "ended");
}

#[tokio::test]
async fn verbose_answers_have_links_and_servers() {
    let servers = Servers::with(|config| config.gms.enable_fast_chat_transcript_refresh = true).await;
    let path = requested(&servers, &[("TimeZone", "-480")]).await;
    let fields = [
        ("_verbose", "true"),
        ("userDisplayName", "Annie"),
        ("FirstName", "Ann"),
        ("LastName", "Lee"),
        ("EmailAddress", "ann@shop.example"),
    ];
    let chat = object(&servers, &path, &fields).await;
    let data = servers.agent("Alex").await.chat(chat["chatSessionId"].as_str().unwrap()).await["attachedData"].clone();
    for (name, value) in &fields[2..] {
        assert_eq!(data[name], *value, "{name}, spelt so");
    }
    let (host, port) = servers.at.gms.strip_prefix("http://").unwrap().split_once(':').unwrap();
    for (key, value) in [
        ("chatServerHost", json!(host)),
        ("chatWebApiPort", json!(port)),
        ("isTLSrequired", json!(false)),
        ("clientTimeZoneOffset", json!(-480)),
        ("chatServerLoadBalancerAlias", json!("117")),
        ("_chatIxnAPI-SEND-URL", json!(format!("{path}/send"))),
        ("_chatIxnAPI-REFRESH-URL", json!(format!("{path}/refresh"))),
        ("_chatIxnAPI-START-TYPING-URL", json!(format!("{path}/startTyping"))),
        ("_chatIxnAPI-STOP-TYPING-URL", json!(format!("{path}/stopTyping"))),
        ("_chatIxnAPI-DISCONNECT-URL", json!(format!("{path}/disconnect"))),
        ("_chatIxnAPI-REFRESH-FROM-START-URL", json!(format!("{path}/refresh?transcriptPosition=1"))),
    ] {
        assert_eq!(chat[key], value, "{key}");
    }
    assert!(chat["checkChatServiceLoadBalancerPath"].as_str().unwrap().ends_with("ChatLBServerInfo.jsp"));
    // With user id and key the same chat is there by API v2.
    let ids = [("userId", chat["userId"].as_str().unwrap()), ("secureKey", chat["secureKey"].as_str().unwrap())];
    let v2 = format!("/genesys/2/chat/customer-support/{}/refresh", chat["chatSessionId"].as_str().unwrap());
    assert_eq!(object(&servers, &v2, &ids).await["statusCode"], 0);
    // The operator's option adds the index.
    assert_eq!(shown(&chat), [["Notice.Joined", "Annie", "", "0", "CLIENT", "1"]]);
}

#[tokio::test]
async fn every_event_and_every_party_has_its_name() {
    let servers = Servers::with(|config| config.esp.esp_port = Some(0)).await;
    let path = requested(&servers, &[]).await;
    let chat = object(&servers, &path, &[("firstName", "Ann")]).await;
    let id = chat["chatSessionId"].as_str().unwrap();
    let agent = servers.agent("Alex").await;
    agent.post(&format!("/chats/{id}/accept"), json!({})).await;
    let sue = servers.agent_with("Sue", json!({ "role": "supervisor", "media": [] })).await;
    sue.post(&format!("/chats/{id}/supervise"), json!({ "mode": "barge-in" })).await;
    sue.say(id, "I am the supervisor").await;
    agent.post(&format!("/chats/{id}/typing"), json!({ "on": true })).await;
    agent.post(&format!("/chats/{id}/typing"), json!({ "on": false })).await;
    let url = format!("{}/esp/ChatServer", servers.at.esp.as_ref().unwrap());
    for (method, parameters) in [
        ("Message", json!({ "MessageText": "Your place is 1", "Nickname": "Bank" })),
        ("Notice", json!({ "NoticeType": "USER_PUSHED_URL", "NoticeText": "https://bank.example/" })),
        ("Notice", json!({ "NoticeType": "USER_CUSTOM", "NoticeText": "seen" })),
    ] {
        let body = json!({ "service": "Chat", "method": method, "parameters": parameters,
            "userData": { "InteractionId": id } });
        let answer: Value = servers.http.post(&url).json(&body).send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["event"], "response");
    }
    sue.post(&format!("/chats/{id}/supervise"), json!({ "mode": "off" })).await;
    let seen: Vec<_> = shown(&object(&servers, &format!("{path}/refresh"), &[]).await)
        .into_iter()
        .map(|entry| (entry[0].clone(), entry[1].clone(), entry[2].clone(), entry[4].clone()))
        .collect();
    let expected = [
        ("Notice.Joined", "Ann", "", "CLIENT"),
        ("Notice.Joined", "Alex", "", "AGENT"),
        ("Notice.Joined", "Sue", "", "SUPERVISOR"),
        ("Message.Text", "Sue", "I am the supervisor", "SUPERVISOR"),
        ("Notice.TypingStarted", "Alex", "", "AGENT"),
        ("Notice.TypingStopped", "Alex", "", "AGENT"),
        ("Message.Text", "Bank", "Your place is 1", "EXTERNAL"),
        ("Notice.PushUrl", "Server", "https://bank.example/", "EXTERNAL"),
        ("Notice.Custom", "Server", "seen", "EXTERNAL"),
        ("Notice.Left", "Sue", "", "SUPERVISOR"),
    ];
    assert_eq!(seen, expected.map(|(a, b, c, d)| (a.to_owned(), b.to_owned(), c.to_owned(), d.to_owned())));
}

#[tokio::test]
async fn a_chat_whose_news_are_pushed_needs_a_user() {
    let servers = Servers::start().await;
    let path = requested(&servers, &[]).await;
    let url = format!("{}{path}", servers.at.gms);
    let comet = [("notify_by", "comet")];
    let refused = servers.http.post(&url).form(&comet).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(refused.text().await.unwrap().contains("gms_user"));
    assert_eq!(post(&servers, &format!("{path}/refresh"), &[]).await.status(), StatusCode::NOT_FOUND, "no chat began");
    let taken = servers.http.post(&url).header("gms_user", USER).form(&comet).send().await.unwrap();
    assert_eq!(taken.status(), StatusCode::OK);
    // Who polls needs none; and the user may be that of the service, or a field.
    let path = requested(&servers, &[]).await;
    assert_eq!(post(&servers, &path, &[]).await.status(), StatusCode::OK);
    let path = requested(&servers, &[]).await;
    assert_eq!(post(&servers, &path, &[comet[0], ("subscriptionID", USER)]).await.status(), StatusCode::OK);
    let service = callback(&servers, "chat-immediate").await;
    let start = servers.http.post(service["_start_chat_url"].as_str().unwrap()).form(&comet);
    assert_eq!(start.send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn storage_keeps_values_for_a_service() {
    let servers = Servers::start().await;
    let id = callback(&servers, "chat-immediate").await["_id"].as_str().unwrap().to_owned();
    let url = format!("{}/genesys/1/service/{id}/storage", servers.at.gms);
    let json_of = async |url: &str| servers.http.get(url).send().await.unwrap().json::<Value>().await.unwrap();
    assert_eq!(json_of(&url).await, json!({}));
    for request in
        [servers.http.post(&url).form(&[("a", "1"), ("b", "2")]), servers.http.post(&url).json(&json!({ "b": "3" }))]
    {
        assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
    }
    assert_eq!(json_of(&url).await, json!({ "a": "1", "b": "3" }));
    assert_eq!(json_of(&format!("{url}/b")).await, json!({ "b": "3" }));
    assert_eq!(servers.http.delete(format!("{url}/b")).send().await.unwrap().status(), StatusCode::OK);
    assert_eq!(servers.http.get(format!("{url}/b")).send().await.unwrap().status(), StatusCode::NOT_FOUND);
    assert_eq!(servers.http.delete(&url).send().await.unwrap().status(), StatusCode::OK);
    assert_eq!(json_of(&url).await, json!({}));
    let unknown = format!("{}/genesys/1/service/369-0/storage", servers.at.gms);
    assert_eq!(servers.http.get(unknown).send().await.unwrap().status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn callbacks_are_listed_changed_and_cancelled() {
    let servers = Servers::start().await;
    let callback = callback(&servers, "chat-immediate").await;
    let id = callback["_id"].as_str().unwrap();
    let base = format!("{}/genesys/1/service/callback/chat-immediate", servers.at.gms);
    let list = async |query: &str| -> (StatusCode, Vec<Value>) {
        let response = servers.http.get(format!("{base}?{query}")).send().await.unwrap();
        (response.status(), response.json().await.unwrap_or_default())
    };
    let (_, found) = list("_customer_number=5551&usr_reason=billing%20question").await;
    assert_eq!((found.len(), &found[0]["_id"]), (1, &json!(id)));
    for other in ["_customer_number=0000", "_customer_number=5551&usr_reason=another"] {
        assert_eq!(list(other).await.1.len(), 0, "{other}");
    }
    for everybody in EVERYBODY {
        assert_eq!(list(everybody).await, (StatusCode::UNSUPPORTED_MEDIA_TYPE, Vec::new()), "{everybody}");
    }
    let put = |body: Value| servers.http.put(format!("{base}/{id}")).json(&body).send();
    let changed = put(json!({ "_new_desired_time": "2099-05-01T10:07:00Z", "usr_reason": "other" })).await.unwrap();
    let changed: Value = changed.json().await.unwrap();
    assert_eq!((&changed["_desired_time"], &changed["usr_reason"]), (&json!("2099-05-01T10:07:00Z"), &json!("other")));
    assert_eq!(changed["_expiration_time"], "2099-05-02T10:07:00Z", "a day after the desired time");
    assert_eq!(put(json!({ "_desired_time": "soon" })).await.unwrap().status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);

    // Slots of a quarter of an hour, each with the agents who are ready less those who are booked.
    let slots = async |query: &str| -> Value {
        servers.http.get(format!("{base}/availability?{query}")).send().await.unwrap().json().await.unwrap()
    };
    servers.agent("Alex").await;
    servers.agent("Bea").await;
    let times = "start=2099-05-01T09:50:00Z&end=2099-05-01T10:30:00Z";
    let expected = json!({ "2099-05-01T10:00:00Z": 1, "2099-05-01T10:15:00Z": 2 });
    assert_eq!(slots(times).await, expected);
    assert_eq!(slots(&format!("{times}&max-time-slots=1")).await, json!({ "2099-05-01T10:00:00Z": 1 }));
    let days = slots("start=2099-05-01T00:00:00Z&number-of-days=2").await;
    assert_eq!(days.as_object().unwrap().len(), 2 * 96);
    let bad = servers.http.get(format!("{base}/availability?start=x")).send().await.unwrap();
    assert_eq!(bad.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);

    let delete = || servers.http.delete(format!("{base}/{id}")).send();
    assert_eq!(delete().await.unwrap().status(), StatusCode::OK);
    assert_eq!(delete().await.unwrap().status(), StatusCode::NOT_FOUND);
    assert_eq!(list(&format!("_id={id}")).await.1[0]["_callback_state"], "CANCELLED");
    let url = callback["_start_chat_url"].as_str().unwrap();
    assert_eq!(servers.http.post(url).send().await.unwrap().status(), StatusCode::NOT_FOUND);
    assert_eq!(slots(times).await["2099-05-01T10:00:00Z"], 2);
    // Pages of other sites may do all that if they are listed.
    let preflight = servers.http.request(Method::OPTIONS, format!("{base}/{id}")).header(ORIGIN, &servers.at.site);
    let preflight = preflight.send().await.unwrap();
    assert_eq!(preflight.headers()["access-control-allow-methods"], "POST, GET, PUT, DELETE, OPTIONS");
    assert_eq!(preflight.headers()["access-control-allow-headers"], ALLOWED_HEADERS);
}

#[tokio::test]
async fn news_are_pushed_to_the_customers_device() {
    let servers = Servers::with(|config| config.silence.flex_disconnect_timeout = 60).await;
    let url = format!("{}/genesys/cometd", servers.at.gms);
    let comet = async |cookie: &str, user: &str, message: Value| {
        let request = servers.http.post(&url).header(COOKIE, cookie).header("gms_user", user);
        request.body(json!([message]).to_string()).send().await.unwrap()
    };
    /// A device of this user that listens on the channel.
    async fn device(comet: &impl AsyncFn(&str, &str, Value) -> Response, user: &str) -> (String, Value) {
        let response = comet("", user, json!({ "channel": "/meta/handshake" })).await;
        let cookie = response.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        let client = response.json::<Value>().await.unwrap()[0]["clientId"].clone();
        let subscribe = json!({ "channel": "/meta/subscribe", "clientId": client, "subscription": "/_genesys" });
        comet(&cookie, user, subscribe).await;
        (cookie, client)
    }
    let (cookie, client) = device(&comet, USER).await;
    let (other_cookie, other) = device(&comet, "somebody-else").await;

    let callback = callback(&servers, "chat-immediate").await;
    let chat = callback["_start_chat_url"].as_str().unwrap();
    let start = servers.http.post(chat).form(&[("notify_by", "comet"), ("subscriptionID", USER)]);
    let object: Value = start.send().await.unwrap().json().await.unwrap();
    let agent = servers.agent("Alex").await;
    let id = object["chatSessionId"].as_str().unwrap();
    agent.post(&format!("/chats/{id}/accept"), json!({})).await;
    agent.say(id, "Hello Bob").await;
    let (mut events, mut position) = (Vec::new(), 0);
    while !events.iter().any(|event: &Vec<String>| event[2] == "Hello Bob") {
        let connect = json!({ "channel": "/meta/connect", "clientId": client });
        let answer: Vec<Value> = comet(&cookie, USER, connect).await.json().await.unwrap();
        for message in answer.iter().filter(|message| message["channel"] == "/_genesys") {
            let data = &message["data"];
            let tag = format!("service.chat.refresh.{}", callback["_id"].as_str().unwrap());
            assert_eq!((&data["id"], &data["tag"]), (&json!(USER), &json!(tag)));
            assert_eq!(data["message"]["chatSessionId"], id);
            events.extend(shown(&data["message"]));
            position = data["message"]["transcriptPosition"].as_u64().unwrap();
        }
    }
    let kinds: Vec<&str> = events.iter().map(|event| event[0].as_str()).collect();
    assert_eq!((kinds, position), (vec!["Notice.Joined", "Notice.Joined", "Message.Text"], 4), "each once");
    let connect = json!({ "channel": "/meta/connect", "clientId": other, "advice": { "timeout": 0 } });
    let nothing: Vec<Value> = comet(&other_cookie, "somebody-else", connect).await.json().await.unwrap();
    assert_eq!(nothing.len(), 1, "another user's device hears nothing");
    // A chat that polls is not pushed.
    let polled = crate::chat_immediate::callback(&servers, "chat-immediate").await;
    let polled = start_chat(&servers, &polled).await;
    let connect = json!({ "channel": "/meta/connect", "clientId": client, "advice": { "timeout": 0 } });
    let nothing: Vec<Value> = comet(&cookie, USER, connect).await.json().await.unwrap();
    assert_eq!(nothing.len(), 1);
    // While the device waits, the customer of its chat is there; the one who should poll is not.
    for _ in 0..3 {
        let connect = json!({ "channel": "/meta/connect", "clientId": client });
        let more = comet(&cookie, USER, connect);
        assert_eq!(tokio::join!(more, agent.say(id, "One moment")).0.status(), StatusCode::OK);
        servers.clock.advance(35_000);
    }
    until_gone(&agent, polled["chatSessionId"].as_str().unwrap()).await;
    assert_eq!(departures(&agent.chat(id).await), 0);
}
