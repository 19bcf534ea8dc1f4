//! The executable graph: processes, their elements and the sequence flows between them. A graph
//! that [`Model::parse`] returns is checked; its indices are valid within their process.

use std::sync::Arc;

use crate::{
    event::{BoundaryTrigger, Button, EndResult, StartTrigger},
    problem::Problem,
    properties::Properties,
    task::{DecisionCall, JobDefinition, Script, UserTask},
    xml::Position,
};

/// One deployable XML file.
#[derive(Clone, Debug)]
pub struct Model {
    /// The executable processes, in the order of the file; at least one.
    pub processes: Vec<Process>,
    /// What the modeller should look at although the model can run.
    pub warnings: Vec<Problem>,
}

/// One executable process.
#[derive(Clone, Debug)]
pub struct Process {
    /// The BPMN process id.
    pub id: Arc<str>,
    /// The name that people see.
    pub name: Option<Arc<str>>,
    /// The modeller's own name for this version (`zeebe:versionTag`).
    pub version_tag: Option<Arc<str>>,
    /// Every flow node, those of sub-processes included; an [`ElementIndex`] points here.
    pub elements: Vec<Element>,
    /// Every sequence flow; a [`FlowIndex`] points here.
    pub flows: Vec<Flow>,
    /// The start events of the process itself, without those of its sub-processes.
    pub start_events: Vec<ElementIndex>,
    /// The object that instances are bound to: property `rondo.record`, else the object of the
    /// record triggers.
    pub record_object: Option<Arc<str>>,
    /// How people start it on a record, where they may.
    pub button: Option<Button>,
    /// The process's `zeebe:properties`.
    pub properties: Properties,
    /// Where it stands in its file.
    pub at: Position,
}

impl Process {
    /// The element at `index`; `None` only for an index of another process.
    pub fn element(&self, index: ElementIndex) -> Option<&Element> {
        self.elements.get(index.0 as usize)
    }

    /// The flow at `index`; `None` only for an index of another process.
    pub fn flow(&self, index: FlowIndex) -> Option<&Flow> {
        self.flows.get(index.0 as usize)
    }

    /// The element with this id, and where it stands.
    pub fn element_by_id(&self, id: &str) -> Option<(ElementIndex, &Element)> {
        self.indexed().find(|(_, element)| &*element.id == id)
    }

    /// All elements with their indices, in the order of the file.
    pub fn indexed(&self) -> impl Iterator<Item = (ElementIndex, &Element)> {
        (0..).map(ElementIndex).zip(&self.elements)
    }
}

/// Where an element stands in [`Process::elements`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ElementIndex(pub u32);

/// Where a flow stands in [`Process::flows`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlowIndex(pub u32);

/// A sequence flow.
#[derive(Clone, Debug)]
pub struct Flow {
    /// The BPMN id.
    pub id: Arc<str>,
    /// The name that people see.
    pub name: Option<Arc<str>>,
    /// Where it starts.
    pub from: ElementIndex,
    /// Where it leads.
    pub to: ElementIndex,
    /// Must be true for the flow to be taken; only behind an exclusive gateway.
    pub condition: Option<feel::Expression>,
    /// Where it stands in its file.
    pub at: Position,
}

/// A flow node: an activity, a gateway or an event.
#[derive(Clone, Debug)]
pub struct Element {
    /// The BPMN id.
    pub id: Arc<str>,
    /// The name that people see.
    pub name: Option<Arc<str>>,
    /// The sub-process it stands in; `None` directly in the process.
    pub parent: Option<ElementIndex>,
    /// What it does.
    pub kind: ElementKind,
    /// The flows that lead here, in the order of the file.
    pub incoming: Vec<FlowIndex>,
    /// The flows that leave, in the order of the file.
    pub outgoing: Vec<FlowIndex>,
    /// The boundary events attached here.
    pub boundary: Vec<ElementIndex>,
    /// Variables set when it starts.
    pub inputs: Vec<Mapping>,
    /// Variables set when it completes.
    pub outputs: Vec<Mapping>,
    /// Its `zeebe:properties`.
    pub properties: Properties,
    /// Where it stands in its file.
    pub at: Position,
}

impl Element {
    /// The stage that it brings the bound record to: its property `rondo.stage`.
    pub fn stage(&self) -> Option<&Arc<str>> {
        self.properties.get("rondo.stage")
    }
}

/// One `zeebe:input` or `zeebe:output`.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// What is evaluated.
    pub source: feel::Expression,
    /// The variable that takes the value; may be a dotted path (`order.total`).
    pub target: Arc<str>,
}

/// What an element does.
#[derive(Clone, Debug)]
pub enum ElementKind {
    /// Begins a process or a sub-process.
    StartEvent(StartTrigger),
    /// Ends a path.
    EndEvent(EndResult),
    /// Takes the first flow whose condition is true, else the default.
    ExclusiveGateway {
        /// The flow without a condition, where the model names one.
        default: Option<FlowIndex>,
    },
    /// Waits for every incoming flow, takes every outgoing one.
    ParallelGateway,
    /// Waits for a job worker, or runs a built-in task.
    ServiceTask(JobDefinition),
    /// As a service task, but sends something.
    SendTask(JobDefinition),
    /// Evaluates an expression or waits for a job worker.
    ScriptTask(Script),
    /// Decides by a decision table or waits for a job worker.
    BusinessRuleTask(DecisionCall),
    /// Waits for a person.
    UserTask(UserTask),
    /// Passes through: a manual task, and a task of no type.
    ManualTask,
    /// An embedded sub-process.
    SubProcess {
        /// Its one none start event.
        start: ElementIndex,
    },
    /// Watches an activity from its border.
    BoundaryEvent {
        /// The activity.
        attached_to: ElementIndex,
        /// Whether the activity ends when the event occurs (`cancelActivity`).
        interrupting: bool,
        /// What it waits for.
        trigger: BoundaryTrigger,
    },
}
