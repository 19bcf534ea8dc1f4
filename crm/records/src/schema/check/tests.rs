//! Definitions that do not fit, and what is said about them.

use serde_json::{Value, json};

use super::*;
use crate::Schema;

fn label() -> Value {
    json!({"en": "Label", "zh": "标签"})
}

/// An object with a `name` field and these.
fn object(name: &str, fields: &Value) -> Value {
    let mut all = vec![json!({"name": "name", "label": label(), "type": "text"})];
    all.extend(fields.as_array().cloned().unwrap_or_default());
    for field in &mut all {
        field["label"] = label();
    }
    json!({"name": name, "label": label(), "plural": label(), "title": "name", "fields": all})
}

fn account() -> Value {
    object("account", &json!([]))
}

/// `expect` are the messages, joined by line breaks; empty where all is well.
fn check(objects: &[Value], expect: &[&str]) {
    let read =
        |json: &Value| ObjectDef::from_value(json.clone()).expect("the definition is readable");
    let got = match Schema::new(objects.iter().map(read).collect()) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    };
    assert_eq!(got, expect, "{objects:?}");
}

fn check_field(field: &Value, expect: &str) {
    check(&[object("order", &json!([field]))], &[expect]);
}

fn with(mut json: Value, name: &str, value: Value) -> Value {
    json[name] = value;
    json
}

#[test]
fn names_are_small_letters_and_not_taken() {
    let rule = "has a name that cannot be used; write at most 40 small letters, digits and single underscores, \
                such as `close_date`";
    for name in ["", "Name", "1st", "a-b", "a__b", "a_", "_a", "名称", &"a".repeat(41), "a b"] {
        check_field(&json!({"name": name, "type": "date"}), &format!("`order.{name}` {rule}"));
        check(&[object(name, &json!([]))], &[&format!("`{name}` {rule}")]);
    }
    for name in ["key", "version", "created_at", "updated_by", "record", "old", "item", "and"] {
        let expect = format!("`order.{name}` has a reserved name; choose another");
        check_field(&json!({"name": name, "type": "date"}), &expect);
    }
    check(&[object("history", &json!([]))], &["`history` has a reserved name; choose another"]);
    check_field(
        &json!({"name": "name", "type": "date"}),
        "`order.name` is defined twice; rename or remove one",
    );
    check(&[account(), account()], &["`account` is defined twice; rename or remove one"]);
}

#[test]
fn an_object_points_at_fields_that_it_has() {
    let order = || object("order", &json!([{"name": "note", "type": "long_text"}]));
    for (attribute, value, expect) in [
        ("title", json!("nmae"), "`order` has the title `nmae`, which is no field of it"),
        (
            "title",
            json!("note"),
            "`order` has a long_text as its title; use a field of one line of text",
        ),
        ("list", json!(["name", "x"]), "`order` lists the column `x`, which is no field of it"),
        ("list", json!(["name", "name"]), "`order` lists the column `name` twice; remove one"),
        ("summary", json!(["x"]), "`order` has in its summary `x`, which is no field of it"),
        ("summary", json!(["note", "note"]), "`order` has in its summary `note` twice; remove one"),
        (
            "summary",
            json!(["name"]),
            "`order` has its title `name` in its summary; remove it there",
        ),
        (
            "stages",
            json!({"field": "name", "process": "order"}),
            "`order` has stages by `name`, which is no choice field of it",
        ),
        (
            "icon",
            json!("Icon"),
            "`order` has an `icon` that is no Tabler icon name; write one such as `file-text`",
        ),
        (
            "label",
            json!({"en": "Order", "zh": " "}),
            "`order` has a `label` that cannot be shown; write 1 to 100 characters in `en` and `zh`",
        ),
    ] {
        check(&[with(order(), attribute, value)], &[expect]);
    }
}

