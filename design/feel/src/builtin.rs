//! The built-in functions (DMN 1.5, 10.3.4, and Camunda's extensions): their names, forms and how they are called.

#![expect(
    clippy::unnecessary_wraps,
    reason = "all functions have one signature, whether or not they can refuse"
)]

mod argument;
mod boolean;
mod context;
mod conversion;
mod fold;
mod list;
mod matching;
mod number;
mod pattern;
mod range;
mod signature;
mod special;
mod statistics;
mod string;
mod temporal;

use std::sync::Arc;

use self::argument::{Answer, Call, Refusal};
pub(crate) use self::{
    conversion::at_literal, fold::Fold, pattern::Pattern, signature::signatures,
};
use crate::{
    expression::Dialect,
    function::{Function, Kind as FunctionKind},
    ir::{Kind, Node},
    problem::Span,
    run::{Run, WarningKind},
    value::{Extent, Value},
};

/// A built-in function.
///
/// A form is a list of parameter names: `name?` may be left out, `name..` takes one or more arguments.
pub(crate) struct Builtin {
    name: &'static str,
    forms: &'static [&'static [&'static str]],
    call: fn(&mut Call<'_>) -> Answer,
}

const TABLES: [&[Builtin]; 10] = [
    boolean::FUNCTIONS,
    context::FUNCTIONS,
    conversion::FUNCTIONS,
    list::FUNCTIONS,
    number::FUNCTIONS,
    range::FUNCTIONS,
    special::FUNCTIONS,
    statistics::FUNCTIONS,
    string::FUNCTIONS,
    temporal::FUNCTIONS,
];

/// Functions whose result depends on more than their arguments.
const IMPURE: [&str; 6] = ["now", "today", "random number", "uuid", "assert", "fromAi"];

/// Forms that only Camunda's dialect has.
const CAMUNDA_FORMS: [(&str, &[&str]); 7] = [
    ("abs", &["number"]),
    ("context merge", &["contexts.."]),
    ("count", &["c.."]),
    ("get value", &["context", "key"]),
    ("get value", &["context", "keys"]),
    ("sort", &["list"]),
    ("string join", &["list", "delimiter?", "prefix?", "suffix?"]),
];

/// Functions as they are called by the name of a parameter, where that makes a difference: it says which of several types
/// is meant, and by name an argument of `is` may be left out, as the compatibility kit has it.
static NAMED: [(&str, Builtin); 6] = [
    ("value1", IS_BY_NAME),
    ("value2", IS_BY_NAME),
    (
        "match",
        Builtin {
            name: "list replace",
            forms: &[&["list", "match", "newItem"]],
            call: list::replace_matching,
        },
    ),
    (
        "position",
        Builtin {
            name: "list replace",
            forms: &[&["list", "position", "newItem"]],
            call: list::replace_at,
        },
    ),
    (
        "key",
        Builtin {
            name: "context put",
            forms: &[&["context", "key", "value"]],
            call: context::put_at_key,
        },
    ),
    (
        "keys",
        Builtin {
            name: "context put",
            forms: &[&["context", "keys", "value"]],
            call: context::put_at_keys,
        },
    ),
];

const IS_BY_NAME: Builtin =
    Builtin { name: "is", forms: &[&["value1?", "value2?"]], call: boolean::is };

fn lookup(name: &str) -> Option<&'static Builtin> {
    TABLES.iter().flat_map(|table| table.iter()).find(|builtin| builtin.name == name)
}

/// The built-in functions by name with the parameters of each form, in the order of their groups: `name?` may be left out,
/// `name..` takes one or more arguments.
pub fn builtins() -> impl Iterator<Item = (&'static str, &'static [&'static [&'static str]])> {
    TABLES.iter().flat_map(|table| table.iter()).map(|builtin| (builtin.name, builtin.forms))
}

/// Whether a built-in function has that name.
pub(crate) fn is_name(name: &str) -> bool {
    lookup(name).is_some()
}

/// The built-in function of that name. Both dialects know all of them: more functions are no contradiction.
pub(crate) fn find(name: &str, _dialect: Dialect) -> Option<Value> {
    lookup(name).map(|builtin| Value::Function(Arc::new(Function(FunctionKind::Builtin(builtin)))))
}

/// The built-in function that a node always is.
pub(crate) fn bound(node: &Node) -> Option<&'static Builtin> {
    match &node.kind {
        Kind::Constant(Value::Function(function)) => match &function.0 {
            FunctionKind::Builtin(builtin) => Some(builtin),
            FunctionKind::Lambda(_) | FunctionKind::Native { .. } => None,
        },
        _ => None,
    }
}

/// The regular expression of a call whose pattern and flags are constants; `None` also where it is none, of which every
/// evaluation then warns.
pub(crate) fn pattern(builtin: &Builtin, arguments: &[Node]) -> Option<Arc<Pattern>> {
    let (pattern, flags) = matching::POSITIONS
        .iter()
        .find(|(name, ..)| *name == builtin.name)
        .map(|(_, pattern, flags)| (*pattern, *flags))?;
    let constant = |index: usize| match arguments.get(index).map(|node| &node.kind) {
        Some(Kind::Constant(value)) => Some(value),
        None => Some(&Value::Null),
        Some(_) => None,
    };
    let flags = match constant(flags)? {
        Value::Null => "",
        other => other.as_str()?,
    };
    Pattern::read(constant(pattern)?.as_str()?, flags).ok().map(Arc::new)
}

