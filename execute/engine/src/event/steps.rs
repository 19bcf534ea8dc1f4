//! The step limit: what could not be done in one go is stored and done later.

use serde::{Deserialize, Serialize};

use crate::{Instance, Step};

/// The step limit was reached, or a command came while steps were left over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepsPaused {
    /// All that is left to do, in order.
    pub pending: Vec<Step>,
}

impl StepsPaused {
    pub(super) fn apply(&self, instance: &mut Instance) {
        instance.pending.clone_from(&self.pending);
    }
}

/// The stored steps are being done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepsResumed {}

impl StepsResumed {
    #[expect(clippy::unused_self, reason = "every event is applied the same way")]
    pub(super) fn apply(&self, instance: &mut Instance) {
        instance.pending.clear();
    }
}
