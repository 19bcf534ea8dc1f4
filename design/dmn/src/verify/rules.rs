//! Rules against each other and against what is allowed. A rule is a product of regions, one set for
//! each column; two rules meet where they meet in every column.

use std::{collections::BTreeMap, sync::Arc};

use feel::Value;

use super::{Finding, MAX_FINDINGS, Witness, gaps, named};
use crate::table::{Axis, Bits, HitPolicy, Table};

/// A rule as the regions of each column where it matches.
struct Area {
    regions: Vec<Bits>,
    /// Every cell is answered by the index.
    is_exact: bool,
    /// The first column in which it matches nothing.
    nowhere: Option<usize>,
}

/// Adds what is found; `false` where there is more.
pub(super) fn findings(table: &Table, axes: &[Axis], found: &mut Vec<Finding>) -> bool {
    let areas: Vec<Area> = (0..table.rule_count()).map(|rule| Area::of(rule, axes)).collect();
    for (rule, area) in areas.iter().enumerate() {
        if let Some(axis) = area.nowhere.and_then(|at| axes.get(at)) {
            found.push(Finding::Impossible { rule: rule + 1, column: Arc::clone(&axis.name) });
        }
    }
    let mut is_complete = pairs(table, axes, &areas, found);
    match table.hit_policy {
        HitPolicy::First => {
            let order: Vec<usize> = (0..areas.len()).collect();
            is_complete &= hidden(axes, &areas, &order, |rule| Finding::Masked { rule }, found);
        }
        HitPolicy::Priority => {
            let order = table.by_priority();
            is_complete &= hidden(axes, &areas, &order, |rule| Finding::Outranked { rule }, found);
        }
        HitPolicy::Unique
        | HitPolicy::Any
        | HitPolicy::OutputOrder
        | HitPolicy::RuleOrder
        | HitPolicy::Collect(_) => {}
    }
    mergeable(table, axes, &areas, found);
    for (rule, column, value) in table.wrong_outputs() {
        found.push(Finding::OutputNotAllowed { rule: rule + 1, column, value });
    }
    is_complete
}

impl Area {
    fn of(rule: usize, axes: &[Axis]) -> Self {
        let regions: Vec<Bits> = axes
            .iter()
            .map(|axis| {
                let mut own = Bits::none(axis.regions.len());
                for (number, region) in axis.regions.iter().enumerate() {
                    if region.rules.contains(rule) {
                        own.insert(number);
                    }
                }
                own
            })
            .collect();
        Self {
            is_exact: axes.iter().all(|axis| !axis.open.contains(rule)),
            nowhere: regions.iter().position(Bits::is_empty),
            regions,
        }
    }

    /// Values that both match.
    fn meets(&self, other: &Self, axes: &[Axis]) -> Option<Witness> {
        let mut common = Vec::with_capacity(axes.len());
        for (left, right) in self.regions.iter().zip(&other.regions) {
            common.push(left.first_common(right)?);
        }
        let values = axes.iter().zip(common).map(|(axis, number)| {
            axis.regions.get(number).map_or(Value::Null, |region| region.witness.clone())
        });
        Some(named(axes, values))
    }
}

/// Duplicates, and what the hit policy forbids two rules to do.
fn pairs(table: &Table, axes: &[Axis], areas: &[Area], found: &mut Vec<Finding>) -> bool {
    let (mut duplicates, mut clashes) = (0, 0);
    for (left, area) in areas.iter().enumerate() {
        for (right, other) in areas.iter().enumerate().skip(left + 1) {
            let rules = [left + 1, right + 1];
            if area.regions == other.regions && is_duplicate(table, axes.len(), left, right) {
                duplicates += 1;
                if duplicates <= MAX_FINDINGS {
                    found.push(Finding::Duplicate { rules });
                }
            }
            if !area.is_exact || !other.is_exact || clashes > MAX_FINDINGS {
                continue;
            }
            let finding = match table.hit_policy {
                HitPolicy::Unique => {
                    area.meets(other, axes).map(|witness| Finding::Overlap { rules, witness })
                }
                HitPolicy::Any if !table.say_the_same(left, right) => {
                    area.meets(other, axes).map(|witness| Finding::Conflict { rules, witness })
                }
                HitPolicy::Any
                | HitPolicy::First
                | HitPolicy::Priority
                | HitPolicy::OutputOrder
                | HitPolicy::RuleOrder
                | HitPolicy::Collect(_) => None,
            };
            if let Some(finding) = finding {
                clashes += 1;
                if clashes <= MAX_FINDINGS {
                    found.push(finding);
                }
            }
        }
    }
    duplicates <= MAX_FINDINGS && clashes <= MAX_FINDINGS
}

fn is_duplicate(table: &Table, columns: usize, left: usize, right: usize) -> bool {
    (0..columns).all(|column| table.ask_the_same(column, left, right))
        && table.say_the_same(left, right)
}

/// The rules whose whole area belongs to rules that come before them in this order.
fn hidden(
    axes: &[Axis],
    areas: &[Area],
    order: &[usize],
    finding: impl Fn(usize) -> Finding,
    found: &mut Vec<Finding>,
) -> bool {
    let mut before = Bits::none(areas.len());
    let mut is_complete = true;
    let mut hidden = Vec::new();
    for rule in order {
        let Some(area) = areas.get(*rule) else { continue };
        if area.nowhere.is_none() {
            match gaps::cover(axes, &area.regions, &before) {
                Some(true) => hidden.push(*rule),
                Some(false) => {}
                None => is_complete = false,
            }
        }
        if area.is_exact {
            before.insert(*rule);
        }
    }
    hidden.sort_unstable();
    found.extend(hidden.into_iter().map(|rule| finding(rule + 1)));
    is_complete
}

/// Rules that say the same and differ in one column. Where the order of rules or the number of matches
/// matters, merging could change the result, and nothing is said.
fn mergeable(table: &Table, axes: &[Axis], areas: &[Area], found: &mut Vec<Finding>) {
    if !matches!(table.hit_policy, HitPolicy::Unique | HitPolicy::Any) {
        return;
    }
    for (column, axis) in axes.iter().enumerate() {
        let mut groups: BTreeMap<Vec<&Bits>, Vec<usize>> = BTreeMap::new();
        let usable = |area: &&(usize, &Area)| area.1.is_exact && area.1.nowhere.is_none();
        for (rule, area) in areas.iter().enumerate().filter(|it| usable(&it)) {
            let others = area.regions.iter().enumerate().filter(|(at, _)| *at != column);
            groups.entry(others.map(|(_, regions)| regions).collect()).or_default().push(rule);
        }
        for mut rules in groups.into_values() {
            while let Some((first, rest)) = rules.split_first() {
                let first = *first;
                let is_same = |rule: &usize| table.say_the_same(first, *rule);
                let (same, others): (Vec<usize>, Vec<usize>) =
                    rest.iter().partition(|it| is_same(it));
                let differ = |rule: &usize| !table.ask_the_same(column, first, *rule);
                if same.iter().any(differ) {
                    let rules = std::iter::once(first).chain(same).map(|rule| rule + 1).collect();
                    found.push(Finding::Mergeable { rules, column: Arc::clone(&axis.name) });
                }
                rules = others;
            }
        }
    }
}
