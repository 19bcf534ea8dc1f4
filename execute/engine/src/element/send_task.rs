//! The send task: a job like that of a service task, whose worker sends something.

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
