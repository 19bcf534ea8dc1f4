//! Variables of instances as people search them; the engine reads its own snapshot. Those of scopes that
//! somebody may still look into are rows; the rest is read out of the history ([`crate::past`]).

use std::sync::Arc;

use base::Key;

use crate::port::StoreError;

/// One variable. Unique by (scope, name); written whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariableRow {
    /// Its key; on an update the stored one stays.
    pub key: Key,
    /// The instance.
    pub instance: Key,
    /// The instance, or the element instance it is local to.
    pub scope: Key,
    /// Its name.
    pub name: Arc<str>,
    /// JSON text.
    pub value: String,
}

/// Queries over variables.
pub trait ReadVariables {
    /// The variables of an instance and of its elements, by scope and name.
    fn variables(&self, instance: Key) -> Result<Vec<VariableRow>, StoreError>;

    /// The variable with this key.
    fn variable(&self, key: Key) -> Result<Option<VariableRow>, StoreError>;
}
