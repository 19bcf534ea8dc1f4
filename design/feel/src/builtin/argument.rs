//! The arguments of a built-in function, converted as FEEL allows: a list of one stands for its item, and an item for a
//! list of one (DMN 1.5, 10.3.2.9.4).

use std::{borrow::Cow, sync::Arc};

use super::Pattern;
use crate::{
    context::Context,
    decimal::Decimal,
    eval,
    expression::Dialect,
    function::Function,
    problem::Span,
    range::Range,
    run::Run,
    value::{List, Value},
};

/// Why a function has no result: becomes a warning, and the result null.
pub(super) struct Refusal(pub(super) Cow<'static, str>);

pub(super) type Answer = Result<Value, Refusal>;

impl From<&'static str> for Refusal {
    fn from(message: &'static str) -> Self {
        Self(Cow::Borrowed(message))
    }
}

impl From<String> for Refusal {
    fn from(message: String) -> Self {
        Self(Cow::Owned(message))
    }
}

/// Levels of nesting that calling back counts for.
const CALLBACK_LEVELS: u32 = 8;

/// One call.
pub(super) struct Call<'a> {
    pub(super) arguments: &'a [Value],
    /// The regular expression, where it was known before the call.
    pub(super) pattern: Option<&'a Arc<Pattern>>,
    pub(super) dialect: Dialect,
    pub(super) span: Span,
    pub(super) run: &'a mut Run,
}

impl<'a> Call<'a> {
    pub(super) fn count(&self) -> usize {
        self.arguments.len()
    }

    /// Calls a function that was passed in.
    pub(super) fn invoke(&mut self, function: &Arc<Function>, arguments: &[Value]) -> Value {
        // Below the built-in function lies much more stack than below an operator.
        if !self.run.enter_levels(CALLBACK_LEVELS, self.span) {
            return Value::Null;
        }
        let value = eval::call_shared(function, arguments, self.dialect, self.span, self.run);
        self.run.leave_levels(CALLBACK_LEVELS);
        value
    }

    /// The argument as it is; null where it is left out.
    pub(super) fn get(&self, index: usize) -> &'a Value {
        self.arguments.get(index).unwrap_or(&Value::Null)
    }

    pub(super) fn is_null(&self, index: usize) -> bool {
        self.get(index).is_null()
    }

    /// The argument, or the only item of a list.
    pub(super) fn single(&self, index: usize) -> &'a Value {
        match self.get(index) {
            Value::List(items) => match &items[..] {
                [only] => only,
                _ => self.get(index),
            },
            other => other,
        }
    }

    pub(super) fn number(&self, index: usize) -> Result<Decimal, Refusal> {
        self.single(index).as_number().ok_or_else(|| self.wrong(index, "a number"))
    }

    pub(super) fn integer(&self, index: usize) -> Result<i64, Refusal> {
        let number = self.number(index)?;
        number.to_i64().ok_or_else(|| self.wrong(index, "a whole number"))
    }

    pub(super) fn text(&self, index: usize) -> Result<&'a Arc<str>, Refusal> {
        match self.single(index) {
            Value::String(text) => Ok(text),
            _ => Err(self.wrong(index, "a string")),
        }
    }

    pub(super) fn context(&self, index: usize) -> Result<&'a Arc<Context>, Refusal> {
        match self.single(index) {
            Value::Context(context) => Ok(context),
            _ => Err(self.wrong(index, "a context")),
        }
    }

    pub(super) fn range(&self, index: usize) -> Result<&'a Arc<Range>, Refusal> {
        match self.single(index) {
            Value::Range(range) if range.unequal_value().is_none() => Ok(range),
            _ => Err(self.wrong(index, "a range between ends")),
        }
    }

    /// The items of a list; a value that is none is a list of one, null is no list.
    pub(super) fn list(&self, index: usize) -> Result<List, Refusal> {
        match self.get(index) {
            Value::List(items) => Ok(items.clone()),
            Value::Null => Err(self.wrong(index, "a list")),
            single => Ok(List::from(vec![single.clone()])),
        }
    }

    /// All arguments as items, or the items of the only argument where that is a list.
    pub(super) fn variadic(&self) -> Result<List, Refusal> {
        match self.arguments {
            [_] => self.list(0),
            many => Ok(List::from(many.to_vec())),
        }
    }

    /// A list, where the budget allows its length.
    pub(super) fn made_list(&mut self, items: Vec<Value>) -> Answer {
        self.allows_list(items.len())?;
        Ok(Value::list(items))
    }

    /// A list that is no longer than what it was made of.
    pub(super) fn kept_list(&mut self, items: Vec<Value>) -> Answer {
        if self.run.makes(items.len(), self.span) {
            Ok(Value::list(items))
        } else {
            Err("too many steps".into())
        }
    }

    /// Checks that a list of that length may be made.
    pub(super) fn allows_list(&mut self, length: usize) -> Result<(), Refusal> {
        if self.run.allows_list(length, self.span) {
            Ok(())
        } else {
            Err("the list is too long".into())
        }
    }

    /// Checks that a string of that size may be made.
    pub(super) fn allows_string(&mut self, bytes: usize) -> Result<(), Refusal> {
        if self.run.allows_string(bytes, self.span) {
            Ok(())
        } else {
            Err("the string is too long".into())
        }
    }

    /// Bytes that a string may have at most.
    pub(super) fn string_limit(&self) -> usize {
        self.run.string_limit()
    }

    /// A string, where the budget allows its size.
    pub(super) fn made_string(&mut self, text: String) -> Answer {
        self.allows_string(text.len())?;
        Ok(Value::string(text))
    }

    pub(super) fn wrong(&self, index: usize, wanted: &str) -> Refusal {
        let found = self.get(index).type_name();
        format!("argument {} is to be {wanted}, found {found}", index + 1).into()
    }
}
