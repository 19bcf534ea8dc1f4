//! What the lanes and the readers count about themselves, for the metrics page. Counting costs a lane one
//! uncontended lock and a few atomic additions per batch.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::histogram::{DURATIONS_US, Histogram, HistogramNow, SIZES};
use crate::{Answer, Command, CommandError};

/// Counters that only grow, since the start.
#[derive(Debug)]
pub(crate) struct Statistics {
    commands: Mutex<BTreeMap<(&'static str, &'static str), u64>>,
    waiting: AtomicU64,
    batches: AtomicU64,
    retries: AtomicU64,
    panics: AtomicU64,
    overloaded: AtomicU64,
    batch_commands: Histogram,
    batch_us: Histogram,
    commit_us: Histogram,
}

/// The counters at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatisticsNow {
    /// Commands that were answered, by kind and outcome.
    pub commands: Vec<CommandCount>,
    /// Commands that wait for a lane.
    pub waiting: u64,
    /// Transactions that were committed.
    pub batches: u64,
    /// Transactions that had to be run again.
    pub retries: u64,
    /// Commands that panicked.
    pub panics: u64,
    /// Commands that were turned away because too many waited.
    pub overloaded: u64,
    /// How many commands a lane took at once.
    pub batch_commands: HistogramNow,
    /// How long a lane took to answer them, in microseconds.
    pub batch_us: HistogramNow,
    /// How long the database took to commit, in microseconds.
    pub commit_us: HistogramNow,
}

/// How many commands of one kind ended in one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandCount {
    /// The kind of command: `start_process`.
    pub kind: &'static str,
    /// `done`, or the kind of refusal.
    pub outcome: &'static str,
    /// How many.
    pub count: u64,
}

impl Default for Statistics {
    fn default() -> Self {
        Self {
            commands: Mutex::default(),
            waiting: AtomicU64::new(0),
            batches: AtomicU64::new(0),
            retries: AtomicU64::new(0),
            panics: AtomicU64::new(0),
            overloaded: AtomicU64::new(0),
            batch_commands: Histogram::new(SIZES),
            batch_us: Histogram::new(DURATIONS_US),
            commit_us: Histogram::new(DURATIONS_US),
        }
    }
}

impl Statistics {
    /// Counts answers by the kind of their command.
    pub(crate) fn answered<'a>(
        &self,
        answers: impl IntoIterator<Item = (&'a Command, &'a Result<Answer, CommandError>)>,
    ) {
        let mut counts = self.commands.lock().unwrap_or_else(PoisonError::into_inner);
        for (command, answer) in answers {
            *counts.entry((command.kind(), outcome(answer))).or_default() += 1;
        }
    }

    /// A command was put into the queue of a lane.
    pub(crate) fn queued(&self) {
        self.waiting.fetch_add(1, Ordering::Relaxed);
    }

    /// So many left it.
    pub(crate) fn left_queue(&self, commands: usize) {
        self.waiting.fetch_sub(wide(commands), Ordering::Relaxed);
    }

    /// A lane has answered so many commands, which it began at `since`.
    pub(crate) fn served(&self, commands: usize, since: Instant) {
        self.batch_commands.observe(wide(commands));
        self.batch_us.observe_duration(since.elapsed());
    }

    /// The database was asked to commit at `since`, and has answered.
    pub(crate) fn committed(&self, since: Instant) {
        self.commit_us.observe_duration(since.elapsed());
    }

    pub(crate) fn settled(&self) {
        self.batches.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn retried(&self) {
        self.retries.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn panicked(&self) {
        self.panics.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn turned_away(&self) {
        self.overloaded.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn now(&self) -> StatisticsNow {
        let counts = self.commands.lock().unwrap_or_else(PoisonError::into_inner);
        let commands = counts.iter();
        StatisticsNow {
            commands: commands
                .map(|((kind, outcome), count)| CommandCount { kind, outcome, count: *count })
                .collect(),
            waiting: self.waiting.load(Ordering::Relaxed),
            batches: self.batches.load(Ordering::Relaxed),
            retries: self.retries.load(Ordering::Relaxed),
            panics: self.panics.load(Ordering::Relaxed),
            overloaded: self.overloaded.load(Ordering::Relaxed),
            batch_commands: self.batch_commands.now(),
            batch_us: self.batch_us.now(),
            commit_us: self.commit_us.now(),
        }
    }
}

/// The instant from which something is measured.
#[expect(
    clippy::disallowed_methods,
    reason = "how long something took is counted and shown; nothing is decided by it"
)]
pub(crate) fn stopwatch() -> Instant {
    Instant::now()
}

fn outcome(answer: &Result<Answer, CommandError>) -> &'static str {
    match answer {
        Ok(_) => "done",
        Err(CommandError::Rejected(_)) => "rejected",
        Err(CommandError::Denied(_)) => "denied",
        Err(CommandError::NotFound { .. }) => "not_found",
        Err(CommandError::Conflict { .. }) => "conflict",
        Err(CommandError::Invalid(_)) => "invalid",
        Err(CommandError::Overloaded) => "overloaded",
        Err(CommandError::Unreachable) => "database_away",
        Err(CommandError::Full) => "storage_full",
        Err(CommandError::Stopped) => "stopped",
        Err(CommandError::Fault(_)) => "fault",
    }
}

fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
