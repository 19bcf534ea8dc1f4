//! What must be evaluated for one decision or service, in which order, and where each step finds its
//! values. Each decision is evaluated once; [`Plan::evaluate`] does it.

use std::{collections::BTreeSet, ops::Range, sync::Arc};

use feel::{Context, Hint, Path, Run, Value};

use crate::{
    boxed::{Logic, conform},
    item::Type,
    scope::{Frame, Source, Spot},
    table::Lookup,
    trace::{DecisionKind, DecisionTrace, TracedInput, TracedWarning},
    tree::Side,
};

/// A compiled decision.
#[derive(Debug)]
pub(crate) struct Decision {
    pub(crate) id: Arc<str>,
    pub(crate) name: Arc<str>,
    pub(crate) kind: DecisionKind,
    /// The name and type of its result.
    pub(crate) variable: Arc<str>,
    pub(crate) result: Arc<Type>,
    pub(crate) logic: Logic,
    /// What its slots hold, in order.
    pub(crate) bindings: Vec<Binding>,
    /// The names of the values that it requires, with where they stand.
    pub(crate) required: Vec<(Arc<str>, Source)>,
    /// The undeclared names that it reads.
    pub(crate) free: Vec<Arc<str>>,
    /// The paths that it reads from outside.
    pub(crate) paths: Vec<Path>,
}

/// What the caller gives.
#[derive(Debug)]
pub(crate) struct Input {
    /// The element.
    pub(crate) id: Arc<str>,
    pub(crate) name: Arc<str>,
    pub(crate) kind: Arc<Type>,
    /// Where callers have had it: they give the same inputs again and again.
    pub(crate) hint: Hint,
}

/// What a slot of a decision holds: nodes are named by their position in the file.
#[derive(Debug, Clone)]
pub(crate) enum Binding {
    Input(usize),
    Decision(usize),
    Function(Value),
}

/// The steps to a result.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    inputs: Vec<Arc<Input>>,
    steps: Vec<Step>,
    /// The steps or inputs that are the result: one, or the outputs of a service by name.
    outputs: Vec<(Arc<str>, Place)>,
    /// There is one step, which reads all inputs in order, and is the result.
    is_single: bool,
    /// The short way, where that step is a table that has one.
    lookup: Option<Lookup>,
    /// The service and the type of its result; that of a decision is checked by its step.
    pub(crate) result: Option<(Arc<str>, Arc<Type>)>,
    pub(crate) paths: Vec<Path>,
}

#[derive(Debug)]
struct Step {
    decision: Arc<Decision>,
    slots: Vec<Slot>,
}

#[derive(Debug)]
enum Slot {
    From(Place),
    Function(Value),
}

/// Where a value stands while a plan runs.
#[derive(Debug, Clone, Copy)]
enum Place {
    Input(usize),
    Step(usize),
}

/// A node as plans see it.
#[derive(Debug, Clone)]
pub(crate) enum Unit {
    Input(Arc<Input>),
    Decision(Arc<Decision>),
    /// A function, or what could not be compiled.
    Other,
}

/// What a plan gives.
#[derive(Debug, Default)]
pub(crate) struct Ran {
    pub(crate) value: Value,
    /// How many warnings the run had when the steps were done.
    pub(crate) steps_done: usize,
    /// Empty without a trace.
    pub(crate) decisions: Vec<DecisionTrace>,
}

/// Memory that evaluations use one after the other, so that a repeated one allocates next to nothing.
///
/// It holds no values between evaluations, and may serve any decision of any model.
#[derive(Debug, Default)]
pub struct Arena {
    /// The values that the caller gave, in the order of the plan's inputs.
    inputs: Vec<Value>,
    /// The values of the steps so far.
    results: Vec<Value>,
    frame: Frame,
}

impl Arena {
    fn clear(&mut self) {
        self.inputs.clear();
        self.results.clear();
        self.frame.clear();
    }
}

