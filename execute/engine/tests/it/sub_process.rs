//! The embedded sub-process as a scope.

use crate::bench::check;

const ORDER: &str = "s: start\nsub: sub\n  in local = 1\n  out result = local\nlate: timer sub duration \
                     PT1H\ni: start @sub\nf: and @sub\na: service a @sub\nb: service b @sub\ne: end\nl: \
                     end\ns -> sub -> e\ni -> f -> a\nf -> b\nlate -> l";
const STARTED: &str = "started, +s, -s, s>sub, +sub, sub{local: 1}, timer(late at 3600000), +i, -i, i>f, \
                       +f, -f, f>a, f>b, +a, job(a a x3), +b, job(b b x3)";

#[test]
fn a_sub_process_is_done_when_nothing_in_it_is_left() {
    check(
        ORDER,
        &[
            ("start", STARTED),
            ("complete a {local: 2, other: 3}", "job done(a), root{other: 3}, sub{local: 2}, -a"),
            ("variables", "root{other: 3}, sub{local: 2}"),
            (
                "complete b",
                "job done(b), -b, root{result: 2}, timer off(late), -sub, sub>e, +e, -e, completed",
            ),
            ("variables", "root{other: 3, result: 2}"),
        ],
    );
}

#[test]
fn a_timer_ends_a_sub_process_with_everything_in_it() {
    check(
        ORDER,
        &[
            ("start", STARTED),
            (
                "fire late",
                "fired(late), job off(b), !b, job off(a), !a, !sub, +late, -late, late>l, +l, -l, \
                 completed",
            ),
        ],
    );
}

#[test]
fn a_terminate_end_ends_only_its_own_scope() {
    check(
        "s: start\nsub: sub\ni: start @sub\nf: and @sub\nw: service w @sub\nt: terminate @sub\nn: \
         service n\ns -> sub -> n\ni -> f -> w\nf -> t",
        &[(
            "start",
            "started, +s, -s, s>sub, +sub, +i, -i, i>f, +f, -f, f>w, f>t, +w, job(w w x3), +t, -t, \
             job off(w), !w, -sub, sub>n, +n, job(n n x3)",
        )],
    );
}

#[test]
fn a_token_that_waits_at_a_join_keeps_its_scope() {
    check(
        "s: start\nsub: sub\ni: start @sub\nf: and @sub\na: service a @sub\nj: and @sub\nb: \
         service b @sub\nc: error sub\ns -> sub\ni -> f -> a -> j\nf -> b\nb -> j\nf -> j",
        &[
            (
                "start",
                "started, +s, -s, s>sub, +sub, +i, -i, i>f, +f, -f, f>a, f>b, f>j, wait(j), +a, \
                 job(a a x3), +b, job(b b x3)",
            ),
            ("complete a", "job done(a), -a, a>j, wait(j)"),
            ("throw b X", "threw(b X caught by c), !b, !sub, +c, -c, completed"),
        ],
    );
}

#[test]
fn sub_processes_nest() {
    check(
        "s: start\no: sub\ni: start @o\nm: sub @o\nj: start @m\nw: service w @m\nx: error o X\ns -> \
         o\ni -> m\nj -> w",
        &[
            ("start", "started, +s, -s, s>o, +o, +i, -i, i>m, +m, +j, -j, j>w, +w, job(w w x3)"),
            ("throw w X", "threw(w X caught by x), !w, !m, !o, +x, -x, completed"),
        ],
    );
}
