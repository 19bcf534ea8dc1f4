//! A compiled DMN file: what other crates hold, ask and evaluate.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use feel::{Context, Dialect, Path, Run, Value};

use crate::{
    DecisionKind, Problem, Trace, TraceMode, TracedWarning,
    assemble::{Assembly, assemble},
    boxed::{Closure, Placed},
    definitions::{self, Definitions},
    graph::Graph,
    plan::{Arena, Plan, Unit, traced},
    trace::{DecisionTrace, LEFT_OUT, UnmatchedRule},
    tree::{NotComparable, Side},
    xml,
};

/// A compiled DMN file. Immutable, and cheap to share behind an `Arc`.
#[derive(Debug)]
pub struct Model {
    id: Arc<str>,
    name: Arc<str>,
    namespace: Arc<str>,
    dialect: Dialect,
    imports: Vec<Arc<str>>,
    decisions: Vec<DecisionInfo>,
    knowledge: Vec<Knowledge>,
    /// What can be evaluated, by id.
    entries: BTreeMap<Arc<str>, Entry>,
    units: Vec<Unit>,
    order: Vec<usize>,
}

/// A business knowledge model.
#[derive(Debug)]
struct Knowledge {
    id: Arc<str>,
    name: Arc<str>,
    closure: Arc<Closure>,
}

/// A decision or decision service that can be evaluated.
#[derive(Debug)]
struct Entry {
    name: Arc<str>,
    node: usize,
    kind: DecisionKind,
    is_imported: bool,
    /// Made at the first use: a model may have thousands of decisions, of which few are called.
    plan: OnceLock<Arc<Plan>>,
}

/// What can be known about a decision without evaluating it.
#[derive(Debug, Clone, PartialEq)]
pub struct DecisionInfo {
    /// The `id` of the decision element: what callers name.
    pub id: Arc<str>,
    /// The decision's name.
    pub name: Arc<str>,
    /// Which form its logic has.
    pub kind: DecisionKind,
    /// The ids of the decisions that it requires directly.
    pub requires: Vec<Arc<str>>,
    /// The names of the input data that it and all it requires read, sorted.
    pub inputs: Vec<Arc<str>>,
}

/// What an evaluation gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The decision's value; null where no rule matched or FEEL gave null.
    pub value: Value,
    /// What the decision logic had to remark, such as a violated hit policy or a value that is not of
    /// its declared type. The run has them, too, among FEEL's own warnings.
    pub warnings: Vec<TracedWarning>,
    /// How it came about, where that was asked for.
    pub trace: Option<Trace>,
}

/// Why a decision could not be evaluated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvaluateError {
    /// The model has no decision or decision service of this id.
    #[error("the model `{model}` has no decision `{decision}`; it has {available}")]
    UnknownDecision {
        /// What was asked for.
        decision: String,
        /// The model's id.
        model: Arc<str>,
        /// The ids that there are, in backticks, separated by commas.
        available: String,
    },
}

/// Compiles a DMN 1.2 to 1.6 file.
///
/// ```
/// use feel::{Context, Run, Timestamp, Value};
/// let xml = r##"
///     <definitions id="m" name="m" namespace="m" xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/">
///       <inputData id="i" name="quantity"/>
///       <decision id="doubled" name="doubled">
///         <informationRequirement><requiredInput href="#i"/></informationRequirement>
///         <literalExpression><text>quantity * 2</text></literalExpression>
///       </decision>
///     </definitions>"##;
/// let model = dmn::compile(xml).unwrap();
/// let inputs: Context = [("quantity", Value::number(21))].into_iter().collect();
/// let mut run = Run::new(Timestamp(0));
/// let evaluation = model.evaluate("doubled", &inputs, &mut run, dmn::TraceMode::Off).unwrap();
/// assert_eq!(evaluation.value, Value::number(42));
/// ```
///
/// # Errors
/// Everything that is wrong with the file.
pub fn compile(xml: &str) -> Result<Model, Vec<Problem>> {
    match compile_lenient(xml) {
        (Some(model), problems) if problems.is_empty() => Ok(model),
        (_, problems) => Err(problems),
    }
}

