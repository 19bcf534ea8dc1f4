//! The one writer: a transaction for each batch, every row of it written once. It may have a second
//! connection, which writes one batch while the first reads for the next.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use base::{Key, Timestamp};
use runtime::port::{
    Begun, CatalogueRows, Expiry, JobClaim, JobRow, ModelKind, OutboxRow, ResourceRow, Rows, Store,
    StoreError, TimerRow,
};
use rusqlite::Connection;

use super::failure::Outcome;
use super::{
    Durability, FILE, catalogue, connection, counter, decision, element, idempotency, identity,
    incident, instance, job, notification, outbox, record, record_history, timer, user_task,
    variable,
};
use crate::folder::Folder;
use crate::totals::Totals;

/// A connection of the lane. It holds the data folder with it.
pub struct Lane {
    connection: Connection,
    folder: Arc<Folder>,
    durability: Durability,
}

impl fmt::Debug for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lane").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Lane {
    pub(super) fn open(folder: &Arc<Folder>, durability: Durability) -> rusqlite::Result<Self> {
        let connection = connection::writer(&folder.path().join(FILE), durability)?;
        Ok(Self { connection, folder: Arc::clone(folder), durability })
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    fn start(&self) -> Outcome<Begun> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        self.glance()
    }

    fn glance(&self) -> Outcome<Begun> {
        let catalogue_version = counter::platform(&self.connection, catalogue::VERSION)?;
        Ok(Begun { now: now(), catalogue_version })
    }

    fn beside(&self) -> Outcome<Self> {
        Ok(Self::open(&self.folder, self.durability)?)
    }

    fn put(&self, rows: &Rows) -> Outcome<()> {
        let connection = &self.connection;
        let mut totals = Totals::default();
        catalogue::write(connection, &rows.catalogue)?;
        record::write(connection, &rows.records)?;
        record_history::write(connection, &rows.record_history)?;
        instance::write(connection, &rows.instances, &mut totals)?;
        instance::write_history(connection, &rows.history)?;
        element::write(connection, &rows.element_instances, &mut totals)?;
        totals.add_passes(&rows.passes);
        totals.add_flows(&rows.flows);
        super::totals::write(&totals, connection)?;
        variable::write(connection, &rows.variables)?;
        job::write(connection, &rows.jobs, &rows.removed_jobs)?;
        timer::write(connection, &rows.timers, &rows.removed_timers)?;
        user_task::write(connection, &rows.user_tasks)?;
        incident::write(connection, &rows.incidents)?;
        decision::write(connection, &rows.decisions)?;
        outbox::write(connection, &rows.outbox, &rows.outbox_updates)?;
        notification::write(connection, &rows.notifications, &rows.notification_reads)?;
        idempotency::write(connection, &rows.idempotency)?;
        counter::write(connection, &rows.counters)?;
        identity::write(connection, &rows.identity)
    }

    fn end(&self, word: &str) -> Outcome<()> {
        Ok(self.connection.execute_batch(word)?)
    }

    fn remove_outdated(&self, expiry: &Expiry) -> Outcome<usize> {
        let Expiry { answers, sessions, notifications, limit } = *expiry;
        let answers = idempotency::expire(&self.connection, answers, limit)?;
        let sessions = identity::expire(&self.connection, sessions, limit)?;
        let read = match notifications {
            Some(before) => notification::expire(&self.connection, before, limit)?,
            None => 0,
        };
        Ok(answers.max(sessions).max(read))
    }
}

/// After an orderly stop everything is in the database's own file, for whoever copies that file: the readers'
/// connections may outlive the lane, so SQLite would not see to it. Nothing is lost where it does not
/// succeed, for the write-ahead log stays then.
impl Drop for Lane {
    fn drop(&mut self) {
        let moved = self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
        if let Err(error) = moved {
            tracing::debug!(%error, "the write-ahead log stays");
        }
    }
}

impl Store for Lane {
    fn begin(&mut self) -> Result<Begun, StoreError> {
        Ok(self.start()?)
    }

    fn look(&mut self) -> Result<Begun, StoreError> {
        Ok(self.glance()?)
    }

    /// The process holds the folder, and its one lane is all that writes.
    fn second(&mut self) -> Result<Option<Box<dyn Store>>, StoreError> {
        Ok(Some(Box::new(self.beside()?)))
    }

    fn write(&mut self, rows: &Rows) -> Result<(), StoreError> {
        Ok(self.put(rows)?)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        Ok(self.end("COMMIT")?)
    }

    /// SQLite may have rolled back by itself when a statement failed.
    fn rollback(&mut self) -> Result<(), StoreError> {
        if self.connection.is_autocommit() {
            return Ok(());
        }
        Ok(self.end("ROLLBACK")?)
    }

