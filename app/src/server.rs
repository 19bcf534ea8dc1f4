//! Listening, and stopping in order: no new request is taken, what is under way is finished.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use api::App;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// How long open connections may take to finish after a stop was asked for.
const GRACE: std::time::Duration = std::time::Duration::from_secs(5);

/// Listens on the address.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}: stop what listens there, or name another --listen")
    })
}

/// Serves until SIGTERM or SIGINT.
pub(crate) async fn serve(
    listener: TcpListener,
    metrics: Option<TcpListener>,
    app: App,
) -> Result<()> {
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let mut graceful = stopped.clone();
    if let Some(metrics) = metrics {
        // Ends with the process: whoever collects metrics asks again.
        tokio::spawn(axum::serve(metrics, api::metrics_router(app.clone())).into_future());
    }
    let server = axum::serve(listener, api::router(app)).with_graceful_shutdown(async move {
        let _ = graceful.wait_for(|stop| *stop).await;
    });
    let server = tokio::spawn(server.into_future());
    wait_for_signal().await?;
    stop.send_replace(true);
    // Event streams stay open for as long as their page does; they are cut after the grace time.
    match tokio::time::timeout(GRACE, server).await {
        Ok(ended) => ended.context("the server died")?.context("the server failed"),
        Err(_elapsed) => Ok(()),
    }
}

async fn wait_for_signal() -> Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be awaited")?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        interrupted = tokio::signal::ctrl_c() => interrupted.context("SIGINT cannot be awaited"),
    }
}
