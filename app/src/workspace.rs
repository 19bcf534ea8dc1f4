//! An opened database, the runtime on it, and the async threads they need. Opening defines the
//! standard objects, so that a workspace is never without users, teams and tasks.

use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use access::Actor;
use anyhow::{Context, Result, bail};
use base::Timestamp;
use records::ObjectDef;
use runtime::port::{Readers, Store};
use runtime::{Command, Envelope, Runtime, Settings};
use store::sqlite::Durability;
use store::{postgres, sqlite};
use turn::Catalogue;

use crate::archive_file::{self, Existing};
use crate::cli::Data;
use crate::patience::await_database;
use crate::say;

/// The objects that the product itself needs.
const STANDARD_OBJECTS: [&str; 3] = [
    include_str!("../../crm/objects/user.json"),
    include_str!("../../crm/objects/team.json"),
    include_str!("../../crm/objects/task.json"),
];

/// An opened database.
pub(crate) struct Workspace {
    runtime: Runtime,
    threads: tokio::runtime::Runtime,
    /// While it lives, what other nodes commit is heard here.
    _listening: Option<postgres::Listening>,
}

/// A database as the runtime wants it: writers, and snapshots for reading; and what tells of other nodes.
type Ports = (Vec<Box<dyn Store>>, Arc<dyn Readers>, Option<postgres::Database>);

impl Workspace {
    /// Opens the database, migrates it where it is older, starts the runtime. A folder is taken for this
    /// process alone; a PostgreSQL database may have several servers.
    pub(crate) fn open(data: &Data) -> Result<Self> {
        Self::open_with(data, Durability::Synced, Settings::default())
    }

    /// The same with another idea of when a commit counts, where the database is in a folder, and with
    /// other limits.
    pub(crate) fn open_with(
        data: &Data,
        durability: Durability,
        settings: Settings,
    ) -> Result<Self> {
        let threads = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .context("the operating system gives no threads")?;
        let (stores, readers, shared) = match &data.database {
            Some(url) => {
                await_database(data)?;
                open_postgres(url, data.lanes, &data.data)?
            }
            None if data.lanes > 1 => bail!(
                "`lanes` is {}, but a database in a folder has one; say 1, or name a PostgreSQL database",
                data.lanes
            ),
            None => open_sqlite(&data.data, durability)?,
        };
        let runtime = {
            let _inside = threads.enter();
            Runtime::start_lanes(stores, readers, settings)?
        };
        let heard = runtime.clone();
        let listening = shared.map(|database| database.listen(move |told| heard.hear(told)));
        let listening = listening.transpose().context("the operating system gives no thread")?;
        let workspace = Self { runtime, threads, _listening: listening };
        workspace.threads.block_on(define_standard_objects(&workspace.runtime))?;
        Ok(workspace)
    }

    /// Does `work`, then lets the runtime finish what it has begun.
    pub(crate) fn run(self, work: impl AsyncFnOnce(&Runtime) -> Result<()>) -> Result<()> {
        let done = self.threads.block_on(work(&self.runtime));
        self.threads.block_on(self.runtime.shutdown());
        done
    }

    /// What is defined and deployed.
    pub(crate) fn catalogue(&self) -> Arc<Catalogue> {
        self.runtime.catalogue()
    }
}

fn open_sqlite(folder: &Path, durability: Durability) -> Result<Ports> {
    let database = sqlite::Database::open_with(folder, durability)?;
    if let Some(copy) = database.copy_before_migration() {
        say::line(format!("the database was migrated; a copy from before is {}", copy.display()));
    }
    Ok((vec![Box::new(database.lane()?)], Arc::new(database.reader()), None))
}

fn open_postgres(url: &str, lanes: u8, folder: &Path) -> Result<Ports> {
    let database = postgres::Database::open(url, |outdated| {
        keep_before_migration(url, folder, outdated).map_err(|error| format!("{error:#}").into())
    })?;
    let stores = (0..lanes).map(|_| Ok(Box::new(database.lane()?) as Box<dyn Store>));
    let (stores, readers) = (stores.collect::<Result<_>>()?, Arc::new(database.reader()));
    Ok((stores, readers, Some(database)))
}

/// Backs an older database up into the data folder, which a database on PostgreSQL needs for nothing else.
fn keep_before_migration(url: &str, folder: &Path, outdated: postgres::Outdated) -> Result<()> {
    let postgres::Outdated { found, known } = outdated;
    let folder = folder.join("backups");
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("the folder `{}` cannot be made", folder.display()))?;
    let file = folder.join(format!("version-{found}-before-{known}.rondo"));
    let mut source = postgres::ArchiveSource::open(url)?;
    archive_file::write(&mut source, &file, Existing::IsReplaced)?;
    say::line(format!(
        "the database is migrated from version {found} to {known}; a backup from before is {}",
        file.display()
    ));
    Ok(())
}

async fn define_standard_objects(runtime: &Runtime) -> Result<()> {
    let missing: Vec<ObjectDef> = STANDARD_OBJECTS
        .iter()
        .map(|text| ObjectDef::from_json(text))
        .collect::<Result<Vec<_>, _>>()
        .context("a standard object is not as it should be")?
        .into_iter()
        .filter(|object| runtime.catalogue().schema.object(&object.name).is_none())
        .collect();
    if !missing.is_empty() {
        let command = Command::DefineObjects(missing);
        runtime.submit(Envelope::new(Actor::system(), command)).await?;
    }
    Ok(())
}

/// The wall clock.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
