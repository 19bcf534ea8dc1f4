//! Incidents.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::Key;
use engine::{Event, Incident, IncidentRaised, Retry};

use super::Seen;
use crate::port::{IncidentRow, IncidentState, Rows};

pub(super) fn add(seen: &Seen<'_>, rows: &mut Rows) {
    let mut touched: BTreeMap<Key, IncidentRow> = BTreeMap::new();
    for event in seen.events() {
        match event {
            Event::IncidentRaised(raised) => {
                touched.insert(raised.key, row(seen, &incident(raised)));
            }
            Event::IncidentResolved(resolved) => {
                let stored = || seen.before()?.incidents.get(&resolved.key);
                let known = touched.remove(&resolved.key);
                if let Some(known) = known.or_else(|| Some(row(seen, stored()?))) {
                    let state = IncidentState::Resolved;
                    let ended = IncidentRow { state, resolved_at: Some(seen.now), ..known };
                    touched.insert(resolved.key, ended);
                }
            }
            _ => {}
        }
    }
    rows.incidents.extend(touched.into_values());
}

fn incident(raised: &IncidentRaised) -> Incident {
    Incident {
        key: raised.key,
        element_instance: raised.element_instance,
        kind: raised.kind,
        message: Arc::clone(&raised.message),
        retry: raised.retry.clone(),
        raised_at: raised.at,
    }
}

fn row(seen: &Seen<'_>, incident: &Incident) -> IncidentRow {
    let element = seen.element_of(incident.element_instance);
    IncidentRow {
        key: incident.key,
        instance: seen.after().key,
        definition: seen.after().definition,
        element_instance: incident.element_instance,
        element_id: element.map_or_else(|| Arc::from(""), |element| Arc::clone(&element.id)),
        kind: incident.kind.as_str().into(),
        message: Arc::clone(&incident.message),
        job: match incident.retry {
            Retry::Job(job) => Some(job),
            Retry::Step(_) => None,
        },
        state: IncidentState::Open,
        created_at: incident.raised_at,
        resolved_at: None,
    }
}