/// Compiles what can be compiled: logic with problems is null, types that are not known allow
/// anything. For previews and tests; what is deployed goes through [`compile`].
///
/// There is no model where the file cannot be read at all.
pub fn compile_lenient(xml: &str) -> (Option<Model>, Vec<Problem>) {
    compile_lenient_with(xml, &[])
}

/// As [`compile`], for a file that imports others: `others` are the texts of the files at hand, of
/// which those that are not imported do not matter. Imported decisions are evaluated with the model
/// that needs them; its inputs are found by their plain names.
///
/// # Errors
/// Everything that is wrong with the file and with what it imports.
pub fn compile_with(xml: &str, others: &[&str]) -> Result<Model, Vec<Problem>> {
    match compile_lenient_with(xml, others) {
        (Some(model), problems) if problems.is_empty() => Ok(model),
        (_, problems) => Err(problems),
    }
}

/// As [`compile_lenient`], for a file that imports others.
pub fn compile_lenient_with(xml: &str, others: &[&str]) -> (Option<Model>, Vec<Problem>) {
    let mut problems = Vec::new();
    let root = match xml::read(xml) {
        Ok(root) => root,
        Err(problem) => return (None, vec![problem]),
    };
    let definitions = definitions::read(&root, others, &mut problems);
    let model = assembled(&definitions, &mut problems);
    (Some(model), problems)
}

/// Compiles what was not read from a DMN file.
pub(crate) fn compile_definitions(definitions: &Definitions) -> Result<Model, Vec<Problem>> {
    let mut problems = Vec::new();
    let model = assembled(definitions, &mut problems);
    if problems.is_empty() { Ok(model) } else { Err(problems) }
}

fn assembled(definitions: &Definitions, problems: &mut Vec<Problem>) -> Model {
    let graph = Graph::new(definitions, problems);
    let requires = graph.requires.clone();
    let assembly = assemble(definitions, graph, problems);
    problems.sort_by_key(|problem| (problem.line, problem.column));
    Model::new(definitions, &requires, assembly)
}

impl Model {
    fn new(definitions: &Definitions, requires: &[Vec<usize>], assembly: Assembly) -> Self {
        let Assembly { units, order, mut services, closures } = assembly;
        let mut entries = BTreeMap::new();
        let mut decisions = Vec::new();
        for (position, node) in definitions.nodes.iter().enumerate() {
            let (kind, plan) = match (units.get(position), services.remove(&position)) {
                (Some(Unit::Decision(decision)), _) => (decision.kind, OnceLock::new()),
                (_, Some(plan)) => (DecisionKind::DecisionService, OnceLock::from(plan)),
                _ => continue,
            };
            let is_imported = node.file > 0;
            if kind != DecisionKind::DecisionService && !is_imported {
                decisions.push(info(definitions, requires, position, kind));
            }
            let entry =
                Entry { name: Arc::clone(&node.name), node: position, kind, is_imported, plan };
            entries.insert(Arc::clone(&node.id), entry);
        }
        let knowledge = closures.into_iter().filter_map(|(position, closure)| {
            let node = definitions.nodes.get(position).filter(|node| node.file == 0)?;
            Some(Knowledge { id: Arc::clone(&node.id), name: Arc::clone(&node.name), closure })
        });
        Self {
            knowledge: knowledge.collect(),
            id: Arc::clone(&definitions.id),
            name: Arc::clone(&definitions.name),
            namespace: Arc::clone(&definitions.namespace),
            dialect: definitions.dialect,
            imports: definitions
                .files
                .iter()
                .skip(1)
                .map(|file| Arc::clone(&file.namespace))
                .collect(),
            decisions,
            entries,
            units,
            order,
        }
    }

    /// The `id` of the definitions.
    pub fn id(&self) -> &Arc<str> {
        &self.id
    }

    /// The name of the definitions.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The namespace of the definitions.
    pub fn namespace(&self) -> &Arc<str> {
        &self.namespace
    }

    /// Which FEEL it speaks.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The namespaces of the models that it imports, directly or not.
    pub fn imports(&self) -> &[Arc<str>] {
        &self.imports
    }

    /// Its decisions, in the order of the file.
    pub fn decisions(&self) -> impl Iterator<Item = &DecisionInfo> {
        self.decisions.iter()
    }

    /// The decision of this id.
    pub fn decision(&self, id: &str) -> Option<&DecisionInfo> {
        self.decisions.iter().find(|decision| &*decision.id == id)
    }

