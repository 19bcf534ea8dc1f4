//! Changes records: checks everything first, numbers what counts itself, keeps the history, and notes
//! what the change may set off. People and processes change records through the same door.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::Key;
use records::{FieldProblem, FieldValue, Input, ObjectDef, Origin, ProblemCode, Record, RecordRef};

use crate::change::{Cause, Change, RecordHistory};
use crate::turn::Turn;
use crate::work::{Chain, Link, Work};
use crate::{ChangedRecord, RecordChange, Rejection, TurnError};

/// In whose name a record changes.
#[derive(Debug, Clone)]
pub(crate) struct Author {
    pub(crate) origin: Origin,
    pub(crate) by: Key,
    /// What led to the change.
    pub(crate) chain: Chain,
    /// The step that does it, where a process does.
    pub(crate) step: Option<Step>,
}

/// A step of a process that changes records.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) process: Arc<str>,
    pub(crate) cause: Cause,
}

impl Author {
    /// What leads to whatever a change of `record` sets off.
    fn chain_over(&self, record: &RecordRef) -> Chain {
        let Some(step) = &self.step else { return self.chain.clone() };
        self.chain.with(Link {
            process: Arc::clone(&step.process),
            element: Arc::clone(&step.cause.element),
            record: record.clone(),
        })
    }

    /// Persons are asked for their permission where their command comes in; a process never is, so
    /// there are objects that it does not touch.
    fn check_right(&self, object: &ObjectDef) -> Result<(), TurnError> {
        if self.step.is_none() || access::is_open_to_processes(&object.name) {
            return Ok(());
        }
        let message = format!(
            "a process may not write records of `{}`, for they decide what people may do; \
             let an administrator change them",
            object.name
        );
        Err(TurnError::rejected("not_for_processes", message))
    }
}

