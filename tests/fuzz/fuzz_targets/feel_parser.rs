//! Any text: it compiles or is refused with places that lie in the text.

#![no_main]

use feel::{Dialect, Options, compile, compile_unary_tests, predicate};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for dialect in [Dialect::Standard, Dialect::Camunda] {
        let options = Options { dialect, names: &["a", "b c", "x-y"] };
        match compile(text, &options) {
            Ok(expression) => drop(predicate::predicate(&expression)),
            Err(error) => {
                for problem in error.problems() {
                    assert!(text.get(problem.span.start..problem.span.end).is_some());
                }
            }
        }
        let _ = compile_unary_tests(text, &options);
    }
});
