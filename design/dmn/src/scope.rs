//! The names that an expression sees and where their values stand when it is evaluated. Names are
//! resolved once, at compile time; evaluation works with positions only.

use std::{collections::BTreeSet, sync::Arc};

use feel::{Dialect, Options, Path, Run, Types, Value, WarningSource};

use crate::{
    problem::{Place, Problem},
    table::Rows,
};

/// How many names may be in scope at once, those of the vocabulary included: every expression is read
/// with all of them.
pub(crate) const MAX_NAMES: usize = 1_000;

/// What the logic itself remarks something about.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Spot<'a> {
    /// The id of the element; where there is none, that of what is around it.
    pub(crate) element: Option<&'a Arc<str>>,
    /// The text of the expression, where it is one.
    pub(crate) text: &'a str,
}

impl<'a> Spot<'a> {
    pub(crate) fn element(element: Option<&'a Arc<str>>) -> Self {
        Self { element, text: "" }
    }

    /// Remarks something about it.
    pub(crate) fn remark(self, run: &mut Run, message: impl FnOnce() -> String) {
        // An empty text says that there is none; it is not to become that of an expression around it.
        let source = WarningSource { element: self.element.cloned(), text: Some(self.text.into()) };
        run.remark(source, message);
    }
}

/// Where the value of a name stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// At this position of the frame.
    Slot(usize),
    /// Among the names that the model does not declare, which the caller may give.
    Free(usize),
    /// In the item at a slot, where that has such an entry; else where the name stands outside of the filter.
    Member { item: usize, name: Arc<str>, otherwise: Box<Source> },
    /// Nowhere: a name that means something only behind a dot or within a filter. Null.
    Nowhere,
}

/// What a compiled expression reads from while it is evaluated.
#[derive(Debug, Default)]
pub(crate) struct Frame {
    /// Requirements first, then parameters and entries of open contexts.
    pub(crate) slots: Vec<Value>,
    /// The values of undeclared names.
    pub(crate) free: Arc<[Value]>,
    /// Where arguments are gathered; kept so that it need not be allocated anew.
    arguments: Vec<Value>,
    /// What the table that was evaluated last read and matched; its memory serves the next one.
    pub(crate) rows: Option<Box<Rows>>,
}

impl Frame {
    pub(crate) fn new(slots: Vec<Value>, free: Arc<[Value]>) -> Self {
        Self { slots, free, ..Self::default() }
    }

    /// The value at a place; null where nothing was put there.
    pub(crate) fn get(&self, source: &Source) -> Value {
        self.find(source).cloned().unwrap_or_default()
    }

    fn find(&self, source: &Source) -> Option<&Value> {
        match source {
            Source::Slot(slot) => self.slots.get(*slot),
            Source::Free(index) => self.free.get(*index),
            Source::Member { item, name, otherwise } => {
                let entry = self.slots.get(*item).and_then(Value::as_context)?.get(name);
                entry.or_else(|| self.find(otherwise))
            }
            Source::Nowhere => None,
        }
    }

    /// Puts the values of undeclared names there; in place where nobody else holds the old ones.
    pub(crate) fn set_free(&mut self, values: impl ExactSizeIterator<Item = Value>) {
        match Arc::get_mut(&mut self.free) {
            Some(free) if free.len() == values.len() => {
                for (place, value) in free.iter_mut().zip(values) {
                    *place = value;
                }
            }
            _ => self.free = values.collect(),
        }
    }

    /// Lets all values go and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.slots.clear();
        if let Some(rows) = &mut self.rows {
            rows.clear();
        }
        let names = self.free.len();
        if names > 0 {
            self.set_free((0..names).map(|_| Value::Null));
        }
    }

    /// Puts a value at a position.
    pub(crate) fn set(&mut self, slot: usize, value: Value) {
        if self.slots.len() <= slot {
            self.slots.resize(slot + 1, Value::Null);
        }
        if let Some(place) = self.slots.get_mut(slot) {
            *place = value;
        }
    }

    /// Calls `evaluate` with the values of these sources.
    fn with_arguments<T>(&mut self, sources: &Sources, evaluate: impl FnOnce(&[Value]) -> T) -> T {
        let sources = match sources {
            Sources::First(count) => {
                if let Some(slots) = self.slots.get(..*count) {
                    return evaluate(slots);
                }
                &(0..*count).map(Source::Slot).collect::<Vec<_>>()[..]
            }
            Sources::Listed(sources) => sources,
        };
        let mut arguments = std::mem::take(&mut self.arguments);
        arguments.clear();
        arguments.extend(sources.iter().map(|source| self.get(source)));
        let result = evaluate(&arguments);
        arguments.clear();
        self.arguments = arguments;
        result
    }
}

