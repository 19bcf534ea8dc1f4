//! The thread that writes a batch while its lane runs the next one. It owns a second connection, commits one batch
//! after the other in the order in which they ran, and answers when each is durable.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread::JoinHandle;
use std::time::Instant;

use crate::changed;
use crate::lane::serve::caught;
use crate::lane::{Message, Request, Shared};
use crate::port::{Rows, Store, StoreError};
use crate::statistics::stopwatch;
use crate::{Answer, CommandError};

/// A batch that has run, to be written and answered.
pub(super) struct Sheet {
    pub(super) rows: Box<Rows>,
    pub(super) requests: Vec<Request>,
    /// One per request, in their order.
    pub(super) answers: Vec<Result<Answer, CommandError>>,
    /// The version of the catalogue that it ran with.
    pub(super) catalogue: i64,
    /// When the lane began with it.
    pub(super) since: Instant,
}

/// What became of a batch.
pub(super) enum Landed {
    /// It is durable, and is being answered. The rows come back to the thread that made them: what one thread
    /// allocates and another frees costs both of them time.
    Safe(Box<Rows>),
    /// It is not committed, and nobody has been answered.
    Failed(StoreError, Vec<Request>),
}

/// The thread has ended before it was told to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gone;

/// The handle that a lane holds.
pub(super) struct Writer {
    sheets: Option<SyncSender<Sheet>>,
    landed: Receiver<Landed>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread. It wakes the lane through `wake` whenever a batch is through.
    pub(super) fn start(
        store: Box<dyn Store>,
        shared: Arc<Shared>,
        wake: SyncSender<Message>,
        lane: i64,
    ) -> std::io::Result<Self> {
        // One sheet is out at a time.
        let (sheets, taken) = sync_channel(1);
        let (landing, landed) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name(format!("writer-{lane}"))
            .spawn(move || Thread { store, shared, landing, wake }.run(&taken))?;
        Ok(Self { sheets: Some(sheets), landed, thread: Some(thread) })
    }

    /// Has a batch written. Gives its requests back where there is no thread any more.
    pub(super) fn write(&self, sheet: Sheet) -> Result<(), Vec<Request>> {
        match &self.sheets {
            Some(sheets) => sheets.send(sheet).map_err(|back| back.0.requests),
            None => Err(sheet.requests),
        }
    }

    /// Waits until the batch that is out is through.
    pub(super) fn wait(&self) -> Result<Landed, Gone> {
        self.landed.recv().map_err(|_disconnected| Gone)
    }

    /// What became of the batch that is out, if it is through.
    pub(super) fn poll(&self) -> Option<Result<Landed, Gone>> {
        match self.landed.try_recv() {
            Ok(landed) => Some(Ok(landed)),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Err(Gone)),
        }
    }
}

/// Waits until what was handed over is answered.
impl Drop for Writer {
    fn drop(&mut self) {
        self.sheets = None;
        if let Some(thread) = self.thread.take() {
            // A panic in it was told where it was caught.
            let _panicked = thread.join();
        }
    }
}

struct Thread {
    store: Box<dyn Store>,
    shared: Arc<Shared>,
    landing: SyncSender<Landed>,
    wake: SyncSender<Message>,
}

impl Thread {
    fn run(mut self, sheets: &Receiver<Sheet>) {
        for sheet in sheets {
            let Sheet { rows, requests, answers, catalogue, since } = sheet;
            let written = caught(|| self.write(&rows, catalogue));
            if let Err(error) = written {
                if let Err(error) = caught(|| self.store.rollback()) {
                    tracing::error!(%error, "a transaction could not be given up");
                }
                self.land(Landed::Failed(error, requests));
                continue;
            }
            let (count, changed) = (requests.len(), changed::of(&rows));
            // The lane first, so that the next batch is here before this one's callers ask for more.
            self.land(Landed::Safe(rows));
            self.shared.answer_all(requests, answers, changed);
            self.shared.statistics.served(count, since);
        }
    }

    fn write(&mut self, rows: &Rows, catalogue: i64) -> Result<(), StoreError> {
        let begun = self.store.begin()?;
        if begun.catalogue_version != catalogue {
            return Err(StoreError::Retry("the catalogue has changed meanwhile".to_owned()));
        }
        if *rows != Rows::default() {
            self.store.write(rows)?;
        }
        let since = stopwatch();
        let committed = self.store.commit();
        self.shared.statistics.committed(since);
        committed
    }

    fn land(&self, landed: Landed) {
        let _lane_is_gone = self.landing.send(landed);
        // A lane with a full inbox is awake.
        let _awake = self.wake.try_send(Message::Landed);
    }
}
