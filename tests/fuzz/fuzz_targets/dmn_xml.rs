//! Any text as a DMN file: it is read or refused; what is read is verified, and evaluated with a trace and without one,
//! which must give the same.

#![no_main]

use dmn::{TraceMode, compile_lenient};
use feel::{Budget, Context, Date, Run, Timestamp, Value};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (Some(model), _) = compile_lenient(text) else { return };
    drop(model.verify());
    for decision in model.decisions() {
        for round in 0..3 {
            let names = decision.inputs.iter().cloned().enumerate();
            let given: Context = names.map(|(at, name)| (name, value(at + round))).collect();
            let [traced, plain] = [TraceMode::On, TraceMode::Off].map(|trace| {
                let budget = Budget { steps: 10_000, ..Budget::default() };
                let mut run = Run::new(Timestamp(0)).budget(budget);
                let found = model.evaluate(&decision.id, &given, &mut run, trace);
                // Functions are equal to themselves only; written they can be compared.
                found.ok().filter(|_| run.failure().is_none()).map(|it| it.value.to_string())
            });
            if let (Some(plain), Some(traced)) = (plain, traced) {
                assert_eq!(plain, traced, "`{}` of {given:?}", decision.id);
            }
        }
    }
});

fn value(number: usize) -> Value {
    match number % 5 {
        0 => Value::number(7),
        1 => Value::string("Medium"),
        2 => Value::Boolean(true),
        3 => Date::new(2026, 11, 23).into(),
        _ => Value::Null,
    }
}
