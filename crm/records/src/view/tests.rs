//! Values on their way out and back in: what is shown can be given back and means the same.

use feel::{Options, Run, Value};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::read::read;
use crate::sample::{row, schema};
use crate::{Choice, FieldDef, FieldKind, FieldValue, Label};

fn field(kind: FieldKind) -> FieldDef {
    FieldDef {
        name: "f".into(),
        label: Label::new("Field", "字段"),
        kind,
        required: false,
        unique: false,
        read_only: false,
        default: None,
        help: None,
        bounds: crate::Bounds::default(),
        total_of: None,
    }
}

fn number(scale: u8) -> FieldKind {
    FieldKind::Number { scale }
}

#[test]
fn json_shows_numbers_that_it_holds_and_text_for_the_rest() {
    let money = |minor, code: &str| {
        FieldValue::Money(base::Money { minor, currency: code.parse().expect("a currency") })
    };
    let plain = FieldKind::Money { currency: None };
    for (kind, value, expect) in [
        (number(2), FieldValue::Number(1250), json!(12.5)),
        (number(2), FieldValue::Number(1200), json!(12)),
        (number(0), FieldValue::Number(9_007_199_254_740_992), json!(9_007_199_254_740_992_i64)),
        (number(0), FieldValue::Number(9_007_199_254_740_993), json!("9007199254740993")),
        (number(3), FieldValue::Number(i64::MIN), json!("-9223372036854775.808")),
        (FieldKind::Percent { scale: 1 }, FieldValue::Number(-5), json!(-0.5)),
        (plain.clone(), money(-5, "EUR"), json!({"amount": "-0.05", "currency": "EUR"})),
        (plain, money(1250, "JPY"), json!({"amount": "1250", "currency": "JPY"})),
        (FieldKind::Date, FieldValue::Date(20_779), json!("2026-11-22")),
        (
            FieldKind::DateTime,
            FieldValue::DateTime(base::Timestamp(1)),
            json!("1970-01-01T00:00:00.001Z"),
        ),
        (FieldKind::Boolean, FieldValue::Boolean(false), json!(false)),
        (
            FieldKind::Reference { object: "account".into() },
            FieldValue::Reference(base::Key(17)),
            json!("17"),
        ),
        (FieldKind::LongText, FieldValue::Null, json!(null)),
    ] {
        assert_eq!(field_to_json(&kind, &value), expect);
    }
}

