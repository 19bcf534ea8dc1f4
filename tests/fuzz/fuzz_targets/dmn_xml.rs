//! Any text as a DMN file: it is read or refused; what is read is evaluated.

#![no_main]

use dmn::{TraceMode, compile_lenient};
use feel::{Budget, Context, Run, Timestamp};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (Some(model), _) = compile_lenient(text) else { return };
    for decision in model.decisions() {
        let budget = Budget { steps: 10_000, ..Budget::default() };
        let mut run = Run::new(Timestamp(0)).budget(budget);
        let _ = model.evaluate(&decision.id, &Context::new(), &mut run, TraceMode::On);
    }
});
