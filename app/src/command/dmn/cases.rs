//! Test cases as CSV: a row for each case. Columns before `expect` are inputs, `expect` is what the only
//! decision is to say, `expect NAME` what the decision of that id or name is to say; `case` names the row.
//! Cells are FEEL; what is no FEEL is text, and an empty input is null. An empty expectation asks nothing.

use std::path::{Path, PathBuf};

use ::dmn::{Model, TraceMode};
use anyhow::{Context as _, Result, bail};
use feel::{Context, Dialect, Options, Run, Value};
use records::import::{Row, RowReader};

use super::{Outcomes, compile};
use crate::workspace::now;

/// What a column is for.
enum Column {
    Name,
    Input(String),
    /// The id of the decision.
    Expected(String),
}

/// Runs a file; the model lies beside it where none is given.
pub(super) fn run(file: &Path, model: Option<&Path>) -> Result<Outcomes> {
    let found = match model {
        Some(model) => model.to_owned(),
        None => beside(file)?,
    };
    let model = compile(&found)?;
    let bytes =
        std::fs::read(file).with_context(|| format!("`{}` cannot be read", file.display()))?;
    let mut reader = RowReader::new();
    reader.push(&bytes);
    reader.end();
    let Some(headers) = reader.next_row() else { bail!("`{}` is empty", file.display()) };
    let columns = columns(&headers, &model, file)?;
    let mut outcomes = Vec::new();
    while let Some(row) = reader.next_row() {
        let named = columns.iter().zip(row.cells()).find(|(it, _)| matches!(it, Column::Name));
        let name = match named {
            Some((_, name)) => format!("line {} {name}", row.line),
            None => format!("line {}", row.line),
        };
        outcomes.push((name, check(&columns, &row, &model)));
    }
    Ok(outcomes)
}

/// The model of the same name before its first dot.
fn beside(file: &Path) -> Result<PathBuf> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.split('.').next().unwrap_or_default();
    let ends = ["dmn", "tree.yaml", "tree.yml", "tree.json"];
    let mut candidates = ends.iter().map(|end| file.with_file_name(format!("{stem}.{end}")));
    candidates.find(|it| it.exists()).with_context(|| {
        format!(
            "there is no `{stem}.dmn` or `{stem}.tree.yaml` beside `{}`; use --model",
            file.display()
        )
    })
}

fn columns(headers: &Row, model: &Model, file: &Path) -> Result<Vec<Column>> {
    let mut columns = Vec::new();
    for header in headers.cells() {
        let header = header.trim();
        columns.push(match header.strip_prefix("expect") {
            _ if header == "case" => Column::Name,
            Some("") => Column::Expected(only_result(model, file)?),
            Some(name) if name.starts_with(' ') => Column::Expected(id_of(model, name.trim())?),
            _ => Column::Input(header.to_owned()),
        });
    }
    if !columns.iter().any(|column| matches!(column, Column::Expected(_))) {
        bail!("`{}` expects nothing; name a column `expect`", file.display());
    }
    Ok(columns)
}

/// The only decision that no other requires.
fn only_result(model: &Model, file: &Path) -> Result<String> {
    let is_required =
        |id: &str| model.decisions().any(|it| it.requires.iter().any(|it| **it == *id));
    let results: Vec<&str> =
        model.decisions().map(|it| &*it.id).filter(|id| !is_required(id)).collect();
    match &*results {
        [only] => Ok((*only).to_owned()),
        several => bail!(
            "`{}`: the model has {} decisions that no other requires; name the column `expect ID` \
             with one of {}",
            file.display(),
            several.len(),
            several.join(", ")
        ),
    }
}

fn id_of(model: &Model, name: &str) -> Result<String> {
    let by_name = || model.id_of(name).map(ToString::to_string);
    let found = model.decision(name).map(|it| it.id.to_string()).or_else(by_name);
    found.with_context(|| format!("the model has no decision `{name}`"))
}

fn check(columns: &[Column], row: &Row, model: &Model) -> Result<(), String> {
    if let Some(flaw) = &row.flaw {
        return Err(flaw.to_string());
    }
    let cells = row.cells().count();
    if cells != columns.len() {
        return Err(format!("{cells} cells, but {} columns", columns.len()));
    }
    let mut inputs = Context::new();
    for (column, cell) in columns.iter().zip(row.cells()) {
        if let Column::Input(name) = column {
            insert(&mut inputs, name, value(cell, model.dialect()));
        }
    }
    for (column, cell) in columns.iter().zip(row.cells()) {
        let Column::Expected(id) = column else { continue };
        if cell.trim().is_empty() {
            continue;
        }
        let mut run = Run::new(now());
        let found = model.evaluate(id, &inputs, &mut run, TraceMode::Off);
        let found = found.map_err(|error| error.to_string())?.value;
        let expected = value(cell, model.dialect());
        if found != expected {
            return Err(format!("`{id}` is {found}, not {expected}"));
        }
    }
    Ok(())
}

/// Sets an input; `customer.tier` is the entry of a context.
fn insert(inputs: &mut Context, name: &str, value: Value) {
    match name.split_once('.') {
        None => {
            inputs.insert(name, value);
        }
        Some((first, rest)) => {
            let known = inputs.get(first).and_then(Value::as_context).cloned();
            let mut inner = known.unwrap_or_default();
            insert(&mut inner, rest, value);
            inputs.insert(first, inner);
        }
    }
}

/// The value of a cell: FEEL without names, else its text.
fn value(cell: &str, dialect: Dialect) -> Value {
    let cell = cell.trim();
    if cell.is_empty() {
        return Value::Null;
    }
    match feel::compile(cell, &Options { dialect, names: &[] }) {
        Ok(expression) if expression.inputs().is_empty() => {
            expression.evaluate(&[], &mut Run::new(now()))
        }
        Ok(_) | Err(_) => Value::string(cell),
    }
}
