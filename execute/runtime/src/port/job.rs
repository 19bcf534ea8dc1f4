//! Jobs that wait for a worker. Ended jobs have no row; built-in tasks never get one.

use std::sync::Arc;

use base::{Key, Timestamp};

/// A job. Written whole: insert, or replace by key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    /// The job.
    pub key: Key,
    /// The instance.
    pub instance: Key,
    /// The version of the process.
    pub definition: Key,
    /// The element instance it belongs to.
    pub element_instance: Key,
    /// The BPMN id of that element.
    pub element_id: Arc<str>,
    /// The type that workers ask for.
    pub job_type: Arc<str>,
    /// How often it may still be tried; a job with 0 is not claimed.
    pub retries: u32,
    /// It is not claimed before this instant: back-off after a failure, or the end of a lease.
    pub available_at: Timestamp,
    /// Who holds the lease.
    pub worker: Option<Arc<str>>,
    /// JSON text of the headers, an object of strings.
    pub headers: String,
    /// When it was created.
    pub created_at: Timestamp,
}

/// What a worker asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobClaim {
    /// The type of job.
    pub job_type: Arc<str>,
    /// The name of the worker.
    pub worker: Arc<str>,
    /// Jobs available at this instant are claimed.
    pub now: Timestamp,
    /// The end of the lease.
    pub until: Timestamp,
    /// How many at most.
    pub limit: u32,
}
