//! What can go wrong on the way to an answer, until it leaves as an error of the port.

use runtime::port::StoreError;
use rusqlite::ErrorCode;
use turn::LoadError;

/// A failure inside the store.
#[derive(Debug)]
pub(super) enum Failure {
    /// SQLite's.
    Sqlite(rusqlite::Error),
    /// One that was found here and is sorted already.
    Sorted(StoreError),
}

/// The answer of everything inside.
pub(super) type Outcome<T> = Result<T, Failure>;

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
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
            Failure::Sqlite(error) => sort(&error),
        }
    }
}

impl From<Failure> for LoadError {
    fn from(failure: Failure) -> Self {
        StoreError::from(failure).into()
    }
}

/// A commit that SQLite reports as failed has not happened in this process, and what is written of it is
/// overwritten by the next: nothing here is [`StoreError::Lost`].
fn sort(error: &rusqlite::Error) -> StoreError {
    let text = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::SchemaChanged) => {
            StoreError::Retry(text)
        }
        Some(ErrorCode::ConstraintViolation | ErrorCode::TooBig) => StoreError::Constraint(text),
        Some(ErrorCode::DiskFull) => StoreError::Full(text),
        _ if is_outdated(&text) => StoreError::Outdated(text),
        _ => StoreError::Broken(text),
    }
}

/// Whether a table of records has other columns by now than a reader knows. SQLite tells it by words alone.
fn is_outdated(text: &str) -> bool {
    ["no such column", "no such table"].iter().any(|words| text.starts_with(words))
}

/// Whether a row breaks a constraint, such as a unique index.
pub(super) fn is_constraint(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)
}

/// A row of ours that cannot be read: the file is damaged, or written by something else.
pub(super) fn damaged(message: impl Into<String>) -> Failure {
    Failure::Sorted(StoreError::Broken(message.into()))
}
