//! Refuses what somebody answers to a user task where its form does not take it. It is asked here and not at
//! the edge, so that every way to a task goes through it, in the transaction that the answer changes.

use base::Key;
use bpmn::{Fault, FaultKind};
use feel::Context;
use records::{FieldProblem, Invalid, ProblemCode};

use crate::turn::Turn;
use crate::{Rejection, TurnError};

impl Turn<'_> {
    /// Passes an answer that the task's form takes. It is the form that people see, in the version that
    /// the task began with.
    pub(crate) fn check_answer(
        &mut self,
        instance: Key,
        task: Key,
        answer: &Context,
    ) -> Result<(), TurnError> {
        let Some(instance) = self.instance(instance)? else { return Ok(()) };
        let Some(task) = instance.user_tasks.get(&task) else { return Ok(()) };
        let form = task.form.as_ref().and_then(|form| self.catalogue.form(form.key));
        let Some(form) = form else { return Ok(()) };
        let seen = instance.visible_variables(task.element_instance);
        let faults = form.form.faults(&seen, answer, self.now);
        if faults.is_empty() {
            return Ok(());
        }
        let problems = faults.into_iter().map(problem).collect();
        Err(Rejection::from(Invalid { problems }).into())
    }
}

fn problem(fault: Fault) -> FieldProblem {
    let code = match fault.kind {
        FaultKind::Required => ProblemCode::Required,
        FaultKind::Type => ProblemCode::Type,
        FaultKind::NotAnOption => ProblemCode::NotAnOption,
        FaultKind::BelowMin => ProblemCode::BelowMin,
        FaultKind::AboveMax => ProblemCode::AboveMax,
        FaultKind::Scale => ProblemCode::Scale,
        FaultKind::Step => ProblemCode::Step,
        FaultKind::TooShort => ProblemCode::TooShort,
        FaultKind::TooLong => ProblemCode::TooLong,
        FaultKind::Pattern => ProblemCode::Pattern,
        FaultKind::Email => ProblemCode::Email,
        FaultKind::Phone => ProblemCode::Phone,
    };
    FieldProblem { field: fault.field.into(), message: fault.message, code }
}
