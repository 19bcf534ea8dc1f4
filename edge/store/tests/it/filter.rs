//! A condition answered by the database is the condition evaluated in memory, on every row: nulls, exact
//! decimals, currencies, code points and values of the wrong type included.

use std::cell::RefCell;
use std::sync::{Arc, LazyLock};

use base::{Currency, Key, Money, Timestamp};
use feel::predicate::{Op, Predicate, pushed_in};
use feel::{Date, DateTime, Decimal, Path, Value, Zone};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use records::{FieldKind, FieldValue, ObjectDef, Record};
use runtime::port::{PageRequest, RecordOperation, RecordQuery};

use crate::sample::{Fixture, deal, record};

static DEAL: LazyLock<Arc<ObjectDef>> = LazyLock::new(deal);

/// Texts near to each other in every order that is not by code point.
const TEXTS: [&str; 14] = [
    "",
    "a",
    "A",
    "ab",
    "a\u{1}b",
    "a b",
    "ä",
    "z",
    "\u{ffff}",
    "\u{10000}",
    "\u{10ffff}",
    "北京",
    "10",
    "9",
];

fn texts() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&TEXTS[..])
}

fn small() -> impl Strategy<Value = i64> {
    prop_oneof![6 => -1100_i64..1100, 1 => prop::sample::select(&[i64::MIN, i64::MAX, 0][..])]
}

fn currency() -> impl Strategy<Value = Currency> {
    let codes = vec!["EUR", "JPY", "KWD", "CLF", "USD"];
    prop::sample::select(codes).prop_map(|code| code.parse().unwrap())
}

/// A value that the kind of field can hold, or null.
fn stored(kind: &FieldKind) -> BoxedStrategy<FieldValue> {
    let some = match kind {
        FieldKind::Number { .. } | FieldKind::Percent { .. } => {
            small().prop_map(FieldValue::Number).boxed()
        }
        FieldKind::Money { .. } => (small(), currency())
            .prop_map(|(minor, currency)| FieldValue::Money(Money { minor, currency }))
            .boxed(),
        FieldKind::Date => (-3_i32..3).prop_map(FieldValue::Date).boxed(),
        FieldKind::DateTime => {
            (-3_i64..3).prop_map(|ms| FieldValue::DateTime(Timestamp(ms))).boxed()
        }
        FieldKind::Boolean => any::<bool>().prop_map(FieldValue::Boolean).boxed(),
        FieldKind::Reference { .. } => {
            (8_i64..12).prop_map(|key| FieldValue::Reference(Key(key))).boxed()
        }
        _ => texts().prop_map(|text| FieldValue::Text(text.into())).boxed(),
    };
    prop_oneof![1 => Just(FieldValue::Null), 4 => some].boxed()
}

fn rows() -> impl Strategy<Value = Vec<Record>> {
    let fields: Vec<_> = DEAL
        .fields
        .iter()
        .map(|field| match (&field.kind, field.unique) {
            (FieldKind::AutoNumber { .. }, _) | (_, true) => Just(FieldValue::Null).boxed(),
            (kind, _) => stored(kind),
        })
        .collect();
    prop::collection::vec(fields, 1..12)
        .prop_map(|rows| (8..).zip(rows).map(|(key, values)| record(&DEAL, key, values)).collect())
}

/// Constants of every type, near what is stored: whole and broken numbers, other zones, key texts.
fn constant() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        (small(), 0_u32..4).prop_map(|(value, scale)| Decimal::from_scaled(value, scale)),
        prop::sample::select(&["1e30", "-1e30", "0.0001", "-0.0001", "92233720368547758.08"][..])
            .prop_map(|text| text.parse().unwrap()),
    ];
    let zones = vec![Some(Zone::utc()), Zone::offset(7200), None];
    let zone = prop::sample::select(zones);
    let moment = (-3_500_000_i128..3_500_000, zone).prop_map(|(nanos, zone)| {
        let utc = DateTime::from_instant(nanos, zone.as_ref().unwrap_or(&Zone::utc())).unwrap();
        Value::DateTime(utc.with_zone(zone))
    });
    let key_texts = vec!["9", "10", "11", "010", "+9", "-9", "x", "1"];
    prop_oneof![
        4 => number.prop_map(Value::Number),
        4 => texts().prop_map(Value::string),
        2 => prop::sample::select(key_texts).prop_map(Value::string),
        2 => (-3_i64..3).prop_map(|days| Value::Date(Date::from_epoch_days(days).unwrap())),
        2 => moment,
        1 => any::<bool>().prop_map(Value::Boolean),
    ]
}

