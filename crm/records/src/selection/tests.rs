//! What conditions read through references, in memory: pushed or evaluated, the same rows.

use serde_json::json;

use super::*;
use crate::sample::{row, schema};

/// Orders of accounts: one of a customer with a parent, one without, one whose account is gone.
fn orders(schema: &Schema) -> Vec<Record> {
    [
        json!({"account": "1", "status": "submitted", "total": "12.50", "due": "2026-11-22"}),
        json!({"account": "2", "status": "draft"}),
        json!({"account": "9", "status": "submitted"}),
    ]
    .iter()
    .zip(11..)
    .map(|(json, key)| row(schema, "order", key, json))
    .collect()
}

fn accounts(schema: &Schema) -> Vec<Arc<Record>> {
    let rows = [
        json!({"name": "Acme", "credit_limit": "1000", "parent": "2"}),
        json!({"name": "Big", "rating": 2.25}),
    ];
    rows.iter().zip(1..).map(|(json, key)| Arc::new(row(schema, "account", key, json))).collect()
}

/// The keys of the orders that a condition selects, or why it selects none, and whether it is evaluated.
fn check(text: &str, expect: &str) {
    let schema = schema();
    let order = Arc::clone(schema.object("order").expect("the sample has orders"));
    let options = feel::Options { dialect: feel::Dialect::Camunda, names: &[] };
    let condition = feel::compile(text, &options).expect(text);
    let mut run = Run::new(feel::Timestamp(0));
    let selection = match Selection::new(&schema, &order, &condition, &mut run) {
        Ok(selection) => selection,
        Err(refused) => return assert_eq!(refused.to_string(), expect, "{text}"),
    };
    let (orders, accounts) = (orders(&schema), accounts(&schema));
    let load = |object: &Arc<ObjectDef>, keys: BTreeSet<Key>| {
        assert_eq!(&*object.name, "account");
        let found = accounts.iter().filter(|row| keys.contains(&row.key));
        Ok::<_, std::convert::Infallible>(found.cloned().collect())
    };
    let Ok(referred) = selection.follow(&order, &orders, load);
    let selected = orders.iter().filter(|row| selection.selects(&order, row, &referred, &mut run));
    let selected: Vec<i64> = selected.map(|row| row.key.0).collect();
    let found = orders.iter().filter(|row| selection.matches(&order, row, &referred));
    assert!(found.count() >= selected.len(), "{text}: the predicate misses a row");
    let way = if selection.evaluated().is_some() { " evaluated" } else { "" };
    assert_eq!(format!("{selected:?}{way}"), expect, "{text}");
}

#[test]
fn a_condition_reads_the_records_that_a_row_refers_to() {
    for (text, expect) in [
        ("account.name = \"Acme\"", "[11]"),
        ("account.name != \"Acme\"", "[12, 13]"),
        ("account.name = null", "[13]"),
        ("not(account.name = null)", "[11, 12]"),
        ("account.credit_limit > 999.99 and account.credit_limit currency = \"EUR\"", "[11]"),
        ("account.rating in [1.5..2.25)", "[11]"),
        ("account.parent.name = \"Big\" and status = \"submitted\"", "[11]"),
        ("account.parent.name = null", "[12, 13]"),
        ("account.parent = \"2\" or account.parent.key = \"7\"", "[11]"),
        ("account.key = \"9\"", "[13]"),
        ("account = \"9\" or account.name = \"Big\"", "[12, 13]"),
        ("account.created_at > date and time(\"1970-01-01T00:00:00Z\")", "[11, 12]"),
        ("upper case(account.name) = \"ACME\"", "[11] evaluated"),
        ("upper case(account.name) != \"ACME\"", "[12, 13] evaluated"),
        ("account.created at.year = 1970", "[11, 12] evaluated"),
        ("upper case(account.parent.name) = \"BIG\" and account.key = \"1\"", "[11] evaluated"),
        ("upper case(account.key) = \"9\"", "[13] evaluated"),
        ("account.parent.parent.name = null and odd(account.rating * 4 - 1)", "[11] evaluated"),
        ("account.parent.rating > account.rating", "[11] evaluated"),
        ("upper case(account) = \"9\"", "[13] evaluated"),
    ] {
        check(text, expect);
    }
}

#[test]
fn a_path_that_leads_nowhere_is_refused_with_the_reason() {
    let unknown = |path: &str, object: &str| {
        format!(
            "`{path}` is not a field of `{object}`; a filter reads fields of the row and of records that it refers to"
        )
    };
    check("colour = 1", &unknown("colour", "order"));
    check("account.colour = 1", &unknown("account.colour", "account"));
    check("count(lines) > 1", &unknown("lines", "order"));
    check("account.orders.total = 1", &unknown("account.orders.total", "account"));
    check(
        "account.parent.parent.parent.name = \"x\"",
        "`account.parent.parent.parent.name` goes through 4 references; go through 3 at most",
    );
    check("account.parent.parent.parent = \"1\"", "[]");
    check(
        "upper case(account.name) = \"ACME\" and account = \"1\"",
        "`account` stands for the key and is read through as well; write `account.key` for the key \
         (evaluated, because `account` is used in a way that a database does not know)",
    );
}

#[test]
fn a_constant_that_a_field_never_holds_is_refused_with_what_to_write() {
    let never = |path: &str, kind: &str, value: &str, hint: &str| {
        format!("`{path}` is of type `{kind}` and is never `{value}`; {hint}")
    };
    let date = "compare it with a date: `date(\"2026-01-31\")`";
    let number = "compare it with a number without quotes: `12.5`";
    let key = "compare it with a key in quotes, or read a field of the record behind it, such as its name, by a dot";
    let submitted = "the value of that option is written `\"submitted\"`";
    for (text, expect) in [
        ("due > \"2026-01-01\"", never("due", "date", "\"2026-01-01\"", date)),
        ("urgent or not(due = 5)", never("due", "date", "5", date)),
        ("total > \"5\"", never("total", "money", "\"5\"", number)),
        ("total in (5, \"6\")", never("total", "money", "\"6\"", number)),
        ("account = \"Acme\"", never("account", "reference", "\"Acme\"", key)),
        (
            "account.name = 5",
            never("account.name", "text", "5", "compare it with text in quotes: `\"..\"`"),
        ),
        ("account.credit_limit > \"5\"", never("account.credit_limit", "money", "\"5\"", number)),
        ("status = \"Submitted\"", never("status", "choice", "\"Submitted\"", submitted)),
        (
            "urgent = \"yes\"",
            never("urgent", "boolean", "\"yes\"", "compare it with `true` or `false`"),
        ),
        ("status = \"removed long ago\"", String::new()),
        (
            "due > date(\"2026-01-01\") and total > 5 and status = \"draft\" and urgent = true",
            String::new(),
        ),
        (
            "account = \"1\" and account.key != \"x\" and account.credit_limit currency = \"EUR\"",
            String::new(),
        ),
    ] {
        let schema = schema();
        let order = Arc::clone(schema.object("order").expect("the sample has orders"));
        let options = feel::Options { dialect: feel::Dialect::Camunda, names: &[] };
        let condition = feel::compile(text, &options).expect(text);
        let mut run = Run::new(feel::Timestamp(0));
        let selection = Selection::new(&schema, &order, &condition, &mut run).expect(text);
        let refused = selection.check_constants(&order).err();
        assert_eq!(refused.map(|it| it.to_string()).unwrap_or_default(), expect, "{text}");
    }
}
