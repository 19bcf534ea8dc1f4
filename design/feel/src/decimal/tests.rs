//! Numbers: text, rounding, order, and arithmetic against whole numbers of any size.

use num_bigint::{BigInt, Sign};
use proptest::prelude::*;

use super::{Decimal, Rounding};

fn number(text: &str) -> Decimal {
    text.parse().unwrap_or_else(|_| panic!("{text} is a number"))
}

#[test]
fn a_number_is_read_and_written_plainly() {
    let cases = [
        ("0", "0"),
        ("-0", "0"),
        ("0.00", "0"),
        ("1.50", "1.5"),
        ("-.5", "-0.5"),
        ("1e3", "1000"),
        ("12E-4", "0.0012"),
        ("+7", "7"),
        ("9999999999999999999999999999999999", "9999999999999999999999999999999999"),
        ("99999999999999999999999999999999995", "100000000000000000000000000000000000"),
        ("12345678901234567890123456789012345", "12345678901234567890123456789012340"),
        ("12345678901234567890123456789012345.1", "12345678901234567890123456789012350"),
        ("0.1234567890123456789012345678901234500000001", "0.1234567890123456789012345678901235"),
    ];
    for (text, expect) in cases {
        assert_eq!(number(text).to_string(), expect, "{text}");
    }
    for wrong in ["", ".", "-", "1.2.3", "1e", "e5", "0x1", "1 ", "٣", "1e99999999999", "1e7000"] {
        assert!(wrong.parse::<Decimal>().is_err(), "{wrong}");
    }
}

type Operator = fn(Decimal, Decimal) -> Option<Decimal>;

#[test]
fn operators_round_to_34_digits_and_refuse_what_has_no_result() {
    let (mul, div, add) = (Decimal::checked_mul, Decimal::checked_div, Decimal::checked_add);
    let cases: [(Operator, &str, &str, Option<&str>); 14] = [
        (add, "0.1", "0.2", Some("0.3")),
        (add, "1e33", "0.5", Some("1000000000000000000000000000000000")),
        (add, "1e33", "0.51", Some("1000000000000000000000000000000001")),
        (add, "1e34", "-0.0001", Some("10000000000000000000000000000000000")),
        (add, "1e6144", "9e6144", None),
        (mul, "1.1", "1.1", Some("1.21")),
        (
            mul,
            "9999999999999999999",
            "9999999999999999999",
            Some("99999999999999999980000000000000000000"),
        ),
        (mul, "1e4000", "1e4000", None),
        (mul, "1e-4000", "1e-4000", Some("0")),
        (div, "1", "3", Some("0.3333333333333333333333333333333333")),
        (div, "2", "3", Some("0.6666666666666666666666666666666667")),
        (div, "10", "4", Some("2.5")),
        (div, "1", "0", None),
        (div, "6", "1e-3", Some("6000")),
    ];
    for (op, left, right, expect) in cases {
        let found = op(number(left), number(right)).map(|value| value.to_string());
        assert_eq!(found.as_deref(), expect, "{left}, {right}");
    }
}

#[test]
fn a_number_is_rounded_in_every_mode() {
    use Rounding::{Ceiling, Down, Floor, HalfDown, HalfEven, HalfUp, Up};
    let modes = [HalfEven, HalfUp, HalfDown, Up, Down, Floor, Ceiling];
    let cases = [
        ("2.5", 0, ["2", "3", "2", "3", "2", "2", "3"]),
        ("-2.5", 0, ["-2", "-3", "-2", "-3", "-2", "-3", "-2"]),
        ("1.1", 0, ["1", "1", "1", "2", "1", "1", "2"]),
        ("0.015", 2, ["0.02", "0.02", "0.01", "0.02", "0.01", "0.01", "0.02"]),
        ("1250", -2, ["1200", "1300", "1200", "1300", "1200", "1200", "1300"]),
        ("0.0001", 0, ["0", "0", "0", "1", "0", "0", "1"]),
        ("7", 3, ["7"; 7]),
    ];
    for (text, scale, expect) in cases {
        for (mode, expect) in modes.iter().zip(expect) {
            let found = number(text).round(scale, *mode).map(|value| value.to_string());
            assert_eq!(found.as_deref(), Some(expect), "{text} at {scale}, {mode:?}");
        }
    }
}

#[test]
fn a_number_fits_a_field_or_not() {
    assert_eq!(number("12.345").to_scaled(2), Some(1234));
    assert_eq!(number("12.355").to_scaled(2), Some(1236));
    assert_eq!(number("1e30").to_scaled(2), None);
    assert_eq!(Decimal::from_scaled(1999, 2).to_string(), "19.99");
    assert_eq!(number("5.0").to_i64(), Some(5));
    assert_eq!(number("5.1").to_i64(), None);
    assert_eq!(number("9223372036854775808").to_i64(), None);
}

#[test]
fn functions_are_exact_where_they_can_be() {
    let shown = |value: Option<Decimal>| value.map(|value| value.to_string());
    let cases = [
        (number("16").sqrt(), Some("4")),
        (number("0.25").sqrt(), Some("0.5")),
        (number("2").sqrt(), Some("1.414213562373095048801688724209698")),
        (number("-1").sqrt(), None),
        (number("2").checked_pow(number("10")), Some("1024")),
        (number("2").checked_pow(number("-2")), Some("0.25")),
        (number("4").checked_pow(number("0.5")), Some("2")),
        (number("0").ln(), None),
        (number("1").ln(), Some("0")),
        (number("0").exp(), Some("1")),
        (number("1e6000").checked_pow(number("2")), None),
        (number("7").checked_modulo(number("-3")), Some("-2")),
        (number("-7.5").checked_modulo(number("2")), Some("0.5")),
        (number("1").checked_modulo(number("0")), None),
    ];
    for (index, (found, expect)) in cases.into_iter().enumerate() {
        assert_eq!(shown(found).as_deref(), expect, "case {index}");
    }
    let e = number("1").exp().unwrap().to_string();
    assert!(e.starts_with("2.71828182845904523536028747135266"), "{e}");
    let ten = number("10").ln().unwrap().to_string();
    assert!(ten.starts_with("2.30258509299404568401799145468436"), "{ten}");
}

