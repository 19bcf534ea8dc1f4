//! Evaluated decisions. How they came about is in the events alone; `past` reads it from there.

use std::sync::Arc;

use engine::Event;
use turn::Catalogue;

use super::Seen;
use crate::port::{DecisionRow, Rows};

pub(super) fn add(seen: &Seen<'_>, catalogue: &Catalogue, rows: &mut Rows) {
    let instance = seen.after().key;
    rows.decisions.extend(seen.events().filter_map(|event| {
        let Event::DecisionEvaluated(it) = event else { return None };
        let element = seen.element_of(it.element_instance);
        let name = catalogue.decision(it.decision).map(|version| Arc::clone(&version.version.name));
        Some(DecisionRow {
            key: it.key,
            instance,
            element_instance: it.element_instance,
            element_id: element.map_or_else(|| Arc::from(""), |element| Arc::clone(&element.id)),
            decision_id: Arc::clone(&it.decision_id),
            name: name.unwrap_or_else(|| Arc::clone(&it.decision_id)),
            definition: it.decision,
            at: it.at,
        })
    }));
}
