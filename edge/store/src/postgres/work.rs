//! How much work there is.

use base::Timestamp;
use postgres::Row;
use runtime::port::{ReadWork, StoreError, WorkCount};

use super::cell::{all, narrow, text};
use super::failure::Outcome;
use super::reader::Snapshot;
use crate::work::WORK;

impl ReadWork for Snapshot<'_> {
    fn work(&self, now: Timestamp) -> Result<Vec<WorkCount>, StoreError> {
        Ok(all(self.connection(), WORK, &[&now.0], work_count)?)
    }
}

fn work_count(row: &Row) -> Outcome<WorkCount> {
    Ok(WorkCount {
        kind: text(row, "kind")?,
        state: text(row, "state")?,
        count: narrow(row, "number")?,
    })
}
