//! One batch in one transaction: begin, run every command on the working set, write each touched row
//! once, commit. Nothing outside the lane knows of it before it is durable.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use access::Actor;
use base::{Key, Timestamp};
use turn::{
    Batch, Coming, Done, LoadError, Preceding, RecordChange, Rejection, Surroundings, TurnError,
};

use crate::changed::{self, Changed};
use crate::command::{AddUser, Repeated};
use crate::lane::{Lane, Request, kept};
use crate::port::{
    CredentialRow, IdentityWrite, NotificationRead, OutboxState, OutboxUpdate, Rows, StoreError,
    TimerRow,
};
use crate::statistics::stopwatch;
use crate::{Answer, Command, CommandError, Published, Started, rows};

/// Which timers a batch takes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Timers {
    Leave,
    AtMost(usize),
}

/// A batch whose commands have run, and of which nothing is written yet.
pub(super) struct Ran {
    /// One per request, in their order.
    pub(super) answers: Vec<Result<Answer, CommandError>>,
    pub(super) rows: Rows,
    /// What the batch after it has to know.
    pub(super) preceding: Preceding,
    /// The answers that it keeps, by their keys.
    pub(super) answered: BTreeMap<String, Vec<u8>>,
}

/// A batch that was sent to be committed.
pub(super) struct Attempted {
    /// One per request, in their order.
    pub(super) answers: Vec<Result<Answer, CommandError>>,
    /// The instances among it, as they are stored.
    pub(super) preceding: Preceding,
    pub(super) changed: BTreeSet<Changed>,
    pub(super) commit: Commit,
}

/// What is known of the commit of a batch.
pub(super) enum Commit {
    Done,
    /// The connection was lost before the database answered.
    InDoubt {
        mark: String,
        reason: String,
    },
}

/// A batch on its way: what the turns share, and what is to be written besides.
pub(super) struct Running {
    batch: Batch,
    extra: Rows,
    answered: BTreeMap<String, Vec<u8>>,
}

impl Lane {
    /// Runs and commits the batch under its mark, where it has one. After an error nothing of it is
    /// committed, and the transaction has to be given up.
    pub(super) fn attempt(
        &mut self,
        requests: &[Request],
        timers: Timers,
        mark: Option<&str>,
    ) -> Result<Attempted, StoreError> {
        self.begin()?;
        let mut ran = self.run_batch(requests, timers, Arc::default())?;
        // Where nothing is written, nothing can be done twice.
        if !requests.is_empty() || ran.rows != Rows::default() {
            ran.rows.idempotency.extend(mark.map(|mark| self.mark_row(mark)));
        }
        let Ran { mut answers, rows, preceding, .. } = ran;
        let commit = self.write_and_commit(&rows, requests, &mut answers, mark)?;
        Ok(Attempted { answers, preceding, changed: changed::of(&rows), commit })
    }

    /// Runs every command, and the timers that are due, over what the batch before has changed.
    pub(super) fn run_batch(
        &mut self,
        requests: &[Request],
        timers: Timers,
        preceding: Arc<Preceding>,
    ) -> Result<Ran, StoreError> {
        let batch = Batch::after(preceding, Arc::clone(&self.catalogue), self.now);
        let mut running = Running { batch, extra: Rows::default(), answered: BTreeMap::new() };
        self.load_ahead(requests, &mut running)?;
        let mut answers = Vec::with_capacity(requests.len());
        for request in requests {
            answers.push(self.answer(request, &mut running)?);
        }
        let is_due = self.next_timer.is_some_and(|due| due <= self.now);
        if let (Timers::AtMost(limit), true) = (timers, is_due) {
            self.fire_due_timers(limit, &mut running)?;
        }
        let Running { batch, extra, answered } = running;
        let (changes, preceding) = batch.finish();
        let rows = rows::of(&changes, &self.catalogue, &mut self.keys, self.now);
        Ok(Ran { answers, rows: joined(rows, extra), preceding, answered })
    }

    /// Opens a transaction; reloads the catalogue where another lane has changed it.
    pub(super) fn begin(&mut self) -> Result<(), StoreError> {
        let begun = self.store.begin()?;
        self.now = begun.now;
        if begun.catalogue_version != self.catalogue.version {
            self.renew_catalogue(begun.catalogue_version)?;
        }
        Ok(())
    }

    /// Loads what the commands name, before the first of them runs. A defect that is met here is met again
    /// by the command that needs the row, which answers for it alone.
    fn load_ahead(
        &mut self,
        requests: &[Request],
        running: &mut Running,
    ) -> Result<(), StoreError> {
        let (batch, store) = (&mut running.batch, self.store.as_mut());
        let coming = requests.iter().filter_map(|request| coming(&request.envelope.command));
        let loaded = catch_unwind(AssertUnwindSafe(|| batch.load_ahead(coming, store)));
        Ok(loaded.unwrap_or(Ok(()))?)
    }