impl Plan {
    /// The plan for `targets`, where `given` decisions are taken from the caller as if they were inputs.
    pub(crate) fn new(
        units: &[Unit],
        order: &[usize],
        targets: &[usize],
        given: &[usize],
        first: &[usize],
    ) -> Self {
        let needed = needed(units, targets, given);
        let mut plan = Self::default();
        let mut places: Vec<Option<Place>> = vec![None; units.len()];
        let mut paths = BTreeSet::new();
        // The inputs in `first` come first: they are the parameters of a service.
        let rest = order.iter().filter(|node| !first.contains(node) && needed.contains(node));
        for node in first.iter().chain(rest).copied() {
            let place = match units.get(node) {
                Some(Unit::Input(input)) => plan.add_input(Arc::clone(input)),
                // Where a person decides, the caller gives the decision.
                Some(Unit::Decision(decision))
                    if given.contains(&node) || decision.kind == DecisionKind::Undefined =>
                {
                    plan.add_input(Arc::new(Input {
                        id: Arc::clone(&decision.id),
                        name: Arc::clone(&decision.variable),
                        kind: Arc::clone(&decision.result),
                        hint: Hint::default(),
                    }))
                }
                Some(Unit::Decision(decision)) => {
                    paths.extend(decision.paths.iter().cloned());
                    plan.add_step(decision, &places)
                }
                Some(Unit::Other) | None => continue,
            };
            if let Some(slot) = places.get_mut(node) {
                *slot = Some(place);
            }
        }
        for target in targets {
            if let (Some(Unit::Decision(decision)), Some(Some(place))) =
                (units.get(*target), places.get(*target))
            {
                plan.outputs.push((Arc::clone(&decision.variable), *place));
            }
        }
        plan.paths = paths.into_iter().collect();
        plan.is_single = plan.is_one_step();
        plan.lookup = plan.short_way();
        plan
    }

    fn short_way(&self) -> Option<Lookup> {
        let [step] = &*self.steps else { return None };
        if !self.is_single || !step.decision.free.is_empty() {
            return None;
        }
        let mut kinds = vec![&*step.decision.result];
        if let Logic::Typed { kind, .. } = &step.decision.logic {
            kinds.push(kind);
        }
        step.decision.table()?.lookup(self.inputs.len(), &kinds)
    }

    fn is_one_step(&self) -> bool {
        let ([step], [(_, Place::Step(0))]) = (&*self.steps, &*self.outputs) else { return false };
        let reads = step.slots.iter().enumerate();
        let mut in_order =
            reads.map(|(at, slot)| matches!(slot, Slot::From(Place::Input(it)) if *it == at));
        step.slots.len() == self.inputs.len() && in_order.all(|it| it)
    }

    fn add_input(&mut self, input: Arc<Input>) -> Place {
        self.inputs.push(input);
        Place::Input(self.inputs.len() - 1)
    }

    fn add_step(&mut self, decision: &Arc<Decision>, places: &[Option<Place>]) -> Place {
        let slots = decision.bindings.iter().map(|binding| match binding {
            Binding::Function(function) => Slot::Function(function.clone()),
            Binding::Input(node) | Binding::Decision(node) => {
                places.get(*node).copied().flatten().map_or(Slot::Function(Value::Null), Slot::From)
            }
        });
        let slots = slots.collect();
        self.steps.push(Step { decision: Arc::clone(decision), slots });
        Place::Step(self.steps.len() - 1)
    }

    /// Names and types of what the caller gives.
    pub(crate) fn inputs(&self) -> &[Arc<Input>] {
        &self.inputs
    }

    /// The value for inputs by name, where the decision is a table that can be looked up and nothing is to be remarked.
    #[inline]
    pub(crate) fn look_up(&self, inputs: &Context, run: &Run) -> Option<Value> {
        let lookup = self.lookup.as_ref()?;
        // A service's type may be another than its decision's.
        if self.result.is_some() || run.failure().is_some() {
            return None;
        }
        let given = |at: usize| {
            let input = self.inputs.get(at)?;
            let value = inputs.get_near(&input.name, &input.hint).unwrap_or(&Value::Null);
            input.kind.takes(value).then_some(value)
        };
        self.steps.first()?.decision.table()?.look_up(lookup, given)
    }

