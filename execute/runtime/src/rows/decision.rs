//! Evaluated decisions with their explanation as plain JSON.

use std::sync::Arc;

use dmn::{DecisionTrace, Trace};
use engine::Event;
use feel::json::to_json;
use serde_json::{Value, json};
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
            trace: trace_to_json(&it.trace).to_string(),
        })
    }));
}

/// The explanation of an evaluation as people and programs read it: FEEL values as plain JSON.
pub fn trace_to_json(trace: &Trace) -> Value {
    let decisions: Vec<Value> = trace.decisions.iter().map(decision).collect();
    json!({"decisions": decisions})
}

fn decision(it: &DecisionTrace) -> Value {
    let inputs = it.inputs.iter().map(|input| {
        json!({
            "id": &*input.id,
            "name": &*input.name,
            "expression": &*input.expression,
            "value": to_json(&input.value),
        })
    });
    let matched = it.matched.iter().map(|rule| {
        let outputs = rule.outputs.iter().map(|output| {
            json!({
                "id": &*output.id,
                "name": &*output.name,
                "value": to_json(&output.value),
            })
        });
        json!({"index": rule.index, "id": &*rule.id, "outputs": outputs.collect::<Vec<_>>()})
    });
    json!({
        "decision_id": &*it.decision_id,
        "name": &*it.name,
        "kind": it.kind,
        "inputs": inputs.collect::<Vec<_>>(),
        "matched": matched.collect::<Vec<_>>(),
        "output": to_json(&it.output),
        "warnings": it.warnings,
    })
}
