//! Boxed expressions as written to compiled ones.

use std::sync::Arc;

use feel::Path;

use super::{Closure, Entry, Iterated, Logic};
use crate::{
    definitions::{self, Boxed, Form, Iteration, Variable},
    item::{Items, Type},
    problem::Place,
    scope::Scope,
    table,
    tree::Walk,
};

/// The name under which a filter finds its list; no expression can write it.
const FILTERED: &str = "[]";

/// The results of a `for` so far.
const PARTIAL: &str = "partial";

/// The name under which an invocation finds its function.
const CALLED: &str = "__called";

/// Named parameters with their types.
type Parameters = Vec<(Arc<str>, Arc<Type>)>;

/// Compiles boxed expressions within one node of the graph.
pub(crate) struct Compiler<'a, 'b> {
    pub(crate) scope: Scope<'a>,
    pub(crate) items: &'a Items<'b>,
}

impl Compiler<'_, '_> {
    /// The type that a `typeRef` names; an unknown one is a problem and then any.
    pub(crate) fn kind(&mut self, reference: Option<&Arc<str>>, place: &Place) -> Arc<Type> {
        self.items.get(reference).unwrap_or_else(|message| {
            self.scope.problem(place, message);
            Arc::new(Type::Any)
        })
    }

    /// Compiles an expression and the check of its type.
    pub(crate) fn boxed(&mut self, boxed: &Boxed) -> Logic {
        let kind = self.kind(boxed.type_ref.as_ref(), &boxed.place);
        let logic = self.form(boxed, boxed.type_ref.as_ref());
        // The type of a function definition is that of the function, not of its results.
        match (&*kind, &boxed.form) {
            (Type::Any, _) | (_, Form::Function(_)) => logic,
            _ => typed(logic, kind, &boxed.place),
        }
    }

    /// Compiles a table that has no type of its own; `type_ref` is that of the decision.
    pub(crate) fn table(&mut self, boxed: &Boxed, type_ref: Option<&Arc<str>>) -> Logic {
        self.form(boxed, type_ref)
    }

    fn form(&mut self, boxed: &Boxed, type_ref: Option<&Arc<str>>) -> Logic {
        match &boxed.form {
            Form::Literal(text) => self.literal(text, &boxed.place),
            Form::Table(written) => Logic::Table(Box::new(table::compile(written, type_ref, self))),
            Form::Tree(written) => Logic::Tree(Box::new(Walk::new(written, self))),
            Form::Context(entries) => self.context(entries),
            Form::List(items) => Logic::List(items.iter().map(|item| self.boxed(item)).collect()),
            Form::Relation { columns, rows } => {
                let mut compiled = Vec::with_capacity(rows.len());
                for row in rows {
                    let cells = row.iter().enumerate().map(|(at, cell)| {
                        let logic = self.boxed(cell);
                        match columns.get(at) {
                            Some(column) => self.typed(logic, column, &cell.place),
                            None => logic,
                        }
                    });
                    compiled.push(cells.collect());
                }
                let columns = columns.iter().map(|column| Arc::clone(&column.name)).collect();
                Logic::Relation { columns, rows: compiled }
            }
            Form::Invocation { callee, arguments } => {
                self.invocation(callee, arguments, &boxed.place)
            }
            Form::Function(closure) => Logic::Function(Arc::new(self.closure(closure))),
            Form::Conditional { condition, then, otherwise } => Logic::Conditional {
                condition: Box::new(self.boxed(condition)),
                then: Box::new(self.boxed(then)),
                otherwise: Box::new(self.boxed(otherwise)),
            },
            Form::Filter { list, condition } => self.filter(list, condition),
            Form::Iterator { kind, variable, over, each } => {
                self.iterator(*kind, variable, over, each)
            }
            Form::Unsupported(reason) => {
                self.scope.problem(&boxed.place, reason.as_str());
                Logic::Nothing
            }
        }
    }

    fn invocation(
        &mut self,
        callee: &Boxed,
        arguments: &[(Arc<str>, Boxed)],
        place: &Place,
    ) -> Logic {
        let mark = self.scope.mark();
        self.scope.declare(&Arc::from(CALLED), None);
        let caller = self.scope.expression(&format!("{CALLED}()"), place);
        self.scope.reset(mark);
        let callee = Box::new(self.boxed(callee));
        let arguments = arguments.iter();
        let arguments =
            arguments.map(|(name, argument)| (Arc::clone(name), self.boxed(argument))).collect();
        match caller {
            Some(caller) => Logic::Invocation { caller, callee, arguments },
            None => Logic::Nothing,
        }
    }

    fn literal(&mut self, text: &str, place: &Place) -> Logic {
        self.scope.expression(text, place).map_or(Logic::Nothing, Logic::Literal)
    }

