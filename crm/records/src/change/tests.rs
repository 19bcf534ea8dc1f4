//! Rows from input, and what is said about input that makes none.

use serde_json::{Value as Json, json};

use super::*;
use crate::sample::{input, row, schema};

/// Creates a row of `object`; `expect` are its values as JSON, or the problems.
fn check_create(object: &str, origin: Origin, json: &Json, expect: &str) {
    let schema = schema();
    let object = schema.object(object).expect("the case names an object");
    let got = create(object, Key(5), &input(json), origin, Key(9), Timestamp(7));
    assert_eq!(show(object, got), expect, "{json}");
}

/// Changes a submitted order of account 1; `expect` as above.
fn check_update(status: &str, origin: Origin, json: &Json, expect: &str) {
    let schema = schema();
    let order = schema.object("order").expect("the sample has orders");
    let before = row(&schema, "order", 5, &json!({"account": "1", "status": status}));
    let got = update(order, &before, &input(json), origin, Key(9), Timestamp(8));
    assert_eq!(show(order, got), expect, "{json}");
}

fn show(object: &ObjectDef, got: Result<Record, Invalid>) -> String {
    match got {
        Ok(record) => {
            let mut json = crate::view::to_json(object, &record);
            json.retain(|_, value| !value.is_null());
            Json::Object(json).to_string()
        }
        Err(invalid) => {
            let one = |problem: &FieldProblem| format!("{}: {}", problem.code, problem.message);
            invalid.problems.iter().map(one).collect::<Vec<_>>().join("\n")
        }
    }
}

/// What a refusal says, or the credit limit of the account.
fn limit(account: &ObjectDef, got: Result<Record, Invalid>) -> String {
    match got {
        Ok(record) => match record.value(account, "credit_limit") {
            FieldValue::Money(money) => money.to_string(),
            other => format!("{other:?}"),
        },
        Err(invalid) => show(account, Err(invalid)),
    }
}

const NO_CURRENCY: &str =
    "which is no currency in use; write the code of one, such as `EUR` (ISO 4217)";

#[test]
fn an_amount_is_in_a_currency_that_one_can_pay_with() {
    let schema = schema();
    let account = schema.object("account").expect("the sample has accounts");
    let refused = format!("currency: `credit_limit` is in `XXX`, {NO_CURRENCY}");
    for (given, expect) in [
        (json!("5 XXX"), refused.as_str()),
        (json!({"amount": "5", "currency": "XXX"}), &refused),
        (json!("5 JPY"), "5 JPY"),
    ] {
        let json = input(&json!({"name": "A", "credit_limit": given}));
        for origin in [Origin::Person, Origin::Process] {
            let got = create(account, Key(5), &json, origin, Key(9), Timestamp(7));
            assert_eq!(limit(account, got), expect, "{given}");
        }
    }
}

#[test]
fn a_number_keeps_between_the_bounds_of_its_field() {
    let schema = schema();
    let account = schema.object("account").expect("the sample has accounts");
    let mut old = row(&schema, "account", 5, &json!({"name": "A"}));
    let position = account.position("credit_limit").expect("accounts have a limit");
    let currency = "EUR".parse().expect("a code");
    old.values[position] = FieldValue::Money(base::Money { minor: -500, currency });
    for (field, given, expect) in [
        ("credit_limit", json!("0"), ""),
        (
            "credit_limit",
            json!("-0.01"),
            "below_min: `credit_limit` has to be at least 0, and is -0.01 EUR",
        ),
        ("credit_limit", json!("1000000.00 USD"), ""),
        (
            "credit_limit",
            json!("1000001 JPY"),
            "above_max: `credit_limit` has to be at most 1000000, and is 1000001 JPY",
        ),
        ("rating", json!(-5), ""),
        ("rating", json!(-5.01), "below_min: `rating` has to be at least -5, and is -5.01"),
        ("rating", json!(1e9), ""),
        ("rating", json!(null), ""),
        // What stood before the bounds stays until it is written.
        ("name", json!("B"), ""),
        ("credit_limit", json!("-5.00"), ""),
        (
            "credit_limit",
            json!("-4.00"),
            "below_min: `credit_limit` has to be at least 0, and is -4.00 EUR",
        ),
    ] {
        for origin in [Origin::Person, Origin::Process] {
            let json = input(&json!({field: given}));
            let got = update(account, &old, &json, origin, Key(9), Timestamp(8));
            let got = got.map_or_else(|refused| show(account, Err(refused)), |_| String::new());
            assert_eq!(got, expect, "{field} {given}");
        }
    }
}

