//! Starting and cancelling an instance.

use std::sync::Arc;

use base::KeyGenerator;

use crate::{
    Event, InstanceStarted, InstanceTerminated, Rejection, Start, Step, World, fit,
    machine::Machine, scope, variable,
};

/// Puts a token in front of the start event of a new instance.
pub(super) fn start<'a>(
    start: &Start,
    world: &World<'a>,
    keys: &'a mut KeyGenerator,
) -> Result<Machine<'a>, Rejection> {
    if !world.process.start_events.contains(&start.start) {
        let process = Arc::clone(&world.process.id);
        return Err(Rejection::NotAStartEvent { element: start.start, process });
    }
    let variables = fit::admit(None, &start.variables)?;
    let started = InstanceStarted {
        key: start.instance,
        definition: start.definition,
        record: start.record.clone(),
        parent: start.parent,
        at: world.now,
    };
    let mut machine = Machine::starting(started, *world, keys);
    variable::set_local(&mut machine, start.instance, variables);
    machine.push(Step::Enter { element: start.start, scope: start.instance });
    Ok(machine)
}

/// Ends everything by force.
pub(super) fn cancel(machine: &mut Machine<'_>) {
    machine.clear_queue();
    scope::terminate_all_in(machine, machine.instance().key);
    let at = machine.now();
    machine.emit(Event::InstanceTerminated(InstanceTerminated { at }));
}
