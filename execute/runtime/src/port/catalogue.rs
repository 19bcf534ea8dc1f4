//! What is defined rather than done: objects, and deployed models with their sources. The catalogue
//! has one version number; the store raises it by one in every transaction that writes any of it.

use std::sync::Arc;

use base::{Key, Timestamp};
use records::ObjectDef;

use crate::port::StoreError;

/// The whole catalogue.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CatalogueRows {
    /// Its version.
    pub version: i64,
    /// The objects, in the order in which they were first defined.
    pub objects: Vec<ObjectRow>,
    /// The versions of every model, by key order.
    pub models: Vec<ModelRow>,
    /// The files they came from, by key order.
    pub resources: Vec<ResourceRow>,
}

/// The definition of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectRow {
    /// The object's name. Unique.
    pub name: Arc<str>,
    /// By `ObjectDef::to_json`.
    pub definition: String,
}

words! {
    /// What a model is.
    ModelKind {
        /// A BPMN process.
        Process = "process",
        /// A DMN decision.
        Decision = "decision",
        /// A form.
        Form = "form",
    }
}

/// One version of a process, a decision or a form. Never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelRow {
    /// The version's key.
    pub key: Key,
    /// What it is.
    pub kind: ModelKind,
    /// The BPMN process id, the DMN decision id or the form id.
    pub id: Arc<str>,
    /// The name that people see; the id where the model gives none.
    pub name: Arc<str>,
    /// 1, 2, 3 .. per kind and id.
    pub version: i32,
    /// The modeller's own name for the version.
    pub version_tag: Option<Arc<str>>,
    /// The file it came from.
    pub resource: Key,
    /// The deployment.
    pub deployment: Key,
    /// When it was deployed.
    pub deployed_at: Timestamp,
    /// The object that a process's instances are bound to.
    pub record_object: Option<Arc<str>>,
}

/// A deployed file. Never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceRow {
    /// The file's key.
    pub key: Key,
    /// The deployment.
    pub deployment: Key,
    /// The file's name.
    pub name: Arc<str>,
    /// The file's text.
    pub text: Arc<str>,
}

/// One change to the catalogue.
#[derive(Debug, Clone, PartialEq)]
pub enum CatalogueWrite {
    /// A new or changed object: the store makes or alters the table of its records, in the same
    /// transaction. A change that would lose stored values is refused as [`StoreError::Constraint`].
    Object {
        /// The definition before, for an object that exists.
        before: Option<Arc<ObjectDef>>,
        /// The definition now.
        object: Arc<ObjectDef>,
    },
    /// A deployed file.
    Resource(ResourceRow),
    /// A version of a model.
    Model(ModelRow),
}

/// Queries over models. What is compiled is asked from the `turn::Catalogue` instead.
pub trait ReadModels {
    /// The whole catalogue, where the snapshot sees a newer one than the version `known`. Asked at the
    /// beginning of every read, so it must cost nothing where there is none. Where no other process writes
    /// there never is: the lanes tell of what they change.
    fn newer_catalogue(&self, _known: i64) -> Result<Option<CatalogueRows>, StoreError> {
        Ok(None)
    }

    /// The versions of all models of a kind: by id, the latest version first.
    fn models(&self, kind: ModelKind) -> Result<Vec<ModelRow>, StoreError>;

    /// The version with this key.
    fn model(&self, key: Key) -> Result<Option<ModelRow>, StoreError>;

    /// The file with this key.
    fn resource(&self, key: Key) -> Result<Option<ResourceRow>, StoreError>;

    /// Every file by key and name, the newest first.
    fn resource_names(&self) -> Result<Vec<(Key, Arc<str>)>, StoreError>;
}