fn path() -> impl Strategy<Value = Path> {
    let mut paths: Vec<Path> = DEAL.fields.iter().map(|field| Path::new([&*field.name])).collect();
    for steps in [&["key"][..], &["created at"], &["value currency"], &["owner", "key"]] {
        paths.push(Path::new(steps.iter().copied()));
    }
    prop::sample::select(paths)
}

fn op_of_any() -> impl Strategy<Value = Op> {
    prop::sample::select(
        &[Op::Equal, Op::NotEqual, Op::Less, Op::LessOrEqual, Op::Greater, Op::GreaterOrEqual][..],
    )
}

fn predicate() -> impl Strategy<Value = Predicate> {
    let leaf = prop_oneof![
        8 => (path(), op_of_any(), constant())
            .prop_map(|(path, op, value)| Predicate::Compare { path, op, value }),
        2 => (path(), prop::collection::vec(constant(), 0..4))
            .prop_map(|(path, values)| Predicate::In { path, values }),
        2 => (path(), texts())
            .prop_map(|(path, prefix)| Predicate::StartsWith { path, prefix: prefix.into() }),
        2 => (path(), texts())
            .prop_map(|(path, part)| Predicate::Contains { path, part: part.into() }),
        2 => (path(), texts())
            .prop_map(|(path, suffix)| Predicate::EndsWith { path, suffix: suffix.into() }),
        2 => (path(), op_of_any(), (0_i64..6, 0_u32..2)).prop_map(|(path, op, (length, scale))| {
            Predicate::Length { path, op, length: Decimal::from_scaled(length, scale) }
        }),
        1 => path().prop_map(|path| Predicate::IsNull { path }),
        1 => path().prop_map(|path| Predicate::IsNotNull { path }),
        1 => Just(Predicate::Always),
        1 => Just(Predicate::Never),
    ];
    leaf.prop_recursive(3, 16, 3, |part| {
        prop_oneof![
            prop::collection::vec(part.clone(), 0..4).prop_map(Predicate::And),
            prop::collection::vec(part.clone(), 0..4).prop_map(Predicate::Or),
            part.clone().prop_map(|part| Predicate::Not(Box::new(part))),
            part.prop_map(|part| Predicate::Unless(Box::new(part))),
        ]
    })
}

#[test]
fn the_database_answers_as_memory_does() {
    let (fixture, deal) = Fixture::with_deal();
    let fixture = RefCell::new(fixture);
    let cases = (rows(), prop::collection::vec(predicate(), 60));
    let check = |(rows, predicates): (Vec<Record>, Vec<Predicate>)| {
        let mut fixture = fixture.borrow_mut();
        fixture.clear(&deal);
        fixture.commit_records(&deal, rows.iter().cloned().map(RecordOperation::Insert)).unwrap();
        for predicate in predicates {
            let found = fixture.lane.find(&deal, &predicate.clone().into(), 100).unwrap();
            let expect: Vec<Record> = rows
                .iter()
                .filter(|row| records::matches(&deal, row, &predicate))
                .cloned()
                .collect();
            prop_assert_eq!(found, expect, "{:?}", predicate);
        }
        Ok(())
    };
    TestRunner::new(ProptestConfig::with_cases(48)).run(&cases, check).unwrap();
}

