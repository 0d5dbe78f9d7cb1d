//! The open back end: GMS chat, Chat Server, Interaction Server, Messaging Server and agent desk.
fn main() {}
