//! Waiting for something to be committed: woken by what the runtime says has changed, with a slow look
//! besides for what no change announces, such as the end of a lease or a commit of another node.

use std::time::Duration;

use runtime::{Changed, ChangedKind};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, timeout_at};

use crate::app::App;

/// The longest that a request waits, whatever it asks for.
const LONGEST: Duration = Duration::from_secs(50);
/// How long a request waits that does not say.
const USUAL: Duration = Duration::from_secs(10);
/// How often to look although nothing was announced.
const LOOK: Duration = Duration::from_secs(1);

/// A request that waits. Made before the first look, so that nothing in between is missed.
#[derive(Debug)]
pub(super) struct Waiting {
    changes: Receiver<Changed>,
    until: Instant,
}

impl Waiting {
    /// Waits for `request_timeout` milliseconds at most: 0 or nothing means the usual time, a negative
    /// number not at all.
    pub(super) fn new(app: &App, request_timeout: Option<i64>) -> Self {
        let asked = match request_timeout.unwrap_or(0) {
            0 => USUAL,
            ms => Duration::from_millis(u64::try_from(ms).unwrap_or(0)),
        };
        Self { changes: app.runtime().subscribe(), until: Instant::now() + asked.min(LONGEST) }
    }

    /// Waits until it is worth looking again; false where the time is over.
    pub(super) async fn goes_on(&mut self, concerns: impl Fn(&Changed) -> bool + Send) -> bool {
        let look = self.until.min(Instant::now() + LOOK);
        loop {
            match timeout_at(look, self.changes.recv()).await {
                Ok(Ok(changed))
                    if changed.kind != ChangedKind::Everything && !concerns(&changed) => {}
                Ok(Ok(_) | Err(RecvError::Lagged(_))) => return true,
                Ok(Err(RecvError::Closed)) => return false,
                Err(_elapsed) => return Instant::now() < self.until,
            }
        }
    }
}
