//! An expression ready to run: names are slots, constants are values, built-in functions are bound.

use std::{ops::Bound, sync::Arc};

use crate::{
    builtin::{Builtin, Fold, Pattern},
    context::{Hint, Shape},
    problem::Span,
    syntax::tree::{ArithmeticOp, CompareOp, Quantifier, Type},
    value::Value,
};

#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Constant(Value),
    /// A free name, by its number.
    Input(usize),
    /// A free name that is also the name of a built-in function, which it is where the name has no value.
    InputOrFunction(usize, Value),
    /// A name bound inside: iterator, parameter, context entry, filter item.
    Local(usize),
    /// A value that the function took along when it was made.
    Capture(usize),
    /// The function that runs.
    This,
    /// A name inside a filter: an entry of the item, or what the name means outside.
    Member {
        item: Box<Node>,
        name: Arc<str>,
        hint: Hint,
        otherwise: Box<Node>,
    },
    List(Vec<Node>),
    Context {
        entries: Vec<(Arc<str>, Node)>,
        /// Where no name comes twice.
        shape: Option<Shape>,
    },
    Range {
        start: Bound<Box<Node>>,
        end: Bound<Box<Node>>,
    },
    /// `(= 5)` and `(!= 5)`: a range of what passes the test.
    Passing {
        op: CompareOp,
        operand: Box<Node>,
    },
    Negate(Box<Node>),
    Arithmetic {
        first: Box<Node>,
        rest: Vec<(ArithmeticOp, Node)>,
    },
    Compare {
        op: CompareOp,
        left: Box<Node>,
        right: Box<Node>,
    },
    And(Vec<Node>),
    Or(Vec<Node>),
    Between {
        value: Box<Node>,
        low: Box<Node>,
        high: Box<Node>,
    },
    /// The value is pushed as a local, which the tests read.
    In {
        value: Box<Node>,
        tests: Vec<Test>,
    },
    If {
        condition: Box<Node>,
        then: Box<Node>,
        otherwise: Box<Node>,
    },
    For {
        sources: Vec<Source>,
        body: Box<Node>,
        partial: Partial,
    },
    Quantified {
        quantifier: Quantifier,
        sources: Vec<Source>,
        condition: Box<Node>,
    },
    Path {
        base: Box<Node>,
        name: Arc<str>,
        hint: Hint,
    },
    Filter {
        base: Box<Node>,
        condition: Box<Node>,
    },
    CallBuiltin {
        builtin: &'static Builtin,
        arguments: Vec<Node>,
        /// The regular expression, where the call has one that never changes.
        pattern: Option<Arc<Pattern>>,
        /// Where the items of its only argument can go straight into it.
        fold: Option<Fold>,
    },
    Call {
        function: Box<Node>,
        arguments: Vec<Node>,
    },
    CallNamed {
        function: Box<Node>,
        arguments: Vec<(Arc<str>, Node)>,
    },
    IsDefined(Box<Node>),
    Function(Arc<Definition>),
    InstanceOf {
        value: Box<Node>,
        of: Type,
    },
}

/// Whether the body of a `for` reads the results so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Partial {
    Used,
    Unused,
}

/// What an iterator runs over.
#[derive(Debug)]
pub(crate) enum Source {
    List(Node),
    Span { from: Node, to: Node },
}

/// A test of a value, which is the local of that number.
#[derive(Debug)]
pub(crate) enum Test {
    Compare {
        op: CompareOp,
        operand: Node,
    },
    /// The operand is a value, a range or a list to be found in.
    Matches(Node),
    /// The operand speaks of the value itself (`?`) and answers true or false.
    Holds(Node),
}

/// A function as written.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) parameters: Vec<(Arc<str>, Option<Type>)>,
    pub(crate) captures: Vec<Node>,
    pub(crate) body: Node,
}