#[test]
fn a_summary_is_what_is_named_or_the_beginning_of_the_list() {
    let fields = ["a", "b", "c", "d"].map(|name| json!({"name": name, "type": "date"}));
    let order =
        || with(object("order", &json!(fields)), "list", json!(["a", "name", "b", "c", "d"]));
    for (json, expect) in [
        (object("order", &json!(fields)), &[][..]),
        (order(), &["a", "b", "c"]),
        (with(order(), "summary", json!(["d", "a"])), &["d", "a"]),
    ] {
        let order = ObjectDef::from_value(json).expect("the definition is readable");
        let got: Vec<&str> =
            order.summary_fields().into_iter().map(|(_, field)| &*field.name).collect();
        assert_eq!(got, expect);
    }
}

#[test]
fn ends_are_options_of_the_stages() {
    let option = |value: &str| json!({"value": value, "label": label()});
    let options = json!([option("draft"), option("won"), option("lost")]);
    let order =
        || object("order", &json!([{"name": "status", "type": "choice", "options": options}]));
    let end = |value: &str, outcome: &str| json!({"value": value, "outcome": outcome});
    for (ends, expect) in [
        (json!([end("won", "positive"), end("lost", "negative")]), &[][..]),
        (
            json!([end("gone", "negative")]),
            &[
                "`order` ends at the stage `gone`, which is no option of `status`; name one of its options",
            ],
        ),
        (
            json!([end("won", "positive"), end("won", "negative")]),
            &["`order` ends at the stage `won` twice; remove one"],
        ),
    ] {
        let stages = json!({"field": "status", "process": "order", "ends": ends});
        check(&[with(order(), "stages", stages)], expect);
    }
}

#[test]
fn a_lock_names_an_option_of_the_stages_and_fields_of_the_object() {
    let option = |value: &str| json!({"value": value, "label": label()});
    let order = || {
        let options = json!([option("draft"), option("done")]);
        object("order", &json!([{"name": "status", "type": "choice", "options": options}]))
    };
    let lock = |value: &str, open: &[&str]| json!({"value": value, "open": open});
    for (locked, expect) in [
        (json!([lock("done", &["name"]), {"value": "draft"}]), &[][..]),
        (
            json!([lock("dnoe", &[])]),
            &[
                "`order` locks the stage `dnoe`, which is no option of `status`; name one of its options",
            ],
        ),
        (
            json!([lock("done", &[]), lock("done", &["name"])]),
            &["`order` locks the stage `done` twice; remove one"],
        ),
        (
            json!([lock("done", &["nmae"])]),
            &["`order` leaves `nmae` open at the stage `done`, which is no field of it"],
        ),
        (
            json!([lock("done", &["name", "name"])]),
            &["`order` leaves `name` open twice at the stage `done`; remove one"],
        ),
    ] {
        for list in ["locked", "locked_while_running"] {
            let stages = json!({"field": "status", "process": "order", list: locked});
            check(&[with(order(), "stages", stages)], expect);
        }
    }
}

#[test]
fn a_stage_is_locked_in_one_of_two_ways() {
    let options = json!([{"value": "draft", "label": label()}]);
    let order = object("order", &json!([{"name": "status", "type": "choice", "options": options}]));
    let draft = json!([{"value": "draft"}]);
    let stages = json!({"field": "status", "process": "order", "locked": draft,
        "locked_while_running": draft});
    let expect = "`order` locks the stage `draft` twice; remove one";
    check(&[with(order, "stages", stages)], &[expect]);
}