/// A whole number over a power of ten.
#[derive(Clone, Debug)]
struct Exact(BigInt, i32);

/// Rounds `number / 10^scale` (plus something small, if `more`) to 34 digits half to even.
fn rounded(value: &BigInt, scale: i32, more: bool) -> Exact {
    let text = value.magnitude().to_string();
    let excess = text.len().saturating_sub(34);
    let unit = BigInt::from(10).pow(u32::try_from(excess).unwrap());
    let magnitude = BigInt::from_biguint(Sign::Plus, value.magnitude().clone());
    let (quotient, rest) = (&magnitude / &unit, &magnitude % &unit);
    let twice = &rest * 2;
    let odd = &quotient % 2 == BigInt::from(1);
    let up = excess > 0 && (twice > unit || (twice == unit && (more || odd)));
    let result = if up { quotient + 1 } else { quotient };
    let signed = if value.sign() == Sign::Minus { -result } else { result };
    Exact(signed, scale - i32::try_from(excess).unwrap())
}

fn same(found: Decimal, expect: &Exact) -> bool {
    let ten = |power: i32| BigInt::from(10).pow(u32::try_from(power).unwrap());
    let scale = found.scale.max(expect.1);
    BigInt::from(found.coefficient()) * ten(scale - found.scale)
        == &expect.0 * ten(scale - expect.1)
}

fn any_decimal() -> impl Strategy<Value = Decimal> {
    let limit = 10_i128.pow(34) - 1;
    let coefficient = prop_oneof![
        -1000_i128..1000,
        -limit..=limit,
        (-limit / 7..=limit / 7).prop_map(|value| value * 5)
    ];
    (coefficient, -40..40_i32).prop_map(|(coefficient, scale)| Decimal::raw(coefficient, scale))
}

#[test]
fn a_root_next_to_a_tie_rounds_as_the_exact_root_does() {
    let cases = [
        (
            "140007115536031459107499443649360100000000000000000000",
            "374175247091561976170908825.7367249",
        ),
        ("2", "1.414213562373095048801688724209698"),
        ("0.0625", "0.25"),
        ("1e6144", "1e3072"),
        ("1e-6176", "1e-3088"),
        ("9999999999999999999999999999999999", "99999999999999999.99999999999999999"),
    ];
    for (value, expect) in cases {
        assert_eq!(number(value).sqrt(), Some(number(expect)), "{value}");
    }
    assert_eq!(number("-1").sqrt(), None);
}

proptest! {
    #[test]
    fn a_sum_is_the_rounded_exact_sum(left in any_decimal(), right in any_decimal()) {
        let scale = left.scale.max(right.scale);
        let aligned = |value: Decimal| {
            BigInt::from(value.coefficient()) * BigInt::from(10).pow(scale.abs_diff(value.scale))
        };
        let expect = rounded(&(aligned(left) + aligned(right)), scale, false);
        prop_assert!(same(left.checked_add(right).unwrap(), &expect));
    }

    #[test]
    fn a_product_is_the_rounded_exact_product(left in any_decimal(), right in any_decimal()) {
        let exact = BigInt::from(left.coefficient()) * BigInt::from(right.coefficient());
        let expect = rounded(&exact, left.scale + right.scale, false);
        prop_assert!(same(left.checked_mul(right).unwrap(), &expect));
    }

    #[test]
    fn a_quotient_is_the_rounded_exact_quotient(left in any_decimal(), right in any_decimal()) {
        prop_assume!(!right.is_zero());
        let shifted = BigInt::from(left.coefficient()) * BigInt::from(10).pow(80);
        let divisor = BigInt::from(right.coefficient());
        let more = &shifted % &divisor != BigInt::from(0);
        let expect = rounded(&(&shifted / &divisor), left.scale - right.scale + 80, more);
        prop_assert!(same(left.checked_div(right).unwrap(), &expect));
    }

    #[test]
    fn a_root_is_the_rounded_exact_root(value in any_decimal()) {
        let value = value.abs();
        let lift = 200 + value.scale.rem_euclid(2);
        let lifted = BigInt::from(value.coefficient()) * BigInt::from(10).pow(lift.unsigned_abs());
        let root = lifted.sqrt();
        let more = &root * &root != lifted;
        let expect = rounded(&root, i32::midpoint(value.scale, lift), more);
        prop_assert!(same(value.sqrt().unwrap(), &expect), "{value}");
    }

    #[test]
    fn order_is_that_of_the_exact_values(left in any_decimal(), right in any_decimal()) {
        let scale = left.scale.max(right.scale);
        let aligned = |value: Decimal| {
            BigInt::from(value.coefficient()) * BigInt::from(10).pow(scale.abs_diff(value.scale))
        };
        prop_assert_eq!(left.cmp(&right), aligned(left).cmp(&aligned(right)));
    }

    #[test]
    fn a_number_survives_its_text_and_its_stored_form(value in any_decimal()) {
        prop_assert_eq!(number(&value.to_string()), value);
        let bytes = postcard::to_allocvec(&value).unwrap();
        prop_assert_eq!(postcard::from_bytes::<Decimal>(&bytes).unwrap(), value);
    }
}
