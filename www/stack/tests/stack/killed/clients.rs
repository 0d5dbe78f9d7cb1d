//! Clients of all servers, who write down what was acknowledged.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use cx_stack::clock::now_ms;
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::agents::Agent;
use super::{Fact, World};
use crate::guest::{P, create};
use crate::v3::{API_KEY, BASE};

/// What a picture begins with.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

const SURVEY: &str = "microapp://app/SV3STP6-/Survey\nTopic=our service";

/// Customers who start a chat, do everything that there is to do, and leave, or do not.
pub async fn customers(world: Arc<World>, who: usize) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut number = 0;
    while world.goes_on() {
        let Some(chat) = world.start().await else { continue };
        number += 1;
        let (id, name) = (chat.id.clone(), format!("Maria {who}.{number}"));
        if world.done(chat.call(&world, "updateNickname", &[("nickname", &name)])).await.is_some() {
            facts.push(Fact::Nickname(id.clone(), name.clone()));
        }
        if world.done(chat.call(&world, "updateData", &[("userData[Order]", &name)])).await.is_some() {
            facts.push(Fact::Data(id.clone(), "Order", name.clone()));
        }
        if world.done(chat.call(&world, "readReceipt", &[("transcriptPosition", "1")])).await.is_some() {
            facts.push(Fact::Read(id.clone(), 1));
        }
        let url = format!("https://shop.example/{who}/{number}");
        if world.done(chat.call(&world, "pushUrl", &[("pushUrl", &url)])).await.is_some() {
            facts.push(Fact::Text(id.clone(), url));
        }
        for (verb, text) in [("send", format!("{name} speaks")), ("customNotice", format!("{name} tells"))] {
            if world.done(chat.call(&world, verb, &[("message", &text)])).await.is_some() {
                facts.push(Fact::Text(id.clone(), text));
            }
        }
        let content = name.into_bytes();
        let form = chat.ids.iter().fold(Form::new(), |form, (name, value)| form.text(*name, value.clone()));
        let form = form.part("file", Part::bytes(content.clone()).file_name("bill.pdf"));
        let upload = format!("{}/genesys/2/chat/customer-support/{id}/file", world.at().gms);
        if let Some(answer) = world.done(world.post(upload).multipart(form)).await {
            let file = answer["userData"]["file-id"].as_str().unwrap().to_owned();
            if number % 2 == 1 {
                // One whose deletion was not acknowledged may be gone all the same.
                let delete = world.done(chat.call(&world, &format!("file/{file}/delete"), &[])).await;
                facts.extend(delete.map(|_| Fact::File(id.clone(), file, None)));
            } else {
                facts.push(Fact::File(id.clone(), file, Some(content)));
            }
        }
        if number % 2 == 0 && world.done(chat.call(&world, "disconnect", &[])).await.is_some() {
            facts.push(Fact::Ended(id));
        }
    }
    facts
}

/// A workflow that talks to a customer by ESP.
pub async fn workflow(world: Arc<World>) -> Vec<Fact> {
    let mut facts = Vec::new();
    let chat = loop {
        if let Some(chat) = world.start().await {
            break chat.id;
        }
    };
    let (mut number, mut language) = (0, None);
    while world.goes_on() {
        number += 1;
        let text = format!("Number {number} in the queue");
        if world.esp(&chat, "Message", json!({ "MessageText": text })).await.is_some() {
            facts.push(Fact::Text(chat.clone(), text.clone()));
        }
        // One that was not acknowledged may have been done all the same.
        language = world.esp(&chat, "ConfigureSession", json!({ "GCTI_LanguageCode": text })).await.map(|()| text);
    }
    facts.extend(language.map(|code| Fact::Data(chat, "GCTI_LanguageCode", code)));
    facts
}

