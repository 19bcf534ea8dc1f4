//! The DMN technology compatibility kit, levels 2 and 3: every case is run, every failing one is
//! listed by name, and the number that passes cannot silently fall.

use std::path::{Path, PathBuf};

use feel::Timestamp;

/// The cases that pass today; raise it when more do. Refused on purpose are a pattern with a
/// back-reference, which no engine matches in linear time, and ranges like `(=10)` that are to differ
/// from `[10..10]`.
const FLOOR: Score = Score { passed: 2705, passed_non_null: 1511 };

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
        let suite = dmn::tck::read(&std::fs::read_to_string(&file).unwrap()).unwrap();
        let folder = file.parent().unwrap();
        let text = std::fs::read_to_string(folder.join(&suite.model)).unwrap();
        let others: Vec<String> = imports(folder, &suite.model);
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        let (model, problems) = dmn::compile_lenient_with(&text, &others);
        let model = model.unwrap_or_else(|| panic!("{}: {problems:?}", suite.model));
        let name = file.strip_prefix(root).unwrap().with_extension("");
        for case in &suite.cases {
            let wants_value = case.wants_value();
            all += 1;
            all_non_null += usize::from(wants_value);
            match case.check(&model, Timestamp(1_766_000_000_000)) {
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

/// The other models of a folder.
fn imports(folder: &Path, model: &str) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files
        .filter(|file| file.extension().is_some_and(|it| it == "dmn") && !file.ends_with(model))
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect()
}
