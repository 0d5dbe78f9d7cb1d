//! Card data and secure keys are nowhere: not in the database, not in the desk's API, not in later pages.

use crate::harness::{GOOD_CARD, REQUEST, Servers, contains, database_bytes};

#[tokio::test]
async fn nothing_of_a_card_and_no_key_is_kept() {
    let servers = Servers::start().await;
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    let path = customer.go().await.location();
    let page = servers.microapp(&path).await;
    servers.submit(&path, &page, "begin", &[]).await.location();
    let page = servers.microapp(&path).await;
    let mut wrong = GOOD_CARD;
    wrong[0].1 = "5555555555554445";
    let faulty = servers.submit(&path, &page, "card", &wrong).await;
    servers.submit(&path, &faulty, "card", &GOOD_CARD).await.location();
    let review = servers.microapp(&path).await;
    servers.submit(&path, &review, "pay", &[]).await.location();
    let result = servers.microapp(&path).await;
    customer.go_but("chatSecureKey", "1122334455667788").await;

    let database = database_bytes(&servers.at.db);
    let api = [agent.chat(&customer.id).await, agent.record(&customer.id).await, agent.get("/chats").await.1]
        .iter()
        .map(ToString::to_string)
        .collect::<String>();
    let pages = [&faulty, &review, &result].map(|page| page.text.as_str()).concat();
    let secrets = [
        "4111 1111 1111 1111",
        "4111111111111111",
        "5555555555554445",
        "Maria Gonzalez",
        "12/49",
        "1122334455667788",
        customer.key.as_str(),
    ];
    for secret in secrets {
        assert!(!contains(&database, secret), "{secret} in the database");
        assert!(!api.contains(secret), "{secret} in the desk's API");
    }
    for secret in ["4111 1111", "41111111", "55555555", "\"987\"", customer.key.as_str()] {
        assert!(!pages.contains(secret), "{secret} in a page");
    }
    assert!(contains(&database, REQUEST), "the search itself works");
    assert!(!api.contains(&customer.user_id) && !api.contains(path.rsplit('/').next().unwrap()));
}
