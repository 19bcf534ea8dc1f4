//! One executable process: scan, read each flow and element, connect them, check the whole.

use std::{borrow::Cow, sync::Arc};

use crate::{
    check,
    graph::{Element, ElementIndex, ElementKind, Flow, FlowIndex, Process},
    read::{
        BPMN, Reading, element,
        extension::{check_known, properties, zeebe},
        record,
        scan::{Scan, index},
    },
    xml::Node,
};

/// Stands for an element that could not be found; the model is refused then.
pub(crate) const NOWHERE: ElementIndex = ElementIndex(u32::MAX);

/// Reads a process; `None` where it has no id. Errors are noted in `reading`.
pub(crate) fn read<'d>(reading: &mut Reading<'d>, node: &'d Node) -> Option<Process> {
    let Some(id) = node.attribute("id").filter(|id| !id.is_empty()) else {
        reading.error("process", node, "has no id; add one");
        return None;
    };
    check_known(reading, id, node, &["versionTag"]);
    let mut scan = Scan::default();
    scan.add(reading, id, node, None);
    let flows: Vec<Flow> = scan.flows.iter().map(|(id, at)| flow(reading, &scan, id, at)).collect();
    let mut elements: Vec<Element> =
        scan.nodes.iter().map(|&found| element::read(reading, &scan, found)).collect();
    connect(&mut elements, &flows);
    let start_events = enter_sub_processes(&mut elements);
    let mut process = Process {
        id: id.into(),
        name: name(node),
        version_tag: zeebe(node, "versionTag")
            .and_then(|tag| tag.attribute("value"))
            .map(Arc::from),
        elements,
        flows,
        start_events,
        record_object: None,
        button: None,
        properties: properties(node),
        at: node.position,
    };
    process.record_object = record::object_of_process(reading, &process, node);
    process.button = record::button(reading, &process, &scan);
    check::check(&process, &scan, node, reading);
    Some(process)
}

/// What people see; `None` where it is blank.
pub(crate) fn name(node: &Node) -> Option<Arc<str>> {
    node.attribute("name").map(str::trim).filter(|name| !name.is_empty()).map(Arc::from)
}

fn flow(reading: &mut Reading<'_>, scan: &Scan<'_>, id: &str, node: &Node) -> Flow {
    let mut end = |attribute: &str| {
        let target = node.attribute(attribute).unwrap_or_default().trim();
        scan.elements_by_id.get(target).copied().unwrap_or_else(|| {
            let message = format!(
                "has the `{attribute}` `{target}`, which is no flow node of this process; \
                 connect the flow again"
            );
            reading.error(id, node, message);
            NOWHERE
        })
    };
    let (from, to) = (end("sourceRef"), end("targetRef"));
    let condition = written_condition(node)
        .and_then(|(at, source)| reading.expression(id, at, "the condition", &source));
    Flow { id: id.into(), name: name(node), from, to, condition, at: node.position }
}

/// The condition of a flow as it is written; `None` where there is none, or a blank one.
pub(crate) fn written_condition(flow: &Node) -> Option<(&Node, Cow<'_, str>)> {
    let condition = flow.element(BPMN, "conditionExpression")?;
    Some((condition, condition.text())).filter(|(_, source)| !source.is_empty())
}

/// Tells each element its flows and boundary events.
fn connect(elements: &mut [Element], flows: &[Flow]) {
    for (position, flow) in flows.iter().enumerate() {
        let flow_index = FlowIndex(index(position));
        if let Some(from) = elements.get_mut(flow.from.0 as usize) {
            from.outgoing.push(flow_index);
        }
        if let Some(to) = elements.get_mut(flow.to.0 as usize) {
            to.incoming.push(flow_index);
        }
    }
    for position in 0..elements.len() {
        let Some(ElementKind::BoundaryEvent { attached_to, .. }) =
            elements.get(position).map(|element| &element.kind)
        else {
            continue;
        };
        let attached_to = attached_to.0 as usize;
        if let Some(activity) = elements.get_mut(attached_to) {
            activity.boundary.push(ElementIndex(index(position)));
        }
    }
}

/// Tells each sub-process its first start event; gives back the start events of the process itself.
fn enter_sub_processes(elements: &mut [Element]) -> Vec<ElementIndex> {
    let mut starts = Vec::new();
    for position in 0..elements.len() {
        let own = ElementIndex(index(position));
        let parent = match elements.get(position) {
            Some(Element { kind: ElementKind::StartEvent(_), parent, .. }) => *parent,
            _ => continue,
        };
        let Some(parent) = parent else {
            starts.push(own);
            continue;
        };
        if let Some(Element { kind: ElementKind::SubProcess { start }, .. }) =
            elements.get_mut(parent.0 as usize)
            && *start == NOWHERE
        {
            *start = own;
        }
    }
    starts
}
