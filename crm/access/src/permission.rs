//! The permissions and the one check of them. The table of who holds what is
//! [`Permission::held_by`]; sharing of single records and security of single fields will be checked
//! beside it.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Actor, Role};

/// Objects whose rows decide what people may do, so that writing them is managing users.
const PEOPLE: [&str; 2] = ["user", "team"];

/// Something that one may or may not do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// See the records of an object.
    ReadRecords(Arc<str>),
    /// Create, change and delete records of an object.
    WriteRecords(Arc<str>),
    /// See models, instances, tasks and their history.
    ReadProcesses,
    /// Deploy processes, decisions and forms.
    Deploy,
    /// Start an instance of a process.
    StartProcess,
    /// Cancel instances, set their variables, retry jobs, resolve incidents.
    ManageInstances,
    /// Assign and complete user tasks.
    WorkOnTasks,
    /// Activate, complete and fail jobs as a job worker.
    WorkOnJobs,
    /// Evaluate a decision or an expression without changing anything.
    Evaluate,
    /// Define objects and their fields.
    DefineObjects,
    /// Create and change users, teams, passwords of others.
    ManageUsers,
    /// See outgoing mail and calls.
    ReadOutbox,
}

impl Permission {
    /// Whether `role` holds this permission.
    pub fn held_by(&self, role: Role) -> bool {
        match role {
            Role::Admin => true,
            Role::Manager => match self {
                Self::ManageUsers | Self::DefineObjects => false,
                Self::WriteRecords(object) => !is_people(object),
                Self::ReadRecords(_)
                | Self::ReadProcesses
                | Self::Deploy
                | Self::StartProcess
                | Self::ManageInstances
                | Self::WorkOnTasks
                | Self::WorkOnJobs
                | Self::Evaluate
                | Self::ReadOutbox => true,
            },
            Role::Sales => match self {
                Self::WriteRecords(object) => !is_people(object),
                Self::ReadRecords(_)
                | Self::ReadProcesses
                | Self::StartProcess
                | Self::WorkOnTasks
                | Self::Evaluate
                | Self::ReadOutbox => true,
                Self::Deploy
                | Self::ManageInstances
                | Self::WorkOnJobs
                | Self::DefineObjects
                | Self::ManageUsers => false,
            },
            Role::ReadOnly => match self {
                Self::ReadRecords(_) | Self::ReadProcesses | Self::ReadOutbox => true,
                Self::WriteRecords(_)
                | Self::Deploy
                | Self::StartProcess
                | Self::ManageInstances
                | Self::WorkOnTasks
                | Self::WorkOnJobs
                | Self::Evaluate
                | Self::DefineObjects
                | Self::ManageUsers => false,
            },
        }
    }
}

fn is_people(object: &str) -> bool {
    PEOPLE.contains(&object)
}

/// Whether a step of a process may write records of `object`. Never those that decide what people
/// may do: a step asks for no permission, so whoever deploys it could make himself anything.
pub fn is_open_to_processes(object: &str) -> bool {
    !is_people(object)
}

/// What one may do, as the end of "may not ..": "deploy models".
impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ReadRecords(object) => write!(f, "read records of `{object}`"),
            Self::WriteRecords(object) => write!(f, "write records of `{object}`"),
            Self::ReadProcesses => f.write_str("read processes"),
            Self::Deploy => f.write_str("deploy models"),
            Self::StartProcess => f.write_str("start processes"),
            Self::ManageInstances => f.write_str("manage process instances"),
            Self::WorkOnTasks => f.write_str("work on tasks"),
            Self::WorkOnJobs => f.write_str("work on jobs"),
            Self::Evaluate => f.write_str("evaluate decisions"),
            Self::DefineObjects => f.write_str("define objects"),
            Self::ManageUsers => f.write_str("manage users"),
            Self::ReadOutbox => f.write_str("read the outbox"),
        }
    }
}

/// The actor's role does not hold the permission. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("`{login}` has the role `{role}` and may not {permission}; ask someone with the role {}", who_may(.permission))]
pub struct Denied {
    /// Who asked.
    pub login: Arc<str>,
    /// The role that does not suffice.
    pub role: Role,
    /// What was asked for.
    pub permission: Permission,
}

/// The roles that hold `permission`: "`admin` or `manager`".
fn who_may(permission: &Permission) -> String {
    let roles: Vec<String> = Role::ALL
        .into_iter()
        .filter(|role| permission.held_by(*role))
        .map(|role| format!("`{role}`"))
        .collect();
    roles.join(" or ")
}

/// Lets `actor` pass where its role holds `permission`.
///
/// # Errors
/// [`Denied`] names the actor, the permission and the roles that hold it.
pub fn require(actor: &Actor, permission: &Permission) -> Result<(), Denied> {
    if permission.held_by(actor.role) {
        return Ok(());
    }
    Err(Denied {
        login: Arc::clone(&actor.login),
        role: actor.role,
        permission: permission.clone(),
    })
}

#[cfg(test)]
mod tests {
    use base::Key;

    use super::*;

    fn read(object: &str) -> Permission {
        Permission::ReadRecords(object.into())
    }

    fn write(object: &str) -> Permission {
        Permission::WriteRecords(object.into())
    }

    /// `expect` names the roles that may, by first letter: a(dmin) m(anager) s(ales) r(ead-only).
    fn check(permission: &Permission, expect: &str) {
        let mut got = String::new();
        for (role, letter) in Role::ALL.into_iter().zip(["a", "m", "s", "r"]) {
            let actor = Actor { user: Key(7), login: "anna".into(), role, teams: Vec::new() };
            if require(&actor, permission).is_ok() {
                got.push_str(letter);
            }
        }
        assert_eq!(got, expect, "{permission}");
    }

    #[test]
    fn each_role_may_exactly_what_the_table_says() {
        for (permission, expect) in [
            (read("order"), "amsr"),
            (read("user"), "amsr"),
            (write("order"), "ams"),
            (write("task"), "ams"),
            (write("user"), "a"),
            (write("team"), "a"),
            (Permission::ReadProcesses, "amsr"),
            (Permission::Deploy, "am"),
            (Permission::StartProcess, "ams"),
            (Permission::ManageInstances, "am"),
            (Permission::WorkOnTasks, "ams"),
            (Permission::WorkOnJobs, "am"),
            (Permission::Evaluate, "ams"),
            (Permission::DefineObjects, "a"),
            (Permission::ManageUsers, "a"),
            (Permission::ReadOutbox, "amsr"),
        ] {
            check(&permission, expect);
        }
    }

    #[test]
    fn a_refusal_says_who_may() {
        let actor =
            Actor { user: Key(7), login: "anna".into(), role: Role::ReadOnly, teams: Vec::new() };
        let text = |permission| require(&actor, &permission).expect_err("denied").to_string();
        assert_eq!(
            text(write("user")),
            "`anna` has the role `read_only` and may not write records of `user`; \
             ask someone with the role `admin`"
        );
        assert_eq!(
            text(Permission::Deploy),
            "`anna` has the role `read_only` and may not deploy models; \
             ask someone with the role `admin` or `manager`"
        );
    }

    #[test]
    fn a_process_may_write_what_decides_nothing_about_people() {
        for (object, expect) in [("order", true), ("task", true), ("user", false), ("team", false)]
        {
            assert_eq!(is_open_to_processes(object), expect, "{object}");
        }
    }

    #[test]
    fn the_engine_holds_every_permission() {
        for permission in [write("user"), Permission::ManageUsers, Permission::WorkOnJobs] {
            assert_eq!(require(&Actor::system(), &permission), Ok(()));
        }
    }
}
