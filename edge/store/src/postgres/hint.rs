//! What other nodes are told after a commit: which rows changed, kinds and keys only. It is a hint that lets
//! a live page refresh at once; whoever misses it sees the change on the next look, so nothing depends on
//! its arrival. `listen` hears it.

use std::fmt::Write as _;
use std::sync::Arc;

use base::Key;
use runtime::port::Rows;
use runtime::{Changed, Heard};

use super::connection::Connection;

/// The channel.
pub(super) const CHANNEL: &str = "rondo";
/// A notification has at most 8,000 bytes. Where the rows do not fit, the hint says so.
const BYTES_MAX: usize = 7_500;

/// Lines of `kind key`, with a record's object or a job's type behind.
#[derive(Debug, Default)]
pub(super) struct Hint {
    lines: String,
    is_full: bool,
}

impl Hint {
    /// Notes what people look at.
    pub(super) fn note(&mut self, rows: &Rows) {
        for changed in Changed::by(rows) {
            self.line(&changed);
        }
    }

    fn line(&mut self, changed: &Changed) {
        let object = changed.object.as_deref().unwrap_or_default();
        if self.is_full || self.lines.len() + object.len() + 64 > BYTES_MAX || object.contains('\n')
        {
            self.is_full = true;
            return;
        }
        let space = if object.is_empty() { "" } else { " " };
        // Writing to a string does not fail.
        let _ = write!(self.lines, "\n{} {}{space}{object}", changed.kind, changed.key);
    }

    /// Sends what was noted and forgets it. A failure is nobody's loss: the commit stands.
    pub(super) fn send(&mut self, connection: &Connection, lane: i64) {
        let mut hint = std::mem::take(self);
        if hint.is_full {
            hint = Self::default();
            hint.line(&Changed::everything());
        }
        if hint.lines.is_empty() {
            return;
        }
        let text = format!("{lane}{}", hint.lines);
        if connection.query("SELECT pg_notify($1, $2)", &[&CHANNEL, &text]).is_err() {
            tracing::debug!("other nodes could not be told of a commit");
        }
    }
}

/// Reads what was sent. What a newer program says, and this one does not know, may be anything.
pub(super) fn read(text: &str) -> Heard {
    let mut lines = text.lines();
    let lane = lines.next().and_then(|lane| lane.parse().ok()).unwrap_or_default();
    let changed: Option<Vec<Changed>> = lines.map(line).collect();
    Heard { lane, changed: changed.unwrap_or_else(|| vec![Changed::everything()]) }
}

fn line(text: &str) -> Option<Changed> {
    let mut words = text.splitn(3, ' ');
    let kind = words.next()?.parse().ok()?;
    let key = words.next()?.parse().ok().map(Key)?;
    Some(Changed { kind, object: words.next().map(Arc::from), key })
}

#[cfg(test)]
mod tests {
    use runtime::ChangedKind;

    use super::*;

    #[test]
    fn what_is_sent_is_read_back_and_what_is_not_known_may_be_anything() {
        let one = |kind, object: Option<&str>, key| Changed {
            kind,
            object: object.map(Arc::from),
            key: Key(key),
        };
        let everything = || vec![Changed::everything()];
        for (text, lane, changed) in [
            ("7\nrecord 5 deal", 7, vec![one(ChangedKind::Record, Some("deal"), 5)]),
            (
                "7\njob 0 print it\ninstance 6",
                7,
                vec![
                    one(ChangedKind::Job, Some("print it"), 0),
                    one(ChangedKind::Instance, None, 6),
                ],
            ),
            ("7\neverything 0", 7, everything()),
            ("7\nweather 5", 7, everything()),
            ("7\nrecord", 7, everything()),
            ("7", 7, Vec::new()),
            ("", 0, Vec::new()),
        ] {
            assert_eq!(read(text), Heard { lane, changed }, "{text:?}");
        }
    }
}
