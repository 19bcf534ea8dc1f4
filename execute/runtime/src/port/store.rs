//! The write port: one connection that one lane owns, used by one thread, one transaction at a time.

use std::sync::Arc;

use base::{Key, Timestamp};
use turn::Load;

use crate::port::{
    CatalogueRows, CatalogueWrite, DecisionRow, ElementInstanceRow, FlowRow, HistoryRow,
    IdempotencyRow, IdentityWrite, IncidentRow, InstanceRow, JobClaim, JobRow, ModelKind,
    NotificationRead, NotificationRow, OutboxRow, OutboxUpdate, PassRow, RecordHistoryRow,
    RecordWrite, ResourceRow, StoreError, TimerRow, UserTaskRow, VariableRow,
};

/// The answer to [`Store::begin`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begun {
    /// The one `now` of the transaction; the database's clock where it has one.
    pub now: Timestamp,
    /// The version of the catalogue that the transaction sees.
    pub catalogue_version: i64,
}

/// Writes of a lane. [`Load`] reads on the running transaction.
///
/// The order of calls is `begin`, loads and claims, at most one `write`, claims of jobs, `commit`; or `rollback`
/// at any point. After an error the transaction is over and the next call is `rollback`, which never
/// fails for lack of a transaction and restores a lost connection as far as it can.
pub trait Store: Load + Send {
    /// Opens a transaction for writing.
    fn begin(&mut self) -> Result<Begun, StoreError>;

    /// The clock and the version of the catalogue, as [`Store::begin`] answers them, without a transaction.
    fn look(&mut self) -> Result<Begun, StoreError> {
        let begun = self.begin()?;
        self.rollback()?;
        Ok(begun)
    }

    /// A second connection to write with, where all that is written comes from this lane: then [`Load`] can be
    /// asked outside a transaction while the second one is in the middle of its own, and answers what is
    /// committed. `None` where others write too.
    fn second(&mut self) -> Result<Option<Box<dyn Store>>, StoreError> {
        Ok(None)
    }

    /// Writes every row of a batch, each touched row once: catalogue first, then in an order of
    /// (table, key) that is the same for all writers.
    fn write(&mut self, rows: &Rows) -> Result<(), StoreError>;

    /// Makes the transaction durable. [`StoreError::Lost`] says that it is not known whether it is.
    fn commit(&mut self) -> Result<(), StoreError>;

    /// Gives the transaction up.
    fn rollback(&mut self) -> Result<(), StoreError>;

