//! A table to a tree: ask next what tells most about the answer, over the rules that are still alive;
//! stop where only one answer is left; branches that lead to the same become one.

use std::{collections::BTreeMap, ops::ControlFlow, sync::Arc};

use feel::Value;

use super::{
    Branch, Node, NotComparable, Step, Tree,
    grid::{Grid, members},
    read::MAX_NODES,
    side::{Columns, MAX_STEPS, OnGrid},
};
use crate::{
    Model,
    problem::Place,
    table::{Bits, Outcome},
    tree::side::Side,
};

/// A tree while it grows; equal parts are found by comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Grown {
    Result(String),
    Ask { axis: usize, branches: Vec<(Bits, Grown)> },
}

impl Tree {
    /// The tree of a decision that is a table: a small one, as the most telling question is asked first. It need
    /// not be the smallest, which is hard to find: of tables with three columns of booleans, as the tests make
    /// them, it has about a sixth more nodes, at most three times as many. What no branch takes is null, as where no rule matches. A tree is given as it is, with its
    /// texts in the order of its nodes.
    ///
    /// # Errors
    /// Where the table has cells that only an evaluation can answer, or would make too large a tree.
    pub fn of_table(model: &Model, decision_id: &str) -> Result<Self, NotComparable> {
        let Side::Table(table) = model.side(decision_id)? else {
            return Err(NotComparable::Form { decision: decision_id.to_owned() });
        };
        let grid = Grid::new(&[table])?;
        let on = Side::Table(table).on(&grid);
        let Some(columns) = on.columns() else { return Err(NotComparable::TooLarge) };
        let texts = (0..table.rule_count()).map(|rule| table.rule_text(rule)).collect();
        let mut grower = Grower { grid: &grid, on: &on, columns, texts, steps: MAX_STEPS };
        let grown = grower.grow(&grid.all())?;
        let mut tree = Self {
            id: decision_id.into(),
            name: model
                .decision(decision_id)
                .map_or_else(|| decision_id.into(), |it| Arc::clone(&it.name)),
            dialect: model.dialect(),
            inputs: model.decision(decision_id).map(|it| it.inputs.clone()).unwrap_or_default(),
            nodes: Vec::new(),
        };
        write(&grown, &grid, &mut tree.nodes);
        if tree.nodes.len() > MAX_NODES { Err(NotComparable::TooLarge) } else { Ok(tree) }
    }
}

struct Grower<'a> {
    grid: &'a Grid,
    on: &'a OnGrid<'a>,
    columns: &'a Columns,
    /// What each rule says.
    texts: Vec<String>,
    steps: u32,
}

impl Grower<'_> {
    fn grow(&mut self, within: &[Bits]) -> Result<Grown, NotComparable> {
        if let Some(outcome) = self.only_outcome(within)? {
            return Ok(Grown::Result(outcome.text()));
        }
        let Some((axis, groups)) = self.most_telling(within) else {
            return Err(NotComparable::TooLarge);
        };
        let mut branches: Vec<(Bits, Grown)> = Vec::new();
        for pieces in groups {
            let mut cell = within.to_vec();
            if let Some(set) = cell.get_mut(axis) {
                set.clone_from(&pieces);
            }
            let grown = self.grow(&cell)?;
            match branches.iter_mut().find(|(_, known)| *known == grown) {
                Some((known, _)) => known.unite(&pieces),
                None => branches.push((pieces, grown)),
            }
        }
        if branches.len() == 1 {
            return branches.pop().map(|(_, only)| only).ok_or(NotComparable::TooLarge);
        }
        branches.retain(|(_, grown)| *grown != Grown::Result(Value::Null.to_string()));
        let pieces = self.grid.axes.get(axis).map(|axis| &axis.pieces);
        branches.sort_by_key(|(set, _)| pieces.map(|pieces| pieces.place(set)));
        Ok(Grown::Ask { axis, branches })
    }

    /// What is said everywhere within the cell, where that is one thing.
    fn only_outcome(&mut self, within: &[Bits]) -> Result<Option<Outcome>, NotComparable> {
        let mut only: Option<Outcome> = None;
        let mut is_one = true;
        let _ = self.on.cells(within, &mut self.steps, &mut |_, outcome| {
            is_one = only.as_ref().is_none_or(|known| known == outcome);
            only.get_or_insert_with(|| outcome.clone());
            if is_one { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        Ok(only.filter(|_| is_one))
    }

    /// The axis whose answer leaves least doubt, with the sets of pieces that make a difference there.
    fn most_telling(&self, within: &[Bits]) -> Option<(usize, Vec<Bits>)> {
        let alive = self.columns.alive(within);
        let mut best: Option<(f64, usize, Vec<Bits>)> = None;
        for (column, (axis, _)) in self.columns.columns.iter().enumerate() {
            let Some(set) = within.get(*axis) else { continue };
            let groups = self.columns.groups(column, &alive, set);
            if groups.len() < 2 {
                continue;
            }
            let total: usize = groups.keys().map(|rules| members(rules).count()).sum();
            let doubt: f64 = groups
                .keys()
                .map(|rules| share(members(rules).count(), total) * self.entropy(rules))
                .sum();
            let sets: Vec<Bits> = groups.into_values().collect();
            let is_better = best.as_ref().is_none_or(|(least, _, known)| {
                doubt < *least - 1e-9 || (doubt < *least + 1e-9 && sets.len() < known.len())
            });
            if is_better {
                best = Some((doubt, *axis, sets));
            }
        }
        best.map(|(_, axis, sets)| (axis, sets))
    }

    /// How much doubt there is about what rules say, in bits.
    fn entropy(&self, rules: &Bits) -> f64 {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for rule in members(rules) {
            if let Some(text) = self.texts.get(rule) {
                *counts.entry(text).or_default() += 1;
            }
        }
        let total = counts.values().sum();
        counts.values().map(|count| share(*count, total)).map(|part| -part * part.log2()).sum()
    }
}

fn share(count: usize, total: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if total == 0 { 0.0 } else { number(count) / number(total) }
}

/// Numbers the nodes from 1, each before those that it leads to; gives the number.
fn write(grown: &Grown, grid: &Grid, nodes: &mut Vec<Node>) -> u32 {
    let position = nodes.len();
    let number = u32::try_from(position + 1).unwrap_or(u32::MAX);
    let place = Place::default();
    match grown {
        Grown::Result(text) => {
            nodes.push(Node { number, step: Step::Result(text.as_str().into()), place });
        }
        Grown::Ask { axis, branches } => {
            nodes.push(Node { number, step: Step::Result("".into()), place });
            let Some(axis) = grid.axes.get(*axis) else { return number };
            let branches = branches
                .iter()
                .map(|(pieces, grown)| Branch {
                    when: axis.pieces.text(&without_outside(pieces, &axis.domain)).into(),
                    then: write(grown, grid, nodes),
                    place: Place::default(),
                })
                .collect();
            if let Some(node) = nodes.get_mut(position) {
                node.step = Step::Ask { question: axis.expression.as_str().into(), branches };
            }
        }
    }
    number
}

/// The pieces that an input may be of.
fn without_outside(pieces: &Bits, domain: &Bits) -> Bits {
    let mut kept = pieces.clone();
    kept.intersect(domain);
    kept
}
