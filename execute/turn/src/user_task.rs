//! Who may work on a user task. The process says it by assignee and candidates; admins and managers
//! may do every task.

use access::{Actor, Role};
use engine::UserTask;

use crate::TurnError;

/// Lets the actor pass who has the task, may claim it, or may do every task.
pub(crate) fn permit(actor: &Actor, task: &UserTask) -> Result<(), TurnError> {
    let does_all = matches!(actor.role, Role::Admin | Role::Manager);
    let has_it = task.assignee.as_ref().is_some_and(|login| *login == actor.login);
    if does_all || has_it || may_claim(actor, task) {
        return Ok(());
    }
    let message = format!(
        "user task {} is for {}, not for `{}`; ask one of them to do it or to assign it",
        task.key,
        meant_for(task),
        actor.login
    );
    Err(TurnError::rejected("not_a_candidate", message))
}

fn may_claim(actor: &Actor, task: &UserTask) -> bool {
    let open = task.candidate_groups.is_empty() && task.candidate_users.is_empty();
    let named = task.candidate_users.contains(&actor.login)
        || actor.groups().any(|own| task.candidate_groups.iter().any(|group| **group == *own));
    task.assignee.is_none() && (open || named)
}

fn meant_for(task: &UserTask) -> String {
    if let Some(login) = &task.assignee {
        return format!("`{login}`");
    }
    let names = task.candidate_groups.iter().chain(&task.candidate_users);
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use base::{Key, Timestamp};
    use bpmn::ElementIndex;

    use super::*;

    fn check(role: Role, assignee: Option<&str>, groups: &[&str], users: &[&str], may: bool) {
        let task = UserTask {
            key: Key(9),
            element_instance: Key(8),
            element: ElementIndex(0),
            assignee: assignee.map(Into::into),
            candidate_groups: groups.iter().map(|group| (*group).into()).collect(),
            candidate_users: users.iter().map(|user| (*user).into()).collect(),
            form: None,
            external_form_reference: None,
            due_at: None,
            follow_up_at: None,
            priority: 50,
            created_at: Timestamp(0),
        };
        let teams = vec!["Support".into()];
        let actor = Actor { user: Key(1), login: "anna".into(), role, teams };
        let got = permit(&actor, &task);
        assert_eq!(got.is_ok(), may, "{role} {assignee:?} {groups:?} {users:?}: {got:?}");
    }

    #[test]
    fn a_task_is_done_by_those_it_is_meant_for() {
        check(Role::Sales, None, &[], &[], true);
        check(Role::Sales, Some("anna"), &["manager"], &[], true);
        check(Role::Sales, Some("ben"), &[], &[], false);
        check(Role::Sales, None, &["manager"], &[], false);
        check(Role::Sales, None, &["sales"], &[], true);
        check(Role::Sales, None, &["manager", "Support"], &[], true);
        check(Role::Sales, None, &["Stock"], &[], false);
        check(Role::Sales, Some("ben"), &["Support"], &[], false);
        check(Role::Sales, None, &["manager"], &["anna"], true);
        check(Role::Manager, Some("ben"), &["sales"], &[], true);
        check(Role::Admin, None, &["manager"], &["ben"], true);
    }
}
