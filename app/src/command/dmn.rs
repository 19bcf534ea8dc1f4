//! `rondo dmn check FILE` verifies the tables of a model, `rondo dmn test PATH..` runs files of test cases,
//! `rondo dmn tree` and `rondo dmn compare` turn tables into trees and back.

mod cases;
mod tree;

use std::path::{Path, PathBuf};

use ::dmn::{
    Model, Problem, tck,
    verify::{Report, Severity},
};
use anyhow::{Context, Result, anyhow, bail};

use crate::cli::{Dmn, DmnAction};
use crate::say;
use crate::workspace::now;

pub(crate) fn dmn(options: &Dmn) -> Result<()> {
    match &options.action {
        DmnAction::Check { file } => check(file),
        DmnAction::Test { paths, model } => test(paths, model.as_deref()),
        DmnAction::Tree { file, decision, to } => tree::tree(file, decision.as_deref(), *to),
        DmnAction::Compare { left, right, decision } => {
            tree::compare(left, right, decision.as_deref())
        }
    }
}

fn check(file: &Path) -> Result<()> {
    let model = compile(file)?;
    let mut errors = 0_usize;
    for report in model.verify() {
        for finding in &report.findings {
            let severity = match finding.severity() {
                Severity::Error => {
                    errors += 1;
                    "error"
                }
                Severity::Warning => "warning",
                Severity::Hint => "hint",
            };
            say::line(format!("{severity}: {}: {finding}", named(&report)));
        }
        for unverified in &report.unverified {
            say::line(format!("note: {}: not verified: {unverified}", named(&report)));
        }
        let count = counted(report.findings.len(), "finding");
        let end = match (report.findings.len(), report.is_complete) {
            (0, true) => "complete, and no rule contradicts another".to_owned(),
            (_, true) => count,
            (_, false) if report.unverified.is_empty() => format!("{count}; there may be more"),
            (_, false) => format!("{count} in what could be verified; there may be more"),
        };
        if !report.null_gaps.is_empty() {
            let inputs: Vec<String> = report.null_gaps.iter().map(|it| format!("`{it}`")).collect();
            say::line(format!(
                "note: {}: no rule takes a null {}",
                named(&report),
                inputs.join(", ")
            ));
        }
        say::line(format!("{}: {end}", named(&report)));
    }
    if errors > 0 {
        bail!("`{}` has {}", file.display(), counted(errors, "error"));
    }
    Ok(())
}

/// `no findings`, `1 finding`, `2 findings`.
fn counted(count: usize, noun: &str) -> String {
    match count {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        count => format!("{count} {noun}s"),
    }
}

/// The decision and where in it the table stands.
fn named(report: &Report) -> String {
    match &*report.within {
        "" => format!("`{}`", report.decision_id),
        within => format!("`{}`, {within}", report.decision_id),
    }
}

/// Compiles a DMN file with what it imports, found in the same folder, or a decision tree.
pub(crate) fn load(file: &Path) -> Result<Result<Model, Vec<Problem>>> {
    let text = read(file)?;
    if is_bpmn(&text) {
        bail!(
            "`{}` is a BPMN file, which holds processes; give a `.dmn` file or a decision tree (`.tree.yaml`, `.tree.json`)",
            file.display()
        );
    }
    if is_dmn(file) {
        let others = others(file)?;
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        return Ok(::dmn::compile_with(&text, &others));
    }
    Ok(::dmn::Tree::read(&text).and_then(|tree| tree.compile()))
}

/// As [`load`]; problems are printed.
fn compile(file: &Path) -> Result<Model> {
    load(file)?.map_err(|problems| {
        for problem in &problems {
            say::line(format!("error: {problem}"));
        }
        anyhow!("`{}` cannot be compiled", file.display())
    })
}

/// Whether a file is of the other modelling language, by the namespace that its elements are in.
fn is_bpmn(text: &str) -> bool {
    text.contains("http://www.omg.org/spec/BPMN/20100524/MODEL")
}

fn is_dmn(file: &Path) -> bool {
    file.extension().is_some_and(|it| it == "dmn" || it == "xml")
}

fn test(paths: &[PathBuf], model: Option<&Path>) -> Result<()> {
    let mut files = Vec::new();
    for path in paths {
        suites(path, &mut files)?;
    }
    files.sort();
    let (mut passed, mut failed) = (0_usize, 0_usize);
    for file in &files {
        let outcomes = if file.extension().is_some_and(|it| it == "csv") {
            cases::run(file, model)?
        } else {
            run(file)?
        };
        for (id, outcome) in outcomes {
            match outcome {
                Ok(()) => passed += 1,
                Err(reason) => {
                    failed += 1;
                    say::line(format!("FAILED {} {id}: {reason}", file.display()));
                }
            }
        }
    }
    say::line(format!("{passed} passed, {failed} failed"));
    if failed > 0 || passed == 0 {
        bail!("not all cases pass, or there are none");
    }
    Ok(())
}

/// The outcome of each case of a file by its name.
type Outcomes = Vec<(String, Result<(), String>)>;

/// Runs a file of the kit's layout.
fn run(file: &Path) -> Result<Outcomes> {
    let suite =
        tck::read(&read(file)?).with_context(|| format!("`{}` holds no cases", file.display()))?;
    let model = file.with_file_name(&suite.model);
    let others = others(&model)?;
    let others: Vec<&str> = others.iter().map(String::as_str).collect();
    // What is wrong with one decision must not fail the cases of the others.
    let (compiled, problems) = ::dmn::compile_lenient_with(&read(&model)?, &others);
    let outcomes = suite.cases.iter().map(|case| {
        let outcome = match &compiled {
            Some(compiled) => case.check(compiled, now()),
            None => Err(problems.first().map(ToString::to_string).unwrap_or_default()),
        };
        (case.id.clone(), outcome)
    });
    Ok(outcomes.collect())
}

/// The files of cases at or below a path.
fn suites(path: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_dir() {
        for entry in listed(path)? {
            if entry.is_dir() || entry.extension().is_some_and(|it| it == "xml" || it == "csv") {
                suites(&entry, found)?;
            }
        }
    } else {
        found.push(path.to_owned());
    }
    Ok(())
}

/// The other models in the folder, which the file may import.
fn others(file: &Path) -> Result<Vec<String>> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    let files = listed(folder)?.into_iter().filter(|other| {
        other.extension().is_some_and(|it| it == "dmn") && other.file_name() != file.file_name()
    });
    files.map(|other| read(&other)).collect()
}

fn listed(folder: &Path) -> Result<Vec<PathBuf>> {
    let cannot = || format!("the folder `{}` cannot be read", folder.display());
    let entries = std::fs::read_dir(folder).with_context(cannot)?;
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry.with_context(cannot)?.path());
    }
    Ok(paths)
}

fn read(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("`{}` cannot be read", file.display()))
}
