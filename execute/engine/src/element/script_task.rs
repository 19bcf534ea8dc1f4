//! A script task with a FEEL expression (`zeebe:script`): its value becomes a variable.

use std::sync::Arc;

use feel::Expression;

use super::Progress;
use crate::{
    Variables, evaluate,
    machine::{At, Failure, Machine},
    variable,
};

pub(super) fn begin(
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
