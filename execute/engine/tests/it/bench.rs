//! A bench for one instance: takes steps in words, tells in words what came of them, and checks on
//! the way what must always be true.

use std::{collections::BTreeMap, fmt::Write, sync::Arc};

use base::{Key, KeyGenerator, Timestamp};
use engine::{
    Action, Command, Event, Facts, Instance, Models, Outcome, Parent, RecordRef, Start, Status,
    World, apply, codec, decide,
};
use feel::{Context, Path, Value};

use crate::{model, tokens};

/// 2026-01-31T08:00:00Z.
pub(crate) const NOW: Timestamp = Timestamp(1_769_846_400_000);

/// Who does user tasks.
pub(crate) const PERSON: Key = Key(7);

/// Runs the steps on the model; each must bring about exactly what stands beside it.
#[track_caller]
pub(crate) fn check(model: &str, steps: &[(&str, &str)]) {
    check_on(Bench::new(model), steps);
}

/// Runs the steps on a bench that something is deployed on.
#[track_caller]
pub(crate) fn check_on(mut bench: Bench, steps: &[(&str, &str)]) {
    let mut wrong = String::new();
    for (step, expect) in steps {
        let got = bench.step(step);
        if got != *expect {
            let _ = write!(wrong, "\n{step}\n  expected {expect}\n  got      {got:.3000}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// One instance with everything around it.
pub(crate) struct Bench {
    pub(crate) process: bpmn::Process,
    pub(crate) state: Option<Instance>,
    pub(crate) log: Vec<Event>,
    pub(crate) step_limit: u32,
    /// Steps since the instance last came to rest.
    steps: u32,
    keys: KeyGenerator,
    now: Timestamp,
    record: Option<Value>,
    decisions: BTreeMap<String, Arc<dmn::Model>>,
    forms: Vec<String>,
    elements: BTreeMap<Key, String>,
    owners: BTreeMap<Key, String>,
}

impl Bench {
    pub(crate) fn new(model: &str) -> Self {
        Self::of(model::process(model))
    }

    pub(crate) fn of(process: bpmn::Process) -> Self {
        Self {
            process,
            state: None,
            log: Vec::new(),
            step_limit: 1000,
            steps: 0,
            keys: KeyGenerator::new(1),
            now: NOW,
            record: None,
            decisions: BTreeMap::new(),
            forms: Vec::new(),
            elements: BTreeMap::new(),
            owners: BTreeMap::new(),
        }
    }

    /// Takes a step and tells what came of it.
    pub(crate) fn step(&mut self, step: &str) -> String {
        let (words, variables) = match step.split_once('{') {
            Some((words, rest)) => (words.trim(), context(&format!("{{{rest}"))),
            None => (step, Context::new()),
        };
        let words: Vec<&str> = words.split(' ').collect();
        let command = match words.as_slice() {
            ["record"] => {
                self.record = Some(Value::from(variables));
                return String::new();
            }
            ["record", "gone"] => {
                self.record = Some(Value::Null);
                return String::new();
            }
            ["deploy", "form", id] => {
                self.forms.push((*id).to_owned());
                return String::new();
            }
            ["limit", steps] => {
                self.step_limit = steps.parse().unwrap();
                return String::new();
            }
            ["after", ms] => {
                self.now = self.now.plus_ms(ms.parse().unwrap());
                return String::new();
            }
            ["variables"] => return self.variables(),
            words => self.command(words, variables),
        };
        self.send(&command)
    }

    /// Makes a decision model known.
    pub(crate) fn deploy(&mut self, xml: &str) {
        let model = Arc::new(dmn::compile(xml).expect("the decisions compile"));
        for decision in model.decisions() {
            self.decisions.insert(decision.id.to_string(), Arc::clone(&model));
        }
    }

    fn command(&self, words: &[&str], variables: Context) -> Command {
        let none = Arc::<str>::from("");
        match words {
            ["start"] => self.start(variables, None, None),
            ["start", "on", object] => {
                let record = RecordRef { object: (*object).into(), key: Key(17) };
                self.start(variables, Some(record), None)
            }
            ["start", "at", event] => self.start(variables, None, Some(event)),
            ["complete", id] => Command::CompleteJob { job: self.job(id), variables },
            ["fail", id, retries, back_off, message @ ..] => Command::FailJob {
                job: self.job(id),
                retries: retries.parse().unwrap(),
                message: message.join(" ").into(),
                retry_back_off_ms: back_off.parse().unwrap(),
            },
            ["throw", id, code] => {
                let (job, code) = (self.job(id), Arc::from(*code));
                Command::ThrowJobError { job, code, message: none, variables }
            }
            ["retries", id, retries] => {
                Command::UpdateJobRetries { job: self.job(id), retries: retries.parse().unwrap() }
            }
            ["do", id] => Command::CompleteUserTask { task: self.task(id), by: PERSON, variables },
            ["assign", id] => Command::AssignUserTask { task: self.task(id), assignee: None },
            ["assign", id, login] => {
                let assignee = Some(Arc::from(*login));
                Command::AssignUserTask { task: self.task(id), assignee }
            }
            ["fire", id] => Command::FireTimer { timer: self.timer(id) },
            ["cancel"] => Command::Cancel,
            ["continue"] => Command::Continue,
            ["resolve", id] => Command::ResolveIncident { incident: self.incident(id) },
            ["set", id] => Command::SetVariables { scope: self.scope(id), variables },
            other => panic!("no such step: {other:?}"),
        }
    }

    fn start(&self, variables: Context, record: Option<RecordRef>, event: Option<&str>) -> Command {
        let event = event.map(|id| self.process.element_by_id(id).expect("the element").0);
        let start = event.unwrap_or_else(|| self.process.start_events[0]);
        let (instance, definition) = (Key(1), Key(2));
        let parent: Option<Parent> = None;
        Command::Start(Start { instance, definition, start, record, parent, variables })
    }

    /// Sends a command and applies what comes of it.
    pub(crate) fn send(&mut self, command: &Command) -> String {
        let (mut keys, mut again) = (self.keys.clone(), self.keys.clone());
        let outcome = self.decide_with(command, &mut keys);
        let same = self.decide_with(command, &mut again);
        assert_eq!(same, outcome, "the same input gives the same outcome");
        self.keys = keys;
        match outcome {
            Outcome::Accepted { state, events, actions } => {
                let told = self.accept(&events, &actions);
                assert_eq!(self.state.as_ref(), Some(&*state), "the state is the fold of events");
                told
            }
            Outcome::Rejected(rejection) => {
                assert!(!rejection.code().is_empty());
                format!("rejected: {rejection}")
            }
            Outcome::Need(paths) => {
                let paths: Vec<String> = paths.iter().map(Path::to_string).collect();
                format!("need: {}", paths.join(", "))
            }
        }
    }

    /// Decides without applying anything.
    pub(crate) fn decide_with(&self, command: &Command, keys: &mut KeyGenerator) -> Outcome {
        let world = World {
            process: &self.process,
            models: &Deployed { decisions: &self.decisions, forms: &self.forms },
            facts: &Loaded(self.record.clone()),
            now: self.now,
            step_limit: self.step_limit,
        };
        decide(self.state.as_ref(), command, &world, keys)
    }

    fn accept(&mut self, events: &[Event], actions: &[Action]) -> String {
        let mut told: Vec<String> = Vec::new();
        for event in events {
            apply(&mut self.state, event);
            // A count on nearly every line would hide what the line is about; `check_steps` looks at it.
            if !matches!(event, Event::StepsCounted(_)) {
                told.push(self.tell(event));
            }
        }
        for action in actions {
            told.push(match action {
                Action::RunTask { job, job_type, headers, variables, .. } => {
                    let variables = Value::from(variables.clone());
                    format!("run({} {job_type} {headers:?} {variables})", self.owner(*job))
                }
                Action::Continue => "continue later".to_owned(),
            });
        }
        self.log.extend_from_slice(events);
        self.check_invariants(events);
        self.check_steps(events);
        told.join(", ")
    }

    /// What is true whatever happens.
    pub(crate) fn check_invariants(&self, news: &[Event]) {
        let bytes = codec::encode_events(news);
        assert_eq!(codec::decode_events(&bytes).expect("events decode"), news);
        let mut replayed = None;
        for event in &self.log {
            apply(&mut replayed, event);
        }
        assert_eq!(replayed, self.state, "the state is the fold of its events");
        let Some(state) = &self.state else { return };
        let bytes = codec::encode_state(state);
        assert_eq!(&codec::decode_state(&bytes).expect("the state decodes"), state);
        tokens::check(&self.process, &self.log, state).unwrap_or_else(|why| panic!("{why}"));
        check_end(state);
        check_owners(state);
    }

    /// The state counts the steps since the instance last came to rest, and nothing while it rests.
    fn check_steps(&mut self, news: &[Event]) {
        self.steps += news.iter().map(Event::steps).sum::<u32>();
        let Some(state) = self.state.as_ref().filter(|state| state.status == Status::Active) else {
            return;
        };
        if state.is_at_rest() {
            self.steps = 0;
        }
        assert_eq!(state.steps, self.steps, "steps since the instance last waited");
    }

    fn variables(&self) -> String {
        let state = self.state.as_ref().expect("it was started");
        let scopes = state.variables.iter().map(|(scope, values)| {
            let values = Value::context(values.iter().map(|(n, v)| (Arc::clone(n), v.clone())));
            format!("{}{values}", self.name(*scope))
        });
        scopes.collect::<Vec<_>>().join(", ")
    }

    fn name(&self, key: Key) -> String {
        match self.elements.get(&key) {
            Some(id) => id.clone(),
            None if key == Key(1) => "root".to_owned(),
            None => format!("{key}"),
        }
    }

    fn owner(&self, key: Key) -> String {
        self.owners.get(&key).cloned().unwrap_or_else(|| key.to_string())
    }

    fn id(&self, element: bpmn::ElementIndex) -> String {
        self.process.element(element).expect("the element").id.to_string()
    }

    fn scope(&self, id: &str) -> Key {
        let of =
            |state: &Instance| state.elements.keys().copied().find(|key| self.name(*key) == id);
        self.state.as_ref().and_then(of).unwrap_or(Key(if id == "root" { 1 } else { 9 }))
    }

    fn job(&self, id: &str) -> Key {
        let of = |state: &Instance| state.jobs.keys().copied().find(|key| self.owner(*key) == id);
        self.state.as_ref().and_then(of).unwrap_or(Key(9))
    }

    fn task(&self, id: &str) -> Key {
        let of =
            |state: &Instance| state.user_tasks.keys().copied().find(|key| self.owner(*key) == id);
        self.state.as_ref().and_then(of).unwrap_or(Key(9))
    }

    fn timer(&self, id: &str) -> Key {
        let of = |state: &Instance| state.timers.keys().copied().find(|key| self.owner(*key) == id);
        self.state.as_ref().and_then(of).unwrap_or(Key(9))
    }

    fn incident(&self, id: &str) -> Key {
        let of = |state: &Instance| {
            let mut incidents = state.incidents.values();
            let found = incidents.find(|incident| self.name(incident.element_instance) == id)?;
            Some(found.key)
        };
        self.state.as_ref().and_then(of).unwrap_or(Key(9))
    }

    fn own(&mut self, key: Key, element: bpmn::ElementIndex) -> String {
        let id = self.id(element);
        self.owners.insert(key, id.clone());
        id
    }

    /// An event in words.
    pub(crate) fn tell(&mut self, event: &Event) -> String {
        match event {
            Event::InstanceStarted(_) => "started".to_owned(),
            Event::InstanceCompleted(_) => "completed".to_owned(),
            Event::InstanceTerminated(_) => "terminated".to_owned(),
            Event::ElementActivated(event) => {
                let id = self.id(event.element);
                self.elements.insert(event.key, id.clone());
                format!("+{id}")
            }
            Event::ElementCompleted(event) => format!("-{}", self.name(event.key)),
            Event::ElementTerminated(event) => format!("!{}", self.name(event.key)),
            Event::FlowTaken(event) => self.flow(event.flow),
            Event::JoinReached(event) => format!("wait({})", self.id(event.gateway)),
            Event::JoinPassed(event) => format!("join({})", self.id(event.gateway)),
            Event::VariablesSet(event) => {
                let values = event.values.iter().map(|(n, v)| (Arc::clone(n), v.clone()));
                format!("{}{}", self.name(event.scope), Value::context(values))
            }
            Event::ConditionEvaluated(event) => {
                let reads = event.reads.iter();
                let reads: Vec<String> =
                    reads.map(|read| format!("{}={}", read.path, read.value)).collect();
                let result = event.result.map_or("null".to_owned(), |holds| holds.to_string());
                format!("if({} {} {result})", self.flow(event.flow), reads.join(" "))
            }
            Event::DecisionEvaluated(event) => {
                let last = event.trace.decisions.last().expect("a decision was traced");
                let read = last.inputs.iter().map(|input| format!("{}={}", input.id, input.value));
                let read: Vec<String> = read.collect();
                let rules = last.matched.iter().map(|rule| rule.index.to_string());
                let rules = rules.collect::<Vec<_>>().join("+");
                let (id, output) = (&event.decision_id, &last.output);
                format!("decided({id} rule {rules} {} -> {output})", read.join(" "))
            }
            Event::IncidentRaised(event) => {
                let name = self.name(event.element_instance);
                self.owners.insert(event.key, name.clone());
                format!("incident({name} {}: {})", event.kind, event.message)
            }
            Event::IncidentResolved(event) => format!("resolved({})", self.owner(event.key)),
            Event::StepsPaused(event) => format!("paused({})", event.pending.len()),
            Event::StepsResumed(_) => "resumed".to_owned(),
            Event::StepsCounted(event) => format!("counted({})", event.steps),
            other => self.tell_work(other),
        }
    }

    /// Jobs, user tasks and timers.
    fn tell_work(&mut self, event: &Event) -> String {
        match event {
            Event::JobCreated(event) => {
                let id = self.own(event.key, event.element);
                format!("job({id} {} x{})", event.job_type, event.retries)
            }
            Event::JobCompleted(event) => format!("job done({})", self.owner(event.key)),
            Event::JobFailed(event) => {
                let later = event.retry_at.ms_since(self.now);
                format!("job failed({} x{} +{later})", self.owner(event.key), event.retries)
            }
            Event::JobErrorThrown(event) => {
                let by = event.caught_by.map_or("nothing".to_owned(), |element| self.id(element));
                format!("threw({} {} caught by {by})", self.owner(event.key), event.code)
            }
            Event::JobRetriesUpdated(event) => {
                format!("retries({} x{})", self.owner(event.key), event.retries)
            }
            Event::JobRetried(event) => {
                format!("job again({} x{})", self.owner(event.key), event.retries)
            }
            Event::JobCancelled(event) => format!("job off({})", self.owner(event.key)),
            Event::UserTaskCreated(event) => {
                let id = self.own(event.key, event.element);
                let form = event.form.as_ref().map(|form| &form.id);
                format!(
                    "task({id} {:?} {:?} {:?} form {form:?} due {:?} {:?} priority {})",
                    event.assignee,
                    event.candidate_groups,
                    event.candidate_users,
                    event.due_at.map(|due| due.ms_since(NOW)),
                    event.follow_up_at.map(|due| due.ms_since(NOW)),
                    event.priority
                )
            }
            Event::UserTaskAssigned(event) => {
                format!("assigned({} {:?})", self.owner(event.key), event.assignee)
            }
            Event::UserTaskCompleted(event) => format!("task done({})", self.owner(event.key)),
            Event::UserTaskCompletedBy(event) => {
                format!("task done({} by {})", self.owner(event.key), event.by)
            }
            Event::UserTaskCancelled(event) => format!("task off({})", self.owner(event.key)),
            Event::TimerScheduled(event) => {
                let id = self.own(event.key, event.target);
                let due = event.due_at.ms_since(NOW);
                match event.repeat {
                    None => format!("timer({id} at {due})"),
                    Some(repeat) => format!("timer({id} at {due} then {:?})", repeat.remaining),
                }
            }
            Event::TimerFired(event) => format!("fired({})", self.owner(event.key)),
            Event::TimerCancelled(event) => format!("timer off({})", self.owner(event.key)),
            other => panic!("told elsewhere: {other:?}"),
        }
    }

    fn flow(&self, flow: bpmn::FlowIndex) -> String {
        self.process.flow(flow).expect("the flow").id.replace('_', ">")
    }
}

/// An instance that has ended has nothing left.
fn check_end(state: &Instance) {
    if state.status != Status::Active {
        assert!(state.elements.is_empty() && state.joins.is_empty() && state.pending.is_empty());
        assert!(state.jobs.is_empty() && state.timers.is_empty() && state.user_tasks.is_empty());
        assert!(state.incidents.is_empty() && state.ended_at.is_some());
    }
}

/// Whatever waits belongs to an element that is active.
fn check_owners(state: &Instance) {
    let jobs = state.jobs.values().map(|job| job.element_instance);
    let timers = state.timers.values().map(|timer| timer.element_instance);
    let tasks = state.user_tasks.values().map(|task| task.element_instance);
    let incidents = state.incidents.values().map(|incident| incident.element_instance);
    for owner in jobs.chain(timers).chain(tasks).chain(incidents) {
        assert!(state.elements.contains_key(&owner), "{owner} is active");
    }
    for scope in state.variables.keys().chain(state.elements.values().map(|element| &element.scope))
    {
        assert!(state.has_scope(*scope), "{scope} is a scope");
    }
}

struct Deployed<'a> {
    decisions: &'a BTreeMap<String, Arc<dmn::Model>>,
    forms: &'a [String],
}

impl Models for Deployed<'_> {
    fn decision(&self, id: &str) -> Option<(Key, Arc<dmn::Model>)> {
        self.decisions.get(id).map(|model| (Key(3), Arc::clone(model)))
    }

    fn form(&self, id: &str) -> Option<Key> {
        self.forms.iter().any(|form| form == id).then_some(Key(4))
    }
}

struct Loaded(Option<Value>);

impl Facts for Loaded {
    fn record(&self, _: &RecordRef, paths: &[Path]) -> Option<Value> {
        assert!(paths.iter().all(|path| &*path[0] == "record"), "{paths:?}");
        self.0.clone()
    }
}

/// The context that a FEEL text gives.
pub(crate) fn context(text: &str) -> Context {
    let expression = feel::compile(text, &feel::Options::default()).expect("the context compiles");
    let value = expression.evaluate(&[], &mut feel::Run::new(NOW));
    value.as_context().cloned().unwrap_or_else(|| panic!("{text} is no context"))
}
