//! A database in memory: transactions by copying, a clock that tests turn, and faults on demand. It
//! answers what a real one answers, slowly and plainly.

mod load;
mod rows;
mod tide;

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use base::{Key, Timestamp};
use records::{FieldValue, ObjectDef, Record, RecordRef};
use runtime::port::{
    Begun, CatalogueRows, DecisionRow, ElementInstanceRow, Expiry, HistoryRow, IdentityWrite,
    IncidentRow, InstanceRow, JobClaim, JobRow, ModelKind, NotificationRow, OutboxRow, OutboxState,
    Read, Readers, RecordHistoryRow, RecordOperation, ResourceRow, Rows, Store, StoreError,
    TimerKind, TimerRow, UserTaskRow, VariableRow,
};

use self::rows::{write_definitions, write_instances, write_records, write_work};
use self::tide::Tide;

/// What is stored.
#[derive(Debug, Clone, Default)]
pub(crate) struct Db {
    pub(crate) catalogue: CatalogueRows,
    pub(crate) records: BTreeMap<RecordRef, Record>,
    pub(crate) record_history: Vec<RecordHistoryRow>,
    pub(crate) instances: BTreeMap<Key, InstanceRow>,
    pub(crate) history: BTreeMap<(Key, i64), HistoryRow>,
    pub(crate) elements: BTreeMap<Key, ElementInstanceRow>,
    /// How often each flow of a definition was taken.
    pub(crate) flows: BTreeMap<(Key, Arc<str>), u32>,
    pub(crate) variables: BTreeMap<(Key, Arc<str>), VariableRow>,
    pub(crate) jobs: BTreeMap<Key, JobRow>,
    pub(crate) timers: BTreeMap<Key, TimerRow>,
    pub(crate) user_tasks: BTreeMap<Key, UserTaskRow>,
    pub(crate) incidents: BTreeMap<Key, IncidentRow>,
    pub(crate) decisions: BTreeMap<Key, DecisionRow>,
    pub(crate) outbox: BTreeMap<Key, OutboxRow>,
    pub(crate) notifications: BTreeMap<Key, NotificationRow>,
    pub(crate) idempotency: BTreeMap<String, Vec<u8>>,
    /// How many rows nobody needs any more.
    pub(crate) outdated: u64,
    pub(crate) counters: BTreeMap<Arc<str>, i64>,
    pub(crate) identity: Vec<IdentityWrite>,
    lanes: i64,
}

/// What a commit is told to do instead of committing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    Fail(StoreError),
    /// It commits and says that the connection was lost.
    CommitAndLose,
    /// The connection is lost, and it commits only when somebody waits for it.
    CommitLate,
    /// A defect.
    Panic,
}

/// The database and what tests can do to it.
#[derive(Debug, Default)]
pub(crate) struct Fake {
    db: Mutex<Db>,
    /// Held by a test, it keeps the lane from beginning.
    gate: Mutex<()>,
    now: AtomicI64,
    commits: AtomicU64,
    faults: Mutex<VecDeque<Fault>>,
    /// Writes that hold this text fail.
    refuse: Mutex<Option<Arc<str>>>,
    ambiguous: AtomicU64,
    /// So many transactions cannot begin.
    cut: AtomicU64,
    /// So many, from the next commit on whose outcome is not told.
    cut_after_loss: AtomicU64,
    /// What a lost connection is still committing.
    late: Mutex<Option<Db>>,
    /// The names of the files whose texts deployments have read.
    texts_read: Mutex<Vec<Arc<str>>>,
    /// Whether a transaction is open; there is one at a time.
    writing: Mutex<bool>,
    written: Condvar,
    /// Which commits may go on, and who looks meanwhile.
    pub(crate) tide: Tide,
}

/// 2026-11-22T12:00:00Z.
const NOON: i64 = 1_795_348_800_000;

