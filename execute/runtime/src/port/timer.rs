//! Timers: a slim table that lanes claim from. Whoever runs a timer removes its row in the same
//! transaction.

use std::sync::Arc;

use base::{Key, Timestamp};

/// A timer. Written whole: insert, or replace by key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimerRow {
    /// The timer.
    pub key: Key,
    /// When it is due.
    pub due: Timestamp,
    /// What it brings about.
    pub kind: TimerKind,
}

/// What happens when a timer is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimerKind {
    /// An event of an instance occurs.
    Instance {
        /// The instance.
        instance: Key,
    },
    /// A start event of a process occurs.
    Start {
        /// The version of the process.
        definition: Key,
        /// The BPMN id of the start event.
        element: Arc<str>,
        /// How often it may still occur after this; `None` is for ever.
        repetitions: Option<u32>,
    },
    /// The rest of a turn that had taken all the steps one turn may take.
    Continuation {
        /// By `turn::Continuation::encode`.
        work: Vec<u8>,
    },
}
