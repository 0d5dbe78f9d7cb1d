//! Behind the first gate: requests of workflows and messages of CometD clients.

use futures_util::{SinkExt, StreamExt};
use reqwest::header::{COOKIE, ORIGIN};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::gates::{answer, shown, texts, values};
use super::inside::says_no_fault;
use crate::cometd::{CHANNEL, Comet, ids, with};
use crate::live::with_all_servers;

#[tokio::test]
async fn no_parameter_of_a_workflow_is_a_fault() {
    let servers = with_all_servers().await;
    let (customer, _agent) = servers.chat().await;
    let url = format!("{}/esp/ChatServer", servers.at.esp.as_ref().unwrap());
    let ask = async |body: Value| answer(servers.http.post(&url).json(&body), &shown("ESP", &body)).await.1;
    let request = |method: &str, parameters: Value, data: Value| json!({ "service": "Chat", "method": method, "parameters": parameters, "userData": data });
    let user_data = json!({ "InteractionId": customer.id });
    for value in values() {
        for (method, parameter) in [
            ("Message", "MessageText"),
            ("Message", "MessageType"),
            ("Message", "Nickname"),
            ("Message", "Visibility"),
            ("Notice", "NoticeType"),
            ("Notice", "NoticeText"),
            ("Notice", "Nickname"),
            ("Notice", "Visibility"),
            ("IdleControlConfigure", "reset-parameters"),
            ("IdleControlConfigure", "enabled"),
            ("IdleControlConfigure", "include-notices"),
            ("IdleControlConfigure", "message-alert"),
            ("IdleControlConfigure", "message-alert2"),
            ("IdleControlConfigure", "message-close"),
            ("IdleControlConfigure", "timeout-alert"),
            ("IdleControlConfigure", "timeout-alert2"),
            ("IdleControlConfigure", "timeout-close"),
            ("ConfigureSession", "GCTI_LanguageCode"),
            ("ConfigureSession", "GCTI_LanguageName"),
        ] {
            let mut parameters = match method {
                "Message" => json!({ "MessageText": "x" }),
                "Notice" => json!({ "NoticeType": "USER_PUSHED_URL", "NoticeText": "https://shop.example/" }),
                _ => json!({}),
            };
            parameters[parameter] = value.clone();
            let answer = ask(request(method, parameters, user_data.clone())).await;
            // Neither application nor service, method, user data or session is what is wrong.
            let code = answer["code"].as_u64().unwrap_or_default();
            assert!(![2, 3, 4, 11, 12, 13, 8201].contains(&code), "{} {answer}", shown(parameter, &value));
            assert_eq!(code == 1, !value.is_string(), "{} {answer}", shown(parameter, &value));
        }
        for key in ["InteractionId", "IsOnline", "ChatServerAppName"] {
            let mut data = user_data.clone();
            data[key] = value.clone();
            ask(request("Message", json!({ "MessageText": "x" }), data)).await;
        }
    }
    assert_eq!(customer.call("refresh", &[]).await["chatEnded"], false);
}

#[tokio::test]
async fn no_message_of_a_cometd_client_is_a_fault() {
    let servers = with_all_servers().await;
    let comet = Comet::new(&servers).await;
    let chat = comet.operate(json!({ "operation": "requestChat", "nickname": "Ann" })).await;
    let own = ids(&chat);
    let ask = async |message: Value| {
        let told = shown("CometD", &message);
        says_no_fault(&json!(comet.ask(message).await).to_string(), &told);
    };
    for value in values() {
        for (operation, field) in [
            ("sendMessage", "message"),
            ("sendMessage", "messageType"),
            ("sendMessage", "eventAttributes"),
            ("startTyping", "message"),
            ("customNotice", "eventAttributes"),
            ("updateData", "userData"),
            ("updateNickname", "nickname"),
            ("pushUrl", "pushUrl"),
            ("readReceipt", "transcriptPosition"),
            ("requestNotifications", "transcriptPosition"),
            ("sendMessage", "operation"),
            ("requestChat", "nickname"),
            ("requestChat", "userData"),
            ("sendMessage", "alias"),
        ] {
            let mut data = with(&own, json!({ "operation": operation, "message": "x", "nickname": "Ann" }));
            data[field] = value.clone();
            let answer = comet.operate(data).await;
            says_no_fault(&answer.to_string(), &shown(field, &value));
            let code = answer["errors"][0]["code"].as_u64();
            assert!(
                ![Some(401), Some(404), Some(8201), Some(8210)].contains(&code),
                "{} {answer}",
                shown(field, &value)
            );
        }
        ask(json!({ "channel": CHANNEL, "data": value })).await;
        ask(json!({ "channel": "/meta/subscribe", "subscription": value })).await;
        ask(json!({ "channel": value, "ext": value, "data": {} })).await;
        let handshake =
            json!({ "channel": "/meta/handshake", "supportedConnectionTypes": value, "ext": { "gms_user": value } });
        ask(handshake).await;
        // Something waits for it, so that no poll is held.
        let waits = with(&own, json!({ "operation": "stopTyping" }));
        ask(json!({ "channel": CHANNEL, "data": waits })).await;
        ask(json!({ "channel": "/meta/connect", "advice": { "timeout": value } })).await;
        let form = [("operation", value.to_string()), ("secureKey", chat["secureKey"].as_str().unwrap().to_owned())];
        let files = servers.http.post(format!("{}/genesys/2/chat-ntf", servers.at.gms)).header(COOKIE, &comet.cookie);
        assert_eq!(answer(files.form(&form), &shown("operation", &value)).await.1["errors"][0]["code"], 400);
    }
    assert_eq!(comet.operate(with(&own, json!({ "operation": "sendMessage", "message": "x" }))).await["statusCode"], 0);

    // By WebSocket: what cannot be read ends the connection, and nothing else.
    let url = format!("{}/genesys/cometd", servers.at.gms.replace("http://", "ws://"));
    let connect = async || {
        let mut request = url.as_str().into_client_request().unwrap();
        request.headers_mut().insert(ORIGIN, servers.at.site.parse().unwrap());
        tokio_tungstenite::connect_async(request).await.unwrap().0
    };
    for text in texts() {
        let mut socket = connect().await;
        socket.send(Message::text(text.clone())).await.unwrap();
        socket.send(Message::binary(text.clone().into_bytes())).await.unwrap();
        let _ = socket.close(None).await;
        while let Some(Ok(message)) = socket.next().await {
            says_no_fault(&message.into_text().unwrap_or_default(), &shown("WebSocket", &text));
        }
    }
    let mut socket = connect().await;
    socket.send(Message::text(json!([{ "channel": "/meta/handshake" }]).to_string())).await.unwrap();
    assert!(socket.next().await.unwrap().unwrap().into_text().unwrap().contains("\"successful\":true"));
}
