//! What the lanes count about themselves, for the metrics page.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters that only grow, since the start.
#[derive(Debug, Default)]
pub(crate) struct Statistics {
    commands: AtomicU64,
    batches: AtomicU64,
    retries: AtomicU64,
    faults: AtomicU64,
    panics: AtomicU64,
    overloaded: AtomicU64,
}

/// The counters at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StatisticsNow {
    /// Commands that were answered, refusals included.
    pub commands: u64,
    /// Transactions that were committed.
    pub batches: u64,
    /// Transactions that had to be run again.
    pub retries: u64,
    /// Commands that could not be committed.
    pub faults: u64,
    /// Commands that panicked.
    pub panics: u64,
    /// Commands that were turned away because too many waited.
    pub overloaded: u64,
}

impl Statistics {
    pub(crate) fn committed(&self, commands: usize) {
        self.commands.fetch_add(u64::try_from(commands).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.batches.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn retried(&self) {
        self.retries.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn failed(&self) {
        self.faults.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn panicked(&self) {
        self.panics.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn turned_away(&self) {
        self.overloaded.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn now(&self) -> StatisticsNow {
        StatisticsNow {
            commands: self.commands.load(Ordering::Relaxed),
            batches: self.batches.load(Ordering::Relaxed),
            retries: self.retries.load(Ordering::Relaxed),
            faults: self.faults.load(Ordering::Relaxed),
            panics: self.panics.load(Ordering::Relaxed),
            overloaded: self.overloaded.load(Ordering::Relaxed),
        }
    }
}
