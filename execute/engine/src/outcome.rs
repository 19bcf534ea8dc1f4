//! What comes of a command: events and actions, a rejection, or a need for more facts.

use std::sync::Arc;

use base::Key;
use bpmn::ElementIndex;
use feel::{Context, Path};

use crate::{Event, Instance, Status};

/// The answer to a command.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It happens: the instance is in this state now, and these actions are to be taken in order.
    Accepted {
        /// The state with the events applied.
        state: Arc<Instance>,
        /// What has happened, in order.
        events: Vec<Event>,
        /// What others must do now.
        actions: Vec<Action>,
    },
    /// It does not happen; nothing has changed.
    Rejected(Rejection),
    /// It cannot be said before [`crate::Facts`] knows these paths of the bound record; each begins
    /// with the step `record`. Keys that were drawn are lost.
    Need(Vec<Path>),
}

/// What others must do once the events have happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Run a built-in task in the same turn, and answer with [`crate::Command::CompleteJob`],
    /// [`crate::Command::FailJob`] or [`crate::Command::ThrowJobError`].
    RunTask {
        /// The job that stands for it.
        job: Key,
        /// Which built-in task, such as `rondo:create-record`.
        job_type: Arc<str>,
        /// The element, for messages and history.
        element: ElementIndex,
        /// The fixed values of the model (`zeebe:taskHeaders`).
        headers: Vec<(Arc<str>, Arc<str>)>,
        /// What the task sees.
        variables: Context,
    },
    /// Store [`crate::Command::Continue`] with this commit and send it in a later turn.
    Continue,
}

/// Why a command was refused. It was the caller's mistake, and nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// There is no instance to do it to.
    #[error("there is no such process instance; start one first")]
    NoInstance,
    /// A key was used twice.
    #[error("process instance {0} exists already; draw a new key to start another one")]
    AlreadyStarted(Key),
    /// The instance has ended.
    #[error("process instance {key} is {}; only an active one can be changed", match status {
        Status::Active => "active", Status::Completed => "completed", Status::Terminated => "terminated",
    })]
    HasEnded {
        /// The instance.
        key: Key,
        /// How it ended.
        status: Status,
    },
    /// The named element cannot start an instance.
    #[error("element {} is not a start event of process `{process}`; name one of its start events", element.0)]
    NotAStartEvent {
        /// What was named.
        element: ElementIndex,
        /// The id of the process.
        process: Arc<str>,
    },
    /// No such job, or it is finished.
    #[error("there is no job {0} to work on; it is completed, cancelled or never was")]
    NoSuchJob(Key),
    /// The job waits for a person.
    #[error("job {0} has failed; resolve its incident first")]
    JobHasFailed(Key),
    /// No such user task, or it is finished.
    #[error("there is no user task {0} to work on; it is completed, cancelled or never was")]
    NoSuchUserTask(Key),
    /// No such timer, or it has fired.
    #[error("there is no timer {0}; it has fired, was cancelled or never was")]
    NoSuchTimer(Key),
    /// No such incident, or it is resolved.
    #[error("there is no open incident {0}; it is resolved or never was")]
    NoSuchIncident(Key),
    /// No such scope.
    #[error("{0} is neither the process instance nor one of its active elements; name one of them")]
    NoSuchScope(Key),
    /// A job needs a try.
    #[error("0 retries would leave job {0} where it is; give at least 1")]
    NoRetries(Key),
    /// A variable that cannot be kept.
    #[error("variable `{name}` cannot be kept: {reason}")]
    UnfitVariable {
        /// Its name.
        name: Arc<str>,
        /// Why not, and what to do.
        reason: Arc<str>,
    },
}

impl Rejection {
    /// A stable code, for translation and for callers that react to it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoInstance => "no_instance",
            Self::AlreadyStarted(_) => "already_started",
            Self::HasEnded { .. } => "instance_ended",
            Self::NotAStartEvent { .. } => "not_a_start_event",
            Self::NoSuchJob(_) => "no_such_job",
            Self::JobHasFailed(_) => "job_has_failed",
            Self::NoSuchUserTask(_) => "no_such_user_task",
            Self::NoSuchTimer(_) => "no_such_timer",
            Self::NoSuchIncident(_) => "no_such_incident",
            Self::NoSuchScope(_) => "no_such_scope",
            Self::NoRetries(_) => "no_retries",
            Self::UnfitVariable { .. } => "unfit_variable",
        }
    }
}
