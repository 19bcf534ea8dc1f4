//! An object that changes keeps its rows, or is refused.

use std::sync::Arc;

use base::Key;
use feel::predicate::Predicate;
use records::{FieldValue, ObjectDef};
use runtime::port::{CatalogueWrite, PageRequest, RecordOperation, RecordQuery, Rows, StoreError};

use crate::sample::{Fixture, defined, field, object, record, text};

/// Makes the first object with one row of these values, then alters it; answers what the row holds, or
/// why it was refused.
fn check(before: &[(&str, &str)], values: &[FieldValue], after: &[(&str, &str)], expect: &str) {
    let make = |fields: &[(&str, &str)]| {
        let fields: Vec<String> = fields.iter().map(|(name, rest)| field(name, rest)).collect();
        object("thing", "name", &fields.join(","))
    };
    let (before, after) = (make(before), make(after));
    let mut fixture = Fixture::new();
    let define = |before: Option<&Arc<ObjectDef>>, object: &Arc<ObjectDef>| Rows {
        catalogue: vec![CatalogueWrite::Object {
            before: before.cloned(),
            object: Arc::clone(object),
        }],
        ..Rows::default()
    };
    fixture.commit(&define(None, &before)).unwrap();
    let row = record(&before, 1, values.to_vec());
    fixture.commit_records(&before, [RecordOperation::Insert(row)]).unwrap();
    let got = match fixture.commit(&define(Some(&before), &after)) {
        Ok(()) => {
            let row = fixture.lane.record(&after, Key(1)).unwrap().unwrap();
            let second = record(&after, 2, row.values.clone());
            let written = fixture.commit_records(&after, [RecordOperation::Insert(second)]);
            match written {
                Ok(()) => format!("{:?}", row.values),
                Err(StoreError::Constraint(_)) => format!("{:?}, refused", row.values),
                Err(error) => format!("{:?}, {error}", row.values),
            }
        }
        Err(StoreError::Constraint(message)) => message,
        Err(other) => other.to_string(),
    };
    assert_eq!(got, expect);
}

