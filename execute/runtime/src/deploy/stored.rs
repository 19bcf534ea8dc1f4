//! What a deployment reads of what was deployed before: the texts that it may repeat and those that it imports.
//! All others stay where they are, for a lane reads while everybody waits.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::Key;
use dmn::Outline;
use turn::Catalogue;

use crate::command::Resource;
use crate::compile;
use crate::port::{Store, StoreError};

/// The texts of deployed files that the files import and do not bring along, directly or not: for each
/// namespace the newest.
pub(super) fn imported(
    resources: &[Resource],
    catalogue: &Catalogue,
    store: &mut dyn Store,
) -> Result<Vec<Arc<str>>, StoreError> {
    let brought = resources.iter().filter(|it| compile::is_dmn(&it.name));
    let brought: Vec<Outline> = brought.filter_map(|it| Outline::read(&it.text)).collect();
    let mut done: BTreeSet<Arc<str>> =
        brought.iter().map(|outline| Arc::clone(&outline.namespace)).collect();
    let mut open: Vec<Arc<str>> = brought.into_iter().flat_map(|outline| outline.imports).collect();
    let (mut texts, mut names) = (Vec::new(), None);
    while let Some(namespace) = open.pop() {
        if !done.insert(Arc::clone(&namespace)) {
            continue;
        }
        let names = match &mut names {
            Some(names) => names,
            None => names.insert(dmn_files(catalogue, store)?),
        };
        if let Some((text, outline)) = newest(&namespace, names, store)? {
            open.extend(outline.imports);
            texts.push(text);
        }
    }
    Ok(texts)
}

/// The newest text that was deployed under this file name.
pub(super) fn newest_named(
    name: &Arc<str>,
    store: &mut dyn Store,
) -> Result<Option<Arc<str>>, StoreError> {
    let names = store.resource_names()?;
    let Some((key, _)) = names.iter().find(|(_, other)| other == name) else { return Ok(None) };
    Ok(store.resource(*key)?.map(|resource| resource.text))
}

/// A deployed DMN file, and its namespace where it is known without its text.
struct Name {
    key: Key,
    namespace: Option<Arc<str>>,
}

/// The deployed DMN files, the newest first.
fn dmn_files(catalogue: &Catalogue, store: &mut dyn Store) -> Result<Vec<Name>, StoreError> {
    let known: BTreeMap<Key, &Arc<str>> = catalogue
        .decisions()
        .map(|decision| (decision.version.resource, decision.model.namespace()))
        .collect();
    let names = store.resource_names()?.into_iter().filter(|(_, name)| compile::is_dmn(name));
    let with_namespace =
        |(key, _)| Name { key, namespace: known.get(&key).map(|it| Arc::clone(it)) };
    Ok(names.map(with_namespace).collect())
}

fn newest(
    namespace: &Arc<str>,
    names: &[Name],
    store: &mut dyn Store,
) -> Result<Option<(Arc<str>, Outline)>, StoreError> {
    for name in names {
        if name.namespace.as_ref().is_some_and(|known| known != namespace) {
            continue;
        }
        let Some(resource) = store.resource(name.key)? else { continue };
        let outline = Outline::read(&resource.text).filter(|it| it.namespace == *namespace);
        if let Some(outline) = outline {
            return Ok(Some((resource.text, outline)));
        }
    }
    Ok(None)
}
