//! The entry: one command in, one outcome out, the state untouched.

mod incident;
mod instance;
mod job;
mod timer;
mod user_task;
mod variables;

use base::KeyGenerator;

use crate::{
    Command, Event, Instance, Outcome, Rejection, Status, StepsResumed, World, machine::Machine,
};

/// Decides what comes of a command. Pure: the same input gives the same outcome, and the state is
/// not touched; the outcome brings the next one, which is what [`crate::apply`] makes of the events.
pub fn decide(
    state: Option<&Instance>,
    command: &Command,
    world: &World<'_>,
    keys: &mut KeyGenerator,
) -> Outcome {
    let handled = match (state, command) {
        (None, Command::Start(start)) => instance::start(start, world, keys),
        (Some(instance), Command::Start(_)) => Err(Rejection::AlreadyStarted(instance.key)),
        (None, _) => Err(Rejection::NoInstance),
        (Some(instance), _) => {
            let mut machine = Machine::new(instance.clone(), *world, keys);
            handle(&mut machine, command).map(|()| machine)
        }
    };
    let mut machine = match handled {
        Ok(machine) => machine,
        Err(rejection) => return Outcome::Rejected(rejection),
    };
    match go_on(&mut machine) {
        Ok(()) => {
            machine.count_steps();
            machine.finish()
        }
        Err(paths) => Outcome::Need(paths),
    }
}

/// What the command itself brings about, and the steps it leads to.
fn handle(machine: &mut Machine<'_>, command: &Command) -> Result<(), Rejection> {
    let instance = machine.instance();
    if instance.status != Status::Active {
        return match command {
            Command::Continue => Ok(()),
            _ => Err(Rejection::HasEnded { key: instance.key, status: instance.status }),
        };
    }
    match command {
        Command::Start(start) => Err(Rejection::AlreadyStarted(start.instance)),
        Command::Cancel => {
            instance::cancel(machine);
            Ok(())
        }
        Command::Continue => {
            if !instance.pending.is_empty() {
                machine.emit(Event::StepsResumed(StepsResumed {}));
            }
            Ok(())
        }
        Command::CompleteJob { job, variables } => job::complete(machine, *job, variables),
        Command::FailJob { job, retries, message, retry_back_off_ms } => {
            job::fail(machine, *job, *retries, message, *retry_back_off_ms)
        }
        Command::ThrowJobError { job, code, message, variables } => {
            job::throw_error(machine, *job, code, message, variables)
        }
        Command::UpdateJobRetries { job, retries } => job::update_retries(machine, *job, *retries),
        Command::CompleteUserTask { task, by, variables } => {
            user_task::complete(machine, *task, *by, variables)
        }
        Command::AssignUserTask { task, assignee } => {
            user_task::assign(machine, *task, assignee.as_ref())
        }
        Command::FireTimer { timer } => timer::fire(machine, *timer),
        Command::ResolveIncident { incident } => incident::resolve(machine, *incident),
        Command::SetVariables { scope, variables } => variables::set(machine, *scope, variables),
    }
}

/// Does the steps that are due. While steps of an earlier turn are stored, a command only adds to
/// them: the one stored continuation does them all, so that continuations cannot multiply.
fn go_on(machine: &mut Machine<'_>) -> Result<(), Vec<feel::Path>> {
    if machine.instance().status == Status::Active && !machine.instance().pending.is_empty() {
        machine.store_queue();
        return Ok(());
    }
    machine.run()
}
