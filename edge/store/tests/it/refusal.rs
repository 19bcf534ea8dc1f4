//! A batch that the database refuses leaves nothing behind, and its error says what the lane can do.

use base::{Key, Timestamp};
use records::FieldValue;
use runtime::port::{
    IdempotencyRow, InstanceRow, InstanceState, RecordOperation, Rows, StoreError,
};

use crate::sample::{Fixture, changed, record, text};

/// The batch after a first one, which made the deals 1 (mail `a`) and 2 (mail `b`), instance 50 at
/// version 1 and the answer `k`. `expect` is how it ends, and a part of what the database says.
fn check(rows: impl FnOnce(&Make<'_>) -> Rows, expect: &str) {
    let (mut fixture, deal) = Fixture::with_deal();
    let make = Make { deal: &deal };
    let mut first = make.changed([make.insert(1, "a"), make.insert(2, "b")]);
    first.instances = vec![instance(1)];
    first.idempotency = vec![answer()];
    fixture.commit(&first).unwrap();
    let mut second = rows(&make);
    second.counters = vec![runtime::port::CounterRow { name: "trace".into(), value: 1 }];
    let (got, message) = match fixture.commit(&second) {
        Ok(()) => ("done", String::new()),
        Err(StoreError::Retry(message)) => ("retry", message),
        Err(StoreError::Constraint(message)) => ("constraint", message),
        Err(other) => ("failed", other.to_string()),
    };
    let (kind, part) = expect.split_once(": ").unwrap_or((expect, ""));
    assert_eq!(got, kind, "{message}");
    assert!(message.contains(part), "`{part}` is not in: {message}");
    assert_eq!(fixture.lane.counter("trace"), Ok(i64::from(expect == "done")));
}

struct Make<'a> {
    deal: &'a std::sync::Arc<records::ObjectDef>,
}

impl Make<'_> {
    fn row(&self, key: i64, version: i64, mail: &str) -> records::Record {
        let mut row = record(self.deal, key, Vec::new());
        row.version = version;
        row.values[10] = text(mail);
        row
    }

    fn insert(&self, key: i64, mail: &str) -> RecordOperation {
        RecordOperation::Insert(self.row(key, 1, mail))
    }

    fn update(&self, key: i64, from_version: i64, mail: &str) -> RecordOperation {
        RecordOperation::Update { from_version, record: self.row(key, from_version + 1, mail) }
    }

    fn changed<const N: usize>(&self, operations: [RecordOperation; N]) -> Rows {
        changed(self.deal, operations)
    }
}

fn instance(version: i64) -> InstanceRow {
    InstanceRow {
        key: Key(50),
        definition: Key(3),
        record: None,
        parent: None,
        state: InstanceState::Active,
        started_at: Timestamp(1),
        ended_at: None,
        version,
        snapshot: Vec::new(),
        incidents: 0,
    }
}

fn answer() -> IdempotencyRow {
    IdempotencyRow { key: "k".into(), at: Timestamp(1), answer: Vec::new() }
}

#[test]
fn a_value_that_must_be_unique_is_so() {
    let broken = "constraint: f_mail";
    check(|make| make.changed([make.insert(3, "a")]), broken);
    check(|make| make.changed([make.update(2, 1, "a")]), broken);
    check(|make| make.changed([make.insert(3, "c"), make.insert(4, "c")]), broken);
}

#[test]
fn unique_values_move_between_rows_within_a_batch() {
    let gone = |key| RecordOperation::Delete { from_version: 1, key: Key(key) };
    check(|make| make.changed([make.update(1, 1, "b"), make.update(2, 1, "a")]), "done");
    check(|make| make.changed([make.update(1, 1, "b"), make.update(2, 1, "c")]), "done");
    check(|make| make.changed([make.insert(3, "a"), make.update(1, 1, "c")]), "done");
    check(|make| make.changed([make.insert(3, "a"), gone(1)]), "done");
    check(|make| make.changed([make.update(2, 1, "a"), gone(1)]), "done");
}

#[test]
fn a_row_that_somebody_else_changed_asks_for_another_try() {
    let moved = "retry: `deal";
    check(|make| make.changed([make.update(1, 2, "c")]), moved);
    let delete = || RecordOperation::Delete { from_version: 2, key: Key(1) };
    check(|make| make.changed([delete()]), moved);
    check(|make| make.changed([make.update(9, 1, "c")]), moved);
    let at_version = |version| {
        move |_: &Make<'_>| {
            let instances = vec![instance(version)];
            Rows { instances, ..Rows::default() }
        }
    };
    check(at_version(2), "done");
    check(at_version(3), "retry: instance");
    check(at_version(1), "constraint: instance");
}

#[test]
fn an_answer_is_kept_once() {
    let again = |_: &Make<'_>| {
        let idempotency = vec![answer()];
        Rows { idempotency, ..Rows::default() }
    };
    check(again, "constraint: idempotency");
}

#[test]
fn a_value_of_the_wrong_kind_never_reaches_the_table() {
    check(
        |make| {
            let mut row = make.row(3, 1, "c");
            row.values[3] = FieldValue::Boolean(true);
            make.changed([RecordOperation::Insert(row)])
        },
        "failed: `size` of `deal 3` is a number field and cannot hold Boolean(true)",
    );
}
