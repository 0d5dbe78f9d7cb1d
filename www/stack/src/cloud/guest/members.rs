//! Members of a conversation (transports 2.2).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::error::GuestError;
use super::input::Query;
use super::room::{Member, State as MemberState};
use super::{Guests, PREFIX};
use crate::chat_server::client::ClientAction;
use crate::store::{GuestRow, GuestState};

const PAGE_SIZE: usize = 25;
const MAX_PAGE_SIZE: usize = 100;

/// `GET …/members`.
pub(super) async fn list(
    State(guests): State<Arc<Guests>>,
    Path(conversation): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Json<Value>, GuestError> {
    let caller = guests.caller(&headers, &conversation)?;
    let query = Query::parse(query.as_deref());
    let size = query.number("pageSize", 1..=MAX_PAGE_SIZE, PAGE_SIZE)?;
    let number = query.number("pageNumber", 1..=usize::MAX, 1)?;
    let only_present = query.choice("excludeDisconnectedMembers", ["false", "true"])?;
    let members: Vec<Member> = guests
        .room(caller.guest)?
        .members()
        .into_iter()
        .filter(|member| !only_present || member.state != MemberState::Disconnected)
        .collect();
    let (total, pages) = (members.len(), members.len().div_ceil(size).max(1));
    let page = |number: usize| {
        let rest = if only_present { "&excludeDisconnectedMembers=true" } else { "" };
        format!("{PREFIX}/{conversation}/members?pageSize={size}&pageNumber={number}{rest}")
    };
    let skipped = (number - 1).saturating_mul(size);
    let mut answer = json!({
        "entities": members.into_iter().skip(skipped).take(size).collect::<Vec<_>>(),
        "pageSize": size,
        "pageNumber": number,
        "total": total,
        "pageCount": pages,
        "firstUri": page(1),
        "selfUri": page(number),
        "lastUri": page(pages),
    });
    if let Some(answer) = answer.as_object_mut() {
        if number < pages {
            answer.insert("nextUri".to_owned(), page(number + 1).into());
        }
        if number > 1 {
            answer.insert("previousUri".to_owned(), page((number - 1).min(pages)).into());
        }
    }
    Ok(Json(answer))
}

/// `GET …/members/{id}`.
pub(super) async fn one(
    State(guests): State<Arc<Guests>>,
    Path((conversation, member)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<Member>, GuestError> {
    let caller = guests.caller(&headers, &conversation)?;
    let members = guests.room(caller.guest)?.members();
    members.into_iter().find(|known| known.id == member).map(Json).ok_or(GuestError::NotFound)
}

/// `DELETE …/members/{id}`: the guest leaves. Doing it twice, or before the stream was connected, is no fault.
pub(super) async fn leave(
    State(guests): State<Arc<Guests>>,
    Path((conversation, member)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<StatusCode, GuestError> {
    let caller = guests.caller(&headers, &conversation)?;
    caller.must_be(&member)?;
    if caller.guest.state != GuestState::Connected {
        guests.store.put_guest(&GuestRow { state: GuestState::Abandoned, ..caller.guest })?;
        return Ok(StatusCode::NO_CONTENT);
    }
    match guests.active(&caller) {
        Ok(_) => {}
        Err(GuestError::ConversationState | GuestError::MemberState) => return Ok(StatusCode::NO_CONTENT),
        Err(error) => return Err(error),
    }
    guests.chat.act(&conversation, caller.credentials(), ClientAction::Disconnect, None)?;
    Ok(StatusCode::NO_CONTENT)
}
