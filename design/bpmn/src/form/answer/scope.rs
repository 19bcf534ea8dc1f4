//! Where in the answer a component stands: at its top, in a group with a path, or in an entry of a list.

use std::sync::Arc;

use feel::{Context, Run, Timestamp, Value};

use super::super::joined;
use crate::text::compile;

/// A place in the answer.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    /// What the keys below are read in: the answer, or an entry of a list.
    here: Value,
    /// How faults call that: empty, or `lines[0]`.
    place: String,
    /// The groups between it and this scope.
    path: String,
    /// What expressions see.
    names: Context,
}

impl Scope {
    pub(super) fn root(values: Context) -> Self {
        let here = Value::from(values.clone());
        let mut names = values;
        names.insert("this", here.clone());
        Self { here, place: String::new(), path: String::new(), names }
    }

    /// The scope of a group or a list with that path.
    pub(super) fn within(&self, path: &str) -> Self {
        Self { path: joined(&self.path, path), ..self.clone() }
    }

    /// The scope of an entry of the list that stands here. Its own names go before those around it.
    pub(super) fn entry(&self, index: usize, entry: &Value) -> Self {
        let mut names = self.names.clone();
        names.insert("parent", self.here.clone());
        names.insert("this", entry.clone());
        let number = i64::try_from(index).unwrap_or(i64::MAX).saturating_add(1);
        names.insert("i", Value::number(number));
        for (name, value) in entry.as_context().into_iter().flat_map(Context::iter) {
            names.insert(Arc::clone(name), value.clone());
        }
        let place = format!("{}[{index}]", self.place(""));
        Self { here: entry.clone(), place, path: String::new(), names }
    }

    /// How faults call a key: `lines[0].sku`.
    pub(super) fn place(&self, key: &str) -> String {
        joined(&self.place, &joined(&self.path, key))
    }

    /// The value behind a key; null where there is none.
    pub(super) fn value(&self, key: &str) -> Value {
        let path = joined(&self.path, key);
        let mut steps = path.split('.').filter(|step| !step.is_empty());
        let found = steps.try_fold(&self.here, |value, step| value.get(step));
        found.cloned().unwrap_or_default()
    }

    /// A name as expressions see it.
    pub(super) fn named(&self, name: &str) -> Option<&Value> {
        self.names.get(name)
    }

    /// What FEEL behind an `=` gives here; nothing where it is none, or fails.
    pub(super) fn evaluate(&self, source: &str, now: Timestamp) -> Option<Value> {
        let expression = compile(source.trim().strip_prefix('=')?).ok()?;
        let mut run = Run::new(now);
        let value = expression.evaluate_in(&self.names, &mut run);
        run.failure().is_none().then_some(value)
    }
}
