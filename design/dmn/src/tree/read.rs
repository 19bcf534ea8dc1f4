//! A tree from JSON or YAML: its form, then its shape. Every node but the root is led to, targets are
//! there, and no way comes back to where it was.

use std::{collections::BTreeMap, sync::Arc};

use feel::Dialect;

use super::{
    Branch, Node, Step, Tree,
    marked::{self, Form, Marked},
};
use crate::problem::{Place, Problem};

/// How many nodes a tree may have.
pub(super) const MAX_NODES: usize = 10_000;

pub(super) fn read(text: &str) -> Result<Tree, Vec<Problem>> {
    let root = marked::read(text).map_err(|problem| vec![problem])?;
    let mut reader = Reader { problems: Vec::new(), nodes: Vec::new(), inline: Vec::new() };
    let tree = reader.tree(&root);
    let mut problems = reader.problems;
    if problems.is_empty() {
        check(&tree, &mut problems);
    }
    problems.sort_by_key(|problem| (problem.line, problem.column));
    if problems.is_empty() { Ok(tree) } else { Err(problems) }
}

struct Reader {
    problems: Vec<Problem>,
    nodes: Vec<Node>,
    /// Results that stand at their branch: the node, the branch, and the result.
    inline: Vec<(usize, usize, Arc<str>, Place)>,
}

impl Reader {
    fn tree(&mut self, root: &Marked) -> Tree {
        let mut tree = Tree {
            id: "".into(),
            name: "".into(),
            dialect: Dialect::Standard,
            inputs: Vec::new(),
            nodes: Vec::new(),
        };
        let mut listed = None;
        for (name, value) in self.entries(root, "the tree") {
            match name.as_str() {
                "id" => tree.id = self.text(value, "`id`"),
                "name" => tree.name = self.text(value, "`name`"),
                "dialect" => tree.dialect = self.dialect(value),
                "inputs" => {
                    for item in self.list(value, "`inputs`") {
                        let input = self.text(item, "an input");
                        tree.inputs.push(input);
                    }
                }
                "nodes" => listed = Some(value),
                other => self.unknown(value, other, "`id`, `name`, `dialect`, `inputs` or `nodes`"),
            }
        }
        if tree.id.is_empty() {
            self.problems.push(root.place.problem("the tree has no `id`"));
        }
        if tree.name.is_empty() {
            tree.name = Arc::clone(&tree.id);
        }
        match listed {
            Some(listed) => {
                for item in self.list(listed, "`nodes`") {
                    self.node(item);
                }
            }
            None => self.problems.push(root.place.problem("the tree has no `nodes`")),
        }
        self.number_inline();
        tree.nodes = std::mem::take(&mut self.nodes);
        if tree.nodes.is_empty() && self.problems.is_empty() {
            self.problems.push(root.place.problem("the tree has no node"));
        }
        tree
    }

    fn node(&mut self, item: &Marked) {
        let (mut number, mut question, mut result, mut listed) = (None, None, None, None);
        for (name, value) in self.entries(item, "a node") {
            match name.as_str() {
                "node" => number = self.number(value),
                "decide" => question = Some(self.text(value, "`decide`")),
                "result" => result = Some(self.text(value, "`result`")),
                "branches" => listed = Some(value),
                other => self.unknown(value, other, "`node`, `decide`, `branches` or `result`"),
            }
        }
        let place = &item.place;
        let Some(number) = number else {
            self.problems.push(place.problem("the node has no number; give it one as `node`"));
            return;
        };
        let step = match (question, result) {
            (Some(question), None) => {
                let branches = listed.map(|it| self.branches(it)).unwrap_or_default();
                if branches.is_empty() {
                    let message = format!("node {number} asks, but has no `branches`");
                    self.problems.push(place.problem(message));
                }
                Step::Ask { question, branches }
            }
            (None, Some(result)) if listed.is_none() => Step::Result(result),
            _ => {
                let message =
                    format!("node {number} needs either `decide` with `branches` or `result`");
                self.problems.push(place.problem(message));
                return;
            }
        };
        self.nodes.push(Node { number, step, place: place.clone() });
    }

    fn branches(&mut self, listed: &Marked) -> Vec<Branch> {
        let mut branches = Vec::new();
        for item in self.list(listed, "`branches`") {
            let (mut when, mut then, mut result) = (None, None, None);
            for (name, value) in self.entries(item, "a branch") {
                match name.as_str() {
                    "when" => when = Some(self.text(value, "`when`")),
                    "then" => then = self.number(value),
                    "result" => result = Some((self.text(value, "`result`"), value.place.clone())),
                    other => self.unknown(value, other, "`when`, `then` or `result`"),
                }
            }
            let (Some(when), true) = (when, then.is_some() != result.is_some()) else {
                let message = "a branch needs `when` and either `then` or `result`";
                self.problems.push(item.place.problem(message));
                continue;
            };
            if let Some((result, place)) = result {
                self.inline.push((self.nodes.len(), branches.len(), result, place));
            }
            let then = then.unwrap_or_default();
            branches.push(Branch { when, then, place: item.place.clone() });
        }
        branches
    }

