//! New values of variables.

use std::sync::Arc;

use base::Key;
use serde::{Deserialize, Serialize};

use crate::{Instance, Variables};

/// Variables of one scope have new values; the others keep theirs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VariablesSet {
    /// The instance, or an active element.
    pub scope: Key,
    /// The new values.
    pub values: Variables,
}

impl VariablesSet {
    pub(super) fn apply(&self, instance: &mut Instance) {
        if instance.has_scope(self.scope) {
            let scope = instance.variables.entry(self.scope).or_default();
            scope.extend(self.values.iter().map(|(name, value)| (Arc::clone(name), value.clone())));
        }
    }
}
