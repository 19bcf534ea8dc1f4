//! A FEEL context: named values in the order in which they were written, found by name. The names are apart from the
//! values, so that contexts of one kind share them and a step into many contexts is looked up once.

use std::{
    iter::Zip,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    vec,
};

use crate::value::{Extent, Value};

/// From this size on a sorted index answers lookups; below, a scan is faster.
const INDEXED: usize = 12;

/// Where an entry of that name was found last: contexts of one shape have it at the same place. Only a guess, which is
/// checked, so that threads may share it.
///
/// ```
/// use feel::{Context, Hint, Value};
/// let hint = Hint::default();
/// let order: Context = [("id", Value::number(1)), ("number", Value::number(17))].into_iter().collect();
/// assert_eq!(order.get_near("number", &hint), Some(&Value::number(17)));
/// ```
#[derive(Debug, Default)]
pub struct Hint(AtomicUsize);

/// The names of contexts that are made many times, such as the rows of a relation: they are stored once.
///
/// ```
/// use feel::{Shape, Value};
/// let shape = Shape::new(["sku", "quantity"]).unwrap();
/// let line = shape.context(vec![Value::string("A1"), Value::number(2)]);
/// assert_eq!(line.get("quantity"), Some(&Value::number(2)));
/// assert!(Shape::new(["sku", "sku"]).is_none());
/// ```
#[derive(Clone, Debug)]
pub struct Shape(Arc<Names>);

#[derive(Clone, Debug, Default)]
struct Names {
    in_order: Vec<Arc<str>>,
    // INVARIANT: empty below INDEXED names, else the positions of all names, sorted by name.
    index: Vec<usize>,
    // INVARIANT: of all names beside each other.
    extent: Extent,
}

/// Where a step into contexts that follow each other was found last.
#[derive(Debug, Default)]
pub(crate) struct Spot<'a>(Option<(&'a Arc<Names>, Option<usize>)>);

impl<'a> Spot<'a> {
    #[cold]
    fn search(&mut self, name: &str, names: &'a Arc<Names>) -> Option<usize> {
        let position = names.position(name);
        self.0 = Some((names, position));
        position
    }
}

impl Names {
    fn position(&self, name: &str) -> Option<usize> {
        if self.index.is_empty() {
            return self.in_order.iter().position(|own| **own == *name);
        }
        self.search(name).ok().and_then(|at| self.index.get(at).copied())
    }

    fn search(&self, name: &str) -> Result<usize, usize> {
        self.index.binary_search_by(|at| self.in_order.get(*at).map_or("", AsRef::as_ref).cmp(name))
    }

    /// Adds a name that is not there yet.
    fn push(&mut self, name: Arc<str>) {
        self.extent = self.extent.beside(Extent::of_text(&name));
        self.in_order.push(name);
        if self.in_order.len() < INDEXED {
            return;
        }
        for at in self.index.len()..self.in_order.len() {
            let Some(name) = self.in_order.get(at) else { continue };
            let place = self.search(name).unwrap_or_else(|place| place);
            self.index.insert(place, at);
        }
    }
}

impl Shape {
    /// The shape of contexts with these names in this order; `None` where a name comes twice.
    pub fn new<N: Into<Arc<str>>>(names: impl IntoIterator<Item = N>) -> Option<Self> {
        let mut shape = Names::default();
        for name in names {
            let name = name.into();
            if shape.position(&name).is_some() {
                return None;
            }
            shape.push(name);
        }
        Some(Self(Arc::new(shape)))
    }

    /// A context of this shape; missing values are null, more than there are names are left out.
    pub fn context(&self, mut values: Vec<Value>) -> Context {
        values.resize(self.0.in_order.len(), Value::Null);
        let content = Extent::all(&values).beside(self.0.extent);
        Context { names: Some(Arc::clone(&self.0)), values, content }
    }
}

/// Named values; insertion order is kept, names are unique.
///
/// ```
/// use feel::{Context, Value};
/// let mut order = Context::new();
/// order.insert("number", Value::number(17));
/// assert_eq!(order.get("number"), Some(&Value::number(17)));
/// assert_eq!(order.get("missing"), None);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Context {
    // `None` of the empty context.
    names: Option<Arc<Names>>,
    // INVARIANT: one for each name.
    values: Vec<Value>,
    // INVARIANT: all names and values beside each other; the depth may be that of a value that was replaced.
    content: Extent,
}

impl Context {
    /// A context without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a value; an entry of that name keeps its place and its old value is returned.
    pub fn insert(&mut self, name: impl Into<Arc<str>>, value: impl Into<Value>) -> Option<Value> {
        let (name, value) = (name.into(), value.into());
        if let Some(old) = self.position(&name).and_then(|at| self.values.get_mut(at)) {
            self.content = self.content.beside(value.extent()).without(old.extent());
            return Some(std::mem::replace(old, value));
        }
        self.content = self.content.beside(Extent::of_text(&name)).beside(value.extent());
        Arc::make_mut(self.names.get_or_insert_default()).push(name);
        self.values.push(value);
        None
    }

