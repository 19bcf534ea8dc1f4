//! What processes tell people, and what they have read of it.

use base::{Key, KeyGenerator, Timestamp};
use postgres::Row;
use runtime::port::{
    NotificationQuery, NotificationRead, NotificationRow, Page, ReadNotifications, StoreError,
};

use super::bulk::Bulk;
use super::cell::{first, in_order, instant, key, maybe_instant, record_ref, scalar, text};
use super::connection::Connection;
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
    Bulk::new(in_order(rows, |row| row.key))
        .integer("key", |row| row.key.0)
        .integer(r#""user""#, |row| row.user.0)
        .text("text", |row| &row.text)
        .maybe_text("record_object", |row| row.record.as_ref().map(|record| &*record.object))
        .maybe_integer("record", |row| row.record.as_ref().map(|record| record.key.0))
        .integer("instance", |row| row.instance.0)
        .integer("at", |row| row.at.0)
        .maybe_integer("read_at", |row| row.read_at.map(|at| at.0))
        .insert(connection, "notification", "")?;
    for read in in_order(reads, |read| (read.user, read.key)) {
        let (user, at) = (read.user.0, read.at.0);
        match read.key {
            Some(key) => connection.execute(
                r#"UPDATE notification SET read_at = $3 WHERE key = $1 AND "user" = $2
                   AND read_at IS NULL"#,
                &[&key.0, &user, &at],
            )?,
            None => connection.execute(
                r#"UPDATE notification SET read_at = $2 WHERE "user" = $1 AND read_at IS NULL"#,
                &[&user, &at],
            )?,
        };
    }
    Ok(())
}

/// Removes so many notifications that were read before an instant, the oldest first, and says how many there
/// were. Whatever was read by then was written by then, so that newer keys need not be looked at. What another
/// node is removing at this moment is left to it.
pub(super) fn expire(connection: &Connection, before: Timestamp, limit: u32) -> Outcome<u64> {
    let sql = "DELETE FROM notification WHERE key IN
               (SELECT key FROM notification WHERE key < $1 AND read_at < $2 ORDER BY key LIMIT $3
                FOR UPDATE SKIP LOCKED)";
    let newest = KeyGenerator::new(0).next(before);
    connection.execute(sql, &[&newest.0, &before.0, &i64::from(limit)])
}

fn notification(row: &Row) -> Outcome<NotificationRow> {
    Ok(NotificationRow {
        key: key(row, "key")?,
        user: key(row, "user")?,
        text: text(row, "text")?,
        record: record_ref(row)?,
        instance: key(row, "instance")?,
        at: instant(row, "at")?,
        read_at: maybe_instant(row, "read_at")?,
    })
}

impl ReadNotifications for Snapshot<'_> {
    fn notification(&self, key: Key) -> Result<Option<NotificationRow>, StoreError> {
        let sql = "SELECT * FROM notification WHERE key = $1";
        Ok(first(self.connection(), sql, &[&key.0], notification)?)
    }

    fn notifications(
        &self,
        query: &NotificationQuery,
    ) -> Result<Page<NotificationRow>, StoreError> {
        let mut list = List::new("SELECT * FROM notification");
        list.equal(r#""user""#, Some(Param::Integer(query.user.0)));
        if query.is_unread {
            list.condition().push("read_at IS NULL");
        }
        Ok(list.page(self.connection(), &query.page, notification, |row| row.key)?)
    }

    fn unread_notifications(&self, user: Key, limit: u32) -> Result<u64, StoreError> {
        let sql = r#"SELECT count(*) FROM (SELECT 1 FROM notification
                     WHERE "user" = $1 AND read_at IS NULL LIMIT $2) AS unread"#;
        let params: [&(dyn postgres::types::ToSql + Sync); 2] = [&user.0, &i64::from(limit)];
        let count: Option<i64> = scalar(self.connection(), sql, &params)?;
        Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0))
    }
}
