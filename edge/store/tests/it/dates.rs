//! Days and instants at their extremes, in filters: the ends of the calendar, leap days, offsets, named zones, parts of
//! a second, midnight, and what durations make of them. The database finds the rows that evaluation selects.

use std::cell::RefCell;
use std::sync::Arc;

use base::Timestamp;
use feel::predicate::pushed_in;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;
use records::{FieldValue, ObjectDef, Record};
use runtime::port::RecordOperation;

use crate::sample::{Fixture, record};

const DAY_MS: i64 = 86_400_000;
/// The first and the last day that a field takes, leap days and their neighbours, and what no field takes but a column
/// holds.
const DAYS: [i32; 14] = [
    -719_162,
    2_932_896,
    11_016,
    11_017,
    -25_509,
    -25_508,
    19_782,
    19_783,
    -1,
    0,
    1,
    i32::MIN,
    i32::MAX,
    20_000,
];
const MOMENTS: [i64; 13] = [
    -719_162 * DAY_MS,
    2_932_896 * DAY_MS + DAY_MS - 1,
    11_016 * DAY_MS,
    11_016 * DAY_MS - 1,
    11_016 * DAY_MS + 1,
    1_774_746_000_000,
    1_774_745_999_999,
    1_774_746_000_001,
    -1,
    0,
    1,
    i64::MIN,
    i64::MAX,
];

const DAY_TEXTS: [&str; 14] = [
    "-999999999-01-01",
    "999999999-12-31",
    "0001-01-01",
    "0000-12-31",
    "9999-12-31",
    "10000-01-01",
    "2000-02-29",
    "2000-03-01",
    "1900-02-28",
    "1900-03-01",
    "2024-02-29",
    "1970-01-01",
    "5881580-07-11",
    "-5877641-06-23",
];
/// With and without a zone; midnight is the end of a day, too, and the last one is no moment.
const MOMENT_TEXTS: [&str; 18] = [
    "-999999999-01-01T00:00:00Z",
    "999999999-12-31T23:59:59.999999999Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999Z",
    "9999-12-31T23:59:59.9990001Z",
    "2000-02-29T00:00:00Z",
    "2000-02-29T00:00:00.0005Z",
    "2000-02-29T01:00:00+01:00",
    "2000-02-28T12:00:00-12:00",
    "2000-02-29T13:59:59.999+14:00",
    "2026-03-29T03:00:00@Europe/Berlin",
    "2026-03-29T02:30:00@Europe/Berlin",
    "2026-03-29T01:00:00.001Z",
    "1970-01-01T00:00:00",
    "292278994-08-17T07:12:55.807Z",
    "-292275055-05-16T16:47:04.192Z",
    "2000-02-29T24:00:00Z",
    "2016-12-31T23:59:60Z",
];
const DURATIONS: [&str; 16] = [
    "P1D",
    "-P1D",
    "PT24H",
    "PT0.001S",
    "PT0.0000001S",
    "-PT1H",
    "P366D",
    "P1M",
    "P1Y",
    "-P4Y",
    "P365242000000D",
    "-P365242000000D",
    "P365240000000D",
    "-P365240000000D",
    "P1000000000D",
    "-P1000000000D",
];

fn rows(deal: &ObjectDef) -> impl Strategy<Value = Vec<Record>> + use<> {
    let deal = deal.clone();
    let row = (
        prop::option::weighted(0.9, select(&DAYS[..])),
        prop::option::weighted(0.9, select(&MOMENTS[..])),
    );
    prop::collection::vec(row, 1..14).prop_map(move |rows| {
        let row = |(key, (day, ms)): (i64, (Option<i32>, Option<i64>))| {
            let mut row = record(&deal, key, Vec::new());
            let closes = deal.position("closes").unwrap();
            let met = deal.position("met").unwrap();
            row.values[closes] = day.map_or(FieldValue::Null, FieldValue::Date);
            row.values[met] = ms.map_or(FieldValue::Null, |ms| FieldValue::DateTime(Timestamp(ms)));
            row
        };
        (1..).zip(rows).map(row).collect()
    })
}

fn condition() -> impl Strategy<Value = String> {
    let day = || select(&DAY_TEXTS[..]).prop_map(|text| format!("date(\"{text}\")"));
    let moment = || select(&MOMENT_TEXTS[..]).prop_map(|text| format!("date and time(\"{text}\")"));
    let any = || prop_oneof![day(), moment()];
    let duration = || select(&DURATIONS[..]).prop_map(|text| format!("duration(\"{text}\")"));
    let field = || select(&["closes", "met"][..]);
    let op = || select(&["=", "!=", "<", "<=", ">", ">="][..]);
    let sign = || select(&["+", "-"][..]);
    let leaf = prop_oneof![
        4 => (op(), day()).prop_map(|(op, c)| format!("closes {op} {c}")),
        4 => (op(), moment()).prop_map(|(op, c)| format!("met {op} {c}")),
        1 => (field(), op(), any()).prop_map(|(f, op, c)| format!("{f} {op} {c}")),
        3 => (sign(), duration(), op(), day()).prop_map(|(s, d, op, c)| format!("closes {s} {d} {op} {c}")),
        3 => (sign(), duration(), op(), moment()).prop_map(|(s, d, op, c)| format!("met {s} {d} {op} {c}")),
        2 => (day(), sign(), duration(), op()).prop_map(|(c, s, d, op)| format!("{c} {s} {d} {op} closes")),
        2 => (moment(), sign(), duration(), op()).prop_map(|(c, s, d, op)| format!("{c} {s} {d} {op} met")),
        1 => (field(), any(), any()).prop_map(|(f, a, b)| format!("{f} between {a} and {b}")),
        1 => (field(), any(), any()).prop_map(|(f, a, b)| format!("{f} in [{a}..{b})")),
        1 => (field(), any(), any()).prop_map(|(f, a, b)| format!("{f} in ({a}, {b})")),
        1 => (field(), any(), any()).prop_map(|(f, a, b)| format!("{f} in [{a}, {b}, null]")),
        1 => (field(), any(), op(), duration()).prop_map(|(f, c, op, d)| format!("{f} - {c} {op} {d}")),
        1 => (field(), op()).prop_map(|(f, op)| format!("{f}.year {op} 2000 and {f}.month {op} 2")),
        1 => (op(), moment()).prop_map(|(op, c)| format!("date and time(closes, time(\"00:00:00Z\")) {op} {c}")),
        1 => (op(), day()).prop_map(|(op, c)| format!("date(met) {op} {c}")),
    ];
    leaf.prop_recursive(2, 6, 3, |part| {
        prop_oneof![
            prop::collection::vec(part.clone(), 1..3)
                .prop_map(|all| format!("({})", all.join(" and "))),
            prop::collection::vec(part.clone(), 1..3)
                .prop_map(|all| format!("({})", all.join(" or "))),
            part.prop_map(|part| format!("not({part})")),
        ]
    })
}

