//! A set of objects that fit together: every reference resolves, every name is legal, every limit
//! is kept. Checked once when objects are defined, so that nothing later has to ask again.

mod check;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::ObjectDef;

/// The most objects of one workspace.
pub const MAX_OBJECTS: usize = 500;

/// The most fields of one object.
pub const MAX_FIELDS: usize = 200;

/// What is wrong with a definition. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{message}")]
pub struct SchemaProblem {
    /// The object, where the definition got as far as a name.
    pub object: Option<Arc<str>>,
    /// The field, where it is about one.
    pub field: Option<Arc<str>>,
    /// What is wrong and what to do.
    pub message: String,
}

/// What the parts of an object are called there, and their own object.
pub type Part = (Arc<str>, Arc<ObjectDef>);

/// The objects of a workspace, by name.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    objects: BTreeMap<Arc<str>, Arc<ObjectDef>>,
    // INVARIANT: by the parent's name, the objects whose `part_of` names it, in order of
    // collection.
    children: BTreeMap<Arc<str>, Vec<Part>>,
}

impl Schema {
    /// Checks that the objects fit together.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn new(objects: Vec<ObjectDef>) -> Result<Self, Vec<SchemaProblem>> {
        let problems = check::check(&objects);
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut schema = Self::default();
        for object in objects {
            let object = Arc::new(object);
            if let (Some(part_of), Some(parent)) = (&object.part_of, object.parent()) {
                let siblings = schema.children.entry(Arc::clone(parent)).or_default();
                siblings.push((Arc::clone(&part_of.collection), Arc::clone(&object)));
                siblings.sort_by(|(left, _), (right, _)| left.cmp(right));
            }
            schema.objects.insert(Arc::clone(&object.name), object);
        }
        Ok(schema)
    }

    /// The object of that name.
    pub fn object(&self, name: &str) -> Option<&Arc<ObjectDef>> {
        self.objects.get(name)
    }

    /// Every object, by name.
    pub fn objects(&self) -> impl ExactSizeIterator<Item = &Arc<ObjectDef>> {
        self.objects.values()
    }

    /// The objects whose rows are parts of `object`, with what they are called there.
    pub fn children_of(&self, object: &str) -> &[Part] {
        self.children.get(object).map_or(&[], Vec::as_slice)
    }

    /// The object whose rows are called `collection` at `object`.
    pub fn collection(&self, object: &str, collection: &str) -> Option<&Arc<ObjectDef>> {
        self.children_of(object)
            .iter()
            .find_map(|(name, child)| (**name == *collection).then_some(child))
    }

    /// The fields that refer to records of `object`: the object that has the field, and the field's
    /// name.
    pub fn references_to(&self, object: &str) -> Vec<(&Arc<ObjectDef>, &Arc<str>)> {
        let mut found = Vec::new();
        for holder in self.objects.values() {
            for (_, field, referred) in holder.references() {
                if **referred == *object {
                    found.push((holder, &field.name));
                }
            }
        }
        found
    }
}
