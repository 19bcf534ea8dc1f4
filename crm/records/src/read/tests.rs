//! What each kind of field takes, and what it says to the rest.

use serde_json::json;

use super::*;
use crate::Label;

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

/// `expect` is the value as the wire shows it, or the code and the words after the field's name.
fn check(kind: &FieldKind, json: &Json, expect: &str) {
    let field = field(kind.clone());
    let got = match read(&field, json, &FieldValue::Null) {
        Ok(value) => format!("{value:?}"),
        Err(problem) => {
            assert!(problem.message.starts_with("`f` "), "{}", problem.message);
            format!("{}: {}", problem.code, problem.message.trim_start_matches("`f` "))
        }
    };
    assert_eq!(got, expect, "{json} as {}", kind.type_name());
}

#[test]
fn an_empty_text_is_no_value() {
    for kind in [FieldKind::LongText, FieldKind::Date, FieldKind::Number { scale: 0 }] {
        for json in [json!(null), json!(""), json!(" \n")] {
            check(&kind, &json, "Null");
        }
    }
}

#[test]
fn text_is_counted_in_characters_and_stays_as_it_is() {
    let kind = FieldKind::Text { max: 4 };
    for (json, expect) in [
        (json!("客户名称"), r#"Text("客户名称")"#),
        (json!("客户名称五"), "too_long: has 5 characters and takes at most 4; shorten it"),
        (json!(" a "), r#"Text(" a ")"#),
        (
            json!("a\nb"),
            "characters: takes one line without control characters; remove line breaks and tabs",
        ),
        (json!(12), "type: takes a text, not `12`"),
        (json!(["a"]), "type: takes a text, not a list"),
    ] {
        check(&kind, &json, expect);
    }
    check(&FieldKind::LongText, &json!("a\r\n\tb"), r#"Text("a\r\n\tb")"#);
    check(
        &FieldKind::LongText,
        &json!("a\0b"),
        "characters: takes text without control characters; only line breaks and tabs are kept",
    );
}

#[test]
fn numbers_are_exact_or_refused() {
    let kind = FieldKind::Number { scale: 2 };
    for (json, expect) in [
        (json!(12), "Number(1200)"),
        (json!(-12.5), "Number(-1250)"),
        (json!(0.1), "Number(10)"),
        (json!("12.50"), "Number(1250)"),
        (json!("12.500"), "Number(1250)"),
        (json!("1e2"), "Number(10000)"),
        (json!("92233720368547758.07"), "Number(9223372036854775807)"),
        (json!("-92233720368547758.08"), "Number(-9223372036854775808)"),
        (
            json!("92233720368547758.08"),
            "range: cannot hold `92233720368547758.08`; write a smaller number",
        ),
        (json!("1e999"), "range: cannot hold `1e999`; write a smaller number"),
        (
            json!("1.00000000000000000000000000000000000001"),
            "range: cannot hold `1.00000000000000000000000000000000000001`; write a smaller number",
        ),
        (json!(12.345), "scale: takes 2 digits after the point, not `12.345`; round it first"),
        (
            json!(1_234_567_890.123_456_7),
            "range: has more than 15 digits; write the number as text",
        ),
        (json!("1,200"), "type: takes a number such as `-12.5`, not `1,200`"),
        (json!("+1"), "type: takes a number such as `-12.5`, not `+1`"),
        (json!(".5"), "type: takes a number such as `-12.5`, not `.5`"),
        (json!("0x1F"), "type: takes a number such as `-12.5`, not `0x1F`"),
        (json!("NaN"), "type: takes a number such as `-12.5`, not `NaN`"),
        (json!(true), "type: takes a number, not `true`"),
    ] {
        check(&kind, &json, expect);
    }
    check(
        &FieldKind::Number { scale: 0 },
        &json!(1.5),
        "scale: takes whole numbers, not `1.5`; round it first",
    );
    check(
        &FieldKind::Percent { scale: 1 },
        &json!("12.25"),
        "scale: takes 1 digit after the point, not `12.25`; round it first",
    );
}

#[test]
fn money_needs_a_currency_and_keeps_its_minor_units() {
    let euro = FieldKind::Money { currency: "EUR".parse().ok() };
    let none = FieldKind::Money { currency: None };
    let refused = "type: takes an amount and a currency, not an object";
    for (kind, json, expect) in [
        (&none, json!({"amount": "12.50", "currency": "USD"}), "12.50 USD"),
        (
            &none,
            json!({"amount": 12.5, "currency": "JPY"}),
            "scale: takes whole numbers, not `12.5`; round it first",
        ),
        (&none, json!({"amount": "1.234", "currency": "KWD"}), "1.234 KWD"),
        (&none, json!("12.50 CNY"), "12.50 CNY"),
        (&euro, json!(12.5), "12.50 EUR"),
        (&euro, json!("-0.05"), "-0.05 EUR"),
        (&euro, json!({"amount": 3}), "3.00 EUR"),
        (&euro, json!(0.125), "scale: takes 2 digits after the point, not `0.125`; round it first"),
        (
            &none,
            json!(12),
            r#"currency: needs a currency; write {"amount": "12.50", "currency": "EUR"}"#,
        ),
        (
            &euro,
            json!({"amount": 1, "currency": "eur"}),
            "currency: has a wrong currency: `eur` is not a currency; write three capital letters such as `EUR` (ISO 4217)",
        ),
        (&euro, json!({"currency": "EUR"}), refused),
        (&euro, json!({"amount": 1, "currency": 2}), refused),
        (&euro, json!({"amount": 1, "tax": 2}), refused),
        (&euro, json!({"amount": [1]}), "type: takes a number, not a list"),
        (&euro, json!(true), "type: takes an amount and a currency, not `true`"),
    ] {
        let expect = match expect.split_once(' ') {
            Some((amount, code)) if code.len() == 3 => {
                let digits: String = amount.chars().filter(|c| *c != '.').collect();
                let minor: i64 = digits.parse().expect("the case has an amount");
                let currency = code.parse().expect("the case has a currency");
                format!("{:?}", FieldValue::Money(base::Money { minor, currency }))
            }
            _ => expect.to_owned(),
        };
        check(kind, &json, &expect);
    }
}

#[test]
fn an_amount_without_a_currency_keeps_the_one_that_is_held() {
    let field = field(FieldKind::Money { currency: "EUR".parse().ok() });
    let held = base::Money { minor: 100, currency: "USD".parse().expect("a currency") };
    let got = read(&field, &json!(2), &FieldValue::Money(held)).expect("an amount");
    assert_eq!(got, FieldValue::Money(base::Money { minor: 200, ..held }));
}

#[test]
fn dates_and_instants_are_iso_8601() {
    let date = "type: takes a date such as `2026-11-22`, not ";
    let beyond = |text: &str| {
        format!("range: takes the years 1 to 9999 in UTC, which `{text}` lies outside")
    };
    for (json, expect) in [
        (json!("1970-01-02"), "Date(1)".to_owned()),
        (json!("2024-02-29"), "Date(19782)".to_owned()),
        (json!("2023-02-29"), format!("{date}`2023-02-29`")),
        (json!("0001-01-01"), "Date(-719162)".to_owned()),
        (json!("9999-12-31"), "Date(2932896)".to_owned()),
        (json!("0000-01-01"), beyond("0000-01-01")),
        (json!("-0001-12-31"), beyond("-0001-12-31")),
        (json!("10000-01-01"), beyond("10000-01-01")),
        (json!("999999999-12-31"), beyond("999999999-12-31")),
        (json!("-999999999-01-01"), beyond("-999999999-01-01")),
        (json!("1000000000-01-01"), format!("{date}`1000000000-01-01`")),
        (json!("1900-02-29"), format!("{date}`1900-02-29`")),
        (json!("2000-02-29"), "Date(11016)".to_owned()),
        (json!("2026-1-2"), format!("{date}`2026-1-2`")),
        (json!("22.11.2026"), format!("{date}`22.11.2026`")),
        (json!("2026-11-22-01"), format!("{date}`2026-11-22-01`")),
        (json!(20_261_122), format!("{date}`20261122`")),
    ] {
        check(&FieldKind::Date, &json, &expect);
    }
    let instant = "type: takes an instant such as `2026-11-22T15:20:18Z` or `2026-11-22T16:20:18+01:00`, not ";
    for (json, expect) in [
        (json!("1970-01-01T00:00:01Z"), "DateTime(Timestamp(1000))".to_owned()),
        (json!("1970-01-01T01:00:00.5+01:00"), "DateTime(Timestamp(500))".to_owned()),
        (json!("1969-12-31T23:00:00-01:30"), "DateTime(Timestamp(1800000))".to_owned()),
        (json!("1970-01-01T00:00:00.120000Z"), "DateTime(Timestamp(120))".to_owned()),
        (
            json!("1970-01-01T00:00:00.0001Z"),
            "scale: keeps milliseconds; write at most 3 digits after the seconds".to_owned(),
        ),
        (json!("0001-01-01T00:00:00Z"), "DateTime(Timestamp(-62135596800000))".to_owned()),
        (json!("0001-01-01T00:00:00.000+00:01"), beyond("0001-01-01T00:00:00.000+00:01")),
        (json!("9999-12-31T23:59:59.999Z"), "DateTime(Timestamp(253402300799999))".to_owned()),
        (json!("9999-12-31T23:59:00-00:01"), beyond("9999-12-31T23:59:00-00:01")),
        (json!("10000-01-01T00:00:00Z"), beyond("10000-01-01T00:00:00Z")),
        (json!("-999999999-01-01T00:00:00+14:00"), beyond("-999999999-01-01T00:00:00+14:00")),
        (json!("2016-12-31T23:59:60Z"), format!("{instant}`2016-12-31T23:59:60Z`")),
        (json!("1970-01-01T00:00:00"), format!("{instant}`1970-01-01T00:00:00`")),
        (json!("1970-01-01T24:00:00Z"), format!("{instant}`1970-01-01T24:00:00Z`")),
        (json!("1970-01-01T00:00:00+99:00"), format!("{instant}`1970-01-01T00:00:00+99:00`")),
        (json!("1970-01-01"), format!("{instant}`1970-01-01`")),
        (json!("1970-01-01T00:00:00.Z"), format!("{instant}`1970-01-01T00:00:00.Z`")),
    ] {
        check(&FieldKind::DateTime, &json, &expect);
    }
}

#[test]
fn the_rest_is_taken_by_value() {
    let options = ["draft", "submitted"].map(|value| Choice {
        value: value.into(),
        label: Label::new(value, value),
        color: None,
        read_only: false,
    });
    let choice = FieldKind::Choice { options: options.to_vec() };
    let reference = FieldKind::Reference { object: "account".into() };
    for (kind, json, expect) in [
        (&FieldKind::Boolean, json!(true), "Boolean(true)"),
        (&FieldKind::Boolean, json!("false"), "Boolean(false)"),
        (&FieldKind::Boolean, json!(1), "type: takes `true` or `false`, not `1`"),
        (&choice, json!("draft"), r#"Text("draft")"#),
        (
            &choice,
            json!("Draft"),
            "not_an_option: has no option `Draft`; use one of `draft`, `submitted`",
        ),
        (&choice, json!(3), "type: takes the value of an option, not `3`"),
        (&reference, json!("17"), "Reference(Key(17))"),
        (&reference, json!(17), "type: takes the key of a record of `account` as text, not `17`"),
        (&reference, json!("-1"), "type: takes the key of a record of `account` as text, not `-1`"),
    ] {
        check(kind, &json, expect);
    }
}

/// Splits the cases into those that are taken and those that are not.
fn check_shape(kind: &FieldKind, taken: &[&str], refused: &[&str]) {
    let field = field(kind.clone());
    for text in taken {
        assert!(read(&field, &json!(text), &FieldValue::Null).is_ok(), "{text}");
    }
    for text in refused {
        let problem = read(&field, &json!(text), &FieldValue::Null).expect_err(text);
        assert_eq!(problem.code.as_str(), kind.type_name(), "{text}: {}", problem.message);
    }
}

#[test]
fn an_email_address_has_a_local_part_and_a_host_with_a_dot() {
    let taken = ["a@b.de", "anna.o'neil+crm@mail.example.com", "张伟@例子.中国"];
    let refused = [
        "a",
        "a@b",
        "@b.de",
        "a@",
        "a b@c.de",
        "a@b..de",
        ".a@b.de",
        "a.@b.de",
        "a..b@c.de",
        "a@-b.de",
        "a@b.de\r\nBcc: x@y.z",
        "a@b.de,c@d.de",
        "<a@b.de>",
        "a@b@c.de",
    ];
    check_shape(&FieldKind::Email, &taken, &refused);
}

#[test]
fn a_telephone_number_has_digits_and_the_usual_marks() {
    let taken = [
        "110",
        "+49 (30) 901820-0",
        "(555) 010-1234",
        "030/901820",
        "+86 10 8888 6666 x12",
        "+1 555 0100 ext. 7",
        "555.0100",
    ];
    let refused = [
        "12",
        "phone",
        "+",
        "++49 30 1",
        "49+30 1",
        "123456789012345678901",
        "555 x",
        "x12",
        "-555",
    ];
    check_shape(&FieldKind::Phone, &taken, &refused);
}

#[test]
fn a_web_address_is_http_with_a_host() {
    let taken = [
        "https://example.com",
        "http://localhost:8080/a?b=c#d",
        "https://例子.中国/路径",
        "https://example.com/a%20b",
    ];
    let refused = [
        "example.com",
        "javascript:alert(1)",
        "https://",
        "https:///x",
        "ftp://example.com",
        "https://a b.com",
        "https://user@example.com",
        "https://example.com:0",
        "https://x:99999",
        "https://example.com/\"onload",
        "HTTPS://example.com ",
    ];
    check_shape(&FieldKind::Url, &taken, &refused);
}
