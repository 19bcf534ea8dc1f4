//! The state of one process instance: what is active, what it waits for, what it knows. It changes
//! by events alone, and it is small: what has ended is kept in the history, not here.

use std::{collections::BTreeMap, sync::Arc};

use base::{Key, Timestamp};
use bpmn::{ElementIndex, FlowIndex};
use feel::{Context, Value};
use serde::{Deserialize, Serialize};

use crate::{Incident, Job, JobState, Step, Timer, UserTask, index};

/// Named values of one scope.
pub type Variables = BTreeMap<Arc<str>, Value>;

/// One run of a process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Instance {
    /// Its key; also the key of its outermost scope.
    pub key: Key,
    /// The process definition it runs, for ever.
    pub definition: Key,
    /// The record it is about; FEEL reads it as `record`.
    pub record: Option<RecordRef>,
    /// What started it from within another instance.
    pub parent: Option<Parent>,
    /// Where it is in its life.
    pub status: Status,
    /// When it started.
    pub started_at: Timestamp,
    /// When it completed or was terminated.
    pub ended_at: Option<Timestamp>,
    /// The elements that are active now.
    pub elements: BTreeMap<Key, ElementInstance>,
    /// Variables by scope: the instance's own key, or the key of an active element.
    pub variables: BTreeMap<Key, Variables>,
    /// Work that job workers or built-in tasks have not finished yet.
    pub jobs: BTreeMap<Key, Job>,
    /// What becomes due.
    pub timers: BTreeMap<Key, Timer>,
    /// Work that people have not finished yet.
    pub user_tasks: BTreeMap<Key, UserTask>,
    /// What waits for a person to put it right.
    pub incidents: BTreeMap<Key, Incident>,
    /// Tokens that wait at joining gateways, ordered by scope, gateway and flow.
    pub joins: Vec<WaitingTokens>,
    /// Steps left over when the step limit was reached; [`crate::Command::Continue`] goes on with
    /// them.
    pub pending: Vec<Step>,
    /// Elements that became active since the instance last waited for something outside; see
    /// [`crate::STEPS_WITHOUT_WAITING`].
    pub steps: u32,
}

impl Instance {
    /// The variables that an element in `scope` sees: its own ones before those further out.
    pub fn visible_variables(&self, scope: Key) -> Context {
        let mut visible = Context::new();
        let mut scopes: Vec<Key> = self.scopes_outwards(scope).collect();
        scopes.reverse();
        for variables in scopes.iter().filter_map(|scope| self.variables.get(scope)) {
            visible.extend(variables.iter().map(|(name, value)| (Arc::clone(name), value.clone())));
        }
        visible
    }

    /// The value that an element in `scope` sees under `name`.
    pub fn variable(&self, scope: Key, name: &str) -> Option<&Value> {
        self.scopes_outwards(scope).find_map(|scope| self.variables.get(&scope)?.get(name))
    }

    /// `scope` and the scopes around it, the instance last.
    pub fn scopes_outwards(&self, scope: Key) -> impl Iterator<Item = Key> + '_ {
        std::iter::successors(Some(scope), |scope| {
            self.elements.get(scope).map(|element| element.scope)
        })
    }

    /// Whether `scope` is this instance or one of its active elements.
    pub fn has_scope(&self, scope: Key) -> bool {
        scope == self.key || self.elements.contains_key(&scope)
    }

    /// Whether nothing moves: it has ended, or all that is left waits for a worker, a person, a timer
    /// or the resolution of an incident. A built-in task is part of the same movement.
    pub fn is_at_rest(&self) -> bool {
        let runs = |job: &Job| job.is_built_in() && matches!(job.state, JobState::Waiting { .. });
        self.pending.is_empty() && !self.jobs.values().any(runs)
    }

    /// The active elements directly inside `scope`, oldest first.
    pub fn elements_in(&self, scope: Key) -> impl Iterator<Item = &ElementInstance> + '_ {
        self.elements.values().filter(move |element| element.scope == scope)
    }
}

/// Where an instance is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// It runs or waits.
    Active,
    /// It reached its end.
    Completed,
    /// It was cancelled.
    Terminated,
}

/// An element that is active: it waits, or is about to go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ElementInstance {
    /// Its key, also the key of its scope.
    pub key: Key,
    /// Which element of the process it is.
    #[serde(with = "index::element")]
    pub element: ElementIndex,
    /// The sub-process it is in, or the instance.
    pub scope: Key,
    /// When it became active.
    pub activated_at: Timestamp,
}

/// A row that a process instance is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RecordRef {
    /// The name of the object, such as `order`.
    pub object: Arc<str>,
    /// The row's key.
    pub key: Key,
}

/// The element that started an instance from within another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parent {
    /// The calling instance.
    pub instance: Key,
    /// The calling element in it.
    pub element_instance: Key,
}

/// Tokens that came to a joining gateway over one flow and wait for those of the other flows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingTokens {
    /// The scope that the gateway stands in.
    pub scope: Key,
    /// The gateway.
    #[serde(with = "index::element")]
    pub gateway: ElementIndex,
    /// The flow they came over.
    #[serde(with = "index::flow")]
    pub flow: FlowIndex,
    /// How many wait; at least one.
    pub tokens: u32,
}
