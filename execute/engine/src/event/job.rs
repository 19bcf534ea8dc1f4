//! The life of a job.

use std::sync::Arc;

use base::{Key, Timestamp};
use bpmn::ElementIndex;
use serde::{Deserialize, Serialize};

use crate::{Instance, Job, JobState, index};

/// Work for a job worker or a built-in task arose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobCreated {
    /// Its key.
    pub key: Key,
    /// The active element it belongs to.
    pub element_instance: Key,
    /// Which element of the process that is.
    #[serde(with = "index::element")]
    pub element: ElementIndex,
    /// The type that workers ask for.
    pub job_type: Arc<str>,
    /// How often it may be tried.
    pub retries: u32,
    /// The fixed values of the model (`zeebe:taskHeaders`).
    pub headers: Vec<(Arc<str>, Arc<str>)>,
    /// When; it may be taken at once.
    pub at: Timestamp,
}

impl JobCreated {
    pub(super) fn apply(&self, instance: &mut Instance) {
        let job = Job {
            key: self.key,
            element_instance: self.element_instance,
            element: self.element,
            job_type: Arc::clone(&self.job_type),
            retries: self.retries,
            state: JobState::Waiting { available_at: self.at },
        };
        instance.jobs.insert(self.key, job);
    }
}

/// The work was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobCompleted {
    /// The job.
    pub key: Key,
}

impl JobCompleted {
    pub(super) fn apply(&self, instance: &mut Instance) {
        instance.jobs.remove(&self.key);
    }
}

/// A try failed. With no retries left the job waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobFailed {
    /// The job.
    pub key: Key,
    /// How often it may still be tried.
    pub retries: u32,
    /// What went wrong.
    pub message: Arc<str>,
    /// When it may be tried again, where it may.
    pub retry_at: Timestamp,
}

impl JobFailed {
    pub(super) fn apply(&self, instance: &mut Instance) {
        if let Some(job) = instance.jobs.get_mut(&self.key) {
            job.retries = self.retries;
            job.state = match self.retries {
                0 => JobState::Failed,
                _ => JobState::Waiting { available_at: self.retry_at },
            };
        }
    }
}

/// The work ended in an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobErrorThrown {
    /// The job.
    pub key: Key,
    /// The error code.
    pub code: Arc<str>,
    /// What went wrong.
    pub message: Arc<str>,
    /// The boundary event that catches it; with `None` the job waits for a person.
    #[serde(with = "index::optional_element")]
    pub caught_by: Option<ElementIndex>,
}

impl JobErrorThrown {
    pub(super) fn apply(&self, instance: &mut Instance) {
        if self.caught_by.is_some() {
            instance.jobs.remove(&self.key);
        } else if let Some(job) = instance.jobs.get_mut(&self.key) {
            job.state = JobState::ErrorThrown;
        }
    }
}

/// The job may be tried more often, or less.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobRetriesUpdated {
    /// The job.
    pub key: Key,
    /// How often it may still be tried.
    pub retries: u32,
}

impl JobRetriesUpdated {
    pub(super) fn apply(&self, instance: &mut Instance) {
        if let Some(job) = instance.jobs.get_mut(&self.key) {
            job.retries = self.retries;
        }
    }
}

/// A person let a job that had given up be tried again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobRetried {
    /// The job.
    pub key: Key,
    /// How often it may be tried now.
    pub retries: u32,
    /// When; it may be taken at once.
    pub at: Timestamp,
}

impl JobRetried {
    pub(super) fn apply(&self, instance: &mut Instance) {
        if let Some(job) = instance.jobs.get_mut(&self.key) {
            job.retries = self.retries;
            job.state = JobState::Waiting { available_at: self.at };
        }
    }
}

/// The work is no longer needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobCancelled {
    /// The job.
    pub key: Key,
}

impl JobCancelled {
    pub(super) fn apply(&self, instance: &mut Instance) {
        instance.jobs.remove(&self.key);
    }
}
