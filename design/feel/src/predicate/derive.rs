//! Derives the condition from the syntax tree. Negation is carried down to the comparisons, where its meaning for absent
//! values is known.

use std::{ops::Bound, sync::Arc};

use super::{NotPushable, Op, Predicate};
use crate::{
    context::Context,
    eval::{self, Inputs},
    expression::{Dialect, Expression, Options},
    path::Path,
    problem::Span,
    resolve,
    run::Run,
    syntax::tree::{CompareOp, Kind, Node, Test},
    types::Types,
    value::Value,
};

type Derived = Result<Predicate, NotPushable>;

pub(super) fn condition(expression: &Expression, bound: &Context, run: &mut Run) -> Derived {
    Deriver { dialect: expression.dialect(), bound, run }.node(expression.tree(), Wanted::True)
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

/// An operand: stored in the row, or the same for every row.
enum Operand {
    Stored(Path),
    Constant(Value),
}

struct Deriver<'a> {
    dialect: Dialect,
    bound: &'a Context,
    run: &'a mut Run,
}

impl Deriver<'_> {
    fn node(&mut self, node: &Node, wanted: Wanted) -> Derived {
        match &node.kind {
            Kind::And(operands) => self.joined(operands, wanted, wanted == Wanted::True),
            Kind::Or(operands) => self.joined(operands, wanted, wanted == Wanted::False),
            Kind::Compare { op, left, right } => self.comparison(*op, left, right, wanted),
            Kind::Between { value, low, high } => {
                let low = self.comparison(CompareOp::GreaterOrEqual, value, low, wanted)?;
                let high = self.comparison(CompareOp::LessOrEqual, value, high, wanted)?;
                Ok(join(vec![low, high], wanted == Wanted::True))
            }
            Kind::In { value, tests } => self.membership(value, tests, wanted),
            Kind::Call { function, arguments } => self.call(node, function, arguments, wanted),
            _ => self.truth(node, wanted),
        }
    }

    fn joined(&mut self, operands: &[Node], wanted: Wanted, all: bool) -> Derived {
        let parts: Result<Vec<_>, _> =
            operands.iter().map(|node| self.node(node, wanted)).collect();
        Ok(join(parts?, all))
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
            ("starts with", [text, prefix]) => match (self.operand(text)?, self.operand(prefix)?) {
                (Operand::Stored(path), Operand::Constant(Value::String(prefix))) => {
                    let starts = Predicate::StartsWith { path, prefix };
                    Ok(if wanted == Wanted::True { starts } else { Predicate::Not(starts.into()) })
                }
                (Operand::Constant(_), Operand::Constant(_)) => self.truth(node, wanted),
                _ => Err(refused(node.span, "only a stored text can start with a constant one")),
            },
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

    fn operand(&mut self, node: &Node) -> Result<Operand, NotPushable> {
        if let Some(path) = stored(node).filter(|path| {
            path.first().is_some_and(|root| self.bound.get(root).is_none() && root.as_ref() != "?")
        }) {
            return Ok(Operand::Stored(Path::new(path)));
        }
        let names: Vec<&str> = self.bound.names().map(AsRef::as_ref).collect();
        let options = Options { dialect: self.dialect, names: &names };
        let Ok(resolved) = resolve::expression(node, &options, &Types::new()) else {
            return Err(refused(node.span, "it is not complete"));
        };
        if let Some(name) = resolved.inputs.iter().find(|name| self.bound.get(name).is_none()) {
            return Err(refused(
                node.span,
                &format!("`{name}` is used in a way that a database does not know"),
            ));
        }
        let inputs = Inputs::Scope(self.bound, &resolved.inputs);
        Ok(Operand::Constant(eval::expression(&resolved.code, inputs, self.dialect, self.run)))
    }
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
            for item in &items {
                tested(path, item.clone(), wanted, span, values, parts)?;
            }
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

/// The steps of a path from a free name.
fn stored(node: &Node) -> Option<Vec<Arc<str>>> {
    match &node.kind {
        Kind::Name(name) => Some(vec![Arc::clone(name)]),
        Kind::Path { base, name } => {
            let mut steps = stored(base)?;
            steps.push(Arc::clone(name));
            Some(steps)
        }
        _ => None,
    }
}

fn refused(span: Span, message: &str) -> NotPushable {
    NotPushable { span, message: message.to_owned() }
}

fn settled(holds: bool) -> Predicate {
    if holds { Predicate::Always } else { Predicate::Never }
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
    let op = match op {
        CompareOp::Equal => Op::Equal,
        CompareOp::NotEqual => Op::NotEqual,
        CompareOp::Less => Op::Less,
        CompareOp::LessOrEqual => Op::LessOrEqual,
        CompareOp::Greater => Op::Greater,
        CompareOp::GreaterOrEqual => Op::GreaterOrEqual,
    };
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
