//! Limits: no model and no data can hold a lane, fill the memory or bring the process down.

use engine::{STEPS_WITHOUT_WAITING, Status};

use crate::bench::{Bench, check};

const LOOP: &str = "s: start\na: xor\nb: script n n + 1\nw: service w\ns -> a -> b\nb -> a";

#[test]
fn a_loop_without_a_wait_state_pauses_at_the_step_limit() {
    check(
        LOOP,
        &[
            ("limit 5", ""),
            (
                "start {n: 0}",
                "started, root{n: 0}, +s, -s, s>a, +a, -a, a>b, +b, root{n: 1}, -b, b>a, +a, -a, \
                 a>b, +b, root{n: 2}, -b, b>a, paused(1), continue later",
            ),
            ("limit 2", ""),
            (
                "continue",
                "resumed, +a, -a, a>b, +b, root{n: 3}, -b, b>a, paused(1), continue later",
            ),
            ("set root {n: 10}", "root{n: 10}"),
            (
                "continue",
                "resumed, +a, -a, a>b, +b, root{n: 11}, -b, b>a, paused(1), continue later",
            ),
            ("cancel", "terminated"),
            ("continue", ""),
        ],
    );
}

#[test]
fn while_steps_are_stored_a_command_only_adds_to_them() {
    check(
        "s: start\nf: and\na: xor\nb: manual\nw: service w\nv: service v\ns -> f -> w -> v\nf -> a \
         -> b\nb -> a",
        &[
            ("limit 4", ""),
            (
                "start",
                "started, +s, -s, s>f, +f, -f, f>w, f>a, +w, job(w w x3), +a, -a, a>b, paused(1), \
                 continue later",
            ),
            ("complete w {x: 1}", "job done(w), root{x: 1}, paused(2)"),
            (
                "continue",
                "resumed, +b, -b, b>a, -w, w>v, +a, -a, a>b, +v, job(v v x3), paused(1), continue \
                 later",
            ),
            ("cancel", "job off(v), !v, terminated"),
        ],
    );
}

#[test]
fn a_stored_step_of_an_element_that_ended_is_skipped() {
    check(
        "s: start\nsub: sub\ni: start @sub\na: xor @sub\nb: manual @sub\nlate: timer sub duration \
         PT1S\ns -> sub\ni -> a -> b\nb -> a",
        &[
            ("limit 4", ""),
            (
                "start",
                "started, +s, -s, s>sub, +sub, timer(late at 1000), +i, -i, i>a, +a, -a, a>b, \
                 paused(1), continue later",
            ),
            ("fire late", "fired(late), !sub, +late, paused(2)"),
            ("continue", "resumed, -late, completed"),
        ],
    );
}

#[test]
fn expensive_expressions_pause_long_before_the_step_limit() {
    let costly = "count(for a in 1..400 return count(for b in 1..400 return a * b))";
    let model = format!("s: start\na: xor\nb: script n {costly}\ns -> a -> b\nb -> a");
    let mut bench = Bench::new(&model);
    let told = bench.step("start");
    assert!(told.ends_with("continue later"), "{told:.2000}");
    assert!(told.matches("+b").count() < 50, "{told:.2000}");

    let inputs = (0..30).map(|n| format!("  in v{n} = {costly}\n")).collect::<Vec<_>>().concat();
    let mut bench = Bench::new(&format!("s: start\nb: service w\n{inputs}s -> b"));
    let told = bench.step("start");
    assert!(told.contains("incident(b IO_MAPPING_ERROR: expression"), "{told:.2000}");
    assert!(told.contains("the evaluation takes too many steps"), "{told:.2000}");
}

#[test]
fn an_instance_that_ends_at_the_step_limit_leaves_nothing_behind() {
    check(
        "s: start\nf: and\nsub: sub\ni: start @sub\nt: terminate\ns -> f -> sub\nf -> t",
        &[
            ("limit 4", ""),
            ("start", "started, +s, -s, s>f, +f, -f, f>sub, f>t, +sub, +t, -t, !sub, completed"),
        ],
    );
}

#[test]
fn a_loop_that_forks_stops_at_the_token_limit() {
    let mut bench =
        Bench::new("s: start\na: xor\nf: and\ns -> a -> f\nf -> a\nf -> b\nb: service w");
    bench.step_limit = 50_000;
    let told = bench.step("start");
    assert!(told.contains("incident(f UNSPECIFIED: the instance would have more than 10000"));
    assert!(!told.contains("continue later"));
    assert!(bench.state.as_ref().is_some_and(|state| state.elements.len() <= 10_000));
    bench.step("cancel");
    assert_eq!(bench.state.map(|state| state.status), Some(Status::Terminated));
}

