//! The DMN technology compatibility kit, levels 2 and 3: every case is run, and passes; one that fails is
//! listed by name.

use std::path::{Path, PathBuf};

use feel::Timestamp;

/// The folders of the kit by conformance level, with their cases: of all, and of those that want a value.
const LEVELS: [(&str, Score); 2] = [
    ("compliance-level-2", Score { all: 91, non_null: 83 }),
    ("compliance-level-3", Score { all: 2617, non_null: 1431 }),
];

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Score {
    all: usize,
    non_null: usize,
}

impl Score {
    fn count(&mut self, wants_value: bool) {
        self.all += 1;
        self.non_null += usize::from(wants_value);
    }
}

#[test]
fn each_case_of_the_compatibility_kit_passes() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/dmn-tck"));
    assert!(root.is_dir(), "the kit is missing: unpack dmn-tck to {}", root.display());
    let (mut failing, mut counted) = (Vec::new(), Vec::new());
    for (level, _) in LEVELS {
        let Ran { cases, passed, failures } = run(&root.join(level), root);
        for (name, reason) in failures {
            println!("FAILED {name}: {reason}");
            failing.push(name);
        }
        println!(
            "{level}: {} of {} cases passed: {} of {} with a value, {} of {} with null",
            passed.all,
            cases.all,
            passed.non_null,
            cases.non_null,
            passed.all - passed.non_null,
            cases.all - cases.non_null
        );
        counted.push((level, cases));
    }
    assert_eq!(failing, Vec::<String>::new(), "cases of the kit fail");
    assert_eq!(counted, LEVELS, "the kit has other cases than before");
}

/// What came of the cases of a level.
#[derive(Default)]
struct Ran {
    cases: Score,
    passed: Score,
    /// The names of those that fail, and why.
    failures: Vec<(String, String)>,
}

fn run(level: &Path, root: &Path) -> Ran {
    let mut ran = Ran::default();
    for file in suites(level) {
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
            ran.cases.count(wants_value);
            match case.check(&model, Timestamp(1_766_000_000_000)) {
                Ok(()) => ran.passed.count(wants_value),
                Err(reason) => {
                    ran.failures.push((format!("{} {}", name.display(), case.id), reason));
                }
            }
        }
    }
    ran
}

/// All files with cases of a level, sorted.
fn suites(level: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in std::fs::read_dir(level).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            files.push(file.unwrap().path());
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
