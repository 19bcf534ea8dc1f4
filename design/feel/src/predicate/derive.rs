//! Derives the condition from the syntax tree. Negation is carried down to the comparisons, where its meaning for absent
//! values is known.

use std::{ops::Bound, sync::Arc};

use super::{
    NotPushable, Op, Predicate, Pushed,
    operand::{Operand, Shifted, divided, moved},
};
use crate::{
    context::Context,
    decimal::Decimal,
    eval,
    expression::{Dialect, Expression},
    path::Path,
    problem::Span,
    run::Run,
    syntax::tree::{CompareOp, Kind, Node, Test},
    value::Value,
};

type Derived = Result<Predicate, NotPushable>;

pub(super) fn condition(expression: &Expression, bound: &Context, run: &mut Run) -> Derived {
    let mut deriver = Deriver::new(expression.dialect(), bound, run, &|_| true);
    deriver.derived(expression.tree(), Wanted::True)
}

/// Every part that cannot be answered may hold. Parts are only ever joined by and, or: negation is carried down to them, so
/// that the whole can only find more rows, never less.
pub(super) fn pushed(
    expression: &Expression,
    bound: &Context,
    run: &mut Run,
    readable: &dyn Fn(&[Arc<str>]) -> bool,
) -> Pushed {
    let mut deriver = Deriver::new(expression.dialect(), bound, run, readable);
    deriver.refusals = Refusals::Kept(None);
    let derived = deriver.node(expression.tree(), Wanted::True);
    let residual = if let Refusals::Kept(first) = deriver.refusals { first } else { None };
    match derived {
        Ok(predicate) => Pushed { predicate, residual },
        Err(refusal) => Pushed { predicate: Predicate::Always, residual: Some(refusal) },
    }
}

/// Which answer of a part makes the whole hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    True,
    False,
}

impl Wanted {
    fn flipped(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
        }
    }
}

/// What becomes of a part that a database cannot answer.
enum Refusals {
    /// It ends the derivation.
    Final,
    /// It may hold; the first one is kept.
    Kept(Option<NotPushable>),
}

pub(super) struct Deriver<'a> {
    pub(super) dialect: Dialect,
    pub(super) bound: &'a Context,
    pub(super) run: &'a mut Run,
    pub(super) readable: &'a dyn Fn(&[Arc<str>]) -> bool,
    refusals: Refusals,
}

impl<'a> Deriver<'a> {
    fn new(
        dialect: Dialect,
        bound: &'a Context,
        run: &'a mut Run,
        readable: &'a dyn Fn(&[Arc<str>]) -> bool,
    ) -> Self {
        Self { dialect, bound, run, readable, refusals: Refusals::Final }
    }

    fn node(&mut self, node: &Node, wanted: Wanted) -> Derived {
        match (self.derived(node, wanted), &mut self.refusals) {
            (Err(refusal), Refusals::Kept(first)) => {
                first.get_or_insert(refusal);
                Ok(Predicate::Always)
            }
            (derived, _) => derived,
        }
    }

    fn derived(&mut self, node: &Node, wanted: Wanted) -> Derived {
        match &node.kind {
            Kind::And(operands) => self.joined(operands, wanted, wanted == Wanted::True),
            Kind::Or(operands) => self.joined(operands, wanted, wanted == Wanted::False),
            Kind::Compare { op, left, right } => self.comparison(*op, left, right, wanted),
            Kind::Between { value, low, high } => self.between(value, [low, high], wanted),
            Kind::In { value, tests } => self.membership(value, tests, wanted),
            Kind::Call { function, arguments } => self.call(node, function, arguments, wanted),
            Kind::If { condition, then, otherwise } => {
                self.either(node, condition, [then, otherwise], wanted)
            }
            _ => self.truth(node, wanted),
        }
    }

    fn joined(&mut self, operands: &[Node], wanted: Wanted, all: bool) -> Derived {
        let parts: Result<Vec<_>, _> =
            operands.iter().map(|node| self.node(node, wanted)).collect();
        Ok(join(parts?, all))
    }

    /// A row is found where its condition holds and the first branch does, or where the second one does. Which branch
    /// counts is left to evaluation: where the condition is null it is the second, which a database does not see.
    fn either(
        &mut self,
        node: &Node,
        condition: &Node,
        [then, otherwise]: [&Node; 2],
        wanted: Wanted,
    ) -> Derived {
        let refusal = refused(node.span, "which branch counts is only known by evaluation");
        match &mut self.refusals {
            Refusals::Final => return Err(refusal),
            Refusals::Kept(first) => drop(first.get_or_insert(refusal)),
        }
        let first = [self.node(condition, Wanted::True)?, self.node(then, wanted)?];
        let second = self.node(otherwise, wanted)?;
        Ok(join(vec![join(first.into(), true), second], false))
    }

