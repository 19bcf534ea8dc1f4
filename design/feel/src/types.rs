//! Types that a model defines (item definitions), so that expressions can ask for them: `x instance of tAddress`.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    problem::CompileError,
    syntax::{parse_type, tree::Type},
};

/// Definitions inside each other that are followed; what lies deeper is not known.
const MAX_LEVELS: u8 = 16;

/// Named types of a model.
///
/// ```
/// use feel::{Options, Run, Timestamp, Types, Value, compile_with_types};
/// let mut types = Types::new();
/// types.define("tLine", "context<product: string, quantity: number>").unwrap();
/// types.define("tLines", "list<tLine>").unwrap();
/// let source = r#"[{product: "bolt", quantity: 4}] instance of tLines"#;
/// let test = compile_with_types(source, &Options::default(), &types).unwrap();
/// assert_eq!(test.evaluate(&[], &mut Run::new(Timestamp(0))), Value::Boolean(true));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Types {
    definitions: BTreeMap<Arc<str>, Type>,
}

impl Types {
    /// No types but FEEL's own.
    pub fn new() -> Self {
        Self::default()
    }

    /// Defines a type by a type of FEEL, like `list<number>`; it may name types that are defined later.
    ///
    /// # Errors
    /// The text is no type.
    pub fn define(
        &mut self,
        name: impl Into<Arc<str>>,
        definition: &str,
    ) -> Result<(), CompileError> {
        let of = parse_type(definition)?;
        self.definitions.insert(name.into(), of);
        Ok(())
    }

    /// The type with all names replaced by what they stand for.
    pub(crate) fn expanded(&self, of: &Type) -> Type {
        if self.definitions.is_empty() { of.clone() } else { self.expand(of, MAX_LEVELS) }
    }

    fn expand(&self, of: &Type, levels: u8) -> Type {
        let Some(levels) = levels.checked_sub(1) else { return of.clone() };
        let inner = |of: &Type| Box::new(self.expand(of, levels));
        match of {
            Type::Unknown(name) => self
                .definitions
                .get(name)
                .map_or_else(|| of.clone(), |found| self.expand(found, levels)),
            Type::List(Some(item)) => Type::List(Some(inner(item))),
            Type::Range(Some(point)) => Type::Range(Some(inner(point))),
            Type::Context(Some(entries)) => {
                let expanded =
                    |(name, of): &(Arc<str>, Type)| (Arc::clone(name), self.expand(of, levels));
                Type::Context(Some(entries.iter().map(expanded).collect()))
            }
            Type::Function(Some((parameters, result))) => {
                let parameters = parameters.iter().map(|of| self.expand(of, levels)).collect();
                Type::Function(Some((parameters, inner(result))))
            }
            _ => of.clone(),
        }
    }
}
