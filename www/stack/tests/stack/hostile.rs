//! Malformed requests get an answer, never a fault of the server.

use reqwest::header::{CONTENT_TYPE, COOKIE};

use crate::harness::{REQUEST, Servers};

#[tokio::test]
async fn nothing_malformed_is_a_server_fault() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let session = customer.go().await.location();
    let long = "x".repeat(100_000);
    let bodies: [&[u8]; 9] = [
        b"",
        b"%",
        b"%zz=%&=&&==",
        b"\xff\xfe\x00",
        b"userData[=1&userData]=2&userData[[[]]]=3&userData[a]b=4",
        b"transcriptPosition=99999999999999999999&userId=1&secureKey=2",
        b"{\"text\":1}",
        b"step=card&nonce=&number=%00%ff&expiry=%2f%2f&code=&name=%e2%80%ae",
        long.as_bytes(),
    ];
    let chat = format!("{}/{}", servers.chat_url(), customer.id);
    let mut urls = vec![
        format!("{}/", servers.chat_url()),
        format!("{}/fish-messaging/go/T3NB68E-", servers.at.messaging),
        format!("{}/fish-messaging/go/%FF", servers.at.messaging),
        format!("{}{session}", servers.at.messaging),
        format!("{}/fish-messaging/session/%FF/hangup", servers.at.messaging),
        format!("{}/config.js", servers.at.site),
        format!("{}/delayed-wasm/99999999999999999999/x.wasm", servers.at.site),
        format!("{}/api/login", servers.at.desk),
        format!("{}/api/chats/{}/messages", servers.at.desk, customer.id),
        format!("{}/api/chats/%FF/accept", servers.at.desk),
    ];
    let guests = format!("{}/api/v2/webchat/guest/conversations", servers.at.cloud);
    let sessions = format!("{}/nexus/v3/chat/sessions", servers.at.cloud);
    urls.push(format!("{}/v1/token/%FF", servers.at.cloud));
    for path in
        ["", "/%FF/members/x", "/X/members/x/messages", "/X/members/x/typing", "/X/messages", "/X/mediarequests/x"]
    {
        urls.push(format!("{guests}{path}"));
    }
    for path in ["", "/%FF/messages", "/X/messages", "/X/userdata", "/X/images", "/X/participants/x"] {
        urls.push(format!("{sessions}{path}"));
    }
    for verb in ["send", "refresh", "startTyping", "updateData", "customNotice", "%FF"] {
        urls.push(format!("{chat}/{verb}"));
    }
    for url in &urls {
        for body in bodies {
            for kind in ["application/x-www-form-urlencoded", "application/json", "multipart/form-data"] {
                let request = servers.http.post(url).header(CONTENT_TYPE, kind).header(COOKIE, &agent.cookie);
                let status = request.body(body.to_vec()).send().await.unwrap().status();
                assert!(!status.is_server_error(), "{status} from {url}");
            }
        }
        let status = servers.http.get(format!("{url}?{}", "a=%ff&".repeat(50))).send().await.unwrap().status();
        assert!(!status.is_server_error(), "{status} from {url}");
    }
    // All of that was without a valid key, or none at all: the customer is still there, and so is the MicroApp.
    assert_eq!(customer.call("refresh", &[]).await["statusCode"], 0);
    assert!(servers.microapp(&session).await.text.contains("data-block=\"Welcome\""));
}
