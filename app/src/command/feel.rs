//! `rondo feel eval` evaluates an expression; `rondo feel repl` one after the other; `rondo feel test` runs a file
//! of test cases.

mod repl;

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};

use crate::cli::{Dialect, Feel, FeelAction};
use crate::say;
use crate::workspace::now;

pub(crate) fn feel(options: &Feel) -> Result<()> {
    let dialect = match options.dialect {
        Dialect::Standard => ::feel::Dialect::Standard,
        Dialect::Camunda => ::feel::Dialect::Camunda,
    };
    match &options.action {
        FeelAction::Eval { expression, context } => eval(expression, context.as_deref(), dialect),
        FeelAction::Repl { context } => repl::repl(context.as_deref(), dialect),
        FeelAction::Test { file } => test(file, dialect),
    }
}

fn eval(source: &str, context: Option<&Path>, dialect: ::feel::Dialect) -> Result<()> {
    let scope = match context {
        Some(file) => variables(file)?,
        None => ::feel::Context::new(),
    };
    let names: Vec<&str> = scope.iter().map(|(name, _)| &**name).collect();
    let expression = ::feel::compile(source, &::feel::Options { dialect, names: &names })
        .map_err(|error| anyhow!("`{source}` is not FEEL: {error}"))?;
    let mut run = ::feel::Run::new(now());
    let value = expression.evaluate_in(&scope, &mut run);
    say::line(value.to_string());
    for warning in run.warnings() {
        say::error(&anyhow!("{}", warning.message));
    }
    if let Some(failure) = run.failure() {
        bail!("{}", failure.message);
    }
    Ok(())
}

/// The entries of the JSON object in a file.
fn variables(file: &Path) -> Result<::feel::Context> {
    let json: serde_json::Value = serde_json::from_str(&read(file)?)
        .with_context(|| format!("`{}` is not JSON", file.display()))?;
    match ::feel::json::from_json(&json) {
        ::feel::Value::Context(entries) => Ok((*entries).clone()),
        _ => bail!("`{}` holds no JSON object", file.display()),
    }
}

fn test(file: &Path, dialect: ::feel::Dialect) -> Result<()> {
    let (mut passed, mut failed) = (0_usize, 0_usize);
    for (number, line) in read(file)?.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let case = ::feel::cases::read(line)
            .map_err(|error| anyhow!("`{}`, line {}: {error}", file.display(), number + 1))?;
        match case.check(dialect, now()) {
            Ok(()) => passed += 1,
            Err(reason) => {
                failed += 1;
                say::line(format!("FAILED {}: {reason}", case.id));
            }
        }
    }
    say::line(format!("{passed} passed, {failed} failed"));
    if failed > 0 || passed == 0 {
        bail!("not all cases pass, or there are none");
    }
    Ok(())
}

fn read(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("`{}` cannot be read", file.display()))
}
