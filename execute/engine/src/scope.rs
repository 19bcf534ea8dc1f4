//! How paths go on and end: along flows, into joins, out of scopes, or by force.

use base::Key;
use bpmn::{ElementIndex, ElementKind, FlowIndex};

use crate::{
    ElementTerminated, Event, FlowTaken, IncidentResolved, InstanceCompleted, JobCancelled,
    JoinPassed, JoinReached, Step, TimerCancelled, UserTaskCancelled, machine::Machine,
};

/// Sends a token along a flow: to the element behind it, or to wait in front of a join.
pub(crate) fn take_flow(machine: &mut Machine<'_>, flow: FlowIndex, scope: Key) {
    let process = machine.process();
    let Some(target) = process.flow(flow).map(|flow| flow.to) else { return };
    machine.emit(Event::FlowTaken(FlowTaken { flow }));
    let incoming = match process.element(target) {
        Some(element) if matches!(element.kind, ElementKind::ParallelGateway) => {
            element.incoming.as_slice()
        }
        _ => &[],
    };
    if incoming.len() > 1 {
        machine.emit(Event::JoinReached(JoinReached { scope, gateway: target, flow }));
        if !incoming.iter().all(|flow| has_token(machine, scope, target, *flow)) {
            return;
        }
        machine.emit(Event::JoinPassed(JoinPassed { scope, gateway: target }));
    }
    machine.push(Step::Enter { element: target, scope });
}

fn has_token(machine: &Machine<'_>, scope: Key, gateway: ElementIndex, flow: FlowIndex) -> bool {
    machine
        .instance()
        .joins
        .iter()
        .any(|waiting| (waiting.scope, waiting.gateway, waiting.flow) == (scope, gateway, flow))
}

/// Ends a path in `scope`; the scope is done when it was the last one.
pub(crate) fn end_path(machine: &mut Machine<'_>, scope: Key) {
    let instance = machine.instance();
    let is_empty = instance.elements_in(scope).next().is_none()
        && !instance.joins.iter().any(|waiting| waiting.scope == scope)
        && !machine
            .queue()
            .iter()
            .any(|step| matches!(step, Step::Enter { scope: at, .. } if *at == scope));
    if is_empty {
        end_scope(machine, scope);
    }
}

/// Ends a scope: its sub-process is done, or the whole instance.
pub(crate) fn end_scope(machine: &mut Machine<'_>, scope: Key) {
    if scope == machine.instance().key {
        let at = machine.now();
        machine.emit(Event::InstanceCompleted(InstanceCompleted { at }));
    } else {
        machine.push(Step::Complete { element_instance: scope });
    }
}

/// Ends an active element and everything inside it by force, the innermost first.
pub(crate) fn terminate(machine: &mut Machine<'_>, key: Key) {
    let mut doomed = vec![key];
    let mut next = 0;
    while let Some(scope) = doomed.get(next).copied() {
        doomed.extend(machine.instance().elements_in(scope).map(|element| element.key));
        next += 1;
    }
    for key in doomed.into_iter().rev() {
        withdraw(machine, key);
        machine.emit(Event::ElementTerminated(ElementTerminated { key }));
    }
}

/// Ends everything in `scope` by force, tokens on their way included, but not the scope itself.
pub(crate) fn terminate_all_in(machine: &mut Machine<'_>, scope: Key) {
    machine.drop_entering(scope);
    let inside: Vec<Key> =
        machine.instance().elements_in(scope).map(|element| element.key).collect();
    for key in inside {
        terminate(machine, key);
    }
}

/// Takes back what an element that ends was waiting for.
pub(crate) fn withdraw(machine: &mut Machine<'_>, element: Key) {
    let instance = machine.instance();
    let of = |owner: Key| owner == element;
    let mut events = Vec::new();
    for job in instance.jobs.values().filter(|job| of(job.element_instance)) {
        events.push(Event::JobCancelled(JobCancelled { key: job.key }));
    }
    for task in instance.user_tasks.values().filter(|task| of(task.element_instance)) {
        events.push(Event::UserTaskCancelled(UserTaskCancelled { key: task.key }));
    }
    for timer in instance.timers.values().filter(|timer| of(timer.element_instance)) {
        events.push(Event::TimerCancelled(TimerCancelled { key: timer.key }));
    }
    for incident in instance.incidents.values().filter(|incident| of(incident.element_instance)) {
        events.push(Event::IncidentResolved(IncidentResolved { key: incident.key }));
    }
    for event in events {
        machine.emit(event);
    }
}
