//! Every kind of row comes back as it went in.

use std::sync::Arc;

use base::{Key, Timestamp};
use records::RecordRef;
use runtime::port::{
    Before, CatalogueWrite, Cause, ChangeKind, CounterRow, CredentialRow, DecisionRow,
    DefinitionCount, ElementCount, ElementInstanceRow, ElementState, FlowCount, FlowRow,
    HistoryRow, IdempotencyRow, IdentityWrite, IncidentRow, IncidentState, InstanceQuery,
    InstanceRow, InstanceState, Mine, ModelKind, ModelRow, NotificationQuery, NotificationRead,
    NotificationRow, OutboxQuery, OutboxRow, OutboxState, OutboxUpdate, PageRequest,
    RecordHistoryRow, RecordOperation, ResourceRow, Rows, SessionRow, TokenRow, UserTaskQuery,
    UserTaskRow, UserTaskState, VariableRow,
};
use turn::{InstanceLoad, StoredInstance};

use crate::sample::{Fixture, record, value_of_every_kind};

const NEWEST: Before = Before { place: None, limit: 100 };

fn order() -> RecordRef {
    RecordRef { object: "order".into(), key: Key(17) }
}

fn instance(key: i64, version: i64, state: InstanceState) -> InstanceRow {
    InstanceRow {
        key: Key(key),
        definition: Key(3),
        record: Some(order()),
        parent: (key > 50).then_some(Key(50)),
        state,
        started_at: Timestamp(key),
        ended_at: (state != InstanceState::Active).then_some(Timestamp(key + 9)),
        version,
        snapshot: vec![0, 1, 255],
        incidents: 0,
    }
}

fn listed(row: InstanceRow) -> InstanceRow {
    InstanceRow { snapshot: Vec::new(), ..row }
}

fn element(key: i64, instance: i64, id: &str, state: ElementState) -> ElementInstanceRow {
    ElementInstanceRow {
        key: Key(key),
        instance: Key(instance),
        definition: Key(3),
        element_id: id.into(),
        kind: "SERVICE_TASK".into(),
        state,
        scope: Key(instance),
        started_at: Timestamp(key),
        ended_at: (state != ElementState::Active).then_some(Timestamp(key + 1)),
        incident: None,
    }
}

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
fn instances_and_their_parts_come_back_and_are_counted() {
    let mut fixture = Fixture::new();
    let first = instance(50, 1, InstanceState::Active);
    let second = instance(51, 1, InstanceState::Completed);
    let waits = element(60, 50, "review", ElementState::Active);
    let done = element(61, 51, "review", ElementState::Completed);
    let flow = |count| FlowRow { definition: Key(3), flow_id: "to_review".into(), count };
    let history = |version| HistoryRow {
        instance: Key(50),
        version,
        at: Timestamp(8),
        events: vec![1, 0, 9],
        variables: None,
        elements: None,
    };
    fixture
        .commit(&Rows {
            instances: vec![second.clone(), first],
            history: vec![history(1)],
            element_instances: vec![done.clone(), waits],
            flows: vec![flow(3)],
            ..Rows::default()
        })
        .unwrap();
    let cancelled = InstanceRow { version: 2, ..instance(50, 2, InstanceState::Terminated) };
    let stopped = element(60, 50, "review", ElementState::Terminated);
    fixture
        .commit(&Rows {
            instances: vec![cancelled.clone()],
            history: vec![history(2)],
            element_instances: vec![stopped.clone()],
            flows: vec![flow(4)],
            ..Rows::default()
        })
        .unwrap();

    let snapshot = fixture.snapshot();
    assert_eq!(snapshot.instance(Key(50)), Ok(Some(cancelled.clone())));
    assert_eq!(snapshot.elements(Key(50)), Ok(vec![stopped.clone()]));
    assert_eq!(snapshot.element(Key(61)), Ok(Some(done.clone())));
    assert_eq!(snapshot.elements_of_record(&order(), NEWEST), Ok(vec![done, stopped]));
    assert_eq!(snapshot.history(Key(50), 0, 10), Ok(vec![history(1), history(2)]));
    assert_eq!(snapshot.history(Key(50), 1, 10), Ok(vec![history(2)]));
    let flow_count = |count| vec![FlowCount { flow_id: "to_review".into(), count }];
    assert_eq!(snapshot.flow_counts(Key(3)), Ok(flow_count(7)));
    let (active, completed, terminated, incidents) = (0, 1, 1, 0);
    let definition = Key(3);
    assert_eq!(
        snapshot.definition_counts(),
        Ok(vec![DefinitionCount { definition, active, completed, terminated, incidents }])
    );
    let element_id: Arc<str> = "review".into();
    assert_eq!(
        snapshot.element_counts(Key(3)),
        Ok(vec![ElementCount { element_id, active, completed, terminated, incidents }])
    );

    let query = InstanceQuery {
        definition: Some(Key(3)),
        state: None,
        with_incidents: false,
        record: Some(order()),
        parent: None,
        page: PageRequest::first(1),
    };
    let page = snapshot.instances(&query).unwrap();
    assert_eq!(page.items, [listed(second)]);
    let page_request = PageRequest { limit: 1, after: page.next };
    let page = snapshot.instances(&InstanceQuery { page: page_request, ..query.clone() }).unwrap();
    assert_eq!((page.items, page.next), (vec![listed(cancelled.clone())], None));
    let none = InstanceQuery { with_incidents: true, ..query };
    assert_eq!(snapshot.instances(&none).unwrap().items, []);
    drop(snapshot);

    let lane = &mut fixture.lane;
    let stored = StoredInstance { version: 2, state: cancelled.snapshot };
    assert_eq!(lane.instance(Key(50), None), Ok(InstanceLoad::Stored(stored.clone())));
    assert_eq!(lane.instance(Key(50), Some(1)), Ok(InstanceLoad::Stored(stored)));
    assert_eq!(lane.instance(Key(50), Some(2)), Ok(InstanceLoad::Unchanged));
    assert_eq!(lane.instance(Key(99), Some(2)), Ok(InstanceLoad::Absent));
    assert_eq!(lane.element_instance(Key(60)), Ok(Some(Key(50))));
    assert_eq!(lane.active_instances_of("order", Key(17)), Ok(vec![]));
}

