//! The first pass over a process: which flow nodes and flows there are, and in which sub-process
//! each stands. The second pass can then resolve references in any order.

use std::collections::BTreeMap;

use crate::{
    graph::{ElementIndex, FlowIndex},
    read::{
        BPMN, Reading, is_true,
        words::{SUPPORTED, with_article},
    },
    xml::Node,
};

/// Everything in one process that has a place in the graph.
#[derive(Default)]
pub(crate) struct Scan<'d> {
    pub(crate) nodes: Vec<Found<'d>>,
    pub(crate) flows: Vec<(&'d str, &'d Node)>,
    pub(crate) elements_by_id: BTreeMap<&'d str, ElementIndex>,
    pub(crate) flows_by_id: BTreeMap<&'d str, FlowIndex>,
}

/// A flow node and where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Found<'d> {
    pub(crate) id: &'d str,
    pub(crate) node: &'d Node,
    pub(crate) parent: Option<ElementIndex>,
}

impl Found<'_> {
    /// Whether this kind of element can be executed at all.
    pub(crate) fn is_supported(&self) -> bool {
        matches!(part(self.node), Part::FlowNode)
    }
}

/// What an XML element inside a process is to us.
enum Part {
    FlowNode,
    SequenceFlow,
    Refused,
    Ignored,
    Unknown,
}

impl<'d> Scan<'d> {
    /// Looks through a process or sub-process. Depth is limited by the XML reader.
    pub(crate) fn add(
        &mut self,
        reading: &mut Reading<'d>,
        owner: &str,
        container: &'d Node,
        parent: Option<ElementIndex>,
    ) {
        for node in container.elements().filter(|node| &*node.name.namespace == BPMN) {
            let part = part(node);
            match part {
                Part::Ignored => continue,
                Part::Unknown => {
                    let message = format!(
                        "holds `{}`, which is no BPMN 2.0 element here; remove it",
                        node.name.local
                    );
                    reading.error(owner, node, message);
                    continue;
                }
                Part::FlowNode | Part::SequenceFlow | Part::Refused => {}
            }
            let Some(id) = node.attribute("id").filter(|id| !id.is_empty()) else {
                let message =
                    format!("holds {} without an id; add one", with_article(&node.name.local));
                reading.error(owner, node, message);
                continue;
            };
            match part {
                Part::SequenceFlow => self.add_flow(id, node),
                Part::FlowNode => {
                    let index = self.add_node(Found { id, node, parent });
                    if node.name.is(BPMN, "subProcess") {
                        self.add(reading, id, node, Some(index));
                    }
                }
                Part::Refused | Part::Ignored | Part::Unknown => {
                    self.add_node(Found { id, node, parent });
                    reading.error(id, node, refusal(node));
                }
            }
        }
    }

    /// The start events of each sub-process, and of the process itself under `None`; those whose
    /// trigger is refused included.
    pub(crate) fn starts(&self) -> BTreeMap<Option<ElementIndex>, Vec<ElementIndex>> {
        let mut starts: BTreeMap<_, Vec<ElementIndex>> = BTreeMap::new();
        for (position, found) in self.nodes.iter().enumerate() {
            if found.node.name.is(BPMN, "startEvent") {
                starts.entry(found.parent).or_default().push(ElementIndex(index(position)));
            }
        }
        starts
    }

    fn add_node(&mut self, found: Found<'d>) -> ElementIndex {
        let index = ElementIndex(index(self.nodes.len()));
        self.nodes.push(found);
        self.elements_by_id.entry(found.id).or_insert(index);
        index
    }

    fn add_flow(&mut self, id: &'d str, node: &'d Node) {
        let index = FlowIndex(index(self.flows.len()));
        self.flows.push((id, node));
        self.flows_by_id.entry(id).or_insert(index);
    }
}

/// The XML reader allows far fewer elements than there are indices.
pub(crate) fn index(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

fn part(node: &Node) -> Part {
    match &*node.name.local {
        "subProcess" if is_true(node.attribute("triggeredByEvent")) => Part::Refused,
        "startEvent" | "endEvent" | "boundaryEvent" | "exclusiveGateway" | "parallelGateway"
        | "serviceTask" | "sendTask" | "scriptTask" | "businessRuleTask" | "userTask"
        | "manualTask" | "task" | "subProcess" => Part::FlowNode,
        "sequenceFlow" => Part::SequenceFlow,
        "receiveTask"
        | "callActivity"
        | "transaction"
        | "adHocSubProcess"
        | "intermediateCatchEvent"
        | "intermediateThrowEvent"
        | "implicitThrowEvent"
        | "event"
        | "inclusiveGateway"
        | "eventBasedGateway"
        | "complexGateway"
        | "callChoreography"
        | "choreographyTask"
        | "subChoreography" => Part::Refused,
        "documentation"
        | "extensionElements"
        | "auditing"
        | "monitoring"
        | "property"
        | "laneSet"
        | "dataObject"
        | "dataObjectReference"
        | "dataStoreReference"
        | "textAnnotation"
        | "association"
        | "group"
        | "ioSpecification"
        | "ioBinding"
        | "dataInputAssociation"
        | "dataOutputAssociation"
        | "supportedInterfaceRef"
        | "correlationSubscription"
        | "supports"
        | "resourceRole"
        | "performer"
        | "humanPerformer"
        | "potentialOwner"
        | "incoming"
        | "outgoing"
        | "standardLoopCharacteristics"
        | "multiInstanceLoopCharacteristics" => Part::Ignored,
        _ => Part::Unknown,
    }
}

fn refusal(node: &Node) -> String {
    let what = match &*node.name.local {
        "subProcess" => "an event sub-process".to_owned(),
        local => with_article(local),
    };
    format!("is {what}, which cannot be executed yet; {SUPPORTED}")
}
