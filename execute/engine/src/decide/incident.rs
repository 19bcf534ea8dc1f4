//! Resolving an incident: what it stopped is tried again.

use base::Key;

use crate::{Event, IncidentResolved, JobRetried, Rejection, Retry, element, machine::Machine};

pub(super) fn resolve(machine: &mut Machine<'_>, key: Key) -> Result<(), Rejection> {
    let incident = machine.instance().incidents.get(&key).ok_or(Rejection::NoSuchIncident(key))?;
    let retry = incident.retry.clone();
    machine.emit(Event::IncidentResolved(IncidentResolved { key }));
    match retry {
        Retry::Step(step) => machine.push(step),
        Retry::Job(job) => retry_job(machine, job),
    }
    Ok(())
}

/// Lets a job be tried again, at least once.
fn retry_job(machine: &mut Machine<'_>, key: Key) {
    let Some(job) = machine.instance().jobs.get(&key).cloned() else { return };
    let retries = job.retries.max(1);
    machine.emit(Event::JobRetried(JobRetried { key, retries, at: machine.now() }));
    if let Some(at) = machine.at(job.element_instance).filter(|_| job.is_built_in()) {
        machine.run_task(&job, element::headers_of(at.element));
    }
}
