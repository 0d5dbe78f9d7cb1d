//! Pictures in the chat API v3 (transports 3).

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::harness::Servers;
use crate::v3::{API_KEY, Answer, Customer};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nno real picture";

#[tokio::test]
async fn pictures() {
    let servers = Servers::start().await;
    let customer = Customer::start(&servers).await;
    let part = |bytes: Vec<u8>, name: &'static str| Part::bytes(bytes).file_name(name).mime_str("image/png").unwrap();
    let upload = async |form: Form| Answer::of(customer.request(Method::POST, "/images").multipart(form)).await;
    let form = Form::new().text("operationId", "6").part("file", part(PNG.to_vec(), "bill.png"));
    let answer = upload(form).await.good();
    assert_eq!(answer["operationId"], "6");

    let message = customer.get("").await["messages"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&message["type"], &message["text"]), (&json!("Message"), &json!("bill.png")));
    let content = &message["content"][0];
    assert_eq!((&content["type"], &content["mime"]), (&json!("image"), &json!("image/png")));
    assert_eq!(message["content"], answer["data"]["content"]);
    // The client appends the path to the base without `/sessions`.
    let url = format!("{}/nexus/v3/chat{}", servers.at.cloud, content["url"].as_str().unwrap());
    let get = || servers.http.get(&url).header("x-api-key", API_KEY);
    let picture = get().header("x-nexus-client-key", &customer.token).send().await.unwrap();
    assert_eq!(picture.headers()["content-type"], "image/png");
    assert_eq!(picture.headers()["x-content-type-options"], "nosniff");
    assert_eq!(picture.bytes().await.unwrap(), PNG);
    // The agent has the same file.
    let agent = servers.agent("Alex").await;
    let transcript = agent.chat(&customer.session).await["transcript"].clone();
    let file = &transcript.as_array().unwrap().last().unwrap()["userData"];
    assert_eq!(
        (&file["file-name"], content["url"].as_str().unwrap().rsplit('/').next()),
        (&json!("bill.png"), file["file-id"].as_str())
    );
    // One of the agent's is a message, too, if it is a picture; and his other files are no pictures.
    agent.post(&format!("/chats/{}/accept", customer.session), json!({})).await;
    for (name, kind, bytes) in [("shop.gif", "Message", &b"GIF89a"[..]), ("terms.pdf", "FileUploaded", &b"%PDF-"[..])] {
        let url = format!("{}/api/chats/{}/files/{name}", servers.at.desk, customer.session);
        let put = servers.http.put(url).header("Cookie", &agent.cookie).body(bytes.to_vec()).send().await.unwrap();
        let id = put.json::<Value>().await.unwrap()["fileId"].as_str().unwrap().to_owned();
        let told = customer.get("").await["messages"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&told["type"], &told["text"]), (&json!(kind), &json!(name)));
        assert_eq!(told.get("content").is_some(), kind == "Message");
        let shown = Answer::of(customer.request(Method::GET, &format!("/images/{id}"))).await;
        assert_eq!(shown.status, if kind == "Message" { 200 } else { 404 });
    }
    Answer::of(get()).await.refused(401, "AUTHENTICATION_REQUIRED");
    let none = customer.request(Method::GET, "/images/0123");
    Answer::of(none).await.refused(404, "NOT_FOUND");

    let page = b"<svg onload=alert(1)>".to_vec();
    upload(Form::new().part("file", part(page, "x.png"))).await.refused(400, "INVALID_FILE_TYPE");
    let mut large = PNG.to_vec();
    large.resize(2 * 1024 * 1024 + 1, 0);
    upload(Form::new().part("file", part(large, "x.png"))).await.refused(413, "LIMIT_FILE_SIZE");
    let two = Form::new().part("file", part(PNG.to_vec(), "1.png")).part("file", part(PNG.to_vec(), "2.png"));
    upload(two).await.refused(400, "LIMIT_FILE_COUNT");
    upload(Form::new().text("operationId", "6")).await.refused(400, "INVALID_REQUEST");
    // Three are taken, as of any file; a name without its ending gets one.
    for name in ["second", "third.jpg"] {
        upload(Form::new().part("file", part(PNG.to_vec(), name))).await.good();
        let told = customer.get("").await["messages"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&told["text"], &told["content"][0]["mime"]), (&json!(format!("{name}.png")), &json!("image/png")));
    }
    upload(Form::new().part("file", part(PNG.to_vec(), "x.png"))).await.refused(400, "LIMIT_FILE_COUNT");
    customer.leave().await.good();
    upload(Form::new().part("file", part(PNG.to_vec(), "x.png"))).await.refused(409, "SESSION_ENDED");
}
