//! A lane: one thread that owns one connection for writing. It takes all commands that wait, runs
//! them as one batch in one transaction, and answers when that is durable; meanwhile the next batch
//! gathers, and runs already where the store has a second connection to write with. The lane never
//! sleeps while there is something to do, and wakes when a timer is due.

mod ahead;
mod attempt;
mod catalogue;
mod claim;
mod clean_up;
mod doubt;
mod kept;
mod serve;
mod timer;
mod writer;

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use base::{Key, KeyGenerator, Timestamp};
use tokio::sync::{broadcast, oneshot};
use turn::{Catalogue, InstanceCache};

use crate::changed::{Changed, ChangedKind};
use crate::compile;
use crate::lane::ahead::Flight;
use crate::lane::writer::Writer;
use crate::port::{Read, Store, StoreError};
use crate::statistics::{Statistics, stopwatch};
use crate::{Answer, CommandError, Envelope};

/// The most commands in one batch.
pub(crate) const BATCH_COMMANDS: usize = 500;
/// The most where the next batch runs while one is written: few, so that what both have in hand stays in the
/// processors' caches. The disk is waited for more often, but beside the work.
const BATCH_COMMANDS_AHEAD: usize = 128;
/// The most bytes of commands in one batch; one command may be larger.
const BATCH_BYTES: usize = 1 << 20;
/// How long a lane waits at most before it looks for timers that another node has set, or whether a
/// database is back that was away.
const LOOK_MS: i64 = 10_000;
/// How long it waits before it looks for a database that is away, at first.
const AWAY_MS: i64 = 250;

/// What is sent to a lane.
pub(crate) enum Message {
    Request(Box<Request>),
    /// Another node has changed what this one works with.
    Look,
    /// The batch in flight is through.
    Landed,
    Stop,
}

/// A command that waits for its answer.
pub(crate) struct Request {
    pub(crate) envelope: Envelope,
    pub(crate) reply: oneshot::Sender<Result<Answer, CommandError>>,
}

/// What all lanes and their callers share.
pub(crate) struct Shared {
    pub(crate) catalogue: RwLock<Arc<Catalogue>>,
    /// Held by the reader that compiles what another node has deployed, so that one does.
    pub(crate) taking_over: Mutex<()>,
    pub(crate) changed: broadcast::Sender<Changed>,
    pub(crate) statistics: Statistics,
    /// How long a notification is kept that was read; `None` for ever.
    pub(crate) notifications_kept_ms: Option<i64>,
}

impl Shared {
    /// The catalogue of the last commit.
    pub(crate) fn catalogue(&self) -> Arc<Catalogue> {
        // The lock is held for a clone or an assignment only, so nobody panics in it.
        let guard = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&guard)
    }

    /// Takes over the catalogue that a reader sees, where it is newer: another node has committed it.
    pub(crate) fn take_over(&self, snapshot: &dyn Read) -> Result<(), StoreError> {
        let Some(rows) = snapshot.newer_catalogue(self.catalogue().version)? else {
            return Ok(());
        };
        let _held = self.taking_over.lock().unwrap_or_else(PoisonError::into_inner);
        let known = self.catalogue();
        if rows.version <= known.version {
            return Ok(());
        }
        let catalogue = compile::catalogue(&rows, &known)
            .map_err(|error| StoreError::Broken(error.to_string()))?;
        self.set_catalogue(Arc::new(catalogue));
        let changed = Changed { kind: ChangedKind::Catalogue, object: None, key: Key(0) };
        let _nobody_listens = self.changed.send(changed);
        Ok(())
    }

    /// Tells everybody of a catalogue, unless another lane has told them of a newer one.
    fn set_catalogue(&self, catalogue: Arc<Catalogue>) {
        let mut known = self.catalogue.write().unwrap_or_else(PoisonError::into_inner);
        if known.version <= catalogue.version {
            *known = catalogue;
        }
    }
}

/// A lane and what it keeps between batches.
pub(crate) struct Lane {
    store: Box<dyn Store>,
    inbox: Receiver<Message>,
    shared: Arc<Shared>,
    keys: KeyGenerator,
    cache: InstanceCache,
    catalogue: Arc<Catalogue>,
    /// Writes batches beside this thread, where the store allows it.
    writer: Option<Writer>,
    /// The batch that is being written.
    // INVARIANT: there is one only where there is a writer, which has not told yet what became of it.
    flight: Option<Flight>,
    /// The instant of the last transaction.
    now: Timestamp,
    next_timer: Option<Timestamp>,
    next_expiry: Timestamp,
    /// How often in a row the database was asked in vain what is due.
    asked_in_vain: u32,
    stopping: bool,
}

