//! Operands: literals, lists, contexts, ranges, brackets.

use std::sync::Arc;

use super::{
    grammar::tallest,
    names,
    parser::{Parsed, Parser},
    token::Token,
    tree::{CompareOp, End, Kind, Node},
};
use crate::{builtin::at_literal, decimal::Decimal, problem::Span, value::Value};

impl Parser<'_> {
    pub(super) fn primary(&mut self) -> Parsed<Node> {
        match self.peek() {
            Token::Number => self.number(),
            Token::String(text) => {
                let value = Value::String(Arc::clone(text));
                self.literal(value)
            }
            Token::At(text) => match at_literal(text, self.dialect) {
                Some(value) => self.literal(value),
                None => self.unreadable(&Arc::clone(text)),
            },
            Token::Symbol("(") => self.bracketed(),
            Token::Symbol("[" | "]") => self.list_or_range(),
            Token::Symbol("{") => self.context(),
            Token::Symbol("?") if !self.begins_known_name() => {
                let span = self.span();
                self.advance(1);
                self.node(Kind::Name("?".into()), span, 0)
            }
            Token::Word => self.word_operand(),
            _ => self.name(),
        }
    }

    fn word_operand(&mut self) -> Parsed<Node> {
        let constant = match self.word() {
            Some("null") => Some(Value::Null),
            Some("true") => Some(Value::Boolean(true)),
            Some("false") => Some(Value::Boolean(false)),
            _ => None,
        };
        // `true story` is a name where it is declared.
        if let Some(value) = constant
            && !self.begins_known_name()
        {
            return self.literal(value);
        }
        match self.keyword_expression() {
            Some(node) => node,
            None => self.name(),
        }
    }

    /// Whether a declared name of several tokens begins here.
    fn begins_known_name(&self) -> bool {
        self.names.longest(self.source, self.ahead()).is_some()
    }

    fn literal(&mut self, value: Value) -> Parsed<Node> {
        let span = self.span();
        self.advance(1);
        self.node(Kind::Literal(value), span, 0)
    }

    /// A literal that is no day or time that exists: null and a warning whenever it is evaluated.
    fn unreadable(&mut self, text: &Arc<str>) -> Parsed<Node> {
        let span = self.span();
        let function = self.node(Kind::Name("date and time".into()), span, 0)?;
        let text = self.literal(Value::String(Arc::clone(text)))?;
        self.node(Kind::Call { function: function.into(), arguments: vec![text] }, span, 1)
    }

    fn number(&mut self) -> Parsed<Node> {
        let span = self.span();
        let number =
            self.source.get(span.start..span.end).and_then(|text| text.parse::<Decimal>().ok());
        match number {
            Some(number) => self.literal(Value::Number(number)),
            None => Err(self.problem(span, "the number is out of range")),
        }
    }

    /// `(expression)`, `(1..5]` or `(< 5)`.
    fn bracketed(&mut self) -> Parsed<Node> {
        let start = self.span();
        self.advance(1);
        if let Some(op) = self.compare_op() {
            self.advance(1);
            let operand = self.nested(Self::sum)?;
            self.need_symbol(")")?;
            return self.half_range(op, operand, start);
        }
        let inner = self.expression()?;
        if self.is_symbol("..") {
            return self.range(End::Open(inner.into()), start);
        }
        self.need_symbol(")")?;
        Ok(Node { span: start.to(self.last_span()), ..inner })
    }

    /// `(< 5)`: a range with one end, also without brackets.
    pub(super) fn half_range(&mut self, op: CompareOp, operand: Node, start: Span) -> Parsed<Node> {
        let (span, below) = (start.to(self.last_span()), operand.height);
        let operand = Box::new(operand);
        let (start, end) = match op {
            CompareOp::Less => (End::Absent, End::Open(operand)),
            CompareOp::LessOrEqual => (End::Absent, End::Closed(operand)),
            CompareOp::Greater => (End::Open(operand), End::Absent),
            CompareOp::GreaterOrEqual => (End::Closed(operand), End::Absent),
            CompareOp::Equal | CompareOp::NotEqual => {
                return self.node(Kind::Passing { op, operand }, span, below);
            }
        };
        self.node(Kind::Range { start, end }, span, below)
    }

    /// `[a, b]`, `[1..5)` or `]1..5]`.
    fn list_or_range(&mut self) -> Parsed<Node> {
        let start = self.span();
        let open_start = self.is_symbol("]");
        self.advance(1);
        let mut items = Vec::new();
        while !self.is_symbol("]") || open_start {
            let item = self.expression()?;
            if items.is_empty() && self.is_symbol("..") {
                let item = Box::new(item);
                return self
                    .range(if open_start { End::Open(item) } else { End::Closed(item) }, start);
            }
            items.push(item);
            if open_start {
                return Err(self.unexpected("`..`"));
            }
            if !self.eat_symbol(",") {
                break;
            }
            if self.is_symbol("]") {
                return Err(self.unexpected("an expression"));
            }
        }
        self.need_symbol("]")?;
        let (span, below) = (start.to(self.last_span()), tallest(&items));
        self.node(Kind::List(items), span, below)
    }

    /// The rest of a range, from `..` on.
    pub(super) fn range(&mut self, from: End, start: Span) -> Parsed<Node> {
        self.need_symbol("..")?;
        let upper = self.nested(Self::sum)?;
        let below = upper.height.max(height(&from));
        let end = if self.eat_symbol("]") {
            End::Closed(upper.into())
        } else if self.eat_symbol(")") || self.eat_symbol("[") {
            End::Open(upper.into())
        } else {
            return Err(self.unexpected("`]` or `)`"));
        };
        let span = start.to(self.last_span());
        self.node(Kind::Range { start: from, end }, span, below)
    }

    fn context(&mut self) -> Parsed<Node> {
        let start = self.span();
        self.advance(1);
        let mut entries: Vec<(Arc<str>, Node)> = Vec::new();
        while !self.eat_symbol("}") {
            let name = self.context_key()?;
            self.names.add(&name);
            let value = self.expression()?;
            entries.push((name, value));
            if !self.is_symbol("}") {
                self.need_symbol(",")?;
                if self.is_symbol("}") {
                    return Err(self.unexpected("a name"));
                }
            }
        }
        let below = entries.iter().map(|(_, value)| value.height).max().unwrap_or(0);
        let span = start.to(self.last_span());
        self.node(Kind::Context(entries), span, below)
    }

    /// A key and its colon. A key may hold operators and keywords: it ends at the colon.
    fn context_key(&mut self) -> Parsed<Arc<str>> {
        if let (Token::String(name) | Token::Quoted(name), true) =
            (self.peek(), self.is_symbol_at(1, ":"))
        {
            let name = Arc::clone(name);
            self.advance(2);
            return Ok(name);
        }
        let ahead = self.ahead();
        let ends = |lexeme: &super::token::Lexeme| {
            lexeme.token == Token::Symbol(":") || names::text(self.source, lexeme).is_none()
        };
        if matches!(self.word(), Some("true" | "false" | "null")) && self.is_symbol_at(1, ":") {
            return Err(self.unexpected("a name, which a literal is not,"));
        }
        let count = ahead.iter().take(24).position(ends).unwrap_or(0);
        let starts_with_word = matches!(self.peek(), Token::Word | Token::Symbol("?"));
        if count == 0 || !starts_with_word || !self.is_symbol_at(count, ":") {
            return Err(self.unexpected("a name and `:`"));
        }
        let from = self.span().start;
        let to = ahead.get(count - 1).map_or(from, |lexeme| lexeme.span.end);
        let text = self.source.get(from..to).unwrap_or("");
        let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if ahead
            .iter()
            .take(count)
            .any(|lexeme| matches!(lexeme.token, Token::Symbol("," | "{" | "}" | "(" | ")")))
        {
            return Err(self.unexpected("a name and `:`"));
        }
        self.advance(count + 1);
        Ok(name.into())
    }
}

fn height(end: &End) -> u16 {
    match end {
        End::Open(node) | End::Closed(node) => node.height,
        End::Absent => 0,
    }
}
