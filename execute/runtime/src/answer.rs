//! What a command answers. Answers are encoded and kept with their idempotency key, so they hold
//! keys and versions rather than rows: who wants the rows reads them, and sees the commit.

use std::sync::Arc;

use base::{Key, Timestamp};
use serde::{Deserialize, Serialize};
use turn::ChangedRecord;

use crate::port::{ModelKind, OutboxRow};

/// What became of a command that was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// Nothing more to say.
    Done,
    /// The records that were asked to change, in the order of the changes, parts left out.
    Records(Vec<ChangedRecord>),
    /// An instance started.
    Started(Started),
    /// Models were deployed.
    Deployed(Deployed),
    /// Jobs were leased.
    Jobs(Vec<ActivatedJob>),
    /// Outbox entries were leased.
    Outbox(Vec<OutboxRow>),
    /// A message was published.
    Published(Published),
    /// The same was done before, for a caller who wants to know that. Never kept.
    DoneBefore,
}

/// A new instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    /// The instance.
    pub instance: Key,
    /// The version of the process it runs.
    pub definition: Key,
}

/// A message that was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// Its key.
    pub key: Key,
    /// The instances that it started.
    pub instances: Vec<Key>,
}

/// A deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployed {
    /// Its key; the key of the earlier deployment where nothing was new.
    pub key: Key,
    /// When.
    pub deployed_at: Timestamp,
    /// The model versions that stand now, in the order of the files; those that were there before
    /// with the same content included.
    pub models: Vec<DeployedModel>,
}

/// A model version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeployedModel {
    /// The version's key.
    pub key: Key,
    /// What it is.
    pub kind: ModelKind,
    /// Its id.
    pub id: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Its number.
    pub version: i32,
    /// The name of the file.
    pub resource_name: Arc<str>,
    /// The key of the file.
    pub resource: Key,
}

/// A leased job with what the worker needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivatedJob {
    /// The job.
    pub key: Key,
    /// Its type.
    pub job_type: Arc<str>,
    /// The instance.
    pub instance: Key,
    /// The version of the process.
    pub definition: Key,
    /// The BPMN id of the process.
    pub process_id: Arc<str>,
    /// The number of the version of the process.
    pub process_version: i32,
    /// The BPMN id of the element.
    pub element_id: Arc<str>,
    /// The element instance.
    pub element_instance: Key,
    /// JSON text of the headers.
    pub headers: String,
    /// Who holds the lease.
    pub worker: Arc<str>,
    /// How often it may be tried.
    pub retries: u32,
    /// The end of the lease.
    pub until: Timestamp,
    /// JSON text of the variables that the job sees, an object.
    pub variables: String,
}
