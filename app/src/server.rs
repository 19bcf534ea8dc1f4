//! Listening, and stopping in order: no new request is taken, what is under way is finished, streams are
//! closed. Own code around one connection of the HTTP library, because a server that strangers reach has to
//! end connections that are slow on purpose, and to speak TLS.

mod connection;
mod tls;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use api::App;
use axum::Router;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::server::connection::{Limits, serve_connection};

pub(crate) use crate::server::tls::Tls;

/// How long open connections may take to finish after a stop was asked for.
const GRACE: Duration = Duration::from_secs(5);
/// Connections that are open at the same time; more wait with the operating system.
const CONNECTIONS_MAX: usize = 5_000;
/// How long nothing is accepted after the operating system could not.
const PAUSE: Duration = Duration::from_millis(100);

/// Listens on the address.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}: stop what listens there, or name another --listen")
    })
}

/// Where and how a server is reached.
pub(crate) struct Doors {
    /// The page and the API.
    pub(crate) main: TcpListener,
    /// The metrics alone.
    pub(crate) metrics: Option<TcpListener>,
    /// What encrypts the main door.
    pub(crate) tls: Option<Arc<Tls>>,
    /// How long a client may stay silent in the middle of a request.
    pub(crate) slow_client: Duration,
}

/// Serves until SIGTERM or SIGINT. SIGHUP has the certificate read again.
pub(crate) async fn serve(doors: Doors, app: App, signals: Signals) {
    let (stop, stopped) = watch::channel(false);
    let limits = Limits { slow_client: doors.slow_client };
    let mut servers = JoinSet::new();
    let main = Door { listener: doors.main, tls: doors.tls.clone(), limits };
    servers.spawn(main.serve(api::router(app.clone()), stopped.clone()));
    if let Some(listener) = doors.metrics {
        let door = Door { listener, tls: None, limits };
        servers.spawn(door.serve(api::metrics_router(app.clone()), stopped));
    }
    signals.stop(doors.tls.as_deref()).await;
    stop.send_replace(true);
    app.close_streams();
    let finished = async { while servers.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, finished).await.is_err() {
        tracing::warn!("some requests were still under way; their connections are cut");
    }
}

struct Door {
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    limits: Limits,
}

impl Door {
    /// Takes connections until it is stopped, then waits for those that are open.
    async fn serve(self, router: Router, mut stopped: watch::Receiver<bool>) {
        let Self { listener, tls, limits } = self;
        let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        let mut connections = JoinSet::new();
        let for_connections = stopped.clone();
        loop {
            let accepted = async {
                let place = Arc::clone(&places).acquire_owned().await;
                (place, listener.accept().await)
            };
            let (place, accepted) = tokio::select! {
                accepted = accepted => accepted,
                _ = stopped.wait_for(|stop| *stop) => break,
                Some(_ended) = connections.join_next() => continue,
            };
            let Ok((stream, _)) = accepted else {
                tracing::warn!("no connection can be taken: {accepted:?}");
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            let (tls, router, stopped) = (tls.clone(), router.clone(), for_connections.clone());
            connections.spawn(async move {
                let _place = place;
                serve_connection(stream, tls, router, limits, stopped).await;
            });
        }
        drop(listener);
        while connections.join_next().await.is_some() {}
    }
}

/// What asks the server to stop, or to read its certificate again. Made before anybody is told that there is a
/// server, for until then a signal ends the process on the spot.
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Signals {
    /// Listens for them from now on.
    pub(crate) fn new() -> Result<Self> {
        let of = |kind, name| signal(kind).with_context(|| format!("{name} cannot be awaited"));
        Ok(Self {
            terminate: of(SignalKind::terminate(), "SIGTERM")?,
            interrupt: of(SignalKind::interrupt(), "SIGINT")?,
            hang_up: of(SignalKind::hangup(), "SIGHUP")?,
        })
    }

    /// Waits until the server has to stop. Without a certificate to read again, the end of its terminal is
    /// a reason too.
    async fn stop(mut self, tls: Option<&Tls>) {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return,
                _ = self.interrupt.recv() => return,
                _ = self.hang_up.recv() => match tls.map(Tls::read_again) {
                    None => return,
                    Some(Ok(())) => {}
                    Some(Err(error)) => {
                        tracing::error!("the certificate stays as it was: {error:#}");
                    }
                },
            }
        }
    }
}