impl Turn<'_> {
    /// Changes records for the actor of the turn.
    pub(crate) fn change_records(
        &mut self,
        changes: &[RecordChange],
    ) -> Result<Vec<ChangedRecord>, TurnError> {
        let author = Author {
            origin: Origin::Person,
            by: self.actor.user,
            chain: Self::no_chain(),
            step: None,
        };
        changes.iter().map(|change| self.change_record(change, &author)).collect()
    }

    /// Changes one record. The version in the answer is the one right after this change.
    pub(crate) fn change_record(
        &mut self,
        change: &RecordChange,
        author: &Author,
    ) -> Result<ChangedRecord, TurnError> {
        let object = self.object(change.object())?;
        let (key, version) = match change {
            RecordChange::Create { input, parts, .. } => {
                (self.create_with_parts(&object, input, parts, author)?, Some(1))
            }
            RecordChange::Update { key, version, input, .. } => {
                (*key, Some(self.update(&object, *key, *version, input, author)?))
            }
            RecordChange::Delete { key, version, .. } => {
                self.delete(&object, *key, *version, author)?;
                (*key, None)
            }
        };
        Ok(ChangedRecord { object: Arc::clone(&object.name), key, version })
    }

    fn create_with_parts(
        &mut self,
        object: &Arc<ObjectDef>,
        input: &Input,
        parts: &BTreeMap<Arc<str>, Vec<Input>>,
        author: &Author,
    ) -> Result<Key, TurnError> {
        let mut problems = Vec::new();
        let key = self.draw();
        self.create(object, key, input, author, "", &mut problems)?;
        if author.origin == Origin::Person && problems.is_empty() {
            self.check_new_part(object, key)?;
        }
        for (collection, inputs) in parts {
            let Some(part) = self.catalogue.schema.collection(&object.name, collection) else {
                problems.push(FieldProblem {
                    field: Arc::clone(collection),
                    message: format!("`{}` has no parts `{collection}`", object.name),
                    code: ProblemCode::UnknownField,
                });
                continue;
            };
            let part = Arc::clone(part);
            for (index, input) in inputs.iter().enumerate() {
                let mut input = input.clone();
                if let Some(part_of) = &part.part_of {
                    input.insert(&part_of.field, key.to_string());
                }
                let place = format!("{collection}[{index}].");
                let part_key = self.draw();
                self.create(&part, part_key, &input, author, &place, &mut problems)?;
                // Where the parent is refused there is nothing to refer to, which is not the part's fault.
                if let Some(part_of) = &part.part_of {
                    let parent = format!("{place}{}", part_of.field);
                    problems.retain(|it| *it.field != *parent || it.code != ProblemCode::NotFound);
                }
            }
        }
        if problems.is_empty() { Ok(key) } else { Err(invalid(problems)) }
    }

    /// Creates one record; what is wrong with it is added to `problems`.
    fn create(
        &mut self,
        object: &Arc<ObjectDef>,
        key: Key,
        input: &Input,
        author: &Author,
        place: &str,
        problems: &mut Vec<FieldProblem>,
    ) -> Result<(), TurnError> {
        let (origin, by) = (author.origin, author.by);
        let mut record = match records::create(object, key, input, origin, by, self.now) {
            Ok(record) => record,
            Err(invalid) => {
                problems.extend(invalid.problems.into_iter().map(|problem| at(place, problem)));
                return Ok(());
            }
        };
        self.set
            .note_new(&self.catalogue.schema, RecordRef { object: Arc::clone(&object.name), key });
        self.number(object, &mut record)?;
        let found = self.check(object, None, &record)?;
        problems.extend(found.into_iter().map(|problem| at(place, problem)));
        self.put(object, None, Some(Arc::new(record)), author)
    }

    /// Gives the next number to each auto-number field.
    fn number(&mut self, object: &Arc<ObjectDef>, record: &mut Record) -> Result<(), TurnError> {
        for (position, field) in object.auto_numbers() {
            let count = self.set.count(self.load, &format!("{}.{}", object.name, field.name))?;
            if let (Some(text), Some(value)) =
                (field.kind.auto_number(count), record.values.get_mut(position))
            {
                *value = FieldValue::Text(text);
            }
        }
        Ok(())
    }

    /// Changes one record and answers its version.
    pub(crate) fn update(
        &mut self,
        object: &Arc<ObjectDef>,
        key: Key,
        version: Option<i64>,
        input: &Input,
        author: &Author,
    ) -> Result<i64, TurnError> {
        let before = self.existing(object, key, version)?;
        let (origin, by) = (author.origin, author.by);
        let after = records::update(object, &before, input, origin, by, self.now)
            .map_err(|invalid| TurnError::from(Rejection::from(invalid)))?;
        self.replace(object, before, after, author)
    }

    /// Puts a record in the place of the one before, unless nothing is different.
    pub(crate) fn replace(
        &mut self,
        object: &Arc<ObjectDef>,
        before: Arc<Record>,
        after: Record,
        author: &Author,
    ) -> Result<i64, TurnError> {
        if before.values == after.values {
            return Ok(before.version);
        }
        let problems = self.check(object, Some(&before), &after)?;
        if !problems.is_empty() {
            return Err(invalid(problems));
        }
        if author.origin == Origin::Person {
            self.check_update_open(object, &before, &after)?;
        }
        let version = after.version;
        self.put(object, Some(before), Some(Arc::new(after)), author)?;
        Ok(version)
    }

    /// The record, in the version that the caller has seen.
    pub(crate) fn existing(
        &mut self,
        object: &Arc<ObjectDef>,
        key: Key,
        version: Option<i64>,
    ) -> Result<Arc<Record>, TurnError> {
        let Some(record) = self.record(object, key)? else {
            return Err(TurnError::not_found(&object.name, &key));
        };
        match version {
            Some(expected) if expected != record.version => Err(TurnError::Conflict {
                object: Arc::clone(&object.name),
                key,
                expected,
                actual: record.version,
            }),
            _ => Ok(record),
        }
    }

    fn delete(
        &mut self,
        object: &Arc<ObjectDef>,
        key: Key,
        version: Option<i64>,
        author: &Author,
    ) -> Result<(), TurnError> {
        let record = self.existing(object, key, version)?;
        if author.origin == Origin::Person {
            self.check_delete_open(object, &record)?;
        }
        let at = RecordRef { object: Arc::clone(&object.name), key };
        if let Some(instance) = self.set.active_instance_of(self.load, &at)? {
            let message = format!(
                "{at} cannot be deleted while process instance {instance} works on it; \
                 let it end or cancel it first"
            );
            return Err(TurnError::rejected("in_process", message));
        }
        for (_, part) in self.catalogue.schema.children_of(&object.name).to_vec() {
            let Some(part_of) = &part.part_of else { continue };
            for child in self.set.children(self.load, &part, &part_of.field, key)? {
                self.delete(&part, child.key, None, author)?;
            }
        }
        self.check_unreferenced(&at)?;
        self.put(object, Some(record), None, author)
    }

    fn check_unreferenced(&mut self, at: &RecordRef) -> Result<(), TurnError> {
        let schema = Arc::clone(&self.catalogue.schema);
        for (holder, field) in schema.references_to(&at.object) {
            if let Some(key) = self.set.referring(self.load, holder, field, at.key)? {
                let referring = self.record(holder, key)?;
                let title = referring.as_ref().and_then(|it| it.title(holder)).unwrap_or_default();
                let object = &holder.name;
                let message = format!(
                    "{at} cannot be deleted: {object} `{title}` ({key}) refers to it as its \
                     `{field}`; change or delete that first"
                );
                let parameters = vec![
                    ("object", object.to_string()),
                    ("key", key.to_string()),
                    ("title", title.to_owned()),
                    ("field", field.to_string()),
                ];
                let code = "referenced";
                let rejection = Rejection { code, message, parameters, problems: Vec::new() };
                return Err(rejection.into());
            }
        }
        Ok(())
    }

    /// What the other rows have against a record: references that lead nowhere, values that must be
    /// unique and are taken. Only what has changed is looked at.
    fn check(
        &mut self,
        object: &Arc<ObjectDef>,
        before: Option<&Record>,
        after: &Record,
    ) -> Result<Vec<FieldProblem>, TurnError> {
        let mut problems = Vec::new();
        let is_new = |position| before.is_none_or(|it| it.at(position) != after.at(position));
        for (position, field) in object.fields.iter().enumerate() {
            let value = after.at(position);
            if value.is_null() || !is_new(position) {
                continue;
            }
            if let (Some(referred), Some(key)) =
                (field.kind.referenced_object(), value.as_reference())
            {
                let target = self.object(referred)?;
                if self.record(&target, key)?.is_none() {
                    let message =
                        format!("`{}` is {key}, and there is no such {referred}", field.name);
                    let code = ProblemCode::NotFound;
                    problems.push(FieldProblem { field: Arc::clone(&field.name), message, code });
                }
            }
            if field.unique {
                let holder =
                    self.set.find_unique(self.load, object, &field.name, value, after.key)?;
                if let Some(holder) = holder {
                    let message = format!(
                        "`{}` has to be unique, and {} {holder} has this value already",
                        field.name, object.name
                    );
                    let code = ProblemCode::NotUnique;
                    problems.push(FieldProblem { field: Arc::clone(&field.name), message, code });
                }
            }
        }
        Ok(problems)
    }

    /// Puts a record into the working set, with its line of history and what it may set off. Every
    /// change of a record comes through here.
    fn put(
        &mut self,
        object: &Arc<ObjectDef>,
        before: Option<Arc<Record>>,
        after: Option<Arc<Record>>,
        author: &Author,
    ) -> Result<(), TurnError> {
        author.check_right(object)?;
        self.count_change()?;
        let Some(known) = after.as_ref().or(before.as_ref()) else { return Ok(()) };
        let (record, version) = (known.key, known.version);
        let change = match (&before, &after) {
            (None, _) => Change::Created,
            (Some(_), Some(_)) => Change::Updated,
            (Some(_), None) => Change::Deleted,
        };
        let history = RecordHistory {
            key: self.draw(),
            object: Arc::clone(object),
            record,
            version,
            at: self.now,
            by: author.by,
            cause: author.step.as_ref().map(|step| step.cause.clone()),
            change,
            fields: records::changes(object, before.as_deref(), after.as_deref()),
        };
        let is_watched = !self.catalogue.record_triggers(&object.name).is_empty();
        let layer = self.set.top();
        layer.history.push(history);
        layer.put_record(object, record, after.clone());
        self.keep_an_admin(object, before.as_deref(), after.as_deref())?;
        let layer = self.set.top();
        if let Some(after) = after.filter(|_| is_watched) {
            let at = RecordRef { object: Arc::clone(&object.name), key: record };
            let chain = author.chain_over(&at);
            let object = Arc::clone(&object.name);
            layer.triggers.push(Work::Trigger { object, before, after, chain });
        }
        Ok(())
    }
}

fn at(place: &str, problem: FieldProblem) -> FieldProblem {
    if place.is_empty() {
        return problem;
    }
    FieldProblem { field: format!("{place}{}", problem.field).into(), ..problem }
}

fn invalid(problems: Vec<FieldProblem>) -> TurnError {
    Rejection::from(records::Invalid { problems }).into()
}
