//! Pages of a list: together they are the sorted list, each row once, whatever the ties and the nulls and
//! whatever changes meanwhile.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::sync::Arc;

use base::{Key, Timestamp};
use feel::predicate::{Op, Predicate};
use feel::{Path, Value};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use records::{FieldValue, ObjectDef, Record};
use runtime::port::{Count, PageRequest, RecordOperation, RecordQuery, Sort, StoreError};

use crate::sample::{Fixture, record, text};

fn sort(words: &str) -> Vec<Sort> {
    let word = |word: &str| Sort {
        field: word.trim_start_matches('-').into(),
        descending: word.starts_with('-'),
    };
    words.split(',').filter(|word| !word.is_empty()).map(word).collect()
}

fn query(object: &Arc<ObjectDef>, words: &str, limit: u32) -> RecordQuery {
    RecordQuery {
        object: Arc::clone(object),
        selection: Predicate::Always.into(),
        search: None,
        sort: sort(words),
        page: PageRequest::first(limit),
    }
}

/// The keys of every page in turn.
fn pages(fixture: &Fixture, query: &RecordQuery) -> Vec<Vec<i64>> {
    let mut query = query.clone();
    let mut pages = Vec::new();
    loop {
        let found = fixture.snapshot().records(&query).unwrap().page;
        pages.push(found.items.iter().map(|row| row.key.0).collect());
        assert!(pages.len() < 1_000, "the pages never end");
        match found.next {
            Some(next) => query.page.after = Some(next),
            None => return pages,
        }
    }
}

/// The order that the list has by its definition: null is the least, the key breaks ties.
fn expected(rows: &[Record], words: &str) -> Vec<i64> {
    let columns = sort(words);
    let value = |row: &Record, field: &str| match field {
        "size" => (number(&row.values[3]), String::new()),
        "name" => match &row.values[0] {
            FieldValue::Text(text) => (Some(0), text.to_ascii_lowercase()),
            _ => (None, String::new()),
        },
        // In the order of its options; one that is gone comes last.
        "stage" => match &row.values[9] {
            FieldValue::Text(text) => {
                let place = (0..3).zip(STAGES).find(|(_, stage)| **stage == **text);
                (Some(place.map_or(3, |(place, _)| place)), String::new())
            }
            _ => (None, String::new()),
        },
        "created_at" => (Some(row.created_at.0), String::new()),
        _ => unreachable!("the case sorts by another field"),
    };
    let mut sorted: Vec<&Record> = rows.iter().collect();
    sorted.sort_by(|left, right| {
        let by_columns = columns.iter().map(|Sort { field, descending }| {
            let order = value(left, field).cmp(&value(right, field));
            if *descending { order.reverse() } else { order }
        });
        let keys_descend = columns.last().is_none_or(|last| last.descending);
        let by_key = left.key.cmp(&right.key);
        let by_key = if keys_descend { by_key.reverse() } else { by_key };
        by_columns.fold(Ordering::Equal, Ordering::then).then(by_key)
    });
    sorted.iter().map(|row| row.key.0).collect()
}

fn number(value: &FieldValue) -> Option<i64> {
    match value {
        FieldValue::Number(number) => Some(*number),
        _ => None,
    }
}

/// A size, the number of a name, an instant of creation, the number of a stage.
type Values = (Option<i64>, Option<usize>, i64, Option<usize>);

/// The options of `stage`, which are not in the order of their letters, and two that are gone.
const STAGES: [&str; 5] = ["draft", "won", "lost", "early", "zeal"];

fn rows(deal: &ObjectDef, values: &[Values]) -> Vec<Record> {
    let names = ["", "a", "B", "ä", "A", "b", "Z"];
    let row = |(key, (size, name, created, stage)): (i64, &Values)| {
        let mut row = record(deal, key, Vec::new());
        row.values[3] = size.map_or(FieldValue::Null, FieldValue::Number);
        row.values[0] = name.map_or(FieldValue::Null, |name| text(names[name]));
        row.values[9] = stage.map_or(FieldValue::Null, |stage| text(STAGES[stage]));
        row.created_at = Timestamp(*created);
        row
    };
    (1..).zip(values).map(row).collect()
}

#[test]
fn the_pages_together_are_the_sorted_list() {
    let (fixture, deal) = Fixture::with_deal();
    let fixture = RefCell::new(fixture);
    let name = prop::option::of(0_usize..7);
    let stage = prop::option::of(0..STAGES.len());
    let value = (prop::option::of(-2_i64..2), name, 0_i64..3, stage);
    let cases = (prop::collection::vec(value, 0..20), 1_u32..6);
    let check = |(values, limit): (Vec<Values>, u32)| {
        let mut fixture = fixture.borrow_mut();
        fixture.clear(&deal);
        let rows = rows(&deal, &values);
        fixture.commit_records(&deal, rows.iter().cloned().map(RecordOperation::Insert)).unwrap();
        for words in [
            "",
            "size",
            "-size",
            "name",
            "-name,size",
            "size,-name",
            "stage",
            "-stage",
            "-stage,name",
            "name,-stage",
            "-size,-name,created_at",
            "created_at",
            "-created_at",
            "-created_at,name",
        ] {
            let pages = pages(&fixture, &query(&deal, words, limit));
            let (last, full) = pages.split_last().unwrap();
            prop_assert!(full.iter().all(|page| page.len() == limit as usize));
            prop_assert!(!last.is_empty() || full.is_empty());
            prop_assert_eq!(pages.concat(), expected(&rows, words), "{}", words);
        }
        Ok(())
    };
    TestRunner::new(ProptestConfig::with_cases(32)).run(&cases, check).unwrap();
}

