//! What a decision may look at besides the instance itself: the model, other models, records, the
//! time. All of it is passed in; nothing is asked for.

use std::{fmt, sync::Arc};

use base::{Key, Timestamp};
use feel::{Path, Value};

use crate::RecordRef;

/// Everything around an instance that a decision may depend on.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// The process that the instance runs.
    pub process: &'a bpmn::Process,
    /// Decisions and forms that the process refers to by id.
    pub models: &'a dyn Models,
    /// The records that expressions read.
    pub facts: &'a dyn Facts,
    /// The one instant at which all of this happens.
    pub now: Timestamp,
    /// Steps before the rest is left to [`crate::Command::Continue`]; 1,000 is a good value.
    pub step_limit: u32,
}

impl fmt::Debug for World<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World")
            .field("process", &self.process.id)
            .field("now", &self.now)
            .field("step_limit", &self.step_limit)
            .finish_non_exhaustive()
    }
}

/// The models that a process refers to by id.
pub trait Models {
    /// The latest version of a decision: its definition key, and the model that holds it.
    fn decision(&self, id: &str) -> Option<(Key, Arc<dmn::Model>)>;

    /// The latest version of a form: its key.
    fn form(&self, id: &str) -> Option<Key>;
}

/// The records that expressions read.
pub trait Facts {
    /// The value of `record`, as a context, with everything that `paths` reach.
    ///
    /// The paths are those of one expression or decision; each begins with the step `record`.
    /// `None` means not loaded yet: the decision then answers [`crate::Outcome::Need`] with the
    /// same paths and is asked again when they are there. A record that does not exist is
    /// [`Value::Null`].
    fn record(&self, record: &RecordRef, paths: &[Path]) -> Option<Value>;
}
