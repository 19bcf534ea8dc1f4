//! Rondo's side: models compiled before, one arena, a new run for every evaluation, as the engine does it.

use std::hint::black_box;

use dmn::{Arena, TraceMode};
use feel::{Context, Dialect, Options, Run, Timestamp, Value};

use crate::{FILTERED, TYPICAL, nanos, table::Table};

pub(crate) fn table(table: &Table) -> f64 {
    let model = dmn::compile(&table.to_dmn()).expect("the table is sound");
    let cases: Vec<(Context, Value)> = table
        .cases
        .iter()
        .map(|case| {
            let inputs = [
                ("amount", Value::number(case.amount)),
                ("tier", Value::string(&*case.tier)),
                ("years", Value::number(case.years)),
            ];
            (inputs.into_iter().collect(), Value::string(&*case.expected))
        })
        .collect();
    let mut arena = Arena::default();
    nanos(|| {
        for (inputs, expected) in &cases {
            let mut run = Run::new(Timestamp(0));
            let found = model.evaluate_in("answer", inputs, &mut run, TraceMode::Off, &mut arena);
            let found = found.expect("the decision is there").value;
            assert!(found == *expected, "{found:?} instead of {expected:?}");
        }
        u32::try_from(cases.len()).expect("few cases")
    })
}

pub(crate) fn filter() -> f64 {
    let options = Options { dialect: Dialect::Standard, names: &["items"] };
    let expression = feel::compile(FILTERED, &options).expect("it is FEEL");
    let items = (0..100).map(|at| {
        Value::context([("qty", Value::number(at % 10)), ("price", Value::number(at))])
    });
    let slots = [Value::list(items.collect())];
    let expected = Value::number(expected_sum());
    nanos(|| {
        for _ in 0..100 {
            let mut run = Run::new(Timestamp(0));
            let found = expression.evaluate(black_box(&slots), &mut run);
            assert!(found == expected, "{found:?}");
        }
        100
    })
}

pub(crate) fn expected_sum() -> i64 {
    (0..100).filter(|at| at % 10 > 5).sum()
}

pub(crate) fn read() -> f64 {
    let options = Options { dialect: Dialect::Standard, names: &["amount", "customer"] };
    nanos(|| {
        for _ in 0..100 {
            let expression = feel::compile(black_box(TYPICAL), &options).expect("it is FEEL");
            assert!(expression.inputs().len() == 2);
        }
        100
    })
}
