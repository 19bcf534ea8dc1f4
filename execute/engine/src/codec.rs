//! How state and events are stored: one version byte, then `postcard`. What an older version wrote
//! can be read for ever.
//!
//! Version 2 knows the event `StepsCounted` and ends the state with the count of steps; version 3 knows
//! the event `UserTaskCompletedBy`.

use crate::{Event, Instance};

/// The version that is written now.
const VERSION: u8 = 3;
/// The version that did not know who completes a user task.
const UNNAMED: u8 = 2;
/// The version without a count of steps.
const UNCOUNTED: u8 = 1;
/// What most events need; room that is made at once instead of step by step.
const EVENT_BYTES: usize = 64;
/// What most instances need.
const STATE_BYTES: usize = 512;

/// Stored bytes that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// Not even a version.
    #[error("the stored bytes are empty; the row is damaged")]
    Empty,
    /// Written by a version that this one does not know.
    #[error(
        "the stored bytes have version {0}, this program reads up to {VERSION}; use a newer program"
    )]
    Version(u8),
    /// A known version, but not what it wrote.
    #[error("the stored bytes cannot be decoded: {0}; the row is damaged")]
    Damaged(#[from] postcard::Error),
}

/// Encodes a list of events.
pub fn encode_events(events: &[Event]) -> Vec<u8> {
    encode(events, events.len().saturating_mul(EVENT_BYTES))
}

/// Decodes what [`encode_events`] wrote.
pub fn decode_events(bytes: &[u8]) -> Result<Vec<Event>, CodecError> {
    match bytes {
        [] => Err(CodecError::Empty),
        [UNCOUNTED | UNNAMED | VERSION, rest @ ..] => Ok(postcard::from_bytes(rest)?),
        [version, ..] => Err(CodecError::Version(*version)),
    }
}

/// Encodes an instance.
pub fn encode_state(instance: &Instance) -> Vec<u8> {
    encode(instance, STATE_BYTES)
}

/// Decodes what [`encode_state`] wrote.
pub fn decode_state(bytes: &[u8]) -> Result<Instance, CodecError> {
    match bytes {
        [] => Err(CodecError::Empty),
        // The count is the last field: its 0 is all that is missing.
        [UNCOUNTED, rest @ ..] => Ok(postcard::from_bytes(&[rest, &[0]].concat())?),
        [UNNAMED | VERSION, rest @ ..] => Ok(postcard::from_bytes(rest)?),
        [version, ..] => Err(CodecError::Version(*version)),
    }
}

fn encode<T: serde::Serialize + ?Sized>(value: &T, bytes: usize) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(bytes);
    encoded.push(VERSION);
    postcard::to_extend(value, encoded)
        .expect("plain data into memory: no length is unknown and no writer fails")
}
