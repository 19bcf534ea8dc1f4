//! How paths go on and end: along flows, into joins, out of scopes, or by force.

use std::collections::BTreeMap;

use base::Key;
use bpmn::FlowIndex;

use crate::{
    ElementTerminated, Event, FlowTaken, Incident, IncidentResolved, Instance, InstanceCompleted,
    Job, JobCancelled, Step, Timer, TimerCancelled, UserTask, UserTaskCancelled, element,
    machine::{At, Machine},
};

/// Sends a token along a flow: to the element behind it, or to wait in front of a join.
pub(crate) fn take_flow(machine: &mut Machine<'_>, flow: FlowIndex, scope: Key) {
    let process = machine.process();
    let Some(target) = process.flow(flow).map(|flow| flow.to) else { return };
    machine.emit(Event::FlowTaken(FlowTaken { flow }));
    if !element::joins(machine, target, flow, scope) {
        return;
    }
    machine.push(Step::Enter { element: target, scope });
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
        machine.clear_queue();
        machine.emit(Event::InstanceCompleted(InstanceCompleted { at }));
    } else {
        machine.push(Step::Complete { element_instance: scope });
    }
}

/// Ends an active element and everything inside it by force, the innermost first.
pub(crate) fn terminate(machine: &mut Machine<'_>, key: Key) {
    terminate_each(machine, vec![key]);
}

/// Ends everything in `scope` by force, tokens on their way included, but not the scope itself.
pub(crate) fn terminate_all_in(machine: &mut Machine<'_>, scope: Key) {
    machine.drop_entering(scope);
    let inside = machine.instance().elements_in(scope).map(|element| element.key).collect();
    terminate_each(machine, inside);
}

fn terminate_each(machine: &mut Machine<'_>, mut doomed: Vec<Key>) {
    let mut inside: BTreeMap<Key, Vec<Key>> = BTreeMap::new();
    for element in machine.instance().elements.values() {
        inside.entry(element.scope).or_default().push(element.key);
    }
    let mut next = 0;
    while let Some(scope) = doomed.get(next) {
        let children = inside.remove(scope).unwrap_or_default();
        doomed.extend(children);
        next += 1;
    }
    let mut withdrawals = withdrawals(machine.instance());
    for key in doomed.into_iter().rev() {
        for event in withdrawals.remove(&key).unwrap_or_default() {
            machine.emit(event);
        }
        machine.emit(Event::ElementTerminated(ElementTerminated { key }));
    }
}

/// What would have to be taken back if elements ended now, by element.
fn withdrawals(instance: &Instance) -> BTreeMap<Key, Vec<Event>> {
    let mut events: BTreeMap<Key, Vec<Event>> = BTreeMap::new();
    let mut add = |owner: Key, event: Event| events.entry(owner).or_default().push(event);
    for Job { key, element_instance, .. } in instance.jobs.values() {
        add(*element_instance, Event::JobCancelled(JobCancelled { key: *key }));
    }
    for UserTask { key, element_instance, .. } in instance.user_tasks.values() {
        add(*element_instance, Event::UserTaskCancelled(UserTaskCancelled { key: *key }));
    }
    for Timer { key, element_instance, .. } in instance.timers.values() {
        add(*element_instance, Event::TimerCancelled(TimerCancelled { key: *key }));
    }
    for Incident { key, element_instance, .. } in instance.incidents.values() {
        add(*element_instance, Event::IncidentResolved(IncidentResolved { key: *key }));
    }
    events
}

/// Takes back the timers on the border of an activity that is done. Nothing else can be left: its
/// job or task is finished, and with an open incident it would not be done.
pub(crate) fn cancel_timers(machine: &mut Machine<'_>, at: At<'_>) {
    if at.element.boundary.is_empty() {
        return;
    }
    let timers = machine.instance().timers.values();
    let of_it = timers.filter(|timer| timer.element_instance == at.key);
    for key in of_it.map(|timer| timer.key).collect::<Vec<Key>>() {
        machine.emit(Event::TimerCancelled(TimerCancelled { key }));
    }
}