    fn between(&mut self, value: &Node, [low, high]: [&Node; 2], wanted: Wanted) -> Derived {
        let above = self.comparison(CompareOp::GreaterOrEqual, value, low, wanted)?;
        let below = self.comparison(CompareOp::LessOrEqual, value, high, wanted)?;
        Ok(join(vec![above, below], wanted == Wanted::True))
    }

    /// A stored boolean, or a condition that is the same for every row.
    fn truth(&mut self, node: &Node, wanted: Wanted) -> Derived {
        match self.operand(node)? {
            Operand::Stored(path) => {
                let value = Value::Boolean(wanted == Wanted::True);
                Ok(Predicate::Compare { path, op: Op::Equal, value })
            }
            Operand::Constant(value) => {
                Ok(settled(value == Value::Boolean(wanted == Wanted::True)))
            }
            Operand::Length(_) | Operand::Shifted(_) | Operand::Scaled(..) => {
                Err(refused(node.span, "it is no condition"))
            }
        }
    }

    fn call(
        &mut self,
        node: &Node,
        function: &Node,
        arguments: &[Node],
        wanted: Wanted,
    ) -> Derived {
        let name = if let Kind::Name(name) = &function.kind { name.as_ref() } else { "" };
        match (name, arguments) {
            ("not", [operand]) => self.node(operand, wanted.flipped()),
            ("starts with" | "contains" | "ends with", [text, part]) => {
                match (self.operand(text)?, self.operand(part)?) {
                    (Operand::Stored(path), Operand::Constant(Value::String(part))) => {
                        let test = text_test(name, path, part);
                        Ok(if wanted == Wanted::True { test } else { Predicate::Not(test.into()) })
                    }
                    (Operand::Constant(_), Operand::Constant(_)) => self.truth(node, wanted),
                    _ => Err(refused(
                        node.span,
                        "only a stored text can be searched for a constant one",
                    )),
                }
            }
            ("list contains", [list, element]) => {
                match (self.operand(list)?, self.operand(element)?) {
                    (Operand::Constant(Value::List(items)), Operand::Stored(path)) => {
                        let found = listed(path, &items, node.span)?;
                        Ok(if wanted == Wanted::True { found } else { unless(found) })
                    }
                    (Operand::Constant(_), Operand::Constant(_)) => self.truth(node, wanted),
                    _ => Err(refused(node.span, "only a constant list can hold a stored value")),
                }
            }
            _ => self.truth(node, wanted),
        }
    }

    fn comparison(&mut self, op: CompareOp, left: &Node, right: &Node, wanted: Wanted) -> Derived {
        let span = left.span.to(right.span);
        match (self.operand(left)?, self.operand(right)?) {
            (Operand::Stored(path), Operand::Constant(value)) => {
                compared(path, op, value, wanted, span)
            }
            (Operand::Constant(value), Operand::Stored(path)) => {
                compared(path, mirrored(op), value, wanted, span)
            }
            (Operand::Stored(_), Operand::Stored(_)) => {
                Err(refused(span, "it compares two stored values"))
            }
            (Operand::Constant(left), Operand::Constant(right)) => {
                let answer = eval::compare_values(op, &left, &right, self.dialect);
                Ok(settled(answer == Some(wanted == Wanted::True)))
            }
            (Operand::Length(path), Operand::Constant(Value::Number(length))) => {
                Ok(Predicate::Length { path, op: op_of(op, wanted), length })
            }
            (Operand::Constant(Value::Number(length)), Operand::Length(path)) => {
                Ok(Predicate::Length { path, op: op_of(mirrored(op), wanted), length })
            }
            (Operand::Shifted(shifted), Operand::Constant(value)) => {
                shifted_compared(shifted, op, &value, wanted, span)
            }
            (Operand::Constant(value), Operand::Shifted(shifted)) => {
                shifted_compared(shifted, mirrored(op), &value, wanted, span)
            }
            (Operand::Scaled(path, factor), Operand::Constant(value)) => {
                scaled_compared(path, factor, op, &value, wanted, span)
            }
            (Operand::Constant(value), Operand::Scaled(path, factor)) => {
                scaled_compared(path, factor, mirrored(op), &value, wanted, span)
            }
            _ => Err(refused(span, "it compares two values that are made of stored ones")),
        }
    }