    /// Results at branches become nodes with numbers of their own.
    fn number_inline(&mut self) {
        let mut next = self.nodes.iter().map(|node| node.number).max().unwrap_or(0);
        for (node, branch, result, place) in std::mem::take(&mut self.inline) {
            let Some(number) = next.checked_add(1) else {
                self.problems.push(place.problem("there is no number left for this result"));
                return;
            };
            next = number;
            if let Some(Node { step: Step::Ask { branches, .. }, .. }) = self.nodes.get_mut(node)
                && let Some(branch) = branches.get_mut(branch)
            {
                branch.then = number;
            }
            self.nodes.push(Node { number, step: Step::Result(result), place });
        }
    }

    fn entries<'a>(&mut self, value: &'a Marked, what: &str) -> &'a [(String, Marked)] {
        match &value.form {
            Form::Map(entries) => entries,
            Form::Text(_) | Form::List(_) => {
                self.problems.push(value.place.problem(format!("{what} must have named entries")));
                &[]
            }
        }
    }

    fn list<'a>(&mut self, value: &'a Marked, what: &str) -> &'a [Marked] {
        match &value.form {
            Form::List(items) => items,
            Form::Text(_) | Form::Map(_) => {
                self.problems.push(value.place.problem(format!("{what} must be a list")));
                &[]
            }
        }
    }

    fn text(&mut self, value: &Marked, what: &str) -> Arc<str> {
        match &value.form {
            Form::Text(text) => text.trim().into(),
            Form::List(_) | Form::Map(_) => {
                let message = format!("{what} must be text; put quotation marks around FEEL");
                self.problems.push(value.place.problem(message));
                "".into()
            }
        }
    }

    fn number(&mut self, value: &Marked) -> Option<u32> {
        let text = self.text(value, "the number of a node");
        let number = text.parse().ok();
        if number.is_none() {
            let message =
                format!("`{text}` is not the number of a node; use a whole number from 0");
            self.problems.push(value.place.problem(message));
        }
        number
    }

    fn dialect(&mut self, value: &Marked) -> Dialect {
        match &*self.text(value, "`dialect`") {
            "standard" => Dialect::Standard,
            "camunda" => Dialect::Camunda,
            other => {
                let message =
                    format!("`{other}` is no dialect; there are `standard` and `camunda`");
                self.problems.push(value.place.problem(message));
                Dialect::Standard
            }
        }
    }

    fn unknown(&mut self, value: &Marked, name: &str, known: &str) {
        self.problems.push(value.place.problem(format!("`{name}` is not known here; use {known}")));
    }
}

/// The shape: numbers, targets, cycles, and nodes that nothing leads to.
fn check(tree: &Tree, problems: &mut Vec<Problem>) {
    if tree.nodes.len() > MAX_NODES {
        problems
            .push(Place::default().problem(format!("the tree has more than {MAX_NODES} nodes")));
        return;
    }
    let mut positions: BTreeMap<u32, usize> = BTreeMap::new();
    for (position, node) in tree.nodes.iter().enumerate() {
        if positions.insert(node.number, position).is_some() {
            let message = format!("there are two nodes of the number {}", node.number);
            problems.push(node.place.problem(message));
        }
    }
    for node in &tree.nodes {
        for branch in node.branches() {
            if !positions.contains_key(&branch.then) {
                let message = format!(
                    "node {} leads to node {}, which is not there",
                    node.number, branch.then
                );
                problems.push(branch.place.problem(message));
            }
        }
    }
    if problems.is_empty() {
        check_ways(tree, &positions, problems);
    }
}

/// A depth-first search from the root, with its own stack: a way may be as long as the tree.
fn check_ways(tree: &Tree, positions: &BTreeMap<u32, usize>, problems: &mut Vec<Problem>) {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        Not,
        OnTheWay,
        Done,
    }
    let mut seen = vec![Seen::Not; tree.nodes.len()];
    // A node and its next branch.
    let mut way = vec![(0, 0)];
    while let Some((at, branch)) = way.pop() {
        let Some(node) = tree.nodes.get(at) else { continue };
        if let Some(mark) = seen.get_mut(at) {
            *mark = Seen::OnTheWay;
        }
        let Some(next) = node.branches().get(branch) else {
            if let Some(mark) = seen.get_mut(at) {
                *mark = Seen::Done;
            }
            continue;
        };
        way.push((at, branch + 1));
        let Some(target) = positions.get(&next.then).copied() else { continue };
        match seen.get(target) {
            Some(Seen::Not) => way.push((target, 0)),
            Some(Seen::OnTheWay) => {
                let message = format!(
                    "node {} leads back to node {}; a tree has no cycle",
                    node.number, next.then
                );
                problems.push(next.place.problem(message));
            }
            Some(Seen::Done) | None => {}
        }
    }
    for (node, seen) in tree.nodes.iter().zip(seen) {
        if seen == Seen::Not {
            let message = format!("no branch leads to node {}", node.number);
            problems.push(node.place.problem(message));
        }
    }
}
