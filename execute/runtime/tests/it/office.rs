//! A running house for one test: the runtime on a database in memory, with people who work in it.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use access::{Actor, Role};
use base::Key;
use feel::Context;
use records::{FieldValue, Input, ObjectDef, Record, RecordRef};
use runtime::port::{IncidentRow, IncidentState, UserTaskRow, UserTaskState};
use runtime::{
    Answer, Command, CommandError, Envelope, InstanceCommand, RecordChange, Resource, Runtime,
    Settings,
};
use serde_json::Value;

use crate::fake::{Db, Fake, NoReaders};

pub(crate) struct Office {
    pub(crate) runtime: Runtime,
    pub(crate) fake: Arc<Fake>,
}

/// What a command is answered with.
pub(crate) type Answered = Result<Answer, CommandError>;

/// A command that was sent and waits for its answer.
pub(crate) type Sent = Pin<Box<dyn Future<Output = Answered>>>;

/// Somebody with a role; the login is the role's name.
pub(crate) fn actor(role: Role) -> Actor {
    Actor { user: Key(7), login: role.as_str().into(), role, teams: Vec::new() }
}

/// A plain object for tests: `name` is a unique text, `count` a number, `parent` a note.
const NOTE: &str = r#"{
    "name": "note", "label": {"en": "Note", "zh": "便签"}, "plural": {"en": "Notes", "zh": "便签"},
    "title": "name", "list": ["name"], "navigation": true,
    "fields": [
        {"name": "name", "label": {"en": "Name", "zh": "名称"}, "type": "text", "max": 200, "required": true, "unique": true},
        {"name": "count", "label": {"en": "Count", "zh": "数量"}, "type": "number", "scale": 0, "default": 0},
        {"name": "parent", "label": {"en": "Parent", "zh": "上级"}, "type": "reference", "object": "note"}
    ]
}"#;

impl Office {
    /// A house without any objects.
    pub(crate) fn empty() -> Self {
        let fake = Fake::new();
        let runtime = Runtime::start(fake.store(), Arc::new(NoReaders), Settings::default())
            .expect("an empty database starts");
        Self { runtime, fake }
    }

    /// A house with the object `note`.
    pub(crate) async fn with_notes() -> Self {
        let office = Self::empty();
        office.define(&[NOTE]).await;
        office
    }

    pub(crate) async fn define(&self, definitions: &[&str]) {
        let objects = definitions.iter().map(|text| ObjectDef::from_json(text).expect("it reads"));
        self.done(Command::DefineObjects(objects.collect())).await;
    }

    pub(crate) async fn submit(
        &self,
        role: Role,
        command: Command,
    ) -> Result<Answer, CommandError> {
        self.runtime.submit(Envelope::new(actor(role), command)).await
    }

    /// Submits as admin what has to succeed.
    pub(crate) async fn done(&self, command: Command) -> Answer {
        let text = format!("{command:?}");
        let answer = self.submit(Role::Admin, command).await;
        answer.unwrap_or_else(|error| panic!("{error}: {error:?} on {text:.300}"))
    }

    pub(crate) async fn deploy(&self, resources: Vec<Resource>) -> Answer {
        self.done(Command::Deploy(resources)).await
    }

    pub(crate) async fn create(&self, object: &str, fields: Value) -> Key {
        let answer = self.done(Command::ChangeRecords(vec![create(object, fields)])).await;
        let Answer::Records(records) = answer else { panic!("{answer:?}") };
        records.first().expect("one record").key
    }

    pub(crate) async fn complete_job(&self, job: Key, variables: Value) {
        let variables = context(&variables);
        self.done(Command::Process(InstanceCommand::CompleteJob { job, variables })).await;
    }

    pub(crate) fn db(&self) -> Db {
        self.fake.db()
    }

    pub(crate) fn record(&self, object: &str, key: Key) -> Record {
        let at = RecordRef { object: object.into(), key };
        self.db().records.get(&at).expect("the record exists").clone()
    }

    /// Sends a command as an administrator and does not wait for its answer.
    pub(crate) fn send(&self, command: Command) -> Sent {
        self.send_envelope(Envelope::new(actor(Role::Admin), command))
    }