/// Conditions in FEEL over the row's fields, of every kind that is pushed and of some that are not.
fn condition() -> impl Strategy<Value = String> {
    let number = prop::sample::select(
        &["0", "1.5", "-10", "0.005", "10.995", "1e17", "-92233720368547758.08", "null"][..],
    );
    let text = prop::sample::select(&["", "a", "ab", "b", "北", "京", "z", "10", "null"][..])
        .prop_map(|text| if text == "null" { text.to_owned() } else { format!("\"{text}\"") });
    let day = prop::sample::select(&["1970-01-01", "1969-12-31", "1970-01-03"][..])
        .prop_map(|day| format!("date(\"{day}\")"));
    let numeric = || prop::sample::select(&["size", "value", "share"][..]);
    let textual = || prop::sample::select(&["name", "note", "stage", "owner", "phone"][..]);
    let any =
        || prop::sample::select(&["name", "size", "value", "closes", "met", "hot", "owner"][..]);
    let op = || prop::sample::select(&["=", "!=", "<", "<=", ">", ">="][..]);
    let test = prop::sample::select(&["contains", "starts with", "ends with"][..]);
    let sign = prop::sample::select(&["+", "-"][..]);
    let factor =
        prop::sample::select(&["2", "3", "-0.5", "0", "0.00000001", "9999999", "1e10"][..]);
    let moment = prop::sample::select(
        &["1970-01-01T00:00:00Z", "1970-01-01T01:00:00.001+01:00", "1970-01-01T00:00:00"][..],
    )
    .prop_map(|moment| format!("date and time(\"{moment}\")"));
    let hours = prop::sample::select(&["PT0.001S", "-PT1H", "P1D", "P1Y"][..]);
    let constant = prop_oneof![number.clone().prop_map(str::to_owned), text.clone(), day.clone()];
    let leaf = prop_oneof![
        3 => (any(), op(), constant.clone()).prop_map(|(f, op, c)| format!("{f} {op} {c}")),
        2 => (any(), constant.clone(), constant.clone())
            .prop_map(|(f, a, b)| format!("{f} in ({a}, {b})")),
        2 => (any(), constant.clone(), constant.clone())
            .prop_map(|(f, a, b)| format!("{f} in [{a}, {b}]")),
        1 => (any(), constant.clone(), constant.clone(), constant.clone())
            .prop_map(|(f, a, b, c)| format!("{f} in [[{a}..{b}], {c}, [0]]")),
        1 => (any(), constant.clone(), constant.clone())
            .prop_map(|(f, a, b)| format!("{f} in [{a}..{b}]")),
        2 => (test, any(), text.clone()).prop_map(|(t, f, c)| format!("{t}({f}, {c})")),
        2 => (any(), op(), number.clone())
            .prop_map(|(f, op, c)| format!("string length({f}) {op} {c}")),
        2 => (any(), sign, number.clone(), op(), number.clone())
            .prop_map(|(f, s, a, op, b)| format!("{f} {s} {a} {op} {b}")),
        1 => (number.clone(), numeric(), op(), number.clone())
            .prop_map(|(a, f, op, b)| format!("{a} - {f} {op} {b}")),
        1 => (any(), op(), day.clone())
            .prop_map(|(f, op, d)| format!("{f} + duration(\"P2D\") {op} {d}")),
        2 => (constant.clone(), constant.clone(), any())
            .prop_map(|(a, b, f)| format!("list contains([{a}, {b}], {f})")),
        1 => (number.clone(), number.clone(), any())
            .prop_map(|(a, b, f)| format!("{f} between {a} and {b}")),
        1 => Just("hot".to_owned()),
        1 => textual().prop_map(|f| format!("upper case({f}) = \"AB\"")),
        2 => (any(), op(), factor, number.clone(), proptest::bool::ANY).prop_map(|(f, op, k, c, turned)| {
            if turned { format!("{c} {op} {k} * {f}") } else { format!("{f} * {k} {op} {c}") }
        }),
        1 => (any(), op(), moment, hours)
            .prop_map(|(f, op, m, h)| format!("{f} + duration(\"{h}\") {op} {m}")),
        1 => op().prop_map(|op| format!("size {op} share")),
        1 => Just("closes.year < 1970".to_owned()),
        1 => (any(), constant).prop_map(|(f, c)| format!("if {f} = {c} then hot else size > 0")),
    ];
    leaf.prop_recursive(3, 12, 3, |part| {
        prop_oneof![
            prop::collection::vec(part.clone(), 1..4)
                .prop_map(|all| format!("({})", all.join(" and "))),
            prop::collection::vec(part.clone(), 1..4)
                .prop_map(|all| format!("({})", all.join(" or "))),
            part.prop_map(|part| format!("not({part})")),
        ]
    })
}

/// What is pushed finds every row for which the condition is true, and no other where nothing is left to evaluate.
#[test]
fn a_pushed_filter_finds_the_rows_that_evaluation_selects() {
    let (fixture, deal) = Fixture::with_deal();
    let fixture = RefCell::new(fixture);
    let cases = (rows(), prop::collection::vec(condition(), 60));
    let check = |(rows, conditions): (Vec<Record>, Vec<String>)| {
        let mut fixture = fixture.borrow_mut();
        fixture.clear(&deal);
        fixture.commit_records(&deal, rows.iter().cloned().map(RecordOperation::Insert)).unwrap();
        for text in conditions {
            let condition = feel::compile(&text, &feel::Options::default()).unwrap();
            let mut run = feel::Run::new(Timestamp(0));
            let readable = |path: &[Arc<str>]| path.len() == 1;
            let pushed = pushed_in(&condition, &feel::Context::new(), &mut run, &readable);
            let holds = |row: &Record| {
                records::guard(&deal, row, &condition, &mut feel::Run::new(Timestamp(0)))
            };
            let expect: Vec<Record> = rows.iter().filter(|row| holds(row)).cloned().collect();
            let mut found =
                fixture.lane.find(&deal, &pushed.predicate.clone().into(), 100).unwrap();
            if pushed.residual.is_some() {
                found.retain(holds);
            }
            prop_assert_eq!(found, expect, "{}: {:?}", text, pushed);
        }
        Ok(())
    };
    TestRunner::new(ProptestConfig::with_cases(48)).run(&cases, check).unwrap();
}

