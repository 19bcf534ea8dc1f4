//! Decoded instances kept from earlier batches, so that an instance that is stepped often is decoded
//! once. A copy counts only while the stored version is the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::Key;
use engine::Instance;

/// A bounded cache; the instance that was used longest ago goes first.
#[derive(Debug)]
pub struct InstanceCache {
    capacity: usize,
    clock: u64,
    entries: BTreeMap<Key, Entry>,
    // INVARIANT: exactly one place per entry, under the entry's `used`.
    by_use: BTreeMap<u64, Key>,
}

#[derive(Debug)]
struct Entry {
    version: i64,
    instance: Arc<Instance>,
    used: u64,
}

impl InstanceCache {
    /// A cache of at most `capacity` instances.
    pub fn new(capacity: usize) -> Self {
        Self { capacity, clock: 0, entries: BTreeMap::new(), by_use: BTreeMap::new() }
    }

    /// The copy of an instance and the version it is of.
    pub fn get(&mut self, key: Key) -> Option<(i64, Arc<Instance>)> {
        self.clock += 1;
        let entry = self.entries.get_mut(&key)?;
        self.by_use.remove(&entry.used);
        entry.used = self.clock;
        self.by_use.insert(self.clock, key);
        Some((entry.version, Arc::clone(&entry.instance)))
    }

    /// Keeps a copy of the stored `version`.
    pub fn put(&mut self, version: i64, instance: Arc<Instance>) {
        self.remove(instance.key);
        self.clock += 1;
        self.by_use.insert(self.clock, instance.key);
        self.entries.insert(instance.key, Entry { version, instance, used: self.clock });
        while self.entries.len() > self.capacity {
            let Some((_, oldest)) = self.by_use.pop_first() else { break };
            self.entries.remove(&oldest);
        }
    }

    /// Forgets an instance.
    pub fn remove(&mut self, key: Key) {
        if let Some(entry) = self.entries.remove(&key) {
            self.by_use.remove(&entry.used);
        }
    }
}

#[cfg(test)]
mod tests {
    use base::Timestamp;
    use engine::{Event, InstanceStarted};

    use super::*;

    fn instance(key: i64) -> Arc<Instance> {
        let mut state = None;
        let started = InstanceStarted {
            key: Key(key),
            definition: Key(1),
            record: None,
            parent: None,
            at: Timestamp(0),
        };
        engine::apply(&mut state, &Event::InstanceStarted(started));
        Arc::new(state.expect("the event starts it"))
    }

    #[test]
    fn the_instance_used_longest_ago_goes_first() {
        let mut cache = InstanceCache::new(2);
        cache.put(1, instance(10));
        cache.put(1, instance(11));
        assert!(cache.get(Key(10)).is_some());
        cache.put(1, instance(12));
        let kept: Vec<bool> = [10, 11, 12].map(|key| cache.get(Key(key)).is_some()).to_vec();
        assert_eq!(kept, [true, false, true]);
    }

    #[test]
    fn a_newer_version_replaces_the_older_one() {
        let mut cache = InstanceCache::new(2);
        cache.put(1, instance(10));
        cache.put(2, instance(10));
        assert_eq!(cache.get(Key(10)).map(|(version, _)| version), Some(2));
        assert_eq!(cache.by_use.len(), 1);
    }
}
