//! Tokens are conserved (BPMN 2.0.2, 13.2): they are counted from the log alone, flow by flow, and held against what the model says
//! and against what the state knows. None appears but by a start, an event on a border or a fork; none is lost but at an end.

use std::collections::BTreeMap;

use base::Key;
use bpmn::{ElementIndex, ElementKind, EndResult, FlowIndex, Process};
use engine::{Event, Instance, Status, Step};

use crate::bench::Bench;

type Place = (Key, ElementIndex);

/// Where the tokens are after the events read so far.
#[derive(Default)]
struct Tokens {
    /// In front of elements, by scope.
    entering: BTreeMap<Place, usize>,
    /// At joins, by the flow they came over.
    waiting: BTreeMap<(Place, FlowIndex), usize>,
    /// In active elements.
    active: BTreeMap<Key, Place>,
    /// Scopes that have begun.
    begun: Vec<Key>,
    /// What was completed last, and the flows taken since.
    leaving: Option<(Place, usize)>,
}

/// Whether the log of an instance that has come to `state` conserves its tokens; else where it does not.
pub(crate) fn check(process: &Process, log: &[Event], state: &Instance) -> Result<(), String> {
    let mut tokens = Tokens::default();
    for (index, event) in log.iter().enumerate() {
        tokens.read(process, event).map_err(|why| format!("event {index}, {event:?}: {why}"))?;
    }
    tokens.has_left(process)?;
    tokens.agree(process, state)
}

