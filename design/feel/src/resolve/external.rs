//! `function(..) external {java: {class: "..", method signature: ".."}}`: the function is found when the text is compiled.

use std::sync::Arc;

use super::Resolver;
use crate::{
    external,
    function::Function,
    ir::Kind,
    problem::Span,
    syntax::tree::{self, Parameter},
    value::Value,
};

impl Resolver<'_> {
    pub(super) fn external(
        &mut self,
        parameters: &[Parameter],
        target: &tree::Node,
        span: Span,
    ) -> Kind {
        match function(parameters, target) {
            Ok(function) => Kind::Constant(Value::Function(Arc::new(function))),
            Err(message) => {
                self.scopes.problem(span, message);
                Kind::Constant(Value::Null)
            }
        }
    }
}

fn function(parameters: &[Parameter], target: &tree::Node) -> Result<Function, String> {
    let missing = || {
        "an external function needs `java` with the texts `class` and `method signature`; \
         other kinds are not supported, write it in FEEL"
            .to_owned()
    };
    let java = entry(target, "java").ok_or_else(missing)?;
    let class = entry(java, "class").and_then(text).ok_or_else(missing)?;
    let signature = entry(java, "method signature").and_then(text).ok_or_else(missing)?;
    let names = parameters.iter().map(|parameter| Arc::clone(&parameter.name)).collect();
    external::java(class, signature, names)
}

fn entry<'a>(node: &'a tree::Node, name: &str) -> Option<&'a tree::Node> {
    match &node.kind {
        tree::Kind::Context(entries) => {
            entries.iter().find(|(own, _)| **own == *name).map(|(_, value)| value)
        }
        _ => None,
    }
}

fn text(node: &tree::Node) -> Option<&str> {
    match &node.kind {
        tree::Kind::Literal(Value::String(text)) => Some(text),
        _ => None,
    }
}
