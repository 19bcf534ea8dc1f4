//! Who may work on a user task. The process says it by assignee and candidates; admins and managers
//! may do every task.

mod answer;

use access::{Actor, Role};
use base::Key;
use engine::UserTask;

use crate::{EndedUserTask, Rejection, TurnError};

/// Lets the actor pass who has the task, may claim it, or may do every task.
pub(crate) fn permit(actor: &Actor, task: &UserTask) -> Result<(), TurnError> {
    let does_all = matches!(actor.role, Role::Admin | Role::Manager);
    let has_it = task.assignee.as_ref().is_some_and(|login| *login == actor.login);
    if does_all || has_it || may_claim(actor, task) {
        return Ok(());
    }
    let message = format!(
        "user task {} is for {}, not for `{}`; ask one of them or a manager to do it or to assign it",
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

/// Says how a task ended that somebody would still work on. What ended within this very batch is not
/// told closer.
pub(crate) fn ended(task: Key, ended: Option<EndedUserTask>, login: Option<&str>) -> TurnError {
    let (code, how, at) = match (ended, login) {
        (Some(EndedUserTask::Completed { at, .. }), Some(login)) => {
            ("task_completed_by", format!("was completed by `{login}` at {at}"), Some(at))
        }
        (Some(EndedUserTask::Completed { at, .. }), None) => {
            ("task_completed", format!("was completed at {at}"), Some(at))
        }
        (Some(EndedUserTask::Cancelled { at }), _) => {
            ("task_cancelled", format!("was cancelled by its process at {at}"), Some(at))
        }
        (None, _) => ("task_ended", "has ended a moment ago".to_owned(), None),
    };
    let parameters = [("login", login.map(ToOwned::to_owned)), ("at", at.map(|at| at.to_string()))];
    Rejection {
        code,
        message: format!("user task {task} {how}; look for what is still open"),
        parameters: parameters.into_iter().filter_map(|(name, it)| Some((name, it?))).collect(),
        ..Rejection::default()
    }
    .into()
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
    use base::Timestamp;
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

    #[test]
    fn a_task_that_has_ended_says_how() {
        let at = Timestamp(1_769_846_400_000);
        let done = |by| Some(EndedUserTask::Completed { by, at });
        for (stored, login, code, says) in [
            (
                done(Some(Key(1))),
                Some("ben"),
                "task_completed_by",
                "was completed by `ben` at 2026-",
            ),
            (done(Some(Key(1))), None, "task_completed", "was completed at 2026-01-31T08:00:00"),
            (done(None), None, "task_completed", "was completed at 2026-01-31T08:00:00"),
            (
                Some(EndedUserTask::Cancelled { at }),
                None,
                "task_cancelled",
                "by its process at 2026-",
            ),
            (None, None, "task_ended", "has ended a moment ago; look for what is still open"),
        ] {
            let TurnError::Rejected(refused) = ended(Key(9), stored, login) else {
                panic!("{code}")
            };
            assert_eq!(refused.code, code);
            assert!(refused.message.contains(says), "{}", refused.message);
        }
    }
}
