//! Every kind of row comes back as it went in.

use base::{Key, Timestamp};
use runtime::port::{
    Before, CatalogueWrite, Cause, ChangeKind, CounterRow, Expiry, IdempotencyRow, ModelKind,
    ModelRow, OutboxQuery, OutboxRow, OutboxState, OutboxUpdate, PageRequest, RecordHistoryRow,
    RecordOperation, ResourceRow, Rows,
};

use crate::sample::{Fixture, NEWEST, NOTHING, order, record, value_of_every_kind};

#[test]
fn a_record_of_every_kind_of_field_comes_back() {
    let (mut fixture, deal) = Fixture::with_deal();
    let full = record(&deal, 5, value_of_every_kind());
    let empty = record(&deal, 6, Vec::new());
    let inserts = [empty.clone(), full.clone()].map(RecordOperation::Insert);
    fixture.commit_records(&deal, inserts).unwrap();
    for row in [&full, &empty] {
        assert_eq!(fixture.lane.record(&deal, row.key).as_ref(), Ok(&Some(row.clone())));
        let snapshot = fixture.snapshot();
        assert_eq!(snapshot.record(&deal, row.key).as_ref(), Ok(&Some(row.clone())));
    }
    for (position, field) in deal.fields.iter().enumerate() {
        let found = fixture.lane.find_unique(&deal, &field.name, full.at(position));
        assert_eq!(found, Ok(Some(full.key)), "{}", field.name);
    }
    assert_eq!(fixture.lane.children(&deal, "owner", Key(9)), Ok(vec![full.clone()]));
    assert_eq!(fixture.lane.referring(&deal, "owner", Key(9), 10), Ok(vec![full.key]));
    assert_eq!(fixture.lane.referring(&deal, "owner", Key(8), 10), Ok(vec![]));

    let mut updated = record(&deal, 5, Vec::new());
    (updated.version, updated.updated_at, updated.updated_by) = (3, Timestamp(7), Key(2));
    let operations = [
        RecordOperation::Update { from_version: 1, record: updated.clone() },
        RecordOperation::Delete { from_version: 1, key: empty.key },
    ];
    fixture.commit_records(&deal, operations).unwrap();
    assert_eq!(fixture.lane.record(&deal, full.key), Ok(Some(updated)));
    assert_eq!(fixture.lane.record(&deal, empty.key), Ok(None));
}

#[test]
fn changes_of_records_come_back_newest_first() {
    let mut fixture = Fixture::new();
    let row = |key: i64, cause: Option<Cause>, change| RecordHistoryRow {
        key: Key(key),
        object: "order".into(),
        record: Key(17),
        version: key,
        at: Timestamp(100),
        by: Key(2),
        cause,
        change,
        fields: r#"[{"field":"name","old":null,"new":"ä"}]"#.into(),
    };
    let cause = Cause { instance: Key(4), element: "price".into() };
    let rows = vec![
        row(1, None, ChangeKind::Created),
        row(2, Some(cause), ChangeKind::Updated),
        row(3, None, ChangeKind::Deleted),
    ];
    let written = Rows { record_history: rows.clone(), ..Rows::default() };
    fixture.commit(&written).unwrap();
    let snapshot = fixture.snapshot();
    let read = |before| snapshot.record_history("order", Key(17), before).unwrap();
    let mut expect = rows;
    expect.reverse();
    assert_eq!(read(NEWEST), expect);
    let place = Some((Timestamp(100), Key(3)));
    assert_eq!(read(Before { place, limit: 1 }), [expect[1].clone()]);
    assert_eq!(snapshot.record_history("deal", Key(17), NEWEST).unwrap(), []);
}

