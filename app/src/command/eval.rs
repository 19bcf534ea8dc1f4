//! `rondo eval DECISION INPUT.json`: evaluates a decision and prints its value with the explanation.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use dmn::{Model, TraceMode};
use serde_json::{Value, json};

use crate::cli::Eval;
use crate::say;
use crate::workspace::{Workspace, now};

pub(crate) fn eval(options: &Eval) -> Result<()> {
    let input: Value = serde_json::from_str(&read(&options.input)?)
        .with_context(|| format!("`{}` is not JSON", options.input.display()))?;
    if !input.is_object() {
        bail!("`{}` does not hold a JSON object of variables", options.input.display());
    }
    let model = match &options.model {
        Some(file) => compile(file)?,
        None => deployed(options)?,
    };
    let variables = feel::json::from_json(&input);
    let variables = variables.as_context().context("the input is no object of variables")?;
    let mut run = feel::Run::new(now());
    let evaluation = model.evaluate(&options.decision, variables, &mut run, TraceMode::On)?;
    let mut trace = evaluation.trace.map(|trace| trace.to_json());
    if let Some(trace) = &mut trace {
        model.explain(trace);
    }
    let answer = json!({ "output": feel::json::to_json(&evaluation.value), "trace": trace });
    say::line(serde_json::to_string_pretty(&answer)?);
    Ok(())
}

fn read(file: &Path) -> Result<String> {
    let mut text = String::new();
    if file == Path::new("-") {
        std::io::stdin().read_to_string(&mut text).context("standard input cannot be read")?;
    } else {
        text = std::fs::read_to_string(file)
            .with_context(|| format!("`{}` cannot be read", file.display()))?;
    }
    Ok(text)
}

fn compile(file: &Path) -> Result<Arc<Model>> {
    // What comes in on standard input stands in no folder in which imports could be found.
    let compiled =
        if file == Path::new("-") { dmn::compile(&read(file)?) } else { super::dmn::load(file)? };
    compiled.map(Arc::new).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        anyhow!("`{}` cannot be compiled:\n{}", file.display(), lines.join("\n"))
    })
}

fn deployed(options: &Eval) -> Result<Arc<Model>> {
    super::backup::expect_database(&options.data).context("nothing was evaluated")?;
    let workspace = Workspace::open(&options.data)?;
    let catalogue = workspace.catalogue();
    let decision = catalogue.latest_decision(&options.decision);
    let decision =
        decision.with_context(|| format!("there is no decision `{}`", options.decision))?;
    Ok(Arc::clone(&decision.model))
}
