//! Whether two decisions say the same about everything, be they tables or trees; where not, about what.

use std::{ops::ControlFlow, sync::Arc};

use super::{
    grid::Grid,
    side::{MAX_STEPS, Side},
};
use crate::{EvaluateError, Model, verify::Witness};

/// Inputs about which two decisions say different things.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The values of the questions of both, each by its expression.
    pub witness: Witness,
    /// What the one says, as FEEL.
    pub left: String,
    /// What the other says.
    pub right: String,
}

/// Why decisions cannot be compared, or one cannot be written in the other form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotComparable {
    /// There is no such decision.
    #[error(transparent)]
    Unknown(#[from] EvaluateError),
    /// Only tables and trees have rules that can be told apart.
    #[error("the decision `{decision}` is neither a table nor a tree")]
    Form {
        /// Its id.
        decision: String,
    },
    /// A test that only an evaluation can answer.
    #[error(
        "the test `{test}` of `{question}` depends on more than literals; write it with literals and ranges"
    )]
    Test {
        /// The question or input expression.
        question: String,
        /// The test.
        test: String,
    },
    /// Tests of one question with literals of several types.
    #[error("the tests of `{question}` have literals of different types; use one type")]
    Kinds {
        /// The question or input expression.
        question: String,
    },
    /// Computed outputs under a hit policy that compares or adds them.
    #[error(
        "the hit policy looks at computed outputs, so that what it says is only known with the inputs"
    )]
    Outputs,
    /// There are too many combinations.
    #[error("there are too many combinations of answers; divide the decision")]
    TooLarge,
}

impl Model {
    /// Where this model's decision and one of another say different things about the same answers to
    /// their questions; `None` where they are equivalent for all inputs that are allowed, null included.
    ///
    /// Questions count as the same where they are written the same; computed outputs likewise.
    ///
    /// # Errors
    /// Where they cannot be compared.
    pub fn difference(
        &self,
        decision_id: &str,
        other: &Self,
        other_id: &str,
    ) -> Result<Option<Difference>, NotComparable> {
        difference(self.side(decision_id)?, other.side(other_id)?)
    }
}

pub(super) fn difference(
    left: Side<'_>,
    right: Side<'_>,
) -> Result<Option<Difference>, NotComparable> {
    let mut tables = left.tables();
    tables.extend(right.tables());
    let grid = Grid::new(&tables)?;
    let (left, right) = (left.on(&grid), right.on(&grid));
    let mut found = None;
    let mut failed = None;
    let (mut steps, mut inner_steps) = (MAX_STEPS, MAX_STEPS);
    let _ = left.cells(&grid.all(), &mut steps, &mut |cell, here| {
        let flow = right.cells(cell, &mut inner_steps, &mut |within, there| {
            if here == there {
                return ControlFlow::Continue(());
            }
            let names = grid.axes.iter().map(|axis| Arc::from(axis.expression.as_str()));
            let witness = names.zip(grid.witness(within)).collect();
            found = Some(Difference { witness, left: here.text(), right: there.text() });
            ControlFlow::Break(())
        });
        flow.unwrap_or_else(|error| {
            failed = Some(error);
            ControlFlow::Break(())
        })
    })?;
    match failed {
        Some(error) => Err(error),
        None => Ok(found),
    }
}
