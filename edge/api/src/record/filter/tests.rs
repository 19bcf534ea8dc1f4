//! Pages of a filter over rows in memory: what is evaluated, where it stops, what it refuses.

use base::{Key, Timestamp};
use records::{FieldValue, Record};

use super::*;

const ROWS: i64 = 12_000;

fn schema() -> Schema {
    let label = r#"{"en": "T", "zh": "T"}"#;
    let text = format!(
        r#"{{"name": "thing", "label": {label}, "plural": {label}, "title": "name", "list": [],
            "navigation": false, "fields": [
            {{"name": "name", "label": {label}, "type": "text", "max": 9}},
            {{"name": "size", "label": {label}, "type": "number", "scale": 0}},
            {{"name": "owner", "label": {label}, "type": "reference", "object": "user"}}]}}"#
    );
    let user = format!(
        r#"{{"name": "user", "label": {label}, "plural": {label}, "title": "name", "list": [],
            "navigation": false, "fields": [
            {{"name": "name", "label": {label}, "type": "text", "max": 9}}]}}"#
    );
    Schema::new([text, user].map(|text| ObjectDef::from_json(&text).unwrap()).into()).unwrap()
}

fn row(key: i64, values: Vec<FieldValue>) -> Record {
    Record {
        key: Key(key),
        version: 1,
        created_at: Timestamp(0),
        created_by: Key(0),
        updated_at: Timestamp(0),
        updated_by: Key(0),
        values,
    }
}

/// Things by key, each third with an owner, of whom there are ten; one is missing.
fn thing(key: i64) -> Record {
    let owner =
        if key % 3 == 0 { FieldValue::Reference(Key(key % 11 + 1)) } else { FieldValue::Null };
    row(key, vec![FieldValue::Null, FieldValue::Number(key), owner])
}

/// All rows by key, as a store pages them: the place of a page is the key before it.
struct Memory;

impl Rows for Memory {
    fn page(&self, query: &RecordQuery) -> Result<RecordPage, StoreError> {
        let from = query.page.after.as_deref().map_or(0, |after| after.parse().unwrap());
        let all: Vec<Record> = (from + 1..=ROWS).map(thing).collect();
        let selection = &query.selection;
        let referred = selection.follow(&query.object, &all, |object, keys| {
            let rows = self.with_keys(object, &keys)?;
            Ok::<_, StoreError>(rows.into_iter().map(Arc::new).collect())
        })?;
        let mut items = all;
        items.retain(|row| selection.matches(&query.object, row, &referred));
        let limit = usize::try_from(query.page.limit).unwrap();
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|row| row.key.0.to_string());
        Ok(RecordPage { page: Page { items, next }, count: Count { value: 7, capped: false } })
    }

    fn with_keys(
        &self,
        object: &Arc<ObjectDef>,
        keys: &BTreeSet<Key>,
    ) -> Result<Vec<Record>, StoreError> {
        assert_eq!(&*object.name, "user");
        assert!(keys.len() <= 11, "each is asked for once");
        let user = |key: &Key| row(key.0, vec![FieldValue::Text(format!("u{}", key.0).into())]);
        Ok(keys.iter().filter(|key| key.0 <= 10).map(user).collect())
    }
}

/// The keys of a page from a place on, its next place, its count.
fn check(filter: &str, limit: u32, after: Option<&str>, expect: &str) {
    let schema = schema();
    let object = Arc::clone(schema.object("thing").unwrap());
    let found = Filter::compile(&schema, &object, filter, Timestamp(0)).and_then(|filter| {
        let page = PageRequest { limit, after: after.map(str::to_owned) };
        let query = RecordQuery {
            object: Arc::clone(&object),
            selection: filter.selection.clone(),
            search: None,
            sort: Vec::new(),
            page,
        };
        filter.page(query, &Memory)
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
fn what_a_condition_reads_through_references_is_loaded_page_by_page() {
    check("owner.name = \"u4\" and size < 70", 5, None, "[3, 36, 69] next None of 7");
    check("upper case(owner.name) = \"U4\"", 2, Some("3"), "[36, 69] next Some(\"69\") of 2+");
    check(
        "owner.key = \"11\" and owner.name = null and odd(size)",
        1,
        None,
        "[21] next Some(\"21\") of 1+",
    );
    check("odd(size) and owner.key = \"4\" and size < 99", 5, None, "[3, 69] next None of 2");
}

#[test]
fn whoever_filters_through_references_must_be_allowed_to_read_there() {
    let schema = schema();
    let thing = schema.object("thing").unwrap();
    for (text, expect) in [
        ("size > 1 and owner = \"7\"", &[][..]),
        ("owner.key = \"7\"", &[]),
        ("owner.name = \"u\" or size = 1", &["user"]),
        ("owner.name != null and owner.name < \"x\"", &["user"]),
        ("matches(owner.name, \"u\") and size = 1", &["user"]),
    ] {
        let filter = Filter::compile(&schema, thing, text, Timestamp(0)).unwrap();
        let expect: Vec<Permission> =
            expect.iter().map(|name| Permission::ReadRecords((*name).into())).collect();
        assert_eq!(filter.permissions(), expect, "{text}");
    }
}

#[test]
fn what_leads_nowhere_is_refused_with_its_path() {
    let not = |path: &str, object: &str| {
        format!(
            "`{path}` is not a field of `{object}`; a filter reads fields of the row and of records that it refers to"
        )
    };
    check("colour = 1", 5, None, &not("colour", "thing"));
    check("odd(colour)", 5, None, &not("colour", "thing"));
    check("odd(size) or owner.colour = \"1\"", 5, None, &not("owner.colour", "user"));
}
