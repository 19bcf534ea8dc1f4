//! The syntax tree of an expression, as written; names are not resolved yet.

use std::sync::Arc;

use crate::{problem::Span, value::Value};

/// One node with its place in the text.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
    /// Levels of nodes below, at most the parser's limit: everything that recurses over the tree relies on it.
    pub(crate) height: u16,
}

impl Node {
    /// The filter of a list by this condition.
    pub(crate) fn filtering(self, list: &str) -> Self {
        let (span, height) = (self.span, self.height.saturating_add(1));
        let base = Self { kind: Kind::Name(list.into()), span, height: 0 };
        Self { kind: Kind::Filter { base: base.into(), condition: self.into() }, span, height }
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Literal(Value),
    Name(Arc<str>),
    List(Vec<Node>),
    Context(Vec<(Arc<str>, Node)>),
    Range {
        start: End,
        end: End,
    },
    /// `(= 5)` and `(!= 5)`: a range of what passes the test.
    Passing {
        op: CompareOp,
        operand: Box<Node>,
    },
    Negate(Box<Node>),
    /// Operators of one level, applied from left to right.
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
        iterators: Vec<Iterator>,
        body: Box<Node>,
    },
    Quantified {
        quantifier: Quantifier,
        iterators: Vec<Iterator>,
        condition: Box<Node>,
    },
    Path {
        base: Box<Node>,
        name: Arc<str>,
    },
    Filter {
        base: Box<Node>,
        condition: Box<Node>,
    },
    Call {
        function: Box<Node>,
        arguments: Vec<Node>,
    },
    CallNamed {
        function: Box<Node>,
        arguments: Vec<(Arc<str>, Node)>,
    },
    Function {
        parameters: Vec<Parameter>,
        body: Box<Node>,
    },
    /// `function(..) external {..}`: what is called stands in the context.
    External {
        parameters: Vec<Parameter>,
        target: Box<Node>,
    },
    InstanceOf {
        value: Box<Node>,
        of: Type,
    },
}

/// One end of a range.
#[derive(Clone, Debug)]
pub(crate) enum End {
    Open(Box<Node>),
    Closed(Box<Node>),
    Absent,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ArithmeticOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CompareOp {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl CompareOp {
    /// Its answer where the left side stands so to the right one.
    #[inline]
    pub(crate) fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quantifier {
    Some,
    Every,
}

/// One variable of a `for`, `some` or `every`.
#[derive(Clone, Debug)]
pub(crate) struct Iterator {
    pub(crate) name: Arc<str>,
    pub(crate) source: Source,
}

/// What a variable runs over.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    List(Node),
    Span { from: Node, to: Node },
}

/// One unary test.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    Compare { op: CompareOp, operand: Node },
    Expression(Node),
}

impl Test {
    pub(crate) fn node(&self) -> &Node {
        match self {
            Self::Compare { operand, .. } => operand,
            Self::Expression(node) => node,
        }
    }
}

/// What a whole unary-tests text says.
#[derive(Clone, Debug)]
pub(crate) enum Tests {
    /// `-`
    Any,
    OneOf(Vec<Test>),
    NoneOf(Vec<Test>),
}

#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: Arc<str>,
    pub(crate) of: Option<Type>,
}

/// A type as FEEL writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Any,
    Null,
    Boolean,
    Number,
    String,
    Date,
    Time,
    DateTime,
    DaysDuration,
    YearsDuration,
    List(Option<Box<Type>>),
    Range(Option<Box<Type>>),
    Context(Option<Vec<(Arc<str>, Type)>>),
    Function(Option<(Vec<Type>, Box<Type>)>),
    /// A name that FEEL itself does not define.
    Unknown(Arc<str>),
}