    /// The value of that name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(self.position(name)?)
    }

    /// As [`Context::get`], for a name that is looked up in many contexts.
    #[inline]
    pub fn get_near(&self, name: &str, hint: &Hint) -> Option<&Value> {
        let names = self.names.as_ref()?;
        let near = hint.0.load(Relaxed);
        if names.in_order.get(near).is_some_and(|own| **own == *name) {
            return self.values.get(near);
        }
        let position = names.position(name)?;
        hint.0.store(position, Relaxed);
        self.values.get(position)
    }

    /// As [`Context::get`], for a step into contexts one after the other: those that share their names are not searched
    /// again.
    #[inline]
    pub(crate) fn get_at<'a>(&'a self, name: &str, spot: &mut Spot<'a>) -> Option<&'a Value> {
        let names = self.names.as_ref()?;
        let position = match spot.0 {
            Some((known, position)) if Arc::ptr_eq(known, names) => position,
            _ => spot.search(name, names),
        };
        self.values.get(position?)
    }

    /// Takes an entry out; the others keep their order.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let position = self.position(name)?;
        let value = self.values.get_mut(position).map(std::mem::take)?;
        for (own, value) in std::mem::take(self) {
            if *own != *name {
                self.insert(own, value);
            }
        }
        Some(value)
    }

    /// Entries in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, &Value)> + '_ {
        self.own_names().iter().zip(&self.values)
    }

    /// Names in order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &Arc<str>> + '_ {
        self.own_names().iter()
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Takes over the names of another context of the same names in the same order.
    pub(crate) fn share_names(context: &mut Arc<Self>, other: &Self) {
        let (Some(own), Some(others)) = (&context.names, &other.names) else { return };
        if !Arc::ptr_eq(own, others)
            && own.in_order == others.in_order
            // One that is in use elsewhere keeps what it has.
            && let Some(context) = Arc::get_mut(context)
        {
            context.names.clone_from(&other.names);
        }
    }

    pub(crate) fn extent(&self) -> Extent {
        self.content.inside()
    }

    fn own_names(&self) -> &[Arc<str>] {
        self.names.as_ref().map_or(&[], |names| &names.in_order)
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.names.as_ref()?.position(name)
    }
}

impl PartialEq for Context {
    /// By names and values; the order does not count.
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(name, value)| other.get(name) == Some(value))
    }
}

impl<N: Into<Arc<str>>, V: Into<Value>> FromIterator<(N, V)> for Context {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(entries: I) -> Self {
        let (mut names, mut values, mut content) =
            (Names::default(), Vec::new(), Extent::default());
        for (name, value) in entries {
            let (name, value) = (name.into(), value.into());
            content = content.beside(value.extent());
            match names.position(&name).and_then(|at| values.get_mut(at)) {
                Some(old) => {
                    content = content.without(Value::extent(old));
                    *old = value;
                }
                None => {
                    names.push(name);
                    values.push(value);
                }
            }
        }
        content = content.beside(names.extent);
        let names = (!values.is_empty()).then(|| Arc::new(names));
        Self { names, values, content }
    }
}

impl<N: Into<Arc<str>>, V: Into<Value>> Extend<(N, V)> for Context {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, entries: I) {
        for (name, value) in entries {
            self.insert(name, value);
        }
    }
}

impl IntoIterator for Context {
    type Item = (Arc<str>, Value);
    type IntoIter = Zip<vec::IntoIter<Arc<str>>, vec::IntoIter<Value>>;

    fn into_iter(self) -> Self::IntoIter {
        let names = self.names.map(Arc::unwrap_or_clone).unwrap_or_default();
        names.in_order.into_iter().zip(self.values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(quantity: i64) -> Value {
        Value::context([("sku", Value::string("A1")), ("quantity", quantity.into())])
    }

    #[test]
    fn contexts_of_a_list_share_their_names_where_they_are_the_same() {
        let other = Value::context([("quantity", Value::number(3)), ("sku", "B2".into())]);
        let in_use = line(4);
        let list = Value::list(vec![line(1), line(2), other, in_use.clone(), line(5)]);
        let contexts: Vec<&Context> =
            list.as_list().unwrap().iter().filter_map(Value::as_context).collect();
        let shared = |one: usize, two: usize| match (&contexts[one].names, &contexts[two].names) {
            (Some(one), Some(two)) => Arc::ptr_eq(one, two),
            _ => false,
        };
        assert!(shared(0, 1) && shared(3, 4));
        assert!(!shared(1, 2) && !shared(0, 3));
        let mut spot = Spot::default();
        let found: Vec<_> =
            contexts.iter().map(|context| context.get_at("quantity", &mut spot).cloned()).collect();
        let expected = [1, 2, 3, 4, 5].map(|number| Some(Value::number(number)));
        assert_eq!(found, expected);
        assert_eq!(in_use.get("quantity"), Some(&Value::number(4)));
        assert_eq!(contexts[0].get_at("missing", &mut Spot::default()), None);
    }

    #[test]
    fn a_context_that_shares_its_names_changes_alone() {
        let mut first: Context = [("a", Value::number(1))].into_iter().collect();
        let mut second = first.clone();
        second.insert("b", Value::number(2));
        first.insert("a", Value::number(3));
        assert_eq!(first.names().map(|name| &**name).collect::<Vec<_>>(), ["a"]);
        assert_eq!(second.get("a"), Some(&Value::number(1)));
        assert_eq!(second.remove("a"), Some(Value::number(1)));
        assert_eq!(second.into_iter().collect::<Vec<_>>(), [("b".into(), Value::number(2))]);
    }

    #[test]
    fn every_name_of_a_large_context_is_found() {
        let entries = (0..40).rev().map(|at| (format!("n{at}"), Value::number(at)));
        let mut context: Context = entries.collect();
        for round in 0..2 {
            for at in 0..40 {
                let gone = round == 1 && at == 17;
                let expected = (!gone).then(|| Value::number(at));
                assert_eq!(context.get(&format!("n{at}")), expected.as_ref());
            }
            context.remove("n17");
        }
        assert_eq!(context.len(), 39);
    }
}
