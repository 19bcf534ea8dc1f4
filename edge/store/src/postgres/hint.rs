//! What other nodes are told after a commit: which rows changed, kinds and keys only. It is a hint that lets
//! a live page refresh at once; whoever misses it sees the change on the next look, so nothing depends on
//! its arrival. Nobody here listens yet: a node that wants to say `LISTEN rondo` does so on a connection
//! of its own and passes what it hears to its pages.

use runtime::port::{RecordOperation, Rows};

use super::connection::Connection;

/// The channel.
const CHANNEL: &str = "rondo";
/// A notification has at most 8,000 bytes. Where the rows do not fit, the hint says so.
const BYTES_MAX: usize = 7_500;
/// What is said instead of a list that is too long.
const MANY: &str = "many";

/// Lines of `kind key`, or for a record `record object key`.
#[derive(Debug, Default)]
pub(super) struct Hint {
    lines: String,
    is_full: bool,
}

impl Hint {
    /// Notes what people look at.
    pub(super) fn note(&mut self, rows: &Rows) {
        if !rows.catalogue.is_empty() {
            self.line("catalogue", "");
        }
        for row in &rows.records {
            let key = match &row.operation {
                RecordOperation::Insert(record) | RecordOperation::Update { record, .. } => {
                    record.key
                }
                RecordOperation::Delete { key, .. } => *key,
            };
            self.line("record", &format!("{} {key}", row.object.name));
        }
        let instances = rows.instances.iter().map(|row| ("instance", row.key));
        let tasks = rows.user_tasks.iter().map(|row| ("user_task", row.key));
        let incidents = rows.incidents.iter().map(|row| ("incident", row.key));
        let outbox = rows.outbox.iter().map(|row| ("outbox", row.key));
        let updates = rows.outbox_updates.iter().map(|row| ("outbox", row.key));
        let jobs = rows.jobs.iter().map(|row| ("job", row.key));
        let parts = instances.chain(tasks).chain(incidents).chain(outbox).chain(updates);
        for (kind, key) in parts.chain(jobs) {
            self.line(kind, &key.to_string());
        }
    }

    fn line(&mut self, kind: &str, rest: &str) {
        if self.is_full || self.lines.len() + kind.len() + rest.len() + 2 > BYTES_MAX {
            self.is_full = true;
            return;
        }
        self.lines.push_str(kind);
        if !rest.is_empty() {
            self.lines.push(' ');
            self.lines.push_str(rest);
        }
        self.lines.push('\n');
    }

    /// Sends what was noted and forgets it. A failure is nobody's loss: the commit stands.
    pub(super) fn send(&mut self, connection: &Connection) {
        let hint = std::mem::take(self);
        let text = if hint.is_full { MANY } else { hint.lines.trim_end() };
        if text.is_empty() {
            return;
        }
        if connection.query("SELECT pg_notify($1, $2)", &[&CHANNEL, &text]).is_err() {
            tracing::debug!("other nodes could not be told of a commit");
        }
    }
}