#[test]
fn a_field_keeps_the_limits_of_its_kind() {
    let option = |value: &str| json!({"value": value, "label": label()});
    for (field, expect) in [
        (json!({"type": "text", "max": 0}), "has a `max` of 0; choose 1 to 4000, or `long_text`"),
        (json!({"type": "number", "scale": 10}), "has a `scale` of 10; choose 0 to 9"),
        (
            json!({"type": "number", "min": 2, "max": 1}),
            "has a `min` of 2 above its `max` of 1; exchange them",
        ),
        (
            json!({"type": "number", "min": 0.5}),
            "has a `min` of 0.5, which it cannot hold; write one of its own values",
        ),
        (
            json!({"type": "percent", "max": "1e30"}),
            "has a `max` of 1000000000000000000000000000000, which it cannot hold; write one of its own values",
        ),
        (
            json!({"type": "money", "min": 1, "default": "0.99 EUR"}),
            "has a default that has to be at least 1, and is 0.99 EUR; write another",
        ),
        (json!({"type": "auto_number", "digits": 19}), "has `digits` of 19; choose 1 to 18"),
        (
            json!({"type": "auto_number", "prefix": "TOO-LONG-AS-IT-IS"}),
            "has a long `prefix`; write at most 10 characters",
        ),
        (json!({"type": "choice", "options": []}), "has 0 options; list 1 to 500"),
        (
            json!({"type": "choice", "options": [option("a"), option("a")]}),
            "has the option `a` twice; remove one",
        ),
        (
            json!({"type": "choice", "options": [option(" a")]}),
            "has an option that cannot be stored; write 1 to 60 characters",
        ),
        (
            json!({"type": "money", "unique": true}),
            "is a `money`, which cannot be unique; remove `unique`",
        ),
        (
            json!({"type": "text", "unique": true, "default": "x"}),
            "is unique, so that only one row could have the default; remove it",
        ),
        (
            json!({"type": "auto_number", "default": "7"}),
            "is a `auto_number`, which takes no default; remove it",
        ),
        (
            json!({"type": "reference", "object": "acount"}),
            "refers to `acount`, which is not defined; define it or name another object",
        ),
    ] {
        check_field(&with(field, "name", json!("f")), &format!("`order.f` {expect}"));
    }
}

#[test]
fn only_a_reference_to_a_user_defaults_to_whoever_creates_the_row() {
    let order = |kind: Value| {
        let json = object("order", &json!([with(kind, "name", json!("owner"))]));
        let mut order = ObjectDef::from_value(json).expect("the definition is readable");
        order.fields[1].default = Some(crate::FieldDefault::Me);
        let user = ObjectDef::from_value(object("user", &json!([]))).expect("it is readable");
        let problems = Schema::new(vec![order, user]).err().unwrap_or_default();
        problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>()
    };
    let user = || json!({"type": "reference", "object": "user"});
    for (kind, expect) in [
        (user(), &[][..]),
        (
            with(user(), "unique", json!(true)),
            &["`order.owner` is unique, so that only one row could have the default; remove it"],
        ),
        (
            json!({"type": "reference", "object": "order"}),
            &[
                "`order.owner` has the default `me`, which only a reference to `user` takes; remove it",
            ],
        ),
        (
            json!({"type": "text"}),
            &[
                "`order.owner` has the default `me`, which only a reference to `user` takes; remove it",
            ],
        ),
    ] {
        assert_eq!(order(kind), expect);
    }
}

#[test]
fn a_money_field_keeps_the_name_of_its_currency() {
    let fields =
        json!([{"name": "total", "type": "money"}, {"name": "total_currency", "type": "text"}]);
    check(
        &[object("order", &fields)],
        &["`order.total_currency` is where the currency of `total` is kept; choose another name"],
    );
}

#[test]
fn a_default_of_another_type_is_found_even_where_it_was_not_read_from_json() {
    let mut order = ObjectDef::from_value(account()).expect("the definition is readable");
    order.fields[0].default = Some(crate::FieldDefault::Value(crate::FieldValue::Boolean(true)));
    let problems = Schema::new(vec![order]).expect_err("the default is no text");
    assert_eq!(
        problems[0].message,
        "`account.name` has a default that it does not take; write a value of its own type"
    );
}

