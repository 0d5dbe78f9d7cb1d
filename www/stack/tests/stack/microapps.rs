//! The MicroApps that come as callflow files, page by page, and what makes a file one.

use cx_stack::{Stack, StartError};
use reqwest::StatusCode;
use reqwest::header::ACCEPT_LANGUAGE;
use serde_json::json;

use crate::harness::{Agent, Customer, Folder, Page, Servers, contains, database_bytes};

const IDENTITY: &str = "microapp://app/ID4CHK7_/Identity check\nCustomerNumber=1234567\nReason=card";
const ADDRESS: &str = "microapp://app/AD8CHG3-/Change of address\nAccountNumber=1234567";
const CONSENT: &str = "microapp://app/CN2SNT5-/Consent\nPurpose=recording";
const SURVEY: &str = "microapp://app/SV3STP6-/Survey\nTopic=our service";

/// Starts a MicroApp with a request of the agent's, in a language; gives the session's path.
async fn start(customer: &Customer<'_>, agent: &Agent<'_>, request: &str, language: &str) -> String {
    agent.say(&customer.id, request).await;
    launch(customer, request, language).await.location()
}

async fn launch(customer: &Customer<'_>, request: &str, language: &str) -> Page {
    let token = request.split(['/', '\n']).nth(3).unwrap();
    let mut fields = customer.launch();
    fields[1].1 = request.to_owned();
    let url = format!("{}/fish-messaging/go/{token}", customer.servers.at.messaging);
    let launch = customer.servers.http.get(url).query(&fields).header(ACCEPT_LANGUAGE, language);
    Page::of(launch.send().await.unwrap()).await
}

/// One step, and the page it leads to.
async fn step(servers: &Servers, path: &str, page: &Page, step: &str, fields: &[(&str, &str)]) -> Page {
    let answer = servers.submit(path, page, step, fields).await;
    if answer.status == StatusCode::SEE_OTHER { servers.microapp(path).await } else { answer }
}

async fn milestones(agent: &Agent<'_>, chat: &str) -> Vec<String> {
    let texts = agent.statuses(chat).await.into_iter();
    texts.map(|(text, _, _)| text.trim_start_matches("microapp:progress:block:").to_owned()).collect()
}

#[tokio::test]
async fn an_identity_is_confirmed_and_nothing_of_it_is_kept() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    let path = start(&customer, &agent, IDENTITY, "en").await;
    let mut page = servers.microapp(&path).await;
    assert!(page.text.contains("Maria, please confirm who you are") && page.text.contains("••••567"));
    assert!(!page.text.contains("1234567"));
    page = step(&servers, &path, &page, "begin", &[]).await;
    for part in
        ["type=\"date\"", "autocomplete=\"bday\"", "type=\"password\"", "<label for=\"code\">", "data-testid=\"help\""]
    {
        assert!(page.text.contains(part), "{part}");
    }
    // Faults are tied to their fields, and no secret is filled in again.
    page = step(&servers, &path, &page, "check", &[("birth", "2999-01-01"), ("code", "4821")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in ["href=\"#birth\"", "aria-describedby=\"code-hint code-fault\"", "aria-invalid=\"true\"", "6 digits"] {
        assert!(page.text.contains(part), "{part}");
    }
    assert!(!page.text.contains("2999-01-01") && !page.text.contains("4821"));
    page = step(&servers, &path, &page, "check", &[("birth", "1980-05-17"), ("code", "999999")]).await;
    assert!(page.text.contains("These details do not match") && page.text.contains("role=\"alert\""));
    assert_eq!(agent.chat(&customer.id).await["attachedData"]["Customer_Identified"], "false");
    page = step(&servers, &path, &page, "retry", &[]).await;
    page = step(&servers, &path, &page, "check", &[("birth", "1980-05-17"), ("code", "482100")]).await;
    assert!(page.text.contains("Thank you, it is you") && page.text.contains("data-last"));
    let data = agent.chat(&customer.id).await["attachedData"].clone();
    assert_eq!(
        (&data["MicroApp_Identity_State"], &data["Customer_Identified"]),
        (&json!("Identified"), &json!("true"))
    );
    let walked = ["Introduction", "Your Details", "Result", "Your Details", "Result"];
    assert_eq!(milestones(&agent, &customer.id).await, walked);
    let database = database_bytes(&servers.at.db);
    for secret in ["1980-05-17", "482100", "999999"] {
        assert!(!contains(&database, secret), "{secret}");
        assert!(!agent.chat(&customer.id).await.to_string().contains(secret));
    }
    assert!(contains(&database, IDENTITY), "the search itself works");
}

#[tokio::test]
async fn the_third_wrong_identity_is_the_last() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    let path = start(&customer, &agent, IDENTITY, "en").await;
    let mut page = servers.microapp(&path).await;
    page = step(&servers, &path, &page, "begin", &[]).await;
    for attempt in 1..=3 {
        page = step(&servers, &path, &page, "check", &[("birth", "1980-05-18"), ("code", "482100")]).await;
        if attempt < 3 {
            page = step(&servers, &path, &page, "retry", &[]).await;
        }
    }
    assert!(page.text.contains("That was the third try") && !page.text.contains("<form"));
    assert_eq!(agent.chat(&customer.id).await["attachedData"]["MicroApp_Identity_State"], "Locked");
    // A customer that the directory does not know is refused like one with a wrong code.
    let path = start(&customer, &agent, &IDENTITY.replace("1234567", "1111111"), "en").await;
    page = servers.microapp(&path).await;
    page = step(&servers, &path, &page, "begin", &[]).await;
    page = step(&servers, &path, &page, "check", &[("birth", "1980-05-17"), ("code", "482100")]).await;
    assert!(page.text.contains("These details do not match"));
}

