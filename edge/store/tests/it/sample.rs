//! A database of its own for every test, an object with a field of every kind, and short ways to make rows.

use std::sync::Arc;

use base::{Key, Money, Timestamp};
use feel::predicate::Predicate;
use records::{FieldValue, ObjectDef, Record, RecordRef};
use runtime::port::{
    Before, CatalogueWrite, Expiry, Read, Readers, RecordOperation, RecordWrite, Rows, Store,
    StoreError,
};

use crate::place::Place;

/// A record of another object than the sample's.
pub(crate) fn order() -> RecordRef {
    RecordRef { object: "order".into(), key: Key(17) }
}

/// A database, its writer and its readers.
pub(crate) struct Fixture {
    pub(crate) lane: Box<dyn Store>,
    pub(crate) readers: Box<dyn Readers>,
    pub(crate) place: Place,
}

/// The newest hundred.
pub(crate) const NEWEST: Before = Before { place: None, limit: 100 };

/// Nothing is outdated.
pub(crate) const NOTHING: Expiry =
    Expiry { answers: Timestamp(0), sessions: Timestamp(0), notifications: None, limit: 100 };

impl Fixture {
    pub(crate) fn new() -> Self {
        let place = Place::new();
        Self { lane: place.lane(), readers: place.readers(), place }
    }

    pub(crate) fn snapshot(&self) -> Box<dyn Read + '_> {
        self.readers.open().unwrap()
    }

    /// With the object that has every kind of field.
    pub(crate) fn with_deal() -> (Self, Arc<ObjectDef>) {
        let mut fixture = Self::new();
        let deal = deal();
        fixture.commit(&defined(&deal)).unwrap();
        (fixture, deal)
    }

    /// One batch of these rows.
    pub(crate) fn commit(&mut self, rows: &Rows) -> Result<(), StoreError> {
        self.lane.begin()?;
        match self.lane.write(rows).and_then(|()| self.lane.commit()) {
            Ok(()) => Ok(()),
            Err(error) => {
                self.lane.rollback()?;
                Err(error)
            }
        }
    }

    /// Removes what is outdated; so many rows of one kind go.
    pub(crate) fn expire(&mut self, expiry: Expiry, gone: u64) {
        self.lane.begin().unwrap();
        assert_eq!(self.lane.expire(&expiry), Ok(gone), "{expiry:?}");
        self.lane.commit().unwrap();
    }

    /// Removes every record of the object: a new row set on the old tables costs less than new tables.
    pub(crate) fn clear(&mut self, object: &Arc<ObjectDef>) {
        let rows = self.lane.find(object, &Predicate::Always.into(), u32::MAX).unwrap();
        let gone =
            |row: &Record| RecordOperation::Delete { from_version: row.version, key: row.key };
        self.commit_records(object, rows.iter().map(gone)).unwrap();
    }

    /// One batch that changes these records.
    pub(crate) fn commit_records(
        &mut self,
        object: &Arc<ObjectDef>,
        operations: impl IntoIterator<Item = RecordOperation>,
    ) -> Result<(), StoreError> {
        self.commit(&changed(object, operations))
    }
}

pub(crate) fn changed(
    object: &Arc<ObjectDef>,
    operations: impl IntoIterator<Item = RecordOperation>,
) -> Rows {
    let records = operations
        .into_iter()
        .map(|operation| RecordWrite { object: Arc::clone(object), operation })
        .collect();
    Rows { records, ..Rows::default() }
}

pub(crate) fn defined(object: &Arc<ObjectDef>) -> Rows {
    let object = Arc::clone(object);
    let catalogue = vec![CatalogueWrite::Object { before: None, object }];
    Rows { catalogue, ..Rows::default() }
}

/// An object named `deal` from the text of its fields.
pub(crate) fn object(name: &str, title: &str, fields: &str) -> Arc<ObjectDef> {
    let text = format!(
        r#"{{"name": "{name}", "label": {{"en": "{name}", "zh": "{name}"}},
        "plural": {{"en": "{name}", "zh": "{name}"}}, "title": "{title}", "fields": [{fields}]}}"#
    );
    Arc::new(ObjectDef::from_json(&text).unwrap())
}

pub(crate) fn field(name: &str, rest: &str) -> String {
    format!(r#"{{"name": "{name}", "label": {{"en": "{name}", "zh": "{name}"}}, {rest}}}"#)
}

/// A field of every kind; their positions are those of [`value_of_every_kind`].
pub(crate) fn deal() -> Arc<ObjectDef> {
    let option = |value: &str| {
        format!(r#"{{"value": "{value}", "label": {{"en": "{value}", "zh": "{value}"}}}}"#)
    };
    let options = ["draft", "won", "lost"].map(option).join(",");
    let fields = [
        field("name", r#""type": "text", "max": 200"#),
        field("number", r#""type": "auto_number", "prefix": "D-", "digits": 4"#),
        field("note", r#""type": "long_text""#),
        field("size", r#""type": "number", "scale": 2"#),
        field("value", r#""type": "money""#),
        field("share", r#""type": "percent", "scale": 1"#),
        field("closes", r#""type": "date""#),
        field("met", r#""type": "date_time""#),
        field("hot", r#""type": "boolean""#),
        field("stage", &format!(r#""type": "choice", "options": [{options}]"#)),
        field("mail", r#""type": "email", "unique": true"#),
        field("phone", r#""type": "phone""#),
        field("site", r#""type": "url""#),
        field("owner", r#""type": "reference", "object": "user""#),
    ];
    object("deal", "name", &fields.join(","))
}

pub(crate) fn value_of_every_kind() -> Vec<FieldValue> {
    vec![
        FieldValue::Text("北京华瑞 Ltd".into()),
        FieldValue::Text("D-0001".into()),
        FieldValue::Text("one\ntwo \u{1} three".into()),
        FieldValue::Number(-1250),
        FieldValue::Money(Money { minor: i64::MAX, currency: "EUR".parse().unwrap() }),
        FieldValue::Number(125),
        FieldValue::Date(-719_162),
        FieldValue::DateTime(Timestamp(1_763_829_000_123)),
        FieldValue::Boolean(true),
        FieldValue::Text("won".into()),
        FieldValue::Text("a@example.com".into()),
        FieldValue::Text("+49 30 1".into()),
        FieldValue::Text("https://example.com/?q='\"".into()),
        FieldValue::Reference(Key(9)),
    ]
}

/// A first version of a row; `values` may be fewer than the fields, the rest is null.
pub(crate) fn record(object: &ObjectDef, key: i64, values: Vec<FieldValue>) -> Record {
    let mut values = values;
    values.resize(object.fields.len(), FieldValue::Null);
    Record {
        key: Key(key),
        version: 1,
        created_at: Timestamp(1_000 + key),
        created_by: Key(1),
        updated_at: Timestamp(1_000 + key),
        updated_by: Key(1),
        values,
    }
}

pub(crate) fn text(value: &str) -> FieldValue {
    FieldValue::Text(value.into())
}
