//! Why a database did not do what it was asked, sorted by what the lane does about it.

use turn::LoadError;

/// A failure of the database. The transaction is over; the lane rolls back and runs the batch again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database asks for another try: serialisation, deadlock, busy.
    #[error("the database asks for another try: {0}")]
    Retry(String),
    /// A table of records was changed since the definition of its object was read: with the newest definition it
    /// may well do.
    #[error("the table of an object has changed meanwhile: {0}")]
    Outdated(String),
    /// A row breaks a constraint; one command of the batch is to blame.
    #[error("a row breaks a constraint: {0}")]
    Constraint(String),
    /// The connection is lost; whether a commit took effect is not known.
    #[error("the connection to the database is lost: {0}")]
    Lost(String),
    /// There is no room to write. Nothing of the transaction is kept.
    #[error("the database has no room left: {0}")]
    Full(String),
    /// Anything else: a damaged file, a row that cannot be read.
    #[error("the database failed: {0}")]
    Broken(String),
}

impl From<LoadError> for StoreError {
    fn from(error: LoadError) -> Self {
        Self::Broken(error.0)
    }
}

impl From<StoreError> for LoadError {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}
