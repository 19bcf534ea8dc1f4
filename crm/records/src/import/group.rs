//! Puts the rows of one record together, wherever in the file they stand. A first pass over the file
//! notes the last row of each key; in the second a record is complete with that row, so that only
//! records whose rows are apart wait in memory.

use std::collections::BTreeMap;

use super::{ROWS_MAX, Row};

/// Where the rows of each key end. Keys are kept as hashes: two with the same hash only wait longer.
#[derive(Debug, Default)]
pub struct Census {
    rows: u64,
    last: BTreeMap<u64, u64>,
}

/// A file has more than [`ROWS_MAX`] rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the file has more than {ROWS_MAX} rows; split it")]
pub struct CensusFull;

impl Census {
    /// Nothing counted yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts a row and notes it as the last one of its key so far.
    ///
    /// # Errors
    /// Where there are too many rows.
    pub fn note(&mut self, key: Option<&str>) -> Result<(), CensusFull> {
        if self.rows == ROWS_MAX {
            return Err(CensusFull);
        }
        if let Some(key) = key {
            self.last.insert(hash(key), self.rows);
        }
        self.rows += 1;
        Ok(())
    }
}

/// The rows of one record, in the order of the file.
pub type Group = Vec<Row>;

/// The second pass.
#[derive(Debug)]
pub struct Grouper {
    census: Census,
    rows: u64,
    waiting: BTreeMap<Box<str>, Group>,
    waiting_bytes: usize,
}

impl Grouper {
    /// Groups the rows that were counted.
    pub fn new(census: Census) -> Self {
        Self { census, rows: 0, waiting: BTreeMap::new(), waiting_bytes: 0 }
    }

    /// Takes the next row; answers the record that is complete with it. A row without a key is a
    /// record.
    pub fn push(&mut self, key: Option<&str>, row: Row) -> Option<Group> {
        let place = self.rows;
        self.rows += 1;
        let Some(key) = key else { return Some(vec![row]) };
        let is_last = self.census.last.get(&hash(key)).is_none_or(|last| *last <= place);
        if is_last {
            let mut rows = self.waiting.remove(key).unwrap_or_default();
            self.waiting_bytes -= rows.iter().map(Row::weight).sum::<usize>();
            rows.push(row);
            return Some(rows);
        }
        self.waiting_bytes += row.weight();
        match self.waiting.get_mut(key) {
            Some(rows) => rows.push(row),
            None => {
                self.waiting.insert(key.into(), vec![row]);
            }
        }
        None
    }

    /// About how many bytes of rows wait.
    pub fn waiting_bytes(&self) -> usize {
        self.waiting_bytes
    }

    /// What still waits at the end of the file.
    pub fn finish(self) -> impl Iterator<Item = Group> {
        self.waiting.into_values()
    }
}

/// FNV-1a, 64 bits.
fn hash(text: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    use super::super::RowReader;
    use super::*;

    fn rows(text: &str) -> Vec<Row> {
        let mut reader = RowReader::new();
        reader.push(text.as_bytes());
        reader.end();
        std::iter::from_fn(|| reader.next_row()).collect()
    }

    /// The groups as lines, in the order in which they are complete.
    fn check(text: &str, expect: &[&[u64]]) {
        let mut census = Census::new();
        for row in rows(text) {
            census.note(row.cell(0).filter(|cell| !cell.is_empty())).expect("few rows");
        }
        let mut grouper = Grouper::new(census);
        let mut groups: Vec<Group> = Vec::new();
        for row in rows(text) {
            let key = row.cell(0).filter(|cell| !cell.is_empty()).map(str::to_owned);
            groups.extend(grouper.push(key.as_deref(), row));
        }
        assert_eq!(grouper.waiting_bytes(), 0);
        groups.extend(grouper.finish());
        let lines: Vec<Vec<u64>> =
            groups.iter().map(|group| group.iter().map(|row| row.line).collect()).collect();
        assert_eq!(lines, expect, "{text:?}");
    }

    #[test]
    fn rows_with_one_key_are_one_group_wherever_they_stand() {
        check("a,1\na,2\nb,1\n", &[&[1, 2], &[3]]);
        check("a,1\nb,1\na,2\nc,1\nb,2\n", &[&[1, 3], &[4], &[2, 5]]);
        check(",1\na,1\n,2\n", &[&[1], &[2], &[3]]);
    }

    #[test]
    fn a_file_that_changed_between_the_passes_loses_no_row() {
        let mut census = Census::new();
        census.note(Some("a")).expect("few rows");
        census.note(Some("b")).expect("few rows");
        census.note(Some("a")).expect("few rows");
        let mut grouper = Grouper::new(census);
        let mut groups: Vec<Group> = Vec::new();
        for row in rows("a,1\nx,1\n") {
            let key = row.cell(0).map(str::to_owned);
            groups.extend(grouper.push(key.as_deref(), row));
        }
        groups.extend(grouper.finish());
        assert_eq!(groups.len(), 2);
    }
}
