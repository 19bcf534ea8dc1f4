//! What a stage locks: while a record stands at a locked stage it belongs to its process, and people
//! change nothing of it but the fields that the stage leaves open. Whether somebody is a person,
//! which record is the parent of which, and whether an instance runs, is asked by whoever changes records.

use std::sync::Arc;

use crate::{FieldKind, Label, ObjectDef, Record, RecordRef, StageLock, Stages};

/// A record that is locked for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locked {
    /// The record that stands at the locked stage.
    pub at: RecordRef,
    /// Its stage field.
    pub field: Arc<str>,
    /// The option it stands at.
    pub value: Arc<str>,
    /// What people call that option.
    pub label: Label,
    /// The fields of the record that people may write all the same; its parts have none.
    pub open: Vec<Arc<str>>,
    /// How long it holds.
    pub holds: Holds,
}

/// How long a stage locks a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// As long as the record stands at the stage.
    AtTheStage,
    /// As long as it stands there and a process instance that is bound to it runs.
    WhileRunning,
}

impl Stages {
    /// Every lock, with how long it holds.
    pub fn locks(&self) -> impl Iterator<Item = (&StageLock, Holds)> {
        let always = self.locked.iter().map(|lock| (lock, Holds::AtTheStage));
        let running = self.locked_while_running.iter().map(|lock| (lock, Holds::WhileRunning));
        always.chain(running)
    }
}

impl Locked {
    /// The lock that the record is under by its own stage. One that holds [`Holds::WhileRunning`] is none
    /// where no instance runs, which the caller has to look up.
    pub fn of(object: &ObjectDef, record: &Record) -> Option<Self> {
        let stages = object.stages.as_ref()?;
        let value = record.value(object, &stages.field).as_text()?;
        let (lock, holds) = stages.locks().find(|(lock, _)| *lock.value == *value)?;
        let FieldKind::Choice { options } = &object.field(&stages.field)?.kind else { return None };
        let option = options.iter().find(|option| option.value == lock.value)?;
        Some(Self {
            at: RecordRef { object: Arc::clone(&object.name), key: record.key },
            field: Arc::clone(&stages.field),
            value: Arc::clone(&lock.value),
            label: option.label.clone(),
            open: lock.open.clone(),
            holds,
        })
    }

    /// The same lock as it holds a part of the record: nothing is open.
    #[must_use]
    pub fn over_parts(mut self) -> Self {
        self.open = Vec::new();
        self
    }

    /// The first field that differs between the two states and is not open.
    pub fn closed_field<'a>(
        &self,
        object: &'a ObjectDef,
        before: &Record,
        after: &Record,
    ) -> Option<&'a Arc<str>> {
        let mut fields = object.fields.iter().enumerate();
        fields.find_map(|(position, field)| {
            let is_changed = before.at(position) != after.at(position);
            (is_changed && !self.open.contains(&field.name)).then_some(&field.name)
        })
    }

    /// Why it is refused and what to do, behind what was asked for: "order 17 cannot be deleted".
    pub fn refusal(&self, asked: &str) -> String {
        let Self { at, field, value, open, label: _, holds } = self;
        let (running, way_out) = match holds {
            Holds::AtTheStage => ("", "let its process change it or move it on"),
            Holds::WhileRunning => (
                " and a process runs on it",
                "let the process change it or move it on, or have its instance cancelled",
            ),
        };
        let open: Vec<String> = open.iter().map(|name| format!("`{name}`")).collect();
        let open = match &*open {
            [] => String::new(),
            open => format!("change only {}, or ", open.join(", ")),
        };
        format!(
            "{asked} by a person while `{field}` of {at} is `{value}`{running}; {open}{way_out}"
        )
    }
}

#[cfg(test)]
mod tests;
