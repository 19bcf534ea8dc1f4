//! The DMN technology compatibility kit, levels 2 and 3: every case is run, every failing one is
//! listed by name, and the number that passes cannot silently fall.

mod cases;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use dmn::{Model, TraceMode, compile_lenient};
use feel::{Decimal, Run, Timestamp, Value};

use self::cases::{Case, Suite};

/// The cases that pass today; raise it when more do.
const FLOOR: Score = Score { passed: 2678, passed_non_null: 1485 };

#[derive(Clone, Copy, Debug, Default)]
struct Score {
    passed: usize,
    passed_non_null: usize,
}

#[test]
fn the_compatibility_kit_passes_as_far_as_it_did() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/dmn-tck"));
    assert!(root.is_dir(), "the kit is missing: unpack dmn-tck to {}", root.display());
    let mut score = Score::default();
    let (mut all, mut all_non_null) = (0, 0);
    let mut failures = Vec::new();
    for file in suites(root) {
        let suite = cases::read(&std::fs::read_to_string(&file).unwrap());
        let folder = file.parent().unwrap();
        let models = Models::read(folder, &suite);
        let name = file.strip_prefix(root).unwrap().with_extension("");
        for case in &suite.cases {
            let wants_value = case.results.iter().any(|result| !result.expected.is_null());
            all += 1;
            all_non_null += usize::from(wants_value);
            match models.run(case) {
                Ok(()) => {
                    score.passed += 1;
                    score.passed_non_null += usize::from(wants_value);
                }
                Err(reason) => failures.push(format!("{} {}: {reason}", name.display(), case.id)),
            }
        }
    }
    for failure in &failures {
        println!("FAILED {failure}");
    }
    println!(
        "{} of {all} cases passed: {} of {all_non_null} with a value, {} of {} with null",
        score.passed,
        score.passed_non_null,
        score.passed - score.passed_non_null,
        all - all_non_null
    );
    assert!(
        score.passed >= FLOOR.passed && score.passed_non_null >= FLOOR.passed_non_null,
        "fewer cases pass than before: {score:?} instead of {FLOOR:?}"
    );
}

/// All files with cases, sorted.
fn suites(root: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for level in ["compliance-level-2", "compliance-level-3"] {
        for folder in std::fs::read_dir(root.join(level)).unwrap() {
            for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
                files.push(file.unwrap().path());
            }
        }
    }
    files.retain(|file| file.extension().is_some_and(|extension| extension == "xml"));
    files.sort();
    files
}

/// The model that a suite is about.
struct Models {
    model: Option<Model>,
    problems: Vec<dmn::Problem>,
    ids: BTreeMap<String, String>,
}

impl Models {
    fn read(folder: &Path, suite: &Suite) -> Self {
        let text = std::fs::read_to_string(folder.join(&suite.model)).unwrap();
        let (model, problems) = compile_lenient(&text);
        let ids = model.iter().flat_map(Model::decisions);
        let ids =
            ids.map(|decision| (decision.name.to_string(), decision.id.to_string())).collect();
        Self { model, problems, ids }
    }

    fn run(&self, case: &Case) -> Result<(), String> {
        let Some(model) = &self.model else {
            return Err(format!("the model cannot be read: {:?}", self.problems));
        };
        for result in &case.results {
            let id = match &case.invocable {
                Some(service) => model.id_of(service).map(ToString::to_string),
                None => self.ids.get(&result.name).cloned(),
            };
            let id = id.ok_or_else(|| format!("there is no decision `{}`", result.name))?;
            let mut run = Run::new(Timestamp(1_766_000_000_000));
            let evaluation = model
                .evaluate(&id, &case.inputs, &mut run, TraceMode::Off)
                .map_err(|error| error.to_string())?;
            let mut value = evaluation.value;
            if case.invocable.is_some()
                && case.results.len() > 1
                && let Some(own) = value.get(&result.name).cloned()
            {
                value = own;
            }
            if !same(&value, &result.expected) {
                return Err(self.explain(&result.name, &value, &result.expected, &run));
            }
        }
        Ok(())
    }

    fn explain(&self, name: &str, value: &Value, expected: &Value, run: &Run) -> String {
        let own = |problem: &&dmn::Problem| {
            problem.element.as_deref().is_some_and(|element| element.contains(name))
        };
        let problems = &self.problems;
        let problem = problems.iter().find(own).or(problems.first()).map(ToString::to_string);
        let warning = run.warnings().first().map(|warning| warning.message.clone());
        format!(
            "{name} is {} instead of {}{}",
            short(value),
            short(expected),
            problem.or(warning).map(|reason| format!(" ({reason})")).unwrap_or_default()
        )
    }
}

fn short(value: &Value) -> String {
    let text = feel::json::to_json(value).to_string();
    text.chars().take(120).collect()
}

/// Equal, numbers up to eight decimals: expected values are given as doubles.
fn same(value: &Value, expected: &Value) -> bool {
    match (value, expected) {
        (Value::Number(left), Value::Number(right)) => close(*left, *right),
        (Value::List(left), Value::List(right)) => {
            left.len() == right.len()
                && left.iter().zip(right.iter()).all(|(left, right)| same(left, right))
        }
        (Value::Context(left), Value::Context(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, value)| {
                    right.get(name).is_some_and(|expected| same(value, expected))
                })
        }
        _ => value == expected || value.feel_equals(expected) == Some(true),
    }
}

fn close(left: Decimal, right: Decimal) -> bool {
    let tolerance = Decimal::from_scaled(1, 8);
    left == right || left.checked_sub(right).is_some_and(|difference| difference.abs() <= tolerance)
}