#[test]
fn an_instance_with_an_open_incident_counts_as_such_while_it_is_active() {
    let mut fixture = Fixture::new();
    let troubled = InstanceRow { incidents: 2, ..instance(50, 1, InstanceState::Active) };
    let stuck = ElementInstanceRow {
        incident: Some(Key(70)),
        ..element(60, 50, "price", ElementState::Active)
    };
    let rows = Rows { instances: vec![troubled.clone()], ..Rows::default() };
    fixture.commit(&Rows { element_instances: vec![stuck.clone()], ..rows }).unwrap();
    let counts = |fixture: &Fixture| {
        let snapshot = fixture.snapshot();
        let of_definition = snapshot.definition_counts().unwrap()[0];
        let of_element = snapshot.element_counts(Key(3)).unwrap()[0].clone();
        [of_definition.active, of_definition.incidents, of_element.active, of_element.incidents]
    };
    assert_eq!(counts(&fixture), [1, 1, 1, 1]);
    let healed = InstanceRow { version: 2, incidents: 0, ..troubled };
    let goes_on = ElementInstanceRow { incident: None, ..stuck };
    let rows = Rows { instances: vec![healed], ..Rows::default() };
    fixture.commit(&Rows { element_instances: vec![goes_on], ..rows }).unwrap();
    assert_eq!(counts(&fixture), [1, 0, 1, 0]);
    assert_eq!(fixture.lane.active_instances_of("order", Key(17)), Ok(vec![Key(50)]));
}

#[test]
fn variables_keep_their_key_when_their_value_changes() {
    let mut fixture = Fixture::new();
    let row = |key: i64, scope: i64, value: &str| VariableRow {
        key: Key(key),
        instance: Key(50),
        scope: Key(scope),
        name: "total".into(),
        value: value.into(),
    };
    let rows = vec![row(1, 50, "1"), row(2, 60, "null")];
    fixture.commit(&Rows { variables: rows, ..Rows::default() }).unwrap();
    fixture.commit(&Rows { variables: vec![row(9, 50, "[2]")], ..Rows::default() }).unwrap();
    let snapshot = fixture.snapshot();
    let expect = vec![row(1, 50, "[2]"), row(2, 60, "null")];
    assert_eq!(snapshot.variables(Key(50)), Ok(expect));
    assert_eq!(snapshot.variable(Key(2)), Ok(Some(row(2, 60, "null"))));
    assert_eq!(snapshot.variable(Key(9)), Ok(None));
}