impl Fake {
    pub(crate) fn new() -> Arc<Self> {
        let fake = Self::default();
        fake.now.store(NOON, Ordering::SeqCst);
        Arc::new(fake)
    }

    /// A copy of what is committed.
    pub(crate) fn db(&self) -> Db {
        lock(&self.db).clone()
    }

    /// While the guard lives no transaction begins, so that commands gather.
    pub(crate) fn hold(&self) -> MutexGuard<'_, ()> {
        lock(&self.gate)
    }

    /// Changes what is stored behind the lane's back.
    pub(crate) fn edit(&self, change: impl FnOnce(&mut Db)) {
        change(&mut lock(&self.db));
    }

    pub(crate) fn pass(&self, ms: i64) {
        self.now.fetch_add(ms, Ordering::SeqCst);
    }

    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::SeqCst)
    }

    /// The next commits do this.
    pub(crate) fn fail(&self, faults: impl IntoIterator<Item = Fault>) {
        lock(&self.faults).extend(faults);
    }

    /// How many faults no commit has met yet.
    pub(crate) fn faults_ahead(&self) -> usize {
        lock(&self.faults).len()
    }

    /// From now on a write fails that holds this text in a text field.
    pub(crate) fn refuse(&self, text: &str) {
        *lock(&self.refuse) = Some(text.into());
    }

    /// After the next commit whose outcome is not told, so many transactions cannot begin.
    pub(crate) fn cut_after_loss(&self, transactions: u64) {
        self.cut_after_loss.store(transactions, Ordering::SeqCst);
    }

    /// Cuts the connection for so many transactions.
    pub(crate) fn cut(&self, transactions: u64) {
        self.cut.store(transactions, Ordering::SeqCst);
    }

    /// Has so many rows that nobody needs any more.
    pub(crate) fn outdate(&self, rows: u64) {
        lock(&self.db).outdated = rows;
    }

    /// How many of them are left.
    pub(crate) fn outdated(&self) -> u64 {
        self.db().outdated
    }

    /// From now on commits may be ambiguous.
    pub(crate) fn be_remote(&self) {
        self.ambiguous.store(1, Ordering::SeqCst);
    }

    /// The names of the files whose texts deployments have read since this was last asked, in their order.
    pub(crate) fn take_texts_read(&self) -> Vec<String> {
        lock(&self.texts_read).drain(..).map(|name| name.to_string()).collect()
    }

    pub(crate) fn store(self: &Arc<Self>) -> Box<dyn Store> {
        Box::new(FakeStore { fake: Arc::clone(self), working: None, seen: None })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tests look at the database itself.
pub(crate) struct NoReaders;

impl Readers for NoReaders {
    fn open(&self) -> Result<Box<dyn Read + '_>, StoreError> {
        Err(StoreError::Broken("there are no readers here".to_owned()))
    }
}

struct FakeStore {
    fake: Arc<Fake>,
    working: Option<Db>,
    /// What was read last outside a transaction.
    seen: Option<Db>,
}

impl FakeStore {
    fn open(&mut self) -> Result<&mut Db, StoreError> {
        self.working.as_mut().ok_or_else(|| StoreError::Broken("no transaction is open".to_owned()))
    }

    /// Lets the next transaction begin.
    fn close(&self) {
        *lock(&self.fake.writing) = false;
        self.fake.written.notify_one();
    }

    /// The keys of kept answers are unique; who writes one that another transaction has written waits
    /// for that transaction to end.
    fn check_answers(&mut self, rows: &Rows) -> Result<(), StoreError> {
        let mut keys = rows.idempotency.iter().map(|row| &row.key);
        let mut late = lock(&self.fake.late);
        let is_late = |late: &Db| keys.clone().any(|key| late.idempotency.contains_key(key));
        if late.as_ref().is_some_and(is_late) {
            *lock(&self.fake.db) = late.take().expect("it is there");
            return Err(StoreError::Constraint("the key was taken late".to_owned()));
        }
        let working = self.working.as_ref().expect("a transaction is open");
        match keys.find(|key| working.idempotency.contains_key(*key)) {
            Some(key) => Err(StoreError::Constraint(format!("the key `{key}` is taken"))),
            None => Ok(()),
        }
    }

