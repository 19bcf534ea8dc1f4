//! The names that Camunda 8 gives to kinds of elements.

use bpmn::ElementKind;

/// `SERVICE_TASK`, `EXCLUSIVE_GATEWAY` ..
pub(crate) fn element_kind(kind: &ElementKind) -> &'static str {
    match kind {
        ElementKind::StartEvent(_) => "START_EVENT",
        ElementKind::EndEvent(_) => "END_EVENT",
        ElementKind::ExclusiveGateway { .. } => "EXCLUSIVE_GATEWAY",
        ElementKind::ParallelGateway => "PARALLEL_GATEWAY",
        ElementKind::ServiceTask(_) => "SERVICE_TASK",
        ElementKind::SendTask(_) => "SEND_TASK",
        ElementKind::ScriptTask(_) => "SCRIPT_TASK",
        ElementKind::BusinessRuleTask(_) => "BUSINESS_RULE_TASK",
        ElementKind::UserTask(_) => "USER_TASK",
        ElementKind::ManualTask => "MANUAL_TASK",
        ElementKind::SubProcess { .. } => "SUB_PROCESS",
        ElementKind::BoundaryEvent { .. } => "BOUNDARY_EVENT",
    }
}