/// Where the values of all names of an expression stand.
#[derive(Debug, Clone)]
enum Sources {
    /// In the first slots, in order, so that the slots can be read as they are.
    First(usize),
    Listed(Vec<Source>),
}

impl Sources {
    fn new(sources: Vec<Source>) -> Self {
        let is_first = sources.iter().enumerate().all(|(at, it)| *it == Source::Slot(at));
        if is_first { Self::First(sources.len()) } else { Self::Listed(sources) }
    }
}

/// A FEEL expression with its names resolved.
#[derive(Debug, Clone)]
pub(crate) struct Expression {
    feel: feel::Expression,
    sources: Sources,
    /// The slot that it is, where it is nothing but a declared name.
    slot: Option<usize>,
    /// The id of the element that it is written in.
    element: Option<Arc<str>>,
}

impl Expression {
    fn new(feel: feel::Expression, sources: Vec<Source>, element: Option<Arc<str>>) -> Self {
        let slot = match (feel.inputs(), &*sources) {
            ([name], [Source::Slot(slot)]) if **name == *feel.source().trim() => Some(*slot),
            _ => None,
        };
        Self { feel, sources: Sources::new(sources), slot, element }
    }

    /// The slot that it is, where it is nothing but a declared name.
    pub(crate) fn slot(&self) -> Option<usize> {
        self.slot
    }

    #[inline]
    pub(crate) fn evaluate(&self, frame: &mut Frame, run: &mut Run) -> Value {
        self.evaluate_at(self.element.as_ref(), frame, run)
    }

    /// As [`Expression::evaluate`]; of warnings that element is the place.
    pub(crate) fn evaluate_at(
        &self,
        element: Option<&Arc<str>>,
        frame: &mut Frame,
        run: &mut Run,
    ) -> Value {
        if let Some(value) = self.slot.and_then(|slot| frame.slots.get(slot)) {
            return if run.failure().is_some() { Value::Null } else { value.clone() };
        }
        let seen = run.warnings().len();
        let value =
            frame.with_arguments(&self.sources, |arguments| self.feel.evaluate(arguments, run));
        attribute(seen, element, self.source(), run);
        value
    }

    /// Evaluates with these values instead of a frame's.
    pub(crate) fn evaluate_slots(&self, slots: &[Value], run: &mut Run) -> Value {
        self.feel.evaluate(slots, run)
    }

    pub(crate) fn source(&self) -> &str {
        self.feel.source()
    }

    /// Where it stands.
    pub(crate) fn spot(&self) -> Spot<'_> {
        Spot { element: self.element.as_ref(), text: self.source() }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.feel.dialect()
    }

    /// Whether it reads any name.
    pub(crate) fn reads(&self) -> bool {
        !self.feel.inputs().is_empty()
    }

    /// The one path that it is, where it is nothing but a path.
    fn as_path(&self) -> Option<&Path> {
        match self.feel.paths() {
            [path] if path.to_string() == self.feel.source().trim() => Some(path),
            _ => None,
        }
    }
}

/// Unary tests with their names resolved.
#[derive(Debug, Clone)]
pub(crate) struct Tests {
    feel: feel::UnaryTests,
    sources: Sources,
    /// The id of the element that they are written in.
    element: Option<Arc<str>>,
}

impl Tests {
    pub(crate) fn source(&self) -> &str {
        self.feel.source()
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.feel.dialect()
    }

    /// Whether what they say depends on more than the input: on names, the clock or chance.
    pub(crate) fn reads_more(&self) -> bool {
        let words = ["now", "today", "random", "uuid"];
        !self.feel.inputs().is_empty() || words.iter().any(|word| self.source().contains(word))
    }

    /// Whether the input passes; null counts as no.
    pub(crate) fn matches(&self, input: &Value, frame: &mut Frame, run: &mut Run) -> bool {
        self.matches_at(self.element.as_ref(), input, frame, run)
    }

    /// As [`Tests::matches`]; of warnings that element is the place.
    pub(crate) fn matches_at(
        &self,
        element: Option<&Arc<str>>,
        input: &Value,
        frame: &mut Frame,
        run: &mut Run,
    ) -> bool {
        let seen = run.warnings().len();
        let result = frame
            .with_arguments(&self.sources, |arguments| self.feel.matches(input, arguments, run));
        attribute(seen, element, self.source(), run);
        result.as_bool() == Some(true)
    }
}

