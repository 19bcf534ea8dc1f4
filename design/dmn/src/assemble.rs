//! Definitions to a model: nodes are compiled in the order of their requirements, so that functions
//! are at hand when they are called and paths are known when they are passed on.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use feel::{Dialect, Function, Hint, Options, Path, Run, Types, Value};

use crate::{
    boxed::{Closure, Compiler, Logic, function},
    definitions::{self, Boxed, Definitions, Form, Node, Service, Variable},
    graph::Graph,
    item::{Items, Type, named_types},
    plan::{Binding, Decision, Input, Plan, Unit},
    problem::{Place, Problem},
    scope::{MAX_NAMES, Scope, Source},
    trace::DecisionKind,
};

/// The compiled nodes of a file.
#[derive(Debug)]
pub(crate) struct Assembly {
    pub(crate) units: Vec<Unit>,
    pub(crate) order: Vec<usize>,
    /// The services by the position of their node.
    pub(crate) services: BTreeMap<usize, Arc<Plan>>,
    /// The functions of business knowledge models by the position of their node.
    pub(crate) closures: BTreeMap<usize, Arc<Closure>>,
}

/// Compiles all nodes.
pub(crate) fn assemble(
    definitions: &Definitions,
    graph: Graph,
    problems: &mut Vec<Problem>,
) -> Assembly {
    let items = Items::new(definitions, problems);
    let types: Vec<Types> =
        (0..definitions.files.len()).map(|file| named_types(definitions, file)).collect();
    let vocabulary = vocabulary(definitions);
    if vocabulary.len() > MAX_NAMES {
        let message = format!("the file has more than {MAX_NAMES} names with blanks or operators");
        problems.push(Place::default().problem(message));
    }
    let count = definitions.nodes.len();
    let mut assembler = Assembler {
        definitions,
        graph: &graph,
        items: &items,
        vocabulary: &vocabulary,
        types: &types,
        no_types: &Types::new(),
        units: vec![Unit::Other; count],
        functions: vec![None; count],
        aliases: vec![None; count],
        services: BTreeMap::new(),
        closures: BTreeMap::new(),
        problems,
    };
    for position in &graph.order {
        if let Some(node) = definitions.nodes.get(*position) {
            assembler.node(*position, node);
        }
    }
    let Assembler { units, services, closures, .. } = assembler;
    Assembly { units, order: graph.order, services, closures }
}

