//! Boundary events: time and errors on the border of an activity.

use crate::bench::check;

#[test]
fn an_interrupting_timer_ends_its_activity() {
    let model = "s: start\npay: service payment\nlate: timer pay duration PT1H\ne: end\nl: service \
                 dun\ns -> pay -> e\nlate -> l";
    check(
        model,
        &[
            ("start", "started, +s, -s, s>pay, +pay, job(pay payment x3), timer(late at 3600000)"),
            (
                "fire late",
                "fired(late), job off(pay), !pay, +late, -late, late>l, +l, job(l dun x3)",
            ),
            (
                "fire late",
                "rejected: there is no timer 9; it has fired, was cancelled or never was",
            ),
            ("complete l", "job done(l), -l, completed"),
        ],
    );
    check(
        model,
        &[
            ("start", "started, +s, -s, s>pay, +pay, job(pay payment x3), timer(late at 3600000)"),
            ("complete pay", "job done(pay), timer off(late), -pay, pay>e, +e, -e, completed"),
        ],
    );
}

#[test]
fn a_timer_that_does_not_interrupt_leaves_the_activity_alone() {
    check(
        "s: start\nt: user\nr: timer! t cycle R3/PT10S\nm: service remind\ns -> t\nr -> m",
        &[
            (
                "start",
                "started, +s, -s, s>t, +t, task(t None [] [] form None due None None priority 50), \
                 timer(r at 10000 then Some(2))",
            ),
            ("after 10000", ""),
            (
                "fire r",
                "fired(r), timer(r at 20000 then Some(1)), +r, -r, r>m, +m, job(m remind x3)",
            ),
            ("after 25000", ""),
            ("fire r", "fired(r), timer(r at 40000), +r, -r, r>m, +m, job(m remind x3)"),
            ("fire r", "fired(r), +r, -r, r>m, +m, job(m remind x3)"),
            ("do t", "task done(t by 7), -t"),
            ("complete m", "job done(m), -m"),
            ("complete m", "job done(m), -m"),
            ("complete m", "job done(m), -m, completed"),
        ],
    );
}

#[test]
fn a_timer_takes_its_time_from_a_variable() {
    for (kind, due, expect) in [
        ("duration =wait", "{wait: \"PT5S\"}", "timer(late at 5000)"),
        ("duration =duration(wait)", "{wait: \"P1D\"}", "timer(late at 86400000)"),
        ("date =wait", "{wait: \"2026-01-31T08:00:01Z\"}", "timer(late at 1000)"),
        ("date =wait", "{wait: date(\"2026-02-01\")}", "timer(late at 57600000)"),
        ("date =now() + duration(\"PT2S\")", "{wait: 1}", "timer(late at 2000)"),
        ("date =wait", "{wait: \"2020-01-01T00:00:00Z\"}", "timer(late at -192009600000)"),
    ] {
        let model = format!("s: start\na: user\nlate: timer a {kind}\ns -> a");
        let start = format!(
            "started, root{}, +s, -s, s>a, +a, task(a None [] [] form None due None None priority \
             50), {expect}",
            due.replace("date(\"2026-02-01\")", "2026-02-01")
        );
        check(&model, &[(&format!("start {due}"), &start)]);
    }
}

#[test]
fn a_timer_without_a_time_waits_for_a_person() {
    check(
        "s: start\na: user\nlate: timer a duration =wait\ns -> a",
        &[
            (
                "start {wait: 5}",
                "started, root{wait: 5}, +s, -s, s>a, +a, incident(a EXTRACT_VALUE_ERROR: \
                 expression `wait` for the duration of a timer gives a value of type number, but a \
                 duration such as `PT15M` or `P1M` is needed; correct the model or the variables, \
                 then resolve the incident)",
            ),
            ("set root {wait: \"PT1S\"}", "root{wait: \"PT1S\"}"),
            (
                "resolve a",
                "resolved(a), task(a None [] [] form None due None None priority 50), timer(late \
                 at 1000)",
            ),
        ],
    );
}

