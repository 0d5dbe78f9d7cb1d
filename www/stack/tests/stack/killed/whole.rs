//! What a kill must not leave: a call of which one half was done.

use serde_json::{Value, json};

use crate::harness::Agent;

fn count(entries: &[Value], kind: &str, party: &Value) -> usize {
    let of_party = |entry: &&Value| entry["type"] == kind && &entry["from"]["participantId"] == party;
    entries.iter().filter(of_party).count()
}

/// Each chat of the list is begun, goes on or is over, and whoever came or went has come or gone in its transcript.
pub async fn no_chat_is_half_done(agent: &Agent<'_>) {
    let list = agent.get("/chats").await.1;
    for line in list.as_array().unwrap() {
        let chat = agent.chat(line["id"].as_str().unwrap()).await;
        let (entries, parties) = (chat["transcript"].as_array().unwrap(), chat["participants"].as_array().unwrap());
        let ended = chat["state"] == "ended";
        assert!(ended || chat["customerPresent"] == true, "nobody could go on with it: {chat}");
        assert_eq!(chat["attachedData"]["IsOnline"], if ended { "0" } else { "1" }, "{chat}");
        assert_eq!(parties.iter().filter(|party| party["type"] == "Client").count(), 1, "{chat}");
        for party in parties {
            let (id, left) = (&party["participantId"], party["leftAt"].is_i64());
            assert_eq!(count(entries, "ParticipantJoined", id), 1, "{party} of {chat}");
            assert_eq!(count(entries, "ParticipantLeft", id), usize::from(left), "{party} of {chat}");
        }
        // Whoever has a file has been told of it, and no index is left out or there twice.
        let indices: Vec<_> = entries.iter().map(|entry| entry["index"].clone()).collect();
        assert_eq!(indices, (1..=entries.len()).map(|index| json!(index)).collect::<Vec<_>>(), "{chat}");
    }
}
