//! What a turn can be asked to do. Commands are values: the same command can be run again after a
//! failed commit.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::Key;
use records::{Input, RecordRef};
use serde::{Deserialize, Serialize, Serializer};

/// One command from outside, or from a timer that is due.
#[derive(Debug, Clone)]
pub enum Command {
    /// Changes records: all of them or none.
    ChangeRecords(Vec<RecordChange>),
    /// Starts an instance of a process.
    StartProcess(StartProcess),
    /// Starts an instance of each process that waits for a message.
    PublishMessage(PublishMessage),
    /// Goes on with an instance.
    Instance(InstanceCommand),
    /// Fires a timer of an instance that is due.
    FireTimer {
        /// The instance the timer belongs to.
        instance: Key,
        /// The timer.
        timer: Key,
    },
    /// Starts an instance of the process whose start timer is due.
    FireStartTimer {
        /// The version of the process.
        definition: Key,
        /// The id of the start event.
        element: Arc<str>,
    },
    /// Goes on where an earlier turn had taken all the steps that one turn may take.
    Continue(Continuation),
}

/// What an earlier turn left to do. Opaque; it is stored and handed back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Continuation(pub Vec<u8>);

impl Continuation {
    /// The first byte of what is stored now.
    pub(crate) const FORMAT: u8 = 1;
}

/// One change of one record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum RecordChange {
    /// A new record, with its parts.
    Create {
        /// The object, for example `order`.
        object: Arc<str>,
        /// The fields that are given.
        input: Input,
        /// New parts by the name of their collection (`lines`).
        parts: BTreeMap<Arc<str>, Vec<Input>>,
    },
    /// New values for some fields.
    Update {
        /// The object.
        object: Arc<str>,
        /// The record.
        key: Key,
        /// The version that the caller has seen; `None` changes whatever is there.
        version: Option<i64>,
        /// The fields that change.
        input: Input,
    },
    /// The end of a record and of its parts.
    Delete {
        /// The object.
        object: Arc<str>,
        /// The record.
        key: Key,
        /// The version that the caller has seen; `None` deletes whatever is there.
        version: Option<i64>,
    },
}

impl RecordChange {
    /// The object whose record changes.
    pub fn object(&self) -> &Arc<str> {
        match self {
            Self::Create { object, .. }
            | Self::Update { object, .. }
            | Self::Delete { object, .. } => object,
        }
    }

    /// How many records it names, parts included.
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::Create { parts, .. } => parts.values().map(Vec::len).sum::<usize>() + 1,
            Self::Update { .. } | Self::Delete { .. } => 1,
        }
    }
}

/// Starts an instance at the process's start event.
#[derive(Debug, Clone, Serialize)]
pub struct StartProcess {
    /// Which process.
    pub process: ProcessRef,
    /// The record the instance is bound to.
    pub record: Option<RecordRef>,
    /// The variables it starts with.
    #[serde(serialize_with = "write_variables")]
    pub variables: feel::Context,
    /// Whether it must be offered.
    #[serde(skip_serializing_if = "StartedBy::is_caller")]
    pub by: StartedBy,
}

/// Who starts a process, and so which of them may be started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum StartedBy {
    /// A program, which knows what it does: any process.
    #[default]
    Caller,
    /// A person by the button on a record: a process that offers it there now, while no other holds the
    /// record.
    Button,
}

impl StartedBy {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
    fn is_caller(&self) -> bool {
        *self == Self::Caller
    }
}

/// A message from outside. It is not kept for those who may wait for it later.
#[derive(Debug, Clone, Serialize)]
pub struct PublishMessage {
    /// The name that start events wait for.
    pub name: Arc<str>,
    /// The variables that every instance starts with.
    #[serde(serialize_with = "write_variables")]
    pub variables: feel::Context,
    /// What it means that nobody waits for it.
    pub unmatched: Unmatched,
}

/// What becomes of a message that nobody waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Unmatched {
    /// It is dropped.
    Dropped,
    /// It is refused.
    Refused,
}

/// A process as callers name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum ProcessRef {
    /// The latest version of this BPMN process id.
    Id(Arc<str>),
    /// This version of this BPMN process id.
    Version(Arc<str>, i32),
    /// The version with this key.
    Key(Key),
}

/// Goes on with an instance, found by one of the things it owns.
#[derive(Debug, Clone, Serialize)]
pub enum InstanceCommand {
    /// A job worker has done its work.
    CompleteJob {
        /// The job.
        job: Key,
        /// What it hands back.
        #[serde(serialize_with = "write_variables")]
        variables: feel::Context,
    },
    /// A job worker could not do its work.
    FailJob {
        /// The job.
        job: Key,
        /// How often it may still be tried; 0 raises an incident.
        retries: u32,
        /// Why.
        message: Arc<str>,
        /// Milliseconds before it is offered again.
        retry_back_off_ms: u32,
    },
    /// A job worker found a business error.
    ThrowJobError {
        /// The job.
        job: Key,
        /// The BPMN error code.
        code: Arc<str>,
        /// Why.
        message: Arc<str>,
        /// What it hands back.
        #[serde(serialize_with = "write_variables")]
        variables: feel::Context,
    },
    /// Sets how often a job may still be tried.
    UpdateJobRetries {
        /// The job.
        job: Key,
        /// How often, at least 1.
        retries: u32,
    },
    /// A person has done a user task.
    CompleteUserTask {
        /// The task.
        task: Key,
        /// What the form holds.
        #[serde(serialize_with = "write_variables")]
        variables: feel::Context,
    },
    /// Gives a user task to somebody, or back to its group.
    AssignUserTask {
        /// The task.
        task: Key,
        /// The login of the user; `None` gives it back.
        assignee: Option<Arc<str>>,
    },
    /// Tries the step again that the incident stopped.
    ResolveIncident {
        /// The incident.
        incident: Key,
    },
    /// Sets variables of an instance or of one of its elements.
    SetVariables {
        /// The instance, or the element instance.
        scope: Key,
        /// The variables.
        #[serde(serialize_with = "write_variables")]
        variables: feel::Context,
    },
    /// Ends an instance.
    Cancel {
        /// The instance.
        instance: Key,
    },
}

impl InstanceCommand {
    /// The key of the thing by which the instance is found.
    pub fn key(&self) -> Key {
        match self {
            Self::CompleteJob { job, .. }
            | Self::FailJob { job, .. }
            | Self::ThrowJobError { job, .. }
            | Self::UpdateJobRetries { job, .. } => *job,
            Self::CompleteUserTask { task, .. } | Self::AssignUserTask { task, .. } => *task,
            Self::ResolveIncident { incident } => *incident,
            Self::SetVariables { scope, .. } => *scope,
            Self::Cancel { instance } => *instance,
        }
    }
}

/// A record after the turn that changed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedRecord {
    /// The object.
    pub object: Arc<str>,
    /// The record.
    pub key: Key,
    /// Its version when the turn had ended; `None` where it is gone.
    pub version: Option<i64>,
}

/// Variables as a map.
fn write_variables<S: Serializer>(
    variables: &feel::Context,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(variables.iter())
}
