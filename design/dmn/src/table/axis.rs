//! A column as the regions that its rules tell apart: each cell asked about an example of everything that the
//! input may be, by the index that also evaluates the table or by the cell itself.

use std::{collections::BTreeSet, sync::Arc};

use feel::{Run, Timestamp, Value};

use super::{
    Column,
    bits::Bits,
    domain::Domain,
    literals::Literals,
    space::{Axis, Region, Unread},
};
use crate::scope::{Frame, Tests};

/// How many cells of a column may be asked one by one.
const MAX_ASKED: usize = 100_000;

/// What is known of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// It compares with literals only: what it says of the examples, it says of all values.
    Wholly,
    /// It reads its input only: what it says is known of the examples.
    ByExample,
    /// It reads more than its input.
    Not,
}

impl Column {
    /// The column of a table of so many rules as regions.
    pub(super) fn axis(&self, rules: usize) -> Axis {
        let read = |test: &Tests| Literals::read(test.source(), test.dialect());
        let read: Vec<Option<Literals>> = self.tests.iter().map(read).collect();
        let domain = self.domain(&read);
        let known =
            self.tests.iter().zip(&read).map(|(it, read)| known(it, read.as_ref(), &domain));
        let mut known: Vec<Known> = known.collect();
        self.bound(&domain, &mut known);
        let known_of = |rule: usize| match self.cells.get(rule) {
            Some(Some(number)) => at(&known, *number).copied().unwrap_or(Known::Not),
            // `-`, or a cell that did not compile.
            Some(None) | None if self.residual.contains(rule) => Known::Not,
            Some(None) | None => Known::Wholly,
        };
        let of = |wanted: Known| {
            let mut bits = Bits::none(rules);
            (0..rules).filter(|rule| known_of(*rule) == wanted).for_each(|rule| bits.insert(rule));
            bits
        };
        let (regions, there) = self.regions(&domain, &known, rules);
        Axis {
            name: Arc::clone(&self.name),
            regions,
            there,
            open: of(Known::Not),
            sampled: of(Known::ByExample),
            is_unused: rules > 0 && self.cells.iter().all(Option::is_none),
            unread: self.unread(&domain, &known),
        }
    }

    /// Where there are too many cells to ask, those that the index does not answer count as unknown.
    fn bound(&self, domain: &Domain, known: &mut [Known]) {
        let is_residual = |number: &u32| {
            let mut rules = self.cells.iter().enumerate().filter(|(_, it)| **it == Some(*number));
            rules.any(|(rule, _)| self.residual.contains(rule))
        };
        let mut scratch = Bits::default();
        let indexed = domain.values.iter().filter(|it| self.index.intersect(&it.0, &mut scratch));
        let others = domain.values.len() - indexed.count();
        if domain.values.len().saturating_mul(known.len()) <= MAX_ASKED {
            return;
        }
        let residual = (0..).zip(&mut *known).filter(|(number, _)| is_residual(number));
        let residual: Vec<&mut Known> = residual.map(|(_, known)| known).collect();
        if domain.values.len().saturating_mul(residual.len()) > MAX_ASKED {
            for known in residual {
                *known = Known::Not;
            }
        }
        if others.saturating_mul(known.len()) > MAX_ASKED {
            known.fill(Known::Not);
        }
    }

    /// The regions, null last, and those in which gaps are looked for.
    fn regions(&self, domain: &Domain, known: &[Known], rules: usize) -> (Vec<Region>, Bits) {
        let mut seen: BTreeSet<(bool, Bits)> = BTreeSet::new();
        let mut regions: Vec<Region> = Vec::new();
        for (witness, is_allowed) in &domain.values {
            let matching = self.matching(witness, known, rules);
            if seen.insert((*is_allowed, matching.clone())) {
                let (witness, is_allowed) = (witness.clone(), *is_allowed);
                regions.push(Region { witness, rules: matching, is_allowed });
            }
        }
        let matching = self.matching(&Value::Null, known, rules);
        regions.push(Region { witness: Value::Null, rules: matching, is_allowed: true });
        let mut there = Bits::none(regions.len());
        let null = regions.len() - 1;
        for (number, region) in regions.iter().enumerate() {
            if region.is_allowed && (number < null || null == 0 && self.tests.is_empty()) {
                there.insert(number);
            }
        }
        (regions, there)
    }

    /// The rules that let the value through, those of which nothing is known included.
    fn matching(&self, value: &Value, known: &[Known], rules: usize) -> Bits {
        let mut alive = Bits::all(rules);
        let is_indexed = self.index.intersect(value, &mut alive);
        let mut answers: Vec<Option<bool>> = vec![None; self.tests.len()];
        for (rule, cell) in self.cells.iter().enumerate() {
            let Some(number) = cell.filter(|_| !is_indexed || self.residual.contains(rule)) else {
                continue;
            };
            let answer = usize::try_from(number).ok().and_then(|it| answers.get_mut(it));
            let Some(answer) = answer else { continue };
            let passes = *answer.get_or_insert_with(|| {
                at(known, number).is_none_or(|known| *known == Known::Not)
                    || at(&self.tests, number).is_some_and(|test| passes(test, value))
            });
            if !passes && alive.contains(rule) {
                alive.toggle(rule);
            }
        }
        alive
    }

    fn unread(&self, domain: &Domain, known: &[Known]) -> Vec<Unread> {
        let mut unread: Vec<Unread> = Vec::new();
        unread.extend(
            domain.unread.iter().map(|text| Unread { text: Arc::clone(text), rules: Vec::new() }),
        );
        for (number, (test, known)) in (0_u32..).zip(self.tests.iter().zip(known)) {
            if *known == Known::Wholly {
                continue;
            }
            let rules = self.cells.iter().enumerate().filter(|(_, cell)| **cell == Some(number));
            let rules = rules.map(|(rule, _)| rule + 1).collect();
            unread.push(Unread { text: test.source().into(), rules });
        }
        unread
    }
}

fn at<T>(all: &[T], number: u32) -> Option<&T> {
    usize::try_from(number).ok().and_then(|number| all.get(number))
}

fn passes(test: &Tests, value: &Value) -> bool {
    test.matches(value, &mut Frame::default(), &mut Run::new(Timestamp(0)))
}

fn known(test: &Tests, read: Option<&Literals>, domain: &Domain) -> Known {
    match read {
        Some(read) if read.values.is_empty() || domain.is_whole => Known::Wholly,
        Some(_) | None if domain.is_vague || test.reads_more() => Known::Not,
        Some(_) | None => Known::ByExample,
    }
}
