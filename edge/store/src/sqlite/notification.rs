//! What processes tell people, and what they have read of it.

use base::{Key, KeyGenerator, Timestamp};
use runtime::port::{
    NotificationQuery, NotificationRead, NotificationRow, Page, ReadNotifications, StoreError,
};
use rusqlite::{Connection, Row, params};

use super::cell::{
    Read, first, in_order, instant, key, maybe_instant, record_columns, record_ref, run, scalar,
};
use super::failure::Outcome;
use super::page::List;
use super::reader::Snapshot;
use crate::sql::Param;

/// New ones first, so that what was written in the same batch can be read in it.
pub(super) fn write(
    connection: &Connection,
    rows: &[NotificationRow],
    reads: &[NotificationRead],
) -> Outcome<()> {
    for row in in_order(rows, |row| row.key) {
        insert(connection, row)?;
    }
    for read in in_order(reads, |read| (read.user, read.key)) {
        let (user, at) = (read.user.0, read.at.0);
        match read.key {
            Some(key) => run(
                connection,
                "UPDATE notification SET read_at = ?3 WHERE key = ?1 AND user = ?2
                 AND read_at IS NULL",
                params![key.0, user, at],
            )?,
            None => run(
                connection,
                "UPDATE notification SET read_at = ?2 WHERE user = ?1 AND read_at IS NULL",
                params![user, at],
            )?,
        };
    }
    Ok(())
}

/// Removes so many notifications that were read before an instant, the oldest first, and says how many there
/// were. Whatever was read by then was written by then, so that newer keys need not be looked at.
pub(super) fn expire(connection: &Connection, before: Timestamp, limit: u32) -> Outcome<usize> {
    let sql = "DELETE FROM notification WHERE key IN
               (SELECT key FROM notification WHERE key < ?1 AND read_at < ?2 ORDER BY key LIMIT ?3)";
    run(connection, sql, params![KeyGenerator::new(0).next(before).0, before.0, limit])
}

fn insert(connection: &Connection, row: &NotificationRow) -> Outcome<()> {
    let (record_object, record) = record_columns(row.record.as_ref());
    run(
        connection,
        "INSERT INTO notification (key, user, text, record_object, record, instance, at, read_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            row.key.0,
            row.user.0,
            row.text,
            record_object,
            record,
            row.instance.0,
            row.at.0,
            row.read_at.map(|at| at.0),
        ],
    )?;
    Ok(())
}

fn notification(row: &Row<'_>) -> Read<NotificationRow> {
    Ok(NotificationRow {
        key: key(row, "key")?,
        user: key(row, "user")?,
        text: row.get("text")?,
        record: record_ref(row)?,
        instance: key(row, "instance")?,
        at: instant(row, "at")?,
        read_at: maybe_instant(row, "read_at")?,
    })
}

impl ReadNotifications for Snapshot<'_> {
    fn notification(&self, key: Key) -> Result<Option<NotificationRow>, StoreError> {
        let sql = "SELECT * FROM notification WHERE key = ?1";
        Ok(first(self.connection(), sql, [key.0], notification)?)
    }

    fn notifications(
        &self,
        query: &NotificationQuery,
    ) -> Result<Page<NotificationRow>, StoreError> {
        let mut list = List::new("SELECT * FROM notification");
        list.equal("user", Some(Param::Integer(query.user.0)));
        if query.is_unread {
            list.condition().push("read_at IS NULL");
        }
        Ok(list.page(self.connection(), &query.page, notification, |row| row.key)?)
    }

    fn unread_notifications(&self, user: Key, limit: u32) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM (SELECT 1 FROM notification
                   WHERE user = ?1 AND read_at IS NULL LIMIT ?2)";
        let count: Option<i64> = scalar(self.connection(), sql, params![user.0, limit])?;
        Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0))
    }
}
