//! Values over rows that are loaded and rows that are not.

use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::sample::{row, schema};

/// Knows some rows; the rest nobody has looked for.
#[derive(Default)]
struct Rows {
    records: BTreeMap<(String, Key), Option<Arc<Record>>>,
    children: BTreeMap<(String, Key), Vec<Arc<Record>>>,
}

impl Rows {
    fn add(&mut self, object: &str, record: Record) {
        self.records.insert((object.to_owned(), record.key), Some(Arc::new(record)));
    }
}

impl Source for Rows {
    fn record(&self, object: &str, key: Key) -> Known<Option<Arc<Record>>> {
        let known = self.records.get(&(object.to_owned(), key)).cloned();
        known.map_or(Known::NotLoaded, Known::Loaded)
    }

    fn children(&self, child_object: &str, parent: Key) -> Known<Vec<Arc<Record>>> {
        let known = self.children.get(&(child_object.to_owned(), parent)).cloned();
        known.map_or(Known::NotLoaded, Known::Loaded)
    }
}

/// Order 5 of account 1, whose parent is account 2; the order has the lines 11 and 12.
fn rows(schema: &Schema) -> Rows {
    let mut rows = Rows::default();
    let account = json!({"name": "Acme", "parent": "2", "credit_limit": "1000"});
    rows.add("account", row(schema, "account", 1, &account));
    rows.add("account", row(schema, "account", 2, &json!({"name": "Holding"})));
    rows.add("order", row(schema, "order", 5, &json!({"account": "1", "total": "12.50"})));
    rows.add("order", row(schema, "order", 6, &json!({"account": "404"})));
    rows.records.insert(("account".to_owned(), Key(404)), None);
    let line = |key, quantity| {
        let json = json!({"order": "5", "quantity": quantity});
        Arc::new(row(schema, "line", key, &json))
    };
    rows.children.insert(("line".to_owned(), Key(5)), vec![line(11, 3), line(12, 4)]);
    rows
}

fn paths(text: &str) -> Vec<feel::Path> {
    let split = |path: &str| match path {
        "." => feel::Path::new(Vec::<String>::new()),
        path => feel::Path::new(path.split('.')),
    };
    text.split(", ").map(split).collect()
}

fn value_of(schema: &Schema, key: i64, wanted: &str, rows: &Rows) -> Result<Value, Vec<Missing>> {
    let root = RecordRef { object: "order".into(), key: Key(key) };
    resolve(schema, &root, &paths(wanted), rows)
}

/// `expect` is the value as JSON.
fn check(key: i64, wanted: &str, expect: &serde_json::Value) {
    let schema = schema();
    let value = value_of(&schema, key, wanted, &rows(&schema)).expect(wanted);
    assert_eq!(feel::json::to_json(&value), *expect, "{wanted}");
}

#[test]
fn only_what_the_paths_reach_is_there() {
    for (wanted, expect) in [
        ("total", json!({"total": 12.5})),
        ("total, total currency", json!({"total": 12.5, "total currency": "EUR"})),
        ("total text", json!({"total text": "12.50 EUR"})),
        ("key, created at", json!({"key": "5", "created at": "1970-01-01T00:00:01Z"})),
        ("account.name", json!({"account": {"name": "Acme"}})),
        ("account.parent.name", json!({"account": {"parent": {"name": "Holding"}}})),
        ("account.parent.parent.name", json!({"account": {"parent": {"parent": null}}})),
        ("account.key", json!({"account": {"key": "1"}})),
        ("lines.quantity", json!({"lines": [{"quantity": 3}, {"quantity": 4}]})),
        ("lines.order.key", json!({"lines": [{"order": {"key": "5"}}, {"order": {"key": "5"}}]})),
        ("due", json!({"due": null})),
        ("total.amount", json!({"total": 12.5})),
        ("nothing, due currency, due text", json!({})),
    ] {
        check(5, wanted, &expect);
    }
    check(6, "account.name", &json!({"account": null}));
}

#[test]
fn a_path_that_ends_on_a_record_gives_its_own_fields() {
    let account = json!({
        "key": "1", "name": "Acme", "credit_limit": 1000, "credit_limit currency": "EUR",
        "credit_limit text": "1000.00 EUR", "rating": 1.5,
        "parent": {"key": "2"}, "created at": "1970-01-01T00:00:01Z", "updated at": "1970-01-01T00:00:01Z",
    });
    check(5, "account", &json!({"account": account}));
    let schema = schema();
    let whole = value_of(&schema, 5, "., account.name", &rows(&schema)).expect("all is loaded");
    assert_eq!(
        feel::json::to_json(whole.get("account").expect("a reference")),
        json!({"name": "Acme"})
    );
    assert_eq!(whole.get("status"), Some(&Value::string("draft")));
    assert_eq!(whole.get("lines"), None);
}

#[test]
fn what_is_not_loaded_is_reported_and_then_found() {
    let schema = schema();
    let all = rows(&schema);
    let mut known = Rows::default();
    let mut rounds = Vec::new();
    let wanted = "account.parent.name, lines.quantity, account.name";
    let value = loop {
        match value_of(&schema, 5, wanted, &known) {
            Ok(value) => break value,
            Err(missing) => {
                rounds.push(missing.len());
                for missing in missing {
                    match missing {
                        Missing::Record { object, key } => {
                            let place = (object.to_string(), key);
                            let record = all.records[&place].clone();
                            known.records.insert(place, record);
                        }
                        Missing::Children { object, field, parent } => {
                            assert_eq!(&*field, "order");
                            let place = (object.to_string(), parent);
                            let lines = all.children[&place].clone();
                            known.children.insert(place, lines);
                        }
                    }
                }
            }
        }
    };
    // The order; then its account and its lines at once; then the account's parent.
    assert_eq!(rounds, [1, 2, 1]);
    assert_eq!(value, value_of(&schema, 5, wanted, &all).expect("all is loaded"));
}

#[test]
fn what_does_not_exist_is_null() {
    let schema = schema();
    let mut rows = rows(&schema);
    rows.records.insert(("order".to_owned(), Key(7)), None);
    assert_eq!(value_of(&schema, 7, "total", &rows), Ok(Value::Null));
    let root = RecordRef { object: "invoice".into(), key: Key(1) };
    assert_eq!(resolve(&schema, &root, &paths("total"), &rows), Ok(Value::Null));
}

#[test]
fn a_circle_of_references_ends() {
    let schema = schema();
    let mut rows = rows(&schema);
    rows.add("account", row(&schema, "account", 1, &json!({"name": "Acme", "parent": "1"})));
    let steps = vec!["parent"; 10_000];
    let path = feel::Path::new(std::iter::once("account").chain(steps));
    let root = RecordRef { object: "order".into(), key: Key(5) };
    let value = resolve(&schema, &root, &[path], &rows).expect("all is loaded");
    let mut depth = 0;
    let mut at = value.get("account");
    while let Some(record) = at {
        depth += 1;
        at = record.get("parent");
    }
    assert!((10..=20).contains(&depth), "{depth}");
}
