//! Runs the vector files through the core: the same code natively and in the browser.

use cx_speechstorm::core::config::Config;
use cx_speechstorm::core::frame_protocol::{self, FromFrame};
use cx_speechstorm::core::launch::{Chat, Method};
use cx_speechstorm::core::options::Options;
use cx_speechstorm::core::request::{self, ChatText};
use cx_speechstorm::core::status::Status;
use serde_json::{Value, json};

/// The chat texts; `matches_hidden` is the engine that runs the pattern of what is hidden.
pub fn chat_texts(matches_hidden: impl Fn(&str) -> bool) -> usize {
    each(include_str!("../vectors/chat-texts.json"), |case| {
        let text = case["text"].as_str().unwrap();
        let parsed = request::parse(text);
        assert_eq!(matches_hidden(text), parsed.is_hidden(), "hidden exactly when not ordinary chat");
        describe_text(parsed)
    })
}

/// The launch URLs.
pub fn launch_urls() -> usize {
    each(include_str!("../vectors/launch-urls.json"), |case| {
        let text = |value: &Value| value.as_str().map(String::from);
        let options = Options {
            base_url: text(&case["config"]["baseURL"]),
            domain: text(&case["config"]["domain"]),
            ..Options::default()
        };
        let chat = case["chat"].as_object().map(|chat| Chat {
            message: text(&chat["message"]).unwrap(),
            interaction_id: text(&chat["interactionId"]).unwrap(),
            secure_key: text(&chat["secureKey"]).unwrap(),
            user_id: text(&chat["userId"]).unwrap(),
        });
        let (config, _) = Config::check(&options, case["pageOrigin"].as_str().unwrap());
        match config
            .server
            .and_then(|server| server.launch(case["token"].as_str().unwrap(), chat.as_ref(), Method::Query))
        {
            Ok(launch) => json!({ "url": launch.url }),
            Err(error) => json!({ "error": error.code() }),
        }
    })
}

/// The frame messages.
pub fn frame_messages() -> usize {
    each(include_str!("../vectors/frame-messages.json"), |case| {
        match case["data"].as_str().and_then(frame_protocol::parse) {
            Some(FromFrame::Progress { milestone }) => json!({ "kind": "progress", "milestone": milestone }),
            Some(FromFrame::Ended) => json!({ "kind": "ended" }),
            Some(FromFrame::Closed) => json!({ "kind": "closed" }),
            Some(_) => json!({ "kind": "protocol 2" }),
            None => json!({ "kind": "ignored" }),
        }
    })
}

/// Compares every case of a file with what `run` makes of it; gives their number.
fn each(file: &str, run: impl Fn(&Value) -> Value) -> usize {
    let file: Value = serde_json::from_str(file).unwrap();
    let cases = file["cases"].as_array().unwrap();
    for case in cases {
        assert_eq!(run(case), case["expect"], "case {}", case["id"]);
    }
    cases.len()
}

fn describe_text(parsed: ChatText) -> Value {
    match parsed {
        ChatText::Other => json!({ "kind": "other" }),
        ChatText::Malformed(malformed) => json!({ "kind": "malformed", "code": malformed.code() }),
        ChatText::Status(Status::Progress { milestone }) => {
            json!({ "kind": "status", "event": "progress", "milestone": milestone })
        }
        ChatText::Status(Status::Ended) => json!({ "kind": "status", "event": "ended" }),
        ChatText::Status(Status::Unknown) => json!({ "kind": "status", "event": "unknown" }),
        ChatText::Request(request) => json!({
            "kind": "request",
            "token": request.token,
            "name": request.name,
            "parameters": request.parameters,
            "warnings": request.warnings.iter().map(ToString::to_string).collect::<Vec<_>>(),
        }),
    }
}
