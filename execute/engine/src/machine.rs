//! One decision at work: a private copy of the instance, the queue of steps that are due, and what
//! has come of it so far. Every change of the copy goes through an event, as every later replay does.

use std::{cell::Cell, collections::VecDeque, sync::Arc};

use base::{Key, KeyGenerator, Timestamp};
use bpmn::{Element, ElementIndex, Process};
use feel::{Budget, Path, Run};

use crate::{
    Action, ElementActivated, Event, IncidentKind, IncidentRaised, Instance, InstanceStarted, Job,
    Outcome, Retry, Status, Step, StepsCounted, StepsPaused, World, element, event,
};

/// Why a step cannot be done.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The model or its data is wrong.
    Incident { kind: IncidentKind, message: String },
    /// Facts are missing; the whole decision is void.
    Need(Vec<Path>),
}

impl Failure {
    pub(crate) fn incident(kind: IncidentKind, message: impl Into<String>) -> Self {
        Self::Incident { kind, message: message.into() }
    }

    /// The same failure as another kind of incident.
    pub(crate) fn with_kind(self, kind: IncidentKind) -> Self {
        match self {
            Self::Incident { message, .. } => Self::Incident { kind, message },
            Self::Need(paths) => Self::Need(paths),
        }
    }
}

/// An active element together with what the model says about it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<'a> {
    /// The activation, and its own scope.
    pub(crate) key: Key,
    /// The scope that it is in.
    pub(crate) scope: Key,
    /// Where the model has it.
    pub(crate) index: ElementIndex,
    /// What the model says.
    pub(crate) element: &'a Element,
}

/// One decision at work.
#[derive(Debug)]
pub(crate) struct Machine<'a> {
    instance: Instance,
    world: World<'a>,
    keys: &'a mut KeyGenerator,
    events: Vec<Event>,
    actions: Vec<Action>,
    queue: VecDeque<Step>,
    /// Steps since the instance last waited.
    steps: u32,
    /// Steps of FEEL that the present step has taken.
    feel_steps: Cell<u64>,
}

/// How many steps an instance may take before it has to wait for something outside: a worker, a person, a timer. A
/// loop that never waits would write history for ever. An event is as many steps as [`Event::steps`] says.
pub const STEPS_WITHOUT_WAITING: u32 = 100_000;
/// Steps of FEEL that one step may take; its expressions together.
const FEEL_STEPS: u64 = 2_000_000;
/// Steps of FEEL after which the rest is left to a later turn, as after the step limit.
const FEEL_STEPS_PER_TURN: u64 = 4_000_000;

impl<'a> Machine<'a> {
    /// At work on a copy of an instance that there is.
    pub(crate) fn new(instance: Instance, world: World<'a>, keys: &'a mut KeyGenerator) -> Self {
        let queue = instance.pending.iter().copied().collect();
        let (events, actions, steps) = (Vec::new(), Vec::new(), instance.steps);
        Self { instance, world, keys, events, actions, queue, steps, feel_steps: Cell::new(0) }
    }

    /// At work on a new instance.
    pub(crate) fn starting(
        started: InstanceStarted,
        world: World<'a>,
        keys: &'a mut KeyGenerator,
    ) -> Self {
        let mut machine = Self::new(started.instance(), world, keys);
        machine.events.push(Event::InstanceStarted(started));
        machine
    }

    pub(crate) fn instance(&self) -> &Instance {
        &self.instance
    }

