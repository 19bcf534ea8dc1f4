//! The handle that callers hold: gives commands to a lane, reads beside it, hears what has changed.

use std::sync::{Arc, Mutex, RwLock};

use access::{Actor, Permission};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast, oneshot};
use turn::Catalogue;

use crate::changed::{Changed, ChangedKind, Heard};
use crate::compile::{self, CatalogueError};
use crate::histogram::{DURATIONS_US, Histogram, HistogramNow};
use crate::lane::{Request, Shared};
use crate::lanes::{Lanes, Refused};
use crate::port::{Read, Readers, Store, StoreError};
use crate::statistics::{Statistics, StatisticsNow, stopwatch};
use crate::{Answer, CommandError, Envelope};

/// How a runtime is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Commands that may wait for a lane, over all lanes; more are turned away.
    pub waiting_commands: usize,
    /// Decoded instances that are kept, over all lanes.
    pub cached_instances: usize,
    /// Reads that may run at the same time: so many queries, evaluations, and reads of the house itself.
    pub readers: usize,
    /// Changes that a slow listener may fall behind before it misses some.
    pub kept_changes: usize,
    /// Days that a notification is kept after it was read; 0 keeps it.
    pub read_notifications_days: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            waiting_commands: 2_000,
            cached_instances: 10_000,
            readers: 4,
            kept_changes: 4_096,
            read_notifications_days: 90,
        }
    }
}

const DAY_MS: i64 = 24 * 3_600_000;

/// Why a runtime cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is deployed cannot be compiled.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// A node writes by at least one lane.
    #[error("there is no lane; give at least one")]
    NoLane,
    /// No thread for a lane.
    #[error("a lane's thread cannot be started: {0}")]
    Thread(#[from] std::io::Error),
}

/// The running heart. Clones are handles to the same one.
#[derive(Clone)]
pub struct Runtime(Arc<Inner>);

struct Inner {
    lanes: Lanes,
    shared: Arc<Shared>,
    readers: Arc<dyn Readers>,
    places: Places,
}

/// Where reads wait for their turn: apart from each other, so that slow lists of some keep nobody from reading a record
/// or the answer to a change, nor from signing in, nor the health page from answering.
struct Places {
    queries: Pool,
    /// For records that a condition finds, which may take a while.
    lists: Pool,
    evaluations: Pool,
    /// For the house itself: who somebody is, and whether all is well.
    house: Pool,
}

/// So many places, and how long people have waited for one.
struct Pool {
    places: Arc<Semaphore>,
    wait_us: Histogram,
}

impl Pool {
    fn new(places: usize) -> Self {
        let places = Arc::new(Semaphore::new(places.max(1)));
        Self { places, wait_us: Histogram::new(DURATIONS_US) }
    }

    async fn place(&self) -> Result<OwnedSemaphorePermit, CommandError> {
        let since = stopwatch();
        let place = Arc::clone(&self.places).acquire_owned().await;
        self.wait_us.observe_duration(since.elapsed());
        place.map_err(|_closed| CommandError::Stopped)
    }
}

impl Places {
    fn new(each: usize) -> Self {
        let pool = || Pool::new(each);
        Self { queries: pool(), lists: pool(), evaluations: pool(), house: pool() }
    }

    fn of(&self, actor: &Actor, permission: &Permission) -> &Pool {
        match permission {
            _ if actor.user == Actor::SYSTEM_USER => &self.house,
            Permission::Evaluate => &self.evaluations,
            _ => &self.queries,
        }
    }
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runtime").field("statistics", &self.statistics()).finish_non_exhaustive()
    }
}

impl Runtime {
    /// Compiles what is deployed and starts one lane.
    pub fn start(
        store: Box<dyn Store>,
        readers: Arc<dyn Readers>,
        settings: Settings,
    ) -> Result<Self, StartError> {
        Self::start_lanes(vec![store], readers, settings)
    }

    /// The same with a lane on each store. Where there are several, each must lock what it reads until
    /// its commit.
    pub fn start_lanes(
        stores: Vec<Box<dyn Store>>,
        readers: Arc<dyn Readers>,
        settings: Settings,
    ) -> Result<Self, StartError> {
        let mut numbered = Vec::with_capacity(stores.len());
        for mut store in stores {
            numbered.push((store.next_lane()?, store));
        }
        let (_, first) = numbered.first_mut().ok_or(StartError::NoLane)?;
        let rows = first.load_catalogue()?;
        let catalogue = compile::catalogue(&rows, &Catalogue::default())?;
        let shared = Arc::new(Shared {
            catalogue: RwLock::new(Arc::new(catalogue)),
            taking_over: Mutex::new(()),
            changed: broadcast::Sender::new(settings.kept_changes.max(1)),
            statistics: Statistics::default(),
            notifications_kept_ms: match settings.read_notifications_days {
                0 => None,
                days => Some(i64::from(days) * DAY_MS),
            },
        });
        let Settings { waiting_commands, cached_instances, .. } = settings;
        let lanes = Lanes::start(numbered, &shared, waiting_commands, cached_instances)?;
        let places = Places::new(settings.readers);
        Ok(Self(Arc::new(Inner { lanes, shared, readers, places })))
    }

