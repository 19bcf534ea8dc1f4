//! What tasks ask for: a job worker, a script, a decision, a person.

use std::sync::Arc;

use crate::{properties::Properties, text::Text};

/// Work for a job worker (`zeebe:taskDefinition`).
#[derive(Clone, Debug)]
pub struct JobDefinition {
    /// The type that a worker asks for.
    pub job_type: Text,
    /// How often the job may be tried; 3 where the model says nothing.
    pub retries: Text,
    /// Fixed values for the worker (`zeebe:taskHeaders`).
    pub headers: Properties,
}

/// What a script task runs.
#[derive(Clone, Debug)]
pub enum Script {
    /// A FEEL expression (`zeebe:script`).
    Expression {
        /// What is evaluated.
        expression: feel::Expression,
        /// The variable that takes the value.
        result_variable: Arc<str>,
    },
    /// A job worker.
    Job(JobDefinition),
}

/// How a business rule task decides.
#[derive(Clone, Debug)]
pub enum DecisionCall {
    /// The latest version of a deployed DMN decision (`zeebe:calledDecision`).
    Decision {
        /// The id of the decision.
        decision_id: Text,
        /// The variable that takes the outcome.
        result_variable: Arc<str>,
    },
    /// A job worker.
    Job(JobDefinition),
}

/// Work for a person. `zeebe:userTask` and user tasks without that marker are treated alike.
#[derive(Clone, Debug, Default)]
pub struct UserTask {
    /// The id of the form to fill in.
    pub form_id: Option<Arc<str>>,
    /// A form outside, by a reference that only the task application understands.
    pub external_form_reference: Option<Text>,
    /// The user who gets the task.
    pub assignee: Option<Text>,
    /// Groups that may claim it: comma-separated, or an expression giving a list.
    pub candidate_groups: Option<Text>,
    /// Users who may claim it: comma-separated, or an expression giving a list.
    pub candidate_users: Option<Text>,
    /// When it is due.
    pub due_date: Option<Text>,
    /// When somebody should look at it.
    pub follow_up_date: Option<Text>,
    /// 0 to 100; 50 where the model says nothing.
    pub priority: Option<Text>,
    /// Fixed values for the task application (`zeebe:taskHeaders`).
    pub headers: Properties,
}
