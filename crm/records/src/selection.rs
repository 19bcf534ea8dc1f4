//! Which rows of an object are wanted: a condition over their own fields and over those of the records that they refer
//! to. The metadata is asked once, here; whoever answers the condition, a database or memory, finds ready what its paths
//! lead to. Nothing is loaded here.

mod fit;
mod reach;
mod referred;

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::Key;
use feel::predicate::{Predicate, pushed_in};
use feel::{Context, Expression, Path, Run, Value};

pub(crate) use self::reach::is_of_row;
use self::reach::{Reach, reach};
pub use self::referred::Referred;
use crate::guard::Row;
use crate::view::{flat_value, key_text};
use crate::{FieldValue, ObjectDef, Record, Schema};

/// How many references a path of a condition goes through at most.
pub const REFERENCES_MAX: usize = 3;
/// How many different references one condition reads through at most; a database joins a table for each.
pub const REFERRED_MAX: usize = 8;

/// Which rows of an object are wanted.
#[derive(Clone, Debug)]
pub struct Selection {
    predicate: Predicate,
    evaluated: Option<Expression>,
    // INVARIANT: by the references that lead there; with a path there is every beginning of it, which sorts before it.
    objects: BTreeMap<Path, Arc<ObjectDef>>,
    /// The references that evaluation sees as contexts, with the names that it reads there.
    shown: BTreeMap<Path, BTreeSet<Arc<str>>>,
}

/// Why a condition selects no rows: lower case, no full stop, says what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotSelectable(pub(crate) String);

impl From<Predicate> for Selection {
    /// A predicate over the row's own fields.
    fn from(predicate: Predicate) -> Self {
        let (objects, shown) = (BTreeMap::new(), BTreeMap::new());
        Self { predicate, evaluated: None, objects, shown }
    }
}

impl Selection {
    /// The rows for which a condition in FEEL is true, at the time of the run.
    ///
    /// # Errors
    /// It reads what neither a row nor a record that it refers to holds.
    pub fn new(
        schema: &Schema,
        object: &Arc<ObjectDef>,
        condition: &Expression,
        run: &mut Run,
    ) -> Result<Self, NotSelectable> {
        let mut selection = Self::from(Predicate::Always);
        for path in condition.paths() {
            selection.read(schema, &reach(schema, object, path)?);
        }
        if selection.objects.len() > REFERRED_MAX {
            return Err(NotSelectable(format!(
                "the condition reads through more than {REFERRED_MAX} different references; leave some out"
            )));
        }
        let readable =
            |path: &[Arc<str>]| reach(schema, object, path).is_ok_and(|reach| reach.is_stored());
        let pushed = pushed_in(condition, &Context::new(), run, &readable);
        selection.predicate = pushed.predicate;
        if let Some(reason) = pushed.residual {
            selection.one_meaning_each(condition, &reason.message)?;
            selection.evaluated = Some(condition.clone());
        }
        Ok(selection)
    }

    /// The same with another predicate, which reads the same records.
    #[must_use]
    pub fn with(&self, predicate: Predicate) -> Self {
        Self { predicate, ..self.clone() }
    }

    /// Holds for every row that is wanted; where nothing is evaluated, for no other. A database answers it.
    pub fn predicate(&self) -> &Predicate {
        &self.predicate
    }

    /// The whole condition, where only evaluation of the rows that the predicate finds can tell.
    pub fn evaluated(&self) -> Option<&Expression> {
        self.evaluated.as_ref()
    }

    /// The objects of the records that are read through references, by the references that lead there. A path comes
    /// after all its beginnings.
    pub fn objects(&self) -> &BTreeMap<Path, Arc<ObjectDef>> {
        &self.objects
    }

