//! Who a user's record makes an actor of: login and role from the record itself, teams from every
//! reference to a team that it holds.

use std::str::FromStr;
use std::sync::Arc;

use access::{Actor, Role};
use records::{FieldValue, ObjectDef, Record};
use runtime::port::Read;
use turn::Catalogue;

use crate::problem::Problem;

const USER: &str = "user";
const TEAM: &str = "team";

/// The objects of users and teams.
#[derive(Debug, Clone)]
pub(crate) struct People {
    users: Arc<ObjectDef>,
    teams: Option<Arc<ObjectDef>>,
}

impl People {
    pub(crate) fn of(catalogue: &Catalogue) -> Result<Self, Problem> {
        let object = |name: &str| catalogue.schema.object(name).cloned();
        let users =
            object(USER).ok_or_else(|| Problem::fault("the object `user` is not defined"))?;
        Ok(Self { users, teams: object(TEAM) })
    }

    /// The object of users.
    pub(crate) fn users(&self) -> &Arc<ObjectDef> {
        &self.users
    }

    /// The actor; nobody where the user is not active or has no role.
    pub(crate) fn actor(&self, user: &Record, read: &dyn Read) -> Result<Option<Actor>, Problem> {
        let active = user.value(&self.users, "active") != &FieldValue::Boolean(false);
        let text = |field: &str| user.value(&self.users, field).as_text();
        let role = text("role").and_then(|role| Role::from_str(role).ok());
        let (true, Some(login), Some(role)) = (active, text("login"), role) else {
            return Ok(None);
        };
        let teams = self.teams_of(user, read)?;
        Ok(Some(Actor { user: user.key, login: login.into(), role, teams }))
    }

    fn teams_of(&self, user: &Record, read: &dyn Read) -> Result<Vec<Arc<str>>, Problem> {
        let mut names = Vec::new();
        let Some(teams) = &self.teams else { return Ok(names) };
        for (position, _, referred) in self.users.references() {
            if *referred == teams.name
                && let FieldValue::Reference(key) = user.at(position)
                && let Some(team) = read.record(teams, *key)?
            {
                names.extend(team.title(teams).map(Arc::from));
            }
        }
        Ok(names)
    }
}
