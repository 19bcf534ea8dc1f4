//! dsntk in process: its model evaluator built once, its FEEL prepared once.

use std::hint::black_box;

use dsntk_feel::{FeelNumber, FeelScope, Name, context::FeelContext, values::Value};

use crate::{FILTERED, TYPICAL, nanos, ours::expected_sum, table::Table};

fn number(value: i64) -> Value {
    Value::Number(FeelNumber::from(value))
}

pub(crate) fn table(table: &Table) -> f64 {
    let definitions = dsntk_model::parse(&table.to_dmn()).expect("the model is read");
    let model = dsntk_model_evaluator::ModelEvaluator::new(&[definitions]).expect("the model is sound");
    let cases: Vec<(FeelContext, &str)> = table
        .cases
        .iter()
        .map(|case| {
            let mut inputs = FeelContext::new();
            inputs.set_entry(&Name::from("amount"), number(case.amount));
            inputs.set_entry(&Name::from("tier"), Value::String(case.tier.clone()));
            inputs.set_entry(&Name::from("years"), number(case.years));
            (inputs, &*case.expected)
        })
        .collect();
    nanos(|| {
        // A thousand rules take so long here that some of the cases fill a round.
        for (inputs, expected) in cases.iter().take(100) {
            match model.evaluate_invocable("https://peers", "m", "answer", inputs) {
                Value::String(found) => assert!(found == *expected, "{found} instead of {expected}"),
                other => panic!("{other} instead of {expected}"),
            }
        }
        u32::try_from(cases.len().min(100)).expect("few cases")
    })
}

pub(crate) fn filter() -> f64 {
    let items = (0..100).map(|at| {
        let mut item = FeelContext::new();
        item.set_entry(&Name::from("qty"), number(at % 10));
        item.set_entry(&Name::from("price"), number(at));
        Value::Context(item)
    });
    let mut context = FeelContext::new();
    context.set_entry(&Name::from("items"), Value::List(items.collect()));
    let scope = FeelScope::from(context);
    let tree = dsntk_feel_parser::parse_expression(&scope, FILTERED, false).expect("it is FEEL");
    let expression = dsntk_feel_evaluator::prepare(&tree);
    let expected = FeelNumber::from(expected_sum());
    nanos(|| {
        for _ in 0..100 {
            match expression(black_box(&scope)) {
                Value::Number(found) => assert!(found == expected, "{found}"),
                other => panic!("{other} instead of {expected}"),
            }
        }
        100
    })
}

pub(crate) fn read() -> f64 {
    let mut customer = FeelContext::new();
    customer.set_entry(&Name::from("tier"), Value::String("gold".to_owned()));
    let mut context = FeelContext::new();
    context.set_entry(&Name::from("amount"), number(1));
    context.set_entry(&Name::from("customer"), Value::Context(customer));
    let scope = FeelScope::from(context);
    nanos(|| {
        for _ in 0..100 {
            let tree = dsntk_feel_parser::parse_expression(&scope, black_box(TYPICAL), false);
            let _ = black_box(dsntk_feel_evaluator::prepare(&tree.expect("it is FEEL")));
        }
        100
    })
}
