//! A writer: a transaction for each batch, every row of it written once. A node may have several, and there
//! may be several nodes: what one of them reads is locked until its commit.

use std::fmt;
use std::sync::Arc;

use base::{Key, Timestamp};
use runtime::port::{
    Begun, CatalogueRows, Expiry, JobClaim, JobRow, ModelKind, OutboxRow, ResourceRow, Rows, Store,
    StoreError, TimerRow,
};

use super::address::Address;
use super::connection::{self, Connection};
use super::failure::{Outcome, damaged};
use super::hint::Hint;
use super::{
    catalogue, counter, decision, element, idempotency, identity, incident, instance, job,
    migration, notification, outbox, record, record_history, timer, user_task, variable,
};
use crate::totals::Totals;

/// Where a lane's transaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// There is none.
    Idle,
    /// It runs.
    Open,
    /// A statement failed: the server does nothing more until it is rolled back, and would answer a commit
    /// with a rollback that looks like success.
    Failed,
}

/// A lane's connection.
pub struct Lane {
    address: Address,
    connection: Connection,
    phase: Phase,
    /// The number that [`Store::next_lane`] gave.
    number: i64,
    last_now: Timestamp,
    last_version: i64,
    hint: Hint,
}

impl fmt::Debug for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lane").field("number", &self.number).finish_non_exhaustive()
    }
}

impl Lane {
    pub(super) fn open(address: Address) -> Result<Self, postgres::Error> {
        let connection = Connection::open(&address, connection::LANE)?;
        Ok(Self {
            address,
            connection,
            phase: Phase::Idle,
            number: 0,
            last_now: Timestamp::default(),
            last_version: 0,
            hint: Hint::default(),
        })
    }

    /// Does one thing on the connection; what fails inside a transaction ends it.
    pub(super) fn run<T>(&mut self, what: impl FnOnce(&Connection) -> Outcome<T>) -> Outcome<T> {
        let outcome = what(&self.connection);
        if outcome.is_err() && self.phase == Phase::Open {
            self.phase = Phase::Failed;
        }
        outcome
    }

    fn reconnect(&mut self) -> Outcome<()> {
        self.phase = Phase::Idle;
        self.connection = Connection::open(&self.address, connection::LANE)?;
        tracing::info!("a lane has a new connection to the database");
        Ok(())
    }

    /// The version's row is held shared by every batch, so that no batch decides by a catalogue that has
    /// been replaced by the time it commits. The clock is read after that, in case it had to wait.
    fn start(&mut self) -> Outcome<Begun> {
        if self.connection.is_closed() {
            self.reconnect()?;
        }
        self.phase = Phase::Open;
        let rows = self.connection.texts(BEGIN)?;
        let [catalogue, schema] = rows.as_slice() else {
            return Err(counter::no_number(catalogue::VERSION));
        };
        let number = |row: &postgres::SimpleQueryRow, column| -> Outcome<i64> {
            let text: Option<&str> = row.get(column);
            let number = text.and_then(|text| text.parse().ok());
            number.ok_or_else(|| damaged("the start of a transaction is answered with no number"))
        };
        migration::check(number(schema, 0)?)?;
        let catalogue_version = number(catalogue, 0)?;
        if catalogue_version != self.last_version {
            self.connection.forget_statements();
            self.last_version = catalogue_version;
        }
        self.last_now = self.last_now.max(Timestamp(number(schema, 1)?));
        Ok(Begun { now: self.last_now, catalogue_version })
    }

    fn end(&mut self) -> Outcome<()> {
        if self.phase != Phase::Open {
            let message = "the transaction has failed before; roll it back";
            return Err(StoreError::Broken(message.to_owned()).into());
        }
        self.run(|connection| connection.batch("COMMIT"))?;
        self.phase = Phase::Idle;
        self.hint.send(&self.connection, self.number);
        Ok(())
    }

    fn give_up(&mut self) -> Outcome<()> {
        self.hint = Hint::default();
        if self.connection.is_closed() {
            return self.reconnect();
        }
        let rolled_back = match self.phase {
            Phase::Idle => Ok(()),
            Phase::Open => self.connection.batch("ROLLBACK"),
            Phase::Failed => {
                // It may be a statement prepared for a table that looks different now.
                self.connection.forget_statements();
                self.connection.batch("ROLLBACK")
            }
        };
        match rolled_back {
            Ok(()) => {
                self.phase = Phase::Idle;
                Ok(())
            }
            Err(_) => self.reconnect(),
        }
    }