    pub(crate) fn process(&self) -> &'a Process {
        self.world.process
    }

    pub(crate) fn world(&self) -> World<'a> {
        self.world
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.world.now
    }

    pub(crate) fn next_key(&mut self) -> Key {
        self.keys.next(self.world.now)
    }

    /// Makes something happen: applied at once, reported at the end.
    pub(crate) fn emit(&mut self, event: Event) {
        event::apply_to(&mut self.instance, &event);
        self.steps = self.steps.saturating_add(event.steps());
        self.events.push(event);
    }

    /// A FEEL run for an element: this decision's time, a seed that no other element has, and what
    /// is left of the budget.
    pub(crate) fn feel_run(&self, scope: Key) -> Run {
        let budget = Budget::default();
        let steps = budget.steps.min(FEEL_STEPS.saturating_sub(self.feel_steps.get()));
        Run::new(self.now()).seed(scope.0.unsigned_abs()).budget(Budget { steps, ..budget })
    }

    /// Counts what a run took.
    pub(crate) fn feel_done(&self, run: &Run) {
        self.feel_steps.set(self.feel_steps.get().saturating_add(run.steps()));
    }

    /// Lets a step be done when those before it are.
    pub(crate) fn push(&mut self, step: Step) {
        self.queue.push_back(step);
    }

    pub(crate) fn queue(&self) -> &VecDeque<Step> {
        &self.queue
    }

    /// Drops the tokens that are about to enter an element of `scope`.
    pub(crate) fn drop_entering(&mut self, scope: Key) {
        self.queue.retain(|step| !matches!(step, Step::Enter { scope: at, .. } if *at == scope));
    }

    pub(crate) fn clear_queue(&mut self) {
        self.queue.clear();
    }

    /// Asks for a built-in task to be run.
    pub(crate) fn run_task(&mut self, job: &Job, headers: Vec<(Arc<str>, Arc<str>)>) {
        let variables = self.instance.visible_variables(job.element_instance);
        self.actions.push(Action::RunTask {
            job: job.key,
            job_type: Arc::clone(&job.job_type),
            element: job.element,
            headers,
            variables,
        });
    }

    /// An active element with its part of the model; `None` where it is no longer active.
    pub(crate) fn at(&self, key: Key) -> Option<At<'a>> {
        let active = self.instance.elements.get(&key)?;
        let element = self.process().element(active.element)?;
        Some(At { key, scope: active.scope, index: active.element, element })
    }

    /// Makes an element active.
    pub(crate) fn activate(&mut self, element: ElementIndex, scope: Key) -> Key {
        let key = self.next_key();
        self.emit(Event::ElementActivated(ElementActivated {
            key,
            element,
            scope,
            at: self.now(),
        }));
        key
    }

    pub(crate) fn raise(
        &mut self,
        element_instance: Key,
        kind: IncidentKind,
        message: impl Into<Arc<str>>,
        retry: Retry,
    ) {
        let raised = IncidentRaised {
            key: self.next_key(),
            element_instance,
            kind,
            message: message.into(),
            retry,
            at: self.now(),
        };
        self.emit(Event::IncidentRaised(raised));
    }

    /// Does what is due, up to the step limit.
    pub(crate) fn run(&mut self) -> Result<(), Vec<Path>> {
        let (mut feel_steps, mut left) = (0, self.world.step_limit.max(1));
        while left > 0 && feel_steps <= FEEL_STEPS_PER_TURN {
            let Some(step) = self.queue.pop_front() else { return Ok(()) };
            let before = self.steps;
            self.take(step)?;
            left = left.saturating_sub(self.steps.saturating_sub(before).max(1));
            feel_steps += self.feel_steps.take();
        }
        if self.store_queue() {
            self.actions.push(Action::Continue);
        }
        Ok(())
    }

    /// Stores the steps that are due instead of doing them; `false` where nothing is to be stored.
    pub(crate) fn store_queue(&mut self) -> bool {
        let pending: Vec<Step> = self.queue.iter().copied().collect();
        let changed = pending != self.instance.pending;
        if changed {
            self.emit(Event::StepsPaused(StepsPaused { pending }));
        }
        changed
    }

    /// Keeps the count of steps where the instance goes on moving, and forgets it where it waits.
    pub(crate) fn count_steps(&mut self) {
        let steps = if self.instance.is_at_rest() { 0 } else { self.steps };
        if self.instance.status == Status::Active && steps != self.instance.steps {
            self.emit(Event::StepsCounted(StepsCounted { steps }));
        }
    }

    /// What has come of it. Built-in tasks whose element ended in the meantime are left out.
    pub(crate) fn finish(self) -> Outcome {
        let Self { instance, mut actions, events, .. } = self;
        actions.retain(|action| match action {
            Action::RunTask { job, .. } => instance.jobs.contains_key(job),
            Action::Continue => instance.status == Status::Active,
        });
        Outcome::Accepted { state: Arc::new(instance), events, actions }
    }

    fn take(&mut self, step: Step) -> Result<(), Vec<Path>> {
        let (key, step) = match step {
            Step::Enter { scope, .. } if !self.instance.has_scope(scope) => return Ok(()),
            Step::Enter { element, scope } => {
                let key = self.activate(element, scope);
                let begin = Step::Begin { element_instance: key };
                if self.steps > STEPS_WITHOUT_WAITING {
                    self.stop_the_loop(key, begin);
                    return Ok(());
                }
                (key, begin)
            }
            Step::Begin { element_instance } | Step::Complete { element_instance } => {
                (element_instance, step)
            }
        };
        match self.at(key) {
            Some(at) => self.take_at(at, step),
            None => {
                self.stray(key, step);
                Ok(())
            }
        }
    }

    fn take_at(&mut self, at: At<'a>, step: Step) -> Result<(), Vec<Path>> {
        let (retry, result) = match step {
            Step::Complete { .. } => (step, element::complete(self, at)),
            Step::Enter { .. } | Step::Begin { .. } => match element::begin(self, at) {
                Ok(element::Progress::Done) => {
                    (Step::Complete { element_instance: at.key }, element::complete(self, at))
                }
                Ok(element::Progress::Waits) => return Ok(()),
                Err(failure) => (Step::Begin { element_instance: at.key }, Err(failure)),
            },
        };
        match result {
            Ok(()) => Ok(()),
            Err(Failure::Need(paths)) => Err(paths),
            Err(Failure::Incident { kind, message }) => {
                self.raise(at.key, kind, message, Retry::Step(retry));
                Ok(())
            }
        }
    }

    /// An element that nothing led to but a loop waits for a person to look at it. What else moves in
    /// the instance is stopped likewise, and then all of it may take as many steps again.
    fn stop_the_loop(&mut self, key: Key, begin: Step) {
        let message = format!(
            "the instance has taken {STEPS_WITHOUT_WAITING} steps without waiting for anything (an \
             element is one, and so are each 1,000 bytes of variables that are set); give the loop an \
             end, or a timer, a user task or a job in it, and cancel this instance, or resolve the \
             incident to let it take as many again"
        );
        self.raise(key, IncidentKind::Unspecified, message, Retry::Step(begin));
    }

    /// An active element that the model does not have can only wait for the right model.
    fn stray(&mut self, key: Key, step: Step) {
        if let Some(active) = self.instance.elements.get(&key) {
            let message = format!(
                "process `{}` has no element {}; run the instance with the definition it started \
                 with, then resolve the incident",
                self.process().id,
                active.element.0
            );
            self.raise(key, IncidentKind::Unspecified, message, Retry::Step(step));
        }
    }
}
