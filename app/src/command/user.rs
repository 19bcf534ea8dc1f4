//! `rondo user add`: a user who can sign in.

use access::{Actor, Role};
use anyhow::{Context, Result};
use records::Input;
use runtime::{AddUser, Command, Envelope};

use crate::cli::{User, UserAction, UserAdd};
use crate::say;
use crate::workspace::Workspace;

pub(crate) fn user(options: User) -> Result<()> {
    match options.action {
        UserAction::Add(options) => add(options),
    }
}

fn add(options: UserAdd) -> Result<()> {
    let role: Role = options.role.parse()?;
    let mut password = String::new();
    std::io::stdin().read_line(&mut password).context("standard input cannot be read")?;
    let password = password.trim_end_matches(['\r', '\n']).to_owned();
    super::backup::expect_database(&options.data).context("nobody is added")?;
    let workspace = Workspace::open(&options.data)?;
    workspace.run(async |runtime| {
        let name = options.name.unwrap_or_else(|| options.login.clone());
        let login = options.login.clone();
        add_user(runtime, options.login, name, role, password).await?;
        say::line(format!("user `{login}` was added as {role}"));
        Ok(())
    })
}

/// Adds a user with a password through the ordinary path.
pub(crate) async fn add_user(
    runtime: &runtime::Runtime,
    login: String,
    name: String,
    role: Role,
    password: String,
) -> Result<()> {
    let hash = api::Passwords::new().map_err(refused)?.hash(password).await.map_err(refused)?;
    let input: Input =
        [("login", login), ("name", name), ("role", role.to_string())].into_iter().collect();
    let command = Command::AddUser(AddUser { input, password_hash: Some(hash) });
    runtime.submit(Envelope::new(Actor::system(), command)).await?;
    Ok(())
}

fn refused(problem: api::Problem) -> anyhow::Error {
    anyhow::anyhow!(problem.detail)
}
