//! The deterministic machine over one process instance. No I/O, no clock, no randomness.
//!
//! [`decide`] says what comes of a [`Command`]: [`Event`]s and [`Action`]s, a [`Rejection`], or a
//! need for more facts. [`apply`] folds events into an [`Instance`]. [`codec`] stores both.

pub mod codec;
mod command;
mod decide;
mod element;
mod evaluate;
mod event;
mod fit;
mod incident;
mod index;
mod instance;
mod job;
mod machine;
mod mapping;
mod outcome;
mod schedule;
mod scope;
mod step;
mod timer;
mod user_task;
mod variable;
mod world;

pub use command::{Command, Start};
pub use decide::decide;
pub use event::{
    ConditionEvaluated, DecisionEvaluated, ElementActivated, ElementCompleted, ElementTerminated,
    Event, FlowTaken, IncidentRaised, IncidentResolved, InstanceCompleted, InstanceStarted,
    InstanceTerminated, JobCancelled, JobCompleted, JobCreated, JobErrorThrown, JobFailed,
    JobRetried, JobRetriesUpdated, JoinPassed, JoinReached, Read, StepsCounted, StepsPaused,
    StepsResumed, TimerCancelled, TimerFired, TimerScheduled, UserTaskAssigned, UserTaskCancelled,
    UserTaskCompleted, UserTaskCompletedBy, UserTaskCreated, VariablesSet, apply,
};
pub use incident::{Incident, IncidentKind, Retry};
pub use instance::{
    ElementInstance, Instance, Parent, RecordRef, Status, Variables, WaitingTokens,
};
pub use job::{BUILT_IN_PREFIX, Job, JobState};
pub use machine::STEPS_WITHOUT_WAITING;
pub use outcome::{Action, Outcome, Rejection};
pub use schedule::first_start;
pub use step::Step;
pub use timer::{Due, Interval, Repeat, Timer};
pub use user_task::{FormRef, UserTask};
pub use world::{Facts, Models, World};
