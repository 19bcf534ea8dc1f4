//! Answers that are kept, so that a command that is sent twice is done once.

use base::Timestamp;

use crate::port::{IdempotencyRow, StoreError};
use crate::{Answer, CommandError, Envelope};

/// Under which key the answer is kept: one user's keys do not meet another's.
pub(super) fn key(envelope: &Envelope) -> Option<String> {
    let key = envelope.idempotency_key.as_ref().filter(|_| envelope.command.is_done_once())?;
    Some(format!("{}:{key}", envelope.actor.user))
}

/// The row that keeps an answer.
pub(super) fn row(
    key: String,
    answer: &Answer,
    at: Timestamp,
) -> Result<IdempotencyRow, StoreError> {
    let answer = postcard::to_allocvec(answer)
        .map_err(|error| StoreError::Broken(format!("an answer cannot be kept: {error}")))?;
    Ok(IdempotencyRow { key, at, answer })
}

/// The answer that was kept.
pub(super) fn read(bytes: &[u8]) -> Result<Answer, CommandError> {
    postcard::from_bytes(bytes)
        .map_err(|error| CommandError::Fault(format!("the kept answer cannot be read: {error}")))
}
