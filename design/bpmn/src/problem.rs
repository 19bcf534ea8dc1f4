//! What is wrong with a model, where, and what to do about it. One voice for XML errors, refused
//! elements and lint findings alike.

use std::fmt;

use crate::xml::Position;

/// Whether a problem keeps a model from being deployed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The model cannot be deployed.
    Error,
    /// The model can be deployed; the modeller should have a look.
    Warning,
}

/// One finding in a BPMN file or a form.
///
/// With an element, the message continues its name: `` `Activity_1` (line 41) is a receive task .. ``;
/// [`fmt::Display`] puts the two together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Problem {
    /// The id of the BPMN element it is about; `None` where the file itself is at fault.
    pub element: Option<String>,
    /// Line of the file, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Lower case, without a full stop; says what is supported or what to do.
    pub message: String,
    /// Whether it keeps the model from being deployed.
    pub severity: Severity,
}

impl Problem {
    pub(crate) fn error(element: Option<&str>, at: Position, message: String) -> Self {
        Self::new(element, at, message, Severity::Error)
    }

    pub(crate) fn warning(element: Option<&str>, at: Position, message: String) -> Self {
        Self::new(element, at, message, Severity::Warning)
    }

    fn new(element: Option<&str>, at: Position, message: String, severity: Severity) -> Self {
        let Position { line, column } = at;
        Self { element: element.map(str::to_owned), line, column, message, severity }
    }

    /// Whether it keeps the model from being deployed.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.element {
            Some(element) => write!(f, "`{element}` (line {}) {}", self.line, self.message),
            None => write!(f, "line {}, column {}: {}", self.line, self.column, self.message),
        }
    }
}
