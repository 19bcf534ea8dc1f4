//! What became of a commit whose answer was lost. Where the database is another process, every batch
//! writes a row of its own, its mark, with a key that no other transaction has.

use crate::lane::Lane;
use crate::port::{IdempotencyRow, Rows, StoreError};

/// How often it is asked. A lost connection is opened anew each time.
const TRIES: usize = 3;

impl Lane {
    /// A new mark, where commits can be ambiguous.
    pub(super) fn draw_mark(&mut self) -> Option<String> {
        let is_needed = self.store.commits_may_be_ambiguous();
        is_needed.then(|| format!("batch:{}", self.keys.next(self.now)))
    }

    pub(super) fn mark_row(&self, mark: &str) -> IdempotencyRow {
        IdempotencyRow { key: mark.to_owned(), at: self.now, answer: Vec::new() }
    }

    /// Whether the batch with this mark was committed. To read the mark is not enough, for the lost
    /// transaction may still be committing; but to write it again waits for that transaction to end,
    /// and then breaks the uniqueness of the key or not.
    ///
    /// After an error it is still not known.
    pub(super) fn was_committed(&mut self, mark: &str) -> Result<bool, StoreError> {
        let mut last = StoreError::Lost("it was never asked".to_owned());
        for _ in 0..TRIES {
            self.give_up_transaction();
            let written = self.write_mark(mark);
            self.give_up_transaction();
            match written {
                Ok(()) => return Ok(false),
                Err(StoreError::Constraint(_)) => return Ok(true),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn write_mark(&mut self, mark: &str) -> Result<(), StoreError> {
        self.store.begin()?;
        let idempotency = vec![self.mark_row(mark)];
        self.store.write(&Rows { idempotency, ..Rows::default() })
    }
}
