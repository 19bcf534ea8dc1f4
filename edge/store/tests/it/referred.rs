//! A condition that reads through references finds the rows for which FEEL is true of the values at the ends of its
//! paths, whatever is missing on the way, and finds them by indices.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use base::{Currency, Key, Money, Timestamp};
use feel::{Context, Decimal, Dialect, Expression, Options, Run, Value};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use records::{FieldKind, FieldValue, ObjectDef, Record, Schema, Selection};
use runtime::port::{PageRequest, RecordOperation, RecordQuery, StoreError};
use store::predicate::selected;
use store::sql::Sql;

use crate::place::DIALECT;
use crate::sample::{Fixture, defined, field, object, record, text};

/// Visits at accounts, which have owners and parents.
static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let to = |name: &str, object: &str| {
        field(name, &format!(r#""type": "reference", "object": "{object}""#))
    };
    let own = [
        field("name", r#""type": "text", "max": 200"#),
        field("size", r#""type": "number", "scale": 2"#),
        field("worth", r#""type": "money""#),
        field("opened", r#""type": "date""#),
        field("met", r#""type": "date_time""#),
        field("hot", r#""type": "boolean""#),
    ];
    let define = |name: &str, references: &[String]| {
        ObjectDef::clone(&object(name, "name", &[&own[..], references].concat().join(",")))
    };
    let person = define("person", &[]);
    let account = define("account", &[to("owner", "person"), to("parent", "account")]);
    let visit = define("visit", &[to("account", "account"), to("host", "person")]);
    Schema::new(vec![person, account, visit]).unwrap()
});

const OBJECTS: [&str; 3] = ["person", "account", "visit"];

fn of(name: &str) -> &'static Arc<ObjectDef> {
    SCHEMA.object(name).unwrap()
}

/// Every record, by its object.
type Rows = BTreeMap<&'static str, Vec<Record>>;

fn fixture() -> Fixture {
    let mut fixture = Fixture::new();
    for name in OBJECTS {
        fixture.commit(&defined(of(name))).unwrap();
    }
    fixture
}

fn insert(fixture: &mut Fixture, rows: &Rows) {
    for (name, rows) in rows {
        let inserts = rows.iter().cloned().map(RecordOperation::Insert);
        fixture.commit_records(of(name), inserts).unwrap();
    }
}

/// A value of the kind, or null. References lead to keys of which some belong to no record.
fn stored(kind: &FieldKind) -> BoxedStrategy<FieldValue> {
    let small =
        prop_oneof![5 => -300_i64..300, 1 => prop::sample::select(&[i64::MIN, i64::MAX][..])];
    let some = match kind {
        FieldKind::Number { .. } => small.prop_map(FieldValue::Number).boxed(),
        FieldKind::Money { .. } => {
            let currency = prop::sample::select(&["EUR", "JPY", "KWD"][..])
                .prop_map(|code| code.parse::<Currency>().unwrap());
            (small, currency)
                .prop_map(|(minor, currency)| FieldValue::Money(Money { minor, currency }))
                .boxed()
        }
        FieldKind::Date => (-2_i32..3).prop_map(FieldValue::Date).boxed(),
        FieldKind::DateTime => {
            (-2_i64..3).prop_map(|ms| FieldValue::DateTime(Timestamp(ms))).boxed()
        }
        FieldKind::Boolean => any::<bool>().prop_map(FieldValue::Boolean).boxed(),
        FieldKind::Reference { .. } => {
            (1_i64..7).prop_map(|key| FieldValue::Reference(Key(key))).boxed()
        }
        _ => prop::sample::select(&["", "a", "ab", "b", "北京", "10"][..]).prop_map(text).boxed(),
    };
    prop_oneof![1 => Just(FieldValue::Null), 4 => some].boxed()
}

fn rows_of(name: &'static str, most: usize) -> impl Strategy<Value = Vec<Record>> {
    let fields: Vec<_> = of(name).fields.iter().map(|field| stored(&field.kind)).collect();
    prop::collection::vec(fields, 0..=most).prop_map(move |rows| {
        (1..).zip(rows).map(|(key, values)| record(of(name), key, values)).collect()
    })
}

fn rows() -> impl Strategy<Value = Rows> {
    (rows_of("person", 5), rows_of("account", 5), rows_of("visit", 12)).prop_map(
        |(people, accounts, visits)| OBJECTS.into_iter().zip([people, accounts, visits]).collect(),
    )
}

/// What conditions read. Marks around a path let the same condition be asked of plain values.
const PATHS: [&str; 26] = [
    "name",
    "size",
    "account",
    "account.key",
    "host.name",
    "host.size",
    "account.name",
    "account.size",
    "account.size",
    "account.worth",
    "account.worth",
    "account.worth currency",
    "account.opened",
    "account.met",
    "account.hot",
    "account.owner",
    "account.owner.key",
    "account.owner.name",
    "account.owner.size",
    "account.parent.name",
    "account.parent.worth",
    "account.parent.owner.name",
    "account.parent.owner.opened",
    "account.parent.parent.size",
    "account.created at",
    "host.updated at",
];

fn condition() -> impl Strategy<Value = String> {
    let path = || prop::sample::select(&PATHS[..]).prop_map(|path| format!("«{path}»"));
    let op = || prop::sample::select(&["=", "!=", "<", "<=", ">", ">="][..]);
    let constants = [
        "0",
        "1.5",
        "-0.01",
        "2.995",
        "1e17",
        "null",
        "\"\"",
        "\"a\"",
        "\"ab\"",
        "\"北京\"",
        "\"2\"",
        "\"5\"",
        "\"EUR\"",
        "date(\"1970-01-02\")",
        "date and time(\"1970-01-01T00:00:01.002Z\")",
        "true",
    ];
    let constant = move || prop::sample::select(constants.to_vec());
    let leaf = prop_oneof![
        5 => (path(), op(), constant()).prop_map(|(p, op, c)| format!("{p} {op} {c}")),
        2 => (path(), constant(), constant()).prop_map(|(p, a, b)| format!("{p} in ({a}, {b})")),
        1 => (path(), constant(), constant()).prop_map(|(p, a, b)| format!("{p} in [{a}..{b}]")),
        1 => (path(), constant(), constant()).prop_map(|(p, a, b)| format!("{p} in [{a}, {b}]")),
        1 => (path(), constant()).prop_map(|(p, c)| format!("starts with({p}, {c})")),
        1 => (path(), constant()).prop_map(|(p, c)| format!("list contains([{c}, null], {p})")),
        1 => (path(), op(), constant()).prop_map(|(p, op, c)| format!("string length({p}) {op} {c}")),
        1 => (path(), op(), constant()).prop_map(|(p, op, c)| format!("{p} + 1.5 {op} {c}")),
        1 => (path(), op(), constant()).prop_map(|(p, op, c)| format!("{p} * -2 {op} {c}")),
        1 => path().prop_map(|p| format!("upper case({p}) = \"AB\"")),
        1 => (path(), op(), path()).prop_map(|(p, op, q)| format!("{p} {op} {q}")),
        1 => (path(), path(), constant()).prop_map(|(p, q, c)| format!("(if {p} = {c} then {q} = {c} else {p} > {q})")),
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

fn compile(text: &str) -> Expression {
    feel::compile(text, &Options { dialect: Dialect::Camunda, names: &[] }).unwrap()
}

/// What stands at a path: looked up by hand, with nothing of the product but one field as FEEL sees it.
fn value(rows: &Rows, name: &str, row: &Record, path: &str) -> Value {
    let object = of(name);
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let plain = |row: &Record, field: &str| match row.value(object, field) {
        FieldValue::Reference(key) => Value::string(key.to_string()),
        value => {
            let kind = object.field(field).map(|field| &field.kind);
            kind.map_or(Value::Null, |kind| records::view::field_to_feel(kind, value))
        }
    };
    let instant = |at: Timestamp| {
        let nanos = i128::from(at.0) * 1_000_000;
        Value::DateTime(feel::DateTime::from_instant(nanos, &feel::Zone::utc()).unwrap())
    };
    match (first, rest, row.value(object, first)) {
        ("created at", ..) => instant(row.created_at),
        ("updated at", ..) => instant(row.updated_at),
        ("worth currency", ..) => match row.value(object, "worth") {
            FieldValue::Money(money) => Value::string(money.currency.to_string()),
            _ => Value::Null,
        },
        (_, "" | "key", _) => plain(row, first),
        (_, _, FieldValue::Reference(key)) => {
            let next = if matches!(first, "owner" | "host") { "person" } else { "account" };
            let found = rows[next].iter().find(|row| row.key == *key);
            found.map_or(Value::Null, |found| value(rows, next, found, rest))
        }
        _ => Value::Null,
    }
}

/// The visits for which the condition is true of the values at the ends of its paths.
fn expected(rows: &Rows, marked: &str) -> Vec<i64> {
    let plain = PATHS.iter().enumerate().fold(marked.to_owned(), |text, (index, path)| {
        text.replace(&format!("«{path}»"), &format!("v{index}"))
    });
    let condition = compile(&plain);
    let is_true = |row: &&Record| {
        let values = PATHS.iter().enumerate();
        let values = values.map(|(n, path)| (format!("v{n}"), value(rows, "visit", row, path)));
        let scope: Context = values.collect();
        condition.evaluate_in(&scope, &mut Run::new(Timestamp(0))).as_bool() == Some(true)
    };
    rows["visit"].iter().filter(is_true).map(|row| row.key.0).collect()
}

/// The visits that the database finds and, where it cannot tell, evaluation selects.
fn found(fixture: &mut Fixture, selection: &Selection) -> Vec<i64> {
    let visit = of("visit");
    let in_turn = fixture.lane.find(visit, selection, 100).unwrap();
    let query = RecordQuery {
        object: Arc::clone(visit),
        selection: selection.clone(),
        search: None,
        sort: Vec::new(),
        page: PageRequest::first(100),
    };
    let snapshot = fixture.snapshot();
    let listed = snapshot.records(&query).unwrap();
    assert_eq!(listed.count.value, in_turn.len() as u64);
    assert!(listed.page.items.iter().rev().eq(&in_turn), "a list and a turn find the same");
    let referred = selection.follow(visit, &in_turn, |object, keys| {
        let rows = snapshot.records_with(object, &keys)?;
        Ok::<_, StoreError>(rows.into_iter().map(Arc::new).collect())
    });
    let (referred, mut run) = (referred.unwrap(), Run::new(Timestamp(0)));
    assert!(in_turn.iter().all(|row| selection.matches(visit, row, &referred)));
    let selected = in_turn.iter().filter(|row| selection.selects(visit, row, &referred, &mut run));
    selected.map(|row| row.key.0).collect()
}

#[test]
fn a_filter_finds_the_rows_that_evaluation_selects_through_references() {
    let fixture = RefCell::new(fixture());
    let tally = RefCell::new([0_u32; 3]);
    let cases = (rows(), prop::collection::vec(condition(), 40));
    let check = |(rows, conditions): (Rows, Vec<String>)| {
        let mut fixture = fixture.borrow_mut();
        for name in OBJECTS {
            fixture.clear(of(name));
        }
        insert(&mut fixture, &rows);
        for marked in conditions {
            let condition = compile(&marked.replace(['«', '»'], ""));
            let mut run = Run::new(Timestamp(0));
            let selection = match Selection::new(&SCHEMA, of("visit"), &condition, &mut run) {
                Ok(selection) => selection,
                Err(refused) => {
                    let refused = refused.to_string();
                    prop_assert!(refused.contains("stands for the key"), "{}: {}", marked, refused);
                    tally.borrow_mut()[2] += 1;
                    continue;
                }
            };
            tally.borrow_mut()[usize::from(selection.evaluated().is_some())] += 1;
            let expect = expected(&rows, &marked);
            prop_assert_eq!(
                found(&mut fixture, &selection),
                expect,
                "{}: {:?}",
                marked,
                selection.predicate()
            );
        }
        Ok(())
    };
    TestRunner::new(ProptestConfig::with_cases(48)).run(&cases, check).unwrap();
    let [pushed, evaluated, refused] = tally.into_inner();
    assert!(pushed > 500 && evaluated > 500, "{pushed} pushed, {evaluated} evaluated");
    assert!(refused * 5 < pushed + evaluated, "{refused} refused");
}

/// Enough rows that walking through them all is not the cheapest way.
fn many() -> Rows {
    let names = |name: &'static str, count: i64, values: &dyn Fn(i64) -> Vec<FieldValue>| {
        (1..=count).map(|key| record(of(name), key, values(key))).collect::<Vec<Record>>()
    };
    let named = |key: i64| vec![text(&format!("n{key}")), FieldValue::Number(key % 100)];
    let to = |key: i64| FieldValue::Reference(Key(key));
    let with = |key: i64, references: [FieldValue; 2]| {
        let mut values = named(key);
        values.resize(6, FieldValue::Null);
        values.extend(references);
        values
    };
    let account = |key: i64| with(key, [to(key % 2_000 + 1), to(key % 1_000 + 1)]);
    let visit = |key: i64| with(key, [to(key % 2_000 + 1), to(key % 500 + 1)]);
    BTreeMap::from([
        ("person", names("person", 2_000, &named)),
        ("account", names("account", 2_000, &account)),
        ("visit", names("visit", 8_000, &visit)),
    ])
}

#[test]
fn a_filter_walks_indices_and_no_whole_table() {
    let mut fixture = fixture();
    insert(&mut fixture, &many());
    fixture.place.analyze();
    for (condition, indices) in [
        // Own fields; what the database cannot answer of the last ones is evaluated on what it finds by the rest.
        ("name = \"n7\"", &["record_visit.f_name"][..]),
        ("name in (\"n7\", \"n8\") and size != 3", &["record_visit.f_name"]),
        ("starts with(name, \"n77\")", &["record_visit.f_name"]),
        ("account in (\"7\", \"8\")", &["record_visit.f_account"]),
        ("name = \"n7\" and matches(name, \"7$\")", &["record_visit.f_name"]),
        ("account = \"7\" and upper case(name) = host.name", &["record_visit.f_account"]),
        // Through references.
        ("account.name = \"n7\"", &["record_account.f_name", "record_visit.f_account"][..]),
        (
            "starts with(account.name, \"n77\") and size < 50",
            &["record_account.f_name", "record_visit.f_account"],
        ),
        (
            "account.parent.name = \"n7\"",
            &["record_account.f_name", "record_account.f_parent", "record_visit.f_account"],
        ),
        (
            "account = \"7\" and account.owner.size < 0.5",
            &["record_visit.f_account", "PRIMARY", "PRIMARY"],
        ),
        (
            "name = \"n7\" and (account.name = \"n8\" or account.owner.name = null)",
            &["record_visit.f_name", "PRIMARY", "PRIMARY"],
        ),
    ] {
        let mut run = Run::new(Timestamp(0));
        let selection =
            Selection::new(&SCHEMA, of("visit"), &compile(condition), &mut run).unwrap();
        let mut sql = Sql::of(DIALECT, "SELECT key FROM \"record_visit\"");
        selected(of("visit"), &selection, &mut sql).unwrap();
        sql.push(" ORDER BY key DESC LIMIT 61");
        let plan = fixture.place.plan(&sql);
        assert_eq!(plan.whole_tables, BTreeSet::<String>::new(), "{condition}: {}", plan.text);
        let mut used = plan.indices;
        for index in indices {
            let place = used.iter().position(|used| used == index);
            let place = place.unwrap_or_else(|| panic!("{condition}: no {index} in {}", plan.text));
            used.swap_remove(place);
        }
    }
}

#[test]
fn decimals_at_the_end_of_a_path_are_exact() {
    let mut fixture = fixture();
    let worth = |minor: i64, code: &str| {
        FieldValue::Money(Money { minor, currency: code.parse().unwrap() })
    };
    let account = |key: i64, size: i64, worth: FieldValue| {
        record(of("account"), key, vec![FieldValue::Null, FieldValue::Number(size), worth])
    };
    let accounts = vec![
        account(1, i64::MAX, worth(1_000, "EUR")),
        account(2, i64::MAX - 1, worth(1_000, "JPY")),
        account(3, -1, worth(10_000, "KWD")),
    ];
    let visit = |key: i64| {
        let mut values = vec![FieldValue::Null; 6];
        values.push(FieldValue::Reference(Key(key)));
        record(of("visit"), key, values)
    };
    let rows = Rows::from([("account", accounts), ("visit", (1..=4).map(visit).collect())]);
    insert(&mut fixture, &rows);
    for (condition, expect) in [
        ("account.size = 92233720368547758.07", &[1][..]),
        ("account.size > 92233720368547758.065", &[1]),
        ("account.size >= 92233720368547758.06", &[1, 2]),
        ("account.size < -0.005", &[3]),
        ("account.worth = 10", &[1, 3]),
        ("account.worth > 10 and account.worth currency = \"JPY\"", &[2]),
        ("account.worth != 10", &[2, 4]),
        ("account.worth currency = null", &[4]),
    ] {
        let mut run = Run::new(Timestamp(0));
        let selection =
            Selection::new(&SCHEMA, of("visit"), &compile(condition), &mut run).unwrap();
        assert!(selection.evaluated().is_none(), "{condition}");
        assert_eq!(found(&mut fixture, &selection), expect, "{condition}");
    }
    let exact: Decimal = "92233720368547758.07".parse().unwrap();
    assert_eq!(Decimal::from_scaled(i64::MAX, 2), exact);
}
