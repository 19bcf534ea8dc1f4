//! Boxed expressions (DMN 1.5, 10.2) compiled to a tree whose names are positions. [`compile`] makes
//! it, [`Logic::evaluate`] gives its value; tables have a module of their own.

mod compile;
mod iterate;
mod tables;

use std::{collections::BTreeSet, sync::Arc};

use feel::{Context, Function, Run, Shape, Value};

use crate::{
    item::Type,
    scope::{Expression, Frame, Spot},
    table::Table,
    tree::Walk,
};

pub(crate) use compile::{Compiler, function};
use iterate::{Iterated, select};
pub(crate) use tables::Placed;

/// A compiled boxed expression.
#[derive(Debug)]
pub(crate) enum Logic {
    /// What could not be compiled; null.
    Nothing,
    Literal(Expression),
    Table(Box<Table>),
    Tree(Box<Walk>),
    Context {
        entries: Vec<Entry>,
        result: Option<Box<Logic>>,
        /// A name that comes twice, which makes it null.
        repeated: Option<Arc<str>>,
    },
    List(Vec<Logic>),
    Relation {
        columns: Vec<Arc<str>>,
        rows: Vec<Vec<Logic>>,
    },
    Invocation {
        /// Calls the function in its only slot.
        caller: Expression,
        callee: Box<Logic>,
        arguments: Vec<(Arc<str>, Logic)>,
    },
    Function(Arc<Closure>),
    Conditional {
        condition: Box<Logic>,
        then: Box<Logic>,
        otherwise: Box<Logic>,
    },
    /// A filter: the list stands at `slot` while `filter` is evaluated.
    Filter {
        list: Box<Logic>,
        slot: usize,
        filter: Expression,
    },
    /// A filter whose condition is not a plain expression: each item stands at `slot`.
    Select {
        list: Box<Logic>,
        slot: usize,
        condition: Box<Logic>,
    },
    Iterator(Box<Iterated>),
    /// Logic whose value must be of a type, in that element.
    Typed {
        logic: Box<Logic>,
        kind: Arc<Type>,
        element: Option<Arc<str>>,
    },
}

/// An entry of a boxed context.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) name: Arc<str>,
    pub(crate) slot: usize,
    pub(crate) value: Logic,
}

/// A function whose body is a boxed expression.
#[derive(Debug)]
pub(crate) struct Closure {
    pub(crate) parameters: Vec<(Arc<str>, Arc<Type>)>,
    /// The slot of the first parameter; below stand the values that the function has captured.
    pub(crate) first_slot: usize,
    /// Those of the slots below that the body reads: what it does not read it does not hold.
    pub(crate) reads: BTreeSet<usize>,
    pub(crate) body: Logic,
    /// The element that the body is in.
    pub(crate) element: Option<Arc<str>>,
}

impl Logic {
    /// Its value.
    pub(crate) fn evaluate(&self, frame: &mut Frame, run: &mut Run) -> Value {
        if run.failure().is_some() {
            return Value::Null;
        }
        match self {
            Self::Nothing => Value::Null,
            Self::Literal(expression) => expression.evaluate(frame, run),
            Self::Table(table) => table.evaluate(frame, run),
            Self::Tree(tree) => tree.evaluate(frame, run, |_, _, _| {}),
            // What holds other logic takes stack and steps of its own.
            _ => run.nested(|run| self.evaluate_parts(frame, run)),
        }
    }

    fn evaluate_parts(&self, frame: &mut Frame, run: &mut Run) -> Value {
        match self {
            Self::Nothing | Self::Literal(_) | Self::Table(_) | Self::Tree(_) => Value::Null,
            Self::Context { entries, result, repeated: None } => {
                context(entries, result.as_deref(), frame, run)
            }
            Self::Context { entries, repeated: Some(name), .. } => {
                context(entries, None, frame, run);
                let last = entries.iter().rfind(|entry| entry.name == *name);
                let spot = last.map(|entry| entry.value.spot()).unwrap_or_default();
                spot.remark(run, || format!("the context has two entries `{name}`"));
                Value::Null
            }
            Self::List(items) => {
                let items: Vec<Value> =
                    items.iter().map(|item| item.evaluate(frame, run)).collect();
                run.made(items.into())
            }
            Self::Relation { columns, rows } => relation(columns, rows, frame, run),
            Self::Invocation { caller, callee, arguments } => {
                invoke(caller, callee, arguments, frame, run)
            }
            Self::Function(closure) => {
                // It takes along what it may read.
                run.charge(closure.captured());
                closure.value(&frame.slots, &frame.free)
            }
            Self::Conditional { condition, then, otherwise } => {
                match condition.evaluate(frame, run) {
                    Value::Boolean(true) => then.evaluate(frame, run),
                    Value::Boolean(false) | Value::Null => otherwise.evaluate(frame, run),
                    other => no_boolean("the condition", &other, condition.spot(), run),
                }
            }
            Self::Filter { list, slot, filter } => {
                let list = list.evaluate(frame, run);
                frame.set(*slot, list);
                filter.evaluate(frame, run)
            }
            Self::Select { list, slot, condition } => {
                let list = list.evaluate(frame, run);
                select(list, *slot, condition, frame, run)
            }
            Self::Iterator(iterated) => iterated.evaluate(frame, run),
            Self::Typed { logic, kind, .. } => {
                let mut value = logic.evaluate(frame, run);
                conform(&mut value, kind, "the value", self.spot(), run);
                value
            }
        }
    }

