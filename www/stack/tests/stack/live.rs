//! Something of everything that a call can be about: a chat with its keys and a file, services of API v1, a connected guest, a
//! session of v3, an open MicroApp. By these values hostile requests get past the first gate.

use reqwest::multipart::{Form, Part};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::chat_immediate::{callback, start_chat};
use crate::front::{Front, OPTIONS, PAIR};
use crate::guest::{Guest, Stream};
use crate::harness::{Agent, Customer, REQUEST, Servers};
use crate::v3;

/// The smallest thing that is taken for a picture.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// How long nothing may time out while thousands of requests put the clock forward, in seconds.
const VERY_LONG: u32 = 30 * 24 * 3600;

/// The options of a deployment, with those of a poke.
pub fn with_poke() -> String {
    OPTIONS
        .replace("ttl=3600\n", "ttl=3600\ninternal_api_url_base=http://127.0.0.1\ndefault_poke_message=Please look\n")
}

/// Every server that there can be, with everything switched on.
pub async fn with_all_servers() -> Servers {
    Servers::with(|config| {
        config.esp.esp_port = Some(0);
        // Guesses are what is sent here.
        config.launch_limit = 0;
        config.microapp_idle = VERY_LONG;
        config.microapp_max_age = VERY_LONG;
        config.gms.enable_notification_mode = true;
        config.test_clock = true;
        std::fs::write(config.dist_dir.join("index.html"), "<!doctype html><title>Dist</title>").unwrap();
        let deployment = config.db.as_ref().unwrap().with_file_name("deployment.ini");
        std::fs::write(&deployment, with_poke()).unwrap();
        config.deployment = Some(deployment);
    })
    .await
}

/// The same behind a front.
pub async fn front_with_all_servers() -> Front {
    let long = VERY_LONG.to_string();
    let flags = ["--launch-limit", "0", "--microapp-idle", &long, "--microapp-max-age", &long];
    let switches = ["--enable-notification-mode", "--test-clock"];
    Front::with(&format!("{}{PAIR}", with_poke()), &[&flags[..], &switches].concat()).await
}

/// Values by the names that the descriptions give to parameters.
pub struct Live<'a> {
    /// Who chats by GMS.
    pub customer: Customer<'a>,
    /// Who has the chats of all of them.
    pub agent: Agent<'a>,
    /// Who chats by the Guest Chat API; its stream is open.
    pub guest: Guest<'a>,
    /// Who chats by v3.
    pub nexus: v3::Customer<'a>,
    /// Address of the open MicroApp, below the Messaging Server.
    pub microapp: String,
    /// What its forms prove themselves with.
    pub nonce: String,
    /// Of website, GMS, cloud, Messaging Server, desk and ESP, in this order.
    pub values: [Value; 6],
    /// By which the cloud knows its customers.
    pub headers: Vec<(&'static str, String)>,
    _stream: Stream,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

impl<'a> Live<'a> {
    pub async fn of(servers: &'a Servers) -> Self {
        let (customer, agent) = servers.chat().await;
        let accept = async |id: &str| {
            let (status, answer) = agent.post(&format!("/chats/{id}/accept"), json!({})).await;
            assert_eq!(status, StatusCode::OK, "{answer}");
        };
        agent.say(&customer.id, REQUEST).await;
        let microapp = customer.go().await.location();
        let page = servers.microapp(&microapp).await;
        let nonce = page.between("name=\"nonce\" value=\"", "\"").to_owned();
        let ids = [("userId", customer.user_id.clone()), ("secureKey", customer.key.clone())];
        let form = ids.into_iter().fold(Form::new(), |form, (name, value)| form.text(name, value));
        let form = form.part("file", Part::bytes(b"%PDF".to_vec()).file_name("bill.pdf"));
        let upload = servers.http.post(format!("{}/{}/file", servers.chat_url(), customer.id)).multipart(form);
        let file: Value = upload.send().await.unwrap().json().await.unwrap();
        let file = text(&file["userData"]["file-id"]);

        // Of two services one has its chat.
        let service = callback(servers, "chat-immediate").await;
        let chat = start_chat(servers, &service).await;
        accept(chat["chatSessionId"].as_str().unwrap()).await;
        let service = text(&service["_id"]);
        let storage = format!("{}/genesys/1/service/{service}/storage", servers.at.gms);
        servers.http.post(storage).form(&[("kept", "1")]).send().await.unwrap();

        let guest = Guest::create(servers).await;
        let stream = guest.connect().await;
        accept(&guest.id).await;
        let message = text(&guest.say("Hello").await.good()["id"]);
        let asked = agent.post(&format!("/chats/{}/media-requests", guest.id), json!({ "types": ["COBROWSE"] })).await;

        let nexus = v3::Customer::start(servers).await;
        accept(&nexus.session).await;
        let picture =
            Form::new().part("file", Part::bytes(PNG.to_vec()).file_name("x.png").mime_str("image/png").unwrap());
        let answer = v3::Answer::of(nexus.request(Method::POST, "/images").multipart(picture)).await.good();
        let image = text(&answer["data"]["content"][0]["url"]).rsplit('/').next().unwrap().to_owned();

        let application = agent.chat(&customer.id).await["attachedData"]["ChatServerAppName"].clone();
        let values = [
            json!({ "ms": "0", "path": "index.html" }),
            json!({
                "service": "customer-support", "chatId": customer.id, "userId": customer.user_id,
                "secureKey": customer.key, "fileId": file, "kind": "connect", "name": "chat-immediate", "id": service,
                "key": "kept",
            }),
            json!({
                "conversation": guest.id, "member": guest.member, "message": message, "request": asked.1["id"],
                "session": nexus.session, "participant": nexus.participant, "image": image,
                "token": guest.stream.rsplit('/').next().unwrap(),
            }),
            json!({ "token": "T3NB68E-", "id": microapp.rsplit('/').next().unwrap() }),
            json!({ "id": customer.id, "file": file, "name": "app.js" }),
            json!({ "id": customer.id, "application": application }),
        ];
        let headers = vec![
            ("Authorization", format!("Bearer {}", guest.jwt)),
            ("x-api-key", v3::API_KEY.to_owned()),
            ("x-nexus-client-key", nexus.token.clone()),
        ];
        Self { customer, agent, guest, nexus, microapp, nonce, values, headers, _stream: stream }
    }

    /// Everything is still there and goes on.
    pub async fn is_well(&self) {
        let servers = self.customer.servers;
        assert_eq!(self.customer.call("refresh", &[]).await["statusCode"], 0);
        assert_eq!(self.agent.chat(&self.customer.id).await["state"], "active");
        let service = format!("{}/genesys/1/service/{}/ixn/chat/refresh", servers.at.gms, text(&self.values[1]["id"]));
        let chat: Value = servers.http.post(service).send().await.unwrap().json().await.unwrap();
        assert_eq!(chat["chatIxnState"], "TRANSCRIPT", "{chat}");
        // A guest who has said much has to wait, and is there.
        assert!([200, 429].contains(&self.guest.say("Still here").await.status));
        assert_eq!(self.nexus.get("").await["chatEnded"], false);
        assert!(servers.microapp(&self.microapp).await.text.contains(&self.nonce));
    }
}
