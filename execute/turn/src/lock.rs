//! Keeps people from changing what belongs to a process: a record at a locked stage, and its parts.
//! Steps of processes are not asked; that a record is put at all is decided in `record`.

use std::sync::Arc;

use base::Key;
use records::{Holds, Locked, ObjectDef, Record};

use crate::TurnError;
use crate::turn::Turn;

impl Turn<'_> {
    /// Refuses a new record that is to be a part of a locked one.
    pub(crate) fn check_new_part(
        &mut self,
        object: &Arc<ObjectDef>,
        key: Key,
    ) -> Result<(), TurnError> {
        if object.part_of.is_none() {
            return Ok(());
        }
        let Some(part) = self.record(object, key)? else { return Ok(()) };
        match self.lock_above(object, &part)? {
            Some(lock) => Err(refused(&lock, &format!("a new {} cannot be added", object.name))),
            None => Ok(()),
        }
    }

    /// Refuses a change of fields that are not open, and any change of a part of a locked record, also
    /// where it moves from one parent to another.
    pub(crate) fn check_update_open(
        &mut self,
        object: &Arc<ObjectDef>,
        before: &Record,
        after: &Record,
    ) -> Result<(), TurnError> {
        let asked = |name: &str| format!("`{name}` cannot be written");
        if let Some(lock) = self.lock_of(object, before)?
            && let Some(field) = lock.closed_field(object, before, after)
        {
            return Err(refused(&lock, &asked(field)));
        }
        let above = match self.lock_above(object, before)? {
            Some(lock) => Some(lock),
            None => self.lock_above(object, after)?,
        };
        match above {
            Some(lock) => {
                let field = lock.closed_field(object, before, after);
                Err(refused(&lock, &asked(field.unwrap_or(&object.name))))
            }
            None => Ok(()),
        }
    }

    /// Refuses the deletion of a locked record or of a part of one.
    pub(crate) fn check_delete_open(
        &mut self,
        object: &Arc<ObjectDef>,
        record: &Record,
    ) -> Result<(), TurnError> {
        let lock = match self.lock_of(object, record)? {
            Some(lock) => Some(lock.over_parts()),
            None => self.lock_above(object, record)?,
        };
        match lock {
            Some(lock) => {
                Err(refused(&lock, &format!("{} {} cannot be deleted", object.name, record.key)))
            }
            None => Ok(()),
        }
    }

    /// The lock that the record is under by its own stage. The record is loaded, so that on PostgreSQL its
    /// row is held: who starts an instance on it reads it first, and comes before this turn or after it.
    fn lock_of(
        &mut self,
        object: &ObjectDef,
        record: &Record,
    ) -> Result<Option<Locked>, TurnError> {
        let Some(lock) = Locked::of(object, record) else { return Ok(None) };
        let is_held = match lock.holds {
            Holds::AtTheStage => true,
            Holds::WhileRunning => self.set.active_instance_of(self.load, &lock.at)?.is_some(),
        };
        Ok(is_held.then_some(lock))
    }

    /// The lock of the nearest locked parent. A schema lets no object be inside itself, so that the way
    /// up ends.
    fn lock_above(
        &mut self,
        object: &Arc<ObjectDef>,
        record: &Record,
    ) -> Result<Option<Locked>, TurnError> {
        let Some(part_of) = &object.part_of else { return Ok(None) };
        let Some(parent) = object.parent() else { return Ok(None) };
        let parent = self.object(parent)?;
        let Some(key) = record.value(object, &part_of.field).as_reference() else {
            return Ok(None);
        };
        let Some(above) = self.record(&parent, key)? else { return Ok(None) };
        match self.lock_of(&parent, &above)? {
            Some(lock) => Ok(Some(lock.over_parts())),
            None => self.lock_above(&parent, &above),
        }
    }
}

fn refused(lock: &Locked, asked: &str) -> TurnError {
    TurnError::rejected("locked", lock.refusal(asked))
}
