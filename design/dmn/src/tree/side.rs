//! A table or a tree as cells of a grid with what it says there: the tables and branches that are
//! evaluated, run on sets of values instead of one.

use std::{collections::BTreeMap, ops::ControlFlow};

use super::{
    NotComparable, Walk, WalkStep,
    grid::{Grid, members},
};
use crate::table::{Bits, Outcome, Table};

/// How many sets of values may be looked at for one answer.
pub(super) const MAX_STEPS: u32 = 300_000;

/// How long a way and how wide a table may be.
pub(super) const MAX_DEPTH: usize = 100;

/// A decision that can be compared.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Side<'a> {
    Table(&'a Table),
    Tree(&'a Walk),
}

impl<'a> Side<'a> {
    /// The tables that it is made of.
    pub(super) fn tables(self) -> Vec<&'a Table> {
        match self {
            Self::Table(table) => vec![table],
            Self::Tree(tree) => {
                let tables = tree.nodes.iter().filter_map(|node| match &node.step {
                    WalkStep::Ask { table, .. } => Some(&**table),
                    WalkStep::Result(_) => None,
                });
                tables.collect()
            }
        }
    }

    /// The decision on a grid that has its questions.
    pub(super) fn on(self, grid: &Grid) -> OnGrid<'a> {
        let nodes = self.tables().into_iter().map(|table| Columns::new(table, grid)).collect();
        OnGrid { side: self, nodes }
    }
}

/// Called with a cell and what is said there.
pub(super) type Visit<'a> = dyn FnMut(&[Bits], &Outcome) -> ControlFlow<()> + 'a;

/// A decision whose tests are sets of pieces of a grid.
pub(super) struct OnGrid<'a> {
    side: Side<'a>,
    /// The columns of its tables, of a tree those of the nodes that ask in order.
    nodes: Vec<Columns>,
}

/// For each column the axis it stands on, and for each piece the rules that match.
pub(super) struct Columns {
    pub(super) columns: Vec<(usize, Vec<Bits>)>,
    rules: usize,
}

impl Columns {
    fn new(table: &Table, grid: &Grid) -> Self {
        let rules = table.rule_count();
        let mut columns = Vec::new();
        for question in table.questions() {
            let at = grid.position(question.expression);
            let Some((at, axis)) = at.and_then(|at| Some((at, grid.axes.get(at)?))) else {
                continue;
            };
            let mut by_piece = vec![Bits::none(rules); axis.pieces.count()];
            for (rule, condition) in question.conditions.iter().enumerate() {
                let Ok(condition) = condition else { continue };
                for piece in members(&axis.pieces.set(condition)) {
                    if let Some(set) = by_piece.get_mut(piece) {
                        set.insert(rule);
                    }
                }
            }
            columns.push((at, by_piece));
        }
        Self { columns, rules }
    }

    /// The pieces of a column within a set, by the rules of `alive` that match there.
    pub(super) fn groups(
        &self,
        column: usize,
        alive: &Bits,
        within: &Bits,
    ) -> BTreeMap<Bits, Bits> {
        let mut groups: BTreeMap<Bits, Bits> = BTreeMap::new();
        let Some((_, by_piece)) = self.columns.get(column) else { return groups };
        for piece in members(within) {
            let Some(rules) = by_piece.get(piece) else { continue };
            let mut rest = alive.clone();
            rest.intersect(rules);
            groups.entry(rest).or_insert_with(|| Bits::none(by_piece.len())).insert(piece);
        }
        groups
    }

    /// The rules that match anywhere within a cell.
    pub(super) fn alive(&self, within: &[Bits]) -> Bits {
        let mut alive = Bits::all(self.rules);
        for (axis, by_piece) in &self.columns {
            let mut any = Bits::none(self.rules);
            for piece in within.get(*axis).into_iter().flat_map(members) {
                if let Some(rules) = by_piece.get(piece) {
                    any.unite(rules);
                }
            }
            alive.intersect(&any);
        }
        alive
    }
}

