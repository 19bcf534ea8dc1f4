//! What can go wrong on the way to an answer, until it leaves as an error of the port.

use postgres::error::SqlState;
use runtime::port::StoreError;
use turn::LoadError;

/// A failure inside the store.
#[derive(Debug)]
pub(super) enum Failure {
    /// The server's or the driver's.
    Postgres(postgres::Error),
    /// One that was found here and is sorted already.
    Sorted(StoreError),
}

/// The answer of everything inside.
pub(super) type Outcome<T> = Result<T, Failure>;

impl From<postgres::Error> for Failure {
    fn from(error: postgres::Error) -> Self {
        Self::Postgres(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Sorted(error)
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Sorted(error) => error,
            Failure::Postgres(error) => sort(&error),
        }
    }
}

impl From<Failure> for LoadError {
    fn from(failure: Failure) -> Self {
        StoreError::from(failure).into()
    }
}

/// Whether a transaction can be tried again, is refused for a row of it, or is of unknown fate. An error
/// without a code of the server's comes from the driver: the connection broke, or a cell of ours could
/// not be read.
fn sort(error: &postgres::Error) -> StoreError {
    let text = text(error);
    match error.code() {
        Some(code) if is_lost(code) => StoreError::Lost(text),
        Some(code) if is_outdated(code) => StoreError::Outdated(text),
        Some(code) if is_retry(code) => StoreError::Retry(text),
        Some(code) if is_constraint(code) => StoreError::Constraint(text),
        Some(code) if *code == SqlState::DISK_FULL => StoreError::Full(text),
        Some(_) => StoreError::Broken(text),
        None if is_decoding(error) => StoreError::Broken(text),
        None => StoreError::Lost(text),
    }
}

/// Whether nobody answers at the address, or somebody who is not ready yet. What the driver refuses by itself,
/// like a certificate, stays as it is; it tells its errors apart only by their text.
pub(super) fn is_away(error: &postgres::Error) -> bool {
    match error.code() {
        Some(code) => is_lost(code),
        None => {
            let text = error.to_string();
            ["error connecting to server", "error communicating with the server", "timeout waiting"]
                .iter()
                .any(|begin| text.starts_with(begin))
                || error.is_closed()
        }
    }
}

/// Connection exceptions, a server that goes down or comes up, a session that was ended, and a server that
/// has become a standby: in each case another connection is needed, and what a commit did is not known.
fn is_lost(code: &SqlState) -> bool {
    code.code().starts_with("08")
        || [
            SqlState::ADMIN_SHUTDOWN,
            SqlState::CRASH_SHUTDOWN,
            SqlState::CANNOT_CONNECT_NOW,
            SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
            SqlState::READ_ONLY_SQL_TRANSACTION,
            SqlState::TOO_MANY_CONNECTIONS,
        ]
        .contains(code)
}

/// A table of records that has other columns by now than this reader or lane knows, or than a statement was
/// prepared for.
fn is_outdated(code: &SqlState) -> bool {
    [SqlState::FEATURE_NOT_SUPPORTED, SqlState::UNDEFINED_TABLE, SqlState::UNDEFINED_COLUMN]
        .contains(code)
}

/// Serialisation, deadlock, a row or table that somebody held for too long.
fn is_retry(code: &SqlState) -> bool {
    [
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::QUERY_CANCELED,
    ]
    .contains(code)
}

/// Whether a row breaks a constraint, holds what no column can (data exceptions: a number out of range, text
/// with the character U+0000), or a text too long for an index.
pub(super) fn is_constraint(code: &SqlState) -> bool {
    code.code().starts_with("23")
        || code.code().starts_with("22")
        || *code == SqlState::PROGRAM_LIMIT_EXCEEDED
}

/// Whether a value of ours could not be turned into a column's type or back. The driver tells its errors
/// apart only by their text.
fn is_decoding(error: &postgres::Error) -> bool {
    let text = error.to_string();
    text.starts_with("error serializing parameter")
        || text.starts_with("error deserializing column")
        || text.starts_with("invalid column")
}

/// The driver's own words are "db error"; the server's stand behind them.
fn text(error: &postgres::Error) -> String {
    let Some(db) = error.as_db_error() else {
        let source = std::error::Error::source(error);
        return source.map_or_else(|| error.to_string(), |source| format!("{error}: {source}"));
    };
    let place = db.constraint().or_else(|| db.table());
    let place = place.map_or_else(String::new, |place| format!(" (`{place}`)"));
    format!("{} [{}]{place}", db.message(), db.code().code())
}

/// A row of ours that cannot be read: the database is damaged, or written by something else.
pub(super) fn damaged(message: impl Into<String>) -> Failure {
    Failure::Sorted(StoreError::Broken(message.into()))
}
