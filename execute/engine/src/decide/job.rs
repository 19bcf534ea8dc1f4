//! What workers and built-in tasks say about their jobs.

use std::sync::Arc;

use base::Key;
use feel::Context;

use crate::{
    Event, IncidentKind, Job, JobCompleted, JobErrorThrown, JobFailed, JobRetriesUpdated, JobState,
    Rejection, Retry, Step, element, fit, machine::Machine, scope, variable,
};

/// The longest message that is kept, in bytes.
const MAX_MESSAGE: usize = 10_000;

pub(super) fn complete(
    machine: &mut Machine<'_>,
    key: Key,
    variables: &Context,
) -> Result<(), Rejection> {
    let job = waiting(machine, key)?;
    let variables = fit::admit(Some(machine.instance()), variables)?;
    machine.emit(Event::JobCompleted(JobCompleted { key }));
    if let Some(at) = machine.at(job.element_instance) {
        variable::deliver(machine, at, variables);
    }
    machine.push(Step::Complete { element_instance: job.element_instance });
    Ok(())
}

pub(super) fn fail(
    machine: &mut Machine<'_>,
    key: Key,
    retries: u32,
    message: &str,
    retry_back_off_ms: u32,
) -> Result<(), Rejection> {
    let job = waiting(machine, key)?;
    let retries = if job.is_built_in() { 0 } else { retries };
    let message = clipped(message);
    machine.emit(Event::JobFailed(JobFailed {
        key,
        retries,
        message: message.into(),
        retry_at: machine.now().plus_ms(i64::from(retry_back_off_ms)),
    }));
    if retries == 0 {
        let reason = if message.is_empty() { "no message was given" } else { message };
        let message = format!(
            "job `{}` failed and has no retries left: {reason}; put the cause right, then resolve \
             the incident",
            job.job_type
        );
        machine.raise(job.element_instance, IncidentKind::JobNoRetries, message, Retry::Job(key));
    }
    Ok(())
}

pub(super) fn throw_error(
    machine: &mut Machine<'_>,
    key: Key,
    code: &Arc<str>,
    message: &str,
    variables: &Context,
) -> Result<(), Rejection> {
    let job = waiting(machine, key)?;
    let variables = fit::admit(Some(machine.instance()), variables)?;
    let caught = element::find_catcher(machine, job.element_instance, code);
    let message = clipped(message);
    machine.emit(Event::JobErrorThrown(JobErrorThrown {
        key,
        code: clipped(code).into(),
        message: message.into(),
        caught_by: caught.map(|(_, event)| event),
    }));
    match caught.and_then(|(activity, event)| Some((machine.at(activity)?, event))) {
        Some((activity, event)) => {
            scope::terminate(machine, activity.key);
            element::occur(machine, event, activity.scope, variables);
        }
        None => {
            let message = if message.is_empty() { "" } else { &format!(" ({message})") };
            let message = format!(
                "job `{}` threw error `{}`{message}, but nothing catches it; put the cause right \
                 and resolve the incident to try the job again, or deploy a version with an error \
                 boundary event",
                job.job_type,
                clipped(code)
            );
            let kind = IncidentKind::UnhandledErrorEvent;
            machine.raise(job.element_instance, kind, message, Retry::Job(key));
        }
    }
    Ok(())
}

pub(super) fn update_retries(
    machine: &mut Machine<'_>,
    key: Key,
    retries: u32,
) -> Result<(), Rejection> {
    if !machine.instance().jobs.contains_key(&key) {
        return Err(Rejection::NoSuchJob(key));
    }
    if retries == 0 {
        return Err(Rejection::NoRetries(key));
    }
    machine.emit(Event::JobRetriesUpdated(JobRetriesUpdated { key, retries }));
    Ok(())
}

/// The job, where it can still be worked on.
fn waiting(machine: &Machine<'_>, key: Key) -> Result<Job, Rejection> {
    let job = machine.instance().jobs.get(&key).ok_or(Rejection::NoSuchJob(key))?;
    match job.state {
        JobState::Waiting { .. } => Ok(job.clone()),
        JobState::Failed | JobState::ErrorThrown => Err(Rejection::JobHasFailed(key)),
    }
}

/// As much of a message as is kept.
fn clipped(message: &str) -> &str {
    let end = message.floor_char_boundary(MAX_MESSAGE);
    message.get(..end).unwrap_or(message)
}