    /// What the transaction sees; outside of one, what is committed.
    fn db(&mut self) -> &mut Db {
        match &mut self.working {
            Some(working) => working,
            None => self.seen.insert(self.fake.db()),
        }
    }
}

fn at(object: &ObjectDef, key: Key) -> RecordRef {
    RecordRef { object: Arc::clone(&object.name), key }
}

impl Store for FakeStore {
    fn begin(&mut self) -> Result<Begun, StoreError> {
        self.fake.tide.note_begin();
        let _gate = lock(&self.fake.gate);
        let one_less = |left: u64| left.checked_sub(1);
        if self.fake.cut.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_ok() {
            return Err(StoreError::Lost("the cable is cut".to_owned()));
        }
        assert!(self.working.is_none(), "a transaction is open already");
        let mut writing = lock(&self.fake.writing);
        while *writing {
            writing = self.fake.written.wait(writing).unwrap_or_else(PoisonError::into_inner);
        }
        *writing = true;
        drop(writing);
        let db = self.fake.db();
        let begun = Begun {
            now: Timestamp(self.fake.now.load(Ordering::SeqCst)),
            catalogue_version: db.catalogue.version,
        };
        self.working = Some(db);
        Ok(begun)
    }

    fn look(&mut self) -> Result<Begun, StoreError> {
        self.fake.tide.note_look();
        let now = Timestamp(self.fake.now.load(Ordering::SeqCst));
        Ok(Begun { now, catalogue_version: self.db().catalogue.version })
    }

    fn second(&mut self) -> Result<Option<Box<dyn Store>>, StoreError> {
        Ok(Some(self.fake.store()))
    }

    fn write(&mut self, rows: &Rows) -> Result<(), StoreError> {
        if let Some(text) = lock(&self.fake.refuse).as_ref() {
            let value = FieldValue::Text(Arc::clone(text));
            let holds = |operation: &RecordOperation| match operation {
                RecordOperation::Insert(record) | RecordOperation::Update { record, .. } => {
                    record.values.contains(&value)
                }
                RecordOperation::Delete { .. } => false,
            };
            if rows.records.iter().any(|write| holds(&write.operation)) {
                return Err(StoreError::Constraint(format!("nobody may be called `{text}`")));
            }
        }
        self.check_answers(rows)?;
        let db = self.open()?;
        write_definitions(db, rows);
        write_records(db, rows);
        write_instances(db, rows)?;
        write_work(db, rows);
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.fake.tide.pass();
        let fault = lock(&self.fake.faults).pop_front();
        if matches!(fault, Some(Fault::CommitAndLose | Fault::CommitLate)) {
            let cut = self.fake.cut_after_loss.swap(0, Ordering::SeqCst);
            self.fake.cut.store(cut, Ordering::SeqCst);
        }
        match fault {
            Some(Fault::Fail(error)) => return Err(error),
            Some(Fault::Panic) => panic!("the disk blows up"),
            Some(Fault::CommitLate) => {
                *lock(&self.fake.late) = self.working.take();
                self.close();
                return Err(StoreError::Lost("the cable is cut".to_owned()));
            }
            Some(Fault::CommitAndLose) | None => {}
        }
        let working = self.working.take();
        *lock(&self.fake.db) = working.expect("a transaction is open");
        self.close();
        self.fake.commits.fetch_add(1, Ordering::SeqCst);
        match fault {
            Some(_) => Err(StoreError::Lost("the cable is cut".to_owned())),
            None => Ok(()),
        }
    }

    fn rollback(&mut self) -> Result<(), StoreError> {
        if self.working.take().is_some() {
            self.close();
        }
        Ok(())
    }

