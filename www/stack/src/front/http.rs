//! One HTTP call to a process behind the front.

use std::io;

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use axum::response::Response;
use hyper::client::conn::http1;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::copy_bidirectional;
use tokio::net::TcpStream;

/// Largest answer that is held back until it is whole, in bytes; above all files that are taken.
const ANSWER_LIMIT: usize = 64 * 1024 * 1024;

/// A request that can be sent more than once.
#[derive(Clone)]
pub struct Call {
    /// The head; its body is empty.
    pub head: Request<()>,
    /// The body.
    pub body: Bytes,
}

/// The head of a request whose body is larger than any that is taken.
pub struct TooLarge(pub Box<Request<()>>);

impl Call {
    /// Reads a request to its end.
    ///
    /// # Errors
    /// The head of one that is too large or breaks off.
    pub async fn read(request: Request<Body>, limit: usize) -> Result<Self, TooLarge> {
        let (parts, body) = request.into_parts();
        let mut head = Request::new(());
        (*head.method_mut(), *head.uri_mut(), *head.headers_mut()) = (parts.method, parts.uri, parts.headers);
        match axum::body::to_bytes(body, limit).await {
            Ok(body) => Ok(Self { head, body }),
            Err(_) => Err(TooLarge(Box::new(head))),
        }
    }

    /// Sends it and waits for the whole answer, so that one that is cut off is none.
    ///
    /// # Errors
    /// The connection failed; what the other side has done by then nobody knows.
    pub async fn send(self, stream: TcpStream) -> io::Result<(axum::http::response::Parts, Bytes)> {
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        let connection = tokio::spawn(connection);
        let body = self.body;
        let answer = sender.send_request(self.head.map(|()| Body::from(body))).await.map_err(io::Error::other)?;
        let (head, body) = answer.into_parts();
        let body = axum::body::to_bytes(Body::new(body), ANSWER_LIMIT).await.map_err(io::Error::other)?;
        connection.abort();
        Ok((head, body))
    }
}

/// Sends a call and hands its answer back as it comes. Where the answer is another protocol, as a WebSocket is, `client` is
/// joined to it, and taken.
///
/// # Errors
/// The connection failed; `client` is still there.
pub async fn tunnel(call: Call, client: &mut Option<OnUpgrade>, stream: TcpStream) -> io::Result<Response> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    tokio::spawn(connection.with_upgrades());
    let body = call.body;
    let mut answer = sender.send_request(call.head.map(|()| Body::from(body))).await.map_err(io::Error::other)?;
    if answer.status() == StatusCode::SWITCHING_PROTOCOLS
        && let Some(client) = client.take()
    {
        let server = hyper::upgrade::on(&mut answer);
        tokio::spawn(async move {
            if let (Ok(client), Ok(server)) = (client.await, server.await) {
                let _ = copy_bidirectional(&mut TokioIo::new(client), &mut TokioIo::new(server)).await;
            }
        });
    }
    Ok(answer.map(Body::new))
}
