//! A node for tests of what happens between nodes, and to one of them: a runtime with two lanes on the
//! database of a place, which knows the object `note`.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::{Actor, Permission};
use base::Key;
use feel::predicate::Predicate;
use records::{FieldValue, Input, ObjectDef};
use runtime::port::{PageRequest, RecordQuery, Store};
use runtime::{Answer, Command, CommandError, Envelope, RecordChange, Runtime, Settings};
use store::postgres::{Database, Listening};

const NOTE: &str = r#"{
    "name": "note", "label": {"en": "Note", "zh": "便签"}, "plural": {"en": "Notes", "zh": "便签"},
    "title": "name", "list": ["name"], "navigation": true,
    "fields": [
        {"name": "name", "label": {"en": "Name", "zh": "名称"}, "type": "text", "max": 200, "required": true, "unique": true},
        {"name": "parent", "label": {"en": "Parent", "zh": "上级"}, "type": "reference", "object": "note"}
    ]
}"#;

pub(crate) struct Node {
    pub(crate) runtime: Runtime,
    /// Goes first, so that nothing is heard after the end.
    _listening: Listening,
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

impl Node {
    /// Blocks, so it is to be called outside of asynchronous tasks.
    pub(crate) fn start(url: &str) -> Self {
        let database = Database::open(url, |_| Ok(())).unwrap();
        let lane = || Box::new(database.lane().unwrap()) as Box<dyn Store>;
        let readers = Arc::new(database.reader());
        let stores = vec![lane(), lane()];
        let runtime = Runtime::start_lanes(stores, readers, Settings::default()).unwrap();
        let heard = runtime.clone();
        let listening = database.listen(move |told| heard.hear(told)).unwrap();
        Self { runtime, _listening: listening }
    }

    pub(crate) async fn define_note(&self) {
        let define = Command::DefineObjects(vec![ObjectDef::from_json(NOTE).unwrap()]);
        self.runtime.submit(Envelope::new(Actor::system(), define)).await.unwrap();
    }

    /// Enters a note under an idempotency key that is its name.
    pub(crate) async fn note(&self, name: &str, parent: Option<Key>) -> Result<Key, CommandError> {
        let command = Command::ChangeRecords(vec![create(name, parent)]);
        let envelope = Envelope {
            idempotency_key: Some(name.into()),
            ..Envelope::new(Actor::system(), command)
        };
        match self.runtime.submit(envelope).await? {
            Answer::Records(records) => Ok(records[0].key),
            other => panic!("{other:?}"),
        }
    }

    /// The names of all notes, sorted.
    pub(crate) async fn names(&self) -> Vec<String> {
        let note = Arc::clone(self.runtime.catalogue().schema.object("note").unwrap());
        let query = RecordQuery {
            object: note,
            predicate: Predicate::Always,
            search: None,
            sort: Vec::new(),
            page: PageRequest::first(500),
        };
        let (actor, permission) = (Actor::system(), Permission::ReadProcesses);
        let found = self.runtime.read(&actor, &permission, move |read| read.records(&query));
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
}
