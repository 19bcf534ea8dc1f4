//! One command run to its wait states over a working set of instances and records. No I/O, no clock.
//!
//! A [`Batch`] runs [`Command`]s one after the other and ends as [`Changes`]; what it has to read comes
//! through [`Load`]; what is defined is the [`Catalogue`].

mod ahead;
mod batch;
mod cache;
mod catalogue;
mod change;
mod command;
mod drive;
mod go_on;
mod load;
mod lock;
mod message;
mod models;
mod people;
mod record;
mod rejection;
mod start;
mod task;
mod turn;
mod user_task;
mod work;
mod working_set;

pub use batch::{Batch, Coming, Surroundings};
pub use cache::InstanceCache;
pub use catalogue::{
    Catalogue, DecisionVersion, FormVersion, ProcessVersion, RecordTriggerRef, Version,
};
pub use change::{
    Cause, Change, Changes, InstanceDelta, Notification, OutboxEntry, RecordDelta, RecordHistory,
};
pub use command::{
    ChangedRecord, Command, Continuation, InstanceCommand, ProcessRef, PublishMessage,
    RecordChange, StartProcess, StartedBy, Unmatched,
};
pub use load::{EndedUserTask, InstanceLoad, Load, LoadError, StoredInstance};
pub use rejection::{Rejection, TurnError};
pub use start::is_offered;
pub use task::built_in_tasks;
pub use turn::Done;
pub use working_set::Preceding;
