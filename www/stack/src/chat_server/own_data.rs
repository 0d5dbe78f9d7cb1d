//! Attached data that the Chat Server writes itself and by which workflows reach a chat ("How to send ESP requests to Chat
//! Session from Workflow", "How to Implement", steps 1 and 2; backend 4.1). A value of anybody else would send their requests
//! astray, so nobody else may write them.

use crate::interaction_server::AttachedData;

/// User data that says whether the session goes on; `0` when it does not.
pub const IS_ONLINE: &str = "IsOnline";

/// User data that names the Chat Server application of the session.
pub const APPLICATION: &str = "ChatServerAppName";

/// Property that says which interaction it is. *Ours*: the document leaves that to the workflow engine.
pub const INTERACTION_ID: &str = "InteractionId";

/// Whether a key is for the Chat Server alone to write.
pub fn is_own(key: &str) -> bool {
    [IS_ONLINE, APPLICATION, INTERACTION_ID].contains(&key)
}

/// What a customer may attach; what is the Chat Server's to write is left out.
pub(super) fn without_own(mut data: AttachedData) -> AttachedData {
    data.retain(|key, _| !is_own(key));
    data
}
