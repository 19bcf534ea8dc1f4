//! Rules against each other and against what is allowed. A rule is a product of regions, one set for
//! each column; two rules meet where they meet in every column.

use std::{collections::BTreeMap, sync::Arc};

use super::{Finding, MAX_FINDINGS, SharedCell, Witness, gaps};
use crate::table::{Axis, Bits, HitPolicy, Table};

/// A rule as the regions of each column where it matches.
struct Area {
    /// The regions whose witness it matches.
    regions: Vec<Bits>,
    /// The regions in which it may match something.
    reach: Vec<Bits>,
    /// Every cell compares with literals only.
    is_exact: bool,
    /// The first column in which it matches nothing.
    nowhere: Option<usize>,
}

/// Where two rules meet: values of columns, and cells that both have.
type Meeting = (Witness, Vec<SharedCell>);

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
        let is_known = |axis: &Axis| !axis.open.contains(rule) && !axis.sampled.contains(rule);
        let reach = |(axis, own): (&Axis, &Bits)| {
            if is_known(axis) { own.clone() } else { Bits::all(axis.regions.len()) }
        };
        let reach: Vec<Bits> = axes.iter().zip(&regions).map(reach).collect();
        Self {
            is_exact: axes.iter().all(is_known),
            nowhere: reach.iter().position(Bits::is_empty),
            regions,
            reach,
        }
    }
}

/// Where both rules match; `None` where they do not, or where that is not known.
fn meeting(table: &Table, axes: &[Axis], areas: &[Area], rules: [usize; 2]) -> Option<Meeting> {
    let [left, right] = rules;
    let (area, other) = (areas.get(left)?, areas.get(right)?);
    let (mut witness, mut where_true) = (Witness::new(), Vec::new());
    for (column, axis) in axes.iter().enumerate() {
        let is_open = axis.open.contains(left) || axis.open.contains(right);
        let common = || {
            let (own, others) = (area.regions.get(column)?, other.regions.get(column)?);
            let first = own.first_common(others)?;
            let mut regions = axis.regions.iter().enumerate().skip(first);
            let is_common = |number| own.contains(number) && others.contains(number);
            regions.find(|(number, it)| it.is_allowed && is_common(*number))
        };
        let found = if is_open { None } else { common() };
        if let Some((_, region)) = found {
            witness.push((Arc::clone(&axis.name), region.witness.clone()));
        } else if (is_open || axis.sampled.contains(left))
            && table.ask_the_same(column, left, right)
        {
            let (column, text) = (Arc::clone(&axis.name), table.cell(column, left));
            where_true.push(SharedCell { column, text });
        } else {
            return None;
        }
    }
    Some((witness, where_true))
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
            if clashes > MAX_FINDINGS {
                continue;
            }
            let meeting = || meeting(table, axes, areas, [left, right]);
            let finding = match table.hit_policy {
                HitPolicy::Unique => meeting().map(|(witness, where_true)| Finding::Overlap {
                    rules,
                    witness,
                    where_true,
                }),
                HitPolicy::Any if !table.say_the_same(left, right) => meeting()
                    .map(|(witness, where_true)| Finding::Conflict { rules, witness, where_true }),
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
            match gaps::cover(axes, &area.reach, &before) {
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