#[test]
fn parts_name_their_parent_by_a_required_reference() {
    let line = |required: bool, collection: &str| {
        let parent = json!([{"name": "order", "type": "reference", "object": "account", "required": required}]);
        with(
            object("line", &parent),
            "part_of",
            json!({"field": "order", "collection": collection}),
        )
    };
    check(&[account(), line(true, "lines")], &[]);
    check(
        &[account(), line(false, "lines")],
        &["`line.order` names the parent of a part; make it required"],
    );
    check(
        &[account(), line(true, "name")],
        &["`line` is called `name` at `account`, which has a field of that name"],
    );
    check(
        &[account(), line(true, "key")],
        &["`line` has a collection `key` that cannot be used; choose another name"],
    );
    check(
        &[account(), line(true, "lines"), with(line(true, "lines"), "name", json!("note"))],
        &["`note` takes the name `account.lines` of other parts; choose another"],
    );
    let field = json!({"field": "name", "collection": "lines"});
    check(
        &[with(account(), "part_of", field)],
        &["`account` is part of `name`, which is no reference field of it"],
    );
}

#[test]
fn a_total_adds_up_what_is_there_and_is_like_it() {
    let other = with(account(), "name", json!("other"));
    let line = object(
        "line",
        &json!([
            {"name": "account", "type": "reference", "object": "account"},
            {"name": "other", "type": "reference", "object": "other"},
            {"name": "pieces", "type": "number"},
            {"name": "price", "type": "money", "currency": "EUR"},
            {"name": "is_open", "type": "boolean"},
        ]),
    );
    let (pieces, price) = (json!({"type": "number"}), json!({"type": "money", "currency": "EUR"}));
    let total = |field: &str, reference: &str, when: Option<&str>| {
        let mut total = json!({"object": "line", "field": field, "reference": reference});
        total["when"] = when.into();
        total
    };
    let reads = "read fields of `line` and of the records that it refers to";
    let reads = |path: &str| format!("has a total whose `when` reads `{path}`; {reads}");
    for (field, total, expect) in [
        (&pieces, total("pieces", "account", None), String::new()),
        (&price, total("price", "account", Some("is_open = true and pieces > 2")), String::new()),
        (&pieces, total("pieces", "account", Some("other.name in (\"a\", \"b\")")), String::new()),
        (&pieces, total("pieces", "account", Some("`price currency` = \"EUR\"")), String::new()),
        (
            &pieces,
            with(total("pieces", "account", None), "object", json!("lines")),
            "adds up `lines`, which is not defined; define it or name another object".into(),
        ),
        (
            &pieces,
            total("size", "account", None),
            "adds up `line.size`, which is no field of it".into(),
        ),
        (
            &pieces,
            total("price", "account", None),
            "adds up `line.price`, which is a `money`, and not a `number`".into(),
        ),
        (
            &json!({"type": "number", "scale": 2}),
            total("pieces", "account", None),
            "adds up `line.pieces`, which has 0 digits after the point, and not 2".into(),
        ),
        (
            &json!({"type": "money", "currency": "USD"}),
            total("price", "account", None),
            "adds up `line.price`, which is of another currency".into(),
        ),
        (
            &json!({"type": "date"}),
            total("pieces", "account", None),
            "adds up `line.pieces`, and is a `date`; only numbers and money add up".into(),
        ),
        (
            &pieces,
            total("pieces", "pieces", None),
            "is found by `line.pieces`, which is no reference to `account`; name one that is"
                .into(),
        ),
        (
            &pieces,
            total("pieces", "other", None),
            "is found by `line.other`, which is no reference to `account`; name one that is".into(),
        ),
        (&pieces, total("pieces", "account", Some("is_opne = true")), reads("is_opne")),
        (&pieces, total("pieces", "account", Some("other.age > 1")), reads("other.age")),
        (&pieces, total("pieces", "account", Some("pieces.key = \"1\"")), reads("pieces.key")),
        (
            &pieces,
            total("pieces", "account", Some("other.name.first = \"a\"")),
            reads("other.name.first"),
        ),
    ] {
        let mut field = with(with(field.clone(), "name", json!("f")), "total_of", total);
        field["read_only"] = true.into();
        let expect = format!("`account.f` {expect}");
        let expect = if expect.ends_with(' ') { vec![] } else { vec![&*expect] };
        check(&[object("account", &json!([field])), other.clone(), line.clone()], &expect);
    }
}

