//! Wrong passwords, counted per login. After a few in a row the next try has to wait, longer each time, so
//! that guessing is slow; the wait stays short enough that nobody is locked out for long by a stranger.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use base::Timestamp;

use crate::problem::Problem;
use crate::token;

/// Wrong passwords in a row that cost nothing yet: people mistype.
const FREE: u32 = 5;
/// The wait after the first one above, in milliseconds; it doubles with every further one.
const FIRST_WAIT_MS: i64 = 1_000;
/// The longest wait, in milliseconds.
const LONGEST_WAIT_MS: i64 = 60_000;
/// A login is forgotten so long after its last wrong password, in milliseconds.
const FORGET_MS: i64 = 15 * 60 * 1_000;
/// How many logins are remembered; the one that was wrong longest ago goes first.
const LOGINS_MAX: usize = 10_000;

/// The wrong passwords of late.
#[derive(Debug, Default)]
pub(crate) struct Attempts(Mutex<BTreeMap<Vec<u8>, Wrong>>);

#[derive(Debug, Clone, Copy)]
struct Wrong {
    in_a_row: u32,
    last: Timestamp,
}

impl Wrong {
    fn wait_ms(self, now: Timestamp) -> i64 {
        let Some(above) = self.in_a_row.checked_sub(FREE) else { return 0 };
        let wait = FIRST_WAIT_MS.checked_shl(above).unwrap_or(LONGEST_WAIT_MS);
        let wait = if above < 16 { wait.min(LONGEST_WAIT_MS) } else { LONGEST_WAIT_MS };
        wait.saturating_sub(now.ms_since(self.last).max(0)).max(0)
    }
}

impl Attempts {
    /// Whether a password for this login may be tried now.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub(crate) fn check(&self, login: &str, now: Timestamp) -> Result<(), Problem> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wait_ms = known.get(&token::digest(login)).map_or(0, |wrong| wrong.wait_ms(now));
        if wait_ms == 0 {
            return Ok(());
        }
        let seconds = u64::try_from(wait_ms).unwrap_or_default().div_ceil(1_000);
        Err(Problem::too_many_attempts(u16::try_from(seconds).unwrap_or(u16::MAX)))
    }

    /// The password was wrong.
    pub(crate) fn failed(&self, login: &str, now: Timestamp) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let login = token::digest(login);
        if known.len() >= LOGINS_MAX && !known.contains_key(&login) {
            known.retain(|_, wrong| now.ms_since(wrong.last) < FORGET_MS);
            let oldest =
                known.iter().min_by_key(|(_, wrong)| wrong.last).map(|(key, _)| key.clone());
            if let Some(oldest) = oldest.filter(|_| known.len() >= LOGINS_MAX) {
                known.remove(&oldest);
            }
        }
        let wrong = known.entry(login).or_insert(Wrong { in_a_row: 0, last: now });
        if now.ms_since(wrong.last) >= FORGET_MS {
            wrong.in_a_row = 0;
        }
        wrong.in_a_row = wrong.in_a_row.saturating_add(1);
        wrong.last = now;
    }

    /// The password was right: nothing is held against the login any more.
    pub(crate) fn succeeded(&self, login: &str) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(&token::digest(login));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_passwords_in_a_row_make_the_next_try_wait_longer_each_time() {
        let attempts = Attempts::default();
        for (wrong, after_ms, may) in [
            (4, 0, true),
            (1, 0, false),
            (0, 999, false),
            (0, 1_000, true),
            (1, 1_999, false),
            (0, 2_000, true),
            (100, 59_999, false),
            (0, 60_000, true),
        ] {
            for _ in 0..wrong {
                attempts.failed("ada", Timestamp(0));
            }
            let got = attempts.check("ada", Timestamp(after_ms));
            assert_eq!(got.is_ok(), may, "{wrong} more wrong, {after_ms} ms later");
            assert!(attempts.check("eve", Timestamp(after_ms)).is_ok(), "others do not wait");
        }
        let refused = attempts.check("ada", Timestamp(1)).expect_err("it has to wait");
        assert_eq!((refused.status, refused.retry_after_s), (429, Some(60)));
    }

    #[test]
    fn the_right_password_or_time_forgets_the_wrong_ones() {
        let attempts = Attempts::default();
        let fail =
            |times: u32, at: i64| (0..times).for_each(|_| attempts.failed("ada", Timestamp(at)));
        fail(5, 0);
        attempts.succeeded("ada");
        fail(4, 0);
        assert!(attempts.check("ada", Timestamp(0)).is_ok());
        fail(1, FORGET_MS);
        assert!(attempts.check("ada", Timestamp(FORGET_MS)).is_ok());
    }

    #[test]
    fn only_so_many_logins_are_remembered() {
        let attempts = Attempts::default();
        for n in 0..=LOGINS_MAX {
            attempts.failed(&n.to_string(), Timestamp(i64::try_from(n).expect("small")));
        }
        assert_eq!(attempts.0.lock().expect("unpoisoned").len(), LOGINS_MAX);
    }
}