    fn membership(&mut self, value: &Node, tests: &[Test], wanted: Wanted) -> Derived {
        let Operand::Stored(path) = self.operand(value)? else {
            return Err(refused(value.span, "only a stored value can be looked for"));
        };
        let (mut values, mut parts) = (Vec::new(), Vec::new());
        for test in tests {
            let Operand::Constant(operand) = self.operand(test.node())? else {
                return Err(refused(test.node().span, "it compares two stored values"));
            };
            let span = test.node().span;
            match test {
                Test::Compare { op, .. } => {
                    parts.push(compared(path.clone(), *op, operand, wanted, span)?);
                }
                // What is no range holds nothing, and is not known to hold nothing.
                Test::Expression(Node { kind: Kind::Range { .. }, .. }) if operand.is_null() => {
                    parts.push(Predicate::Never);
                }
                Test::Expression(_) => {
                    tested(&path, operand, wanted, span, &mut values, &mut parts)?;
                }
            }
        }
        if !values.is_empty() {
            parts.push(one_of(path, values, wanted));
        }
        Ok(join(parts, wanted == Wanted::False))
    }
}

/// Where an order relation holds of the stored value itself. Equality is left alone: what cannot be added is null,
/// which equals no constant, and a database does not see that.
fn shifted_compared(
    shifted: Shifted,
    op: CompareOp,
    value: &Value,
    wanted: Wanted,
    span: Span,
) -> Derived {
    let Shifted { path, mirrored: turned, offset } = shifted;
    let ordered = !matches!(op, CompareOp::Equal | CompareOp::NotEqual);
    match moved(value, &offset, turned).filter(|_| ordered) {
        Some(value) => {
            let op = if turned { mirrored(op) } else { op };
            compared(path, op, value, wanted, span)
        }
        None => Err(refused(span, "the stored value cannot be told exactly from the result")),
    }
}

/// The same for a product: a factor below zero turns the order round.
fn scaled_compared(
    path: Path,
    factor: Decimal,
    op: CompareOp,
    value: &Value,
    wanted: Wanted,
    span: Span,
) -> Derived {
    let ordered = !matches!(op, CompareOp::Equal | CompareOp::NotEqual);
    match divided(value, factor).filter(|_| ordered) {
        Some(value) => {
            let op = if factor.is_negative() { mirrored(op) } else { op };
            compared(path, op, value, wanted, span)
        }
        None => Err(refused(span, "the stored value cannot be told exactly from the result")),
    }
}

/// A stored text that is searched.
fn text_test(name: &str, path: Path, part: Arc<str>) -> Predicate {
    match name {
        "contains" => Predicate::Contains { path, part },
        "ends with" => Predicate::EndsWith { path, suffix: part },
        _ => Predicate::StartsWith { path, prefix: part },
    }
}

/// A stored value that is an item of a list.
fn listed(path: Path, items: &[Value], span: Span) -> Derived {
    let mut parts = Vec::new();
    let values: Vec<Value> = items.iter().filter(|item| !item.is_null()).cloned().collect();
    if let Some(other) = values.iter().find(|value| !is_storable(value)) {
        return Err(refused(span, &format!("{} cannot be stored", other.type_name())));
    }
    if values.len() < items.len() {
        parts.push(Predicate::IsNull { path: path.clone() });
    }
    if !values.is_empty() {
        parts.push(Predicate::In { path, values });
    }
    Ok(join(parts, false))
}

/// One operand of `in`: plain values are gathered, ranges become comparisons.
fn tested(
    path: &Path,
    operand: Value,
    wanted: Wanted,
    span: Span,
    values: &mut Vec<Value>,
    parts: &mut Vec<Predicate>,
) -> Result<(), NotPushable> {
    match operand {
        Value::List(items) => {
            let (mut own, mut all) = (Vec::new(), Vec::new());
            // No list and no context is stored, so that none of them equals what is.
            let items = items.iter().filter(|it| !matches!(it, Value::List(_) | Value::Context(_)));
            for item in items {
                tested(path, item.clone(), Wanted::True, span, &mut own, &mut all)?;
            }
            if wanted == Wanted::True {
                values.append(&mut own);
                parts.append(&mut all);
                return Ok(());
            }
            // Unlike a single value, a list says no where the types differ.
            if !own.is_empty() {
                all.push(one_of(path.clone(), own, Wanted::True));
            }
            parts.push(unless(join(all, false)));
        }
        Value::Range(range) if range.unequal_value().is_some() => {
            let value = range.unequal_value().cloned().unwrap_or_default();
            parts.push(compared(path.clone(), CompareOp::NotEqual, value, wanted, span)?);
        }
        Value::Range(range) => {
            let ends = [
                (range.start(), CompareOp::Greater, CompareOp::GreaterOrEqual),
                (range.end(), CompareOp::Less, CompareOp::LessOrEqual),
            ];
            let mut both = Vec::new();
            for (end, open, closed) in ends {
                let (op, value) = match end {
                    Bound::Included(value) => (closed, value),
                    Bound::Excluded(value) => (open, value),
                    Bound::Unbounded => continue,
                };
                both.push(compared(path.clone(), op, value.clone(), wanted, span)?);
            }
            parts.push(join(both, wanted == Wanted::True));
        }
        Value::Null => {
            parts.push(compared(path.clone(), CompareOp::Equal, Value::Null, wanted, span)?);
        }
        value if is_storable(&value) => values.push(value),
        other => return Err(refused(span, &format!("{} cannot be stored", other.type_name()))),
    }
    Ok(())
}

