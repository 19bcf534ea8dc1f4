//! A timer that is due.

use base::Key;
use bpmn::ElementKind;

use crate::{
    Due, Event, Rejection, TimerFired, Variables,
    element::{self, DueTimer},
    machine::Machine,
    scope,
};

/// Lets the boundary event occur; an interrupting one ends its activity, another one may repeat.
pub(super) fn fire(machine: &mut Machine<'_>, key: Key) -> Result<(), Rejection> {
    let timer = machine.instance().timers.get(&key).cloned().ok_or(Rejection::NoSuchTimer(key))?;
    machine.emit(Event::TimerFired(TimerFired { key }));
    let Some(activity) = machine.instance().elements.get(&timer.element_instance) else {
        return Ok(());
    };
    let (activity, scope) = (activity.key, activity.scope);
    let due = Due { at: timer.due_at, repeat: timer.repeat };
    let event = machine.process().element(timer.target);
    if let Some(ElementKind::BoundaryEvent { interrupting: true, .. }) = event.map(|at| &at.kind) {
        scope::terminate(machine, activity);
    } else if let Some(due) = due.following(machine.now()) {
        element::schedule(machine, activity, DueTimer { target: timer.target, due });
    }
    element::occur(machine, timer.target, scope, Variables::new());
    Ok(())
}
