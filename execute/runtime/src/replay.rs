//! The proof behind the snapshots: an instance is the fold of its history, and nothing else.

use engine::{Instance, codec};

use crate::port::{HistoryRow, InstanceRow};

/// Why an instance and its history do not agree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// Stored bytes cannot be read.
    #[error(transparent)]
    Codec(#[from] codec::CodecError),
    /// A version is missing or stands twice.
    #[error("version {expected} is due and version {found} stands there")]
    Gap {
        /// The version that should come.
        expected: i64,
        /// The version that comes.
        found: i64,
    },
    /// The history leads to another state than the one that is stored.
    #[error("the history leads to another state than the one that is stored")]
    Differs,
}

/// The state that a whole history leads to; the rows in the order of versions.
pub fn replay(history: &[HistoryRow]) -> Result<Option<Instance>, ReplayError> {
    let mut state = None;
    for (expected, row) in (1..).zip(history) {
        if row.version != expected {
            return Err(ReplayError::Gap { expected, found: row.version });
        }
        for event in codec::decode_events(&row.events)? {
            engine::apply(&mut state, &event);
        }
    }
    Ok(state)
}

/// Checks that an instance is what its whole history leads to.
pub fn check_replay(instance: &InstanceRow, history: &[HistoryRow]) -> Result<(), ReplayError> {
    let stored = codec::decode_state(&instance.snapshot)?;
    if replay(history)? == Some(stored) { Ok(()) } else { Err(ReplayError::Differs) }
}
