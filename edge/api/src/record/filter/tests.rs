//! Pages of a filter over rows in memory: what is evaluated, where it stops, what it refuses.

use base::{Key, Timestamp};
use records::{FieldValue, Record};

use super::*;

const ROWS: i64 = 12_000;

fn object() -> ObjectDef {
    let label = r#"{"en": "T", "zh": "T"}"#;
    let text = format!(
        r#"{{"name": "thing", "label": {label}, "plural": {label}, "title": "name", "list": [],
            "navigation": false, "fields": [
            {{"name": "name", "label": {label}, "type": "text", "max": 9}},
            {{"name": "size", "label": {label}, "type": "number", "scale": 0}},
            {{"name": "owner", "label": {label}, "type": "reference", "object": "user"}}]}}"#
    );
    ObjectDef::from_json(&text).unwrap()
}

fn row(key: i64) -> Record {
    Record {
        key: Key(key),
        version: 1,
        created_at: Timestamp(0),
        created_by: Key(0),
        updated_at: Timestamp(0),
        updated_by: Key(0),
        values: vec![FieldValue::Null, FieldValue::Number(key), FieldValue::Null],
    }
}

/// All rows by key, as a store pages them: the place of a page is the key before it.
fn find(query: &RecordQuery) -> RecordPage {
    let from = query.page.after.as_deref().map_or(0, |after| after.parse().unwrap());
    let all = (from + 1..=ROWS).map(row);
    let mut items: Vec<Record> =
        all.filter(|row| records::matches(&query.object, row, &query.predicate)).collect();
    let limit = usize::try_from(query.page.limit).unwrap();
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|row| row.key.0.to_string());
    RecordPage { page: Page { items, next }, count: Count { value: 7, capped: false } }
}

/// The keys of a page from a place on, its next place, its count.
fn check(filter: &str, limit: u32, after: Option<&str>, expect: &str) {
    let object = Arc::new(object());
    let found = Filter::compile(&object, filter, Timestamp(0)).and_then(|filter| {
        let page = PageRequest { limit, after: after.map(str::to_owned) };
        let predicate = filter.predicate.clone();
        let query = RecordQuery {
            object: Arc::clone(&object),
            predicate,
            search: None,
            sort: Vec::new(),
            page,
        };
        filter.page(query, |query| Ok(find(query)))
    });
    let got = match found {
        Ok(found) => {
            let keys: Vec<i64> = found.page.items.iter().map(|row| row.key.0).collect();
            let more = if found.count.capped { "+" } else { "" };
            format!("{keys:?} next {:?} of {}{more}", found.page.next, found.count.value)
        }
        Err(problem) => problem.detail,
    };
    assert_eq!(got, expect, "{filter}");
}

#[test]
fn what_the_database_cannot_answer_is_evaluated_on_the_rows_it_finds() {
    check("size > 11998", 5, None, "[11999, 12000] next None of 7");
    check("size > 11990 and size * 2 = 23990", 5, None, "[11995] next None of 1");
    let odd = "size <= 900 and odd(size)";
    check(odd, 3, None, "[1, 3, 5] next Some(\"5\") of 3+");
    check(odd, 3, Some("5"), "[7, 9, 11] next Some(\"11\") of 3+");
    check("size > 897 and size <= 900 and odd(size)", 1, None, "[899] next Some(\"899\") of 1+");
    check("size > 897 and size <= 899 and odd(size)", 1, None, "[899] next None of 1");
    check("odd(size)", 2, Some("498"), "[499, 501] next Some(\"501\") of 2+");
}

#[test]
fn evaluation_stops_at_its_bound_and_says_where() {
    check("size * 2 = 22000", 5, None, "[] next Some(\"10000\") of 0+");
    check("size * 2 = 22000", 5, Some("10000"), "[11000] next None of 1+");
    let slow = "count(for i in 1..10000 return i + size) = size";
    check(slow, 5, None, "the filter: the evaluation takes too many steps; narrow it");
}

#[test]
fn what_reads_another_record_is_refused() {
    let not = |path: &str, reason: &str| {
        format!(
            "`{path}` is not a field of `thing`; a filter reads the row's own fields, a reference as its \
             key in text (evaluated, because {reason})"
        )
    };
    let more = "it reads more than the row stores";
    check("owner.name = \"x\"", 5, None, &not("owner.name", more));
    let known = "`colour` is used in a way that a database does not know";
    check("odd(colour)", 5, None, &not("colour", known));
    check(
        "odd(size) or owner.key = \"1\"",
        5,
        None,
        &not("owner.key", "`size` is used in a way that a database does not know"),
    );
}
