//! What no rule matches: column by column, the rules that are still alive are cut down region by region;
//! where none is left, the way there is a witness.

use std::collections::BTreeSet;

use feel::Value;

use super::{Witness, named};
use crate::table::{Axis, Bits};

/// How many sets may be cut down for one table; then the search gives up.
const MAX_STEPS: u32 = 1_000_000;

/// Inputs that no rule of `rules` matches, at most `most`, and whether these are all kinds of them.
pub(super) fn gaps(axes: &[Axis], rules: &Bits, most: usize) -> (Vec<Witness>, bool) {
    let there: Vec<Bits> = axes.iter().map(|axis| axis.there.clone()).collect();
    search(axes, &there, rules, most, MAX_STEPS)
}

/// Whether the rules of `rules` match all that lies in these regions; `None` where that takes too long.
pub(super) fn cover(axes: &[Axis], within: &[Bits], rules: &Bits) -> Option<bool> {
    match search(axes, within, rules, 1, MAX_STEPS / 100) {
        (found, _) if !found.is_empty() => Some(false),
        (_, true) => Some(true),
        (_, false) => None,
    }
}

fn search(
    axes: &[Axis],
    within: &[Bits],
    rules: &Bits,
    most: usize,
    steps: u32,
) -> (Vec<Witness>, bool) {
    // Rules that say nothing about a column and all behind it, from the last column to the first.
    let mut everywhere = vec![Bits::all(rules.words().len() * 64)];
    for (at, axis) in axes.iter().enumerate().rev() {
        let mut always = everywhere.last().cloned().unwrap_or_default();
        for (number, region) in axis.regions.iter().enumerate() {
            if within.get(at).is_some_and(|it| it.contains(number)) {
                always.intersect(&region.rules);
            }
        }
        everywhere.push(always);
    }
    everywhere.reverse();
    let mut search =
        Search { axes, within, everywhere, most, steps, found: Vec::new(), seen: BTreeSet::new() };
    let mut path = Vec::with_capacity(axes.len());
    let is_complete = search.descend(rules, &mut path);
    (search.found, is_complete)
}

struct Search<'a> {
    axes: &'a [Axis],
    within: &'a [Bits],
    everywhere: Vec<Bits>,
    most: usize,
    steps: u32,
    found: Vec<Witness>,
    /// What was looked at already: the column and the rules alive.
    seen: BTreeSet<(usize, Bits)>,
}

impl Search<'_> {
    /// `false` where the search was given up.
    fn descend(&mut self, alive: &Bits, path: &mut Vec<Value>) -> bool {
        let at = path.len();
        if alive.is_empty() {
            return self.note(path);
        }
        let (axes, within) = (self.axes, self.within);
        let covering = self.everywhere.get(at);
        let is_covered = covering.is_some_and(|rules| rules.first_common(alive).is_some());
        let Some(axis) = axes.get(at) else { return true };
        if is_covered || !self.seen.insert((at, alive.clone())) {
            return true;
        }
        for (number, region) in axis.regions.iter().enumerate() {
            if !within.get(at).is_some_and(|it| it.contains(number)) {
                continue;
            }
            let Some(left) = self.steps.checked_sub(1) else { return false };
            self.steps = left;
            let mut rest = alive.clone();
            rest.intersect(&region.rules);
            path.push(region.witness.clone());
            let goes_on = self.descend(&rest, path);
            path.pop();
            if !goes_on {
                return false;
            }
        }
        true
    }

    /// Notes a gap; what the columns behind are does not matter then.
    fn note(&mut self, path: &[Value]) -> bool {
        let rest = self.axes.iter().enumerate().skip(path.len()).map(|(at, axis)| {
            let number = self.within.get(at).and_then(|it| it.next(0));
            let region = number.and_then(|number| axis.regions.get(number));
            region.map(|region| region.witness.clone()).unwrap_or_default()
        });
        let values: Vec<Value> = path.iter().cloned().chain(rest).collect();
        self.found.push(named(self.axes, values));
        self.found.len() < self.most
    }
}
