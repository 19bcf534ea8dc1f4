//! Where variables go. As Camunda 8 does it: a new value replaces the nearest variable of that name,
//! looking outwards; a name that nobody has is created on the instance.

use std::collections::BTreeMap;

use base::Key;

use crate::{
    Event, IncidentKind, Variables, VariablesSet,
    fit::{self, Unfit},
    machine::{At, Failure, Machine},
};

/// Sets variables in exactly this scope.
pub(crate) fn set_local(machine: &mut Machine<'_>, scope: Key, values: Variables) {
    if !values.is_empty() {
        machine.emit(Event::VariablesSet(VariablesSet { scope, values }));
    }
}

/// Sets each variable where it is found from `scope` outwards, else on the instance.
pub(crate) fn merge(machine: &mut Machine<'_>, scope: Key, values: Variables) {
    let instance = machine.instance();
    let mut by_scope: BTreeMap<Key, Variables> = BTreeMap::new();
    for (name, value) in values {
        let owner = instance
            .scopes_outwards(scope)
            .find(|scope| instance.variables.get(scope).is_some_and(|at| at.contains_key(&name)))
            .unwrap_or(instance.key);
        by_scope.entry(owner).or_default().insert(name, value);
    }
    for (scope, values) in by_scope {
        set_local(machine, scope, values);
    }
}

/// Hands over what an element brought about: to its output mappings where it has some, else
/// outwards.
pub(crate) fn deliver(machine: &mut Machine<'_>, at: At<'_>, values: Variables) {
    if at.element.outputs.is_empty() {
        merge(machine, at.key, values);
    } else {
        set_local(machine, at.key, values);
    }
}

/// Checks what a model's own expressions are about to keep.
pub(crate) fn check(machine: &Machine<'_>, values: &Variables) -> Result<(), Failure> {
    for (name, value) in values {
        fit::check(value).map_err(|reason| unfit(name, reason))?;
    }
    match values.keys().last() {
        Some(name) => {
            let room = fit::check_room(Some(machine.instance()), values.values());
            room.map_err(|reason| unfit(name, reason))
        }
        None => Ok(()),
    }
}

fn unfit(name: &str, reason: Unfit) -> Failure {
    let kind = match reason {
        Unfit::TooLarge | Unfit::TooDeep | Unfit::TooMany | Unfit::TooMuch => {
            IncidentKind::MessageSizeExceeded
        }
        Unfit::Function => IncidentKind::ExtractValueError,
    };
    let message = format!(
        "variable `{name}` cannot be kept: {reason}; correct the model or the variables, then \
         resolve the incident"
    );
    Failure::incident(kind, message)
}
