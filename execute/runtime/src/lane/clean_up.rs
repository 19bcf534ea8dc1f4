//! What is kept for a time only goes in small steps of their own, after a batch has been answered: nobody waits
//! for it, and no step is long, however much has gathered.

use crate::lane::Lane;
use crate::port::{Expiry, StoreError};

/// How long an answer is kept for a command that is sent again.
const ANSWERS_KEPT_MS: i64 = 24 * 3_600_000;
/// The most rows of each kind in one step.
const ROWS: u32 = 1_000;
/// How long it is left where there is nothing more, where there is, and where a step has failed.
const WAIT_MS: i64 = 3_600_000;
const MORE_MS: i64 = 100;
const FAILED_MS: i64 = 60_000;

impl Lane {
    /// Takes a step, where it is time for one.
    pub(super) fn clean_up(&mut self) {
        if self.next_expiry > self.now || self.asked_in_vain > 0 {
            return;
        }
        self.land();
        let wait = match self.safely(Self::remove_outdated) {
            Ok(gone) if gone >= u64::from(ROWS) => MORE_MS,
            Ok(_) => WAIT_MS,
            Err(error) => {
                tracing::warn!(%error, "what is outdated could not be removed; it is tried again");
                self.give_up_transaction();
                FAILED_MS
            }
        };
        self.next_expiry = self.now.plus_ms(wait);
    }

    fn remove_outdated(&mut self) -> Result<u64, StoreError> {
        self.begin()?;
        let kept = self.shared.notifications_kept_ms;
        let gone = self.store.expire(&Expiry {
            answers: self.now.plus_ms(-ANSWERS_KEPT_MS),
            sessions: self.now,
            notifications: kept.map(|ms| self.now.plus_ms(ms.saturating_neg())),
            limit: ROWS,
        })?;
        match gone {
            0 => self.store.rollback()?,
            _ => self.store.commit()?,
        }
        Ok(gone)
    }
}
