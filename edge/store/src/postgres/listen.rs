//! Hears what the lanes of other nodes have committed, on a connection of its own. Whatever was said while
//! that was lost is made up for by saying that everything may have changed.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Thread};
use std::time::Duration;

use runtime::port::StoreError;
use runtime::{Changed, Heard};

use super::address::Address;
use super::connection::Connection;
use super::failure::Outcome;
use super::hint;

/// How long it waits for a hint before it looks whether it is to stop.
const WAIT: Duration = Duration::from_millis(500);
/// How long it waits before it connects again, at first and at most.
const BACK_OFF: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(30)];

/// Listens until it is dropped.
pub struct Listening {
    stopped: Arc<AtomicBool>,
    thread: Thread,
}

impl fmt::Debug for Listening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listening").finish_non_exhaustive()
    }
}

/// The thread ends soon; nobody has to wait for it.
impl Drop for Listening {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        self.thread.unpark();
    }
}

/// Starts to listen on a thread that gives `tell` whatever it hears.
pub(super) fn start(
    address: Address,
    mut tell: impl FnMut(Heard) + Send + 'static,
) -> io::Result<Listening> {
    let stopped = Arc::new(AtomicBool::new(false));
    let stop = Arc::clone(&stopped);
    let work = move || {
        let [first, longest] = BACK_OFF;
        let (mut wait, mut was_lost) = (first, false);
        while !stop.load(Ordering::Relaxed) {
            let begun = |tell: &mut dyn FnMut(Heard)| {
                wait = first;
                if was_lost {
                    tell(Heard { lane: 0, changed: vec![Changed::everything()] });
                }
            };
            if listen(&address, &stop, &mut tell, begun).is_err() {
                tracing::debug!("what other nodes commit is not heard until there is a connection");
                was_lost = true;
                thread::park_timeout(wait);
                wait = longest.min(wait * 2);
            }
        }
    };
    let thread = thread::Builder::new().name("database-listen".to_owned()).spawn(work)?;
    Ok(Listening { stopped, thread: thread.thread().clone() })
}

/// Listens on one connection until it is lost or nobody wants to hear more.
fn listen(
    address: &Address,
    stop: &AtomicBool,
    tell: &mut dyn FnMut(Heard),
    begun: impl FnOnce(&mut dyn FnMut(Heard)),
) -> Outcome<()> {
    let connection = Connection::open(address, "")?;
    connection.batch(&format!("LISTEN {}", hint::CHANNEL))?;
    begun(tell);
    while !stop.load(Ordering::Relaxed) {
        if connection.is_closed() {
            return Err(StoreError::Lost("nothing can be heard any more".to_owned()).into());
        }
        if let Some(text) = connection.notification(hint::CHANNEL, WAIT)? {
            tell(hint::read(&text));
        }
    }
    Ok(())
}