/// Calls by position.
pub(crate) fn call(
    builtin: &Builtin,
    arguments: &[Value],
    dialect: Dialect,
    span: Span,
    run: &mut Run,
) -> Value {
    call_prepared(builtin, arguments, None, dialect, span, run)
}

/// Calls by position, with the regular expression where it is known.
pub(crate) fn call_prepared(
    builtin: &Builtin,
    arguments: &[Value],
    pattern: Option<&Arc<Pattern>>,
    dialect: Dialect,
    span: Span,
    run: &mut Run,
) -> Value {
    if !builtin.forms_of(dialect).any(|form| takes(form, arguments.len())) {
        run.warn(WarningKind::NoFunctionFound, span, || {
            format!("`{}` takes no {} arguments", builtin.name, arguments.len())
        });
        return Value::Null;
    }
    // Most functions look at all that they are given.
    run.sees(Extent::all(arguments).parts, span);
    let mut call = Call { arguments, pattern, dialect, span, run };
    let answer = (builtin.call)(&mut call);
    answered(builtin, answer, span, run)
}

/// What an aggregation has come to.
pub(crate) fn fold_answer(builtin: &Builtin, fold: Fold, span: Span, run: &mut Run) -> Value {
    answered(builtin, fold.answer(), span, run)
}

fn answered(builtin: &Builtin, answer: Answer, span: Span, run: &mut Run) -> Value {
    match answer {
        Ok(value) => value,
        Err(Refusal(message)) => {
            run.warn(WarningKind::FunctionFailure, span, || {
                format!("`{}`: {message}", builtin.name)
            });
            Value::Null
        }
    }
}

fn takes(form: &[&str], count: usize) -> bool {
    let required = form.iter().filter(|name| !name.ends_with('?')).count();
    let most = if form.iter().any(|name| name.ends_with("..")) { usize::MAX } else { form.len() };
    (required..=most).contains(&count)
}

fn bare(parameter: &str) -> &str {
    parameter.trim_end_matches(['?', '.'])
}

/// Whether an argument can have that name: `c..` stands for `c1`, `c2` and so on, of which no one is named.
fn can_be_named(parameter: &str) -> bool {
    !parameter.ends_with("..") || bare(parameter).len() > 1
}

impl Builtin {
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// The parameter names of the first form.
    pub(crate) fn parameters(&self) -> Vec<Arc<str>> {
        self.forms
            .first()
            .into_iter()
            .flat_map(|form| form.iter())
            .map(|name| bare(name).into())
            .collect()
    }

    /// Whether the result depends on the arguments only.
    pub(crate) fn is_pure(&self) -> bool {
        !IMPURE.contains(&self.name)
    }

    /// The forms that a dialect knows.
    fn forms_of(
        &self,
        dialect: Dialect,
    ) -> impl Iterator<Item = &'static [&'static str]> + use<'_> {
        let is_known = move |form: &&'static [&'static str]| {
            dialect == Dialect::Camunda || !CAMUNDA_FORMS.contains(&(self.name, *form))
        };
        self.forms.iter().copied().filter(is_known)
    }

    /// The function that is called by these names: itself, or one of [`NAMED`].
    pub(crate) fn named(&'static self, names: &[&str]) -> &'static Self {
        let is_meant = |(parameter, own): &&(&str, Builtin)| {
            own.name == self.name && names.contains(parameter)
        };
        NAMED.iter().find(is_meant).map_or(self, |(_, own)| own)
    }

    /// For each parameter of the form that has these names, which of them is its argument. What is left out at the end is
    /// not passed; in between it is null.
    pub(crate) fn by_position(
        &self,
        names: &[&str],
        dialect: Dialect,
    ) -> Option<Vec<Option<usize>>> {
        let fits = |form: &&[&str]| {
            let is_own = |own: &&&str, name: &str| bare(own) == name && can_be_named(own);
            let known = names.iter().all(|name| form.iter().any(|own| is_own(&own, name)));
            let complete = form.iter().all(|own| {
                own.ends_with(['?', '.']) || names.iter().any(|name| bare(own) == *name)
            });
            known && complete
        };
        // `before(range, point)` and `before(point, range)` have the same names: the order in which they are written decides.
        let in_order = |form: &&[&str]| form.iter().map(|own| bare(own)).eq(names.iter().copied());
        let form = self.forms_of(dialect).filter(fits).find(in_order);
        let form = form.or_else(|| self.forms_of(dialect).find(fits))?;
        let mut positions: Vec<Option<usize>> =
            form.iter().map(|own| names.iter().position(|name| bare(own) == *name)).collect();
        while matches!(positions.last(), Some(None)) {
            positions.pop();
        }
        Some(positions)
    }
}

impl std::fmt::Debug for Builtin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}
