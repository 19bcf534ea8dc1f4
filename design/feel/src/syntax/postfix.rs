//! Paths, filters and calls behind an operand.

use std::sync::Arc;

use super::{
    grammar::tallest,
    names,
    parser::{Parsed, Parser},
    token::Token,
    tree::{Kind, Node},
};
use crate::expression::Dialect;

/// The arguments of a call.
enum Arguments {
    Positional(Vec<Node>),
    Named(Vec<(Arc<str>, Node)>),
}

impl Parser<'_> {
    pub(super) fn postfix(&mut self) -> Parsed<Node> {
        let mut node = self.primary()?;
        loop {
            if self.is_symbol(".") {
                self.advance(1);
                let name = self.declared_name()?;
                let (span, below) = (node.span.to(self.last_span()), node.height);
                node = self.node(Kind::Path { base: node.into(), name }, span, below)?;
            } else if self.is_symbol("[") && !self.closes_range() {
                self.advance(1);
                let condition = self.expression()?;
                self.need_symbol("]")?;
                let (span, below) =
                    (node.span.to(self.last_span()), node.height.max(condition.height));
                node = self.node(
                    Kind::Filter { base: node.into(), condition: condition.into() },
                    span,
                    below,
                )?;
            } else if self.is_symbol("(") {
                node = self.call(node)?;
            } else {
                return Ok(node);
            }
        }
    }

    /// Whether the `[` here is the open end of `]1..5[`: nothing follows that could begin a condition.
    fn closes_range(&self) -> bool {
        match self.peek_at(1) {
            Token::End => true,
            Token::Symbol(symbol) => !matches!(*symbol, "(" | "[" | "{" | "-" | "?" | "]"),
            Token::Word => self.word_at(1).is_some_and(|word| {
                names::is_keyword(word)
                    && !matches!(word, "true" | "false" | "null" | "if" | "some" | "every" | "for")
            }),
            _ => false,
        }
    }

    fn call(&mut self, function: Node) -> Parsed<Node> {
        self.advance(1);
        let arguments = self.arguments()?;
        let span = function.span.to(self.last_span());
        match arguments {
            Arguments::Positional(arguments) => {
                let below = tallest(&arguments).max(function.height);
                self.node(Kind::Call { function: function.into(), arguments }, span, below)
            }
            Arguments::Named(arguments) => {
                let tallest = arguments.iter().map(|(_, value)| value.height).max().unwrap_or(0);
                let below = tallest.max(function.height);
                self.node(Kind::CallNamed { function: function.into(), arguments }, span, below)
            }
        }
    }

    fn arguments(&mut self) -> Parsed<Arguments> {
        if self.eat_symbol(")") {
            return Ok(Arguments::Positional(Vec::new()));
        }
        let named = self.named_ahead().is_some();
        let (mut by_position, mut by_name) = (Vec::new(), Vec::new());
        loop {
            if named {
                let Some((name, count)) = self.named_ahead() else {
                    return Err(self.unexpected("a parameter name"));
                };
                self.advance(count);
                by_name.push((name, self.expression()?));
            } else {
                by_position.push(self.expression()?);
            }
            if self.eat_symbol(")") {
                break;
            }
            self.need_symbol(",")?;
        }
        Ok(if named { Arguments::Named(by_name) } else { Arguments::Positional(by_position) })
    }

    /// The name in front of a colon, and the tokens up to behind the colon.
    fn named_ahead(&self) -> Option<(Arc<str>, usize)> {
        if let (Token::Quoted(name) | Token::String(name), true) =
            (self.peek(), self.is_symbol_at(1, ":"))
        {
            return Some((Arc::clone(name), 2));
        }
        let mark = usize::from(self.is_marked_name_at(0));
        let words = self.ahead().get(mark..)?;
        let count = words.iter().take_while(|lexeme| lexeme.token == Token::Word).count();
        if count == 0 || !self.is_symbol_at(mark + count, ":") {
            return None;
        }
        let name = names::joined(self.source, words.get(..count)?);
        let name = if mark == 0 { name } else { format!("?{name}") };
        Some((name.into(), mark + count + 1))
    }

    /// A name in reading position.
    pub(super) fn name(&mut self) -> Parsed<Node> {
        let start = self.span();
        let is_question = self.is_symbol("?");
        if !is_question && !matches!(self.peek(), Token::Word | Token::Quoted(_)) {
            return Err(self.unexpected("an expression"));
        }
        let blanks_allowed =
            matches!(self.peek(), Token::Quoted(_)) || self.dialect == Dialect::Standard;
        let words = names::words(self.source, self.ahead());
        let known =
            self.names.longest(self.source, self.ahead()).is_some_and(|(_, count)| count >= words);
        if self.word().is_some_and(names::is_keyword) && !known && !self.is_logic_function() {
            return Err(self.unexpected("an expression"));
        }
        let name = self.declared_name()?;
        let span = start.to(self.last_span());
        if words > 1
            && !blanks_allowed
            && !known
            && !self.is_symbol("(")
            && !crate::builtin::is_name(&name)
        {
            let message = format!(
                "`{name}` has blanks; write it in backticks, or an operator between the words"
            );
            return Err(self.problem(span, message));
        }
        self.node(Kind::Name(name), span, 0)
    }

    /// `and(..)` and `or(..)` are functions, too.
    fn is_logic_function(&self) -> bool {
        (self.is_word("and") || self.is_word("or")) && self.is_symbol_at(1, "(")
    }
}
