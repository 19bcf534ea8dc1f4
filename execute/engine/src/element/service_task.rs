//! The service task: a job that a worker does, or a built-in task.

use bpmn::JobDefinition;

use super::{Progress, job};
use crate::machine::{At, Failure, Machine};

pub(super) fn begin(
    machine: &mut Machine<'_>,
    at: At<'_>,
    definition: &JobDefinition,
) -> Result<Progress, Failure> {
    job::begin(machine, at, definition)
}