struct Assembler<'a> {
    definitions: &'a Definitions,
    graph: &'a Graph,
    items: &'a Items<'a>,
    vocabulary: &'a [Arc<str>],
    /// For each file the types that its expressions may ask for.
    types: &'a [Types],
    no_types: &'a Types,
    units: Vec<Unit>,
    /// For each business knowledge model and service its function.
    functions: Vec<Option<Value>>,
    /// For each node the path from outside that its value is, where that is known.
    aliases: Vec<Option<Path>>,
    services: BTreeMap<usize, Arc<Plan>>,
    closures: BTreeMap<usize, Arc<Closure>>,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Assembler<'a> {
    fn node(&mut self, position: usize, node: &Node) {
        let (unit, function, alias) = match &node.logic {
            definitions::Logic::Input => {
                let name = Arc::clone(&node.variable.name);
                let kind = self.kind(node);
                let input = Input {
                    id: Arc::clone(&node.id),
                    name: Arc::clone(&name),
                    kind,
                    hint: Hint::default(),
                };
                (Unit::Input(Arc::new(input)), None, Some(Path::new([name])))
            }
            definitions::Logic::Decision(logic) => {
                let (decision, alias) = self.decision(position, node, logic.as_ref());
                (Unit::Decision(Arc::new(decision)), None, alias)
            }
            definitions::Logic::Knowledge(closure) => {
                let function = closure.as_ref().map(|it| self.knowledge(position, node, it));
                (Unit::Other, function, None)
            }
            definitions::Logic::Service(service) => {
                let kind = self.kind(node);
                let mut plan = self.service(service);
                plan.result = Some((Arc::clone(&node.id), kind));
                let plan = Arc::new(plan);
                let function = service_function(&plan);
                self.services.insert(position, plan);
                (Unit::Other, Some(function), None)
            }
        };
        set(&mut self.units, position, unit);
        set(&mut self.functions, position, function);
        set(&mut self.aliases, position, alias);
    }

    /// The type of the node's variable.
    fn kind(&mut self, node: &Node) -> Arc<Type> {
        self.items.get(node.variable.type_ref.as_ref()).unwrap_or_else(|message| {
            self.problems.push(node.place.problem(message));
            Arc::new(Type::Any)
        })
    }

    /// A compiler that sees what the node requires, and what the slots hold.
    fn compiler(&self, position: usize) -> (Compiler<'a, 'a>, Vec<Binding>) {
        let own = self.definitions.nodes.get(position);
        let types = own.and_then(|node| self.types.get(node.file)).unwrap_or(self.no_types);
        let mut scope = Scope::new(self.definitions.dialect, self.vocabulary, types);
        let mut bindings = Vec::new();
        for required in self.graph.requires.get(position).into_iter().flatten() {
            let Some(node) = self.definitions.nodes.get(*required) else { continue };
            let function = self.functions.get(*required).cloned().flatten();
            let binding = match (&node.logic, function) {
                (definitions::Logic::Input, _) => Binding::Input(*required),
                (definitions::Logic::Decision(_), _) => Binding::Decision(*required),
                (_, Some(function)) => Binding::Function(function),
                (_, None) => Binding::Function(Value::Null),
            };
            let alias = self.aliases.get(*required).cloned().flatten();
            scope.declare(&self.name_of(position, node), alias);
            bindings.push(binding);
        }
        (Compiler { scope, items: self.items }, bindings)
    }

    fn decision(
        &mut self,
        position: usize,
        node: &Node,
        logic: Option<&Boxed>,
    ) -> (Decision, Option<Path>) {
        let (mut compiler, bindings) = self.compiler(position);
        let written = logic;
        let logic = written.map_or(Logic::Nothing, |boxed| match &boxed.form {
            // The order of a priority table's outputs may stand at the decision's type.
            Form::Table(_) if boxed.type_ref.is_none() => {
                compiler.table(boxed, node.variable.type_ref.as_ref())
            }
            _ => compiler.boxed(boxed),
        });
        let alias = match written {
            Some(_) => compiler.path_of(&logic),
            None => Some(Path::new([Arc::clone(&node.variable.name)])),
        };
        let Compiler { scope, .. } = compiler;
        self.problems.extend(scope.problems);
        let decision = Decision {
            id: Arc::clone(&node.id),
            name: Arc::clone(&node.name),
            kind: kind(written),
            variable: Arc::clone(&node.variable.name),
            result: self.kind(node),
            logic,
            required: self.required(position),
            bindings,
            free: scope.free,
            paths: scope.paths,
        };
        (decision, alias)
    }

    /// The inputs and decisions that a node requires, by the slots that [`Self::compiler`] gives them.
    fn required(&self, position: usize) -> Vec<(Arc<str>, Source)> {
        let required = self.graph.requires.get(position).into_iter().flatten();
        let nodes = required.filter_map(|required| self.definitions.nodes.get(*required));
        let values = nodes.enumerate().filter(|(_, node)| {
            matches!(node.logic, definitions::Logic::Input | definitions::Logic::Decision(_))
        });
        values.map(|(slot, node)| (self.name_of(position, node), Source::Slot(slot))).collect()
    }

    /// The name of a required node within the node at `position`: of what is imported, behind the name
    /// of the import.
    fn name_of(&self, position: usize, required: &Node) -> Arc<str> {
        let name = &required.variable.name;
        let own = self.definitions.nodes.get(position).filter(|own| own.file != required.file);
        let requirement = own.and_then(|own| own.requires.iter().find(|it| it.id == required.id));
        match requirement.and_then(|requirement| requirement.import.as_ref()) {
            Some(import) => format!("{import}.{name}").into(),
            None => Arc::clone(name),
        }
    }

    fn knowledge(&mut self, position: usize, node: &Node, written: &definitions::Closure) -> Value {
        let (mut compiler, bindings) = self.compiler(position);
        let closure = function(&mut compiler, written, node.variable.type_ref.as_ref());
        let Compiler { scope, .. } = compiler;
        self.problems.extend(scope.problems);
        for free in &scope.free {
            let message = format!(
                "the function reads `{free}`, which is neither a parameter nor required by it"
            );
            self.problems.push(node.place.problem(message));
        }
        let captured: Vec<Value> = bindings
            .into_iter()
            .map(|binding| match binding {
                Binding::Function(function) => function,
                Binding::Input(_) | Binding::Decision(_) => Value::Null,
            })
            .collect();
        let free: Arc<[Value]> = vec![Value::Null; scope.free.len()].into();
        self.closures.insert(position, Arc::clone(&closure));
        closure.value(&captured, &free)
    }

    fn service(&self, service: &Service) -> Plan {
        let positions = |list: &[definitions::Requirement]| -> Vec<usize> {
            list.iter().filter_map(|it| self.graph.position(&it.id)).collect()
        };
        let given = positions(&service.input_decisions);
        let mut parameters = positions(&service.input_data);
        parameters.extend(&given);
        let outputs = positions(&service.outputs);
        Plan::new(&self.units, &self.graph.order, &outputs, &given, &parameters)
    }
}

