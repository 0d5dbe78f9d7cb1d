//! The vendor's default server settings (backend 5.7).

use cx_stack::{Stack, StartError};

use crate::harness::{Folder, REQUEST, Servers};

#[tokio::test]
async fn names_steer_who_speaks_and_who_writes() {
    let folder = Folder::new();
    let path = folder.0.join("settings");
    let text = "GenesysSDK.Widgets.ProgressNotifier.Nickname=Zahlung\nGenesysSDK.InteractionServer.ClientName=IA\n";
    std::fs::write(&path, text).unwrap();
    let mut config = folder.config();
    config.server_settings = Some(path);
    let servers = Servers::from_config(&config).await;
    let mut changes = servers.stack.interactions.subscribe();
    let (customer, agent) = servers.chat().await;
    agent.say(&customer.id, REQUEST).await;
    customer.go().await.location();
    let chat = agent.chat(&customer.id).await;
    let last = chat["transcript"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["from"]["nickname"], "Zahlung");
    let by = loop {
        let change = changes.recv().await.unwrap();
        if change.changed.contains_key("MicroApp_Payment_State") {
            break change.by;
        }
    };
    assert_eq!(by, "IA");
}

#[tokio::test]
async fn a_faulty_file_stops_the_start() {
    let folder = Folder::new();
    let path = folder.0.join("settings");
    std::fs::write(&path, "Nonsense=1\nGenesysSDK.ConfigServer.Server.Port=x").unwrap();
    let mut config = folder.config();
    config.server_settings = Some(path);
    let error = Stack::start(&config).await.err().unwrap();
    assert!(matches!(&error, StartError::Settings(_)) && error.code() == "bad_settings");
    assert_eq!(error.to_string().lines().count(), 2);
}