#[test]
fn an_amount_in_an_old_currency_stays_until_it_is_written() {
    let schema = schema();
    let account = schema.object("account").expect("the sample has accounts");
    let mut before = row(&schema, "account", 5, &json!({"name": "A"}));
    let position = account.position("credit_limit").expect("accounts have a limit");
    let currency = "DEM".parse().expect("a code");
    before.values[position] = FieldValue::Money(base::Money { minor: 500, currency });
    let refused = format!("currency: `credit_limit` is in `DEM`, {NO_CURRENCY}");
    for (given, expect) in [
        (json!({"name": "B"}), "5.00 DEM"),
        (json!({"name": "B", "credit_limit": "5.00 DEM"}), "5.00 DEM"),
        (json!({"credit_limit": "6"}), &refused),
        (json!({"credit_limit": "6 EUR"}), "6.00 EUR"),
        (json!({"credit_limit": null}), "Null"),
    ] {
        let got = update(account, &before, &input(&given), Origin::Person, Key(9), Timestamp(8));
        assert_eq!(limit(account, got), expect, "{given}");
    }
}

#[test]
fn a_new_row_takes_what_is_given_and_defaults_for_the_rest() {
    let (person, process) = (Origin::Person, Origin::Process);
    for (object, origin, json, expect) in [
        ("account", person, json!({"name": "A"}), r#"{"name":"A","rating":1.5}"#),
        ("account", person, json!({"name": "A", "rating": null}), r#"{"name":"A"}"#),
        ("account", person, json!({}), "required: `name` is required; give it a value"),
        ("account", person, json!({"name": " "}), "required: `name` is required; give it a value"),
        (
            "order",
            person,
            json!({"account": "1"}),
            r#"{"account":"1","status":"draft","owner":"9"}"#,
        ),
        (
            "order",
            person,
            json!({"account": "1", "owner": "4"}),
            r#"{"account":"1","status":"draft","owner":"4"}"#,
        ),
        (
            "order",
            person,
            json!({"account": "1", "owner": null}),
            r#"{"account":"1","status":"draft"}"#,
        ),
        ("order", process, json!({"account": "1"}), r#"{"account":"1","status":"draft"}"#),
        (
            "order",
            person,
            json!({"account": "1", "total": null}),
            r#"{"account":"1","status":"draft","owner":"9"}"#,
        ),
        (
            "order",
            person,
            json!({"account": "1", "total": 5}),
            "read_only: `total` is written by processes only; leave it out",
        ),
        (
            "order",
            process,
            json!({"account": "1", "total": 5}),
            r#"{"account":"1","status":"draft","total":{"amount":"5.00","currency":"EUR"}}"#,
        ),
        (
            "order",
            person,
            json!({"account": "1", "status": "accepted"}),
            "read_only: `status` enters and leaves `accepted` by a process only",
        ),
        (
            "order",
            process,
            json!({"account": "1", "name": "SO-1"}),
            "read_only: `name` is numbered automatically; leave it out",
        ),
    ] {
        check_create(object, origin, &json, expect);
    }
}

#[test]
fn what_the_engine_creates_in_nobodys_name_is_nobodys() {
    let schema = schema();
    let order = schema.object("order").expect("the sample has orders");
    let given = input(&json!({"account": "1"}));
    let by = Actor::SYSTEM_USER;
    let got = create(order, Key(5), &given, Origin::Person, by, Timestamp(7));
    assert_eq!(show(order, got), r#"{"account":"1","status":"draft"}"#);
}

#[test]
fn every_problem_is_reported_at_once_in_the_order_of_the_fields() {
    let json =
        json!({"account": 1, "status": "x", "due": "soon", "colour": "red", "urgent": "yes"});
    let expect = "type: `account` takes the key of a record of `account` as text, not `1`\n\
                  not_an_option: `status` has no option `x`; use one of `draft`, `submitted`, `accepted`\n\
                  type: `due` takes a date such as `2026-11-22`, not `soon`\n\
                  type: `urgent` takes `true` or `false`, not `yes`\n\
                  unknown_field: `order` has no field `colour`; remove it or define the field";
    check_create("order", Origin::Person, &json, expect);
}

#[test]
fn a_change_touches_only_what_is_given() {
    let (person, process) = (Origin::Person, Origin::Process);
    let stays = r#"{"account":"1","status":"submitted"}"#;
    for (status, origin, json, expect) in [
        ("submitted", person, json!({}), stays),
        ("submitted", person, json!({"status": "submitted", "total": null}), stays),
        ("submitted", person, json!({"status": "draft"}), r#"{"account":"1","status":"draft"}"#),
        (
            "submitted",
            person,
            json!({"account": null}),
            "required: `account` is required; give it a value",
        ),
        (
            "submitted",
            process,
            json!({"status": "accepted"}),
            r#"{"account":"1","status":"accepted"}"#,
        ),
        (
            "accepted",
            person,
            json!({"status": "draft"}),
            "read_only: `status` enters and leaves `accepted` by a process only",
        ),
        (
            "accepted",
            person,
            json!({"status": "accepted", "urgent": true}),
            r#"{"account":"1","status":"accepted","urgent":true}"#,
        ),
    ] {
        check_update(status, origin, &json, expect);
    }
}

#[test]
fn a_change_counts_the_version_and_keeps_the_creation() {
    let schema = schema();
    let account = schema.object("account").expect("the sample has accounts");
    let before = row(&schema, "account", 5, &json!({"name": "A"}));
    let json = input(&json!({"name": "B"}));
    let after = update(account, &before, &json, Origin::Person, Key(3), Timestamp(2000))
        .expect("the change is legal");
    assert_eq!((before.version, after.version), (1, 2));
    assert_eq!((after.created_at, after.created_by), (Timestamp(1000), Key(9)));
    assert_eq!((after.updated_at, after.updated_by), (Timestamp(2000), Key(3)));
}

#[test]
fn a_row_from_before_a_field_was_required_can_still_be_changed() {
    let schema = schema();
    let account = schema.object("account").expect("the sample has accounts");
    let before = Record { values: Vec::new(), ..row(&schema, "account", 5, &json!({"name": "A"})) };
    let change = |json: Json| {
        let input = input(&json);
        show(account, update(account, &before, &input, Origin::Person, Key(3), Timestamp(2)))
    };
    assert_eq!(change(json!({"rating": 2})), r#"{"rating":2}"#);
    assert_eq!(change(json!({"name": ""})), "required: `name` is required; give it a value");
}

#[test]
fn changes_are_the_fields_that_differ() {
    let schema = schema();
    let account = schema.object("account").expect("the sample has accounts");
    let old = row(&schema, "account", 5, &json!({"name": "A"}));
    let new = row(&schema, "account", 5, &json!({"name": "B", "rating": null, "parent": "7"}));
    let names = |before: Option<&Record>, after: Option<&Record>| {
        let changes = changes(account, before, after);
        changes.iter().map(|change| change.field.to_string()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(Some(&old), Some(&new)), "name rating parent");
    assert_eq!(names(Some(&old), Some(&old)), "");
    assert_eq!(names(None, Some(&old)), "name rating");
    assert_eq!(names(Some(&new), None), "name parent");
}

#[test]
fn an_auto_number_is_filled_with_zeros() {
    let schema = schema();
    let order = schema.object("order").expect("the sample has orders");
    let (position, field) = order.auto_numbers().next().expect("an order has a number");
    assert_eq!(position, 0);
    assert_eq!(field.kind.auto_number(17).as_deref(), Some("SO-0017"));
    assert_eq!(field.kind.auto_number(123_456).as_deref(), Some("SO-123456"));
}

#[test]
fn what_is_locked_while_a_process_runs_is_left_by_people_after_it() {
    let schema = schema();
    let order = schema.object("order").expect("the sample has orders");
    let mut json = order.to_json();
    json["stages"] = json!({"field": "status", "process": "order",
        "locked_while_running": [{"value": "accepted"}]});
    let order = crate::ObjectDef::from_value(json).expect("the object is readable");
    for (from, to, expect) in [
        ("accepted", "draft", r#"{"account":"1","status":"draft"}"#),
        ("draft", "accepted", "read_only: `status` enters and leaves `accepted` by a process only"),
    ] {
        let before = row(&schema, "order", 5, &json!({"account": "1", "status": from}));
        let given = input(&json!({ "status": to }));
        let got = update(&order, &before, &given, Origin::Person, Key(9), Timestamp(7));
        assert_eq!(show(&order, got), expect, "{from} {to}");
    }
}
