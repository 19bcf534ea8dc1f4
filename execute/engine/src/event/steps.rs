//! The limits of steps: what could not be done in one go is stored and done later, and how many steps
//! an instance has taken since it last waited is counted.

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

/// How many elements have become active since the instance last waited, where it does not wait now;
/// 0 once it waits again. A count and no increment, so that logs from before it was counted replay
/// as they always did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepsCounted {
    /// The count.
    pub steps: u32,
}

impl StepsCounted {
    pub(super) fn apply(self, instance: &mut Instance) {
        instance.steps = self.steps;
    }
}
