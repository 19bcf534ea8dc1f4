//! Reading beside the lanes: each [`Read`] is one snapshot of what has been committed, on a
//! connection of its own. Calls block; the runtime makes them on a bounded pool of threads.

use crate::port::{
    ReadDecisions, ReadIdentity, ReadIncidents, ReadInstances, ReadModels, ReadNotifications,
    ReadOutbox, ReadRecords, ReadUserTasks, ReadVariables, ReadWork, StoreError,
};

/// Every query, on one snapshot.
pub trait Read:
    ReadRecords
    + ReadInstances
    + ReadVariables
    + ReadUserTasks
    + ReadIncidents
    + ReadDecisions
    + ReadNotifications
    + ReadOutbox
    + ReadModels
    + ReadIdentity
    + ReadWork
{
}

impl<T> Read for T where
    T: ReadRecords
        + ReadInstances
        + ReadVariables
        + ReadUserTasks
        + ReadIncidents
        + ReadDecisions
        + ReadNotifications
        + ReadOutbox
        + ReadModels
        + ReadIdentity
        + ReadWork
{
}

/// Opens snapshots.
pub trait Readers: Send + Sync {
    /// A snapshot of what has been committed by now; its connection is given back when it is dropped.
    fn open(&self) -> Result<Box<dyn Read + '_>, StoreError>;
}