impl OnGrid<'_> {
    /// The columns of a table.
    pub(super) fn columns(&self) -> Option<&Columns> {
        self.nodes.first()
    }

    /// Visits cells that together are `within`, with what is said in each.
    ///
    /// # Errors
    /// Where there are too many of them.
    pub(super) fn cells(
        &self,
        within: &[Bits],
        steps: &mut u32,
        visit: &mut Visit<'_>,
    ) -> Result<ControlFlow<()>, NotComparable> {
        let mut walker = Walker { on: self, within: within.to_vec(), steps, visit };
        match self.side {
            Side::Table(table) => {
                let alive = Bits::all(table.rule_count());
                walker.table(table, 0, &alive)
            }
            Side::Tree(tree) => walker.tree(tree, 0, 0),
        }
    }
}

struct Walker<'a, 'b> {
    on: &'a OnGrid<'a>,
    within: Vec<Bits>,
    steps: &'a mut u32,
    visit: &'a mut Visit<'b>,
}

type Flow = Result<ControlFlow<()>, NotComparable>;

impl Walker<'_, '_> {
    fn table(&mut self, table: &Table, column: usize, alive: &Bits) -> Flow {
        let columns = self.on.nodes.first();
        let at = columns.and_then(|it| it.columns.get(column)).map(|(axis, _)| *axis);
        let (Some(columns), Some(axis), false) = (columns, at, alive.is_empty()) else {
            let rules: Vec<usize> = members(alive).collect();
            return self.visit(&table.outcome(&rules));
        };
        let Some(set) = self.within.get(axis).cloned() else {
            return Ok(ControlFlow::Continue(()));
        };
        for (rest, pieces) in columns.groups(column, alive, &set) {
            let flow =
                self.narrowed(axis, pieces, |walker| walker.table(table, column + 1, &rest))?;
            if flow.is_break() {
                return Ok(flow);
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn tree(&mut self, tree: &Walk, at: usize, depth: usize) -> Flow {
        // A way may be as long as the tree, but the stack is not.
        let too_deep = depth > MAX_DEPTH;
        let Some(node) = tree.nodes.get(at).filter(|_| !too_deep) else {
            return Err(NotComparable::TooLarge);
        };
        let targets = match &node.step {
            WalkStep::Result(conclusion) => return self.visit(&conclusion.outcome()),
            WalkStep::Ask { targets, .. } => targets,
        };
        let asks = |node: &&super::walk::WalkNode| matches!(node.step, WalkStep::Ask { .. });
        let number = tree.nodes.iter().take(at).filter(asks).count();
        let Some(columns) = self.on.nodes.get(number) else { return Err(NotComparable::TooLarge) };
        let Some((axis, _)) = columns.columns.first() else { return Err(NotComparable::TooLarge) };
        let Some(set) = self.within.get(*axis).cloned() else {
            return Err(NotComparable::TooLarge);
        };
        for (taken, pieces) in columns.groups(0, &Bits::all(targets.len()), &set) {
            let branches: Vec<usize> = members(&taken).collect();
            let target = match &*branches {
                [only] => targets.get(*only).copied(),
                _ => None,
            };
            let flow = self.narrowed(*axis, pieces, |walker| match target {
                Some(target) => walker.tree(tree, target, depth + 1),
                None => walker.visit(&Outcome::Value(feel::Value::Null)),
            })?;
            if flow.is_break() {
                return Ok(flow);
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn narrowed(&mut self, axis: usize, pieces: Bits, go: impl FnOnce(&mut Self) -> Flow) -> Flow {
        let Some(left) = self.steps.checked_sub(1) else { return Err(NotComparable::TooLarge) };
        *self.steps = left;
        let Some(set) = self.within.get_mut(axis) else { return Err(NotComparable::TooLarge) };
        let before = std::mem::replace(set, pieces);
        let flow = go(self);
        if let Some(set) = self.within.get_mut(axis) {
            *set = before;
        }
        flow
    }

    fn visit(&mut self, outcome: &Outcome) -> Flow {
        if *outcome == Outcome::Unknown {
            return Err(NotComparable::Outputs);
        }
        Ok((self.visit)(&self.within, outcome))
    }
}
