//! Real files with random damage: whatever comes of it, readers and evaluator return, soon and without a
//! crash. Each target runs for `MUTATE_SECONDS` (1 where it is not set) on a seed that is printed;
//! `MUTATE_SEED` repeats one. `./test` gives each a minute.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use dmn::{Model, TraceMode, Tree, compile_lenient};
use feel::{Budget, Context, Run, Timestamp, Value};

/// How long one damaged file may take in a debug build on a machine that is busy.
const MAX_TIME: Duration = Duration::from_secs(20);

/// The texts of files of the compatibility kit, models and cases.
fn kit(ending: &str) -> Vec<String> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/dmn-tck"));
    assert!(root.is_dir(), "the kit is missing: unpack dmn-tck to {}", root.display());
    let folders = [
        "compliance-level-2/0118-multi-priority-hitpolicy",
        "compliance-level-3/0004-lending",
        "compliance-level-3/0030-user-defined-functions",
        "compliance-level-3/0085-decision-services",
        "compliance-level-3/1152-boxed-for",
    ];
    let mut files: Vec<_> = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == ending))
        .collect();
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

fn trees() -> Vec<String> {
    let yaml = "id: t\ninputs: [a b]\nnodes:\n  - node: 1\n    decide: a b\n    branches:\n      - { when: \"< 5, 7\", then: 2 }\n      - { when: \"[5..7)\", result: '\"x\"' }\n      - when: not(null, < 8)\n        then: 3\n  - { node: 2, result: 1 }\n  - node: 3\n    decide: s\n    branches: [{ when: '\"a\"', then: 2 }, { when: 'not(\"a\")', result: a b }]\n";
    vec![yaml.to_owned(), Tree::read(yaml).unwrap().to_json().to_string()]
}

/// `SplitMix64`.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// What is put in at a random place, over some of what was there.
const PIECES: &[&str] = &[
    "",
    "<",
    ">",
    "\"",
    "'",
    "&",
    "&lt;",
    "&x;",
    "&#0;",
    "<![CDATA[",
    "]]>",
    "<!DOCTYPE x>",
    "<!--",
    "-",
    "(",
    "((((((((",
    "]",
    "..",
    "null",
    "item",
    "not(",
    "?",
    "1e400",
    "@\"",
    "é",
    "\u{0}",
    "\u{202e}",
    "<list>",
    "</decision>",
    "<text>",
    "#",
    "_decision_001",
    "COLLECT",
    "PRIORITY",
    "isCollection=\"true\"",
    "for x in ",
    " return ",
    "function(x) ",
    "..999999999",
    "- ",
    ": ",
    "{",
    "}",
    "[[",
    "&a ",
    "*a",
    "\t",
    "then: 1",
    "node: 1",
];

fn damaged(texts: &[String], random: &mut Random) -> String {
    let mut text = random.pick(texts).clone();
    for _ in 0..=random.below(6) {
        let boundary = |mut at: usize| {
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let start = boundary(random.below(text.len() + 1));
        let end = boundary((start + random.below(60)).min(text.len())).max(start);
        match random.below(4) {
            // A piece of the same or another file, so that what is put in has a meaning.
            0 => {
                let other = random.pick(texts);
                let from = random.below(other.len());
                let piece: String = other.chars().skip(from).take(random.below(200)).collect();
                text.replace_range(start..end, &piece);
            }
            _ => text.replace_range(start..end, random.pick::<&str>(PIECES)),
        }
    }
    text
}

#[expect(clippy::print_stdout, reason = "the runner shows it where a test fails")]
fn run(texts: &[String], mut target: impl FnMut(&str)) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seconds = number("MUTATE_SECONDS").unwrap_or(1);
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let first = number("MUTATE_SEED").unwrap_or(u64::from(clock.subsec_nanos()) << 20);
    let start = Instant::now();
    let mut count = 0;
    while count == 0 || start.elapsed() < Duration::from_secs(seconds) {
        // Each file has a seed of its own, which is printed before it, so that a crash shows it, too.
        let seed = first.wrapping_add(count);
        println!("MUTATE_SEED={seed}");
        let text = damaged(texts, &mut Random(seed));
        let begun = Instant::now();
        target(&text);
        assert!(begun.elapsed() < MAX_TIME, "seed {seed} takes {:?}:\n{text}", begun.elapsed());
        count += 1;
    }
    println!("{count} damaged files");
}

#[test]
fn damaged_xml_never_crashes_the_readers() {
    run(&kit("dmn"), |text| {
        let _ = compile_lenient(text);
    });
    run(&kit("xml"), |text| {
        let _ = dmn::tck::read(text);
    });
}

fn evaluate_all(model: &Model, inputs: &Context) {
    for decision in model.decisions() {
        let budget = Budget { steps: 10_000, ..Budget::default() };
        let mut run = Run::new(Timestamp(0)).budget(budget);
        model.paths(&decision.id).unwrap();
        let traced = model.evaluate(&decision.id, inputs, &mut run, TraceMode::On).unwrap();
        assert!(traced.trace.is_some());
    }
}

#[test]
fn damaged_models_are_evaluated_and_verified_without_a_crash() {
    let values = [
        Value::Null,
        Value::number(7),
        Value::string("x"),
        Value::Boolean(true),
        Value::list(vec![Value::number(1), Value::Null]),
    ];
    let mut at = 0;
    run(&kit("dmn"), |text| {
        let (Some(model), _) = compile_lenient(text) else { return };
        at += 1;
        let names = model.decisions().flat_map(|it| it.inputs.clone()).collect::<Vec<_>>();
        let inputs = names.into_iter().map(|name| (name, values[at % values.len()].clone()));
        evaluate_all(&model, &inputs.collect());
        for decision in model.decisions() {
            if let Ok(tree) = Tree::of_table(&model, &decision.id) {
                assert!(Tree::read(&tree.to_yaml()).is_ok(), "{}", tree.to_yaml());
            }
        }
        let _ = model.verify();
    });
}

#[test]
fn damaged_trees_never_crash() {
    run(&trees(), |text| {
        let Ok(tree) = Tree::read(text) else { return };
        assert_eq!(Tree::read(&tree.to_json().to_string()).unwrap(), tree);
        let _ = (tree.to_mermaid(), tree.to_table());
        if let Ok(model) = tree.compile() {
            evaluate_all(&model, &Context::new());
            let _ = model.verify();
        }
    });
}