    /// The answer kept under an idempotency key.
    fn idempotent(&mut self, key: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Timers due at `now`, earliest first, at most `limit`. They are locked, not removed: the batch
    /// that runs them removes them by [`Rows::removed_timers`].
    fn claim_timers(&mut self, now: Timestamp, limit: u32) -> Result<Vec<TimerRow>, StoreError>;

    /// When the next timer is due. May be asked outside a transaction.
    fn next_timer(&mut self) -> Result<Option<Timestamp>, StoreError>;

    /// Leases jobs to a worker: oldest first, with retries left, available at the claim's `now`. Sets
    /// their worker and `available_at`. Called after `write`, so that it sees what the batch made.
    fn claim_jobs(&mut self, claim: &JobClaim) -> Result<Vec<JobRow>, StoreError>;

    /// Leases waiting outbox entries of these kinds to the one deliverer that asks: oldest first, with
    /// `next_at` not after `now`. Sets their `next_at` to `until` and raises `unsettled` by one.
    fn claim_outbox(
        &mut self,
        kinds: &[Arc<str>],
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<OutboxRow>, StoreError>;

    /// The outbox entry with this key, locked until the end of the transaction.
    fn lock_outbox_entry(&mut self, key: Key) -> Result<Option<OutboxRow>, StoreError>;

    /// The whole catalogue. May be asked outside a transaction.
    fn load_catalogue(&mut self) -> Result<CatalogueRows, StoreError>;

    /// The last version of the model with this id; 0 where there is none. For deployments.
    fn last_version(&mut self, kind: ModelKind, id: &str) -> Result<i32, StoreError>;

    /// The file with this key. For deployments.
    fn resource(&mut self, key: Key) -> Result<Option<ResourceRow>, StoreError>;

    /// Every file by key and name, without its text, the newest first. For deployments.
    fn resource_names(&mut self) -> Result<Vec<(Key, Arc<str>)>, StoreError>;

    /// Raises the lane counter by one and answers it, in a transaction of its own.
    fn next_lane(&mut self) -> Result<i64, StoreError>;

    /// The start timers of all processes. For deployments.
    fn start_timers(&mut self) -> Result<Vec<TimerRow>, StoreError>;

    /// Removes what nobody needs any more, in the running transaction. Answers how many rows have gone of
    /// the kind of which most have: as many as the limit where there may be more.
    fn expire(&mut self, expiry: &Expiry) -> Result<u64, StoreError>;

    /// Whether a commit can be ambiguous (the database is another process). If so, each batch writes
    /// an idempotency row of its own, which tells after [`StoreError::Lost`] what became of it.
    fn commits_may_be_ambiguous(&self) -> bool {
        false
    }
}

/// What is kept for a time only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expiry {
    /// Kept answers from before this instant go.
    pub answers: Timestamp,
    /// Sessions that were over before it go.
    pub sessions: Timestamp,
    /// Notifications that were read before it go; `None` keeps them.
    pub notifications: Option<Timestamp>,
    /// How many rows of each kind at most.
    pub limit: u32,
}

/// A named counter (auto numbers). Replaced by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterRow {
    /// The name: `order.number`.
    pub name: Arc<str>,
    /// The last number that was given.
    pub value: i64,
}

/// Everything that a batch writes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    /// Objects and models.
    pub catalogue: Vec<CatalogueWrite>,
    /// Records, one entry per record.
    pub records: Vec<RecordWrite>,
    /// Changes of records, in the order in which they happened.
    pub record_history: Vec<RecordHistoryRow>,
    /// Instances, one entry per instance.
    pub instances: Vec<InstanceRow>,
    /// Events, one entry per instance.
    pub history: Vec<HistoryRow>,
    /// Element instances: insert or replace.
    pub element_instances: Vec<ElementInstanceRow>,
    /// Passes through elements that have no rows: add to the totals.
    pub passes: Vec<PassRow>,
    /// Flows taken: add to the totals.
    pub flows: Vec<FlowRow>,
    /// Variables: insert, or replace the value by (scope, name).
    pub variables: Vec<VariableRow>,
    /// Jobs: insert or replace.
    pub jobs: Vec<JobRow>,
    /// Jobs that are over.
    pub removed_jobs: Vec<Key>,
    /// Timers: insert or replace.
    pub timers: Vec<TimerRow>,
    /// Timers that are over.
    pub removed_timers: Vec<Key>,
    /// User tasks: insert or replace.
    pub user_tasks: Vec<UserTaskRow>,
    /// Incidents: insert or replace.
    pub incidents: Vec<IncidentRow>,
    /// Evaluated decisions: insert.
    pub decisions: Vec<DecisionRow>,
    /// New outbox entries: insert.
    pub outbox: Vec<OutboxRow>,
    /// What deliveries changed.
    pub outbox_updates: Vec<OutboxUpdate>,
    /// New notifications: insert.
    pub notifications: Vec<NotificationRow>,
    /// Notifications that were read, after the new ones.
    pub notification_reads: Vec<NotificationRead>,
    /// Answers to keep: insert.
    pub idempotency: Vec<IdempotencyRow>,
    /// Counters: replace by name.
    pub counters: Vec<CounterRow>,
    /// Sessions, credentials, tokens, in this order.
    pub identity: Vec<IdentityWrite>,
}
