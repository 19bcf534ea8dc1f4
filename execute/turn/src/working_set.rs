//! The rows that turns read and change, as layers over what the database holds. The bottom layer is
//! the batch; a turn works on a layer above it, a built-in task on one more. A layer that succeeds is
//! merged into the one below, one that fails is dropped: there is nothing else to undo. Beneath the
//! batch lies what the batch before has changed, where that may not be in the database yet.

mod find;
mod instance;
mod layer;
mod preceding;
mod record;
mod view;

use std::collections::BTreeMap;
use std::sync::Arc;

use feel::{CompileError, Dialect, Expression, Options};

pub(crate) use layer::{Layer, Loaded};
pub use preceding::Preceding;
pub(crate) use view::View;

/// Texts of FEEL that one batch keeps compiled.
const COMPILED_MAX: usize = 64;

/// Compiled FEEL by its text, in the one dialect and without names, as inputs of tasks are.
#[derive(Debug, Default)]
pub(crate) struct Compiled(BTreeMap<Arc<str>, Arc<Expression>>);

impl Compiled {
    /// The compiled text, made where it is not there yet.
    pub(crate) fn get(&mut self, text: &Arc<str>) -> Result<Arc<Expression>, CompileError> {
        if let Some(expression) = self.0.get(text) {
            return Ok(Arc::clone(expression));
        }
        let options = Options { dialect: Dialect::Camunda, names: &[] };
        let expression = Arc::new(feel::compile(text, &options)?);
        if self.0.len() < COMPILED_MAX {
            self.0.insert(Arc::clone(text), Arc::clone(&expression));
        }
        Ok(expression)
    }
}

/// The layers of a running batch.
#[derive(Debug, Default)]
pub(crate) struct WorkingSet {
    pub(crate) loaded: Loaded,
    /// FEEL that came as text, for the next turn that brings the same.
    pub(crate) compiled: Compiled,
    preceding: Arc<Preceding>,
    batch: Layer,
    above: Vec<Layer>,
}

impl WorkingSet {
    /// A working set over what the batch before has changed.
    pub(crate) fn after(preceding: Arc<Preceding>) -> Self {
        Self { preceding, ..Self::default() }
    }

    /// Opens a layer.
    pub(crate) fn push(&mut self) {
        self.above.push(Layer::default());
    }

    /// Closes the top layer in success.
    pub(crate) fn merge(&mut self) {
        if let Some(above) = self.above.pop() {
            self.top().merge(above);
        }
    }

    /// Closes the top layer in failure.
    pub(crate) fn discard(&mut self) {
        self.above.pop();
    }

    /// Closes every layer above the batch's; a panic leaves them open.
    pub(crate) fn discard_all(&mut self) {
        self.above.clear();
    }

    /// The layer that changes go to.
    pub(crate) fn top(&mut self) -> &mut Layer {
        self.above.last_mut().unwrap_or(&mut self.batch)
    }

    /// The batch's layer, at its end.
    pub(crate) fn take_batch(&mut self) -> Layer {
        std::mem::take(&mut self.batch)
    }

    /// The layers, the top one first.
    fn layers(&self) -> impl Iterator<Item = &Layer> {
        let below = [&self.batch, self.preceding.layer()];
        self.above.iter().rev().chain(below)
    }
}
