//! The tokens of FEEL. Words are single: names of several words are put together by the parser, which knows the scope.

use std::sync::Arc;

use crate::problem::{Problem, Span};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Word,
    /// A name in backticks.
    Quoted(Arc<str>),
    Number,
    String(Arc<str>),
    /// `@"2024-01-01"`
    At(Arc<str>),
    /// One or two characters, like `+` or `>=`.
    Symbol(&'static str),
    /// A character that FEEL has no use for outside of names.
    Other(char),
    End,
}

#[derive(Clone, Debug)]
pub(super) struct Lexeme {
    pub(super) token: Token,
    pub(super) span: Span,
}

/// Longer ones first.
const SYMBOLS: [&str; 30] = [
    "..", "**", "<=", ">=", "!=", "->", "==", "=", "<", ">", "+", "-", "*", "/", "(", ")", "[",
    "]", "{", "}", ",", ":", ".", "?", "'", "|", "%", "^", ";", "!",
];

/// Cuts a text into tokens; the last one is `End`.
pub(super) fn tokenize(source: &str) -> Result<Vec<Lexeme>, Problem> {
    let mut lexer = Lexer { source, at: 0 };
    let mut lexemes = Vec::new();
    loop {
        lexer.skip_blanks()?;
        let start = lexer.at;
        let token = lexer.next()?;
        let end = token == Token::End;
        lexemes.push(Lexeme { token, span: Span::new(start, lexer.at) });
        if end {
            return Ok(lexemes);
        }
    }
}

struct Lexer<'a> {
    source: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|char| !wanted(char)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or("")
    }

    fn skip_blanks(&mut self) -> Result<(), Problem> {
        loop {
            self.take_while(is_blank);
            if self.rest().starts_with("//") {
                self.take_while(|char| char != '\n');
            } else if self.rest().starts_with("/*") {
                let start = self.at;
                let Some(length) = self.rest().find("*/") else {
                    return Err(self.problem(start, "the comment has no end; write `*/` behind it"));
                };
                self.at += length + 2;
            } else {
                return Ok(());
            }
        }
    }

    fn next(&mut self) -> Result<Token, Problem> {
        let start = self.at;
        let Some(first) = self.peek() else { return Ok(Token::End) };
        let second = self.rest().chars().nth(1);
        if first.is_ascii_digit()
            || (first == '.' && second.is_some_and(|char| char.is_ascii_digit()))
        {
            self.number();
            return Ok(Token::Number);
        }
        if is_name_start(first) {
            self.take_while(is_name_part);
            return Ok(Token::Word);
        }
        match first {
            '"' => self.string().map(Token::String),
            '@' if second == Some('"') => {
                self.at += 1;
                self.string().map(Token::At)
            }
            '`' => {
                self.at += 1;
                let name = self.take_while(|char| char != '`');
                if self.peek().is_none() {
                    return Err(
                        self.problem(start, "the name has no end; write a backtick behind it")
                    );
                }
                self.at += 1;
                let words: Vec<&str> = name.split_whitespace().collect();
                Ok(Token::Quoted(words.join(" ").into()))
            }
            _ => Ok(self.symbol(first)),
        }
    }

    fn symbol(&mut self, first: char) -> Token {
        match SYMBOLS.iter().find(|symbol| self.rest().starts_with(**symbol)) {
            Some(symbol) => {
                self.at += symbol.len();
                Token::Symbol(symbol)
            }
            None => {
                self.at += first.len_utf8();
                Token::Other(first)
            }
        }
    }

    fn number(&mut self) {
        self.take_while(|char| char.is_ascii_digit());
        let rest = self.rest();
        // `1..5` is a range: the point belongs to the number only where a digit follows.
        let mut following = rest.chars();
        if following.next() == Some('.')
            && following.next().is_some_and(|char| char.is_ascii_digit())
        {
            self.at += 1;
            self.take_while(|char| char.is_ascii_digit());
        }
        let exponent = self.rest().strip_prefix(['e', 'E']);
        if let Some(exponent) = exponent {
            let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            let digit = digits.starts_with(|char: char| char.is_ascii_digit());
            if digit {
                self.at += 1 + exponent.len() - digits.len();
                self.take_while(|char| char.is_ascii_digit());
            }
        }
    }

    fn string(&mut self) -> Result<Arc<str>, Problem> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            text.push_str(self.take_while(|char| char != '"' && char != '\\'));
            match self.peek() {
                Some('"') => {
                    self.at += 1;
                    return Ok(text.into());
                }
                Some(_) => self.escape(&mut text),
                None => {
                    return Err(self.problem(
                        start,
                        "the string has no end; write a quotation mark behind it",
                    ));
                }
            }
        }
    }

    /// Reads what follows a backslash; an unknown escape stays as it is written, so that patterns need no doubling.
    fn escape(&mut self, text: &mut String) {
        let mut chars = self.rest().chars();
        chars.next();
        let Some(kind) = chars.next() else {
            text.push('\\');
            self.at += 1;
            return;
        };
        let plain = match kind {
            '"' | '\'' | '\\' => Some(kind),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            _ => None,
        };
        if let Some(plain) = plain {
            text.push(plain);
            self.at += 2;
            return;
        }
        let length = match kind {
            'u' => 4,
            'U' => 6,
            _ => 0,
        };
        match self.hexadecimal(2, length) {
            Some(code) => {
                self.at += 2 + length;
                text.push(self.character(code));
            }
            None => {
                text.push('\\');
                text.push(kind);
                self.at += 1 + kind.len_utf8();
            }
        }
    }

    fn hexadecimal(&self, skip: usize, length: usize) -> Option<u32> {
        let digits = self.rest().get(skip..skip + length).filter(|digits| !digits.is_empty())?;
        u32::from_str_radix(digits, 16).ok()
    }

    /// The character of a code unit; the second half of a surrogate pair is read with the first.
    fn character(&mut self, code: u32) -> char {
        if (0xD800..0xDC00).contains(&code)
            && self.rest().starts_with("\\u")
            && let Some(low) = self.hexadecimal(2, 4)
            && (0xDC00..0xE000).contains(&low)
        {
            self.at += 6;
            return char::from_u32(0x1_0000 + ((code - 0xD800) << 10) + (low - 0xDC00))
                .unwrap_or('\u{FFFD}');
        }
        char::from_u32(code).unwrap_or('\u{FFFD}')
    }

    fn problem(&self, start: usize, message: &str) -> Problem {
        Problem { span: Span::new(start, self.source.len()), message: message.to_owned() }
    }
}

fn is_blank(char: char) -> bool {
    char.is_whitespace() || matches!(char, '\u{FEFF}' | '\u{180E}' | '\u{200B}')
}

fn is_name_start(char: char) -> bool {
    char.is_alphabetic() || char == '_' || char == '$' || is_name_symbol(char)
}

fn is_name_part(char: char) -> bool {
    is_name_start(char)
        || char.is_ascii_digit()
        || char.is_numeric()
        || matches!(char, '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// The ranges of DMN's grammar rule 28 that are not alphabetic, mostly symbols and pictographs.
fn is_name_symbol(char: char) -> bool {
    matches!(char, '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{1_0000}'..='\u{E_FFFF}')
}
