//! What has happened to an instance. The state is the fold of its events: [`apply`] is the only code
//! that changes it.
//!
//! Events are stored for ever, so a released one is frozen: neither its fields nor the order of the
//! variants below may change. What must be said differently is said by a new variant at the end.

mod condition;
mod decision;
mod element;
mod flow;
mod incident;
mod instance;
mod job;
mod steps;
mod timer;
mod user_task;
mod variables;

use serde::{Deserialize, Serialize};

pub use self::{
    condition::{ConditionEvaluated, Read},
    decision::DecisionEvaluated,
    element::{ElementActivated, ElementCompleted, ElementTerminated},
    flow::{FlowTaken, JoinPassed, JoinReached},
    incident::{IncidentRaised, IncidentResolved},
    instance::{InstanceCompleted, InstanceStarted, InstanceTerminated},
    job::{
        JobCancelled, JobCompleted, JobCreated, JobErrorThrown, JobFailed, JobRetried,
        JobRetriesUpdated,
    },
    steps::{StepsCounted, StepsPaused, StepsResumed},
    timer::{TimerCancelled, TimerFired, TimerScheduled},
    user_task::{
        UserTaskAssigned, UserTaskCancelled, UserTaskCompleted, UserTaskCompletedBy,
        UserTaskCreated,
    },
    variables::VariablesSet,
};
use crate::{Instance, fit};

/// One thing that has happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// An instance came into being.
    InstanceStarted(InstanceStarted),
    /// It reached its end.
    InstanceCompleted(InstanceCompleted),
    /// It was ended by a person.
    InstanceTerminated(InstanceTerminated),
    /// An element became active.
    ElementActivated(ElementActivated),
    /// An element did what it is for.
    ElementCompleted(ElementCompleted),
    /// An element was ended early.
    ElementTerminated(ElementTerminated),
    /// A token went along a flow.
    FlowTaken(FlowTaken),
    /// A token waits at a joining gateway.
    JoinReached(JoinReached),
    /// One token of every incoming flow became one token.
    JoinPassed(JoinPassed),
    /// Variables of one scope have new values.
    VariablesSet(VariablesSet),
    /// Work for a job worker or a built-in task arose.
    JobCreated(JobCreated),
    /// It was done.
    JobCompleted(JobCompleted),
    /// A try at it failed.
    JobFailed(JobFailed),
    /// It ended in an error.
    JobErrorThrown(JobErrorThrown),
    /// It may be tried more often, or less.
    JobRetriesUpdated(JobRetriesUpdated),
    /// A person let it be tried again.
    JobRetried(JobRetried),
    /// It is no longer needed.
    JobCancelled(JobCancelled),
    /// Work for a person arose.
    UserTaskCreated(UserTaskCreated),
    /// It was given to a person, or back.
    UserTaskAssigned(UserTaskAssigned),
    /// It was done; no longer written, for it does not say by whom.
    UserTaskCompleted(UserTaskCompleted),
    /// It is no longer needed.
    UserTaskCancelled(UserTaskCancelled),
    /// Something will become due.
    TimerScheduled(TimerScheduled),
    /// It became due.
    TimerFired(TimerFired),
    /// It no longer matters.
    TimerCancelled(TimerCancelled),
    /// A decision was made.
    DecisionEvaluated(DecisionEvaluated),
    /// The condition of a flow was looked at.
    ConditionEvaluated(ConditionEvaluated),
    /// The model or its data went wrong.
    IncidentRaised(IncidentRaised),
    /// A person put it right, or it no longer matters.
    IncidentResolved(IncidentResolved),
    /// The step limit was reached.
    StepsPaused(StepsPaused),
    /// It goes on after the step limit.
    StepsResumed(StepsResumed),
    /// It has moved on without waiting, or waits again.
    StepsCounted(StepsCounted),
    /// A person did a user task.
    UserTaskCompletedBy(UserTaskCompletedBy),
}

/// Bytes of values that count as one step.
const STEP_BYTES: usize = 1_000;

impl Event {
    /// How many steps it is: an element that becomes active is one, and so are each 1,000 bytes of values that an event
    /// carries into the history. Steps limit what a turn does and what an instance does without waiting, so that neither a
    /// long loop nor one with large values holds others up.
    pub fn steps(&self) -> u32 {
        let bytes = match self {
            Self::ElementActivated(_) => return 1,
            Self::VariablesSet(event) => fit::size(event.values.values()),
            Self::ConditionEvaluated(event) => {
                fit::size(event.reads.iter().map(|read| &read.value))
            }
            Self::DecisionEvaluated(event) => fit::size(event.values()),
            _ => return 0,
        };
        u32::try_from(bytes / STEP_BYTES).unwrap_or(u32::MAX)
    }
}

/// Applies an event. Total: an event that does not fit the state leaves it as it is.
pub fn apply(state: &mut Option<Instance>, event: &Event) {
    if let Event::InstanceStarted(started) = event {
        if state.is_none() {
            *state = Some(started.instance());
        }
    } else if let Some(instance) = state {
        apply_to(instance, event);
    }
}

/// Applies an event to an instance that there is.
pub(crate) fn apply_to(instance: &mut Instance, event: &Event) {
    match event {
        Event::InstanceStarted(_) => {}
        Event::InstanceCompleted(event) => event.apply(instance),
        Event::InstanceTerminated(event) => event.apply(instance),
        Event::ElementActivated(event) => event.apply(instance),
        Event::ElementCompleted(event) => event.apply(instance),
        Event::ElementTerminated(event) => event.apply(instance),
        Event::FlowTaken(_) => {}
        Event::JoinReached(event) => event.apply(instance),
        Event::JoinPassed(event) => event.apply(instance),
        Event::VariablesSet(event) => event.apply(instance),
        Event::JobCreated(event) => event.apply(instance),
        Event::JobCompleted(event) => event.apply(instance),
        Event::JobFailed(event) => event.apply(instance),
        Event::JobErrorThrown(event) => event.apply(instance),
        Event::JobRetriesUpdated(event) => event.apply(instance),
        Event::JobRetried(event) => event.apply(instance),
        Event::JobCancelled(event) => event.apply(instance),
        Event::UserTaskCreated(event) => event.apply(instance),
        Event::UserTaskAssigned(event) => event.apply(instance),
        Event::UserTaskCompleted(event) => event.apply(instance),
        Event::UserTaskCancelled(event) => event.apply(instance),
        Event::TimerScheduled(event) => event.apply(instance),
        Event::TimerFired(event) => event.apply(instance),
        Event::TimerCancelled(event) => event.apply(instance),
        Event::DecisionEvaluated(_) | Event::ConditionEvaluated(_) => {}
        Event::IncidentRaised(event) => event.apply(instance),
        Event::IncidentResolved(event) => event.apply(instance),
        Event::StepsPaused(event) => event.apply(instance),
        Event::StepsResumed(event) => event.apply(instance),
        Event::StepsCounted(event) => event.apply(instance),
        Event::UserTaskCompletedBy(event) => event.apply(instance),
    }
}