/// Customers who answer a survey that a workflow has sent them.
pub async fn surveys(world: Arc<World>) -> Vec<Fact> {
    let (mut facts, mut number) = (Vec::new(), 0);
    while world.goes_on() {
        let Some(chat) = world.start().await else { continue };
        if world.esp(&chat.id, "Message", json!({ "MessageText": SURVEY })).await.is_none() {
            continue;
        }
        let at = world.at();
        let [(_, user), (_, key)] = &chat.ids;
        let survey = SURVEY.to_owned();
        let fields = [
            ("domain", &at.site),
            ("chatMessage", &survey),
            ("chatInteractionID", &chat.id),
            ("chatUserID", user),
            ("chatSecureKey", key),
        ];
        let go = format!("{}/fish-messaging/go/SV3STP6-", at.messaging);
        let launch = world.http.get(&go).query(&fields);
        let Ok(launched) = launch.send().await else { continue };
        let Some(path) = launched.headers().get("location").map(|path| path.to_str().unwrap().to_owned()) else {
            continue;
        };
        facts.push(Fact::Step(chat.id.clone(), "Rating"));
        let ticket = world.post(format!("{}/fish-messaging/ticket", at.messaging)).form(&fields);
        if let Some(answer) = world.ask(ticket).await {
            let (ticket, now) = (answer["ticket"].as_str().unwrap(), now_ms());
            number += 1;
            if number % 4 != 0 {
                facts.push(Fact::Ticket(ticket.to_owned(), now, false));
            } else if let Ok(launched) = world.http.get(go).query(&[("ticket", ticket)]).send().await {
                // Whoever is told where to go has used it; whoever is told to come again may not.
                let used = launched.status() == StatusCode::SEE_OTHER;
                facts.extend(used.then(|| Fact::Ticket(ticket.to_owned(), now, true)));
            }
        }
        for (step, field, value, reached) in [
            ("rate", "rating", "5", "Reason"),
            ("reason", "good", "fast", "Comment"),
            ("send", "comment", "Well done", "Thanks"),
        ] {
            let url = format!("{}{path}", world.at().messaging);
            let Ok(page) = world.http.get(&url).send().await else { break };
            let page = page.text().await.unwrap_or_default();
            let Some((_, nonce)) = page.split_once("name=\"nonce\" value=\"") else { break };
            let form = [("nonce", nonce.split('"').next().unwrap()), ("step", step), (field, value)];
            let Ok(answer) = world.post(url.clone()).form(&form).send().await else { break };
            if answer.status() != StatusCode::SEE_OTHER {
                break;
            }
            // The way to its page says nothing of a form that was on its way in a kill; what the page asks for does.
            let Ok(page) = world.http.get(url).send().await else { break };
            let taken = page.status() == StatusCode::OK;
            if !taken || page.text().await.unwrap_or_default().contains(&format!("name=\"step\" value=\"{step}\"")) {
                break;
            }
            world.acknowledged.fetch_add(1, Ordering::Relaxed);
            facts.push(Fact::Step(chat.id.clone(), reached));
            facts.push(match step {
                "rate" => Fact::Data(chat.id.clone(), "Survey_Rating", "5".to_owned()),
                "reason" => Fact::Data(chat.id.clone(), "Survey_Reason", "fast".to_owned()),
                _ => Fact::Data(chat.id.clone(), "MicroApp_Survey_State", "Completed".to_owned()),
            });
        }
    }
    facts
}

/// Guests of the cloud, each for as many messages as one may send in a minute.
pub async fn guests(world: Arc<World>) -> Vec<Fact> {
    let mut facts = Vec::new();
    while world.goes_on() {
        let Some(guest) = world.ask(world.post(format!("{}{P}", world.at().cloud)).json(&create())).await else {
            continue;
        };
        let text = |pointer: &str| guest.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        let (id, member, jwt) = (text("/id"), text("/member/id"), text("/jwt"));
        let (_, token) = guest["eventStreamUri"].as_str().unwrap().split_once("/v1/").unwrap();
        let stream = format!("{}/v1/{token}", world.at().cloud.replace("http://", "ws://"));
        let Ok(_stream) = tokio_tungstenite::connect_async(stream).await else { continue };
        let mut agreed = None;
        for number in 0..25 {
            if agreed.is_none() {
                agreed = shared(&world, &id, &jwt).await;
            }
            let (url, text) =
                (format!("{}{P}/{id}/members/{member}/messages", world.at().cloud), format!("{id}: {number}"));
            let say = world.post(url).bearer_auth(&jwt).json(&json!({ "body": text }));
            if world.goes_on() && world.ask(say).await.is_some() {
                world.acknowledged.fetch_add(1, Ordering::Relaxed);
                facts.push(Fact::Text(id.clone(), text));
            }
        }
        facts.extend(agreed);
    }
    facts
}