    /// Runs the plan on values by name.
    pub(crate) fn evaluate(
        &self,
        inputs: &Context,
        run: &mut Run,
        is_traced: bool,
        arena: &mut Arena,
    ) -> Ran {
        let mut ran = Ran::default();
        // The inputs that there are warnings about.
        let mut noted: Vec<(usize, Range<usize>)> = Vec::new();
        for (at, input) in self.inputs.iter().enumerate() {
            match inputs.get_near(&input.name, &input.hint) {
                // Copied to where it stays; it is read at once.
                Some(value) if input.kind.takes(value) => {
                    arena.inputs.extend_from_slice(std::slice::from_ref(value));
                }
                given => {
                    let mut value = given.cloned().unwrap_or_default();
                    let seen = run.warnings().len();
                    let spot = Spot::element(Some(&input.id));
                    conform(&mut value, &input.kind, &input.name, spot, run);
                    run.attribute(seen, Some(&input.id), None);
                    noted.push((at, seen..run.warnings().len()));
                    arena.inputs.push(value);
                }
            }
        }
        self.run(Some(inputs), run, is_traced, &mut ran, arena);
        for (input, warnings) in noted.into_iter().rev().filter(|_| is_traced) {
            let reads = |slot: &Slot| matches!(slot, Slot::From(Place::Input(it)) if *it == input);
            let reader = self.steps.iter().position(|step| step.slots.iter().any(reads));
            if let Some(trace) = reader.and_then(|reader| ran.decisions.get_mut(reader)) {
                trace.warnings.splice(..0, traced(run, warnings));
            }
        }
        if self.is_single {
            // Each keeps the memory that it has had.
            std::mem::swap(&mut arena.frame.slots, &mut arena.inputs);
        }
        arena.clear();
        ran
    }

    /// Runs the plan as a function; the arguments are its inputs in order.
    pub(crate) fn call(&self, arguments: &[Value], run: &mut Run) -> Value {
        let mut arena = Arena::default();
        for (input, argument) in self.inputs.iter().zip(arguments) {
            let Some(value) = input.kind.coerce(argument.clone(), run) else {
                let (name, found) = (&input.name, argument.type_name());
                let message = || format!("the argument `{name}`, a {found}, is not of its type");
                Spot::element(Some(&input.id)).remark(run, message);
                return Value::Null;
            };
            arena.inputs.push(value);
        }
        let mut ran = Ran::default();
        self.run(None, run, false, &mut ran, &mut arena);
        ran.value
    }

    fn run(
        &self,
        named: Option<&Context>,
        run: &mut Run,
        is_traced: bool,
        ran: &mut Ran,
        arena: &mut Arena,
    ) {
        let Arena { inputs, results, frame } = arena;
        // What a trace keeps may be one value of the largest size, all together.
        let mut room = run.limits().value_parts;
        for step in &self.steps {
            frame.slots.clear();
            if self.is_single {
                // The inputs are not needed again.
                std::mem::swap(&mut frame.slots, inputs);
            } else {
                frame.slots.extend(step.slots.iter().map(|slot| match slot {
                    Slot::Function(function) => function.clone(),
                    Slot::From(place) => at(*place, inputs, results),
                }));
            }
            let seen = run.warnings().len();
            bind_free(&step.decision, named, frame, run);
            run.charge(1);
            let value = if is_traced {
                let mut traced = step.decision.trace(seen, frame, run);
                let value = traced.output.clone();
                traced.fit(&mut room);
                ran.decisions.push(traced);
                value
            } else {
                let value = step.decision.evaluate(frame, run);
                run.attribute(seen, Some(&step.decision.id), None);
                value
            };
            results.push(value);
        }
        ran.steps_done = run.warnings().len();
        ran.value = match &*self.outputs {
            [_] if self.is_single => results.pop().unwrap_or_default(),
            [(_, place)] => at(*place, inputs, results),
            outputs => {
                let value = |place: &Place| at(*place, inputs, results);
                let entries = outputs.iter().map(|(name, place)| (Arc::clone(name), value(place)));
                run.made(entries.collect::<Context>().into())
            }
        };
        if run.failure().is_some() {
            ran.value = Value::Null;
        }
        if let Some((service, kind)) = &self.result {
            let spot = Spot::element(Some(service));
            conform(&mut ran.value, kind, "the result", spot, run);
        }
    }
}

/// Puts the undeclared names' values into the frame.
fn bind_free(decision: &Decision, given: Option<&Context>, frame: &mut Frame, run: &mut Run) {
    let names = &decision.free;
    if names.is_empty() && frame.free.is_empty() {
        return;
    }
    for name in names {
        if given.is_none_or(|given| given.get(name).is_none()) {
            let message = || format!("`{name}` is neither required by the decision nor given");
            Spot::element(Some(&decision.id)).remark(run, message);
        }
    }
    let value = |name: &Arc<str>| given.and_then(|given| given.get(name)).cloned();
    frame.set_free(names.iter().map(|name| value(name).unwrap_or_default()));
}