#[test]
fn incidents_and_decisions_come_back_by_instance_and_by_record() {
    let mut fixture = Fixture::new();
    let incident = IncidentRow {
        key: Key(70),
        instance: Key(50),
        definition: Key(3),
        element_instance: Key(60),
        element_id: "price".into(),
        kind: "IO_MAPPING_ERROR".into(),
        message: "a message".into(),
        job: Some(Key(71)),
        state: IncidentState::Open,
        created_at: Timestamp(5),
        resolved_at: None,
    };
    let decision = |key: i64| DecisionRow {
        key: Key(key),
        instance: Key(50),
        element_instance: Key(60),
        element_id: "check".into(),
        decision_id: "acceptance".into(),
        name: "Order acceptance".into(),
        definition: Key(4),
        at: Timestamp(key),
    };
    fixture
        .commit(&Rows {
            instances: vec![instance(50, 1, InstanceState::Active)],
            incidents: vec![incident.clone()],
            decisions: vec![decision(80), decision(81)],
            ..Rows::default()
        })
        .unwrap();
    let resolved =
        IncidentRow { state: IncidentState::Resolved, resolved_at: Some(Timestamp(6)), ..incident };
    fixture.commit(&Rows { incidents: vec![resolved.clone()], ..Rows::default() }).unwrap();
    assert_eq!(fixture.lane.incident_instance(Key(70)), Ok(Some(Key(50))));
    let snapshot = fixture.snapshot();
    assert_eq!(snapshot.incident(Key(70)), Ok(Some(resolved.clone())));
    assert_eq!(snapshot.incidents(Key(50)), Ok(vec![resolved.clone()]));
    assert_eq!(snapshot.incidents_of_record(&order(), NEWEST), Ok(vec![resolved]));
    assert_eq!(snapshot.decision(Key(80)), Ok(Some(decision(80))));
    assert_eq!(snapshot.decisions(Key(50)), Ok(vec![decision(80), decision(81)]));
    let newest = snapshot.decisions_of_record(&order(), NEWEST);
    assert_eq!(newest, Ok(vec![decision(81), decision(80)]));
}

fn task(key: i64, assignee: Option<&str>, groups: &[&str], users: &[&str]) -> UserTaskRow {
    UserTaskRow {
        key: Key(key),
        instance: Key(50),
        definition: Key(3),
        element_instance: Key(60),
        element_id: "review".into(),
        name: "Review credit".into(),
        state: UserTaskState::Created,
        assignee: assignee.map(Into::into),
        candidate_groups: groups.iter().map(|&group| group.into()).collect(),
        candidate_users: users.iter().map(|&user| user.into()).collect(),
        form_id: Some("credit-review".into()),
        due_at: Some(Timestamp(9)),
        follow_up_at: None,
        priority: 50,
        created_at: Timestamp(key),
        ended_at: None,
        record: Some(order()),
    }
}