pub(super) fn refused(span: Span, message: &str) -> NotPushable {
    NotPushable { span, message: message.to_owned() }
}

fn settled(holds: bool) -> Predicate {
    if holds { Predicate::Always } else { Predicate::Never }
}

/// Where it does not hold, known or not.
fn unless(part: Predicate) -> Predicate {
    match part {
        Predicate::Always => Predicate::Never,
        Predicate::Never => Predicate::Always,
        part => Predicate::Unless(part.into()),
    }
}

/// All or any of the parts; what is settled already is left out.
fn join(parts: Vec<Predicate>, all: bool) -> Predicate {
    let (neutral, deciding) = if all {
        (Predicate::Always, Predicate::Never)
    } else {
        (Predicate::Never, Predicate::Always)
    };
    if parts.contains(&deciding) {
        return deciding;
    }
    let mut kept: Vec<Predicate> = parts.into_iter().filter(|part| *part != neutral).collect();
    match (kept.len(), all) {
        (0, _) => neutral,
        (1, _) => kept.pop().unwrap_or(neutral),
        (_, true) => Predicate::And(kept),
        (_, false) => Predicate::Or(kept),
    }
}

fn is_storable(value: &Value) -> bool {
    !matches!(
        value,
        Value::Null | Value::List(_) | Value::Context(_) | Value::Range(_) | Value::Function(_)
    )
}

fn compared(path: Path, op: CompareOp, value: Value, wanted: Wanted, span: Span) -> Derived {
    let op = if wanted == Wanted::True { op } else { opposite(op) };
    if value.is_null() {
        return Ok(match op {
            CompareOp::Equal => Predicate::IsNull { path },
            CompareOp::NotEqual => Predicate::IsNotNull { path },
            _ => Predicate::Never,
        });
    }
    if !is_storable(&value) {
        return Err(refused(span, &format!("{} cannot be stored", value.type_name())));
    }
    let op = plain(op);
    let comparison = Predicate::Compare { path: path.clone(), op, value };
    // In FEEL, null is another value: `null != 5` is true.
    Ok(if op == Op::NotEqual {
        Predicate::Or(vec![comparison, Predicate::IsNull { path }])
    } else {
        comparison
    })
}

fn one_of(path: Path, values: Vec<Value>, wanted: Wanted) -> Predicate {
    let found = Predicate::In { path: path.clone(), values };
    match wanted {
        Wanted::True => found,
        Wanted::False => {
            Predicate::Or(vec![Predicate::Not(found.into()), Predicate::IsNull { path }])
        }
    }
}

fn opposite(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Equal => CompareOp::NotEqual,
        CompareOp::NotEqual => CompareOp::Equal,
        CompareOp::Less => CompareOp::GreaterOrEqual,
        CompareOp::LessOrEqual => CompareOp::Greater,
        CompareOp::Greater => CompareOp::LessOrEqual,
        CompareOp::GreaterOrEqual => CompareOp::Less,
    }
}

/// The operator with its operands the other way round.
fn mirrored(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Equal | CompareOp::NotEqual => op,
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
    }
}

fn op_of(op: CompareOp, wanted: Wanted) -> Op {
    plain(if wanted == Wanted::True { op } else { opposite(op) })
}

fn plain(op: CompareOp) -> Op {
    match op {
        CompareOp::Equal => Op::Equal,
        CompareOp::NotEqual => Op::NotEqual,
        CompareOp::Less => Op::Less,
        CompareOp::LessOrEqual => Op::LessOrEqual,
        CompareOp::Greater => Op::Greater,
        CompareOp::GreaterOrEqual => Op::GreaterOrEqual,
    }
}
