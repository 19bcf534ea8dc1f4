//! Definitions as people write them.

use serde_json::json;

use super::*;

const ORDER: &str = r#"{
    "name": "order",
    "label": {"en": "Order", "zh": "订单"},
    "plural": {"en": "Orders", "zh": "订单"},
    "icon": "shopping-cart",
    "title": "number",
    "list": ["number", "status"],
    "navigation": true,
    "stages": {"field": "status", "process": "order"},
    "fields": [
        {"name": "number", "label": {"en": "Number", "zh": "编号"}, "type": "auto_number", "prefix": "SO-", "digits": 6},
        {"name": "status", "label": {"en": "Status", "zh": "状态"}, "type": "choice", "required": true, "default": "draft",
         "options": [
            {"value": "draft", "label": {"en": "Draft", "zh": "草稿"}, "color": "gray"},
            {"value": "accepted", "label": {"en": "Accepted", "zh": "已接受"}, "color": "green", "read_only": true}]},
        {"name": "total", "label": {"en": "Total", "zh": "合计"}, "type": "money", "currency": "EUR", "read_only": true,
         "default": {"amount": "0.50", "currency": "EUR"}, "help": {"en": "Sum of the lines", "zh": "明细合计"}},
        {"name": "weight", "label": {"en": "Weight", "zh": "重量"}, "type": "number", "scale": 3, "default": 1.5},
        {"name": "share", "label": {"en": "Share", "zh": "份额"}, "type": "percent", "scale": 1, "min": 0.5, "max": 100},
        {"name": "pieces", "label": {"en": "Pieces", "zh": "件数"}, "type": "number", "read_only": true,
         "total_of": {"object": "line", "field": "quantity", "reference": "order", "when": "quantity > 0"}},
        {"name": "owner", "label": {"en": "Owner", "zh": "负责人"}, "type": "reference", "object": "user", "default": "me"}
    ]
}"#;

#[test]
fn a_definition_comes_back_as_it_was_written() {
    let object = ObjectDef::from_json(ORDER).expect("the definition is legal");
    let json = object.to_json();
    assert_eq!(ObjectDef::from_value(json.clone()), Ok(object.clone()));
    assert_eq!(ObjectDef::from_json(&json.to_string()), Ok(object));
    assert_eq!(json["fields"][2]["default"], json!({"amount": "0.50", "currency": "EUR"}));
    assert_eq!(json["fields"][6]["default"], json!("me"));
    let total = json!({"object": "line", "field": "quantity", "reference": "order", "when": "quantity > 0"});
    assert_eq!(json["fields"][5]["total_of"], total);
    assert_eq!((&json["fields"][4]["min"], &json["fields"][4]["max"]), (&json!(0.5), &json!(100)));
    assert_eq!(
        json["fields"][3],
        json!({
            "name": "weight", "label": {"en": "Weight", "zh": "重量"}, "type": "number", "default": 1.5, "scale": 3
        })
    );
}

#[test]
fn attributes_that_may_be_left_out_have_a_value() {
    let field = |json: serde_json::Value| {
        let mut object = json!({
            "name": "o", "label": {"en": "O", "zh": "O"}, "plural": {"en": "O", "zh": "O"}, "title": "f", "fields": [],
        });
        object["fields"] = json!([json]);
        let object = ObjectDef::from_value(object).expect("the definition is legal");
        object.to_json()["fields"][0].clone()
    };
    let label = json!({"en": "F", "zh": "F"});
    for (kind, attribute, expect) in [
        ("text", "max", json!(255)),
        ("number", "scale", json!(0)),
        ("percent", "scale", json!(0)),
        ("auto_number", "digits", json!(6)),
    ] {
        let json = field(json!({"name": "f", "label": label, "type": kind}));
        assert_eq!(json[attribute], expect, "{kind}");
    }
}

#[test]
fn a_label_in_one_language_is_refused_with_its_place() {
    let languages = "; write both languages, as in {\"en\": \"Name\", \"zh\": \"名称\"}";
    for (from, place) in [
        (r#", "zh": "订单"},"#, "`order` cannot be read at `label`"),
        (r#", "zh": "状态"}"#, "`order.status` cannot be read at `label`"),
        (r#", "zh": "已接受"}"#, "`order.status` cannot be read at `options[1].label`"),
        (r#", "zh": "明细合计"}"#, "`order.total` cannot be read at `help`"),
    ] {
        let to = if from.ends_with(',') { "}," } else { "}" };
        let text = ORDER.replacen(from, to, 1);
        let problem = ObjectDef::from_json(&text).expect_err(from);
        let place = format!("{place}: missing field `zh`");
        assert!(problem.message.starts_with(&place), "{}", problem.message);
        assert!(problem.message.ends_with(languages), "{}", problem.message);
        let json = serde_json::from_str(&text).expect("JSON");
        let problem = ObjectDef::from_value(json).expect_err(from);
        assert_eq!(problem.message, format!("{place}{languages}"));
    }
}

/// Changes one text of [`ORDER`] and says what is wrong now.
fn check(from: &str, to: &str, expect: &str) {
    assert!(ORDER.contains(from), "{from}");
    let problem = ObjectDef::from_json(&ORDER.replacen(from, to, 1)).expect_err(to);
    assert!(problem.message.starts_with(expect), "{}", problem.message);
}

#[test]
fn a_definition_that_cannot_be_read_says_why() {
    for (from, to, expect) in [
        (r#""name": "order","#, "", "the object definition cannot be read: missing field `name`"),
        (r#""navigation""#, r#""nav""#, "`order` cannot be read at `nav`: unknown field `nav`"),
        (
            r#""zh": "编号""#,
            r#""de": "Nummer""#,
            "`order.number` cannot be read at `label.de`: unknown field `de`",
        ),
        (r#""money""#, r#""cash""#, "`order.total` has the unknown type `cash`; use one of `text`"),
        (
            r#""type": "number", "scale": 3"#,
            r#""type": "date", "min": 3"#,
            "`order.weight` is a `date`, which has no `min`; remove it",
        ),
        (
            r#""type": "number", "scale": 3"#,
            r#""type": "number", "min": "few""#,
            "`order.weight` has a `min` of \"few\"; write a number such as 0",
        ),
        (
            r#""type": "number", "scale": 3, "default": 1.5"#,
            r#""type": "text", "max": -1"#,
            "`order.weight` has a `max` of -1; write how many characters it takes",
        ),
        (
            r#""type": "number", "scale": 3"#,
            r#""type": "choice""#,
            "`order.weight` is a `choice` without `options`; list them",
        ),
        (
            r#""type": "number", "scale": 3"#,
            r#""type": "reference""#,
            "`order.weight` is a `reference` without `object`; name the object it refers to",
        ),
        (
            r#""reference": "order", "when""#,
            r#""reference": "order", "where""#,
            "`order.pieces` cannot be read at `total_of.where`: unknown field `where`",
        ),
        (
            r#""default": 1.5"#,
            r#""default": 1.2345"#,
            "`order.weight` has a default that it does not take: `weight` takes 3 digits after the point",
        ),
        (
            r#""default": "draft""#,
            r#""default": "new""#,
            "`order.status` has a default that it does not take: `status` has no option `new`",
        ),
        (
            r#""object": "user", "default": "me""#,
            r#""object": "account", "default": "me""#,
            "`order.owner` has a default that it does not take: `owner`",
        ),
        (
            r#""currency": "EUR", "read_only""#,
            r#""currency": "Euro", "read_only""#,
            "`order.total` has a wrong currency: `Euro` is not a currency",
        ),
    ] {
        check(from, to, expect);
    }
}