    /// Does a command, if its actor may; answers when it is durable. This is the only way in, and the
    /// only place where the permission for a command is asked.
    pub async fn submit(&self, envelope: Envelope) -> Result<Answer, CommandError> {
        let catalogue = self.catalogue();
        let statistics = &self.0.shared.statistics;
        for permission in envelope.command.permissions(&envelope.actor, &catalogue) {
            if let Err(denied) = access::require(&envelope.actor, &permission) {
                let answer = Err(denied.into());
                statistics.answered([(&envelope.command, &answer)]);
                return answer;
            }
        }
        let (reply, answer) = oneshot::channel();
        let request = Box::new(Request { envelope, reply });
        // Before it is sent, so that a lane that is quick does not count it out first.
        statistics.queued();
        self.0.lanes.give(request).map_err(|refused| {
            statistics.left_queue(1);
            match refused {
                Refused::Full => {
                    statistics.turned_away();
                    CommandError::Overloaded
                }
                Refused::Stopped => CommandError::Stopped,
            }
        })?;
        answer.await.unwrap_or(Err(CommandError::Stopped))
    }

    /// Reads on a snapshot of what has been committed, if `actor` may. `query` runs on a thread where
    /// it may block; at most so many run at once as the settings say. What the system reads, what is evaluated and
    /// what is listed has places of its own.
    pub async fn read<T: Send + 'static>(
        &self,
        actor: &Actor,
        permission: &Permission,
        query: impl FnOnce(&dyn Read) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, CommandError> {
        access::require(actor, permission)?;
        self.read_at(self.0.places.of(actor, permission), query).await
    }

    /// The same for a list, where the answer also tells of what only `others` allow to read: a condition that finds
    /// records by what they refer to.
    pub async fn list<T: Send + 'static>(
        &self,
        actor: &Actor,
        permission: &Permission,
        others: &[Permission],
        query: impl FnOnce(&dyn Read) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, CommandError> {
        for permission in [permission].into_iter().chain(others) {
            access::require(actor, permission)?;
        }
        self.read_at(&self.0.places.lists, query).await
    }

    /// Reads what nobody needs a permission for: who somebody is, before it is known what they may.
    pub async fn read_unchecked<T: Send + 'static>(
        &self,
        query: impl FnOnce(&dyn Read) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, CommandError> {
        self.read_at(&self.0.places.house, query).await
    }

    async fn read_at<T: Send + 'static>(
        &self,
        pool: &Pool,
        query: impl FnOnce(&dyn Read) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, CommandError> {
        let place = pool.place().await?;
        let this = self.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let _place = place;
            let snapshot = this.0.readers.open()?;
            this.0.shared.take_over(snapshot.as_ref())?;
            query(snapshot.as_ref())
        });
        match reading.await {
            Ok(Err(StoreError::Lost(reason))) => {
                tracing::warn!(reason, "a query finds no database");
                Err(CommandError::Unreachable)
            }
            Ok(result) => result.map_err(|error| CommandError::Fault(error.to_string())),
            Err(error) => Err(CommandError::Fault(format!("a query stopped: {error}"))),
        }
    }

    /// What is defined and deployed, as of the last commit here and of the last read: a caller that has
    /// just read knows what other nodes had committed before.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.0.shared.catalogue()
    }

    /// Takes over what other nodes have defined and deployed; for a caller that reads nothing else before
    /// it asks for the catalogue.
    pub async fn look(&self) -> Result<(), CommandError> {
        self.read_unchecked(|_| Ok(())).await
    }

    /// Hears what changes from now on. A listener that falls behind is told that it has missed some.
    pub fn subscribe(&self) -> broadcast::Receiver<Changed> {
        self.0.shared.changed.subscribe()
    }

    /// Takes in what the database tells of other nodes, so that those who listen here hear of it too. Of
    /// the catalogue they hear once it has been taken over.
    pub fn hear(&self, heard: Heard) {
        if self.0.lanes.have(heard.lane) {
            return;
        }
        let kinds = [ChangedKind::Catalogue, ChangedKind::Everything];
        if heard.changed.iter().any(|changed| kinds.contains(&changed.kind)) {
            self.0.lanes.look();
        }
        for changed in heard.changed {
            if changed.kind != ChangedKind::Catalogue {
                let _nobody_listens = self.0.shared.changed.send(changed);
            }
        }
    }

    /// What the lanes have counted.
    pub fn statistics(&self) -> StatisticsNow {
        self.0.shared.statistics.now()
    }

    /// How long reads have waited for their turn, in microseconds, by the pool they are in.
    pub fn read_waits(&self) -> [(&'static str, HistogramNow); 4] {
        let Places { queries, lists, evaluations, house } = &self.0.places;
        [("queries", queries), ("lists", lists), ("evaluations", evaluations), ("house", house)]
            .map(|(name, pool)| (name, pool.wait_us.now()))
    }

    /// Whether the lanes serve commands; for the health page.
    pub fn is_running(&self) -> bool {
        self.0.lanes.are_running()
    }

    /// Finishes what has come so far and stops the lanes. Commands that come later are turned away.
    pub async fn shutdown(&self) {
        let this = self.clone();
        let stopped = tokio::task::spawn_blocking(move || this.0.lanes.stop());
        if !matches!(stopped.await, Ok(true)) {
            tracing::error!("a lane did not stop in an orderly way");
        }
    }
}
