//! From the syntax tree to the runnable form: every name finds its slot, and every path that is read is noted.

mod external;
mod fold;
mod scope;

use std::{ops::Bound, sync::Arc};

use self::scope::{Found, Origin, Scopes};
use crate::{
    builtin::{self, Builtin, Fold},
    context::{Hint, Shape},
    expression::{Dialect, Options},
    ir::{Definition, Kind, Node, Partial, Source, Test},
    path::Path,
    problem::{Problem, Span},
    syntax::tree::{self, CompareOp, End, Tests},
    types::Types,
    value::Value,
};

/// What the resolver makes of an expression.
#[derive(Debug)]
pub(crate) struct Resolved<T> {
    pub(crate) code: T,
    pub(crate) inputs: Vec<Arc<str>>,
    pub(crate) paths: Vec<Path>,
}

/// Resolved unary tests; the tested value is local 0.
#[derive(Debug)]
pub(crate) enum CellTests {
    Any,
    OneOf(Vec<Test>),
    NoneOf(Vec<Test>),
}

pub(crate) fn expression(
    tree: &tree::Node,
    options: &Options<'_>,
    types: &Types,
) -> Result<Resolved<Node>, Vec<Problem>> {
    let mut resolver = Resolver::new(options, types);
    let code = resolver.value(tree);
    resolver.finish(code)
}

pub(crate) fn unary_tests(
    tests: &Tests,
    options: &Options<'_>,
    types: &Types,
) -> Result<Resolved<CellTests>, Vec<Problem>> {
    let mut resolver = Resolver::new(options, types);
    resolver.scopes.push_local("?", None);
    if options.dialect == Dialect::Camunda {
        resolver.scopes.alias_last("cellInput");
    }
    let code = match tests {
        Tests::Any => CellTests::Any,
        Tests::OneOf(tests) => CellTests::OneOf(resolver.tests(tests)),
        Tests::NoneOf(tests) => CellTests::NoneOf(resolver.tests(tests)),
    };
    resolver.finish(code)
}

pub(crate) struct Resolver<'a> {
    scopes: Scopes<'a>,
    dialect: Dialect,
    types: &'a Types,
}

impl<'a> Resolver<'a> {
    fn new(options: &Options<'a>, types: &'a Types) -> Self {
        Self { scopes: Scopes::new(options.names), dialect: options.dialect, types }
    }

    fn finish<T>(self, code: T) -> Result<Resolved<T>, Vec<Problem>> {
        let (inputs, paths) = self.scopes.finish()?;
        Ok(Resolved { code, inputs, paths })
    }

    /// A node whose value is used as a whole: its path ends here.
    fn value(&mut self, node: &tree::Node) -> Node {
        let (code, origin) = self.node(node);
        self.scopes.read(origin);
        code
    }

    fn values(&mut self, nodes: &[tree::Node]) -> Vec<Node> {
        nodes.iter().map(|node| self.value(node)).collect()
    }

    fn boxed(&mut self, node: &tree::Node) -> Box<Node> {
        Box::new(self.value(node))
    }

    /// A node, and the path that its value has, for whoever goes further along it.
    fn node(&mut self, node: &tree::Node) -> (Node, Origin) {
        let span = node.span;
        match &node.kind {
            tree::Kind::Name(name) => return self.name(name, span),
            tree::Kind::Path { base, name } => return self.path(base, name, span),
            tree::Kind::Filter { base, condition } => return self.filter(base, condition, span),
            _ => {}
        }
        let kind = self.operator(node);
        (fold::folded(Node { kind, span }, self.dialect), None)
    }

