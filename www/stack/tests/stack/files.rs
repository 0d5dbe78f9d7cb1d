//! Files in a chat: GMS chat API v2 (backend 1.2 and 1.6) and the agent desk.

use reqwest::header::{CONTENT_DISPOSITION, CONTENT_TYPE, COOKIE};
use reqwest::multipart::{Form, Part};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::harness::{Agent, Customer, Servers};

/// A multipart call with the customer's ids.
async fn multipart(customer: &Customer<'_>, verb: &str, change: impl FnOnce(Form) -> Form) -> Response {
    let ids = Form::new()
        .text("userId", customer.user_id.clone())
        .text("secureKey", customer.key.clone())
        .text("alias", "117");
    let url = format!("{}/{}/{verb}", customer.servers.chat_url(), customer.id);
    customer.servers.http.post(url).multipart(change(ids)).send().await.unwrap()
}

pub async fn upload(customer: &Customer<'_>, name: &str, content: &[u8]) -> (StatusCode, Value) {
    let part = Part::bytes(content.to_vec()).file_name(name.to_owned()).mime_str("application/pdf").unwrap();
    let response = multipart(customer, "file", |form| form.part("file", part)).await;
    (response.status(), response.json().await.unwrap())
}

async fn limits(customer: &Customer<'_>) -> Value {
    let answer: Value = multipart(customer, "file/limits", |form| form).await.json().await.unwrap();
    assert_eq!((&answer["statusCode"], answer["messages"].as_array().unwrap().len()), (&json!(0), 1));
    answer["messages"][0]["userData"].clone()
}

async fn at_desk(agent: &Agent<'_>, method: reqwest::Method, path: &str, body: &[u8]) -> Response {
    let url = format!("{}/api{path}", agent.servers.at.desk);
    let request = agent.servers.http.request(method, url).header(COOKIE, &agent.cookie).body(body.to_vec());
    request.header(CONTENT_TYPE, "image/png").send().await.unwrap()
}

#[tokio::test]
async fn a_file_goes_to_the_agent_and_comes_back() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    let (status, answer) = upload(&customer, "C:\\bills\\Rechnung März.pdf", b"%PDF-1").await;
    assert_eq!((status, &answer["statusCode"]), (StatusCode::OK, &json!(0)), "{answer}");
    let id = answer["userData"]["file-id"].as_str().unwrap().to_owned();
    assert_eq!((&answer["chatId"], &answer["chatEnded"]), (&json!(customer.id), &json!(false)));

    let newest = customer.call("refresh", &[("transcriptPosition", "-1")]).await["messages"][0].clone();
    assert_eq!((&newest["type"], &newest["from"]["type"]), (&json!("FileUploaded"), &json!("Client")));
    let expected = json!({ "file-id": id, "file-name": "Rechnung März.pdf", "file-size": "6" });
    assert_eq!(newest["userData"], expected);
    let seen = agent.chat(&customer.id).await;
    assert_eq!(seen["transcript"].as_array().unwrap().last().unwrap()["userData"], expected);

    // The agent fetches it, and so does the customer: as a file to save, never as a page of this origin.
    let path = format!("/chats/{}/files/{id}", customer.id);
    let by_agent = at_desk(&agent, reqwest::Method::GET, &path, b"").await;
    let by_customer = customer.raw(&format!("file/{id}/download"), &customer.key, &[]).await;
    for response in [by_agent, by_customer] {
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[CONTENT_TYPE], "application/pdf");
        let disposition = response.headers()[CONTENT_DISPOSITION].to_str().unwrap().to_owned();
        assert!(disposition.starts_with("attachment; ") && disposition.contains("UTF-8''Rechnung%20M%C3%A4rz.pdf"));
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        assert_eq!(response.bytes().await.unwrap().as_ref(), b"%PDF-1");
    }

    // The agent sends one.
    let path = format!("/chats/{}/files/photo.png", customer.id);
    let sent: Value = at_desk(&agent, reqwest::Method::PUT, &path, b"png").await.json().await.unwrap();
    let newest = customer.call("refresh", &[("transcriptPosition", "-1")]).await["messages"][0].clone();
    assert_eq!((&newest["type"], &newest["from"]["type"]), (&json!("FileUploaded"), &json!("Agent")));
    assert_eq!(
        (&newest["userData"]["file-id"], &newest["userData"]["file-name"]),
        (&sent["fileId"], &json!("photo.png"))
    );
    let by_agent = sent["fileId"].as_str().unwrap();
    let got = customer.raw(&format!("file/{by_agent}/download"), &customer.key, &[]).await;
    assert_eq!(got.bytes().await.unwrap().as_ref(), b"png");

    // What the sender takes back is gone for everybody; what others sent cannot be taken back.
    let other = customer.raw(&format!("file/{by_agent}/delete"), &customer.key, &[]).await;
    assert_eq!(other.status(), StatusCode::FORBIDDEN);
    let deleted = customer.call(&format!("file/{id}/delete"), &[("transcriptPosition", "-1")]).await;
    assert_eq!((&deleted["statusCode"], &deleted["messages"][0]["type"]), (&json!(0), &json!("FileDeleted")));
    assert_eq!(deleted["messages"][0]["userData"]["file-id"], id);
    for verb in ["download", "delete"] {
        let gone = customer.raw(&format!("file/{id}/{verb}"), &customer.key, &[]).await;
        assert_eq!(gone.status(), StatusCode::NOT_FOUND, "{verb}");
        assert_eq!(gone.json::<Value>().await.unwrap()["errors"][0]["code"], 404);
    }
    let used = limits(&customer).await;
    assert_eq!((&used["used-upload-max-files"], &used["used-download-attempts"]), (&json!("0"), &json!("2")));
}