fn at(place: Place, inputs: &[Value], results: &[Value]) -> Value {
    let value = match place {
        Place::Input(input) => inputs.get(input),
        Place::Step(step) => results.get(step),
    };
    value.cloned().unwrap_or_default()
}

/// Some warnings of a run as a trace shows them.
pub(crate) fn traced(run: &Run, which: Range<usize>) -> Vec<TracedWarning> {
    run.warnings().get(which).into_iter().flatten().map(TracedWarning::from_feel).collect()
}

/// The nodes that the targets need, without what only `given` decisions need.
fn needed(units: &[Unit], targets: &[usize], given: &[usize]) -> BTreeSet<usize> {
    let mut needed = BTreeSet::new();
    let mut open = targets.to_vec();
    while let Some(node) = open.pop() {
        if !needed.insert(node) || given.contains(&node) {
            continue;
        }
        if let Some(Unit::Decision(decision)) = units.get(node) {
            open.extend(decision.bindings.iter().filter_map(|binding| match binding {
                Binding::Input(node) | Binding::Decision(node) => Some(*node),
                Binding::Function(_) => None,
            }));
        }
    }
    needed
}

impl Decision {
    fn evaluate(&self, frame: &mut Frame, run: &mut Run) -> Value {
        let mut value = self.logic.evaluate(frame, run);
        conform(&mut value, &self.result, &self.name, self.spot(), run);
        value
    }

    /// What a remark about its value is about.
    fn spot(&self) -> Spot<'_> {
        Spot::element(Some(&self.id))
    }

    /// Evaluates and notes what was read and matched, with the warnings since `seen`.
    fn trace(&self, seen: usize, frame: &mut Frame, run: &mut Run) -> DecisionTrace {
        let (mut inputs, mut matched) = (Vec::new(), Vec::new());
        let mut output = match (self.table(), self.untyped()) {
            (_, Logic::Tree(tree)) => {
                let value = tree.evaluate(frame, run, |input, branch, _| {
                    inputs.push(input);
                    matched.extend(branch);
                });
                self.checked(value, run)
            }
            (Some(table), _) => {
                let value = table.evaluate_kept(frame, run);
                inputs = table.trace_inputs(frame);
                matched = table.trace_matched(frame, &self.variable);
                self.checked(value, run)
            }
            (None, _) => {
                let free = self.free.iter().enumerate();
                let free = free.map(|(index, name)| (name, Source::Free(index)));
                let required = self.required.iter().map(|(name, source)| (name, source.clone()));
                inputs.extend(required.chain(free).map(|(name, source)| TracedInput {
                    id: Arc::clone(name),
                    name: Arc::clone(name),
                    expression: Arc::clone(name),
                    value: frame.get(&source),
                }));
                self.logic.evaluate(frame, run)
            }
        };
        conform(&mut output, &self.result, &self.name, self.spot(), run);
        run.attribute(seen, Some(&self.id), None);
        DecisionTrace {
            decision_id: Arc::clone(&self.id),
            name: Arc::clone(&self.name),
            kind: self.kind,
            inputs,
            matched,
            warnings: traced(run, seen..run.warnings().len()),
            output,
        }
    }

    pub(crate) fn table(&self) -> Option<&crate::table::Table> {
        match self.untyped() {
            Logic::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The logic, where it is made of rules that can be told apart.
    pub(crate) fn side(&self) -> Option<Side<'_>> {
        match self.untyped() {
            Logic::Table(table) => Some(Side::Table(table)),
            Logic::Tree(tree) => Some(Side::Tree(tree)),
            _ => None,
        }
    }

    fn untyped(&self) -> &Logic {
        match &self.logic {
            Logic::Typed { logic, .. } => logic,
            other => other,
        }
    }

    /// The check of the table's own type, which evaluating the table alone leaves out.
    fn checked(&self, mut value: Value, run: &mut Run) -> Value {
        if let Logic::Typed { kind, .. } = &self.logic {
            conform(&mut value, kind, &self.name, self.logic.spot(), run);
        }
        value
    }
}
