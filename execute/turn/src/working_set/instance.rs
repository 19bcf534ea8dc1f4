//! Instances in the working set.

use std::sync::Arc;

use base::Key;
use engine::{Event, Instance};
use records::RecordRef;

use super::WorkingSet;
use super::layer::EditedInstance;
use crate::{InstanceCache, InstanceLoad, Load, LoadError, TurnError};

impl WorkingSet {
    fn edited(&self, key: Key) -> Option<&EditedInstance> {
        self.layers().find_map(|layer| layer.instances.get(&key))
    }

    /// The instance as it is now.
    pub(crate) fn instance(
        &mut self,
        load: &mut dyn Load,
        cache: &mut InstanceCache,
        key: Key,
    ) -> Result<Option<Arc<Instance>>, TurnError> {
        if let Some(edited) = self.edited(key) {
            return Ok(Some(Arc::clone(&edited.now)));
        }
        if let Some(loaded) = self.loaded.instances.get(&key) {
            return Ok(loaded.as_ref().map(|(_, instance)| Arc::clone(instance)));
        }
        let cached = cache.get(key);
        let known = cached.as_ref().map(|(version, _)| *version);
        let loaded = match (load.instance(key, known)?, cached) {
            (InstanceLoad::Absent, _) | (InstanceLoad::Unchanged, None) => None,
            (InstanceLoad::Unchanged, Some(cached)) => Some(cached),
            (InstanceLoad::Stored(stored), _) => {
                let state = engine::codec::decode_state(&stored.state).map_err(|error| {
                    TurnError::Fault(format!("instance {key} cannot be read: {error}"))
                })?;
                Some((stored.version, Arc::new(state)))
            }
        };
        let instance = loaded.as_ref().map(|(_, instance)| Arc::clone(instance));
        self.loaded.instances.insert(key, loaded);
        Ok(instance)
    }

    /// The instance as it was when the batch began, and its version, at its end.
    pub(crate) fn instance_before(&self, key: Key) -> Option<(i64, Arc<Instance>)> {
        let loaded = || self.loaded.instances.get(&key).cloned().flatten();
        self.preceding.instance(key).or_else(loaded)
    }

    /// Notes that a key was drawn just now, so that the database has nothing under it.
    pub(crate) fn note_new_instance(&mut self, key: Key) {
        self.loaded.instances.insert(key, None);
    }

    /// Puts an instance as it is from now on, with what happened to it.
    pub(crate) fn put_instance(&mut self, now: Arc<Instance>, events: Vec<Event>) {
        let layer = self.top();
        match layer.instances.get_mut(&now.key) {
            Some(edited) => {
                edited.now = now;
                edited.events.extend(events);
            }
            None => drop(layer.instances.insert(now.key, EditedInstance { now, events })),
        }
    }

    /// The instance, among those the batch has changed, for which `owns` holds. What was made in
    /// this batch cannot be looked up in the database yet.
    pub(crate) fn changed_instance(&self, owns: impl Fn(&Instance) -> bool) -> Option<Key> {
        let mut keys = self.layers().flat_map(|layer| layer.instances.keys());
        keys.find(|key| self.edited(**key).is_some_and(|edited| owns(&edited.now))).copied()
    }

    /// An active instance that is bound to the record now.
    pub(crate) fn active_instance_of(
        &mut self,
        load: &mut dyn Load,
        at: &RecordRef,
    ) -> Result<Option<Key>, LoadError> {
        let is_bound = |instance: &Instance| {
            let record = instance.record.as_ref();
            instance.status == engine::Status::Active
                && record.is_some_and(|record| record.object == at.object && record.key == at.key)
        };
        if let Some(key) = self.changed_instance(is_bound) {
            return Ok(Some(key));
        }
        let stored = load.active_instances_of(&at.object, at.key)?;
        Ok(stored.into_iter().find(|key| self.edited(*key).is_none()))
    }
}