/// Why a lane woke up.
enum Wake {
    Request(Box<Request>),
    /// A timer is due, or there is something to look at.
    Timer,
    /// The batch in flight is through.
    Landed,
    Stop,
}

impl Lane {
    /// A lane with the number that it was given, on a store and a second one to write with, if there is one.
    /// `wake` leads to its `inbox`.
    pub(crate) fn new(
        number: i64,
        (store, second): (Box<dyn Store>, Option<Box<dyn Store>>),
        (wake, inbox): (SyncSender<Message>, Receiver<Message>),
        shared: Arc<Shared>,
        cached_instances: usize,
    ) -> io::Result<Self> {
        let catalogue = shared.catalogue();
        let start = |second| Writer::start(second, Arc::clone(&shared), wake, number);
        let writer = second.map(start).transpose()?;
        Ok(Self {
            store,
            inbox,
            shared,
            keys: KeyGenerator::new(number),
            cache: InstanceCache::new(cached_instances),
            catalogue,
            writer,
            flight: None,
            now: Timestamp::default(),
            // Due at once, so that the first round looks what is in the database.
            next_timer: Some(Timestamp::default()),
            next_expiry: Timestamp::default(),
            asked_in_vain: 0,
            stopping: false,
        })
    }

    /// Serves until it is told to stop, then what had come before.
    pub(crate) fn run(mut self) {
        loop {
            let requests = match self.wait() {
                Wake::Request(first) => self.gather(*first),
                Wake::Timer => Vec::new(),
                Wake::Landed => {
                    self.land_what_is_through();
                    continue;
                }
                Wake::Stop => break,
            };
            let (count, since) = (requests.len(), stopwatch());
            self.shared.statistics.left_queue(count);
            if let Err(requests) = self.serve_ahead(requests, since) {
                self.land();
                self.serve_here(requests);
                if count > 0 {
                    self.shared.statistics.served(count, since);
                }
            }
            self.clean_up();
        }
        self.land();
        tracing::debug!("a lane has stopped");
    }

    fn wait(&mut self) -> Wake {
        let due = self.next_timer.map_or(self.next_expiry, |timer| timer.min(self.next_expiry));
        let due_in = due.ms_since(self.now).clamp(0, LOOK_MS);
        let waited = match self.inbox.try_recv() {
            Ok(message) => Ok(message),
            Err(TryRecvError::Disconnected) => Err(RecvTimeoutError::Disconnected),
            Err(TryRecvError::Empty) if self.stopping => Err(RecvTimeoutError::Disconnected),
            Err(TryRecvError::Empty) => {
                self.inbox.recv_timeout(Duration::from_millis(due_in.unsigned_abs()))
            }
        };
        match waited {
            Ok(Message::Request(request)) => Wake::Request(request),
            Ok(Message::Look) => Wake::Timer,
            Ok(Message::Landed) => Wake::Landed,
            Ok(Message::Stop) => {
                self.stopping = true;
                self.wait()
            }
            Err(RecvTimeoutError::Timeout) => Wake::Timer,
            Err(RecvTimeoutError::Disconnected) => Wake::Stop,
        }
    }

    /// Everything that waits, up to a full batch.
    fn gather(&mut self, first: Request) -> Vec<Request> {
        let is_ahead = self.may_write_beside();
        let most = if is_ahead { BATCH_COMMANDS_AHEAD } else { BATCH_COMMANDS };
        let mut bytes = first.envelope.command.weight();
        let mut requests = vec![first];
        while requests.len() < most && bytes < BATCH_BYTES {
            match self.inbox.try_recv() {
                Ok(Message::Request(request)) => {
                    bytes = bytes.saturating_add(request.envelope.command.weight());
                    requests.push(*request);
                }
                // The batch looks when it begins, and lands what is in flight.
                Ok(Message::Look | Message::Landed) => {}
                Ok(Message::Stop) => self.stopping = true,
                Err(_) => break,
            }
        }
        requests
    }
}
