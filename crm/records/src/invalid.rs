//! What is wrong with what came from outside: every problem at once, each with a code that the page
//! translates by.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The input cannot become a row. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{}", join(.problems))]
pub struct Invalid {
    /// Every problem, in the order of the object's fields; never empty.
    pub problems: Vec<FieldProblem>,
}

/// One thing wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldProblem {
    /// The name of the field, as it was given.
    pub field: Arc<str>,
    /// What is wrong and what to do, in English.
    pub message: String,
    /// What kind of problem it is.
    pub code: ProblemCode,
}

/// The kinds of problem; the page translates by them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// A value must be given.
    Required,
    /// The value has another JSON type or another shape than the field's kind.
    Type,
    /// The text has too many characters.
    TooLong,
    /// The text holds characters that the field cannot hold.
    Characters,
    /// Not an e-mail address.
    Email,
    /// Not a telephone number.
    Phone,
    /// Not a web address.
    Url,
    /// None of the options.
    NotAnOption,
    /// Only processes write it.
    ReadOnly,
    /// The object has no such field.
    UnknownField,
    /// Too many digits after the decimal point.
    Scale,
    /// Outside what the field can hold.
    Range,
    /// Less than the field's `min`.
    BelowMin,
    /// More than the field's `max`.
    AboveMax,
    /// A currency is missing or is none.
    Currency,
    /// Another row has this value already.
    NotUnique,
    /// The record that is referred to does not exist.
    NotFound,
    /// The text has too few characters.
    TooShort,
    /// The text does not match the pattern.
    Pattern,
    /// The number is none of the steps.
    Step,
}

impl ProblemCode {
    /// The code in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Type => "type",
            Self::TooLong => "too_long",
            Self::Characters => "characters",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Url => "url",
            Self::NotAnOption => "not_an_option",
            Self::ReadOnly => "read_only",
            Self::UnknownField => "unknown_field",
            Self::Scale => "scale",
            Self::Range => "range",
            Self::BelowMin => "below_min",
            Self::AboveMax => "above_max",
            Self::Currency => "currency",
            Self::NotUnique => "not_unique",
            Self::NotFound => "not_found",
            Self::TooShort => "too_short",
            Self::Pattern => "pattern",
            Self::Step => "step",
        }
    }
}

impl fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

fn join(problems: &[FieldProblem]) -> String {
    let messages: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    messages.join("; ")
}
