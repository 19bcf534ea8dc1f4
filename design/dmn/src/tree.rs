//! Decision trees `T = {(i, f_i, {(j, r_j)})}`: numbered nodes, each with a question and with branches
//! that say which answer leads to which node, down to results. Read from JSON or YAML, compiled to a
//! model like a DMN file, written as JSON, YAML, Mermaid or a decision table.

mod difference;
mod grid;
mod grow;
mod marked;
mod pieces;
mod read;
mod rules;
mod side;
mod walk;
mod write;

use std::{collections::BTreeMap, sync::Arc};

use feel::{Dialect, Options};

use crate::{
    Model, Problem,
    definitions::{self, Boxed, Cell, Definitions, File, Form, Logic, TreeStep, Variable},
    model,
    problem::Place,
};

pub use difference::{Difference, NotComparable};
pub(crate) use side::Side;
pub(crate) use walk::{Walk, WalkStep};

/// A decision tree as written; its shape is sound.
///
/// ```
/// use feel::{Context, Run, Timestamp, Value};
/// let tree = dmn::Tree::read(r#"
///     id: discount
///     nodes:
///       - node: 1
///         decide: amount
///         branches:
///           - { when: "< 100", result: 0 }
///           - { when: ">= 100", then: 2 }
///       - node: 2
///         result: amount * 0.05
/// "#).unwrap();
/// let model = tree.compile().unwrap();
/// let inputs: Context = [("amount", Value::number(200))].into_iter().collect();
/// let mut run = Run::new(Timestamp(0));
/// let found = model.evaluate("discount", &inputs, &mut run, dmn::TraceMode::Off).unwrap();
/// assert_eq!(found.value, Value::number(10));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// The id of the decision.
    pub id: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Which FEEL its texts are.
    pub dialect: Dialect,
    /// The names of its inputs. Those without blanks or operators need not be listed.
    pub inputs: Vec<Arc<str>>,
    // INVARIANT: not empty; the first one is the root, all others are led to, there is no cycle.
    nodes: Vec<Node>,
}

/// A node of a tree.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its number, `i`.
    pub number: u32,
    /// What it does.
    pub step: Step,
    place: Place,
}

/// What a node does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Asks, and goes on along a branch.
    Ask {
        /// The decision function, `f_i`: a FEEL expression.
        question: Arc<str>,
        /// The branches `{(j, r_j)}`.
        branches: Vec<Branch>,
    },
    /// Ends with the value of this FEEL expression.
    Result(Arc<str>),
}

/// A branch of a node.
#[derive(Debug, Clone)]
pub struct Branch {
    /// The answers that it takes, `r_j`: FEEL unary tests.
    pub when: Arc<str>,
    /// The number of the node that it leads to, `j`.
    pub then: u32,
    place: Place,
}

// Places do not count: a tree is the same wherever its nodes stand in a file.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number && self.step == other.step
    }
}

impl Eq for Node {}

impl PartialEq for Branch {
    fn eq(&self, other: &Self) -> bool {
        self.when == other.when && self.then == other.then
    }
}

impl Eq for Branch {}

impl Node {
    /// The branches; none of a result.
    pub fn branches(&self) -> &[Branch] {
        match &self.step {
            Step::Ask { branches, .. } => branches,
            Step::Result(_) => &[],
        }
    }
}

impl Tree {
    /// Whether a file of this name is a decision tree: `NAME.tree.yaml`, `NAME.tree.yml` or `NAME.tree.json`.
    pub fn is_file_name(name: &str) -> bool {
        [".tree.json", ".tree.yaml", ".tree.yml"].iter().any(|end| name.ends_with(end))
    }

    /// Reads a tree from JSON or YAML.
    ///
    /// # Errors
    /// Everything that is wrong with its form and shape, each with its place.
    pub fn read(text: &str) -> Result<Self, Vec<Problem>> {
        read::read(text)
    }

    /// The nodes; the first one is the root.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Compiles the tree to a model with one decision.
    ///
    /// # Errors
    /// Every text that is no FEEL, with its place.
    pub fn compile(&self) -> Result<Model, Vec<Problem>> {
        model::compile_definitions(&self.definitions())
    }

    fn definitions(&self) -> Definitions {
        let inputs = self.free_names();
        let node = |id: Arc<str>, name: &Arc<str>, logic: Logic| definitions::Node {
            file: 0,
            id,
            name: Arc::clone(name),
            variable: Variable { name: Arc::clone(name), type_ref: None },
            requires: Vec::new(),
            logic,
            place: Place::default(),
        };
        let mut decision =
            node(Arc::clone(&self.id), &self.name, Logic::Decision(Some(self.boxed())));
        let mut nodes = Vec::with_capacity(inputs.len() + 1);
        for name in &inputs {
            // No id of a file holds a blank, so that these are apart from the tree's own.
            let id: Arc<str> = format!("input {name}").into();
            decision.requires.push(definitions::Requirement {
                id: Arc::clone(&id),
                import: None,
                place: Place::default(),
            });
            nodes.push(node(id, name, Logic::Input));
        }
        nodes.push(decision);
        Definitions {
            id: Arc::clone(&self.id),
            name: Arc::clone(&self.name),
            namespace: Arc::clone(&self.id),
            dialect: self.dialect,
            items: Vec::new(),
            nodes,
            files: vec![File { namespace: Arc::clone(&self.id), imports: Vec::new() }],
        }
    }

    fn boxed(&self) -> Boxed {
        let positions: BTreeMap<u32, usize> =
            self.nodes.iter().enumerate().map(|(at, node)| (node.number, at)).collect();
        let nodes = self.nodes.iter().map(|node| {
            let element = Some(Arc::from(format!("node {}", node.number)));
            let at = |place: &Place| Place { element: element.clone(), ..place.clone() };
            let step = match &node.step {
                Step::Result(text) => {
                    TreeStep::Result(Cell { text: Arc::clone(text), place: at(&node.place) })
                }
                Step::Ask { question, branches } => TreeStep::Ask {
                    question: Cell { text: Arc::clone(question), place: at(&node.place) },
                    branches: branches
                        .iter()
                        .map(|it| {
                            let target = positions.get(&it.then).copied().unwrap_or(usize::MAX);
                            let test = Cell { text: Arc::clone(&it.when), place: at(&it.place) };
                            (test, target)
                        })
                        .collect(),
                },
            };
            definitions::TreeNode { number: node.number, step, place: at(&node.place) }
        });
        let tree = definitions::Tree { nodes: nodes.collect() };
        Boxed { type_ref: None, form: Form::Tree(tree), place: Place::default() }
    }

    /// The names that the texts read, those that are listed first.
    fn free_names(&self) -> Vec<Arc<str>> {
        let listed: Vec<&str> = self.inputs.iter().map(|name| &**name).collect();
        let options = Options { dialect: self.dialect, names: &listed };
        let mut names = self.inputs.clone();
        let mut add = |found: &[Arc<str>]| {
            for name in found {
                if !names.contains(name) {
                    names.push(Arc::clone(name));
                }
            }
        };
        // What cannot be compiled is a problem later on.
        for node in &self.nodes {
            match &node.step {
                Step::Result(text) => {
                    if let Ok(result) = feel::compile(text, &options) {
                        add(result.inputs());
                    }
                }
                Step::Ask { question, branches } => {
                    if let Ok(question) = feel::compile(question, &options) {
                        add(question.inputs());
                    }
                    for branch in branches {
                        if let Ok(tests) = feel::compile_unary_tests(&branch.when, &options) {
                            add(tests.inputs());
                        }
                    }
                }
            }
        }
        names
    }
}
