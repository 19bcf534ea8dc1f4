//! Unary tests: the cells of decision tables and what stands behind `in` (DMN 1.5, 10.3.1.2, rules 7 to 18).

use super::{
    parser::{Parsed, Parser},
    token::Token,
    tree::{End, Test, Tests},
};

impl Parser<'_> {
    pub(super) fn unary_tests(&mut self) -> Parsed<Tests> {
        if self.is_symbol("-") && *self.peek_at(1) == Token::End {
            self.advance(1);
            return Ok(Tests::Any);
        }
        if self.is_word("not") && self.is_symbol_at(1, "(") {
            let start = self.position();
            self.advance(2);
            if let Ok(tests) = self.nested(Self::test_list)
                && self.eat_symbol(")")
                && *self.peek() == Token::End
            {
                return Ok(Tests::NoneOf(tests));
            }
            // `not(..)` is the beginning of an expression.
            self.back_to(start);
        }
        self.test_list().map(Tests::OneOf)
    }

    pub(super) fn test_list(&mut self) -> Parsed<Vec<Test>> {
        let mut tests = vec![self.whole_test()?];
        while self.eat_symbol(",") {
            tests.push(self.whole_test()?);
        }
        Ok(tests)
    }

    /// The tests behind `in`, with or without brackets.
    pub(super) fn tests_of_in(&mut self) -> Parsed<Vec<Test>> {
        if !self.is_symbol("(") {
            return Ok(vec![self.test()?]);
        }
        let start = self.span();
        self.advance(1);
        let mut tests = self.nested(Self::test_list)?;
        if self.is_symbol("..")
            && tests.len() == 1
            && let Some(Test::Expression(from)) = tests.pop()
        {
            // It was no list of tests but a range with an open start.
            return Ok(vec![Test::Expression(self.range(End::Open(from.into()), start)?)]);
        }
        self.need_symbol(")")?;
        Ok(tests)
    }

    /// A test in a list, which may be any expression.
    fn whole_test(&mut self) -> Parsed<Test> {
        match self.compare_op() {
            Some(op) => {
                self.advance(1);
                self.sum().map(|operand| Test::Compare { op, operand })
            }
            None => self.expression().map(Test::Expression),
        }
    }

    /// A test without brackets behind `in`: it ends before the next comparison.
    pub(super) fn test(&mut self) -> Parsed<Test> {
        match self.compare_op() {
            Some(op) => {
                self.advance(1);
                self.sum().map(|operand| Test::Compare { op, operand })
            }
            None => self.sum().map(Test::Expression),
        }
    }
}
