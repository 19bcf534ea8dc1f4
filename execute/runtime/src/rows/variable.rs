//! Variables. Those of an ended element keep their last value, for people who look back.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::KeyGenerator;
use engine::Event;
use feel::json::AsJson;

use super::Seen;
use crate::port::{Rows, VariableRow};

pub(super) fn add(seen: &Seen<'_>, keys: &mut KeyGenerator, rows: &mut Rows) {
    let mut latest = BTreeMap::new();
    for event in seen.events() {
        if let Event::VariablesSet(set) = event {
            for (name, value) in &set.values {
                latest.insert((set.scope, Arc::clone(name)), value);
            }
        }
    }
    rows.variables.extend(latest.into_iter().map(|((scope, name), value)| VariableRow {
        key: keys.next(seen.now),
        instance: seen.after().key,
        scope,
        name,
        value: serde_json::to_string(&AsJson(value)).unwrap_or_default(),
    }));
}
