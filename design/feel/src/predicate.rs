//! The part of an expression that a database can answer: comparisons of stored paths with constants, joined by and, or,
//! not. Whoever filters many rows turns this into SQL and needs no evaluation per row.

use std::sync::Arc;

use crate::{expression::Expression, path::Path, problem::Span, value::Value};

/// A condition over one row. A comparison with null is answered as FEEL does: it does not hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Predicate {
    /// All of them hold.
    And(Vec<Predicate>),
    /// At least one of them holds.
    Or(Vec<Predicate>),
    /// It is false (neither true nor unknown).
    Not(Box<Predicate>),
    /// The stored value compares so with a constant, which is never null.
    Compare {
        /// What is read.
        path: Path,
        /// The comparison.
        op: Op,
        /// The constant.
        value: Value,
    },
    /// The stored value is one of these constants, none of them null.
    In {
        /// What is read.
        path: Path,
        /// The constants.
        values: Vec<Value>,
    },
    /// The stored text begins so.
    StartsWith {
        /// What is read.
        path: Path,
        /// The beginning.
        prefix: Arc<str>,
    },
    /// Nothing is stored.
    IsNull {
        /// What is read.
        path: Path,
    },
    /// Something is stored.
    IsNotNull {
        /// What is read.
        path: Path,
    },
    /// Every row.
    Always,
    /// No row.
    Never,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// The part of an expression that a database cannot answer, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a database cannot answer this: {message}")]
pub struct NotPushable {
    /// The part of the source.
    pub span: Span,
    /// Why: lower case, no full stop.
    pub message: String,
}

/// The condition of an expression for a database.
pub fn predicate(expression: &Expression) -> Result<Predicate, NotPushable> {
    let span = Span::new(0, expression.source().len());
    Err(NotPushable { span, message: "it is not a comparison".into() })
}
