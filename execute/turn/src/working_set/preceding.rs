//! What a batch has changed, for the batch that runs while it is being written. The database may show all of it
//! or nothing, so it is laid over whatever the database answers: what the batch before has touched comes from here,
//! and nobody else writes what it has not.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::Key;
use engine::Instance;

use super::Layer;

/// Records, instances and counters as a batch leaves them.
#[derive(Debug, Default)]
pub struct Preceding {
    layer: Layer,
    /// The version that is stored with each of its instances.
    versions: BTreeMap<Key, i64>,
}

impl Preceding {
    pub(crate) fn new(layer: Layer, versions: BTreeMap<Key, i64>) -> Self {
        Self { layer, versions }
    }

    pub(super) fn layer(&self) -> &Layer {
        &self.layer
    }

    /// An instance as the batch leaves it, with the version that is stored with it.
    pub(super) fn instance(&self, key: Key) -> Option<(i64, Arc<Instance>)> {
        let edited = self.layer.instances.get(&key)?;
        Some((*self.versions.get(&key)?, Arc::clone(&edited.now)))
    }

    /// The instances that the batch has changed, each with the version that is stored with it.
    pub fn instances(&self) -> impl Iterator<Item = (i64, &Arc<Instance>)> {
        let instances = self.layer.instances.iter();
        instances.filter_map(|(key, edited)| Some((*self.versions.get(key)?, &edited.now)))
    }
}
