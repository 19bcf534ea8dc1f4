//! The task that empties the outbox. It wakes when an entry has changed and when the next one is due,
//! leases as many as it has places for, delivers them side by side and settles each. It knows nothing
//! that the database does not: a process that dies leaves leases that run out.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use access::{Actor, Permission};
use base::Timestamp;
use runtime::port::OutboxRow;
use runtime::{
    Answer, Changed, ChangedKind, ClaimOutbox, Command, CommandError, Envelope, Runtime, Settlement,
};
use tokio::sync::{broadcast, watch};
use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;

use crate::back_off::BackOff;
use crate::mail::{self, Mailer, OpenMailer};
use crate::outcome::{self, to_ms};

/// The kind of entry that is a mail.
const MAIL: &str = "mail";
/// How many entries are settled at once where nothing can deliver them.
const KEPT_AT_ONCE: usize = 500;
/// The waits before a settlement is given to the runtime again that it could not take.
const SETTLE_AGAIN: [Duration; 3] =
    [Duration::from_millis(100), Duration::from_secs(1), Duration::from_secs(10)];

/// How the outbox is emptied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The waits between the tries of one entry.
    pub back_off: BackOff,
    /// How many entries are delivered at once.
    pub at_once: usize,
    /// How long nobody else gets an entry that is being delivered. Longer than the longest try, for an
    /// entry whose lease has run out is delivered again.
    pub lease: Duration,
    /// How long to wait at most before looking for entries that another node has written.
    pub look: Duration,
    /// How long to wait after a fault, and where an entry is due by this machine's clock only.
    pub pause: Duration,
    /// How long deliveries under way may take to finish after a stop was asked for.
    pub grace: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            back_off: BackOff::default(),
            at_once: usize::try_from(mail::CONNECTIONS).unwrap_or(1),
            lease: Duration::from_mins(5),
            look: Duration::from_mins(1),
            pause: Duration::from_secs(1),
            grace: Duration::from_secs(5),
        }
    }
}

/// A running deliverer. Dropped without [`Deliverer::stop`], it stops as a crash would.
#[derive(Debug)]
pub struct Deliverer {
    stop: watch::Sender<bool>,
    task: JoinSet<()>,
}

impl Deliverer {
    /// Starts emptying the outbox. Without a mailer, mails are kept and marked as not configured.
    /// Called within an async runtime.
    pub fn start(runtime: Runtime, mailer: Option<Mailer>, settings: Settings) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mailer = mailer.map(Mailer::open);
        let mut task = JoinSet::new();
        let rounds = Rounds(Arc::new(Shared { runtime, mailer, settings }));
        task.spawn(rounds.run(stopped));
        Self { stop, task }
    }

    /// Takes nothing new, lets deliveries under way finish for a while, and ends. What does not finish
    /// is delivered again when its lease has run out.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while let Some(ended) = self.task.join_next().await {
            note(ended);
        }
    }
}

struct Shared {
    runtime: Runtime,
    mailer: Option<OpenMailer>,
    settings: Settings,
}

#[derive(Clone)]
struct Rounds(Arc<Shared>);

