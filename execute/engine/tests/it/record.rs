//! Reading the bound record.

use crate::bench::check;

const MODEL: &str = "s: start\nx: xor\na: end\nb: end\ns -> x\nx -> a if record.account.name = \
                     \"Ann\" and count(record.lines[quantity > 1]) = 1\nx -> b if default";

#[test]
fn what_is_missing_is_asked_for_and_nothing_has_happened() {
    check(
        MODEL,
        &[
            ("start on order", "need: record.account.name, record.lines, record.lines.quantity"),
            ("record {account: {name: \"Ann\"}, lines: [{quantity: 1}, {quantity: 2}]}", ""),
            (
                "start on order",
                "started, +s, -s, s>x, +x, if(x>a record.account.name=\"Ann\" \
                 record.lines=[{quantity: 1}, {quantity: 2}] record.lines.quantity=[1, 2] true), -x, x>a, +a, -a, completed",
            ),
        ],
    );
}

#[test]
fn a_record_that_is_gone_is_null() {
    check(
        "s: start\nt: script n record.name\ns -> t",
        &[
            ("record gone", ""),
            ("start on order", "started, +s, -s, s>t, +t, root{n: null}, -t, completed"),
        ],
    );
}

#[test]
fn without_a_bound_record_the_name_is_an_ordinary_variable() {
    check(
        "s: start\nt: script n record.name\ns -> t",
        &[(
            "start {record: {name: \"Ann\"}}",
            "started, root{record: {name: \"Ann\"}}, +s, -s, s>t, +t, root{n: \"Ann\"}, -t, \
             completed",
        )],
    );
}

#[test]
fn the_whole_record_may_be_read() {
    check(
        "s: start\nt: script n record\ns -> t",
        &[
            ("start on order", "need: record"),
            ("record {a: 1}", ""),
            ("start on order", "started, +s, -s, s>t, +t, root{n: {a: 1}}, -t, completed"),
        ],
    );
}
