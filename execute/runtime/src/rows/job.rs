//! Jobs that workers can take. A built-in task has no row: nobody may take it.

use std::collections::BTreeSet;
use std::sync::Arc;

use base::Key;
use bpmn::{DecisionCall, ElementKind, Script};
use engine::{Event, Job, JobState};
use serde_json::{Map, Value};

use super::Seen;
use crate::port::{JobRow, Rows};

pub(super) fn add(seen: &Seen<'_>, rows: &mut Rows) {
    for key in touched(seen) {
        let before = seen.before().and_then(|before| before.jobs.get(&key));
        match seen.after().jobs.get(&key) {
            Some(job) if job.is_built_in() => {}
            Some(job) => rows.jobs.push(row(seen, job)),
            None if before.is_some_and(|job| !job.is_built_in()) => rows.removed_jobs.push(key),
            None => {}
        }
    }
}

fn touched(seen: &Seen<'_>) -> BTreeSet<Key> {
    let keys = seen.events().filter_map(|event| match event {
        Event::JobCreated(it) => Some(it.key),
        Event::JobCompleted(it) => Some(it.key),
        Event::JobFailed(it) => Some(it.key),
        Event::JobErrorThrown(it) => Some(it.key),
        Event::JobRetriesUpdated(it) => Some(it.key),
        Event::JobRetried(it) => Some(it.key),
        Event::JobCancelled(it) => Some(it.key),
        _ => None,
    });
    keys.collect()
}

fn row(seen: &Seen<'_>, job: &Job) -> JobRow {
    let element = seen.element(job.element);
    // A job that waits for a person keeps its row, so that it can be found, but nobody may take it.
    let (retries, available_at) = match job.state {
        JobState::Waiting { available_at } => (job.retries, available_at),
        JobState::Failed | JobState::ErrorThrown => (0, seen.now),
    };
    JobRow {
        key: job.key,
        instance: seen.after().key,
        definition: seen.after().definition,
        element_instance: job.element_instance,
        element_id: element.map_or_else(|| Arc::from(""), |element| Arc::clone(&element.id)),
        job_type: Arc::clone(&job.job_type),
        retries,
        available_at,
        worker: None,
        headers: headers(element.map(|element| &element.kind)),
        created_at: job.key.timestamp(),
    }
}

/// The fixed values that the model gives to a worker.
fn headers(kind: Option<&ElementKind>) -> String {
    let definition = match kind {
        Some(
            ElementKind::ServiceTask(job)
            | ElementKind::SendTask(job)
            | ElementKind::ScriptTask(Script::Job(job))
            | ElementKind::BusinessRuleTask(DecisionCall::Job(job)),
        ) => Some(job),
        _ => None,
    };
    let pairs = definition.into_iter().flat_map(|job| job.headers.iter());
    let headers: Map<String, Value> =
        pairs.map(|(name, value)| (name.to_string(), (&**value).into())).collect();
    Value::Object(headers).to_string()
}