    fn idempotent(&mut self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(idempotency::get(&self.connection, key)?)
    }

    fn claim_timers(&mut self, now: Timestamp, limit: u32) -> Result<Vec<TimerRow>, StoreError> {
        Ok(timer::due(&self.connection, now, limit)?)
    }

    fn next_timer(&mut self) -> Result<Option<Timestamp>, StoreError> {
        Ok(timer::next(&self.connection)?)
    }

    fn claim_jobs(&mut self, claim: &JobClaim) -> Result<Vec<JobRow>, StoreError> {
        Ok(job::claim(&self.connection, claim)?)
    }

    fn claim_outbox(
        &mut self,
        kinds: &[Arc<str>],
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        Ok(outbox::claim(&self.connection, kinds, now, until, limit)?)
    }

    fn lock_outbox_entry(&mut self, key: Key) -> Result<Option<OutboxRow>, StoreError> {
        Ok(outbox::get(&self.connection, key)?)
    }

    fn load_catalogue(&mut self) -> Result<CatalogueRows, StoreError> {
        Ok(catalogue::load(&self.connection)?)
    }

    fn last_version(&mut self, kind: ModelKind, id: &str) -> Result<i32, StoreError> {
        Ok(catalogue::last_version(&self.connection, kind, id)?)
    }

    fn resource(&mut self, key: Key) -> Result<Option<ResourceRow>, StoreError> {
        Ok(catalogue::resource_by_key(&self.connection, key)?)
    }

    fn resource_names(&mut self) -> Result<Vec<(Key, Arc<str>)>, StoreError> {
        Ok(catalogue::resource_names(&self.connection)?)
    }

    fn next_lane(&mut self) -> Result<i64, StoreError> {
        Ok(counter::raise(&self.connection, "lane")?)
    }

    fn start_timers(&mut self) -> Result<Vec<TimerRow>, StoreError> {
        Ok(timer::start_timers(&self.connection)?)
    }

    fn expire(&mut self, expiry: &Expiry) -> Result<u64, StoreError> {
        Ok(u64::try_from(self.remove_outdated(expiry)?).unwrap_or(u64::MAX))
    }
}

/// The clock of this machine, which is the database's: SQLite has none of its own.
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use runtime::port::{CounterRow, IdempotencyRow};
    use turn::Load as _;

    use super::*;
    use crate::sqlite::Database;

    fn rows(bytes: usize) -> Rows {
        let answer = vec![7; bytes];
        let idempotency = vec![IdempotencyRow { key: "k".to_owned(), at: Timestamp(1), answer }];
        let counters = vec![CounterRow { name: "n".into(), value: 1 }];
        Rows { idempotency, counters, ..Rows::default() }
    }

    fn batch(lane: &mut Lane, rows: &Rows) -> Result<(), StoreError> {
        lane.begin()?;
        lane.write(rows)?;
        lane.commit()
    }

    #[test]
    fn a_full_disk_fails_the_batch_and_not_the_next_one() {
        let folder = tempfile::tempdir().unwrap();
        let mut lane = Database::open(folder.path()).unwrap().lane().unwrap();
        let pages: i64 =
            lane.connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        lane.connection.pragma_update(None, "max_page_count", pages + 10).unwrap();
        let full = batch(&mut lane, &rows(1_000_000)).unwrap_err();
        assert_eq!(full, StoreError::Full("database or disk is full".to_owned()));
        lane.rollback().unwrap();
        assert_eq!(lane.counter("n"), Ok(0));
        batch(&mut lane, &rows(10)).unwrap();
        assert_eq!(lane.counter("n"), Ok(1));
    }

    #[test]
    fn a_second_writer_is_told_to_try_again() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path()).unwrap();
        let (mut first, mut second) = (database.lane().unwrap(), database.lane().unwrap());
        second.connection.busy_timeout(Duration::ZERO).unwrap();
        first.begin().unwrap();
        assert!(matches!(second.begin(), Err(StoreError::Retry(_))));
        second.rollback().unwrap();
        first.rollback().unwrap();
        batch(&mut second, &rows(10)).unwrap();
    }

    #[test]
    fn an_unfinished_transaction_is_given_up_by_a_rollback() {
        let folder = tempfile::tempdir().unwrap();
        let mut lane = Database::open(folder.path()).unwrap().lane().unwrap();
        lane.begin().unwrap();
        lane.write(&rows(10)).unwrap();
        lane.rollback().unwrap();
        assert_eq!(lane.counter("n"), Ok(0));
        lane.begin().expect("the lane can begin again");
    }
}
