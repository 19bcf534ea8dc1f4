//! A function as a value: one of the built-in ones, one written in FEEL, or one that the host provides.

use std::{fmt, sync::Arc};

use crate::{
    builtin::Builtin,
    eval::{self, Lambda},
    problem::Span,
    run::Run,
    value::{Extent, Value},
};

type NativeBody = dyn Fn(&[Value], &mut Run) -> Value + Send + Sync;

/// A function of FEEL.
pub struct Function(pub(crate) Kind);

pub(crate) enum Kind {
    Builtin(&'static Builtin),
    Lambda(Lambda),
    Native {
        parameters: Vec<Arc<str>>,
        body: Box<NativeBody>,
        /// Levels of the values that it holds.
        depth: u32,
    },
}

impl Function {
    /// A function that the host provides, for example a business knowledge model of a decision.
    ///
    /// It is called with exactly as many arguments as it has parameters.
    pub fn native<N: Into<Arc<str>>>(
        parameters: impl IntoIterator<Item = N>,
        body: impl Fn(&[Value], &mut Run) -> Value + Send + Sync + 'static,
    ) -> Self {
        let parameters = parameters.into_iter().map(Into::into).collect();
        Self(Kind::Native { parameters, body: Box::new(body), depth: 0 })
    }

    /// As [`Function::native`], for a body that holds values: functions that hold functions that hold functions cannot
    /// go on without end, as whoever frees the outermost frees all.
    pub fn native_holding<N: Into<Arc<str>>>(
        parameters: impl IntoIterator<Item = N>,
        held: &[Value],
        body: impl Fn(&[Value], &mut Run) -> Value + Send + Sync + 'static,
    ) -> Self {
        let parameters = parameters.into_iter().map(Into::into).collect();
        let depth = Extent::all(held).inside().depth;
        Self(Kind::Native { parameters, body: Box::new(body), depth })
    }

    /// The names of the parameters; of a built-in function those of its first form.
    pub fn parameters(&self) -> Vec<Arc<str>> {
        match &self.0 {
            Kind::Builtin(builtin) => builtin.parameters(),
            Kind::Lambda(lambda) => lambda.parameters(),
            Kind::Native { parameters, .. } => parameters.clone(),
        }
    }

    pub(crate) fn extent(&self) -> Extent {
        match &self.0 {
            Kind::Lambda(lambda) => lambda.extent(),
            // What is held is shared and never written, so that its parts do not count.
            Kind::Native { depth, .. } => Extent { depth: *depth, ..Extent::of_text("") },
            Kind::Builtin(_) => Extent::of_text(""),
        }
    }

    /// Calls the function with positional arguments; null and a warning where it cannot be called so.
    pub fn call(&self, arguments: &[Value], run: &mut Run) -> Value {
        eval::call(self, arguments, Span::default(), run)
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "function({})", self.parameters().join(", "))
    }
}
