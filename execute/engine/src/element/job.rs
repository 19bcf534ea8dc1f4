//! What service, send, script and business rule tasks have in common where a job does their work. A
//! built-in task is a job that is run in the same turn.

use std::sync::Arc;

use base::Key;
use bpmn::{DecisionCall, Element, ElementKind, JobDefinition, Properties, Script, Text};
use feel::Value;

use super::Progress;
use crate::{
    Event, JobCreated,
    evaluate::{self, Wanted},
    machine::{At, Failure, Machine},
};

pub(super) fn begin(
    machine: &mut Machine<'_>,
    at: At<'_>,
    definition: &JobDefinition,
) -> Result<Progress, Failure> {
    let job_type = evaluate::string(machine, &definition.job_type, at.key, "the job type")?;
    let retries = retries(machine, &definition.retries, at.key)?;
    let headers = pairs(&definition.headers);
    let key = machine.next_key();
    machine.emit(Event::JobCreated(JobCreated {
        key,
        element_instance: at.key,
        element: at.index,
        job_type,
        retries,
        headers: headers.clone(),
        at: machine.now(),
    }));
    let built_in = machine.instance().jobs.get(&key).filter(|job| job.is_built_in()).cloned();
    if let Some(job) = built_in {
        machine.run_task(&job, headers);
    }
    Ok(Progress::Waits)
}

/// The fixed values that the model gives to an element's job.
pub(crate) fn headers_of(element: &Element) -> Vec<(Arc<str>, Arc<str>)> {
    match &element.kind {
        ElementKind::ServiceTask(job)
        | ElementKind::SendTask(job)
        | ElementKind::ScriptTask(Script::Job(job))
        | ElementKind::BusinessRuleTask(DecisionCall::Job(job)) => pairs(&job.headers),
        _ => Vec::new(),
    }
}

/// Properties as events keep them.
pub(super) fn pairs(properties: &Properties) -> Vec<(Arc<str>, Arc<str>)> {
    properties.iter().map(|(name, value)| (Arc::clone(name), Arc::clone(value))).collect()
}

fn retries(machine: &Machine<'_>, text: &Text, scope: Key) -> Result<u32, Failure> {
    let wanted = Wanted { purpose: "the retries of a job", needed: "a whole number of at least 1" };
    evaluate::text(machine, text, scope, wanted, |value| {
        let number = match value {
            Value::Number(number) => number.to_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        u32::try_from(number?).ok().filter(|retries| *retries > 0)
    })
}