const CHARGE: &str = "s: start\nsub: sub\ni: start @sub\npay: service payment @sub\ndeclined: error \
                      pay DECLINED @sub\nany: error sub\ne: end\ns -> sub -> e\ni -> pay\ndeclined -> a\nany \
                      -> b\na: service a @sub\nb: service b";

#[test]
fn an_error_is_caught_by_the_nearest_event_that_fits() {
    let start = "started, +s, -s, s>sub, +sub, +i, -i, i>pay, +pay, job(pay payment x3)";
    check(
        CHARGE,
        &[
            ("start", start),
            (
                "throw pay DECLINED {why: \"limit\"}",
                "threw(pay DECLINED caught by declined), !pay, +declined, root{why: \"limit\"}, \
                 -declined, declined>a, +a, job(a a x3)",
            ),
            ("complete a", "job done(a), -a, -sub, sub>e, +e, -e, completed"),
        ],
    );
    check(
        CHARGE,
        &[
            ("start", start),
            (
                "throw pay BROKEN",
                "threw(pay BROKEN caught by any), !pay, !sub, +any, -any, any>b, +b, job(b b x3)",
            ),
        ],
    );
}

#[test]
fn an_event_that_names_the_code_goes_before_one_that_catches_all() {
    check(
        "s: start\npay: service payment\nany: error pay\nnamed: error pay CODE\na: end\nb: end\ns \
         -> pay\nany -> a\nnamed -> b",
        &[
            ("start", "started, +s, -s, s>pay, +pay, job(pay payment x3)"),
            (
                "throw pay CODE",
                "threw(pay CODE caught by named), !pay, +named, -named, named>b, +b, -b, completed",
            ),
        ],
    );
}

#[test]
fn an_error_that_nothing_catches_waits_for_a_person() {
    check(
        "s: start\npay: service payment\nn: error pay OTHER\ns -> pay\ne: end\nn -> e",
        &[
            ("start", "started, +s, -s, s>pay, +pay, job(pay payment x3)"),
            (
                "throw pay CODE",
                "threw(pay CODE caught by nothing), incident(pay UNHANDLED_ERROR_EVENT: job \
                 `payment` threw error `CODE`, but nothing catches it; put the cause right and \
                 resolve the incident to try the job again, or deploy a version with an error \
                 boundary event)",
            ),
            (
                "complete pay",
                "rejected: job 143264002867204098 has failed; resolve its incident first",
            ),
            ("resolve pay", "resolved(pay), job again(pay x3)"),
            ("complete pay", "job done(pay), -pay, completed"),
        ],
    );
}

#[test]
fn an_error_end_event_ends_the_scope_and_is_caught_outside() {
    let model = "s: start\nsub: sub\ni: start @sub\nf: and @sub\nw: service w @sub\nbad: error-end BAD \
                 @sub\nc: error sub BAD\ne: end\nh: end\ns -> sub -> e\ni -> f -> w\nf -> bad\nc -> \
                 h";
    check(
        model,
        &[(
            "start",
            "started, +s, -s, s>sub, +sub, +i, -i, i>f, +f, -f, f>w, f>bad, +w, job(w w x3), +bad, \
             -bad, job off(w), !w, !sub, +c, -c, c>h, +h, -h, completed",
        )],
    );
    check(
        "s: start\nbad: error-end BAD\ns -> bad",
        &[
            (
                "start",
                "started, +s, -s, s>bad, +bad, incident(bad UNHANDLED_ERROR_EVENT: error `BAD` is \
                 thrown, but nothing catches it; deploy a version with an error boundary event for \
                 it, or cancel the instance)",
            ),
            ("cancel", "resolved(bad), !bad, terminated"),
        ],
    );
}

#[test]
fn variables_of_an_error_go_through_the_output_mappings_of_the_event() {
    check(
        "s: start\npay: service payment\nc: error pay\n  out reason = why\ns -> pay\ne: end\nc -> e",
        &[
            ("start", "started, +s, -s, s>pay, +pay, job(pay payment x3)"),
            (
                "throw pay X {why: 1, more: 2}",
                "threw(pay X caught by c), !pay, +c, c{more: 2, why: 1}, root{reason: 1}, -c, c>e, \
                 +e, -e, completed",
            ),
        ],
    );
}
