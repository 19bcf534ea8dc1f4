//! What a try came to, and what that makes of the entry.

use std::time::Duration;

use base::Timestamp;
use runtime::Settlement;
use runtime::port::{OutboxRow, OutboxState};

use crate::back_off::BackOff;

/// What became of one try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The receiver has taken it.
    Sent,
    /// It was surely not taken; a later try may do better.
    NotSent(String),
    /// Nobody knows whether it was taken: the line broke before the answer came.
    Unknown(String),
    /// It will never be taken.
    Refused(String),
}

/// The entry as this outcome leaves it. `now` is the database's clock at the end of the try.
pub(crate) fn settle(
    entry: &OutboxRow,
    outcome: Outcome,
    back_off: &BackOff,
    now: Timestamp,
) -> Settlement {
    let attempts = entry.attempts.saturating_add(1);
    let known = entry.unsettled.saturating_sub(1);
    let settlement = Settlement {
        key: entry.key,
        state: OutboxState::Failed,
        attempts,
        unsettled: known,
        next_at: now,
        error: None,
    };
    match outcome {
        Outcome::Sent => Settlement { state: OutboxState::Sent, ..settlement },
        Outcome::Refused(reason) => Settlement { error: Some(reason), ..settlement },
        Outcome::NotSent(reason) => later(settlement, &reason, back_off),
        Outcome::Unknown(reason) => {
            later(Settlement { unsettled: entry.unsettled, ..settlement }, &reason, back_off)
        }
    }
}

/// The entry as it stays where nothing can deliver it.
pub(crate) fn keep(entry: &OutboxRow, now: Timestamp) -> Settlement {
    Settlement {
        key: entry.key,
        state: OutboxState::NotConfigured,
        attempts: entry.attempts,
        unsettled: entry.unsettled.saturating_sub(1),
        next_at: now,
        error: None,
    }
}

/// The entry as it waits for its next try, or as it is given up.
fn later(mut settlement: Settlement, reason: &str, back_off: &BackOff) -> Settlement {
    settlement.error = Some(match back_off.wait_after(settlement.attempts) {
        Some(wait) => {
            settlement.state = OutboxState::Waiting;
            settlement.next_at = settlement.next_at.plus_ms(to_ms(wait));
            reason.to_owned()
        }
        None => format!("given up after {} tries: {reason}", settlement.attempts),
    });
    settlement
}

/// A span in milliseconds.
pub(crate) fn to_ms(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
