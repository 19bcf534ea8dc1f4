//! Bounds and wording. That the answers are FEEL's is shown on rows, in `tests/it/filter.rs`.

use feel::Value;
use feel::predicate::{Op, Predicate};
use records::ObjectDef;

use super::position::Position;
use super::{DEPTH_MAX, PARAMS_MAX, TERMS_MAX, condition};
use crate::sql::{Dialect, Sql, after_prefix};

fn object() -> ObjectDef {
    let text = r#"{"name": "deal", "label": {"en": "", "zh": ""}, "plural": {"en": "", "zh": ""},
        "title": "name", "fields": [
        {"name": "name", "label": {"en": "", "zh": ""}, "type": "text", "max": 9},
        {"name": "size", "label": {"en": "", "zh": ""}, "type": "number", "scale": 2},
        {"name": "owner", "label": {"en": "", "zh": ""}, "type": "reference", "object": "user"}]}"#;
    ObjectDef::from_json(text).unwrap()
}

fn path(text: &str) -> feel::Path {
    feel::Path::new(text.split('.'))
}

fn equal(name: &str) -> Predicate {
    Predicate::Compare { path: path(name), op: Op::Equal, value: Value::number(1) }
}

fn check(predicate: &Predicate, expect: &str) {
    let mut sql = Sql::default();
    let got = match condition(&object(), predicate, &mut sql) {
        Ok(()) => format!("{} {:?}", sql.text, sql.params),
        Err(error) => error.to_string(),
    };
    assert_eq!(got, expect);
}

#[test]
fn values_are_bound_and_names_are_checked() {
    check(&equal("size"), r#"("f_size" = ?1 AND "f_size" IS NOT NULL) [Integer(100)]"#);
    let wild = "x\" OR 1=1 --";
    let name = Predicate::StartsWith { path: path("name"), prefix: wild.into() };
    check(
        &name,
        r#"("f_name" >= ?1 AND "f_name" < ?2) [Text("x\" OR 1=1 --"), Text("x\" OR 1=1 -.")]"#,
    );
    for (unknown, shown) in [(wild, wild), ("owner.name", "owner.name"), ("name.key", "name.key")] {
        let message = format!(
            "`{shown}` is not a field of `deal`; a filter reads fields of the row and of records that it refers to"
        );
        check(&equal(unknown), &message);
    }
    check(&Predicate::And(Vec::new()), "TRUE []");
    check(&Predicate::Or(Vec::new()), "FALSE []");
}

#[test]
fn no_constant_of_a_filter_stands_in_a_statement() {
    for source in [
        "name = \"xyzzy\" or name != \"xyzzy\" or name < \"xyzzy\"",
        "name in (\"xyzzy\", \"xyzzy' OR 1=1 --\") or not(name in [\"xyzzy\", null])",
        "starts with(name, \"xyzzy\") and contains(name, \"xyzzy\") and ends with(name, \"xyzzy\")",
        "not(list contains([\"xyzzy\", 31337], name)) or owner < \"xyzzy\"",
        "owner = \"31337\" or owner in (\"31337\", \"xyzzy\") or owner in [\"31337\"]",
        "size = 31337 or size != 31337 or size between 31337 and 31337.5 or size in [31337..31339)",
        "31337 - size > 0 or size * 2 < 62674 or string length(name) = 31337",
        "not(size in [[31337..31338], 31337])",
    ] {
        let filter = feel::compile(source, &feel::Options::default()).unwrap();
        let predicate = feel::predicate::predicate(&filter).unwrap();
        for dialect in [Dialect::Sqlite, Dialect::Postgres] {
            let mut sql = Sql::of(dialect, "");
            condition(&object(), &predicate, &mut sql).unwrap();
            let text = &sql.text;
            assert!(!text.contains("xyzzy") && !text.contains("3133"), "{source}: {text}");
            let bound = format!("{:?}", sql.params);
            assert!(bound.contains("xyzzy") || bound.contains("31337"), "{source}: {bound}");
        }
    }
}

#[test]
fn a_condition_that_is_too_large_is_refused() {
    let many = Predicate::Or(vec![equal("size"); TERMS_MAX + 1]);
    let message = "the filter has more than 400 comparisons or 5000 constants; split it";
    check(&many, message);
    let values = vec![Value::string("x"); PARAMS_MAX + 1];
    check(&Predicate::In { path: path("name"), values }, message);
    let mut deep = equal("size");
    for _ in 0..=DEPTH_MAX {
        deep = Predicate::Not(Box::new(deep));
    }
    check(&deep, "the filter is nested deeper than 100 levels; write it flatter");
}

#[test]
fn a_constant_with_more_digits_falls_between_two_stored_numbers() {
    for (number, scale, expect) in [
        ("1.25", 2, Position::At(125)),
        ("1.255", 2, Position::After(125)),
        ("1.259999999999999999999999999999999", 2, Position::After(125)),
        ("-1.255", 2, Position::After(-126)),
        ("-0.001", 2, Position::After(-1)),
        ("0.001", 2, Position::After(0)),
        ("92233720368547758.07", 2, Position::At(i64::MAX)),
        ("-92233720368547758.08", 2, Position::At(i64::MIN)),
        ("92233720368547758.08", 2, Position::Above),
        ("-92233720368547758.09", 2, Position::Below),
        ("1e100", 2, Position::Above),
        ("-1e100", 2, Position::Below),
        ("1e-100", 9, Position::After(0)),
    ] {
        assert_eq!(Position::of_decimal(number.parse().unwrap(), scale), expect, "{number}");
    }
    for (nanos, expect) in [
        (2_000_000, Position::At(2)),
        (1_999_999, Position::After(1)),
        (-1, Position::After(-1)),
        (i128::MAX, Position::Above),
        (i128::MIN, Position::Below),
    ] {
        assert_eq!(Position::of_nanos(nanos), expect, "{nanos}");
    }
}

#[test]
fn the_end_of_a_prefix_is_the_next_text_that_does_not_have_it() {
    for (prefix, expect) in [
        ("ab", Some("ac")),
        ("a\u{10ffff}", Some("b")),
        ("\u{d7ff}", Some("\u{e000}")),
        ("\u{10ffff}", None),
        ("", None),
    ] {
        assert_eq!(after_prefix(prefix).as_deref(), expect, "{prefix:?}");
    }
}
