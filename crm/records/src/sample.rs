//! Objects and rows that the tests of this crate share: accounts with orders and their lines.

use base::{Key, Timestamp};
use serde_json::{Value as Json, json};

use crate::{Input, ObjectDef, Origin, Record, Schema, create};

fn object(name: &str, fields: &[Json]) -> Json {
    let label = json!({"en": name, "zh": name});
    let fields: Vec<Json> = fields
        .iter()
        .map(|field| {
            let mut field = field.clone();
            field["label"] = label.clone();
            field
        })
        .collect();
    json!({"name": name, "label": label, "plural": label, "title": "name", "fields": fields})
}

/// `account` (with a parent account), `order` of an account, `line` as part of an order.
pub(crate) fn schema() -> Schema {
    let account = object(
        "account",
        &[
            json!({"name": "name", "type": "text", "max": 20, "required": true}),
            json!({"name": "credit_limit", "type": "money", "currency": "EUR", "min": 0, "max": "1000000"}),
            json!({"name": "rating", "type": "number", "scale": 2, "min": -5, "default": 1.5}),
            json!({"name": "parent", "type": "reference", "object": "account"}),
        ],
    );
    let option = |value: &str, read_only: bool| {
        let label = json!({"en": value, "zh": value});
        json!({"value": value, "label": label, "read_only": read_only})
    };
    let options =
        json!([option("draft", false), option("submitted", false), option("accepted", true)]);
    let mut status = json!({"name": "status", "type": "choice", "default": "draft"});
    status["options"] = options;
    status["required"] = true.into();
    let order = object(
        "order",
        &[
            json!({"name": "name", "type": "auto_number", "prefix": "SO-", "digits": 4}),
            json!({"name": "account", "type": "reference", "object": "account", "required": true}),
            status,
            json!({"name": "total", "type": "money", "currency": "EUR", "read_only": true}),
            json!({"name": "due", "type": "date"}),
            json!({"name": "shipped_at", "type": "date_time"}),
            json!({"name": "urgent", "type": "boolean"}),
            json!({"name": "owner", "type": "reference", "object": "user", "default": "me"}),
        ],
    );
    let mut line = object(
        "line",
        &[
            json!({"name": "name", "type": "text"}),
            json!({"name": "order", "type": "reference", "object": "order", "required": true}),
            json!({"name": "quantity", "type": "number", "required": true}),
        ],
    );
    line["part_of"] = json!({"field": "order", "collection": "lines"});
    let user = object("user", &[json!({"name": "name", "type": "text"})]);
    let objects = [account, order, line, user];
    let objects = objects.map(|json| ObjectDef::from_value(json).expect("the sample is readable"));
    Schema::new(objects.to_vec()).expect("the sample is legal")
}

pub(crate) fn input(json: &Json) -> Input {
    json.as_object().cloned().expect("the case gives an object").into()
}

/// A row of the sample, made as a process makes it at 1970-01-01T00:00:01Z by user 9.
pub(crate) fn row(schema: &Schema, object: &str, key: i64, json: &Json) -> Record {
    let object = schema.object(object).expect("the case names an object of the sample");
    create(object, Key(key), &input(json), Origin::Process, Key(9), Timestamp(1000))
        .expect("the case is a legal row")
}