    /// The id of the decision or decision service of this name.
    pub fn id_of(&self, name: &str) -> Option<&Arc<str>> {
        let is_named = |entry: &Entry| &*entry.name == name && !entry.is_imported;
        self.entries.iter().find(|(_, entry)| is_named(entry)).map(|(id, _)| id)
    }

    /// Every free path that the decision and all it requires read, sorted, such as
    /// `record.account.name`: what a caller must have at hand to evaluate it.
    ///
    /// Paths are followed through required decisions, context entries and iterators that are nothing
    /// but a path themselves; where a value is passed on otherwise, its own path is given as a whole.
    ///
    /// # Errors
    /// Where there is no such decision.
    pub fn paths(&self, decision_id: &str) -> Result<&[Path], EvaluateError> {
        Ok(&self.plan(self.entry(decision_id)?).paths)
    }

    /// Evaluates a decision or decision service, and each decision that it requires once.
    ///
    /// Inputs are found by name; missing ones are null.
    ///
    /// # Errors
    /// Where there is no such decision. What goes wrong within FEEL is null and a warning in `run`.
    pub fn evaluate(
        &self,
        decision_id: &str,
        inputs: &Context,
        run: &mut Run,
        trace: TraceMode,
    ) -> Result<Evaluation, EvaluateError> {
        self.evaluate_in(decision_id, inputs, run, trace, &mut Arena::default())
    }

    /// As [`Model::evaluate`], in memory that is used again: for many evaluations one after the other.
    ///
    /// # Errors
    /// As [`Model::evaluate`].
    pub fn evaluate_in(
        &self,
        decision_id: &str,
        inputs: &Context,
        run: &mut Run,
        trace: TraceMode,
        arena: &mut Arena,
    ) -> Result<Evaluation, EvaluateError> {
        let entry = self.entry(decision_id)?;
        let is_traced = trace == TraceMode::On;
        let plan = self.plan(entry);
        if !is_traced && let Some(value) = plan.look_up(inputs, run) {
            return Ok(Evaluation { value, warnings: Vec::new(), trace: None });
        }
        let seen = run.warnings().len();
        let ran = plan.evaluate(inputs, run, is_traced, arena);
        let mut decisions = ran.decisions;
        if is_traced && entry.kind == DecisionKind::DecisionService {
            let warnings = traced(run, ran.steps_done..run.warnings().len());
            decisions.push(DecisionTrace::of_service(
                decision_id,
                &entry.name,
                &ran.value,
                warnings,
            ));
        }
        let mut warnings = run.warnings().iter().skip(seen);
        let is_own = |warning: &&feel::Warning| warning.kind == feel::WarningKind::DecisionLogic;
        Ok(Evaluation {
            value: ran.value,
            warnings: warnings.by_ref().filter(is_own).map(TracedWarning::from_feel).collect(),
            trace: is_traced.then_some(Trace { decisions }),
        })
    }

    /// The rules of a decision's table that did not match, with the cell of each that said no: from the values that the trace of the
    /// decision has for the input columns, in order, and the rules that it has as matched (from 1). Up to 1,000 rules; none of a
    /// decision that is no table. The values may come from JSON.
    pub fn unmatched(
        &self,
        decision_id: &str,
        inputs: &[Value],
        matched: &[u32],
    ) -> Vec<UnmatchedRule> {
        let unit = self.entries.get(decision_id).and_then(|entry| self.units.get(entry.node));
        match unit {
            Some(Unit::Decision(decision)) => {
                decision.table().map_or_else(Vec::new, |table| table.unmatched(inputs, matched))
            }
            Some(Unit::Input(_) | Unit::Other) | None => Vec::new(),
        }
    }

