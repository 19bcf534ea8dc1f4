//! What tells a record from others at a glance: its title and the fields of its object's summary, for lists
//! of something else that names records. One query per object, whatever the number of records, and nothing
//! that the reader may not read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use access::{Actor, Permission};
use base::Key;
use feel::predicate::Predicate;
use feel::{Path, Value as Feel};
use records::{ObjectDef, Record, RecordRef, Schema, view};
use runtime::port::{PageRequest, Read, RecordQuery};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::title::{RecordTitle, Titles, of_record};
use crate::problem::Problem;

/// A record by its name and the fields that tell it from others.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct RecordSummary {
    /// The record's key.
    key: String,
    /// The name of its object.
    object: String,
    /// What people call it; its key where it is gone, has no name or may not be read.
    title: String,
    /// The values of its object's summary by field name; empty where it is gone or may not be read.
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
    /// The records that those fields point to, by field name.
    references: BTreeMap<String, RecordTitle>,
}

/// Summaries of records, loaded and then asked.
#[derive(Debug, Default)]
pub(crate) struct Summaries {
    known: BTreeMap<(Arc<str>, Key), RecordSummary>,
}

impl Summaries {
    /// Loads the summaries of `records`, as far as `actor` may read them.
    pub(crate) fn load<'a>(
        schema: &Schema,
        actor: &Actor,
        records: impl Iterator<Item = &'a RecordRef>,
        read: &dyn Read,
    ) -> Result<Self, Problem> {
        let mut wanted: BTreeMap<&Arc<str>, BTreeSet<Key>> = BTreeMap::new();
        for record in records {
            wanted.entry(&record.object).or_default().insert(record.key);
        }
        let (mut rows, mut titles) = (Vec::new(), Titles::default());
        for (name, keys) in wanted {
            let readable = Permission::ReadRecords(Arc::clone(name)).held_by(actor.role);
            let Some(object) = schema.object(name).filter(|_| readable) else { continue };
            let found = by_keys(object, &keys, read)?;
            for (position, _, target) in fields_that_refer(object) {
                for row in &found {
                    titles.want_at(row, position, target);
                }
            }
            rows.extend(found.into_iter().map(|row| (object, row)));
        }
        titles.load(schema, read)?;
        let known = rows.into_iter().map(|(object, row)| {
            ((Arc::clone(&object.name), row.key), summary(object, &row, &titles))
        });
        Ok(Self { known: known.collect() })
    }

    /// The record by its summary.
    pub(crate) fn get(&self, object: &Arc<str>, key: Key) -> RecordSummary {
        let known = self.known.get(&(Arc::clone(object), key)).cloned();
        known.unwrap_or_else(|| RecordSummary {
            key: key.to_string(),
            object: object.to_string(),
            title: key.to_string(),
            fields: Map::new(),
            references: BTreeMap::new(),
        })
    }
}

/// The records with these keys.
fn by_keys(
    object: &Arc<ObjectDef>,
    keys: &BTreeSet<Key>,
    read: &dyn Read,
) -> Result<Vec<Record>, Problem> {
    let values = keys.iter().map(|key| Feel::string(key.to_string())).collect();
    let query = RecordQuery {
        object: Arc::clone(object),
        selection: Predicate::In { path: Path::new(["key"]), values }.into(),
        search: None,
        sort: Vec::new(),
        page: PageRequest::first(PageRequest::MAX),
    };
    Ok(read.records(&query)?.page.items)
}

/// The references among the fields of the summary.
fn fields_that_refer(object: &ObjectDef) -> impl Iterator<Item = (usize, &str, &Arc<str>)> {
    object.summary_fields().into_iter().filter_map(|(position, field)| {
        Some((position, &*field.name, field.kind.referenced_object()?))
    })
}

fn summary(object: &ObjectDef, row: &Record, titles: &Titles) -> RecordSummary {
    let fields = object.summary_fields().into_iter().map(|(position, field)| {
        (field.name.to_string(), view::field_to_json(&field.kind, row.at(position)))
    });
    let references = fields_that_refer(object).filter_map(|(position, name, target)| {
        Some((name.to_owned(), titles.at(row, position, target)?))
    });
    RecordSummary {
        key: row.key.to_string(),
        object: object.name.to_string(),
        title: of_record(object, row),
        fields: fields.collect(),
        references: references.collect(),
    }
}
