//! What the working set knows without loading, as FEEL reads it.

use std::sync::Arc;

use base::Key;
use records::{Known, Record, RecordRef, Schema, Source};

use super::WorkingSet;

/// Records as they are now, as far as they are loaded.
#[derive(Debug)]
pub(crate) struct View<'a> {
    set: &'a WorkingSet,
    schema: &'a Schema,
    shown: Option<(RecordRef, Arc<Record>)>,
}

impl<'a> View<'a> {
    pub(crate) fn new(set: &'a WorkingSet, schema: &'a Schema) -> Self {
        Self { set, schema, shown: None }
    }

    /// The same with one record as it was at some moment.
    pub(crate) fn showing(self, at: RecordRef, record: Arc<Record>) -> Self {
        Self { shown: Some((at, record)), ..self }
    }
}

impl Source for View<'_> {
    fn record(&self, object: &str, key: Key) -> Known<Option<Arc<Record>>> {
        let at = RecordRef { object: object.into(), key };
        if let Some((shown, record)) = &self.shown
            && *shown == at
        {
            return Known::Loaded(Some(Arc::clone(record)));
        }
        match self.set.known_record(&at) {
            Some(record) => Known::Loaded(record.clone()),
            None => Known::NotLoaded,
        }
    }

    fn children(&self, child_object: &str, parent: Key) -> Known<Vec<Arc<Record>>> {
        let object = self.schema.object(child_object);
        let Some((object, part_of)) = object.and_then(|it| Some((it, it.part_of.as_ref()?))) else {
            return Known::Loaded(Vec::new());
        };
        match self.set.known_children(object, &part_of.field, parent) {
            Some(children) => Known::Loaded(children),
            None => Known::NotLoaded,
        }
    }
}
