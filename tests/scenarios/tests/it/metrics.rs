//! The metrics page: every line as the format of Prometheus wants it, the numbers true, nothing about persons,
//! and nobody sees it who may not.

use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpListener;

use scenarios::Sample;
use serde_json::json;
use served::{Folder, Server, raw};

/// A family with its kind and its samples: suffix, labels, value.
#[derive(Debug, Default)]
struct Family {
    kind: String,
    samples: Vec<(String, BTreeMap<String, String>, f64)>,
}

/// Reads the format strictly: help, kind and samples of a family stand together and once, names and labels
/// have only what they may have, no sample comes twice.
fn parse(text: &str) -> BTreeMap<String, Family> {
    assert!(text.ends_with('\n'), "the last line has no end");
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    let mut current = String::new();
    let mut seen = BTreeSet::new();
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, words) = help.split_once(' ').expect("a family has help");
            assert!(!words.is_empty() && is_name(name), "{line}");
            name.clone_into(&mut current);
            assert!(families.insert(current.clone(), Family::default()).is_none(), "twice: {line}");
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').expect("a family has a kind");
            assert_eq!(name, current, "help and kind stand together");
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            let family = families.get_mut(name).expect("help comes first");
            assert!(family.kind.is_empty() && family.samples.is_empty(), "{line}");
            kind.clone_into(&mut family.kind);
        } else {
            assert!(seen.insert(line.rsplit_once(' ').expect("a value").0), "twice: {line}");
            let (name, labels, value) = sample(line);
            let suffix = name.strip_prefix(current.as_str()).expect("samples follow their family");
            let family = families.get_mut(&current).expect("a family is open");
            let suffixes: &[&str] =
                if family.kind == "histogram" { &["_bucket", "_sum", "_count"] } else { &[""] };
            assert!(suffixes.contains(&suffix), "{line}");
            family.samples.push((suffix.to_owned(), labels, value));
        }
    }
    families.values().filter(|family| family.kind == "histogram").for_each(check_buckets);
    families
}

fn is_name(name: &str) -> bool {
    let rest = |c: char| c.is_ascii_alphanumeric() || c == '_';
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.chars().all(rest)
}

/// `name{label="value",..} number`.
fn sample(line: &str) -> (String, BTreeMap<String, String>, f64) {
    let (name, rest) = line.split_at(line.find(['{', ' ']).expect("a sample has a value"));
    assert!(is_name(name), "{line}");
    let mut labels = BTreeMap::new();
    let mut rest = rest.strip_prefix('{').unwrap_or(rest);
    while !rest.starts_with(' ') {
        let (label, value) = rest.split_once("=\"").expect("a label has a value");
        assert!(is_name(label), "{line}");
        let mut text = String::new();
        let mut chars = value.char_indices();
        let end = loop {
            match chars.next().expect("a value has an end") {
                (at, '"') => break at,
                (_, '\\') => text.push(match chars.next().expect("something is escaped").1 {
                    'n' => '\n',
                    c @ ('\\' | '"') => c,
                    c => panic!("`\\{c}` in {line}"),
                }),
                (_, c) => text.push(c),
            }
        };
        assert!(labels.insert(label.to_owned(), text).is_none(), "{line}");
        rest = value.get(end + 1..).unwrap_or_default();
        rest = rest.strip_prefix(',').or(rest.strip_prefix('}')).expect("labels are divided");
    }
    let value = rest.trim_start().parse().expect("a value is a number");
    (name.to_owned(), labels, value)
}

/// Buckets grow, and the last holds all.
fn check_buckets(family: &Family) {
    let mut series: BTreeMap<BTreeMap<String, String>, Vec<(f64, f64)>> = BTreeMap::new();
    for (_, labels, value) in family.samples.iter().filter(|(suffix, ..)| suffix == "_bucket") {
        let mut labels = labels.clone();
        let bound = labels.remove("le").expect("a bucket has a bound");
        let bound = if bound == "+Inf" { f64::INFINITY } else { bound.parse().expect("a number") };
        series.entry(labels).or_default().push((bound, *value));
    }
    for (labels, buckets) in series {
        let grow = |pair: &[(f64, f64)]| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1;
        assert!(buckets.windows(2).all(grow), "{labels:?}: {buckets:?}");
        let count = family.samples.iter().find(|(it, of, _)| it == "_count" && *of == labels);
        let (bound, all) = buckets.last().expect("there are buckets");
        assert_eq!((*bound, Some(*all)), (f64::INFINITY, count.map(|(.., value)| *value)));
    }
}

