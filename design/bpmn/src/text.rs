//! A value in a model that is either fixed or computed. By the convention of `zeebe:` extensions a
//! leading `=` makes it a FEEL expression.

use std::sync::Arc;

/// A fixed string, or the FEEL expression that gives it.
#[derive(Clone, Debug)]
pub enum Text {
    /// The string as it stands in the model.
    Static(Arc<str>),
    /// What followed the `=`.
    Expression(feel::Expression),
}

impl Text {
    /// Reads an attribute of the model: FEEL where it starts with `=`, else the string itself.
    pub fn parse(source: &str) -> Result<Self, feel::CompileError> {
        match source.strip_prefix('=') {
            Some(expression) => compile(expression).map(Self::Expression),
            None => Ok(Self::Static(source.into())),
        }
    }

    /// The fixed string, where it is one.
    pub fn as_static(&self) -> Option<&Arc<str>> {
        match self {
            Self::Static(text) => Some(text),
            Self::Expression(_) => None,
        }
    }

    /// The expression, where it is one.
    pub fn as_expression(&self) -> Option<&feel::Expression> {
        match self {
            Self::Static(_) => None,
            Self::Expression(expression) => Some(expression),
        }
    }
}

/// Compiles FEEL in the dialect that all expressions of a process are written in.
pub(crate) fn compile(source: &str) -> Result<feel::Expression, feel::CompileError> {
    feel::compile(source, &feel::Options { dialect: feel::Dialect::Camunda, names: &[] })
}

/// The FEEL literal of a string.
pub(crate) fn literal(string: &str) -> String {
    let mut literal = String::with_capacity(string.len() + 2);
    literal.push('"');
    for character in string.chars() {
        match character {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            other => literal.push(other),
        }
    }
    literal.push('"');
    literal
}
