//! Incidents: what goes wrong waits for a person, and is tried again from where it stopped.

use crate::bench::check;

const NO_TASK: &str = "task(t None [] [] form None due None None priority 50)";

#[test]
fn an_expression_that_gives_nothing_useful_waits_for_a_person() {
    let advice = "; correct the model or the variables, then resolve the incident";
    for (task, expect) in [
        (
            "service =x",
            "expression `x` for the job type gives null (there is no variable `x`), but a string is needed",
        ),
        (
            "service w retries==x",
            "expression `x` for the retries of a job gives null (there is no variable `x`), but a whole number of at least 1 \
             is needed",
        ),
        (
            "service w retries==0.5",
            "expression `0.5` for the retries of a job gives a value of type number, but a whole \
             number of at least 1 is needed",
        ),
        (
            "decide r =x",
            "expression `x` for the decision id gives null (there is no variable `x`), but a string is needed",
        ),
        (
            "user assignee==5",
            "expression `5` for the assignee gives a value of type number, but a string is needed",
        ),
        (
            "user groups==[1]",
            "expression `[1]` for the candidate groups gives a value of type list, but a list of \
             strings is needed",
        ),
        (
            "user due==\"soon\"",
            "expression `\"soon\"` for the due date gives a value of type string, but a date and \
             time such as `2026-01-31T08:00:00Z` is needed",
        ),
        (
            "user priority==101",
            "expression `101` for the priority gives a value of type number, but a whole number \
             from 0 to 100 is needed",
        ),
    ] {
        let expect =
            format!("started, +s, -s, s>t, +t, incident(t EXTRACT_VALUE_ERROR: {expect}{advice})");
        check(&format!("s: start\nt: {task}\ns -> t"), &[("start", &expect)]);
    }
}

#[test]
fn a_form_that_is_missing_waits_for_a_person() {
    check(
        "s: start\nt: user form=f\ns -> t",
        &[
            (
                "start",
                "started, +s, -s, s>t, +t, incident(t FORM_NOT_FOUND: form `f` is not deployed; \
                 deploy a form with this id, then resolve the incident)",
            ),
            (
                "do t",
                "rejected: there is no user task 9 to work on; it is completed, cancelled or never was",
            ),
            ("deploy form f", ""),
            (
                "resolve t",
                &format!("resolved(t), {}", NO_TASK.replace("None due", "Some(\"f\") due")),
            ),
        ],
    );
}

#[test]
fn an_incident_goes_away_with_its_element() {
    check(
        "s: start\nsub: sub\ni: start @sub\nt: service =x @sub\nlate: timer sub duration PT1S\ns -> \
         sub\ni -> t",
        &[
            (
                "start",
                "started, +s, -s, s>sub, +sub, timer(late at 1000), +i, -i, i>t, +t, incident(t \
                 EXTRACT_VALUE_ERROR: expression `x` for the job type gives null (there is no variable `x`), but a string is \
                 needed; correct the model or the variables, then resolve the incident)",
            ),
            ("fire late", "fired(late), resolved(t), !t, !sub, +late, -late, completed"),
        ],
    );
}

#[test]
fn a_try_that_fails_again_raises_a_new_incident() {
    let incident = "incident(t EXTRACT_VALUE_ERROR: expression `x` for the job type gives null (there is no variable `x`), but \
                    a string is needed; correct the model or the variables, then resolve the \
                    incident)";
    check(
        "s: start\nt: service =x\ns -> t",
        &[
            ("start", &format!("started, +s, -s, s>t, +t, {incident}")),
            ("resolve t", &format!("resolved(t), {incident}")),
            ("set root {x: \"w\"}", "root{x: \"w\"}"),
            ("resolve t", "resolved(t), job(t w x3)"),
        ],
    );
}
