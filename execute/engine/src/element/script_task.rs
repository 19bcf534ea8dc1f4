//! The script task: a FEEL expression (`zeebe:script`), whose value becomes a variable, or a job.

use std::sync::Arc;

use bpmn::Script;
use feel::Expression;

use super::{Progress, job};
use crate::{
    Variables, evaluate,
    machine::{At, Failure, Machine},
    variable,
};

pub(super) fn begin(
    machine: &mut Machine<'_>,
    at: At<'_>,
    script: &Script,
) -> Result<Progress, Failure> {
    match script {
        Script::Expression { expression, result_variable } => {
            run(machine, at, expression, result_variable)
        }
        Script::Job(definition) => job::begin(machine, at, definition),
    }
}

fn run(
    machine: &mut Machine<'_>,
    at: At<'_>,
    expression: &Expression,
    result_variable: &Arc<str>,
) -> Result<Progress, Failure> {
    let value = evaluate::evaluate(machine, expression, at.key, &Variables::new())?.value;
    let values = Variables::from([(Arc::clone(result_variable), value)]);
    variable::check(machine, &values)?;
    variable::deliver(machine, at, values);
    Ok(Progress::Done)
}
