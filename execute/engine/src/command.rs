//! What one can ask an instance to do.

use std::sync::Arc;

use base::Key;
use bpmn::ElementIndex;
use feel::Context;

use crate::{Parent, RecordRef};

/// A request. It is accepted with everything that follows from it, or rejected without a trace.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Starts a new instance.
    Start(Start),
    /// The work of a job is done.
    CompleteJob {
        /// The job.
        job: Key,
        /// What came out of it.
        variables: Context,
    },
    /// A try at a job failed.
    FailJob {
        /// The job.
        job: Key,
        /// How often it may still be tried; with 0 an incident is raised. A built-in task is never
        /// tried again by itself.
        retries: u32,
        /// What went wrong.
        message: Arc<str>,
        /// Milliseconds before the next try.
        retry_back_off_ms: u32,
    },
    /// The work of a job ended in an error that the model may catch.
    ThrowJobError {
        /// The job.
        job: Key,
        /// The error code, compared with those of the boundary events.
        code: Arc<str>,
        /// What went wrong.
        message: Arc<str>,
        /// Variables for what follows the boundary event.
        variables: Context,
    },
    /// A person has done a user task.
    CompleteUserTask {
        /// The task.
        task: Key,
        /// The key of the person's user.
        by: Key,
        /// What the form holds.
        variables: Context,
    },
    /// Gives a user task to a person, or back to its candidates.
    AssignUserTask {
        /// The task.
        task: Key,
        /// The person's login; `None` gives it back.
        assignee: Option<Arc<str>>,
    },
    /// A timer is due. Whether it is, is for the caller to know.
    FireTimer {
        /// The timer.
        timer: Key,
    },
    /// Ends the instance at once.
    Cancel,
    /// Tries again what an incident stopped.
    ResolveIncident {
        /// The incident.
        incident: Key,
    },
    /// Changes how often a job may still be tried; does not resolve its incident.
    UpdateJobRetries {
        /// The job.
        job: Key,
        /// At least 1.
        retries: u32,
    },
    /// Sets variables as seen from `scope`: each where it is found further out, else on the
    /// instance.
    SetVariables {
        /// The instance or one of its active elements.
        scope: Key,
        /// The new values.
        variables: Context,
    },
    /// Goes on after the step limit. Does nothing where nothing is left to do.
    Continue,
}

/// How a new instance starts.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// The key of the new instance.
    pub instance: Key,
    /// The process definition; [`crate::World::process`] is its graph.
    pub definition: Key,
    /// The start event, one of the process itself.
    pub start: ElementIndex,
    /// The record it is about.
    pub record: Option<RecordRef>,
    /// What calls it from within another instance.
    pub parent: Option<Parent>,
    /// Its first variables.
    pub variables: Context,
}
