//! Boundary events: timers and errors on the border of an activity (BPMN 2.0.2, 10.5.4).

use base::Key;
use bpmn::{BoundaryTrigger, ElementIndex, ElementKind};

use super::Progress;
use crate::{
    Due, Event, Step, TimerScheduled, Variables,
    machine::{At, Failure, Machine},
    schedule, variable,
};

/// A timer that is worked out but not set yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DueTimer {
    pub(crate) target: ElementIndex,
    pub(crate) due: Due,
}

/// It is there because it has occurred.
pub(super) fn begin() -> Progress {
    Progress::Done
}

/// Works out the timers on the border of an activity.
pub(super) fn due_timers(machine: &Machine<'_>, at: At<'_>) -> Result<Vec<DueTimer>, Failure> {
    let mut timers = Vec::new();
    for target in at.element.boundary.iter().copied() {
        if let Some(BoundaryTrigger::Timer(timer)) = trigger(machine, target)
            && let Some(due) = schedule::first(machine, timer, at.key)?
        {
            timers.push(DueTimer { target, due });
        }
    }
    Ok(timers)
}

/// Sets a timer that lives no longer than the element.
pub(crate) fn schedule(machine: &mut Machine<'_>, element_instance: Key, timer: DueTimer) {
    let DueTimer { target, due: Due { at: due_at, repeat } } = timer;
    let key = machine.next_key();
    let scheduled = TimerScheduled { key, element_instance, target, due_at, repeat };
    machine.emit(Event::TimerScheduled(scheduled));
}

/// The nearest activity outwards from `from` that catches an error with this code, and the event
/// that does. An event that names the code goes before one that catches everything.
pub(crate) fn find_catcher(
    machine: &Machine<'_>,
    from: Key,
    code: &str,
) -> Option<(Key, ElementIndex)> {
    let catches = |target: ElementIndex, wanted: Option<&str>| {
        matches!(
            trigger(machine, target),
            Some(BoundaryTrigger::Error { code }) if code.as_deref() == wanted
        )
    };
    machine.instance().scopes_outwards(from).find_map(|key| {
        let boundary = &machine.at(key)?.element.boundary;
        [Some(code), None].into_iter().find_map(|wanted| {
            let event = boundary.iter().find(|target| catches(**target, wanted))?;
            Some((key, *event))
        })
    })
}

/// Lets a boundary event occur: it is active at once, and goes on when its turn comes.
pub(crate) fn occur(
    machine: &mut Machine<'_>,
    target: ElementIndex,
    scope: Key,
    variables: Variables,
) {
    let key = machine.activate(target, scope);
    if let Some(at) = machine.at(key) {
        variable::deliver(machine, at, variables);
    }
    machine.push(Step::Complete { element_instance: key });
}

fn trigger<'a>(machine: &Machine<'a>, target: ElementIndex) -> Option<&'a BoundaryTrigger> {
    match &machine.process().element(target)?.kind {
        ElementKind::BoundaryEvent { trigger, .. } => Some(trigger),
        _ => None,
    }
}
