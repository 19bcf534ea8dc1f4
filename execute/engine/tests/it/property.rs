//! What holds for every process and every order of commands. The bench checks after each command
//! that replaying the log gives the state, that tokens are conserved, that deciding twice gives the
//! same, and that events and state survive the codec.

use std::fmt::Write;

use base::Key;
use engine::{Command, Event, Instance, Status, apply, codec};
use feel::{Context, Value};
use proptest::prelude::*;

use crate::bench::Bench;

/// A node of a random process: what it is, whether it stands in the sub-process, and where its flows
/// lead.
type Node = (u8, bool, Vec<u8>);

/// A random process that can be deployed: loops, dead ends and joins that never pass included.
fn model(nodes: &[Node]) -> String {
    let mut text = String::from(
        "s: start\nsub: sub\n  in n = 1\ni: start @sub\nlate: timer sub duration PT1S\noops: error \
         sub\ns -> sub\n",
    );
    for (index, (kind, inside, _)) in nodes.iter().enumerate() {
        let kind = match kind % 10 {
            0 => "service work",
            1 => "service rondo:thing",
            2 => "script n (if n = null then 0 else n) + 1",
            3 => "user",
            4 => "manual",
            5 => "xor",
            6 => "and",
            7 => "service =broken",
            8 => "terminate",
            _ => "error-end BAD",
        };
        let parent = if *inside { " @sub" } else { "" };
        writeln!(text, "n{index}: {kind}{parent}").unwrap();
        if kind == "user" {
            writeln!(text, "t{index}: timer! n{index} cycle R2/PT1S{parent}").unwrap();
        }
        if kind == "service work" {
            writeln!(text, "c{index}: error n{index} CODE{parent}").unwrap();
        }
    }
    flows(&mut text, nodes);
    text
}

fn flows(text: &mut String, nodes: &[Node]) {
    let same = |inside: bool| {
        let all = nodes.iter().enumerate();
        let same: Vec<usize> = all.filter(|(_, node)| node.1 == inside).map(|(at, _)| at).collect();
        same
    };
    for (from, inside) in
        [("s", false), ("i", true), ("sub", false), ("late", false), ("oops", false)]
    {
        if let Some(to) = same(inside).first() {
            writeln!(text, "{from} -> n{to}").unwrap();
        }
    }
    for (index, (kind, inside, targets)) in nodes.iter().enumerate() {
        let (same, kind) = (same(*inside), kind % 10);
        let mut to: Vec<usize> =
            targets.iter().map(|target| same[usize::from(*target) % same.len()]).collect();
        to.sort_unstable();
        to.dedup();
        if kind >= 8 {
            continue;
        }
        for (at, to) in to.iter().enumerate() {
            let condition = match (kind, at) {
                (5, 0) => " if default".to_owned(),
                (5, at) => format!(" if n > {at}"),
                _ => String::new(),
            };
            writeln!(text, "n{index} -> n{to}{condition}").unwrap();
        }
        for (event, of) in [("t", 3), ("c", 0)] {
            if let (true, Some(to)) = (kind == of, to.first()) {
                writeln!(text, "{event}{index} -> n{to}").unwrap();
            }
        }
    }
}

/// A command at something that is there, or at nothing.
fn command(state: &Instance, kind: u8, pick: usize) -> Command {
    let nth = |keys: Vec<Key>| keys.get(pick % (keys.len() + 1)).copied().unwrap_or(Key(9));
    let job = nth(state.jobs.keys().copied().collect());
    let task = nth(state.user_tasks.keys().copied().collect());
    let variables: Context =
        [("n", Value::number(i64::try_from(pick).unwrap_or(0)))].into_iter().collect();
    match kind % 16 {
        0..3 => Command::CompleteJob { job, variables },
        3 => Command::FailJob {
            job,
            retries: u32::from(kind) % 2,
            message: "no".into(),
            retry_back_off_ms: 5,
        },
        4 => Command::ThrowJobError { job, code: "CODE".into(), message: "no".into(), variables },
        5 => Command::ThrowJobError { job, code: "OTHER".into(), message: "no".into(), variables },
        6 | 7 => Command::CompleteUserTask { task, by: Key(7), variables },
        8 => Command::AssignUserTask { task, assignee: Some("ann".into()) },
        9 | 10 => Command::FireTimer { timer: nth(state.timers.keys().copied().collect()) },
        11 => Command::ResolveIncident { incident: nth(state.incidents.keys().copied().collect()) },
        12 => Command::UpdateJobRetries { job, retries: u32::from(kind) % 3 },
        13 => Command::SetVariables {
            scope: nth(state.elements.keys().copied().collect()),
            variables: [("broken", "fixed")].into_iter().collect(),
        },
        14 if pick.is_multiple_of(8) => Command::Cancel,
        14 | 15 => Command::Continue,
        16.. => Command::Cancel,
    }
}

fn nodes() -> impl Strategy<Value = Vec<Node>> {
    prop::collection::vec(
        (any::<u8>(), any::<bool>(), prop::collection::vec(any::<u8>(), 0..3)),
        1..9,
    )
}

/// Lets random commands loose on a random process.
fn play(nodes: &[Node], commands: &[(u8, usize)]) -> Bench {
    let mut bench = Bench::new(&model(nodes));
    bench.step_limit = 30;
    bench.step("start {n: 0}");
    for (kind, pick) in commands {
        let state = bench.state.as_ref().expect("it was started");
        let command = command(state, *kind, *pick);
        bench.send(&command);
    }
    bench
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn invariants_hold_for_every_process_and_every_order_of_commands(
        nodes in nodes(),
        commands in prop::collection::vec((any::<u8>(), 0usize..32), 0..40),
    ) {
        let mut bench = play(&nodes, &commands);
        if bench.state.as_ref().is_some_and(|state| state.status == Status::Active) {
            let told = bench.step("cancel");
            prop_assert!(told.ends_with("terminated"), "{}", told);
        }
    }

    #[test]
    fn events_in_any_order_and_number_never_panic(
        nodes in nodes(),
        commands in prop::collection::vec((any::<u8>(), 0usize..32), 0..20),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..200),
    ) {
        let log: Vec<Event> = play(&nodes, &commands).log;
        let mut state = None;
        for index in order {
            apply(&mut state, index.get(&log));
        }
    }

    #[test]
    fn bytes_that_nobody_wrote_never_panic(mut bytes in prop::collection::vec(any::<u8>(), 1..300)) {
        bytes[0] = 1 + bytes[0] % 2;
        let _ = codec::decode_events(&bytes);
        let _ = codec::decode_state(&bytes);
    }
}
