//! What is wrong with a DMN file: the element, the place in the file, and what to do about it.
//! Problems are collected, so that a modeller sees all of them at once.

use std::{fmt, sync::Arc};

/// One reason why a DMN file cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Problem {
    /// The id of the DMN element, or of the nearest one around it that has an id.
    pub element: Option<Arc<str>>,
    /// Line of the element's start tag, from 1; 0 where the problem has no place.
    pub line: u32,
    /// Column in characters, from 1; 0 where the problem has no place.
    pub column: u32,
    /// Lower case, without a full stop; says what to do next where that is not plain.
    pub message: String,
}

/// A place in the file: what a [`Problem`] needs to point at it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Place {
    pub(crate) element: Option<Arc<str>>,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl Place {
    /// The problem `message` at this place.
    pub(crate) fn problem(&self, message: impl Into<String>) -> Problem {
        Problem {
            element: self.element.clone(),
            line: self.line,
            column: self.column,
            message: message.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}, column {}: ", self.line, self.column)?;
        }
        if let Some(element) = &self.element {
            write!(f, "`{element}`: ")?;
        }
        f.write_str(&self.message)
    }
}