/// The text as the database answers it, as the predicate in memory answers it, as FEEL evaluates it.
#[test]
fn a_filter_in_feel_finds_the_rows_for_which_it_is_true() {
    let (mut fixture, deal) = Fixture::with_deal();
    let row = |key: i64, name: &str, size: i64, minor: i64, currency: &str| {
        let mut row = record(&deal, key, Vec::new());
        row.values[0] = FieldValue::Text(name.into());
        row.values[3] = FieldValue::Number(size);
        let currency = currency.parse().unwrap();
        row.values[4] = FieldValue::Money(Money { minor, currency });
        row.values[6] = FieldValue::Date(20_000);
        row
    };
    let rows = [
        row(1, "Acme", 150, 1000, "EUR"),
        row(2, "acme", 151, 1000, "JPY"),
        row(3, "Big", -1, 1001, "KWD"),
        record(&deal, 4, Vec::new()),
    ];
    fixture.commit_records(&deal, rows.iter().cloned().map(RecordOperation::Insert)).unwrap();
    for (text, expect) in [
        (r#"name = "Acme""#, &[1][..]),
        (r#"name != "Acme""#, &[2, 3, 4]),
        ("name = null", &[4]),
        ("name != null", &[1, 2, 3]),
        (r#"starts with(name, "A")"#, &[1]),
        (r#"not(starts with(name, "A"))"#, &[2, 3]),
        (r#"name in ("Big", "acme")"#, &[2, 3]),
        ("size > 1.5", &[2]),
        ("size >= 1.5 and size < 1.505", &[1]),
        ("size > 1.501", &[2]),
        ("size <= -0.005", &[3]),
        ("value = 10", &[1]),
        ("value >= 10 and value <= 1000", &[1, 2]),
        ("value < 1.01", &[3][..]),
        (r#"value currency = "JPY" or size < 0"#, &[2, 3]),
        (r#"closes > date("2024-10-03")"#, &[1, 2, 3]),
        (r#"closes <= date("2024-10-03")"#, &[]),
    ] {
        let options = feel::Options {
            dialect: feel::Dialect::Camunda,
            names: &["value currency", "created at"],
        };
        let expression = feel::compile(text, &options).unwrap();
        let evaluated: Vec<i64> = rows
            .iter()
            .filter(|row| {
                let mut run = feel::Run::new(Timestamp(0));
                records::guard(&deal, row, &expression, &mut run)
            })
            .map(|row| row.key.0)
            .collect();
        assert_eq!(evaluated, expect, "FEEL: {text}");
        let predicate = match feel::predicate::predicate(&expression) {
            Ok(predicate) => predicate,
            Err(error) => panic!("{text}: {error}"),
        };
        let found = fixture.lane.find(&deal, &predicate.into(), 100).unwrap();
        let found: Vec<i64> = found.iter().map(|row| row.key.0).collect();
        assert_eq!(found, expect, "SQL: {text}");
    }
    let first = fixture.lane.find(&deal, &Predicate::Always.into(), 2).unwrap();
    assert_eq!(first.iter().map(|row| row.key.0).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn a_path_that_no_selection_leads_to_is_refused_by_name() {
    let (mut fixture, deal) = Fixture::with_deal();
    let path = Path::new(["owner", "name"]);
    let predicate = Predicate::IsNull { path };
    let message = "`owner.name` is not a field of `deal`; a filter reads fields of the row and of records that it refers to";
    let error = fixture.lane.find(&deal, &predicate.clone().into(), 1).unwrap_err().to_string();
    assert!(error.ends_with(message), "{error}");
    let query = RecordQuery {
        object: Arc::clone(&deal),
        selection: predicate.into(),
        search: None,
        sort: Vec::new(),
        page: PageRequest::first(1),
    };
    let error = fixture.snapshot().records(&query).unwrap_err().to_string();
    assert!(error.ends_with(message), "{error}");
}
