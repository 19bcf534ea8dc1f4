//! Gateways: choosing one way, splitting and joining.

use crate::bench::check;

const CHOICE: &str = "s: start\nx: xor\na: service a\nb: service b\nc: service c\ns -> x\nx -> a if \
                      amount > 100\nx -> b if amount > 10\nx -> c if default";

#[test]
fn the_first_flow_that_is_true_is_taken() {
    for (amount, expect) in [
        ("101", "if(x>a amount=101 true), -x, x>a, +a, job(a a x3)"),
        ("100", "if(x>a amount=100 false), if(x>b amount=100 true), -x, x>b, +b, job(b b x3)"),
        ("10", "if(x>a amount=10 false), if(x>b amount=10 false), -x, x>c, +c, job(c c x3)"),
    ] {
        let expect = format!("started, root{{amount: {amount}}}, +s, -s, s>x, +x, {expect}");
        check(CHOICE, &[(&format!("start {{amount: {amount}}}"), &expect)]);
    }
}

#[test]
fn a_condition_that_is_neither_true_nor_false_waits_for_a_person() {
    check(
        CHOICE,
        &[
            (
                "start",
                "started, +s, -s, s>x, +x, if(x>a  null), incident(x \
                 EXTRACT_VALUE_ERROR: expression `amount > 100` for a condition gives null (there is no variable `amount`), but \
                 true or false is needed; correct the model or the variables, then resolve the \
                 incident)",
            ),
            ("set root {amount: 11}", "root{amount: 11}"),
            (
                "resolve x",
                "resolved(x), if(x>a amount=11 false), if(x>b amount=11 true), -x, x>b, +b, job(b \
                 b x3)",
            ),
        ],
    );
    check(
        "s: start\nx: xor\na: end\nb: end\ns -> x\nx -> a if name\nx -> b if default",
        &[(
            "start {name: \"Ann\"}",
            "started, root{name: \"Ann\"}, +s, -s, s>x, +x, if(x>a name=\"Ann\" null), incident(x \
             EXTRACT_VALUE_ERROR: expression `name` for a condition gives a value of type string, \
             but true or false is needed; correct the model or the variables, then resolve the \
             incident)",
        )],
    );
}

#[test]
fn a_gateway_without_a_way_out_waits_for_a_person() {
    check(
        "s: start\nx: xor\na: end\nb: end\ns -> x\nx -> a if n = 1\nx -> b if n = 2",
        &[
            (
                "start {n: 3}",
                "started, root{n: 3}, +s, -s, s>x, +x, if(x>a n=3 false), if(x>b n=3 false), \
                 incident(x CONDITION_ERROR: no condition behind gateway `x` is true and it has no \
                 default flow; correct the variables and resolve the incident, or give the gateway \
                 a default flow)",
            ),
            ("set x {n: 2}", "root{n: 2}"),
            (
                "resolve x",
                "resolved(x), if(x>a n=2 false), if(x>b n=2 true), -x, x>b, +b, -b, completed",
            ),
        ],
    );
}

#[test]
fn a_gateway_without_a_choice_lets_everything_through() {
    check(
        "s: start\nx: xor\ne: end\ns -> x -> e",
        &[("start", "started, +s, -s, s>x, +x, -x, x>e, +e, -e, completed")],
    );
    check("s: start\nx: xor\ns -> x", &[("start", "started, +s, -s, s>x, +x, -x, completed")]);
}

#[test]
fn a_split_takes_every_way_and_the_join_waits_for_all_of_them() {
    check(
        "s: start\nf: and\na: service a\nb: service b\nj: and\ne: end\ns -> f -> a -> j -> e\nf -> \
         b -> j",
        &[
            ("start", "started, +s, -s, s>f, +f, -f, f>a, f>b, +a, job(a a x3), +b, job(b b x3)"),
            ("complete b", "job done(b), -b, b>j, wait(j)"),
            (
                "complete a",
                "job done(a), -a, a>j, wait(j), join(j), +j, -j, j>e, +e, -e, completed",
            ),
        ],
    );
}

#[test]
fn two_tokens_of_one_flow_do_not_pass_a_join() {
    let model = "s: start\nx: xor\nf: and\na: service a\nb: service b\nj: and\ne: end\ns -> f\nf -> \
                 a -> x -> j -> e\nf -> b -> x\nf -> c -> j\nc: service c";
    check(
        model,
        &[
            (
                "start",
                "started, +s, -s, s>f, +f, -f, f>a, f>b, f>c, +a, job(a a x3), +b, job(b b x3), \
                 +c, job(c c x3)",
            ),
            ("complete a", "job done(a), -a, a>x, +x, -x, x>j, wait(j)"),
            ("complete b", "job done(b), -b, b>x, +x, -x, x>j, wait(j)"),
            ("complete c", "job done(c), -c, c>j, wait(j), join(j), +j, -j, j>e, +e, -e"),
            ("cancel", "terminated"),
        ],
    );
}

#[test]
fn an_activity_with_two_flows_splits() {
    check(
        "s: start\na: end\nb: end\ns -> a\ns -> b",
        &[("start", "started, +s, -s, s>a, s>b, +a, -a, +b, -b, completed")],
    );
}

#[test]
fn an_instance_ends_with_its_last_token() {
    check(
        "s: start\nf: and\na: service a\nb: service b\ns -> f -> a\nf -> b",
        &[
            ("start", "started, +s, -s, s>f, +f, -f, f>a, f>b, +a, job(a a x3), +b, job(b b x3)"),
            ("complete a", "job done(a), -a"),
            ("complete b", "job done(b), -b, completed"),
        ],
    );
}

#[test]
fn a_terminate_end_ends_everything_around_it() {
    check(
        "s: start\nf: and\na: service a\nj: and\nb: service b\nt: terminate\ns -> f -> a -> t\nf \
         -> b -> j\nf -> j -> t",
        &[
            (
                "start",
                "started, +s, -s, s>f, +f, -f, f>a, f>b, f>j, wait(j), +a, job(a a x3), +b, job(b \
                 b x3)",
            ),
            ("complete a", "job done(a), -a, a>t, +t, -t, job off(b), !b, completed"),
        ],
    );
}
