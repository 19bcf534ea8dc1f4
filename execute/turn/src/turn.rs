//! One turn: a command, and breadth-first whatever it causes, until nothing is left but waiting. The
//! whole turn takes a limited number of element steps; what is left then is stored and done later, so
//! that no loop can hold a lane.

use std::collections::VecDeque;
use std::sync::Arc;

use access::Actor;
use base::{Key, KeyGenerator, Timestamp};
use records::{ObjectDef, Record};

use crate::batch::Surroundings;
use crate::work::{Chain, Work};
use crate::working_set::WorkingSet;
use crate::{Catalogue, Command, Continuation, InstanceCache, Load, RecordChange, TurnError};

/// How many steps one turn may take, an event being as many as [`engine::Event::steps`] says.
pub(crate) const STEP_LIMIT: u32 = 1_000;
/// How many records a command, or a built-in task, may change itself, parts included.
const CHANGE_LIMIT: usize = 500;

const TOO_MANY_CHANGES: &str = "too_many_changes";

/// What a command came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// Nothing more to say.
    Nothing,
    /// The records that the command named, in its order.
    Records(Vec<crate::ChangedRecord>),
    /// A message was published.
    Published {
        /// Its key.
        message: Key,
        /// The instances that it started, in the order of their processes' ids.
        instances: Vec<Key>,
    },
    /// A new instance.
    Started {
        /// The instance.
        instance: Key,
        /// The version of the process it runs.
        definition: Key,
    },
}

/// A running turn.
pub(crate) struct Turn<'a> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) now: Timestamp,
    pub(crate) set: &'a mut WorkingSet,
    pub(crate) actor: &'a Actor,
    pub(crate) load: &'a mut dyn Load,
    pub(crate) cache: &'a mut InstanceCache,
    pub(crate) keys: &'a mut KeyGenerator,
    pub(crate) queue: VecDeque<Work>,
    pub(crate) steps_left: u32,
    /// How many records the command or the built-in task that runs may still change.
    pub(crate) changes_left: usize,
}

impl<'a> Turn<'a> {
    pub(crate) fn new(
        catalogue: &'a Catalogue,
        now: Timestamp,
        set: &'a mut WorkingSet,
        actor: &'a Actor,
        around: Surroundings<'a>,
    ) -> Self {
        let Surroundings { load, cache, keys } = around;
        let queue = VecDeque::new();
        let (steps_left, changes_left) = (STEP_LIMIT, CHANGE_LIMIT);
        Self { catalogue, now, set, actor, load, cache, keys, queue, steps_left, changes_left }
    }

    /// Lets a built-in task change records of its own.
    pub(crate) fn allow_changes(&mut self) {
        self.changes_left = CHANGE_LIMIT;
    }

    /// Runs the command and what it causes.
    pub(crate) fn run(&mut self, command: &Command) -> Result<Done, TurnError> {
        let done = self.begin(command)?;
        self.take_triggers();
        self.drain()?;
        self.see_versions(done)
    }

    fn begin(&mut self, command: &Command) -> Result<Done, TurnError> {
        match command {
            Command::ChangeRecords(changes) => {
                check_number(changes)?;
                self.change_records(changes).map(Done::Records)
            }
            Command::StartProcess(start) => self.start_process(start),
            Command::PublishMessage(message) => self.publish(message),
            Command::Instance(command) => {
                self.go_on(command)?;
                Ok(Done::Nothing)
            }
            Command::FireTimer { instance, timer } => {
                self.fire_timer(*instance, *timer)?;
                Ok(Done::Nothing)
            }
            Command::FireStartTimer { definition, element } => {
                self.fire_start_timer(*definition, element)
            }
            Command::Continue(continuation) => {
                let work = continuation.decode().map_err(|error| {
                    TurnError::Fault(format!("a stored continuation cannot be read: {error}"))
                })?;
                self.queue.extend(work);
                Ok(Done::Nothing)
            }
        }
    }

    /// Counts a change of a record.
    pub(crate) fn count_change(&mut self) -> Result<(), TurnError> {
        match self.changes_left.checked_sub(1) {
            Some(left) => {
                self.changes_left = left;
                Ok(())
            }
            None => {
                let message = format!(
                    "this would change more than {CHANGE_LIMIT} records at a time, parts included; \
                     change some of them first"
                );
                Err(TurnError::rejected(TOO_MANY_CHANGES, message))
            }
        }
    }

    /// Takes over what the changes so far cause.
    pub(crate) fn take_triggers(&mut self) {
        let triggers = std::mem::take(&mut self.set.top().triggers);
        self.queue.extend(triggers);
    }

    /// Does what is queued, until the queue is empty or the steps are used up.
    fn drain(&mut self) -> Result<(), TurnError> {
        while let Some(work) = self.queue.pop_front() {
            if self.steps_left == 0 {
                self.queue.push_front(work);
                self.leave_the_rest();
                return Ok(());
            }
            match work {
                Work::Trigger { object, before, after, chain } => {
                    self.trigger(&object, before.as_ref(), &after, &chain)?;
                }
                Work::Start { definition, element, record, chain } => {
                    self.start_by_trigger(definition, element, record, &chain)?;
                }
                Work::Task(call) => self.run_task(&call)?,
                Work::Continue { instance, chain } => self.resume(instance, &chain)?,
            }
        }
        Ok(())
    }

    /// Stores what is queued for a later turn.
    fn leave_the_rest(&mut self) {
        let rest: Vec<Work> = self.queue.drain(..).collect();
        let key = self.draw();
        self.set.top().continuations.push((key, Continuation::encode(&rest)));
    }

    /// The next key.
    pub(crate) fn draw(&mut self) -> Key {
        self.keys.next(self.now)
    }

    /// The record as it is now.
    pub(crate) fn record(
        &mut self,
        object: &Arc<ObjectDef>,
        key: Key,
    ) -> Result<Option<Arc<Record>>, TurnError> {
        Ok(self.set.record(self.load, object, key)?)
    }

    /// The object of that name.
    pub(crate) fn object(&self, name: &str) -> Result<Arc<ObjectDef>, TurnError> {
        let object = self.catalogue.schema.object(name).map(Arc::clone);
        object.ok_or_else(|| TurnError::not_found("object", name))
    }

    /// The answer with the versions that the records have when all is done.
    fn see_versions(&mut self, done: Done) -> Result<Done, TurnError> {
        let Done::Records(mut changed) = done else { return Ok(done) };
        for record in &mut changed {
            let object = self.object(&record.object)?;
            record.version = self.record(&object, record.key)?.map(|record| record.version);
        }
        Ok(Done::Records(changed))
    }

    /// No chain: what a caller asks for itself.
    pub(crate) fn no_chain() -> Chain {
        Chain::default()
    }
}

/// Refuses at once what would be refused in the middle. What a deletion takes along is counted then.
fn check_number(changes: &[RecordChange]) -> Result<(), TurnError> {
    let count: usize = changes.iter().map(RecordChange::count).sum();
    if count <= CHANGE_LIMIT {
        return Ok(());
    }
    let message = format!(
        "{count} records in one command, parts included, are too many; \
         send at most {CHANGE_LIMIT} at a time"
    );
    Err(TurnError::rejected(TOO_MANY_CHANGES, message))
}