    fn operator(&mut self, node: &tree::Node) -> Kind {
        match &node.kind {
            tree::Kind::Literal(value) => Kind::Constant(value.clone()),
            tree::Kind::List(items) => Kind::List(self.values(items)),
            tree::Kind::Context(entries) => self.context(entries),
            tree::Kind::Range { start, end } => {
                Kind::Range { start: self.end(start), end: self.end(end) }
            }
            tree::Kind::Passing { op, operand } => {
                Kind::Passing { op: *op, operand: self.boxed(operand) }
            }
            tree::Kind::Negate(operand) => Kind::Negate(self.boxed(operand)),
            tree::Kind::Arithmetic { first, rest } => Kind::Arithmetic {
                first: self.boxed(first),
                rest: rest.iter().map(|(op, operand)| (*op, self.value(operand))).collect(),
            },
            tree::Kind::Compare { op, left, right } => {
                Kind::Compare { op: *op, left: self.boxed(left), right: self.boxed(right) }
            }
            tree::Kind::And(operands) => Kind::And(self.values(operands)),
            tree::Kind::Or(operands) => Kind::Or(self.values(operands)),
            tree::Kind::Between { value, low, high } => Kind::Between {
                value: self.boxed(value),
                low: self.boxed(low),
                high: self.boxed(high),
            },
            tree::Kind::In { value, tests } => self.membership(value, tests),
            tree::Kind::If { condition, then, otherwise } => Kind::If {
                condition: self.boxed(condition),
                then: self.boxed(then),
                otherwise: self.boxed(otherwise),
            },
            tree::Kind::For { iterators, body } => self.iteration(iterators, body),
            tree::Kind::Quantified { quantifier, iterators, condition } => {
                let mark = self.scopes.mark();
                let (sources, bases) = self.sources(iterators);
                let condition = self.boxed(condition);
                self.scopes.leave(mark, bases);
                Kind::Quantified { quantifier: *quantifier, sources, condition }
            }
            tree::Kind::Call { function, arguments } => self.call(function, arguments),
            tree::Kind::CallNamed { function, arguments } => self.call_named(function, arguments),
            tree::Kind::Function { parameters, body } => self.definition(parameters, body, None),
            tree::Kind::External { parameters, target } => {
                self.external(parameters, target, node.span)
            }
            tree::Kind::InstanceOf { value, of } => {
                Kind::InstanceOf { value: self.boxed(value), of: self.types.expanded(of) }
            }
            // Handled by the caller, since they carry a path on.
            tree::Kind::Name(_) | tree::Kind::Path { .. } | tree::Kind::Filter { .. } => {
                Kind::Constant(Value::Null)
            }
        }
    }

    fn name(&mut self, name: &Arc<str>, span: Span) -> (Node, Origin) {
        let Found { kind, origin } = self.scopes.find(name, span);
        let kind = match (kind, builtin::find(name, self.dialect)) {
            (Kind::Input(slot), Some(function)) if !self.scopes.is_declared(name) => {
                Kind::InputOrFunction(slot, function)
            }
            (kind, _) => kind,
        };
        (Node { kind, span }, origin)
    }

    fn path(&mut self, base: &tree::Node, name: &Arc<str>, span: Span) -> (Node, Origin) {
        let (base, origin) = self.node(base);
        let origin = origin.map(|mut steps| {
            steps.push(Arc::clone(name));
            steps
        });
        let kind = Kind::Path { base: base.into(), name: Arc::clone(name), hint: Hint::default() };
        (fold::folded(Node { kind, span }, self.dialect), origin)
    }

    fn filter(&mut self, base: &tree::Node, condition: &tree::Node, span: Span) -> (Node, Origin) {
        let (base, origin) = self.node(base);
        let mark = self.scopes.mark();
        self.scopes.push_item(origin.clone());
        let condition = self.boxed(condition);
        self.scopes.leave(mark, Vec::new());
        (Node { kind: Kind::Filter { base: base.into(), condition }, span }, origin)
    }

    fn end(&mut self, end: &End) -> Bound<Box<Node>> {
        match end {
            End::Open(node) => Bound::Excluded(self.boxed(node)),
            End::Closed(node) => Bound::Included(self.boxed(node)),
            End::Absent => Bound::Unbounded,
        }
    }

    /// Every entry is in scope for the entries behind it.
    fn context(&mut self, entries: &[(Arc<str>, tree::Node)]) -> Kind {
        let mark = self.scopes.mark();
        let entries: Vec<_> = entries
            .iter()
            .map(|(name, node)| {
                let (code, origin) = match &node.kind {
                    tree::Kind::Function { parameters, body } => {
                        let kind = self.definition(parameters, body, Some(name));
                        (Node { kind, span: node.span }, None)
                    }
                    _ => self.node(node),
                };
                self.scopes.read(origin.clone());
                self.scopes.push_local(name, origin);
                (Arc::clone(name), code)
            })
            .collect();
        self.scopes.leave(mark, Vec::new());
        let shape = Shape::new(entries.iter().map(|(name, _)| Arc::clone(name)));
        Kind::Context { entries, shape }
    }

    fn membership(&mut self, value: &tree::Node, tests: &[tree::Test]) -> Kind {
        let value = self.boxed(value);
        let mark = self.scopes.mark();
        self.scopes.push_local("?", None);
        let tests = self.tests(tests);
        self.scopes.leave(mark, Vec::new());
        Kind::In { value, tests }
    }