    fn idempotent(&mut self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.db().idempotency.get(key).cloned())
    }

    fn claim_timers(&mut self, now: Timestamp, limit: u32) -> Result<Vec<TimerRow>, StoreError> {
        let mut due: Vec<TimerRow> =
            self.open()?.timers.values().filter(|timer| timer.due <= now).cloned().collect();
        due.sort_by_key(|timer| (timer.due, timer.key));
        due.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(due)
    }

    fn next_timer(&mut self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.fake.db().timers.values().map(|timer| timer.due).min())
    }

    fn claim_jobs(&mut self, claim: &JobClaim) -> Result<Vec<JobRow>, StoreError> {
        let is_free = |job: &&mut JobRow| {
            job.job_type == claim.job_type && job.retries > 0 && job.available_at <= claim.now
        };
        let limit = usize::try_from(claim.limit).unwrap_or(usize::MAX);
        let jobs = self.open()?.jobs.values_mut().filter(is_free).take(limit);
        Ok(jobs
            .map(|job| {
                job.worker = Some(Arc::clone(&claim.worker));
                job.available_at = claim.until;
                job.clone()
            })
            .collect())
    }

    fn claim_outbox(
        &mut self,
        kinds: &[Arc<str>],
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        let waits = |row: &&mut OutboxRow| {
            row.state == OutboxState::Waiting && row.next_at <= now && kinds.contains(&row.kind)
        };
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let rows = self.open()?.outbox.values_mut().filter(waits).take(limit);
        Ok(rows
            .map(|row| {
                row.next_at = until;
                row.unsettled += 1;
                row.clone()
            })
            .collect())
    }

    fn lock_outbox_entry(&mut self, key: Key) -> Result<Option<OutboxRow>, StoreError> {
        Ok(self.open()?.outbox.get(&key).cloned())
    }

    fn load_catalogue(&mut self) -> Result<CatalogueRows, StoreError> {
        let committed = || self.fake.db().catalogue;
        Ok(self.working.as_ref().map_or_else(committed, |db| db.catalogue.clone()))
    }

    fn last_version(&mut self, kind: ModelKind, id: &str) -> Result<i32, StoreError> {
        let models = &self.open()?.catalogue.models;
        let versions = models.iter().filter(|model| model.kind == kind && *model.id == *id);
        Ok(versions.map(|model| model.version).max().unwrap_or(0))
    }

    fn resource(&mut self, key: Key) -> Result<Option<ResourceRow>, StoreError> {
        let resources = &self.open()?.catalogue.resources;
        let found = resources.iter().find(|resource| resource.key == key).cloned();
        let name = found.iter().map(|resource| Arc::clone(&resource.name));
        lock(&self.fake.texts_read).extend(name);
        Ok(found)
    }

    fn resource_names(&mut self) -> Result<Vec<(Key, Arc<str>)>, StoreError> {
        let resources = self.open()?.catalogue.resources.iter().rev();
        Ok(resources.map(|resource| (resource.key, Arc::clone(&resource.name))).collect())
    }

    fn next_lane(&mut self) -> Result<i64, StoreError> {
        let mut db = lock(&self.fake.db);
        db.lanes += 1;
        Ok(db.lanes)
    }

    fn start_timers(&mut self) -> Result<Vec<TimerRow>, StoreError> {
        let timers = self.open()?.timers.values();
        let starts = timers.filter(|timer| matches!(timer.kind, TimerKind::Start { .. }));
        Ok(starts.cloned().collect())
    }

    fn expire(&mut self, expiry: &Expiry) -> Result<u64, StoreError> {
        let gone = self.open()?.outdated.min(expiry.limit.into());
        self.open()?.outdated -= gone;
        Ok(gone)
    }

    fn commits_may_be_ambiguous(&self) -> bool {
        self.fake.ambiguous.load(Ordering::SeqCst) > 0
    }
}
