//! An object: what the rows of one noun look like, as metadata. The product knows objects only by
//! it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{FieldDef, FieldKind, Label};

/// The definition of one object (account, order, ..).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectDef {
    /// The name in JSON, SQL and FEEL: `snake_case`, singular.
    pub name: Arc<str>,
    /// One row on the page.
    pub label: Label,
    /// Many rows on the page.
    pub plural: Label,
    /// The name of a Tabler icon.
    pub icon: Option<Arc<str>>,
    /// The field that is shown as a row's name.
    pub title: Arc<str>,
    /// The fields; a row holds its values in this order.
    pub fields: Vec<FieldDef>,
    /// Set where rows belong to a parent: an order line to its order.
    pub part_of: Option<PartOf>,
    /// The stage bar.
    pub stages: Option<Stages>,
    /// The columns of the list as it is first shown.
    pub list: Vec<Arc<str>>,
    /// The fields that tell a row from others at a glance, beside its title; empty leaves it to `list`.
    pub summary: Vec<Arc<str>>,
    /// Whether it has its own entry in the navigation.
    pub navigation: bool,
}

/// Rows belong to a parent and go with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartOf {
    /// The reference field that names the parent.
    pub field: Arc<str>,
    /// What the rows are called at the parent: `lines` in `order.lines`.
    pub collection: Arc<str>,
}

/// A stage bar: the options of a choice field, in their order, driven by a process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stages {
    /// The choice field.
    pub field: Arc<str>,
    /// The id of the process whose elements' `rondo.stage` property moves it.
    pub process: Arc<str>,
    /// The options at which people may no longer change the record and its parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locked: Vec<StageLock>,
    /// The options at which they may not while a process instance that is bound to the record runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locked_while_running: Vec<StageLock>,
    /// The options at which the way ends, where it ends at one of several: an order is accepted or
    /// rejected, never one after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ends: Vec<StageEnd>,
}

/// One of the ends that a record may come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageEnd {
    /// The option of the stage field.
    pub value: Arc<str>,
    /// Whether it is the end that one works for.
    pub outcome: Outcome,
}

/// What an end is to those who work for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// What one works for: won, accepted, solved.
    Positive,
    /// What one works against: lost, rejected, given up.
    Negative,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 2] = [Self::Positive, Self::Negative];

    /// The word in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Positive => "positive",
            Self::Negative => "negative",
        }
    }
}

/// How many fields of the list stand for a summary that is not given.
const SUMMARY_FIELDS: usize = 3;

/// While the stage field holds `value`, the record belongs to its process: a person may neither delete
/// it nor touch its parts, and write only the fields in `open`. Where the lock holds only while an
/// instance runs, the record is people's again once none does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageLock {
    /// The option of the stage field.
    pub value: Arc<str>,
    /// The fields that people may write all the same.
    #[serde(default)]
    pub open: Vec<Arc<str>>,
}

impl ObjectDef {
    /// Where the field stands in [`ObjectDef::fields`] and in a row's values.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| &*field.name == name)
    }

    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&FieldDef> {
        self.fields.iter().find(|field| &*field.name == name)
    }

    /// The fields that tell a row from others at a glance, with their positions: [`ObjectDef::summary`],
    /// else the first few of the list but the title.
    pub fn summary_fields(&self) -> Vec<(usize, &FieldDef)> {
        let find = |name: &Arc<str>| {
            let position = self.position(name)?;
            Some((position, self.fields.get(position)?))
        };
        if !self.summary.is_empty() {
            return self.summary.iter().filter_map(find).collect();
        }
        let listed = self.list.iter().filter(|name| **name != self.title);
        listed.filter_map(find).take(SUMMARY_FIELDS).collect()
    }

    /// The fields whose values the product draws from a counter, with their positions.
    pub fn auto_numbers(&self) -> impl Iterator<Item = (usize, &FieldDef)> {
        self.fields
            .iter()
            .enumerate()
            .filter(|(_, field)| matches!(field.kind, FieldKind::AutoNumber { .. }))
    }

    /// The fields that refer to records, with their positions and the objects they refer to.
    pub fn references(&self) -> impl Iterator<Item = (usize, &FieldDef, &Arc<str>)> {
        self.fields.iter().enumerate().filter_map(|(index, field)| {
            field.kind.referenced_object().map(|object| (index, field, object))
        })
    }

    /// The object that a row's parent belongs to, where rows are parts.
    pub fn parent(&self) -> Option<&Arc<str>> {
        let part_of = self.part_of.as_ref()?;
        self.field(&part_of.field)?.kind.referenced_object()
    }
}
