//! Variables and mappings.

use crate::bench::check;

fn one_task(task: &str) -> String {
    format!("s: start\nt: service w\n{task}\ns -> t")
}

/// Starts with a task whose mappings are given, completes it, and looks at what is left.
fn check_task(task: &str, start: &str, complete: &str, left: &str) {
    let mut bench = crate::bench::Bench::new(&one_task(task));
    let started = bench.step(&format!("start {start}"));
    assert!(started.ends_with("job(t w x3)"), "{started}");
    let completed = bench.step(&format!("complete t {complete}"));
    assert!(completed.ends_with("completed"), "{completed}");
    assert_eq!(bench.step("variables"), left, "{task}");
}

#[test]
fn without_output_mappings_results_go_to_where_the_name_is() {
    for (task, start, complete, left) in [
        ("", "{a: 1}", "{a: 2, b: 3}", "root{a: 2, b: 3}"),
        ("  in a = 5", "{a: 1}", "{a: 2, b: 3}", "root{a: 1, b: 3}"),
        ("  in a = a + 1\n  in c = a", "{a: 1}", "{d: 4}", "root{a: 1, d: 4}"),
        ("", "{}", "{}", ""),
    ] {
        check_task(task, start, complete, left);
    }
}

#[test]
fn with_output_mappings_only_what_they_name_leaves_the_task() {
    for (task, start, complete, left) in [
        ("  out x = a", "{a: 1}", "{a: 2, b: 3}", "root{a: 1, x: 2}"),
        ("  out a = a + b", "{a: 1}", "{b: 3}", "root{a: 4}"),
        ("  in l = 7\n  out x = l\n  out y = x + 1", "{a: 1}", "{}", "root{a: 1, x: 7, y: 8}"),
        ("  out x = nothing", "{a: 1}", "{}", "root{a: 1, x: null}"),
    ] {
        check_task(task, start, complete, left);
    }
}

#[test]
fn a_dotted_target_goes_into_a_context() {
    for (task, start, complete, left) in [
        (
            "  out order.total = t",
            "{order: {number: 17}}",
            "{t: 5}",
            "root{order: {number: 17, total: 5}}",
        ),
        ("  out order.a.b = t", "{}", "{t: 5}", "root{order: {a: {b: 5}}}"),
        ("  out o.a = t\n  out o.b = o.a", "{}", "{t: 5}", "root{o: {a: 5, b: 5}}"),
        ("  out order.total = t", "{order: null}", "{t: 5}", "root{order: {total: 5}}"),
        (
            "  in order.total = 9\n  out x = order",
            "{order: {n: 1}}",
            "{}",
            "root{order: {n: 1}, x: {total: 9}}",
        ),
    ] {
        check_task(task, start, complete, left);
    }
}

#[test]
fn a_mapping_into_something_that_is_no_context_waits_for_a_person() {
    check(
        &one_task("  out order.total = 5"),
        &[
            ("start {order: \"17\"}", "started, root{order: \"17\"}, +s, -s, s>t, +t, job(t w x3)"),
            (
                "complete t",
                "job done(t), incident(t IO_MAPPING_ERROR: mapping to `order.total` is not \
                 possible, because what `total` is put into is a string; correct the mapping or \
                 the variable, then resolve the incident)",
            ),
            ("set t {order: null}", "root{order: null}"),
            ("resolve t", "resolved(t), root{order: {total: 5}}, -t, completed"),
        ],
    );
}

#[test]
fn a_mapping_that_fails_waits_for_a_person() {
    check(
        &one_task("  in a = assert(x, x != null)"),
        &[
            (
                "start",
                "started, +s, -s, s>t, +t, incident(t IO_MAPPING_ERROR: expression `assert(x, x != \
                 null)` failed: the condition is not fulfilled; correct the model or the variables, then resolve the incident)",
            ),
            ("set root {x: 1}", "root{x: 1}"),
            ("resolve t", "resolved(t), t{a: 1}, job(t w x3)"),
        ],
    );
}

#[test]
fn a_function_is_not_kept_in_a_variable() {
    check(
        "s: start\nt: script f function(x) x\ns -> t",
        &[(
            "start",
            "started, +s, -s, s>t, +t, incident(t EXTRACT_VALUE_ERROR: variable `f` cannot be \
             kept: it holds a function; keep the result of the function instead; correct the model \
             or the variables, then resolve the incident)",
        )],
    );
}

#[test]
fn variables_are_set_from_outside_where_the_name_is() {
    check(
        &one_task("  in a = 1"),
        &[
            ("start {b: 2}", "started, root{b: 2}, +s, -s, s>t, +t, t{a: 1}, job(t w x3)"),
            ("set t {a: 3, b: 4, c: 5}", "root{b: 4, c: 5}, t{a: 3}"),
            ("set root {a: 6}", "root{a: 6}"),
            (
                "set nothing {a: 6}",
                "rejected: 9 is neither the process instance nor one of its active elements; name \
                 one of them",
            ),
        ],
    );
}
