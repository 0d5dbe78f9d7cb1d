//! When a service has somebody to serve (backend 2.1): slots of a quarter of an hour, each with how many customers it can
//! still take.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};

use super::super::Gms;
use super::super::error::GmsError;
use super::super::form::Form;
use super::callback::read_time;
use super::current;
use super::error::V1Error;
use super::object::time;

/// Length of a slot, in ms.
const SLOT_MS: i64 = 15 * 60 * 1000;

/// A day, in ms.
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Most days that are looked at.
const MAX_DAYS: i64 = 31;

/// `GET …/availability?start&end&number-of-days&max-time-slots`. Agents here have no timetable: a slot takes as many
/// customers as agents are ready now, less those who are booked.
pub(super) async fn slots(
    State(gms): State<Arc<Gms>>,
    Path(service): Path<String>,
    form: Result<Form, GmsError>,
) -> Result<Json<BTreeMap<String, usize>>, V1Error> {
    let options = gms.v1.services.services.get(&service).ok_or(V1Error::UnknownService)?;
    let form = form?;
    current(&gms)?;
    let when = |name: &'static str| match form.some(name) {
        Some(text) => read_time(text).map(Some).ok_or(V1Error::Incorrect(name)),
        None => Ok(None),
    };
    let number = |name: &'static str| match form.some(name) {
        Some(text) => text.parse::<i64>().ok().filter(|n| *n > 0).map(Some).ok_or(V1Error::Incorrect(name)),
        None => Ok(None),
    };
    let start = when("start")?.unwrap_or(gms.config.clock.now_ms());
    let days = number("number-of-days")?.unwrap_or(1).min(MAX_DAYS);
    let end = when("end")?.unwrap_or(start + days * DAY_MS).min(start + MAX_DAYS * DAY_MS);
    let most = number("max-time-slots")?.and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
    let ready = gms.router.ready_for(&options.targets);
    let booked: Vec<i64> = gms
        .store
        .services()?
        .into_iter()
        .filter(|row| row.name == service && !row.cancelled && row.chat.is_none())
        .map(|row| row.desired.div_euclid(SLOT_MS))
        .collect();
    let first = start.div_euclid(SLOT_MS) + i64::from(start.rem_euclid(SLOT_MS) != 0);
    let slots = (first..).take_while(|slot| slot * SLOT_MS < end).take(most);
    let free = |slot: i64| ready.saturating_sub(booked.iter().filter(|taken| **taken == slot).count());
    Ok(Json(slots.map(|slot| (time(slot * SLOT_MS), free(slot))).collect()))
}
