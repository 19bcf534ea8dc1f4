//! Which record is locked, what stays open, and what a refusal says.

use serde_json::{Value, json};

use super::*;
use crate::Schema;
use crate::sample::row;

/// The sample's orders, locked at two of their stages.
fn schema() -> Schema {
    let objects = crate::sample::schema();
    let objects = objects.objects().map(|object| {
        let mut json = object.to_json();
        if &*object.name == "order" {
            json["stages"] = json!({"field": "status", "process": "order", "locked": [
                {"value": "submitted", "open": ["due", "urgent"]},
                {"value": "accepted"},
            ], "locked_while_running": [{"value": "draft", "open": ["due"]}]});
        }
        ObjectDef::from_value(json).expect("the object is readable")
    });
    Schema::new(objects.collect()).expect("the objects fit together")
}

/// `expect` is the field that may not be written; empty where all may.
fn check(status: &str, change: &Value, expect: &str) {
    let schema = schema();
    let order = schema.object("order").expect("the sample has orders");
    let mut fields = json!({"account": "1", "status": status, "due": "2026-11-22"});
    let before = row(&schema, "order", 17, &fields);
    for (name, value) in change.as_object().expect("the case gives an object") {
        fields[name] = value.clone();
    }
    let after = row(&schema, "order", 17, &fields);
    let closed =
        Locked::of(order, &before).and_then(|lock| lock.closed_field(order, &before, &after));
    assert_eq!(closed.map_or("", |name| name), expect, "{status} {change}");
}

#[test]
fn a_locked_stage_closes_every_field_that_it_does_not_open() {
    for (status, change, expect) in [
        ("draft", json!({"due": null}), ""),
        ("draft", json!({"account": "2", "status": "submitted"}), "account"),
        ("submitted", json!({"due": null, "urgent": true}), ""),
        ("submitted", json!({"due": null, "account": "2"}), "account"),
        ("submitted", json!({"status": "draft"}), "status"),
        ("submitted", json!({"status": "submitted", "account": "1"}), ""),
        ("accepted", json!({"due": null}), "due"),
        ("accepted", json!({}), ""),
    ] {
        check(status, &change, expect);
    }
}

#[test]
fn a_refusal_names_the_field_its_value_and_what_to_do() {
    let schema = schema();
    let order = schema.object("order").expect("the sample has orders");
    let lock = |status: &str| {
        let record = row(&schema, "order", 17, &json!({"account": "1", "status": status}));
        Locked::of(order, &record).expect("it is locked")
    };
    assert_eq!(
        lock("submitted").refusal("`total` cannot be written"),
        "`total` cannot be written by a person while `status` of order 17 is `submitted`; \
         change only `due`, `urgent`, or let its process change it or move it on"
    );
    assert_eq!(
        lock("submitted").over_parts().refusal("line 3 cannot be deleted"),
        "line 3 cannot be deleted by a person while `status` of order 17 is `submitted`; \
         let its process change it or move it on"
    );
    assert_eq!(
        lock("draft").over_parts().refusal("line 3 cannot be deleted"),
        "line 3 cannot be deleted by a person while `status` of order 17 is `draft` and a process \
         runs on it; let the process change it or move it on, or have its instance cancelled"
    );
    assert_eq!(
        (lock("draft").holds, lock("accepted").holds),
        (Holds::WhileRunning, Holds::AtTheStage)
    );
    assert_eq!(&*lock("accepted").label.en, "accepted");
}
