//! Why a turn came to nothing. Every kind but a failed load is the caller's to repair; in all of them
//! nothing has changed.

use std::sync::Arc;

use base::Key;
use records::{FieldProblem, Invalid};

use crate::LoadError;

/// Why a command was not done.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TurnError {
    /// The caller asked for something that cannot be.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// There is no such thing.
    #[error("there is no {what} `{id}`")]
    NotFound {
        /// The noun: an object's name, `process`, `job`.
        what: Arc<str>,
        /// What was asked for.
        id: String,
    },
    /// The record was changed by somebody else meanwhile.
    #[error(
        "{object} {key} is at version {actual}, not {expected}; read it again and repeat the change"
    )]
    Conflict {
        /// The object.
        object: Arc<str>,
        /// The record.
        key: Key,
        /// The version that the caller gave.
        expected: i64,
        /// The version that there is.
        actual: i64,
    },
    /// The database did not answer; the whole batch has to be run again.
    #[error("the database did not answer: {0}")]
    Load(#[from] LoadError),
    /// What is stored contradicts itself.
    #[error("{0}")]
    Fault(String),
}

impl TurnError {
    pub(crate) fn not_found(what: &str, id: &(impl ToString + ?Sized)) -> Self {
        Self::NotFound { what: what.into(), id: id.to_string() }
    }

    pub(crate) fn rejected(code: &'static str, message: impl Into<String>) -> Self {
        Rejection { code, message: message.into(), ..Rejection::default() }.into()
    }
}

/// Why the caller cannot have it.
#[derive(Debug, Clone, PartialEq, Eq, Default, thiserror::Error)]
#[error("{message}")]
pub struct Rejection {
    /// A stable word for programs and translations.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub message: String,
    /// What is wrong with which field; fields of parts are named `lines[0].quantity`.
    pub problems: Vec<FieldProblem>,
    /// What it is about, by names that a translation of the code uses.
    pub parameters: Vec<(&'static str, String)>,
}

impl From<Invalid> for Rejection {
    fn from(invalid: Invalid) -> Self {
        let message = invalid.to_string();
        Self { code: "invalid", message, problems: invalid.problems, ..Self::default() }
    }
}
