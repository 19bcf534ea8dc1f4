//! An opened data folder: database, runtime, and the async threads they need. Opening defines the
//! standard objects, so that a workspace is never without users, teams and tasks.

use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use access::Actor;
use anyhow::{Context, Result};
use base::Timestamp;
use records::ObjectDef;
use runtime::{Command, Envelope, Runtime, Settings};
use store::sqlite::{Database, Durability};
use turn::Catalogue;

use crate::say;

/// The objects that the product itself needs.
const STANDARD_OBJECTS: [&str; 3] = [
    include_str!("../../crm/objects/user.json"),
    include_str!("../../crm/objects/team.json"),
    include_str!("../../crm/objects/task.json"),
];

/// An opened data folder.
pub(crate) struct Workspace {
    runtime: Runtime,
    threads: tokio::runtime::Runtime,
}

impl Workspace {
    /// Takes the folder for this process, migrates its database where it is older, starts the runtime.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        Self::open_with(folder, Durability::Synced)
    }

    /// The same with another idea of when a commit counts.
    pub(crate) fn open_with(folder: &Path, durability: Durability) -> Result<Self> {
        let threads = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .context("the operating system gives no threads")?;
        let database = Database::open_with(folder, durability)?;
        if let Some(copy) = database.copy_before_migration() {
            say::line(format!(
                "the database was migrated; a copy from before is {}",
                copy.display()
            ));
        }
        let runtime = {
            let _inside = threads.enter();
            Runtime::start(
                Box::new(database.lane()?),
                Arc::new(database.reader()),
                Settings::default(),
            )?
        };
        let workspace = Self { runtime, threads };
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