#[tokio::test]
async fn an_address_is_changed() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    let path = start(&customer, &agent, ADDRESS, "en").await;
    let mut page = servers.microapp(&path).await;
    assert_eq!(page.text.matches("class=\"row\"").count(), 3, "a menu of equals");
    page = step(&servers, &path, &page, "moved", &[]).await;
    let wrong = [("street", "Mill Lane <3>"), ("postcode", "?"), ("city", ""), ("from", "2020-01-01"), ("phone", "12")];
    page = step(&servers, &path, &page, "review", &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in ["href=\"#postcode\"", "href=\"#city\"", "href=\"#from\"", "href=\"#phone\"", "today or a later date"] {
        assert!(page.text.contains(part), "{part}");
    }
    assert!(page.text.contains("value=\"Mill Lane &lt;3&gt;\""), "answers are filled in again, as text");
    let right = [("street", "Mill Lane 3"), ("postcode", "SW1A 1AA"), ("city", "London"), ("from", "2099-01-31")];
    page = step(&servers, &path, &page, "review", &right).await;
    assert!(page.text.contains("SW1A 1AA London") && page.text.contains("datetime=\"2099-01-31\""));
    assert!(!page.text.contains("data-testid=\"phone\""), "what was left empty is left out");
    page = step(&servers, &path, &page, "edit", &[]).await;
    assert!(page.text.contains("value=\"London\""), "what was answered is still there");
    page = step(&servers, &path, &page, "review", &right).await;
    page = step(&servers, &path, &page, "confirm", &[]).await;
    let reference = page.between("data-testid=\"reference\">", "<");
    let data = agent.chat(&customer.id).await["attachedData"].clone();
    for (key, value) in [
        ("MicroApp_Address_State", "Changed"),
        ("Address_Change", "Moved"),
        ("Address_City", "London"),
        ("Address_ValidFrom", "2099-01-31"),
        ("Address_Reference", reference),
    ] {
        assert_eq!(data[key], value, "{key}");
    }
    assert!(reference.starts_with("A-"));
    assert_eq!(milestones(&agent, &customer.id).await.last().unwrap(), "Done");
}

#[tokio::test]
async fn every_page_leads_to_the_agent_where_the_file_says_so() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    let path = start(&customer, &agent, ADDRESS, "en").await;
    let mut page = servers.microapp(&path).await;
    page = step(&servers, &path, &page, "mail", &[]).await;
    page = step(&servers, &path, &page, "agent", &[]).await;
    assert!(page.text.contains("The agent goes on with you") && page.text.contains("data-last"));
    assert_eq!(agent.chat(&customer.id).await["attachedData"]["MicroApp_Address_State"], "AgentRequested");
    assert_eq!(milestones(&agent, &customer.id).await, ["What To Change", "New Address", "Agent"]);
    assert_eq!(agent.record(&customer.id).await["microapps"][0]["state"], "ended");
}

