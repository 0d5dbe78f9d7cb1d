//! The bare handler: reads a form, answers with JSON of the length that most polls get.

use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::post;
use cx_stack::stack::READY;
use tokio::net::TcpListener;

use crate::servers::let_go;

/// What a poll without news is answered with, in its shape and length.
const ANSWER: &str = r#"{"statusCode":0,"chatId":"00000000000000aa","userId":"0000000000000000","secureKey":"0000000000000000","alias":"117","messages":[],"nextPosition":12,"chatEnded":false,"monitored":false}"#;

async fn answer(body: Bytes) -> impl IntoResponse {
    drop(body);
    ([(CONTENT_TYPE, "application/json;charset=utf-8")], ANSWER)
}

/// Serves it on a free port, says where as the stack does, and ends when we are let go of.
///
/// # Errors
/// No port can be had.
pub async fn serve() -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{READY}http://{}/", listener.local_addr()?);
    let served = axum::serve(listener, Router::new().route("/", post(answer))).into_future();
    tokio::select! {
        result = served => Ok(result?),
        result = let_go() => result,
    }
}