/// The parameters of a service are its input data, then its input decisions (DMN 1.5, 10.4).
fn service_function(plan: &Arc<Plan>) -> Value {
    let names: Vec<Arc<str>> = plan.inputs().iter().map(|input| Arc::clone(&input.name)).collect();
    let plan = Arc::clone(plan);
    let function = Function::native(names, move |arguments: &[Value], run: &mut Run| {
        plan.call(arguments, run)
    });
    Value::Function(Arc::new(function))
}

fn set<T>(list: &mut [T], position: usize, value: T) {
    if let Some(place) = list.get_mut(position) {
        *place = value;
    }
}

fn kind(logic: Option<&Boxed>) -> DecisionKind {
    match logic.map(|boxed| &boxed.form) {
        None => DecisionKind::Undefined,
        Some(Form::Literal(_)) => DecisionKind::LiteralExpression,
        Some(Form::Table(_)) => DecisionKind::DecisionTable,
        Some(Form::Tree(_)) => DecisionKind::DecisionTree,
        Some(Form::Context(_)) => DecisionKind::Context,
        Some(Form::Invocation { .. }) => DecisionKind::Invocation,
        Some(
            Form::List(_)
            | Form::Relation { .. }
            | Form::Function(_)
            | Form::Conditional { .. }
            | Form::Filter { .. }
            | Form::Iterator { .. }
            | Form::Unsupported(_),
        ) => DecisionKind::Boxed,
    }
}

/// All names with blanks or operators that may follow a dot: components of types, entries of boxed
/// contexts, columns of relations, outputs of tables and of services that have several.
fn vocabulary(definitions: &Definitions) -> Vec<Arc<str>> {
    let mut names = BTreeSet::new();
    let mut items: Vec<&definitions::Item> = definitions.items.iter().collect();
    while let Some(item) = items.pop() {
        names.extend(item.components.iter().map(|component| Arc::clone(&component.name)));
        items.extend(&item.components);
    }
    let mut open: Vec<&Boxed> = Vec::new();
    for node in &definitions.nodes {
        match &node.logic {
            definitions::Logic::Decision(logic) => open.extend(logic),
            definitions::Logic::Knowledge(closure) => {
                open.extend(closure.iter().map(|closure| &closure.body));
            }
            definitions::Logic::Service(service) if service.outputs.len() > 1 => {
                let outputs: BTreeSet<&str> = service.outputs.iter().map(|it| &*it.id).collect();
                let outputs = definitions.nodes.iter().filter(|it| outputs.contains(&*it.id));
                names.extend(outputs.map(|output| Arc::clone(&output.variable.name)));
            }
            definitions::Logic::Service(_) | definitions::Logic::Input => {}
        }
    }
    while let Some(boxed) = open.pop() {
        add_names(boxed, &mut names, &mut open);
    }
    names.retain(|name| {
        let is_plain = name.chars().all(|it| it.is_alphanumeric() || it == '_');
        !is_plain && !is_built_in(name, definitions.dialect)
    });
    names.into_iter().collect()
}

/// Whether the name is that of a built-in function: calling it reads nothing from outside.
fn is_built_in(name: &str, dialect: Dialect) -> bool {
    feel::compile(&format!("{name}()"), &Options { dialect, names: &[] })
        .is_ok_and(|expression| expression.inputs().is_empty())
}

fn add_names<'a>(boxed: &'a Boxed, names: &mut BTreeSet<Arc<str>>, open: &mut Vec<&'a Boxed>) {
    match &boxed.form {
        Form::Literal(_) | Form::Tree(_) | Form::Unsupported(_) => {}
        Form::Table(table) => {
            names.extend(table.outputs.iter().filter_map(|output| output.name.clone()));
        }
        Form::Context(entries) => {
            for entry in entries {
                names.extend(entry.variable.iter().map(|Variable { name, .. }| Arc::clone(name)));
                open.push(&entry.value);
            }
        }
        Form::List(items) => open.extend(items),
        Form::Relation { columns, rows } => {
            names.extend(columns.iter().map(|column| Arc::clone(&column.name)));
            open.extend(rows.iter().flatten());
        }
        Form::Invocation { callee, arguments } => {
            open.push(callee);
            open.extend(arguments.iter().map(|(_, argument)| argument));
        }
        Form::Function(closure) => open.push(&closure.body),
        Form::Conditional { condition, then, otherwise } => {
            open.extend([&**condition, then, otherwise]);
        }
        Form::Filter { list, condition } => open.extend([&**list, condition]),
        Form::Iterator { over, each, .. } => open.extend([&**over, each]),
    }
}
