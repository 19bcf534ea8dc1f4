//! A DMN file as it is written: definitions, requirements, item definitions and boxed expressions,
//! nothing resolved yet. [`read`] turns XML into these.

mod import;
mod names;
mod read;

use std::sync::Arc;

use feel::Dialect;

use crate::{problem::Place, table::HitPolicy};

pub use import::Outline;
pub(crate) use import::read;

/// The root of a DMN file.
#[derive(Debug)]
pub(crate) struct Definitions {
    pub(crate) id: Arc<str>,
    pub(crate) name: Arc<str>,
    pub(crate) namespace: Arc<str>,
    pub(crate) dialect: Dialect,
    pub(crate) items: Vec<Item>,
    pub(crate) nodes: Vec<Node>,
    /// The names of imported models, for each file that has imports; the first file is the model itself.
    pub(crate) files: Vec<File>,
}

/// A file that takes part in a model.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) namespace: Arc<str>,
    pub(crate) imports: Vec<Import>,
}

/// A model that a file imports.
#[derive(Debug, Clone)]
pub(crate) struct Import {
    pub(crate) namespace: Arc<str>,
    /// What its names are prefixed with in the file; empty where they stand as they are.
    pub(crate) name: Arc<str>,
    pub(crate) place: Place,
}

/// An item definition or one of its components.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) name: Arc<str>,
    pub(crate) type_ref: Option<Arc<str>>,
    pub(crate) is_collection: bool,
    pub(crate) components: Vec<Item>,
    /// The unary tests that restrict the values (of a collection: of its items).
    pub(crate) allowed_values: Option<Arc<str>>,
    /// The unary tests that restrict the value itself, also where it is a collection (DMN 1.5, 7.3.3).
    pub(crate) constraint: Option<Arc<str>>,
    pub(crate) is_function: bool,
    pub(crate) place: Place,
}

/// A named value: an input, a parameter, a context entry, the result of a decision.
#[derive(Debug, Clone)]
pub(crate) struct Variable {
    pub(crate) name: Arc<str>,
    pub(crate) type_ref: Option<Arc<str>>,
}

/// An element of the decision requirement graph.
#[derive(Debug)]
pub(crate) struct Node {
    /// Where it stands among [`Definitions::files`].
    pub(crate) file: usize,
    /// That of its element; of an imported node behind its namespace and `#`.
    pub(crate) id: Arc<str>,
    pub(crate) name: Arc<str>,
    pub(crate) variable: Variable,
    pub(crate) requires: Vec<Requirement>,
    pub(crate) logic: Logic,
    pub(crate) place: Place,
}

/// What makes the value of a node.
#[derive(Debug)]
pub(crate) enum Logic {
    /// The caller gives it.
    Input,
    /// An expression; `None` where a person decides.
    Decision(Option<Boxed>),
    /// A function.
    Knowledge(Option<Closure>),
    /// The decisions of the service, called like a function.
    Service(Service),
}

/// A reference to a node of the graph.
#[derive(Debug)]
pub(crate) struct Requirement {
    /// The id of what is required.
    pub(crate) id: Arc<str>,
    /// The name of the import that it comes from, where that has one.
    pub(crate) import: Option<Arc<str>>,
    pub(crate) place: Place,
}

/// The parts of a decision service.
#[derive(Debug, Default)]
pub(crate) struct Service {
    pub(crate) outputs: Vec<Requirement>,
    pub(crate) encapsulated: Vec<Requirement>,
    pub(crate) input_decisions: Vec<Requirement>,
    pub(crate) input_data: Vec<Requirement>,
}

/// A boxed expression.
#[derive(Debug)]
pub(crate) struct Boxed {
    pub(crate) type_ref: Option<Arc<str>>,
    pub(crate) form: Form,
    pub(crate) place: Place,
}

/// The form of a boxed expression (DMN 1.5, 7.2 and 10.2).
#[derive(Debug)]
pub(crate) enum Form {
    Literal(Arc<str>),
    Table(Table),
    Context(Vec<Entry>),
    List(Vec<Boxed>),
    Relation {
        columns: Vec<Variable>,
        rows: Vec<Vec<Boxed>>,
    },
    Invocation {
        callee: Box<Boxed>,
        arguments: Vec<(Arc<str>, Boxed)>,
    },
    Function(Box<Closure>),
    Conditional {
        condition: Box<Boxed>,
        then: Box<Boxed>,
        otherwise: Box<Boxed>,
    },
    Filter {
        list: Box<Boxed>,
        condition: Box<Boxed>,
    },
    Iterator {
        kind: Iteration,
        variable: Arc<str>,
        over: Box<Boxed>,
        each: Box<Boxed>,
    },
    /// A decision tree, which DMN itself has not.
    Tree(Tree),
    /// Logic that is there but cannot be evaluated, with the reason.
    Unsupported(String),
}

/// A decision tree whose shape is sound; the first node is the root, targets are positions.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<TreeNode>,
}

/// A node of a tree.
#[derive(Debug, Clone)]
pub(crate) struct TreeNode {
    pub(crate) number: u32,
    pub(crate) step: TreeStep,
    pub(crate) place: Place,
}

/// What a node of a tree does.
#[derive(Debug, Clone)]
pub(crate) enum TreeStep {
    /// Asks, and goes on along the branch whose unary tests the answer passes.
    Ask { question: Cell, branches: Vec<(Cell, usize)> },
    /// Ends with a value.
    Result(Cell),
}

/// What an iterator makes of its items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Iteration {
    /// The list of results.
    For,
    /// Whether any result is true.
    Some,
    /// Whether all results are true.
    Every,
}

/// An entry of a boxed context; the one without a name is the context's result.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) variable: Option<Variable>,
    pub(crate) value: Boxed,
}

/// A function definition.
#[derive(Debug)]
pub(crate) struct Closure {
    pub(crate) parameters: Vec<Variable>,
    pub(crate) body: Boxed,
}

/// A decision table as written.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) hit_policy: HitPolicy,
    pub(crate) inputs: Vec<InputClause>,
    pub(crate) outputs: Vec<OutputClause>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) place: Place,
}

/// An input column.
#[derive(Debug)]
pub(crate) struct InputClause {
    pub(crate) id: Option<Arc<str>>,
    pub(crate) label: Option<Arc<str>>,
    pub(crate) expression: Cell,
    pub(crate) type_ref: Option<Arc<str>>,
    pub(crate) allowed_values: Option<Cell>,
}

/// An output column.
#[derive(Debug)]
pub(crate) struct OutputClause {
    pub(crate) id: Option<Arc<str>>,
    pub(crate) name: Option<Arc<str>>,
    pub(crate) type_ref: Option<Arc<str>>,
    pub(crate) allowed_values: Option<Cell>,
    pub(crate) default: Option<Cell>,
}

/// A row.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) id: Option<Arc<str>>,
    pub(crate) conditions: Vec<Cell>,
    pub(crate) conclusions: Vec<Cell>,
    pub(crate) place: Place,
}

/// A FEEL text and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) text: Arc<str>,
    pub(crate) place: Place,
}