#[test]
fn a_value_that_grows_in_a_loop_stops_at_the_value_limit() {
    for (source, reason) in [
        ("[x]", "nested more than 64 levels deep"),
        ("[x, x]", "larger than 1000000 bytes"),
        ("{a: x, b: x}", "larger than 1000000 bytes"),
        ("x + x", "a string of more than 1000000 bytes"),
    ] {
        let model = format!("s: start\na: xor\nb: script x {source}\ns -> a -> b\nb -> a");
        let mut bench = Bench::new(&model);
        let mut told = bench.step("start {x: \"0123456789\"}");
        while told.ends_with("continue later") {
            told = bench.step("continue");
        }
        let (_, incident) = told.rsplit_once("incident(b ").expect("an incident is raised");
        assert!(incident.contains(reason), "{source}: {incident}");
    }
}

const WITHOUT_WAITING: &str = "incident(a UNSPECIFIED: the instance has taken 100000 steps without waiting for \
    anything (an element is one, and so are each 1,000 bytes of variables that are set); give the loop an end, or \
    a timer, a user task or a job in it, and cancel this instance, or resolve the incident to let it take as many \
    again)";

/// Runs the loop through turns until it stops; answers how it ended and how many elements it entered.
fn run_to_the_end(bench: &mut Bench, step: &str) -> (String, usize) {
    let before = bench.log.len();
    let mut told = bench.step(step);
    while told.ends_with("continue later") {
        told = bench.step("continue");
    }
    let entered = bench.log.iter().skip(before);
    let entered = entered.filter(|event| matches!(event, engine::Event::ElementActivated(_)));
    let last = told.rsplit_once(", incident(").map(|(_, last)| format!("incident({last}"));
    (last.unwrap_or_default(), entered.count())
}

#[test]
fn a_loop_that_never_waits_stops_with_an_incident_and_may_go_on_for_as_many_steps() {
    let mut bench = Bench::new("s: start\na: xor\nb: manual\nc: manual\ns -> a -> b -> c -> a");
    bench.step_limit = 60_000;
    let limit = usize::try_from(STEPS_WITHOUT_WAITING).expect("it is small");
    // The one over the limit is the element that waits.
    let first = run_to_the_end(&mut bench, "start");
    assert_eq!(first, (WITHOUT_WAITING.to_owned(), limit + 1));
    let second = run_to_the_end(&mut bench, "resolve a");
    assert_eq!(second, (WITHOUT_WAITING.replace("(a ", "(c "), limit + 1));
    assert!(bench.step("cancel").ends_with("terminated"));
}

#[test]
fn a_built_in_task_is_no_wait_state_and_a_worker_is_one() {
    for (job_type, counted) in [("rondo:thing", [2, 4, 6]), ("thing", [0, 0, 0])] {
        let mut bench =
            Bench::new(&format!("s: start\na: xor\nw: service {job_type}\ns -> w -> a -> w"));
        for (step, counted) in ["start", "complete w", "complete w"].into_iter().zip(counted) {
            bench.step(step);
            assert_eq!(bench.state.as_ref().map(|state| state.steps), Some(counted), "{step}");
        }
    }
}

/// A turn's history has its bound, and so has what an instance writes without waiting, however large its variables.
#[test]
fn a_loop_with_large_variables_is_cut_sooner_and_stops_sooner() {
    for (source, text) in [("append(x, 1)", "[]"), ("x", "TEXT")] {
        let model = format!("s: start\na: xor\nb: script x {source}\ns -> a -> b\nb -> a");
        let mut bench = Bench::new(&model);
        let text = text.replace("TEXT", &format!("\"{}\"", "x".repeat(900_000)));
        let mut told = bench.step(&format!("start {{x: {text}}}"));
        let (mut turns, mut read) = (1, bench.log.len());
        while told.ends_with("continue later") {
            told = bench.step("continue");
            let news = bench.log.get(read..).unwrap_or_default();
            let steps: u32 = news.iter().map(engine::Event::steps).sum();
            assert!(steps < 1000 + 1000, "a turn of {steps} steps: {source}");
            (turns, read) = (turns + 1, bench.log.len());
        }
        assert!(told.contains("has taken 100000 steps"), "{source}: {told:.300}");
        assert!(turns > 50, "{source}: {turns} turns");
        let sets = bench.log.iter().filter(|event| matches!(event, engine::Event::VariablesSet(_)));
        assert!(sets.count() < 5000, "{source}");
    }
}
