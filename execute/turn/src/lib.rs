//! One command run to its wait states over a working set of instances and records. No I/O, no clock.

mod catalogue;
mod command;
mod load;

pub use catalogue::{
    Catalogue, DecisionVersion, FormVersion, ProcessVersion, RecordTriggerRef, Version,
};
pub use command::{
    ChangedRecord, Command, Continuation, InstanceCommand, ProcessRef, RecordChange, StartProcess,
};
pub use load::{InstanceLoad, Load, LoadError, StoredInstance};
