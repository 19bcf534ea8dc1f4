//! How much work there is at this moment, for the metrics page. What is over and kept for ever is not
//! counted: that would take longer every day.

use std::sync::Arc;

use base::Timestamp;

use crate::port::StoreError;

/// How many things of one kind are in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkCount {
    /// The kind: `job`, `timer`, `user_task`, `incident` or `outbox`.
    pub kind: Arc<str>,
    /// The state. Of jobs `available`, `leased`, `backing_off` and `failed`; of timers `due` and
    /// `waiting`; of user tasks `created`; of incidents `open`; of the outbox all but `sent`.
    pub state: Arc<str>,
    /// How many.
    pub count: u64,
}

/// Queries over what waits.
pub trait ReadWork {
    /// What waits at `now`, by kind and state. A state without anything may be missing.
    fn work(&self, now: Timestamp) -> Result<Vec<WorkCount>, StoreError>;
}
