//! Process definitions as other nouns name them, and as filters choose them.

use std::sync::Arc;

use base::Key;
use turn::Catalogue;

use super::filter::Filter;
use crate::problem::Problem;

/// What a row says of the process definition it belongs to.
#[derive(Debug, Clone)]
pub(super) struct Definition {
    pub(super) id: Arc<str>,
    pub(super) name: Arc<str>,
    pub(super) version: i32,
    pub(super) version_tag: Option<Arc<str>>,
}

/// The definition with this key. One that cannot be compiled any more still has its instances.
pub(super) fn of(catalogue: &Catalogue, key: Key) -> Definition {
    match catalogue.process(key).map(|process| &process.version) {
        Some(version) => Definition {
            id: Arc::clone(&version.id),
            name: Arc::clone(&version.name),
            version: version.version,
            version_tag: version.version_tag.clone(),
        },
        None => Definition {
            id: Arc::from("unknown"),
            name: Arc::from("unknown"),
            version: 0,
            version_tag: None,
        },
    }
}

/// Which definitions a filter leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chosen {
    /// Any, or several: the filter goes on to judge.
    Any,
    /// This one; the filter no longer asks for it.
    One(Key),
    /// None at all.
    Nothing,
}

/// Takes from a filter what it says of the definition, where that names a single one.
pub(super) fn choose(catalogue: &Catalogue, filter: &mut Filter) -> Result<Chosen, Problem> {
    if let Some(key) = filter.take_equal("processDefinitionKey") {
        return Ok(Chosen::One(key_of("processDefinitionKey", &key)?));
    }
    let Some(id) = filter.equal("processDefinitionId") else { return Ok(Chosen::Any) };
    let mut keys = catalogue
        .processes()
        .filter(|process| *process.version.id == *id)
        .map(|process| process.version.key);
    match (keys.next(), keys.next()) {
        (None, _) => Ok(Chosen::Nothing),
        (Some(key), None) => {
            filter.take_equal("processDefinitionId");
            Ok(Chosen::One(key))
        }
        (Some(_), Some(_)) => Ok(Chosen::Any),
    }
}

/// A key in a body or a filter.
pub(super) fn key_of(field: &str, text: &str) -> Result<Key, Problem> {
    text.parse().map_err(|error: base::ParseKeyError| {
        Problem::bad_request("key", format!("`{field}`: {error}"))
    })
}
