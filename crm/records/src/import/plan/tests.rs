//! Headers that mean something, and headers that are refused with advice.

use super::*;
use crate::import::RowReader;
use crate::import::sample::schema;

fn header(text: &str) -> Row {
    let mut reader = RowReader::new();
    reader.push(text.as_bytes());
    reader.end();
    reader.next_row().unwrap_or_else(Row::nothing)
}

fn mapping(map: &[&str], set: &[&str]) -> Mapping {
    let mut mapping = Mapping::default();
    for text in map {
        mapping.map(text).expect("the case maps");
    }
    for text in set {
        mapping.set(text).expect("the case sets");
    }
    mapping
}

fn plan(object: &str, columns: &str, mapping: &Mapping) -> Result<Plan, String> {
    let schema = schema();
    let object = schema.object(object).expect("the case names an object");
    Plan::new(&schema, object, mapping, &header(columns))
        .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}

/// The problem, or `key: FIELD` where the header is understood.
fn check(object: &str, columns: &str, mapping: &Mapping, expect: &str) {
    let got = match plan(object, columns, mapping) {
        Ok(plan) => format!("key: {}", plan.key_field().unwrap_or("none")),
        Err(problems) => problems,
    };
    assert!(got.contains(expect), "{columns}: {got}");
}

#[test]
fn columns_are_paths() {
    let none = Mapping::default();
    check("account", "name", &none, "key: none");
    check("account", "name,code", &none, "key: code");
    check("account", "tax_id,name,code", &none, "key: tax_id");
    check("account", "tax_id,name,external_id", &none, "key: external_id");
    check("account", " name , credit_limit ", &none, "key: none");
    check("account", "name,parent.code", &none, "key: none");
    check("order", "reference,account.code,lines.quantity", &none, "key: reference");
    check("account", "name;code", &none, "key: code");
    check("account", "name\tcode", &none, "key: code");
    check("account", "name,line,column,reason", &none, "key: none");
    check("order", "reference,account,lines.quantity,lines.article.code", &none, "key: reference");
}

#[test]
fn other_names_and_constants_stand_for_paths() {
    let renamed = mapping(
        &["no=reference, customer = account.code", "pieces=lines.quantity"],
        &["status=submitted"],
    );
    check("order", "no,customer,pieces", &renamed, "key: reference");
    check("order", "no,customer", &renamed, "the file does not have it");
    let without = mapping(&["remark=-"], &[]);
    check("order", "reference,account,remark", &without, "key: reference");
    check("order", "reference,account,-", &Mapping::default(), "no field `-`");
    check("order", "no,customer,pieces,status", &renamed, "`status` is given twice");
    let file = Mapping::from_json(
        r#"{"object": "order", "columns": {"no": "reference", "at": "due"}, "defaults": {"status": "submitted"}}"#,
    )
    .expect("a mapping");
    check("order", "no,account", &file, "key: reference");
    check("order", "no,account,status", &file, "key: reference");
}

#[test]
fn a_header_that_makes_no_sense_is_refused_with_advice() {
    let none = Mapping::default();
    for (object, columns, expect) in [
        ("account", "", "the file is empty"),
        ("account", "name|code", "separated by `,`, `;` or tabs, not by `|`"),
        ("account", "name,,code", "column 2 has no name"),
        ("account", "name,name", "`name` is given twice"),
        ("account", "name,colour", "column `colour`: `account` has no field `colour`"),
        ("account", "name,code.x", "`code` refers to no record"),
        (
            "account",
            "name,parent.rating",
            "`rating` is no unique field of `account`; its unique fields: `code`, `tax_id`, `external_id`",
        ),
        ("account", "code", "`name` is required, and no column gives it"),
        ("order", "reference,account,total", "`total` is written by processes only"),
        ("order", "reference,account,name", "`name` is numbered automatically"),
        ("order", "reference,account,lines", "name a field of it"),
        ("order", "reference,account,lines.order", "is set by the import"),
        ("order", "reference,account,lines.article.code", "`lines.quantity` is required"),
        ("order", "account,lines.quantity", "needs a column for one"),
        ("account", "name,\"a\"b", "text follows a closing quote"),
        ("account", "\"name", "never closed"),
    ] {
        check(object, columns, &none, expect);
    }
    let many = vec!["name"; 1_000_000].join(",");
    check("account", &many, &none, "more than 1000 cells");
}

#[test]
fn a_mapping_that_makes_no_sense_is_refused() {
    for text in ["", "a", "=b", "a=", "a=b,", "a=b,c"] {
        assert!(Mapping::default().map(text).is_err(), "{text:?}");
    }
    assert!(Mapping::default().set("x").is_err());
    assert!(Mapping::from_json("{\"colour\": 1}").is_err());
    check("account", "name", &mapping(&[], &["colour=red"]), "no field `colour`");
}
