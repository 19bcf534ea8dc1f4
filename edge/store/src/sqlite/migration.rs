//! Brings a database file to the version this program knows. A newer one is refused, because an old
//! program cannot know what it would damage; an older one is copied before it is touched.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::OpenError;

/// `Rond` in ASCII, so that a foreign SQLite file is not taken for ours (`PRAGMA application_id`).
const APPLICATION_ID: i32 = 0x526f_6e64;

/// One forward-only step, never edited after its release.
#[derive(Debug, Clone, Copy)]
pub(super) struct Migration {
    /// The version that the database has after it; the first is 1, each one above the last.
    pub(super) version: i32,
    pub(super) sql: &'static str,
}

/// Every step that this program knows, in order.
pub(super) const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, sql: include_str!("../../migrations/sqlite/0001_start.sql") },
    Migration {
        version: 2,
        sql: include_str!("../../migrations/sqlite/0002_outbox_unsettled.sql"),
    },
    Migration { version: 10, sql: include_str!("../../migrations/sqlite/0010_history_holds.sql") },
    Migration {
        version: 11,
        sql: include_str!("../../migrations/sqlite/0011_passed_elements.sql"),
    },
    Migration { version: 20, sql: include_str!("../../migrations/sqlite/0020_notification.sql") },
    Migration { version: 21, sql: include_str!("../../migrations/sqlite/0021_decision_trace.sql") },
    Migration { version: 22, sql: include_str!("../../migrations/sqlite/0022_completed_by.sql") },
    Migration { version: 23, sql: include_str!("../../migrations/sqlite/0023_form_key.sql") },
];

/// Runs the steps that are missing, each in a transaction of its own. Answers the copy that was made
/// of an older database before it was changed.
pub(super) fn migrate(
    connection: &mut Connection,
    file: &Path,
    migrations: &[Migration],
) -> Result<Option<PathBuf>, OpenError> {
    let found: i32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let owner: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let known = migrations.last().map_or(0, |step| step.version);
    if owner != APPLICATION_ID && !(owner == 0 && found == 0 && is_empty(connection)?) {
        return Err(OpenError::NotOurs { file: file.to_owned() });
    }
    if found > known {
        return Err(OpenError::Newer { file: file.to_owned(), found, known });
    }
    let copy = if found > 0 && found < known {
        Some(copy_before(connection, file, found, known)?)
    } else {
        None
    };
    for step in migrations.iter().filter(|step| step.version > found) {
        let transaction = connection.transaction()?;
        take(&transaction, step)?;
        transaction.commit()?;
        tracing::info!(version = step.version, "migrated the database");
    }
    Ok(copy)
}

/// Takes one step in the transaction that is open.
fn take(connection: &Connection, step: &Migration) -> rusqlite::Result<()> {
    connection.execute_batch(step.sql)?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", step.version)
}

/// Takes the steps above `from` up to `to`, in the transaction that is open.
pub(super) fn take_between(connection: &Connection, from: i64, to: i64) -> rusqlite::Result<()> {
    MIGRATIONS
        .iter()
        .filter(|step| (from + 1..=to).contains(&i64::from(step.version)))
        .try_for_each(|step| take(connection, step))
}

/// The version of a database of ours; none where it is another's.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<Option<i64>> {
    let owner: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok((owner == APPLICATION_ID).then_some(version))
}

/// The highest version that this program knows.
pub(crate) fn known() -> i64 {
    MIGRATIONS.last().map_or(0, |step| i64::from(step.version))
}

pub(super) fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))
}

/// Copies the database beside itself. SQLite does not sync what `VACUUM INTO` writes, and a copy that
/// only seems to exist is worse than none: it is synced here, and has its name only once it is whole.
fn copy_before(
    connection: &Connection,
    file: &Path,
    from: i32,
    to: i32,
) -> Result<PathBuf, OpenError> {
    let folder = file.parent().unwrap_or(Path::new(".")).join("backups");
    let copy = folder.join(format!("version-{from}-before-{to}.db"));
    let partial = copy.with_extension("partial");
    let io = |source| OpenError::Backup { file: copy.clone(), source };
    fs::create_dir_all(&folder).map_err(io)?;
    if partial.exists() {
        fs::remove_file(&partial).map_err(io)?;
    }
    let target = partial.to_str().ok_or_else(|| OpenError::NotUnicode { file: partial.clone() })?;
    connection.execute("VACUUM INTO ?1", [target])?;
    File::open(&partial).and_then(|written| written.sync_all()).map_err(io)?;
    fs::rename(&partial, &copy).map_err(io)?;
    File::open(&folder).and_then(|written| written.sync_all()).map_err(io)?;
    Ok(copy)
}

#[cfg(test)]
mod tests {
    use super::super::{Durability, connection};
    use super::*;

    const ONE: Migration =
        Migration { version: 1, sql: "create table a (x); insert into a values (7)" };
    const TWO: Migration = Migration { version: 2, sql: "alter table a add column y" };
    const BAD: Migration = Migration { version: 2, sql: "create table b (x); create table a (x)" };

