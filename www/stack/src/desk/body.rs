//! Bodies of requests; what cannot be read is told as every other refusal.

use axum::Json;
use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;

use super::api::DeskError;

/// A body in JSON.
pub(super) struct Body<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = DeskError;

    async fn from_request(request: Request, state: &S) -> Result<Self, DeskError> {
        let Json(value) = Json::from_request(request, state).await.map_err(|_| DeskError::BadBody)?;
        Ok(Self(value))
    }
}
