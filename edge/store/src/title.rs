//! The words of a title as the search compares them: folded to one case, so that `acme` finds `ACME`.
//! Chinese, Japanese and Korean are written without spaces: there, every character begins a word.

use std::collections::BTreeSet;

use records::ObjectDef;

/// Characters of a word that are kept.
const WORD_MAX: usize = 32;
/// Words of a title that are kept.
const WORDS_MAX: usize = 24;

/// Whether records of the object are found by their titles. A part is found through what it is part of.
pub(crate) fn is_searched(object: &ObjectDef) -> bool {
    object.part_of.is_none()
}

/// Whether records have other words, or none any more, because the object is defined anew.
pub(crate) fn words_change(before: &ObjectDef, object: &ObjectDef) -> bool {
    before.title != object.title || is_searched(before) != is_searched(object)
}

/// One case for comparing.
pub(crate) fn fold(text: &str) -> String {
    text.to_lowercase()
}

/// The words of a title, folded, without repetition.
pub(crate) fn words(title: &str) -> BTreeSet<String> {
    let folded = fold(title);
    let parts = folded.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.flat_map(beginnings).take(WORDS_MAX).collect()
}

/// The part itself, and what follows from each character that begins a word inside it.
fn beginnings(part: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut before = None;
    let mut chars = part.chars();
    while found.len() < WORDS_MAX {
        let rest = chars.as_str();
        let Some(first) = chars.next() else { break };
        if is_ideographic(first) || before.is_none_or(is_ideographic) {
            found.push(rest.chars().take(WORD_MAX).collect());
        }
        before = Some(first);
    }
    found
}

/// Whether the script of the character has no spaces between words: kana, Han, Hangul syllables.
fn is_ideographic(c: char) -> bool {
    matches!(
        u32::from(c),
        0x3040..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xac00..=0xd7a3 | 0xf900..=0xfaff
            | 0x2_0000..=0x3_ffff
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_found_by_the_beginning_of_each_word() {
        for (title, expect) in [
            ("ACME GmbH & Co. KG", "acme co gmbh kg"),
            ("SO-000017", "000017 so"),
            ("北京华瑞", "京华瑞 北京华瑞 华瑞 瑞"),
            ("Rondo北京 2", "2 rondo北京 京 北京"),
            ("Émile  émile", "émile"),
            ("", ""),
            ("-- !", ""),
        ] {
            let words: Vec<String> = words(title).into_iter().collect();
            assert_eq!(words.join(" "), expect, "{title}");
        }
    }

    #[test]
    fn a_long_title_has_a_bounded_number_of_bounded_words() {
        let words = words(&"长".repeat(10_000));
        assert!(words.len() <= WORDS_MAX);
        assert!(words.iter().all(|word| word.chars().count() <= WORD_MAX));
    }
}
