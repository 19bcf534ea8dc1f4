//! Brings a database to the version this program knows. A newer one is refused, because an old program
//! cannot know what it would damage. All steps that are missing are one transaction, under the lock of the
//! version's row, so that of several nodes that start at once one migrates and the others find it done.
//! Under that lock, before the first step, whoever opens the database may keep what it holds.

use postgres::error::SqlState;
use runtime::port::StoreError;

use super::address::Address;
use super::connection::{self, Connection};
use super::failure::{Failure, Outcome, damaged};
use super::{KeepError, OpenError, Outdated};

/// One forward-only step, never edited after its release.
#[derive(Debug, Clone, Copy)]
pub(super) struct Migration {
    /// The version that the database has after it; the first is 1, each one above the last.
    pub(super) version: i64,
    pub(super) sql: &'static str,
}

/// Every step that this program knows, in order.
pub(super) const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, sql: include_str!("../../migrations/postgres/0001_start.sql") },
    Migration {
        version: 2,
        sql: include_str!("../../migrations/postgres/0002_outbox_unsettled.sql"),
    },
    Migration {
        version: 10,
        sql: include_str!("../../migrations/postgres/0010_history_holds.sql"),
    },
    Migration {
        version: 11,
        sql: include_str!("../../migrations/postgres/0011_passed_elements.sql"),
    },
    Migration { version: 20, sql: include_str!("../../migrations/postgres/0020_notification.sql") },
    Migration {
        version: 21,
        sql: include_str!("../../migrations/postgres/0021_decision_trace.sql"),
    },
    Migration { version: 22, sql: include_str!("../../migrations/postgres/0022_completed_by.sql") },
    Migration { version: 23, sql: include_str!("../../migrations/postgres/0023_form_key.sql") },
];

/// What is done with what an older database holds before its tables change.
pub(super) type Keep<'a> = dyn FnMut(Outdated) -> Result<(), KeepError> + 'a;

/// How often nodes that start on an empty database at once may collide.
const TRIES: usize = 5;

/// Runs the steps that are missing, after `keep` has kept what a database that is not empty holds.
pub(super) fn migrate(
    address: &Address,
    migrations: &[Migration],
    keep: &mut Keep<'_>,
) -> Result<(), OpenError> {
    let connection = Connection::open(address, connection::MIGRATION)?;
    let mut tries = 0;
    loop {
        tries += 1;
        match attempt(&connection, migrations, keep) {
            Err(Failure::Postgres(error)) if tries < TRIES && is_collision(&error) => {
                connection.batch("ROLLBACK").map_err(into_open_error)?;
            }
            Ok(Found::NotKept(error)) => return Err(OpenError::NotKept(error)),
            Ok(Found::Ready) => return Ok(()),
            Ok(Found::Newer(found)) => {
                return Err(OpenError::Newer { found, known: known(migrations) });
            }
            Ok(Found::NotOurs) => return Err(OpenError::NotOurs),
            Err(failure) => return Err(into_open_error(failure)),
        }
    }
}

/// What a database turned out to be.
enum Found {
    /// Ours, at this program's version by now.
    Ready,
    /// Ours, of a newer program.
    Newer(i64),
    /// Somebody else's.
    NotOurs,
    /// Ours and older, and left so, for what it holds could not be kept.
    NotKept(KeepError),
}

fn attempt(
    connection: &Connection,
    migrations: &[Migration],
    keep: &mut Keep<'_>,
) -> Outcome<Found> {
    connection.batch("BEGIN")?;
    let Some(found) = locked_version(connection)? else {
        connection.batch("ROLLBACK")?;
        return Ok(Found::NotOurs);
    };
    let known = known(migrations);
    if found >= known {
        connection.batch("ROLLBACK")?;
        return Ok(if found > known { Found::Newer(found) } else { Found::Ready });
    }
    if found > 0 {
        // Batches that run now end first; those that begin later see the new version and stop.
        connection.batch("LOCK TABLE platform IN EXCLUSIVE MODE")?;
        if let Err(error) = keep(Outdated { found, known }) {
            connection.batch("ROLLBACK")?;
            return Ok(Found::NotKept(error));
        }
    }
    take_steps(connection, migrations.iter().filter(|step| step.version > found))?;
    connection.batch("COMMIT")?;
    Ok(Found::Ready)
}

fn take_steps<'a>(
    connection: &Connection,
    steps: impl Iterator<Item = &'a Migration>,
) -> Outcome<()> {
    for step in steps {
        connection.batch(step.sql)?;
        connection.execute("UPDATE rondo_version SET version = $1", &[&step.version])?;
        tracing::info!(version = step.version, "migrated the database");
    }
    Ok(())
}

/// Takes the steps above `from` up to `to`, in the transaction that is open.
pub(super) fn take_between(connection: &Connection, from: i64, to: i64) -> Outcome<()> {
    let steps = MIGRATIONS.iter().filter(|step| (from + 1..=to).contains(&step.version));
    take_steps(connection, steps)
}

/// The version, with its row locked; 0 in an empty database, none in one that holds tables but not ours.
pub(super) fn locked_version(connection: &Connection) -> Outcome<Option<i64>> {
    // One query, hence one moment: another node may be making the tables right now.
    let rows = connection.query(
        "SELECT count(*) AS tables, count(*) FILTER (WHERE relname = 'rondo_version') AS ours
         FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace",
        &[],
    )?;
    let row = rows.first().ok_or_else(|| damaged("the server does not say which tables it has"))?;
    let (tables, ours): (i64, i64) = (row.try_get("tables")?, row.try_get("ours")?);
    if tables > 0 && ours == 0 {
        return Ok(None);
    }
    if ours == 0 {
        connection.batch(
            "CREATE TABLE rondo_version (id BIGINT NOT NULL PRIMARY KEY, version BIGINT NOT NULL);
             INSERT INTO rondo_version VALUES (1, 0)",
        )?;
    }
    let rows = connection.texts("SELECT version FROM rondo_version WHERE id = 1 FOR UPDATE")?;
    let version = rows.first().and_then(|row| row.get(0)).and_then(|text| text.parse().ok());
    version.map(Some).ok_or_else(|| damaged("the table `rondo_version` is empty"))
}

fn known(migrations: &[Migration]) -> i64 {
    migrations.last().map_or(0, |step| step.version)
}

/// The highest version that this program knows.
pub(crate) fn newest() -> i64 {
    known(MIGRATIONS)
}

/// Two nodes made the same table, or waited for each other: the second finds it there when it looks again.
fn is_collision(error: &postgres::Error) -> bool {
    error.code().is_some_and(|code| {
        [
            SqlState::UNIQUE_VIOLATION,
            SqlState::DUPLICATE_TABLE,
            SqlState::T_R_DEADLOCK_DETECTED,
            SqlState::T_R_SERIALIZATION_FAILURE,
        ]
        .contains(code)
    })
}

fn into_open_error(failure: Failure) -> OpenError {
    match failure {
        Failure::Postgres(error) => OpenError::Postgres(error),
        Failure::Sorted(error) => OpenError::Store(error),
    }
}

/// That a batch begins on the version this program knows: another node's newer program may have migrated
/// the database meanwhile.
pub(super) fn check(found: i64) -> Outcome<()> {
    let known = known(MIGRATIONS);
    if found == known {
        return Ok(());
    }
    Err(StoreError::Broken(format!(
        "the database has version {found} by now, this program knows version {known}; start the newer program"
    ))
    .into())
}