#[test]
fn rows_that_come_and_go_between_pages_move_no_other_row() {
    let (mut fixture, deal) = Fixture::with_deal();
    let with_size = |key: i64, size: i64| {
        let mut row = record(&deal, key, Vec::new());
        row.values[3] = FieldValue::Number(size);
        RecordOperation::Insert(row)
    };
    let sizes = [(1, 10), (2, 10), (3, 20), (4, 20), (5, 30)];
    fixture.commit_records(&deal, sizes.map(|(key, size)| with_size(key, size))).unwrap();
    let mut query = query(&deal, "size", 2);
    let first = fixture.snapshot().records(&query).unwrap().page;
    assert_eq!(first.items.iter().map(|row| row.key.0).collect::<Vec<_>>(), [1, 2]);
    let last_of_page = RecordOperation::Delete { from_version: 1, key: Key(2) };
    let before = with_size(6, 5);
    let behind = with_size(7, 15);
    fixture.commit_records(&deal, [last_of_page, before, behind]).unwrap();
    query.page.after = first.next;
    assert_eq!(pages(&fixture, &query).concat(), [7, 3, 4, 5]);
}

#[test]
fn a_list_is_filtered_and_counted_over_all_its_pages() {
    let (mut fixture, deal) = Fixture::with_deal();
    let values: Vec<_> = (0..40).map(|size| (Some(size), None, 0, None)).collect();
    let rows = rows(&deal, &values);
    fixture.commit_records(&deal, rows.into_iter().map(RecordOperation::Insert)).unwrap();
    let predicate = Predicate::Compare {
        path: Path::new(["size"]),
        op: Op::Less,
        value: Value::Number("0.105".parse().unwrap()),
    };
    let filtered = RecordQuery { selection: predicate.into(), ..query(&deal, "-size", 3) };
    let found = fixture.snapshot().records(&filtered).unwrap();
    assert_eq!(found.count, Count { value: 11, capped: false });
    let keys: Vec<i64> = (1..=11).rev().collect();
    assert_eq!(pages(&fixture, &filtered).concat(), keys);
}

#[test]
fn counting_stops_at_ten_thousand() {
    let (mut fixture, deal) = Fixture::with_deal();
    let count = |fixture: &Fixture| {
        let found = fixture.snapshot().records(&query(&deal, "", 1_000)).unwrap();
        (found.page.items.len(), found.count.value, found.count.capped)
    };
    let insert = |key: i64| RecordOperation::Insert(record(&deal, key, Vec::new()));
    fixture.commit_records(&deal, (1..=10_000).map(insert)).unwrap();
    assert_eq!(count(&fixture), (500, 10_000, false));
    fixture.commit_records(&deal, [insert(10_001)]).unwrap();
    assert_eq!(count(&fixture), (500, 10_000, true));
}

#[test]
fn a_list_that_cannot_be_is_refused_with_the_reason() {
    let (mut fixture, deal) = Fixture::with_deal();
    let insert = |key: i64| RecordOperation::Insert(record(&deal, key, Vec::new()));
    fixture.commit_records(&deal, [1, 2, 3].map(insert)).unwrap();
    let snapshot = fixture.snapshot();
    let by_size = snapshot.records(&query(&deal, "size", 1)).unwrap().page.next;
    let not_a_cursor = "`after` is not a cursor of this list; give the `next` of its previous page, with the same sort";
    let unknown = "`x\" desc` is not a field of `deal`; sort by one of its fields, `created_at`, `updated_at` or `key`";
    let too_long = "`note` holds text too long to sort by; sort by a shorter field";
    for (words, after, expect) in [
        ("x\" desc", None, unknown),
        ("note", None, too_long),
        ("name", by_size.clone(), not_a_cursor),
        ("-size", by_size.clone(), not_a_cursor),
        ("", Some("x".into()), not_a_cursor),
    ] {
        let mut query = query(&deal, words, 1);
        query.page.after = after;
        let refused = snapshot.records(&query).unwrap_err();
        assert_eq!(refused, StoreError::Constraint(expect.into()), "{words}");
    }
    drop(snapshot);
    let mut rest = query(&deal, "size", 9);
    rest.page.after = by_size;
    assert_eq!(pages(&fixture, &rest), [[2, 3]]);
    assert_eq!(pages(&fixture, &query(&deal, "key", 2)), [vec![1, 2], vec![3]]);
    assert_eq!(pages(&fixture, &query(&deal, "-key,size", 2)), [vec![3, 2], vec![1]]);
}