    /// The records that these rows refer to, as far as the condition reads them. `load` is asked for the existing ones
    /// among some records of one object, once for each reference.
    ///
    /// # Errors
    /// Those of `load`.
    pub fn follow<E>(
        &self,
        object: &ObjectDef,
        rows: &[impl Borrow<Record>],
        mut load: impl FnMut(&Arc<ObjectDef>, BTreeSet<Key>) -> Result<Vec<Arc<Record>>, E>,
    ) -> Result<Referred, E> {
        let mut found = Referred::default();
        for (path, target) in &self.objects {
            let Some((name, before)) = path.split_last() else { continue };
            let keys = match self.objects.get(before) {
                Some(holder) => found.keys(before, holder, name),
                None => referred::keys(rows.iter().map(Borrow::borrow), object, name),
            };
            let rows = if keys.is_empty() { Vec::new() } else { load(target, keys)? };
            found.insert(path.clone(), rows);
        }
        Ok(found)
    }

    /// Whether the row satisfies the predicate, exactly as a database answers it.
    pub fn matches(&self, object: &ObjectDef, record: &Record, referred: &Referred) -> bool {
        Row { object, record, through: Some((self, referred)) }.holds(&self.predicate) == Some(true)
    }

    /// Whether the row is wanted; null counts as no.
    pub fn selects(
        &self,
        object: &ObjectDef,
        record: &Record,
        referred: &Referred,
        run: &mut Run,
    ) -> bool {
        let Some(condition) = &self.evaluated else {
            return self.matches(object, record, referred);
        };
        let slots = condition
            .inputs()
            .iter()
            .map(|name| self.shown_value(&Path::new([Arc::clone(name)]), object, record, referred));
        let slots: Vec<Value> = slots.collect();
        condition.evaluate(&slots, run).as_bool() == Some(true)
    }

    /// What stands at a path that goes through references; null where one of them is, or leads to no record.
    pub(crate) fn referred_value(
        &self,
        object: &ObjectDef,
        record: &Record,
        referred: &Referred,
        path: &[Arc<str>],
    ) -> Option<Value> {
        let (name, references) = path.split_last()?;
        let (mut object, mut record) = (object, record);
        for (depth, reference) in (1..).zip(references) {
            let key = record.value(object, reference).as_reference()?;
            let at = references.get(..depth)?;
            (object, record) = (self.objects.get(at)?, referred.row(at, key)?);
        }
        flat_value(object, record, name)
    }

    /// Notes what a path leads through.
    fn read(&mut self, schema: &Schema, reach: &Reach<'_>) {
        for (depth, target) in (1..).zip(&reach.objects) {
            let (Some(references), Some(next)) = (reach.path.get(..depth), reach.path.get(depth))
            else {
                return;
            };
            let references = Path::new(references.iter().map(Arc::clone));
            if let Some(target) = schema.object(target) {
                self.objects.insert(references.clone(), Arc::clone(target));
            }
            self.shown.entry(references).or_default().insert(Arc::clone(next));
        }
        if reach.is_key {
            let reference = reach.value().iter().map(Arc::clone);
            self.shown.entry(Path::new(reference)).or_default();
        }
    }

    /// A reference is its key as text, and a context where something is read of it: evaluation can see one of them.
    fn one_meaning_each(&self, condition: &Expression, reason: &str) -> Result<(), NotSelectable> {
        let both = condition.paths().iter().find(|path| self.shown.contains_key(&***path));
        match both {
            None => Ok(()),
            Some(path) => Err(NotSelectable(format!(
                "`{path}` stands for the key and is read through as well; write `{path}.key` for the key \
                 (evaluated, because {reason})"
            ))),
        }
    }

    /// A value of the row as evaluation sees it.
    fn shown_value(
        &self,
        path: &Path,
        object: &ObjectDef,
        record: &Record,
        referred: &Referred,
    ) -> Value {
        let Some(name) = path.last() else { return Value::Null };
        let Some(names) = self.shown.get(path) else {
            return flat_value(object, record, name).unwrap_or_default();
        };
        let FieldValue::Reference(key) = record.value(object, name) else { return Value::Null };
        let mut context = Context::new();
        context.insert("key", key_text(*key));
        if let (Some(object), Some(record)) = (self.objects.get(path), referred.row(path, *key)) {
            for name in names {
                let inner = Path::new(path.iter().chain([name]).map(Arc::clone));
                let value = self.shown_value(&inner, object, record, referred);
                context.insert(Arc::clone(name), value);
            }
        }
        context.into()
    }
}

#[cfg(test)]
mod tests;