    /// Sends a command and does not wait for its answer.
    pub(crate) fn send_envelope(&self, envelope: Envelope) -> Sent {
        let runtime = self.runtime.clone();
        let mut waiting = Box::pin(async move { runtime.submit(envelope).await });
        // The first poll sends it. A lane that is quick has answered by then.
        let waker = std::task::Waker::noop();
        match waiting.as_mut().poll(&mut std::task::Context::from_waker(waker)) {
            Poll::Pending => waiting,
            Poll::Ready(answer) => Box::pin(std::future::ready(answer)),
        }
    }

    /// A field of a record as JSON text.
    pub(crate) fn field(&self, object: &str, key: Key, field: &str) -> String {
        let catalogue = self.runtime.catalogue();
        let object = catalogue.schema.object(object).expect("the object exists");
        let record = self.record(&object.name, key);
        let fields = records::view::to_json(object, &record);
        fields.get(field).expect("the field exists").to_string()
    }

    pub(crate) fn open_tasks(&self) -> Vec<UserTaskRow> {
        let tasks = self.db().user_tasks.into_values();
        tasks.filter(|task| task.state == UserTaskState::Created).collect()
    }

    pub(crate) fn open_incidents(&self) -> Vec<IncidentRow> {
        let incidents = self.db().incidents.into_values();
        incidents.filter(|incident| incident.state == IncidentState::Open).collect()
    }

    /// The texts of a text field over all records of an object, by key order.
    pub(crate) fn texts(&self, object: &str, field: &str) -> Vec<String> {
        let catalogue = self.runtime.catalogue();
        let def = catalogue.schema.object(object).expect("the object exists");
        let db = self.db();
        let records = db.records.iter().filter(|(at, _)| *at.object == *object);
        let text = |record: &Record| match record.value(def, field) {
            FieldValue::Text(text) => text.to_string(),
            other => format!("{other:?}"),
        };
        records.map(|(_, record)| text(record)).collect()
    }

    /// Every instance is what its history leads to, and its rows say the same as its state.
    pub(crate) fn check(&self) {
        let db = self.db();
        for row in db.instances.values() {
            let history = db.history.range((row.key, 0)..=(row.key, i64::MAX));
            let history: Vec<_> = history.map(|(_, row)| row.clone()).collect();
            runtime::check_replay(row, &history).expect("the history leads to the state");
            let state = engine::codec::decode_state(&row.snapshot).expect("the state reads");
            assert_eq!(row.incidents as usize, state.incidents.len());
            assert_rows_agree(&db, &state);
        }
    }
}

fn assert_rows_agree(db: &Db, state: &engine::Instance) {
    let keys_of = |keys: Vec<Key>| keys;
    let open = |rows: Vec<(Key, Key)>| -> Vec<Key> {
        rows.into_iter().filter(|(_, owner)| *owner == state.key).map(|(key, _)| key).collect()
    };
    let tasks = db.user_tasks.values().filter(|row| row.state == UserTaskState::Created);
    assert_eq!(
        open(tasks.map(|row| (row.key, row.instance)).collect()),
        keys_of(state.user_tasks.keys().copied().collect())
    );
    let incidents = db.incidents.values().filter(|row| row.state == IncidentState::Open);
    assert_eq!(
        open(incidents.map(|row| (row.key, row.instance)).collect()),
        keys_of(state.incidents.keys().copied().collect())
    );
    let jobs = state.jobs.values().filter(|job| !job.is_built_in()).map(|job| job.key);
    assert_eq!(
        open(db.jobs.values().map(|row| (row.key, row.instance)).collect()),
        keys_of(jobs.collect())
    );
    let elements = db.elements.values().filter(|row| row.ended_at.is_none());
    assert_eq!(
        open(elements.map(|row| (row.key, row.instance)).collect()),
        keys_of(state.elements.keys().copied().collect())
    );
}

pub(crate) fn input(fields: Value) -> Input {
    serde_json::from_value(fields).expect("fields are an object")
}

pub(crate) fn create(object: &str, fields: Value) -> RecordChange {
    RecordChange::Create { object: object.into(), input: input(fields), parts: BTreeMap::new() }
}

pub(crate) fn update(object: &str, key: Key, fields: Value) -> RecordChange {
    RecordChange::Update { object: object.into(), key, version: None, input: input(fields) }
}

pub(crate) fn delete(object: &str, key: Key) -> RecordChange {
    RecordChange::Delete { object: object.into(), key, version: None }
}

pub(crate) fn context(json: &Value) -> Context {
    feel::json::from_json(json).as_context().cloned().unwrap_or_default()
}
