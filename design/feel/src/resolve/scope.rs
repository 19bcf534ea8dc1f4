//! The names in scope while an expression is resolved, and the paths that were read so far.

use std::{collections::BTreeSet, sync::Arc};

use crate::{
    context::Hint,
    ir::{Kind, Node},
    path::Path,
    problem::{Problem, Span},
    syntax::same_name,
    value::Value,
};

/// The free path that a value has, where it has one.
pub(super) type Origin = Option<Vec<Arc<str>>>;

/// The free names and the paths that were read.
pub(super) type Reads = (Vec<Arc<str>>, Vec<Path>);

/// What a name means.
pub(super) struct Found {
    pub(super) kind: Kind,
    pub(super) origin: Origin,
}

struct Binding {
    names: Vec<Arc<str>>,
    /// The entries of a filter's item are in scope by their own names.
    is_item: bool,
    used: bool,
    origin: Origin,
}

/// The names inside one function; the outermost one is the expression itself.
struct Level {
    bindings: Vec<Binding>,
    captures: Vec<(Arc<str>, Node, Origin)>,
    own: Option<Arc<str>>,
}

pub(super) struct Scopes<'a> {
    declared: &'a [&'a str],
    levels: Vec<Level>,
    inputs: Vec<Arc<str>>,
    reads: BTreeSet<Vec<Arc<str>>>,
    tested: bool,
    problems: Vec<Problem>,
}

