//! Name-value pairs that a modeller adds to an element: `zeebe:properties` and `zeebe:taskHeaders`.

use std::sync::Arc;

/// Ordered name-value pairs, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Properties(Vec<(Arc<str>, Arc<str>)>);

impl Properties {
    /// The value of `name`; the first one where a name is given twice.
    pub fn get(&self, name: &str) -> Option<&Arc<str>> {
        self.0.iter().find(|(key, _)| &**key == name).map(|(_, value)| value)
    }

    /// All pairs, in the order of the file.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, &Arc<str>)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// How many pairs there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(Arc<str>, Arc<str>)> for Properties {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Arc<str>)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}
