//! Tasks: work for workers, built-in tasks, people, scripts and decisions.

use crate::bench::{Bench, check, check_on};

#[test]
fn a_job_waits_for_its_worker() {
    check(
        "s: start\npay: service payment retries=5\n  header method = card\ne: end\ns -> pay -> e",
        &[
            ("start {x: 1}", "started, root{x: 1}, +s, -s, s>pay, +pay, job(pay payment x5)"),
            ("complete pay {y: 2}", "job done(pay), root{y: 2}, -pay, pay>e, +e, -e, completed"),
            (
                "complete pay",
                "rejected: process instance 1 is completed; only an active one can be changed",
            ),
        ],
    );
}

#[test]
fn send_script_and_rule_tasks_may_be_jobs_too() {
    check(
        "s: start\nmail: send =\"mail-\" + kind retries==1 + 1\ne: end\ns -> mail -> e",
        &[
            (
                "start {kind: \"news\"}",
                "started, root{kind: \"news\"}, +s, -s, s>mail, +mail, job(mail mail-news x2)",
            ),
            ("complete mail", "job done(mail), -mail, mail>e, +e, -e, completed"),
        ],
    );
}

#[test]
fn a_job_that_fails_is_tried_again_until_nothing_is_left() {
    check(
        "s: start\npay: service payment\ne: end\ns -> pay -> e",
        &[
            ("start", "started, +s, -s, s>pay, +pay, job(pay payment x3)"),
            ("fail pay 1 5000 card declined", "job failed(pay x1 +5000)"),
            (
                "fail pay 0 0 card declined",
                "job failed(pay x0 +0), incident(pay JOB_NO_RETRIES: job `payment` failed and has \
                 no retries left: card declined; put the cause right, then resolve the incident)",
            ),
            (
                "complete pay",
                "rejected: job 143264002867204098 has failed; resolve its incident first",
            ),
            (
                "fail pay 1 0 x",
                "rejected: job 143264002867204098 has failed; resolve its incident first",
            ),
            (
                "retries pay 0",
                "rejected: 0 retries would leave job 143264002867204098 where it is; give at least 1",
            ),
            ("retries pay 4", "retries(pay x4)"),
            ("resolve pay", "resolved(pay), job again(pay x4)"),
            ("resolve pay", "rejected: there is no open incident 9; it is resolved or never was"),
            (
                "fail pay 0 0 again",
                "job failed(pay x0 +0), incident(pay JOB_NO_RETRIES: job `payment` failed and has no retries left: again; put the cause right, then resolve the incident)",
            ),
            ("resolve pay", "resolved(pay), job again(pay x1)"),
            ("complete pay", "job done(pay), -pay, pay>e, +e, -e, completed"),
        ],
    );
}

#[test]
fn a_built_in_task_runs_in_the_same_turn_and_is_never_tried_again_by_itself() {
    check(
        "s: start\nmake: service rondo:create-record\n  in object = \"task\"\n  header \
         resultVariable = made\ne: end\ns -> make -> e",
        &[
            (
                "start {x: 1}",
                "started, root{x: 1}, +s, -s, s>make, +make, make{object: \"task\"}, job(make \
                 rondo:create-record x3), run(make rondo:create-record [(\"resultVariable\", \
                 \"made\")] {x: 1, object: \"task\"})",
            ),
            (
                "fail make 2 0 no such object",
                "job failed(make x0 +0), incident(make JOB_NO_RETRIES: job `rondo:create-record` \
                 failed and has no retries left: no such object; put the cause right, then resolve \
                 the incident)",
            ),
            (
                "resolve make",
                "resolved(make), job again(make x1), run(make rondo:create-record \
                 [(\"resultVariable\", \"made\")] {x: 1, object: \"task\"})",
            ),
            (
                "complete make {made: 5}",
                "job done(make), root{made: 5}, -make, make>e, +e, -e, completed",
            ),
        ],
    );
}

#[test]
fn a_built_in_task_whose_element_ended_meanwhile_is_not_run() {
    check(
        "s: start\nf: and\nmake: service rondo:create-record\nt: terminate\ns -> f -> make -> \
         t\nf -> t",
        &[(
            "start",
            "started, +s, -s, s>f, +f, -f, f>make, f>t, +make, job(make rondo:create-record x3), \
             +t, -t, job off(make), !make, completed",
        )],
    );
}

#[test]
fn a_person_works_on_a_user_task() {
    check(
        "s: start\nreview: user form=credit; assignee==boss; groups=manager, sales; users==[\"ann\"]; \
         due=2026-01-31T09:00:00Z; follow==now() + duration(\"PT1M\"); priority==70\ne: end\ns -> \
         review -> e",
        &[
            ("deploy form credit", ""),
            (
                "start {boss: null}",
                "started, root{boss: null}, +s, -s, s>review, +review, task(review None \
                 [\"manager\", \"sales\"] [\"ann\"] form Some(\"credit\") due Some(3600000) \
                 Some(60000) priority 70)",
            ),
            ("assign review ann", "assigned(review Some(\"ann\"))"),
            ("assign review", "assigned(review None)"),
            (
                "assign nothing ann",
                "rejected: there is no user task 9 to work on; it is completed, cancelled or never was",
            ),
            (
                "do review {approved: true}",
                "task done(review by 7), root{approved: true}, -review, review>e, +e, -e, completed",
            ),
        ],
    );
}

