//! A path that an expression reads: a free name and the properties taken from it.

use std::{borrow::Borrow, fmt, ops::Deref, sync::Arc};

/// `record.account.name` as its steps. The first step is a free name of the expression.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(Arc<[Arc<str>]>);

impl Path {
    /// The path of these steps.
    pub fn new<S: Into<Arc<str>>>(steps: impl IntoIterator<Item = S>) -> Self {
        Self(steps.into_iter().map(Into::into).collect())
    }
}

impl Deref for Path {
    type Target = [Arc<str>];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// A path compares as its steps do, so that one among many is found by them.
impl Borrow<[Arc<str>]> for Path {
    fn borrow(&self) -> &[Arc<str>] {
        &self.0
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            f.write_str(step)?;
        }
        Ok(())
    }
}
