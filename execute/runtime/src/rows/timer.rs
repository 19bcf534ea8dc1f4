//! Timers of instances, and the rest of turns that were too long.

use std::collections::BTreeSet;

use base::{Key, Timestamp};
use engine::Event;
use turn::Continuation;

use super::Seen;
use crate::port::{Rows, TimerKind, TimerRow};

pub(super) fn add(seen: &Seen<'_>, rows: &mut Rows) {
    let touched: BTreeSet<Key> = seen
        .events()
        .filter_map(|event| match event {
            Event::TimerScheduled(it) => Some(it.key),
            Event::TimerFired(it) => Some(it.key),
            Event::TimerCancelled(it) => Some(it.key),
            _ => None,
        })
        .collect();
    let instance = seen.after().key;
    for key in touched {
        let was_stored = seen.before().is_some_and(|before| before.timers.contains_key(&key));
        match seen.after().timers.get(&key) {
            Some(timer) => {
                let kind = TimerKind::Instance { instance };
                rows.timers.push(TimerRow { key, due: timer.due_at, kind });
            }
            None if was_stored => rows.removed_timers.push(key),
            None => {}
        }
    }
}

/// The rest of a turn is due at once.
pub(super) fn continuation((key, rest): &(Key, Continuation), now: Timestamp) -> TimerRow {
    TimerRow { key: *key, due: now, kind: TimerKind::Continuation { work: rest.0.clone() } }
}
