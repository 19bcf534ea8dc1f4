//! End events: none, error and terminate (BPMN 2.0.2, 10.5.3).

use std::sync::Arc;

use bpmn::{EndResult, Text};

use super::{Progress, find_catcher, occur};
use crate::{
    ElementCompleted, Event, IncidentKind, Variables, evaluate,
    machine::{At, Failure, Machine},
    scope,
};

pub(super) fn begin(
    machine: &mut Machine<'_>,
    at: At<'_>,
    result: &EndResult,
) -> Result<Progress, Failure> {
    match result {
        EndResult::None | EndResult::Terminate => Ok(Progress::Done),
        EndResult::Error { code } => throw(machine, at, code),
    }
}

/// What reaching it means for the scope.
pub(super) fn complete(machine: &mut Machine<'_>, at: At<'_>, result: &EndResult) {
    match result {
        EndResult::None | EndResult::Error { .. } => scope::end_path(machine, at.scope),
        EndResult::Terminate => {
            scope::terminate_all_in(machine, at.scope);
            scope::end_scope(machine, at.scope);
        }
    }
}

/// Throws the error. The event has then done its part, and what is around it up to the activity
/// that catches the error is terminated.
fn throw(machine: &mut Machine<'_>, at: At<'_>, code: &Text) -> Result<Progress, Failure> {
    let code: Arc<str> = evaluate::string(machine, code, at.key, "the error code")?;
    let Some((activity, event)) = find_catcher(machine, at.scope, &code) else {
        return Err(Failure::incident(
            IncidentKind::UnhandledErrorEvent,
            format!(
                "error `{code}` is thrown, but nothing catches it; deploy a version with an error \
                 boundary event for it, or cancel the instance"
            ),
        ));
    };
    let Some(catching) = machine.at(activity) else { return Ok(Progress::Waits) };
    machine.emit(Event::ElementCompleted(ElementCompleted { key: at.key }));
    scope::terminate(machine, activity);
    occur(machine, event, catching.scope, Variables::new());
    Ok(Progress::Waits)
}