/// Says of warnings that are new where they stand.
#[inline]
fn attribute(seen: usize, element: Option<&Arc<str>>, text: &str, run: &mut Run) {
    if run.warnings().len() > seen {
        run.attribute(seen, element, Some(&text.into()));
    }
}

/// A name in scope.
#[derive(Debug)]
struct Entry {
    name: Arc<str>,
    slot: usize,
    /// The path from outside that the value is, where that is known.
    path: Option<Path>,
    /// It is the item of a filter, whose entries are names, too.
    is_item: bool,
}

/// The names in scope while the logic of one node is compiled, and what was noticed meanwhile.
#[derive(Debug)]
pub(crate) struct Scope<'a> {
    dialect: Dialect,
    /// Names with blanks or operators that may follow a dot anywhere in the model.
    vocabulary: &'a [Arc<str>],
    /// The types that expressions may ask for by name.
    types: &'a Types,
    entries: Vec<Entry>,
    next_slot: usize,
    /// The slots that expressions read.
    pub(crate) reads: BTreeSet<usize>,
    /// Undeclared names in the order of their first use.
    pub(crate) free: Vec<Arc<str>>,
    /// The paths read from outside.
    pub(crate) paths: Vec<Path>,
    pub(crate) problems: Vec<Problem>,
}

/// The state of a scope to go back to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    entries: usize,
    next_slot: usize,
}

impl<'a> Scope<'a> {
    pub(crate) fn new(dialect: Dialect, vocabulary: &'a [Arc<str>], types: &'a Types) -> Self {
        Self {
            dialect,
            vocabulary,
            types,
            entries: Vec::new(),
            next_slot: 0,
            reads: BTreeSet::new(),
            free: Vec::new(),
            paths: Vec::new(),
            problems: Vec::new(),
        }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Brings a name into scope and gives its slot; `path` is what it stands for outside.
    pub(crate) fn declare(&mut self, name: &Arc<str>, path: Option<Path>) -> usize {
        self.add(Arc::clone(name), path, false)
    }

    /// Brings the item of a filter into scope: as `item`, and with its entries by their names.
    pub(crate) fn declare_item(&mut self, path: Option<Path>) -> usize {
        self.add(Arc::from("item"), path, true)
    }

    fn add(&mut self, name: Arc<str>, path: Option<Path>, is_item: bool) -> usize {
        let slot = self.next_slot;
        self.next_slot += 1;
        self.entries.push(Entry { name, slot, path, is_item });
        if self.entries.len() == MAX_NAMES + 1 {
            let message =
                format!("more than {MAX_NAMES} names are in scope at once; split the decision");
            self.problem(&Place::default(), message);
        }
        slot
    }

    /// The slot that the next declared name gets.
    pub(crate) fn next_slot(&self) -> usize {
        self.next_slot
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark { entries: self.entries.len(), next_slot: self.next_slot }
    }

    /// Takes the names declared since the mark out of scope.
    pub(crate) fn reset(&mut self, mark: Mark) {
        self.entries.truncate(mark.entries);
        self.next_slot = mark.next_slot;
    }

    pub(crate) fn problem(&mut self, place: &Place, message: impl Into<String>) {
        self.problems.push(place.problem(message));
    }

    /// Whether the name is declared, so that it may hide a built-in function.
    pub(crate) fn declares(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| *entry.name == *name)
    }

    /// Compiles an expression; what is wrong with it becomes a problem.
    pub(crate) fn expression(&mut self, text: &str, place: &Place) -> Option<Expression> {
        let types = self.types;
        let compiled = self.with_options(text, |it| feel::compile_with_types(text, it, types));
        self.resolved(text, compiled, place)
    }

    /// Compiles the filter of the list of that name by a condition.
    pub(crate) fn filter(&mut self, text: &str, list: &str, place: &Place) -> Option<Expression> {
        let types = self.types;
        let compiled = self.with_options(text, |it| feel::compile_filter(text, list, it, types));
        self.resolved(text, compiled, place)
    }

    fn resolved(
        &mut self,
        text: &str,
        compiled: Result<feel::Expression, feel::CompileError>,
        place: &Place,
    ) -> Option<Expression> {
        match compiled {
            Ok(feel) => {
                self.note_paths(feel.paths());
                let sources = self.sources(feel.inputs());
                Some(Expression::new(feel, sources, place.element.clone()))
            }
            Err(error) => {
                self.problem(place, format!("`{text}` is not FEEL: {error}"));
                None
            }
        }
    }