#[tokio::test]
async fn consent_is_given_or_refused() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    for (choice, fields, state, word) in
        [("agree", &[("agreed", "yes")][..], "Given", "yes"), ("refuse", &[][..], "Refused", "no")]
    {
        let path = start(&customer, &agent, CONSENT, "en").await;
        let first = servers.microapp(&path).await;
        let mut page = step(&servers, &path, &first, "begin", &[]).await;
        assert!(first.text.contains("Recording of this chat"), "what the agent's value means");
        for part in ["href=\"https://bank.example/privacy\"", "rel=\"noopener noreferrer\"", "opens in a new window"] {
            assert!(page.text.contains(part), "{part}");
        }
        page = step(&servers, &path, &page, "read", &[]).await;
        page = step(&servers, &path, &page, "agree", &[]).await;
        assert!(page.text.contains("Tick the box to go on."), "nobody consents by accident");
        page = step(&servers, &path, &page, choice, fields).await;
        assert!(page.text.contains("data-last"));
        let data = agent.chat(&customer.id).await["attachedData"].clone();
        assert_eq!((&data["MicroApp_Consent_State"], &data["Consent"]), (&json!(state), &json!(word)));
    }
    assert_eq!(agent.chat(&customer.id).await["attachedData"]["Consent_Purpose"], "recording");
}

#[tokio::test]
async fn a_survey_of_three_steps_follows_its_answers() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    for (rating, heading, reason) in
        [("5", "What was good?", ("good", "fast")), ("2", "What went wrong?", ("wrong", "slow"))]
    {
        let path = start(&customer, &agent, SURVEY, "en").await;
        let mut page = servers.microapp(&path).await;
        assert!(page.text.contains("How content are you with our service?") && page.text.contains("<fieldset"));
        assert_eq!(page.text.matches("type=\"radio\"").count(), 5);
        let best = page.between("value=\"5\"", "</label>");
        assert!(best.contains("<span class=\"visually-hidden\">, very</span>"), "{best}");
        page = step(&servers, &path, &page, "rate", &[("rating", "6")]).await;
        assert!(page.text.contains("choose one") && page.text.contains("<legend>"));
        page = step(&servers, &path, &page, "rate", &[("rating", rating)]).await;
        assert!(page.text.contains(heading), "{heading}");
        page = step(&servers, &path, &page, "reason", &[reason]).await;
        assert!(page.text.contains("<textarea") && page.text.contains("(optional)"));
        page = step(&servers, &path, &page, "send", &[("comment", "line one\r\nline two")]).await;
        assert!(page.text.contains("Thank you for your time"));
        let data = agent.chat(&customer.id).await["attachedData"].clone();
        assert_eq!((&data["Survey_Rating"], &data["Survey_Reason"]), (&json!(rating), &json!(reason.1)));
        assert_eq!(data["MicroApp_Survey_State"], "Completed");
    }
    let walked = ["Rating", "Reason", "Comment", "Thanks"];
    assert_eq!(milestones(&agent, &customer.id).await, [walked, walked].concat());
}

