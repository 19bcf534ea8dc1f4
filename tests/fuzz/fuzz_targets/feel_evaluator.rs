//! Any expression over values of several types: it returns within its budget, and its value can be written.

#![no_main]

use feel::{Budget, Context, Dialect, Options, Run, Timestamp, Value, compile, json};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut scope = Context::new();
    scope.insert("a", Value::number(7));
    scope.insert("b c", Value::string("text"));
    scope.insert("x", Value::list(vec![Value::number(3), Value::Null, Value::number(1)]));
    scope.insert("y", Value::context([("a", Value::Boolean(true)), ("b", Value::number(2))]));
    for dialect in [Dialect::Standard, Dialect::Camunda] {
        let options = Options { dialect, names: &["a", "b c", "x", "y"] };
        let Ok(expression) = compile(text, &options) else { continue };
        let budget = Budget { steps: 20_000, ..Budget::default() };
        let mut run = Run::new(Timestamp(0)).budget(budget);
        let value = expression.evaluate_in(&scope, &mut run);
        drop((value.to_string(), json::to_json(&value)));
    }
});
