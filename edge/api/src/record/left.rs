//! A record as a change has left it, whatever has been changed since: a caller goes on by the version that the answer
//! names, and must not go over what it has not seen; and a request that is repeated gets the same answer.

use std::collections::BTreeMap;

use records::{ObjectDef, Record, take_back};
use runtime::port::{Before, Read, RecordHistoryRow};

use crate::problem::Problem;

/// How many changes are read at a time.
const STEP: u32 = 200;
/// How many later changes are taken back at most.
const CHANGES_MAX: usize = 10_000;

/// The record as it was at that version; `None` where too much has happened to it since.
pub(super) fn as_left(
    object: &ObjectDef,
    record: Record,
    version: i64,
    read: &dyn Read,
) -> Result<Option<Record>, Problem> {
    if record.version == version {
        return Ok(Some(record));
    }
    let Some(changes) = changes_from(object, &record, version, read)? else { return Ok(None) };
    let Some(last) = changes.get(&version) else { return Ok(None) };
    let mut left = Record { version, updated_at: last.at, updated_by: last.by, ..record };
    for change in changes.range(version.saturating_add(1)..).rev().map(|(_, change)| change) {
        take_back(object, &mut left, &change.fields)
            .map_err(|error| Problem::fault(format!("a change that was kept: {error}")))?;
    }
    Ok(Some(left))
}

/// The change that brought that version, and all later ones, by the version that they brought. Instants do not
/// order them: of two servers that change one record, the second may have begun first.
fn changes_from(
    object: &ObjectDef,
    record: &Record,
    version: i64,
    read: &dyn Read,
) -> Result<Option<BTreeMap<i64, RecordHistoryRow>>, Problem> {
    let wanted = usize::try_from(record.version.saturating_sub(version)).unwrap_or(usize::MAX);
    if wanted > CHANGES_MAX {
        return Ok(None);
    }
    let (mut changes, mut place) = (BTreeMap::new(), None);
    loop {
        let rows = read.record_history(&object.name, record.key, Before { place, limit: STEP })?;
        let Some(oldest) = rows.last() else { return Ok(None) };
        place = Some((oldest.at, oldest.key));
        changes.extend(
            rows.into_iter().filter(|row| row.version >= version).map(|row| (row.version, row)),
        );
        if changes.len() > wanted {
            return Ok(Some(changes));
        }
    }
}