impl Tokens {
    fn read(&mut self, process: &Process, event: &Event) -> Result<(), String> {
        if !matches!(event, Event::FlowTaken(_) | Event::JoinReached(_) | Event::JoinPassed(_)) {
            self.has_left(process)?;
        }
        match event {
            Event::ElementActivated(event) => self.activate(process, event),
            Event::ElementCompleted(event) => self.complete(process, event.key),
            Event::ElementTerminated(event) => {
                self.clear(event.key);
                self.active.remove(&event.key).map(|_| ()).ok_or("it was not active".to_owned())
            }
            Event::FlowTaken(event) => self.take(process, event.flow),
            Event::JoinReached(event) => {
                let place = (event.scope, event.gateway);
                less(&mut self.entering, &place)?;
                more(&mut self.waiting, (place, event.flow));
                Ok(())
            }
            Event::JoinPassed(event) => {
                let place = (event.scope, event.gateway);
                for flow in &element(process, event.gateway)?.incoming {
                    less(&mut self.waiting, &(place, *flow))?;
                }
                more(&mut self.entering, place);
                Ok(())
            }
            Event::InstanceTerminated(_) => {
                self.entering.clear();
                self.waiting.clear();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn activate(
        &mut self,
        process: &Process,
        event: &engine::ElementActivated,
    ) -> Result<(), String> {
        let place = (event.scope, event.element);
        match element(process, event.element)?.kind {
            ElementKind::StartEvent(_) if self.begun.contains(&event.scope) => {
                return Err("its scope has begun before".to_owned());
            }
            ElementKind::StartEvent(_) => self.begun.push(event.scope),
            ElementKind::BoundaryEvent { .. } => {}
            _ => less(&mut self.entering, &place)?,
        }
        let before = self.active.insert(event.key, place);
        before.map_or(Ok(()), |_| Err("it is active already".to_owned()))
    }

    fn complete(&mut self, process: &Process, key: Key) -> Result<(), String> {
        let place = self.active.remove(&key).ok_or("it was not active")?;
        if let ElementKind::EndEvent(EndResult::Terminate) = element(process, place.1)?.kind {
            self.clear(place.0);
        }
        self.leaving = Some((place, 0));
        self.is_empty(key)
    }

    fn take(&mut self, process: &Process, flow: FlowIndex) -> Result<(), String> {
        let ((scope, from), taken) = self.leaving.as_mut().ok_or("nothing was completed")?;
        if !element(process, *from)?.outgoing.contains(&flow) {
            return Err("the flow does not leave what was completed".to_owned());
        }
        *taken += 1;
        let to = process.flow(flow).ok_or("no such flow")?.to;
        more(&mut self.entering, (*scope, to));
        Ok(())
    }

    /// Whether what was completed last took as many flows as its kind takes.
    fn has_left(&mut self, process: &Process) -> Result<(), String> {
        let Some(((_, index), taken)) = self.leaving.take() else { return Ok(()) };
        let element = element(process, index)?;
        let due = match element.kind {
            ElementKind::EndEvent(_) => 0,
            ElementKind::ExclusiveGateway { .. } => element.outgoing.len().min(1),
            _ => element.outgoing.len(),
        };
        if taken == due {
            Ok(())
        } else {
            Err(format!("`{}` took {taken} of {due} flows", element.id))
        }
    }

    /// The tokens of a scope that ends by force are gone.
    fn clear(&mut self, scope: Key) {
        self.entering.retain(|(at, _), _| *at != scope);
        self.waiting.retain(|((at, _), _), _| *at != scope);
    }

    fn is_empty(&self, scope: Key) -> Result<(), String> {
        let left = self.entering.keys().any(|(at, _)| *at == scope)
            || self.waiting.keys().any(|((at, _), _)| *at == scope)
            || self.active.values().any(|(at, _)| *at == scope);
        if left { Err("there are tokens in it".to_owned()) } else { Ok(()) }
    }

    /// The state knows each token where the log has left it.
    fn agree(&self, process: &Process, state: &Instance) -> Result<(), String> {
        if state.status != Status::Active {
            return self.is_empty(state.key);
        }
        let mut entering = BTreeMap::new();
        for step in &state.pending {
            let Step::Enter { element: index, scope } = *step else { continue };
            let begins = matches!(element(process, index)?.kind, ElementKind::StartEvent(_));
            if !begins && state.has_scope(scope) {
                more(&mut entering, (scope, index));
            }
        }
        let joins =
            state.joins.iter().map(|it| (((it.scope, it.gateway), it.flow), it.tokens as usize));
        let active = state.elements.values().map(|it| (it.key, (it.scope, it.element)));
        let same = entering == self.entering
            && joins.collect::<BTreeMap<_, _>>() == self.waiting
            && active.collect::<BTreeMap<_, _>>() == self.active;
        if same { Ok(()) } else { Err("the state has other tokens than its log".to_owned()) }
    }
}

fn element(process: &Process, index: ElementIndex) -> Result<&bpmn::Element, String> {
    process.element(index).ok_or("no such element".to_owned())
}

fn more<K: Ord>(tokens: &mut BTreeMap<K, usize>, place: K) {
    *tokens.entry(place).or_default() += 1;
}

fn less<K: Ord>(tokens: &mut BTreeMap<K, usize>, place: &K) -> Result<(), String> {
    let count = tokens.get_mut(place).ok_or("there is no token for it")?;
    *count -= 1;
    if *count == 0 {
        tokens.remove(place);
    }
    Ok(())
}

#[test]
fn a_log_that_lacks_a_token_or_has_one_too_many_is_found() {
    let model = "s: start\nfork: and\na: user\nsub: sub\ni: start @sub\nx: xor @sub\nin1: manual @sub\nin2: manual @sub\n\
                 join: and\ne: end\ns -> fork\nfork -> a\nfork -> sub\na -> join\nsub -> join\njoin -> e\ni -> x\n\
                 x -> in1 if n > 0\nx -> in2 if default";
    let mut bench = Bench::new(model);
    bench.step("start {n: 1}");
    bench.step("do a");
    let state = bench.state.as_ref().expect("it was started");
    assert_eq!(state.status, Status::Completed);
    assert_eq!(check(&bench.process, &bench.log, state), Ok(()));
    let moves = |event: &Event| {
        matches!(
            event,
            Event::ElementActivated(_)
                | Event::ElementCompleted(_)
                | Event::FlowTaken(_)
                | Event::JoinReached(_)
                | Event::JoinPassed(_)
        )
    };
    let places = (0..bench.log.len()).filter(|at| moves(&bench.log[*at]));
    for at in places {
        let (mut lacking, mut doubled) = (bench.log.clone(), bench.log.clone());
        let event = lacking.remove(at);
        doubled.insert(at, event.clone());
        assert!(check(&bench.process, &lacking, state).is_err(), "without {event:?}");
        assert!(check(&bench.process, &doubled, state).is_err(), "twice {event:?}");
    }
}
