//! Real models with random damage: whatever comes of it, the compiler and the evaluator return.

use std::path::Path;

use dmn::{TraceMode, compile_lenient};
use feel::{Budget, Context, Run, Timestamp};
use proptest::prelude::*;

/// The texts of a few models of the compatibility kit.
fn models() -> Vec<String> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/dmn-tck"));
    assert!(root.is_dir(), "the kit is missing: unpack dmn-tck to {}", root.display());
    let names = [
        "compliance-level-2/0118-multi-priority-hitpolicy/0118-multi-priority-hitpolicy.dmn",
        "compliance-level-3/0004-lending/0004-lending.dmn",
        "compliance-level-3/0030-user-defined-functions/0030-user-defined-functions.dmn",
        "compliance-level-3/0085-decision-services/0085-decision-services.dmn",
        "compliance-level-3/1152-boxed-for/1152-boxed-for.dmn",
    ];
    names.iter().map(|name| std::fs::read_to_string(root.join(name)).unwrap()).collect()
}

/// What is put in at a random place, over some of what was there.
fn splice() -> impl Strategy<Value = (usize, usize, String)> {
    let pieces = vec![
        "",
        "<",
        ">",
        "\"",
        "&",
        "&lt;",
        "-",
        "(",
        "]",
        "..",
        "null",
        "item",
        "not(",
        "1e400",
        "é",
        "\u{0}",
        "<list>",
        "</decision>",
        "<text>",
        "#",
        "_decision_001",
        "COLLECT",
        "isCollection=\"true\"",
    ];
    (any::<usize>(), 0..60_usize, prop::sample::select(pieces).prop_map(str::to_owned))
}

fn damage(text: &mut String, (at, length, piece): &(usize, usize, String)) {
    let boundary = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = boundary(at % (text.len() + 1));
    let end = boundary((start + length).min(text.len()));
    text.replace_range(start..end.max(start), piece);
}

#[test]
fn damaged_models_never_crash() {
    let models = models();
    let strategy = (0..models.len(), prop::collection::vec(splice(), 1..6));
    let config =
        ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let result = runner.run(&strategy, |(model, splices)| {
        let mut text = models[model].clone();
        for splice in &splices {
            damage(&mut text, splice);
        }
        let (Some(model), _) = compile_lenient(&text) else { return Ok(()) };
        for decision in model.decisions() {
            let budget = Budget { steps: 10_000, ..Budget::default() };
            let mut run = Run::new(Timestamp(0)).budget(budget);
            model.paths(&decision.id).unwrap();
            model.evaluate(&decision.id, &Context::new(), &mut run, TraceMode::On).unwrap();
        }
        Ok(())
    });
    result.unwrap();
}
