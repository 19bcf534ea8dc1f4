//! Names of several words. Words side by side are one name, since nothing else could stand between them; names that hold
//! operators or keywords are recognised because they are known to be in scope (DMN 1.5, 10.3.1.2).

use std::sync::{Arc, LazyLock};

use super::token::{Lexeme, Token};

/// Words that end a name of several words.
const KEYWORDS: [&str; 16] = [
    "for",
    "return",
    "if",
    "then",
    "else",
    "some",
    "every",
    "satisfies",
    "instance",
    "in",
    "between",
    "and",
    "or",
    "true",
    "false",
    "null",
];

/// Built-in names that hold keywords.
const SPECIAL: [&str; 4] =
    ["date and time", "years and months duration", "days and time duration", "get or else"];

/// The same cut into tokens, once.
static SPECIAL_NAMES: LazyLock<Vec<Known>> =
    LazyLock::new(|| SPECIAL.iter().filter_map(|name| Known::new(name)).collect());

/// A known name of several tokens.
#[derive(Debug)]
pub(super) struct Known {
    name: Arc<str>,
    tokens: Vec<String>,
}

impl Known {
    /// `None` for a name of one token, which needs no scope to be recognised.
    fn new(name: &str) -> Option<Self> {
        let lexemes = super::token::tokenize(name).ok()?;
        let tokens: Vec<String> =
            lexemes.iter().filter_map(|lexeme| text(name, lexeme)).map(str::to_owned).collect();
        (tokens.len() > 1).then(|| Self { name: name.into(), tokens })
    }
}

/// The known names of an expression. Names that come into scope are added; they are not taken out again, because the same
/// tokens mean the same name wherever it could be read.
pub(super) struct Names {
    known: Vec<Known>,
}

impl Names {
    pub(super) fn new(names: &[&str]) -> Self {
        let mut all = Self { known: Vec::new() };
        for name in names {
            all.add(name);
        }
        all
    }

    pub(super) fn add(&mut self, name: &str) {
        // A plain word needs no scope to be recognised.
        if name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_') {
            return;
        }
        if let Some(new) = Known::new(name)
            && !self.all().any(|known| known.tokens == new.tokens)
        {
            self.known.push(new);
        }
    }

    fn all(&self) -> impl Iterator<Item = &Known> {
        SPECIAL_NAMES.iter().chain(&self.known)
    }

    /// The longest known name that begins the lexemes, and how many of them it takes.
    pub(super) fn longest(&self, source: &str, lexemes: &[Lexeme]) -> Option<(Arc<str>, usize)> {
        let matches = |known: &&Known| {
            known.tokens.len() <= lexemes.len()
                && known
                    .tokens
                    .iter()
                    .zip(lexemes)
                    .all(|(token, lexeme)| text(source, lexeme) == Some(token))
        };
        let best = self.all().filter(matches).max_by_key(|known| known.tokens.len())?;
        Some((Arc::clone(&best.name), best.tokens.len()))
    }
}

/// The text of a lexeme that can be part of a name.
pub(super) fn text<'a>(source: &'a str, lexeme: &Lexeme) -> Option<&'a str> {
    match lexeme.token {
        Token::End | Token::String(_) | Token::At(_) | Token::Quoted(_) => None,
        _ => source.get(lexeme.span.start..lexeme.span.end),
    }
}

pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

/// How many of the lexemes are words that make one name: the first one, and those behind it that are no keywords.
pub(super) fn words(source: &str, lexemes: &[Lexeme]) -> usize {
    lexemes
        .iter()
        .enumerate()
        .take_while(|(index, lexeme)| {
            lexeme.token == Token::Word
                && (*index == 0 || text(source, lexeme).is_some_and(|word| !is_keyword(word)))
        })
        .count()
}

/// The words of lexemes joined by single blanks, which is how names are compared.
pub(super) fn joined(source: &str, lexemes: &[Lexeme]) -> String {
    let words: Vec<&str> = lexemes.iter().filter_map(|lexeme| text(source, lexeme)).collect();
    words.join(" ")
}

/// Whether two names are the same apart from blanks.
pub(crate) fn same_name(left: &str, right: &str) -> bool {
    let bare = |char: &char| !char.is_whitespace();
    left == right || left.chars().filter(bare).eq(right.chars().filter(bare))
}
