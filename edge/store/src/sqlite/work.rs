//! How much work there is.

use base::Timestamp;
use runtime::port::{ReadWork, StoreError, WorkCount};
use rusqlite::Row;

use super::cell::{Read, all, count};
use super::reader::Snapshot;
use crate::work::WORK;

impl ReadWork for Snapshot<'_> {
    fn work(&self, now: Timestamp) -> Result<Vec<WorkCount>, StoreError> {
        Ok(all(self.connection(), WORK, [now.0], work_count)?)
    }
}

fn work_count(row: &Row<'_>) -> Read<WorkCount> {
    Ok(WorkCount { kind: row.get("kind")?, state: row.get("state")?, count: count(row, "number")? })
}
