//! The four roles. What each of them may do is written down in `permission`, not here.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a user is to the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs the workspace: users, objects, and everything below.
    Admin,
    /// Owns processes and decides: deploys models, cancels and repairs instances, does every task.
    Manager,
    /// Works with customers: records, tasks, mail.
    Sales,
    /// Looks, and changes nothing.
    ReadOnly,
}

impl Role {
    /// Every role, the most powerful first.
    pub const ALL: [Self; 4] = [Self::Admin, Self::Manager, Self::Sales, Self::ReadOnly];

    /// The name in JSON, SQL and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Manager => "manager",
            Self::Sales => "sales",
            Self::ReadOnly => "read_only",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that is not a role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a role; use `admin`, `manager`, `sales` or `read_only`")]
pub struct ParseRoleError(String);

impl FromStr for Role {
    type Err = ParseRoleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| ParseRoleError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_read_back_from_its_name() {
        for role in Role::ALL {
            assert_eq!(role.to_string().parse(), Ok(role));
            let json = serde_json::to_string(&role).expect("a role is serialisable");
            assert_eq!(json, format!("\"{role}\""));
        }
    }

    #[test]
    fn a_text_that_is_no_role_is_refused() {
        for text in ["", "Admin", "read-only", "owner"] {
            let error = text.parse::<Role>().expect_err(text);
            assert!(error.to_string().starts_with(&format!("`{text}` is not a role")), "{error}");
        }
    }
}
