//! Who is who for the customer: each party of a chat, and each server that writes into it, has one id.

use sha2::{Digest, Sha256};

use crate::chat_server::entry::Sender;
use crate::chat_server::session::Participant;

/// Id of the sender of an entry.
///
/// Servers that write without joining have no party; theirs is made of their name, so that it is the same for ever.
pub(super) fn id_of(parties: &[Participant], sender: &Sender) -> String {
    let party = parties.iter().find(|party| party.id == sender.participant_id);
    party.map_or_else(|| id_of_server(&sender.nickname), |party| party.user_id.clone())
}

fn id_of_server(nickname: &str) -> String {
    Sha256::digest(nickname.as_bytes()).iter().take(8).map(|byte| format!("{byte:02X}")).collect()
}