const NAME: (&str, &str) = ("name", r#""type": "text", "max": 20"#);
const SIZE: (&str, &str) = ("size", r#""type": "number", "scale": 1"#);

#[test]
fn a_new_field_is_empty_in_old_rows() {
    check(&[NAME], &[text("x")], &[SIZE, NAME], r#"[Null, Text("x")]"#);
    check(&[NAME], &[text("x")], &[NAME, ("price", r#""type": "money""#)], r#"[Text("x"), Null]"#);
    let owner = ("owner", r#""type": "reference", "object": "user""#);
    check(&[NAME], &[text("x")], &[NAME, owner], r#"[Text("x"), Null]"#);
}

#[test]
fn a_field_goes_only_when_nothing_is_lost() {
    let lost = "`size` of `thing` holds values that the change would lose; empty the field in every row first";
    let full = [text("x"), FieldValue::Number(15)];
    check(&[NAME, SIZE], &full, &[NAME], lost);
    check(&[NAME, SIZE], &full[..1], &[NAME], r#"[Text("x")]"#);
    let price = ("price", r#""type": "money""#);
    check(&[NAME, price], &full[..1], &[NAME], r#"[Text("x")]"#);
    let unique = ("code", r#""type": "text", "max": 5, "unique": true"#);
    check(&[NAME, unique], &full[..1], &[NAME], r#"[Text("x")]"#);
}

#[test]
fn a_field_changes_its_kind_only_when_stored_values_keep_their_meaning() {
    let full = [text("x"), FieldValue::Number(15)];
    let with_scale = |scale: &'static str| ("size", scale);
    let three = with_scale(r#""type": "number", "scale": 3"#);
    check(&[NAME, SIZE], &full, &[NAME, three], r#"[Text("x"), Number(1500)]"#);
    let percent = with_scale(r#""type": "percent", "scale": 1"#);
    check(&[NAME, SIZE], &full, &[NAME, percent], r#"[Text("x"), Number(15)]"#);
    let lost = "`size` of `thing` holds values that the change would lose; empty the field in every row first";
    let none = with_scale(r#""type": "number", "scale": 0"#);
    check(&[NAME, SIZE], &full, &[NAME, none], lost);
    check(&[NAME, SIZE], &full[..1], &[NAME, none], r#"[Text("x"), Null]"#);
    check(&[NAME, SIZE], &full, &[NAME, with_scale(r#""type": "date""#)], lost);
    let large = [text("x"), FieldValue::Number(i64::MIN)];
    let too_large = "`size` of `thing` holds numbers that are too large for 3 digits after the point; keep the old scale";
    check(&[NAME, SIZE], &large, &[NAME, three], too_large);
    let long = ("name", r#""type": "long_text""#);
    check(&[NAME], &full[..1], &[long], r#"[Text("x")]"#);
}

#[test]
fn a_field_that_becomes_unique_must_be_so_already() {
    let unique = ("name", r#""type": "text", "max": 20, "unique": true"#);
    check(&[NAME], &[text("x")], &[unique], r#"[Text("x")], refused"#);
    check(&[unique], &[text("x")], &[NAME], r#"[Text("x")]"#);

    let (mut fixture, deal) = Fixture::with_deal();
    let same = [1, 2].map(|key| RecordOperation::Insert(record(&deal, key, vec![text("x")])));
    fixture.commit_records(&deal, same).unwrap();
    let mut strict = (*deal).clone();
    strict.fields[0].unique = true;
    let change = CatalogueWrite::Object { before: Some(deal), object: Arc::new(strict) };
    let refused = fixture.commit(&Rows { catalogue: vec![change], ..Rows::default() });
    let message =
        "two rows of `deal` have the same `name`; make them differ before the field becomes unique";
    assert_eq!(refused, Err(StoreError::Constraint(message.into())));
}

#[test]
fn the_search_follows_when_another_field_becomes_the_title() {
    let (mut fixture, deal) = Fixture::with_deal();
    let mut row = record(&deal, 1, vec![text("Acme")]);
    row.values[2] = text("roadrunner");
    fixture.commit_records(&deal, [RecordOperation::Insert(row)]).unwrap();
    let mut renamed = (*deal).clone();
    renamed.title = "note".into();
    let renamed = Arc::new(renamed);
    let change = CatalogueWrite::Object { before: Some(deal), object: Arc::clone(&renamed) };
    fixture.commit(&Rows { catalogue: vec![change], ..Rows::default() }).unwrap();
    let snapshot = fixture.snapshot();
    let found = |text| snapshot.search(&[Arc::clone(&renamed)], text, 5).unwrap().len();
    assert_eq!([found("acme"), found("road")], [0, 1]);
}

#[test]
fn a_read_by_the_definition_before_is_told_that_it_is_outdated() {
    let make = |fields: &[(&str, &str)]| {
        let fields: Vec<String> = fields.iter().map(|(name, rest)| field(name, rest)).collect();
        object("thing", "name", &fields.join(","))
    };
    let (before, after) = (make(&[NAME, SIZE]), make(&[NAME]));
    let mut fixture = Fixture::new();
    fixture.commit(&defined(&before)).unwrap();
    let row = record(&before, 1, vec![text("x"), FieldValue::Null]);
    fixture.commit_records(&before, [RecordOperation::Insert(row)]).unwrap();
    let list = |object: &Arc<ObjectDef>| RecordQuery {
        object: Arc::clone(object),
        selection: Predicate::Always.into(),
        search: None,
        sort: Vec::new(),
        page: PageRequest::first(5),
    };
    assert_eq!(fixture.snapshot().records(&list(&before)).unwrap().page.items.len(), 1);
    let narrower =
        CatalogueWrite::Object { before: Some(Arc::clone(&before)), object: Arc::clone(&after) };
    fixture.commit(&Rows { catalogue: vec![narrower], ..Rows::default() }).unwrap();
    let snapshot = fixture.snapshot();
    let outdated = snapshot.records(&list(&before)).map(|_| ());
    assert!(matches!(outdated, Err(StoreError::Outdated(_))), "{outdated:?}");
    drop(snapshot);
    let snapshot = fixture.snapshot();
    let outdated = snapshot.record(&before, Key(1));
    assert!(matches!(outdated, Err(StoreError::Outdated(_))), "{outdated:?}");
    drop(snapshot);
    let found = fixture.snapshot().records(&list(&after)).unwrap();
    assert_eq!(found.page.items[0].values, [text("x")]);
}