#[tokio::test]
async fn pages_speak_the_browsers_language_and_then_the_pages() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    let path = start(&customer, &agent, crate::harness::REQUEST, "fr;q=0.9, de-AT;q=0.8").await;
    let page = servers.microapp(&path).await;
    assert!(page.text.contains("<html lang=\"de\">") && page.text.contains("Guten Tag Maria, Ihre Zahlung"));
    assert!(page.text.contains("data-block=\"Welcome\""), "agents read the same names in every language");
    assert!(page.text.contains("Schritt 1 von 4: Willkommen"), "customers read them in their own");
    // The page's language comes from the embedding page by protocol 2; the frame's script hands it on.
    let speak = async |language: &str| {
        let url = format!("{}{path}/language", servers.at.messaging);
        let answer = Page::of(servers.http.post(url).form(&[("language", language)]).send().await.unwrap()).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        answer.header("content-language").to_owned()
    };
    assert_eq!(speak("ar-EG").await, "ar");
    let page = servers.microapp(&path).await;
    assert!(page.text.contains("<html lang=\"ar\" dir=\"rtl\">") && page.text.contains("دفعتك"));
    assert!(page.text.contains("data-steps=\"ترحيب|بيانات البطاقة|مراجعة|النتيجة\""), "as does the page around");
    let form = step(&servers, &path, &page, "begin", &[]).await;
    assert!(form.text.contains("dir=\"ltr\""), "card numbers run from left to right everywhere");
    let faulty = step(&servers, &path, &form, "card", &[]).await;
    assert!(faulty.text.contains("يرجى مراجعة هذه الإدخالات"));
    assert_eq!(speak("xx").await, "ar", "a language nobody wrote changes nothing");
    assert_eq!(speak("en").await, "en");
    assert!(servers.microapp(&path).await.text.contains("Card details"));
}

#[tokio::test]
async fn no_answer_sets_a_cookie() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, SURVEY).await;
    let launched = launch(&customer, SURVEY, "en").await;
    let path = launched.location();
    let page = servers.microapp(&path).await;
    let answer = servers.submit(&path, &page, "rate", &[("rating", "4")]).await;
    for page in [&launched, &page, &answer] {
        assert!(!page.headers.contains_key("set-cookie"), "a frame works where those of third parties are blocked");
    }
}

#[tokio::test]
async fn start_block_variables_have_types() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    let refused = ["Purpose=blackmail", "Nothing=1", "Purpose="];
    for parameters in refused {
        let request = format!("microapp://app/CN2SNT5-/Consent\n{parameters}");
        agent.say(&customer.id, &request).await;
        assert_eq!(launch(&customer, &request, "en").await.refusal(), (422, "parameter_invalid"), "{parameters}");
    }
    let long = format!("microapp://app/SV3STP6-/Survey\nTopic={}", "x".repeat(61));
    agent.say(&customer.id, &long).await;
    assert_eq!(launch(&customer, &long, "en").await.refusal(), (422, "parameter_invalid"));
    let more = format!("{CONSENT}\nRole=admin");
    start(&customer, &agent, &more, "en").await;
    assert!(agent.audit(&customer.id).await.contains(&"parameter_dropped".to_owned()));
}

#[tokio::test]
async fn each_application_has_a_token_for_tests_and_one_for_production() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    for (test, production) in
        [("ID4CHK7_", "vR9-mK2x"), ("AD8CHG3-", "tL5+wN9q"), ("CN2SNT5-", "hX4-zB7p"), ("SV3STP6-", "nG8+cD4k")]
    {
        for token in [test, production] {
            let request = format!("microapp://app/{token}\nCustomerNumber=1\nPurpose=recording");
            assert!(start(&customer, &agent, &request, "en").await.starts_with("/fish-messaging/session/"), "{token}");
        }
    }
}

#[tokio::test]
async fn answers_survive_a_restart_and_secure_entries_do_not() {
    let folder = Folder::new();
    let mut config = folder.config();
    let first = Servers::from_config(&config).await;
    let (customer, agent) = first.chat().await;
    let path = start(&customer, &agent, ADDRESS, "de").await;
    let mut page = first.microapp(&path).await;
    page = step(&first, &path, &page, "moved", &[]).await;
    let right = [("street", "Mühlweg 3"), ("postcode", "10115"), ("city", "Berlin"), ("from", "2099-01-31")];
    step(&first, &path, &page, "review", &right).await;
    config.allow_origin.push(first.at.site.clone());
    drop(first.stack);
    let second = Servers::from_config(&config).await;
    let page = second.microapp(&path).await;
    assert!(page.text.contains("Stimmt das so?") && page.text.contains("10115 Berlin"), "place, language and answers");
    let page = step(&second, &path, &page, "confirm", &[]).await;
    assert!(page.text.contains("Ihre Adresse ist geändert"));
}

