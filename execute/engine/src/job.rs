//! A job: work on a task that somebody outside the engine does. Who holds it at the moment is not
//! known here; leases come and go without a trace in the instance.

use std::sync::Arc;

use base::{Key, Timestamp};
use bpmn::ElementIndex;
use serde::{Deserialize, Serialize};

use crate::index;

/// Jobs of a type with this prefix are built-in tasks: they are run in the same turn.
pub const BUILT_IN_PREFIX: &str = "rondo:";

/// Work that is not finished.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its key.
    pub key: Key,
    /// The active element it belongs to.
    pub element_instance: Key,
    /// Which element of the process that is.
    #[serde(with = "index::element")]
    pub element: ElementIndex,
    /// The type that workers ask for.
    pub job_type: Arc<str>,
    /// How often it may still be tried.
    pub retries: u32,
    /// Where it is in its life.
    pub state: JobState,
}

impl Job {
    /// Whether it is a built-in task, which no worker can take.
    pub fn is_built_in(&self) -> bool {
        self.job_type.starts_with(BUILT_IN_PREFIX)
    }
}

/// Where an unfinished job is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum JobState {
    /// A worker may take it, from `available_at` on.
    Waiting {
        /// Later than its creation only while a failed try backs off.
        available_at: Timestamp,
    },
    /// No tries are left; an incident waits for a person.
    Failed,
    /// It threw an error that nothing catches; an incident waits for a person.
    ErrorThrown,
}
