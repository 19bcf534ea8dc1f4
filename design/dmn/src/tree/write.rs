//! A tree as text: JSON, YAML, Mermaid, and an outline for people.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;

use feel::Dialect;
use serde_json::{Value as Json, json};

use super::{Node, Step, Tree};

/// How deep an outline goes before it begins anew at the margin.
const OUTLINE_DEPTH: usize = 24;

impl Tree {
    /// The tree as JSON, as [`Tree::read`] reads it.
    pub fn to_json(&self) -> Json {
        let nodes = self.nodes.iter().map(|node| match &node.step {
            Step::Result(text) => json!({ "node": node.number, "result": &**text }),
            Step::Ask { question, branches } => {
                let branches = branches
                    .iter()
                    .map(|branch| json!({ "when": &*branch.when, "then": branch.then }));
                json!({
                    "node": node.number,
                    "decide": &**question,
                    "branches": branches.collect::<Vec<_>>(),
                })
            }
        });
        let inputs: Vec<&str> = self.inputs.iter().map(|name| &**name).collect();
        json!({
            "id": &*self.id,
            "name": &*self.name,
            "dialect": self.dialect_name(),
            "inputs": inputs,
            "nodes": nodes.collect::<Vec<_>>(),
        })
    }

    /// The tree as YAML, as [`Tree::read`] reads it.
    pub fn to_yaml(&self) -> String {
        // A JSON string is a YAML string, too.
        let quoted = |text: &str| Json::from(text).to_string();
        let inputs: Vec<String> = self.inputs.iter().map(|name| quoted(name)).collect();
        let mut text = format!(
            "id: {}\nname: {}\ndialect: {}\ninputs: [{}]\nnodes:\n",
            quoted(&self.id),
            quoted(&self.name),
            self.dialect_name(),
            inputs.join(", ")
        );
        // Writing to a string does not fail.
        for node in &self.nodes {
            let _ = writeln!(text, "  - node: {}", node.number);
            match &node.step {
                Step::Result(result) => {
                    let _ = writeln!(text, "    result: {}", quoted(result));
                }
                Step::Ask { question, branches } => {
                    let _ = writeln!(text, "    decide: {}\n    branches:", quoted(question));
                    for branch in branches {
                        let when = quoted(&branch.when);
                        let _ = writeln!(text, "      - {{ when: {when}, then: {} }}", branch.then);
                    }
                }
            }
        }
        text
    }

    /// The tree as a Mermaid flow chart.
    pub fn to_mermaid(&self) -> String {
        let mut text = String::from("flowchart TD\n");
        for node in &self.nodes {
            let number = node.number;
            match &node.step {
                Step::Result(result) => {
                    let _ = writeln!(text, "    n{number}([\"{}\"])", escaped(result));
                }
                Step::Ask { question, branches } => {
                    let _ = writeln!(text, "    n{number}{{\"{}\"}}", escaped(question));
                    for branch in branches {
                        let when = escaped(&branch.when);
                        let _ = writeln!(text, "    n{number} -->|\"{when}\"| n{}", branch.then);
                    }
                }
            }
        }
        text
    }

    /// The tree as an outline: each question with its number, below it its branches with what they lead to. A node that
    /// several branches lead to is drawn once, and named by its number elsewhere.
    pub fn to_text(&self) -> String {
        let by_number: BTreeMap<u32, &Node> =
            self.nodes.iter().map(|node| (node.number, node)).collect();
        let mut text = format!("{}\n", self.name);
        let (mut drawn, mut margin) = (BTreeSet::new(), VecDeque::from_iter(self.nodes.first()));
        while let Some(root) = margin.pop_front() {
            // What stands before a node, what stands before the lines below it, and how deep it is.
            let mut open = vec![(root, String::new(), String::new(), 0)];
            while let Some((node, before, below, depth)) = open.pop() {
                let (question, branches) = match &node.step {
                    Step::Ask { question, branches } => (question, branches),
                    Step::Result(result) => {
                        let _ = writeln!(text, "{before}{result}");
                        continue;
                    }
                };
                if depth == OUTLINE_DEPTH && !drawn.contains(&node.number) {
                    margin.push_back(node);
                }
                if depth == OUTLINE_DEPTH || !drawn.insert(node.number) {
                    let _ = writeln!(text, "{before}see {}", node.number);
                    continue;
                }
                let _ = writeln!(text, "{before}{}. {question}", node.number);
                for (place, branch) in branches.iter().enumerate().rev() {
                    let is_last = place + 1 == branches.len();
                    let (stem, gap) =
                        if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
                    let Some(next) = by_number.get(&branch.then) else { continue };
                    let before = format!("{below}{stem}{}: ", branch.when);
                    open.push((*next, before, format!("{below}{gap}"), depth + 1));
                }
            }
        }
        text
    }

    fn dialect_name(&self) -> &'static str {
        match self.dialect {
            Dialect::Standard => "standard",
            Dialect::Camunda => "camunda",
        }
    }
}

/// Text within quotation marks of Mermaid: everything but letters, digits and blanks by its code.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            ' ' | '.' | ',' | '-' | '_' => escaped.push(character),
            _ if character.is_alphanumeric() => escaped.push(character),
            _ if character.is_whitespace() => escaped.push(' '),
            _ => {
                let _ = write!(escaped, "#{};", u32::from(character));
            }
        }
    }
    escaped
}
