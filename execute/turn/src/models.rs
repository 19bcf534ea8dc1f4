//! The catalogue as the engine asks it: the latest decision and form of an id.

use std::sync::Arc;

use base::Key;

use crate::Catalogue;

impl engine::Models for Catalogue {
    fn decision(&self, id: &str) -> Option<(Key, Arc<dmn::Model>)> {
        let latest = self.latest_decision(id)?;
        Some((latest.version.key, Arc::clone(&latest.model)))
    }

    fn form(&self, id: &str) -> Option<Key> {
        self.latest_form(id).map(|latest| latest.version.key)
    }
}
