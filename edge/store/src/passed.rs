//! What both databases do with what only the history holds: element instances that are listed beside the
//! events of a batch, and how decisions came about.

use std::collections::BTreeSet;

use base::{Key, Timestamp};
use runtime::port::{DecisionRow, ElementInstanceRow};

/// The keys of one batch lie within so many milliseconds. They begin at its instant, and go beyond by a
/// millisecond for every 4,096 of them; a batch draws some millions at the very most.
pub(crate) const BATCH_KEYS_MS: i64 = 60_000;

/// The newest of rows and listed ones before a place, newest start first.
pub(crate) fn newest_of(
    mut rows: Vec<ElementInstanceRow>,
    listed: Vec<ElementInstanceRow>,
    place: (i64, i64),
    limit: u32,
) -> Vec<ElementInstanceRow> {
    let before = |row: &ElementInstanceRow| (row.started_at.0, row.key.0) < place;
    rows.extend(listed.into_iter().filter(before));
    rows.sort_by_key(|row| std::cmp::Reverse((row.started_at, row.key)));
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    rows
}

/// The batches that made these decisions: their instances and instants.
pub(crate) fn made_in(decisions: &[DecisionRow]) -> BTreeSet<(Key, Timestamp)> {
    decisions.iter().map(|row| (row.instance, row.at)).collect()
}
