//! What people do with their tasks.

use std::sync::Arc;

use base::Key;
use feel::Context;

use crate::{
    Event, Rejection, Step, UserTaskAssigned, UserTaskCompletedBy, fit, machine::Machine, variable,
};

pub(super) fn complete(
    machine: &mut Machine<'_>,
    key: Key,
    by: Key,
    variables: &Context,
) -> Result<(), Rejection> {
    let task = machine.instance().user_tasks.get(&key).ok_or(Rejection::NoSuchUserTask(key))?;
    let element_instance = task.element_instance;
    let variables = fit::admit(Some(machine.instance()), variables)?;
    machine.emit(Event::UserTaskCompletedBy(UserTaskCompletedBy { key, by }));
    if let Some(at) = machine.at(element_instance) {
        variable::deliver(machine, at, variables);
    }
    machine.push(Step::Complete { element_instance });
    Ok(())
}

pub(super) fn assign(
    machine: &mut Machine<'_>,
    key: Key,
    assignee: Option<&Arc<str>>,
) -> Result<(), Rejection> {
    if !machine.instance().user_tasks.contains_key(&key) {
        return Err(Rejection::NoSuchUserTask(key));
    }
    let assignee = assignee.filter(|login| !login.trim().is_empty()).cloned();
    machine.emit(Event::UserTaskAssigned(UserTaskAssigned { key, assignee }));
    Ok(())
}
