//! How a database goes about a statement.

use std::collections::BTreeSet;

/// The way of a statement through tables and indices.
pub(crate) struct Plan {
    /// As the database tells it.
    pub(crate) text: String,
    /// The indices that it walks; a primary key is `PRIMARY`.
    pub(crate) indices: Vec<String>,
    /// The tables that it reads from end to end.
    pub(crate) whole_tables: BTreeSet<String>,
}
