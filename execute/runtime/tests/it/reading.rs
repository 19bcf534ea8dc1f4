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

#[tokio::test]
#[expect(clippy::await_holding_lock, reason = "the slow readers wait for this very lock")]
async fn slow_queries_keep_nobody_from_signing_in() {
    let readers = Arc::new(SlowReaders::default());
    let settings = Settings { readers: SLOW, ..Settings::default() };
    let shared: Arc<dyn Readers> = Arc::<SlowReaders>::clone(&readers);
    let runtime = Runtime::start(Fake::new().store(), shared, settings).expect("it starts");
    let gate = readers.gate.lock().expect("nobody panics");
    let read = |actor: Actor, permission: Permission| {
        let runtime = runtime.clone();
        tokio::spawn(async move { runtime.read(&actor, &permission, |_| Ok(())).await })
    };
    let slow: Vec<_> =
        (0..SLOW).map(|_| read(actor(Role::Sales), Permission::ReadProcesses)).collect();
    while readers.opened.load(Ordering::SeqCst) < SLOW {
        tokio::task::yield_now().await;
    }
    assert!(read(Actor::system(), Permission::ManageUsers).await.is_ok(), "the house reads");
    assert!(read(actor(Role::Sales), Permission::Evaluate).await.is_ok(), "decisions run");
    drop(gate);
    for one in slow {
        assert!(one.await.is_ok());
    }
}
