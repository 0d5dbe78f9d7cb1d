//! Behind the first gate: launches of MicroApps, and their forms with the right nonce.

use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, ORIGIN};
use serde_json::{Value, json};

use super::corpus::bodies;
use super::gates::{answer, fits_an_address, shown, texts};
use super::inside::nothing_failed_unseen;
use crate::harness::REQUEST;
use crate::live::{Live, with_all_servers};

#[tokio::test]
async fn no_form_of_a_microapp_is_a_fault() {
    let servers = with_all_servers().await;
    let live = Live::of(&servers).await;
    let (customer, agent) = (&live.customer, &live.agent);
    let url = |path: &str| format!("{}{path}", servers.at.messaging);
    // The fields of a launch, by all three ways.
    for text in texts() {
        for at in 0..5 {
            let mut fields = customer.launch();
            fields[at].1.clone_from(&text);
            let (go, ticket) = (url("/fish-messaging/go/T3NB68E-"), url("/fish-messaging/ticket"));
            if fits_an_address(&text) {
                answer(servers.http.get(&go).query(&fields), &shown(fields[at].0, &text)).await;
            }
            answer(servers.http.post(&go).form(&fields), &shown(fields[at].0, &text)).await;
            fields.push(("token", "T3NB68E-".to_owned()));
            let fields: Value = fields
                .into_iter()
                .map(|(name, value)| (name.to_owned(), json!(value)))
                .collect::<serde_json::Map<_, _>>()
                .into();
            let (status, _) =
                answer(servers.http.post(ticket).header(ORIGIN, &servers.at.site).json(&fields), &text).await;
            assert_ne!(status, 404);
        }
    }
    // The forms of every MicroApp, each with its nonce.
    for request in [
        REQUEST,
        "microapp://app/ID4CHK7_/x\nCustomerNumber=1234567\nReason=card",
        "microapp://app/AD8CHG3-/x\nAccountNumber=1234567",
        "microapp://app/CN2SNT5-/x\nPurpose=recording",
        "microapp://app/SV3STP6-/x\nTopic=service",
    ] {
        let (customer, token) = (servers.customer().await, &request[15..23]);
        agent.post(&format!("/chats/{}/accept", customer.id), json!({})).await;
        agent.say(&customer.id, request).await;
        let mut fields = customer.launch();
        request.clone_into(&mut fields[1].1);
        let path = customer.go_with(token, &fields).await.location();
        let first = servers.microapp(&path).await;
        let nonce = first.between("name=\"nonce\" value=\"", "\"").to_owned();
        let post = async |form: Vec<u8>, told: &str| {
            let request = servers.http.post(url(&path)).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
            let (status, _) = answer(request.body([&form, format!("&nonce={nonce}").as_bytes()].concat()), told).await;
            assert!(![403, 404].contains(&status), "{status} from {told}");
        };
        // A survey begins with a question that only a number answers.
        if first.text.contains("value=\"rate\"") {
            servers.submit(&path, &first, "rate", &[("rating", "5")]).await.location();
        }
        for text in texts() {
            let page = servers.microapp(&path).await.text;
            let named = |name: &str, rest: &str| -> Vec<String> {
                let parts = page.split(name).skip(1).filter(|part| part.contains(rest));
                parts.map(|part| part.split('"').next().unwrap().to_owned()).collect()
            };
            let (steps, names) = (named("name=\"step\" value=\"", "\""), named("name=\"", "\""));
            for step in steps.iter().map(String::as_str).chain([text.as_str(), "edit", "agent"]) {
                let mut form = form_urlencoded::Serializer::new(String::new());
                form.extend_pairs(
                    names.iter().filter(|name| *name != "nonce" && *name != "step").map(|name| (name, &text)),
                );
                post(form.append_pair("step", step).finish().into_bytes(), &shown(step, &text)).await;
            }
            let language = servers.http.post(url(&format!("{path}/language"))).form(&[("language", &text)]);
            let status = answer(language, &text).await.0;
            assert!([204, 413].contains(&status), "{status}");
        }
        for (kind, body) in bodies() {
            post(body, kind).await;
        }
        let last = servers.microapp(&path).await;
        assert!(last.status == StatusCode::OK && last.text != first.text, "{request} got on");
    }
    live.is_well().await;
    nothing_failed_unseen(&servers);
}