#[test]
fn the_outbox_comes_back_with_what_its_delivery_changed() {
    let mut fixture = Fixture::new();
    let entry = |key: i64| OutboxRow {
        key: Key(key),
        kind: "mail".into(),
        instance: Some(Key(50)),
        element_id: Some("send".into()),
        record: Some(order()),
        at: Timestamp(key),
        state: OutboxState::Waiting,
        message_id: "<1@rondo>".into(),
        payload: r#"{"to":"a@example.com"}"#.into(),
        attempts: 0,
        unsettled: 0,
        next_at: Timestamp(key),
        error: None,
    };
    fixture.commit(&Rows { outbox: vec![entry(2), entry(1)], ..Rows::default() }).unwrap();
    let update = OutboxUpdate {
        key: Key(1),
        state: OutboxState::Failed,
        attempts: 3,
        unsettled: 1,
        next_at: Timestamp(77),
        error: Some("550 no such user".into()),
    };
    fixture.commit(&Rows { outbox_updates: vec![update], ..Rows::default() }).unwrap();
    let failed = OutboxRow {
        state: OutboxState::Failed,
        attempts: 3,
        unsettled: 1,
        next_at: Timestamp(77),
        error: Some("550 no such user".into()),
        ..entry(1)
    };
    let snapshot = fixture.snapshot();
    assert_eq!(snapshot.outbox_entry(Key(1)), Ok(Some(failed.clone())));
    let query = |state| OutboxQuery { state, page: PageRequest::first(10) };
    let all = snapshot.outbox(&query(None)).unwrap().items;
    assert_eq!(all, [entry(2), failed.clone()]);
    let waiting = snapshot.outbox(&query(Some(OutboxState::Waiting))).unwrap().items;
    assert_eq!(waiting, [entry(2)]);
    assert_eq!(snapshot.outbox_of_record(&order(), NEWEST), Ok(vec![entry(2), failed]));
    assert_eq!(snapshot.next_outbox(&["mail".into()]), Ok(Some(Timestamp(2))));
    assert_eq!(snapshot.next_outbox(&["http".into()]), Ok(None));
}

#[test]
fn the_catalogue_comes_back_in_the_order_of_its_definition() {
    let (mut fixture, deal) = Fixture::with_deal();
    let resource = ResourceRow {
        key: Key(20),
        deployment: Key(19),
        name: "order-v1.bpmn".into(),
        text: "<definitions/>".into(),
    };
    let model = |key: i64, version| ModelRow {
        key: Key(key),
        kind: ModelKind::Process,
        id: "order".into(),
        name: "Order".into(),
        version,
        version_tag: Some("v".into()),
        resource: Key(20),
        deployment: Key(19),
        deployed_at: Timestamp(4),
        record_object: Some("order".into()),
    };
    let catalogue = vec![
        CatalogueWrite::Resource(resource.clone()),
        CatalogueWrite::Model(model(21, 1)),
        CatalogueWrite::Model(model(22, 2)),
    ];
    fixture.commit(&Rows { catalogue, ..Rows::default() }).unwrap();
    let loaded = fixture.lane.load_catalogue().unwrap();
    assert_eq!(loaded.version, 2);
    assert_eq!(loaded.models, [model(21, 1), model(22, 2)]);
    assert_eq!(loaded.resources, std::slice::from_ref(&resource));
    let definitions: Vec<_> =
        loaded.objects.iter().map(|row| records::ObjectDef::from_json(&row.definition)).collect();
    assert_eq!(definitions, [Ok((*deal).clone())]);
    let snapshot = fixture.snapshot();
    assert_eq!(snapshot.models(ModelKind::Process), Ok(vec![model(22, 2), model(21, 1)]));
    assert_eq!(snapshot.models(ModelKind::Form), Ok(vec![]));
    assert_eq!(snapshot.model(Key(21)), Ok(Some(model(21, 1))));
    assert_eq!(snapshot.resource(Key(20)), Ok(Some(resource)));
}

#[test]
fn answers_and_counters_are_kept_and_answers_expire() {
    let mut fixture = Fixture::new();
    let answer =
        |key: &str, at| IdempotencyRow { key: key.into(), at: Timestamp(at), answer: vec![0, 200] };
    let counter = |value| CounterRow { name: "deal.number".into(), value };
    assert_eq!(fixture.lane.counter("deal.number"), Ok(0));
    fixture
        .commit(&Rows {
            idempotency: vec![answer("7:b", 20), answer("7:a", 10)],
            counters: vec![counter(4)],
            ..Rows::default()
        })
        .unwrap();
    fixture.commit(&Rows { counters: vec![counter(6)], ..Rows::default() }).unwrap();
    assert_eq!(fixture.lane.counter("deal.number"), Ok(6));
    assert_eq!(fixture.lane.idempotent("7:a"), Ok(Some(vec![0, 200])));
    fixture.expire(Expiry { answers: Timestamp(20), ..NOTHING }, 1);
    assert_eq!(fixture.lane.idempotent("7:a"), Ok(None));
    assert_eq!(fixture.lane.idempotent("7:b"), Ok(Some(vec![0, 200])));
}

#[test]
fn a_snapshot_does_not_move_while_others_commit() {
    let (mut fixture, deal) = Fixture::with_deal();
    let readers = fixture.place.readers();
    let before = readers.open().unwrap();
    let row = record(&deal, 5, Vec::new());
    fixture.commit_records(&deal, [RecordOperation::Insert(row.clone())]).unwrap();
    assert_eq!(before.record(&deal, Key(5)), Ok(None));
    let after = fixture.snapshot();
    assert_eq!(after.record(&deal, Key(5)), Ok(Some(row)));
}
