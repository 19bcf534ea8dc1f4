//! What nobody could look into while it lived has no rows, elements and variables alike: the history
//! holds it.

use std::sync::Arc;

use base::{Key, Timestamp};
use engine::{ElementCompleted, Event, VariablesSet, codec};
use feel::Value;
use records::RecordRef;
use runtime::past;
use runtime::port::{
    Before, ElementInstanceRow, ElementState, HistoryRow, InstanceRow, InstanceState, PassRow,
    Rows, VariableRow,
};
use serde_json::json;

use crate::sample::Fixture;

#[test]
fn variables_of_passed_scopes_come_back_from_the_history() {
    let mut fixture = Fixture::new();
    let set = |scope: i64, values: &[(&str, i64)]| {
        let values = values.iter().map(|(name, value)| (Arc::from(*name), Value::number(*value)));
        Event::VariablesSet(VariablesSet { scope: Key(scope), values: values.collect() })
    };
    let began = |key: i64| -> Event {
        let began = json!({"ElementActivated": {"key": key, "element": 0, "scope": 50, "at": 8}});
        serde_json::from_value(began).unwrap()
    };
    let ended = |key: i64| Event::ElementCompleted(ElementCompleted { key: Key(key) });
    let history = |version, variables, events: &[Event]| HistoryRow {
        instance: Key(50),
        version,
        at: Timestamp(8),
        events: codec::encode_events(events),
        variables,
        elements: None,
    };
    let row = |key: i64, scope: i64, name: &str, value: &str| VariableRow {
        key: Key(key),
        instance: Key(50),
        scope: Key(scope),
        name: name.into(),
        value: value.into(),
    };
    // Scope 60 is passed in the first batch, 61 waits till the second, the instance goes on.
    let first =
        [began(60), set(60, &[("b", 1), ("a", 2)]), set(60, &[("b", 3)]), ended(60), began(61)];
    let second = [set(61, &[("a", 4)]), ended(61), began(62), set(62, &[("c", 5)]), ended(62)];
    let live = vec![row(7, 50, "a", "0"), row(8, 61, "a", "4")];
    fixture
        .commit(&Rows {
            history: vec![history(1, Some(Key(101)), &first), history(2, Some(Key(109)), &second)],
            variables: live.clone(),
            ..Rows::default()
        })
        .unwrap();
    let snapshot = fixture.snapshot();
    let [kept, waiting] = [live[0].clone(), live[1].clone()];
    let (a, b, c) = (row(101, 60, "a", "2"), row(102, 60, "b", "3"), row(109, 62, "c", "5"));
    assert_eq!(
        snapshot.variables(Key(50)),
        Ok(vec![kept.clone(), a.clone(), b.clone(), waiting.clone(), c.clone()])
    );
    for (key, expect) in [
        (7, Some(kept)),
        (8, Some(waiting)),
        (100, None),
        (101, Some(a)),
        (102, Some(b)),
        (103, None),
        (108, None),
        (109, Some(c)),
        (110, None),
    ] {
        assert_eq!(snapshot.variable(Key(key)), Ok(expect), "{key}");
    }
}

fn pass(key: i64, instance: i64, at: i64, state: ElementState) -> ElementInstanceRow {
    ElementInstanceRow {
        key: Key(key),
        instance: Key(instance),
        definition: Key(3),
        element_id: "check".into(),
        kind: "SERVICE_TASK".into(),
        state,
        scope: Key(instance),
        started_at: Timestamp(at),
        ended_at: (state != ElementState::Active).then_some(Timestamp(at)),
        incident: None,
    }
}

fn order() -> RecordRef {
    RecordRef { object: "order".into(), key: Key(17) }
}

fn bound(key: i64) -> InstanceRow {
    InstanceRow {
        key: Key(key),
        definition: Key(3),
        record: Some(order()),
        parent: None,
        state: InstanceState::Active,
        started_at: Timestamp(key),
        ended_at: None,
        version: 1,
        snapshot: Vec::new(),
        incidents: 0,
    }
}

/// Two instances whose keys lie in one another, as when two commands of a batch touch the first one.
fn passes() -> (Fixture, Vec<ElementInstanceRow>) {
    use ElementState::{Active, Completed, Terminated};
    let mut fixture = Fixture::new();
    let history = |instance, version, at, passed: &[ElementInstanceRow]| HistoryRow {
        instance: Key(instance),
        version,
        at: Timestamp(at),
        events: codec::encode_events(&[]),
        variables: None,
        elements: past::keep_elements(passed.to_vec()),
    };
    let first = [pass(100, 50, 8, Completed), pass(109, 50, 8, Terminated)];
    let second = [pass(103, 51, 8, Completed)];
    let later = [pass(120, 50, 9, Completed)];
    let waiting = pass(110, 50, 8, Active);
    let pass_row =
        |state, count| PassRow { definition: Key(3), element_id: "check".into(), state, count };
    fixture
        .commit(&Rows {
            instances: vec![bound(50), bound(51)],
            history: vec![
                history(50, 1, 8, &first),
                history(51, 1, 8, &second),
                history(50, 2, 9, &later),
            ],
            element_instances: vec![waiting.clone()],
            passes: vec![pass_row(Completed, 3), pass_row(Terminated, 1)],
            ..Rows::default()
        })
        .unwrap();
    let all = first.into_iter().chain(second).chain([waiting]).chain(later);
    (fixture, all.collect())
}

#[test]
fn passes_come_back_from_the_history_by_instance_and_by_key() {
    let (fixture, all) = passes();
    let snapshot = fixture.snapshot();
    for instance in [50, 51] {
        let of_it = all.iter().filter(|row| row.instance == Key(instance)).cloned().collect();
        assert_eq!(snapshot.elements(Key(instance)), Ok(of_it));
    }
    for key in 98..123 {
        let expect = all.iter().find(|row| row.key == Key(key)).cloned();
        assert_eq!(snapshot.element(Key(key)), Ok(expect), "{key}");
    }
    let counts = snapshot.element_counts(Key(3)).unwrap();
    let [count] = counts.as_slice() else { panic!("{counts:?}") };
    assert_eq!([count.active, count.completed, count.terminated], [1, 3, 1]);
}

#[test]
fn passes_come_back_by_record_in_pages_from_any_place() {
    let (fixture, mut all) = passes();
    all.sort_by_key(|row| std::cmp::Reverse((row.started_at, row.key)));
    let snapshot = fixture.snapshot();
    for limit in 1..=6 {
        let (mut found, mut place) = (Vec::new(), None);
        loop {
            let page = snapshot.elements_of_record(&order(), Before { place, limit }).unwrap();
            assert!(page.len() <= usize::try_from(limit).unwrap());
            let Some(last) = page.last() else { break };
            place = Some((last.started_at, last.key));
            found.extend(page);
        }
        assert_eq!(found, all, "{limit} at a time");
    }
}