    /// What a remark about its value is about: itself, where it is an expression, else the element that it is in.
    pub(crate) fn spot(&self) -> Spot<'_> {
        match self {
            Self::Literal(expression) => expression.spot(),
            Self::Typed { logic, element, .. } => {
                let spot = logic.spot();
                Spot { element: spot.element.or(element.as_ref()), ..spot }
            }
            Self::Table(table) => table.spot(),
            _ => Spot::default(),
        }
    }
}

/// Makes the value one of that type, else null with a remark about `what`.
#[inline]
pub(crate) fn conform(value: &mut Value, kind: &Type, what: &str, spot: Spot<'_>, run: &mut Run) {
    if !kind.takes(value) {
        convert(value, kind, what, spot, run);
    }
}

fn convert(value: &mut Value, kind: &Type, what: &str, spot: Spot<'_>, run: &mut Run) {
    let found = value.type_name();
    *value = kind.coerce(std::mem::take(value), run).unwrap_or_else(|| {
        spot.remark(run, || format!("{what}, a {found}, is not of the declared type"));
        Value::Null
    });
}

fn context(entries: &[Entry], result: Option<&Logic>, frame: &mut Frame, run: &mut Run) -> Value {
    let mut context = Context::new();
    for entry in entries {
        let value = entry.value.evaluate(frame, run);
        frame.set(entry.slot, value.clone());
        context.insert(Arc::clone(&entry.name), value);
    }
    match result {
        Some(result) => result.evaluate(frame, run),
        None => run.made(context.into()),
    }
}

fn relation(columns: &[Arc<str>], rows: &[Vec<Logic>], frame: &mut Frame, run: &mut Run) -> Value {
    let shape = Shape::new(columns.iter().map(Arc::clone));
    let mut result = Vec::with_capacity(rows.len());
    for row in rows {
        let cells: Vec<Value> =
            row.iter().take(columns.len()).map(|cell| cell.evaluate(frame, run)).collect();
        let row = match &shape {
            Some(shape) if cells.len() == columns.len() => shape.context(cells),
            _ => columns.iter().map(Arc::clone).zip(cells).collect(),
        };
        result.push(run.made(row.into()));
    }
    run.made(result.into())
}

/// A boxed invocation binds by name; an unknown parameter makes it null, a missing one is null.
///
/// The call goes through `caller`, a FEEL expression, so that FEEL's budget bounds its nesting.
fn invoke(
    caller: &Expression,
    callee: &Logic,
    arguments: &[(Arc<str>, Logic)],
    frame: &mut Frame,
    run: &mut Run,
) -> Value {
    let function = callee.evaluate(frame, run);
    let Value::Function(function) = function else {
        let found = function.type_name();
        callee.spot().remark(run, || format!("what is invoked is a {found}, no function"));
        return Value::Null;
    };
    let parameters = function.parameters();
    if let Some((name, _)) = arguments.iter().find(|(name, _)| !parameters.contains(name)) {
        let message = || format!("the invoked function has no parameter `{name}`");
        callee.spot().remark(run, message);
        return Value::Null;
    }
    let mut values = Vec::with_capacity(parameters.len());
    for parameter in &parameters {
        let bound = arguments.iter().find(|(name, _)| name == parameter);
        values.push(bound.map_or(Value::Null, |(_, logic)| logic.evaluate(frame, run)));
    }
    let call =
        Function::native([""; 0], move |_: &[Value], run: &mut Run| function.call(&values, run));
    caller.evaluate_slots(&[Value::Function(Arc::new(call))], run)
}

fn no_boolean(what: &str, value: &Value, spot: Spot<'_>, run: &mut Run) -> Value {
    spot.remark(run, || format!("{what} is a {}, not true or false", value.type_name()));
    Value::Null
}

impl Closure {
    /// The steps of taking values along, or of putting them where the body finds them.
    fn captured(&self) -> u64 {
        u64::try_from(self.first_slot / 4).unwrap_or(u64::MAX)
    }

    /// The function as a value that has captured what it sees.
    pub(crate) fn value(self: &Arc<Self>, slots: &[Value], free: &Arc<[Value]>) -> Value {
        let closure = Arc::clone(self);
        let captured: Arc<[Value]> = slots
            .iter()
            .take(self.first_slot)
            .zip(0..)
            .map(
                |(value, slot)| {
                    if self.reads.contains(&slot) { value.clone() } else { Value::Null }
                },
            )
            .collect();
        let free = Arc::clone(free);
        let names: Vec<Arc<str>> =
            self.parameters.iter().map(|(name, _)| Arc::clone(name)).collect();
        let held = Arc::clone(&captured);
        let call = move |arguments: &[Value], run: &mut Run| {
            closure.call(&captured, &free, arguments, run)
        };
        let function = Function::native_holding(names, &held, call);
        Value::Function(Arc::new(function))
    }

    /// An argument of the wrong type makes the call null (DMN 1.5, 10.3.2.13.1); the body is not
    /// evaluated then.
    fn call(
        &self,
        captured: &[Value],
        free: &Arc<[Value]>,
        arguments: &[Value],
        run: &mut Run,
    ) -> Value {
        if !run.charge(self.captured()) {
            return Value::Null;
        }
        let mut frame = Frame::new(captured.to_vec(), Arc::clone(free));
        for (offset, ((name, kind), argument)) in self.parameters.iter().zip(arguments).enumerate()
        {
            let found = argument.type_name();
            let Some(value) = kind.coerce(argument.clone(), run) else {
                let message = || format!("the argument `{name}`, a {found}, is not of its type");
                Spot::element(self.element.as_ref()).remark(run, message);
                return Value::Null;
            };
            frame.set(self.first_slot + offset, value);
        }
        self.body.evaluate(&mut frame, run)
    }
}
