//! Faults of the servers that stand inside of an answer, whatever its status says: what GMS tells with status 200 and CometD
//! in a message, a fault of ESP, a body of the clouds or of the desk.

use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::cometd::Comet;
use crate::harness::Servers;
use crate::live::{Live, with_all_servers};

/// The number of ESP for a fault of the server.
const ESP_FAULT: u64 = 14;

/// Words by which the servers name a fault of theirs: the Guest Chat API, v3, the desk and what stands behind all of them.
const CODES: [&str; 5] = ["internal.server.error", "INTERNAL_ERROR", "fault", "store_failed", "no_randomness"];

/// What they say of it to people, in small letters; API v1 and the pages of MicroApps have no other word for it.
const SAYINGS: [&str; 4] = ["server has a fault", "database failed", "data-code=\"server_fault\"", "no such table"];

/// What the audit says of faults that cost the customer nothing, and so stand in no answer.
const AUDIT: &str =
    "SELECT code FROM audit WHERE code LIKE '%_failed' OR code IN ('server_fault', 'workflow_fault_14')";

/// Whether this object tells of a fault.
fn is_fault(fields: &serde_json::Map<String, Value>) -> bool {
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    let number = fields.get("code").and_then(Value::as_u64).unwrap_or_default();
    // 503 is none: as many chats go on as may, or nobody is there.
    let of_gms = (500..600).contains(&number) && number != 503;
    let of_esp = text("event") == "fault" && number == ESP_FAULT;
    of_gms || of_esp || CODES.contains(&text("code")) || text("error").starts_with('5')
}

/// The first object in it that tells of a fault.
fn fault_in(value: &Value) -> Option<String> {
    match value {
        Value::Object(fields) if is_fault(fields) => Some(value.to_string()),
        Value::Object(fields) => fields.values().find_map(fault_in),
        Value::Array(list) => list.iter().find_map(fault_in),
        _ => None,
    }
}

/// What an answer tells of a fault of the servers, if it does.
pub fn fault_of(body: &str) -> Option<String> {
    let words = body.to_lowercase();
    let said = SAYINGS.into_iter().find(|saying| words.contains(saying)).map(str::to_owned);
    said.or_else(|| fault_in(&serde_json::from_str(body).ok()?))
}

/// Status and body of an answer; of a stream, which has no end, nothing but the status.
pub async fn read(request: RequestBuilder) -> reqwest::Result<(u16, String)> {
    let response = request.send().await?;
    let status = response.status().as_u16();
    let kind = response.headers().get(CONTENT_TYPE).map(|kind| kind.as_bytes().to_vec()).unwrap_or_default();
    if kind.starts_with(b"text/event-stream") {
        return Ok((status, String::new()));
    }
    Ok((status, response.text().await?))
}

/// No answer and no message tells of a fault, or the test fails.
pub fn says_no_fault(body: &str, told: &str) {
    let fault = fault_of(body);
    assert!(fault.is_none(), "{fault:?} from {told}");
}

/// Nor does the audit.
pub fn nothing_failed_unseen(servers: &Servers) {
    let database = rusqlite::Connection::open(&servers.at.db).unwrap();
    let mut statement = database.prepare(AUDIT).unwrap();
    let codes: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(codes.is_empty(), "{codes:?}");
}

#[tokio::test]
async fn a_fault_inside_of_an_answer_is_noticed() {
    for body in [
        json!({ "statusCode": 1, "errors": [{ "code": 500, "advice": "x" }] }),
        json!([{ "channel": "/service/chatV2/x", "data": { "errors": [{ "code": 599 }] } }]),
        json!({ "event": "fault", "code": 14, "description": "x" }),
        json!([{ "channel": "/meta/handshake", "successful": false, "error": "500::x" }]),
        json!({ "code": "internal.server.error" }),
        json!({ "status": { "code": "INTERNAL_ERROR" } }),
        json!({ "error": { "code": "store_failed", "message": "x" } }),
        json!({ "message": "The server has a fault; try again." }),
    ] {
        assert!(fault_of(&body.to_string()).is_some(), "{body}");
    }
    for body in [
        json!({ "statusCode": 2, "errors": [{ "code": 400 }, { "code": 8201 }, { "code": 503 }] }),
        json!({ "event": "fault", "code": 10 }),
        json!({ "code": 14 }),
        json!([{ "error": "402::Unknown client" }]),
        json!({ "status": { "code": 1, "message": "Success" } }),
        json!(500),
    ] {
        assert_eq!(fault_of(&body.to_string()), None);
    }
    assert_eq!(fault_of("<p>500</p>"), None);

    // Real ones: without these tables every server has a fault.
    let servers = with_all_servers().await;
    let live = Live::of(&servers).await;
    let comet = Comet::new(&servers).await;
    let chat = comet.operate(json!({ "operation": "requestChat", "nickname": "Ann" })).await;
    nothing_failed_unseen(&servers);
    let database = rusqlite::Connection::open(&servers.at.db).unwrap();
    let tables = ["entry", "attached_data", "gms_service", "microapp_session", "guest_media_request"];
    for table in tables {
        database.execute_batch(&format!("ALTER TABLE {table} RENAME TO mislaid_{table}")).unwrap();
    }
    let data = json!({ "operation": "sendMessage", "message": "x", "secureKey": chat["secureKey"] });
    let mut told = vec![comet.operate(data).await.to_string()];
    let at = &servers.at;
    let (esp, service) = (at.esp.as_ref().unwrap(), live.values[1]["id"].as_str().unwrap());
    let request = json!({ "service": "Chat", "method": "Message", "parameters": { "MessageText": "x" },
        "userData": { "InteractionId": live.customer.id } });
    let desk = |request: RequestBuilder| request.header("cookie", &live.agent.cookie).json(&json!({ "text": "x" }));
    let ids = [("userId", &live.customer.user_id), ("secureKey", &live.customer.key), ("message", &service.to_owned())];
    let guest = format!("{}/api/v2/webchat/guest/conversations/{}", at.cloud, live.guest.id);
    for request in [
        servers.http.post(format!("{}/{}/send", servers.chat_url(), live.customer.id)).form(&ids),
        servers.http.post(format!("{}/genesys/1/service/{service}/ixn/chat/refresh", at.gms)),
        servers.http.post(format!("{esp}/esp/ChatServer")).json(&request),
        servers.http.get(format!("{esp}/interactions/{}", live.customer.id)),
        servers.http.get(format!("{guest}/mediarequests")).bearer_auth(&live.guest.jwt),
        live.nexus.request(Method::POST, "/messages").form(&[("data[type]", "Text"), ("data[text]", "x")]),
        desk(servers.http.post(format!("{}/api/chats/{}/messages", at.desk, live.customer.id))),
        servers.http.get(format!("{}{}", at.messaging, live.microapp)),
    ] {
        told.push(read(request).await.unwrap().1);
    }
    for body in told {
        assert!(fault_of(&body).is_some(), "{body}");
        assert!(
            tables.iter().all(|table| !body.contains(table)) && !body.contains("table"),
            "nothing of the inside: {body}"
        );
    }
}