/// What an agent wants to share with a guest, who agrees.
async fn shared(world: &World, guest: &str, jwt: &str) -> Option<Fact> {
    let agent = Agent::sign_in(world, "Gina".to_owned(), &["Guests"]).await?;
    let asked = agent.post(&format!("{guest}/media-requests"), json!({ "types": ["COBROWSE"] })).await?;
    let path = format!("{P}/{guest}/mediarequests/{}", asked["id"].as_str().unwrap());
    let answer = world.http.patch(format!("{}{path}", world.at().cloud)).bearer_auth(jwt);
    // One that was not acknowledged may have been done all the same; of the request alone nothing is asked then.
    world.ask(answer.json(&json!({ "state": "ACCEPTED" }))).await?;
    world.acknowledged.fetch_add(1, Ordering::Relaxed);
    Some(Fact::Shared(path, jwt.to_owned()))
}

/// A customer of the chat API v3.
pub async fn nexus(world: Arc<World>) -> Vec<Fact> {
    let mut facts = Vec::new();
    let form = [("data[nickname]", "Maria"), ("data[endpoint]", "customer-support")];
    let started = loop {
        let start = world.post(format!("{}{BASE}", world.at().cloud)).header("x-api-key", API_KEY).form(&form);
        if let Some(started) = world.ask(start).await {
            break started["data"].clone();
        }
    };
    let token = started["clientToken"].as_str().unwrap().to_owned();
    let session = started["selfUri"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let (mut number, mut order) = (0, None);
    let mut pictures = 0..3;
    while world.goes_on() {
        number += 1;
        let text = format!("v3: {number}");
        let call = |method: Method, path: &str| {
            let url = format!("{}{BASE}/{session}/{path}", world.at().cloud);
            world.http.request(method, url).header("x-api-key", API_KEY).header("x-nexus-client-key", &token)
        };
        let say = call(Method::POST, "messages").form(&[("data[type]", "Text"), ("data[text]", &text)]);
        if world.ask(say).await.is_some() {
            world.acknowledged.fetch_add(1, Ordering::Relaxed);
            facts.push(Fact::Text(session.clone(), text.clone()));
        }
        if pictures.next().is_some() {
            let content = [PNG, text.as_bytes()].concat();
            let part = Part::bytes(content.clone()).file_name("x.png").mime_str("image/png").unwrap();
            let upload = call(Method::POST, "images").multipart(Form::new().part("file", part));
            if let Some(answer) = world.ask(upload).await {
                world.acknowledged.fetch_add(1, Ordering::Relaxed);
                let path = answer["data"]["content"][0]["url"].as_str().unwrap().to_owned();
                facts.push(Fact::Picture(path, token.clone(), content));
            }
        }
        order = world.ask(call(Method::PUT, "userdata").form(&[("data[Order]", &text)])).await.map(|_| text);
    }
    facts.extend(order.map(|order| Fact::Data(session, "Order", order)));
    facts
}

/// A customer who chats over CometD, by long-polling.
pub async fn comet(world: Arc<World>) -> Vec<Fact> {
    const CHANNEL: &str = "/service/chatV2/customer-support";
    let mut facts = Vec::new();
    while world.goes_on() {
        let post = |cookie: &str, message: Value| {
            let request = world.post(format!("{}/genesys/cometd", world.at().gms)).header("cookie", cookie);
            request.body(json!([message]).to_string())
        };
        let Ok(shaken) = post("", json!({ "channel": "/meta/handshake" })).send().await else { continue };
        let Some(cookie) = shaken.headers().get("set-cookie") else { continue };
        let cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        let Ok(client) = shaken.json::<Value>().await.map(|reply| reply[0]["clientId"].clone()) else { continue };
        // What comes for a publish; nothing where it was not done.
        let operate = async |data: Value| -> Option<Value> {
            world.ask(post(&cookie, json!({ "channel": CHANNEL, "clientId": client, "data": data }))).await?;
            let connect = json!({ "channel": "/meta/connect", "clientId": client, "advice": { "timeout": 0 } });
            let told = world.ask(post(&cookie, connect)).await?;
            let told = told.as_array()?.iter().rfind(|message| message["channel"] == CHANNEL)?["data"].clone();
            (told["statusCode"] == 0).then_some(told)
        };
        let Some(chat) = operate(json!({ "operation": "requestChat", "nickname": "Ann" })).await else { continue };
        let id = chat["chatId"].as_str().unwrap().to_owned();
        world.acknowledged.fetch_add(1, Ordering::Relaxed);
        for number in 0..20 {
            let text = format!("{id} over CometD: {number}");
            let data = json!({ "operation": "sendMessage", "message": text, "secureKey": chat["secureKey"] });
            // A client that is not known any more begins anew.
            let Some(told) = operate(data).await.filter(|_| world.goes_on()) else { break };
            if told["messages"].to_string().contains(&format!("{text}\"")) {
                world.acknowledged.fetch_add(1, Ordering::Relaxed);
                facts.push(Fact::Text(id.clone(), text));
            }
        }
    }
    facts
}

/// Customers of Chat Immediate.
pub async fn services(world: Arc<World>) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut number = 0;
    while world.goes_on() {
        number += 1;
        let service = format!("{}/genesys/1/service", world.at().gms);
        let create = world.post(format!("{service}/callback/chat-immediate")).form(&[("_customer_number", "5551")]);
        let Some(created) = world.ask(create).await else { continue };
        let id = created["_id"].as_str().unwrap().to_owned();
        let of_callback = |method: Method| {
            let url = format!("{}/genesys/1/service/callback/chat-immediate/{id}", world.at().gms);
            world.http.request(method, url)
        };
        let reason = format!("Reason {number}");
        let done = async |request: RequestBuilder| {
            let done = request.send().await.is_ok_and(|answer| answer.status().is_success());
            world.acknowledged.fetch_add(usize::from(done), Ordering::Relaxed);
            done
        };
        if done(of_callback(Method::PUT).form(&[("usr_reason", &reason)])).await {
            facts.push(Fact::Service(id.clone(), "usr_reason", reason));
        }
        if number % 3 == 0 {
            if done(of_callback(Method::DELETE)).await {
                facts.push(Fact::Service(id.clone(), "_callback_state", "CANCELLED".to_owned()));
            }
            continue;
        }
        let stored = world.post(format!("{}/genesys/1/service/{id}/storage", world.at().gms));
        let value = number.to_string();
        if stored.form(&[("kept", &value)]).send().await.is_ok_and(|answer| answer.status().is_success()) {
            facts.push(Fact::Stored(id.clone(), value));
        }
        let chat = format!("{}/genesys/1/service/{id}/ixn/chat", world.at().gms);
        let Some(chat) = world.ask(world.post(chat).form(&[("firstName", "Ann")])).await else { continue };
        let chat = chat["chatSessionId"].as_str().unwrap().to_owned();
        world.acknowledged.fetch_add(1, Ordering::Relaxed);
        facts.push(Fact::Data(chat.clone(), "_gms_service_id", id.clone()));
        let text = format!("v1: {number}");
        let send = world.post(format!("{}/genesys/1/service/{id}/ixn/chat/send", world.at().gms));
        if world.ask(send.form(&[("message", &text)])).await.is_some() {
            world.acknowledged.fetch_add(1, Ordering::Relaxed);
            facts.push(Fact::Text(chat.clone(), text));
        }
        if number % 2 == 0 {
            let leave = world.post(format!("{}/genesys/1/service/{id}/ixn/chat/disconnect", world.at().gms));
            facts.extend(world.ask(leave).await.map(|_| Fact::Ended(chat)));
        }
    }
    facts
}
