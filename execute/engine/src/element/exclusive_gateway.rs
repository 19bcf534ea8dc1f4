//! The exclusive gateway takes the first flow whose condition is true, else the default one
//! (BPMN 2.0.2, 10.6.2). Every look at a condition is kept with the values it read.

use bpmn::FlowIndex;

use super::Progress;
use crate::{
    ConditionEvaluated, Event, IncidentKind, Variables, evaluate,
    machine::{At, Failure, Machine},
};

/// It has nothing to do but to choose, when it is left.
pub(super) fn begin() -> Progress {
    Progress::Done
}

/// The flow to take; `None` where the gateway has none.
pub(super) fn choose(
    machine: &mut Machine<'_>,
    at: At<'_>,
    default: Option<FlowIndex>,
) -> Result<Option<FlowIndex>, Failure> {
    for flow in at.element.outgoing.iter().copied().filter(|flow| Some(*flow) != default) {
        if holds(machine, at, flow)? {
            return Ok(Some(flow));
        }
    }
    if default.is_none() && !at.element.outgoing.is_empty() {
        return Err(Failure::incident(
            IncidentKind::ConditionError,
            format!(
                "no condition behind gateway `{}` is true and it has no default flow; correct the \
                 variables and resolve the incident, or give the gateway a default flow",
                at.element.id
            ),
        ));
    }
    Ok(default)
}

/// Whether the condition of a flow holds; a flow without one is always open.
fn holds(machine: &mut Machine<'_>, at: At<'_>, flow: FlowIndex) -> Result<bool, Failure> {
    let Some(condition) = machine.process().flow(flow).and_then(|flow| flow.condition.as_ref())
    else {
        return Ok(true);
    };
    let evaluated = evaluate::evaluate(machine, condition, at.key, &Variables::new())?;
    let result = evaluated.value.as_bool();
    let reads = evaluated.reads(condition);
    let looked = ConditionEvaluated { element_instance: at.key, flow, reads, result };
    machine.emit(Event::ConditionEvaluated(looked));
    result.ok_or_else(|| evaluated.unusable(condition, "a condition", "true or false"))
}
