//! Numbers as files write them whose columns are separated by semicolons: with a comma before the fraction,
//! as where such files come from, or with a point. What could be read in two ways is refused with what to
//! write, never guessed: `1.234` is a fraction here and a thousand there.

use std::borrow::Cow;

use super::Separator;
use crate::FieldKind;

/// How a number that can be misread is to be written instead: in backticks, as a message says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Misread {
    pub(super) write: String,
}

/// The text of a cell as a field of this kind reads it.
pub(super) fn spelled<'a>(
    text: &'a str,
    kind: &FieldKind,
    separator: Separator,
) -> Result<Cow<'a, str>, Misread> {
    let is_number = matches!(
        kind,
        FieldKind::Number { .. } | FieldKind::Percent { .. } | FieldKind::Money { .. }
    );
    if !is_number || separator != Separator::Semicolon {
        return Ok(text.into());
    }
    // Money may have its currency behind it.
    let (number, rest) = match text.split_once(' ') {
        Some((number, rest)) => (number, format!(" {rest}")),
        None => (text, String::new()),
    };
    let (sign, digits) = match number.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", number),
    };
    let parts: Vec<&str> = digits.split([',', '.']).collect();
    let is_digits = |part: &&str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit());
    if !parts.iter().all(is_digits) {
        return Ok(text.into());
    }
    match parts.as_slice() {
        [] | [_] => Ok(text.into()),
        [whole, fraction] if may_be_thousands(whole, fraction) => {
            let write =
                format!("`{sign}{whole}{fraction}{rest}` or `{sign}{whole},{fraction}0{rest}`");
            Err(Misread { write })
        }
        [whole, fraction] => Ok(format!("{sign}{whole}.{fraction}{rest}").into()),
        [groups @ .., last] => {
            let marks: Vec<char> = digits.chars().filter(|it| !it.is_ascii_digit()).collect();
            let ends_in_fraction = marks.last() != marks.first();
            let between = if ends_in_fraction { "," } else { "" };
            let write = format!("`{sign}{}{between}{last}{rest}`", groups.concat());
            Err(Misread { write })
        }
    }
}

/// Whether what stands on either side of a mark may be thousands as well as a whole and its fraction.
fn may_be_thousands(whole: &str, behind: &str) -> bool {
    behind.len() == 3 && whole.len() <= 3 && !whole.starts_with('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, separator: Separator, expect: &str) {
        let got = match spelled(text, &FieldKind::Number { scale: 2 }, separator) {
            Ok(text) => text.into_owned(),
            Err(Misread { write }) => format!("write {write}"),
        };
        assert_eq!(got, expect, "{text}");
    }

    #[test]
    fn a_comma_before_a_fraction_is_read_and_thousands_are_refused() {
        for (text, expect) in [
            ("12", "12"),
            ("12,5", "12.5"),
            ("-12,50", "-12.50"),
            ("12.5", "12.5"),
            ("0,125", "0.125"),
            ("1234,567", "1234.567"),
            ("12,50 EUR", "12.50 EUR"),
            ("1,234", "write `1234` or `1,2340`"),
            ("-1.234 EUR", "write `-1234 EUR` or `-1,2340 EUR`"),
            ("1.234,56", "write `1234,56`"),
            ("1,234.56", "write `1234,56`"),
            ("1.234.567", "write `1234567`"),
            ("1.234.567,8 EUR", "write `1234567,8 EUR`"),
            // What is no number at all is for the field to refuse.
            ("many", "many"),
            ("12,", "12,"),
            (",5", ",5"),
            ("1,2e3", "1,2e3"),
            ("", ""),
        ] {
            check(text, Separator::Semicolon, expect);
        }
    }

    #[test]
    fn other_files_and_other_fields_are_left_alone() {
        check("12,5", Separator::Comma, "12,5");
        check("1.234", Separator::Tab, "1.234");
        let text = FieldKind::Text { max: 20 };
        assert_eq!(spelled("1,234", &text, Separator::Semicolon), Ok("1,234".into()));
    }
}
