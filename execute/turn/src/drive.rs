//! Drives instances: asks the engine what comes of a command, loads what it needs to know, keeps what
//! has happened and queues what has to be done.

use std::sync::Arc;

use base::{Key, Timestamp};
use engine::{Action, Event, Instance, Outcome, Rejection, World};
use feel::{Path, Value};
use records::{RecordRef, Schema};

use crate::turn::Turn;
use crate::work::{Chain, TaskCall, Work};
use crate::working_set::{View, WorkingSet};
use crate::{ProcessVersion, TurnError};

/// How often the engine may ask for more facts about one command. Each round loads something, and a
/// path has a limited number of steps, so this is never reached by a model.
const ROUNDS: usize = 64;

/// What the engine reads of records: what is loaded, and nothing else.
struct RecordFacts<'a> {
    set: &'a WorkingSet,
    schema: &'a Schema,
}

impl engine::Facts for RecordFacts<'_> {
    fn record(&self, record: &engine::RecordRef, paths: &[Path]) -> Option<Value> {
        let root = RecordRef { object: Arc::clone(&record.object), key: record.key };
        let view = View::new(self.set, self.schema);
        records::resolve(self.schema, &root, &beneath(paths, "record"), &view).ok()
    }
}

/// The paths that begin with `name`, without that step.
pub(crate) fn beneath(paths: &[Path], name: &str) -> Vec<Path> {
    let steps = paths.iter().filter_map(|path| path.split_first());
    steps
        .filter(|(first, _)| ***first == *name)
        .map(|(_, rest)| Path::new(rest.iter().map(Arc::clone)))
        .collect()
}

impl Turn<'_> {
    /// The instance as it is now.
    pub(crate) fn instance(&mut self, key: Key) -> Result<Option<Arc<Instance>>, TurnError> {
        self.set.instance(self.load, self.cache, key)
    }

    /// The version of the process that an instance runs.
    pub(crate) fn process(&self, definition: Key) -> Result<Arc<ProcessVersion>, TurnError> {
        let version = self.catalogue.process(definition).map(Arc::clone);
        version.ok_or_else(|| TurnError::not_found("process", &definition))
    }

    /// Gives a command to an instance. The inner error is the engine's refusal; nothing has changed
    /// then.
    pub(crate) fn drive(
        &mut self,
        key: Key,
        command: &engine::Command,
        chain: &Chain,
    ) -> Result<Result<(), Rejection>, TurnError> {
        let state = self.instance(key)?;
        let (definition, record) = match (command, &state) {
            (engine::Command::Start(start), _) => (start.definition, start.record.clone()),
            (_, Some(instance)) => (instance.definition, instance.record.clone()),
            (_, None) => return Ok(Err(Rejection::NoInstance)),
        };
        let version = self.process(definition)?;
        for _ in 0..ROUNDS {
            match self.decide(state.as_deref(), command, &version.process) {
                Outcome::Need(paths) => {
                    let Some(record) = &record else { break };
                    self.load_paths(record, &paths)?;
                }
                Outcome::Rejected(rejection) => return Ok(Err(rejection)),
                Outcome::Accepted { state, events, actions } => {
                    self.accept(state, events);
                    self.queue_actions(key, actions, chain);
                    return Ok(Ok(()));
                }
            }
        }
        Err(TurnError::Fault(format!(
            "the engine keeps asking for facts about instance {key} that are loaded"
        )))
    }

    fn decide(
        &mut self,
        state: Option<&Instance>,
        command: &engine::Command,
        process: &bpmn::Process,
    ) -> Outcome {
        let facts = RecordFacts { set: self.set, schema: &self.catalogue.schema };
        let world = World {
            process,
            models: self.catalogue,
            facts: &facts,
            now: self.now,
            step_limit: self.steps_left,
        };
        engine::decide(state, command, &world, self.keys)
    }

    /// Loads what the paths reach from the record on.
    fn load_paths(&mut self, record: &engine::RecordRef, paths: &[Path]) -> Result<(), TurnError> {
        let root = RecordRef { object: Arc::clone(&record.object), key: record.key };
        let paths = beneath(paths, "record");
        self.resolve(&root, &paths, None)?;
        Ok(())
    }

    /// The FEEL value of a record with what the paths reach, loading as it goes. `shown` stands in
    /// for the record itself.
    pub(crate) fn resolve(
        &mut self,
        root: &RecordRef,
        paths: &[Path],
        shown: Option<&Arc<records::Record>>,
    ) -> Result<Value, TurnError> {
        let schema = &self.catalogue.schema;
        for _ in 0..ROUNDS {
            let mut view = View::new(self.set, schema);
            if let Some(record) = shown {
                view = view.showing(root.clone(), Arc::clone(record));
            }
            match records::resolve(schema, root, paths, &view) {
                Ok(value) => return Ok(value),
                Err(missing) => self.set.load_missing(self.load, schema, &missing)?,
            }
        }
        Err(TurnError::Fault(format!("the paths of {root} cannot be resolved")))
    }

    /// Keeps what has happened.
    fn accept(&mut self, state: Arc<Instance>, events: Vec<Event>) {
        let steps = events.iter().map(Event::steps);
        self.steps_left = steps.fold(self.steps_left, u32::saturating_sub);
        if !events.is_empty() {
            self.set.put_instance(state, events);
        }
    }

    fn queue_actions(&mut self, instance: Key, actions: Vec<Action>, chain: &Chain) {
        for action in actions {
            let chain = chain.clone();
            let work = match action {
                Action::RunTask { job, job_type, element, headers, variables } => {
                    let variables = Value::from(variables);
                    let element = element.0;
                    Work::Task(TaskCall {
                        instance,
                        job,
                        job_type,
                        element,
                        headers,
                        variables,
                        chain,
                    })
                }
                Action::Continue => {
                    self.steps_left = 0;
                    Work::Continue { instance, chain }
                }
            };
            self.queue.push_back(work);
        }
    }

    /// Goes on with an instance that had reached the step limit. An instance that has ended
    /// meanwhile has nothing left to do.
    pub(crate) fn resume(&mut self, instance: Key, chain: &Chain) -> Result<(), TurnError> {
        let _refused = self.drive(instance, &engine::Command::Continue, chain)?;
        Ok(())
    }

    /// A FEEL run at the instant of the batch.
    pub(crate) fn feel(&self) -> feel::Run {
        feel::Run::new(self.now)
    }

    /// The instant of the batch.
    pub(crate) fn instant(&self) -> Timestamp {
        self.now
    }
}
