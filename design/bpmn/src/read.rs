//! Reads a document into the executable graph. What cannot be executed is refused here, each time
//! with the element, the place in the file and what is supported instead.

mod element;
mod event;
mod extension;
mod iso8601;
mod process;
mod record;
mod scan;
mod task;
pub(crate) mod words;

pub(crate) use process::written_condition;
pub(crate) use scan::{Found, Scan};

use std::collections::BTreeMap;

use crate::{
    document::Document,
    graph::{Model, Process},
    problem::{Problem, Severity},
    text,
    xml::Node,
};

/// The namespace of BPMN 2.0 models.
pub(crate) const BPMN: &str = "http://www.omg.org/spec/BPMN/20100524/MODEL";
/// The namespace of Camunda 8's extensions.
pub(crate) const ZEEBE: &str = "http://camunda.org/schema/zeebe/1.0";

/// Most problems that are reported for one file.
const MAX_PROBLEMS: usize = 100;

impl Model {
    /// Reads and checks the executable processes of a BPMN file. Processes that are not executable
    /// are left out, as are pools, lanes, data objects and annotations. The error holds every problem
    /// found, warnings included, in the order of the file.
    ///
    /// ```
    /// let problems = bpmn::Model::parse("<a/>").unwrap_err();
    /// assert!(problems[0].message.starts_with("the root element is `a`"));
    /// ```
    pub fn parse(xml: &str) -> Result<Self, Vec<Problem>> {
        let document = Document::parse(xml).map_err(|problem| vec![problem])?;
        Self::of(&document)
    }

    /// As [`Model::parse`], for a document that has been read already.
    pub fn of(document: &Document) -> Result<Self, Vec<Problem>> {
        let root = &document.tree().root;
        let mut reading = Reading::new(root);
        reading.check_ids(root, &mut BTreeMap::new());
        let executable: Vec<&Node> =
            root.elements().filter(|node| is_process(node) && is_executable(node)).collect();
        if executable.is_empty() {
            reading.refuse_without_executable(root);
        }
        let processes: Vec<Process> =
            executable.into_iter().filter_map(|node| process::read(&mut reading, node)).collect();
        reading.finish(processes)
    }
}

/// Every problem of a BPMN file, warnings included; empty where it can be deployed as it is.
pub fn lint(xml: &str) -> Vec<Problem> {
    match Model::parse(xml) {
        Ok(model) => model.warnings,
        Err(problems) => problems,
    }
}

fn is_process(node: &Node) -> bool {
    node.name.is(BPMN, "process")
}

fn is_executable(process: &Node) -> bool {
    is_true(process.attribute("isExecutable"))
}

/// An `xsd:boolean` that is true.
fn is_true(value: Option<&str>) -> bool {
    matches!(value.map(str::trim), Some("true" | "1"))
}

/// What is shared while one file is read.
pub(crate) struct Reading<'d> {
    messages: BTreeMap<&'d str, &'d Node>,
    errors: BTreeMap<&'d str, &'d Node>,
    problems: Vec<Problem>,
}

impl<'d> Reading<'d> {
    fn new(root: &'d Node) -> Self {
        let by_id = |local: &str| {
            root.elements()
                .filter(|node| node.name.is(BPMN, local))
                .filter_map(|node| Some((node.attribute("id")?, node)))
                .collect()
        };
        Self { messages: by_id("message"), errors: by_id("error"), problems: Vec::new() }
    }

    /// Notes that the element `id` keeps the model from being deployed, because of what stands `at`.
    pub(crate) fn error(&mut self, id: &str, at: &Node, message: impl Into<String>) {
        self.problems.push(Problem::error(Some(id), at.position, message.into()));
    }

    /// Notes something about the element `id` that the modeller should look at.
    pub(crate) fn warn(&mut self, id: &str, at: &Node, message: impl Into<String>) {
        self.problems.push(Problem::warning(Some(id), at.position, message.into()));
    }

    /// The text in an attribute; `None` where it is missing or blank, or is FEEL with an error.
    fn text(&mut self, id: &str, at: &Node, attribute: &str) -> Option<text::Text> {
        self.text_of(id, at, attribute, at.attribute(attribute)?)
    }

    /// The text in `source`, which `what` names.
    fn text_of(&mut self, id: &str, at: &Node, what: &str, source: &str) -> Option<text::Text> {
        let source = source.trim();
        if source.is_empty() {
            return None;
        }
        text::Text::parse(source)
            .map_err(|error| self.error(id, at, feel_message(what, source, &error)))
            .ok()
    }

    /// The expression in `source`, which `what` names; a leading `=` is optional.
    fn expression(
        &mut self,
        id: &str,
        at: &Node,
        what: &str,
        source: &str,
    ) -> Option<feel::Expression> {
        let source = source.trim();
        text::compile(source.strip_prefix('=').unwrap_or(source))
            .map_err(|error| self.error(id, at, feel_message(what, source, &error)))
            .ok()
    }

    /// Ids are unique in the whole file (XML Schema `xsd:ID`). Depth is limited by the XML reader.
    fn check_ids(&mut self, node: &'d Node, seen: &mut BTreeMap<&'d str, u32>) {
        for child in node.elements().filter(|child| &*child.name.namespace == BPMN) {
            if let Some(id) = child.attribute("id") {
                if let Some(line) = seen.get(id) {
                    let message =
                        format!("has the same id as the element in line {line}; give it its own");
                    self.error(id, child, message);
                } else {
                    seen.insert(id, child.position.line);
                }
            }
            self.check_ids(child, seen);
        }
    }

    fn refuse_without_executable(&mut self, root: &Node) {
        let (id, at, message) = match root.elements().find(|node| is_process(node)) {
            Some(process) => (
                process.attribute("id"),
                process,
                "is not executable, nor is any other process of the file; set \
                 `isExecutable=\"true\"` (Modeler: `Executable`) on what is to be deployed",
            ),
            None => (None, root, "the file holds no process; draw one and make it executable"),
        };
        self.problems.push(Problem::error(id, at.position, message.to_owned()));
    }

    fn finish(self, processes: Vec<Process>) -> Result<Model, Vec<Problem>> {
        let mut problems = self.problems;
        problems.sort_by_key(|problem| (problem.line, problem.column));
        if problems.iter().any(|problem| problem.severity == Severity::Error) {
            problems.sort_by_key(|problem| problem.severity);
            problems.truncate(MAX_PROBLEMS);
            problems.sort_by_key(|problem| (problem.line, problem.column));
            return Err(problems);
        }
        problems.truncate(MAX_PROBLEMS);
        Ok(Model { processes, warnings: problems })
    }
}

fn feel_message(what: &str, source: &str, error: &feel::CompileError) -> String {
    let shown: String = source.chars().take(200).collect();
    format!("has a FEEL error in {what} `{shown}`: {error}")
}
