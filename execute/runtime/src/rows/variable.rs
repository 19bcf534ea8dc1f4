//! Variables of scopes that somebody may look into while they live. What a passed scope held stays in
//! the history alone; `past` reads it from there.

use base::{Key, KeyGenerator};

use super::Seen;
use crate::past::{json_text, latest_variables};
use crate::port::{Rows, VariableRow};

/// Adds the rows. Answers the first of the keys that were drawn for what only the history holds.
pub(super) fn add(seen: &Seen<'_>, keys: &mut KeyGenerator, rows: &mut Rows) -> Option<Key> {
    let (passed, mut others) = latest_variables(&seen.delta.events);
    let first = keys.next_run(seen.now, passed.len());
    if first.is_none() {
        // A loop can have more of them than keys can follow each other.
        others.extend(passed);
    }
    rows.variables.extend(others.into_iter().map(|((scope, name), value)| VariableRow {
        key: keys.next(seen.now),
        instance: seen.after().key,
        scope,
        name,
        value: json_text(value),
    }));
    first
}