#[test]
fn an_inbox_holds_what_its_user_has_or_may_claim() {
    let mut fixture = Fixture::new();
    let tasks = vec![
        task(1, Some("ann"), &["manager"], &[]),
        task(2, Some("bob"), &["manager"], &["ann"]),
        task(3, None, &["manager", "sales"], &[]),
        task(4, None, &["sa\"les"], &["bob", "ann"]),
        task(5, None, &["sales"], &["bob"]),
        task(6, None, &[], &[]),
        UserTaskRow { state: UserTaskState::Completed, ..task(7, Some("ann"), &[], &[]) },
    ];
    fixture.commit(&Rows { user_tasks: tasks.clone(), ..Rows::default() }).unwrap();
    let snapshot = fixture.snapshot();
    assert_eq!(snapshot.user_task(Key(4)), Ok(Some(tasks[3].clone())));
    let everything = UserTaskQuery {
        state: None,
        instance: Some(Key(50)),
        definition: Some(Key(3)),
        element_id: Some("review".into()),
        assignee: None,
        mine: None,
        record: Some(order()),
        page: PageRequest::first(100),
    };
    let mine = |login: &str, groups: &[&str]| {
        let groups = groups.iter().map(|&group| group.into()).collect();
        UserTaskQuery {
            state: Some(UserTaskState::Created),
            mine: Some(Mine { login: login.into(), groups }),
            ..everything.clone()
        }
    };
    let assigned = UserTaskQuery { assignee: Some("ann".into()), ..everything.clone() };
    for (query, expect) in [
        (everything.clone(), &[7, 6, 5, 4, 3, 2, 1][..]),
        (mine("ann", &["manager"]), &[6, 4, 3, 1]),
        (mine("bob", &[]), &[6, 5, 4, 2]),
        (mine("eve", &["sa\"les"]), &[6, 4]),
        (mine("eve' OR 1=1", &["%"]), &[6]),
        (assigned, &[7, 1]),
    ] {
        let found = snapshot.user_tasks(&query).unwrap().items;
        let keys: Vec<i64> = found.iter().map(|task| task.key.0).collect();
        assert_eq!(keys, expect, "{query:?}");
    }
    drop(snapshot);
    assert_eq!(fixture.lane.user_task_instance(Key(7)), Ok(Some(Key(50))));
}

#[test]
fn a_notification_is_read_by_the_one_it_is_for_and_once() {
    let mut fixture = Fixture::new();
    let row = |key: i64, user: i64| NotificationRow {
        key: Key(key),
        user: Key(user),
        text: "订单 is decided".into(),
        record: (key == 1).then(order),
        instance: Key(50),
        at: Timestamp(key),
        read_at: None,
    };
    let read = |user: i64, key: Option<i64>, at: i64| NotificationRead {
        user: Key(user),
        key: key.map(Key),
        at: Timestamp(at),
    };
    let rows = vec![row(3, 9), row(1, 9), row(2, 8), row(4, 9)];
    // What is new in a batch can be read in it; another's cannot.
    let reads = vec![read(9, Some(2), 70), read(9, Some(3), 70)];
    let both = Rows { notifications: rows, notification_reads: reads, ..Rows::default() };
    fixture.commit(&both).unwrap();
    fixture
        .commit(&Rows { notification_reads: vec![read(9, Some(3), 80)], ..Rows::default() })
        .unwrap();
    let list = |fixture: &Fixture, user: i64, is_unread: bool| {
        let page = PageRequest::first(10);
        let query = NotificationQuery { user: Key(user), is_unread, page };
        let items = fixture.snapshot().notifications(&query).unwrap().items;
        items.iter().map(|row| (row.key.0, row.read_at.map(|at| at.0))).collect::<Vec<_>>()
    };
    assert_eq!(list(&fixture, 9, false), [(4, None), (3, Some(70)), (1, None)]);
    assert_eq!(list(&fixture, 9, true), [(4, None), (1, None)]);
    assert_eq!(list(&fixture, 8, true), [(2, None)]);
    assert_eq!(fixture.snapshot().notification(Key(1)), Ok(Some(row(1, 9))));
    assert_eq!(fixture.snapshot().notification(Key(5)), Ok(None));
    for (user, limit, count) in [(9, 10, 2), (9, 1, 1), (8, 10, 1), (7, 10, 0)] {
        let unread = fixture.snapshot().unread_notifications(Key(user), limit);
        assert_eq!(unread, Ok(count), "{user}");
    }
    let all = Rows { notification_reads: vec![read(9, None, 90)], ..Rows::default() };
    fixture.commit(&all).unwrap();
    assert_eq!(list(&fixture, 9, false), [(4, Some(90)), (3, Some(70)), (1, Some(90))]);
    assert_eq!(list(&fixture, 8, true), [(2, None)]);

    let page = PageRequest::first(2);
    let query = |page| NotificationQuery { user: Key(9), is_unread: false, page };
    let first = fixture.snapshot().notifications(&query(page)).unwrap();
    let rest = PageRequest { limit: 2, after: first.next };
    let rest = fixture.snapshot().notifications(&query(rest)).unwrap();
    assert_eq!((rest.items.len(), rest.next), (1, None));
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
    fixture.lane.begin().unwrap();
    fixture.lane.expire(Timestamp(20), Timestamp(0)).unwrap();
    fixture.lane.commit().unwrap();
    assert_eq!(fixture.lane.idempotent("7:a"), Ok(None));
    assert_eq!(fixture.lane.idempotent("7:b"), Ok(Some(vec![0, 200])));
}

