//! Predicates over rows with and without values, as the truth tables of FEEL say.

use feel::predicate::Op;
use serde_json::json;

use super::*;
use crate::sample::{row, schema};

fn check(predicate: &Predicate, expect: bool) {
    let schema = schema();
    let order = schema.object("order").expect("the sample has orders");
    let json =
        json!({"account": "17", "status": "submitted", "total": "12.50", "due": "2026-11-22"});
    let record = row(&schema, "order", 5, &json);
    assert_eq!(matches(order, &record, predicate), expect, "{predicate:?}");
}

fn path(text: &str) -> Path {
    Path::new(text.split('.'))
}

fn compare(name: &str, op: Op, value: impl Into<Value>) -> Predicate {
    Predicate::Compare { path: path(name), op, value: value.into() }
}

fn not(predicate: Predicate) -> Predicate {
    Predicate::Not(Box::new(predicate))
}

fn decimal(text: &str) -> Value {
    Value::Number(text.parse().expect("the case is a number"))
}

#[test]
fn stored_values_compare_as_feel_values() {
    let date = |text: &str| Value::Date(text.parse().expect("the case is a date"));
    for (predicate, expect) in [
        (compare("status", Op::Equal, "submitted"), true),
        (compare("status", Op::NotEqual, "submitted"), false),
        (compare("total", Op::Equal, decimal("12.5")), true),
        (compare("total", Op::Less, decimal("12.50")), false),
        (compare("total", Op::LessOrEqual, decimal("12.50")), true),
        (compare("total currency", Op::Equal, "EUR"), true),
        (compare("account", Op::Equal, "17"), true),
        (compare("account.key", Op::Equal, "17"), true),
        (compare("account.name", Op::Equal, "17"), false),
        (compare("key", Op::Equal, "5"), true),
        (compare("due", Op::GreaterOrEqual, date("2026-11-22")), true),
        (compare("due", Op::Greater, date("2026-11-22")), false),
        (
            Predicate::In {
                path: path("status"),
                values: vec!["draft".into(), "submitted".into()],
            },
            true,
        ),
        (Predicate::In { path: path("status"), values: Vec::new() }, false),
        (Predicate::StartsWith { path: path("status"), prefix: "sub".into() }, true),
        (Predicate::IsNull { path: path("urgent") }, true),
        (Predicate::IsNotNull { path: path("urgent") }, false),
        (Predicate::Always, true),
        (Predicate::Never, false),
    ] {
        check(&predicate, expect);
        check(&not(not(predicate.clone())), expect);
        check(&not(predicate), !expect);
    }
}

#[test]
fn what_is_unknown_is_neither_true_nor_false() {
    let unknown = || compare("shipped_at", Op::Less, 5);
    check(&unknown(), false);
    check(&not(unknown()), false);
    check(&Predicate::Or(vec![unknown(), Predicate::Always]), true);
    check(&Predicate::And(vec![unknown(), Predicate::Always]), false);
    check(&not(Predicate::And(vec![unknown(), Predicate::Never])), true);
    check(&not(Predicate::Or(vec![unknown(), Predicate::Never])), false);
    check(&compare("urgent", Op::Equal, true), false);
    check(&not(compare("urgent", Op::Equal, true)), true);
    check(&compare("status", Op::Less, 5), false);
    check(&not(compare("status", Op::Less, 5)), false);
}

#[test]
fn a_guard_reads_the_row_flat() {
    let schema = schema();
    let order = schema.object("order").expect("the sample has orders");
    let record = row(&schema, "order", 5, &json!({"account": "17", "total": "12.50"}));
    for (condition, expect) in [
        ("total <= 12.50", true),
        ("total - 12.51 >= 0", false),
        ("account = \"17\" and status = \"draft\"", true),
        ("missing = 1", false),
        ("due > total", false),
        ("total", false),
    ] {
        let expression = feel::compile(condition, &feel::Options::default()).expect(condition);
        let mut run = Run::new(feel::Timestamp(0));
        assert_eq!(guard(order, &record, &expression, &mut run), expect, "{condition}");
    }
}
