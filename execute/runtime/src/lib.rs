//! Lanes, batches, timers, leases, and the ports that a store implements.
//!
//! [`Runtime::submit`] is the only way to change anything, [`Runtime::read`] the way to look, and
//! [`Runtime::import`] a way to give many commands;
//! [`port`] is what a database has to offer.

#[macro_use]
mod word;

mod answer;
mod changed;
mod command;
mod compile;
mod define;
mod deploy;
mod error;
mod histogram;
mod import;
mod lane;
mod lanes;
pub mod past;
pub mod port;
mod replay;
mod rows;
mod runtime;
mod start_timer;
mod statistics;

pub use answer::{ActivatedJob, Answer, Deployed, DeployedModel, Published, Started};
pub use changed::{Changed, ChangedKind, Heard};
pub use command::{
    AddUser, ClaimJobs, ClaimOutbox, Command, Envelope, Release, Repeated, Resource, Settlement,
};
pub use compile::CatalogueError;
pub use deploy::remarks;
pub use error::{CommandError, ResourceProblem};
pub use histogram::{DURATIONS_US, Histogram, HistogramNow};
pub use import::{ImportError, ImportRequest, Imported, Progress, RefusedRows};
pub use replay::{ReplayError, check_replay, replay};
pub use runtime::{Runtime, Settings, StartError};
pub use statistics::{CommandCount, StatisticsNow};
pub use turn::{
    ChangedRecord, InstanceCommand, ProcessRef, PublishMessage, RecordChange, Rejection,
    StartProcess, StartedBy, Unmatched,
};
