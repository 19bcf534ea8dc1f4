//! A FEEL context: named values in the order in which they were written, found by name.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use crate::value::{Extent, Value};

/// From this size on a sorted index answers lookups; below, a scan is faster.
const INDEXED: usize = 12;

/// Where an entry of that name was found last: contexts of one shape have it at the same place. Only a guess, which is
/// checked, so that threads may share it.
#[derive(Debug, Default)]
pub(crate) struct Hint(AtomicUsize);

/// Named values; insertion order is kept, names are unique.
///
/// ```
/// use feel::{Context, Value};
/// let mut order = Context::new();
/// order.insert("number", Value::number(17));
/// assert_eq!(order.get("number"), Some(&Value::number(17)));
/// assert_eq!(order.get("missing"), None);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Context {
    entries: Vec<(Arc<str>, Value)>,
    // INVARIANT: empty below INDEXED entries, else the positions of all entries, sorted by name.
    index: Vec<usize>,
    // INVARIANT: all names and values beside each other; the depth may be that of a value that was replaced.
    content: Extent,
}

impl Context {
    /// A context without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a value; an entry of that name keeps its place and its old value is returned.
    pub fn insert(&mut self, name: impl Into<Arc<str>>, value: impl Into<Value>) -> Option<Value> {
        let (name, value) = (name.into(), value.into());
        if let Some(position) = self.position(&name) {
            let (_, old) = self.entries.get_mut(position)?;
            self.content = self.content.beside(value.extent()).without(old.extent());
            return Some(std::mem::replace(old, value));
        }
        self.content = self.content.beside(Extent::of_text(&name)).beside(value.extent());
        self.entries.push((name, value));
        self.index_last();
        None
    }

    /// The value of that name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        if self.index.is_empty() {
            return self.entries.iter().find(|(key, _)| **key == *name).map(|(_, value)| value);
        }
        self.entries.get(self.position(name)?).map(|(_, value)| value)
    }

    /// As [`Context::get`], for a name that is looked up in many contexts.
    #[inline]
    pub(crate) fn entry(&self, name: &str, hint: &Hint) -> Option<&Value> {
        if let Some((key, value)) = self.entries.get(hint.0.load(Relaxed))
            && **key == *name
        {
            return Some(value);
        }
        let position = self.position(name)?;
        hint.0.store(position, Relaxed);
        self.entries.get(position).map(|(_, value)| value)
    }

    /// Takes an entry out; the others keep their order.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let (_, value) = self.entries.remove(self.position(name)?);
        let kept = std::mem::take(self).entries;
        for (name, value) in kept {
            self.insert(name, value);
        }
        Some(value)
    }

    /// Entries in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, &Value)> + '_ {
        self.entries.iter().map(|(name, value)| (name, value))
    }

    /// Names in order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &Arc<str>> + '_ {
        self.entries.iter().map(|(name, _)| name)
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn extent(&self) -> Extent {
        self.content.inside()
    }

    fn position(&self, name: &str) -> Option<usize> {
        if self.index.is_empty() {
            return self.entries.iter().position(|(key, _)| **key == *name);
        }
        self.search(name).ok().and_then(|at| self.index.get(at).copied())
    }

    fn search(&self, name: &str) -> Result<usize, usize> {
        self.index.binary_search_by(|at| {
            self.entries.get(*at).map_or("", |(key, _)| key.as_ref()).cmp(name)
        })
    }

    fn index_last(&mut self) {
        if self.entries.len() < INDEXED {
            return;
        }
        let indexed = self.index.len();
        for at in indexed..self.entries.len() {
            let Some((name, _)) = self.entries.get(at) else { continue };
            let name = Arc::clone(name);
            let place = self.search(&name).unwrap_or_else(|place| place);
            self.index.insert(place, at);
        }
    }
}

impl PartialEq for Context {
    /// By names and values; the order does not count.
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(name, value)| other.get(name) == Some(value))
    }
}

impl<N: Into<Arc<str>>, V: Into<Value>> FromIterator<(N, V)> for Context {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(entries: I) -> Self {
        let mut context = Self::new();
        context.extend(entries);
        context
    }
}

impl<N: Into<Arc<str>>, V: Into<Value>> Extend<(N, V)> for Context {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, entries: I) {
        for (name, value) in entries {
            self.insert(name, value);
        }
    }
}

impl IntoIterator for Context {
    type Item = (Arc<str>, Value);
    type IntoIter = std::vec::IntoIter<(Arc<str>, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}
