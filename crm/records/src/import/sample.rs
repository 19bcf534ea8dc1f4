//! Objects for the tests of the import: accounts with a parent account, orders with lines of items.

use serde_json::{Value as Json, json};

use crate::{ObjectDef, Schema};

fn object(name: &str, title: &str, fields: &[Json]) -> ObjectDef {
    let label = json!({"en": name, "zh": name});
    let fields: Vec<Json> = fields
        .iter()
        .map(|field| {
            let mut field = field.clone();
            let words = field["name"].as_str().unwrap_or_default().replace('_', " ");
            field["label"] = json!({"en": words, "zh": words});
            field
        })
        .collect();
    let mut object =
        json!({"name": name, "label": label, "plural": label, "title": title, "fields": fields});
    if name == "line" {
        object["part_of"] = json!({"field": "order", "collection": "lines"});
    }
    ObjectDef::from_value(object).expect("the sample is readable")
}

/// `account` (by `code`, `tax_id`, `external_id`), `order` (by `reference`) with `lines`.
pub(super) fn schema() -> Schema {
    let unique = |name: &str| json!({"name": name, "type": "text", "unique": true});
    let options = ["draft", "submitted"]
        .map(|value| json!({"value": value, "label": {"en": value, "zh": value}}));
    let account = [
        json!({"name": "name", "type": "text", "max": 20, "required": true}),
        unique("code"),
        unique("tax_id"),
        unique("external_id"),
        json!({"name": "credit_limit", "type": "money", "currency": "EUR"}),
        json!({"name": "rating", "type": "number", "scale": 2, "default": 1.5}),
        json!({"name": "parent", "type": "reference", "object": "account"}),
    ];
    let order = [
        json!({"name": "name", "type": "auto_number", "prefix": "SO-", "digits": 4}),
        unique("reference"),
        json!({"name": "account", "type": "reference", "object": "account", "required": true}),
        json!({"name": "status", "type": "choice", "default": "draft", "options": options}),
        json!({"name": "total", "type": "money", "currency": "EUR", "read_only": true}),
        json!({"name": "due", "type": "date"}),
    ];
    let line = [
        json!({"name": "name", "type": "text"}),
        json!({"name": "order", "type": "reference", "object": "order", "required": true}),
        json!({"name": "article", "type": "reference", "object": "account"}),
        json!({"name": "quantity", "type": "number", "required": true}),
    ];
    let objects = [
        object("account", "name", &account),
        object("order", "name", &order),
        object("line", "name", &line),
    ];
    Schema::new(objects.to_vec()).expect("the sample is legal")
}
