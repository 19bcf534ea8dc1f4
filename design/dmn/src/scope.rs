//! The names that an expression sees and where their values stand when it is evaluated. Names are
//! resolved once, at compile time; evaluation works with positions only.

use std::{collections::BTreeSet, sync::Arc};

use feel::{Dialect, Options, Path, Run, Types, Value};

use crate::{
    problem::{Place, Problem},
    table::Rows,
};

/// How many names may be in scope at once, those of the vocabulary included: every expression is read
/// with all of them.
pub(crate) const MAX_NAMES: usize = 1_000;

/// Remarks of one decision that are kept.
const KEPT_REMARKS: usize = 100;

/// Where the value of a name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// At this position of the frame.
    Slot(usize),
    /// Among the names that the model does not declare, which the caller may give.
    Free(usize),
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
    /// What the logic itself had to remark, beside FEEL's warnings; the first ones, as a loop may repeat one without end.
    pub(crate) remarks: Vec<String>,
    /// How often something was remarked.
    pub(crate) remarked: u64,
}

impl Frame {
    pub(crate) fn new(slots: Vec<Value>, free: Arc<[Value]>) -> Self {
        Self { slots, free, ..Self::default() }
    }

    /// Remarks something.
    pub(crate) fn remark(&mut self, message: String) {
        self.remarked += 1;
        if self.remarks.len() < KEPT_REMARKS {
            self.remarks.push(message);
        }
    }

    /// The value at a place; null where nothing was put there.
    pub(crate) fn get(&self, source: Source) -> Value {
        let value = match source {
            Source::Slot(slot) => self.slots.get(slot),
            Source::Free(index) => self.free.get(index),
            Source::Nowhere => None,
        };
        value.cloned().unwrap_or_default()
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
        self.remarks.clear();
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
        arguments.extend(sources.iter().map(|source| self.get(*source)));
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
}

impl Expression {
    fn new(feel: feel::Expression, sources: Vec<Source>) -> Self {
        let slot = match (feel.inputs(), &*sources) {
            ([name], [Source::Slot(slot)]) if **name == *feel.source().trim() => Some(*slot),
            _ => None,
        };
        Self { feel, sources: Sources::new(sources), slot }
    }

    /// The slot that it is, where it is nothing but a declared name.
    pub(crate) fn slot(&self) -> Option<usize> {
        self.slot
    }

    pub(crate) fn evaluate(&self, frame: &mut Frame, run: &mut Run) -> Value {
        if let Some(value) = self.slot.and_then(|slot| frame.slots.get(slot)) {
            return if run.failure().is_some() { Value::Null } else { value.clone() };
        }
        frame.with_arguments(&self.sources, |arguments| self.feel.evaluate(arguments, run))
    }

    /// Evaluates with these values instead of a frame's.
    pub(crate) fn evaluate_slots(&self, slots: &[Value], run: &mut Run) -> Value {
        self.feel.evaluate(slots, run)
    }

    pub(crate) fn source(&self) -> &str {
        self.feel.source()
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
}

impl Tests {
    pub(crate) fn source(&self) -> &str {
        self.feel.source()
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.feel.dialect()
    }

    /// Whether the input passes; null counts as no.
    pub(crate) fn matches(&self, input: &Value, frame: &mut Frame, run: &mut Run) -> bool {
        let result = frame
            .with_arguments(&self.sources, |arguments| self.feel.matches(input, arguments, run));
        result.as_bool() == Some(true)
    }
}

/// A name in scope.
#[derive(Debug)]
struct Entry {
    name: Arc<str>,
    slot: usize,
    /// The path from outside that the value is, where that is known.
    path: Option<Path>,
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
        let slot = self.next_slot;
        self.next_slot += 1;
        self.entries.push(Entry { name: Arc::clone(name), slot, path });
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
        match self.with_options(text, |options| feel::compile_with_types(text, options, types)) {
            Ok(feel) => {
                self.note_paths(feel.paths());
                let sources = self.sources(feel.inputs());
                Some(Expression::new(feel, sources))
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
                Some(Tests { feel, sources })
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
        if let Some(entry) = self.entries.iter().rev().find(|entry| entry.name == *name) {
            self.reads.insert(entry.slot);
            return Source::Slot(entry.slot);
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
            let outside = self.outside(path);
            self.paths.extend(outside);
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