impl Rounds {
    async fn run(self, mut stopped: watch::Receiver<bool>) {
        let mut changes = self.0.runtime.subscribe();
        let mut under_way = JoinSet::new();
        loop {
            let pause = self.hand_out(&mut under_way).await;
            let has_place = under_way.len() < self.0.settings.at_once;
            tokio::select! {
                biased;
                _ = stopped.wait_for(|stop| *stop) => break,
                Some(ended) = under_way.join_next() => note(ended),
                () = outbox_changes(&mut changes), if has_place => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        let finished = async {
            while let Some(ended) = under_way.join_next().await {
                note(ended);
            }
        };
        if tokio::time::timeout(self.0.settings.grace, finished).await.is_err() {
            tracing::warn!("deliveries were cut short; they are tried again after their lease");
        }
    }

    /// Starts what is due as far as there are places. Answers how long there is nothing more to do.
    async fn hand_out(&self, under_way: &mut JoinSet<()>) -> Duration {
        let Settings { at_once, look, pause, .. } = self.0.settings;
        let free = at_once.saturating_sub(under_way.len());
        if free == 0 {
            return look;
        }
        match self.take_due(free).await {
            Ok(Due::At(due)) => {
                let wait_ms = due.ms_since(wall_clock()).max(0).unsigned_abs();
                Duration::from_millis(wait_ms).min(look)
            }
            Ok(Due::Never) => look,
            Ok(Due::Now(entries)) if entries.is_empty() => pause,
            Ok(Due::Now(entries)) => {
                for entry in entries {
                    under_way.spawn(self.clone().deliver(entry));
                }
                Duration::ZERO
            }
            Err(CommandError::Stopped) => look,
            Err(error) => {
                tracing::error!(%error, "the outbox cannot be emptied for the moment");
                pause
            }
        }
    }

    /// Leases what is due, at most `limit` entries to be delivered. What nothing can deliver is settled
    /// on the way.
    async fn take_due(&self, limit: usize) -> Result<Due, CommandError> {
        let kinds = [Arc::from(MAIL)];
        let (system, permission) = (Actor::system(), Permission::ReadOutbox);
        let next = self.0.runtime.read(&system, &permission, move |read| read.next_outbox(&kinds));
        let Some(due) = next.await? else { return Ok(Due::Never) };
        if due > wall_clock() {
            return Ok(Due::At(due));
        }
        if self.0.mailer.is_some() {
            return Ok(Due::Now(self.claim(limit).await?));
        }
        let entries = self.claim(KEPT_AT_ONCE).await?;
        if entries.is_empty() {
            return Ok(Due::Now(entries));
        }
        let kept = entries.iter().map(|entry| outcome::keep(entry, self.leased_at(entry)));
        self.submit(Command::SettleOutbox(kept.collect())).await?;
        Ok(Due::At(due))
    }

    async fn claim(&self, limit: usize) -> Result<Vec<OutboxRow>, CommandError> {
        let claim = ClaimOutbox {
            kinds: vec![MAIL.into()],
            limit: u32::try_from(limit).unwrap_or(u32::MAX),
            lease_ms: to_ms(self.0.settings.lease),
        };
        match self.submit(Command::ClaimOutbox(claim)).await? {
            Answer::Outbox(entries) => Ok(entries),
            other => Err(CommandError::Fault(format!("a claim was answered by {other:?}"))),
        }
    }

    /// Tries one entry and settles it.
    async fn deliver(self, entry: OutboxRow) {
        let Some(mailer) = &self.0.mailer else { return };
        let began = Instant::now();
        let outcome = mailer.send(&entry).await;
        tracing::debug!(entry = %entry.key, ?outcome, "a delivery was tried");
        let now = self.leased_at(&entry).plus_ms(to_ms(began.elapsed()));
        self.settle(outcome::settle(&entry, outcome, &self.0.settings.back_off, now)).await;
    }

    /// When the entry was leased, by the clock of the database.
    fn leased_at(&self, entry: &OutboxRow) -> Timestamp {
        entry.next_at.plus_ms(to_ms(self.0.settings.lease).saturating_neg())
    }

    /// Settles an entry, a few times where the runtime is too busy. What cannot be settled is delivered
    /// again after its lease.
    async fn settle(&self, settlement: Settlement) {
        let mut waits = SETTLE_AGAIN.into_iter();
        loop {
            let command = Command::SettleOutbox(vec![settlement.clone()]);
            let Err(error) = self.submit(command).await else { return };
            let wait = waits.next().filter(|_| error != CommandError::Stopped);
            let Some(wait) = wait else {
                tracing::error!(entry = %settlement.key, %error, "a delivery cannot be noted");
                return;
            };
            tokio::time::sleep(wait).await;
        }
    }

    async fn submit(&self, command: Command) -> Result<Answer, CommandError> {
        self.0.runtime.submit(Envelope::new(Actor::system(), command)).await
    }
}

/// What there is to do.
enum Due {
    /// These entries, now; none where others were faster.
    Now(Vec<OutboxRow>),
    /// Something at this instant.
    At(Timestamp),
    /// Nothing that is known.
    Never,
}

/// Returns once an entry of the outbox has changed, and not again for the changes that came with it.
async fn outbox_changes(changes: &mut broadcast::Receiver<Changed>) {
    loop {
        match changes.recv().await {
            Ok(changed)
                if !matches!(changed.kind, ChangedKind::Outbox | ChangedKind::Everything) => {}
            Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => break,
            // INVARIANT: the runtime that sends is held by the one that waits here.
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
    *changes = changes.resubscribe();
}

fn note(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a delivery died; it is tried again after its lease");
    }
}

/// The clock of this machine, for how long to wait. What is due is judged by the database's.
fn wall_clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
