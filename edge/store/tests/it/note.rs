//! The object `note`, for tests of what happens around records rather than in them.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::{Actor, Permission};
use base::Key;
use feel::predicate::Predicate;
use records::{FieldValue, Input, ObjectDef};
use runtime::port::{PageRequest, RecordQuery};
use runtime::{Command, Envelope, RecordChange, Runtime};

const NOTE: &str = r#"{
    "name": "note", "label": {"en": "Note", "zh": "便签"}, "plural": {"en": "Notes", "zh": "便签"},
    "title": "name", "list": ["name"], "navigation": true,
    "fields": [
        {"name": "name", "label": {"en": "Name", "zh": "名称"}, "type": "text", "max": 200, "required": true, "unique": true},
        {"name": "parent", "label": {"en": "Parent", "zh": "上级"}, "type": "reference", "object": "note"}
    ]
}"#;

pub(crate) async fn define(runtime: &Runtime) {
    let define = Command::DefineObjects(vec![ObjectDef::from_json(NOTE).unwrap()]);
    runtime.submit(Envelope::new(Actor::system(), define)).await.unwrap();
}

/// A new note.
pub(crate) fn create(name: &str, parent: Option<Key>) -> RecordChange {
    let mut input = Input::new();
    input.insert("name", name);
    if let Some(parent) = parent {
        input.insert("parent", parent.to_string());
    }
    RecordChange::Create { object: "note".into(), input, parts: BTreeMap::new() }
}

/// The names of all notes, sorted.
pub(crate) async fn names(runtime: &Runtime) -> Vec<String> {
    let note = Arc::clone(runtime.catalogue().schema.object("note").unwrap());
    let query = RecordQuery {
        object: note,
        selection: Predicate::Always.into(),
        search: None,
        sort: Vec::new(),
        page: PageRequest::first(500),
    };
    let (actor, permission) = (Actor::system(), Permission::ReadProcesses);
    let found = runtime.read(&actor, &permission, move |read| read.records(&query));
    let found = found.await.unwrap();
    let mut names: Vec<String> = found
        .page
        .items
        .iter()
        .map(|note| match &note.values[0] {
            FieldValue::Text(name) => name.to_string(),
            other => format!("{other:?}"),
        })
        .collect();
    names.sort();
    names
}