    /// Adds to the JSON of a trace, for each decision that is a table, `unmatched`: what [`Model::unmatched`] says. Not where
    /// values were too large for the trace.
    pub fn explain(&self, trace: &mut serde_json::Value) {
        let decisions = trace.get_mut("decisions").and_then(serde_json::Value::as_array_mut);
        for decision in decisions.into_iter().flatten() {
            let all = |name: &str, part: &str| -> Vec<serde_json::Value> {
                let list = decision.get(name).and_then(serde_json::Value::as_array);
                list.into_iter().flatten().filter_map(|it| it.get(part).cloned()).collect()
            };
            let inputs: Vec<Value> =
                all("inputs", "value").iter().map(feel::json::from_json).collect();
            let index = |it: &serde_json::Value| it.as_u64().and_then(|it| u32::try_from(it).ok());
            let matched: Vec<u32> = all("matched", "index").iter().filter_map(index).collect();
            let id = decision.get("decision_id").and_then(serde_json::Value::as_str);
            let is_table = decision.get("kind").is_some_and(|kind| kind == "DECISION_TABLE");
            let is_cut = all("warnings", "message")
                .iter()
                .any(|it| it.as_str().is_some_and(|message| message.ends_with(LEFT_OUT)));
            let Some(id) = id.filter(|_| is_table && !is_cut) else { continue };
            let unmatched = serde_json::to_value(self.unmatched(id, &inputs, &matched));
            if let (Some(members), Ok(unmatched)) = (decision.as_object_mut(), unmatched) {
                members.insert("unmatched".to_owned(), unmatched);
            }
        }
    }

    /// All tables, in the order of the file: those that are the logic of a decision, those inside
    /// other logic, and the nodes of trees, which are tables of one column.
    pub(crate) fn tables(&self) -> Vec<Placed<'_>> {
        let mut placed = Vec::new();
        for info in &self.decisions {
            let unit = self.entries.get(&info.id).and_then(|entry| self.units.get(entry.node));
            if let Some(Unit::Decision(decision)) = unit {
                let owner = (&info.id, &info.name);
                decision.logic.tables(owner, "", &mut placed);
            }
        }
        for knowledge in &self.knowledge {
            let owner = (&knowledge.id, &knowledge.name);
            knowledge.closure.body.tables(owner, "", &mut placed);
        }
        placed
    }

    /// The decision as what can be compared with others.
    pub(crate) fn side(&self, id: &str) -> Result<Side<'_>, NotComparable> {
        let unit = self.units.get(self.entry(id)?.node);
        let side = match unit {
            Some(Unit::Decision(decision)) => decision.side(),
            Some(Unit::Input(_) | Unit::Other) | None => None,
        };
        side.ok_or_else(|| NotComparable::Form { decision: id.to_owned() })
    }

    fn entry(&self, id: &str) -> Result<&Entry, EvaluateError> {
        self.entries.get(id).ok_or_else(|| EvaluateError::UnknownDecision {
            decision: id.to_owned(),
            model: Arc::clone(&self.id),
            available: self.available(),
        })
    }

    /// The ids for an error message; not all of a large model.
    fn available(&self) -> String {
        let shown: Vec<String> = self.entries.keys().take(20).map(|id| format!("`{id}`")).collect();
        let more = self.entries.len() - shown.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        if shown.is_empty() { "none".to_owned() } else { shown.join(", ") + &more }
    }

    fn plan<'a>(&'a self, entry: &'a Entry) -> &'a Plan {
        let make = || Arc::new(Plan::new(&self.units, &self.order, &[entry.node], &[], &[]));
        entry.plan.get_or_init(make)
    }
}

fn info(
    definitions: &Definitions,
    requires: &[Vec<usize>],
    position: usize,
    kind: DecisionKind,
) -> DecisionInfo {
    let node = |position: &usize| definitions.nodes.get(*position);
    let direct = requires.get(position).into_iter().flatten().filter_map(node);
    let direct = direct
        .filter(|node| matches!(node.logic, definitions::Logic::Decision(_)))
        .map(|node| Arc::clone(&node.id));
    let mut seen = BTreeSet::new();
    let mut open = vec![position];
    while let Some(next) = open.pop() {
        if seen.insert(next) {
            open.extend(requires.get(next).into_iter().flatten());
        }
    }
    let inputs: BTreeSet<Arc<str>> = seen
        .iter()
        .filter_map(node)
        .filter(|node| matches!(node.logic, definitions::Logic::Input))
        .map(|node| Arc::clone(&node.variable.name))
        .collect();
    let (id, name) = node(&position)
        .map_or_else(|| ("".into(), "".into()), |it| (Arc::clone(&it.id), Arc::clone(&it.name)));
    DecisionInfo {
        id,
        name,
        kind,
        requires: direct.collect(),
        inputs: inputs.into_iter().collect(),
    }
}