#[test]
fn a_total_has_a_condition_that_a_database_can_answer() {
    let line = object(
        "line",
        &json!([
            {"name": "account", "type": "reference", "object": "account"},
            {"name": "pieces", "type": "number"},
        ]),
    );
    for (when, expect) in [
        ("pieces >", "`account.f` has a total whose `when` is no FEEL: "),
        ("pieces * 2 > pieces", "`account.f` has a total whose `when` no database can answer: "),
        ("now() > now()", "`account.f` has a total whose `when` no database can answer: "),
        (
            &format!("pieces in ({})", "1, ".repeat(500)),
            "`account.f` has a total whose `when` is longer",
        ),
    ] {
        let total =
            json!({"object": "line", "field": "pieces", "reference": "account", "when": when});
        let field = json!([{"name": "f", "type": "number", "read_only": true, "total_of": total}]);
        let read = |json: Value| ObjectDef::from_value(json).expect("the definition is readable");
        let objects = vec![read(object("account", &field)), read(line.clone())];
        let problems = Schema::new(objects).expect_err(when);
        assert!(problems[0].message.starts_with(expect), "{}", problems[0].message);
    }
}

#[test]
fn people_do_not_write_a_total() {
    let total = json!({"object": "line", "field": "pieces", "reference": "account"});
    let line = json!([
        {"name": "account", "type": "reference", "object": "account"},
        {"name": "pieces", "type": "number"},
    ]);
    let field = json!([{"name": "f", "type": "number", "total_of": total}]);
    check(
        &[object("account", &field), object("line", &line)],
        &["`account.f` is a total, which people cannot keep; make it `read_only`"],
    );
}

#[test]
fn nothing_is_part_of_itself() {
    let part = |name: &str, parent: &str| {
        let field =
            json!([{"name": "parent", "type": "reference", "object": parent, "required": true}]);
        with(object(name, &field), "part_of", json!({"field": "parent", "collection": "parts"}))
    };
    let rest = "is part of itself; remove `part_of` from one of the objects";
    check(&[part("a", "a")], &[&format!("`a` {rest}")]);
    check(&[part("a", "b"), part("b", "a")], &[&format!("`a` {rest}"), &format!("`b` {rest}")]);
    check(&[part("a", "b"), part("b", "c"), object("c", &json!([]))], &[]);
}

#[test]
fn every_problem_is_told_at_once() {
    let bad = json!([{"name": "key", "type": "number", "scale": 12}]);
    check(
        &[with(object("order", &bad), "title", json!("x"))],
        &[
            "`order` has the title `x`, which is no field of it",
            "`order.key` has a reserved name; choose another",
            "`order.key` has a `scale` of 12; choose 0 to 9",
        ],
    );
}

#[test]
fn a_workspace_has_room_for_many_objects_and_fields_but_not_for_all() {
    let fields: Vec<Value> =
        (0..200).map(|index| json!({"name": format!("f{index}"), "type": "date"})).collect();
    check(&[object("order", &fields.into())], &["`order` has 201 fields; define 1 to 200"]);
    let objects: Vec<Value> =
        (0..501).map(|index| object(&format!("o{index}"), &json!([]))).collect();
    check(&objects, &["a workspace has at most 500 objects, not 501"]);
}

#[test]
fn a_schema_knows_who_refers_to_whom() {
    let schema = crate::sample::schema();
    let names = |object: &str| {
        let found = schema.references_to(object);
        found.iter().map(|(it, field)| format!("{}.{field}", it.name)).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names("account"), "account.parent order.account");
    assert_eq!(names("order"), "line.order");
    assert_eq!(names("line"), "");
    assert_eq!(schema.collection("order", "lines").map(|it| &*it.name), Some("line"));
    assert!(
        schema.collection("account", "lines").is_none() && schema.children_of("line").is_empty()
    );
}
