//! Waits for a database server that is not there yet: machines that start together do not wait for each other.
//! What will not change by waiting, like a wrong password, is told at once.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::Result;
use store::postgres::{self, OpenError};

use crate::cli::Data;

/// Between two tries, at first and at most.
const PAUSES: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(5)];

/// Returns once the server can be reached; at once where the database is in a folder.
///
/// # Errors
/// Where it is not there after the time that the settings give it.
pub(crate) fn await_database(data: &Data) -> Result<()> {
    let Some(url) = &data.database else { return Ok(()) };
    let patience = Duration::from_secs(data.database_wait_seconds.into());
    let (began, [mut pause, longest]) = (Instant::now(), PAUSES);
    loop {
        match postgres::reach(url) {
            Err(error) if error.is_away() => {
                let left = patience.saturating_sub(began.elapsed());
                if left.is_zero() {
                    return Err(given_up(error, patience));
                }
                tracing::warn!(%error, seconds_left = left.as_secs(), "the database is not there yet");
                sleep(pause.min(left));
                pause = longest.min(pause * 2);
            }
            reached => return Ok(reached?),
        }
    }
}

fn given_up(error: OpenError, patience: Duration) -> anyhow::Error {
    let seconds = patience.as_secs();
    let advice = "start it, correct the address, or give it more by `database_wait_seconds`";
    anyhow::Error::new(error)
        .context(format!("the database is not there after {seconds} seconds; {advice}"))
}