#[test]
fn sessions_passwords_and_tokens_come_and_go() {
    let mut fixture = Fixture::new();
    let session = |hash: u8, user| SessionRow {
        token_hash: vec![hash; 32],
        user: Key(user),
        created_at: Timestamp(1),
        expires_at: Timestamp(i64::from(hash)),
    };
    let token = |key: i64| TokenRow {
        key: Key(key),
        user: Key(7),
        name: "import".into(),
        token_hash: vec![u8::try_from(key).unwrap(); 32],
        created_at: Timestamp(1),
        expires_at: None,
    };
    let credential = |hash: &str| CredentialRow {
        user: Key(7),
        password_hash: hash.into(),
        changed_at: Timestamp(3),
    };
    let write = |fixture: &mut Fixture, identity| {
        fixture.commit(&Rows { identity, ..Rows::default() }).unwrap();
    };
    assert_eq!(fixture.snapshot().any_credential(), Ok(false));
    write(
        &mut fixture,
        vec![
            IdentityWrite::PutSession(session(1, 7)),
            IdentityWrite::PutSession(session(2, 7)),
            IdentityWrite::PutSession(session(3, 7)),
            IdentityWrite::PutSession(session(4, 8)),
            IdentityWrite::PutCredential(credential("old")),
            IdentityWrite::PutCredential(credential("new")),
            IdentityWrite::PutToken(token(1)),
            IdentityWrite::PutToken(token(2)),
            IdentityWrite::RemoveSession(vec![1; 32]),
            IdentityWrite::RemoveSessionsOf { user: Key(7), except: Some(vec![2; 32]) },
            IdentityWrite::RemoveToken { key: Key(2), user: Key(8) },
            IdentityWrite::RemoveToken { key: Key(1), user: Key(7) },
        ],
    );
    {
        let snapshot = fixture.snapshot();
        let found = |hash: u8| snapshot.session(&[hash; 32]).unwrap().map(|row| row.user.0);
        assert_eq!([1, 2, 3, 4].map(found), [None, Some(7), None, Some(8)]);
        assert_eq!(snapshot.session(&[2; 32]), Ok(Some(session(2, 7))));
        assert_eq!(snapshot.credential(Key(7)), Ok(Some(credential("new"))));
        assert_eq!(snapshot.any_credential(), Ok(true));
        assert_eq!(snapshot.tokens(Key(7)), Ok(vec![token(2)]));
        assert_eq!(snapshot.token(&[2; 32]), Ok(Some(token(2))));
        assert_eq!(snapshot.token(&[1; 32]), Ok(None));
    }
    let all_of_7 = IdentityWrite::RemoveSessionsOf { user: Key(7), except: None };
    let tokens_of_8 = IdentityWrite::RemoveTokensOf(Key(8));
    write(&mut fixture, vec![all_of_7, IdentityWrite::RemoveCredential(Key(7)), tokens_of_8]);
    assert_eq!(fixture.snapshot().tokens(Key(7)), Ok(vec![token(2)]));
    write(&mut fixture, vec![IdentityWrite::RemoveTokensOf(Key(7))]);
    assert_eq!(fixture.snapshot().tokens(Key(7)), Ok(vec![]));
    fixture.lane.begin().unwrap();
    fixture.lane.expire(Timestamp(0), Timestamp(5)).unwrap();
    fixture.lane.commit().unwrap();
    let snapshot = fixture.snapshot();
    assert_eq!(snapshot.session(&[2; 32]), Ok(None));
    assert_eq!(snapshot.session(&[4; 32]), Ok(None), "it has expired");
    assert_eq!(snapshot.any_credential(), Ok(false));
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
