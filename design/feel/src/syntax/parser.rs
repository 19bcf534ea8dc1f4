//! The parser's state: where it stands, what it knows, how deep it is. The grammar itself is in the files beside.

use std::sync::Arc;

use super::{
    names::{self, Names},
    token::{Lexeme, Token, tokenize},
    tree::{Kind, Node, Tests, Type},
};
use crate::{
    expression::{Dialect, Options},
    problem::{CompileError, Problem, Span},
};

/// Brackets and keywords inside each other.
const MAX_NESTING: u16 = 64;
/// Levels of the tree, which long chains of paths and filters reach without nesting.
const MAX_HEIGHT: u16 = 160;
/// Bytes of one expression.
const MAX_SOURCE: usize = 1_000_000;

pub(super) type Parsed<T> = Result<T, Box<Problem>>;

pub(super) struct Parser<'a> {
    pub(super) source: &'a str,
    pub(super) dialect: Dialect,
    pub(super) names: Names,
    lexemes: Vec<Lexeme>,
    at: usize,
    nesting: u16,
}

/// Parses a whole text as an expression.
pub(crate) fn parse_expression(source: &str, options: &Options<'_>) -> Result<Node, CompileError> {
    run(source, options, |parser| {
        let node = parser.expression()?;
        parser.need_end()?;
        Ok(node)
    })
}

/// Parses a whole text as unary tests.
pub(crate) fn parse_unary_tests(
    source: &str,
    options: &Options<'_>,
) -> Result<Tests, CompileError> {
    run(source, options, |parser| {
        let tests = parser.unary_tests()?;
        parser.need_end()?;
        Ok(tests)
    })
}

/// Parses a whole text as a type.
pub(crate) fn parse_type(source: &str) -> Result<Type, CompileError> {
    run(source, &Options::default(), |parser| {
        let of = parser.type_name()?;
        parser.need_end()?;
        Ok(of)
    })
}

