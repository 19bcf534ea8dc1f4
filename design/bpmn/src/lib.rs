//! BPMN 2.0 XML to a checked executable graph, and back without loss. No I/O, no clock.
//!
//! [`Document`] keeps every BPMN file as it was written; [`Model`] is what can be executed;
//! [`Form`] is a form that a user task names; a [`Problem`] says what is wrong, where, and what to do.

mod check;
mod document;
mod event;
mod expressions;
mod form;
mod graph;
mod problem;
mod properties;
mod read;
mod task;
mod text;
mod xml;

pub use document::Document;
pub use event::{
    BoundaryTrigger, Button, EndResult, Message, RecordChange, RecordTrigger, StartTrigger, Timer,
};
pub use form::{Fault, FaultKind, Field, FieldKind, Form, UnusedTranslation};
pub use graph::{Element, ElementIndex, ElementKind, Flow, FlowIndex, Mapping, Model, Process};
pub use problem::{Problem, Severity};
pub use properties::Properties;
pub use read::lint;
pub use task::{DecisionCall, JobDefinition, Script, UserTask};
pub use text::Text;
pub use xml::{MAX_ATTRIBUTES, MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS, Position};
