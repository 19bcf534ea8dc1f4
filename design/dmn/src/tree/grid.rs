//! The questions of one or two decisions together, each with all pieces that any of their tests tells
//! apart. Everything that the decisions can be asked is a cell of this grid.

use feel::Value;

use super::{NotComparable, pieces::Pieces, side::MAX_DEPTH};
use crate::table::{Bits, Condition, Question, Table};

#[derive(Debug)]
pub(super) struct Axis {
    /// The question as it is written.
    pub(super) expression: String,
    pub(super) pieces: Pieces,
    /// The pieces that an input may be of.
    pub(super) domain: Bits,
}

#[derive(Debug)]
pub(super) struct Grid {
    pub(super) axes: Vec<Axis>,
}

impl Grid {
    /// The grid of all these tables.
    pub(super) fn new(tables: &[&Table]) -> Result<Self, NotComparable> {
        if tables.iter().any(|table| table.questions().len() > MAX_DEPTH) {
            return Err(NotComparable::TooLarge);
        }
        let questions: Vec<Question<'_>> =
            tables.iter().flat_map(|table| table.questions()).collect();
        let mut expressions: Vec<&str> = Vec::new();
        for question in &questions {
            if !expressions.contains(&question.expression) {
                expressions.push(question.expression);
            }
        }
        let axes = expressions.into_iter().map(|expression| {
            let own: Vec<&Question<'_>> =
                questions.iter().filter(|it| it.expression == expression).collect();
            axis(expression, &own)
        });
        Ok(Self { axes: axes.collect::<Result<_, _>>()? })
    }

    /// All that can be asked.
    pub(super) fn all(&self) -> Vec<Bits> {
        self.axes.iter().map(|axis| axis.domain.clone()).collect()
    }

    pub(super) fn position(&self, expression: &str) -> Option<usize> {
        self.axes.iter().position(|axis| axis.expression == expression)
    }

    /// A value of each axis within a cell.
    pub(super) fn witness(&self, within: &[Bits]) -> Vec<Value> {
        let values = self.axes.iter().zip(within).map(|(axis, set)| {
            let mut pieces = members(set).filter_map(|piece| axis.pieces.witness(piece));
            pieces.next().unwrap_or_default()
        });
        values.collect()
    }
}

/// The numbers in a set.
pub(super) fn members(set: &Bits) -> impl Iterator<Item = usize> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let found = set.next(from)?;
        from = found + 1;
        Some(found)
    })
}

fn axis(expression: &str, questions: &[&Question<'_>]) -> Result<Axis, NotComparable> {
    let mut conditions: Vec<&Condition> = Vec::new();
    for question in questions {
        for condition in &question.conditions {
            match condition {
                Ok(condition) => conditions.push(condition),
                Err(text) => {
                    return Err(NotComparable::Test {
                        question: expression.to_owned(),
                        test: text.clone(),
                    });
                }
            }
        }
        conditions.extend(&question.allowed);
    }
    let pieces = Pieces::of(conditions)
        .ok_or_else(|| NotComparable::Kinds { question: expression.to_owned() })?;
    let mut domain = Bits::none(pieces.count());
    for piece in 0..pieces.count() {
        let is_allowed = |value: Value| questions.iter().all(|question| question.admits(&value));
        // Without literals nothing is told apart, and any value stands for all.
        if !pieces.has_cuts() || pieces.witness(piece).is_some_and(is_allowed) {
            domain.insert(piece);
        }
    }
    Ok(Axis { expression: expression.to_owned(), pieces, domain })
}
