//! A decision table as written to a compiled one: distinct cells are compiled once, literals become
//! constants, and every column gets its index.

use std::{collections::BTreeMap, sync::Arc};

use feel::{Run, Shape, Timestamp, Value};

use super::{
    Column, Conclusion, HitPolicy, Output, Rule, Table,
    bits::Bits,
    condition::{Condition, literal},
    domain::Expected,
    index::Index,
};
use crate::{
    boxed::Compiler,
    definitions::{self, Cell, InputClause, OutputClause},
    item::Type,
    scope::{Frame, Tests},
};

/// Compiles a table. `type_ref` is the type of the whole table, which may name the order of its
/// outputs.
pub(crate) fn compile(
    table: &definitions::Table,
    type_ref: Option<&Arc<str>>,
    compiler: &mut Compiler<'_, '_>,
) -> Table {
    let columns = table.inputs.iter().enumerate();
    let columns =
        columns.map(|(position, clause)| column(table, position, clause, compiler)).collect();
    let outputs: Vec<Output> =
        table.outputs.iter().map(|clause| output(table, clause, type_ref, compiler)).collect();
    let mut computed = BTreeMap::new();
    let rules = table.rules.iter().enumerate().map(|(position, rule)| Rule {
        id: rule.id.clone().unwrap_or_else(|| (position + 1).to_string().into()),
        conclusions: rule
            .conclusions
            .iter()
            .map(|cell| shared_conclusion(cell, &mut computed, compiler))
            .collect(),
    });
    let rules = rules.collect();
    let default = default(table, compiler);
    let sorts = matches!(table.hit_policy, HitPolicy::Priority | HitPolicy::OutputOrder);
    if sorts && outputs.iter().all(|output| output.priorities.is_empty()) {
        let message = format!(
            "the hit policy {} needs the order of the output values; give the output column `outputValues`",
            table.hit_policy
        );
        compiler.scope.problem(&table.place, message);
    }
    let shape = Shape::new(outputs.iter().map(|output| Arc::clone(&output.name)));
    let element = table.place.element.clone();
    Table { element, hit_policy: table.hit_policy, columns, outputs, shape, rules, default }
}

fn column(
    table: &definitions::Table,
    position: usize,
    clause: &InputClause,
    compiler: &mut Compiler<'_, '_>,
) -> Column {
    let cell = &clause.expression;
    let expression = compiler.scope.expression(&cell.text, &cell.place);
    let kind = compiler.kind(clause.type_ref.as_ref(), &cell.place);
    let allowed = clause.allowed_values.as_ref();
    let allowed = allowed.and_then(|cell| compiler.scope.tests(&cell.text, &cell.place));
    let mut distinct: BTreeMap<&str, Option<u32>> = BTreeMap::new();
    let mut tests: Vec<Tests> = Vec::new();
    let mut cells = Vec::with_capacity(table.rules.len());
    let mut conditions = Vec::with_capacity(table.rules.len());
    for rule in &table.rules {
        let Some(cell) = rule.conditions.get(position) else {
            // The missing cell is a problem already.
            cells.push(None);
            conditions.push(Some(Condition::Any));
            continue;
        };
        let condition = readable(cell, compiler);
        let test = if condition == Some(Condition::Any) {
            None
        } else if let Some(known) = distinct.get(&*cell.text) {
            *known
        } else {
            let number = u32::try_from(tests.len()).ok();
            let compiled = compiler.scope.tests(&cell.text, &cell.place);
            let number = number.filter(|_| compiled.is_some());
            tests.extend(compiled);
            distinct.insert(&cell.text, number);
            number
        };
        cells.push(test);
        conditions.push(condition);
    }
    let (index, residual) = Index::build(&conditions);
    let on_null = on_null(&conditions, &residual, &cells, &tests);
    Column {
        id: clause.id.clone().unwrap_or_else(|| Arc::clone(&cell.text)),
        name: clause.label.clone().unwrap_or_else(|| Arc::clone(&cell.text)),
        expression,
        is_open: conditions.iter().all(|condition| *condition == Some(Condition::Any)),
        expected: expected(&kind, clause, allowed.clone(), compiler),
        kind,
        allowed: allowed.filter(|_| compiler.checks_types()),
        tests,
        cells,
        index,
        residual,
        on_null,
    }
}

/// What verification takes the input for.
fn expected(
    kind: &Arc<Type>,
    clause: &InputClause,
    allowed: Option<Tests>,
    compiler: &Compiler<'_, '_>,
) -> Expected {
    let hint = clause.type_ref.as_deref().filter(|_| !compiler.checks_types());
    let text = clause.expression.text.trim();
    let counts = ["count", "string length"].iter().any(|function| {
        let arguments =
            text.strip_prefix(function).and_then(|it| it.trim_start().strip_prefix('('));
        arguments.is_some_and(closes_at_the_end) && !compiler.scope.declares(function)
    });
    Expected {
        kind: hint.map_or_else(|| Arc::clone(kind), |hint| Arc::new(Type::hinted(hint))),
        allowed,
        is_count: counts,
    }
}

/// Whether the bracket that was opened before this text closes at its end.
fn closes_at_the_end(text: &str) -> bool {
    let (mut open, mut in_string) = (1_usize, false);
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' if in_string => {
                bytes.next();
            }
            b'"' => in_string = !in_string,
            b'(' if !in_string => open += 1,
            b')' if !in_string => {
                open -= 1;
                if open == 0 {
                    return bytes.next().is_none();
                }
            }
            _ => {}
        }
    }
    false
}

