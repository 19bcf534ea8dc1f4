//! The FEEL value of a record with everything that the paths of an expression reach, and nothing
//! else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::Key;
use feel::{Context, Value};

use super::feel_face::{key_text, own_entries, own_value};
use crate::{FieldValue, ObjectDef, Record, RecordRef, Schema};

/// How many records a path may go through; beyond it a reference shows only its key and a
/// collection nothing.
const DEPTH_MAX: usize = 16;

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

/// The value of the name `record` for an expression that reads `paths` (without the leading
/// `record`).
///
/// References and collections are followed as far as the paths go, 16 records at most. A path that
/// ends on a record gives its own fields; the empty path is the root itself. A record that does not
/// exist is null.
///
/// # Errors
/// Everything that is not loaded yet, as far as it can be seen; load it and ask again.
pub fn resolve(
    schema: &Schema,
    root: &RecordRef,
    paths: &[feel::Path],
    source: &dyn Source,
) -> Result<Value, Vec<Missing>> {
    let mut wanted = Wanted::default();
    for path in paths {
        wanted.add(path);
    }
    let mut walk = Walk { schema, source, missing: BTreeSet::new() };
    let value = walk.record(&root.object, root.key, &wanted, 0);
    if walk.missing.is_empty() { Ok(value) } else { Err(walk.missing.into_iter().collect()) }
}

/// The paths as a tree.
#[derive(Default)]
struct Wanted<'a> {
    /// A path ends here.
    is_whole: bool,
    steps: BTreeMap<&'a Arc<str>, Wanted<'a>>,
}

impl<'a> Wanted<'a> {
    fn add(&mut self, path: &'a [Arc<str>]) {
        let mut at = self;
        // Steps beyond the deepest record are never looked at.
        for step in path.iter().take(DEPTH_MAX + 1) {
            at = at.steps.entry(step).or_default();
        }
        at.is_whole = true;
    }

    /// Whether a reference answers this without its record.
    fn is_key_only(&self) -> bool {
        !self.is_whole && self.steps.keys().all(|step| &***step == "key")
    }
}

struct Walk<'a> {
    schema: &'a Schema,
    source: &'a dyn Source,
    missing: BTreeSet<Missing>,
}

impl Walk<'_> {
    fn record(&mut self, object: &Arc<str>, key: Key, wanted: &Wanted<'_>, depth: usize) -> Value {
        let Some(object) = self.schema.object(object).map(Arc::clone) else { return Value::Null };
        match self.source.record(&object.name, key) {
            Known::Loaded(Some(record)) => self.row(&object, &record, wanted, depth),
            Known::Loaded(None) => Value::Null,
            Known::NotLoaded => {
                self.missing.insert(Missing::Record { object: Arc::clone(&object.name), key });
                Value::Null
            }
        }
    }

    fn row(
        &mut self,
        object: &ObjectDef,
        record: &Record,
        wanted: &Wanted<'_>,
        depth: usize,
    ) -> Value {
        let mut context =
            if wanted.is_whole { own_entries(object, record) } else { Context::new() };
        for (name, wanted) in &wanted.steps {
            if let Some(value) = self.entry(object, record, name, wanted, depth) {
                context.insert(Arc::clone(name), value);
            }
        }
        context.into()
    }

    /// What stands under `name` in the record's context; `None` where nothing does.
    fn entry(
        &mut self,
        object: &ObjectDef,
        record: &Record,
        name: &str,
        wanted: &Wanted<'_>,
        depth: usize,
    ) -> Option<Value> {
        let Some(position) = object.position(name) else {
            let collection = self.schema.collection(&object.name, name).map(Arc::clone);
            return match collection {
                Some(parts) => self.parts(&parts, record.key, wanted, depth + 1),
                None => own_value(object, record, name),
            };
        };
        let referred = object.fields.get(position)?.kind.referenced_object();
        match (referred, record.at(position)) {
            (Some(_), FieldValue::Reference(key)) if wanted.is_key_only() || depth >= DEPTH_MAX => {
                Some(Value::context([("key", key_text(*key))]))
            }
            (Some(referred), FieldValue::Reference(key)) => {
                Some(self.record(referred, *key, wanted, depth + 1))
            }
            _ => own_value(object, record, name),
        }
    }

    fn parts(
        &mut self,
        parts: &ObjectDef,
        parent: Key,
        wanted: &Wanted<'_>,
        depth: usize,
    ) -> Option<Value> {
        if depth > DEPTH_MAX {
            return None;
        }
        match self.source.children(&parts.name, parent) {
            Known::Loaded(rows) => {
                let rows = rows.iter().map(|row| self.row(parts, row, wanted, depth));
                Some(Value::list(rows.collect()))
            }
            Known::NotLoaded => {
                let (object, field) = (Arc::clone(&parts.name), &parts.part_of.as_ref()?.field);
                let field = Arc::clone(field);
                self.missing.insert(Missing::Children { object, field, parent });
                None
            }
        }
    }
}

#[cfg(test)]
mod tests;
