//! The answers that are kept so that a command sent twice is done once.

use base::Timestamp;

/// The answer to a command that carried an idempotency key, kept for 24 hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyRow {
    /// The user's key, `:`, and what the caller gave. Unique.
    pub key: String,
    /// When the command was done.
    pub at: Timestamp,
    /// The encoded answer, with a digest of the command that got it.
    pub answer: Vec<u8>,
}
