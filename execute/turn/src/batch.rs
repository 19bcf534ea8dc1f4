//! What the turns of one batch share: one instant, one catalogue, one working set. A turn that
//! succeeds leaves its changes here; one that fails, or panics, leaves nothing.

use std::sync::Arc;

use access::Actor;
use base::{KeyGenerator, Timestamp};

use crate::ahead::Ahead;
use crate::change::{Changes, InstanceDelta, RecordDelta};
use crate::turn::Turn;
use crate::working_set::WorkingSet;
use crate::{
    Catalogue, Command, Done, InstanceCache, Load, LoadError, Preceding, RecordChange,
    StartProcess, TurnError,
};

/// A batch of turns.
#[derive(Debug)]
pub struct Batch {
    catalogue: Arc<Catalogue>,
    now: Timestamp,
    set: WorkingSet,
}

/// What a turn needs from its surroundings while it runs.
pub struct Surroundings<'a> {
    /// Reads on the transaction of the batch.
    pub load: &'a mut dyn Load,
    /// Instances decoded earlier.
    pub cache: &'a mut InstanceCache,
    /// Draws the keys of the lane.
    pub keys: &'a mut KeyGenerator,
}

/// A command that is going to run, as far as it names what it reads.
#[derive(Debug, Clone, Copy)]
pub enum Coming<'a> {
    /// Changes of records.
    Changes(&'a [RecordChange]),
    /// A start, which reads the record that the instance is bound to.
    Start(&'a StartProcess),
}

impl std::fmt::Debug for Surroundings<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Surroundings").field("keys", &self.keys).finish_non_exhaustive()
    }
}

impl Batch {
    /// A batch at the instant `now`.
    pub fn new(catalogue: Arc<Catalogue>, now: Timestamp) -> Self {
        Self::after(Arc::default(), catalogue, now)
    }

    /// A batch that runs while the one before it is being written: it sees what that one has changed,
    /// whether the database shows that by now or not.
    pub fn after(preceding: Arc<Preceding>, catalogue: Arc<Catalogue>, now: Timestamp) -> Self {
        Self { catalogue, now, set: WorkingSet::after(preceding) }
    }

    /// The one instant of the batch.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// What the batch works with.
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    /// Loads what these commands are going to read, before the first of them runs.
    ///
    /// # Errors
    /// Where the database does not answer; the batch cannot go on.
    pub fn load_ahead<'a>(
        &mut self,
        commands: impl IntoIterator<Item = Coming<'a>>,
        load: &mut dyn Load,
    ) -> Result<(), LoadError> {
        let schema = &self.catalogue.schema;
        let mut ahead = Ahead::default();
        for command in commands {
            match command {
                Coming::Changes(changes) => {
                    for change in changes {
                        ahead.change(schema, change);
                    }
                }
                Coming::Start(start) => {
                    if let Some(record) = &start.record {
                        ahead.record(&record.object, record.key);
                    }
                }
            }
        }
        ahead.load(&mut self.set, load, schema)
    }

    /// Runs a command to its wait states, with everything that it causes. In success its changes are
    /// the batch's; in failure the batch is as it was.
    ///
    /// # Errors
    /// Why the command was not done. After [`TurnError::Load`] the batch cannot go on.
    pub fn run(
        &mut self,
        actor: &Actor,
        command: &Command,
        around: Surroundings<'_>,
    ) -> Result<Done, TurnError> {
        self.set.discard_all();
        self.set.push();
        let catalogue = Arc::clone(&self.catalogue);
        let Surroundings { load, cache, keys } = around;
        let around = Surroundings { load: &mut *load, cache: &mut *cache, keys: &mut *keys };
        let mut turn = Turn::new(&catalogue, self.now, &mut self.set, actor, around);
        let result = turn.run(command);
        match &result {
            Ok(_) => self.set.merge(),
            Err(_) => self.set.discard(),
        }
        result
    }

    /// Drops what a turn that panicked has left open.
    pub fn recover(&mut self) {
        self.set.discard_all();
    }

    /// Everything that the batch has changed, to be written and to be seen by the batch after it.
    pub fn finish(mut self) -> (Changes, Preceding) {
        self.set.discard_all();
        let mut layer = self.set.take_batch();
        let records = layer.records().filter_map(|(at, after)| {
            let before = self.set.record_before(at);
            let object = Arc::clone(self.catalogue.schema.object(&at.object)?);
            let untouched = before.is_none() && after.is_none();
            (!untouched).then(|| RecordDelta { object, key: at.key, before, after: after.clone() })
        });
        let records = records.collect();
        let instances = layer.instances.iter_mut().map(|(key, edited)| InstanceDelta {
            before: self.set.instance_before(*key),
            after: Arc::clone(&edited.now),
            events: std::mem::take(&mut edited.events),
        });
        let instances: Vec<InstanceDelta> = instances.collect();
        let changes = Changes {
            records,
            history: std::mem::take(&mut layer.history),
            instances,
            counters: layer.counters.iter().map(|(name, last)| (Arc::clone(name), *last)).collect(),
            outbox: std::mem::take(&mut layer.outbox),
            notifications: std::mem::take(&mut layer.notifications),
            continuations: std::mem::take(&mut layer.continuations),
        };
        let versions = changes.instances.iter().map(|it| (it.after.key, it.version())).collect();
        (changes, Preceding::new(layer, versions))
    }
}
