//! One layer of changes, and what was read beneath all of them.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::Key;
use engine::{Event, Instance};
use records::{FieldValue, ObjectDef, Record, RecordRef};

use crate::Continuation;
use crate::change::{Notification, OutboxEntry, RecordHistory};
use crate::work::Work;

/// Changes over what lies below.
#[derive(Debug, Default)]
pub(crate) struct Layer {
    // INVARIANT: written by `put_record` alone, so that `holders` knows every record in it.
    records: BTreeMap<RecordRef, Option<Arc<Record>>>,
    holders: BTreeMap<Held, BTreeSet<Key>>,
    pub(crate) instances: BTreeMap<Key, EditedInstance>,
    pub(crate) counters: BTreeMap<Arc<str>, i64>,
    pub(crate) history: Vec<RecordHistory>,
    pub(crate) outbox: Vec<OutboxEntry>,
    pub(crate) notifications: Vec<Notification>,
    pub(crate) continuations: Vec<(Key, Continuation)>,
    /// What these changes cause. The turn takes it over when the layer succeeds.
    pub(crate) triggers: Vec<Work>,
}

/// An instance with the events of one layer.
#[derive(Debug)]
pub(crate) struct EditedInstance {
    pub(crate) now: Arc<Instance>,
    pub(crate) events: Vec<Event>,
}

/// A value by which records are looked up: object, field, and the value.
pub(super) type Held = (Arc<str>, Arc<str>, HeldValue);

/// A value that can be ordered. All values of one field are of one kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum HeldValue {
    Nothing,
    Text(Arc<str>),
    Number(i64),
    /// Minor units and the code of the currency.
    Money(i64, Arc<str>),
}

impl From<&FieldValue> for HeldValue {
    fn from(value: &FieldValue) -> Self {
        match value {
            FieldValue::Null => Self::Nothing,
            FieldValue::Text(text) => Self::Text(Arc::clone(text)),
            FieldValue::Number(number) => Self::Number(*number),
            FieldValue::Money(money) => Self::Money(money.minor, money.currency.code().into()),
            FieldValue::Date(days) => Self::Number(i64::from(*days)),
            FieldValue::DateTime(at) => Self::Number(at.0),
            FieldValue::Boolean(flag) => Self::Number(i64::from(*flag)),
            FieldValue::Reference(key) => Self::Number(key.0),
        }
    }
}

/// The place in the index for records of `object` whose `field` is `value`.
pub(super) fn held(object: &ObjectDef, field: &Arc<str>, value: &FieldValue) -> Held {
    (Arc::clone(&object.name), Arc::clone(field), value.into())
}

impl Layer {
    /// Puts a record as it is from now on; `None` where it is gone.
    pub(crate) fn put_record(&mut self, object: &ObjectDef, key: Key, record: Option<Arc<Record>>) {
        let indexed = object
            .fields
            .iter()
            .enumerate()
            .filter(|(_, field)| field.unique || field.kind.referenced_object().is_some());
        if let Some(record) = &record {
            for (position, field) in indexed {
                let value = record.at(position);
                if !value.is_null() {
                    self.holders.entry(held(object, &field.name, value)).or_default().insert(key);
                }
            }
        }
        self.records.insert(RecordRef { object: Arc::clone(&object.name), key }, record);
    }

    pub(super) fn record(&self, at: &RecordRef) -> Option<&Option<Arc<Record>>> {
        self.records.get(at)
    }

    /// The changed records of one object.
    pub(super) fn records_of(
        &self,
        object: &Arc<str>,
    ) -> impl Iterator<Item = (Key, &Option<Arc<Record>>)> {
        let first = RecordRef { object: Arc::clone(object), key: Key(i64::MIN) };
        let last = RecordRef { object: Arc::clone(object), key: Key(i64::MAX) };
        self.records.range(first..=last).map(|(at, record)| (at.key, record))
    }

    /// Records that were put with this value; they may have another one by now.
    pub(super) fn holders(&self, held: &Held) -> impl Iterator<Item = Key> {
        self.holders.get(held).into_iter().flatten().copied()
    }

    /// Every changed record; `None` where it is gone.
    pub(crate) fn records(&self) -> impl Iterator<Item = (&RecordRef, &Option<Arc<Record>>)> {
        self.records.iter()
    }

    /// Takes over what the layer above has changed.
    pub(super) fn merge(&mut self, above: Self) {
        self.records.extend(above.records);
        for (held, keys) in above.holders {
            match self.holders.entry(held) {
                Entry::Vacant(place) => drop(place.insert(keys)),
                Entry::Occupied(mut below) => below.get_mut().extend(keys),
            }
        }
        for (key, edited) in above.instances {
            match self.instances.get_mut(&key) {
                Some(below) => {
                    below.now = edited.now;
                    below.events.extend(edited.events);
                }
                None => drop(self.instances.insert(key, edited)),
            }
        }
        self.counters.extend(above.counters);
        self.history.extend(above.history);
        self.outbox.extend(above.outbox);
        self.notifications.extend(above.notifications);
        self.continuations.extend(above.continuations);
        self.triggers.extend(above.triggers);
    }
}

/// What has been read from the database in this batch, as it is stored.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) records: BTreeMap<RecordRef, Option<Arc<Record>>>,
    pub(super) children: BTreeMap<ChildrenOf, Vec<Key>>,
    pub(crate) instances: BTreeMap<Key, Option<(i64, Arc<Instance>)>>,
    pub(super) counters: BTreeMap<Arc<str>, i64>,
    /// Who holds a text in a unique field, by object and field.
    pub(super) unique: BTreeMap<(Arc<str>, Arc<str>), Holders>,
}

/// Who holds a value that was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    /// No stored record.
    Nobody,
    /// This one.
    Record(Key),
}

/// Who holds which text.
pub(super) type Holders = BTreeMap<Arc<str>, Holder>;

/// A collection: the records of an object whose field is a parent.
pub(super) type ChildrenOf = (Arc<str>, Arc<str>, Key);

impl Loaded {
    /// Keeps what was read, unless the batch had read it before.
    pub(super) fn note(&mut self, object: &ObjectDef, records: Vec<Record>) {
        for record in records {
            let at = RecordRef { object: Arc::clone(&object.name), key: record.key };
            self.records.entry(at).or_insert_with(|| Some(Arc::new(record)));
        }
    }
}