#[test]
fn an_expression_reads_a_record_and_its_result_can_be_written_back() {
    let schema = schema();
    let order = schema.object("order").expect("the sample has orders");
    let json = json!({"account": "17", "total": "12.50", "due": "2026-11-22", "shipped_at": "2026-11-22T15:20:18.250Z"});
    let record = row(&schema, "order", 5, &json);
    let scope = feel::Context::from_iter([("record", to_feel(order, &record))]);
    for (name, source, expect) in [
        ("total", "record.total * 2", json!("25.00")),
        (
            "total",
            r#"{amount: record.total + 1, currency: "USD"}"#,
            json!({"amount": "13.50", "currency": "USD"}),
        ),
        ("account", "record.account", json!("17")),
        ("account", "record.account.key", json!("17")),
        ("due", "record.due", json!("2026-11-22")),
        ("shipped_at", "record.shipped_at", json!("2026-11-22T15:20:18.250Z")),
        ("shipped_at", "record.due", json!("2026-11-22")),
        ("urgent", "record.total = 12.5", json!(true)),
        ("status", r#""accepted""#, json!("accepted")),
        ("status", "3", json!(3)),
        ("status", "null", json!(null)),
    ] {
        let expression = feel::compile(source, &Options::default()).expect(source);
        let value = expression.evaluate_in(&scope, &mut Run::new(feel::Timestamp(0)));
        let kind = &order.field(name).expect("the case names a field").kind;
        let got = feel_to_json_input(kind, &value);
        let wanted = read(&field(kind.clone()), &expect, &FieldValue::Null);
        assert_eq!(read(&field(kind.clone()), &got, &FieldValue::Null), wanted, "{source}");
    }
}

fn text() -> impl Strategy<Value = String> {
    "[ -~äß客户名称]{1,20}".prop_filter("blank text is no value", |text| !text.trim().is_empty())
}

fn choice() -> FieldKind {
    let option = |value: &str| Choice {
        value: value.into(),
        label: Label::new(value, value),
        color: None,
        read_only: false,
    };
    FieldKind::Choice { options: vec![option("draft"), option("已接受")] }
}

/// A kind and a value that it takes.
fn kept() -> impl Strategy<Value = (FieldKind, FieldValue)> {
    let of_text = |kind: FieldKind| {
        move |text: String| (kind.clone(), FieldValue::Text(text.as_str().into()))
    };
    let currency = prop::sample::select(vec!["EUR", "JPY", "KWD", "CLF", "USD"]);
    prop_oneof![
        text().prop_map(of_text(FieldKind::Text { max: 20 })),
        text().prop_map(of_text(FieldKind::LongText)),
        "[a-z]{1,9}@[a-z]{1,9}\\.(de|com|中国)".prop_map(of_text(FieldKind::Email)),
        "\\+[0-9]{2} [0-9]{3,8}".prop_map(of_text(FieldKind::Phone)),
        "https?://[a-z]{1,9}\\.com(/[a-z]{0,9})?".prop_map(of_text(FieldKind::Url)),
        prop::sample::select(vec!["draft", "已接受"])
            .prop_map(|value| (choice(), FieldValue::Text(value.into()))),
        (any::<i64>(), 0_u8..=9)
            .prop_map(|(value, scale)| (number(scale), FieldValue::Number(value))),
        (-10_000_i64..10_000, 0_u8..=9)
            .prop_map(|(value, scale)| (FieldKind::Percent { scale }, FieldValue::Number(value))),
        (any::<i64>(), currency).prop_map(|(minor, code)| {
            let currency = code.parse().expect("the strategy draws currencies");
            let value = FieldValue::Money(base::Money { minor, currency });
            (FieldKind::Money { currency: None }, value)
        }),
        (-719_162_i32..=2_932_896).prop_map(|days| (FieldKind::Date, FieldValue::Date(days))),
        (-62_135_596_800_000_i64..=253_402_300_799_999)
            .prop_map(|ms| (FieldKind::DateTime, FieldValue::DateTime(base::Timestamp(ms)))),
        any::<bool>().prop_map(|value| (FieldKind::Boolean, FieldValue::Boolean(value))),
        (1..=i64::MAX).prop_map(|key| {
            let kind = FieldKind::Reference { object: "account".into() };
            (kind, FieldValue::Reference(base::Key(key)))
        }),
    ]
}

proptest! {
    #[test]
    fn what_json_shows_is_read_back_as_the_same_value((kind, value) in kept()) {
        let field = field(kind.clone());
        let json = field_to_json(&kind, &value);
        prop_assert_eq!(read(&field, &json, &FieldValue::Null), Ok(value.clone()));
        // Over the wire too, where numbers go through text.
        let wire: Json = serde_json::from_str(&json.to_string()).expect("JSON is read back");
        prop_assert_eq!(read(&field, &wire, &FieldValue::Null), Ok(value));
    }

    #[test]
    fn what_an_expression_sees_can_be_written_back((kind, value) in kept()) {
        let field = field(kind.clone());
        let mut seen = field_to_feel(&kind, &value);
        if let FieldValue::Money(money) = &value {
            let code = Value::string(money.currency.code());
            seen = Value::context([("amount", seen), ("currency", code)]);
        }
        let input = feel_to_json_input(&kind, &seen);
        prop_assert_eq!(read(&field, &input, &FieldValue::Null), Ok(value));
    }

    #[test]
    fn a_value_keeps_its_meaning_in_the_binary_codec((_, value) in kept()) {
        let bytes = postcard::to_allocvec(&value).expect("a value is encoded");
        prop_assert_eq!(postcard::from_bytes::<FieldValue>(&bytes), Ok(value));
    }
}
