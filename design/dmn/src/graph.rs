//! The decision requirement graph: which node requires which, in an order in which each comes after
//! all it requires. Unknown references, duplicates and cycles are problems.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    definitions::{Definitions, Logic, Node, Requirement},
    problem::Problem,
};

/// How many nodes a model may have.
const MAX_NODES: usize = 5_000;
/// How many requirements a model may have.
const MAX_REQUIREMENTS: usize = 50_000;
/// How many nodes may require one another in a chain.
const MAX_CHAIN: usize = 200;

/// The graph over the nodes of a file, by their position there.
#[derive(Debug)]
pub(crate) struct Graph {
    /// For each node the nodes that it requires, without those that are unknown.
    pub(crate) requires: Vec<Vec<usize>>,
    /// The nodes, each after all it requires. Those on a cycle are missing.
    pub(crate) order: Vec<usize>,
    by_id: BTreeMap<Arc<str>, usize>,
}

impl Graph {
    /// Resolves the references between the nodes of a file.
    pub(crate) fn new(definitions: &Definitions, problems: &mut Vec<Problem>) -> Self {
        let nodes = &definitions.nodes;
        let mut graph = Self {
            requires: vec![Vec::new(); nodes.len()],
            order: Vec::new(),
            by_id: by_id(nodes, problems),
        };
        let count: usize = nodes.iter().map(|node| references(node).count()).sum();
        if nodes.len() > MAX_NODES || count > MAX_REQUIREMENTS {
            let message = format!(
                "the model has {} elements and {count} requirements; {MAX_NODES} and \
                 {MAX_REQUIREMENTS} are supported",
                nodes.len()
            );
            problems.extend(nodes.first().map(|node| node.place.problem(message)));
            return graph;
        }
        for (node, required) in nodes.iter().zip(0..) {
            let found = graph.resolve(node, nodes, problems);
            if let Some(list) = graph.requires.get_mut::<usize>(required) {
                *list = found;
            }
        }
        graph.sort(nodes, problems);
        graph
    }

    /// The position of the node of this id.
    pub(crate) fn position(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    fn resolve(&self, node: &Node, nodes: &[Node], problems: &mut Vec<Problem>) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        for requirement in references(node) {
            match self.position(&requirement.id) {
                Some(position) if !found.contains(&position) => found.push(position),
                Some(_) => {}
                None => {
                    let known = nodes.iter().map(|node| format!("`{}`", node.id));
                    let known: Vec<_> = known.take(20).collect();
                    let message = format!(
                        "`{}` requires `{}`, which does not exist; there are {}",
                        node.name,
                        requirement.id,
                        known.join(", ")
                    );
                    problems.push(requirement.place.problem(message));
                }
            }
        }
        // Where an element that is imported without a name is called as one of the file is, the name is the latter's, which
        // is declared last (6.3.3).
        let is_plain = |position: &usize| {
            let other = nodes.get(*position).filter(|other| other.file != node.file);
            let by_id = |other: &Node| node.requires.iter().find(|it| it.id == other.id);
            other.and_then(by_id).is_some_and(|requirement| requirement.import.is_none())
        };
        found.sort_by_key(|position| !is_plain(position));
        found
    }

    /// Orders the nodes by repeatedly taking those whose requirements are all taken.
    fn sort(&mut self, nodes: &[Node], problems: &mut Vec<Problem>) {
        let mut missing: Vec<usize> = self.requires.iter().map(Vec::len).collect();
        let mut required_by = vec![Vec::new(); nodes.len()];
        for (node, required) in self.requires.iter().enumerate() {
            for required in required {
                if let Some(list) = required_by.get_mut(*required) {
                    list.push(node);
                }
            }
        }
        let mut layer: Vec<usize> = missing
            .iter()
            .zip(0..)
            .filter(|(count, _)| **count == 0)
            .map(|(_, node)| node)
            .collect();
        let mut depth = 0;
        while !layer.is_empty() {
            depth += 1;
            let mut next = Vec::new();
            for node in &layer {
                for dependent in required_by.get(*node).into_iter().flatten() {
                    if let Some(count) = missing.get_mut(*dependent) {
                        *count -= 1;
                        if *count == 0 {
                            next.push(*dependent);
                        }
                    }
                }
            }
            self.order.append(&mut layer);
            layer = next;
            if depth > MAX_CHAIN && !layer.is_empty() {
                let message =
                    format!("more than {MAX_CHAIN} elements require one another in a chain");
                let deepest = layer.first().and_then(|node| nodes.get(*node));
                problems.extend(deepest.map(|node| node.place.problem(message)));
                return;
            }
        }
        self.report_cycle(&missing, nodes, problems);
    }

    /// Names one cycle: from any node that could not be taken, its untaken requirements lead into one.
    fn report_cycle(&self, missing: &[usize], nodes: &[Node], problems: &mut Vec<Problem>) {
        let is_left = |node: usize| missing.get(node).is_some_and(|count| *count > 0);
        let Some(mut node) = (0..nodes.len()).find(|node| is_left(*node)) else { return };
        let mut walked: Vec<usize> = Vec::new();
        while !walked.contains(&node) {
            walked.push(node);
            let required = self.requires.get(node).into_iter().flatten();
            let Some(next) = required.copied().find(|node| is_left(*node)) else { return };
            node = next;
        }
        let names: Vec<String> = walked
            .iter()
            .skip_while(|walked| **walked != node)
            .chain([&node])
            .filter_map(|node| nodes.get(*node))
            .map(|node| format!("`{}`", node.name))
            .collect();
        let message = format!("requirements go round in a circle: {}", names.join(" -> "));
        problems.extend(nodes.get(node).map(|node| node.place.problem(message)));
    }
}

fn by_id(nodes: &[Node], problems: &mut Vec<Problem>) -> BTreeMap<Arc<str>, usize> {
    let mut by_id = BTreeMap::new();
    for (position, node) in nodes.iter().enumerate() {
        if by_id.insert(Arc::clone(&node.id), position).is_some() {
            problems.push(node.place.problem(format!("the id `{}` is used twice", node.id)));
        }
    }
    by_id
}

/// All that a node refers to.
fn references(node: &Node) -> impl Iterator<Item = &Requirement> {
    let service = match &node.logic {
        Logic::Service(service) => Some(service),
        Logic::Input | Logic::Decision(_) | Logic::Knowledge(_) => None,
    };
    let of_service = service.into_iter().flat_map(|service| {
        let lists = [
            &service.outputs,
            &service.encapsulated,
            &service.input_decisions,
            &service.input_data,
        ];
        lists.into_iter().flatten()
    });
    node.requires.iter().chain(of_service)
}