const OWN: &str = r#"
[application]
name = "Own"
test-token = "OWNTEST1"
production-token = "OWNPROD1"
languages = ["en"]
title = "Own"
steps = ["One", "Two"]
[start]
next = "One"
[[block]]
id = "One"
kind = "message"
heading = "Call us"
[[block.choices]]
id = "go"
label = "Go"
next = "Two"
[[block]]
id = "Two"
kind = "end"
heading = "Bye"
"#;

#[tokio::test]
async fn an_operators_own_callflow_is_served() {
    let folder = Folder::new();
    let path = folder.0.join("own.toml");
    std::fs::write(&path, OWN).unwrap();
    let mut config = folder.config();
    config.callflow.push(path.clone());
    let servers = Servers::from_config(&config).await;
    let (customer, agent) = servers.chat().await;
    let session = start(&customer, &agent, "microapp://app/OWNTEST1", "de").await;
    let page = servers.microapp(&session).await;
    assert!(page.text.contains("Call us") && page.text.contains("lang=\"en\""));
    assert!(step(&servers, &session, &page, "go", &[]).await.text.contains("Bye"));
    // One with a token of a built-in one takes its place.
    std::fs::write(&path, OWN.replace("OWNTEST1", "T3NB68E-")).unwrap();
    let servers = Servers::from_config(&config).await;
    let (customer, agent) = servers.chat().await;
    let session = start(&customer, &agent, crate::harness::REQUEST, "en").await;
    assert!(servers.microapp(&session).await.text.contains("Call us"));
}

#[tokio::test]
async fn a_faulty_callflow_stops_the_start_with_every_line() {
    let folder = Folder::new();
    let path = folder.0.join("own.toml");
    let mut config = folder.config();
    config.callflow.push(path.clone());
    let faults = async |text: String| {
        std::fs::write(&path, text).unwrap();
        let error = Stack::start(&config).await.err().unwrap();
        assert!(matches!(&error, StartError::Callflow(_)) && error.code() == "bad_callflow");
        error.to_string()
    };
    // What the file's language refuses comes alone: name, type, syntax.
    let error = faults(OWN.replace("kind = \"end\"", "kind = \"finish\"")).await;
    assert!(error.starts_with("--callflow: own.toml, line 21: ") && error.contains("finish"), "{error}");
    assert!(faults(OWN.replace("name = \"Own\"", "nam = \"Own\"")).await.contains("line 3: "));
    // What makes no sense comes all at once.
    let secret = "\n[[block]]\nid = \"Secret\"\nkind = \"secure\"\nheading = \"{pin}\"\nlost = { heading = \"a\", text = \"b\", label = \"c\" }\n\
                  fields = [{ id = \"pin\", type = \"digits\", label = \"PIN\" }]\nchoices = [{ id = \"x\", label = \"X\", next = \"Nowhere\" }]\n";
    let error = faults(OWN.replace("next = \"Two\"", "next = \"Three\"") + secret).await;
    for part in [
        "line 18: there is no block \"Three\"",
        "line 20: nothing leads to block \"Two\"",
        "line 25: nothing leads to block \"Secret\"",
        "line 25: pin is a secure entry: it cannot be shown, attached or followed",
        "line 25: step \"Secret\" is not among the application's steps",
        "line 30: there is no block \"Nowhere\"",
        "it has no end",
    ] {
        assert!(error.contains(part), "{part} in {error}");
    }
    let error = faults(OWN.replace("\"en\"", "\"en\", \"de\"").replace("\"Call us\"", "{ en = \"Call us\" }")).await;
    assert!(error.contains("a text is missing in de"), "{error}");
    let error = faults(OWN.replace("[start]", "[application.step-labels]\nThree = \"3\"\n[start]")).await;
    assert!(error.contains("line 10: \"Three\" is not among the steps"), "{error}");
    let error = faults(format!("{OWN}attach = {{ IsOnline = \"0\" }}\n")).await;
    assert!(error.contains("line 23: IsOnline is the Chat Server's to write"), "{error}");
    config.callflow[0] = folder.0.join("absent.toml");
    let error = Stack::start(&config).await.err().unwrap();
    assert!(error.to_string().contains("cannot read"));
}