    /// The catalogue of one moment.
    fn catalogue(&mut self) -> Outcome<CatalogueRows> {
        if self.phase != Phase::Idle {
            return self.run(catalogue::load);
        }
        self.connection.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        let loaded = catalogue::load(&self.connection);
        self.connection.batch("ROLLBACK")?;
        loaded
    }
}

const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
    SELECT value FROM platform WHERE name = 'catalogue_version' FOR SHARE;
    SELECT version, floor(extract(epoch FROM clock_timestamp()) * 1000)::int8 FROM rondo_version";

fn put(connection: &Connection, rows: &Rows, lane: i64) -> Outcome<()> {
    let mut totals = Totals::default();
    catalogue::write(connection, &rows.catalogue)?;
    record::write(connection, &rows.records)?;
    record_history::write(connection, &rows.record_history)?;
    instance::write(connection, &rows.instances, &mut totals)?;
    instance::write_history(connection, &rows.history)?;
    element::write(connection, &rows.element_instances, &mut totals)?;
    totals.add_passes(&rows.passes);
    totals.add_flows(&rows.flows);
    super::totals::write(&totals, connection, lane)?;
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

impl Store for Lane {
    fn begin(&mut self) -> Result<Begun, StoreError> {
        let begun = self.start();
        if begun.is_err() && self.phase == Phase::Open {
            self.phase = Phase::Failed;
        }
        Ok(begun?)
    }

    fn write(&mut self, rows: &Rows) -> Result<(), StoreError> {
        let number = self.number;
        self.run(|connection| put(connection, rows, number))?;
        self.hint.note(rows);
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        Ok(self.end()?)
    }

    fn rollback(&mut self) -> Result<(), StoreError> {
        Ok(self.give_up()?)
    }

    fn idempotent(&mut self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.run(|connection| idempotency::get(connection, key))?)
    }

    fn claim_timers(&mut self, now: Timestamp, limit: u32) -> Result<Vec<TimerRow>, StoreError> {
        Ok(self.run(|connection| timer::claim(connection, now, limit))?)
    }

    fn next_timer(&mut self) -> Result<Option<Timestamp>, StoreError> {
        let next = match self.phase {
            Phase::Idle => timer::next,
            Phase::Open | Phase::Failed => timer::next_inside,
        };
        Ok(self.run(next)?)
    }

    fn claim_jobs(&mut self, claim: &JobClaim) -> Result<Vec<JobRow>, StoreError> {
        Ok(self.run(|connection| job::claim(connection, claim))?)
    }

    fn claim_outbox(
        &mut self,
        kinds: &[Arc<str>],
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        Ok(self.run(|connection| outbox::claim(connection, kinds, now, until, limit))?)
    }

    fn lock_outbox_entry(&mut self, key: Key) -> Result<Option<OutboxRow>, StoreError> {
        Ok(self.run(|connection| outbox::lock(connection, key))?)
    }

    fn load_catalogue(&mut self) -> Result<CatalogueRows, StoreError> {
        Ok(self.catalogue()?)
    }

    fn last_version(&mut self, kind: ModelKind, id: &str) -> Result<i32, StoreError> {
        Ok(self.run(|connection| catalogue::last_version(connection, kind, id))?)
    }

    fn resource(&mut self, key: Key) -> Result<Option<ResourceRow>, StoreError> {
        Ok(self.run(|connection| catalogue::resource_by_key(connection, key))?)
    }

    fn resource_names(&mut self) -> Result<Vec<(Key, Arc<str>)>, StoreError> {
        Ok(self.run(catalogue::resource_names)?)
    }

    fn next_lane(&mut self) -> Result<i64, StoreError> {
        self.number = self.run(|connection| counter::raise(connection, "lane"))?;
        Ok(self.number)
    }

    /// A deployment replaces these; a timer that a lane fires at this moment makes its successor first.
    fn start_timers(&mut self) -> Result<Vec<TimerRow>, StoreError> {
        if self.phase == Phase::Open {
            self.run(catalogue::lock)?;
        }
        Ok(self.run(timer::start_timers)?)
    }

    fn expire(&mut self, expiry: &Expiry) -> Result<u64, StoreError> {
        let Expiry { answers, sessions, notifications, limit } = *expiry;
        Ok(self.run(|connection| {
            let answers = idempotency::expire(connection, answers, limit)?;
            let sessions = identity::expire(connection, sessions, limit)?;
            let read = match notifications {
                Some(before) => notification::expire(connection, before, limit)?,
                None => 0,
            };
            Ok(answers.max(sessions).max(read))
        })?)
    }

    /// The server is another process: a commit whose answer is lost may stand.
    fn commits_may_be_ambiguous(&self) -> bool {
        true
    }
}
