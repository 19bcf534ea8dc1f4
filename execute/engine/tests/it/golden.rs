//! A released event is frozen: logs that were written once replay to the same state for ever.
//!
//! The files under `tests/golden` are never written again; a new version of an event gets a new
//! scenario. Its files are made by `WRITE_GOLDEN=1 cargo nextest run -p engine golden`, which touches
//! nothing that is there.

use std::collections::BTreeSet;
use std::path::Path;

use engine::{Event, apply, codec};

use crate::bench::Bench;

/// Scenarios that between them hold every kind of event, and where each one stopped when it was written.
const SCENARIOS: [(&str, &str, &[&str]); 5] = [
    ("v1-active", MODEL, ACTIVE),
    ("v1-terminated", MODEL, TERMINATED),
    ("v1-completed", SMALL, COMPLETED),
    ("v2-looping", LOOPING, PAUSED),
    ("v3-answered", ANSWERING, ANSWERED),
];

const MODEL: &str = "s: start
f: and
x: xor
pay: service payment retries=2
  in card.number = number
  out receipt = result
  header method = card
declined: error pay DECLINED
sub: sub
i: start @sub
review: user form=credit; groups=manager; due=2026-02-01T08:00:00Z @sub
late: timer! sub cycle R3/PT1H
d: decide percent discount
j: and
w: service wait
bad: service =nothing
never: timer w duration P1M
s -> f -> x
x -> pay if record.total > 100 and amount > 1
x -> d if default
f -> sub -> j
i -> review
d -> j -> w
pay -> d
declined -> d
late -> bad
";

const ACTIVE: &[&str] = &[
    "deploy form credit",
    "record {total: 250.50, account: {name: \"安娜\"}}",
    "limit 6",
    "start on order {amount: 100, number: \"17\", at: date and time(\"2026-01-31T08:00:00Z\"), list: \
     [1, true, null, duration(\"P1D\"), duration(\"P1Y\"), date(\"2026-01-31\"), time(\"08:00:00\"), \
     [1..5]]}",
    "continue",
    "limit 1000",
    "fail pay 1 5000 declined",
    "fail pay 0 0 declined",
    "retries pay 3",
    "resolve pay",
    "fire late",
    "assign review ann",
    "throw pay DECLINED {why: \"limit\"}",
    "do review {approved: true}",
];

const TERMINATED: &[&str] = &[
    "deploy form credit",
    "record {total: 250.50}",
    "start on order {amount: 100, number: \"17\"}",
    "fire late",
    "throw pay OTHER",
    "resolve pay",
    "complete pay {result: 5}",
    "cancel",
];

const SMALL: &str = "s: start
f: and
work: service work
u: user assignee=ann; users=bob; follow=2026-01-31T09:00:00Z; priority=70
t: terminate
s -> f -> work
f -> u -> t
";

const COMPLETED: &[&str] = &["start", "do u {done: true}"];

const LOOPING: &str = "s: start
a: xor
b: script n n + 1
w: service rondo:thing
s -> b -> a
a -> b if n < 5
a -> w if default
";

const PAUSED: &[&str] = &["limit 4", "start {n: 0}", "continue"];

const ANSWERING: &str = "s: start
review: user groups=manager
w: service wait
s -> review -> w
";

const ANSWERED: &[&str] = &["start", "assign review ann", "do review {approved: true}"];

fn play(model: &str, steps: &[&str]) -> Bench {
    let mut bench = Bench::new(model);
    bench.deploy(crate::task::DISCOUNT);
    for step in steps {
        let told = bench.step(step);
        assert!(!told.starts_with("rejected") && !told.starts_with("need"), "{step}: {told}");
    }
    bench
}

/// The events in words, one a line.
fn tell(model: &str, events: &[Event]) -> String {
    let mut bench = Bench::new(model);
    events.iter().map(|event| bench.tell(event) + "\n").collect()
}

/// What a golden file holds.
fn read(name: &str, kind: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    let path = path.with_extension(kind);
    std::fs::read(&path).unwrap_or_else(|error| {
        panic!("{}: {error}; a new scenario is written with WRITE_GOLDEN=1", path.display())
    })
}

/// Writes the files of a scenario that has none, where that is wished for.
fn write_if_asked(name: &str, model: &str, steps: &[&str]) {
    if std::env::var_os("WRITE_GOLDEN").is_none() {
        return;
    }
    let bench = play(model, steps);
    let state = bench.state.expect("it was started");
    let text = tell(model, &bench.log);
    for (kind, bytes) in [
        ("events", codec::encode_events(&bench.log)),
        ("state", codec::encode_state(&state)),
        ("txt", text.into_bytes()),
    ] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
        let path = folder.join(name).with_extension(kind);
        if !path.exists() {
            std::fs::write(&path, bytes).expect("the file can be written");
        }
    }
}

#[test]
fn golden_logs_replay_to_the_same_state_for_ever() {
    for (name, model, steps) in SCENARIOS {
        write_if_asked(name, model, steps);
        let events = codec::decode_events(&read(name, "events")).expect("a golden log decodes");
        let mut state = None;
        for event in &events {
            apply(&mut state, event);
        }
        let state = state.expect("the log starts an instance");
        let golden = codec::decode_state(&read(name, "state")).expect("a golden state decodes");
        assert_eq!(state, golden, "{name}");
        let text = String::from_utf8(read(name, "txt")).expect("the text is UTF-8");
        assert_eq!(tell(model, &events), text, "{name}");
    }
}

#[test]
fn the_golden_logs_hold_every_kind_of_event() {
    let mut found = BTreeSet::new();
    for (name, ..) in SCENARIOS {
        let events = codec::decode_events(&read(name, "events")).expect("a golden log decodes");
        found.extend(events.iter().map(kind_of));
    }
    let missing: Vec<u8> = (0..kinds()).filter(|kind| !found.contains(kind)).collect();
    assert!(missing.is_empty(), "no golden log holds the variants {missing:?} of `Event`");
}

/// The place of an event's variant, as it is stored: the version, one event, the variant.
fn kind_of(event: &Event) -> u8 {
    codec::encode_events(std::slice::from_ref(event))[2]
}

/// How many variants there are: the first place that the reader knows none for. One that it knows
/// lacks its fields here, or has none.
fn kinds() -> u8 {
    let version = codec::encode_events(&[])[0];
    let is_known = |kind: &u8| match codec::decode_events(&[version, 1, *kind]) {
        Ok(_) => true,
        Err(error) => error.to_string().contains("Hit the end of buffer"),
    };
    (0..u8::MAX).find(|kind| !is_known(kind)).expect("there are fewer than 255 variants")
}

#[test]
fn what_is_damaged_or_newer_is_refused() {
    for (bytes, expect) in [
        (&[][..], "the stored bytes are empty; the row is damaged"),
        (
            &[9, 1],
            "the stored bytes have version 9, this program reads up to 3; use a newer program",
        ),
    ] {
        assert_eq!(codec::decode_events(bytes).unwrap_err().to_string(), expect);
        assert_eq!(codec::decode_state(bytes).unwrap_err().to_string(), expect);
    }
    let whole = codec::encode_events(&play(MODEL, TERMINATED).log);
    for length in 1..whole.len() {
        assert!(codec::decode_events(&whole[..length]).is_err(), "cut at {length}");
    }
}
