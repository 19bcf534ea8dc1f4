//! Which of our crates may import which, as ARCHITECTURE.md draws it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::Offence;

/// Crate and what it may import of ours. A crate that is absent here is an offence: decide first.
const ALLOWED: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("feel", &["base"]),
    ("dmn", &["base", "feel"]),
    ("bpmn", &["base", "feel"]),
    ("engine", &["base", "feel", "dmn", "bpmn"]),
    ("access", &["base", "feel"]),
    ("records", &["base", "feel", "access"]),
    ("turn", &["base", "feel", "dmn", "bpmn", "engine", "access", "records"]),
    ("runtime", &["base", "feel", "dmn", "bpmn", "engine", "turn", "records", "access", "measure"]),
    ("store", &["base", "feel", "engine", "records", "access", "measure", "turn", "runtime"]),
    ("connectors", &["base", "access", "runtime"]),
    (
        "api",
        &[
            "base", "feel", "dmn", "bpmn", "engine", "access", "records", "turn", "measure",
            "runtime",
        ],
    ),
    ("rondo", &["*"]),
    ("tidy", &[]),
    ("damage", &[]),
    ("served", &[]),
    ("scenarios", &["*"]),
    ("crash", &["*"]),
    ("faults", &["*"]),
    ("bench", &["*"]),
];

/// Libraries that bring I/O, clocks or randomness: never below `runtime`.
const IMPURE: &[&str] = &[
    "tokio",
    "axum",
    "hyper",
    "reqwest",
    "rusqlite",
    "postgres",
    "tokio-postgres",
    "lettre",
    "rand",
    "getrandom",
    "tracing-subscriber",
    "clap",
    "anyhow",
];

/// The crates that hold no I/O at all.
pub(crate) const PURE: &[(&str, &str)] = &[
    ("base", "base"),
    ("design/feel", "feel"),
    ("design/dmn", "dmn"),
    ("design/bpmn", "bpmn"),
    ("execute/engine", "engine"),
    ("execute/turn", "turn"),
    ("crm/access", "access"),
    ("crm/records", "records"),
];

/// Normal and build dependencies of each package in the output of `cargo metadata --no-deps`.
fn dependencies(metadata: &Value) -> Vec<(&str, BTreeSet<&str>)> {
    let packages = metadata.get("packages").and_then(Value::as_array);
    packages
        .into_iter()
        .flatten()
        .filter_map(|package| {
            let imports = package.get("dependencies")?.as_array()?;
            let imports = imports
                .iter()
                .filter(|import| import.get("kind").and_then(Value::as_str) != Some("dev"))
                .filter_map(|import| import.get("name")?.as_str())
                .collect();
            Some((package.get("name")?.as_str()?, imports))
        })
        .collect()
}

/// Every import among our crates that the map of the house does not draw.
pub fn arrows(metadata: &Value) -> Vec<Offence> {
    let packages = dependencies(metadata);
    let ours: BTreeSet<&str> = packages.iter().map(|(name, _)| *name).collect();
    let mut offences = Vec::new();
    for (name, imports) in &packages {
        let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| known == name) else {
            offences.push(Offence {
                place: (*name).to_owned(),
                message: "this crate is not on the map; add it to ARCHITECTURE.md and to tidy"
                    .into(),
            });
            continue;
        };
        for import in imports.intersection(&ours) {
            if !allowed.contains(import) && *allowed != ["*"] {
                offences.push(Offence {
                    place: (*name).to_owned(),
                    message: format!("may not import `{import}`; see the map in ARCHITECTURE.md"),
                });
            }
        }
    }
    offences
}

/// Every library with I/O, a clock or randomness that a pure crate imports.
pub fn foreign_imports(metadata: &Value) -> Vec<Offence> {
    dependencies(metadata)
        .into_iter()
        .filter(|(name, _)| PURE.iter().any(|(_, pure)| pure == name))
        .flat_map(|(name, imports)| {
            imports.into_iter().filter(|import| IMPURE.contains(import)).map(move |import| {
                Offence {
                    place: name.to_owned(),
                    message: format!(
                        "imports `{import}`, which does I/O; pass the value in instead"
                    ),
                }
            })
        })
        .collect()
}
