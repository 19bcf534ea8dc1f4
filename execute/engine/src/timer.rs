//! A timer: the moment at which a boundary event occurs.

use base::{Key, Timestamp};
use bpmn::ElementIndex;
use serde::{Deserialize, Serialize};

use crate::index;

/// Something that becomes due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// Its key.
    pub key: Key,
    /// The active element whose life bounds the timer's.
    pub element_instance: Key,
    /// The event that occurs.
    #[serde(with = "index::element")]
    pub target: ElementIndex,
    /// When it is due.
    pub due_at: Timestamp,
    /// How it goes on after that.
    pub repeat: Option<Repeat>,
}

/// What is left of a cycle (`R3/PT10S`) after the next time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeat {
    /// How often it occurs after the next time; `None` without end.
    pub remaining: Option<u32>,
    /// Time between two occurrences.
    pub every: Interval,
}

/// A length of time; months have no fixed length in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// Calendar months, added first.
    pub months: i64,
    /// Milliseconds, added second.
    pub ms: i64,
}
