//! Decision tables (DMN 1.5, 8). [`compile`] turns a table into one index per column and the few
//! cells that no index can answer; [`Table::evaluate`] intersects what the columns allow, tests what
//! is left and lets the hit policy decide.

mod axis;
mod bits;
mod compile;
mod condition;
mod domain;
mod evaluate;
mod hit;
mod index;
mod literals;
mod lookup;
mod outcome;
mod ranks;
mod refuse;
mod sample;
mod sorted;
mod space;

use std::{fmt, sync::Arc};

use feel::{Shape, Value};

use crate::{
    item::Type,
    scope::{Expression, Tests},
};

use self::{domain::Expected, index::Index};

pub(crate) use bits::Bits;
pub(crate) use compile::{compile, conclusion};
pub(crate) use condition::{Condition, Interval, Point, is_same_kind};
pub(crate) use evaluate::Rows;
pub(crate) use index::points;
pub(crate) use lookup::Lookup;
pub(crate) use outcome::{Outcome, Question};
pub(crate) use sample::samples_between;
pub(crate) use space::{Axis, Unread};

/// Which of the matching rules make the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HitPolicy {
    /// At most one rule may match.
    Unique,
    /// The first one.
    First,
    /// Any: all that match must say the same.
    Any,
    /// The one whose outputs come first among the allowed values.
    Priority,
    /// All, in the order of the allowed values.
    OutputOrder,
    /// All, in the order of the table.
    RuleOrder,
    /// All, or what an aggregation makes of them.
    Collect(Option<Aggregation>),
}

/// What a collecting table makes of its outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aggregation {
    Sum,
    Min,
    Max,
    Count,
}

impl fmt::Display for HitPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unique => "UNIQUE",
            Self::First => "FIRST",
            Self::Any => "ANY",
            Self::Priority => "PRIORITY",
            Self::OutputOrder => "OUTPUT ORDER",
            Self::RuleOrder => "RULE ORDER",
            Self::Collect(None) => "COLLECT",
            Self::Collect(Some(Aggregation::Sum)) => "COLLECT SUM",
            Self::Collect(Some(Aggregation::Min)) => "COLLECT MIN",
            Self::Collect(Some(Aggregation::Max)) => "COLLECT MAX",
            Self::Collect(Some(Aggregation::Count)) => "COLLECT COUNT",
        })
    }
}

/// A compiled decision table.
#[derive(Debug)]
pub(crate) struct Table {
    /// Its id, or that of the nearest element around it that has one.
    element: Option<Arc<str>>,
    pub(crate) hit_policy: HitPolicy,
    columns: Vec<Column>,
    outputs: Vec<Output>,
    /// The shape of what several outputs make.
    shape: Option<Shape>,
    rules: Vec<Rule>,
    /// One default for each output column, where any column has one.
    default: Option<Vec<Conclusion>>,
}

/// An input column.
#[derive(Debug)]
struct Column {
    id: Arc<str>,
    name: Arc<str>,
    expression: Option<Expression>,
    /// Every cell is `-`.
    is_open: bool,
    kind: Arc<Type>,
    /// What the input may be; anything else makes the table null.
    allowed: Option<Tests>,
    /// What verification takes the input for.
    expected: Expected,
    /// The distinct cells that are more than `-`.
    tests: Vec<Tests>,
    /// For each rule its cell in `tests`; `None` for `-`.
    cells: Vec<Option<u32>>,
    index: Index,
    /// The rules whose cell the index cannot answer; it lets them through.
    residual: Bits,
    /// The rules that a null input lets through, residual ones included.
    on_null: Bits,
}

/// An output column.
#[derive(Debug)]
struct Output {
    id: Arc<str>,
    name: Arc<str>,
    kind: Arc<Type>,
    /// What the type of the whole table asks of the column's values.
    asked: Arc<Type>,
    /// The allowed values in order of priority.
    priorities: Vec<Value>,
}

/// A row.
#[derive(Debug)]
struct Rule {
    id: Arc<str>,
    conclusions: Vec<Conclusion>,
}

/// An output cell.
#[derive(Debug, Clone)]
pub(crate) enum Conclusion {
    /// A literal.
    Constant(Value),
    Computed(Expression),
}
