//! What is stored of instances, and of what happens in them, comes back as it was written.

use std::collections::BTreeSet;
use std::sync::Arc;

use base::{Key, Timestamp};
use runtime::port::{
    DecisionRow, DefinitionCount, ElementCount, ElementInstanceRow, ElementState, FlowCount,
    FlowRow, HistoryRow, IncidentRow, IncidentState, InstanceQuery, InstanceRow, InstanceState,
    PageRequest, Read, Rows, VariableRow,
};
use turn::{InstanceLoad, StoredInstance};

use crate::sample::{Fixture, NEWEST, order};

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

/// Which of two records of that object a process holds.
fn in_process(read: &dyn Read, object: &str) -> Vec<Key> {
    let keys = BTreeSet::from([order().key, Key(order().key.0 + 1)]);
    read.records_in_process(object, &keys).unwrap().into_iter().collect()
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
    let snapshot = fixture.snapshot();
    assert_eq!(in_process(snapshot.as_ref(), "order"), [order().key]);
    assert_eq!(in_process(snapshot.as_ref(), "account"), []);
    drop(snapshot);
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
    assert_eq!(in_process(snapshot.as_ref(), "order"), []);
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
