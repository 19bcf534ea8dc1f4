//! Which characters XML 1.0 (fifth edition) allows, and the references that stand for characters.

use std::borrow::Cow;

/// Whether the character may stand in a file at all (production 2, `Char`).
pub(crate) fn is_allowed(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Whether this is a name without a colon (Namespaces in XML, production 4, `NCName`).
pub(crate) fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(is_name_start) && characters.all(is_name_part)
}

fn is_name_start(character: char) -> bool {
    matches!(character,
        'A'..='Z' | '_' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}'
        | '\u{f8}'..='\u{2ff}' | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}'
        | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}'
        | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
        | '\u{10000}'..='\u{effff}')
}

fn is_name_part(character: char) -> bool {
    is_name_start(character)
        || matches!(character,
            '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

/// The character that `&name;` stands for: one of the five predefined entities, or `#` and a number.
pub(crate) fn reference(name: &str) -> Option<char> {
    let number = match name {
        "amp" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "apos" => return Some('\''),
        "quot" => return Some('"'),
        _ => name.strip_prefix('#')?,
    };
    let (digits, radix) = match number.strip_prefix('x') {
        Some(hexadecimal) => (hexadecimal, 16),
        None => (number, 10),
    };
    if !digits.starts_with(|first: char| first.is_digit(radix)) {
        return None;
    }
    u32::from_str_radix(digits, radix).ok().and_then(char::from_u32).filter(|&c| is_allowed(c))
}

/// The value of an attribute: references resolved, white space made spaces (XML 1.0, 3.3.3).
/// The error is what is wrong with it.
pub(crate) fn attribute_value(raw: &str) -> Result<Cow<'_, str>, String> {
    if raw.contains('<') {
        return Err("an attribute value holds `<`; write `&lt;`".to_owned());
    }
    if !raw.contains(['&', '\t', '\n', '\r']) {
        return Ok(Cow::Borrowed(raw));
    }
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, behind)) = rest.split_once('&') {
        push_with_spaces(&mut value, plain);
        let (name, after) =
            behind.split_once(';').ok_or_else(|| "`&` without `;`; write `&amp;`".to_owned())?;
        value.push(reference(name).ok_or_else(|| unknown_reference(name))?);
        rest = after;
    }
    push_with_spaces(&mut value, rest);
    Ok(Cow::Owned(value))
}

/// Says what to do about a reference that [`reference`] does not know.
pub(crate) fn unknown_reference(name: &str) -> String {
    let shown: String = name.chars().take(40).collect();
    format!(
        "`&{shown};` is neither a predefined entity (amp, lt, gt, apos, quot) nor a character \
         reference; write the character itself"
    )
}

fn push_with_spaces(value: &mut String, plain: &str) {
    value.extend(plain.chars().map(|c| if matches!(c, '\t' | '\n' | '\r') { ' ' } else { c }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_predefined_entities_and_character_references_are_known() {
        let cases = [
            ("amp", Some('&')),
            ("#65", Some('A')),
            ("#x1F600", Some('😀')),
            ("#xD800", None),
            ("#0", None),
            ("#+65", None),
            ("#x+41", None),
            ("#", None),
            ("#x", None),
            ("#99999999999", None),
            ("nbsp", None),
            ("", None),
        ];
        for (name, expect) in cases {
            assert_eq!(reference(name), expect, "&{name};");
        }
    }

    #[test]
    fn attribute_values_are_normalised() {
        let cases = [
            ("plain", Ok("plain")),
            ("a\n\tb", Ok("a  b")),
            ("a&#10;&amp;b", Ok("a\n&b")),
            ("a<b", Err("an attribute value holds `<`; write `&lt;`")),
            ("a&b", Err("`&` without `;`; write `&amp;`")),
        ];
        for (raw, expect) in cases {
            let found = attribute_value(raw);
            assert_eq!(found.as_deref().map_err(String::as_str), expect, "{raw}");
        }
    }

    #[test]
    fn names_follow_the_standard() {
        for (text, expect) in [
            ("a", true),
            ("_1", true),
            ("é.销-9", true),
            ("1a", false),
            ("", false),
            ("a:b", false),
        ] {
            assert_eq!(is_name(text), expect, "{text}");
        }
    }
}
