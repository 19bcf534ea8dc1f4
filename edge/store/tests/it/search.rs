//! Records are found by the beginnings of the words of their titles, and by what names them besides.

use std::sync::Arc;

use base::Key;
use records::PartOf;
use runtime::port::{CatalogueWrite, PageRequest, RecordOperation, RecordQuery, Rows};

use crate::sample::{Fixture, deal, defined, record, text};

#[test]
fn a_record_is_found_by_the_words_of_its_title() {
    let (mut fixture, deal) = Fixture::with_deal();
    let titles = ["ACME GmbH", "Big Acme", "北京华瑞科技", "Émile 100%", "ac/dc"];
    let rows = (1..).zip(titles).map(|(key, title)| record(&deal, key, vec![text(title)]));
    let nameless = record(&deal, 6, Vec::new());
    let inserts = rows.chain([nameless]).map(RecordOperation::Insert);
    fixture.commit_records(&deal, inserts).unwrap();
    let snapshot = fixture.snapshot();
    let objects = [Arc::clone(&deal)];
    for (words, expect) in [
        ("acme", &["ACME GmbH", "Big Acme"][..]),
        ("ac", &["ac/dc", "ACME GmbH", "Big Acme"]),
        ("gm acm", &["ACME GmbH"]),
        ("华瑞", &["北京华瑞科技"]),
        ("ÉM", &["Émile 100%"]),
        ("100%", &["Émile 100%"]),
        ("cme", &[]),
        ("acme x", &[]),
        ("  ", &[]),
        ("%", &[]),
        ("' OR 1=1 --", &[]),
    ] {
        let found = snapshot.search(&objects, words, 20).unwrap();
        let found: Vec<&str> = found.iter().map(|row| row.title.as_str()).collect();
        assert_eq!(found, expect, "{words}");
    }
    assert_eq!(snapshot.search(&objects, "ac", 1).unwrap().len(), 1);
    let titles = snapshot.titles(&deal, &[Key(6), Key(1), Key(99)]).unwrap();
    let titles: Vec<&str> = titles.iter().map(|row| row.title.as_str()).collect();
    assert_eq!(titles, ["ACME GmbH", "6"]);
}

#[test]
fn a_record_is_found_by_what_names_it_besides_its_title() {
    let (mut fixture, deal) = Fixture::with_deal();
    let row = |key: i64, title: &str, number: &str, mail: &str| {
        let mut row = record(&deal, key, vec![text(title), text(number)]);
        row.values[10] = text(mail);
        RecordOperation::Insert(row)
    };
    let rows = [
        row(1, "Lamp", "D-0001", "anna@example.com"),
        row(2, "Annabel", "D-0002", "INFO@EXAMPLE.ORG"),
        row(3, "Desk", "D-0013", "desk@example.com"),
    ];
    fixture.commit_records(&deal, rows).unwrap();
    let snapshot = fixture.snapshot();
    for (words, everywhere, in_the_list) in [
        ("d-0001", &[1][..], &[1][..]),
        ("D-000", &[1, 2], &[2, 1]),
        ("anna@", &[1, 2], &[1]),
        ("anna", &[1, 2], &[2, 1]),
        ("info@example.org", &[2], &[2]),
        ("Info@", &[2], &[2]),
        ("example.com", &[], &[3, 1]),
        ("13", &[], &[3]),
        ("nobody", &[], &[]),
    ] {
        let found = snapshot.search(&[Arc::clone(&deal)], words, 20).unwrap();
        let found: Vec<i64> = found.iter().map(|row| row.key.0).collect();
        assert_eq!(found, everywhere, "{words}");
        let query = RecordQuery {
            object: Arc::clone(&deal),
            selection: feel::predicate::Predicate::Always.into(),
            search: Some(words.into()),
            sort: Vec::new(),
            page: PageRequest::first(10),
        };
        let list = snapshot.records(&query).unwrap().page;
        let list: Vec<i64> = list.items.iter().map(|row| row.key.0).collect();
        assert_eq!(list, in_the_list, "{words} in the list");
    }
}

#[test]
fn a_title_that_changes_or_goes_is_found_no_more() {
    let (mut fixture, deal) = Fixture::with_deal();
    let rows = [1, 2].map(|key| record(&deal, key, vec![text("Old name")]));
    fixture.commit_records(&deal, rows.clone().map(RecordOperation::Insert)).unwrap();
    let mut renamed = rows[0].clone();
    (renamed.version, renamed.values[0]) = (2, text("New name"));
    let operations = [
        RecordOperation::Update { from_version: 1, record: renamed },
        RecordOperation::Delete { from_version: 1, key: Key(2) },
    ];
    fixture.commit_records(&deal, operations).unwrap();
    let snapshot = fixture.snapshot();
    let found = |words| snapshot.search(&[Arc::clone(&deal)], words, 20).unwrap().len();
    assert_eq!([found("old"), found("new"), found("name")], [0, 1, 1]);
}

#[test]
fn a_list_is_searched_by_any_part_of_the_title_in_any_case() {
    let (mut fixture, deal) = Fixture::with_deal();
    let titles = ["ACME GmbH", "100% Émile_", "北京华瑞"];
    let rows = (1..).zip(titles).map(|(key, title)| record(&deal, key, vec![text(title)]));
    fixture.commit_records(&deal, rows.map(RecordOperation::Insert)).unwrap();
    let snapshot = fixture.snapshot();
    for (part, expect) in
        [("cme g", 1), ("éMILE", 1), ("0%", 1), ("_", 1), ("%", 1), ("华", 1), ("x", 0), (" ", 3)]
    {
        let query = RecordQuery {
            object: Arc::clone(&deal),
            selection: feel::predicate::Predicate::Always.into(),
            search: Some(part.into()),
            sort: Vec::new(),
            page: PageRequest::first(10),
        };
        let found = snapshot.records(&query).unwrap();
        assert_eq!((found.page.items.len(), found.count.value), (expect, expect as u64), "{part}");
    }
}

#[test]
fn a_part_is_searched_by_title_only_once_it_stands_alone() {
    let mut fixture = Fixture::new();
    let alone = deal();
    let mut part = (*alone).clone();
    part.part_of = Some(PartOf { field: "name".into(), collection: "parts".into() });
    let part = Arc::new(part);
    fixture.commit(&defined(&part)).unwrap();
    let row = record(&part, 1, vec![text("Old name")]);
    fixture.commit_records(&part, [RecordOperation::Insert(row.clone())]).unwrap();
    let mut renamed = row;
    (renamed.version, renamed.values[0]) = (2, text("New name"));
    let operation = RecordOperation::Update { from_version: 1, record: renamed };
    fixture.commit_records(&part, [operation]).unwrap();
    let found = |fixture: &Fixture, words: &str| {
        fixture.snapshot().search(&[Arc::clone(&part)], words, 20).unwrap().len()
    };
    assert_eq!([found(&fixture, "old"), found(&fixture, "new")], [0, 0]);
    for (before, after, expect) in [(&part, &alone, 1), (&alone, &part, 0)] {
        let (before, object) = (Some(Arc::clone(before)), Arc::clone(after));
        let catalogue = vec![CatalogueWrite::Object { before, object }];
        fixture.commit(&Rows { catalogue, ..Rows::default() }).unwrap();
        assert_eq!([found(&fixture, "old"), found(&fixture, "new")], [0, expect]);
    }
}