fn run<T>(
    source: &str,
    options: &Options<'_>,
    parse: impl FnOnce(&mut Parser<'_>) -> Parsed<T>,
) -> Result<T, CompileError> {
    let failed = |problem| CompileError::new(source, vec![problem]);
    if source.len() > MAX_SOURCE {
        let message = format!("the expression is longer than {MAX_SOURCE} bytes");
        return Err(failed(Problem { span: Span::default(), message }));
    }
    let lexemes = tokenize(source).map_err(failed)?;
    let names = Names::new(options.names);
    let mut parser = Parser { source, dialect: options.dialect, names, lexemes, at: 0, nesting: 0 };
    parse(&mut parser).map_err(|problem| failed(*problem))
}

impl Parser<'_> {
    pub(super) fn peek(&self) -> &Token {
        self.peek_at(0)
    }

    pub(super) fn peek_at(&self, ahead: usize) -> &Token {
        self.lexemes.get(self.at + ahead).map_or(&Token::End, |lexeme| &lexeme.token)
    }

    /// The lexemes from here on.
    pub(super) fn ahead(&self) -> &[Lexeme] {
        self.lexemes.get(self.at..).unwrap_or(&[])
    }

    pub(super) fn span(&self) -> Span {
        let end = Span::new(self.source.len(), self.source.len());
        self.lexemes.get(self.at).map_or(end, |lexeme| lexeme.span)
    }

    /// The span of what was read last.
    pub(super) fn last_span(&self) -> Span {
        let last = self.at.checked_sub(1).and_then(|at| self.lexemes.get(at));
        last.map_or_else(Span::default, |lexeme| lexeme.span)
    }

    pub(super) fn advance(&mut self, count: usize) {
        self.at = (self.at + count).min(self.lexemes.len());
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    pub(super) fn back_to(&mut self, position: usize) {
        self.at = position;
    }

    pub(super) fn is_symbol(&self, symbol: &str) -> bool {
        matches!(self.peek(), Token::Symbol(found) if *found == symbol)
    }

    pub(super) fn is_symbol_at(&self, ahead: usize, symbol: &str) -> bool {
        matches!(self.peek_at(ahead), Token::Symbol(found) if *found == symbol)
    }

    pub(super) fn eat_symbol(&mut self, symbol: &str) -> bool {
        let found = self.is_symbol(symbol);
        self.advance(usize::from(found));
        found
    }

    pub(super) fn need_symbol(&mut self, symbol: &str) -> Parsed<()> {
        if self.eat_symbol(symbol) { Ok(()) } else { Err(self.unexpected(&format!("`{symbol}`"))) }
    }

    pub(super) fn word(&self) -> Option<&str> {
        self.word_at(0)
    }

    pub(super) fn word_at(&self, ahead: usize) -> Option<&str> {
        let lexeme = self.lexemes.get(self.at + ahead)?;
        (lexeme.token == Token::Word).then(|| names::text(self.source, lexeme)).flatten()
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.word() == Some(word)
    }

    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.advance(usize::from(found));
        found
    }

    pub(super) fn need_word(&mut self, word: &str) -> Parsed<()> {
        if self.eat_word(word) { Ok(()) } else { Err(self.unexpected(&format!("`{word}`"))) }
    }

    fn need_end(&self) -> Parsed<()> {
        if *self.peek() == Token::End { Ok(()) } else { Err(self.unexpected("the end")) }
    }

    /// Parses something that may hold the whole language again, within the limit of nesting.
    pub(super) fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.nesting >= MAX_NESTING {
            let message =
                format!("nested more than {MAX_NESTING} levels deep; split the expression");
            return Err(self.problem(self.span(), message));
        }
        self.nesting += 1;
        let parsed = parse(self);
        self.nesting -= 1;
        parsed
    }

    /// A node above children of that height, within the limit.
    pub(super) fn node(&self, kind: Kind, span: Span, below: u16) -> Parsed<Node> {
        let height = below + 1;
        if height > MAX_HEIGHT {
            return Err(
                self.problem(span, format!("more than {MAX_HEIGHT} levels; split the expression"))
            );
        }
        Ok(Node { kind, span, height })
    }

    #[expect(
        clippy::unnecessary_box_returns,
        reason = "errors travel boxed, so that results stay small"
    )]
    pub(super) fn unexpected(&self, wanted: &str) -> Box<Problem> {
        let span = self.span();
        let found = match self.source.get(span.start..span.end) {
            Some(text) if !text.is_empty() => format!("`{text}`"),
            _ => "the end".to_owned(),
        };
        self.problem(span, format!("expected {wanted}, found {found}"))
    }

    #[expect(
        clippy::unnecessary_box_returns,
        clippy::unused_self,
        reason = "errors travel boxed, so that results stay small; reads like its neighbours"
    )]
    pub(super) fn problem(&self, span: Span, message: impl Into<String>) -> Box<Problem> {
        Box::new(Problem { span, message: message.into() })
    }

    /// A name in declaring position: an iterator, a parameter, a context key, the step of a path.
    pub(super) fn declared_name(&mut self) -> Parsed<Arc<str>> {
        if let Token::Quoted(name) = self.peek() {
            let name = Arc::clone(name);
            self.advance(1);
            return Ok(name);
        }
        let mark = usize::from(self.is_marked_name_at(0));
        let behind = self.ahead().get(mark..).unwrap_or(&[]);
        let words = names::words(self.source, behind);
        let known = self.names.longest(self.source, self.ahead());
        if let Some((name, count)) = known
            && count >= mark + words
        {
            self.advance(count);
            return Ok(name);
        }
        if words == 0 {
            return Err(self.unexpected("a name"));
        }
        let name = names::joined(self.source, behind.get(..words).unwrap_or(&[]));
        self.advance(mark + words);
        Ok(if mark == 0 { name.into() } else { format!("?{name}").into() })
    }

    /// Whether a name begins there with a question mark, as the standard's grammar allows (rule 28).
    pub(super) fn is_marked_name_at(&self, ahead: usize) -> bool {
        let pair = self.ahead().get(ahead..ahead + 2);
        self.dialect == Dialect::Standard
            && matches!(pair, Some([mark, word]) if mark.token == Token::Symbol("?")
                && word.token == Token::Word && mark.span.end == word.span.start)
    }
}
