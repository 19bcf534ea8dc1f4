//! Why a command was not done. Whatever the reason: nothing has changed.

use std::sync::Arc;

use access::Denied;
use base::Key;
use turn::{Rejection, TurnError};

/// Why a command was not done.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CommandError {
    /// The caller asked for something that cannot be.
    #[error(transparent)]
    Rejected(Rejection),
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
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
        /// The version the caller gave.
        expected: i64,
        /// The version there is.
        actual: i64,
    },
    /// Models cannot be deployed, or objects not be defined.
    #[error("{} in what was sent; nothing of it is deployed", count(.0))]
    Invalid(Vec<ResourceProblem>),
    /// Too many commands wait.
    #[error("too many commands wait; try again in a second")]
    Overloaded,
    /// The database is away.
    #[error("the database cannot be reached; nothing was done: try again in a moment")]
    Unreachable,
    /// The database has no room left.
    #[error(
        "the database has no room left; nothing was done: make room on its disk, then repeat it"
    )]
    Full,
    /// The runtime is shutting down.
    #[error("the server is shutting down; try again in a moment")]
    Stopped,
    /// A fault of ours or of the machine.
    #[error("{0}")]
    Fault(String),
}

impl CommandError {
    pub(crate) fn rejected(code: &'static str, message: impl Into<String>) -> Self {
        Self::Rejected(Rejection { code, message: message.into(), ..Rejection::default() })
    }
}

impl From<TurnError> for CommandError {
    fn from(error: TurnError) -> Self {
        match error {
            TurnError::Rejected(rejection) => Self::Rejected(rejection),
            TurnError::NotFound { what, id } => Self::NotFound { what, id },
            TurnError::Conflict { object, key, expected, actual } => {
                Self::Conflict { object, key, expected, actual }
            }
            TurnError::Load(error) => Self::Fault(error.to_string()),
            TurnError::Fault(message) => Self::Fault(message),
        }
    }
}

/// What is wrong with a file of a deployment, or with an object's definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceProblem {
    /// The file's or the object's name.
    pub resource: Arc<str>,
    /// The id of the element, or the field.
    pub element: Option<Arc<str>>,
    /// Line, from 1; 0 where there is none.
    pub line: u32,
    /// Column, from 1; 0 where there is none.
    pub column: u32,
    /// What is wrong and what to do.
    pub message: String,
}

fn count(problems: &[ResourceProblem]) -> String {
    match problems.len() {
        1 => "there is 1 problem".to_owned(),
        several => format!("there are {several} problems"),
    }
}