impl<'a> Scopes<'a> {
    pub(super) fn new(declared: &'a [&'a str]) -> Self {
        let outermost = Level { bindings: Vec::new(), captures: Vec::new(), own: None };
        Self {
            declared,
            levels: vec![outermost],
            inputs: Vec::new(),
            reads: BTreeSet::new(),
            tested: false,
            problems: Vec::new(),
        }
    }

    pub(super) fn finish(self) -> Result<Reads, Vec<Problem>> {
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        Ok((self.inputs, self.reads.into_iter().map(Path::new).collect()))
    }

    pub(super) fn problem(&mut self, span: Span, message: String) {
        self.problems.push(Problem { span, message });
    }

    /// Notes that a path is read up to here.
    pub(super) fn read(&mut self, origin: Origin) {
        if let Some(steps) = origin {
            self.reads.insert(steps);
        }
    }

    pub(super) fn push_local(&mut self, name: &str, origin: Origin) {
        self.push(Binding { names: vec![name.into()], is_item: false, used: false, origin });
    }

    pub(super) fn push_item(&mut self, origin: Origin) {
        self.push(Binding { names: vec!["item".into()], is_item: true, used: false, origin });
    }

    pub(super) fn alias_last(&mut self, name: &str) {
        if let Some(binding) = self.levels.last_mut().and_then(|level| level.bindings.last_mut()) {
            binding.names.push(name.into());
        }
    }

    fn push(&mut self, binding: Binding) {
        if let Some(level) = self.levels.last_mut() {
            level.bindings.push(binding);
        }
    }

    /// Where the bindings stand, for [`Scopes::leave`].
    pub(super) fn mark(&self) -> usize {
        self.levels.last().map_or(0, |level| level.bindings.len())
    }

    /// Whether the binding made at the mark was read.
    pub(super) fn was_used(&self, mark: usize) -> bool {
        let level = self.levels.last();
        level.and_then(|level| level.bindings.get(mark)).is_some_and(|binding| binding.used)
    }

    /// Takes the bindings since the mark out of scope. Of what was run over, something was read at least.
    pub(super) fn leave(&mut self, mark: usize, bases: Vec<Origin>) {
        if let Some(level) = self.levels.last_mut() {
            level.bindings.truncate(mark);
        }
        for base in bases.into_iter().flatten() {
            if !self.reads.iter().any(|read| read.starts_with(&base)) {
                self.reads.insert(base);
            }
        }
    }

    pub(super) fn enter_function(&mut self, own: Option<&Arc<str>>) {
        self.levels.push(Level { bindings: Vec::new(), captures: Vec::new(), own: own.cloned() });
    }

    pub(super) fn leave_function(&mut self) -> Vec<Node> {
        let captures = self.levels.pop().map_or_else(Vec::new, |level| level.captures);
        captures.into_iter().map(|(_, node, _)| node).collect()
    }

    pub(super) fn forget_tested(&mut self) -> bool {
        std::mem::take(&mut self.tested)
    }

    pub(super) fn tested(&self) -> bool {
        self.tested
    }

    pub(super) fn remember_tested(&mut self, tested: bool) {
        self.tested |= tested;
    }

    /// Whether the name was declared for the whole expression.
    pub(super) fn is_declared(&self, name: &str) -> bool {
        self.declared.iter().any(|declared| same_name(declared, name))
    }

    /// Whether the name is bound inside or declared, which hides a built-in function.
    pub(super) fn is_bound(&self, name: &str) -> bool {
        let bound = |binding: &Binding| {
            !binding.is_item && binding.names.iter().any(|own| same_name(own, name))
        };
        self.is_declared(name)
            || self.levels.iter().any(|level| {
                level.bindings.iter().any(bound)
                    || level.own.as_deref().is_some_and(|own| same_name(own, name))
            })
    }

    pub(super) fn find(&mut self, name: &Arc<str>, span: Span) -> Found {
        let level = self.levels.len().saturating_sub(1);
        self.find_in(level, name, span, usize::MAX)
    }

    /// Looks among the first `below` bindings of a level, then further out.
    fn find_in(&mut self, level: usize, name: &Arc<str>, span: Span, below: usize) -> Found {
        let Some(here) = self.levels.get_mut(level) else { return self.input(name, span) };
        let count = here.bindings.len().min(below);
        let visible = here.bindings.iter_mut().enumerate().take(count).rev();
        for (slot, binding) in visible {
            let named = binding.names.iter().any(|own| same_name(own, name));
            if named && binding.is_item {
                // An entry that is called `item` hides the item.
                let item = || Box::new(Node { kind: Kind::Local(slot), span });
                let kind = member_of(item(), name, item());
                return Found { kind, origin: binding.origin.clone() };
            }
            if named {
                binding.used = true;
                self.tested |= binding.names.first().is_some_and(|first| first.as_ref() == "?");
                return Found { kind: Kind::Local(slot), origin: binding.origin.clone() };
            }
            if binding.is_item {
                let origin = binding.origin.clone();
                return self.member(level, slot, origin, name, span);
            }
        }
        if here.own.as_deref().is_some_and(|own| same_name(own, name)) {
            return Found { kind: Kind::This, origin: None };
        }
        if level == 0 { self.input(name, span) } else { self.capture(level, name, span) }
    }

    /// An entry of a filter's item, or what the name means outside of the filter.
    fn member(
        &mut self,
        level: usize,
        slot: usize,
        origin: Origin,
        name: &Arc<str>,
        span: Span,
    ) -> Found {
        let outside = if self.is_unknown_outside(name) {
            Found { kind: Kind::Constant(Value::Null), origin: None }
        } else {
            self.find_in(level, name, span, slot)
        };
        let item_origin = origin.map(|mut steps| {
            steps.push(Arc::clone(name));
            steps
        });
        // The value has two possible paths: the outer one is noted here, the inner one carried on.
        let origin = match (item_origin, outside.origin) {
            (Some(inner), outer) => {
                self.read(outer);
                Some(inner)
            }
            (None, outer) => outer,
        };
        let item = Box::new(Node { kind: Kind::Local(slot), span });
        let otherwise = Box::new(Node { kind: outside.kind, span });
        Found { kind: member_of(item, name, otherwise), origin }
    }

    /// Where all names are declared, one that is not can only be an entry of the item.
    fn is_unknown_outside(&self, name: &str) -> bool {
        !self.declared.is_empty() && !self.is_bound(name)
    }

    fn capture(&mut self, level: usize, name: &Arc<str>, span: Span) -> Found {
        let known = self.levels.get(level).and_then(|here| {
            let position = here.captures.iter().position(|(own, ..)| own == name)?;
            let (_, _, origin) = here.captures.get(position)?;
            Some(Found { kind: Kind::Capture(position), origin: origin.clone() })
        });
        if let Some(found) = known {
            return found;
        }
        let outer = self.find_in(level - 1, name, span, usize::MAX);
        let node = Node { kind: outer.kind, span };
        let Some(here) = self.levels.get_mut(level) else {
            return Found { kind: node.kind, origin: None };
        };
        here.captures.push((Arc::clone(name), node, outer.origin.clone()));
        Found { kind: Kind::Capture(here.captures.len() - 1), origin: outer.origin }
    }

    fn input(&mut self, name: &Arc<str>, span: Span) -> Found {
        if name.as_ref() == "?" && !self.is_declared(name) {
            let message = "`?` has a value in unary tests only; name the variable".to_owned();
            self.problems.push(Problem { span, message });
        }
        let declared = self.declared.iter().find(|declared| same_name(declared, name));
        let name: Arc<str> =
            declared.map_or_else(|| Arc::clone(name), |declared| Arc::from(*declared));
        let slot = self.inputs.iter().position(|input| *input == name).unwrap_or_else(|| {
            self.inputs.push(Arc::clone(&name));
            self.inputs.len() - 1
        });
        Found { kind: Kind::Input(slot), origin: Some(vec![name]) }
    }
}

fn member_of(item: Box<Node>, name: &Arc<str>, otherwise: Box<Node>) -> Kind {
    Kind::Member { item, name: Arc::clone(name), hint: Hint::default(), otherwise }
}
