//! The lanes of one node: which of them gets a command, and their start and end. Any lane may serve any
//! command, for the database locks what they touch; the choice only lets a lane meet again what it knows.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use base::{Key, KeyGenerator};

use crate::lane::{Lane, Message, Request, Shared};
use crate::port::Store;
use crate::{Command, StartError};

/// Running lanes.
pub(crate) struct Lanes {
    // INVARIANT: not empty.
    lanes: Vec<Handle>,
    /// Whose turn it is among commands that belong to no lane.
    turn: AtomicUsize,
}

/// One of them.
struct Handle {
    number: i64,
    inbox: SyncSender<Message>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// Why no lane takes a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Too many wait already.
    Full,
    /// The lanes have stopped.
    Stopped,
}

impl Lanes {
    /// Starts a lane on each store, with the number that it was given.
    pub(crate) fn start(
        stores: Vec<(i64, Box<dyn Store>)>,
        shared: &Arc<Shared>,
        waiting_commands: usize,
        cached_instances: usize,
    ) -> Result<Self, StartError> {
        let each = |number: usize| number.div_ceil(stores.len().max(1)).max(1);
        let (waiting, cached) = (each(waiting_commands), each(cached_instances));
        let mut lanes = Vec::with_capacity(stores.len());
        let is_alone = stores.len() == 1;
        for (number, mut store) in stores {
            let (sender, inbox) = sync_channel(waiting);
            let ways = (sender.clone(), inbox);
            let second = if is_alone { store.second()? } else { None };
            let lane = Lane::new(number, (store, second), ways, Arc::clone(shared), cached)?;
            let thread = std::thread::Builder::new()
                .name(format!("lane-{number}"))
                .spawn(move || lane.run())?;
            lanes.push(Handle { number, inbox: sender, thread: Mutex::new(Some(thread)) });
        }
        Ok(Self { lanes, turn: AtomicUsize::new(0) })
    }

    /// Gives a request to the lane that it belongs to, or to the next one that has room.
    pub(crate) fn give(&self, request: Box<Request>) -> Result<(), Refused> {
        let first = self.choose(&request.envelope.command);
        let (before, after) = self.lanes.split_at(first);
        let mut message = Message::Request(request);
        let mut refused = Refused::Stopped;
        for lane in after.iter().chain(before) {
            match lane.inbox.try_send(message) {
                Ok(()) => return Ok(()),
                Err(TrySendError::Full(back)) => {
                    refused = Refused::Full;
                    message = back;
                }
                Err(TrySendError::Disconnected(back)) => message = back,
            }
        }
        Err(refused)
    }

    /// The place of the lane for a command. A key tells which lane has drawn it: that one may still have
    /// the instance decoded. The catalogue is changed by the first lane only, so that on one node a
    /// change never waits for another.
    fn choose(&self, command: &Command) -> usize {
        if command.changes_catalogue() {
            return 0;
        }
        match command.key() {
            Some(key) => self.of(key),
            None => self.turn.fetch_add(1, Ordering::Relaxed) % self.lanes.len(),
        }
    }

    fn of(&self, key: Key) -> usize {
        let drawn_by = key.lane();
        let same = |lane: &Handle| lane.number.rem_euclid(KeyGenerator::LANES) == drawn_by;
        let other = || usize::try_from(drawn_by).unwrap_or_default() % self.lanes.len();
        self.lanes.iter().position(same).unwrap_or_else(other)
    }

    /// Has a lane look at what another node has changed. One that is busy looks by itself.
    pub(crate) fn look(&self) {
        if let Some(lane) = self.lanes.first() {
            let _busy = lane.inbox.try_send(Message::Look);
        }
    }

    /// Whether the lane with this number is one of these.
    pub(crate) fn have(&self, number: i64) -> bool {
        self.lanes.iter().any(|lane| lane.number == number)
    }

    /// Whether every lane serves.
    pub(crate) fn are_running(&self) -> bool {
        self.lanes.iter().all(|lane| {
            let thread = lane.thread.lock().unwrap_or_else(PoisonError::into_inner);
            thread.as_ref().is_some_and(|thread| !thread.is_finished())
        })
    }

    /// Has every lane finish what has come so far, and waits for it. Blocks. Whether all have ended in an
    /// orderly way.
    pub(crate) fn stop(&self) -> bool {
        for lane in &self.lanes {
            // A lane that is gone needs no message.
            let _gone = lane.inbox.send(Message::Stop);
        }
        let mut all_well = true;
        for lane in &self.lanes {
            let thread = lane.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
            all_well &= thread.is_none_or(|thread| thread.join().is_ok());
        }
        all_well
    }
}

/// A lane holds a way to its own inbox, so it has to be told that nobody else does any more.
impl Drop for Lanes {
    fn drop(&mut self) {
        for lane in &self.lanes {
            let _gone = lane.inbox.send(Message::Stop);
        }
    }
}
