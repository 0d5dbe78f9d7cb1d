//! `ChatLBServerInfo.jsp`: which Chat Server is to be asked (Chat Support, "Web API Server Configuration"). No public source
//! shows its answer; this one is *ours*: a JSON list with the fields of API v1's details (backend 2.3).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use super::Gms;

/// A Chat Server as the load balancer tells of it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServerInfo {
    /// Application name of the primary.
    pub name: String,
    /// The application that answers now, or nothing while there is none.
    pub active: Option<String>,
    /// Its alias.
    pub chat_server_load_balancer_alias: Option<String>,
    /// Its backup, which is ready to take over.
    pub backup: Option<String>,
    /// Chats that were started on it through this load balancer.
    pub started: usize,
}

/// Here there is one Chat Server, in this process.
pub(super) async fn info(State(gms): State<Arc<Gms>>) -> Json<Vec<ServerInfo>> {
    let name = gms.chat.application().to_owned();
    Json(vec![ServerInfo {
        active: Some(name.clone()),
        name,
        chat_server_load_balancer_alias: Some(gms.chat.alias().to_owned()),
        backup: None,
        started: gms.chat.chats().len(),
    }])
}