    /// Compiles unary tests; what is wrong with them becomes a problem.
    pub(crate) fn tests(&mut self, text: &str, place: &Place) -> Option<Tests> {
        let types = self.types;
        let compile =
            |options: &Options<'_>| feel::compile_unary_tests_with_types(text, options, types);
        match self.with_options(text, compile) {
            Ok(feel) => {
                self.note_paths(feel.paths());
                let sources = Sources::new(self.sources(feel.inputs()));
                Some(Tests { feel, sources, element: place.element.clone() })
            }
            Err(error) => {
                self.problem(place, format!("`{text}` is not a FEEL unary test: {error}"));
                None
            }
        }
    }

    /// The path from outside that an expression is, where it is nothing but a path.
    pub(crate) fn outside_path(&self, expression: &Expression) -> Option<Path> {
        expression.as_path().and_then(|path| self.outside(path))
    }

    /// Names that cannot stand in the text are left out: reading a text costs time for every name.
    fn with_options<T>(&self, text: &str, compile: impl FnOnce(&Options<'_>) -> T) -> T {
        let names: Vec<&str> = self
            .entries
            .iter()
            .map(|entry| &*entry.name)
            .chain(self.vocabulary.iter().map(|name| &**name))
            .take(MAX_NAMES)
            .filter(|name| text.contains(first_word(name)))
            .collect();
        compile(&Options { dialect: self.dialect, names: &names })
    }

    fn sources(&mut self, names: &[Arc<str>]) -> Vec<Source> {
        names.iter().map(|name| self.source(name)).collect()
    }

    fn source(&mut self, name: &Arc<str>) -> Source {
        self.source_below(self.entries.len(), name)
    }

    /// Where a name stands among the first so many entries.
    fn source_below(&mut self, count: usize, name: &Arc<str>) -> Source {
        let mut entries = self.entries.iter().take(count).enumerate().rev();
        let found = entries.find(|(_, entry)| entry.is_item || entry.name == *name);
        if let Some((at, Entry { name: own, slot, is_item, .. })) = found {
            let (slot, is_own, is_item) = (*slot, *own == *name, *is_item);
            self.reads.insert(slot);
            let otherwise = match (is_item, is_own) {
                (false, _) => return Source::Slot(slot),
                (true, true) => Source::Slot(slot),
                // As in FEEL's own filters, what is declared nowhere can only be an entry.
                (true, false) if !self.declares(name) => Source::Nowhere,
                (true, false) => self.source_below(at, name),
            };
            return Source::Member {
                item: slot,
                name: Arc::clone(name),
                otherwise: otherwise.into(),
            };
        }
        if self.vocabulary.contains(name) {
            return Source::Nowhere;
        }
        let index = self.free.iter().position(|free| free == name).unwrap_or_else(|| {
            self.free.push(Arc::clone(name));
            self.free.len() - 1
        });
        Source::Free(index)
    }

    fn note_paths(&mut self, paths: &[Path]) {
        for path in paths {
            self.note_path(self.entries.len(), path);
        }
    }

    /// Notes a path; one that may start at an entry of an item or outside of the filter is noted as both.
    fn note_path(&mut self, count: usize, path: &Path) {
        let Some((first, _)) = path.split_first() else { return };
        let mut entries = self.entries.iter().take(count).enumerate().rev();
        let found = entries.find(|(_, entry)| entry.is_item || entry.name == *first);
        match found {
            Some((at, Entry { name, is_item: true, path: over, .. })) if name != first => {
                let inner =
                    over.as_ref().map(|over| Path::new(over.iter().chain(path.iter()).cloned()));
                self.paths.extend(inner);
                if self.declares(first) {
                    self.note_path(at, path);
                }
            }
            _ => {
                let outside = self.outside(path);
                self.paths.extend(outside);
            }
        }
    }

    /// A path in terms of what the caller gives; `None` where it starts at something computed.
    fn outside(&self, path: &Path) -> Option<Path> {
        let (first, rest) = path.split_first()?;
        match self.entries.iter().rev().find(|entry| entry.name == *first) {
            None if self.vocabulary.contains(first) => None,
            None => Some(path.clone()),
            Some(entry) => {
                let known = entry.path.as_ref()?;
                Some(Path::new(known.iter().chain(rest).cloned()))
            }
        }
    }
}

/// The letters and digits that a name starts with; of a name that starts otherwise nothing.
fn first_word(name: &str) -> &str {
    name.split(|character: char| !character.is_alphanumeric()).next().unwrap_or_default()
}