    /// Writes the batch, hands out leases, commits. Leases come after the writes, so that they see
    /// what the batch has made and nothing that it has ended.
    fn write_and_commit(
        &mut self,
        rows: &Rows,
        requests: &[Request],
        answers: &mut [Result<Answer, CommandError>],
        mark: Option<&str>,
    ) -> Result<Commit, StoreError> {
        if *rows != Rows::default() {
            self.store.write(rows)?;
        }
        for (request, answer) in requests.iter().zip(answers) {
            if answer.is_ok() {
                self.lease(request, answer)?;
            }
        }
        let since = stopwatch();
        let committed = self.store.commit();
        self.shared.statistics.committed(since);
        match (committed, mark) {
            (Err(StoreError::Lost(reason)), Some(mark)) => {
                Ok(Commit::InDoubt { mark: mark.to_owned(), reason })
            }
            (committed, _) => committed.map(|()| Commit::Done),
        }
    }

    /// The answer to one request. An error here is the database's, and ends the batch.
    fn answer(
        &mut self,
        request: &Request,
        running: &mut Running,
    ) -> Result<Result<Answer, CommandError>, StoreError> {
        let envelope = &request.envelope;
        let named = kept::named(envelope)?;
        if let Some(named) = &named
            && let Some(answer) = self.earlier_answer(named, running)?
        {
            return Ok(match envelope.repeated {
                Repeated::IsAnswered => answer,
                Repeated::IsTold => answer.map(|_| Answer::DoneBefore),
            });
        }
        let answer = match self.execute(&envelope.actor, &envelope.command, running) {
            Err(TurnError::Load(error)) => return Err(error.into()),
            other => other.map_err(CommandError::from),
        };
        if let (Some(named), Ok(answer)) = (named, &answer) {
            let row = named.row(answer, self.now)?;
            running.answered.insert(row.key.clone(), row.answer.clone());
            running.extra.idempotency.push(row);
        }
        Ok(answer)
    }

    /// The answer that the same command got before.
    fn earlier_answer(
        &mut self,
        named: &kept::Named,
        running: &Running,
    ) -> Result<Option<Result<Answer, CommandError>>, StoreError> {
        let in_flight = self.flight.as_ref().and_then(|flight| flight.answered.get(&named.key));
        let known = match running.answered.get(&named.key).or(in_flight) {
            Some(answer) => Some(answer.clone()),
            None => self.store.idempotent(&named.key)?,
        };
        Ok(known.map(|bytes| named.read(&bytes)))
    }

    /// Runs one command. A command that panics answers alone, and leaves nothing behind.
    fn execute(
        &mut self,
        actor: &Actor,
        command: &Command,
        running: &mut Running,
    ) -> Result<Answer, TurnError> {
        match command {
            Command::ChangeRecords(changes) => {
                self.turn(actor, &turn::Command::ChangeRecords(changes.clone()), running)
            }
            Command::StartProcess(start) => {
                self.turn(actor, &turn::Command::StartProcess(start.clone()), running)
            }
            Command::PublishMessage(message) => {
                self.turn(actor, &turn::Command::PublishMessage(message.clone()), running)
            }
            Command::Process(command) => {
                self.turn(actor, &turn::Command::Instance(command.clone()), running)
            }
            Command::AddUser(user) => self.add_user(actor, user, running),
            Command::Identity(writes) => {
                running.extra.identity.extend(writes.iter().cloned());
                Ok(Answer::Done)
            }
            Command::SettleOutbox(settlements) => {
                let updates = settlements.iter().map(OutboxUpdate::from);
                running.extra.outbox_updates.extend(updates);
                Ok(Answer::Done)
            }
            Command::RetryOutbox(key) => self.retry_outbox(*key, running),
            Command::ReadNotifications(key) => {
                let read = NotificationRead { user: actor.user, key: *key, at: self.now };
                running.extra.notification_reads.push(read);
                Ok(Answer::Done)
            }
            // Leases are filled in after the writes; the catalogue has transactions of its own.
            Command::ActivateJobs(_)
            | Command::ClaimOutbox(_)
            | Command::Deploy(_)
            | Command::DefineObjects(_)
            | Command::Release(_) => Ok(Answer::Done),
        }
    }