#[tokio::test]
async fn limits_are_told_and_kept() {
    let servers = Servers::with(|config| config.files.download_attempts = 1).await;
    let (customer, agent) = servers.chat().await;
    let told = limits(&customer).await;
    for (name, value) in [
        ("upload-max-files", "3"),
        ("upload-max-file-size", "2097152"),
        ("upload-max-total-size", "5242880"),
        ("upload-need-agent", "false"),
        ("download-attempts", "1"),
        ("delete-file", "true"),
        ("used-upload-max-files", "0"),
        ("used-upload-max-total-size", "0"),
        ("used-download-attempts", "0"),
    ] {
        assert_eq!(told[name], value, "{name}");
    }
    assert!(told["upload-file-types"].as_str().unwrap().split(':').any(|ending| ending == "pdf"));

    let big = vec![b'x'; 2_097_152];
    let refused = |(status, answer): (StatusCode, Value)| {
        assert_eq!(answer["chatEnded"], false);
        (status.as_u16(), answer["errors"][0]["code"].as_u64().unwrap(), answer["errors"][0]["advice"].clone())
    };
    let too_big = [&big[..], b"x"].concat();
    assert_eq!(refused(upload(&customer, "a.pdf", &too_big).await), (400, 202, json!("2097152")));
    let (status, code, types) = refused(upload(&customer, "a.exe", b"MZ").await);
    assert_eq!((status, code, &types), (400, 203, &told["upload-file-types"]));
    let body = vec![b'x'; 5_242_880 + 1024 * 1024 + 1];
    let (status, code, _) = refused(upload(&customer, "a.pdf", &body).await);
    assert_eq!((status, code), (413, 202), "more than any body may have");
    for name in ["a.pdf", "b.pdf"] {
        assert_eq!(upload(&customer, name, &big).await.0, StatusCode::OK);
    }
    assert_eq!(refused(upload(&customer, "c.pdf", &big).await), (400, 202, json!("5242880")));
    let third = upload(&customer, "c.pdf", b"small").await.1;
    assert_eq!(refused(upload(&customer, "d.pdf", b"small").await), (400, 201, json!("3")));
    let used = limits(&customer).await;
    let used = (&used["used-upload-max-files"], &used["used-upload-max-total-size"]);
    assert_eq!(used, (&json!("3"), &json!((2 * 2_097_152 + 5).to_string())));
    // The agent has limits of their own.
    let path = format!("/chats/{}/files/photo.png", customer.id);
    assert_eq!(at_desk(&agent, reqwest::Method::PUT, &path, b"png").await.status(), StatusCode::OK);

    let id = third["userData"]["file-id"].as_str().unwrap();
    let download = format!("file/{id}/download");
    assert_eq!(customer.raw(&download, &customer.key, &[]).await.status(), StatusCode::OK);
    assert_eq!(customer.raw(&download, &customer.key, &[]).await.status(), StatusCode::FORBIDDEN);
    let missing: Value = multipart(&customer, "file", |form| form).await.json().await.unwrap();
    assert_eq!(missing["errors"][0]["code"], 400);
}

