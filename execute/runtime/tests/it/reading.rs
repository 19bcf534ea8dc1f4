//! Slow queries hold up other queries, and nothing else.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use access::{Actor, Permission, Role};
use runtime::port::{Read, Readers, StoreError};
use runtime::{Runtime, Settings};

use crate::fake::Fake;
use crate::office::actor;

/// The first readers wait at the gate.
#[derive(Default)]
struct SlowReaders {
    gate: Mutex<()>,
    opened: AtomicUsize,
}

const SLOW: usize = 4;

impl Readers for SlowReaders {
    fn open(&self) -> Result<Box<dyn Read + '_>, StoreError> {
        if self.opened.fetch_add(1, Ordering::SeqCst) < SLOW {
            let _open = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        }
        Err(StoreError::Broken("there is nothing to read".to_owned()))
    }
}

fn started(readers: &Arc<SlowReaders>) -> Runtime {
    let settings = Settings { readers: SLOW, ..Settings::default() };
    let shared: Arc<dyn Readers> = Arc::<SlowReaders>::clone(readers);
    Runtime::start(Fake::new().store(), shared, settings).expect("it starts")
}

async fn until_all_are_slow(readers: &SlowReaders) {
    while readers.opened.load(Ordering::SeqCst) < SLOW {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
#[expect(clippy::await_holding_lock, reason = "the slow readers wait for this very lock")]
async fn slow_lists_keep_nobody_from_reading_a_record() {
    let readers = Arc::new(SlowReaders::default());
    let runtime = started(&readers);
    let gate = readers.gate.lock().expect("nobody panics");
    let lists: Vec<_> = (0..SLOW)
        .map(|_| {
            let runtime = runtime.clone();
            let list = async move {
                let permission = Permission::ReadRecords("note".into());
                runtime.list(&actor(Role::Sales), &permission, &[], |_| Ok(())).await
            };
            tokio::spawn(list)
        })
        .collect();
    until_all_are_slow(&readers).await;
    let permission = Permission::ReadRecords("note".into());
    let read = runtime.read(&actor(Role::Sales), &permission, |_| Ok(())).await;
    assert!(matches!(read, Err(runtime::CommandError::Fault(_))), "it has been read: {read:?}");
    drop(gate);
    for one in lists {
        assert!(one.await.is_ok());
    }
}

#[tokio::test]
#[expect(clippy::await_holding_lock, reason = "the slow readers wait for this very lock")]
async fn slow_queries_keep_nobody_from_signing_in() {
    let readers = Arc::new(SlowReaders::default());
    let runtime = started(&readers);
    let gate = readers.gate.lock().expect("nobody panics");
    let read = |actor: Actor, permission: Permission| {
        let runtime = runtime.clone();
        tokio::spawn(async move { runtime.read(&actor, &permission, |_| Ok(())).await })
    };
    let slow: Vec<_> =
        (0..SLOW).map(|_| read(actor(Role::Sales), Permission::ReadProcesses)).collect();
    until_all_are_slow(&readers).await;
    assert!(read(Actor::system(), Permission::ManageUsers).await.is_ok(), "the house reads");
    assert!(read(actor(Role::Sales), Permission::Evaluate).await.is_ok(), "decisions run");
    drop(gate);
    for one in slow {
        assert!(one.await.is_ok());
    }
}
