//! Commits that wait until a test lets them go, so that it can see what happens meanwhile.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Holds commits back.
#[derive(Debug, Default)]
pub(crate) struct Tide {
    state: Mutex<State>,
    turned: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// How many commits may still go on; `None` lets all go.
    left: Option<u64>,
    waiting: u64,
    looks: u64,
    begins: u64,
}

impl Tide {
    /// From now on so many commits go on, and the next one waits.
    pub(crate) fn hold_after(&self, commits: u64) {
        self.state().left = Some(commits);
    }

    /// Waits until a commit waits.
    pub(crate) fn wait_for_commit(&self) {
        self.wait_until(|state| state.waiting > 0);
    }

    /// Waits until somebody has looked at the database so many times without a transaction.
    pub(crate) fn wait_for_looks(&self, looks: u64) {
        self.wait_until(|state| state.looks >= looks);
    }

    /// Waits until so many transactions were asked for.
    pub(crate) fn wait_for_begins(&self, begins: u64) {
        self.wait_until(|state| state.begins >= begins);
    }

    /// How many transactions were asked for so far.
    pub(crate) fn begins(&self) -> u64 {
        self.state().begins
    }

    /// How often somebody has looked so far.
    pub(crate) fn looks(&self) -> u64 {
        self.state().looks
    }

    /// Lets all commits go.
    pub(crate) fn let_go(&self) {
        self.state().left = None;
        self.turned.notify_all();
    }

    pub(super) fn note_begin(&self) {
        self.state().begins += 1;
        self.turned.notify_all();
    }

    pub(super) fn note_look(&self) {
        self.state().looks += 1;
        self.turned.notify_all();
    }

    /// A commit comes by here.
    pub(super) fn pass(&self) {
        let mut state = self.state();
        state.waiting += 1;
        self.turned.notify_all();
        while state.left == Some(0) {
            state = self.turned.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.waiting -= 1;
        state.left = state.left.map(|left| left - 1);
    }

    fn wait_until(&self, is_so: impl Fn(&State) -> bool) {
        let mut state = self.state();
        while !is_so(&state) {
            state = self.turned.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
