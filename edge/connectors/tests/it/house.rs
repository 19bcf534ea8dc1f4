//! A database with entries in its outbox, and the runtime over it.

use std::sync::Arc;
use std::time::Duration;

use access::{Actor, Permission};
use base::{Key, Timestamp};
use connectors::{BackOff, Deliverer, Mailer, Settings};
use runtime::port::{OutboxRow, OutboxState, Rows, Store as _};
use runtime::{Command, CommandError, Envelope, Runtime};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::broadcast::error::RecvError;

const PATIENCE: Duration = Duration::from_mins(1);
pub(crate) const FROM: &str = "Rondo <rondo@example.com>";

pub(crate) struct House {
    pub(crate) runtime: Runtime,
    // Dropped after the runtime that works in it.
    _folder: TempDir,
}

/// A mail to one address.
pub(crate) fn mail(subject: &str, body: &str) -> Value {
    json!({"to": ["ada@example.com"], "cc": [], "subject": subject, "body": body})
}

/// Settings that try again at once, so often.
pub(crate) fn quick(tries_again: usize) -> Settings {
    let waits = std::iter::repeat_n(Duration::from_millis(1), tries_again);
    let moment = Duration::from_millis(20);
    Settings { back_off: BackOff::new(waits), pause: moment, ..Settings::default() }
}

impl House {
    /// A house whose outbox holds these mails, with the keys 1, 2, 3.
    pub(crate) fn with(payloads: &[Value]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let database = store::sqlite::Database::open(folder.path()).expect("a database is made");
        let mut lane = database.lane().expect("it can be written");
        let outbox = payloads.iter().zip(1..).map(|(payload, key)| entry(key, payload)).collect();
        lane.begin().expect("a transaction begins");
        lane.write(&Rows { outbox, ..Rows::default() }).expect("rows are written");
        lane.commit().expect("they are committed");
        let reader = Arc::new(database.reader());
        let runtime = Runtime::start(Box::new(lane), reader, runtime::Settings::default())
            .expect("the runtime starts");
        Self { runtime, _folder: folder }
    }

    pub(crate) fn deliver(&self, url: Option<&str>, settings: Settings) -> Deliverer {
        let mailer = url.map(|url| Mailer::new(url, FROM).expect("the address is one"));
        Deliverer::start(self.runtime.clone(), mailer, settings)
    }

    pub(crate) async fn retry(&self, key: i64) -> Result<(), CommandError> {
        let envelope = Envelope::new(Actor::system(), Command::RetryOutbox(Key(key)));
        self.runtime.submit(envelope).await.map(|_done| ())
    }

    pub(crate) async fn entry(&self, key: i64) -> OutboxRow {
        let (system, permission) = (Actor::system(), Permission::ReadOutbox);
        let query =
            self.runtime.read(&system, &permission, move |read| read.outbox_entry(Key(key)));
        query.await.expect("the outbox can be read").expect("the entry exists")
    }

    /// The entry once nothing more is done about it.
    pub(crate) async fn settled(&self, key: i64) -> OutboxRow {
        let mut changes = self.runtime.subscribe();
        let waited = tokio::time::timeout(PATIENCE, async {
            loop {
                let entry = self.entry(key).await;
                if entry.state != OutboxState::Waiting {
                    return entry;
                }
                let heard = changes.recv().await;
                assert!(!matches!(heard, Err(RecvError::Closed)), "the runtime has gone");
            }
        });
        waited.await.expect("the entry is settled")
    }
}

fn entry(key: i64, payload: &Value) -> OutboxRow {
    OutboxRow {
        key: Key(key),
        kind: "mail".into(),
        instance: None,
        element_id: None,
        record: None,
        at: Timestamp(1_795_348_800_000),
        state: OutboxState::Waiting,
        message_id: format!("{key}@rondo").into(),
        payload: payload.to_string(),
        attempts: 0,
        unsettled: 0,
        next_at: Timestamp(0),
        error: None,
    }
}
