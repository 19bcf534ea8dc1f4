//! One line on a terminal that says how far long work is. Where standard error is no terminal, nothing.

use std::io::{IsTerminal as _, Write as _, stderr};
use std::time::{Duration, Instant};

/// How often the line changes at most.
const PAUSE: Duration = Duration::from_millis(100);
/// How wide the bar is.
const WIDTH: u64 = 30;

/// The line.
pub(crate) struct ProgressLine {
    is_shown: bool,
    last: Option<Instant>,
}

impl ProgressLine {
    pub(crate) fn on_terminal() -> Self {
        Self { is_shown: stderr().is_terminal(), last: None }
    }

    /// Shows that `done` of `total` is behind us.
    pub(crate) fn show(&mut self, done: u64, total: u64, text: &str) {
        let is_early = self.last.is_some_and(|last| last.elapsed() < PAUSE);
        if !self.is_shown || is_early {
            return;
        }
        self.last = Some(Instant::now());
        let _nobody_looks = write!(stderr(), "\r\x1b[K{} {text}", bar(done, total));
    }

    /// Takes the line away, before something else is said.
    pub(crate) fn clear(&mut self) {
        if self.is_shown && self.last.take().is_some() {
            let _nobody_looks = write!(stderr(), "\r\x1b[K");
        }
    }
}

/// `[####      ]  40 %`.
fn bar(done: u64, total: u64) -> String {
    let part = |of: u64| {
        let part = u128::from(done.min(total)) * u128::from(of) / u128::from(total.max(1));
        usize::try_from(part).unwrap_or(0)
    };
    let width = usize::try_from(WIDTH).unwrap_or(0);
    format!("[{:width$}] {:3} %", "#".repeat(part(WIDTH)), part(100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_fills_from_left_to_right() {
        for (done, total, expect) in [
            (0, 0, "[                              ]   0 %"),
            (1, 3, "[##########                    ]  33 %"),
            (3, 3, "[##############################] 100 %"),
            (u64::MAX, u64::MAX, "[##############################] 100 %"),
            (9, 3, "[##############################] 100 %"),
        ] {
            assert_eq!(bar(done, total), expect);
        }
    }
}
