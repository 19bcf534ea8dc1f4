//! The parallel gateway waits for a token on every incoming flow, then takes every outgoing one
//! (BPMN 2.0.2, 13.4.1).

use base::Key;
use bpmn::{Element, ElementIndex, ElementKind, FlowIndex};

use super::Progress;
use crate::{Event, JoinPassed, JoinReached, machine::Machine};

/// What waits has been joined before the gateway begins.
pub(super) fn begin() -> Progress {
    Progress::Done
}

/// A token reaches an element by a flow. Answers whether it may enter, together with those that it joins.
pub(crate) fn joins(
    machine: &mut Machine<'_>,
    target: ElementIndex,
    flow: FlowIndex,
    scope: Key,
) -> bool {
    let process = machine.process();
    let incoming = process.element(target).filter(|element| is_join(element));
    let Some(incoming) = incoming.map(|element| &element.incoming) else { return true };
    machine.emit(Event::JoinReached(JoinReached { scope, gateway: target, flow }));
    if !incoming.iter().all(|flow| has_token(machine, scope, target, *flow)) {
        return false;
    }
    machine.emit(Event::JoinPassed(JoinPassed { scope, gateway: target }));
    true
}

fn is_join(element: &Element) -> bool {
    matches!(element.kind, ElementKind::ParallelGateway) && element.incoming.len() > 1
}

fn has_token(machine: &Machine<'_>, scope: Key, gateway: ElementIndex, flow: FlowIndex) -> bool {
    let waiting = (scope, gateway, flow);
    let mut joins = machine.instance().joins.iter();
    joins.any(|token| (token.scope, token.gateway, token.flow) == waiting)
}
