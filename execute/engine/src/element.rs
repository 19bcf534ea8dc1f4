//! What the elements of BPMN do. Every kind of element has one file below, in which it begins; `job` is what
//! several of them share. All end the same way: map the outputs, choose the way out, leave.

mod boundary_event;
mod business_rule_task;
mod end_event;
mod exclusive_gateway;
mod job;
mod manual_task;
mod parallel_gateway;
mod script_task;
mod send_task;
mod service_task;
mod start_event;
mod sub_process;
mod user_task;

use bpmn::{ElementKind, FlowIndex};

pub(crate) use self::{
    boundary_event::{DueTimer, find_catcher, occur, schedule},
    job::headers_of,
    parallel_gateway::joins,
};
use crate::{
    ElementCompleted, Event, IncidentKind,
    machine::{At, Failure, Machine},
    mapping, scope,
};

/// The most tokens that one instance may have at a time; a loop that forks would have ever more.
const MAX_TOKENS: usize = 10_000;

/// How far an element came at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// It is done.
    Done,
    /// It waits for something.
    Waits,
}

/// Begins what an active element is for.
pub(crate) fn begin(machine: &mut Machine<'_>, at: At<'_>) -> Result<Progress, Failure> {
    mapping::apply_inputs(machine, at)?;
    let timers = boundary_event::due_timers(machine, at)?;
    let progress = match &at.element.kind {
        ElementKind::StartEvent(_) => Ok(start_event::begin()),
        ElementKind::EndEvent(result) => end_event::begin(machine, at, result),
        ElementKind::BoundaryEvent { .. } => Ok(boundary_event::begin()),
        ElementKind::ExclusiveGateway { .. } => Ok(exclusive_gateway::begin()),
        ElementKind::ParallelGateway => Ok(parallel_gateway::begin()),
        ElementKind::ServiceTask(job) => service_task::begin(machine, at, job),
        ElementKind::SendTask(job) => send_task::begin(machine, at, job),
        ElementKind::ScriptTask(script) => script_task::begin(machine, at, script),
        ElementKind::BusinessRuleTask(call) => business_rule_task::begin(machine, at, call),
        ElementKind::UserTask(task) => user_task::begin(machine, at, task),
        ElementKind::ManualTask => Ok(manual_task::begin()),
        ElementKind::SubProcess { start } => Ok(sub_process::begin(machine, at, *start)),
    }?;
    if progress == Progress::Waits {
        for timer in timers {
            schedule(machine, at.key, timer);
        }
    }
    Ok(progress)
}

/// Ends an element that is done, and goes on behind it.
pub(crate) fn complete(machine: &mut Machine<'_>, at: At<'_>) -> Result<(), Failure> {
    mapping::apply_outputs(machine, at)?;
    let flows = outgoing(machine, at)?;
    check_tokens(machine, flows.len())?;
    scope::cancel_timers(machine, at);
    machine.emit(Event::ElementCompleted(ElementCompleted { key: at.key }));
    for flow in &flows {
        scope::take_flow(machine, *flow, at.scope);
    }
    match &at.element.kind {
        ElementKind::EndEvent(result) => end_event::complete(machine, at, result),
        _ if flows.is_empty() => scope::end_path(machine, at.scope),
        _ => {}
    }
    Ok(())
}

/// The flows to take. All of them, except behind an exclusive gateway (BPMN 2.0.2, 13.2.1).
fn outgoing(machine: &mut Machine<'_>, at: At<'_>) -> Result<Vec<FlowIndex>, Failure> {
    match &at.element.kind {
        ElementKind::ExclusiveGateway { default } => {
            exclusive_gateway::choose(machine, at, *default).map(|flow| flow.into_iter().collect())
        }
        _ => Ok(at.element.outgoing.clone()),
    }
}

fn check_tokens(machine: &Machine<'_>, leaving: usize) -> Result<(), Failure> {
    let tokens = machine.instance().elements.len() + machine.queue().len() + leaving;
    if leaving > 1 && tokens > MAX_TOKENS {
        let message = format!(
            "the instance would have more than {MAX_TOKENS} tokens at a time; look for a loop that \
             forks, then cancel the instance or resolve the incident"
        );
        return Err(Failure::incident(IncidentKind::Unspecified, message));
    }
    Ok(())
}
