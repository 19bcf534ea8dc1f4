//! Why a row is not taken: one variant for each kind of reason, with what it is about, so that a page can
//! say it in any language. As text it is the English of the file of refused rows.

use std::fmt;
use std::sync::Arc;

use super::{Flaw, ROWS_PER_RECORD_MAX};
use crate::ProblemCode;

/// What is wrong with a row, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Its form is broken.
    Flaw(Flaw),
    /// It has another number of cells than the header.
    Cells {
        /// How many it has.
        has: usize,
        /// How many the header has.
        takes: usize,
    },
    /// The field is empty by which rows are put together.
    NoKey {
        /// That field.
        field: Arc<str>,
    },
    /// The record has too many rows.
    TooManyRows,
    /// It contradicts an earlier row of its record.
    Differs {
        /// The line of that row.
        line: u64,
    },
    /// It names a record that does not exist.
    NoSuchRecord {
        /// The object of that record.
        object: Arc<str>,
        /// The unique field it is named by.
        field: Arc<str>,
        /// What stands in the row, cut to a readable length.
        text: String,
    },
    /// A number that could be read in two ways.
    Misread {
        /// What stands in the row, cut to a readable length.
        text: String,
        /// What to write instead, in backticks.
        write: String,
    },
    /// The field does not take the value.
    Field {
        /// Why not.
        code: ProblemCode,
        /// The same in English.
        message: String,
    },
    /// The record as a whole was not taken.
    Record {
        /// Why not.
        code: &'static str,
        /// The same in English.
        message: String,
    },
    /// Nothing is wrong with this row itself, but with another of its record.
    WithItsRecord {
        /// The line of that row.
        line: u64,
    },
}

impl Reason {
    /// A stable word that a page translates by.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Flaw(flaw) => flaw.code(),
            Self::Cells { .. } => "cells",
            Self::NoKey { .. } => "no_key",
            Self::TooManyRows => "too_many_rows_of_one",
            Self::Differs { .. } => "differs",
            Self::NoSuchRecord { .. } => "no_such_record",
            Self::Misread { .. } => "misread_number",
            Self::Field { code, .. } => code.as_str(),
            Self::Record { code, .. } => code,
            Self::WithItsRecord { .. } => "with_its_record",
        }
    }

    /// What it is about, by names that a translation uses.
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Cells { has, takes } => {
                vec![("has", has.to_string()), ("takes", takes.to_string())]
            }
            Self::NoKey { field } => vec![("field", field.to_string())],
            Self::TooManyRows => vec![("most", ROWS_PER_RECORD_MAX.to_string())],
            Self::Differs { line } | Self::WithItsRecord { line } => {
                vec![("line", line.to_string())]
            }
            Self::NoSuchRecord { object, field, text } => vec![
                ("object", object.to_string()),
                ("field", field.to_string()),
                ("text", text.clone()),
            ],
            Self::Misread { text, write } => vec![("text", text.clone()), ("write", write.clone())],
            Self::Flaw(_) | Self::Field { .. } | Self::Record { .. } => Vec::new(),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flaw(flaw) => flaw.fmt(f),
            Self::Cells { has, takes } => {
                write!(f, "the row has {has} cells, and the header has {takes}")
            }
            Self::NoKey { field } => write!(f, "`{field}` is empty; rows are put together by it"),
            Self::TooManyRows => write!(f, "the record has more than {ROWS_PER_RECORD_MAX} rows"),
            Self::Differs { line } => {
                write!(f, "is not what line {line} says, and both are of one record")
            }
            Self::NoSuchRecord { object, field, text } => {
                write!(f, "there is no {object} whose `{field}` is `{text}`")
            }
            Self::Misread { text, write } => write!(f, "`{text}` can be misread; write {write}"),
            Self::Field { message, .. } | Self::Record { message, .. } => f.write_str(message),
            Self::WithItsRecord { line } => {
                write!(f, "the record is refused as a whole because of line {line}")
            }
        }
    }
}
