//! Type names, behind `instance of` and for parameters.

use std::sync::Arc;

use super::{
    names,
    parser::{Parsed, Parser},
    token::Token,
    tree::Type,
};

/// The simple types; longer names first.
const SIMPLE: [(&[&str], Type); 18] = [
    (&["days", "and", "time", "duration"], Type::DaysDuration),
    (&["years", "and", "months", "duration"], Type::YearsDuration),
    (&["date", "and", "time"], Type::DateTime),
    (&["day", "-", "time", "-", "duration"], Type::DaysDuration),
    (&["year", "-", "month", "-", "duration"], Type::YearsDuration),
    (&["date", "-", "time"], Type::DateTime),
    (&["dayTimeDuration"], Type::DaysDuration),
    (&["yearMonthDuration"], Type::YearsDuration),
    (&["dateTime"], Type::DateTime),
    (&["date"], Type::Date),
    (&["time"], Type::Time),
    (&["number"], Type::Number),
    (&["string"], Type::String),
    (&["boolean"], Type::Boolean),
    (&["Any"], Type::Any),
    (&["any"], Type::Any),
    (&["Null"], Type::Null),
    (&["null"], Type::Null),
];

impl Parser<'_> {
    pub(super) fn type_name(&mut self) -> Parsed<Type> {
        self.nested(Self::type_inner)
    }

    fn type_inner(&mut self) -> Parsed<Type> {
        match self.word() {
            Some("list") => {
                self.advance(1);
                Ok(Type::List(self.argument()?.map(Box::new)))
            }
            Some("range") => {
                self.advance(1);
                Ok(Type::Range(self.argument()?.map(Box::new)))
            }
            Some("context") => {
                self.advance(1);
                self.context_type()
            }
            Some("function") => {
                self.advance(1);
                self.function_type()
            }
            _ => self.simple_type(),
        }
    }

    fn simple_type(&mut self) -> Parsed<Type> {
        for (parts, of) in &SIMPLE {
            let found = parts
                .iter()
                .zip(self.ahead())
                .filter(|(part, lexeme)| names::text(self.source, lexeme) == Some(part));
            if found.count() == parts.len() {
                self.advance(parts.len());
                return Ok(of.clone());
            }
        }
        let mut name = self.declared_name()?.to_string();
        while self.is_symbol(".") && matches!(self.peek_at(1), Token::Word) {
            self.advance(1);
            name = format!("{name}.{}", self.declared_name()?);
        }
        Ok(Type::Unknown(name.into()))
    }

    /// `<type>`, if it is there.
    fn argument(&mut self) -> Parsed<Option<Type>> {
        if !self.eat_symbol("<") {
            return Ok(None);
        }
        let argument = self.type_name()?;
        self.need_symbol(">")?;
        Ok(Some(argument))
    }

    fn context_type(&mut self) -> Parsed<Type> {
        if !self.eat_symbol("<") {
            return Ok(Type::Context(None));
        }
        let mut entries: Vec<(Arc<str>, Type)> = Vec::new();
        while !self.eat_symbol(">") {
            let name = self.declared_name()?;
            self.need_symbol(":")?;
            entries.push((name, self.type_name()?));
            if !self.is_symbol(">") {
                self.need_symbol(",")?;
            }
        }
        Ok(Type::Context(Some(entries)))
    }

    fn function_type(&mut self) -> Parsed<Type> {
        if !self.eat_symbol("<") {
            return Ok(Type::Function(None));
        }
        let mut parameters = Vec::new();
        while !self.eat_symbol(">") {
            parameters.push(self.type_name()?);
            if !self.is_symbol(">") {
                self.need_symbol(",")?;
            }
        }
        self.need_symbol("->")?;
        Ok(Type::Function(Some((parameters, Box::new(self.type_name()?)))))
    }
}
