//! The business rule task: it calls a decision (`zeebe:calledDecision`), of which the history keeps which
//! rules matched, with the values they read; or it is a job.

use std::sync::Arc;

use bpmn::{DecisionCall, Text};
use feel::{Context, Path, Value};

use super::{Progress, job};
use crate::{
    DecisionEvaluated, Event, IncidentKind, Variables, evaluate, fit,
    machine::{At, Failure, Machine},
    variable,
};

pub(super) fn begin(
    machine: &mut Machine<'_>,
    at: At<'_>,
    call: &DecisionCall,
) -> Result<Progress, Failure> {
    match call {
        DecisionCall::Decision { decision_id, result_variable } => {
            decide(machine, at, decision_id, result_variable)
        }
        DecisionCall::Job(definition) => job::begin(machine, at, definition),
    }
}

fn decide(
    machine: &mut Machine<'_>,
    at: At<'_>,
    decision_id: &Text,
    result_variable: &Arc<str>,
) -> Result<Progress, Failure> {
    let id = evaluate::string(machine, decision_id, at.key, "the decision id")?;
    let Some((decision, model)) = machine.world().models.decision(&id) else {
        let message = format!(
            "decision `{id}` is not deployed; deploy a decision with this id, then resolve the \
             incident"
        );
        return Err(Failure::incident(IncidentKind::CalledDecisionError, message));
    };
    let paths =
        model.paths(&id).map_err(|error| failed(IncidentKind::CalledDecisionError, &id, &error))?;
    let inputs = inputs(machine, at, paths)?;
    let mut run = machine.feel_run(at.key);
    let evaluation = model
        .evaluate(&id, &inputs, &mut run, dmn::TraceMode::On)
        .map_err(|error| failed(IncidentKind::DecisionEvaluationError, &id, &error))?;
    machine.feel_done(&run);
    if let Some(failure) = run.failure() {
        return Err(failed(IncidentKind::DecisionEvaluationError, &id, &failure.message));
    }
    let dmn::Evaluation { value, warnings, trace } = evaluation;
    let values = Variables::from([(Arc::clone(result_variable), value)]);
    variable::check(machine, &values)?;
    let trace = trace.unwrap_or_default();
    check_trace(&id, &trace)?;
    let key = machine.next_key();
    machine.emit(Event::DecisionEvaluated(DecisionEvaluated {
        key,
        element_instance: at.key,
        decision_id: Arc::clone(&id),
        decision,
        trace,
        at: machine.now(),
    }));
    // A violated hit policy is no answer, although DMN 1.5, 8.2.10 lets it be null.
    if let (Some(warning), true) = (warnings.first(), values.values().all(Value::is_null)) {
        return Err(failed(IncidentKind::DecisionEvaluationError, &id, &warning.message));
    }
    variable::deliver(machine, at, values);
    Ok(Progress::Done)
}

/// All that a decision can read: the visible variables, and the bound record as far as it needs it.
fn inputs(machine: &Machine<'_>, at: At<'_>, paths: &[Path]) -> Result<Context, Failure> {
    let mut inputs = machine.instance().visible_variables(at.key);
    if machine.instance().record.is_some() && paths.iter().any(evaluate::reads_record) {
        inputs.insert("record", evaluate::record(machine, paths)?);
    }
    Ok(inputs)
}

/// The history cannot keep values without bound.
fn check_trace(id: &str, trace: &dmn::Trace) -> Result<(), Failure> {
    let values = trace.decisions.iter().flat_map(|decision| {
        let read = decision.inputs.iter().map(|input| &input.value);
        let matched = decision.matched.iter().flat_map(|rule| &rule.outputs);
        read.chain(matched.map(|output| &output.value)).chain([&decision.output])
    });
    for value in values {
        match fit::check(value) {
            Ok(()) | Err(fit::Unfit::Function) => {}
            Err(unfit) => {
                let reason = format!("a value that it reads or gives cannot be kept: {unfit}");
                return Err(failed(IncidentKind::DecisionEvaluationError, id, &reason));
            }
        }
    }
    Ok(())
}

fn failed(kind: IncidentKind, id: &str, reason: &dyn std::fmt::Display) -> Failure {
    let message = format!(
        "decision `{id}` cannot be evaluated: {reason}; correct it or the variables, then resolve \
         the incident"
    );
    Failure::incident(kind, message)
}
