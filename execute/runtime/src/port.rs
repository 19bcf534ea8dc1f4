//! What the runtime needs from a database, and the rows that go in and out. One file per noun: the
//! row types, the words of its columns and the queries of its readers stand together. A store
//! implements [`Store`] once per lane for writing and [`Readers`] for reading.

mod catalogue;
mod decision;
mod error;
mod idempotency;
mod identity;
mod incident;
mod instance;
mod job;
mod notification;
mod outbox;
mod page;
mod read;
mod record;
mod store;
mod timer;
mod user_task;
mod variable;
mod work;

pub use crate::word::ParseWordError;
pub use catalogue::{
    CatalogueRows, CatalogueWrite, ModelKind, ModelRow, ObjectRow, ReadModels, ResourceRow,
};
pub use decision::{DecisionRow, ReadDecisions};
pub use error::StoreError;
pub use idempotency::IdempotencyRow;
pub use identity::{CredentialRow, IdentityWrite, ReadIdentity, SessionRow, TokenRow};
pub use incident::{IncidentRow, IncidentState, ReadIncidents};
pub use instance::{
    DefinitionCount, ElementCount, ElementInstanceRow, ElementState, FlowCount, FlowRow,
    HistoryRow, InstanceQuery, InstanceRow, InstanceState, ReadInstances,
};
pub use instance::{PassRow, PassedElements};
pub use job::{JobClaim, JobRow};
pub use notification::{NotificationQuery, NotificationRead, NotificationRow, ReadNotifications};
pub use outbox::{OutboxQuery, OutboxRow, OutboxState, OutboxUpdate, ReadOutbox};
pub use page::{Before, Count, Page, PageRequest};
pub use read::{Read, Readers};
pub use record::{
    Cause, ChangeKind, ReadRecords, RecordHistoryRow, RecordOperation, RecordPage, RecordQuery,
    RecordWrite, Sort, TitleRow,
};
pub use store::{Begun, CounterRow, Expiry, Rows, Store};
pub use timer::{TimerKind, TimerRow};
pub use user_task::{Mine, ReadUserTasks, UserTaskQuery, UserTaskRow, UserTaskState};
pub use variable::{ReadVariables, VariableRow};
pub use work::{ReadWork, WorkCount};
