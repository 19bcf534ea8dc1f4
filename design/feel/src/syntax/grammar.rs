//! The operators, from the loosest to the tightest binding (DMN 1.5, 10.3.1.2, rules 1 to 51).

use std::sync::Arc;

use super::{
    names,
    parser::{Parsed, Parser},
    token::Token,
    tree::{ArithmeticOp, CompareOp, Iterator, Kind, Node, Parameter, Quantifier, Source},
};
use crate::{expression::Dialect, problem::Span};

impl Parser<'_> {
    /// Anything. In the standard that is also a test like `> 5`: the range of what passes it (rule 2).
    pub(super) fn expression(&mut self) -> Parsed<Node> {
        match self.compare_op() {
            Some(op) if self.dialect == Dialect::Standard => self.nested(|parser| {
                let start = parser.span();
                parser.advance(1);
                let operand = parser.sum()?;
                parser.half_range(op, operand, start)
            }),
            _ => self.nested(Self::disjunction),
        }
    }

    fn disjunction(&mut self) -> Parsed<Node> {
        let first = self.conjunction()?;
        if !self.is_word("or") {
            return Ok(first);
        }
        let mut operands = vec![first];
        while self.eat_word("or") {
            operands.push(self.conjunction()?);
        }
        self.operands(operands, Kind::Or)
    }

    fn conjunction(&mut self) -> Parsed<Node> {
        let first = self.comparison()?;
        if !self.is_word("and") {
            return Ok(first);
        }
        let mut operands = vec![first];
        while self.eat_word("and") {
            operands.push(self.comparison()?);
        }
        self.operands(operands, Kind::And)
    }

    fn operands(&self, operands: Vec<Node>, kind: fn(Vec<Node>) -> Kind) -> Parsed<Node> {
        let (span, below) = (cover(&operands), tallest(&operands));
        self.node(kind(operands), span, below)
    }

    fn comparison(&mut self) -> Parsed<Node> {
        let mut left = self.arithmetic(Level::Sum)?;
        loop {
            if let Some(op) = self.compare_op() {
                self.advance(1);
                let right = self.arithmetic(Level::Sum)?;
                let (span, below) = (left.span.to(right.span), left.height.max(right.height));
                left = self.node(
                    Kind::Compare { op, left: left.into(), right: right.into() },
                    span,
                    below,
                )?;
            } else if self.eat_word("between") {
                left = self.between(left)?;
            } else if self.eat_word("in") {
                left = self.membership(left)?;
            } else if self.is_instance_of() {
                left = self.instance_of(left)?;
            } else {
                return Ok(left);
            }
        }
    }

    pub(super) fn compare_op(&self) -> Option<CompareOp> {
        let Token::Symbol(symbol) = self.peek() else { return None };
        match *symbol {
            "=" => Some(CompareOp::Equal),
            "!=" => Some(CompareOp::NotEqual),
            "<" => Some(CompareOp::Less),
            "<=" => Some(CompareOp::LessOrEqual),
            ">" => Some(CompareOp::Greater),
            ">=" => Some(CompareOp::GreaterOrEqual),
            _ => None,
        }
    }

    fn between(&mut self, value: Node) -> Parsed<Node> {
        let low = self.arithmetic(Level::Sum)?;
        self.need_word("and")?;
        let high = self.arithmetic(Level::Sum)?;
        let (span, below) =
            (value.span.to(high.span), value.height.max(low.height).max(high.height));
        self.node(
            Kind::Between { value: value.into(), low: low.into(), high: high.into() },
            span,
            below,
        )
    }

    fn membership(&mut self, value: Node) -> Parsed<Node> {
        let tests = self.tests_of_in()?;
        let below =
            tests.iter().map(|test| test.node().height).max().unwrap_or(0).max(value.height);
        let span = value.span.to(self.last_span());
        self.node(Kind::In { value: value.into(), tests }, span, below)
    }

    pub(super) fn sum(&mut self) -> Parsed<Node> {
        self.arithmetic(Level::Sum)
    }

    fn arithmetic(&mut self, level: Level) -> Parsed<Node> {
        let first = self.tighter(level)?;
        let Some(mut op) = self.arithmetic_op(level) else { return Ok(first) };
        let (mut span, mut below, mut rest) = (first.span, first.height, Vec::new());
        loop {
            self.advance(1);
            let operand = self.tighter(level)?;
            (span, below) = (span.to(operand.span), below.max(operand.height));
            rest.push((op, operand));
            match self.arithmetic_op(level) {
                Some(next) => op = next,
                None => {
                    return self.node(Kind::Arithmetic { first: first.into(), rest }, span, below);
                }
            }
        }
    }

    fn tighter(&mut self, level: Level) -> Parsed<Node> {
        match level {
            Level::Sum => self.arithmetic(Level::Product),
            Level::Product => self.arithmetic(Level::Power),
            Level::Power => self.negation(),
        }
    }

    fn arithmetic_op(&self, level: Level) -> Option<ArithmeticOp> {
        let Token::Symbol(symbol) = self.peek() else { return None };
        match (level, *symbol) {
            (Level::Sum, "+") => Some(ArithmeticOp::Add),
            (Level::Sum, "-") => Some(ArithmeticOp::Subtract),
            (Level::Product, "*") => Some(ArithmeticOp::Multiply),
            (Level::Product, "/") => Some(ArithmeticOp::Divide),
            (Level::Power, "**") => Some(ArithmeticOp::Power),
            _ => None,
        }
    }

    fn negation(&mut self) -> Parsed<Node> {
        let start = self.span();
        if !self.eat_symbol("-") {
            return self.instance();
        }
        let operand = self.nested(Self::negation)?;
        let (span, below) = (start.to(operand.span), operand.height);
        self.node(Kind::Negate(operand.into()), span, below)
    }

    /// In the standard `instance of` binds tighter than arithmetic, in Camunda's FEEL like a comparison.
    fn instance(&mut self) -> Parsed<Node> {
        let value = self.postfix()?;
        if self.dialect == Dialect::Standard && self.is_instance_of() {
            self.instance_of(value)
        } else {
            Ok(value)
        }
    }

    fn is_instance_of(&self) -> bool {
        self.is_word("instance") && self.word_at(1) == Some("of")
    }

    fn instance_of(&mut self, value: Node) -> Parsed<Node> {
        self.advance(2);
        let of = self.type_name()?;
        let (span, below) = (value.span.to(self.last_span()), value.height);
        self.node(Kind::InstanceOf { value: value.into(), of }, span, below)
    }

    /// `if`, `for`, `some`, `every`, `function`: they begin with their word and reach as far to the right as they can.
    pub(super) fn keyword_expression(&mut self) -> Option<Parsed<Node>> {
        let followed_by_name =
            matches!(self.peek_at(1), Token::Word | Token::Quoted(_)) || self.is_marked_name_at(1);
        match self.word()? {
            "if" => Some(self.conditional()),
            "for" if followed_by_name => Some(self.iteration()),
            "some" if followed_by_name => Some(self.quantified(Quantifier::Some)),
            "every" if followed_by_name => Some(self.quantified(Quantifier::Every)),
            "function" if self.is_symbol_at(1, "(") => Some(self.function_definition()),
            _ => None,
        }
    }

    fn conditional(&mut self) -> Parsed<Node> {
        let start = self.span();
        self.advance(1);
        let condition = self.expression()?;
        self.need_word("then")?;
        let then = self.expression()?;
        self.need_word("else")?;
        let otherwise = self.expression()?;
        let below = condition.height.max(then.height).max(otherwise.height);
        let span = start.to(otherwise.span);
        let kind = Kind::If {
            condition: condition.into(),
            then: then.into(),
            otherwise: otherwise.into(),
        };
        self.node(kind, span, below)
    }

    fn iteration(&mut self) -> Parsed<Node> {
        let start = self.span();
        self.advance(1);
        let iterators = self.iterators()?;
        self.need_word("return")?;
        let body = self.expression()?;
        let (span, below) = (start.to(body.span), body.height.max(tallest_source(&iterators)));
        self.node(Kind::For { iterators, body: body.into() }, span, below)
    }

    fn quantified(&mut self, quantifier: Quantifier) -> Parsed<Node> {
        let start = self.span();
        self.advance(1);
        let iterators = self.iterators()?;
        self.need_word("satisfies")?;
        let condition = self.expression()?;
        let (span, below) =
            (start.to(condition.span), condition.height.max(tallest_source(&iterators)));
        self.node(
            Kind::Quantified { quantifier, iterators, condition: condition.into() },
            span,
            below,
        )
    }

    fn iterators(&mut self) -> Parsed<Vec<Iterator>> {
        let mut iterators = Vec::new();
        loop {
            let name = self.declared_until("in")?;
            self.need_word("in")?;
            self.names.add(&name);
            let from = self.expression()?;
            let source = if self.eat_symbol("..") {
                Source::Span { from, to: self.expression()? }
            } else {
                Source::List(from)
            };
            iterators.push(Iterator { name, source });
            if !self.eat_symbol(",") {
                return Ok(iterators);
            }
        }
    }

    /// A new name, which may hold operators, up to a word that cannot be part of it.
    fn declared_until(&mut self, end: &str) -> Parsed<Arc<str>> {
        if matches!(self.peek(), Token::Quoted(_)) {
            return self.declared_name();
        }
        let ahead = self.ahead();
        let stop = |lexeme: &super::token::Lexeme| {
            names::text(self.source, lexeme).is_none_or(|text| text == end)
        };
        let count = ahead.iter().position(stop).unwrap_or(0);
        if count == 0 || count > 16 {
            return Err(self.unexpected("a name"));
        }
        let first = ahead.first().map_or_else(Span::default, |lexeme| lexeme.span);
        let last = ahead.get(count - 1).map_or(first, |lexeme| lexeme.span);
        let text = self.source.get(first.start..last.end).unwrap_or("");
        let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.advance(count);
        Ok(name.into())
    }

    fn function_definition(&mut self) -> Parsed<Node> {
        let start = self.span();
        self.advance(1);
        self.need_symbol("(")?;
        let mut parameters = Vec::new();
        while !self.eat_symbol(")") {
            let name = self.declared_name()?;
            self.names.add(&name);
            let of = if self.eat_symbol(":") { Some(self.type_name()?) } else { None };
            parameters.push(Parameter { name, of });
            if !self.is_symbol(")") {
                self.need_symbol(",")?;
            }
        }
        let external = self.eat_word("external");
        let body = self.expression()?;
        let (span, below) = (start.to(body.span), body.height);
        let kind = if external {
            Kind::External { parameters, target: body.into() }
        } else {
            Kind::Function { parameters, body: body.into() }
        };
        self.node(kind, span, below)
    }
}

/// The levels of arithmetic.
#[derive(Clone, Copy)]
enum Level {
    Sum,
    Product,
    Power,
}

pub(super) fn tallest(nodes: &[Node]) -> u16 {
    nodes.iter().map(|node| node.height).max().unwrap_or(0)
}

fn tallest_source(iterators: &[Iterator]) -> u16 {
    let height = |iterator: &Iterator| match &iterator.source {
        Source::List(list) => list.height,
        Source::Span { from, to } => from.height.max(to.height),
    };
    iterators.iter().map(height).max().unwrap_or(0)
}

fn cover(nodes: &[Node]) -> Span {
    let first = nodes.first().map_or_else(Span::default, |node| node.span);
    nodes.last().map_or(first, |node| first.to(node.span))
}