    fn tests(&mut self, tests: &[tree::Test]) -> Vec<Test> {
        tests
            .iter()
            .map(|test| match test {
                tree::Test::Compare { op, operand } => {
                    Test::Compare { op: *op, operand: self.value(operand) }
                }
                tree::Test::Expression(node) => {
                    let before = self.scopes.forget_tested();
                    let code = self.value(node);
                    let holds = self.scopes.tested();
                    self.scopes.remember_tested(before);
                    match node.kind {
                        _ if holds => Test::Holds(code),
                        // A literal is compared, it does not answer by itself.
                        tree::Kind::Literal(Value::Boolean(_)) => {
                            Test::Compare { op: CompareOp::Equal, operand: code }
                        }
                        _ => Test::Matches(code),
                    }
                }
            })
            .collect()
    }

    fn iteration(&mut self, iterators: &[tree::Iterator], body: &tree::Node) -> Kind {
        let mark = self.scopes.mark();
        self.scopes.push_local("partial", None);
        let (sources, bases) = self.sources(iterators);
        let body = self.boxed(body);
        let partial = if self.scopes.was_used(mark) { Partial::Used } else { Partial::Unused };
        self.scopes.leave(mark, bases);
        Kind::For { sources, body, partial }
    }

    /// Brings the variables into scope one after the other; also returns the paths that they run over.
    fn sources(&mut self, iterators: &[tree::Iterator]) -> (Vec<Source>, Vec<Origin>) {
        let mut bases = Vec::new();
        let sources = iterators
            .iter()
            .map(|iterator| {
                let (source, origin) = match &iterator.source {
                    tree::Source::List(list) => {
                        let (code, origin) = self.node(list);
                        (Source::List(code), origin)
                    }
                    tree::Source::Span { from, to } => {
                        (Source::Span { from: self.value(from), to: self.value(to) }, None)
                    }
                };
                self.scopes.push_local(&iterator.name, origin.clone());
                bases.push(origin);
                source
            })
            .collect();
        (sources, bases)
    }

    fn call(&mut self, function: &tree::Node, arguments: &[tree::Node]) -> Kind {
        if let tree::Kind::Name(name) = &function.kind
            && name.as_ref() == "is defined"
            && let [argument] = arguments
        {
            return Kind::IsDefined(self.boxed(argument));
        }
        let function = self.function(function);
        let arguments = self.values(arguments);
        match builtin::bound(&function) {
            Some(builtin) => call_builtin(builtin, arguments),
            None => Kind::Call { function: function.into(), arguments },
        }
    }

    /// A built-in function knows its parameters now, others when they are called.
    fn call_named(&mut self, function: &tree::Node, arguments: &[(Arc<str>, tree::Node)]) -> Kind {
        let function = self.function(function);
        let arguments: Vec<_> =
            arguments.iter().map(|(name, value)| (Arc::clone(name), self.value(value))).collect();
        let names: Vec<&str> = arguments.iter().map(|(name, _)| name.as_ref()).collect();
        let known = builtin::bound(&function)
            .map(|builtin| builtin.named(&names))
            .and_then(|builtin| Some((builtin, builtin.by_position(&names, self.dialect)?)));
        let Some((builtin, positions)) = known else {
            return Kind::CallNamed { function: function.into(), arguments };
        };
        let mut arguments: Vec<Option<Node>> =
            arguments.into_iter().map(|(_, node)| Some(node)).collect();
        let absent = || Node { kind: Kind::Constant(Value::Null), span: function.span };
        let mut at = |position: Option<usize>| arguments.get_mut(position?)?.take();
        let by_position =
            positions.into_iter().map(|position| at(position).unwrap_or_else(absent)).collect();
        call_builtin(builtin, by_position)
    }

    /// What is called: a built-in function is found before free names, but not before names that are bound inside.
    fn function(&mut self, function: &tree::Node) -> Node {
        if let tree::Kind::Name(name) = &function.kind
            && !self.scopes.is_bound(name)
            && let Some(value) = builtin::find(name, self.dialect)
        {
            return Node { kind: Kind::Constant(value), span: function.span };
        }
        self.value(function)
    }

    fn definition(
        &mut self,
        parameters: &[tree::Parameter],
        body: &tree::Node,
        own: Option<&Arc<str>>,
    ) -> Kind {
        self.scopes.enter_function(own);
        for parameter in parameters {
            self.scopes.push_local(&parameter.name, None);
        }
        let body = self.value(body);
        let captures = self.scopes.leave_function();
        let parameters = parameters
            .iter()
            .map(|parameter| {
                (
                    Arc::clone(&parameter.name),
                    parameter.of.as_ref().map(|of| self.types.expanded(of)),
                )
            })
            .collect();
        Kind::Function(Arc::new(Definition { parameters, captures, body }))
    }
}

fn call_builtin(builtin: &'static Builtin, arguments: Vec<Node>) -> Kind {
    let pattern = builtin::pattern(builtin, &arguments);
    let fold = Fold::of(builtin, &arguments);
    Kind::CallBuiltin { builtin, arguments, pattern, fold }
}
