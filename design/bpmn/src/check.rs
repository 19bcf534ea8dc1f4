//! Checks of a whole process that no single element can make: where it starts, how flows run, what
//! is attached where, what is never reached.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    event::{BoundaryTrigger, StartTrigger},
    graph::{Element, ElementIndex, ElementKind, Flow, Process},
    read::{BPMN, Found, Reading, Scan, words, written_condition},
    xml::Node,
};

/// Notes everything that is wrong with the graph.
pub(crate) fn check<'d>(
    process: &Process,
    scan: &Scan<'d>,
    node: &'d Node,
    reading: &mut Reading<'d>,
) {
    let starts = scan.starts();
    let mut check = Check { process, scan, starts, reading };
    check.starts(node);
    check.sub_process_starts();
    for (element, node) in process.elements.iter().zip(scan.nodes.iter().map(|found| found.node)) {
        check.ends_of_flows(element, node);
        check.mappings(element, node);
        check.gateway(element, node);
        check.boundary(element, node);
    }
    check.caught_errors();
    for (flow, (_, node)) in process.flows.iter().zip(&scan.flows) {
        check.flow(flow, node);
    }
    check.reach();
}

struct Check<'c, 'd> {
    process: &'c Process,
    scan: &'c Scan<'d>,
    /// Start events by the sub-process they stand in.
    starts: BTreeMap<Option<ElementIndex>, Vec<ElementIndex>>,
    reading: &'c mut Reading<'d>,
}