    /// Runs a turn, with a net under it.
    pub(super) fn turn(
        &mut self,
        actor: &Actor,
        command: &turn::Command,
        running: &mut Running,
    ) -> Result<Answer, TurnError> {
        let Self { store, cache, keys, .. } = self;
        let batch = &mut running.batch;
        // What the net catches may be half done: the working set drops it, keys are only lost, and
        // the cache and what was loaded hold copies of rows, each put in whole.
        let caught = catch_unwind(AssertUnwindSafe(|| {
            batch.run(actor, command, Surroundings { load: store.as_mut(), cache, keys })
        }));
        match caught {
            Ok(done) => done.map(Answer::from),
            Err(panic) => {
                running.batch.recover();
                let message = panic_message(panic.as_ref());
                tracing::error!(message, "a command panicked; nothing of it is kept");
                self.shared.statistics.panicked();
                Err(TurnError::Fault(format!("a defect stopped this command: {message}")))
            }
        }
    }

    /// Has an entry tried again from the first step of the back-off. What still waits or has left is
    /// refused, so that asking twice sends once.
    fn retry_outbox(&mut self, key: Key, running: &mut Running) -> Result<Answer, TurnError> {
        let found = self.store.lock_outbox_entry(key).map_err(LoadError::from)?;
        let Some(entry) = found else {
            return Err(TurnError::NotFound { what: "outbox entry".into(), id: key.to_string() });
        };
        if !entry.can_be_retried() {
            return Err(TurnError::Rejected(Rejection {
                code: "not_retryable",
                message: format!(
                    "outbox entry {key} is `{}`; only what is `failed` or `not_configured` can be \
                     tried again",
                    entry.state
                ),
                ..Rejection::default()
            }));
        }
        running.extra.outbox_updates.push(OutboxUpdate {
            key,
            state: OutboxState::Waiting,
            attempts: 0,
            unsettled: entry.unsettled,
            next_at: self.now,
            error: None,
        });
        Ok(Answer::Done)
    }

    fn add_user(
        &mut self,
        actor: &Actor,
        user: &AddUser,
        running: &mut Running,
    ) -> Result<Answer, TurnError> {
        let create = RecordChange::Create {
            object: "user".into(),
            input: user.input.clone(),
            parts: BTreeMap::new(),
        };
        let answer = self.turn(actor, &turn::Command::ChangeRecords(vec![create]), running)?;
        if let (Answer::Records(created), Some(hash)) = (&answer, &user.password_hash) {
            running.extra.identity.extend(created.iter().map(|created| {
                IdentityWrite::PutCredential(CredentialRow {
                    user: created.key,
                    password_hash: hash.clone(),
                    changed_at: self.now,
                })
            }));
        }
        Ok(answer)
    }
}

impl Running {
    /// A timer has had its effect, or has none any more.
    pub(super) fn over(&mut self, timer: Key, next: Option<TimerRow>) {
        self.extra.removed_timers.push(timer);
        self.extra.timers.extend(next);
    }

    /// A timer is tried again at `due`.
    pub(super) fn later(&mut self, timer: TimerRow, due: Timestamp) {
        self.extra.timers.push(TimerRow { due, ..timer });
    }
}

impl From<Done> for Answer {
    fn from(done: Done) -> Self {
        match done {
            Done::Nothing => Self::Done,
            Done::Records(records) => Self::Records(records),
            Done::Published { message, instances } => {
                Self::Published(Published { key: message, instances })
            }
            Done::Started { instance, definition } => {
                Self::Started(Started { instance, definition })
            }
        }
    }
}

/// What is known of a command's reads before it runs.
fn coming(command: &Command) -> Option<Coming<'_>> {
    match command {
        Command::ChangeRecords(changes) => Some(Coming::Changes(changes)),
        Command::StartProcess(start) => Some(Coming::Start(start)),
        Command::Process(_)
        | Command::PublishMessage(_)
        | Command::Deploy(_)
        | Command::DefineObjects(_)
        | Command::Release(_)
        | Command::ActivateJobs(_)
        | Command::AddUser(_)
        | Command::Identity(_)
        | Command::ReadNotifications(_)
        | Command::ClaimOutbox(_)
        | Command::SettleOutbox(_)
        | Command::RetryOutbox(_) => None,
    }
}

/// The rows of the turns with those that came besides; a timer is removed once.
fn joined(mut rows: Rows, extra: Rows) -> Rows {
    rows.idempotency.extend(extra.idempotency);
    rows.identity.extend(extra.identity);
    rows.outbox_updates.extend(extra.outbox_updates);
    rows.notification_reads.extend(extra.notification_reads);
    rows.timers.extend(extra.timers);
    rows.removed_timers.extend(extra.removed_timers);
    let removed: BTreeSet<Key> = rows.removed_timers.drain(..).collect();
    rows.removed_timers.extend(removed);
    rows
}

pub(super) fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "unknown".to_owned())
}