    /// Each entry sees the ones before it.
    fn context(&mut self, entries: &[definitions::Entry]) -> Logic {
        let mark = self.scope.mark();
        let mut compiled = Vec::with_capacity(entries.len());
        let mut result = None;
        for entry in entries {
            let logic = self.boxed(&entry.value);
            let Some(variable) = &entry.variable else {
                result = Some(Box::new(logic));
                continue;
            };
            let value = self.typed(logic, variable, &entry.value.place);
            let path = self.path_of(&value);
            let slot = self.scope.declare(&variable.name, path);
            compiled.push(Entry { name: Arc::clone(&variable.name), slot, value });
        }
        self.scope.reset(mark);
        let is_repeated = |(at, entry): (usize, &Entry)| {
            let repeats = compiled.iter().take(at).any(|before| before.name == entry.name);
            repeats.then(|| Arc::clone(&entry.name))
        };
        let repeated = compiled.iter().enumerate().find_map(is_repeated);
        Logic::Context { entries: compiled, result, repeated }
    }

    /// As in FEEL, the results so far are `partial` to what a `for` returns.
    fn iterator(
        &mut self,
        kind: Iteration,
        variable: &Arc<str>,
        over: &Boxed,
        each: &Boxed,
    ) -> Logic {
        let over = self.boxed(over);
        let path = self.path_of(&over);
        let mark = self.scope.mark();
        let partial =
            (kind == Iteration::For).then(|| self.scope.declare(&Arc::from(PARTIAL), None));
        let slot = self.scope.declare(variable, path);
        // Whoever has had this slot before is gone.
        if let Some(partial) = partial {
            self.scope.reads.remove(&partial);
        }
        let each = Box::new(self.boxed(each));
        let partial = partial.filter(|partial| self.scope.reads.contains(partial));
        self.scope.reset(mark);
        let dialect = self.scope.dialect();
        Logic::Iterator(Box::new(Iterated { kind, dialect, slot, partial, over, each: *each }))
    }

    fn typed(&mut self, logic: Logic, variable: &Variable, place: &Place) -> Logic {
        let kind = self.kind(variable.type_ref.as_ref(), place);
        match &*kind {
            Type::Any => logic,
            _ => typed(logic, kind, place),
        }
    }

    /// A plain condition is evaluated by FEEL's own filter; to any other the entries of the item are names, too.
    fn filter(&mut self, list: &Boxed, condition: &Boxed) -> Logic {
        let list = self.boxed(list);
        let path = self.path_of(&list);
        let mark = self.scope.mark();
        let logic = if let Form::Literal(text) = &condition.form {
            let slot = self.scope.declare(&Arc::from(FILTERED), path);
            match self.scope.filter(text, FILTERED, &condition.place) {
                Some(filter) => Logic::Filter { list: Box::new(list), slot, filter },
                None => Logic::Nothing,
            }
        } else {
            let slot = self.scope.declare_item(path);
            let condition = Box::new(self.boxed(condition));
            Logic::Select { list: Box::new(list), slot, condition }
        };
        self.scope.reset(mark);
        logic
    }

    /// The path from outside that the logic is, where it is nothing but a path.
    pub(crate) fn path_of(&self, logic: &Logic) -> Option<Path> {
        match logic {
            Logic::Literal(expression) => self.scope.outside_path(expression),
            Logic::Typed { logic, .. } => self.path_of(logic),
            _ => None,
        }
    }

    fn closure(&mut self, closure: &definitions::Closure) -> Closure {
        let mark = self.scope.mark();
        let outer = std::mem::take(&mut self.scope.reads);
        let parameters: Parameters = closure
            .parameters
            .iter()
            .map(|parameter| {
                let kind = self.kind(parameter.type_ref.as_ref(), &closure.body.place);
                (Arc::clone(&parameter.name), kind)
            })
            .collect();
        let slots: Vec<usize> =
            parameters.iter().map(|(name, _)| self.scope.declare(name, None)).collect();
        let body = self.boxed(&closure.body);
        let first_slot = slots.first().copied().unwrap_or_else(|| self.scope.next_slot());
        self.scope.reset(mark);
        let mut reads = std::mem::replace(&mut self.scope.reads, outer);
        reads.retain(|slot| *slot < first_slot);
        self.scope.reads.extend(&reads);
        let element = closure.body.place.element.clone();
        Closure { parameters, first_slot, reads, body, element }
    }
}

fn typed(logic: Logic, kind: Arc<Type>, place: &Place) -> Logic {
    Logic::Typed { logic: Box::new(logic), kind, element: place.element.clone() }
}

/// Compiles the function of a business knowledge model; `result` is the type of its variable.
pub(crate) fn function(
    compiler: &mut Compiler<'_, '_>,
    closure: &definitions::Closure,
    result: Option<&Arc<str>>,
) -> Arc<Closure> {
    let place = closure.body.place.clone();
    let mut compiled = compiler.closure(closure);
    let kind = compiler.kind(result, &place);
    // Some write the type of the function here, some that of its result.
    if !matches!(&*kind, Type::Any | Type::Function) {
        compiled.body = typed(compiled.body, kind, &place);
    }
    Arc::new(compiled)
}
