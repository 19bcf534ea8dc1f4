//! Names that a schema knows, and those it does not.

use super::*;
use crate::sample::schema;

/// `expect` is the message, or nothing where every name is known.
fn check(path: &str, expect: &str) {
    let steps: Vec<Arc<str>> =
        path.split('.').filter(|step| !step.is_empty()).map(Arc::from).collect();
    let found = unknown_name(&schema(), "order", &steps);
    assert_eq!(found.map(|found| found.to_string()).unwrap_or_default(), expect, "{path}");
}

#[test]
fn a_path_names_what_there_is() {
    for (path, expect) in [
        ("", ""),
        ("key", ""),
        ("created at", ""),
        ("total", ""),
        ("total currency", ""),
        ("total text", ""),
        ("total.anything", ""),
        ("account", ""),
        ("account.key", ""),
        ("account.name", ""),
        ("account.parent.parent.name", ""),
        ("lines", ""),
        ("lines.quantity", ""),
        ("lines.order.account.name", ""),
        ("totl", "`order` has no field `totl`"),
        ("created_at", "`order` has no field `created_at`"),
        ("account currency", "`order` has no field `account currency`"),
        ("account.nmae", "`account` has no field `nmae`"),
        ("lines.account", "`line` has no field `account`"),
        ("account.lines", "`account` has no field `lines`"),
    ] {
        check(path, expect);
    }
}