    /// Runs the lists one after the other on one file; answers how each ended and the column count of `a`.
    fn check(lists: &[&[Migration]], expect: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rondo.db");
        let mut got = Vec::new();
        for migrations in lists {
            let mut connection = connection::writer(&file, Durability::Synced).unwrap();
            let ended = match migrate(&mut connection, &file, migrations) {
                Ok(None) => "done".to_owned(),
                Ok(Some(copy)) => {
                    let kept = Connection::open(&copy).unwrap();
                    let rows: i64 =
                        kept.query_row("select count(*) from a", [], |row| row.get(0)).unwrap();
                    format!("done, {rows} row in {}", copy.file_name().unwrap().to_str().unwrap())
                }
                Err(error) => error.to_string(),
            };
            let tables: String = connection
                .query_row("select group_concat(name) from sqlite_schema", [], |row| row.get(0))
                .unwrap();
            got.push(format!("{ended}; {tables}").replace(file.to_str().unwrap(), "FILE"));
        }
        assert_eq!(got, expect);
    }

    #[test]
    fn a_database_moves_forward_only() {
        check(&[&[ONE], &[ONE]], &["done; a", "done; a"]);
        check(&[&[ONE], &[ONE, TWO]], &["done; a", "done, 1 row in version-1-before-2.db; a"]);
        check(
            &[&[ONE, TWO], &[ONE]],
            &[
                "done; a",
                "the database `FILE` has version 2, this program knows version 1; use a newer program, or restore a backup; a",
            ],
        );
    }

    #[test]
    fn a_step_that_fails_leaves_nothing_behind() {
        check(
            &[&[ONE], &[ONE, BAD], &[ONE]],
            &[
                "done; a",
                "the database does not answer as it should: table a already exists in  create table a (x) at offset 14; a",
                "done; a",
            ],
        );
    }

    #[test]
    fn what_the_history_holds_is_dropped_and_parts_lose_their_words() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rondo.db");
        let mut connection = connection::writer(&file, Durability::Synced).unwrap();
        let before: Vec<Migration> =
            MIGRATIONS.iter().filter(|step| step.version < 10).copied().collect();
        migrate(&mut connection, &file, &before).unwrap();
        connection
            .execute_batch(
                r#"INSERT INTO history VALUES (50, 1, 8, x'0100');
                   INSERT INTO flow VALUES (50, 'to_end', 1);
                   INSERT INTO variable VALUES (7, 50, 50, 'a', '1');
                   INSERT INTO decision VALUES (9, 50, 60, 'check', 'd', 'D', 4, 8, '{}');
                   INSERT INTO object (name, definition) VALUES
                       ('order', '{"name": "order"}'),
                       ('note', '{"name": "note", "part_of": null}'),
                       ('line', '{"name": "line", "part_of": {"field": "order", "collection": "lines"}}');
                   INSERT INTO title_word VALUES ('order', 'o', 1), ('note', 'n', 2), ('line', 'l', 3);
                   INSERT INTO model (key, kind, id, name, version, resource, deployment, deployed_at) VALUES
                       (61, 'form', 'ask', 'Ask', 1, 1, 1, 5), (62, 'form', 'ask', 'Ask', 2, 2, 2, 9),
                       (63, 'process', 'ask', 'Ask', 3, 3, 3, 6);
                   INSERT INTO user_task (key, instance, definition, element_instance, element_id, name, state,
                       candidate_groups, candidate_users, form_id, priority, created_at) VALUES
                       (71, 50, 63, 60, 'a', 'A', 'created', '[]', '[]', 'ask', 50, 8),
                       (72, 50, 63, 60, 'a', 'A', 'created', '[]', '[]', 'ask', 50, 9),
                       (73, 50, 63, 60, 'a', 'A', 'created', '[]', '[]', NULL, 50, 9)"#,
            )
            .unwrap();
        migrate(&mut connection, &file, MIGRATIONS).unwrap();
        let text =
            |sql: &str| -> String { connection.query_row(sql, [], |row| row.get(0)).unwrap() };
        assert_eq!(text("SELECT group_concat(object) FROM title_word"), "note,order");
        assert_eq!(text("SELECT quote(variables) || quote(events) FROM history"), "NULLX'0100'");
        assert_eq!(text("SELECT name || value FROM variable"), "a1");
        assert_eq!(text("SELECT name || at FROM decision"), "D8");
        let forms =
            "SELECT group_concat(key || coalesce(' ' || form_key, '') ORDER BY key) FROM user_task";
        assert_eq!(text(forms), "71 61,72 62,73", "each task has the form of its own time");
        assert_eq!(
            text("SELECT count(*) || '' FROM pragma_table_info('decision') WHERE name = 'trace'"),
            "0"
        );
        assert_eq!(text("SELECT count(*) || '' FROM sqlite_schema WHERE name = 'flow'"), "0");
    }

    #[test]
    fn a_foreign_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rondo.db");
        let mut connection = connection::writer(&file, Durability::Synced).unwrap();
        connection.execute_batch("create table theirs (x)").unwrap();
        let error = migrate(&mut connection, &file, &[ONE]).unwrap_err().to_string();
        assert!(error.contains("is not a Rondo database"), "{error}");
    }
}
