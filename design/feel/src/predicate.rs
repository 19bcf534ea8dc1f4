//! The part of an expression that a database can answer: comparisons of stored paths with constants, joined by and, or,
//! not. Whoever filters many rows turns this into SQL and needs no evaluation per row.

mod derive;
mod operand;

use std::sync::Arc;

use base::Timestamp;

use self::derive::{condition, pushed};
use crate::{
    context::Context, decimal::Decimal, expression::Expression, path::Path, problem::Span,
    run::Run, value::Value,
};

/// A condition over one row, to be read as SQL does: a comparison with an absent value is unknown, and unknown does not
/// hold. Where FEEL answers otherwise (`status != "open"` holds for a row without status), a test for null stands beside.
/// [`Predicate::Not`] is found above [`Predicate::In`] and the tests of text only.
#[derive(Clone, Debug, PartialEq)]
pub enum Predicate {
    /// All of them hold.
    And(Vec<Predicate>),
    /// At least one of them holds.
    Or(Vec<Predicate>),
    /// It does not hold and is not unknown.
    Not(Box<Predicate>),
    /// It does not hold, or is unknown.
    Unless(Box<Predicate>),
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
    /// The stored text holds this part.
    Contains {
        /// What is read.
        path: Path,
        /// The part.
        part: Arc<str>,
    },
    /// The stored text ends so.
    EndsWith {
        /// What is read.
        path: Path,
        /// The end.
        suffix: Arc<str>,
    },
    /// The number of characters of the stored text compares so with a constant; of what is no text it is null.
    Length {
        /// What is read.
        path: Path,
        /// The comparison.
        op: Op,
        /// The constant.
        length: Decimal,
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

impl Predicate {
    /// What it reads, in the order in which it stands there; a path that is read twice comes twice.
    pub fn paths(&self) -> Vec<&Path> {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::paths).collect(),
            Self::Not(part) | Self::Unless(part) => part.paths(),
            Self::Compare { path, .. }
            | Self::In { path, .. }
            | Self::StartsWith { path, .. }
            | Self::Contains { path, .. }
            | Self::EndsWith { path, .. }
            | Self::Length { path, .. }
            | Self::IsNull { path }
            | Self::IsNotNull { path } => vec![path],
            Self::Always | Self::Never => Vec::new(),
        }
    }
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
///
/// ```
/// use feel::{Options, compile, predicate::{Op, Predicate, predicate}};
/// let open = compile("record.amount >= 10 * 100", &Options::default()).unwrap();
/// let Ok(Predicate::Compare { path, op, value }) = predicate(&open) else { panic!() };
/// assert_eq!((path.to_string().as_str(), op), ("record.amount", Op::GreaterOrEqual));
/// assert_eq!(value, feel::Value::number(1000));
/// ```
///
/// # Errors
/// A part of the expression that a database cannot answer, or that depends on the time.
pub fn predicate(expression: &Expression) -> Result<Predicate, NotPushable> {
    let mut run = Run::new(Timestamp(0));
    let condition = condition(expression, &Context::new(), &mut run)?;
    if run.is_touched() {
        let span = Span::new(0, expression.source().len());
        let message = "it depends on the time of the query; use `predicate_in`".to_owned();
        return Err(NotPushable { span, message });
    }
    Ok(condition)
}

/// What a database can answer of a condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Pushed {
    /// A condition that holds for every row for which the expression is true.
    pub predicate: Predicate,
    /// The first part that only evaluation can answer: the rows found are to be evaluated then. Where there is none, the
    /// condition finds exactly the rows for which the expression is true.
    pub residual: Option<NotPushable>,
}

/// The part of an expression that a database can answer: what it cannot is left to the evaluation of the rows found. Some
/// names may have values, the time is that of the run, and `readable` says which paths a row holds.
///
/// ```
/// use feel::{Context, Options, Run, Timestamp, compile, predicate::pushed_in};
/// let source = r#"stage = "open" and matches(name, "^A.*h$")"#;
/// let filter = compile(source, &Options::default()).unwrap();
/// let pushed = pushed_in(&filter, &Context::new(), &mut Run::new(Timestamp(0)), &|_| true);
/// assert!(matches!(pushed.predicate, feel::predicate::Predicate::Compare { .. }));
/// assert_eq!(pushed.residual.unwrap().span.start, 19);
/// ```
pub fn pushed_in(
    expression: &Expression,
    bound: &Context,
    run: &mut Run,
    readable: &dyn Fn(&[Arc<str>]) -> bool,
) -> Pushed {
    pushed(expression, bound, run, readable)
}

/// The same, where some names have values already (the user who asks, say) and the time is that of the run.
///
/// # Errors
/// A part of the expression that a database cannot answer.
pub fn predicate_in(
    expression: &Expression,
    bound: &Context,
    run: &mut Run,
) -> Result<Predicate, NotPushable> {
    condition(expression, bound, run)
}

#[cfg(test)]
mod tests;