/// The value of the one sample that has these labels.
fn value(families: &BTreeMap<String, Family>, name: &str, labels: &[(&str, &str)]) -> f64 {
    let family = families.get(name).unwrap_or_else(|| panic!("there is no {name}"));
    let found: Vec<f64> = family
        .samples
        .iter()
        .filter(|(suffix, of, _)| {
            let has = |(label, value): &(&str, &str)| of.get(*label).is_some_and(|it| it == value);
            (suffix.is_empty() || suffix == "_count") && labels.iter().all(has)
        })
        .map(|(.., value)| *value)
        .collect();
    assert_eq!(found.len(), 1, "{name} {labels:?} in {family:?}");
    found[0]
}

#[test]
fn the_metrics_tell_what_was_done() {
    let sample = Sample::start();
    let admin = sample.server().client("admin", "admin-demo");
    let read = || parse(admin.get("/metrics").ok().as_str().expect("it is text"));
    let before = read();
    let defined = json!({ "objects": [] });
    assert_eq!(admin.post("/api/nowhere/7/8", &defined).status, 404);
    let task = json!({ "fields": { "subject": "Call Mr Secretive" } });
    admin.post("/api/records/task", &task).ok();
    let mut after = read();
    // A batch is counted once its commands are answered.
    let batches = |of: &_| value(of, "rondo_batch_commands", &[]);
    while batches(&after) <= batches(&before) {
        after = read();
    }
    let grown = |name: &str, labels: &[(&str, &str)]| {
        let was = before.get(name).filter(|it| !it.samples.is_empty());
        let was = was.map_or(0.0, |_| value(&before, name, labels));
        value(&after, name, labels) - was
    };
    let changed = [("kind", "change_records"), ("outcome", "done")];
    assert!((grown("rondo_commands_total", &changed) - 1.0).abs() < f64::EPSILON);
    assert!(grown("rondo_batch_commands", &[]) >= 1.0);
    assert!(grown("rondo_batch_duration_seconds", &[]) >= 1.0);
    assert!(grown("rondo_commit_duration_seconds", &[]) >= 1.0);
    assert!(grown("rondo_read_wait_seconds", &[("pool", "house")]) >= 1.0);
    assert!(value(&after, "rondo_database_up", &[]) > 0.0);
    assert!(value(&after, "rondo_commands_waiting", &[]) < 1.0, "nothing waits");
    let route = [("route", "/api/records/{object}"), ("method", "POST"), ("status", "201")];
    assert!(value(&after, "rondo_http_requests_total", &route) >= 1.0);
    let nowhere = [("route", "(page)"), ("method", "POST"), ("status", "404")];
    assert!(value(&after, "rondo_http_requests_total", &nowhere) >= 1.0);
    for name in ["process_start_time_seconds", "process_resident_memory_bytes", "process_open_fds"]
    {
        assert!(value(&after, name, &[]) > 0.0, "{name}");
    }
    let started = after.get("rondo_instances_started_total").expect("the sample runs processes");
    assert!(started.samples.iter().any(|(.., value)| *value > 0.0), "{started:?}");
    assert!(!after.get("rondo_outbox_entries").expect("declared").samples.is_empty());
}

#[test]
fn the_metrics_tell_nothing_about_persons_and_no_keys() {
    let sample = Sample::start();
    let admin = sample.server().client("admin", "admin-demo");
    let list = admin.get("/api/records/contact").ok();
    let key = list["items"][0]["key"].as_str().expect("there is a contact").to_owned();
    admin.get(&format!("/api/records/contact/{key}")).ok();
    admin.send("BREW", "/secret-address", None, None);
    let text = admin.get("/metrics").ok();
    let text = text.as_str().expect("it is text");
    for word in [key.as_str(), "admin", "secret-address", "BREW"] {
        assert!(!text.contains(word), "`{word}` in:\n{text}");
    }
}

#[test]
fn only_who_manages_instances_sees_the_metrics_on_the_main_address() {
    let sample = Sample::start();
    for (login, password, status) in [
        ("admin", "admin-demo", 200),
        ("manager", "manager-demo", 200),
        ("sales", "sales-demo", 403),
    ] {
        let answer = sample.server().client(login, password).get("/metrics");
        assert_eq!(answer.status, status, "{login}: {}", answer.body);
    }
    assert_eq!(sample.server().stranger().get("/metrics").status, 401);
}

#[test]
fn an_address_of_its_own_shows_the_metrics_to_everybody_and_nothing_else() {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port");
    let address = free.to_string();
    let folder = Folder::new();
    let _server = Server::start(folder.path(), &["--metrics-listen", &address]);
    let answer = raw::ask(&address, "GET", "/metrics", &[]);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    let families = parse(answer.text());
    assert!(value(&families, "rondo_build_info", &[]) > 0.0);
    assert_eq!(raw::ask(&address, "GET", "/api/objects", &[]).status, 404);
}
