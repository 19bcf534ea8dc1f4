//! What a deployment reads of what was deployed before: the texts that it may repeat and those that it imports.
//! All others stay where they are, for a lane reads while everybody waits. A lane reads by its store; whether files
//! could be deployed is asked beside it, of a snapshot.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::Key;
use dmn::Outline;
use turn::Catalogue;

use crate::command::Resource;
use crate::compile;
use crate::port::{ModelKind, Read, ResourceRow, Store, StoreError};

/// Where what was deployed before is read.
pub(super) trait Earlier {
    /// The last version of the model with this id; 0 where there is none.
    fn last_version(&mut self, kind: ModelKind, id: &str) -> Result<i32, StoreError>;

    /// The file with this key.
    fn resource(&mut self, key: Key) -> Result<Option<ResourceRow>, StoreError>;

    /// Every file by key and name, the newest first.
    fn resource_names(&mut self) -> Result<Vec<(Key, Arc<str>)>, StoreError>;
}

/// The store of a lane, in its transaction.
pub(super) struct InLane<'a>(pub(super) &'a mut dyn Store);

impl Earlier for InLane<'_> {
    fn last_version(&mut self, kind: ModelKind, id: &str) -> Result<i32, StoreError> {
        self.0.last_version(kind, id)
    }

    fn resource(&mut self, key: Key) -> Result<Option<ResourceRow>, StoreError> {
        self.0.resource(key)
    }

    fn resource_names(&mut self) -> Result<Vec<(Key, Arc<str>)>, StoreError> {
        self.0.resource_names()
    }
}

/// A snapshot of what has been committed.
pub(super) struct InSnapshot<'a>(pub(super) &'a dyn Read);

impl Earlier for InSnapshot<'_> {
    fn last_version(&mut self, kind: ModelKind, id: &str) -> Result<i32, StoreError> {
        let models = self.0.models(kind)?;
        let versions = models.iter().filter(|model| *model.id == *id).map(|model| model.version);
        Ok(versions.max().unwrap_or(0))
    }

    fn resource(&mut self, key: Key) -> Result<Option<ResourceRow>, StoreError> {
        self.0.resource(key)
    }

    fn resource_names(&mut self) -> Result<Vec<(Key, Arc<str>)>, StoreError> {
        self.0.resource_names()
    }
}

/// The texts of deployed files that the files import and do not bring along, directly or not: for each
/// namespace the newest.
pub(super) fn imported(
    resources: &[Resource],
    catalogue: &Catalogue,
    earlier: &mut dyn Earlier,
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
            None => names.insert(dmn_files(catalogue, earlier)?),
        };
        if let Some((text, outline)) = newest(&namespace, names, earlier)? {
            open.extend(outline.imports);
            texts.push(text);
        }
    }
    Ok(texts)
}

/// The newest text that was deployed under this file name.
pub(super) fn newest_named(
    name: &Arc<str>,
    earlier: &mut dyn Earlier,
) -> Result<Option<Arc<str>>, StoreError> {
    let names = earlier.resource_names()?;
    let Some((key, _)) = names.iter().find(|(_, other)| other == name) else { return Ok(None) };
    Ok(earlier.resource(*key)?.map(|resource| resource.text))
}

/// A deployed DMN file, and its namespace where it is known without its text.
struct Name {
    key: Key,
    namespace: Option<Arc<str>>,
}

/// The deployed DMN files, the newest first.
fn dmn_files(catalogue: &Catalogue, earlier: &mut dyn Earlier) -> Result<Vec<Name>, StoreError> {
    let known: BTreeMap<Key, &Arc<str>> = catalogue
        .decisions()
        .map(|decision| (decision.version.resource, decision.model.namespace()))
        .collect();
    let names = earlier.resource_names()?.into_iter().filter(|(_, name)| compile::is_dmn(name));
    let with_namespace =
        |(key, _)| Name { key, namespace: known.get(&key).map(|it| Arc::clone(it)) };
    Ok(names.map(with_namespace).collect())
}

fn newest(
    namespace: &Arc<str>,
    names: &[Name],
    earlier: &mut dyn Earlier,
) -> Result<Option<(Arc<str>, Outline)>, StoreError> {
    for name in names {
        if name.namespace.as_ref().is_some_and(|known| known != namespace) {
            continue;
        }
        let Some(resource) = earlier.resource(name.key)? else { continue };
        let outline = Outline::read(&resource.text).filter(|it| it.namespace == *namespace);
        if let Some(outline) = outline {
            return Ok(Some((resource.text, outline)));
        }
    }
    Ok(None)
}