impl<'d> Check<'_, 'd> {
    fn node(&self, index: ElementIndex) -> Option<&'d Node> {
        self.scan.nodes.get(index.0 as usize).map(|found| found.node)
    }

    fn is_gateway(&self, index: ElementIndex) -> bool {
        self.node(index).is_some_and(|node| node.name.local.ends_with("Gateway"))
    }

    fn error_at(&mut self, index: ElementIndex, message: &str) {
        if let (Some(element), Some(node)) = (self.process.element(index), self.node(index)) {
            self.reading.error(&element.id, node, message);
        }
    }

    fn starts(&mut self, node: &Node) {
        if !self.starts.contains_key(&None) {
            let message = "has no start event; draw one";
            self.reading.error(&self.process.id, node, message);
        }
        let (mut none, mut names) = (0, BTreeSet::new());
        for &index in &self.process.start_events {
            match self.process.element(index).map(|element| &element.kind) {
                Some(ElementKind::StartEvent(StartTrigger::None)) => none += 1,
                Some(ElementKind::StartEvent(StartTrigger::Message(message))) => {
                    let name = message.name.as_static();
                    if name.is_some_and(|name| !names.insert(name)) {
                        let message = "waits for the same message as another start event; keep one";
                        self.error_at(index, message);
                    }
                    continue;
                }
                _ => continue,
            }
            if none == 2 {
                let message = "is a second none start event; a process has at most one";
                self.error_at(index, message);
            }
        }
    }

    fn sub_process_starts(&mut self) {
        for (index, element) in self.process.indexed() {
            if !matches!(element.kind, ElementKind::SubProcess { .. }) {
                continue;
            }
            match self.starts.get(&Some(index)).map_or(0, Vec::len) {
                0 => self.error_at(index, "is a sub-process without a start event; draw one"),
                1 => {}
                _ => self.error_at(index, "is a sub-process with several start events; keep one"),
            }
        }
    }

    fn ends_of_flows(&mut self, element: &Element, node: &Node) {
        let message = match &element.kind {
            ElementKind::StartEvent(_) if !element.incoming.is_empty() => {
                "is a start event with an incoming flow; remove the flow"
            }
            ElementKind::BoundaryEvent { .. } if !element.incoming.is_empty() => {
                "is a boundary event with an incoming flow; remove the flow"
            }
            ElementKind::EndEvent(_) if !element.outgoing.is_empty() => {
                "is an end event with an outgoing flow; remove the flow"
            }
            _ => return,
        };
        self.reading.error(&element.id, node, message);
    }

    /// Inputs are read where something begins to run, outputs where something has run.
    fn mappings(&mut self, element: &Element, node: &Node) {
        let has_no_input =
            matches!(element.kind, ElementKind::StartEvent(_) | ElementKind::BoundaryEvent { .. });
        if has_no_input && !element.inputs.is_empty() {
            let message = "has input mappings, which an event that waits cannot have; use outputs";
            self.reading.error(&element.id, node, message);
        }
        let is_gateway = matches!(
            element.kind,
            ElementKind::ExclusiveGateway { .. } | ElementKind::ParallelGateway
        );
        if is_gateway && !(element.inputs.is_empty() && element.outputs.is_empty()) {
            let message = "is a gateway with mappings, which would have no effect; remove them";
            self.reading.error(&element.id, node, message);
        }
    }

    fn gateway(&mut self, element: &Element, node: &Node) {
        let ElementKind::ExclusiveGateway { default } = element.kind else { return };
        if default.is_some_and(|default| !element.outgoing.contains(&default)) {
            let message = "has a default flow that does not leave it; choose another";
            self.reading.error(&element.id, node, message);
        }
        if element.outgoing.len() > 1 && default.is_none() {
            let message = "has no default flow; where no condition is true an instance stops with \
                           an incident";
            self.reading.warn(&element.id, node, message);
        }
    }

    fn flow(&mut self, flow: &Flow, node: &Node) {
        let (Some(from), Some(to)) =
            (self.process.element(flow.from), self.process.element(flow.to))
        else {
            return;
        };
        if from.parent != to.parent {
            let message = format!(
                "leads from `{}` to `{}` across the border of a sub-process; end inside and go on \
                 from the sub-process",
                from.id, to.id
            );
            self.reading.error(&flow.id, node, message);
        }
        let message = match (&from.kind, &flow.condition) {
            (ElementKind::ExclusiveGateway { default }, condition) => {
                let is_default = default
                    .and_then(|index| self.process.flow(index))
                    .is_some_and(|default| default.id == flow.id);
                match (is_default, condition) {
                    (true, Some(_)) => {
                        "is the default flow, so it cannot have a condition".to_owned()
                    }
                    // One that cannot be read has been refused as such.
                    (false, None) if written_condition(node).is_some() => return,
                    (false, None) if from.outgoing.len() > 1 => format!(
                        "needs a condition, as one of several flows that leave `{}`; add one or \
                         make it the default flow",
                        from.id
                    ),
                    _ => return,
                }
            }
            // Other gateways with conditions have been refused as such.
            (ElementKind::ManualTask, Some(_)) if self.is_gateway(flow.from) => return,
            (_, Some(_)) => format!(
                "has a condition but leaves `{}`, which is no exclusive gateway; draw a gateway",
                from.id
            ),
            (_, None) => return,
        };
        self.reading.error(&flow.id, node, message);
    }

    fn boundary(&mut self, element: &Element, node: &Node) {
        let ElementKind::BoundaryEvent { attached_to, .. } = element.kind else { return };
        let Some(activity) = self.process.element(attached_to) else { return };
        let is_activity = match activity.kind {
            ElementKind::ServiceTask(_)
            | ElementKind::SendTask(_)
            | ElementKind::ScriptTask(_)
            | ElementKind::BusinessRuleTask(_)
            | ElementKind::UserTask(_)
            | ElementKind::ManualTask
            | ElementKind::SubProcess { .. } => true,
            ElementKind::StartEvent(_)
            | ElementKind::EndEvent(_)
            | ElementKind::ExclusiveGateway { .. }
            | ElementKind::ParallelGateway
            | ElementKind::BoundaryEvent { .. } => false,
        };
        if !is_activity {
            let what = self.node(attached_to).map(|node| words::with_article(&node.name.local));
            let message = format!(
                "is attached to {} `{}`; attach it to a task or a sub-process",
                what.unwrap_or_default(),
                activity.id
            );
            self.reading.error(&element.id, node, message);
        } else if activity.parent != element.parent {
            let message = format!(
                "is attached to `{}`, which stands in another sub-process; draw it there",
                activity.id
            );
            self.reading.error(&element.id, node, message);
        }
    }

    /// Two events on one activity that catch the same error contradict each other.
    fn caught_errors(&mut self) {
        let mut seen = BTreeSet::new();
        for (index, element) in self.process.indexed() {
            let ElementKind::BoundaryEvent {
                attached_to,
                trigger: BoundaryTrigger::Error { code },
                ..
            } = &element.kind
            else {
                continue;
            };
            if !seen.insert((attached_to, code)) {
                let message = "catches the same error as another event on this activity; keep one";
                self.error_at(index, message);
            }
        }
    }

    /// Warns of what no start event leads to.
    fn reach(&mut self) {
        let mut reached = BTreeSet::new();
        let mut next: Vec<ElementIndex> = self.starts.get(&None).cloned().unwrap_or_default();
        next.extend(self.detached());
        while let Some(index) = next.pop() {
            let Some(element) = self.process.element(index) else { continue };
            if !reached.insert(index) {
                continue;
            }
            next.extend(self.starts.get(&Some(index)).into_iter().flatten());
            next.extend(&element.boundary);
            next.extend(
                element.outgoing.iter().filter_map(|&flow| Some(self.process.flow(flow)?.to)),
            );
        }
        for (index, element) in self.process.indexed() {
            if let Some(node) = self.node(index).filter(|_| !reached.contains(&index)) {
                let message = "is never reached from a start event; connect or remove it";
                self.reading.warn(&element.id, node, message);
            }
        }
    }

    /// What is refused, and boundary events attached nowhere. They have been reported; what they
    /// lead to is not at fault.
    fn detached(&self) -> impl Iterator<Item = ElementIndex> {
        let is_detached = |element: &Element, found: &Found<'_>| match element.kind {
            ElementKind::BoundaryEvent { attached_to, .. } => {
                self.process.element(attached_to).is_none()
            }
            _ => !found.is_supported() || found.node.name.is(BPMN, "boundaryEvent"),
        };
        self.process
            .indexed()
            .zip(&self.scan.nodes)
            .filter(move |((_, element), found)| is_detached(element, found))
            .map(|((index, _), _)| index)
    }
}
