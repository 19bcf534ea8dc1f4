//! A node for tests of what happens between nodes, and to one of them: a runtime with two lanes on the
//! database of a place, which knows the object `note`.

use std::sync::Arc;

use access::Actor;
use base::Key;
use runtime::port::Store;
use runtime::{Answer, Command, CommandError, Envelope, Runtime, Settings};
use store::postgres::{Database, Listening};

use crate::note::{self, create};

pub(crate) struct Node {
    pub(crate) runtime: Runtime,
    /// Goes first, so that nothing is heard after the end.
    _listening: Listening,
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
        note::define(&self.runtime).await;
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
        note::names(&self.runtime).await
    }
}