#[test]
fn days_and_instants_at_their_extremes_are_found_as_evaluation_selects_them() {
    let (fixture, deal) = Fixture::with_deal();
    let fixture = RefCell::new(fixture);
    let tally = RefCell::new([0_u32; 2]);
    let cases = (rows(&deal), prop::collection::vec(condition(), 80));
    let check = |(rows, conditions): (Vec<Record>, Vec<String>)| {
        let mut fixture = fixture.borrow_mut();
        fixture.clear(&deal);
        fixture.commit_records(&deal, rows.iter().cloned().map(RecordOperation::Insert)).unwrap();
        for text in conditions {
            let options = feel::Options { dialect: feel::Dialect::Camunda, names: &[] };
            let condition = feel::compile(&text, &options).unwrap();
            let mut run = feel::Run::new(Timestamp(0));
            let readable = |path: &[Arc<str>]| path.len() == 1;
            let pushed = pushed_in(&condition, &feel::Context::new(), &mut run, &readable);
            tally.borrow_mut()[usize::from(pushed.residual.is_some())] += 1;
            let holds = |row: &Record| {
                records::guard(&deal, row, &condition, &mut feel::Run::new(Timestamp(0)))
            };
            let expect: Vec<i64> =
                rows.iter().filter(|row| holds(row)).map(|row| row.key.0).collect();
            let mut found =
                fixture.lane.find(&deal, &pushed.predicate.clone().into(), 100).unwrap();
            if pushed.residual.is_some() {
                found.retain(holds);
            }
            let found: Vec<i64> = found.iter().map(|row| row.key.0).collect();
            prop_assert_eq!(found, expect, "{}: {:?}", text, pushed);
        }
        Ok(())
    };
    TestRunner::new(ProptestConfig::with_cases(48)).run(&cases, check).unwrap();
    let [pushed, evaluated] = tally.into_inner();
    assert!(pushed > 500 && evaluated > 500, "{pushed} pushed, {evaluated} evaluated");
}

/// Comparisons that read well in the handbook's words, each with what they find among all days and instants.
#[test]
fn what_no_row_can_hold_stands_below_or_above_all_rows() {
    let (mut fixture, deal) = Fixture::with_deal();
    let at = |key: i64, day: i32, ms: i64| {
        let mut row = record(&deal, key, Vec::new());
        row.values[deal.position("closes").unwrap()] = FieldValue::Date(day);
        row.values[deal.position("met").unwrap()] = FieldValue::DateTime(Timestamp(ms));
        row
    };
    let rows =
        [at(1, -719_162, i64::MIN), at(2, 2_932_896, i64::MAX), record(&deal, 3, Vec::new())];
    fixture.commit_records(&deal, rows.into_iter().map(RecordOperation::Insert)).unwrap();
    for (text, expect) in [
        ("closes < date(\"999999999-12-31\")", &[1, 2][..]),
        ("closes > date(\"999999999-12-31\")", &[]),
        ("closes != date(\"-999999999-01-01\")", &[1, 2, 3]),
        ("closes + duration(\"P1D\") > date(\"9999-12-31\")", &[2]),
        ("closes = date(\"9999-12-31\")", &[2]),
        ("met < date and time(\"999999999-12-31T23:59:59.999999999+01:00\")", &[1, 2]),
        ("met > date and time(\"292278994-08-17T07:12:55.806999999Z\")", &[2]),
        ("met >= date and time(\"292278994-08-17T07:12:55.807000001Z\")", &[]),
        (
            "met in [date and time(\"-999999999-01-01T00:00:00Z\")..date and time(\"0001-01-01T00:00:00Z\")]",
            &[1],
        ),
        ("met < date and time(\"2000-02-29T24:00:00Z\")", &[1]),
        (
            "met != null and date and time(\"2000-02-29T24:00:00Z\") = date and time(\"2000-03-01T00:00:00Z\")",
            &[1, 2],
        ),
    ] {
        let condition = feel::compile(text, &feel::Options::default()).unwrap();
        let predicate =
            feel::predicate::predicate(&condition).unwrap_or_else(|e| panic!("{text}: {e}"));
        let found = fixture.lane.find(&deal, &predicate.into(), 9).unwrap();
        assert_eq!(found.iter().map(|row| row.key.0).collect::<Vec<_>>(), expect, "{text}");
    }
}