/// What an index can answer; not where a name in scope could change the meaning of a literal.
fn readable(cell: &Cell, compiler: &Compiler<'_, '_>) -> Option<Condition> {
    let hidden = ["date", "duration", "not"].iter().any(|name| compiler.scope.declares(name));
    Condition::read(&cell.text, compiler.scope.dialect())
        .filter(|condition| *condition == Condition::Any || !hidden)
}

/// Which rules a null input lets through: asked of the cells themselves, which are constant where
/// the index answers them.
fn on_null(
    conditions: &[Option<Condition>],
    residual: &Bits,
    cells: &[Option<u32>],
    tests: &[Tests],
) -> Bits {
    let mut run = Run::new(Timestamp(0));
    let mut frame = Frame::default();
    let mut passes: BTreeMap<u32, bool> = BTreeMap::new();
    let mut bits = Bits::none(conditions.len());
    for (rule, cell) in cells.iter().enumerate() {
        let passed = match cell {
            None => conditions.get(rule) == Some(&Some(Condition::Any)),
            Some(_) if residual.contains(rule) => true,
            Some(number) => *passes.entry(*number).or_insert_with(|| {
                usize::try_from(*number)
                    .ok()
                    .and_then(|number| tests.get(number))
                    .is_some_and(|test| test.matches(&Value::Null, &mut frame, &mut run))
            }),
        };
        if passed {
            bits.insert(rule);
        }
    }
    bits
}

fn output(
    table: &definitions::Table,
    clause: &OutputClause,
    type_ref: Option<&Arc<str>>,
    compiler: &mut Compiler<'_, '_>,
) -> Output {
    let kind = compiler.kind(clause.type_ref.as_ref(), &table.place);
    let name = clause.name.clone().unwrap_or_default();
    let whole = compiler.kind(type_ref, &table.place);
    let asked = asked_of(table, &name, &whole);
    // Without allowed values of its own, the column takes those of its type, then of the table's.
    let table_kind = if table.outputs.len() == 1 { whole } else { Arc::default() };
    let allowed = clause
        .allowed_values
        .as_ref()
        .map(|cell| Arc::clone(&cell.text))
        .or_else(|| kind.allowed_values().or(table_kind.allowed_values()).map(Arc::from));
    let priorities = allowed.map(|text| list(&text, compiler)).unwrap_or_default();
    let id = clause.id.clone().unwrap_or_else(|| Arc::clone(&name));
    Output { id, name, kind, asked, priorities }
}

/// What the type of a table's result asks of one of its output columns. An aggregation makes something else of them.
fn asked_of(table: &definitions::Table, name: &str, whole: &Arc<Type>) -> Arc<Type> {
    let of_one = match table.hit_policy {
        HitPolicy::Unique | HitPolicy::First | HitPolicy::Any | HitPolicy::Priority => Some(whole),
        HitPolicy::OutputOrder | HitPolicy::RuleOrder | HitPolicy::Collect(None) => {
            match whole.unrestricted() {
                Type::List(item) => Some(item),
                _ => None,
            }
        }
        HitPolicy::Collect(Some(_)) => None,
    };
    let of_column = match (of_one.map(|kind| kind.unrestricted()), of_one) {
        (_, Some(kind)) if table.outputs.len() == 1 => Some(kind),
        (Some(Type::Context(entries)), _) => {
            entries.iter().find(|(entry, _)| **entry == *name).map(|(_, kind)| kind)
        }
        _ => None,
    };
    of_column.map(Arc::clone).unwrap_or_default()
}

/// The values that a text like `"HIGH", "LOW"` lists; none where it is something else.
fn list(text: &str, compiler: &Compiler<'_, '_>) -> Vec<Value> {
    let options = feel::Options { dialect: compiler.scope.dialect(), names: &[] };
    let value = feel::compile(&format!("[{text}]"), &options)
        .map(|expression| expression.evaluate(&[], &mut Run::new(Timestamp(0))));
    match value {
        Ok(Value::List(list)) => list.to_vec(),
        Ok(_) | Err(_) => Vec::new(),
    }
}

/// An output cell, or another text whose value is a result.
pub(crate) fn conclusion(cell: &Cell, compiler: &mut Compiler<'_, '_>) -> Conclusion {
    shared_conclusion(cell, &mut BTreeMap::new(), compiler)
}

fn shared_conclusion(
    cell: &Cell,
    computed: &mut BTreeMap<Arc<str>, Conclusion>,
    compiler: &mut Compiler<'_, '_>,
) -> Conclusion {
    if let Some(known) = computed.get(&cell.text) {
        return known.clone();
    }
    let conclusion = match literal(&cell.text, compiler.scope.dialect()) {
        Some(value) => Conclusion::Constant(value),
        None if cell.text.is_empty() || &*cell.text == "-" => Conclusion::Constant(Value::Null),
        None => match compiler.scope.expression(&cell.text, &cell.place) {
            Some(expression) => Conclusion::Computed(expression),
            None => Conclusion::Constant(Value::Null),
        },
    };
    computed.insert(Arc::clone(&cell.text), conclusion.clone());
    conclusion
}

fn default(table: &definitions::Table, compiler: &mut Compiler<'_, '_>) -> Option<Vec<Conclusion>> {
    if table.outputs.iter().all(|clause| clause.default.is_none()) {
        return None;
    }
    let mut computed = BTreeMap::new();
    let cells = table.outputs.iter().map(|clause| match &clause.default {
        Some(cell) => shared_conclusion(cell, &mut computed, compiler),
        None => Conclusion::Constant(Value::Null),
    });
    Some(cells.collect())
}

impl Compiler<'_, '_> {
    /// Camunda's engine takes types and allowed values as hints for the modeller.
    fn checks_types(&self) -> bool {
        self.scope.dialect() == feel::Dialect::Standard
    }
}
