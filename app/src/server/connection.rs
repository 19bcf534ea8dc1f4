//! One connection from its first byte to its end.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::server::TlsStream;

use crate::server::tls::Tls;

/// The first byte of what a client of TLS says.
const HANDSHAKE: u8 = 0x16;
/// What somebody reads who speaks without TLS to a server that does.
const REFUSAL: &str = "this server speaks TLS only: use https:// instead of http://\n";

/// What a connection may cost.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// How long a client may take for a handshake, or for the headers of a request.
    pub(super) slow_client: Duration,
}

/// Answers the requests of one connection, until it ends or the server stops.
pub(super) async fn serve_connection(
    stream: TcpStream,
    tls: Option<Arc<Tls>>,
    router: Router,
    limits: Limits,
    stopped: watch::Receiver<bool>,
) {
    // Answers are written whole; to wait for more of them costs time only.
    let _slower = stream.set_nodelay(true);
    match tls {
        None => answer(stream, router, limits, stopped).await,
        Some(tls) => match timeout(limits.slow_client, encrypted(stream, &tls)).await {
            Ok(Some(stream)) => answer(stream, router, limits, stopped).await,
            Ok(None) => {}
            Err(_elapsed) => tracing::debug!("a handshake took too long"),
        },
    }
}

/// The connection behind its handshake; `None` where there was none.
async fn encrypted(mut stream: TcpStream, tls: &Tls) -> Option<TlsStream<TcpStream>> {
    let mut first = [0_u8];
    let read = stream.peek(&mut first).await.ok()?;
    if read > 0 && first != [HANDSHAKE] {
        let answer = format!(
            "HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\nconnection: close\r\n\
             content-length: {}\r\n\r\n{REFUSAL}",
            REFUSAL.len()
        );
        let _gone = stream.write_all(answer.as_bytes()).await;
        let _gone = stream.shutdown().await;
        return None;
    }
    match tls.acceptor().accept(stream).await {
        Ok(stream) => Some(stream),
        Err(error) => {
            tracing::debug!(%error, "a handshake failed");
            None
        }
    }
}

async fn answer(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    router: Router,
    limits: Limits,
    mut stopped: watch::Receiver<bool>,
) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.slow_client)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = pin!(connection);
    let stop = async {
        let _nobody_left = stopped.wait_for(|stop| *stop).await;
    };
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}