#[test]
fn a_user_task_needs_no_details() {
    check(
        "s: start\nt: user\ne: end\ns -> t -> e",
        &[
            (
                "start",
                "started, +s, -s, s>t, +t, task(t None [] [] form None due None None priority 50)",
            ),
            ("do t", "task done(t by 7), -t, t>e, +e, -e, completed"),
        ],
    );
}

#[test]
fn manual_and_untyped_tasks_pass_through() {
    check(
        "s: start\na: manual\nb: task\ne: end\ns -> a -> b -> e",
        &[("start", "started, +s, -s, s>a, +a, -a, a>b, +b, -b, b>e, +e, -e, completed")],
    );
}

#[test]
fn a_script_sets_its_result() {
    check(
        "s: start\na: script total sum([1, 2, x])\nb: script note total * 2\n  out doubled = \
         note\ne: end\ns -> a -> b -> e",
        &[(
            "start {x: 3}",
            "started, root{x: 3}, +s, -s, s>a, +a, root{total: 6}, -a, a>b, +b, b{note: 12}, \
             root{doubled: 12}, -b, b>e, +e, -e, completed",
        )],
    );
}

pub(crate) const DISCOUNT: &str = r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"
    xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="rules" name="rules"
    namespace="rules" modeler:executionPlatform="Camunda Cloud">
  <decision id="discount" name="Discount">
    <decisionTable id="t" hitPolicy="UNIQUE">
      <input id="i"><inputExpression id="ie" typeRef="number"><text>amount</text></inputExpression></input>
      <output id="o" name="percent" typeRef="number"/>
      <rule id="r1"><inputEntry id="a1"><text>&lt; 100</text></inputEntry><outputEntry id="b1"><text>0</text></outputEntry></rule>
      <rule id="r2"><inputEntry id="a2"><text>&gt;= 100</text></inputEntry><outputEntry id="b2"><text>5</text></outputEntry></rule>
    </decisionTable>
  </decision>
  <decision id="owner" name="Owner">
    <literalExpression id="l"><text>record.account.name</text></literalExpression>
  </decision>
  <decision id="double" name="Double">
    <decisionTable id="t2" hitPolicy="UNIQUE">
      <input id="i2"><inputExpression id="ie2" typeRef="number"><text>amount</text></inputExpression></input>
      <output id="o2" name="percent" typeRef="number"/>
      <rule id="r3"><inputEntry id="a3"><text>-</text></inputEntry><outputEntry id="b3"><text>0</text></outputEntry></rule>
      <rule id="r4"><inputEntry id="a4"><text>&gt; 0</text></inputEntry><outputEntry id="b4"><text>5</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>"#;

fn deciding(model: &str) -> Bench {
    let mut bench = Bench::new(model);
    bench.deploy(DISCOUNT);
    bench
}

#[test]
fn a_decision_leaves_its_outcome_and_its_reason() {
    check_on(
        deciding("s: start\nd: decide percent discount\ne: end\ns -> d -> e"),
        &[(
            "start {amount: 100}",
            "started, root{amount: 100}, +s, -s, s>d, +d, decided(discount rule 2 i=100 -> 5), \
             root{percent: 5}, -d, d>e, +e, -e, completed",
        )],
    );
}

#[test]
fn a_decision_reads_the_bound_record() {
    check_on(
        deciding("s: start\nd: decide who =\"own\" + \"er\"\ne: end\ns -> d -> e"),
        &[
            ("start on order", "need: record.account.name"),
            ("record {account: {name: \"Ann\"}}", ""),
            (
                "start on order",
                "started, +s, -s, s>d, +d, decided(owner rule  record={account: {name: \"Ann\"}} -> \"Ann\"), root{who: \"Ann\"}, \
                 -d, d>e, +e, -e, completed",
            ),
        ],
    );
}

#[test]
fn a_decision_that_cannot_be_made_waits_for_a_person() {
    check(
        "s: start\nd: decide percent discount\ne: end\ns -> d -> e",
        &[(
            "start",
            "started, +s, -s, s>d, +d, incident(d CALLED_DECISION_ERROR: decision `discount` is \
             not deployed; deploy a decision with this id, then resolve the incident)",
        )],
    );
    check_on(
        deciding("s: start\nd: decide percent double\ne: end\ns -> d -> e"),
        &[(
            "start {amount: 1}",
            "started, root{amount: 1}, +s, -s, s>d, +d, decided(double rule 1+2 i2=1 -> null), \
             incident(d DECISION_EVALUATION_ERROR: decision `double` cannot be evaluated: the hit \
             policy is UNIQUE, but rules 1, 2 match; make them exclude each other; correct it \
             or the variables, then resolve the incident)",
        )],
    );
}