#[tokio::test]
async fn files_that_wait_for_an_agent_and_stay() {
    let servers = Servers::with(|config| {
        config.files.upload_need_agent = true;
        config.files.keep_files = true;
        config.files.upload_file_types = String::new();
    })
    .await;
    let customer = servers.customer().await;
    let told = limits(&customer).await;
    assert_eq!((&told["upload-need-agent"], &told["delete-file"]), (&json!("true"), &json!("false")));
    let (status, early) = upload(&customer, "a.bin", b"x").await;
    assert_eq!((status, &early["errors"][0]["code"]), (StatusCode::FORBIDDEN, &json!(403)));
    let agent = servers.agent("Alex").await;
    let early = format!("/chats/{}/files/x.png", customer.id);
    assert_eq!(at_desk(&agent, reqwest::Method::PUT, &early, b"x").await.status(), StatusCode::CONFLICT);
    agent.post(&format!("/chats/{}/accept", customer.id), json!({})).await;
    let (status, answer) = upload(&customer, "a.bin", b"x").await;
    assert_eq!(status, StatusCode::OK);
    let id = answer["userData"]["file-id"].as_str().unwrap();
    let kept = customer.raw(&format!("file/{id}/delete"), &customer.key, &[]).await;
    assert_eq!(kept.status(), StatusCode::FORBIDDEN);
    assert_eq!(kept.json::<Value>().await.unwrap()["errors"][0]["code"], 403);

    // A file belongs to its chat and to those who have its key.
    let stranger = servers.customer().await;
    let foreign = stranger.raw(&format!("file/{id}/download"), &stranger.key, &[]).await;
    assert_eq!(foreign.status(), StatusCode::NOT_FOUND);
    let nobody = servers.http.get(format!("{}/api/chats/{}/files/{id}", servers.at.desk, customer.id));
    assert_eq!(nobody.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    customer.call("disconnect", &[]).await;
    assert_eq!(upload(&customer, "b.bin", b"x").await.1["errors"][0]["code"], 8201);
    assert_eq!(customer.raw(&format!("file/{id}/download"), &customer.key, &[]).await.status(), StatusCode::OK);
    let wrong = customer.raw(&format!("file/{id}/download"), "0000000000000000", &[]).await;
    assert_eq!(wrong.json::<Value>().await.unwrap()["errors"][0]["code"], 8210);
}

#[tokio::test]
async fn files_survive_a_restart() {
    let folder = crate::harness::Folder::new();
    let first = Servers::from_config(&folder.config()).await;
    let (customer, agent) = first.chat().await;
    let id = upload(&customer, "a.pdf", b"kept").await.1["userData"]["file-id"].as_str().unwrap().to_owned();
    let before = agent.chat(&customer.id).await;
    let (chat, user_id, key) = (customer.id.clone(), customer.user_id.clone(), customer.key.clone());
    drop(first.stack);
    let second = Servers::from_config(&folder.config()).await;
    let customer = Customer { servers: &second, id: chat, user_id, key };
    let agent = second.agent("Alex").await;
    assert_eq!(agent.chat(&customer.id).await["transcript"], before["transcript"]);
    let got = customer.raw(&format!("file/{id}/download"), &customer.key, &[]).await;
    assert_eq!(got.bytes().await.unwrap().as_ref(), b"kept");
    assert_eq!(limits(&customer).await["used-upload-max-files"], "1");
}
