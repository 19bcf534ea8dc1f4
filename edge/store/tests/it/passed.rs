//! Variables of scopes that nobody could look into while they lived have no rows: the history holds them.

use std::sync::Arc;

use base::{Key, Timestamp};
use engine::{ElementCompleted, Event, VariablesSet, codec};
use feel::Value;
use runtime::port::{HistoryRow, Rows, VariableRow};
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
